"""Metrics: text to figure, names to fields, and how tightly each part is read."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.expression.expressions import EXPRESSIONS, TOKENS
from tests.expression.reading import CATALOG, OF_EVENTS, parsed, scalar
from tests.expression.test_parse import read_or_mistake

from leadline.diagnostic import Place
from leadline.expression import metrics as m
from leadline.expression import nodes as n
from leadline.expression.catalog import Column, Table, Type
from leadline.expression.metrics_parse import FIGURES, parse_metric
from leadline.expression.metrics_resolve import resolve_metric
from leadline.expression.unparse import unparse

HERE = Place("f", 1, 1, 1, 1)
COLUMNS = {
    "opportunities": {
        "created_at": Type.INSTANT,
        "closed_at": Type.INSTANT,
        "signed_on": Type.DATE,
        "amount": Type.NUMBER,
        "won": Type.TRUTH,
    },
    "handoffs": {
        "offered_at": Type.INSTANT,
        "decided_at": Type.INSTANT,
        "accepted": Type.TRUTH,
        "expired_at": Type.EMPTY,
    },
}
SCOPE = replace(
    OF_EVENTS,
    counts=False,
    catalog=replace(
        CATALOG,
        tables=(
            *CATALOG.tables,
            *(
                Table(name, tuple(Column(column, type_) for column, type_ in columns.items()))
                for name, columns in COLUMNS.items()
            ),
        ),
    ),
)


def events(*types: str, where: str = "") -> m.EventSource:
    return m.EventSource(types, parsed(where) if where else None, HERE)


def records(table: str, where: str = "") -> m.RecordSource:
    condition = parsed(where) if where else None
    if table == "handoff":
        return m.RecordSource("handoff", condition, HERE)
    return m.RecordSource("opportunity", condition, HERE)


def name(text: str) -> n.Name:
    return n.Name((text,), False, HERE)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("count(email_click)", m.Count(events("email_click"))),
        (" count ( email_click ) ", m.Count(events("email_click"))),
        ("count([a, `b c`, \"d e\", a])", m.Count(events("a", "b c", "d e"))),
        ("count(a where truth or not text is b)",
         m.Count(events("a", where="truth or not text is b"))),
        ("leads([a, b] where text in [x, y])",
         m.Leads(events("a", "b", where="text in [x, y]"))),
        ("count(opportunity where won)", m.Count(records("opportunity", "won"))),
        ("count(`opportunity`)", m.Count(events("opportunity"))),
        ('count(["handoff", where, of, count])',
         m.Count(events("handoff", "where", "of", "count"))),
        ("count(metric.cost)", m.Count(m.MetricSource("cost", HERE))),
        ("sum(metric.`ad spend`)", m.Count(m.MetricSource("ad spend", HERE))),
        ("sum(amount * 2 of opportunity where amount > 3)",
         m.Sum(parsed("amount * 2"), records("opportunity", "amount > 3"))),
        ("rate(a, b)", m.Rate(m.Count(events("a")), m.Count(events("b")))),
        ("rate(a where truth, leads(b where text is x))",
         m.Rate(m.Count(events("a", where="truth")), m.Leads(events("b", where="text is x")))),
        ("cost_per(leads(opportunity))", m.CostPer(m.Leads(records("opportunity")))),
        ("median_days(offered_at, decided_at of handoff where accepted)",
         m.MedianDays(name("offered_at"), name("decided_at"), records("handoff", "accepted"))),
        ("acceptance()", m.Acceptance()),
    ],
)  # fmt: skip
def test_a_metric_is_read(text: str, figure: m.Figure) -> None:
    assert parse_metric(scalar(text)) == figure


@pytest.mark.parametrize("function", FIGURES)
def test_how_a_function_is_said_to_be_written_is_how_it_is_read(function: str) -> None:
    figure = parse_metric(scalar(FIGURES[function]))

    assert resolve_metric(figure, SCOPE).diagnostics == ()


@given(EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_a_condition_is_read_as_it_is_alone(node: n.Node) -> None:
    text = f"rate(email_click where {unparse(node)}, email_send)"

    assert parse_metric(scalar(text)) == m.Rate(
        m.Count(m.EventSource(("email_click",), node, HERE)), m.Count(events("email_send"))
    )


@given(st.text(max_size=80) | TOKENS, st.sampled_from([*FIGURES, "median", ""]))
@settings(max_examples=200, deadline=2_000)
def test_any_text_is_a_metric_or_a_mistake_in_it(text: str, function: str) -> None:
    figure, mistake = read_or_mistake(parse_metric, f"{function}({text})" if function else text)
    said = (mistake,) if mistake else resolve_metric(cast(m.Figure, figure), SCOPE).diagnostics
    for found in said:
        assert found.message
        assert found.place is not None


def test_names_mean_the_columns_of_the_records() -> None:
    text = "rate(count(open where lead.country is DE), sum(amount of opportunity where won))"
    resolved = resolve_metric(parse_metric(scalar(text)), SCOPE)

    assert resolved.diagnostics == ()
    fields = [field for node in m.nodes(resolved.figure) for field in n.fields(node)]
    assert [(field.scope, field.column, field.type) for field in fields] == [
        ("lead", "country", Type.TEXT),
        ("opportunity", "amount", Type.NUMBER),
        ("opportunity", "won", Type.TRUTH),
    ]


@pytest.mark.parametrize(
    ("pair", "forms"),
    [
        ("created_at, closed_at of opportunity", (n.Field, n.Field)),
        ("created_at, signed_on of opportunity", (n.LocalDate, n.Field)),
        ("offered_at, expired_at of handoff", (n.Field, n.Field)),
    ],
)
def test_both_ends_of_a_time_are_of_one_type(
    pair: str, forms: tuple[type[n.Node], type[n.Node]]
) -> None:
    resolved = resolve_metric(parse_metric(scalar(f"median_days({pair})")), SCOPE)

    assert resolved.diagnostics == ()
    assert isinstance(resolved.figure, m.MedianDays)
    ends = (resolved.figure.begin, resolved.figure.end)
    assert tuple(map(type, ends)) == forms
    assert len({field.type for end in ends for field in n.fields(end)} - {Type.INSTANT}) <= 1


def test_every_mistake_of_a_metric_is_said() -> None:
    text = "rate(a where ulr is x, sum(text of b where number))"
    found = resolve_metric(parse_metric(scalar(text)), SCOPE).diagnostics

    assert [one.code for one in found] == ["LL040", "LL041", "LL041"]
    assert [
        text[one.place.column - 1 : one.place.end_column - 1] for one in found if one.place
    ] == [
        "ulr",
        "text",
        "number",
    ]


def test_without_columns_every_name_is_taken() -> None:
    figure = parse_metric(scalar("sum(anything of opportunity where whatever is x)"))

    assert resolve_metric(figure, replace(SCOPE, catalog=None)).diagnostics == ()


def test_records_are_found_again() -> None:
    figure = parse_metric(scalar("rate(sum(metric.cost), leads(opportunity))"))

    assert m.sources(figure) == (m.MetricSource("cost", HERE), records("opportunity"))
    assert m.reads_metrics(figure)
    assert m.reads_metrics(parse_metric(scalar("cost_per(a)")))
    assert not m.reads_metrics(parse_metric(scalar("acceptance()")))
