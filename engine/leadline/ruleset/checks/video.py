"""Video that is counted by time watched, where a long one earns more than a short one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadline.diagnostic import Diagnostic
from leadline.expression import nodes as n
from leadline.expression.unparse import unparse
from leadline.expression.wording import shown
from leadline.ruleset.checks.codes import VIDEO_BY_SECONDS
from leadline.ruleset.checks.subject import Subject
from leadline.ruleset.model import EventRule

_TIME = re.compile(
    r"(?:^|[_\W])(?:milliseconds?|millis|ms|seconds?|secs?|minutes?|mins?|duration|length"
    r"|time|watchtime|playtime)(?=[_\W]|$)",
    re.IGNORECASE,
)
_PLAYED = re.compile(
    r"(?:^|[_\W])(?:video|watch|play|replay|stream|webinar|podcast|listen|clip|film|movie|recording)",
    re.IGNORECASE,
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find points that grow with seconds watched instead of with the share of the whole."""
    for score, rule in subject.rules():
        if not isinstance(rule, EventRule) or rule.points is None:
            continue
        about = " ".join((*rule.events, rule.head.name))
        for field in _times(rule.points):
            if not (_PLAYED.search(about) or _PLAYED.search(field.column)):
                continue
            name = f"`{rule.head.name}` of `{score.name}`"
            told = "a minute of a long video gives as much as all of a short one"
            watched = unparse(field)
            if field.scope == "asset":
                told, watched = "a long video gives more than a short one", "seconds_watched"
            message = f"{shown(field)} lets {name} count by time: {told}"
            hint = f"count the share watched, such as `20 * share({watched}, asset.duration)`"
            yield Diagnostic(VIDEO_BY_SECONDS, message, field.place, hint)


def _times(node: n.Node) -> Iterator[n.Field]:
    """Yield the columns of time that a number grows with, outside of any share."""
    match node:
        case n.Field("event" | "asset", column) if _TIME.search(column):
            yield node
        case n.Call("share" | "days_since" | "length"):
            return
        case n.Arithmetic("/", left, right) if [*_times(left)] and [*_times(right)]:
            return  # a share that is written out
        case n.Minus() | n.Arithmetic() | n.Call():
            for below in n.children(node):
                yield from _times(below)
        case _:
            return
