"""What the rules do in the data: what they match, and how often they sit at a cap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from leadline.engine.duckdb import Database
from leadline.pipeline import Evaluation
from leadline.plan import needs
from leadline.plan.caps import members_of
from leadline.plan.steps import Match
from leadline.report.review import LATELY, GroupUse, RuleUse
from leadline.review.lifts import points_of
from leadline.ruleset.model import EventRule, Fact, Idle, Rule, RuleScore
from leadline.sql import rules_in_use as sql
from leadline.sql.expression import Writer
from leadline.sql.relations import matched
from leadline.sql.rules_in_use import Capped

#: DuckDB takes more than twice as long for twice as many conditions in one statement.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule and the score that it is of."""

    score: RuleScore
    rule: Rule

    @property
    def name(self) -> str:
        return f"{self.score.name}.{self.rule.head.name}"


@dataclass(frozen=True, slots=True)
class _Points:
    """How many leads have points of something, and how many are at its cap."""

    leads: int
    at_cap: int | None


def measure_uses(evaluation: Evaluation) -> tuple[tuple[RuleUse, ...], tuple[GroupUse, ...]]:
    """Count what each enabled rule matches, and how many leads are at its cap or at its group's.

    Args:
        evaluation: the model as of a date; all fields as they are known on that date.

    Returns:
        The rules of every score in their order; the groups with a cap.
    """
    rules = [
        _Rule(score, rule)
        for score in needs.rule_scores(evaluation.ruleset)
        for rule in needs.enabled(score.rules)
    ]
    points = _points(evaluation.store.database, rules)
    matches = _events(evaluation, rules) | _leads(evaluation, rules)
    days = _days_before(evaluation)
    uses = tuple(_use(one, matches.get(one.name), points[one.name], days) for one in rules)
    return uses, tuple(_groups(evaluation))


def _use(one: _Rule, found: tuple[int, int | None] | None, points: _Points, days: int) -> RuleUse:
    matches, lately = found if found is not None else (None, None)
    expected = 0.0
    if matches is not None and lately is not None and days > 0:
        expected = (matches - lately) / days * LATELY
    if isinstance(one.rule, Idle):
        matches = points.leads  # it holds of those to whom it gives points
    return RuleUse(
        rule=one.name,
        points=points_of(one.rule),
        what="events" if isinstance(one.rule, EventRule) else "leads",
        matches=matches,
        lately=lately,
        expected=expected,
        leads=points.leads,
        at_cap=points.at_cap,
    )


def _events(evaluation: Evaluation, rules: Iterable[_Rule]) -> dict[str, tuple[int, int | None]]:
    """Count the events that each rule matches: all, and those of the last days."""
    names = {step.name for step in evaluation.plan.steps}
    source = "counted_event" if "counted_event" in names else "event"
    day = evaluation.as_of.day
    writer = _writer(evaluation)
    asked = [
        (one, matched(_match(one, one.rule), writer))
        for one in rules
        if isinstance(one.rule, EventRule)
    ]
    found: dict[str, tuple[int, int | None]] = {}
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        since = day - timedelta(days=LATELY - 1)
        query = sql.event_matches(source, [condition for _, condition in part], since)
        [counts] = evaluation.store.database.rows(query)
        for place, (one, _) in enumerate(part):
            all_, late = counts[2 * place : 2 * place + 2]
            found[one.name] = (int(all_), int(late) if _runs(one.rule, since, day) else None)
    return found


def _match(one: _Rule, rule: EventRule) -> Match:
    return Match(one.name, rule.events, rule.where, rule.head.since, rule.head.until)


def _runs(rule: Rule, since: date, day: date) -> bool:
    """Say whether a rule could match on each of some days."""
    head = rule.head
    return (head.since is None or head.since <= since) and (head.until is None or day <= head.until)


def _leads(evaluation: Evaluation, rules: Iterable[_Rule]) -> dict[str, tuple[int, int | None]]:
    """Count the leads of whom each fact holds; of one whose time is over nothing is said."""
    day, writer = evaluation.as_of.day, _writer(evaluation)
    asked = [
        (one, f"({writer.condition(one.rule.when)})")
        for one in rules
        if isinstance(one.rule, Fact) and _runs(one.rule, day, day)
    ]
    found: dict[str, tuple[int, int | None]] = {}
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        query = sql.lead_matches("lead", [condition for _, condition in part])
        [counts] = evaluation.store.database.rows(query)
        found |= {one.name: (int(n), None) for (one, _), n in zip(part, counts, strict=True)}
    return found


def _writer(evaluation: Evaluation) -> Writer:
    functions = evaluation.text.extensions.functions
    return Writer(evaluation.as_of.day, evaluation.ruleset.timezone, functions)


def _points(database: Database, rules: Iterable[_Rule]) -> dict[str, _Points]:
    """Count, for each rule, the leads with points of it and those of them at its cap."""
    found: dict[str, _Points] = {}
    by_score: dict[str, list[_Rule]] = {}
    for one in rules:
        by_score.setdefault(one.score.name, []).append(one)
    for score, its_rules in by_score.items():
        caps = [
            Capped((one.name,), one.rule.head.minimum, one.rule.head.maximum) for one in its_rules
        ]
        for one, cap, (leads, held) in zip(
            its_rules, caps, _counted(database, score, caps), strict=True
        ):
            found[one.name] = _Points(leads, held if _bounded(cap) else None)
    return found


def _groups(evaluation: Evaluation) -> Iterable[GroupUse]:
    for score in needs.rule_scores(evaluation.ruleset):
        enabled = needs.enabled(score.rules)
        names, caps = [], []
        for group in score.groups:
            members = members_of(group, enabled)
            if members and (group.minimum is not None or group.maximum is not None):
                columns = tuple(f"{score.name}.{rule.head.name}" for rule in members)
                names.append(f"{score.name}.{group.name}")
                caps.append(Capped(columns, group.minimum, group.maximum))
        counts = _counted(evaluation.store.database, score.name, caps)
        for name, (leads, held) in zip(names, counts, strict=True):
            yield GroupUse(name, leads, held)


def _bounded(cap: Capped) -> bool:
    return cap.minimum is not None or cap.maximum is not None


def _counted(database: Database, score: str, caps: list[Capped]) -> list[tuple[int, int]]:
    """Return, for each cap, the leads with points and those of them at it."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(caps), _AT_ONCE):
        part = caps[start : start + _AT_ONCE]
        [counts] = database.rows(sql.at_caps(score, part))
        found += [(int(counts[2 * n]), int(counts[2 * n + 1])) for n in range(len(part))]
    return found


def _days_before(evaluation: Evaluation) -> int:
    """Return how many days of the log lie before the last days."""
    first = evaluation.catalog.first_event
    if first is None:
        return 0
    return (evaluation.as_of.day - first.date()).days + 1 - LATELY
