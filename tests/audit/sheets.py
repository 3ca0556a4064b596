"""Sheets of audits from a ruleset and files of data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from leadline.audit.programs import audits_of, reviews_of
from leadline.audit.sheet import AuditSheet, Cell, Row, make_sheet
from leadline.pipeline import columns_of, open_directory, read_ruleset


def sheet_of(
    folder: Path, ruleset: str, as_of: str, *, data: Path | None = None, ahead: int = 2
) -> AuditSheet:
    """Make the sheet of a ruleset over a folder of data, that of the ruleset unless given."""
    (folder / "model.yaml").write_text(f"leadline: 1\nmodel: m\n{ruleset}", encoding="utf-8")
    text = read_ruleset(folder / "model.yaml")
    store, _ = open_directory(data or folder, lambda label, done, total: None)
    with store:
        audits = audits_of(text, columns_of(store), store)
        return make_sheet(store, text, audits, reviews_of(text), as_of, ahead=ahead)


def write(folder: Path, tables: Mapping[str, Iterable[str]]) -> None:
    """Write tables as CSV files, a header and rows each."""
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join((*lines, "")), encoding="utf-8")


def row_of(sheet: AuditSheet, name: str) -> Row:
    """Return the row of an audit."""
    return next(row for row in sheet.rows if row.audit.name == name)


def words(cells: Iterable[Cell]) -> list[str]:
    """Return the word of each cell's change, `-` where there is none."""
    return [cell.change.word if cell.change else "-" for cell in cells]
