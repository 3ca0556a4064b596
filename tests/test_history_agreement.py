"""The engine and the oracle tell the same past: every change, spell, stay and daily count.

60 generated cases by default, in parts that run side by side; ``--cases 10000`` for more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.evaluation import look_back, score
from tests.oracle.compare import describe
from tests.oracle.compare_past import exactness, past_differences, values_apart, values_at
from tests.oracle.model import read_model
from tests.oracle.past import Past
from tests.oracle.records import aware
from tests.oracle.strategies import PastCase, past_cases
from tests.oracle.timeline import start_of

from leadline.engine.duckdb import Database
from leadline.store import Store

PARTS = 6
#: A past takes about as long as nine dates.
SHARE = 9
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_pasts(part: int, request: pytest.FixtureRequest) -> None:
    examples = -(-request.config.getoption("--cases") // (PARTS * SHARE))
    seen = 0
    with Store.open(None) as store, Database() as database:

        @seed(request.config.getoption("--cases-seed") * PARTS + part)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(past_cases())
        def agree(case: PastCase) -> None:
            nonlocal seen
            seen += 1
            past = look_back(case.ruleset, case.data, case.since, case.as_of, store=store)
            apart = past_differences(case, past)
            assert not apart, _shown(case, apart)
            # Three more evaluations in every case would double the time of a run.
            if seen % 2:
                apart = scores_apart(case, past, database)
                assert not apart, _shown(case, apart)

        agree()
    assert seen >= examples


def scores_apart(case: PastCase, past: Past, database: Database) -> list[str]:
    """Compare the values at the end of three days with the engine's scores of these days."""
    model = read_model(case.ruleset)
    exact = exactness(model, case.ruleset)
    lines: list[str] = []
    for day in _three_days(case, model.zone):
        end = start_of(day + timedelta(days=1), model.zone).replace(tzinfo=None) - TICK
        scores = score(case.ruleset, case.data, day, database=database).scores
        told = values_at(past.history, end)
        for values in (told, scores):
            for key in [key for key in values if key[1] in exact.derived]:
                del values[key]
        lines += values_apart(f"at the end of {day}", told, scores, exact.smooth)
    return lines


def _three_days(case: PastCase, zone: ZoneInfo) -> list[date]:
    """Return three days that end within the span and that the zone's calendar has."""
    last = case.as_of
    if isinstance(last, datetime):
        last = last.astimezone(zone).date() - timedelta(days=1)
    days = [last - timedelta(days=n) for n in range(60)]
    begin = _beginning(case, zone)
    possible = [
        day
        for day in days
        if start_of(day, zone) < start_of(day + timedelta(days=1), zone)
        and start_of(day + timedelta(days=1), zone) > begin
    ]
    return Random(len(case.ruleset)).sample(possible, min(3, len(possible)))


def _beginning(case: PastCase, zone: ZoneInfo) -> datetime:
    if case.since is None:
        return datetime.min.replace(tzinfo=UTC)
    if isinstance(case.since, datetime):
        return aware(case.since)
    return start_of(case.since, zone)


def _shown(case: PastCase, apart: list[str]) -> str:
    leads = [row["lead_id"] for table in ("leads", "events") for row in case.data[table]]
    named = [lead for lead in sorted(set(leads)) if lead in apart[0].split()]
    told = [describe(case, lead) for lead in named] or [case.ruleset]
    return "\n".join([*apart[:12], "", f"since {case.since}", *told])
