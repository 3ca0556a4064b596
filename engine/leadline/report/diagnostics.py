"""Diagnostics as text for people, a line each for editors, and JSON for tools.

The text follows rustc and ruff: what is wrong, where, the source with the span underlined, what
to do. Columns are those of a terminal, in which a character may be two wide or none.
"""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from leadline.diagnostic import Diagnostic, Fix, Place, Severity, in_order

WIDTH = 100

_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_BLUE = "\x1b[1;34m"
_OF_SEVERITY = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.NOTE: "\x1b[1;36m",
}
_TAB = "    "
_CUT = "…"
_BEFORE = 20  # columns kept before the span where a long line is cut
_UNBROKEN = 50  # code in backquotes up to this length is kept on one line
_CODE = re.compile(r"`[^`]*`")


def text(
    diagnostics: Iterable[Diagnostic],
    texts: Mapping[str, str],
    *,
    colour: bool,
    width: int = WIDTH,
) -> str:
    """Print diagnostics for people.

    Args:
        diagnostics: in any order; they are printed by file and line, each once.
        texts: the text of each file, to show the source; a file that is not there shows none.
        colour: write ANSI colours.
        width: columns to keep within; only a long name in a message runs over.

    Returns:
        Lines, each ended by a line feed; ``""`` where there is nothing to say.
    """
    found = in_order(diagnostics)
    if not found:
        return ""
    print_ = _Print(texts, colour, width)
    blocks = ["\n".join(print_.lines(diagnostic)) for diagnostic in found]
    return "\n\n".join([*blocks, summary(found)]) + "\n"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Print diagnostics as a JSON list of objects; places are null where there is none."""
    return json.dumps([_object(d) for d in in_order(diagnostics)], ensure_ascii=False, indent=2)


def concise(diagnostics: Iterable[Diagnostic]) -> str:
    """Print a line each: ``file:line:column: CODE name: message``, with the nearest names."""
    return "".join(f"{_line(diagnostic)}\n" for diagnostic in in_order(diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    where = f"{diagnostic.place}: " if diagnostic.place is not None else ""
    named = " ".join(dict.fromkeys((diagnostic.code, diagnostic.name)))
    # The nearest names fit the line and say most; other advice is for the whole print.
    nearest = f"; {diagnostic.hint}" if diagnostic.hint.startswith("did you mean") else ""
    return visible(f"{where}{named}: {diagnostic.message}{nearest}")


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return how many there are, and how many a program can mend.

    Such as ``3 errors, 1 warning in 2 files; 1 can be fixed with --fix``.
    """
    found = tuple(diagnostics)
    severities = Counter(diagnostic.severity for diagnostic in found)
    counts = [_count(severities[s], s.word) for s in sorted(severities, reverse=True)]
    files = {diagnostic.place.file for diagnostic in found if diagnostic.place}
    where = f" in {_count(len(files), 'file')}" if files else ""
    return ", ".join(counts) + where + _fixable(found)


def _fixable(found: Iterable[Diagnostic]) -> str:
    fixes = [diagnostic.fix for diagnostic in found if diagnostic.fix is not None]
    safe = sum(1 for fix in fixes if fix.safe)
    unsafe = len(fixes) - safe
    said = f"; {safe} can be fixed with --fix" if safe else ""
    if unsafe:
        said += f", {unsafe} more" if safe else f"; {unsafe} can be fixed"
        said += " with --fix --unsafe"
    return said


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _object(diagnostic: Diagnostic) -> dict[str, object]:
    place = diagnostic.place
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.word,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "notes": list(diagnostic.notes),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "end_line": place.end_line if place else None,
        "end_column": place.end_column if place else None,
        "fix": _fix(diagnostic.fix) if diagnostic.fix else None,
    }


def _fix(fix: Fix) -> dict[str, object]:
    edits = [
        {
            "file": edit.place.file,
            "line": edit.place.line,
            "column": edit.place.column,
            "end_line": edit.place.end_line,
            "end_column": edit.place.end_column,
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


class _Print:
    """Prints one diagnostic after the other, over the same texts."""

    def __init__(self, texts: Mapping[str, str], colour: bool, width: int) -> None:
        self._lines = {file: source.split("\n") for file, source in texts.items()}
        self._colour = colour
        self._width = width

    def lines(self, diagnostic: Diagnostic) -> Iterator[str]:
        """Yield the lines of one diagnostic."""
        colour = _OF_SEVERITY[diagnostic.severity]
        head = f"{diagnostic.severity.word}[{diagnostic.code}]"
        name = f" {diagnostic.name}" if diagnostic.name != diagnostic.code else ""
        first, *more = self._wrapped(f"{head}{name}: {diagnostic.message}", "", "  ")
        yield self._painted(head, colour) + self._painted(first.removeprefix(head), _BOLD)
        yield from (self._painted(line, _BOLD) for line in more)
        shown = self._shown(diagnostic.place)
        margin = " " * max((len(str(number)) for number in shown), default=1)
        if diagnostic.place is not None:
            yield f"{margin}{self._painted('-->', _BLUE)} {visible(str(diagnostic.place))}"
        if diagnostic.place is not None and shown:
            yield from self._source(diagnostic.place, shown, margin, colour)
        advice = [("help", diagnostic.hint)] if diagnostic.hint else []
        if diagnostic.fix is not None and not diagnostic.hint.startswith("did you mean"):
            option = "--fix" if diagnostic.fix.safe else "--fix --unsafe"
            advice.append(("fix", f"{diagnostic.fix.title}, with {option}"))
        for word, said in (*advice, *(("note", note) for note in diagnostic.notes)):
            begin = f"{margin} = {word}: "
            first, *more = self._wrapped(said, begin, " " * len(begin))
            yield f"{margin} {self._painted('=', _BLUE)} {first[len(margin) + 3 :]}"
            yield from more

    def _wrapped(self, said: str, begin: str, then: str) -> list[str]:
        kept = _CODE.sub(
            lambda code: code[0].replace(" ", "\0") if len(code[0]) <= _UNBROKEN else code[0],
            visible(said),
        )
        lines = textwrap.wrap(
            kept,
            self._width,
            initial_indent=begin,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [line.replace("\0", " ") for line in lines] or [begin]

    def _painted(self, said: str, colour: str) -> str:
        return f"{colour}{said}{_RESET}" if self._colour and said else said

    # The source

    def _shown(self, place: Place | None) -> dict[int, tuple[str, int, int]]:
        """Return the lines to show: number to text, and the span's first and last column in it."""
        lines = self._lines.get(place.file, []) if place else []
        if place is None or not 1 <= place.line <= len(lines):
            return {}
        line = lines[place.line - 1].removesuffix("\r")
        last, end = place.end_line, place.end_column
        if last > place.line and end == 1:  # the span ends with the line break before
            last, end = last - 1, len(lines[last - 2].removesuffix("\r")) + 1
        last = min(last, len(lines))
        if last <= place.line:
            end = end if place.end_line == place.line else len(line) + 1
            return {place.line: (line, place.column - 1, end - 1)}
        closing = lines[last - 1].removesuffix("\r")
        indent = len(closing) - len(closing.lstrip())
        return {
            place.line: (line, place.column - 1, len(line)),
            last: (closing, min(indent, end - 1), end - 1),
        }

    def _source(
        self, place: Place, shown: Mapping[int, tuple[str, int, int]], margin: str, colour: str
    ) -> Iterator[str]:
        bar = self._painted("|", _BLUE)
        yield f"{margin} {bar}"
        for number, (line, start, end) in shown.items():
            if number > place.line + 1:
                yield self._painted("...", _BLUE)
            source, before, under = _fitted(line, start, end, self._width - len(margin) - 3)
            label = self._painted(str(number).rjust(len(margin)), _BLUE)
            yield f"{label} {bar} {source}".rstrip()
            yield f"{margin} {bar} {' ' * before}{self._painted('^' * under, colour)}"


def visible(said: str) -> str:
    """Return a text in which nothing can move the cursor, change colours or turn the direction."""
    return "".join(map(_visible, said))


def _visible(char: str) -> str:
    if ord(char) < 0x20:
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    # Zero-width joiners belong to emoji and scripts; other format characters only mislead.
    invisible = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "\ufffd" if invisible and char not in "\u200c\u200d" else char


def columns(said: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(map(_columns, said))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _fitted(line: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Return a line as it is shown, and where its underline begins and how long it is.

    A line that needs more than ``room`` columns is cut on both sides of the span.
    """
    cells = [_TAB if char == "\t" else _visible(char) for char in line]
    start = min(start, len(cells))
    end = min(max(end, start), len(cells))
    begin, stop = 0, len(cells)
    if columns("".join(cells)) > room:
        begin, stop = _window(cells, start, room - 2)
    left = _CUT if begin else ""
    right = _CUT if stop < len(cells) else ""
    before = columns(left + "".join(cells[begin:start]))
    under = columns("".join(cells[start : min(end, stop)]))
    return left + "".join(cells[begin:stop]) + right, before, max(under, 1)


def _window(cells: list[str], start: int, room: int) -> tuple[int, int]:
    """Return the part of a line that fits, with the span's beginning in it."""
    begin, taken = start, 0
    while begin and taken + columns(cells[begin - 1]) <= _BEFORE:
        begin -= 1
        taken += columns(cells[begin])
    stop = begin
    taken = 0
    while stop < len(cells) and taken + columns(cells[stop]) <= room:
        taken += columns(cells[stop])
        stop += 1
    while begin and stop == len(cells) and taken + columns(cells[begin - 1]) <= room:
        begin -= 1  # the line ends in sight: show more of what is before
        taken += columns(cells[begin])
    return begin, stop
