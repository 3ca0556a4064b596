"""How values are kept: a form is a DuckDB type that the store uses."""

from __future__ import annotations

from enum import Enum

from leadline.expression.catalog import Type


class Form(Enum):
    """A DuckDB type of the store; an instant is a TIMESTAMP that holds UTC."""

    TEXT = "VARCHAR"
    WHOLE = "BIGINT"
    NUMBER = "DOUBLE"
    TRUTH = "BOOLEAN"
    DATE = "DATE"
    INSTANT = "TIMESTAMP"
    LIST = "VARCHAR[]"

    @property
    def type(self) -> Type:
        """The type that the language sees."""
        return _TYPE[self]


_TYPE = {
    Form.TEXT: Type.TEXT,
    Form.WHOLE: Type.NUMBER,
    Form.NUMBER: Type.NUMBER,
    Form.TRUTH: Type.TRUTH,
    Form.DATE: Type.DATE,
    Form.INSTANT: Type.INSTANT,
    Form.LIST: Type.LIST,
}

#: The words that name a type in configuration.
TYPE_WORDS: dict[str, Type] = {
    "text": Type.TEXT,
    "number": Type.NUMBER,
    "truth": Type.TRUTH,
    "date": Type.DATE,
    "instant": Type.INSTANT,
    "list": Type.LIST,
}

_FORM = {
    Type.TEXT: Form.TEXT,
    Type.NUMBER: Form.NUMBER,
    Type.TRUTH: Form.TRUTH,
    Type.DATE: Form.DATE,
    Type.INSTANT: Form.INSTANT,
    Type.LIST: Form.LIST,
}


def form_of(type: Type) -> Form:
    """Return the form that a column of a known type is kept in."""
    return _FORM[type]


#: Pairs of forms of which one holds all that the other can say.
_WIDER = {
    frozenset((Form.WHOLE, Form.NUMBER)): Form.NUMBER,
    frozenset((Form.DATE, Form.INSTANT)): Form.INSTANT,
}


def widest(one: Form | None, other: Form | None) -> Form | None:
    """Return the narrowest form that holds the values of both; None is a column without any.

    The order of the two, and of any number of them, does not matter.
    """
    if one is None or other is None or one is other:
        return one or other
    return _WIDER.get(frozenset((one, other)), Form.TEXT)
