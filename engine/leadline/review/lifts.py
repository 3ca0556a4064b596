"""What came of it when each rule gave points: its lift."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.expression.nodes import Node, Number
from leadline.expression.unparse import unparse
from leadline.panel import Panel
from leadline.plan import needs
from leadline.report.listing import decimal
from leadline.report.review import RuleLift
from leadline.review.contrast import contrast
from leadline.ruleset.model import EventRule, Fact, Rule, RuleScore
from leadline.sql import review as sql
from leadline.sql.review import Watched

#: How many days lie between the dates of the panel.
EVERY = 7
#: DuckDB takes more than twice as long for twice as many columns in one statement.
_AT_ONCE = 40


def measure_lifts(panel: Panel) -> tuple[RuleLift, ...]:
    """Compare leads with the points of each rule to those without.

    Points stay on a lead long after what earned them, and whoever had it in mind to buy has
    bought by then. So a rule about what a lead does is judged at the first date with its points;
    the later dates stand beside it. One about what a lead is (a fact) is judged at every date.

    Args:
        panel: leads on several dates, with rules.

    Returns:
        One for each rule of the panel, in its order.
    """
    if not panel.rules or not panel.asked.dates:
        return ()
    assert isinstance(panel.score, RuleScore)  # noqa: S101 - a panel with rules is of such a score
    rules = {rule.head.name: rule for rule in panel.score.rules}
    watched = [Watched(name, isinstance(rules[name], Fact)) for name in panel.rules]
    found: list[RuleLift] = []
    for start in range(0, len(watched), _AT_ONCE):
        part = watched[start : start + _AT_ONCE]
        found += _lifts(panel, part, [rules[one.rule] for one in part])
    return tuple(found)


def _lifts(panel: Panel, watched: list[Watched], rules: list[Rule]) -> list[RuleLift]:
    database = panel.store.database
    database.execute(sql.counted_rules(panel.relation, watched, panel.asked.dates[0], EVERY))
    signs = {
        int(place): (int(plus or 0), int(minus or 0))
        for place, plus, minus in database.rows(sql.signs(len(watched)))
    }
    return [
        RuleLift(
            rule=one.rule,
            points=points_of(rule),
            negative=_negative(rule, *signs[place]),
            lasting=one.lasting,
            fresh=contrast(database, f"new {place}", f"none {place}"),
            later=None if one.lasting else contrast(database, f"old {place}", f"none {place}"),
            untold=_untold(panel, rule),
        )
        for place, (one, rule) in enumerate(zip(watched, rules, strict=True))
    ]


def points_of(rule: Rule) -> str:
    """Return what a rule gives as it is written: a number, an expression, its bands."""
    if isinstance(rule, EventRule) and rule.bands:
        return ", ".join(f"{count}: {decimal(points)}" for count, points in rule.bands)
    points = rule.points
    if points is None:
        return ""
    return decimal(points.value) if isinstance(points, Number) else unparse(points)


def _negative(rule: Rule, plus: int, minus: int) -> bool:
    """Say whether a rule takes points: by what is written, else by what it gave."""
    points = rule.points
    if isinstance(points, Number):
        return points.value < 0
    return minus > plus


def _untold(panel: Panel, rule: Rule) -> tuple[str, ...]:
    """Return the fields that a rule reads and that were missing in the panel."""
    read = {
        f"{field.scope}.{field.column}"
        for field in needs.fields_of(_read(rule), ("lead", "account"))
    }
    return tuple(name for name in panel.untrusted if name in read)


def _read(rule: Rule) -> Iterator[Node]:
    """Yield what a rule's points depend on."""
    condition = rule.where if isinstance(rule, EventRule) else None
    condition = rule.when if isinstance(rule, Fact) else condition
    yield from (node for node in (condition, rule.points) if node is not None)
