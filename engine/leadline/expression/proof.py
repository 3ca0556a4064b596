"""What can be proven of conditions, whatever the data holds.

A condition that is said never to hold never does; of one that is not, nothing is said. The proof is
a search for values that make a set of claims true: each branch of an ``or`` is tried, and where
no branch leaves a value to every term, there are none. A search that takes too long proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leadline.expression import nodes as n
from leadline.expression import ranges as r
from leadline.expression.bounds import Known, nothing_known
from leadline.expression.claims import claims
from leadline.expression.logic import Atom, Claim, Fixed, Joined, Logic, TextTest, negated
from leadline.expression.ranges import Ranges

#: Branches after which a search is given up.
_MOST_BRANCHES = 400
_MOST_POINTS = 2_000


def never(logic: Logic, *given: Logic) -> bool:
    """Say whether a condition is proven to be never true where all that is given is."""
    return not _Search().possible((logic, *given))


def always(logic: Logic, *given: Logic) -> bool:
    """Say whether a condition is proven to be always true where all that is given is."""
    return never(negated(logic), *given)


def implies(one: Logic, other: Logic, *given: Logic) -> bool:
    """Say whether it is proven that wherever the first condition is true the other is too."""
    return Premise.of(one, *given).implies(other)


def clauses(node: n.Node) -> tuple[n.Node, ...]:
    """Return the conditions that ``and`` joins, those of a condition within it too."""
    if isinstance(node, n.All):
        return tuple(clause for operand in node.operands for clause in clauses(operand))
    return (node,)


def excluding(node: n.Node, known: Known = nothing_known, *given: Logic) -> tuple[n.Node, ...]:
    """Return the fewest clauses of a condition that exclude one another; none where none do.

    Leaving out any of them, the others could be true together.
    """
    kept = list(clauses(node))
    logic = [claims(clause, known) for clause in kept]
    if not never(Joined(True, tuple(logic)), *given):
        return ()
    for index in reversed(range(len(kept))):
        rest = logic[:index] + logic[index + 1 :]
        if never(Joined(True, tuple(rest)), *given):
            del kept[index], logic[index]
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is left of a term: whether it can be missing, and its values of each sort."""

    missing: bool
    values: Mapping[str, Ranges] = field(default_factory=dict)
    tests: frozenset[TextTest] = frozenset()

    @property
    def is_possible(self) -> bool:
        if self.missing:
            return True
        if any(values.is_empty for values in self.values.values()):
            return False
        return not self.tests or _passable(self.values.get("text"), self.tests)


_State = dict[str, _Known]


@dataclass(frozen=True, slots=True)
class Premise:
    """What is known where some conditions are true, to be asked often what follows from it.

    Attributes:
        state: what is left of each term; None where the conditions are never true together.
        choices: the conditions joined by ``or`` that are still open.
        terms: every term that is spoken of.
    """

    state: _State | None
    choices: tuple[Joined, ...]
    terms: frozenset[str]

    @classmethod
    def of(cls, *conditions: Logic) -> Premise:
        """Take conditions to be true."""
        state: _State = {}
        choices = _taken(conditions, state)
        if choices is None or not _Search().possible(choices, state):
            return cls(None, (), frozenset())
        return cls(state, tuple(choices), frozenset(state).union(*map(terms, choices)))

    def implies(self, other: Logic) -> bool:
        """Say whether it is proven that a condition is true too."""
        if self.state is None:
            return True
        return not _Search().possible((negated(other), *self.choices), self.state)


def terms(logic: Logic) -> frozenset[str]:
    """Return the terms that a condition speaks of."""
    match logic:
        case Atom(holds):
            return frozenset((holds.term, *holds.needs))
        case Joined(_, parts):
            return frozenset().union(*map(terms, parts))
        case Fixed():
            return frozenset()


class _Search:
    """One search for values that make claims true."""

    def __init__(self) -> None:
        self._branches = 0

    def possible(self, parts: Iterable[Logic], state: _State | None = None) -> bool:
        """Say whether all parts can be true at once; true where that is not known."""
        found = dict(state or {})
        choices = _taken(parts, found)
        if choices is not None and len(choices) > 1:
            choices = _forced(choices, found)
        if choices is None:
            return False
        if not choices:
            return True
        self._branches += 1
        if self._branches > _MOST_BRANCHES:
            return True
        first, *rest = sorted(choices, key=lambda choice: len(choice.parts))
        return any(self.possible((part, *rest), found) for part in first.parts)


def _taken(parts: Iterable[Logic], state: _State) -> list[Joined] | None:
    """Take all claims into the state; return the choices that are open, None where it fails."""
    choices: list[Joined] = []
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        match part:
            case Fixed(value):
                if not value:
                    return None
            case Atom(holds):
                if not _take(holds, state):
                    return None
            case Joined(every=True):
                waiting += part.parts
            case Joined():
                choices.append(part)
    return choices


def _forced(choices: list[Joined], state: _State) -> list[Joined] | None:
    """Leave out the parts that cannot be true; take those that are the last of their choice."""
    changed = True
    while changed:
        changed = False
        left: list[Joined] = []
        for choice in choices:
            parts = tuple(part for part in choice.parts if _can_be(part, state))
            if not parts:
                return None
            if len(parts) > 1:
                left.append(Joined(False, parts))
                continue
            changed = True
            more = _taken(parts, state)
            if more is None:
                return None
            left += more
        choices = left
    return choices


def _can_be(part: Logic, state: _State) -> bool:
    match part:
        case Fixed(value):
            return value
        case Atom(holds):
            return _with(holds, state.get(holds.term)).is_possible
        case _:
            return True


def _take(claim: Claim, state: _State) -> bool:
    """Take a claim into the state; say whether a value is left."""
    found = state[claim.term] = _with(claim, state.get(claim.term))
    if not found.is_possible:
        return False
    for term in () if claim.missing else claim.needs:
        before = state.get(term, _Known(True))
        state[term] = _Known(False, before.values, before.tests)
        if not state[term].is_possible:
            return False
    return True


def _with(claim: Claim, before: _Known | None) -> _Known:
    """Return what is left of a term when a claim about it is true."""
    given = claim.given
    missing = claim.missing and given.missing and (before is None or before.missing)
    values = dict(before.values) if before is not None else {}
    tests = before.tests if before is not None else frozenset()
    for kind, allowed in ((given.kind, given.values), (claim.kind, claim.values)):
        if allowed is not r.EVERYTHING:
            values[kind] = values[kind].intersect(allowed) if kind in values else allowed
    if claim.whole and claim.kind in ("number", "date") and claim.kind in values:
        values[claim.kind] = values[claim.kind].whole()
    if claim.test is not None:
        tests |= {claim.test}
    return _Known(missing, values, tests)


# Texts


def _passable(values: Ranges | None, tests: frozenset[TextTest]) -> bool:
    """Say whether a text among some values can pass all tests; true where that is not known."""
    points = values.points if values is not None else None
    if points is not None and len(points) <= _MOST_POINTS:
        return any(isinstance(p, str) and all(_passes(p, t) for t in tests) for p in points)
    wanted = [test for test in tests if test.passes]
    if not _can_end(wanted):
        return False
    return not any(_follows(test, wanted) for test in tests if not test.passes)


def _passes(text: str, test: TextTest) -> bool:
    """Say whether a text passes a test; true where that is not known."""
    match test.name:
        case "contains":
            found = test.text in text
        case "starts with":
            found = text.startswith(test.text)
        case "ends with":
            found = text.endswith(test.text)
        case _:
            return True
    return found is test.passes


def _can_end(wanted: Sequence[TextTest]) -> bool:
    ends = [test.text for test in wanted if test.name == "ends with"]
    longest = max(ends, key=len, default="")
    return all(longest.endswith(end) for end in ends)


def _follows(refused: TextTest, wanted: Sequence[TextTest]) -> bool:
    """Say whether a text that passes the wanted tests passes one that it must not."""
    if any((test.name, test.text) == (refused.name, refused.text) for test in wanted):
        return True
    plain = [test for test in wanted if test.name in ("starts with", "ends with", "contains")]
    if refused.name == "contains":
        return any(refused.text in test.text for test in plain)
    if refused.name == "ends with":
        return any(test.name == "ends with" and test.text.endswith(refused.text) for test in plain)
    return False
