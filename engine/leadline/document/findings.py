"""What is being said about one file while it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from leadline.diagnostic import Code, Diagnostic, in_order
from leadline.document.source import Source

MOST_OF_A_KIND = 100
"""A file of control characters is one mistake: after so many of a kind they are only counted."""


class Findings:
    """Collects the diagnostics of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._said: list[Diagnostic] = []
        self._counts: Counter[Code] = Counter()

    def say(self, kind: Code, span: tuple[int, int], message: str, hint: str) -> None:
        """Add a diagnostic about ``text[span[0]:span[1]]``."""
        self._counts[kind] += 1
        if self._counts[kind] <= MOST_OF_A_KIND:
            self._said.append(Diagnostic(kind, message, self._source.place(*span), hint))

    def all(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics in the order of the file; the last of a kind counts the rest."""
        said = list(in_order(self._said))
        for kind, count in self._counts.items():
            if count > MOST_OF_A_KIND:
                last = max(i for i, found in enumerate(said) if found.kind == kind)
                more = f"{count - MOST_OF_A_KIND:,} more of this kind in the file"
                said[last] = replace(said[last], notes=(*said[last].notes, more))
        return tuple(said)
