"""A comparison says what two evaluations say that are joined here, in Python, lead by lead.

Four generated cases by default, since each is eight evaluations; ``--cases 10000`` for more.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from tests.evaluation import PARTS, Rows, built, fill, look_back, score
from tests.oracle.outcomes import models_over_time
from tests.oracle.past import Past
from tests.oracle.rulesets import written
from tests.oracle.scoring import Result
from tests.oracle.small_logs import small_tables_of

from leadline.comparison.changes import find_changes
from leadline.comparison.effects import Asked, effect_of, side_of
from leadline.comparison.recent import Both, first_monday
from leadline.pipeline import columns_of
from leadline.report.comparison import Effect, ScoreEffect
from leadline.ruleset.extensions import NO_EXTENSIONS
from leadline.ruleset.model import Ruleset
from leadline.store import Store
from leadline.store.standins import step_aside

ZONE, ANCHOR = "Europe/Berlin", date(2026, 3, 29)
WEEKS = 4
#: A case takes about as long as 150 dates.
SHARE = 150


@dataclass(frozen=True, slots=True)
class Case:
    base: str
    head: str
    as_of: date
    data: Rows = field(repr=False)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a ruleset, the same with some numbers changed or another one, and a small log."""
    base = _named(written(draw(models_over_time(ZONE, ANCHOR))))
    if draw(st.integers(0, 3)):
        head = _with_other_numbers(draw, base)
    else:
        head = _named(written(draw(models_over_time(ZONE, ANCHOR))))
    as_of = ANCHOR + timedelta(days=draw(st.integers(0, 40)))
    seeds = draw(st.lists(st.integers(0, 2**32 - 1), min_size=5, max_size=8))
    return Case(base, head, as_of, small_tables_of(ZONE, as_of, ANCHOR, seeds))


def _named(ruleset: str) -> str:
    return ruleset if "\nmodel:" in ruleset else f"model: drawn\n{ruleset.lstrip()}"


def _with_other_numbers(draw: st.DrawFn, ruleset: str) -> str:
    """Change up to three of the points, limits and bounds of a ruleset."""
    places = list(re.finditer(r"(?:points|limit|at|max|sales_ready): (-?\d+)\b", ruleset))
    chosen = draw(st.lists(st.sampled_from(places), max_size=3)) if places else []
    for place in sorted(set(chosen), key=lambda match: -match.start(1)):
        other = str(int(place[1]) + draw(st.sampled_from((1, 2, 5, 20))))
        ruleset = ruleset[: place.start(1)] + other + ruleset[place.end(1) :]
    return ruleset


def test_an_effect_is_what_two_evaluations_differ_in(request: pytest.FixtureRequest):
    examples = -(-request.config.getoption("--cases") // SHARE)
    seen = 0
    with Store.open(None) as store:

        @seed(request.config.getoption("--cases-seed"))
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases())
        def agree(case: Case) -> None:
            nonlocal seen
            effect, rulesets = _compared(case, store)
            seen += 1
            results = [score(text, case.data, case.as_of) for text in (case.base, case.head)]
            pasts = [_past(text, case) for text in (case.base, case.head)]
            _scores_agree(effect, rulesets, results)
            _outcomes_agree(effect, rulesets, results)
            _pasts_agree(effect, rulesets, pasts, case)

        agree()
    assert seen >= examples // 2


def _compared(case: Case, store: Store) -> tuple[Effect, tuple[Ruleset, Ruleset]]:
    step_aside(store.database)
    fill(store.database, case.data)
    catalog = columns_of(store)
    try:
        base, head = built(case.base, catalog), built(case.head, catalog)
    except AssertionError:
        assume(False)
        raise
    day = case.as_of.isoformat()
    both = Both(store.database, catalog, NO_EXTENSIONS, side_of(base, day), side_of(head, day))
    _, renames = find_changes(base, head)
    # What has another name is told as one thing; the two evaluations here know nothing of that.
    assume(not (renames.scores or renames.accounts or renames.segments))
    return effect_of(both, renames, Asked(day, weeks=WEEKS)), (base, head)


def _past(text: str, case: Case) -> Past:
    return look_back(text, case.data, None, case.as_of, parts=PARTS)


Key = tuple[str, str, str]


def _scores_agree(effect: Effect, rulesets: tuple[Ruleset, Ruleset], results: list[Result]) -> None:
    base, head = (result.scores for result in results)
    leads = [_leads(ruleset, result) for ruleset, result in zip(rulesets, results, strict=True)]
    if None in leads:
        return
    before, after = leads
    assert before is not None
    assert after is not None
    told = {one.score: one for one in effect.scores}
    anybody: set[str] = set()
    for name in _comparable(rulesets):
        apart = _apart(base, head, name, before & after)
        anybody |= {lead for lead, _ in apart}
        assert _summed(name, apart) == told.pop(name, None), name
    assert not told
    assert effect.changed == len(anybody)
    assert (effect.gained, effect.lost) == (len(after - before), len(before - after))


def _leads(ruleset: Ruleset, result: Result) -> set[str] | None:
    """Return who is scored, as far as scores with one value tell."""
    single = [s.name for s in ruleset.scores if getattr(s, "per", None) is None]
    return {lead for lead, name, _ in result.scores if name == single[0]} if single else None


def _comparable(rulesets: tuple[Ruleset, Ruleset]) -> list[str]:
    keyed = [
        {score.name: getattr(score, "per", None) is not None for score in ruleset.scores}
        for ruleset in rulesets
    ]
    return [name for name in keyed[1] if name in keyed[0] and keyed[0][name] == keyed[1][name]]


def _apart(
    base: dict[Key, float], head: dict[Key, float], name: str, leads: set[str]
) -> list[tuple[str, int]]:
    """Return the changes of a score in ten thousandths, each with its lead."""
    keys = {key for key in (*base, *head) if key[1] == name and key[0] in leads}
    found = ((key[0], round((head.get(key, 0.0) - base.get(key, 0.0)) * 10_000)) for key in keys)
    return [(lead, units) for lead, units in found if units]


def _summed(name: str, apart: list[tuple[str, int]]) -> ScoreEffect | None:
    if not apart:
        return None
    return ScoreEffect(
        name,
        len({lead for lead, _ in apart}),
        len({lead for lead, units in apart if units > 0}),
        len({lead for lead, units in apart if units < 0}),
        sum(units for _, units in apart) / 10_000 / len(apart),
        max(abs(units) for _, units in apart) / 10_000,
    )


def _outcomes_agree(
    effect: Effect, rulesets: tuple[Ruleset, Ruleset], results: list[Result]
) -> None:
    told = {moves.of: moves.cells for moves in effect.moves}
    base, head = results
    for ruleset in rulesets[1:]:
        for one in ruleset.scores:
            if getattr(one, "per", None) is None and one.name in _comparable(rulesets):
                grades = [
                    {k[0]: v for k, v in side.grades.items() if k[1] == one.name}
                    for side in results
                ]
                assert _moves(*grades) == Counter(_cells(told, f"grade {one.name}")), one.name
    assert _moves(base.matrix, head.matrix) == Counter(_cells(told, "matrix"))
    accounts = {one.account: one for one in effect.accounts}
    for account in {a.name for a in rulesets[0].accounts} & {a.name for a in rulesets[1].accounts}:
        old, new = (
            {k[0]: v for k, v in side.accounts.items() if k[1] == account} for side in results
        )
        changed = [key for key in new if new[key][0] != old[key][0]]
        gained = [key for key in new if new[key][1] and not old[key][1]]
        one = accounts.get(account)
        assert (len(changed), len(gained)) == (
            (one.changed, one.committees_gained) if one is not None else (0, 0)
        )


def _cells(told: dict[str, tuple[tuple[str | None, str | None, int], ...]], of: str):
    return {(old, new): leads for old, new, leads in told.get(of, ())}


def _moves(base: dict[str, str | None], head: dict[str, str | None]) -> Counter:
    pairs = [(base.get(lead), head.get(lead)) for lead in {*base, *head}]
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def _pasts_agree(
    effect: Effect, rulesets: tuple[Ruleset, Ruleset], pasts: list[Past], case: Case
) -> None:
    smooth = any(word in case.base + case.head for word in ("half_life", "linear"))
    if not smooth:
        # A smooth decay is told to within one unit of the last decimal, a stage by its bound.
        stages = [
            {spell.lead_id: spell.stage for spell in past.stages if spell.left_at is None}
            for past in pasts
        ]
        told = {moves.of: moves.cells for moves in effect.moves}
        assert _moves(*stages) == Counter(_cells(told, "stage"))
        _segments_agree(effect, rulesets, pasts)
    mqls = effect.mqls
    if rulesets[1].stages is None:
        return
    assert mqls is not None
    target = rulesets[1].stages.steps[-1].name
    entries = [_entries(past, target, case.as_of) for past in pasts]
    if mqls.weeks:
        assert [week.base for week in mqls.weeks] == entries[0]
        assert [week.head for week in mqls.weeks] == entries[1]
    else:
        assert entries[0] == entries[1]


def _segments_agree(effect: Effect, rulesets: tuple[Ruleset, Ruleset], pasts: list[Past]) -> None:
    told = {one.segment: one for one in effect.segments}
    names = [{segment.name for segment in ruleset.segments} for ruleset in rulesets]
    for name in names[0] & names[1]:
        before, after = (
            {stay.lead_id for stay in past.segments if stay.segment == name and not stay.left_at}
            for past in pasts
        )
        one = told.get(name)
        assert (len(after - before), len(before - after)) == (
            (one.joined, one.left) if one is not None else (0, 0)
        ), name
        if one is not None:
            assert (one.base, one.head) == (len(before), len(after))


def _entries(past: Past, stage: str, as_of: date) -> list[int]:
    first = first_monday(as_of, WEEKS)
    counts = [0] * WEEKS
    for spell in past.stages:
        if spell.stage != stage or spell.direction == "backward" or spell.entered_at is None:
            continue
        week = (_local(spell.entered_at) - first).days // 7
        if 0 <= week < WEEKS:
            counts[week] += 1
    return counts


def _local(instant: datetime) -> date:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)).date()
