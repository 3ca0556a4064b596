"""The names in a metric resolved, and the types of its fields checked.

Bare names over events are columns of the events; ``asset.``, ``lead.``, ``account.`` and ``tag.``
are as in rules. Bare names over opportunities and hand-overs are columns of that table: their
:class:`~leadline.expression.nodes.Field` has the scope ``opportunity`` or ``handoff``, beside
``lead``, ``account`` and ``tag``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from leadline.diagnostic import Diagnostic
from leadline.expression import metrics as m
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.codes import WRONG_TYPE
from leadline.expression.scope import Scope
from leadline.expression.types import resolve, resolve_any
from leadline.expression.wording import a, shown

_OF_A_RECORD = ("lead", "account", "tag")
_MOMENTS = (Type.DATE, Type.INSTANT)

_Records = TypeVar("_Records", bound=m.EventSource | m.RecordSource)


@dataclass(frozen=True, slots=True)
class ResolvedMetric:
    """A figure with every name resolved, and what is wrong with it."""

    figure: m.Figure
    diagnostics: tuple[Diagnostic, ...]


def resolve_metric(figure: m.Figure, scope: Scope) -> ResolvedMetric:
    """Resolve the names of a metric and check its types.

    Args:
        figure: the figure as parsed.
        scope: what an expression over events can see; what one over opportunities or hand-overs
            can follows from it.

    Returns:
        The figure; where diagnostics are not empty it must not be computed.
    """
    resolver = _Resolver(scope)
    resolved = resolver.figure(figure)
    return ResolvedMetric(resolved, tuple(resolver.diagnostics))


class _Resolver:
    """Resolves the parts of one figure, gathering every mistake on the way."""

    def __init__(self, scope: Scope) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._scope = scope

    def figure(self, figure: m.Figure) -> m.Figure:
        match figure:
            case m.Count() | m.Leads() | m.Sum():
                return self._amount(figure)
            case m.Rate(top, bottom):
                return m.Rate(self._amount(top), self._amount(bottom))
            case m.CostPer(bottom):
                return m.CostPer(self._amount(bottom))
            case m.MedianDays():
                return self._median_days(figure)
            case m.Acceptance():
                return figure
            case _:
                assert_never(figure)

    def _amount(self, amount: m.Amount) -> m.Amount:
        match amount:
            case m.Count(source):
                return m.Count(source if isinstance(source, m.MetricSource) else self._kept(source))
            case m.Leads(source):
                return m.Leads(self._kept(source))
            case m.Sum(value, source):
                return m.Sum(self._typed(value, source, Type.NUMBER), self._kept(source))
            case _:
                assert_never(amount)

    def _kept(self, source: _Records) -> _Records:
        if source.where is None:
            return source
        return replace(source, where=self._typed(source.where, source, Type.TRUTH))

    def _typed(self, node: n.Node, source: _Records, expected: Type) -> n.Node:
        resolved = resolve(node, self._of(source), expected)
        self.diagnostics.extend(resolved.diagnostics)
        return resolved.node

    def _median_days(self, figure: m.MedianDays) -> m.MedianDays:
        scope = self._of(figure.source)
        pair = [resolve_any(node, scope) for node in (figure.begin, figure.end)]
        expected = Type.DATE if Type.DATE in {part.type for part in pair} else Type.INSTANT
        for part in pair:
            self.diagnostics.extend(part.diagnostics)
            if part.type not in (*_MOMENTS, Type.EMPTY):
                message = f"{shown(part.node)} is {a(part.type)}, where a date is needed"
                hint = "days are counted from one date to another, such as `offered_at`"
                self.diagnostics.append(Diagnostic(WRONG_TYPE, message, part.node.place, hint))
        source = self._kept(figure.source)
        if self.diagnostics:
            return figure
        begin, end = (resolve(node, scope, expected).node for node in (figure.begin, figure.end))
        return m.MedianDays(begin, end, source)

    def _of(self, source: _Records) -> Scope:
        """Return what an expression over these records can see."""
        match source:
            case m.EventSource():
                return self._scope
            case m.RecordSource(table):
                return replace(self._scope, tables=_OF_A_RECORD, records=table)
