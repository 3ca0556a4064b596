"""Worlds of which it is known what makes leads buy: what is planted is found, and nothing else."""

from __future__ import annotations

import pytest
from tests.review.worlds import Kind, World, lift_of, reviewed, rule, ruleset

from leadline.report.review_points import points

KINDS = (
    Kind("demo", 1.0, causes=0.5),
    Kind("careers", 1.0, ends=True),
    Kind("newsletter", 1.0, ends=True),
    Kind("quote", 0.7, causes=0.6),
    Kind("blog", 1.5),
    Kind("video", 2.0),
)
RULES = (
    rule("demo", 20)
    + rule("careers", -15)  # right: they never buy
    + rule("newsletter", 10)  # the wrong way round
    + rule("quote", -5)  # the wrong way round
    + rule("blog", 3)
    + rule("video", 8, more=", max: 8")  # one is as good as many
    + rule("fax", 5)  # nobody does
)


@pytest.fixture(scope="module")
def found():
    world = World(KINDS, leads=1500, a_year=0.6)
    return reviewed(ruleset(RULES), world.rows)


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("demo", "predicts"),
        ("careers", "predicts"),
        ("newsletter", "points the wrong way"),
        ("quote", "points the wrong way"),
        ("blog", "no clear effect"),
        ("fax", "cannot be told yet"),
    ],
)
def test_what_was_planted_is_found(found, name: str, effect: str):
    assert lift_of(found, name).effect == effect


def test_the_size_of_an_effect_is_that_of_the_world():
    """A demo makes one lead in two buy within 40 days; 14% buy by themselves within 90.

    Of those whom the demo makes buy, 9% have done so by the first date after it.
    """
    world = World((Kind("demo", 0.8, causes=0.5),), leads=1500, a_year=0.6, seed=3)

    found = reviewed(ruleset(rule("demo", 20)), world.rows, sections=("lift",))

    demo = lift_of(found, "demo").fresh
    led = 0.5 * 0.91 / (1 - 0.5 * 0.09)
    assert demo.one.share == pytest.approx(led + (1 - led) * 0.14, abs=0.06)
    assert demo.interval is not None
    assert demo.interval.low > 2


def test_a_rule_that_never_matches_and_one_at_its_cap_are_named(found):
    uses = {use.rule: use for use in found.uses}

    assert [use.rule for use in found.uses if use.never] == ["readiness.fax"]
    assert [use.rule for use in found.uses if use.capped] == ["readiness.video"]
    assert uses["readiness.video"].at_cap == uses["readiness.video"].leads > 100
    said = points(found, ("use",))[0]
    assert said.verdict == "look at this"
    assert said.said == "Never matched: readiness.fax; always at the cap: readiness.video."


def test_the_wrong_way_is_said_first(found):
    [said] = points(found, ("lift",))

    assert said.verdict == "look at this"
    assert "2 point the wrong way" in said.said
    assert said.todo[0].startswith(("newsletter gives points to leads", "quote takes points from"))


def test_a_rule_that_stopped_matching_is_silent():
    world = World((Kind("demo", 4.0),), leads=300)
    late = "2026-04-01"
    world.rows["events"] = [
        row for row in world.rows["events"] if row["occurred_at"].isoformat() < late
    ]

    found = reviewed(
        ruleset(rule("demo", 10) + rule("old", 1, event="demo", more=", until: 2025-12-31")),
        world.rows,
        sections=("use",),
    )

    assert [use.silent for use in found.uses] == [True, False]  # the other's time is over
    assert found.uses[0].lately == 0
    assert points(found, ("use",))[0].said == "None in the last 90 days: readiness.demo."


def test_names_that_mean_something_to_sql_are_names():
    world = World((Kind('it\'s; a "view"', 2.0, causes=0.3), Kind("--", 2.0)), leads=150)
    event = 'event: "it\'s; a \\"view\\""'
    rules = f'      from: {{{event}, points: 5}}\n      "null": {{event: "--", points: -5}}\n'
    facts = "      ü: {when: lead.`e;mail` is x, points: 1}\n"
    for row in world.rows["leads"]:
        row["e;mail"] = "x"

    found = reviewed(ruleset(rules, facts=facts), world.rows, weeks=20, trust=("lead.e;mail",))

    assert [lift.rule for lift in found.lifts] == ["from", "null", "ü"]
    assert lift_of(found, "from").effect == "predicts"
    assert [use.matches for use in found.uses][2] == 150


def test_without_any_effect_hardly_a_rule_seems_to_have_one():
    kinds = [Kind(f"kind{n}", 1.0) for n in range(30)]
    world = World(kinds, leads=500, a_year=0.5, seed=4)
    rules = "".join(rule(kind.name, 5 if n % 2 else -5) for n, kind in enumerate(kinds))

    found = reviewed(ruleset(rules), world.rows, weeks=26, sections=("lift",))

    effects = [lift.effect for lift in found.lifts]
    assert effects.count("cannot be told yet") < 10
    assert len([e for e in effects if e in ("predicts", "points the wrong way")]) <= 4
