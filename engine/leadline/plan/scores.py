"""The steps of each score: matches, counting, decay, caps, the fold of inactivity.

Two forms of counting stand side by side and give the same numbers: by event (``Matches``), which
every rule can take, and by day (the rollup ``Daily``), which is several times cheaper and is
taken where a rule's points are constant and its limits count in whole days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from leadline.expression.nodes import Node, Number
from leadline.expression.unparse import unparse
from leadline.plan import needs
from leadline.plan.caps import start_of
from leadline.plan.steps import (
    AfterReset,
    Changes,
    Daily,
    DayReach,
    DayRule,
    Fold,
    FoldStates,
    Idleness,
    LongRule,
    Match,
    Matches,
    RuleDays,
    ScoreRows,
    Step,
    Totals,
    WideRule,
)
from leadline.ruleset.model import (
    Decay,
    EventRule,
    Fact,
    Idle,
    Inactivity,
    RuleScore,
    Ruleset,
)

FACTORS = "age_factor"
_DAY_WINDOWS = ("ever", "day", "week", "month")


def keyed_scores(ruleset: Ruleset) -> tuple[RuleScore, ...]:
    """Return the scores that have a value for each value of ``per``."""
    return tuple(score for score in needs.rule_scores(ruleset) if score.per is not None)


@dataclass(slots=True)
class _Rollup:
    """A rollup being gathered: several scores may share one."""

    name: str
    source: str
    per: Node | None
    matches: list[Match] = field(default_factory=list)


class ScoreSteps:
    """Makes the steps of all scores of a ruleset.

    Attributes:
        needs_visits: whether a rule counts by visit.
        measured: (rule, relation) of the rules whose points can come out unusable.
        stated: (score, rule, condition, points) of facts whose points can.
    """

    def __init__(self, ruleset: Ruleset, day: date, events: str, *, event_grain: bool) -> None:
        self._ruleset = ruleset
        self._day = day
        self._events = events
        self._event_grain = event_grain
        self._rollups: dict[tuple[str, Node | None], _Rollup] = {}
        self.needs_visits = any(
            needs.uses_visits(rule)
            for score in needs.rule_scores(ruleset)
            for rule in needs.enabled(score.rules)
            if isinstance(rule, EventRule)
        )
        self.measured: tuple[tuple[str, str], ...] = ()
        self.stated: tuple[tuple[str, str, Node, Node], ...] = ()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps, each after those it reads."""
        sources: list[Step] = []
        after: list[Step] = []
        for score in needs.rule_scores(self._ruleset):
            source = self._events
            if score.reset:
                if any(needs.uses_visits(rule) for rule in event_rules(score)):
                    source = "visited_event"
                source_of_score = f"{score.name} event"
                sources.append(AfterReset(source_of_score, source, score.reset))
                source = source_of_score
            after += self._score(score, source)
        rollups = [
            Daily(rollup.name, rollup.source, rollup.per, tuple(rollup.matches))
            for rollup in self._rollups.values()
        ]
        return (*sources, *rollups, *after)

    def _score(self, score: RuleScore, source: str) -> list[Step]:
        keyed = score.per is not None
        rules = event_rules(score)
        steps: list[Step] = []
        wide: list[WideRule] = []
        long: list[LongRule] = []
        for rule in rules:
            name = f"{score.name}.{rule.head.name}"
            if self._event_grain or not _by_day(rule):
                steps += self._by_event(score, rule, source)
            elif _wide(rule):
                self._rollup(score, source).matches.append(match_of(score, rule))
                wide.append(_wide_rule(score, rule))
                continue
            else:
                rollup = self._rollup(score, source)
                rollup.matches.append(match_of(score, rule))
                steps.append(_day_rule(score, rule, rollup.name))
            long.append(LongRule(name, bool(rule.bands), rule.within))
        daily = self._rollup(score, source).name if wide else None
        inactivity = isinstance(score.decay, Inactivity)
        totals = f"{score.name} totals" if rules else None
        if totals:
            steps.append(
                Totals(
                    totals,
                    daily,
                    keyed,
                    tuple(wide),
                    tuple(long),
                    FACTORS,
                    score.floor is not None and not inactivity,
                    self._day,
                )
            )
        if isinstance(score.decay, Inactivity):
            steps += self._inactivity(score, score.decay, source, daily, wide, long)
        steps.append(self._rows(score, totals, inactivity))
        self.stated += tuple(
            (score.name, rule.head.name, rule.when, rule.points)
            for rule in needs.enabled(score.rules)
            if isinstance(rule, Fact) and not isinstance(rule.points, Number)
        )
        return steps

    def _rollup(self, score: RuleScore, source: str) -> _Rollup:
        key = (source, score.per)
        if key not in self._rollups:
            name = "daily" if source == self._events else f"{score.name}.daily"
            if score.per is not None:
                name += f" by {unparse(score.per)}"
            self._rollups[key] = _Rollup(name, source, score.per)
        return self._rollups[key]

    def _by_event(self, score: RuleScore, rule: EventRule, source: str) -> list[Step]:
        name = f"{score.name}.{rule.head.name}"
        if source == self._events and needs.uses_visits(rule):
            source = "visited_event"
        if not self._event_grain and by_reach(score, rule) and rule.reach:
            return [
                DayReach(
                    name,
                    source,
                    score.per,
                    match_of(score, rule),
                    rule.reach,
                    _constant(rule),
                    decay_of(score, rule),
                    FACTORS,
                )
            ]
        if rule.points is not None and not isinstance(rule.points, Number):
            self.measured += ((name, f"{name} matches"),)
        matches = Matches(
            name=f"{name} matches",
            source=source,
            per=score.per,
            match=match_of(score, rule),
            limits=rule.limits,
            reach=rule.reach,
            points=rule.points,
            decay=decay_of(score, rule),
            factors=FACTORS,
        )
        return [matches, RuleDays(name, matches.name, score.per is not None)]

    def _inactivity(
        self,
        score: RuleScore,
        decay: Inactivity,
        source: str,
        daily: str | None,
        wide: list[WideRule],
        long: list[LongRule],
    ) -> list[Step]:
        keyed = score.per is not None
        earning = tuple(rule for rule in event_rules(score) if not rule.bands)
        if not earning:
            return []
        changes, idleness = f"{score.name} changes", f"{score.name} idleness"
        return [
            Changes(
                name=changes,
                daily=daily,
                keyed=keyed,
                source=source,
                per=score.per,
                wide=tuple(rule for rule in wide if not rule.bands),
                long=tuple(rule for rule in long if not rule.bands),
                rules=earning,
                groups=score.groups,
                score=score.name,
                activity=True if decay.activity == "any" else decay.activity,
            ),
            Idleness(idleness, changes, keyed, decay.step.days, decay.after, self._day),
            FoldStates(
                name=f"{score.name} states",
                idleness=idleness,
                keyed=keyed,
                step=decay.step,
                after=decay.after,
                floor=score.floor or 0.0,
                start=start_of(earning, score.groups),
            ),
            Fold(f"{score.name} fold", f"{score.name} states", keyed),
        ]

    def _rows(self, score: RuleScore, totals: str | None, inactivity: bool) -> ScoreRows:
        rules = needs.enabled(score.rules)
        idles = tuple(rule for rule in rules if isinstance(rule, Idle))
        earning = any(not rule.bands for rule in event_rules(score))
        return ScoreRows(
            name=f"score.{score.name}",
            score=score.name,
            leads="lead",
            totals=totals,
            fold=f"{score.name} fold" if inactivity and earning else None,
            last_events="last_event" if idles else None,
            keyed=score.per is not None,
            rules=event_rules(score),
            facts=tuple(rule for rule in rules if isinstance(rule, Fact)),
            idles=idles,
            groups=score.groups,
            floor=None if inactivity else score.floor,
            inactivity=inactivity,
            range=score.range,
            as_of=self._day,
        )


def event_rules(score: RuleScore) -> tuple[EventRule, ...]:
    """Return the event rules that are switched on."""
    return tuple(rule for rule in needs.enabled(score.rules) if isinstance(rule, EventRule))


def _by_day(rule: EventRule) -> bool:
    """Say whether counting whole days gives the rule's numbers (see ``DayRule``)."""
    constant = bool(rule.bands) or isinstance(rule.points, Number)
    return (
        constant
        and not rule.reach
        and all(limit.window.kind in _DAY_WINDOWS for limit in rule.limits)
    )


def by_reach(score: RuleScore, rule: EventRule) -> bool:
    """Say whether only the day of what is reached matters (see ``DayReach``).

    Inactivity also asks for the days of the other matches.
    """
    constant = isinstance(rule.points, Number)
    return constant and not rule.limits and not isinstance(score.decay, Inactivity)


def _wide(rule: EventRule) -> bool:
    """Say whether a day can be judged without the days before it."""
    return all(limit.window.kind == "day" for limit in rule.limits)


def decay_of(score: RuleScore, rule: EventRule) -> Decay | None:
    """Return the decay by age of a rule's events, or None for none."""
    decay = rule.decay or score.decay
    if isinstance(decay, Inactivity) or decay.kind == "none" or rule.bands:
        return None
    return decay


def match_of(score: RuleScore, rule: EventRule) -> Match:
    """Return which events a rule looks at."""
    head = rule.head
    return Match(f"{score.name}.{head.name}", rule.events, rule.where, head.since, head.until)


def _constant(rule: EventRule) -> float:
    return rule.points.value if isinstance(rule.points, Number) else 0.0


def _wide_rule(score: RuleScore, rule: EventRule) -> WideRule:
    return WideRule(
        rule=f"{score.name}.{rule.head.name}",
        limit=min((limit.count for limit in rule.limits), default=None),
        points=_constant(rule),
        decay=decay_of(score, rule),
        bands=bool(rule.bands),
        within=rule.within,
    )


def _day_rule(score: RuleScore, rule: EventRule, daily: str) -> DayRule:
    return DayRule(
        name=f"{score.name}.{rule.head.name}",
        daily=daily,
        keyed=score.per is not None,
        limits=rule.limits,
        points=_constant(rule),
        decay=decay_of(score, rule),
        factors=FACTORS,
    )
