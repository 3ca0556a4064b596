"""What an expression can see: tables, scores, defines, functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from leadline.expression import nodes as n
from leadline.expression.catalog import Catalog, Column
from leadline.expression.functions import Function, function_table
from leadline.expression.patterns import pattern_error

#: The table that each first part of a dotted name reads.
TABLES = {"asset": "assets", "lead": "leads", "account": "accounts", "tag": "lead_tags"}
#: The table whose columns stand bare, by the records that an expression is about.
RECORDS = {"event": "events", "opportunity": "opportunities", "handoff": "handoffs"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can see.

    Attributes:
        what: what the expression is, for messages: ``the rule `demo` ``.
        tables: the dotted first parts that are visible.
        records: what bare names are columns of, a table of records; ``""``: there are none.
        counts: ``count(..)`` is possible.
        segments: ``quiet``, ``change`` and ranks are possible.
        model: which of ``stage`` and ``matrix`` are known.
        scores: the names behind ``score.``.
        keyed_scores: those of them with ``per``, which have no single value.
        grades: the names behind ``grade.``.
        named: what ``stage``, ``matrix`` and each ``grade.x`` can be, where that is known.
        catalog: the data's columns; None checks no names.
        defines: the expressions under ``define``, as parsed.
        broken: the names under ``define`` that something is wrong with, said elsewhere.
        set_tags: the tags that the ruleset's own automations set.
        words: words that mean something besides names, for hints (``day`` in a limit).
        functions: the functions by name.
        pattern_error: says what is wrong with a pattern, or None.
    """

    what: str
    tables: tuple[str, ...] = ()
    records: Literal["", "event", "opportunity", "handoff"] = ""
    counts: bool = False
    segments: bool = False
    model: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    keyed_scores: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    catalog: Catalog | None = None
    defines: Mapping[str, n.Node] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    set_tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    functions: Mapping[str, Function] = field(default_factory=function_table)
    pattern_error: Callable[[str], str | None] = pattern_error

    def column(self, part: str, name: str) -> Column | None:
        """Return the column that ``part.name`` reads, or None; ``records`` are a part too."""
        table = self.catalog.table(_table(part)) if self.catalog else None
        return table.column(name) if table else None

    def columns(self, part: str) -> tuple[str, ...]:
        """Return the names of the columns behind ``part.``."""
        if self.catalog is None:
            return ()
        if part == "tag":
            return self.catalog.tags
        table = self.catalog.table(_table(part))
        return tuple(column.name for column in table.columns) if table else ()

    def holding(self, name: str) -> str:
        """Return the dotted name, visible here, that somebody may have meant by a bare one."""
        for part in self.tables:
            if any(name.casefold() == column.casefold() for column in self.columns(part)):
                return f"{part}.{name}"
        if name in self.scores:
            return f"score.{name}"
        return ""


def _table(part: str) -> str:
    return TABLES.get(part) or RECORDS.get(part, "")
