"""Figures in words: readable without statistics, and never without what they stand on."""

from __future__ import annotations

import math
from datetime import date

import pytest

from leadline.audit import words
from leadline.audit.change import Change
from leadline.audit.reading import Reading, Unit
from leadline.audit.trend import Trend
from leadline.intervals import Interval

DAYS = (date(2026, 4, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0, "share", "0%"),
        (1.0, "share", "100%"),
        (0.0241, "share", "2.41%"),
        (0.5721, "share", "57.2%"),
        (0.0000123, "share", "0.0012%"),
        (1210, "count", "1,210"),
        (12.345, "cost", "12.3"),
        (98765.4, "sum", "98,765"),
        (1, "days", "1 day"),
        (5.25, "days", "5.25 days"),
    ],
)
def test_a_figure_has_the_digits_that_matter(value: float, unit: Unit, said: str):
    assert words.figure(value, unit) == said


@pytest.mark.parametrize(
    ("unit", "value", "bottom", "said"),
    [
        ("share", 0.0241, 3984.0, "2.41% of 3,984"),
        ("count", 96.0, None, "96"),
        ("sum", 1250.5, None, "1,250 from 96"),
        ("cost", 12.5, 40.0, "12.5 for each of 40"),
        ("days", 5.0, None, "5 days of 96"),
    ],
)
def test_a_figure_says_what_it_is_of(unit: Unit, value: float, bottom: float | None, said: str):
    assert words.of_how_many(Reading(*DAYS, unit, value, n=96, bottom=bottom)) == said


def test_what_is_missing_is_said():
    few = Reading(*DAYS, "share", None, reason="not enough data: 12 of 30 days")
    none = Reading(*DAYS, "share", None, reason="nothing to divide by")

    assert words.of_how_many(few) == "not enough data"
    assert words.of_how_many(none) == "no figure"
    assert words.of_how_many(None) == "-"
    assert words.of_how_many(Reading(None, None, "share", 0.05, given=True)) == "5%"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            Change(0.009, False, Interval(0.003, 0.015), "up", "of 92% fewer"),
            "up by 0.9 points (0.3 to 1.5 points), but of 92% fewer than before",
        ),
        (
            Change(-0.01, False, Interval(-0.018, -0.002), "down"),
            "down by 1 point (0.2 to 1.8 points)",
        ),
        (
            Change(-0.002, False, Interval(-0.014, 0.01), "no clear change"),
            "no clear change (1.4 points less to 1 point more)",
        ),
        (
            Change(0.25, True, Interval(-0.06, 0.64), "no clear change"),
            "no clear change (6% less to 64% more)",
        ),
        (Change(3.3, True, Interval(2.38, 4.47), "up"), "up by 330% (238% to 447%)"),
        (Change(0.5, True, Interval(0.1, math.inf), "up"), "up by 50% (at least 10%)"),
        (
            Change(None, True, Interval(0.2, 9.0), "up", reason="there was nothing before"),
            "up (20% to 900%); there was nothing before",
        ),
        (
            Change(-0.25, True, None, "", reason="nothing says how much of the change is chance"),
            "25% less; nothing says how much of the change is chance",
        ),
        (
            Change(None, True, None, "", reason="nothing can be compared with a figure of 0"),
            "no change to tell; nothing can be compared with a figure of 0",
        ),
    ],
)
def test_a_change_says_how_sure_it_is(change: Change, said: str):
    assert words.change(change) == said


def test_nothing_to_compare_says_nothing():
    assert words.change(None) == ""
    assert words.trend(None) == ""


@pytest.mark.parametrize(
    ("slope", "relative", "word", "said"),
    [
        (0.0041, None, "rising", "rising by 0.41 points a quarter (12 months)"),
        (-30.0, -0.15, "falling", "falling by 15% a quarter (12 months)"),
        (0.1, 0.01, "flat", "flat (12 months)"),
    ],
)
def test_a_trend_is_a_quarter(slope: float, relative: float | None, word: str, said: str):
    words_ = {"rising", "falling", "flat"}
    assert word in words_
    trend = Trend(*DAYS, 12, slope, Interval(-1, 1), relative, word)  # type: ignore[arg-type]

    assert words.trend(trend) == said


def test_a_trend_without_months_says_why():
    short = Trend(None, None, 3, None, None, None, "", reason="not enough data: 3 whole months")

    assert words.trend(short) == "not enough data: 3 whole months"
