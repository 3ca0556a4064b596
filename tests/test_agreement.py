"""The engine and the oracle agree: on generated rulesets and logs, score by score.

500 generated cases by default, in parts that run side by side; ``--cases 10000`` for more.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.evaluation import score
from tests.oracle.compare import describe, differences
from tests.oracle.strategies import Case, cases

from leadline.engine.duckdb import Database

PARTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_cases(part: int, request: pytest.FixtureRequest) -> None:
    examples = -(-request.config.getoption("--cases") // PARTS)
    seen = 0
    with Database() as database:

        @seed(request.config.getoption("--cases-seed") * PARTS + part)
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
            seen += 1
            # Both forms of counting: by day where that is possible, and by event always.
            for event_grain in (False, True) if seen % 3 == 0 else (False,):
                found = score(
                    case.ruleset, case.data, case.as_of, event_grain=event_grain, database=database
                )
                apart = differences(
                    case,
                    found.scores,
                    found.accounts,
                    found.grades,
                    found.matrix or None,
                    found.stage or None,
                )
                assert not apart, _shown(case, apart)

        agree()
    assert seen >= examples


def _shown(case: Case, apart: list[str]) -> str:
    lead = apart[0].split()[1]
    return "\n".join([*apart[:10], "", describe(case, lead)])
