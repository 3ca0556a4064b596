"""Whether suggested points foretell better: tried on outcomes that they were not fitted to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from leadline.backtest.area import area_difference, measure_area
from leadline.document import load
from leadline.engine.duckdb import Database
from leadline.panel import Panel, build_panel
from leadline.pipeline import RulesetText, Tick
from leadline.report.backtest import Change, Figure
from leadline.sql import suggestion as sql
from leadline.sql.outcomes import MEMBERS
from leadline.suggestion.features import Feature
from leadline.suggestion.patch import edited
from leadline.suggestion.points import Proposal
from leadline.suggestion.propose import Model

#: Leads with an outcome, and without one, that a fit takes.
FEWEST_OUTCOMES = 25

#: The relations of the leads that are held out: with the points of today, with suggested ones.
_TODAY, _THEN = "suggestion today", "suggestion then"


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is to fit to: rows are leads on dates; an outcome followed, or none did."""

    rows: int
    happened: int
    leads_with: int
    leads_without: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough leads of each kind."""
        return min(self.leads_with, self.leads_without) >= FEWEST_OUTCOMES


@dataclass(frozen=True, slots=True)
class Split:
    """What is fitted to, and what is held out.

    Attributes:
        kind: whether the last dates are held out or some of the leads.
        fitted: the condition of the rows to fit to.
        held: the condition of the rows that are held out.
        dates: the dates that have rows that are held out.
    """

    kind: Literal["time", "leads"]
    fitted: str
    held: str
    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """How points that were fitted to one part of the past do in the other.

    Attributes:
        split: how it was parted.
        counts: what was held out; where an outcome is of all leads of an account, one lead each.
        today: how often, of two leads that were held out, the one with an outcome has the higher
            score today (the area under the ROC curve).
        change: how much more often with the points that the other part suggests.
    """

    split: Split
    counts: Counts
    today: Figure
    change: Change

    @property
    def is_better(self) -> bool:
        """Whether suggested points are better by more than chance would have it."""
        return self.change.interval is not None and self.change.interval.low > 0


def keep_rows(panel: Panel, features: Sequence[Feature], taken: str = "TRUE") -> Counts:
    """Fill the relations to fit to, and say what is in them.

    Args:
        panel: the leads.
        features: the rules.
        taken: the condition of the rows that are wanted.
    """
    database = panel.store.database
    columns = [(feature.column, feature.unit or 1.0) for feature in features]
    accounts = MEMBERS if _of_accounts(panel) else None
    database.execute(sql.kept_rows(panel.relation, columns, accounts, taken))
    database.execute(sql.kept_groups(len(features)))
    return _counts(database, sql.ROWS)


def _of_accounts(panel: Panel) -> bool:
    """Say whether the leads of an account stand or fall together."""
    if panel.asked.whole_account or panel.asked.outcome == "accepted":
        return panel.asked.whole_account
    return bool(panel.store.database.value(sql.are_deals_of_accounts(panel.until.before)))


def _counts(database: Database, relation: str) -> Counts:
    rows, happened, leads_with, leads_without = database.rows(sql.row_counts(relation))[0]
    return Counts(rows, happened, leads_with, leads_without)


def splits(dates: Sequence[date], within: int) -> tuple[Split, ...]:
    """Return the ways to hold a part of the past out, the best first.

    Foresight is what points are for, so the last third of the dates is best. What came after the
    dates that are fitted to must not reach into it. Where that leaves too few, a fifth of the leads
    is held out instead.

    Args:
        dates: those of the panel, in order.
        within: the days of the horizon.
    """
    of_leads = Split("leads", sql.fitted_unit(), sql.held_out_unit(), tuple(dates))
    late = tuple(dates[len(dates) - len(dates) // 3 :])
    if not late:
        return (of_leads,)
    last = late[0] - timedelta(days=within)
    by_time = Split("time", sql.until_date(last), sql.from_date(late[0]), late)
    return (by_time, of_leads)


def check_held_out(
    panel: Panel,
    features: Sequence[Feature],
    fitted: Callable[[], Model],
    tick: Tick,
) -> Check | None:
    """Fit to one part of the past, and try the points on the other.

    The points are put into the ruleset and the leads are scored with it, so caps, limits and decay
    act as they would. Returns None where there are too few leads to hold any out.

    Args:
        panel: the leads, with what each rule gave them.
        features: the rules.
        fitted: fits the rules to the relations of the rows.
        tick: told of progress.
    """
    for split in splits(panel.asked.dates, panel.asked.within):
        database = panel.store.database
        keep_rows(panel, features, split.held)
        database.execute(sql.kept_scores(_TODAY))
        held = _counts(database, _TODAY)
        if not held.is_enough:
            continue
        if not keep_rows(panel, features, split.fitted).is_enough:
            continue
        text = with_points(panel.text, fitted().proposal())
        asked = replace(panel.asked, dates=split.dates, rules=False, score=panel.score.name)
        then = build_panel(panel.store, text, asked, tick, relation=_THEN)
        today = measure_area(database, _TODAY)
        change, _ = area_difference(database, _TODAY, then.relation)
        return Check(split, held, today, change)
    return None


def with_points(text: RulesetText, proposal: Proposal) -> RulesetText:
    """Return a ruleset with the suggested points."""
    loaded = load(edited(text.text, proposal.changed).encode("utf-8"), text.file)
    return replace(text, text=loaded.text, document=loaded.document, diagnostics=loaded.diagnostics)
