"""Text to the figure of an audit: ``rate(email_click, email_send)``."""

from __future__ import annotations

import re
from typing import Literal

from leadline.diagnostic import Code, Diagnostic, Place, did_you_mean
from leadline.document.values import Scalar
from leadline.expression import metrics as m
from leadline.expression import nodes as n
from leadline.expression import phrases as p
from leadline.expression.codes import NO_FIGURE, UNKNOWN_FUNCTION, WRONG_ARGUMENTS
from leadline.expression.parse import ExpressionError, check_depth, parse_written_figure
from leadline.expression.unparse import quoted_name
from leadline.expression.wording import shown

#: How each function of a metric is written, an example for each.
FIGURES = {
    "count": "count(webinar_attend)",
    "leads": "leads(webinar_attend)",
    "sum": "sum(amount of opportunity where won)",
    "rate": "rate(email_click, email_send)",
    "cost_per": "cost_per(demo_request)",
    "median_days": "median_days(offered_at, decided_at of handoff)",
    "acceptance": "acceptance()",
}
_ARGUMENTS = {"rate": 2, "median_days": 2, "acceptance": 0}
_RECORDS = ("opportunity", "handoff")
_PLURALS = {"opportunities": "opportunity", "handoffs": "handoff"}
_OF_RECORDS = "what is counted is a type of event, `opportunity`, `handoff` or `metric.NAME`"


def parse_metric(scalar: Scalar) -> m.Figure:
    """Parse a metric.

    Args:
        scalar: the text and where it stands.

    Returns:
        The figure, the names of fields not yet resolved; see ``resolve_metric``.

    Raises:
        ExpressionError: the text is no metric; the diagnostic has its true place.
    """
    called = re.match(r"\s*([^\W\d]\w*)\s*\(", scalar.text)
    if called and called[1] not in FIGURES:
        hint = did_you_mean(called[1], FIGURES)
        message = f"no metric is called `{called[1]}`"
        raise _refused(UNKNOWN_FUNCTION, message, scalar.span(*called.span(1)), hint)
    written = parse_written_figure(scalar)
    if not isinstance(written, p.WrittenFigure):
        raise _no_figure(written)
    return _figure(written)


def _figure(written: p.WrittenFigure) -> m.Figure:
    _counted(written)
    match written.function, written.arguments:
        case "rate", (top, bottom):
            return m.Rate(_amount(top), _amount(bottom))
        case "cost_per", (bottom,):
            return m.CostPer(_amount(bottom))
        case "median_days", (begin, end):
            return _median_days(written, begin, end)
        case "acceptance", ():
            return m.Acceptance()
        case _:
            return _amount(written)


def _counted(written: p.WrittenFigure) -> None:
    """Refuse a function with more or fewer arguments than it takes."""
    given, takes = len(written.arguments), _ARGUMENTS.get(written.function, 1)
    if given == takes:
        return
    message = f"`{written.function}` was given {given or 'no'} argument{'s' * (given != 1)}"
    hint = f"it is written `{FIGURES[written.function]}`"
    if takes == 1 and given > 1:
        hint += "; several types of events stand in brackets: `[email_open, email_click]`"
    raise _refused(WRONG_ARGUMENTS, message, written.place, hint)


def _amount(argument: p.Argument) -> m.Amount:
    match argument:
        case p.WrittenSource():
            return m.Count(_source(argument))
        case p.FieldOf():
            message = "a field alone is no amount"
            raise _refused(NO_FIGURE, message, argument.place, "write `sum(FIELD of RECORDS)`")
        case p.WrittenFigure("count" | "leads" | "sum" as function):
            _counted(argument)
            return _counting(function, argument)
    message = f"`{argument.function}` cannot stand in another metric"
    hint = "a rate and a cost are of what is counted: records, `count`, `leads` or `sum` of them"
    raise _refused(NO_FIGURE, message, argument.place, hint)


def _counting(function: Literal["count", "leads", "sum"], written: p.WrittenFigure) -> m.Amount:
    [of] = written.arguments
    match function, of:
        case (("count" | "leads"), p.WrittenSource()):
            source = _source(of)
            if function == "count":
                return m.Count(source)
            return m.Leads(_of_leads(source, "the rows of `metrics` are of no leads"))
        case "sum", p.WrittenSource():
            source = _source(of)
            if isinstance(source, m.MetricSource):
                return m.Count(source)  # its values are summed whichever of the two is written
        case "sum", p.FieldOf(value, records):
            check_depth(value)
            message = "the rows of `metrics` have no fields"
            return m.Sum(value, _of_leads(_source(records), message))
    message = f"`{function}` is not written so"
    hint = f"it is written `{FIGURES[function]}`"
    if function == "sum":
        hint += ", or `sum(metric.cost)`"
    raise _refused(WRONG_ARGUMENTS, message, of.place, hint)


def _of_leads(source: m.Source, message: str) -> m.EventSource | m.RecordSource:
    if isinstance(source, m.MetricSource):
        hint = f"what they add up to is `sum(metric.{quoted_name(source.name)})`"
        raise _refused(NO_FIGURE, message, source.place, hint)
    return source


def _median_days(written: p.WrittenFigure, begin: p.Argument, end: p.Argument) -> m.MedianDays:
    match begin, end:
        case p.WrittenSource(n.Name() | n.Call() as first, None), p.FieldOf(second, records):
            source = _source(records)
            if isinstance(source, m.RecordSource):
                check_depth(first)
                check_depth(second)
                return m.MedianDays(first, second, source)
            message = "days between two dates are known of opportunities and hand-overs alone"
            raise _refused(NO_FIGURE, message, records.place, _written_so("median_days"))
    message = "`median_days` is not written so"
    raise _refused(WRONG_ARGUMENTS, message, written.place, _written_so("median_days"))


def _source(written: p.WrittenSource) -> m.Source:
    if written.where is not None:
        check_depth(written.where)
    of = written.of
    if isinstance(of, p.Types):
        types = tuple(dict.fromkeys(map(_type, of.names)))
        if not types:
            raise _refused(NO_FIGURE, "the list of event types is empty", of.place, _OF_RECORDS)
        return m.EventSource(types, written.where, written.place)
    match of:
        case n.Name((("opportunity" | "handoff") as table,), quoted=False):
            return m.RecordSource(table, written.where, written.place)
        case n.Name(("metric", name)):
            if written.where is not None:
                message = "the rows of `metrics` have nothing to compare besides their program"
                hint = "leave the `where` out; `program:` of the audit says whose they are"
                raise _refused(NO_FIGURE, message, written.where.place, hint)
            return m.MetricSource(name, written.place)
    return m.EventSource((_type(of),), written.where, written.place)


def _type(node: n.Node) -> str:
    """Return the type of events that a name or a text says."""
    match node:
        case n.Text(text):
            return text
        case n.Name((word,), quoted=True):
            return word
        case n.Name(("metric",)):
            hint = "write which of them, such as `metric.cost`"
            raise _refused(NO_FIGURE, "`metric` alone is no record", node.place, hint)
        case n.Name((word,)) if word in _RECORDS:
            message = f"`{word}` cannot stand in a list: it is no type of event"
            hint = f"write it alone, such as `count({word})`"
            raise _refused(NO_FIGURE, message, node.place, hint)
        case n.Name((word,)) if word in _PLURALS:
            hint = f"write `{_PLURALS[word]}`; a type of event of this name stands in backquotes"
            raise _refused(NO_FIGURE, f"`{word}` cannot be counted", node.place, hint)
        case n.Name((word,)):
            return word
    raise _refused(NO_FIGURE, f"{shown(node)} cannot be counted", node.place, _counted_hint(node))


def _counted_hint(node: n.Node) -> str:
    match node:
        case n.Name((first, _)) if first in ("metrics", "metric"):
            return "what was imported is written `metric.NAME`"
        case n.Name((_, _)):
            return f"{_OF_RECORDS}; fields stand behind `where`"
        case n.Arithmetic("/", n.Name(), n.Name()):
            return f"one over another is `rate({node.left}, {node.right})`"
        case n.Arithmetic("-", n.Name((first,)), n.Name((last,))):
            return f"a name with a hyphen stands in backquotes: `` `{first}-{last}` ``"
        case n.Any(operands):
            names = ", ".join(str(o) for o in operands if isinstance(o, n.Name))
            return f"several types stand in brackets: `[{names or 'email_open, email_click'}]`"
        case n.Call(function):
            return did_you_mean(function, FIGURES)
    return _OF_RECORDS


def _no_figure(written: p.FieldOf | p.WrittenSource) -> ExpressionError:
    """Return what is wrong with records of which no figure is asked."""
    if isinstance(written, p.FieldOf):
        message = "this is a field, not what is made of it"
        return _refused(NO_FIGURE, message, written.place, _written_so("sum"))
    source = _source(written)
    match source:
        case m.EventSource((name,), None):
            meant = f"count({quoted_name(name)})"
        case m.RecordSource(name, None):
            meant = f"count({name})"
        case m.MetricSource(name):
            meant = f"sum(metric.{quoted_name(name)})"
        case _:
            meant = "count(..)"
    message = "this says which records, not what is made of them"
    return _refused(NO_FIGURE, message, written.place, f"how many they are is `{meant}`")


def _written_so(function: str) -> str:
    return f"it is written `{FIGURES[function]}`"


def _refused(code: Code, message: str, place: Place, hint: str) -> ExpressionError:
    return ExpressionError(Diagnostic(code, message, place, hint))
