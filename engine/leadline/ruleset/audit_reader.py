"""What stands under ``audits``, in a ruleset or in the file beside it."""

from __future__ import annotations

import re
from datetime import date
from typing import cast, get_args

from leadline.diagnostic import Place, did_you_mean
from leadline.document.values import Entry, Mapping, Scalar
from leadline.expression import metrics as m
from leadline.expression.catalog import Type
from leadline.expression.metrics_parse import parse_metric
from leadline.expression.metrics_resolve import resolve_metric
from leadline.expression.parse import parse_days
from leadline.ruleset import codes
from leadline.ruleset.audits import Audit, Benchmark, Kind, Metric
from leadline.ruleset.reader import Reader
from leadline.ruleset.shapes import calendar_hint
from leadline.ruleset.written import read_figure

#: What these kinds follow where no metric is written.
_FOLLOWED = {"scoring": Metric("acceptance()", m.Acceptance())}
_FOLLOWED["assignment"] = _FOLLOWED["scoring"]
_SPAN = re.compile(r"\s*(\S+)\s+to\s+(\S+)\s*\Z")
_SUCH_AS = "such as `2025-12-01 to 2026-01-14`"


def read_audits(reader: Reader, root: Mapping) -> tuple[Audit, ...]:
    """Read the audits of a file, after its scores."""
    mapping = reader.mapping(root, "audits")
    entries = mapping.entries if mapping else ()
    reader.apart(entries, "audits")
    found = [_audit(reader, e, e.value) for e in entries if isinstance(e.value, Mapping)]
    return tuple(audit for audit in found if audit is not None)


def _audit(reader: Reader, entry: Entry, body: Mapping) -> Audit | None:
    name, kind = entry.key.text, reader.text(body, "kind")
    scope = reader.of_events(f"`group` of the audit `{name}`", counts=False)
    group = reader.expression(body, "group", scope, Type.TRUTH)
    score = _score(reader, body, kind)
    metric = _metric(reader, body, name)
    if body.get("metric") is None:
        metric = _FOLLOWED.get(kind)
        _say_no_metric(reader, entry, kind)
    benchmark = _benchmark(reader, body, name, metric)
    cadence = reader.phrase(body, "cadence", parse_days)
    _of_a_program(reader, body, (metric, benchmark.metric if benchmark else None))
    if metric is None or kind not in get_args(Kind):
        return None
    return Audit(
        name=name,
        kind=cast(Kind, kind),
        program=reader.text(body, "program") or None,
        score=score,
        group=group,
        started=reader.day(body, "started"),
        metric=metric,
        benchmark=benchmark,
        cadence=cadence,
        owner=reader.text(body, "owner"),
        review_by=reader.day(body, "review_by"),
        note=reader.text(body, "note"),
        place=entry.key.place,
    )


def _score(reader: Reader, body: Mapping, kind: str) -> str | None:
    scalar = reader.scalar(body, "score")
    if scalar is None or not scalar.text:
        return None
    if kind in get_args(Kind) and kind != "scoring":
        message = f"an audit of {kind} is of no score"
        hint = "write `kind: scoring`, or remove the key"
        reader.say(codes.AUDIT_SHAPE, message, reader.place(body, "score"), hint)
        return None
    if scalar.text not in reader.scores:
        hint = did_you_mean(scalar.text, reader.scores) or "the ruleset has no `scores:`"
        reader.say(codes.UNKNOWN_SCORE, f"no score is called `{scalar.text}`", scalar.place, hint)
        return None
    return scalar.text


def _say_no_metric(reader: Reader, entry: Entry, kind: str) -> None:
    if kind in get_args(Kind) and kind not in _FOLLOWED:
        message = f"the audit `{entry.key.text}` has no `metric`"
        hint = f"an audit of {kind} needs one, such as `metric: rate(email_click, email_send)`"
        reader.say(codes.NO_METRIC, message, entry.key.place, hint)


def _metric(reader: Reader, body: Mapping, name: str) -> Metric | None:
    scalar = reader.scalar(body, "metric")
    figure = reader.parsed(scalar, parse_metric) if scalar is not None else None
    if scalar is None or figure is None:
        return None
    scope = reader.of_events(f"the metric of the audit `{name}`", counts=False)
    resolved = resolve_metric(figure, scope)
    reader.diagnostics.extend(resolved.diagnostics)
    return None if resolved.diagnostics else Metric(scalar.text.strip(), resolved.figure)


def _of_a_program(reader: Reader, body: Mapping, metrics: tuple[Metric | None, ...]) -> None:
    """Refuse imported figures of a group: only a program has any."""
    imported = any(metric is not None and m.reads_metrics(metric.figure) for metric in metrics)
    if imported and body.get("group") and not body.get("program"):
        message = "a group has no rows in `metrics`: those of all programs would be taken"
        hint = "add `program:`, whose rows they are"
        reader.say(codes.AUDIT_SHAPE, message, reader.place(body, "metric"), hint)


# Benchmarks


def _benchmark(
    reader: Reader, audit: Mapping, name: str, metric: Metric | None
) -> Benchmark | None:
    entry = audit.get("benchmark")
    match entry.value if entry else None:
        case Scalar() as scalar:
            value = _value(reader, scalar, metric)
            return Benchmark(value, None, None) if value is not None else None
        case Mapping() as body if body.entries:
            return _written_out(reader, body, name, metric)
    return None


def _written_out(
    reader: Reader, body: Mapping, name: str, metric: Metric | None
) -> Benchmark | None:
    scalar, other = reader.scalar(body, "value"), _metric(reader, body, name)
    span = reader.scalar(body, "measured")
    measured = _span(reader, span) if span is not None and span.text else None
    if scalar is None and span is None:
        message = "the benchmark has no `value` and no `measured`"
        hint = f"write the figure, or the days that it is measured over, {_SUCH_AS}"
        reader.say(codes.BENCHMARK_SHAPE, message, body.place, hint)
        return None
    if scalar is not None and body.get("metric"):
        message = "the benchmark has a `value` and a `metric`: which of them is it?"
        reader.say(codes.BENCHMARK_SHAPE, message, reader.place(body, "metric"), "keep one of them")
        return None
    value = _value(reader, scalar, metric) if scalar is not None else None
    if value is None and (scalar is not None or measured is None):
        return None
    return Benchmark(value, measured, other)


def _value(reader: Reader, scalar: Scalar, metric: Metric | None) -> float | None:
    if not scalar.text:
        return None  # the schema has said so
    figure = read_figure(scalar.text)
    if figure is None:
        message = f"`{scalar.text}` is no figure"
        hint = "write a number such as `120`, or a share such as `2.1%`"
        reader.say(codes.BENCHMARK_SHAPE, message, scalar.place, hint)
        return None
    shares = metric is None or isinstance(metric.figure, m.Rate | m.Acceptance)
    if figure.share and not shares:
        message = f"`{scalar.text}` is a share, and `{metric.text if metric else ''}` is none"
        hint = "write the number that the metric would have given"
        reader.say(codes.BENCHMARK_SHAPE, message, scalar.place, hint)
        return None
    return figure.value


def _span(reader: Reader, scalar: Scalar) -> tuple[date, date] | None:
    written = _SPAN.match(scalar.text)
    if written is None:
        message = f"`{scalar.text}` is no span of days"
        reader.say(codes.SPAN_SHAPE, message, scalar.place, f"write first and last, {_SUCH_AS}")
        return None
    days = [_day(reader, written[at], scalar.span(*written.span(at))) for at in (1, 2)]
    first, last = days
    if first is None or last is None:
        return None
    if last < first:
        message = f"the last day {last} is before the first day {first}"
        reader.say(codes.EMPTY_SPAN, message, scalar.place, "exchange the two")
        return None
    return first, last


def _day(reader: Reader, text: str, place: Place) -> date | None:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        code, message = codes.SPAN_SHAPE, f"`{text}` is no date"
        hint = "write it year first: `2026-11-22`"
    except ValueError:
        code, message = codes.NO_SUCH_DAY, f"`{text}` is no day of the calendar"
        hint = calendar_hint(text)
    reader.say(code, message, place, hint)
    return None
