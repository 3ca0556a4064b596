"""How rows join those that a table has, one function for each kind of table.

Rows that are all new, the usual case, go in directly. Only where a key repeats or is in the
store are the rows set down first and judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from leadline.sql import quote
from leadline.store.arrival import Arrival
from leadline.store.event_ids import COPIES_TABLE, content_sql, count_copies
from leadline.store.summary import TableSummary
from leadline.store.tables import Kind

_ARRIVED = "leadline_arrived"
_CHOSEN = "leadline_chosen"
_CONFLICTS = "leadline_conflicts"


def merge(arrival: Arrival) -> TableSummary:
    """Add rows to their table and put the useless ones into the rejects."""
    rows, name = arrival.examined.rows, arrival.spec.name
    rejected = arrival.reject_faults()
    if arrival.spec.kind is not Kind.ROWS and _all_new(arrival):
        return TableSummary(
            name, rows, new=_insert(arrival, arrival.good_rows()), rejected=rejected
        )
    match arrival.spec.kind:
        case Kind.EVENTS:
            new, conflicts = _merge_events(arrival)
            known = rows - rejected - new - conflicts
            return TableSummary(name, rows, new, known, rejected=rejected + conflicts)
        case Kind.KEYED:
            new, changed = _merge_keyed(arrival)
        case Kind.ROWS:
            new, changed = _merge_rows(arrival), 0
    known = rows - rejected - new - changed
    return TableSummary(name, rows, new, known, changed, rejected)


def _all_new(arrival: Arrival) -> bool:
    """Say whether every row has a key that neither another row nor the table has."""
    [key] = arrival.spec.key
    fit = arrival.fit(key)
    if fit is None or not arrival.examined.unique:
        return False
    if arrival.table_is_empty():
        return True
    shared = arrival.database.value(
        f"SELECT EXISTS (SELECT 1 FROM ({arrival.good_rows()}) a "
        f"SEMI JOIN {arrival.table} t ON t.{quote.name(key)} = a.f{fit.index})"
    )
    return not shared


def _insert(arrival: Arrival, query: str, key: str | None = None) -> int:
    """Insert the rows of a query; ``key`` is a column of the query for the table's key."""
    names, values = arrival.names, [f"f{fit.index}" for fit in arrival.fits]
    if key is not None:
        others = [fit for fit in arrival.fits if fit.name not in arrival.spec.key]
        names = ", ".join(
            quote.name(name) for name in (*arrival.spec.key, *(o.name for o in others))
        )
        values = [key, *(f"f{fit.index}" for fit in others)]
    added = arrival.database.value(
        f"INSERT INTO {arrival.table} ({names}) SELECT {', '.join(values)} FROM ({query})"
    )
    return int(added)


@contextmanager
def _set_down(arrival: Arrival, query: str) -> Iterator[None]:
    """Keep the rows of a query for a while, so that they can be judged more than once."""
    arrival.database.execute(f"CREATE OR REPLACE TEMP TABLE {_ARRIVED} AS {query}")
    yield
    for table in (_ARRIVED, _CHOSEN, _CONFLICTS):
        arrival.database.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _choose(arrival: Arrival, query: str) -> str:
    """Note the numbers of rows that a query chooses; return the query of those rows."""
    arrival.database.execute(f"CREATE OR REPLACE TEMP TABLE {_CHOSEN} AS {query}")
    return f"SELECT a.* FROM {_ARRIVED} a SEMI JOIN {_CHOSEN} USING (row)"


def _merge_events(arrival: Arrival) -> tuple[int, int]:
    """Add the first event of each new id; the later ones and the known ones are compared.

    Returns:
        the number of events added, and of those rejected for having other content.
    """
    with _set_down(arrival, _events_with_ids(arrival)):
        first = _choose(
            arrival,
            f"SELECT min(a.row) AS row FROM {_ARRIVED} a "
            f"ANTI JOIN {arrival.table} t ON t.event_id = a.id GROUP BY a.id",
        )
        new = _insert(arrival, first, key="id")
        if arrival.incoming.partial and arrival.examined.keyless:
            count_copies(arrival.database, arrival.incoming.origin, _ARRIVED)
        others = [fit for fit in arrival.fits if fit.name != "event_id"]
        differs = [
            f"WHEN {fit.identity(f'a.f{fit.index}')} IS DISTINCT FROM "
            f"{fit.identity(f't.{quote.name(fit.name)}')} THEN {quote.text(fit.name)}"
            for fit in others
        ]
        arrival.database.execute(
            f"CREATE OR REPLACE TEMP TABLE {_CONFLICTS} AS "
            "SELECT row, column_name, 'another event has the id ' || left(id, 60) || ', with "
            "another ' || column_name || '; the first stays' AS reason "
            f"FROM (SELECT a.row, a.id, CASE {' '.join(differs)} END AS column_name "
            f"FROM (SELECT * FROM {_ARRIVED} ANTI JOIN {_CHOSEN} USING (row)) a "
            f"JOIN {arrival.table} t ON t.event_id = a.id) WHERE column_name IS NOT NULL"
        )
        return new, arrival.reject_rows(_CONFLICTS)


def _events_with_ids(arrival: Arrival) -> str:
    """Return a query of the good rows with an ``id``, made of their content where they have none.

    Equal rows of one origin are told apart by their number among them.
    """
    fit = arrival.fit("event_id")
    given = f"f{fit.index}" if fit is not None else "CAST(NULL AS VARCHAR)"
    if not arrival.examined.keyless:
        return f"SELECT *, {given} AS id FROM ({arrival.good_rows()})"
    has_id = f"nullif(trim({fit.value}), '') IS NOT NULL" if fit is not None else "false"
    content = f"CASE WHEN {has_id} THEN NULL ELSE {content_sql(arrival.fits)} END AS content"
    rows = arrival.good_rows(content)
    ordinal = "row_number() OVER (PARTITION BY content ORDER BY row)"
    if arrival.incoming.partial:
        before = (
            f"(SELECT content, sum(copies) AS copies FROM {COPIES_TABLE} "
            f"WHERE origin = {quote.text(arrival.incoming.origin)} GROUP BY content)"
        )
        rows = f"SELECT r.*, copies FROM ({rows}) r LEFT JOIN {before} USING (content)"
        ordinal = f"({ordinal} + coalesce(copies, 0))"
    return (
        f"SELECT *, CASE WHEN content IS NULL THEN {given} "
        f"ELSE content || '-' || {ordinal} END AS id FROM ({rows})"
    )


def _merge_keyed(arrival: Arrival) -> tuple[int, int]:
    """Add rows of new keys and replace what the others give; the last row of a key counts.

    Returns:
        the number of rows added and changed.
    """
    [key] = arrival.spec.key
    columns = {fit.name: (f"a.f{fit.index}", f"t.{quote.name(fit.name)}") for fit in arrival.fits}
    mine, stored = columns.pop(key)
    with _set_down(arrival, arrival.good_rows()):
        last = _choose(arrival, f"SELECT max(row) AS row FROM {_ARRIVED} a GROUP BY {mine}")
        changed = 0
        if columns:
            fits = [fit for fit in arrival.fits if fit.name != key]
            differs = " OR ".join(
                f"{fit.identity(columns[fit.name][0])} IS DISTINCT FROM "
                f"{fit.identity(columns[fit.name][1])}"
                for fit in fits
            )
            values = ", ".join(f"{quote.name(n)} = {given}" for n, (given, _) in columns.items())
            changed = arrival.database.value(
                f"UPDATE {arrival.table} AS t SET {values} FROM ({last}) a "
                f"WHERE {mine} = {stored} AND ({differs})"
            )
        new = _insert(arrival, _unknown(arrival, last, f"{mine} = {stored}"))
        return new, int(changed)


def _merge_rows(arrival: Arrival) -> int:
    """Add the rows that no row of the table equals, each once; return their number."""
    by_name = {fit.name: fit for fit in arrival.fits}
    given, pairs = [], []
    for column in arrival.shape.columns:
        fit, stored = by_name.get(column.name), f"t.{quote.name(column.name)}"
        mine = f"CAST(NULL AS {column.kept.value})"
        if fit is not None:
            mine, stored = fit.identity(f"a.f{fit.index}"), fit.identity(stored)
        same = "=" if column.name in arrival.spec.required else "IS NOT DISTINCT FROM"
        given.append(mine)
        pairs.append(f"{mine} {same} {stored}")
    with _set_down(arrival, arrival.good_rows()):
        grouped = ", ".join(given)
        first = _choose(arrival, f"SELECT min(a.row) AS row FROM {_ARRIVED} a GROUP BY {grouped}")
        if not arrival.table_is_empty():
            first = _unknown(arrival, first, " AND ".join(pairs))
        return _insert(arrival, first)


def _unknown(arrival: Arrival, query: str, equal: str) -> str:
    """Return a query of those rows of a query that no row of the table is equal to.

    The known ones are looked for: unlike a search for the others, that one reads only the parts
    of the table in which keys such as theirs can be.
    """
    known = f"SELECT a.row FROM ({query}) a SEMI JOIN {arrival.table} t ON {equal}"
    return f"SELECT a.* FROM ({query}) a ANTI JOIN ({known}) USING (row)"
