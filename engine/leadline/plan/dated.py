"""What in a ruleset looks different on another date, events aside: fields, counts, the date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadline.expression.catalog import Catalog
from leadline.expression.functions import Function
from leadline.expression.nodes import Call, EventCount, Field, Node, walk
from leadline.plan import needs

_OF_LEADS = ("lead", "account", "tag")


@dataclass(frozen=True, slots=True)
class Dated:
    """What some expressions ask for that can change while no event happens.

    Attributes:
        fields: the lead, account and tag fields with a history.
        steady: those without.
        counts: whether events are counted.
        today: whether the date itself is asked for.
    """

    fields: tuple[Field, ...]
    steady: tuple[Field, ...]
    counts: bool
    today: bool

    @property
    def changes(self) -> bool:
        """Whether the expressions can change their answer without an event that they look at."""
        return bool(self.fields) or self.counts or self.today


def dated(nodes: Iterable[Node], catalog: Catalog, functions: Mapping[str, Function]) -> Dated:
    """Say what some expressions ask for that can change while no event happens."""
    every = tuple(nodes)
    history = {name.casefold() for name in catalog.history_fields}
    fields = needs.fields_of(every, _OF_LEADS)
    moving = tuple(field for field in fields if _has_history(field, history))
    parts = [part for node in every for part in walk(node)]
    return Dated(
        moving,
        tuple(field for field in fields if field not in moving),
        any(isinstance(part, EventCount) for part in parts),
        any(isinstance(p, Call) and "{as_of}" in functions[p.function].sql for p in parts),
    )


def _has_history(field: Field, history: set[str]) -> bool:
    match field.scope:
        case "tag":
            return True
        case "account":
            return "account_id" in history
        case _:
            return field.column.casefold() in history
