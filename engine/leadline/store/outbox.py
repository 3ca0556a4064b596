"""The outbox: every entry that an automation saw, an action a row, and what became of it.

A row's state goes from ``pending`` over ``in flight`` to ``delivered``, ``failed`` (the next run
tries again) or ``refused``. What a run finds in flight when it starts was left there by one that
was killed: it is ``in doubt``. ``backdated`` rows wait to be fired, ``dropped`` ones never go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from leadline.engine.duckdb import Database
from leadline.errors import UsageError

STATES = (
    "pending",
    "in flight",
    "delivered",
    "failed",
    "refused",
    "in doubt",
    "backdated",
    "dropped",
)

#: The columns of the table ``outbox``. ``serial`` counts the rows from 1, so that a few of them are
#: found without a look at all; ``key`` is the idempotency key; ``day`` the local date of ``at``;
#: ``number`` counts the actions of an automation from 1; ``doubts`` how often nobody knew whether
#: the row was delivered; ``message`` is what goes along, made before the first attempt;
#: ``run_id`` and ``last_run`` are the runs that entered it and that tried it last.
COLUMNS = (
    ("serial", "BIGINT"),
    ("key", "VARCHAR"),
    ("model", "VARCHAR"),
    ("automation", "VARCHAR"),
    ("edge", "VARCHAR"),
    ("subject", "VARCHAR"),
    ("lead_id", "VARCHAR"),
    ("at", "TIMESTAMP"),
    ("day", "DATE"),
    ("cause", "VARCHAR"),
    ("number", "INTEGER"),
    ("kind", "VARCHAR"),
    ("value", "VARCHAR"),
    ("state", "VARCHAR"),
    ("attempts", "INTEGER"),
    ("doubts", "INTEGER"),
    ("answer", "VARCHAR"),
    ("message", "VARCHAR"),
    ("run_id", "BIGINT"),
    ("last_run", "BIGINT"),
    ("changed_at", "TIMESTAMP"),
)
#: Up to which day each automation was run: the first instant of that day.
RUN_COLUMNS = (("model", "VARCHAR"), ("automation", "VARCHAR"), ("ran_to", "TIMESTAMP"))

#: The kinds of action that go to an output; the others are done in the store.
SENT = ("send", "export", "webhook")
#: The temporary table of the automations that a run works on: model, automation.
AT_WORK = "automation_at_work"

_KILLED = "the run that sent it was stopped before the answer came"


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows that are handed to an output at once: their keys, the first and the last serial.

    A batch, that of an export, may go out as one thing: then all of its rows share one fate.
    """

    keys: tuple[str, ...]
    first: int
    last: int
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the row of a key: its new state, why, and whether nobody knows for sure."""

    key: str
    state: str
    answer: str
    doubtful: bool = False


def at_work(database: Database, automations: Sequence[tuple[str, str]]) -> None:
    """Note which automations (model, name) the rest of the run works on."""
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {AT_WORK} AS "
        "SELECT unnest(CAST(? AS VARCHAR[])) AS model, unnest(CAST(? AS VARCHAR[])) AS automation",
        [[model for model, _ in automations], [name for _, name in automations]],
    )


def work_on_a_copy(database: Database) -> None:
    """Have temporary records stand before those of the store, which stay as they are."""
    for table in ("outbox", "automation_runs", "published", "published_days"):
        database.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {table}")


def doubt_what_is_in_flight(database: Database) -> None:
    """Put in doubt what an earlier run left in flight; only one run holds a store at a time."""
    database.execute(
        "UPDATE outbox SET state = 'in doubt', doubts = doubts + 1, answer = ? "
        "WHERE state = 'in flight'",
        [_KILLED],
    )


def fire_backdated(database: Database) -> None:
    """Have the backdated rows of the automations at work sent."""
    database.execute(
        "UPDATE outbox SET state = 'pending' WHERE state = 'backdated' "
        f"AND (model, automation) IN (SELECT model, automation FROM {AT_WORK})"
    )


def put_in_flight(database: Database, unit: Unit, run_id: int) -> None:
    """Note that rows are about to be sent. It is on the disk when this returns."""
    database.execute(
        "UPDATE outbox SET state = 'in flight', attempts = attempts + 1, last_run = $4, "
        f"changed_at = $5 WHERE {OF_UNIT}",
        [*of_unit(unit), run_id, _now()],
    )


def keep_verdicts(database: Database, unit: Unit, verdicts: Sequence[Verdict]) -> None:
    """Note what became of rows of a unit."""
    if not verdicts:
        return
    database.execute(
        # Numbered, because DuckDB 1.5 counts question marks from the FROM on.
        "UPDATE outbox SET state = v.state, answer = v.answer, changed_at = $1, "
        "doubts = doubts + v.doubt FROM (SELECT unnest(CAST($2 AS VARCHAR[])) AS key, "
        "unnest(CAST($3 AS VARCHAR[])) AS state, unnest(CAST($4 AS VARCHAR[])) AS answer, "
        "unnest(CAST($5 AS INTEGER[])) AS doubt) v "
        "WHERE outbox.key = v.key AND outbox.serial BETWEEN $6 AND $7",
        [
            _now(),
            [verdict.key for verdict in verdicts],
            [verdict.state for verdict in verdicts],
            [verdict.answer or None for verdict in verdicts],
            [int(verdict.doubtful) for verdict in verdicts],
            unit.first,
            unit.last,
        ],
    )


def put_back(database: Database, unit: Unit) -> None:
    """Take what is still in flight of a unit out of it: it was not handed over after all."""
    database.execute(
        "UPDATE outbox SET state = 'pending', attempts = attempts - 1, "
        "answer = 'not tried: the output failed too often in a row' "
        f"WHERE state = 'in flight' AND {OF_UNIT}",
        of_unit(unit),
    )


#: The rows of a unit, with the first three parameters as :func:`of_unit` gives them.
OF_UNIT = "serial BETWEEN $1 AND $2 AND key IN (SELECT unnest(CAST($3 AS VARCHAR[])))"


def of_unit(unit: Unit) -> list[object]:
    """Return the parameters of ``OF_UNIT``."""
    return [unit.first, unit.last, list(unit.keys)]


def decide(database: Database, keys: Sequence[str], state: str) -> None:
    """Let a person decide about rows: ``pending`` to send them, ``dropped`` to never do so.

    Raises:
        UsageError: a key is not in the outbox, or its row is delivered already.
    """
    with database.transaction():
        for key in keys:
            before = database.value("SELECT state FROM outbox WHERE key = ?", [key])
            if before is None:
                raise UsageError(
                    f"the outbox has no key `{key}`", hint="`leadline outbox` lists them"
                )
            if before == "delivered":
                raise UsageError(f"`{key}` is delivered already", hint="nothing is sent twice")
            database.execute(
                "UPDATE outbox SET state = ?, changed_at = ? WHERE key = ?", [state, _now(), key]
            )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
