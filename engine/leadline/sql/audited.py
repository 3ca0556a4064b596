"""The SQL of what audits count: events, opportunities and hand-overs of a program, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadline.expression import metrics as m
from leadline.expression.nodes import Field, Node, fields
from leadline.plan.clock import Offset
from leadline.sql import quote
from leadline.sql.expression import Writer, column
from leadline.sql.relations import kept, listed, local_day, types

Table = Literal["opportunity", "handoff"]

EVENTS, LEADS = "audit event", "audit lead"
RECORDS: dict[Table, str] = {"opportunity": "audit opportunity", "handoff": "audit handoff"}
SPANS, DAYS = "audit span", "audit span day"

#: How long after an event of a program what a lead does is of the program.
WITHIN = 90
#: What of a record is not known before an instant of it.
_LATER: dict[Table, dict[str, str]] = {
    "opportunity": {"closed_at": "closed_at", "won": "closed_at"},
    "handoff": {
        "decided_at": "decided_at",
        "accepted": "decided_at",
        "reason": "decided_at",
        "expired_at": "expired_at",
        "recycled_at": "recycled_at",
    },
}
_TABLES: dict[Table, str] = {"opportunity": "opportunities", "handoff": "handoffs"}
_BEGINS: dict[Table, str] = {"opportunity": "created_at", "handoff": "offered_at"}


@dataclass(frozen=True, slots=True)
class Of:
    """What a figure is about: the events of a program, those of a group, or everything."""

    program: str | None
    group: Node | None

    @property
    def narrow(self) -> bool:
        """Whether it is not everything."""
        return self.program is not None or self.group is not None


def kept_records(
    table: Table,
    read: Iterable[Field],
    alias: str | None,
    before: datetime,
    offsets: Sequence[Offset],
) -> str:
    """Return the statement that keeps opportunities or hand-overs, ids merged.

    Args:
        table: which of them.
        read: the fields that anything reads of them.
        alias: the relation of merged ids, where there is one.
        before: the first instant that is too late.
        offsets: the timezone's.

    Returns:
        The fields, what is known of them only later, and ``record at``, ``record day``,
        ``record owner`` (the lead, or the account of an opportunity without a lead) and
        ``record shared`` (whether it is the account).
    """
    lead = "coalesce(a.lead_id, r.lead_id)" if alias else "r.lead_id"
    join = f"\nLEFT JOIN {quote.name(alias)} a ON a.old_lead_id = r.lead_id" if alias else ""
    account = "r.account_id" if table == "opportunity" else "NULL"
    at = f"r.{_BEGINS[table]}"
    names = dict.fromkeys((*_LATER[table], *(field.column.casefold() for field in read)))
    columns = [
        f"{lead if name == 'lead_id' else f'r.{quote.name(name)}'}"
        f" AS {quote.name(f'{table}.{name}')}"
        for name in names
    ]
    columns += [
        f'{at} AS "record at"',
        f'{local_day(at, offsets)} AS "record day"',
        f'coalesce({lead}, {account}) AS "record owner"',
        f'{lead} IS NULL AS "record shared"',
    ]
    return kept(
        RECORDS[table],
        f"""
SELECT
  {listed(columns)}
FROM {quote.name(_TABLES[table])} r{join}
WHERE {at} < {quote.instant(before)}""",
    )


def rows_of(
    source: m.EventSource | m.RecordSource, values: Sequence[Node], of: Of, writer: Writer
) -> str:
    """Return the SELECT of the records of a source in each span.

    Args:
        source: which records.
        values: what is wanted of each.
        of: what they are about.
        writer: of the model.

    Returns:
        ``number`` (of the span); ``cluster``, the lead, or the account of an opportunity without a
        lead; ``shared``, whether it is that; ``value0`` and so on, the values. Fields of the data
        can have any name, so that none of them stands beside these.
    """
    wanted = [f"{writer.value(node)} AS value{place}" for place, node in enumerate(values)]
    where = writer.condition(source.where) if source.where is not None else "TRUE"
    if isinstance(source, m.EventSource):
        columns = listed(["lead_id", "day", *wanted], 6)
        return f"""
    SELECT e.* EXCLUDE (lead_id, day), d.number, e.lead_id AS cluster, FALSE AS shared
    FROM (
      SELECT
      {columns}
      FROM ({of_events(of, writer)}
      ) WHERE {types(source.types)} AND ({where})
    ) e JOIN {quote.name(DAYS)} d ON d.day = e.day"""
    own = ['"in span" AS number', '"of lead" AS cluster', '"no lead" AS shared']
    return f"""
    SELECT
      {listed([*own, *wanted], 6)}
    FROM ({_records(source, values, of, writer)}
    ) WHERE {where}"""


def of_events(of: Of, writer: Writer) -> str:
    """Return the SELECT of the events of a program or a group."""
    conditions = []
    if of.program is not None:
        conditions.append(f"campaign = {quote.text(of.program)}")
    if of.group is not None:
        conditions.append(f"({writer.condition(of.group)})")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"\n    SELECT * FROM {quote.name(EVENTS)}{where}"


def _records(source: m.RecordSource, nodes: Sequence[Node], of: Of, writer: Writer) -> str:
    table = source.table
    read = [*nodes, *([source.where] if source.where is not None else [])]
    asked = list(dict.fromkeys(field for node in read for field in fields(node)))
    own = dict.fromkeys((*_LATER[table], *(f.column.casefold() for f in asked if f.scope == table)))
    others = {column(f): f for f in asked if f.scope != table}
    columns = [_as_known(table, name) for name in own]
    columns += [_of_owner(field) for field in others.values()]
    narrowed = f"""
    SELECT d.number AS "in span", r."record owner" AS "of lead", r."record shared" AS "no lead",
      r."record at",
      {listed(columns, 6)}
    FROM {quote.name(RECORDS[table])} r
    JOIN {quote.name(DAYS)} d ON d.day = r."record day"
    JOIN {quote.name(SPANS)} s ON s.number = d.number AND r."record at" < s.known"""
    if others:
        narrowed += f"""
    LEFT JOIN {quote.name(LEADS)} l ON l.lead_id = r."record owner" AND NOT r."record shared"
    LEFT JOIN accounts c ON c.account_id = r."record owner" AND r."record shared\""""
    if table == "handoff":
        # What is imported again once sales have decided is the same hand-over.
        narrowed += """
    QUALIFY row_number() OVER (
      PARTITION BY "in span", "of lead", "record at" ORDER BY "handoff.accepted" DESC NULLS LAST,
        "handoff.decided_at", "handoff.expired_at", "handoff.recycled_at", "handoff.reason") = 1"""
    return _touched(narrowed, of, writer) if of.narrow else narrowed


def _as_known(table: Table, name: str) -> str:
    """Return a column of a record as it was known at the end of the span."""
    value = f"r.{quote.name(f'{table}.{name}')}"
    later = _LATER[table].get(name)
    if later is not None:
        at = f"r.{quote.name(f'{table}.{later}')}"
        known, undated = f"{at} < s.known", ""
        if name == "accepted":
            # Who says only when it was decided did not accept; who says only what, has decided.
            undated = f" WHEN {at} IS NULL THEN {value}"
            value = f"coalesce({value}, FALSE)"
        elif name == "reason":
            known = f"coalesce({known}, r.{quote.name('handoff.accepted')} IS NOT NULL)"
        value = f"CASE WHEN {known} THEN {value}{undated} END"
    return f"{value} AS {quote.name(f'{table}.{name}')}"


def _of_owner(field: Field) -> str:
    value = f"l.{quote.name(column(field))}"
    if field.scope == "account":
        value = f"coalesce({value}, c.{quote.name(field.column)})"
    return f"{value} AS {quote.name(column(field))}"


def _touched(records: str, of: Of, writer: Writer) -> str:
    """Keep the records of leads with an event of the program or group in the days before."""
    return f"""
    WITH touch AS (
      SELECT FALSE AS shared, lead_id AS who, occurred_at FROM ({of_events(of, writer)})
      UNION ALL
      SELECT TRUE, l.account_id, e.occurred_at
      FROM ({of_events(of, writer)}) e JOIN {quote.name(LEADS)} l ON l.lead_id = e.lead_id
      WHERE l.account_id IS NOT NULL
    )
    SELECT r.*
    FROM ({records}
    ) r ASOF JOIN touch t
      ON t.shared = r."no lead" AND t.who = r."of lead" AND r."record at" >= t.occurred_at
    WHERE t.occurred_at >= r."record at" - INTERVAL {WITHIN} DAY"""
