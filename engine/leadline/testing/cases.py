"""Cases as values: what is given, on which date, and what is expected of the scores.

::

    CaseFile          a test file: its ruleset, its cases
      Case            rows that are given, a date, expectations
        Row, Cell     a row of a table, as texts
        Expectation   one thing that has to be so
    Batch             cases of one date whose rows lie side by side in one store
      Results         the batch evaluated: relations that can be read
        Unmet         an expectation that is not met

Everything in them is as the file says it, ids included. In a batch's store ids carry the number
of their case (``mark``), so that cases do not meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from leadline.diagnostic import Place
from leadline.expression.catalog import Catalog
from leadline.plan.clock import AsOf
from leadline.plan.steps import Plan
from leadline.report.listing import decimal
from leadline.ruleset.extensions import NO_EXTENSIONS, Extensions
from leadline.ruleset.model import Ruleset
from leadline.sql.query import Query
from leadline.store import Store

#: What stands between the number of a case and an id of it: a control character, which YAML
#: refuses, and not the one that marks views.
MARK = "\x1e"

#: What an expectation writes where nothing is to be there.
NONE = "none"

Kind = Literal[
    "score", "grade", "matrix", "stage", "stages", "segment", "fired", "absent", "committee"
]
#: A stage that a lead came through; without ``entered_at`` (UTC as the file writes it) any time.
Passed = tuple[str, str | None]
Expected = str | float | bool | tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row: a text, several of a list, or None where it is missing.

    ``place`` is that of the value, ``named`` that of the column's name.
    """

    column: str
    value: str | tuple[str, ...] | None
    place: Place = field(compare=False, repr=False)
    named: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; columns that it does not give are missing."""

    table: str
    cells: tuple[Cell, ...]
    place: Place = field(compare=False, repr=False)

    def cell(self, column: str) -> Cell | None:
        """Return the cell of a column, matched without regard to case; None where none is."""
        folded = column.casefold()
        return next((cell for cell in self.cells if cell.column.casefold() == folded), None)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a case expects of a lead or an account.

    Attributes:
        of: whether ``id`` is a lead or an account.
        id: the lead_id or account_id as the file writes it.
        kind: what is expected; see below.
        name: the score of ``score``, ``grade`` and ``committee``; the segment of ``segment``;
            ``SCORE.RULE`` of ``fired``; an account score of an account's ``stage``. Empty for
            a lead's ``matrix``, ``stage``, ``stages`` and ``absent``, and where *no* segment or
            *no* rule is expected (``segments: []``, ``fired: []``).
        per: the value of ``per`` of ``score`` and ``grade``; empty for a score without.
        value: what is expected. ``score``: the number, or ``none`` for no value of ``per``;
            ``grade``, ``matrix``, ``stage``: the word, or ``none``; ``segment``, ``fired``: whether
            it is so; ``committee``: the flag; ``absent``: true; ``stages``: all that the lead has
            come through, in order.
        place: where the file says it.
    """

    of: Literal["lead", "account"]
    id: str
    kind: Kind
    name: str
    per: str
    value: Expected
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A case: rows (those of its fixtures first), a date, expectations.

    ``on`` is a date or an instant as the file writes it; ``place`` is that of the name.
    """

    name: str
    rows: tuple[Row, ...]
    on: str
    expectations: tuple[Expectation, ...]
    note: str = ""
    place: Place = field(default=Place("", 1, 1, 1, 1), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A test file as read: the cases for one ruleset. ``text`` is what places count in."""

    file: str
    text: str
    ruleset: Path
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases of one date, their rows side by side in one store.

    Attributes:
        on: the date as the cases write it.
        as_of: the same in the model's timezone.
        cases: the cases; a case's number is its index.
        store: holds the rows of all of them; the caller of ``batches`` closes it.
        catalog: its columns, those that only the ruleset names included.
        keys: the columns that carry the number of the case: ``lead_id``, ``account_id``, ...
        extensions: what plugins add to the language.
    """

    on: str
    as_of: AsOf
    cases: tuple[Case, ...]
    store: Store
    catalog: Catalog
    keys: frozenset[str]
    extensions: Extensions = NO_EXTENSIONS

    def mark(self, number: int, column: str, id: str) -> str:
        """Return an id as the store has it, given the number of its case."""
        return f"{number}{MARK}{id}" if column in self.keys else id


@dataclass(frozen=True, slots=True)
class Results:
    """A batch evaluated with a ruleset: the relations of ``plan`` can be read from its store.

    Attributes:
        batch: the cases.
        ruleset: the model.
        plan: what was computed of the date.
        query: the same as SQL, as it was run last.
        past: whether what the cases ask of the past can be read too.

    ``stand_ins`` are rules that stand for another: `SCORE.RULE` to the name that cases know.
    """

    batch: Batch
    ruleset: Ruleset
    plan: Plan
    query: Query
    past: bool
    stand_ins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that is not met, and what is there instead (``none`` for nothing)."""

    case: Case
    expectation: Expectation
    actual: str

    @property
    def place(self) -> Place:
        """Where the file expects it."""
        return self.expectation.place

    @property
    def subject(self) -> str:
        """The lead or account."""
        return self.expectation.id

    @property
    def what(self) -> str:
        """What is expected, in the file's words: ``readiness``, ``interest: analytics``, ..."""
        return what_of(self.expectation)

    @property
    def expected(self) -> str:
        """The expected value as text."""
        return expected_text(self.expectation)


def what_of(expectation: Expectation) -> str:
    """Return what an expectation is about, in the words of the file."""
    kind, name = expectation.kind, expectation.name
    match kind:
        case "score":
            return f"{name}: {expectation.per}" if expectation.per else name
        case "grade":
            return f"grade of {name}" + (f": {expectation.per}" if expectation.per else "")
        case "committee":
            return f"committee of {name}"
        case "segment":
            return f"segment {name}" if name else "segments"
        case "fired":
            return f"rule {name}" if name else "rules"
        case "stage" if name:
            return f"stage by {name}"
        case "absent":
            return "scored"
        case _:
            return kind


def expected_text(expectation: Expectation) -> str:
    """Return what an expectation expects as a short text."""
    value = expectation.value
    match expectation.kind:
        case "segment":
            return ("in" if value else "not in") if expectation.name else NONE
        case "fired":
            return ("fired" if value else "not fired") if expectation.name else NONE
        case "absent":
            return "absent"
        case "stages":
            return path_text(value if isinstance(value, tuple) else ())
        case _ if isinstance(value, bool):
            return "true" if value else "false"
        case _ if isinstance(value, float):
            return decimal(value)
        case _:
            return str(value)


def path_text(passed: tuple[Passed, ...]) -> str:
    """Return the stages a lead came through as a short text."""
    steps = [f"{stage} {at}" if at else stage for stage, at in passed]
    return ", ".join(steps) or NONE
