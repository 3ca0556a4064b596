"""What can be said about a ruleset, a source row or a run: a value, not a print.

A :class:`Diagnostic` names a code, a place and what to do. Text, JSON and the
other outputs are prints of it and live in ``leadline.report``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How much a diagnostic matters; a larger value is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The word that prints before the code: ``error``, ``warning`` or ``note``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span in a file. Lines and columns count from 1 in characters; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: its stable code (``LL101``), its name and the severity it has."""

    code: str
    name: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a file's text: what stands at ``place`` becomes ``text``."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend what was found; ``title`` says what they do, such as "write `x`".

    A fix is ``safe`` where no score can change by it.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what was found, where, and what to do about it.

    ``message`` says what was found and what was expected, in lower case without a
    full stop; ``hint`` says what to do, and ``fix`` does it where a program can.
    """

    kind: Code
    message: str
    place: Place | None = None
    hint: str = ""
    notes: tuple[str, ...] = field(default=())
    fix: Fix | None = None

    @property
    def code(self) -> str:
        """The stable code, such as ``LL041``."""
        return self.kind.code

    @property
    def name(self) -> str:
        """The stable name, such as ``unknown-field``."""
        return self.kind.name

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.kind.severity


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics by file, line and column, each said once."""
    once: dict[tuple[str, Place | None, str], Diagnostic] = {}
    for found in diagnostics:
        once.setdefault((found.code, found.place, found.message), found)
    nowhere = Place("", 0, 0, 0, 0)
    return tuple(sorted(once.values(), key=lambda d: (d.place or nowhere, d.code, d.message)))


def nearest(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return up to ``most`` of the known names that a person may have meant by ``word``."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(name.casefold(), name)
    found = difflib.get_close_matches(word.casefold(), list(by_fold), n=most, cutoff=0.6)
    return tuple(by_fold[name] for name in found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean `x` or `y`?``, or the known names where none is near."""
    names = tuple(known)
    close = nearest(word, names)
    if close:
        return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?"
    if not names:
        return ""
    most = 12 if len(names) > 13 else 13  # "and 1 more" is no shorter than the one
    shown = ", ".join(f"`{name}`" for name in sorted(names)[:most])
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"known here: {shown}{more}"


def offered(hint: str) -> tuple[str, ...]:
    """Return the names that a hint of the form ``did you mean `x` or `y`?`` offers."""
    if not (hint.startswith("did you mean `") and hint.endswith("`?")):
        return ()
    return tuple(hint.removeprefix("did you mean `").removesuffix("`?").split("` or `"))
