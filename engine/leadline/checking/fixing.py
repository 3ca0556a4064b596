"""Fixes into texts: applied without overlap, looked at again, and kept only where they helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from leadline.checking.codes import is_error
from leadline.diagnostic import Diagnostic, Edit
from leadline.document.source import source_of

#: A fix may make way for the next; more rounds than this would be fixes that chase each other.
_MOST_ROUNDS = 20

Check = Callable[[str], tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after fixes.

    Args:
        text: the text.
        applied: the findings that were fixed.
        left: the findings that were not: without a fix that may be applied, or overlapping with
            one that was; of :func:`fix_text`, what the text now has.
    """

    text: str
    applied: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...]


def apply_fixes(text: str, diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> Fixed:
    """Apply every fix that does not overlap with one before it.

    Args:
        text: the text of the file that the diagnostics are about, line ends as they are.
        diagnostics: what was found in it.
        unsafe: apply fixes, too, that change what the file means.
    """
    source = source_of("", text)
    taken: list[tuple[int, int, str]] = []
    applied: list[Diagnostic] = []
    left: list[Diagnostic] = []
    for found in diagnostics:
        edits = _wanted(found, unsafe=unsafe)
        spans = [(*source.span(edit.place), _line_ends(edit.text, text)) for edit in edits]
        if spans and not any(_overlap(one, other) for one in spans for other in taken):
            taken += spans
            applied.append(found)
        else:
            left.append(found)
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return Fixed(text, tuple(applied), tuple(left))


def fix_text(text: str, diagnostics: Sequence[Diagnostic], check: Check, *, unsafe: bool) -> Fixed:
    """Apply fixes in rounds until none is left, each proven by another check.

    A fix counts as applied where its finding is gone and no error has come in its place; others
    are taken back.

    Args:
        text: the text of a file.
        diagnostics: what was found in it.
        check: says what is to be said about another text of the same file.
        unsafe: apply fixes, too, that change what the file means.
    """
    found = tuple(diagnostics)
    applied: list[Diagnostic] = []
    refused: set[tuple[str, str, tuple[Edit, ...]]] = set()
    for _ in range(_MOST_ROUNDS):
        due = [d for d in found if _wanted(d, unsafe=unsafe) and _key(d) not in refused]
        if not due:
            break
        fixed = apply_fixes(text, due, unsafe=unsafe)
        after = check(fixed.text)
        if not _proven(found, fixed.applied, after):
            # One of them does not help: one alone shows whether it is that.
            fixed = apply_fixes(text, due[:1], unsafe=unsafe)
            after = check(fixed.text)
        if not _proven(found, fixed.applied, after):
            refused.add(_key(due[0]))
            continue
        text, found = fixed.text, after
        applied += fixed.applied
    return Fixed(text, tuple(applied), found)


def _wanted(found: Diagnostic, *, unsafe: bool) -> tuple[Edit, ...]:
    return found.fix.edits if found.fix is not None and (found.fix.safe or unsafe) else ()


def _key(found: Diagnostic) -> tuple[str, str, tuple[Edit, ...]]:
    return found.code, found.message, found.fix.edits if found.fix is not None else ()


def _proven(
    before: Sequence[Diagnostic], applied: Sequence[Diagnostic], after: Sequence[Diagnostic]
) -> bool:
    """Say whether what was applied is gone and no error is new; lines may have moved."""
    due = _counted(before) - _counted(applied)
    now = _counted(after)
    if any(now[one] > due[one] for one in _counted(applied)):
        return False
    if any(is_error(found.code) for found in applied):
        # An error may have hidden others, but there must be fewer than before.
        return _errors(after) < _errors(before)
    return not any(is_error(code) for code, _ in now - _counted(before))


def _errors(found: Iterable[Diagnostic]) -> int:
    return sum(is_error(one.code) for one in found)


def _counted(found: Iterable[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.message) for one in found)


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Say whether two edits touch; two that only add at one place have no order, so they do."""
    return one[0] < other[1] and other[0] < one[1] if one[0] != other[0] else True


def _line_ends(new: str, text: str) -> str:
    """Return an edit's text with the line ends of the file."""
    if "\n" in new and "\r\n" in text:
        return new.replace("\r\n", "\n").replace("\n", "\r\n")
    return new
