"""Whatever stands in a file of another system, it is refused or becomes a ruleset that compiles."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from tests.foreign.reading import compiled, from_hubspot, from_mautic, given

from leadline.errors import UsageError

Path = tuple[str | int, ...]

HUBSPOT = given("hubspot.json")
MAUTIC = given("mautic_points.json") | given("mautic_triggers.json")
ODD = [None, [], {}, "", 'é`"#\n: x', -1, 1.5, 1e30, True, [1, "a", None], {"a": {"b": 1}}]


def _paths(value: Any, at: Path = ()) -> Iterator[Path]:
    yield at
    entries = value.items() if isinstance(value, dict) else []
    for key, inner in enumerate(value) if isinstance(value, list) else entries:
        yield from _paths(inner, (*at, key))


def _with(value: Any, path: Path, odd: object) -> Any:
    """Return a copy with another value at a path."""
    if not path:
        return odd
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return changed


@settings(max_examples=60, deadline=None)
@drawn(st.sampled_from(list(_paths(HUBSPOT))), st.sampled_from(ODD))
def test_an_odd_score_of_hubspot_compiles_or_is_refused(path: Path, odd: object) -> None:
    try:
        imported = from_hubspot(_with(HUBSPOT, path, odd))
    except UsageError:
        return
    compiled(imported)


@settings(max_examples=40, deadline=None)
@drawn(st.sampled_from(list(_paths(MAUTIC))), st.sampled_from(ODD))
def test_an_odd_answer_of_mautic_compiles_or_is_refused(path: Path, odd: object) -> None:
    try:
        imported = from_mautic(_with(MAUTIC, path, odd))
    except UsageError:
        return
    compiled(imported)
