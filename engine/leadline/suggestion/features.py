"""What is fitted of a rule: what it gave a lead, in multiples of what its points say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from leadline.document import Document, Scalar
from leadline.expression.nodes import Arithmetic, Field, Minus, Node, Number, walk
from leadline.layout.finding import find
from leadline.layout.shape import shape_of
from leadline.panel import Panel
from leadline.plan import needs
from leadline.ruleset.model import EventRule, Fact, Rule, RuleScore
from leadline.ruleset.schema import RULESET_SCHEMA
from leadline.sql.panel import rule_column

Kind = Literal["points", "product", "factor", "bands"]

_PRODUCT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\s*\*\s*(?P<rest>.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Feature:
    """A rule as a feature of the fit.

    Attributes:
        rule: its name.
        path: the keys that lead to its points in the file.
        kind: how they are written: ``points`` is a number, ``product`` a number times something;
            of ``factor``, another expression, and of ``bands`` all is fitted with one factor.
        value: the number, or 1 for the factor.
        text: what stands behind the number of a product; the whole expression of a factor.
        bands: those of ``bands``.
        hidden: the fields that it reads and that the panel lacks, for want of a history.
    """

    rule: str
    path: tuple[str, ...]
    kind: Kind
    value: float
    text: str
    bands: tuple[tuple[int, float], ...]
    hidden: tuple[str, ...]

    @property
    def column(self) -> str:
        """The panel's column of what the rule gave."""
        return rule_column(self.rule)

    @property
    def unit(self) -> float:
        """What is divided by: what is left is how often the points were given."""
        return self.value if self.is_number else 1.0

    @property
    def is_number(self) -> bool:
        """Whether a number of points is fitted, and not a factor."""
        return self.kind in ("points", "product")


def features_of(panel: Panel, score: RuleScore) -> tuple[Feature, ...]:
    """Return the rules of a panel's score as features, in the order of the file."""
    document = panel.text.document
    assert document is not None  # noqa: S101 - it compiled
    hidden = {name.casefold() for name in panel.untrusted}
    return tuple(
        _feature(document, score.name, rule, hidden) for rule in needs.enabled(score.rules)
    )


def _feature(document: Document, score: str, rule: Rule, hidden: set[str]) -> Feature:
    above = ("scores", score, rule.head.section, rule.head.name)
    path, lacks = (*above, "points"), _hidden(rule, hidden)
    bands = rule.bands if isinstance(rule, EventRule) else ()
    if bands:
        return Feature(rule.head.name, (*above, "bands"), "bands", 1.0, "", bands, lacks)
    assert rule.points is not None  # noqa: S101 - without bands there are points
    number = _number(rule.points)
    if number is not None:
        return Feature(rule.head.name, path, "points", number, "", (), lacks)
    text = _text(document, path)
    found = _PRODUCT.match(text)
    if found is not None and isinstance(rule.points, Arithmetic) and rule.points.operator == "*":
        number = _number(rule.points.left)
        if number is not None:
            return Feature(rule.head.name, path, "product", number, found["rest"], (), lacks)
    return Feature(rule.head.name, path, "factor", 1.0, text, (), lacks)


def _number(node: Node) -> float | None:
    match node:
        case Number(value):
            return value
        case Minus(Number(value)):
            return -value
        case _:
            return None


def _text(document: Document, path: tuple[str, ...]) -> str:
    value = find(document, shape_of(RULESET_SCHEMA), path, new=False).part.value
    assert isinstance(value, Scalar)  # noqa: S101 - an expression is a text
    return value.text.strip()


def _hidden(rule: Rule, hidden: set[str]) -> tuple[str, ...]:
    """Return the fields of a rule that the panel lacks, each once."""
    nodes: list[Node | None] = [rule.points]
    if isinstance(rule, Fact):
        nodes.append(rule.when)
    elif isinstance(rule, EventRule):
        nodes.append(rule.where)
    names = [
        f"{part.scope}.{part.column}"
        for node in nodes
        if node is not None
        for part in walk(node)
        if isinstance(part, Field)
    ]
    return tuple(dict.fromkeys(name for name in names if name.casefold() in hidden))
