"""How long leads had been sales-ready when an outcome began."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.panel import Panel, tell_past
from leadline.report.backtest import LeadTime
from leadline.sql import lead_time as sql
from leadline.sql.backtest import Horizon


def measure_lead_time(
    panel: Panel, began: str, horizons: Sequence[Horizon], stage: str | None
) -> LeadTime | None:
    """Measure the days from becoming sales-ready to an outcome.

    Where the ruleset has stages, a lead is sales-ready from entering one of them; else from the
    first week in which its score is as high as ``sales_ready``.

    Args:
        panel: the leads; the relations of a past replace those of its evaluations.
        began: the relation of the outcomes.
        horizons: of each week.
        stage: the stage; None is the last.

    Returns:
        The lead time; None where nothing says who is sales-ready.

    Raises:
        UsageError: no stage is called so.
    """
    database, stages = panel.store.database, panel.ruleset.stages
    names = [step.name for step in stages.steps] if stages is not None else []
    if stage is not None and stage not in names:
        raise UsageError(
            f"no stage is called `{stage}` (--mql)",
            hint=did_you_mean(stage, names) or "the ruleset has no stages",
        )
    name, at = "", None
    if names:
        name = stage or names[-1]
        tell_past(panel, "stages")
        entered = sql.entries(names, name)
    elif panel.score.sales_ready is not None:
        at = panel.score.sales_ready
        entered = sql.weekly_entries(panel.relation, at, horizons)
    else:
        return None
    [(outcomes, before, after, days)] = database.rows(sql.waits(began, entered))
    return LeadTime(name, at, outcomes, before, after, tuple(days) if days else None)
