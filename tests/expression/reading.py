"""Texts as the parser takes them, and data for them to be about."""

from __future__ import annotations

from leadline.document.source import source_of
from leadline.document.values import Raw, Scalar
from leadline.expression import nodes as n
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.expression.parse import parse_expression
from leadline.expression.scope import Scope
from leadline.expression.types import resolve_any

COLUMNS = {
    "text": Type.TEXT,
    "other text": Type.TEXT,
    "number": Type.NUMBER,
    "other": Type.NUMBER,
    "truth": Type.TRUTH,
    "born": Type.DATE,
    "instant": Type.INSTANT,
    "topics": Type.LIST,
    "empty": Type.EMPTY,
    "in": Type.TEXT,
}
CATALOG = Catalog(
    (
        Table("events", tuple(Column(name, type_) for name, type_ in COLUMNS.items())),
        Table("leads", (Column("country", Type.TEXT), Column("Job Title", Type.TEXT))),
        Table("assets", (Column("kind", Type.TEXT),)),
    )
)
OF_EVENTS = Scope("a test", ("asset", "lead", "tag"), records="event", counts=True, catalog=CATALOG)
OF_SEGMENTS = Scope(
    "a test",
    ("lead", "tag"),
    counts=True,
    segments=True,
    model=("stage", "matrix"),
    scores=("readiness", "fit"),
    grades=("fit",),
    catalog=CATALOG,
)


def scalar(text: str) -> Scalar:
    """Return a text as a scalar that is the whole of a file."""
    source = source_of("f", text)
    return Scalar(text, source.place(0, len(text)), "plain", None, Raw(source, 0, len(text)))


def parsed(text: str) -> n.Node:
    return parse_expression(scalar(text))


def resolved(text: str, scope: Scope = OF_EVENTS) -> n.Node:
    """Return a resolved expression about which nothing is said."""
    result = resolve_any(parsed(text), scope)
    assert result.diagnostics == (), text
    return result.node
