"""The columns that cases need: their own, those that the ruleset reads, and the types of all.

A case is partial, so what it does not give is there and missing. A column has the type of the
real data where they are at hand, else the one that the ruleset uses it as; so ``zip: 01234``
stays a text where a rule compares it with texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from leadline.diagnostic import Diagnostic, did_you_mean
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.expression.nodes import Field, Missing
from leadline.ruleset.model import Reach, Ruleset, SetTags, Window
from leadline.store.tables import TABLES, TableSpec
from leadline.testing import codes
from leadline.testing.cases import Case, Cell, Row

#: The table behind each scope of a field.
_TABLE = {"event": "events", "asset": "assets", "lead": "leads", "account": "accounts"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the cases of a ruleset.

    Attributes:
        catalog: everything that the ruleset may name.
        extra: of each table the columns beyond the known ones that cases give or rules read.
        looked_at: the columns whose very values matter to a rule.
    """

    catalog: Catalog
    extra: Mapping[str, tuple[Column, ...]]
    looked_at: frozenset[str]


def columns_for(
    declared: Ruleset, cases: Iterable[Case], data: Catalog | None
) -> tuple[Columns, tuple[Diagnostic, ...]]:
    """Return the columns for some cases.

    Args:
        declared: the ruleset as built without a catalog, its fields typed by their use.
        cases: the cases.
        data: what the real data have; None where there are none at hand. With data, a field that
            neither they nor a case have is not there, and the ruleset does not compile.

    Returns:
        The columns, and what cases give that nothing reads.
    """
    used = _used(declared)
    tables = {spec.name: _Table(spec, used, data) for spec in TABLES}
    tags = {field.column for field in every_field(declared) if field.scope == "tag"}
    source = declared.stages.source if declared.stages is not None else None
    tags |= {str(source.name)} if source is not None and source.kind == "tag" else set()
    tags |= set(_tags_set(declared)) | set(data.tags if data is not None else ())
    found = [
        diagnostic
        for case in cases
        for row in case.rows
        if row.table in tables
        for diagnostic in (*tables[row.table].take(row), *_of_value(row, tables["leads"], tags))
    ]
    catalog = Catalog(
        tuple(table.as_table() for table in tables.values()),
        history_fields=data.history_fields if data is not None else (),
        tags=data.tags if data is not None else (),
    )
    extra = {name: table.extra() for name, table in tables.items()}
    return Columns(catalog, extra, looked_at(declared)), tuple(found)


def every_field(value: object) -> Iterator[Field]:
    """Yield every field that a ruleset, or a part of one, names; of disabled rules too."""
    yield from _fields_in(value, ())


def looked_at(ruleset: Ruleset) -> frozenset[str]:
    """Return the folded names of columns whose very values matter to a ruleset.

    That two values are equal, as in windows, or that one is there, is no look at them.
    """
    return frozenset(field.column.casefold() for field in _looked_at(ruleset))


def _looked_at(ruleset: Ruleset) -> Iterator[Field]:
    yield from _fields_in(ruleset, (Missing, Window, Reach))
    for part in _parts(ruleset, (Window, Reach)):
        keys = (part.key,) if isinstance(part, Window) else (part.distinct, part.window.key)  # type: ignore[attr-defined]
        for key in keys:
            if key is not None and not isinstance(key, Field):
                yield from _fields_in(key, ())


def _fields_in(value: object, but: tuple[type, ...]) -> Iterator[Field]:
    yield from (part for part in _parts(value, (Field,), but) if isinstance(part, Field))


def _parts(value: object, kinds: tuple[type, ...], but: tuple[type, ...] = ()) -> Iterator[object]:
    """Yield the parts of a value that are of some kinds; nothing inside of others."""
    if isinstance(value, kinds):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts(item, kinds, but)
    elif is_dataclass(value) and not isinstance(value, (type, *but)):
        for own in fields(value):
            yield from _parts(getattr(value, own.name), kinds, but)


def _tags_set(ruleset: Ruleset) -> Iterator[str]:
    for part in _parts(ruleset.automations, (SetTags,)):
        yield from (tag for tag, _ in part.tags)  # type: ignore[attr-defined]


def _used(ruleset: Ruleset) -> dict[tuple[str, str], Column]:
    """Return the columns that a ruleset names, by table and folded name, typed by their use."""
    found: dict[tuple[str, str], Column] = {}
    for field in every_field(ruleset):
        table = _TABLE.get(field.scope)
        if table is None:
            continue
        key = (table, field.column.casefold())
        type_ = Type.NUMBER if field.type is Type.DURATION else field.type
        if key not in found or found[key].type is Type.EMPTY:
            found[key] = Column(field.column, type_)
    return found


class _Table:
    """The columns of one table, being gathered."""

    def __init__(
        self, spec: TableSpec, used: Mapping[tuple[str, str], Column], data: Catalog | None
    ) -> None:
        self._spec = spec
        self._used = {name: column for (table, name), column in used.items() if table == spec.name}
        real = data.table(spec.name) if data is not None else None
        self._real = {c.name.casefold(): c for c in (real.columns if real is not None else ())}
        self._columns = {c.name: Column(c.name, c.type) for c in spec.columns}
        for name, column in self._real.items():
            self._columns.setdefault(name, self._typed(column))
        self._needed = {name for name in self._used if data is None or name in self._columns}
        for name in sorted(self._needed):
            self._columns.setdefault(name, self._typed(self._used[name]))

    def take(self, row: Row) -> Iterator[Diagnostic]:
        """Note the columns of a row; yield what is wrong with them."""
        for cell in row.cells:
            name = cell.column.casefold()
            if name not in self._columns and name not in self._used:
                yield self._unread(cell)
                continue
            self._needed.add(name)
            if name not in self._columns:
                self._columns[name] = self._typed(self._used[name])
            column = self._columns[name]
            if column.type is Type.DATE and self._spec.column(name) is None and _has_time(cell):
                self._columns[name] = Column(column.name, Type.INSTANT)

    def knows(self, name: str) -> bool:
        """Say whether there is a column of that name."""
        return name.casefold() in self._columns or name.casefold() in self._used

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self._columns.values())

    def as_table(self) -> Table:
        """Return the table as a ruleset is compiled against it."""
        return Table(self._spec.name, tuple(self._columns.values()))

    def extra(self) -> tuple[Column, ...]:
        """Return the columns beyond the known ones that rows have to have."""
        return tuple(
            column
            for name, column in self._columns.items()
            if name in self._needed and self._spec.column(name) is None
        )

    def _typed(self, column: Column) -> Column:
        """Return a column with its type: that of the table, of the data, of its use, or text."""
        name = column.name.casefold()
        known = self._spec.known_type(name)
        real, used = self._real.get(name), self._used.get(name)
        told = [known, real.type if real else None, used.type if used else None]
        type_ = next((t for t in told if t not in (None, Type.EMPTY)), None) or Type.TEXT
        return Column(real.name if real else column.name, type_)

    def _unread(self, cell: Cell) -> Diagnostic:
        what = f"`{cell.column}` of {self._spec.name}"
        message = f"nothing reads {what}, so it changes no score"
        known = [*self.names, *(column.name for column in self._used.values())]
        hint = did_you_mean(cell.column, known)
        hint = hint if hint.startswith("did") else "remove it, or let a rule read it"
        return Diagnostic(codes.UNREAD_FIELD, message, cell.named, hint)


def _has_time(cell: Cell) -> bool:
    return isinstance(cell.value, str) and ":" in cell.value


def _of_value(row: Row, leads: _Table, tags: set[str]) -> Iterator[Diagnostic]:
    """Say where a tag, or a field with a history, is one that nothing reads."""
    name = {"lead_tags": "tag", "lead_history": "field"}.get(row.table)
    cell = row.cell(name) if name is not None else None
    if cell is None or not isinstance(cell.value, str):
        return
    if name == "tag":
        known: tuple[str, ...] = tuple(sorted(tags))
        if any(cell.value.casefold() == tag.casefold() for tag in tags):
            return
    else:
        known = leads.names
        if leads.knows(cell.value):
            return
    hint = did_you_mean(cell.value, known)
    hint = hint if hint.startswith("did") else "remove it, or let a rule read it"
    message = f"nothing reads the {name} `{cell.value}`, so it changes no score"
    yield Diagnostic(codes.UNREAD_FIELD, message, cell.place, hint)
