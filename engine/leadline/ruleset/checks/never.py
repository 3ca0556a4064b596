"""Conditions that no value can fulfil, and rules whose limits shut each other out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadline.diagnostic import Diagnostic, Edit, Fix
from leadline.expression import nodes as n
from leadline.expression.bounds import domain
from leadline.expression.catalog import Type
from leadline.expression.proof import excluding
from leadline.expression.unparse import unparse
from leadline.expression.wording import shown
from leadline.ruleset.checks.codes import NEVER_MATCHES
from leadline.ruleset.checks.conditions import Condition, conditions
from leadline.ruleset.checks.subject import Subject, path_of
from leadline.ruleset.model import EventRule

_SEPARATORS = re.compile("[;,|]")


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find conditions that are never true, and event rules that can count nothing."""
    for condition in conditions(subject):
        yield from _condition(condition)
        yield from _members(subject, condition)
    yield from _limits(subject)


def _condition(condition: Condition) -> Iterator[Diagnostic]:
    node, known = condition.node, condition.known
    anywhere = excluding(node)
    here = anywhere or excluding(node, known)
    left = here or excluding(node, known, *(logic for _, logic in condition.given))
    if not left:
        return
    *others, last = sorted(left, key=lambda clause: (condition.writes(clause), clause.place))
    place = last.place if anywhere or condition.writes(last) else node.place
    fix = None
    if not here:
        message = f"{_listed(left)} is never true here: {_left_out(condition)} leaves all such out"
        hint = "remove it, or let them in there"
    elif others:
        message = f"{shown(last)} is never true beside {_listed(others)}"
        hint = f"correct one of them; where either may hold, {_either(left)}"
    else:
        reason = why(last, condition)
        message = f"{shown(last)} is never true{f': {reason}' if reason else ''}"
        hint, fix = "correct it, or remove what it is for", _exchanged(last)
    yield Diagnostic(NEVER_MATCHES, message, place, hint, (f"so {condition.never}",), fix)


def _left_out(condition: Condition) -> str:
    """Return the keys that leave out all that a condition could be true of."""
    for key, logic in condition.given:
        if excluding(condition.node, condition.known, logic):
            return f"`{key}`"
    return " and ".join(f"`{key}`" for key, _ in condition.given)


def _either(left: tuple[n.Node, ...]) -> str:
    """Say how conditions are written of which one may hold."""
    if isinstance(left[0], n.Compare) and all(
        isinstance(clause, n.Compare)
        and (clause.operator, clause.left) == ("=", left[0].left)
        and isinstance(clause.right, n.Text)
        for clause in left
    ):
        values = tuple(clause.right for clause in left if isinstance(clause, n.Compare))
        return f"write `{unparse(n.In(left[0].left, values, left[0].place))}`"
    return "join them by `or`"


def _listed(clauses: list[n.Node] | tuple[n.Node, ...]) -> str:
    return " and ".join(map(shown, clauses))


def why(clause: n.Node, condition: Condition) -> str:
    """Return in words why a clause never, or always, holds; empty where it shows by itself."""
    if isinstance(clause, n.Between) and _runs_down(clause):
        return f"nothing is from {unparse(clause.low)} up to {unparse(clause.high)}"
    if isinstance(clause, n.All | n.Any):
        return ""
    for part in n.walk(clause):
        if isinstance(part, n.Call) and part.function in ("lower", "upper"):
            letters = "capitals" if part.function == "lower" else "small letters"
            return f"{shown(part)} has no {letters}"
        if reason := domain(part, condition.known).why:
            return reason
    return ""


def _runs_down(node: n.Between) -> bool:
    low, high = domain(node.low), domain(node.high)
    if low.missing or high.missing or low.kind != high.kind or low.kind == "text":
        return False
    return low.ends[0] > high.ends[1]


def _exchanged(clause: n.Node) -> Fix | None:
    """Return the fix that exchanges the ends of a ``between`` that runs down."""
    if not isinstance(clause, n.Between) or not _runs_down(clause):
        return None
    low, high = unparse(clause.low), unparse(clause.high)
    edits = (Edit(clause.low.place, high), Edit(clause.high.place, low))
    return Fix(f"write `between {high} and {low}`", edits, safe=False)


def _members(subject: Subject, condition: Condition) -> Iterator[Diagnostic]:
    """Find members that no text has, since it is split where they go on."""
    for part in n.walk(condition.node):
        match part:
            case n.Has(n.Field(scope, _, Type.TEXT), n.Text(member)):
                # Without the data a column that is a list there is taken for a text.
                known = scope == "tag" or subject.catalog is not None
                if known and (_SEPARATORS.search(member) or not member.strip(" ")):
                    message = (
                        f"{shown(part)} is never true: a text is split at `;`, `,` and `|`, and "
                        "blanks are dropped"
                    )
                    hint = "write one `has` for each member, joined by `and` or `or`"
                    yield Diagnostic(NEVER_MATCHES, message, part.place, hint)


def _limits(subject: Subject) -> Iterator[Diagnostic]:
    """Find a reach that no window gets to, since a limit ends it before."""
    for score, rule in subject.rules():
        if not isinstance(rule, EventRule) or rule.reach is None:
            continue
        reach = rule.reach
        for limit in rule.limits:
            same = limit.window.kind == "ever" or limit.window == reach.window
            if same and limit.count < reach.count:
                message = (
                    f"`reach` counts event {reach.count} of a window, and `limit` keeps the first "
                    f"{limit.count}: none is left"
                )
                name = f"`{rule.head.name}` of `{score.name}`"
                place = subject.value(*path_of(score, rule), "reach")
                hint = "remove the limit, or write a smaller reach"
                note = f"so {name} never gives points"
                yield Diagnostic(NEVER_MATCHES, message, place, hint, (note,))
                break
