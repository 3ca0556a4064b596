"""Values as HubSpot takes them: each is a text, and nothing is an empty one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from leadline.plugin import Value
from leadline_plugins.hubspot.instants import since_epoch
from leadline_plugins.hubspot.properties import Definition

#: How many characters HubSpot keeps of a text.
LONGEST = 65_536

_CUT = "..."
_MOST_TOLD = 10


def said_values(values: Mapping[str, Value], known: Mapping[str, Definition]) -> Mapping[str, str]:
    """Return the values of a result as HubSpot takes them.

    Args:
        values: the values, by the property that each is for.
        known: the properties of the portal, as far as they are known.

    Raises:
        ValueError: HubSpot would not take one; says which and why.
    """
    said: dict[str, str] = {}
    for name, value in values.items():
        text = said_value(value)
        if text is None:
            raise ValueError(f"the value of `{name}` is no number that can be written")
        said[name] = _chosen(known[name], text) if text and name in known else text
    return said


def said_value(value: Value) -> str | None:
    """Return a value as HubSpot takes it; None where it has no text for it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value if len(value) <= LONGEST else value[: LONGEST - len(_CUT)] + _CUT
        case datetime():
            return str(since_epoch(value))
        case date():
            return value.isoformat()
        case number:
            return _number(number)


def _number(number: float) -> str | None:
    """Return a number in digits alone: no exponent, and no decimal places that say nothing."""
    if not math.isfinite(number):
        return None
    text = format(Decimal(repr(number)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _chosen(definition: Definition, text: str) -> str:
    """Return a value as one of the options of its property, where it has some.

    Raises:
        ValueError: it is none of them.
    """
    options = definition.options
    parts = [part.strip() for part in text.split(";")] if definition.several else [text]
    if not options or set(parts) <= set(options):
        return ";".join(parts)
    listed = ", ".join(f"`{option}`" for option in options[:_MOST_TOLD])
    more = f" and {len(options) - _MOST_TOLD} more" if len(options) > _MOST_TOLD else ""
    raise ValueError(f"`{definition.name}` takes only {listed}{more}; found `{text}`")
