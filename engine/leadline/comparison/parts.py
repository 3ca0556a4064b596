"""What a score is made of on both sides, so that each change of it has its causes."""

from __future__ import annotations

from dataclasses import replace

from leadline.comparison.changes import Renames
from leadline.plan.caps import members_of
from leadline.plan.needs import enabled
from leadline.ruleset.model import Group, Inactivity, Rule, RuleScore, Ruleset
from leadline.sql import quote
from leadline.sql.comparison import Part
from leadline.sql.relations import capped, total


def parts_of_score(
    rulesets: tuple[Ruleset, Ruleset], scores: tuple[RuleScore, RuleScore], renames: Renames
) -> tuple[Part, ...]:
    """Return the rules and groups of a score that can add other points at the head.

    Args:
        rulesets: the base and the head.
        scores: the score there and here.
        renames: what has another name.
    """
    base, head = scores
    before = {rule.head.name: rule for rule in enabled(base.rules)}
    everything = _others(rulesets) or _context(base) != _context(head)
    parts: list[Part] = []
    seen: set[str] = set()
    for rule in enabled(head.rules):
        was = renames.rules.get((head.name, rule.head.name), rule.head.name)
        seen.add(was)
        old = before.get(was)
        if everything or old is None or not _counts_alike(old, rule):
            parts.append(
                Part(
                    rule.head.name,
                    _column("b", base, was) if old is not None else "0",
                    _column("h", head, rule.head.name),
                )
            )
    parts += [Part(name, _column("b", base, name), "0") for name in before if name not in seen]
    return (*parts, *_groups(base, head))


def rest_of(scores: tuple[RuleScore, RuleScore]) -> str:
    """Return what people call the rest of a score's change, which no rule and no group makes."""
    words = {
        "decay": any(isinstance(score.decay, Inactivity) for score in scores),
        "floor": any(
            score.floor is not None and not isinstance(score.decay, Inactivity) for score in scores
        ),
        "range": any(score.range is not None for score in scores),
    }
    return " and ".join(word for word, can in words.items() if can) or "rest"


def _others(rulesets: tuple[Ruleset, Ruleset]) -> bool:
    """Say whether what holds for the whole model differs, so that any rule may count otherwise."""
    base, head = ((r.timezone, r.visit_gap, r.ignore) for r in rulesets)
    return base != head


def _context(score: RuleScore) -> tuple[object, ...]:
    inactive = isinstance(score.decay, Inactivity)
    return (score.per, None if inactive else score.decay, score.reset)


def _counts_alike(old: Rule, new: Rule) -> bool:
    """Say whether two rules give the same points, whatever they are called and capped by."""
    return _bare(old) == _bare(new)


def _bare(rule: Rule) -> Rule:
    head = replace(
        rule.head, name="", section="actions", group=None, note="", owner="", review_by=None
    )
    return replace(rule, head=head)


def _groups(base: RuleScore, head: RuleScore) -> list[Part]:
    """Return what the caps of groups take away or add."""
    names = {group.name: None for group in (*head.groups, *base.groups)}
    return [Part(f"group {name}", _cap("b", base, name), _cap("h", head, name)) for name in names]


def _cap(table: str, score: RuleScore, name: str) -> str:
    group = next((group for group in score.groups if group.name == name), None)
    members = members_of(group, enabled(score.rules)) if group is not None else ()
    if group is None or not members:
        return "0"
    together = total([_column(table, score, rule.head.name) for rule in members])
    return f"({_held(together, group)} - {together})"


def _held(value: str, group: Group) -> str:
    return capped(value, group.minimum, group.maximum)


def _column(table: str, score: RuleScore, rule: str) -> str:
    return f"{table}.{quote.name(f'{score.name}.{rule}')}"
