"""What salespeople said, rule by rule."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from leadline.engine.duckdb import Database
from leadline.plan import needs
from leadline.plan.clock import AsOf
from leadline.report.review import Note, RuleFeedback
from leadline.ruleset.model import Ruleset
from leadline.sql import review as sql

#: How many of the latest notes on a rule are kept.
_NOTES = 3


def gather_feedback(database: Database, ruleset: Ruleset, until: AsOf) -> tuple[RuleFeedback, ...]:
    """Count what salespeople said of each rule up to a date.

    Args:
        database: that of a store whose tables are all readable (``pipeline.columns_of``).
        ruleset: says which rules there are; feedback names them as RULE or as SCORE.RULE.
        until: the date.

    Returns:
        Those with the smallest share of good first; feedback without a rule last.
    """
    known = _names(ruleset)
    zone = ZoneInfo(ruleset.timezone)
    notes: dict[str, list[Note]] = defaultdict(list)
    for rule, at, by, verdict, text in database.rows(sql.latest_notes(until.before, _NOTES)):
        notes[rule or ""].append(Note(_day(at, zone), by, verdict, text))
    found = [
        RuleFeedback(rule or "", rule in known, int(good), int(bad), tuple(notes[rule or ""]))
        for rule, good, bad in database.rows(sql.feedback_counts(until.before))
        if good + bad
    ]
    return tuple(sorted(found, key=lambda one: (not one.rule, one.share.value, -one.bad, one.rule)))


def _names(ruleset: Ruleset) -> set[str]:
    return {
        name
        for score in needs.rule_scores(ruleset)
        for rule in score.rules
        for name in (rule.head.name, f"{score.name}.{rule.head.name}")
    }


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.replace(tzinfo=UTC).astimezone(zone).date()
