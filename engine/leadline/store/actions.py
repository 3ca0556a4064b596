"""What automations do in the store itself: tags, owners, offers; whole sets at a time.

Everything is done in one transaction with the outbox, so that an action is done exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.store.forms import Form
from leadline.store.outbox import AT_WORK, SENT
from leadline.store.reshape import reshape
from leadline.store.shape import read_shape
from leadline.store.standins import step_aside
from leadline.store.tables import table_spec

#: The columns that each table needs for what is written here. ``origin`` says which automation.
_NEEDED: Mapping[str, Mapping[str, Form]] = {
    "lead_tags": {
        "lead_id": Form.TEXT,
        "tag": Form.TEXT,
        "value": Form.TEXT,
        "set_at": Form.INSTANT,
        "origin": Form.TEXT,
    },
    "handoffs": {"lead_id": Form.TEXT, "offered_at": Form.INSTANT},
    "leads": {"lead_id": Form.TEXT, "owner": Form.TEXT, "created_at": Form.INSTANT},
    "lead_history": {
        "lead_id": Form.TEXT,
        "field": Form.TEXT,
        "value": Form.TEXT,
        "changed_at": Form.INSTANT,
    },
}
_TABLES = {
    "tag": ("lead_tags",),
    "offer": ("handoffs",),
    "assign": ("leads", "lead_history"),
}
_DONE_HERE = "(" + ", ".join(map(quote.text, _TABLES)) + ")"
_SENT = "(" + ", ".join(map(quote.text, SENT)) + ")"
_DUE = "action_due"
_GIVEN = "owner_given"
#: What tells an entry from all others.
_ENTRY = 'model, automation, lead_id, "at"'


def act(database: Database, run_id: int) -> None:
    """Do what is pending of the actions that need no output.

    Args:
        database: the store's, open for writing.
        run_id: the run.
    """
    step_aside(database)
    with database.transaction():
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE {_DUE} AS SELECT o.* FROM outbox o "
            f"SEMI JOIN {AT_WORK} w ON w.model = o.model AND w.automation = o.automation "
            f"WHERE o.state = 'pending' AND o.kind IN {_DONE_HERE}"
        )
        kinds = database.rows(f'SELECT DISTINCT kind, "value" FROM {_DUE} ORDER BY ALL')
        for table in sorted({table for kind, _ in kinds for table in _TABLES[kind]}):
            _make_room(database, table)
        owners = [value for kind, value in kinds if kind == "assign"]
        for kind, value in kinds:
            if kind == "tag":
                _set_tags(database, value)
            elif kind == "offer":
                _offer(database)
        if owners:
            _assign(database, owners)
        database.execute(
            "UPDATE outbox SET state = 'delivered', attempts = attempts + 1, last_run = ?, "
            f"changed_at = now()::TIMESTAMP WHERE key IN (SELECT key FROM {_DUE})",
            [run_id],
        )


def _make_room(database: Database, table: str) -> None:
    """Make sure that a table is there and has the columns that are written to."""
    spec = table_spec(table)
    assert spec is not None  # noqa: S101 - one of the tables above
    reshape(database, read_shape(database, spec), _NEEDED[table], frozenset(), ZoneInfo("UTC"))


def _set_tags(database: Database, value: str) -> None:
    for tag, text in json.loads(value).items():
        shown = "CAST(day AS VARCHAR)" if text == "today" else quote.text(text)
        database.execute(
            'INSERT INTO lead_tags (lead_id, tag, "value", set_at, origin) '
            f'SELECT lead_id, {quote.text(tag)}, {shown}, "at", '
            "'automation ' || model || '.' || automation "
            f"FROM {_DUE} WHERE kind = 'tag' AND \"value\" = ?",
            [value],
        )


def _offer(database: Database) -> None:
    """Offer leads; a handoff of the same instant that was imported stays the only one."""
    database.execute(
        "INSERT INTO handoffs (lead_id, offered_at) "
        f'SELECT DISTINCT d.lead_id, d."at" FROM {_DUE} d '
        'ANTI JOIN handoffs h ON h.lead_id = d.lead_id AND h.offered_at = d."at" '
        "WHERE d.kind = 'offer'"
    )


def _assign(database: Database, values: list[str]) -> None:
    chosen = "\n  UNION ALL\n".join(_owners(value) for value in values)
    database.execute(f"CREATE OR REPLACE TEMP TABLE {_GIVEN} AS {chosen}")
    database.execute(f"DELETE FROM {_GIVEN} WHERE owner IS NULL")
    _keep_owners_before(database)
    database.execute(
        'INSERT INTO lead_history (lead_id, field, "value", changed_at) '
        f"SELECT lead_id, 'owner', owner, \"at\" FROM {_GIVEN}"
    )
    database.execute(
        f"INSERT INTO leads (lead_id) SELECT DISTINCT g.lead_id FROM {_GIVEN} g "
        "ANTI JOIN leads l ON l.lead_id = g.lead_id"
    )
    database.execute(
        "UPDATE leads SET owner = h.latest.owner FROM ("
        "SELECT lead_id, max({'at': changed_at, 'owner': \"value\"}) AS latest FROM lead_history "
        f"WHERE lower(field) = 'owner' AND lead_id IN (SELECT lead_id FROM {_GIVEN}) "
        "GROUP BY lead_id) h WHERE h.lead_id = leads.lead_id"
    )
    _tell_owners(database)


def _tell_owners(database: Database) -> None:
    """Have the messages of an automation tell the owner that it gives, unless one was tried."""
    database.execute(
        "UPDATE outbox SET message = CAST("
        "json_merge_patch(message, json_object('lead.owner', g.owner)) AS VARCHAR) "
        'FROM (SELECT model, automation, lead_id, "at", max(owner) AS owner '
        f"FROM {_GIVEN} GROUP BY ALL) g "
        "WHERE g.model = outbox.model AND g.automation = outbox.automation "
        'AND g.lead_id = outbox.lead_id AND g."at" = outbox."at" '
        "AND outbox.state = 'pending' AND outbox.attempts = 0 "
        f"AND outbox.message IS NOT NULL AND outbox.kind IN {_SENT}"
    )


def _owners(value: str) -> str:
    """Return the SELECT of the rows of one ``assign`` with their owners."""
    rule = json.loads(value)
    rows = f"{_DUE} WHERE kind = 'assign' AND \"value\" = {quote.text(value)}"
    if "round_robin" in rule:
        owners = ", ".join(map(quote.text, rule["round_robin"]))
        turn = (
            "(SELECT count(*) FROM outbox o WHERE o.model = d.model AND o.number = d.number "
            "AND o.automation = d.automation AND o.kind = 'assign' AND o.state = 'delivered') "
            '+ row_number() OVER (PARTITION BY model, automation, number ORDER BY "at", lead_id)'
        )
        owner = f"[{owners}][1 + ({turn} - 1) % {len(rule['round_robin'])}]"
        return f"SELECT {_ENTRY}, {owner} AS owner FROM (SELECT * FROM {rows}) d"
    pointer = quote.text("/" + rule["by"].replace("~", "~0").replace("/", "~1"))
    # A number of the data is written as a person would write it in a ruleset: 5, not 5.0.
    field = (
        f"CASE WHEN json_type(message, {pointer}) = 'DOUBLE' THEN "
        f"regexp_replace(message ->> {pointer}, '[.]0$', '') ELSE message ->> {pointer} END"
    )
    cases = " ".join(
        f"WHEN {quote.text(text)} THEN {quote.text(owner)}"
        for text, owner in rule["owners"].items()
    )
    other = quote.text(rule["other"]) if rule["other"] else "NULL"
    return f"SELECT {_ENTRY}, CASE {field} {cases} ELSE {other} END AS owner FROM {rows}"


def _keep_owners_before(database: Database) -> None:
    """Write down since when a lead had the owner that it has, before its history begins.

    Where a lead has rows of history, its owner is missing before the first of them.
    """
    events = database.value(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'events' "
        "AND schema_name = 'main' AND database_name = current_database()"
    )
    first = "SELECT lead_id, min(occurred_at) AS first FROM events GROUP BY lead_id"
    if not events:
        first = "SELECT NULL::VARCHAR AS lead_id, NULL::TIMESTAMP AS first WHERE FALSE"
    database.execute(
        'INSERT INTO lead_history (lead_id, field, "value", changed_at) '
        "SELECT l.lead_id, 'owner', l.owner, "
        "coalesce(least(l.created_at, e.first), TIMESTAMP '1970-01-01') "
        f"FROM leads l LEFT JOIN ({first}) e ON e.lead_id = l.lead_id "
        f"WHERE l.owner IS NOT NULL AND l.lead_id IN (SELECT lead_id FROM {_GIVEN}) "
        "AND l.lead_id NOT IN (SELECT lead_id FROM lead_history "
        "WHERE lower(field) = 'owner' AND lead_id IS NOT NULL)"
    )
