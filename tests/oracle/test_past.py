"""The oracle's past is that of its scores, and differences of an engine's past are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracle.compare_past import past_differences, values_at
from tests.oracle.model import read_model
from tests.oracle.past import look_back
from tests.oracle.scoring import score
from tests.oracle.stages import Spell
from tests.oracle.strategies import PastCase, past_cases

few = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def holds_at(spell: Spell, at: datetime) -> bool:
    """Return whether a spell goes on at an instant."""
    begun = spell.entered_at is None or spell.entered_at <= at
    return begun and (spell.left_at is None or spell.left_at > at)


def instants(case: PastCase, seed: int) -> list[datetime]:
    """Return ten instants of the case, some of them those of its own rows, or just before."""
    random = Random(seed)
    own = [v for rows in case.data.values() for row in rows for v in row.values()]
    known = [value for value in own if isinstance(value, datetime)]
    last = datetime(case.as_of.year, case.as_of.month, case.as_of.day)
    found = [last - timedelta(minutes=random.randrange(60 * 24 * 70)) for _ in range(5)]
    found += [random.choice(known) - timedelta(microseconds=n % 2) for n in range(5)]
    return [at for at in found if at <= last]


@few
@given(past_cases(), st.integers(0, 1000))
def test_a_history_tells_the_score_of_every_instant(case: PastCase, seed: int) -> None:
    past = look_back(case.ruleset, case.data, None, case.as_of)
    stages = read_model(case.ruleset).stages
    for at in instants(case, seed):
        now = score(case.ruleset, case.data, at.replace(tzinfo=UTC))
        assert values_at(past.history, at) == now.scores
        if stages is not None and stages.by_date:
            assert {s.lead_id: s.stage for s in past.stages if holds_at(s, at)} == now.stage


@few
@given(past_cases())
def test_spells_of_a_lead_follow_one_another(case: PastCase) -> None:
    past = look_back(case.ruleset, case.data, case.since, case.as_of)
    by_lead: dict[str, list[tuple[datetime, datetime]]] = {}
    for spell in past.stages:
        begin, end = spell.entered_at or datetime.min, spell.left_at or datetime.max
        assert begin < end
        by_lead.setdefault(spell.lead_id, []).append((begin, end))
    for spans in by_lead.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(spans)))
    changes = [(row.lead_id, row.score, row.per, row.at) for row in past.history]
    assert len(changes) == len(set(changes))
    assert all(row.old != row.new for row in past.history)


@few
@given(past_cases())
def test_what_the_oracle_tells_does_not_differ_from_itself(case: PastCase) -> None:
    past = look_back(case.ruleset, case.data, case.since, case.as_of)
    backwards = replace(past, history=past.history[::-1], stages=past.stages[::-1])
    assert not past_differences(case, backwards)


def test_a_row_too_many_and_one_too_few_are_told() -> None:
    ruleset = "leadline: 1\nscores: {s: {actions: {a: {event: a, points: 5}}}}\n"
    at = datetime(2026, 1, 1, 12)
    events = [{"event_id": "e", "lead_id": "l", "occurred_at": at, "type": "a"}]
    case = PastCase(ruleset, {"events": events}, at.date(), None)
    past = look_back(ruleset, case.data, None, at.date())
    [row] = past.history
    wrong = replace(past, history=(replace(row, new=4.0),))
    assert past_differences(case, wrong) == [
        "change l s  2026-01-01 12:00:00 None 4.0: the engine alone",
        "change l s  2026-01-01 12:00:00 None 5.0: the oracle alone",
    ]


def test_a_score_that_decays_smoothly_may_differ_by_a_unit_of_the_last_decimal() -> None:
    ruleset = """
leadline: 1
scores: {s: {actions: {a: {event: a, points: 5}}, decay: {half_life: 1 day}}}
"""
    at = datetime(2026, 1, 1, 12)
    events = [{"event_id": "e", "lead_id": "l", "occurred_at": at, "type": "a"}]
    until = at.date() + timedelta(days=1)
    case = PastCase(ruleset, {"events": events}, until, None)
    past = look_back(ruleset, case.data, None, until)
    first, second = past.history
    near = replace(past, history=(first, replace(second, old=5.0001, new=2.5001)))
    assert not past_differences(case, near)
    far = replace(past, history=(first, replace(second, new=2.5002)))
    line = "value l s  at the end of 2026-01-02: engine 2.5002, expected 2.5"
    assert past_differences(case, far) == [line]


def test_a_count_is_compared_on_every_day() -> None:
    ruleset = "leadline: 1\nscores: {s: {actions: {a: {event: a, points: 5}}}}\n"
    ruleset += "segments:\n  x: score.s > 1\n"
    at = datetime(2026, 1, 1, 12)
    events = [{"event_id": "e", "lead_id": "l", "occurred_at": at, "type": "a"}]
    case = PastCase(ruleset, {"events": events}, at.date(), None)
    past = look_back(ruleset, case.data, None, at.date())
    # Nothing has happened on the days before the first event.
    assert not past_differences(case, replace(past, daily=past.daily[-1:]))
    wrong = replace(past, daily=(replace(past.daily[-1], leads=0),))
    line = "count segment x on 2026-01-01: engine 0, expected 1"
    assert past_differences(case, wrong) == [line]
