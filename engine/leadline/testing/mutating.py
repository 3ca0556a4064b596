"""Mutants: a ruleset with one comparison, number, clause, limit or cap changed.

A test suite is as good as the mutants that it notices. Only what is written in the file is
changed, never what a default says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from leadline.diagnostic import Place
from leadline.document.values import Document, Scalar
from leadline.expression.nodes import Node
from leadline.expression.phrases import Every
from leadline.ruleset.model import (
    AccountScore,
    Axis,
    FormulaScore,
    Group,
    Inactivity,
    Rule,
    RuleScore,
    Ruleset,
    Score,
    Stages,
)
from leadline.testing.rule_mutants import decay_changes, rule_changes
from leadline.testing.variants import more
from leadline.testing.written import (
    Change,
    Path,
    left_out,
    node_changes,
    number_changes,
    put,
    shorter_texts,
    written_at,
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A ruleset with one thing changed.

    Attributes:
        place: where what was changed stands in the file.
        subject: whose it is, as a path: ``scores.readiness.actions.webinar``.
        before, after: what stands there and what the mutant has instead; no ``after`` where it
            is left out.
        ruleset: the whole mutant.
        rule: the score and the changed rule, where nothing but one rule is changed.
    """

    place: Place
    subject: str
    before: str
    after: str
    ruleset: Ruleset
    rule: tuple[str, Rule] | None = None

    @property
    def change(self) -> str:
        """What was changed, in words."""
        if not self.after:
            return f"`{self.before}` left out"
        return f"`{self.before}` made `{self.after}`"


def mutants(ruleset: Ruleset, document: Document) -> tuple[Mutant, ...]:
    """Return every mutant of a ruleset, in the order of the file.

    Args:
        ruleset: the model.
        document: the file that it was built from, for what is written and where.
    """
    found = [
        *_of_whole(ruleset, document),
        *_of_scores(ruleset, document),
        *_of_accounts(ruleset, document),
        *_of_segments(ruleset, document),
    ]
    return tuple(sorted(found, key=lambda mutant: mutant.place))


# The whole model


def _of_whole(ruleset: Ruleset, document: Document) -> Iterator[Mutant]:
    subjects = {
        "leads": (
            *node_changes(ruleset.leads, lambda node: replace(ruleset, leads=node)),
            *left_out(document, ("leads",), replace(ruleset, leads=None)),
        ),
        "ignore": (
            *node_changes(ruleset.ignore, lambda node: replace(ruleset, ignore=node)),
            *left_out(document, ("ignore",), replace(ruleset, ignore=None)),
        ),
        "visit_gap": _visit_gap(ruleset, document),
        "matrix": _matrix(ruleset, document),
    }
    for subject, changes in subjects.items():
        for change in changes:
            yield _mutant(change, subject, change.part)
    if ruleset.stages is not None:
        for change in _stages(ruleset.stages, document, ("stages",)):
            yield _mutant(change, "stages", replace(ruleset, stages=change.part))


def _mutant(change: Change, subject: str, ruleset: Ruleset) -> Mutant:
    return Mutant(change.place, subject, change.before, change.after, ruleset)


def _visit_gap(ruleset: Ruleset, document: Document) -> Iterator[Change]:
    written = written_at(document, ("visit_gap",))
    if isinstance(written, Scalar):
        longer = replace(ruleset, visit_gap=ruleset.visit_gap + 60)
        yield Change(written.place, written.text, "a minute more", longer)


def _matrix(ruleset: Ruleset, document: Document) -> Iterator[Change]:
    axes = ruleset.matrix or ()
    for number, axis in enumerate(axes):
        for cell, (name, bound) in enumerate(axis.cells):
            for change in number_changes(document, ("matrix", axis.score, name), bound):
                cells = put(axis.cells, cell, (name, change.part))
                matrix = put(axes, number, Axis(axis.score, cells))
                yield replace(change, part=replace(ruleset, matrix=matrix))


def _stages(stages: Stages, document: Document, path: Path) -> Iterator[Change]:
    yield from node_changes(stages.condition, lambda node: replace(stages, condition=node))
    yield from left_out(document, (*path, "and"), replace(stages, condition=None))
    if not stages.backward:
        yield from left_out(document, (*path, "backward"), replace(stages, backward=True))
    for number, step in enumerate(stages.steps):
        # Below every bound a lead is in the first step anyway.
        if step.at is not None and number:
            later = replace(step, at=more(step.at))
            if step.leave_below == step.at:
                later = replace(later, leave_below=later.at)
            steps = put(stages.steps, number, later)
            after = f"{step.name} at {later.at:g}"
            yield Change(
                step.place, f"{step.name} at {step.at:g}", after, replace(stages, steps=steps)
            )
        if step.leave_below is not None and step.leave_below != step.at:
            sooner = replace(step, leave_below=more(step.leave_below))
            steps = put(stages.steps, number, sooner)
            yield Change(
                step.place,
                f"leave_below: {step.leave_below:g}",
                f"leave_below: {sooner.leave_below:g}",
                replace(stages, steps=steps),
            )


# Scores


def _of_scores(ruleset: Ruleset, document: Document) -> Iterator[Mutant]:
    for number, score in enumerate(ruleset.scores):
        path = ("scores", score.name)
        for change in _score(score, document, path):
            scores = put(ruleset.scores, number, change.part)
            yield _mutant(change, ".".join(path), replace(ruleset, scores=scores))
        for own, change, changed in _rules(score, document, path):
            scores = put(ruleset.scores, number, changed)
            mutant = _mutant(change, ".".join(own), replace(ruleset, scores=scores))
            yield replace(mutant, rule=(score.name, change.part))


def _rules(
    score: Score, document: Document, path: Path
) -> Iterator[tuple[Path, Change, RuleScore]]:
    """Yield the path of a rule, what is changed of it, and the score with the changed rule."""
    for number, rule in enumerate(score.rules if isinstance(score, RuleScore) else ()):
        if isinstance(score, RuleScore) and rule.head.enabled:
            own = (*path, rule.head.section, rule.head.name)
            for change in rule_changes(rule, document, own):
                yield own, change, replace(score, rules=put(score.rules, number, change.part))


def _score(score: Score, document: Document, path: Path) -> Iterator[Change]:
    yield from _range(score, document, path)
    for number, (letter, bound) in enumerate(score.grades):
        for change in number_changes(document, (*path, "grades", letter), bound):
            grades = put(score.grades, number, (letter, change.part))
            yield replace(change, part=replace(score, grades=grades))
    match score:
        case FormulaScore():
            yield from node_changes(score.formula, lambda node: replace(score, formula=node))
        case RuleScore():
            yield from _rule_score(score, document, path)


def _range(score: Score, document: Document, path: Path) -> Iterator[Change]:
    written = written_at(document, (*path, "range"))
    if score.range is None or not isinstance(written, Scalar):
        return
    low, high = score.range.low, score.range.high
    for bounds in ((more(low), high), (low, more(high))):
        moved = replace(score.range, low=bounds[0], high=bounds[1])
        after = f"{bounds[0]:g} to {bounds[1]:g}"
        yield Change(written.place, written.text, after, replace(score, range=moved))


def _rule_score(score: RuleScore, document: Document, path: Path) -> Iterator[Change]:
    for number, group in enumerate(score.groups):
        for change in _caps(group, document, (*path, "groups", group.name)):
            yield replace(
                change, part=replace(score, groups=put(score.groups, number, change.part))
            )
    for change in number_changes(document, (*path, "decay", "floor"), score.floor):
        yield replace(change, part=replace(score, floor=change.part))
    if isinstance(score.decay, Inactivity):
        changes = _inactivity(score.decay, document, (*path, "decay"))
    else:
        changes = decay_changes(score.decay, document, (*path, "decay"))
    for change in changes:
        yield replace(change, part=replace(score, decay=change.part))
    reset = score.reset
    if reset is not None:
        where = node_changes(reset.where, lambda node: replace(reset, where=node))
        for change in where:
            yield replace(change, part=replace(score, reset=change.part))
        for place, text, rest in shorter_texts(document, (*path, "reset", "event"), reset.events):
            shorter = replace(score, reset=replace(reset, events=rest))
            yield Change(place, text, "", shorter)


def _caps(group: Group, document: Document, path: Path) -> Iterator[Change]:
    for change in number_changes(document, (*path, "max"), group.maximum):
        yield replace(change, part=replace(group, maximum=change.part))
    for change in number_changes(document, (*path, "min"), group.minimum):
        yield replace(change, part=replace(group, minimum=change.part))


def _inactivity(decay: Inactivity, document: Document, path: Path) -> Iterator[Change]:
    written = written_at(document, (*path, "inactivity"))
    if isinstance(written, Scalar):
        for step in _steps(decay.step):
            changed = replace(decay, step=step)
            # The first step falls where it fell, so that one thing is changed.
            yield Change(written.place, written.text, _every(step), changed)
    if isinstance(written_at(document, (*path, "after")), Scalar):
        later = replace(decay, after=decay.after + 1)
        place = written_at(document, (*path, "after")).place  # type: ignore[union-attr]
        yield Change(place, f"after: {decay.after} days", f"after: {later.after} days", later)
    if isinstance(decay.activity, Node):
        yield from node_changes(decay.activity, lambda node: replace(decay, activity=node))


def _steps(step: Every) -> Iterator[Every]:
    if step.share is not None:
        yield replace(step, share=round(step.share + 0.01, 12))
    if step.points is not None:
        yield replace(step, points=more(step.points))
    yield replace(step, days=step.days + 1)


def _every(step: Every) -> str:
    amount = f"{step.share * 100:g}%" if step.share is not None else f"{step.points:g} points"
    return f"{amount} every {step.days} days"


# Accounts and segments


def _of_accounts(ruleset: Ruleset, document: Document) -> Iterator[Mutant]:
    for number, account in enumerate(ruleset.accounts):
        path = ("accounts", account.name)
        for change in _account(account, document, path):
            accounts = put(ruleset.accounts, number, change.part)
            yield _mutant(change, ".".join(path), replace(ruleset, accounts=accounts))


def _account(account: AccountScore, document: Document, path: Path) -> Iterator[Change]:
    yield from node_changes(account.only, lambda node: replace(account, only=node))
    yield from left_out(document, (*path, "only"), replace(account, only=None))
    combine, committee, weight = account.combine, account.committee, account.weight
    written = written_at(document, (*path, "combine"))
    if combine.count is not None and isinstance(written, Scalar):
        wider = replace(combine, count=combine.count + 1)
        changed = replace(account, combine=wider)
        yield Change(written.place, written.text, f"top {wider.count}", changed)
    written = written_at(document, (*path, "committee"))
    if committee is not None and isinstance(written, Scalar):
        for other in (
            replace(committee, leads=committee.leads + 1),
            replace(committee, at=more(committee.at)),
        ):
            after = f"{other.leads} leads at {other.at:g}"
            yield Change(written.place, written.text, after, replace(account, committee=other))
    if weight is not None:
        for number, (value, points) in enumerate(weight.values):
            for change in number_changes(document, (*path, "weight", "values", value), points):
                values = put(weight.values, number, (value, change.part))
                other_weight = replace(weight, values=values)
                yield replace(change, part=replace(account, weight=other_weight))
        for change in number_changes(document, (*path, "weight", "other"), weight.other):
            yield replace(change, part=replace(account, weight=replace(weight, other=change.part)))
    if account.stages is not None:
        for change in _stages(account.stages, document, (*path, "stages")):
            yield replace(change, part=replace(account, stages=change.part))


def _of_segments(ruleset: Ruleset, document: Document) -> Iterator[Mutant]:
    for number, segment in enumerate(ruleset.segments):
        for change in node_changes(segment.when, lambda node, own=segment: replace(own, when=node)):  # type: ignore[misc]
            segments = put(ruleset.segments, number, change.part)
            subject = f"segments.{segment.name}"
            yield _mutant(change, subject, replace(ruleset, segments=segments))
