"""How far the expression reaches that YAML could not read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leadline.document.events import Event
from leadline.document.source import Source

_COMMENT = re.compile(r"[ \t]+#")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'")


def innermost(events: Sequence[Event]) -> Event | None:
    """Return the event that began the innermost collection which the events do not end."""
    begun: list[Event] = []
    for event in events:
        if event.kind in ("mapping", "sequence"):
            begun.append(event)
        elif event.kind == "end":
            begun.pop()
    return begun[-1] if begun else None


def last_node(events: Sequence[Event]) -> tuple[Event, int] | None:
    """Return the last complete node that is not empty, and the offset at which it ends."""
    depth = 0
    end = -1
    for event in reversed(events):
        if event.kind == "scalar" and event.start == event.end and depth == 0:
            continue
        end = event.end if end < 0 else end
        depth += {"end": 1, "mapping": -1, "sequence": -1}.get(event.kind, 0)
        if depth <= 0:
            return (event, end) if depth == 0 and event.kind != "document" else None
    return None


def first_value(text: str, line: int, at: int) -> int | None:
    """Return where the value of the first key in the line that begins at ``line`` begins."""
    found = re.compile(r": +").search(text, line, at)
    return found.end() if found else None


def last_value(text: str, line: int, at: int) -> int:
    """Return where the value begins that reaches up to ``at`` in the line beginning at ``line``."""
    colon = text.rfind(": ", line, at)
    start = line if colon < 0 else colon + 2
    while start < at and text[start] in " \t-[{":
        start += 1
    return start


def line_rest(source: Source, at: int) -> int:
    """Return where the line of ``at`` ends, without a comment and the blanks before."""
    end = source.line_end(at)
    comment = _COMMENT.search(source.text, at, end)
    end = comment.start() if comment else end
    return max(at, at + len(source.text[at:end].rstrip()))


def bracket_rest(source: Source, start: int, at: int) -> int:
    """Return where an expression inside brackets ends: at a comma or bracket not of its own.

    It begins at ``start``, reaches beyond ``at``, and ends with the line of ``at`` at the latest.
    """
    text, depth = source.text, 0
    end = source.line_end(at)
    offset = start
    while offset < end:
        if quoted := _QUOTED.match(text, offset, end):
            offset = quoted.end()
            continue
        char = text[offset]
        depth += (char in "([{") - (char in ")]}")
        if offset > at and (depth < 0 or (depth == 0 and char == ",")):
            break
        offset += 1
    return max(start, start + len(text[start:offset].rstrip()))
