"""The steps of what a lead is in over time: formulas, stages, segments, accounts, daily counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from leadline.diagnostic import Place
from leadline.expression.catalog import Catalog, Type
from leadline.expression.functions import Function
from leadline.expression.nodes import (
    Between,
    Compare,
    Field,
    In,
    Minus,
    Node,
    Number,
    Rank,
    ScoreWindow,
    children,
    walk,
)
from leadline.plan import needs
from leadline.plan.dated import dated
from leadline.plan.steps import (
    AccountCauses,
    AccountChanges,
    AccountSpells,
    Causes,
    ContentLevels,
    DailyCounts,
    FormulaChanges,
    JoinedCauses,
    Memberships,
    PastValues,
    Presence,
    Quiet,
    Ranked,
    ScoreLevels,
    SegmentSpells,
    Source,
    Spells,
    Step,
    TagLevels,
    Timeline,
)
from leadline.ruleset.model import FormulaScore, Ruleset, Stages

# Relations of a score are called after it, `NAME history`; no other relation may begin so.
PRESENCE = "presence"
#: What content says about the stage it is for; the tables of the store have the column.
CONTENT_STAGE = Field("asset", "stage", Type.TEXT, Place("", 0, 0, 0, 0))
STAGE_SPELLS = "stage_spell"


class PastLists:
    """Makes the steps that stand on the histories of a ruleset's scores.

    Args:
        ruleset: the model.
        catalog: what the data has.
        functions: the language's functions.
        causes: what moved each score that is made of rules.
        dawn: the day before anything is known.
        until: the last day.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        catalog: Catalog,
        functions: Mapping[str, Function],
        causes: Iterable[Causes],
        *,
        dawn: date,
        until: date,
    ) -> None:
        self._ruleset = ruleset
        self._catalog = catalog
        self._functions = functions
        self._dawn = dawn
        self._until = until
        self._causes = {step.score: step for step in causes}
        # The scores made of rules that each score comes from.
        self._bases: dict[str, tuple[str, ...]] = {name: (name,) for name in self._causes}

    def formulas(self) -> list[Step]:
        """Return the steps of scores that are computed from others."""
        steps: list[Step] = []
        for formula in needs.formula_scores(self._ruleset):
            steps += self._formula(formula)
        return steps

    def formula_histories(self) -> tuple[tuple[str, str, str | None, bool], ...]:
        """Return each formula score with the relations of its changes and causes."""
        return tuple(
            (formula.name, f"{formula.name} history", f"{formula.name} causes", False)
            for formula in needs.formula_scores(self._ruleset)
        )

    def _formula(self, formula: FormulaScore) -> list[Step]:
        used = _scores_in([formula.formula])
        timeline = f"{formula.name} timeline"
        steps: list[Step] = [
            self._timeline(timeline, [formula.formula], cut=False),
            FormulaChanges(f"{formula.name} history", timeline, formula),
        ]
        bases = self._bases[formula.name] = self._bases_of(used)
        if bases:
            causes = tuple(self._causes[base].name for base in bases)
            wanted = f"{formula.name} history"
            steps.append(JoinedCauses(f"{formula.name} causes", causes, False, wanted))
        return steps

    def _bases_of(self, scores: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(base for score in scores for base in self._bases[score]))

    def _caused(
        self, name: str, scores: Iterable[str], wanted: str, *, of_leads: bool = True
    ) -> list[Step]:
        """Return the steps that say what moved some scores at the instants of ``wanted``.

        Where ``wanted`` is not of leads, of any lead at these instants.
        """
        bases = self._bases_of(scores)
        steps: list[Step] = [
            replace(self._causes[base], name=f"{name} of {base}", wanted=wanted) for base in bases
        ]
        if bases:
            names = tuple(step.name for step in steps)
            steps.append(JoinedCauses(name, names, False, wanted if of_leads else None))
        return steps

    def _timeline(self, name: str, nodes: list[Node], *, cut: bool) -> Timeline:
        """Return the timeline of all that some expressions ask for."""
        parts = [part for node in nodes for part in walk(node)]
        matrix = self._ruleset.matrix if _asks(parts, "matrix") else None
        graded = {p.column for p in parts if isinstance(p, Field) and p.scope == "grade"}
        windows = _windows(parts)
        changing = {window.score for window in windows if window.function == "change"}
        used = list(dict.fromkeys([*_scores_in(nodes), *(w for w in changing)]))
        if matrix is not None:
            used = list(dict.fromkeys([*used, *(axis.score for axis in matrix)]))
        asked = dated(nodes, self._catalog, self._functions)
        grades = tuple(
            (score.name, score.grades) for score in self._ruleset.scores if score.name in graded
        )
        bounds = {name: tuple(bound for _, bound in given) for name, given in grades}
        for axis in matrix or ():
            bounds[axis.score] = (
                *bounds.get(axis.score, ()),
                *(bound for _, bound in axis.cells),
            )
        sources = tuple(
            Source(
                score,
                f"{score} history",
                self._cuts(nodes, score, bounds.get(score, ()))
                if cut and score not in changing
                else None,
            )
            for score in used
        )
        flags = tuple((needs.window_column(w), needs.window_column(w)) for w in windows)
        flags += tuple((needs.rank_column(r), needs.rank_column(r)) for r in _ranks(parts))
        versions = asked.changes or asked.steady
        return Timeline(
            name,
            PRESENCE,
            sources,
            grades,
            matrix,
            STAGE_SPELLS if _asks(parts, "stage") else None,
            flags,
            "lead_version" if versions else None,
        )

    def _cuts(
        self, nodes: list[Node], score: str, bounds: tuple[float, ...]
    ) -> tuple[float, ...] | None:
        """Return the bounds that a score is compared with, or None where it is used otherwise."""
        found = list(bounds)
        for node in nodes:
            own = _compared(node, score)
            if own is None:
                return None
            found += own
        return tuple(sorted(set(found)))

    def stages(self, *, told: bool) -> list[Step]:
        """Return the steps of the stages of leads; ``told`` adds what moved each lead."""
        stages = self._ruleset.stages
        if stages is None:
            return []
        name, causes = stages.source.name, None
        steps: list[Step] = []
        if stages.source.kind == "score" and name is not None:
            steps.append(ScoreLevels("levels of stages", f"{name} history", stages))
            caused = self._caused("causes of stages", [name], "levels of stages") if told else []
            steps += caused
            causes = caused[-1].name if caused else None
        elif stages.source.kind == "content":
            steps.append(self._content(stages))
        else:
            tag = stage_tag(stages)
            assert tag is not None  # noqa: S101 - the third kind is by tag
            steps.append(Presence("kept", "lead_version", "kept"))
            steps.append(TagLevels("levels of stages", "lead_version", "kept", tag, stages))
        return [*steps, Spells(STAGE_SPELLS, "levels of stages", stages, causes)]

    def _content(self, stages: Stages) -> ContentLevels:
        condition = (stages.condition,) if stages.condition is not None else ()
        return ContentLevels(
            "levels of stages",
            "event",
            "known_lead",
            "lead_version",
            PRESENCE,
            stages,
            needs.fields_of((CONTENT_STAGE, *condition), ("event", "asset")),
            needs.fields_of(condition, ("lead", "account", "tag")),
            needs.event_counts(condition),
        )

    def segments(self, *, told: bool) -> list[Step]:
        """Return the steps of the segments, and those of what their conditions ask for.

        ``told`` adds what made each lead enter.
        """
        segments = self._ruleset.segments
        if not segments:
            return []
        nodes: list[Node] = [segment.when for segment in segments]
        parts = [part for node in nodes for part in walk(node)]
        steps: list[Step] = []
        for window in _windows(parts):
            name, history = needs.window_column(window), f"{window.score} history"
            if window.function == "quiet":
                steps.append(Quiet(name, history, "known_lead", window))
            else:
                steps.append(PastValues(name, history, window))
        for rank in _ranks(parts):
            name, history = needs.rank_column(rank), f"{rank.score} history"
            steps.append(Ranked(name, history, rank, self._dawn, self._until))
        steps.append(self._timeline("timeline of segments", nodes, cut=True))
        steps.append(Memberships("membership", "timeline of segments", segments))
        used = [*_scores_in(nodes), *(w.score for w in _windows(parts))]
        if _asks(parts, "stage") and self._ruleset.stages is not None:
            source = self._ruleset.stages.source
            used += [source.name] if source.kind == "score" and source.name else []
        caused = self._caused("causes of segments", used, "membership") if told else []
        steps += caused
        causes = caused[-1].name if caused else None
        steps.append(SegmentSpells("segment_spell", "membership", causes))
        return steps

    def accounts(self) -> list[Step]:
        """Return the steps of the stages of accounts."""
        staged = [account for account in self._ruleset.accounts if account.stages is not None]
        steps: list[Step] = []
        spells: list[tuple[str, str]] = []
        for account in staged:
            assert account.stages is not None  # noqa: S101 - chosen so
            name = f"account.{account.name}"
            steps += [
                AccountChanges(
                    f"{name} history", account, f"{account.of} history", "lead_version", PRESENCE
                ),
                ScoreLevels(f"{name} level", f"{name} history", account.stages),
            ]
            told = self._caused(
                f"{name} lead causes", [account.of], f"{name} level", of_leads=False
            )
            steps += [
                *told,
                AccountCauses(
                    f"{name} causes",
                    f"{name} level",
                    f"{account.of} history",
                    told[-1].name if told else None,
                    "lead_version",
                ),
                Spells(f"{name} spells", f"{name} level", account.stages, f"{name} causes"),
            ]
            spells.append((account.name, f"{name} spells"))
        if spells:
            steps.append(AccountSpells("account_stage_spell", tuple(spells)))
        return steps

    def daily(self, *, stages: bool, segments: bool) -> DailyCounts:
        """Return the step that counts how many are in each stage and segment, day by day."""
        steps = self._ruleset.stages.steps if stages and self._ruleset.stages else ()
        named = self._ruleset.segments if segments else ()
        return DailyCounts(
            "daily_count",
            (STAGE_SPELLS, tuple(step.name for step in steps)) if steps else None,
            ("segment_spell", tuple(segment.name for segment in named)) if named else None,
            self._dawn,
            self._until,
        )


def stage_tag(stages: Stages | None) -> Field | None:
    """Return the tag that stages go by, as a field; None where they go by something else."""
    if stages is None or stages.source.kind != "tag" or stages.source.name is None:
        return None
    return Field("tag", stages.source.name, Type.TEXT, stages.place)


def _asks(parts: Iterable[Node], name: str) -> bool:
    return any(isinstance(p, Field) and p.scope == "model" and p.column == name for p in parts)


def _scores_in(nodes: Iterable[Node]) -> list[str]:
    fields = [part for node in nodes for part in walk(node) if isinstance(part, Field)]
    return list(dict.fromkeys(f.column for f in fields if f.scope in ("score", "grade")))


def _windows(parts: Iterable[Node]) -> tuple[ScoreWindow, ...]:
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, ScoreWindow)))


def _ranks(parts: Iterable[Node]) -> tuple[Rank, ...]:
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, Rank)))


def _compared(node: Node, score: str) -> list[float] | None:
    """Return the numbers that a score is compared with, or None where it is used otherwise.

    A value just above a bound and the bound itself can lie apart, so a bound is followed by the
    next reported value.
    """

    def is_score(part: Node) -> bool:
        return isinstance(part, Field) and part.scope == "score" and part.column == score

    numbers: list[float | None] = []
    match node:
        case Compare(_, left, right) if is_score(left) or is_score(right):
            numbers = [_number(right if is_score(left) else left)]
        case Between(operand, low, high) if is_score(operand):
            numbers = [_number(low), _number(high)]
        case In(operand, items) if is_score(operand):
            numbers = [_number(item) for item in items]
        case _ if is_score(node):
            return None
        case _:
            found: list[float] = []
            for part in children(node):
                own = _compared(part, score)
                if own is None:
                    return None
                found += own
            return found
    if any(number is None for number in numbers):
        return None
    return [bound for number in numbers if number is not None for bound in _around(number)]


def _around(number: float) -> tuple[float, ...]:
    """Return a number and the least reported value above it, on either side of a double's doubt."""
    return (number, (math.floor(number * 10_000) + 1) / 10_000, round(number + 1e-4, 4))


def _number(node: Node) -> float | None:
    match node:
        case Number(value):
            return value
        case Minus(Number(value)):
            return -value
        case _:
            return None
