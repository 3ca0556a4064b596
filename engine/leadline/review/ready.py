"""Leads that became sales-ready, and what came of it.

The instants are those of the model's past, so that a lead that is called at once is not missed
between two dates of the panel.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from leadline.outcomes import gather_outcomes
from leadline.panel import Panel, tell_past
from leadline.plan.clock import end_of_day
from leadline.report.listing import decimal
from leadline.report.review import Deals, Ready
from leadline.review.contrast import contrast
from leadline.sql import review as sql

_NOBODY = Deals(0, 0, 0, 0)


def measure_ready(panel: Panel) -> Ready:
    """Say what came of the leads that became sales-ready in the span of a panel.

    A lead counts once, from the first instant in the span at which it entered the last stage, or
    reached the sales-ready total where the score does not set the stages. It is compared with
    leads on those dates of the panel before which they had never been ready.

    Args:
        panel: leads on several dates; the relation ``outcome`` is the one that it left.
    """
    means, entered, part = _entering(panel)
    if not entered or not panel.asked.dates:
        return Ready(means, None, 0, None, None)
    database = panel.store.database
    tell_past(panel, part)
    for statement in sql.kept_ever(entered, panel.until):
        database.execute(statement)
    begin = end_of_day(panel.asked.dates[0], panel.ruleset.timezone).before
    judged = panel.until.before - timedelta(days=panel.asked.within)
    database.execute(sql.kept_entries((begin, judged), panel.asked.within))
    ends = [(day, end_of_day(day, panel.ruleset.timezone).before) for day in panel.asked.dates]
    database.execute(sql.counted_ready(panel.relation, ends))
    found = contrast(database, "ready", "other")
    unknown = int(database.value(sql.unknown_entries()))
    if panel.asked.outcome == "accepted":
        return Ready(means, found, unknown, None, None)
    return Ready(means, found, unknown, *_deals(panel, begin))


def _entering(panel: Panel) -> tuple[str, str, str]:
    """Return what makes a lead sales-ready: in words, as SQL, and the part of the past it takes."""
    stages, score = panel.ruleset.stages, panel.score
    if stages is not None and (stages.source.kind != "score" or stages.source.name == score.name):
        last = stages.steps[-1].name
        return f"entered the stage {last}", sql.entered_stage(last), "stages"
    if score.sales_ready is not None:
        means = f"reached {decimal(score.sales_ready)} points of {score.name}"
        return means, sql.reached_score(score.name, score.sales_ready), "history"
    return "", "", ""


def _deals(panel: Panel, begin: datetime) -> tuple[Deals, Deals]:
    """Return what became of the opportunities since an instant, of leads once ready and others."""
    gather_outcomes(panel.store, panel.until, "won", whole_account=panel.asked.whole_account)
    rows = panel.store.database.rows(sql.deals((begin, panel.until.before)))
    found = {bool(was_ready): Deals(*map(int, counts)) for was_ready, *counts in rows}
    return found.get(True, _NOBODY), found.get(False, _NOBODY)
