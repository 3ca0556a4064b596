"""The source ``dlt``: any resource of dlt, as rows of leadline's tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from leadline.plugin import Item, ReadContext, SourceKind, hookimpl

from leadline_dlt.settings import SETTINGS, table_entries


class Resources:
    """Read resources of a source of dlt."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Keep the checked settings."""
        self._source: str = settings["source"]
        self._arguments: Mapping[str, Any] = settings["arguments"]
        self._entries = table_entries(settings)

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rows of each table, and what the next load begins with.

        Raises:
            SourceError: the source or a resource cannot be had, or fails.
            UsageError: the source does not take the arguments.
        """
        # dlt reads it when it is first used, and reports to its makers unless it is there.
        os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
        # Here and not above: dlt takes seconds to import, and listing plugins none.
        from leadline_dlt.reading import read_resources

        yield from read_resources(self._source, self._arguments, self._entries, context)


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``dlt``."""
    return (SourceKind("dlt", "Any resource of dlt.", SETTINGS, Resources),)
