"""What a review says: the verdict of each point, at the figures where it turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from leadline.intervals import Interval, Share
from leadline.report.backtest import Band, Step
from leadline.report.review import (
    Acceptance,
    Contrast,
    Deals,
    Ready,
    Review,
    RuleFeedback,
    RuleLift,
    RuleUse,
    Side,
)
from leadline.report.review_points import Point, points
from leadline.report.review_text import review_markdown, review_text

DAY = date(2026, 6, 30)
LEDGER = Acceptance(DAY, 40, 5, 20, 12, 3, 30, 10, (("no budget", 7), ("student", 3)), True)
SECTIONS = ("ready", "bands", "acceptance", "feedback", "lift", "use")


def contrast(came: int, low: float, high: float, of: int = 100) -> Contrast:
    one, other = Side(of, of, came, came), Side(900, 9000, 900, 300)
    return Contrast(one, other, (low * high) ** 0.5, Interval(low, high))


def lift(rule: str, fresh: Contrast, *, negative: bool = False, later: Contrast | None = None):
    points = "-5" if negative else "5"
    return RuleLift(rule, points, negative, later is None, fresh, later, ())


def band(name: str, came: int, of: int) -> Band:
    return Band(name, None, None, of, came, of, came, Share(came, of))


REVIEW = Review(
    model="drawn",
    score="readiness",
    as_of=DAY,
    outcome="opportunity",
    within=90,
    first=date(2025, 6, 1),
    last=date(2026, 4, 1),
    dates=40,
    rows=10000,
    leads=1000,
    happened=300,
    outcomes=300,
    ready=Ready("entered ready", contrast(40, 3, 5), 0, Deals(60, 1, 2, 3), Deals(40, 1, 2, 3)),
    bands=(band("low", 100, 8000), band("high", 200, 2000)),
    steps=(Step("low", "high", "up"),),
    acceptance=LEDGER,
    feedback=(),
    lifts=(lift("demo", contrast(40, 3, 5)),),
    judged=True,
    uses=(RuleUse("readiness.demo", "5", "events", 400, 90, 80.0, 100, None),),
    groups=(),
    untrusted=(),
)  # fmt: skip


def said(section: str, **changes: object) -> Point:
    [found] = points(replace(REVIEW, **changes), (section,))
    return found


def test_a_model_that_is_well_needs_nothing():
    found = points(REVIEW, ("ready", "bands", "acceptance", "lift", "use"))

    assert {one.verdict for one in found} == {"good"}
    assert {one.todo for one in found} == {("Nothing now.",)}


@pytest.mark.parametrize(
    ("found", "of_others", "verdict"),
    [
        (contrast(40, 1.01, 5), 40, "good"),
        (contrast(40, 0.99, 5), 40, "look at this"),
        (contrast(40, 0.2, 0.8), 40, "look at this"),
        (contrast(3, 0.99, 5, of=40), 40, "cannot be told yet"),
        (contrast(40, 3, 5), 75, "good"),  # 56% of 135: perhaps half
        (contrast(40, 3, 5), 90, "look at this"),  # 60% of 150
    ],
)
def test_sales_ready_leads(found: Contrast, of_others: int, verdict: str):
    ready = replace(REVIEW.ready, contrast=found, of_others=Deals(of_others, 0, 0, 0))

    assert said("ready", ready=ready).verdict == verdict


@pytest.mark.parametrize(
    ("bands", "step", "verdict"),
    [
        ((band("low", 100, 8000), band("high", 26, 2000)), "no clear change", "look at this"),
        ((band("low", 100, 800), band("high", 20, 400)), "down", "look at this"),
        ((band("low", 100, 8000), band("high", 1, 50)), "no clear change", "cannot be told yet"),
        ((band("low", 100, 8000),), "up", "cannot be told yet"),
    ],
)
def test_bands(bands: tuple[Band, ...], step: str, verdict: str):
    assert said("bands", bands=bands, steps=(Step("low", "high", step),)).verdict == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decided", "refused", "verdict"),
    [
        (0, 0, "cannot be told yet"),
        (4, 2, "cannot be told yet"),
        (3, 2, "look at this"),
        (5, 2, "good"),
        (30, 15, "good"),
        (30, 16, "look at this"),
    ],
)
def test_acceptance(decided: int, refused: int, verdict: str):
    ledger = replace(LEDGER, lately=decided, refused_lately=refused)

    assert said("acceptance", acceptance=ledger).verdict == verdict


@pytest.mark.parametrize(
    ("good", "bad", "opinion"),
    [(0, 4, "few"), (0, 5, "bad"), (1, 5, "divided"), (5, 5, "divided"), (9, 1, "good")],
)
def test_an_opinion_is_one_where_the_interval_leaves_out_a_half(good: int, bad: int, opinion: str):
    one = RuleFeedback("demo", True, good, bad, ())

    assert one.opinion == opinion
    verdict = {"few": "cannot be told yet", "bad": "look at this"}.get(opinion, "good")
    assert said("feedback", feedback=(one,)).verdict == verdict


@pytest.mark.parametrize(
    ("low", "high", "negative", "effect"),
    [
        (1.1, 4, False, "predicts"),
        (1.1, 4, True, "points the wrong way"),
        (0.2, 0.9, False, "points the wrong way"),
        (0.2, 0.9, True, "predicts"),
        (0.9, 1.2, False, "no clear effect"),
    ],
)
def test_a_rule(low: float, high: float, negative: bool, effect: str):
    one = lift("demo", contrast(40, low, high), negative=negative)

    assert one.effect == effect
    verdict = "good" if effect == "predicts" else "look at this"
    assert said("lift", lifts=(one,)).verdict == verdict


def test_points_that_outlive_their_meaning_are_told():
    old = lift("demo", contrast(40, 3, 5), later=contrast(40, 0.5, 1.5))
    still = lift("quote", contrast(40, 3, 5), later=contrast(40, 1.5, 2.5))

    found = said("lift", lifts=(old, still))

    assert [one.stale for one in (old, still)] == [True, False]
    assert found.verdict == "look at this"
    assert found.todo[0].startswith("Fresh points tell, old ones do not: demo. Let points age")
    assert "old" not in said("lift", lifts=(still,)).todo[0]


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"matches": 0, "lately": 0, "expected": 0.0}, "matched no event"),
        ({"lately": 0, "expected": 5.0}, "400 events before, none in the last 90 days"),
        ({"lately": 0, "expected": 4.9}, ""),
        ({"at_cap": 90}, "90 of 100 leads with its points are at its cap"),
        ({"at_cap": 89}, ""),
        ({"leads": 9, "at_cap": 9}, ""),
    ],
)
def test_what_a_rule_does(changes: dict[str, object], seen: str):
    uses = (replace(REVIEW.uses[0], **changes),)

    assert said("use", uses=uses).verdict == ("look at this" if seen else "good")
    assert seen in review_text(replace(REVIEW, uses=uses), ("use",), top=0)


def test_names_from_outside_cannot_move_the_cursor_or_mark_up():
    name = "a\x1b[2J|`b`<i>"
    hostile = replace(
        REVIEW,
        model=name,
        lifts=(lift(name, contrast(40, 0.1, 0.5)),),
        bands=(band("low", 100, 8000), band(name, 26, 2000)),
        feedback=(RuleFeedback(name, False, 0, 9, ()),),
        acceptance=replace(LEDGER, reasons=((name, 9),)),
        uses=(replace(REVIEW.uses[0], rule=name, matches=0),),
    )

    text = review_text(hostile, SECTIONS, top=0)
    page = review_markdown(hostile, SECTIONS, top=0)

    assert "\x1b" not in text + page
    assert "<i>" not in page.replace("\\<i>", "")
    rows = [line for line in page.splitlines() if line.startswith("| a")]
    assert len(rows) == 5  # a rule, a band, a reason, feedback, what it does
    assert all("\\|" in row for row in rows)
