"""Which parts of a ruleset an expectation looks at: a mutant is tried where it can tell.

A part is a score (``score readiness``), ``stages``, ``matrix``, a segment (``segment hot``) or a
score of accounts (``account buying``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadline.expression.nodes import Field, Node, Rank, ScoreWindow, walk
from leadline.ruleset.model import FormulaScore, Ruleset
from leadline.testing.cases import Expectation

#: Stands for all parts.
EVERYTHING = "everything"


def changed_parts(base: Ruleset, other: Ruleset) -> frozenset[str]:
    """Return the parts in which two rulesets with the same names differ."""
    if (base.leads, base.ignore, base.visit_gap) != (other.leads, other.ignore, other.visit_gap):
        return frozenset((EVERYTHING,))
    named = [
        ("score", zip(base.scores, other.scores, strict=True)),
        ("segment", zip(base.segments, other.segments, strict=True)),
        ("account", zip(base.accounts, other.accounts, strict=True)),
    ]
    parts = {f"{kind} {a.name}" for kind, pairs in named for a, b in pairs if a != b}
    parts |= {"stages"} if base.stages != other.stages else set()
    parts |= {"matrix"} if base.matrix != other.matrix else set()
    return frozenset(parts)


def looked_at(expectation: Expectation, ruleset: Ruleset) -> frozenset[str]:
    """Return the parts that what an expectation is about comes from."""
    return frozenset(_closure(ruleset, _asked(expectation, ruleset)))


def _asked(expectation: Expectation, ruleset: Ruleset) -> Iterator[str]:
    name = expectation.name
    match expectation.kind:
        case "score" | "committee" | "stage" if expectation.of == "account":
            yield f"account {name}"
        case "score" | "grade":
            yield f"score {name}"
        case "fired" if name:
            yield f"score {name.partition('.')[0]}"
        case "fired":
            yield from (f"score {score.name}" for score in ruleset.scores)
        case "matrix":
            yield "matrix"
        case "stage" | "stages":
            yield "stages"
        case "segment" if name:
            yield f"segment {name}"
        case "segment":
            yield from (f"segment {segment.name}" for segment in ruleset.segments)
        case _:
            yield from ()


def _closure(ruleset: Ruleset, parts: Iterable[str]) -> set[str]:
    found = {EVERYTHING}
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting += _read_by(ruleset, part)
    return found


def _read_by(ruleset: Ruleset, part: str) -> Iterator[str]:
    kind, _, name = part.partition(" ")
    match kind:
        case "score":
            score = ruleset.score(name)
            if isinstance(score, FormulaScore):
                yield from _of_node(score.formula)
        case "matrix":
            yield from (f"score {axis.score}" for axis in ruleset.matrix or ())
        case "stages" if ruleset.stages is not None:
            if ruleset.stages.source.kind == "score":
                yield f"score {ruleset.stages.source.name}"
            if ruleset.stages.condition is not None:
                yield from _of_node(ruleset.stages.condition)
        case "segment":
            when = next(s.when for s in ruleset.segments if s.name == name)
            yield from _of_node(when)
        case "account":
            account = next(a for a in ruleset.accounts if a.name == name)
            yield f"score {account.of}"


def _of_node(node: Node) -> Iterator[str]:
    for part in walk(node):
        match part:
            case Field("score" | "grade", name):
                yield f"score {name}"
            case Field("model", "stage"):
                yield "stages"
            case Field("model", "matrix"):
                yield "matrix"
            case ScoreWindow(_, name) | Rank(_, _, _, name):
                yield f"score {name}"
