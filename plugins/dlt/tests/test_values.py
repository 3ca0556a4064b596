"""What a value of a row is in leadline."""

from __future__ import annotations

import datetime
import enum
import uuid
from decimal import Decimal

import pytest
from dlt.common.pendulum import pendulum

from leadline_dlt.rows import cell

NUMBER = uuid.UUID(int=7)
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)


class Size(enum.Enum):
    SMALL = "small"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("007", "007"),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        (float("nan"), None),
        (float("inf"), None),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E+3"), "1000"),
        (Decimal("NaN"), None),
        (NOON, NOON),
        (pendulum.datetime(2026, 1, 2, 12), NOON),
        (datetime.date(2026, 1, 2), datetime.date(2026, 1, 2)),
        (datetime.date.max, None),
        (datetime.datetime.max.replace(tzinfo=datetime.UTC), None),
        (datetime.datetime.min, None),
        (datetime.time(9, 30), "09:30:00"),
        (b"\x00\xff", "00ff"),
        (NUMBER, str(NUMBER)),
        (Size.SMALL, "small"),
        ([], None),
        ([None, "a", 2, True], "a;2;true"),
        ({"b", "a"}, "a;b"),
        ([NOON, Decimal("1.0")], "2026-01-02T12:00:00+00:00;1.0"),
        ({"b": 1, "a": [NOON]}, '{"a":["2026-01-02T12:00:00+00:00"],"b":1}'),
        ([{"a": 1}], '[{"a":1}]'),
        ({1: "é", "b": {"c", "a"}, "n": float("nan")}, '{"1":"é","b":"a;c","n":null}'),
        ([["a"], ["b"]], '[["a"],["b"]]'),
    ],
)
def test_a_cell(value: object, expected: object) -> None:
    found = cell(value)
    assert found == expected
    assert isinstance(found, type(expected))
