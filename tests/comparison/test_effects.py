"""What a change does: small worlds worked by hand, and short ways against long ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.evaluation import Rows, built, fill

from leadline.comparison import recent
from leadline.comparison.changes import find_changes
from leadline.comparison.effects import Asked, effect_of, side_of, target_of
from leadline.comparison.recent import Both
from leadline.demo import generate
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.pipeline import columns_of, open_directory
from leadline.plan.build import build_plan
from leadline.report.comparison import Effect, Mover, Moves, RuleEffect, ScoreEffect, SegmentEffect
from leadline.ruleset.extensions import NO_EXTENSIONS
from leadline.sql.query import other_steps, write_query
from leadline.store import Store

DAY = date(2026, 3, 10)
SHIPPED = Path(__file__).parent.parent.parent / "rulesets/b2b_saas/ruleset.yaml"
RULES = """\
leadline: 1
model: small
scores:
  heat:
    sales_ready: 100
    actions:
      demo: {event: demo, points: 40}
      page: {event: page, points: 5, group: pages}
      paper: {event: paper, points: 10, group: pages}
    groups:
      pages: {max: 20}
    decay: {inactivity: 10 points every 30 days, floor: 20}
"""


def _event(number: int, lead: str, at: str, kind: str) -> dict[str, object]:
    moment = datetime.fromisoformat(at)
    return {"event_id": f"e{number}", "lead_id": lead, "occurred_at": moment, "type": kind}


#: Ada: a demo and three pages; Ben: two papers, long ago; Cy: a page.
DATA: Rows = {
    "events": [
        _event(1, "ada", "2026-03-02", "demo"),
        *(_event(n, "ada", f"2026-03-0{n}", "page") for n in (3, 4, 5)),
        _event(6, "ben", "2026-01-05", "paper"),
        _event(7, "ben", "2026-01-06", "paper"),
        _event(8, "ben", "2026-01-07", "demo"),
        _event(9, "cy", "2026-03-09", "page"),
    ],
    "leads": [
        {"lead_id": name, "created_at": datetime(2026, 1, 1)} for name in ("ada", "ben", "cy")
    ],
}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as store:
        yield store


def effect(
    store: Store, base: str, head: str, data: Rows = DATA, asked: Asked | None = None
) -> Effect:
    fill(store.database, data)
    catalog = columns_of(store)
    rulesets = built(base, catalog), built(head, catalog)
    sides = (side_of(ruleset, DAY.isoformat()) for ruleset in rulesets)
    both = Both(store.database, catalog, NO_EXTENSIONS, *sides)
    return effect_of(both, find_changes(*rulesets)[1], asked or Asked(DAY.isoformat(), weeks=2))


def test_causes_are_rules_caps_and_decay(store: Store):
    found = effect(store, RULES, RULES.replace("points: 5,", "points: 9,"))

    # Ada has 40 and 3 x 5 = 15, now 27 held to 20; Cy 5, now 9; Ben no page.
    assert found.scores == (ScoreEffect("heat", 2, 2, 0, 4.5, 5.0),)
    assert found.rules == (
        RuleEffect("heat", "page", 2, 16.0, 16.0),
        RuleEffect("heat", "group pages", 1, 7.0, -7.0),
    )
    assert found.movers == (
        Mover("ada", "heat", "", 55.0, 60.0, "page", 15.0, 27.0),
        Mover("cy", "heat", "", 5.0, 9.0, "page", 5.0, 9.0),
    )


def test_decay_is_a_cause(store: Store):
    found = effect(store, RULES, RULES.replace("10 points every", "25 points every"))

    # Ben had 60 on 7 January: two steps, on 6 February and 8 March, take 20, now 40 (the floor).
    assert found.scores == (ScoreEffect("heat", 1, 0, 1, -20.0, 20.0),)
    assert found.rules == (RuleEffect("heat", "decay", 1, 20.0, -20.0),)
    assert found.movers == (Mover("ben", "heat", "", 40.0, 20.0, "decay", 0.0, -20.0),)


def test_what_is_only_renamed_changes_nothing(store: Store):
    other = RULES.replace("      page:", "      any_page:").replace("  heat:", "  warmth:")

    found = effect(store, RULES, other)

    assert found.nothing
    assert found.head_leads == 3


def test_a_renamed_score_is_compared_with_what_it_was(store: Store):
    more = "  total: {formula: 2 * score.heat}\n"
    other = RULES + more.replace("total", "sum")
    other = other.replace("points: 40", "points: 41")

    found = effect(store, RULES + more, other)

    assert [(one.score, one.changed, one.mean) for one in found.scores] == [
        ("heat", 2, 1.0),
        ("sum", 2, 2.0),
    ]


def test_a_score_that_gets_a_value_each_is_compared_with_its_one_value(store: Store):
    rules = "actions: {demo: {event: demo, points: 40}, page: {event: page, points: 5}}"
    one = f"leadline: 1\nmodel: small\nscores:\n  heat: {{{rules}}}\n"
    each = one.replace("{actions", "{per: type, actions")

    found = effect(store, one, each)

    # Ada's 55 and Ben's 40 and Cy's 5 are gone; 40 and 15, 40, 5 are there.
    assert found.scores == (ScoreEffect("heat", 3, 3, 3, 0.0, 55.0),)

    formula = one.replace(f"{{{rules}}}", "{formula: 1 + 1}")
    found = effect(store, formula, each)
    assert found.scores == (ScoreEffect("heat", 3, 3, 3, 94 / 7, 40.0),)


def test_stages_that_are_kept_are_told_from_the_past(store: Store):
    stages = """\
stages:
  by: score heat
  backward: false
  steps: [{name: cold}, {name: warm, at: 30}, {name: hot, at: 55}]
"""
    found = effect(store, RULES + stages, RULES + stages.replace("at: 55", "at: 70"))

    # Ben reached 60 in January, which he keeps, and Ada has 55.
    assert found.moves == (Moves("stage", ("cold", "warm", "hot"), (("hot", "warm", 2),)),)
    assert found.mqls is not None
    assert [(week.base, week.head) for week in found.mqls.weeks] == [(0, 0), (1, 0)]


def test_segments_are_told_by_who_joins_and_leaves(store: Store):
    base = (
        RULES
        + "segments:\n  best: top 1 by heat\n  old: quiet(heat, 30 days)\n  gone: score.heat > 1\n"
    )
    head = base.replace("points: 40", "points: 20").replace("  gone: score.heat > 1\n", "")
    head += "  up: change(heat, 7 days) > 0\n"

    found = effect(store, base, head)

    # Ben has 40 of 60, now 20 of 40; Ada 55, now 35: she stays the best. Ben alone is quiet.
    assert found.segments == (
        SegmentEffect("up", None, 2, 2, 0),
        SegmentEffect("gone", 3, None, 0, 3),
    )
    ranked = effect(store, base, base.replace("points: 40", "points: -40"))
    assert SegmentEffect("best", 1, 1, 1, 1) in ranked.segments
    # Ada last rose on 5 March, Ben on 7 January, Cy on 9 March.
    quiet = effect(store, base, base.replace("30 days)\n", "5 days)\n"))
    assert quiet.segments == (SegmentEffect("old", 1, 2, 1, 0),)


def test_an_unknown_mql_names_the_nearest(store: Store):
    with pytest.raises(UsageError, match="no stage or segment is called `hto`") as told:
        effect(
            store,
            RULES,
            RULES + "segments:\n  hot: score.heat > 1\n",
            asked=Asked(DAY.isoformat(), mql="hto"),
        )

    assert told.value.hint == "did you mean `hot`?"


def test_a_past_that_cannot_be_told_leaves_the_scores(store: Store):
    history = {"lead_id": "ada", "field": "kind", "value": "x", "changed_at": datetime(2026, 1, 2)}
    data = {**DATA, "lead_history": [history]}
    base = RULES.replace("scores:\n", "ignore: lead.kind is y\nscores:\n")
    base += "stages:\n  by: score heat\n  steps: equal [cold, hot]\n"

    found = effect(store, base, base.replace("points: 5,", "points: 9,"), data)

    assert found.changed == 2
    assert found.mqls is None
    assert found.untold.startswith("`ignore` asks for what changes over time")


@pytest.mark.parametrize(
    ("as_of", "monday"),
    [
        ("2026-03-08", date(2026, 3, 2)),
        ("2026-03-09", date(2026, 3, 2)),
        ("2026-03-08T12:00:00Z", date(2026, 2, 23)),
        ("2026-03-14", date(2026, 3, 2)),
        ("2026-03-15", date(2026, 3, 9)),
    ],
)
def test_weeks_are_whole(as_of: str, monday: date):
    ruleset = built(RULES + "stages:\n  by: score heat\n  steps: equal [cold, hot]\n", Catalog())
    side = side_of(ruleset, as_of)
    with Store.open(None) as store:
        both = Both(store.database, Catalog(), NO_EXTENSIONS, side, side)

        target = target_of(both, Asked(as_of, weeks=1))

    assert target is not None
    assert target.first == monday


def test_without_stages_nobody_is_an_mql(store: Store):
    assert effect(store, RULES, RULES.replace("points: 5,", "points: 6,")).mqls is None


CHANGES = {
    "points": ("points: 12", "points: 25"),
    "condition": ('starts with "/pricing"', 'starts with "/products"'),
    "fact": ("employees >= 200", "employees >= 100"),
    "decay": ("10% every 30 days", "20% every 30 days"),
    "stage": ("[aware, engaged, sales_ready]", "[aware, engaged, close, sales_ready]"),
    "leads": ("[customer, competitor]", "[competitor]"),
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return the demo log of two years, loaded."""
    folder = tmp_path_factory.mktemp("log")
    generate(folder, leads=200, events_per_lead=25, until=date(2026, 6, 30))
    store, _ = open_directory(folder, lambda label, done, total: None)
    with store:
        yield store


@pytest.mark.parametrize("change", ["points", "leads"])
def test_a_past_of_few_leads_is_that_of_all(
    change: str, log: Store, monkeypatch: pytest.MonkeyPatch
):
    text = SHIPPED.read_text("utf-8")
    catalog = columns_of(log)
    rulesets = built(text, catalog), built(text.replace(*CHANGES[change]), catalog)
    sides = (side_of(ruleset, "2026-06-30") for ruleset in rulesets)
    both = Both(log.database, catalog, NO_EXTENSIONS, *sides)
    renames = find_changes(*rulesets)[1]
    asked = Asked("2026-06-30")
    watched = []
    real = recent._watching

    def noted(*given: object):
        watched.append(given)
        return real(*given)

    monkeypatch.setattr(recent, "_watching", noted)
    of_few = effect_of(both, renames, asked)
    assert watched
    monkeypatch.setattr(recent, "_few_matter", lambda *given: False)

    assert effect_of(both, renames, asked) == of_few
    assert of_few.mqls is not None
    assert sum(week.head for week in of_few.mqls.weeks) > 0


@pytest.mark.parametrize(
    ("change", "same", "other"),
    [
        ("points", ("known_lead", "daily", "score.fit"), ("readiness totals", "score.readiness")),
        ("fact", ("daily", "score.readiness", "score.interest"), ("score.fit", "reported")),
        ("stage", ("daily", "score.readiness", "score.fit"), ("reported",)),
        ("leads", ("known_lead", "daily"), ("lead", "score.readiness")),
    ],
)
def test_what_is_the_same_on_both_sides_is_run_once(
    change: str, same: tuple[str, ...], other: tuple[str, ...], log: Store
):
    text = SHIPPED.read_text("utf-8")
    catalog = columns_of(log)
    queries = [
        write_query(build_plan(ruleset, catalog, side_of(ruleset, "2026-06-30").date))
        for ruleset in (built(text, catalog), built(text.replace(*CHANGES[change]), catalog))
    ]

    found = other_steps(*queries)

    assert not found & set(same)
    assert set(other) <= found
