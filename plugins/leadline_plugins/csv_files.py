"""The source ``csv``: CSV files, plain or packed with gzip, read strictly.

A file must have a header row. Each row either fits RFC 4180 and the header, or is rejected with
its line, the reason and its text. Bounds: 1,048,576 bytes a record, 100,000 characters a cell,
100 lines a record, 1,000 columns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from leadline.plugin import DataFile, Item, ReadContext, SourceKind, hookimpl
from leadline_plugins.encoding import encoded_text, known_encoding
from leadline_plugins.header import LINE_COLUMN
from leadline_plugins.matching import FILES, Found, matched
from leadline_plugins.records import RecordGate
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
        self._encoding = known_encoding(settings["encoding"])
        self._delimiter = "\t" if settings["delimiter"] == "tab" else settings["delimiter"]
        self._complete_only = settings["final_newline"] == "required"

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rejects and then the rows of each file, table by table.

        Raises:
            SourceError: a pattern matches no file, or a file cannot be read as CSV at all.
        """
        for found in matched(self._files, context.root):
            yield from self._read_file(found, context)

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
