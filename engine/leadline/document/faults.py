"""Why a text is no YAML, said in the author's terms.

PyYAML speaks of tokens and simple keys. Most often the author wrote an expression without quotes
that begins with, or holds, a character with a meaning of its own in YAML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from leadline.diagnostic import Code
from leadline.document import codes
from leadline.document.events import Event, Fault, Reading
from leadline.document.extent import (
    bracket_rest,
    first_value,
    innermost,
    last_node,
    last_value,
    line_rest,
)
from leadline.document.source import Source

_QUOTE = (
    "if this is an expression, write the whole of it in single quotes, or a `|` behind the key "
    "and the expression indented on the next line"
)
_INDENT = "begin the entries of one mapping or list in the same column, what is in them further in"

_BEGINS = {
    "sequence entries are not allowed here": "`- ` begins a list entry",
    "mapping keys are not allowed here": "`? ` begins a key",
    "while scanning a block scalar": "{char} begins a text on the lines below",
    "while scanning an alias": "`*` begins an alias",
    "while scanning an anchor": "`&` begins an anchor",
    "while scanning a tag": "`!` begins a tag",
    "while parsing a tag": "`!` begins a tag",
    "while parsing a node": "`!` begins a tag",
    "while scanning for the next token": "{char} may not begin a value",
}
"""What the first character of a value means to YAML, by PyYAML's problem or context."""

_DIRECTIVE = re.compile(r"^%[^\r\n]*", re.MULTILINE)


class Explanation(NamedTuple):
    """What to say about a fault: the arguments of ``Findings.say``."""

    kind: Code
    span: tuple[int, int]
    message: str
    hint: str


def explain(source: Source, reading: Reading, fault: Fault) -> Explanation:
    """Return what is wrong where YAML could not read on, and what to do."""
    problem, context = fault.problem, fault.context
    begins = _BEGINS.get(problem) or _BEGINS.get(context)
    if (start := _directive(source, reading, fault)) is not None:
        span = (start, source.line_end(start))
        return Explanation(codes.DIRECTIVE, span, *_NO_DIRECTIVE)
    if begins is not None:
        return _unreadable_start(source, reading.events, fault, begins)
    if problem.startswith("mapping values"):
        return _colon(source, reading.events, fault.at)
    if context == "while scanning a quoted scalar":
        return _never_closed(fault, "quote")
    if context == "while scanning a double-quoted scalar" or _in_number(source, fault):
        return _escape(source, fault)
    if problem == "could not find expected ':'":
        return _no_entry(source, fault)
    if problem.startswith("expected <block end>"):
        return _after_value(source, reading.events, fault)
    if problem.startswith("expected ',' or"):
        return _in_brackets(source, reading.events, fault)
    if problem.startswith("expected the node content"):
        return _no_value(source, reading.events, fault)
    return _other(source, fault)


def _directive(source: Source, reading: Reading, fault: Fault) -> int | None:
    """Return where a line begins that YAML took for a directive, if the fault is in or of it."""
    if fault.context == "while scanning a directive":
        return fault.since
    found = _DIRECTIVE.search(source.text, 0, fault.at + 1)
    return None if reading.events or found is None else found.start()


_NO_DIRECTIVE = (
    "a line that begins with `%` is a directive to YAML, and none has a meaning here",
    "remove the line",
)


def _unreadable_start(
    source: Source, events: Sequence[Event], fault: Fault, begins: str
) -> Explanation:
    start = fault.at if fault.since is None else fault.since
    within = innermost(events)
    in_brackets = within is not None and within.flow
    end = bracket_rest(source, start, start) if in_brackets else line_rest(source, start)
    char = source.text[start]
    char = "a backquote" if char == "`" else f"`{char}`"
    message = f"YAML cannot read this value: {begins.format(char=char)}"
    return Explanation(codes.UNQUOTED_EXPRESSION, (start, end), message, _QUOTE)


def _colon(source: Source, events: Sequence[Event], at: int) -> Explanation:
    """Explain a ``: `` inside a value, or an entry that runs on from the value above."""
    line = source.text.rfind("\n", 0, at) + 1
    if (start := first_value(source.text, line, at)) is not None:
        span = (start, line_rest(source, start))
        message = "a colon and a blank inside an unquoted value, which YAML does not allow"
        return Explanation(codes.UNQUOTED_EXPRESSION, span, message, _QUOTE)
    text = source.text[line:at]
    span = (line + len(text) - len(text.lstrip(" ")), source.line_end(at))
    last = events[-1] if events else None
    if last is not None and last.kind == "scalar" and last.start < line < last.end:
        above = source.line(last.start)
        message = f"this line goes on with the value that begins in line {above}"
        hint = f"indent it no more than line {above}, or write a key and a colon in line {above}"
        return Explanation(codes.NOT_YAML, span, message, hint)
    return Explanation(codes.NOT_YAML, span, "a key stands where YAML expects none", _INDENT)


def _never_closed(fault: Fault, what: str) -> Explanation:
    at = fault.at if fault.since is None else fault.since
    message = f"the {what} that opens here is never closed"
    hint = f"close it; where the {what} belongs to an expression, write that in single quotes"
    return Explanation(codes.NOT_YAML, (at, at + 1), message, hint)


def _in_number(source: Source, fault: Fault) -> bool:
    return not fault.context and source.text.endswith("\\U", 0, fault.at)


def _escape(source: Source, fault: Fault) -> Explanation:
    start = source.text.rfind("\\", 0, fault.at)
    span = (start, min(max(fault.at, start + 2), len(source.text)))
    message = f"`{source.text[slice(*span)]}` begins no escape that YAML knows in double quotes"
    hint = (
        "write the value in single quotes or below a `|`, where a backslash is an ordinary "
        "character; in double quotes it is written twice"
    )
    return Explanation(codes.UNKNOWN_ESCAPE, span, message, hint)


def _no_entry(source: Source, fault: Fault) -> Explanation:
    start = fault.at if fault.since is None else fault.since
    message = "neither an entry `key: value` nor a list entry `- value`"
    hint = "write a blank behind a key's colon; indent a text that goes on further than its key"
    return Explanation(codes.NOT_YAML, (start, source.line_end(start)), message, hint)


def _after_value(source: Source, events: Sequence[Event], fault: Fault) -> Explanation:
    """Explain what follows a value that YAML thought complete, outside of brackets."""
    return _cut_off(source, events, fault) or _misplaced(source, fault)


def _cut_off(source: Source, events: Sequence[Event], fault: Fault) -> Explanation | None:
    """Explain the rest of an expression of which YAML read only the beginning."""
    node = last_node(events)
    if node is None:
        return None
    last, end = node
    between = source.text[end : fault.at]
    if "\n" in between and not fault.problem.endswith("'<scalar>'"):
        return None
    if "#" in between and last.kind == "scalar" and last.style == "plain":
        span = (last.start, source.line_end(end))
        message = "YAML ends this value at ` #` and takes the rest of the line for a comment"
        return Explanation(codes.UNQUOTED_EXPRESSION, span, message, _QUOTE)
    whole = _whole(source, last, end)
    if whole is None or between.strip(" \r\n"):
        return None
    span = (last.start, line_rest(source, fault.at))
    message = f"YAML takes {whole} for the whole value and cannot read what follows"
    return Explanation(codes.UNQUOTED_EXPRESSION, span, message, _QUOTE)


def _misplaced(source: Source, fault: Fault) -> Explanation:
    at = fault.at
    char = source.text[at : at + 1]
    if char in ("]", "}", ","):
        message = f"`{char}` without a bracket that is open"
        return Explanation(codes.NOT_YAML, (at, at + 1), message, _QUOTE)
    if fault.problem.endswith(("'?'", "'-'")):
        message = "a list entry `- value` and an entry `key: value` stand side by side"
    else:
        message = "the indentation of this line fits none of the lines above"
    hint = f"{_between(source, at)}{_INDENT}"
    return Explanation(codes.NOT_YAML, (at, source.line_end(at)), message, hint)


def _between(source: Source, at: int) -> str:
    """Return between which lines above, by their columns, the line at an offset begins."""
    line = source.line(at)
    column = at - source.starts[line - 1] + 1
    further: tuple[int, int] | None = None
    for above in range(line - 1, 0, -1):
        text = source.text[source.starts[above - 1] : source.starts[above]]
        begins = len(text) - len(text.lstrip(" ")) + 1
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if begins < column and further is not None:
            lines = f"line {above} begins in column {begins}, line {further[0]} in {further[1]}"
            return f"{lines}, this one in {column}: "
        if begins <= column:
            return ""
        further = (above, begins)
    return ""


def _in_brackets(source: Source, events: Sequence[Event], fault: Fault) -> Explanation:
    """Explain what follows a value that YAML thought complete, inside brackets."""
    at = fault.at
    if fault.problem.endswith(("end>'", "start>'")):
        return _never_closed(fault, "bracket")
    node = last_node(events)
    start = last_value(source.text, source.text.rfind("\n", 0, at) + 1, at)
    whole = None
    if node is not None and not source.text[node[1] : at].strip(" \r\n"):
        line = source.text.rfind("\n", 0, node[0].start) + 1
        start = last_value(source.text, line, node[0].start)
        whole = _whole(source, *node)
    span = (start, bracket_rest(source, start, at))
    if whole is not None:
        message = f"YAML takes {whole} for the whole value and cannot read what follows"
    else:
        message = f"inside brackets YAML ends an unquoted value at `{source.text[at]}`"
    hint = f"{_QUOTE}; if not, a comma or a closing bracket is missing before it"
    return Explanation(codes.UNQUOTED_EXPRESSION, span, message, hint)


def _whole(source: Source, node: Event, end: int) -> str | None:
    """Return what YAML calls a complete value, where that shows it: quotes, brackets, an alias."""
    if node.kind == "scalar" and node.style in ("single", "double"):
        return "the text in quotes"
    if node.kind == "alias":
        return f"the alias `{source.text[node.start : end]}`"
    if node.flow:
        return "what is in brackets"
    return None


def _no_value(source: Source, events: Sequence[Event], fault: Fault) -> Explanation:
    within = innermost(events)
    if fault.problem.endswith(("end>'", "start>'")) and within is not None and within.flow:
        return _never_closed(replace(fault, since=within.end - 1), "bracket")
    end = min(fault.at + 1, source.line_end(fault.at))
    message = f"`{source.text[fault.at : end]}` stands where a value was expected"
    return Explanation(codes.NOT_YAML, (fault.at, end), message, _QUOTE)


def _other(source: Source, fault: Fault) -> Explanation:
    start = fault.at if fault.since is None else fault.since
    span = (start, max(start, source.line_end(start)))
    if fault.problem.startswith("expected '<document start>'"):
        message = "this stands behind the end of the document"
        hint = "remove it, or the `...` or the closing bracket that ends the document before it"
        return Explanation(codes.NOT_YAML, span, message, hint)
    return Explanation(codes.NOT_YAML, span, f"YAML cannot read this: {fault.problem}", _QUOTE)
