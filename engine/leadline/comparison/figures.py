"""The thresholds of ``--fail-if``: ``stage changes > 5%`` over named figures of a comparison."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.report.comparison import (
    AccountEffect,
    Comparison,
    Effect,
    Failed,
    RulesetComparison,
    ScoreEffect,
)
from leadline.report.listing import decimal

_FORM = re.compile(
    r"(?P<figure>[a-z]+(?: [a-z]+)*?)(?: of (?P<name>\w+))? ?(?P<sign><=|>=|<|>|=|!=) ?"
    r"(?P<number>[+-]?\d+(?:\.\d+)?) ?(?P<percent>%)?",
    re.IGNORECASE,
)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Value:
    """A figure's value, and what it is a share of; None where a percentage says nothing."""

    number: float
    whole: float | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """One ``--fail-if``: a figure, of a name where one is given, a comparison and a bound."""

    text: str
    figure: str
    name: str | None
    sign: str
    bound: float
    percent: bool


def parse_threshold(text: str) -> Threshold:
    """Read a threshold.

    Raises:
        UsageError: it is none; names the nearest figures.
    """
    match = _FORM.fullmatch(" ".join(text.split()))
    if match is None:
        raise UsageError(
            f"`{text}` is no threshold",
            hint="write `FIGURE > NUMBER` or `FIGURE of NAME > NUMBER%`, such as "
            "`stage changes > 5%`",
        )
    figure = match["figure"].lower()
    if figure not in _FIGURES:
        raise UsageError(f"no figure is called `{figure}`", hint=did_you_mean(figure, _FIGURES))
    if match["name"] and not _FIGURES[figure].of:
        raise UsageError(f"`{figure}` is of all leads, not of `{match['name']}`")
    percent = match["percent"] is not None
    if percent and not _FIGURES[figure].shared:
        raise UsageError(f"`{figure}` is no share of anything", hint="write a plain number")
    bound = float(match["number"])
    return Threshold(text, figure, match["name"], match["sign"], bound, percent)


def passed(comparison: Comparison, thresholds: Sequence[Threshold]) -> tuple[Failed, ...]:
    """Return the thresholds that a comparison passes, each ruleset judged by itself.

    Raises:
        UsageError: there is no data to take a figure from, or no ruleset has the name.
    """
    failed = []
    for threshold in thresholds:
        figure = _FIGURES[threshold.figure]
        _refuse_unknown(comparison, threshold, figure)
        for ruleset in comparison.rulesets:
            if ruleset.effect is None and figure.needs_data:
                if ruleset.state == "both":
                    raise UsageError(
                        f"`{threshold.text}` takes data to judge", hint="add `--data DIR`"
                    )
                continue
            _refuse_untold(ruleset, threshold)
            _refuse_unjudged(ruleset, threshold)
            values = (figure.value(ruleset, name) for name in _judged(ruleset, threshold, figure))
            beyond = (value for value in values if value is not None and _passes(value, threshold))
            first = next(beyond, None)
            if first is not None:
                failed.append(Failed(threshold.text, _said(first, threshold), ruleset.model))
    return tuple(failed)


def _judged(
    ruleset: RulesetComparison, threshold: Threshold, figure: _Figure
) -> Sequence[str | None]:
    """Return of what a figure is taken: of one name, of each score by itself, or of all in one."""
    if threshold.name is None and figure.each:
        return ruleset.scores
    return (threshold.name,)


def _passes(value: Value, threshold: Threshold) -> bool:
    number = _percentage(value) if threshold.percent else value.number
    return _SIGNS[threshold.sign](round(number, 9), threshold.bound)


def _percentage(value: Value) -> float:
    if not value.whole:
        return 0.0 if not value.number else float("inf") * (1 if value.number > 0 else -1)
    return 100 * value.number / value.whole


def _said(value: Value, threshold: Threshold) -> str:
    number = decimal(value.number)
    if not threshold.percent:
        return number
    share = _percentage(value)
    if share in (float("inf"), float("-inf")):
        return f"{number}, of none before"
    return f"{decimal(round(share, 2))}% ({number})"


def _refuse_untold(ruleset: RulesetComparison, threshold: Threshold) -> None:
    effect = ruleset.effect
    if effect is None or not effect.untold:
        return
    if _FIGURES[threshold.figure].of_past and not (
        threshold.figure == "stage changes" and effect.stages_told
    ):
        raise UsageError(
            f"`{threshold.text}` cannot be judged in {ruleset.model}: {effect.untold}",
            hint="without this threshold the scores of the date are compared all the same",
        )


def _refuse_unjudged(ruleset: RulesetComparison, threshold: Threshold) -> None:
    """Refuse a figure of a backtest where a score changes and there is none.

    Raises:
        UsageError: it is so.
    """
    effect = ruleset.effect
    if effect is None or not _FIGURES[threshold.figure].judged:
        return
    if effect.scores and effect.backtest is None:
        why = effect.unjudged or "no backtest was made: the data has no opportunities for it"
        raise UsageError(f"`{threshold.text}` cannot be judged in {ruleset.model}: {why}")


def _refuse_unknown(comparison: Comparison, threshold: Threshold, figure: _Figure) -> None:
    if threshold.name is None or figure.names is None:
        return
    names = [name for one in comparison.rulesets for name in figure.names(one)]
    # A ruleset that is the same on both sides is not among them, and may have the name.
    if threshold.name not in names and comparison.rulesets and not comparison.same:
        raise UsageError(
            f"`{threshold.text}`: nothing is called `{threshold.name}`",
            hint=did_you_mean(threshold.name, dict.fromkeys(names)),
        )


@dataclass(frozen=True, slots=True)
class _Figure:
    """How a figure is taken.

    Args:
        value: takes it of a ruleset, and of a name where one is given; None where there is none.
        of: whether a name may be given.
        shared: whether it may be compared with a percentage.
        names: the names that a ruleset has for it.
        needs_data: whether it is of an effect.
        each: whether without a name each score is judged by itself.
        of_past: whether it can take the past of leads, which cannot always be told.
        judged: whether it is of a backtest, which takes outcomes.
    """

    value: Callable[[RulesetComparison, str | None], Value | None]
    of: bool = False
    shared: bool = True
    names: Callable[[RulesetComparison], Sequence[str]] | None = None
    needs_data: bool = True
    each: bool = False
    of_past: bool = False
    judged: bool = False


def _of_scores(
    take: Callable[[ScoreEffect], float],
) -> Callable[[RulesetComparison, str | None], Value | None]:
    """Return a figure of one score."""

    def value(ruleset: RulesetComparison, name: str | None) -> Value:
        effect = _effect(ruleset)
        found = [take(one) for one in effect.scores if one.score == name]
        return Value(found[0] if found else 0.0, effect.leads)

    return value


def _of_effect(
    take: Callable[[Effect], tuple[float, float | None]],
) -> Callable[[RulesetComparison, str | None], Value | None]:
    return lambda ruleset, name: Value(*take(_effect(ruleset)))


def _effect(ruleset: RulesetComparison) -> Effect:
    assert ruleset.effect is not None  # noqa: S101 - the caller looks
    return ruleset.effect


def _score_changes(ruleset: RulesetComparison, name: str | None) -> Value:
    effect = _effect(ruleset)
    if name is None:
        return Value(effect.changed, effect.leads)
    return Value(sum(one.changed for one in effect.scores if one.score == name), effect.leads)


def _moved(prefix: str) -> Callable[[RulesetComparison, str | None], Value | None]:
    """Return the leads that moved; of several grades, the most of one."""

    def value(ruleset: RulesetComparison, name: str | None) -> Value:
        effect = _effect(ruleset)
        of = f"{prefix} {name}" if name is not None else prefix
        found = [
            moves.leads
            for moves in effect.moves
            if moves.of == of or (name is None and moves.of.startswith(f"{prefix} "))
        ]
        return Value(max(found, default=0), effect.leads)

    return value


def _segment_changes(ruleset: RulesetComparison, name: str | None) -> Value:
    effect = _effect(ruleset)
    found = [s.joined + s.left for s in effect.segments if name in (None, s.segment)]
    return Value(sum(found), effect.leads)


def _of_accounts(
    take: Callable[[AccountEffect], float],
) -> Callable[[RulesetComparison, str | None], Value | None]:
    def value(ruleset: RulesetComparison, name: str | None) -> Value:
        found = [one for one in _effect(ruleset).accounts if name in (None, one.account)]
        whole = max((one.accounts for one in found), default=0)
        return Value(max(map(take, found), default=0), whole)

    return value


def _mqls(ruleset: RulesetComparison, name: str | None) -> Value | None:
    mqls = _effect(ruleset).mqls
    if mqls is None:
        return None
    return Value(mqls.head - mqls.base, mqls.base)


def _judged_by(figure: str) -> Callable[[RulesetComparison, str | None], Value | None]:
    """Return the change of a figure of the backtest; none where no score changes.

    A percentage is of points, since the figure is a share already.
    """

    def value(ruleset: RulesetComparison, name: str | None) -> Value | None:
        found = _effect(ruleset).backtest
        if found is None or found.changes is None:
            return Value(0.0, 1.0)
        change = found.changes.figures[figure].value
        return Value(change, 1.0) if change is not None else None

    return value


def _scores(ruleset: RulesetComparison) -> Sequence[str]:
    return ruleset.scores


def _accounts(ruleset: RulesetComparison) -> Sequence[str]:
    return ruleset.accounts


_FIGURES: dict[str, _Figure] = {
    "score changes": _Figure(_score_changes, of=True, names=_scores),
    "score rises": _Figure(_of_scores(lambda one: one.up), of=True, names=_scores, each=True),
    "score falls": _Figure(_of_scores(lambda one: one.down), of=True, names=_scores, each=True),
    "mean change": _Figure(
        _of_scores(lambda one: one.mean), of=True, shared=False, names=_scores, each=True
    ),
    "max change": _Figure(
        _of_scores(lambda one: one.most), of=True, shared=False, names=_scores, each=True
    ),
    "stage changes": _Figure(_moved("stage"), of_past=True),
    "grade changes": _Figure(_moved("grade"), of=True, names=_scores),
    "cell changes": _Figure(_moved("matrix")),
    "segment changes": _Figure(
        _segment_changes, of=True, names=lambda ruleset: ruleset.segments, of_past=True
    ),
    "accounts changed": _Figure(_of_accounts(lambda one: one.changed), of=True, names=_accounts),
    "committees gained": _Figure(
        _of_accounts(lambda one: one.committees_gained), of=True, names=_accounts
    ),
    "committees lost": _Figure(
        _of_accounts(lambda one: one.committees_lost), of=True, names=_accounts
    ),
    "leads gained": _Figure(_of_effect(lambda effect: (effect.gained, effect.base_leads))),
    "leads lost": _Figure(_of_effect(lambda effect: (effect.lost, effect.base_leads))),
    "mqls per week": _Figure(_mqls, of_past=True),
    "auc change": _Figure(_judged_by("auc"), judged=True),
    "precision change": _Figure(_judged_by("precision"), judged=True),
    "rule changes": _Figure(
        lambda ruleset, name: Value(len(ruleset.loud)), shared=False, needs_data=False
    ),
}

#: The names of all figures, as people write them.
FIGURES = tuple(_FIGURES)
