"""Clauses of ``and`` and ``or`` that change nothing beside the others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadline.diagnostic import Diagnostic, Edit, Fix, Place
from leadline.document.source import source_of
from leadline.expression import nodes as n
from leadline.expression.bounds import Known, nothing_known
from leadline.expression.claims import claims
from leadline.expression.logic import Joined, Logic
from leadline.expression.proof import always, implies, never
from leadline.expression.wording import shown
from leadline.ruleset.checks.codes import REDUNDANT_CLAUSE
from leadline.ruleset.checks.conditions import conditions
from leadline.ruleset.checks.subject import Subject

_MOST_CLAUSES = 50


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find clauses that could be left out of a condition without a change."""
    for condition in conditions(subject):
        whole = claims(condition.node, condition.known)
        if never(whole) or always(whole):
            continue  # said already, and then every clause but one is too many
        for node in n.walk(condition.node):
            if isinstance(node, n.All | n.Any) and len(node.operands) <= _MOST_CLAUSES:
                # A define means the same in every rule: it is judged without what is known of one.
                own = all(map(condition.writes, node.operands))
                known = condition.known if own else nothing_known
                yield from _clauses(subject, node, known)


def _clauses(subject: Subject, node: n.All | n.Any, known: Known) -> Iterator[Diagnostic]:
    every = isinstance(node, n.All)
    logic = [claims(operand, known) for operand in node.operands]
    kept = list(range(len(logic)))
    for index in reversed(range(len(logic))):
        rest = [other for other in kept if other != index]
        if rest and _adds_nothing(logic[index], [logic[other] for other in rest], every):
            kept = rest
            because = _because(node, logic, index, rest)
            clause = node.operands[index]
            message = f"{shown(clause)} {because}: it adds nothing here"
            fix = _without(subject, node, index)
            yield Diagnostic(REDUNDANT_CLAUSE, message, clause.place, "remove it", fix=fix)


def _adds_nothing(clause: Logic, rest: list[Logic], every: bool) -> bool:
    others = Joined(every, tuple(rest))
    return implies(others, clause) if every else implies(clause, others)


def _because(node: n.All | n.Any, logic: list[Logic], index: int, rest: list[int]) -> str:
    """Say why a clause adds nothing, naming the other that it follows from."""
    clause, every = logic[index], isinstance(node, n.All)
    if every and always(clause):
        return "is always true"
    if not every and never(clause):
        return "is never true"
    for other in rest:
        if node.operands[other] == node.operands[index]:
            return "is written twice"
        if _adds_nothing(clause, [logic[other]], every):
            beside = shown(node.operands[other])
            return f"follows from {beside}" if every else f"is part of {beside}"
    return "follows from the other clauses" if every else "is part of the other clauses"


def _without(subject: Subject, node: n.All | n.Any, index: int) -> Fix | None:
    """Return the fix that removes a clause, where it and its ``and`` stand alone on one line."""
    word = "and" if isinstance(node, n.All) else "or"
    operands = node.operands
    before, after = (index - 1, index) if index else (0, 1)
    left, right = operands[before].place, operands[after].place
    source = source_of(subject.document.file, subject.document.text)
    if left.end_line != right.line or left.line != left.end_line or right.line != right.end_line:
        return None
    if (left.end_line, left.end_column) > (right.line, right.column):
        return None
    gap = Place(left.file, left.end_line, left.end_column, right.line, right.column)
    start, end = source.span(gap)
    if not re.fullmatch(rf"\s+{word}\s+", source.text[start:end]):
        return None
    if index:
        removed = Place(left.file, left.end_line, left.end_column, right.end_line, right.end_column)
    else:
        removed = Place(left.file, left.line, left.column, right.line, right.column)
        if not re.match(r"\w", source.text[end:]):
            return None  # a value that begins with a sign would be another in YAML
    return Fix("remove the clause", (Edit(removed, ""),), safe=True)
