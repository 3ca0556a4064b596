"""What a source is: a thing that reads, made from settings by a described kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leadline.plugin.items import Item


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a source is given to read with.

    Args:
        root: the folder of leadline.yaml; relative paths start here.
        workdir: a temporary folder that lives as long as the load.
        cursor: the value of the last cursor that was kept; None at the first load.
        progress: called with a label, the bytes done and the bytes in all.
    """

    root: Path
    workdir: Path
    cursor: str | None
    progress: Callable[[str, int, int], None]


class Source(Protocol):
    """A place that rows come from."""

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield what is new since ``context.cursor``.

        Raises:
            SourceError: the source cannot be read at all; a bad row is a Reject, never this.
        """
        ...


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source, as ``plugin:`` in leadline.yaml names it.

    Args:
        name: lower-case letters, digits, ``-`` and ``_``.
        summary: one line for lists.
        settings: the JSON Schema (draft 2020-12) of its settings. Defaults at its first level
            are filled in before the factory is called.
        factory: makes the source from checked settings. Heavy imports belong in here.
        api_version: the version of this interface that the plugin is written for.
    """

    name: str
    summary: str
    settings: Mapping[str, object]
    factory: Callable[[Mapping[str, object]], Source]
    api_version: int = 1
