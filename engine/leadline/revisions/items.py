"""What a ruleset is made of, one value each: rules, settings, stages, lists, automations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from leadline.report.revisions import Kind
from leadline.ruleset import wording
from leadline.ruleset.model import (
    AccountScore,
    EventRule,
    Fact,
    Idle,
    Rule,
    RuleScore,
    Ruleset,
    Score,
    Stages,
)
from leadline.ruleset.wording import Texts, key_order, plain

#: What has a name of its own that can change while the thing stays what it is.
NAMED: tuple[Kind, ...] = ("rule", "segment", "automation")

#: What the value of a thing says already.
_IN_VALUE = ("", "points", "bands", "enabled", "at")
#: What holds unless the ruleset says otherwise.
_USUAL = {"timezone": "UTC", "visit_gap": "30 minutes"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a ruleset.

    Attributes:
        kind: what it is.
        owner: the score or account score that it is of, "" for the whole model.
        name: what it is called in there.
        value: what it gives, short: ``40``, ``1: 5, 3: 10``, ``max 45``.
        texts: all that is written of it: key and text.
    """

    kind: Kind
    owner: str
    name: str
    value: str
    texts: tuple[tuple[str, str], ...]

    @property
    def note(self) -> str:
        """What people wrote beside it."""
        return dict(self.texts).get("note", "")

    @property
    def meaning(self) -> tuple[tuple[str, str], ...]:
        """What it does, whatever is said beside it."""
        return tuple((key, text) for key, text in self.texts if key not in wording.QUIET)


def items_of(ruleset: Ruleset) -> tuple[Item, ...]:
    """Return everything of a ruleset that has a value, in its order."""
    return tuple(_items(ruleset))


def differences(old: Item, new: Item) -> tuple[str, ...]:
    """Say what differs beside the value: ``limit: 3 per day, was 1 per day``."""
    before, after = dict(old.texts), dict(new.texts)
    return tuple(
        _difference(key, before.get(key), after.get(key))
        for key in key_order(before, after)
        if key not in _IN_VALUE and before.get(key) != after.get(key)
    )


def _difference(key: str, old: str | None, new: str | None) -> str:
    if key == "note":  # its text is told where notes are
        return "a new note" if old is None else "another note" if new is not None else "no note now"
    if old is None:
        return f"{key}: {new} (new)"
    return f"{key}: {new}, was {old}" if new is not None else f"{key}: none now, was {old}"


def _items(ruleset: Ruleset) -> Iterator[Item]:
    for score in ruleset.scores:
        yield from _score(score)
    for account in ruleset.accounts:
        yield from _account(account)
    if ruleset.stages is not None:
        yield from _stages("", ruleset.stages)
    for segment in ruleset.segments:
        yield _plain("segment", "", segment.name, wording.segment_texts(segment)[""])
    for automation in ruleset.automations:
        texts = wording.automation_texts(automation)
        value = f"{texts['when']}: {texts['do']}"
        shown = value if automation.enabled else f"off ({value})"
        yield _plain("automation", "", automation.name, shown)
    for key, text in wording.model_texts(ruleset).items():
        if _USUAL.get(key) != text:
            yield _plain("model", "", "name" if key == "model" else key, text)


def _item(kind: Kind, owner: str, name: str, value: str, texts: Texts) -> Item:
    return Item(kind, owner, name, value, tuple(texts.items()))


def _plain(kind: Kind, owner: str, name: str, text: str) -> Item:
    """Return a thing that is one text; a note is not a value, and is told where notes are."""
    if name == "note":
        return _item(kind, owner, name, "note", {"note": text})
    return _item(kind, owner, name, text, {"": text})


def _score(score: Score) -> Iterator[Item]:
    if isinstance(score, RuleScore):
        for rule in score.rules:
            yield _item("rule", score.name, rule.head.name, _gives(rule), wording.rule_texts(rule))
        for group in score.groups:
            value = ", ".join(f"{k} {text}" for k, text in wording.group_texts(group).items())
            yield _plain("group", score.name, group.name, value or "no cap")
    for key, text in wording.score_texts(score).items():
        if key == "grades":
            for letter, bound in score.grades:
                yield _plain("setting", score.name, f"grade {letter}", plain(bound))
        else:
            yield _plain("setting", score.name, key, text)


def _gives(rule: Rule) -> str:
    """Return the points of a rule, short."""
    texts = wording.rule_texts(rule)
    match rule:
        case EventRule():
            value = texts["points"] if rule.points is not None else texts["bands"]
        case Fact() | Idle():
            value = texts["points"]
        case _:
            assert_never(rule)
    return value if rule.head.enabled else f"off ({value})"


def _account(account: AccountScore) -> Iterator[Item]:
    for key, text in wording.account_texts(account).items():
        yield _plain("account", account.name, key, text)
    if account.stages is not None:
        yield from _stages(account.name, account.stages)


def _stages(owner: str, stages: Stages) -> Iterator[Item]:
    texts = wording.stages_texts(stages)
    for key in ("by", "and", "backward"):
        if key in texts:
            yield _plain("stage", owner, f"stages {key}", texts[key])
    limits = dict(stages.sla)
    for place, step in enumerate(stages.steps, 1):
        of_step = {key: texts[f"{step.name} {key}"] for key in ("at", "leave_below")
                   if f"{step.name} {key}" in texts}  # fmt: skip
        value = of_step.get("at", f"step {place}")
        days = {"sla": f"{limits[step.name]} days"} if step.name in limits else {}
        yield _item("stage", owner, step.name, value, {"at": value, **of_step, **days})
