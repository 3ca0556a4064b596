"""A change judged by what became of leads: a short backtest of the score it touches."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.backtest.measure import Question, backtest
from leadline.comparison.changes import Renames
from leadline.errors import UsageError
from leadline.panel import Asked
from leadline.pipeline import RulesetText, Tick
from leadline.plan.listing import single_scores
from leadline.report.backtest import Backtest
from leadline.report.comparison import Effect
from leadline.ruleset.model import Ruleset
from leadline.sql.comparison import are_there_opportunities
from leadline.store import Store

#: How many weeks are looked at: enough to see a change for the worse, few enough to wait for.
WEEKS = 8
#: With more events than this nothing is judged: each week is two more evaluations.
MOST_EVENTS = 100_000


@dataclass(frozen=True, slots=True)
class Sides:
    """A ruleset on both sides, as text and as built."""

    base: tuple[RulesetText, Ruleset]
    head: tuple[RulesetText, Ruleset]


def judge(
    store: Store, sides: Sides, renames: Renames, effect: Effect, as_of: str | None, tick: Tick
) -> tuple[Backtest | None, str]:
    """Judge the score that a change touches before and after, where the data has outcomes.

    Args:
        store: the data; relations of an evaluation are replaced.
        sides: the ruleset before and after.
        renames: what has another name at the head.
        effect: what the change does on the date.
        as_of: the date up to which anything is known; None is today.
        tick: told of progress.

    Returns:
        The backtest, and "" or why there is none although there are outcomes and a changed score.
    """
    scores = _scores(sides, renames, effect)
    if scores is None or not store.database.value(are_there_opportunities()):
        return None, ""
    events = store.database.value("SELECT count(*) FROM events")
    if events > MOST_EVENTS:
        return None, f"it takes long over {events:,} events; `leadline backtest` does it"
    question = Question(Asked((), until=as_of), WEEKS, scores=scores)
    named = [("before", sides.base[0]), ("after", sides.head[0])]
    try:
        return backtest(store, named, question, tick, timed=False), ""
    except UsageError as error:
        return None, error.message


def _scores(sides: Sides, renames: Renames, effect: Effect) -> tuple[str, str] | None:
    """Return the score to judge, as it is called at the base and at the head.

    It is the one that says who is sales-ready, where that changes, else the first that does.
    """
    before = {score.name for score in single_scores(sides.base[1])}
    changed = {one.score for one in effect.scores}
    found = [
        (score.sales_ready is None, place, renames.scores.get(score.name, score.name), score.name)
        for place, score in enumerate(single_scores(sides.head[1]))
        if score.name in changed and renames.scores.get(score.name, score.name) in before
    ]
    return min(found)[2:] if found else None
