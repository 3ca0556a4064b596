"""Pages: how many, from where, and where the next one begins."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from leadline.testing.fake_hubspot.answers import INVALID, Call, Refused, detail, expired

_Row = TypeVar("_Row")


def limit(call: Call, default: int, most: int) -> int:
    """Return how many a page of the query may hold.

    Raises:
        Refused: it is no number from 1 to the most that there may be.
    """
    return bounded(call.asked.param("limit"), default, most, "query")


def bounded(said: object, default: int, most: int, inside: str) -> int:
    """Return a limit that was said, or the one that counts where none was."""
    if said is None or said == "":
        return default
    try:
        number = int(str(said))
    except ValueError:
        number = 0
    if not 1 <= number <= most:
        message = f"limit must be between 1 and {most}, found {said}"
        more = [detail(message, inside=inside, limit=[str(said)])]
        raise Refused(400, f"Invalid input: {message}", INVALID, errors=more)
    return number


def token(*values: object) -> str:
    """Return a cursor that says nothing to whoever gets it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def place(said: str | None, count: int = 1) -> tuple[int, ...] | None:
    """Return the numbers that a cursor holds; None without one.

    Raises:
        Refused: it is none of ours, or of another list.
    """
    if not said:
        return None
    try:
        found = tuple(int(part) for part in json.loads(base64.urlsafe_b64decode(said)))
    except (ValueError, TypeError, binascii.Error):
        raise expired(said) from None
    if len(found) != count:
        raise expired(said)
    return found


def taken(
    rows: Iterable[_Row], most: int, cursor: Callable[[_Row], str]
) -> tuple[list[_Row], str | None]:
    """Return the rows of a page, and the cursor of the next one where there is more."""
    found = list(itertools.islice(rows, most + 1))
    if len(found) <= most:
        return found, None
    return found[:most], cursor(found[most - 1])


def page(call: Call, results: list[Any], after: str | None, **more: Any) -> dict[str, Any]:
    """Return the body of a page: ``paging`` is there where more comes."""
    if after is None:
        return {**more, "results": results}
    query = [*(pair for pair in call.asked.query if pair[0] != "after"), ("after", after)]
    link = f"{call.url}{call.asked.path}?{urlencode(query)}"
    return {**more, "results": results, "paging": {"next": {"after": after, "link": link}}}
