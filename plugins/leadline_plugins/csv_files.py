"""The source ``csv``: CSV files, plain or packed with gzip, read strictly.

A file must have a header row. Each row either fits RFC 4180 and the header, or is rejected with
its line, the reason and its text. Bounds: 1,048,576 bytes a record, 100,000 characters a cell,
100 lines a record, 1,000 columns.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from leadline.plugin import DataFile, Item, OutputKind, ReadContext, Reject, SourceKind, hookimpl
from leadline.plugin.duckdb_file import DuckDBFile
from leadline_plugins.batch_tables import CSV
from leadline_plugins.duckdb_tables import DuckDBSession
from leadline_plugins.encoding import encoded_text, known_encoding
from leadline_plugins.header import LINE_COLUMN
from leadline_plugins.matching import FILES, Found, matched
from leadline_plugins.records import RecordGate
from leadline_plugins.table_queries import TABLES, table_queries
from leadline_plugins.table_reading import read_tables
from leadline_plugins.unpack import unpacked

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": FILES,
        "encoding": {
            "description": "The encoding of the files; a byte order mark outweighs it.",
            "type": "string",
            "default": "utf-8",
        },
        "delimiter": {
            "description": "What stands between two cells.",
            "enum": [",", ";", "|", "tab", "\t"],
            "default": ",",
        },
        "header": {
            "description": "The first row names the columns; files without one are not read.",
            "const": True,
            "default": True,
        },
        "tables": {
            **TABLES,
            "description": "With it, `files` gives names to files, and queries over those names "
            "fill the tables of leadline.",
        },
        "final_newline": {
            "description": (
                "required: a last line without a line end may be cut, and is rejected. "
                "optional: it is taken for whole."
            ),
            "enum": ["required", "optional"],
            "default": "required",
        },
    },
}


class CsvSource:
    """Read CSV files and yield each as a normalised file, with its rejects before it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._files = settings["files"]
        self._queries = table_queries(settings.get("tables", {}))
        self._encoding = known_encoding(settings["encoding"])
        self._delimiter = "\t" if settings["delimiter"] == "tab" else settings["delimiter"]
        self._complete_only = settings["final_newline"] == "required"

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rejects and then the rows of each file, table by table.

        Raises:
            SourceError: a pattern matches no file, or a file cannot be read as CSV at all.
        """
        if self._queries:
            yield from self._read_queries(context)
            return
        for found in matched(self._files, context.root):
            yield from self._read_file(found, context)

    def _read_queries(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rejects of all files, and then what the queries make of their rows."""
        files: dict[str, list[DataFile]] = {}
        for found in matched(self._files, context.root):
            for item in self._read_file(found, context):
                if isinstance(item, DataFile):
                    files.setdefault(found.table, []).append(item)
                elif isinstance(item, Reject):
                    yield replace(item, table=self._filled_from(found.table))
        with DuckDBFile(context.workdir) as database:
            for name, parts in files.items():
                columns = dict.fromkeys(column for part in parts for column in part.columns)
                database.add_csv(name, tuple(columns), [part.path for part in parts])
            session = DuckDBSession(database, tells_texts=False)
            yield from read_tables(session, self._queries, context)

    def _filled_from(self, name: str) -> str:
        """Return the first table of leadline that a file has a part in, where that can be seen."""
        told = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        sources = ((query.table, query.name or query.query or "") for query in self._queries)
        return next((table for table, text in sources if told.search(text)), self._queries[0].table)

    def _read_file(self, found: Found, context: ReadContext) -> Iterator[Item]:
        chunks = unpacked(found.path, found.origin, context.progress)
        text = encoded_text(chunks, self._encoding, found.origin)
        with tempfile.NamedTemporaryFile(dir=context.workdir, suffix=".csv", delete=False) as out:
            gate = RecordGate(
                found.table,
                found.origin,
                text,
                self._delimiter,
                out.file,
                complete_only=self._complete_only,
            )
            yield from gate.rejects()
        columns = (LINE_COLUMN, *gate.columns)
        yield DataFile(found.table, Path(out.name), "csv", found.origin, columns, LINE_COLUMN)


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``csv``."""
    return (SourceKind("csv", "CSV files, plain or gzip, read strictly.", SETTINGS, CsvSource),)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``csv``."""
    return (CSV,)
