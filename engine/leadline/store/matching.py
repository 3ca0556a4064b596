"""Which column of a source becomes which column of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadline.diagnostic import did_you_mean
from leadline.errors import SourceError
from leadline.store.incoming import Cell, Incoming
from leadline.store.tables import TableSpec


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of the source under the name that it has in the store."""

    name: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Match:
    """The columns that a source gives for a table, and what a person may want to know."""

    columns: tuple[Matched, ...]
    notes: tuple[str, ...]


def match_columns(
    incoming: Incoming, mapping: Mapping[str, str], stored: Sequence[str] = ()
) -> Match:
    """Name the columns of a source, without regard to case and to blanks around the names.

    Args:
        incoming: the rows, with the header that they came with.
        mapping: names in the store -> names in the source, as configured.
        stored: the columns that the table has already, whose spelling stays.

    Raises:
        SourceError: the header names a column twice or has none that is needed, or a mapped
            column is not in it.
    """
    cells = _by_folded_name(incoming)
    taken = _mapped(incoming, cells, mapping, stored)
    used = {_folded(source) for source in mapping.values()}
    notes = []
    for folded, cell in cells.items():
        if folded in used:
            continue
        if folded in taken:
            given = taken[folded].cell.header
            notes.append(
                f"{incoming.origin}: column `{cell.header}` is left out, "
                f"since `{given}` is mapped to that name"
            )
            continue
        taken[folded] = Matched(_spelling(incoming.spec, cell.header.strip(), stored), cell)
    _require(incoming, taken)
    return Match(tuple(taken.values()), tuple(notes))


def _folded(name: str) -> str:
    """Return what names of columns are compared by: neither case nor blanks around matter."""
    return name.strip().casefold()


def _by_folded_name(incoming: Incoming) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for cell in incoming.cells:
        folded = _folded(cell.header)
        if not folded or any(letter < " " or letter == "\x7f" for letter in folded):
            raise SourceError(
                f"{incoming.origin}: a column has the name {cell.header[:60]!r}, "
                "expected one of visible characters"
            )
        if folded in cells:
            raise SourceError(
                f"{incoming.origin}: the columns `{cells[folded].header}` and `{cell.header}` "
                "have the same name",
                hint="names are matched without regard to case; rename one in the source",
            )
        cells[folded] = cell
    return cells


def _mapped(
    incoming: Incoming, cells: Mapping[str, Cell], mapping: Mapping[str, str], stored: Sequence[str]
) -> dict[str, Matched]:
    taken: dict[str, Matched] = {}
    for name, source in mapping.items():
        cell = cells.get(_folded(source))
        if cell is None:
            raise SourceError(
                f"{incoming.origin}: there is no column `{source}`, "
                f"which the mapping of {incoming.spec.name} needs for `{name}`",
                hint=did_you_mean(source, incoming.header),
            )
        taken[name.casefold()] = Matched(_spelling(incoming.spec, name, stored), cell)
    return taken


def _spelling(spec: TableSpec, name: str, stored: Sequence[str]) -> str:
    """Return a name as the table spells it, where the table knows it."""
    column = spec.column(name)
    if column is not None:
        return column.name
    folded = name.casefold()
    return next((known for known in stored if known.casefold() == folded), name)


def _require(incoming: Incoming, taken: Mapping[str, Matched]) -> None:
    """Refuse a header that is not one of this table, such as that of an error page."""
    spec = incoming.spec
    missing = [f"`{name}`" for name in spec.required if name not in taken]
    if spec.one_of and not any(name in taken for name in spec.one_of):
        missing.append(" or ".join(f"`{name}`" for name in spec.one_of))
    if missing:
        shown = ", ".join(f"`{name[:60]}`" for name in incoming.header[:20])
        more = f" and {len(incoming.header) - 20} more" if len(incoming.header) > 20 else ""
        raise SourceError(
            f"{incoming.origin} has no column {', '.join(missing)}, which {spec.name} need; "
            f"its header is {shown or 'empty'}{more}",
            hint="name the source's column under `mapping`, or check that this is the right file",
        )
