"""Read CSV bytes the way a load does, and read back what a bulk load would see."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from leadline.plugin import DataFile, ReadContext, Reject, SourceKind, checked_settings
from leadline_plugins import csv_files

Row = tuple[int, tuple[str, ...]]
Read = Callable[..., "Loaded"]


@dataclass(frozen=True)
class Loaded:
    """The header, each good row with its line, and the rejects."""

    columns: tuple[str, ...]
    rows: list[Row]
    rejects: list[Reject]

    @property
    def cells(self) -> list[tuple[str, ...]]:
        return [cells for _, cells in self.rows]


def kind() -> SourceKind:
    (found,) = csv_files.leadline_sources()
    return found


def rows_of(normalised: bytes) -> list[list[str]]:
    """Return the cells of a normalised file, its header row first."""
    return list(csv.reader(io.StringIO(normalised.decode(), newline=""), strict=True))


def read_csv(context: ReadContext, content: bytes, name: str, **settings: object) -> Loaded:
    """Return what is loaded of one file with this content."""
    (context.root / name).write_bytes(content)
    checked = checked_settings(kind(), {"files": {"events": name}, **settings})
    *rejects, file = kind().factory(checked).read(context)
    assert isinstance(file, DataFile)
    assert file.format == "csv"
    header, *rows = rows_of(file.path.read_bytes())
    file.path.unlink()
    assert tuple(header) == file.columns
    assert file.line_column == header[0] == "__line"
    good = [(int(row[0]), tuple(row[1:])) for row in rows]
    kept = [reject for reject in rejects if isinstance(reject, Reject)]
    assert kept == rejects
    return Loaded(file.columns[1:], good, kept)
