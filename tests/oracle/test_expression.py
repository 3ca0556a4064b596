"""The expression language, a line of the reference at a time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.oracle.expression import Scope, evaluate
from tests.oracle.syntax import Value, parse

SCOPE = Scope(
    zone=ZoneInfo("Europe/Berlin"),
    today=date(2026, 3, 1),
    tables={
        "": {
            "url": "/pricing/x",
            "utm-source": "news",
            "seconds": 30.0,
            "day": 4.0,
            "at": datetime(2026, 2, 27, 23, 30, tzinfo=UTC),
        },
        "asset": {"tags": " sales-ready; top,,x | y z ", "list": ("p", "q r")},
        "lead": {"title": "Vice President", "Job Title": "VP", "member": True},
    },
    definitions={"hot": parse('url starts with "/pricing" and seconds > 10')},
    ages={"view": [0, 29, 30, 31]},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5.0),
        ("-(1 + 2) * 2", -6.0),
        ("50%", 0.5),
        ("1 / 0", None),
        ("nothing + 1", None),
        ("min(1, nothing)", None),
        ("coalesce(nothing, 1 / 0, 7)", 7.0),
        ("max(1, seconds, 4)", 30.0),
        ("round(2.5) + round(-2.5)", 0.0),
        ("round(0.49999999999999994)", 0.0),
        ("floor(-1.5)", -2.0),
        ("ceil(1.2)", 2.0),
        ("abs(-3)", 3.0),
        ("share(5, 10)", 0.5),
        ("share(20, 10)", 1.0),
        ("share(-1, 10)", 0.0),
        ("share(1, 0)", None),
        ("share(1, -1)", None),
        ("length(lower(lead.title))", 14.0),
        ('upper(url) is "/PRICING/X"', True),
        ("days_since(at)", 1.0),
        ("days_since(2026-03-03)", -2.0),
        ("count(view, 30 days)", 2.0),
        ("count(view, 1 month)", 2.0),
        ("count(view)", 4.0),
        ("count(other, 30 days)", 0.0),
        ("at is 2026-02-28", True),
        ("at < 2026-02-28", False),
        ("at between 2026-02-28 and 2026-02-28", True),
        ("hot", True),
        ("not hot or lead.member", True),
        ("`utm-source` is news", True),
        ('lead.`Job Title` in [CEO, VP, "x y"]', True),
        ('lead.`Job Title` not in ["VP"]', False),
        ("day + 30", 34.0),
        ("lead.country is not DE", True),
        ("lead.country != DE", True),
        ("lead.country is DE", False),
        ("not (nothing < 3)", True),
        ("not nothing < 3", True),
        ("nothing is missing", True),
        ("url is present", True),
        ('asset.tags has "sales-ready"', True),
        ('asset.tags has "sales"', False),
        ('asset.tags has "y z"', True),
        ('asset.tags has ""', False),
        ('asset.list has "q r"', True),
        ('nothing has "x"', False),
        (r'lead.title matches "(?i)\bpres"', True),
        (r'lead.title matches "(?i)\\bpres"', True),
        (r'"a\"b\\c\d" is "a\"b\c\\d"', True),
        ('url ends with "x" and url contains "cing"', True),
        ("true or nothing is missing and false", True),
        ("lead.member is true", True),
        ("lead.absent", None),
    ],
)
def test_evaluation(text: str, expected: Value) -> None:
    assert evaluate(parse(text), SCOPE) == expected


@pytest.mark.parametrize("text", ["", "1 +", "url starts", "(1", "a b", "x in []", "1 ? 2"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|nothing known"):
        parse(text)
