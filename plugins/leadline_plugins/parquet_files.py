"""The source ``parquet``: Parquet files, handed on as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leadline.errors import SourceError
from leadline.plugin import DataFile, Item, OutputKind, ReadContext, SourceKind, hookimpl
from leadline_plugins.batch_tables import PARQUET
from leadline_plugins.matching import FILES, Found, matched

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {"files": FILES},
}

_MAGIC = b"PAR1"


class ParquetSource:
    """Yield Parquet files; their columns and types are read by the store."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._files = settings["files"]

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield each file, table by table.

        Raises:
            SourceError: a pattern matches no file, or a file is no whole Parquet file.
        """
        for found in matched(self._files, context.root):
            _refuse_others(found)
            yield DataFile(found.table, found.path, "parquet", found.origin, ())


def _refuse_others(found: Found) -> None:
    """Raise a SourceError where a file does not begin and end as Parquet files do."""
    try:
        with found.path.open("rb") as file:
            start = file.read(len(_MAGIC))
            size = file.seek(0, 2)
            file.seek(max(size - len(_MAGIC), 0))
            end = file.read()
    except OSError as error:
        raise SourceError(f"{found.origin} cannot be read: {error.strerror}") from error
    if start != _MAGIC:
        raise SourceError(f"{found.origin} is no Parquet file")
    if end != _MAGIC:
        raise SourceError(
            f"{found.origin} is a Parquet file that is cut before its end", hint="fetch it again"
        )


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``parquet``."""
    return (SourceKind("parquet", "Parquet files.", SETTINGS, ParquetSource),)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``parquet``."""
    return (PARQUET,)
