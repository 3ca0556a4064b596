"""What is suggested for a rule, given the points that the outcomes allow."""

from __future__ import annotations

import pytest

from leadline.errors import UsageError
from leadline.intervals import Interval
from leadline.suggestion.features import Feature
from leadline.suggestion.points import Choice, judge, leave, rounded, step_of


def feature(value: float, kind: str = "points", hidden: tuple[str, ...] = ()) -> Feature:
    return Feature(
        "rule", ("scores", "s", "actions", "rule", "points"), kind, value, "", (), hidden
    )


@pytest.mark.parametrize(
    ("now", "best", "low", "high", "verdict", "after", "wrong"),
    [
        (10, 20.4, 15, 26, "raise", 20, False),
        (10, 4.5, 2, 8, "lower", 5, False),
        (10, 11, 8, 14, "keep", 10, False),
        (10, 4, -3, 11, "cannot be told", 10, False),
        (10, 0, -3, 8, "drop to 0", 0, False),
        (10, 0, -9, -3, "drop to 0", 0, True),
        (10, -6, -9, -3, "turn", -6, True),
        (10, 10.3, 10.1, 10.5, "keep", 10, False),
        (-15, -5, -9, -1, "raise", -5, False),
        (-15, -30, -40, -20, "lower", -30, False),
        (-15, 0, 2, 9, "drop to 0", 0, True),
    ],
)
def test_verdicts(now, best, low, high, verdict, after, wrong):
    found = judge((feature(now), 50, 20), best, Interval(low, high), 1.0, Choice())

    assert (found.verdict, found.after, found.wrong_way) == (verdict, after, wrong)
    assert found.is_changed == (after != now)


def test_a_factor_has_one_decimal():
    found = judge((feature(1.0, "bands"), 50, 20), 1.37, Interval(1.1, 1.6), 1.0, Choice())

    assert (found.verdict, found.after) == ("raise", 1.4)


def test_only_the_rules_asked_for_change():
    found = judge((feature(10), 50, 20), 20, Interval(15, 25), 1.0, Choice(rules=("other",)))

    assert (found.verdict, found.after) == ("not asked", 10)


def test_a_rule_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no rule `ruel`") as error:
        Choice(rules=("ruel",)).refuse_unknown([feature(10)])

    assert "rule" in error.value.hint


def test_what_cannot_be_judged_is_left():
    assert leave((feature(10), 5, 1)).verdict == "cannot be told"
    assert leave((feature(10, hidden=("lead.country",)), 0, 0)).verdict == "not judged"


@pytest.mark.parametrize(
    ("points", "step"), [([10, -5], 1), ([2.5, 10], 0.1), ([0.25, 1], 0.01), ([], 1)]
)
def test_points_are_as_round_as_people_wrote_them(points, step):
    assert step_of(points) == step


@pytest.mark.parametrize(
    ("value", "step", "round_"),
    [(2.5, 1, 3), (-2.5, 1, -3), (0.4, 1, 0), (-0.4, 1, 0), (0.34, 0.1, 0.3), (7.06, 0.1, 7.1)],
)
def test_rounding(value, step, round_):
    assert rounded(value, step) == round_
    assert str(rounded(value, step)) != "-0.0"
