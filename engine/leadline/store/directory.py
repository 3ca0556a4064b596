"""A folder of data files, as ``--data DIR`` names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from leadline.diagnostic import nearest
from leadline.errors import UsageError
from leadline.store.tables import TABLE_NAMES

#: The built-in source that reads files of each ending.
_PLUGIN = {".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet"}
#: The tables that a lead can be known from; a log of tags alone has its moves between stages.
_OF_LEADS = ("events", "leads", "lead_tags")
_NAME = re.compile(r"(?P<stem>.+?)(?P<ending>\.csv|\.csv\.gz|\.parquet)", re.IGNORECASE)
#: What may follow the name of a table: `events-2026-01.csv`, `events_3.parquet`, `events2.csv`.
_PART = re.compile(r"[-_.]?\d.*|[-.].*")


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The data files of a folder.

    Args:
        folder: the folder.
        files: plugin -> table -> its files in the order of their names.
        notes: a line for each file that is of no table.
    """

    folder: Path
    files: dict[str, dict[str, list[Path]]]
    notes: tuple[str, ...]

    def settings(self, plugin: str) -> dict[str, object]:
        """Return the settings that make a built-in source read its files, from the folder on."""
        tables = self.files.get(plugin, {})
        return {
            "files": {
                name: [path.relative_to(self.folder).as_posix() for path in paths]
                for name, paths in tables.items()
            }
        }


def data_files(folder: Path) -> DataDirectory:
    """Find the data files of a folder.

    A table is ``events.csv``, ``events.csv.gz``, ``events.parquet``, several files such as
    ``events-2026-01.csv``, or a folder ``events`` of such files with any name.

    Args:
        folder: where to look.

    Raises:
        UsageError: it is no folder, or has nothing that leads are known from.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", hint="pass one with events and leads")
    files: dict[str, dict[str, list[Path]]] = {}
    notes = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            table = path.name.casefold() if path.name.casefold() in TABLE_NAMES else None
            inside = sorted(inner for inner in path.iterdir() if inner.is_file())
        else:
            table, inside = _table_of(path), [path]
        if table is None:
            notes.append(_note(path))
            continue
        for file in inside:
            plugin = _plugin_of(file)
            if plugin is not None:
                files.setdefault(plugin, {}).setdefault(table, []).append(file)
            elif not file.name.startswith("."):
                notes.append(_note(file))
    if not any(table in tables for tables in files.values() for table in _OF_LEADS):
        raise UsageError(
            f"{folder} has no data: looked for events, leads or lead_tags as events.csv, "
            "events.csv.gz, events.parquet, events-*.csv, events*.parquet or a folder events of "
            "such files",
            hint="; ".join(notes[:3]),
        )
    return DataDirectory(folder, files, tuple(notes))


def _plugin_of(path: Path) -> str | None:
    parts = _NAME.fullmatch(path.name)
    return _PLUGIN[parts["ending"].casefold()] if parts and path.is_file() else None


def _table_of(path: Path) -> str | None:
    """Return the table that a file is for, judged by its name."""
    parts = _NAME.fullmatch(path.name)
    if parts is None:
        return None
    stem = parts["stem"].casefold()
    # The longest name first: `lead_tags-1.csv` is no file of a table `lead`.
    for table in sorted(TABLE_NAMES, key=len, reverse=True):
        if stem == table or (stem.startswith(table) and _PART.fullmatch(stem[len(table) :])):
            return table
    return None


def _note(path: Path) -> str:
    if path.is_file() and _plugin_of(path) is None:
        return f"{path} is left out: it is neither CSV nor Parquet"
    stem = path.name.split(".")[0]
    near = nearest(stem, TABLE_NAMES, most=1)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return f"{path} is left out: `{stem}` is no table of leadline{meant}"
