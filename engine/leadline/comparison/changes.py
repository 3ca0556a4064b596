"""What changed in the meaning of a ruleset: two built values compared, never their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from leadline.diagnostic import Place
from leadline.document import Document, Scalar, Value
from leadline.document import Mapping as Entries
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.expression.unparse import unparse
from leadline.report.comparison import Change, Kind
from leadline.ruleset import wording
from leadline.ruleset.model import RuleScore, Ruleset, Score, Stages
from leadline.ruleset.wording import QUIET, Texts, key_order

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Renames:
    """What has another name at the head: the name there -> the name at the base.

    Args:
        scores: of scores.
        rules: of rules: (score, rule) at the head -> rule at the base.
        accounts: of account scores.
        segments: of segments.
    """

    scores: Mapping[str, str]
    rules: Mapping[tuple[str, str], str]
    accounts: Mapping[str, str]
    segments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pairs(Generic[T]):
    """Things of both sides: (base, head) of those on both, and those on one side only."""

    both: tuple[tuple[tuple[str, T], tuple[str, T]], ...]
    removed: tuple[tuple[str, T], ...]
    added: tuple[tuple[str, T], ...]

    @property
    def renames(self) -> dict[str, str]:
        return {new: old for (old, _), (new, _) in self.both if new != old}


def find_changes(base: Ruleset, head: Ruleset) -> tuple[tuple[Change, ...], Renames]:
    """Compare the meaning of two rulesets.

    Returns:
        The changes in the order of the ruleset, and what was only renamed.
    """
    scores = _paired(
        {one.name: one for one in base.scores},
        {one.name: one for one in head.scores},
        lambda one: (wording.score_texts(one), _rules_texts(one)),
    )
    changes: list[Change] = list(
        _texts_changes("", wording.model_texts(base), wording.model_texts(head), head.file)
    )
    rules: dict[tuple[str, str], str] = {}
    changes += _listed("score", scores, wording.score_texts, lambda one: one.place)
    for (_, old), (name, new) in scores.both:
        found, renamed = _of_score(old, new)
        changes += found
        rules |= {(name, rule): was for rule, was in renamed.items()}
    accounts = _paired(
        {one.name: one for one in base.accounts},
        {one.name: one for one in head.accounts},
        lambda one: (wording.account_texts(one), one.stages),
    )
    changes += _listed("account score", accounts, wording.account_texts, lambda one: one.place)
    for (_, was), (name, now) in accounts.both:
        changes += _stages(f"account score {name}, stages", was.stages, now.stages)
    changes += _stages("stages", base.stages, head.stages)
    segments = _paired(
        {one.name: one for one in base.segments},
        {one.name: one for one in head.segments},
        wording.segment_texts,
    )
    changes += _listed("segment", segments, wording.segment_texts, lambda one: one.place)
    automations = _paired(
        {one.name: one for one in base.automations},
        {one.name: one for one in head.automations},
        wording.automation_texts,
    )
    changes += _listed("automation", automations, wording.automation_texts, lambda one: one.place)
    renames = Renames(scores.renames, rules, accounts.renames, segments.renames)
    return tuple(changes), renames


def find_written_changes(base: Document, head: Document) -> Iterator[Change]:
    """Compare the parts of two files that a built ruleset does not keep: defines and audits."""
    for section, kind, texts in (("define", "define", _define), ("audits", "audit", _audit)):
        old, new = (_section(side, section) for side in (base, head))
        pairs = _paired(old, new, texts)
        yield from _listed(kind, pairs, texts, _place_of)


#: What stands behind a key of a section, and where the key is.
_Written = tuple[Value, Place]


def _place_of(written: _Written) -> Place:
    return written[1]


def _section(document: Document, key: str) -> dict[str, _Written]:
    root = document.root
    entry = root.get(key) if isinstance(root, Entries) else None
    if entry is None or not isinstance(entry.value, Entries):
        return {}
    return {one.key.text: (one.value, one.key.place) for one in entry.value.entries}


def _define(written: _Written) -> Texts:
    """Return a define as any expression is written, so that its layout is no change."""
    value = written[0]
    if not isinstance(value, Scalar):
        return {"": _flat(value)}
    try:
        return {"": unparse(parse_expression(value))}
    except ExpressionError:
        return {"": value.text}


def _audit(written: _Written) -> Texts:
    value = written[0]
    if not isinstance(value, Entries):
        return {"": _flat(value)}
    return {entry.key.text: _flat(entry.value) for entry in value.entries}


def _flat(value: Value) -> str:
    match value:
        case Scalar():
            return " ".join(value.text.split())
        case Entries():
            return ", ".join(f"{entry.key.text}: {_flat(entry.value)}" for entry in value.entries)
        case _:
            return ", ".join(map(_flat, value.items))


def _of_score(base: Score, head: Score) -> tuple[list[Change], dict[str, str]]:
    """Compare the rules and groups of a score."""
    old_rules = {r.head.name: r for r in base.rules} if isinstance(base, RuleScore) else {}
    new_rules = {r.head.name: r for r in head.rules} if isinstance(head, RuleScore) else {}
    pairs = _paired(old_rules, new_rules, wording.rule_texts)
    before = f"score {head.name}, "
    changes = list(_listed(f"{before}rule", pairs, wording.rule_texts, lambda r: r.head.place))
    old_groups = {g.name: g for g in base.groups} if isinstance(base, RuleScore) else {}
    new_groups = {g.name: g for g in head.groups} if isinstance(head, RuleScore) else {}
    groups = _paired(old_groups, new_groups, wording.group_texts, renames=False)
    changes += _listed(f"{before}group", groups, wording.group_texts, lambda g: head.place)
    return changes, pairs.renames


def _rules_texts(score: Score) -> object:
    """Return the rules and groups of a score, for whether another is the same."""
    if not isinstance(score, RuleScore):
        return None
    rules = {rule.head.name: wording.rule_texts(rule) for rule in score.rules}
    return rules, {group.name: wording.group_texts(group) for group in score.groups}


def _stages(subject: str, base: Stages | None, head: Stages | None) -> Iterator[Change]:
    if head is None:
        if base is not None:
            said = _summed(wording.stages_texts(base))
            yield Change("removed", subject, old=said, place=_where(base.place))
        return
    new, place = wording.stages_texts(head), _where(head.place)
    if base is None:
        yield Change("added", subject, new=_summed(new), place=place)
    else:
        yield from _texts_changes(subject, wording.stages_texts(base), new, place)


def _paired(
    base: Mapping[str, T],
    head: Mapping[str, T],
    content: Callable[[T], object],
    *,
    renames: bool = True,
) -> _Pairs[T]:
    """Find each thing of the head among those of the base, by name, then by content."""
    both = {name: name for name in head if name in base}
    removed = [name for name in base if name not in head]
    for name in head:
        same = [old for old in removed if renames and _same(content, base[old], head[name])]
        if name not in both and same:
            both[name] = same[0]
            removed.remove(same[0])
    return _Pairs(
        tuple(
            ((both[name], base[both[name]]), (name, head[name])) for name in head if name in both
        ),
        tuple((name, base[name]) for name in removed),
        tuple((name, head[name]) for name in head if name not in both),
    )


def _same(content: Callable[[T], object], one: T, other: T) -> bool:
    return content(one) == content(other)


def _listed(
    kind: str,
    pairs: _Pairs[T],
    texts: Callable[[T], Texts],
    place: Callable[[T], Place | None],
) -> Iterator[Change]:
    """Yield what changed among named things of one kind."""
    for (was, old), (name, new) in pairs.both:
        where = _where(place(new))
        if was != name:
            yield Change("renamed", f"{kind} {name}", old=was, new=name, place=where)
        yield from _texts_changes(f"{kind} {name}", texts(old), texts(new), where)
    for name, new in pairs.added:
        yield Change("added", f"{kind} {name}", new=_summed(texts(new)), place=_where(place(new)))
    for name, old in pairs.removed:
        said = _summed(texts(old))
        yield Change("removed", f"{kind} {name}", old=said, place=_where(place(old)))


def _texts_changes(subject: str, old: Texts, new: Texts, place: str) -> Iterator[Change]:
    for key in key_order(old, new):
        if old.get(key) != new.get(key):
            kind: Kind = "quiet" if key in QUIET else "changed"
            yield Change(kind, subject, key, old.get(key), new.get(key), place)


def _summed(texts: Texts) -> str:
    """Return a thing in one line, without what says nothing to a score."""
    shown = {k: v for k, v in texts.items() if k not in QUIET}
    return ", ".join(f"{key}: {text}" if key else text for key, text in shown.items())


def _where(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place is not None else ""
