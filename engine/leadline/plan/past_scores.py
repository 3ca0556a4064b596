"""The steps of each score's history: matches, entries, running totals, changes."""

from __future__ import annotations

from datetime import date

from leadline.plan import needs
from leadline.plan.caps import start_of
from leadline.plan.scores import FACTORS, by_reach, decay_of, event_rules, match_of
from leadline.plan.steps import (
    Causes,
    Changes,
    Counting,
    Entries,
    FoldStates,
    Idleness,
    JoinedCauses,
    Keys,
    LifeSpans,
    Lives,
    LongRule,
    Matches,
    Moments,
    Reached,
    RuleDays,
    ScoreChanges,
    StateChanges,
    Step,
)
from leadline.plan.tracks import Track, all_tracks, bucket_of, track_of
from leadline.ruleset.model import EventRule, Fact, Idle, Inactivity, RuleScore, Ruleset


class PastScores:
    """Makes the steps of the histories of a ruleset's scores.

    Args:
        ruleset: the model.
        source: the relation of events.
        cut: whether leads are cut into views.
        versioned: whether each version of a lead is a view of its own.
        first: the log's first day.
        until: the last day of the history.
    """

    def __init__(
        self, ruleset: Ruleset, source: str, *, cut: bool, versioned: bool, first: date, until: date
    ) -> None:
        self._ruleset = ruleset
        self._source = source
        self._cut = cut
        self._versioned = versioned
        self._first = first
        self._until = until

    @property
    def needs_visits(self) -> bool:
        """Whether a rule counts by visit."""
        return any(
            needs.uses_visits(rule)
            for score in needs.rule_scores(self._ruleset)
            for rule in event_rules(score)
        )

    def every(self) -> tuple[tuple[str, str, str | None, bool], ...]:
        """Return each score with the relations of its changes and causes, and if it has ``per``."""
        return tuple(
            (score.name, f"{score.name} history", f"{score.name} causes", score.per is not None)
            for score in needs.rule_scores(self._ruleset)
        )

    def steps(self) -> tuple[Step, ...]:
        """Return the steps, each after those it reads."""
        return tuple(
            step for score in needs.rule_scores(self._ruleset) for step in self._score(score)
        )

    def _score(self, score: RuleScore) -> list[Step]:
        steps: list[Step] = []
        source, lives = self._source, None
        if score.reset:
            if any(needs.uses_visits(rule) for rule in event_rules(score)):
                source = "visited_event"
            lives = f"{score.name} lives"
            steps.append(LifeSpans(lives, source, score.reset))
            steps.append(Lives(f"{score.name} event", source, score.reset))
            source = f"{score.name} event"
        countings = self._countings(score)
        for counting in countings:
            steps += self._matches(score, counting, source)
        lost = None
        if isinstance(score.decay, Inactivity):
            fold = self._inactivity(score, score.decay, source)
            steps += fold
            lost = fold[-1].name if fold else None
        return [*steps, *self._totals(score, countings, lost, lives)]

    def _countings(self, score: RuleScore) -> tuple[Counting, ...]:
        days = (self._until - self._first).days
        return tuple(
            Counting(
                rule,
                f"{score.name}.{rule.head.name} matches",
                f"{score.name}.{rule.head.name}" + ("" if _reached(score, rule) else " matches"),
                track_of(rule, decay_of(score, rule), days),
                decay_of(score, rule),
            )
            for rule in event_rules(score)
        )

    def _matches(self, score: RuleScore, counting: Counting, source: str) -> list[Step]:
        rule, match = counting.rule, match_of(score, counting.rule)
        if source == self._source and needs.uses_visits(rule):
            source = "visited_event"
        steps: list[Step] = [
            Matches(
                name=counting.matches,
                source=source,
                per=score.per,
                match=match,
                limits=rule.limits,
                reach=rule.reach,
                points=rule.points,
                decay=None,
                factors=FACTORS,
            )
        ]
        if counting.counted != counting.matches and rule.reach and rule.points is not None:
            steps.append(
                Reached(counting.counted, source, score.per, match, rule.reach, rule.points)
            )
        return steps

    def _inactivity(self, score: RuleScore, decay: Inactivity, source: str) -> list[Step]:
        """Return the steps that find what a score loses, and on which days."""
        keyed = score.per is not None
        earning = tuple(rule for rule in event_rules(score) if not rule.bands)
        if not earning:
            return []
        names = [f"{score.name}.{rule.head.name}" for rule in earning]
        changes, idleness = f"{score.name} changes", f"{score.name} idleness"
        return [
            *(RuleDays(name, f"{name} matches", keyed) for name in names),
            Changes(
                name=changes,
                daily=None,
                keyed=keyed,
                source=source,
                per=score.per,
                wide=(),
                long=tuple(LongRule(name, bands=False, within=None) for name in names),
                rules=earning,
                groups=score.groups,
                score=score.name,
                activity=True if decay.activity == "any" else decay.activity,
            ),
            Idleness(idleness, changes, keyed, decay.step.days, decay.after, self._until),
            FoldStates(
                name=f"{score.name} states",
                idleness=idleness,
                keyed=keyed,
                step=decay.step,
                after=decay.after,
                floor=score.floor or 0.0,
                start=start_of(earning, score.groups),
            ),
        ]

    def _totals(
        self,
        score: RuleScore,
        countings: tuple[Counting, ...],
        lost: str | None,
        lives: str | None,
    ) -> list[Step]:
        keyed = score.per is not None
        enabled = needs.enabled(score.rules)
        facts = tuple(rule for rule in enabled if isinstance(rule, Fact))
        idles = tuple(rule for rule in enabled if isinstance(rule, Idle))
        held_rules: tuple[Fact | Idle, ...] = (*facts, *idles)
        held = tuple((rule, Track(bucket_of(rule), "sum")) for rule in held_rules)
        floor = None if isinstance(score.decay, Inactivity) else score.floor
        moved = [*((counting.rule, counting.track) for counting in countings), *held]
        tracks = all_tracks(moved, floor=floor is not None, lost=lost is not None)
        cut = self._cut or lives is not None
        # Inactivity can find activity of a key that nothing was counted for.
        always = not cut and self._ruleset.leads is None and not (keyed and lost)
        keys, state = f"{score.name} keys", f"{score.name} state"
        entries, moments = f"{score.name} entries", f"{score.name} moments"
        return [
            Keys(
                keys,
                "lead_version" if self._versioned else "known_lead",
                self._versioned,
                lives,
                keyed,
                tuple(
                    (counting.matches, counting.rule.reach is not None) for counting in countings
                ),
            ),
            StateChanges(state, score.name, "lead_version", self._versioned, facts, idles),
            Entries(
                name=entries,
                keyed=keyed,
                countings=countings,
                states=tuple((f"{score.name}.{r.head.name}", track) for r, track in held),
                state=state,
                lost=lost,
                keys=keys,
                factors=FACTORS,
                tracks=tracks,
                origin=self._first,
                until=self._until,
                views=self._versioned,
            ),
            Moments(moments, entries, keys, keyed, tracks, cut, always),
            ScoreChanges(
                name=f"{score.name} history",
                moments=moments,
                factors=FACTORS,
                keyed=keyed,
                rules=tuple(counting.rule for counting in countings),
                facts=facts,
                idles=idles,
                groups=score.groups,
                tracks=tracks,
                floor=floor,
                range=score.range,
                origin=self._first,
                until=self._until,
            ),
            Causes(
                f"{score.name} cause parts",
                score.name,
                keyed,
                countings,
                state,
                facts,
                idles,
                lives,
                keys,
                cut,
                self._versioned,
                None,
            ),
            JoinedCauses(f"{score.name} causes", (f"{score.name} cause parts",), keyed, None),
        ]


def _reached(score: RuleScore, rule: EventRule) -> bool:
    """Say whether a rule's instants can be told without its other matches (see ``Reached``)."""
    return by_reach(score, rule) and rule.reach is not None and rule.reach.distinct is None
