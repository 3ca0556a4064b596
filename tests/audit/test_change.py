"""Changes of readings: their words, their intervals, and what they must not be read without."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import confint_poisson_2indep

from leadline.audit.change import change, of_how_many, volume_change
from leadline.audit.figures import Days, count_interval, median_ranks, median_reading
from leadline.audit.reading import Reading, Unit
from leadline.intervals import Interval, Share

FIRST, SECOND = (date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))


def share(part: float, whole: float, days: tuple[date, date] = FIRST) -> Reading:
    """Return the reading of a share of independent things."""
    found = Share(part, whole)
    variance = found.value * (1 - found.value) / whole
    return Reading(
        *days, "share", found.value, round(whole), part, whole, found.interval, variance, whole
    )


def count(number: float, days: tuple[date, date] = FIRST) -> Reading:
    """Return the reading of a count of independent things."""
    interval = count_interval(number, number)
    return Reading(*days, "count", number, round(number), None, None, interval, number)


def figure(unit: Unit, value: float, variance: float | None) -> Reading:
    """Return a reading that is no share and no count."""
    return Reading(*FIRST, unit, value, 10, variance=variance)


def test_shares_have_newcombes_interval() -> None:
    found = change(share(56, 70), share(48, 80, SECOND))
    assert found is not None
    assert found.interval is not None
    low, high = confint_proportions_2indep(48, 80, 56, 70, compare="diff", method="newcomb")
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-9)
    assert found.amount == pytest.approx(0.6 - 0.8)
    assert (found.word, found.relative) == ("down", False)


def test_counts_are_compared_by_the_day() -> None:
    # 30 days after 90: as many a day, a third in all.
    same = change(count(900), count(300, SECOND))
    assert same is not None
    assert (same.word, same.amount) == ("no clear change", pytest.approx(0.0))
    fewer = change(count(900), count(200, SECOND))
    assert fewer is not None
    assert fewer.interval is not None
    low, high = confint_poisson_2indep(200, 30, 900, 90, method="wald-log", compare="ratio")
    assert fewer.interval.low + 1 == pytest.approx(low)
    assert fewer.interval.high + 1 == pytest.approx(high)
    assert (fewer.word, fewer.caution) == ("down", "")
    assert fewer.amount == pytest.approx(200 / 30 / 10 - 1)


def test_out_of_nothing() -> None:
    risen = change(count(0), count(25, SECOND))
    assert risen is not None
    assert (risen.word, risen.amount, risen.reason) == ("up", None, "there was nothing before")
    still = change(count(0), count(0, SECOND))
    assert still is not None
    assert still.word == "no clear change"


def test_a_benchmark_that_was_written_down_counts_as_known() -> None:
    known = Reading(None, None, "share", 0.021, given=True)
    found = change(known, share(50, 1000))
    assert found is not None
    assert found.interval is not None
    ends = Share(50, 1000).interval
    assert found.interval.low == pytest.approx(ends.low - 0.021)
    assert found.interval.high == pytest.approx(ends.high - 0.021)
    assert (found.word, found.caution) == ("up", "")
    number = change(Reading(None, None, "count", 100, given=True), count(150))
    assert number is not None
    assert (number.word, number.amount) == ("up", 0.5)


def test_without_chance_there_is_no_word() -> None:
    for before, after in (
        (figure("sum", 10, None), figure("sum", 20, None)),
        (figure("sum", 10, 4.0), figure("sum", 20, None)),
        (replace(share(1, 9), interval=None), share(3, 9)),
    ):
        found = change(before, after)
        assert found is not None
        assert (found.word, found.interval) == ("", None)
        assert "chance" in found.reason
        assert found.amount is not None


def test_a_sum_of_nothing_cannot_be_compared() -> None:
    found = change(figure("sum", 0.0, 0.0), figure("sum", 20.0, 4.0))
    assert found is not None
    assert (found.word, found.amount) == ("", None)
    assert found.reason


def test_a_missing_figure_changes_nothing() -> None:
    assert change(None, share(1, 2)) is None
    assert change(Reading(*FIRST, "share", None), share(1, 2)) is None


def test_the_change_of_a_cost_is_that_of_what_it_bought_turned_round() -> None:
    # 1,000 for 100, then 1,000 for 50: twice the cost.
    before = Reading(*FIRST, "cost", 10.0, 100, 1000.0, 100.0, None, 10.0**2 / 100, 100.0)
    after = Reading(*FIRST, "cost", 20.0, 50, 1000.0, 50.0, None, 20.0**2 / 50, 50.0)
    found = change(before, after)
    assert found is not None
    assert found.interval is not None
    low, high = confint_poisson_2indep(100, 1, 50, 1, method="wald-log", compare="ratio")
    assert (found.interval.low + 1, found.interval.high + 1) == pytest.approx((low, high))
    assert (found.word, found.amount, found.caution) == ("up", 1.0, "of 50% fewer")


def test_the_ratio_of_medians_holds_the_truth() -> None:
    dice, held = np.random.default_rng(3), 0
    for _ in range(400):
        pair = []
        for scale, size in ((10.0, 60), (15.0, 90)):
            times = np.sort(dice.exponential(scale, size))
            low, high, _ = median_ranks(size) or (0, 0, 0)
            ends = (float(times[low - 1]), float(times[high - 1]))
            pair.append(median_reading(float(np.median(times)), size, ends, Days(*FIRST)))
        found = change(*pair)
        assert found is not None
        assert found.interval is not None
        held += found.interval.low <= 0.5 <= found.interval.high
    assert 0.92 <= held / 400 <= 0.99


def test_a_rate_of_far_fewer_says_so() -> None:
    found = change(share(300, 10_000), share(28, 50, SECOND))
    assert found is not None
    assert (found.word, found.caution) == ("up", "of 98% fewer")
    # A tenth fewer is not told, nor is what chance could have done.
    assert volume_change(share(300, 9000), share(90, 2700, SECOND)) == ""
    assert volume_change(share(3, 9), share(1, 2, SECOND)) == ""


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.001, "of more than 99% fewer"),
        (0.08, "of 92% fewer"),
        (0.75, ""),
        (1.25, ""),
        (1.4, "of 40% more"),
        (2.26, "of 2.3 times as many"),
        (31.7, "of 32 times as many"),
    ],
)
def test_how_many_in_words(ratio: float, said: str) -> None:
    assert of_how_many(ratio) == said


def test_an_interval_that_was_recorded_is_enough() -> None:
    recorded = replace(share(56, 70), variance=None, volume=70.0, interval=Interval(0.69, 0.88))
    found = change(recorded, share(48, 80, SECOND))
    assert found is not None
    assert found.word == "down"


@pytest.mark.parametrize(("was", "now"), [(-100.0, -90.0), (50.0, -3.0), (-3.0, 50.0)])
def test_a_sum_below_nothing_has_no_ratio(was: float, now: float) -> None:
    found = change(figure("sum", was, 25.0), figure("sum", now, 25.0))
    assert found is not None
    assert (found.amount, found.interval, found.word) == (None, None, "")
    assert found.reason == "nothing can be compared with a figure of 0 or below"
