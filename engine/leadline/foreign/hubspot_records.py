"""What HubSpot calculates from one record or event: points under conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from leadline.expression.nodes import Node
from leadline.foreign import expressions as e
from leadline.foreign.hubspot_conditions import condition, disjoint
from leadline.foreign.reading import Json, Losses

#: The keys of each type of calculation.
_KEYS = {
    "CONSTANT": ("id", "type", "value"),
    "CONDITIONAL": ("id", "type", "value", "whereCondition"),
    "MATCH": ("defaultValue", "id", "matchRules", "property", "type"),
    "MULTI": ("calculators", "id", "type"),
}
_SINGLE = ("filterType", "operation", "property", "type")
_COMPOSITE = ("conditions", "operator", "type")


@dataclass(frozen=True, slots=True)
class Value:
    """Points under a condition; None is always."""

    condition: Node | None
    points: float
    title: str
    alone: bool = True


class Records:
    """Reads calculations over one record.

    Args:
        losses: where to note what cannot be expressed.
    """

    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def values(self, calculation: Json, scope: str) -> list[Value]:
        """Return the points that a calculation gives, each under its condition.

        Args:
            calculation: ``{type, ...}``.
            scope: the table that its properties are columns of; ``""`` for the event.
        """
        kind, value = calculation.text("type"), calculation.number("value")
        if kind in _KEYS:
            self._losses.unknown_keys(calculation, _KEYS[kind])
        match kind:
            case "CONSTANT" if value is not None:
                return [Value(None, value, "")]
            case "CONDITIONAL" if value is not None:
                return self._conditional(calculation, value, scope)
            case "MATCH":
                return self._match(calculation, scope)
            case "MULTI":
                calculators = calculation.get("calculators")
                parts = calculators.items() if calculators is not None else ()
                found = [each for part in parts for each in self.values(part, scope)]
                return [replace(each, alone=False) for each in found]
            case "SEGMENT_MEMBERSHIP":
                reason = "leadline knows no HubSpot segments: load the membership as a tag or field"
                self._losses.say(calculation, f"{reason}, and write a fact over it")
                return []
        self._losses.say(calculation, f"there is no rule for a calculation {kind or 'of no type'}")
        return []

    def _conditional(self, calculation: Json, value: float, scope: str) -> list[Value]:
        where = calculation.get("whereCondition")
        asked = self._all_of(where, scope) if where is not None else None
        if asked is None:
            return []
        title = " ".join(dict.fromkeys(name for name, _ in asked))
        return [Value(e.all_of(each for _, each in asked), value, title)]

    def _all_of(self, where: Json, scope: str) -> list[tuple[str, Node]] | None:
        """Return the conditions of a composite, each with the property that it is about."""
        found: list[tuple[str, Node]] = []
        for single in self._singles(where):
            self._losses.unknown_keys(single, _SINGLE)
            name = single.text("property")
            operation = single.get("operation")
            if not name or operation is None:
                self._losses.say(single, "a condition without a property; its rule was left out")
                return None
            asked = condition(operation, e.column(scope, name), self._losses)
            if asked is None:
                return None
            found.append((name, asked))
        if not found:
            self._losses.say(where, "no conditions; the rule was left out")
        return found or None

    def _singles(self, where: Json) -> Iterator[Json]:
        """Yield the single conditions of a composite, all of which must hold."""
        inner = where.get("conditions")
        if inner is None:
            yield where
            return
        self._losses.unknown_keys(where, _COMPOSITE)
        if where.text("operator") not in ("", "AND"):
            self._losses.say(where, f"{where.text('operator')} of conditions was read as AND")
        for each in inner.items():
            yield from self._singles(each)

    def _match(self, calculation: Json, scope: str) -> list[Value]:
        """Return the values of a property: the first rule that matches gives the points."""
        name = calculation.text("property")
        if not name:
            self._losses.say(calculation, "a match without a property; it was left out")
            return []
        rules = calculation.get("matchRules")
        column = e.column(scope, name)
        found: list[Value] = []
        before: list[tuple[Json, Node]] = []
        for rule in rules.items() if rules is not None else ():
            self._losses.unknown_keys(rule, ("operation", "value"))
            operation, points = rule.get("operation"), rule.number("value")
            if operation is None or points is None:
                self._losses.say(rule, "a match without an operation or a value")
                continue
            asked = condition(operation, column, self._losses)
            if asked is None:
                continue
            earlier = [said for other, said in before if not disjoint(other, operation)]
            first = e.all_of([asked, e.none_of(earlier)]) if earlier else asked
            found.append(Value(first, points, f"{name} {_values_of(operation)}"))
            before.append((operation, asked))
        default = calculation.number("defaultValue")
        if default:
            none = e.none_of(said for _, said in before) if before else None
            found.append(Value(none, default, f"{name} other"))
        return found


def _values_of(operation: Json) -> str:
    """Return the values an operation asks for, as words for a name."""
    words = [*operation.texts("values")[:2], operation.text("value")]
    words += [operation.text("lowerBound"), operation.text("upperBound")]
    said = " ".join(word for word in words if word)
    return said or operation.text("operator")
