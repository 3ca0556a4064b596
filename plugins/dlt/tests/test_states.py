"""Last values in the future, in whatever form a resource has them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from leadline_dlt.states import hold_back

NOW = datetime(2026, 11, 22, 21, 30, 15, tzinfo=UTC)


def held(last: object) -> tuple[Any, list[tuple[str, object]]]:
    kept = {"last_value": last, "unique_hashes": ["abc"]}
    state = {"sources": {"acme": {"resources": {"visits": {"incremental": {"at": kept}}}}}}
    told = list(hold_back(state, NOW))
    return kept["last_value"], told


@pytest.mark.parametrize(
    ("last", "present"),
    [
        ("2999-01-01", "2026-11-22"),
        ("2999-01-01T00:00Z", "2026-11-22T21:30Z"),
        ("2999-01-01T00:00:00Z", "2026-11-22T21:30:00Z"),
        ("2999-01-01 00:00:00.123", "2026-11-22 21:30:00.000"),
        ("2999-01-01T00:00:00+05:00", "2026-11-23T02:30:00+05:00"),
        ("2999-01-01T00:00:00.5-0330", "2026-11-22T18:00:00.0-0330"),
        (date(2999, 1, 1), date(2026, 11, 22)),
        (datetime(2999, 1, 1), datetime(2026, 11, 22, 21, 30, 15)),
        (datetime(2999, 1, 1, tzinfo=UTC), NOW),
    ],
)
def test_the_present_has_the_form_of_the_value(last: object, present: object) -> None:
    assert held(last) == (present, [("at", last)])


@pytest.mark.parametrize(
    "last",
    [
        None,
        7,
        99999999999,
        1.5,
        "zebra",
        "2026-11-22",
        "2026-11-22T21:30:00Z",
        "2026-11-23T02:30:00+05:00",
        "2999-01-01T00:00:00+99",
        date(2026, 11, 22),
        NOW,
    ],
)
def test_what_is_no_time_to_come_stays(last: object) -> None:
    assert held(last) == (last, [])


def test_a_state_without_an_incremental_is_left_alone() -> None:
    state: dict[str, Any] = {"sources": {"acme": {"resources": {"visits": {"page": 7}}, "n": 1}}}
    assert list(hold_back(state, NOW)) == []
    assert list(hold_back({}, NOW)) == []
