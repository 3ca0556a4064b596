"""What goes along with a row of the outbox, and the rows that are due, as messages."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from leadline.engine.duckdb import Database
from leadline.plugin.output import Message
from leadline.sql import quote
from leadline.store.outbox import AT_WORK, OF_UNIT, SENT, Unit, of_unit

_SENT = "(" + ", ".join(map(quote.text, SENT)) + ")"
#: Rows of the outbox, aliased `o`, of the automations that a run works on.
_AT_WORK_ONLY = f"SEMI JOIN {AT_WORK} w ON w.model = o.model AND w.automation = o.automation"
#: An assignment by a field looks at the lead as a message shows it.
_SPEAKS = f"""(o.kind IN {_SENT} OR o.kind = 'assign' AND o."value" LIKE '{{"by"%')"""


def speechless(database: Database, model: str) -> bool:
    """Say whether rows of a model are pending that need a message and have none yet."""
    return bool(
        database.value(
            f"SELECT EXISTS (SELECT 1 FROM outbox o {_AT_WORK_ONLY} WHERE o.model = ? "
            f"AND o.state = 'pending' AND o.message IS NULL AND {_SPEAKS})",
            [model],
        )
    )


def compose(database: Database, model: str) -> None:
    """Give the pending rows of a model their messages: the columns of their lead, as JSON.

    A message stays as it was first made, so that one key never has two contents.

    Args:
        database: the store's, with the relation ``lead_list`` in it.
        model: the model.
    """
    database.execute(
        "UPDATE outbox SET message = m.told FROM (SELECT o.key, coalesce(l.told, '{}') AS told "
        f"FROM outbox o {_AT_WORK_ONLY} LEFT JOIN ("
        "SELECT lead_id, CAST(to_json(d) AS VARCHAR) AS told FROM lead_list d"
        ") l ON l.lead_id = o.lead_id WHERE o.model = ? AND o.state = 'pending' "
        f"AND o.message IS NULL AND {_SPEAKS}) m WHERE m.key = outbox.key",
        [model],
    )


def outputs_due(database: Database) -> tuple[str, ...]:
    """Return the outputs that rows wait for, by name, whatever the run works on."""
    rows = database.rows(
        f'SELECT DISTINCT "value" FROM outbox WHERE kind IN {_SENT} '
        "AND state IN ('pending', 'failed', 'in doubt', 'in flight') ORDER BY ALL"
    )
    return tuple(name for (name,) in rows)


def units_due(database: Database, output: str, *, doubtful: bool, most: int) -> tuple[Unit, ...]:
    """Return the rows that are due at an output, in the units that they are handed over in.

    Args:
        database: the store's.
        output: its name.
        doubtful: whether rows in doubt are due as well.
        most: how many rows a unit may have. An export is one unit all the same.
    """
    states = ["pending", "failed", *(["in doubt"] if doubtful else [])]
    rows = database.rows(
        "SELECT o.serial, o.key, CASE WHEN o.kind = 'export' "
        "THEN concat_ws('.', o.model, o.automation, o.number) END "
        f'FROM outbox o {_AT_WORK_ONLY} WHERE o.kind IN {_SENT} AND o."value" = ? '
        f"AND o.state IN ({', '.join(map(quote.text, states))}) ORDER BY o.serial",
        [output],
    )
    single = [(serial, key) for serial, key, batch in rows if batch is None]
    parts = [single[start : start + most] for start in range(0, len(single), most)]
    batches: dict[str, list[tuple[int, str]]] = {}
    for serial, key, batch in rows:
        if batch is not None:
            batches.setdefault(batch, []).append((serial, key))
    return tuple(
        Unit(tuple(key for _, key in part), part[0][0], part[-1][0], batch)
        for batch, listed in ((False, parts), (True, batches.values()))
        for part in listed
    )


def read_messages(database: Database, unit: Unit) -> tuple[Message, ...]:
    """Return the messages of a unit in the order of their rows."""
    rows = database.rows(
        'SELECT key, model, automation, edge, subject, lead_id, "at", cause, message '
        f"FROM outbox WHERE {OF_UNIT} ORDER BY serial",
        of_unit(unit),
    )
    return tuple(_message(*row) for row in rows)


def _message(*row: Any) -> Message:
    *texts, at, cause, told = row
    lead = json.loads(told or "{}")
    lead.pop("lead_id", None)
    key, model, automation, edge, subject, lead_id = texts
    return Message(
        key, model, automation, edge, subject, lead_id, at.replace(tzinfo=UTC), cause or "", lead
    )
