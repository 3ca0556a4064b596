"""The one reader of YAML: a text as a flat list of events with offsets.

libyaml reads where it is installed, because it is five times faster. Where it refuses a text, or
the text holds something that it and PyYAML's own parser read differently, the latter decides: so
a text is read alike on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never

import yaml
from yaml.tokens import ScalarToken

from leadline.document.positions import Style
from leadline.document.source import FORBIDDEN, STAND_IN

if TYPE_CHECKING:
    _Parser: TypeAlias = yaml.SafeLoader | yaml.CSafeLoader

DEEPEST = 32
MOST_NODES = 20_000

_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_READ_APART = re.compile(r"\t|^%|[|>][-+0-9]*#|[\[{,\s]\?", re.MULTILINE)


class Event(NamedTuple):
    """A step through a YAML file; ``start`` and ``end`` are offsets in its text.

    ``flow`` tells a collection in brackets. ``anchor`` is also the name that an alias names;
    where there is an anchor or a tag, the event starts with it.
    """

    kind: Literal["document", "mapping", "sequence", "end", "scalar", "alias"]
    start: int
    end: int
    text: str = ""
    style: Style = "plain"
    flow: bool = False
    anchor: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why YAML could not read on at offset ``at``.

    ``context`` is PyYAML's word for what it was reading, ``since`` where that began.
    """

    problem: str
    at: int
    context: str = ""
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The events up to the end, to a fault, or to the node that was ``over`` a limit."""

    events: tuple[Event, ...]
    fault: Fault | None = None
    over: Literal["depth", "nodes"] | None = None


def read(text: str) -> Reading:
    """Return what YAML reads in ``text``, which holds no forbidden characters."""
    fast = read_by_libyaml(text)
    return read_by_python(text) if fast is None else fast


def read_by_libyaml(text: str) -> Reading | None:
    """Return what libyaml reads, or None where it is absent or PyYAML's own parser decides."""
    if not yaml.__with_libyaml__ or _READ_APART.search(text):
        return None
    reading = _read(yaml.CSafeLoader(text), lambda: 0)
    apart = reading.fault or any(event.anchor or event.tag for event in reading.events)
    return None if apart else reading


def read_by_python(text: str) -> Reading:
    """Return what PyYAML's own parser reads."""
    parser = _PythonLoader(text)
    return _read(parser, lambda: parser.index)


class _PythonLoader(yaml.SafeLoader):
    """PyYAML's own parser, but for the ``?``.

    PyYAML 6.0 ends a plain scalar in brackets at any ``?``, which YAML 1.2 and libyaml do not;
    both take ``{?x: 1}`` for a key ``x``, where YAML 1.2 has ``?x``. It is refused here.
    """

    def check_key(self) -> bool:
        """Tell whether the ``?`` that follows begins a key."""
        return self.peek(1) in "\0 \t\r\n"

    def scan_plain(self) -> ScalarToken:
        """Read a plain scalar."""
        chunks: list[str] = []
        start = end = self.get_mark()
        indent = self.indent + 1
        stop = ",[]{}" if self.flow_level else ""
        spaces: list[str] | None = []
        while self.peek() != "#" and (length := self._length(stop)):
            self.allow_simple_key = False
            chunks += [*(spaces or ()), self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_level and self.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)

    def _length(self, stop: str) -> int:
        """Return how many characters follow before a blank, a colon that ends a key, or a stop."""
        length = 0
        while (char := self.peek(length)) not in "\0 \t\r\n" and char not in stop:
            if char == ":" and self.peek(length + 1) in "\0 \t\r\n" + stop:
                break
            length += 1
        return length


def _read(parser: _Parser, reached: Callable[[], int]) -> Reading:
    """Collect the events of a parser; ``reached`` tells the offset that it has come to."""
    events: list[Event] = []
    try:
        return _limited(_steps(parser), events)
    except yaml.MarkedYAMLError as error:
        at, since = error.problem_mark, error.context_mark
        fault = Fault(
            error.problem or "",
            reached() if at is None else at.index,
            error.context or "",
            None if since is None else since.index,
        )
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML gives a number that is too large, as in "\U00110000", to chr() or int().
        fault = Fault(str(error), reached())
    finally:
        parser.dispose()
    return Reading(tuple(events), fault)


def _limited(steps: Iterator[Event], events: list[Event]) -> Reading:
    """Append the steps to ``events``, up to one that goes over a limit."""
    depth = nodes = 0
    for event in steps:
        events.append(event)
        match event.kind:
            case "end":
                depth -= 1
            case "mapping" | "sequence":
                depth += 1
                nodes += 1
            case "scalar" | "alias":
                nodes += 1
            case "document":
                pass
            case _:
                assert_never(event.kind)
        if depth > DEEPEST:
            return Reading(tuple(events), over="depth")
        if nodes > MOST_NODES:
            return Reading(tuple(events), over="nodes")
    return Reading(tuple(events))


def _steps(parser: _Parser) -> Iterator[Event]:
    while parser.check_event():
        step = parser.get_event()
        if step is not None and step.start_mark and step.end_mark:
            event = _event(step, step.start_mark.index, step.end_mark.index)
            if event is not None:
                yield event


def _event(step: yaml.Event, start: int, end: int) -> Event | None:
    """Return PyYAML's event as ours; those of a stream's and a document's end say nothing."""
    match step:
        case yaml.ScalarEvent():
            return Event(
                "scalar",
                start,
                end,
                FORBIDDEN.sub(STAND_IN, step.value),  # what an escape can make
                _STYLES.get(step.style, "plain"),
                anchor=step.anchor or "",
                tag=step.tag or "",
            )
        case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
            return Event(
                "mapping" if isinstance(step, yaml.MappingStartEvent) else "sequence",
                start,
                end,
                flow=bool(step.flow_style),
                anchor=step.anchor or "",
                tag=step.tag or "",
            )
        case yaml.CollectionEndEvent():
            return Event("end", start, end)
        case yaml.AliasEvent():
            return Event("alias", start, end, anchor=step.anchor or "")
        case yaml.DocumentStartEvent():
            return Event("document", start, end)
        case _:
            return None
