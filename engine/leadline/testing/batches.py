"""Cases to batches: cases of one date side by side in one store, each with ids of its own.

An evaluation costs much the same for one case as for fifty, so cases share one where no case can
see another's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from leadline.diagnostic import Diagnostic
from leadline.pipeline import columns_of
from leadline.plan.clock import parse_as_of
from leadline.plugin.items import Records
from leadline.ruleset.extensions import NO_EXTENSIONS, Extensions
from leadline.ruleset.model import Ruleset
from leadline.sql import testing as sql
from leadline.standing import ranked
from leadline.store import RejectedRow, SourceLoad, Store
from leadline.store.forms import TYPE_WORDS
from leadline.store.tables import TABLES, Kind, TableSpec
from leadline.testing import codes
from leadline.testing.cases import MARK, Batch, Case, Cell, Row
from leadline.testing.columns import Columns

#: The columns that hold ids of what a case is about.
_IDS = ("lead_id", "old_lead_id", "account_id", "asset_id", "event_id", "opportunity_id")
_WORDS = {type_: word for word, type_ in TYPE_WORDS.items()}
#: Texts of one kind: where a rule looks at the text of one of them, none of them is marked.
_LEAD_IDS = frozenset(("lead_id", "old_lead_id"))


class _Group:
    """Cases that can share a store, and what of theirs others could meet."""

    def __init__(self, case: Case) -> None:
        self.on = case.on
        self.cases = [case]
        self.account_domains: set[str] = set()
        self.email_domains: set[str] = set()
        self.assets: dict[str, Row] = {}
        self.closed = False


def make_batches(
    cases: Sequence[Case],
    ruleset: Ruleset,
    columns: Columns,
    extensions: Extensions = NO_EXTENSIONS,
) -> tuple[tuple[Batch, ...], tuple[Diagnostic, ...]]:
    """Lay out cases in stores.

    Args:
        cases: the cases.
        ruleset: the model, compiled.
        columns: the columns of all cases.
        extensions: what plugins add to the language.

    Returns:
        The batches, whose stores the caller closes, and the rows that no table takes.
    """
    read = columns.looked_at
    keys = frozenset(_IDS) - read - (_LEAD_IDS if read & _LEAD_IDS else frozenset())
    batches: list[Batch] = []
    found: list[Diagnostic] = []
    try:
        for group in _grouped(cases, ruleset, keys):
            store = Store.open(None, threads=1)
            batch = Batch(
                on=group.on,
                as_of=parse_as_of(group.on, ruleset.timezone),
                cases=tuple(group.cases),
                store=store,
                catalog=columns.catalog,
                keys=keys,
                extensions=extensions,
            )
            batches.append(batch)
            found += _fill(batch, columns)
            batches[-1] = replace(batch, catalog=columns_of(store))
    except BaseException:
        for batch in batches:
            batch.store.close()
        raise
    return tuple(batches), tuple(found)


# Which cases share a store


def _grouped(cases: Iterable[Case], ruleset: Ruleset, keys: frozenset[str]) -> list[_Group]:
    ranks = frozenset(ranked(ruleset))
    groups: list[_Group] = []
    for case in cases:
        mine = _footprint(case, keys)
        if not {"lead_id", "account_id", "event_id"} <= keys or _is_ranked(case, ranks):
            mine.closed = True
        else:
            fitting = (group for group in groups if group.on == case.on and _fit(group, mine))
            other = next(fitting, None)
            if other is not None:
                _join(other, mine)
                continue
        groups.append(mine)
    return groups


def _is_ranked(case: Case, ranks: frozenset[str]) -> bool:
    """Say whether a case asks for a segment that ranks its leads among all leads."""
    return bool(ranks) and any(
        expected.kind == "segment" and (not expected.name or expected.name in ranks)
        for expected in case.expectations
    )


def _footprint(case: Case, keys: frozenset[str]) -> _Group:
    group = _Group(case)
    for row in case.rows:
        if row.table == "accounts":
            group.account_domains |= _domains(row.cell("domain"))
        if row.table in ("leads", "lead_history"):
            group.email_domains |= _domains(row.cell("email")) | _domains(row.cell("value"))
        asset = row.cell("asset_id") if row.table == "assets" else None
        if asset is not None and "asset_id" not in keys:
            group.assets[str(asset.value)] = row
    return group


def _domains(cell: Cell | None) -> set[str]:
    text = cell.value if cell is not None else None
    return {text.rpartition("@")[2].strip().casefold()} if isinstance(text, str) else set()


def _fit(one: _Group, other: _Group) -> bool:
    """Say whether cases cannot see each other: no account would take a lead, no asset differs."""
    seen = one.account_domains & (other.account_domains | other.email_domains)
    seen |= one.email_domains & other.account_domains
    same = all(one.assets.get(id, row) == row for id, row in other.assets.items())
    return not one.closed and not seen and same


def _join(group: _Group, other: _Group) -> None:
    group.cases += other.cases
    group.account_domains |= other.account_domains
    group.email_domains |= other.email_domains
    group.assets |= other.assets


# The rows


@dataclass(frozen=True, slots=True)
class _Marked:
    """A row of a case as the store gets it, by folded column."""

    values: Mapping[str, object]
    row: Row


def _fill(batch: Batch, columns: Columns) -> list[Diagnostic]:
    """Load the rows of a batch's cases as a source would."""
    tables: dict[str, list[_Marked]] = {}
    for number, case in enumerate(batch.cases):
        for spec in TABLES:
            tables.setdefault(spec.name, []).extend(_rows(batch, number, case, spec))
    items = []
    types: dict[str, dict[str, str]] = {}
    for name, rows in tables.items():
        extra = columns.extra[name]
        if not rows and extra:
            # As the store would make it, which takes far longer.
            known = [column for spec in TABLES if spec.name == name for column in spec.columns]
            typed = [(column.name, column.type) for column in known]
            typed += [(column.name, column.type) for column in extra]
            batch.store.database.execute(sql.empty_table(name, typed))
        elif rows:
            names = dict.fromkeys((*_known(name), *(key for row in rows for key in row.values)))
            names |= dict.fromkeys(column.name.casefold() for column in extra)
            spelt = {column.name.casefold(): column.name for column in extra}
            values = tuple(tuple(row.values.get(key) for key in names) for row in rows)
            header = tuple(spelt.get(key, key) for key in names)
            items.append(Records(name, "the cases", header, values, 1))
            types[name] = {column.name: _WORDS[column.type] for column in extra}
    batch.store.load(SourceLoad("cases", types=types), items)
    return [_refused(reject, tables) for reject in batch.store.rejects()]


def _known(table: str) -> tuple[str, ...]:
    return tuple(column.name for spec in TABLES if spec.name == table for column in spec.columns)


def _rows(batch: Batch, number: int, case: Case, spec: TableSpec) -> list[_Marked]:
    """Return the rows of a case for a table; of one key, later rows change what they give."""
    merged: dict[object, _Marked] = {}
    for position, row in enumerate(row for row in case.rows if row.table == spec.name):
        values = {
            cell.column.casefold(): _marked(batch, number, cell.column.casefold(), cell.value)
            for cell in row.cells
        }
        if spec.kind is Kind.EVENTS and values.get("event_id") is None:
            values["event_id"] = _marked(batch, number, "event_id", f"event {position + 1:04}")
        if row.table == "lead_history" and str(values.get("field")).casefold() in batch.keys:
            values["value"] = _marked(batch, number, str(values["field"]), _text(row, "value"))
        id: object = values.get(spec.key[0]) if spec.kind is Kind.KEYED else None
        key = position if id is None else id
        before = merged[key].values if key in merged else {}
        merged[key] = _Marked({**before, **values}, row)
    return list(merged.values())


def _marked(
    batch: Batch, number: int, column: str, value: str | tuple[str, ...] | None
) -> str | list[str] | None:
    if isinstance(value, str):
        return batch.mark(number, column, value)
    return list(value) if value is not None else None


def _text(row: Row, column: str) -> str | None:
    cell = row.cell(column)
    return cell.value if cell is not None and isinstance(cell.value, str) else None


def _refused(reject: RejectedRow, tables: Mapping[str, list[_Marked]]) -> Diagnostic:
    """Return what is wrong with a row, at its place in the file."""
    row = tables[reject.table][(reject.line or 1) - 1].row
    cell = row.cell(reject.column) if reject.column else None
    reason = "".join(part for part in _unmarked(reject.reason))
    message = f"this row of {reject.table} cannot be used: {reason}"
    place = cell.place if cell is not None else row.place
    return Diagnostic(codes.BAD_ROW, message, place)


def _unmarked(text: str) -> str:
    """Return a text without the numbers of cases before its ids."""
    head, mark, rest = text.partition(MARK)
    return head.rstrip("0123456789") + _unmarked(rest) if mark else text
