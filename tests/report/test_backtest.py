"""A backtest as people read it: its words, its widths, what it does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.backtest.judged import BACKTEST

from leadline.intervals import Interval, Share
from leadline.report.backtest import Band, Change, Figure, LeadTime, Step, WeekOfList
from leadline.report.backtest_rows import BY, COLUMNS, rows
from leadline.report.backtest_tables import tables
from leadline.report.backtest_words import answers, judgement, order_in_words, remarks
from leadline.report.diagnostics import columns
from leadline.report.terminal import as_table

BANDS = (
    Band("aware", None, 33.0, 1_200_000, 18_000, 65_000, 900, Share(18_000, 1_200_000, 9.0)),
    Band("engaged", 33.0, 67.0, 0, 0, 0, 0, None),
    Band("sales_ready", 67.0, None, 200_000, 6_000, 13_000, 700, Share(6_000, 200_000, 6.0)),
)
TIME = LeadTime("sales_ready", None, 2000, 1500, 125, (2.5, 13.9, 29.5))
WEEKS = (
    WeekOfList(date(2026, 1, 12), 1200, 20, 5, 4, 1),
    WeekOfList(date(2026, 1, 19), 9, 0, 0, 0, 0),
)
ONE = replace(
    BACKTEST,
    sides=(
        replace(
            BACKTEST.sides[0],
            bands=BANDS,
            steps=(Step("aware", "sales_ready", "up"),),
            lead_time=TIME,
            weeks=WEEKS,
        ),
    ),
    changes=None,
)
TWO = replace(BACKTEST, sides=tuple(replace(ONE.sides[0], name=name) for name in ("a", "b")))


@pytest.mark.parametrize("found", [ONE, TWO])
@pytest.mark.parametrize("by", BY)
def test_tables_keep_within_a_terminal(found, by):
    for listing in tables(found, by):
        lines = as_table(listing, width=None).splitlines()
        assert max(map(columns, lines)) <= 80, lines
        assert len(listing.rows) > 0


@pytest.mark.parametrize("by", BY)
def test_rows_have_the_columns_that_are_named(by):
    for found in (ONE, TWO):
        assert {len(row) for row in rows(found, by)} == {len(COLUMNS[by])}
        assert {row[0] for row in rows(found, by)} >= {side.name for side in found.sides}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "cannot be told: only one band has leads"),
        (("up", "up"), "yes: each band above the one before"),
        (("up", "down"), "no: c below b"),
        (("no clear change", "up"), "not shown: b above a"),
        (("no clear change", "down"), "no: c below b"),
    ],
)
def test_whether_higher_bands_do_better(words: tuple[str, ...], said: str):
    names = "abc"
    steps = tuple(Step(names[n], names[n + 1], word) for n, word in enumerate(words))

    assert order_in_words(steps) == said


@pytest.mark.parametrize(
    ("auc", "said"),
    [
        ((0.7, 0.6, 0.8), "yes: 70 of 100 pairs are right (60 to 80; 50 is chance)"),
        ((0.55, 0.45, 0.65), "not shown: 55 of 100 pairs are right (45 to 65; 50 is chance)"),
        ((0.3, 0.2, 0.4), "no, reversed: 30 of 100 pairs are right (20 to 40; 50 is chance)"),
    ],
)
def test_whether_scores_put_leads_in_order(auc: tuple[float, float, float], said: str):
    value, low, high = auc
    side = replace(ONE.sides[0], auc=Figure(value, Interval(low, high), 200, 9000))

    assert dict(answers(replace(ONE, sides=(side,))))["order"] == said


def test_the_better_of_two_is_named():
    said = dict(answers(TWO))
    worse = replace(TWO.changes, auc=Change(-0.04, Interval(-0.068, -0.012)))

    assert said["order"] == "B: 4.0 more of 100 pairs are right"
    assert said["list"] == "no clear difference"
    assert dict(answers(replace(TWO, changes=worse)))["order"].startswith(
        "A: 4.0 more of 100 pairs"
    )
    assert judgement(Change(0.0, None)) == "the same"


def test_too_few_outcomes_say_nothing():
    few = replace(ONE, sides=(replace(ONE.sides[0], came_leads=9),))

    said = list(answers(few))

    assert said == [("all", "cannot be told: 9 leads have an outcome, and it takes 10")]


def test_what_is_to_be_known_is_said():
    side = replace(
        ONE.sides[0],
        tied=7,
        empty=2,
        unseen=3,
        unknown=4,
        lead_time=replace(TIME, stage="", at=50.0),
    )
    found = replace(ONE, sides=(side,), weeks=8, asked_weeks=26, log_ends=date(2026, 4, 1))

    said = " ".join(" ".join(remarks(found)).split())

    for words in (
        "7 of these went by id alone",
        "2 weeks have nobody with a score above 0",
        "3 of 27 opportunities are of leads that no week before had",
        "4 rows count for nothing",
        "without stages, a lead is ready in the first week at `sales_ready`",
        "the log ends on 2026-04-01",
        "there are only 8 weeks",
        "opportunities of leads that sales never called are not known",
    ):
        assert words in said
    assert max(map(len, remarks(found))) <= 90
