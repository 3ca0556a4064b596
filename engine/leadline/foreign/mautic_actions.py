"""What each type of Mautic's point actions asks of an event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from leadline.expression.nodes import Node
from leadline.expression.unparse import unparse
from leadline.foreign import expressions as e
from leadline.foreign.names import number
from leadline.foreign.reading import Json, Losses
from leadline.layout.edit import Data


@dataclass(frozen=True, slots=True)
class Asked:
    """The events an action is about.

    Args:
        keys: ``event``, and ``where`` and ``reach`` where it asks for them.
        title: what to call a rule without a name.
        first_only: whether only the first such event counts.
    """

    keys: Mapping[str, Data]
    title: str
    first_only: bool = False


#: Type of the action -> type of the event, and the column that each of its lists limits.
_TYPES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "asset.download": ("download", {"assets": "asset_id", "categories": "category_id"}),
    "email.open": ("email_open", {"emails": "email_id", "categories": "category_id"}),
    "email.send": ("email_send", {"emails": "email_id", "categories": "category_id"}),
    "form.submit": ("form_submit", {"forms": "form_id"}),
    "page.hit": ("page_view", {"pages": "page_id"}),
}
_URL_HIT = "url.hit"
_TIMES = {
    "accumulative_time": "the time spent on the page",
    "returns_after": "the time since the last visit of the page",
    "returns_within": "the time since the last visit of the page",
}
#: What Mautic writes where nothing is set.
_UNSET: tuple[object, ...] = ("", 0, "0", False, [], {})
#: How the form showed the times; they themselves are in seconds.
_UNITS = ("accumulative_time_unit", "returns_after_unit", "returns_within_unit")


def where_of(action: Json, type_: str, losses: Losses) -> Asked | None:
    """Return what an action asks for; None, noted, where leadline cannot ask for it."""
    properties = action.get("properties") or Json({}, f"{action.path}.properties")
    if type_ == _URL_HIT:
        return _url_hit(properties, action.truth("repeatable", False), losses)
    if type_ not in _TYPES:
        losses.say(action, f"there is no event for the type {type_ or '(none)'}; it was left out")
        return None
    event, lists = _TYPES[type_]
    losses.unknown_keys(properties, tuple(lists))
    limits = [
        e.is_any(e.column("", column), properties.texts(key))
        for key, column in lists.items()
        if properties.texts(key)
    ]
    keys: dict[str, Data] = {"event": event}
    keys |= {"where": unparse(e.all_of(limits))} if limits else {}
    return Asked(keys, event)


def _url_hit(properties: Json, repeatable: bool, losses: Losses) -> Asked | None:
    """Return the visits of a URL. Of several conditions Mautic asks that all be true."""
    losses.unknown_keys(properties, ("page_url", "page_hits", "first_time", *_TIMES, *_UNITS))
    asked = [(key, what) for key, what in _TIMES.items() if _is_set(properties, key)]
    if asked:
        key, what = asked[0]
        losses.say(properties, f"`{key}` asks for {what}; the action was left out")
        return None
    pattern = properties.text("page_url")
    if not pattern:
        losses.say(properties, "no `page_url`: such an action never gives points; it was left out")
        return None
    keys: dict[str, Data] = {"event": "page_view", "where": unparse(url_condition(pattern))}
    hits = properties.number("page_hits") or 0
    if hits > 1:
        if repeatable:
            losses.say(properties, f"every hit from number {number(hits)} on; only that one counts")
        keys["reach"] = number(hits)
    first = properties.truth("first_time", False)
    if first and hits > 1:
        losses.say(properties, "the first hit that is a later one never comes; it was left out")
        return None
    return Asked(keys, "page_view", first_only=first)


def _is_set(properties: Json, key: str) -> bool:
    found = properties.get(key)
    return found is not None and found.value not in _UNSET


def url_condition(pattern: str) -> Node:
    """Return a pattern with ``*`` and ``?`` as a condition on ``url``."""
    url, inner = e.column("", "url"), pattern.strip("*")
    if re.search(r"[*?\[\]\\]", inner):
        return e.tested("matches", url, f"^{_expression(pattern)}$")
    if not inner:
        return e.is_present(url)
    match pattern.startswith("*"), pattern.endswith("*"):
        case False, False:
            return e.compared("=", url, inner)
        case False, True:
            return e.tested("starts with", url, inner)
        case True, False:
            return e.tested("ends with", url, inner)
    return e.tested("contains", url, inner)


def _expression(pattern: str) -> str:
    """Return a pattern of a shell as a regular expression."""
    parts = re.findall(r"\\.|\[!?[^\]]+\]|.", pattern, re.DOTALL)
    return "".join(_piece(part) for part in parts)


def _piece(part: str) -> str:
    if part == "*":
        return ".*"
    if part == "?":
        return "."
    if len(part) > 1 and part.startswith("["):
        return f"[^{part[2:]}" if part.startswith("[!") else part
    return re.escape(part[-1])
