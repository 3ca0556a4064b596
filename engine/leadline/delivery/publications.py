"""What outputs publish, compiled: which lists of leads it takes, and what is told of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from leadline.diagnostic import Code, Diagnostic, did_you_mean
from leadline.document import Scalar
from leadline.engine.duckdb import Database
from leadline.expression.catalog import Catalog, Type
from leadline.expression.nodes import Field, Node
from leadline.expression.scope import Scope
from leadline.expression.typed import read_condition, read_value
from leadline.pipeline import RulesetText, scope_of_leads
from leadline.plan.listing import LeadsAsked
from leadline.plugin import Column, ColumnType
from leadline.project import OutputConfig
from leadline.publication import Publication
from leadline.ruleset.model import Ruleset
from leadline.settings import written
from leadline.sql import quote
from leadline.sql.listing import accounts_side_by_side
from leadline.store import Store
from leadline.store.published import Shelf, Wanted, begin_anew, day_held, note_day, want

NOT_PUBLISHABLE = Code("LL216", "not-publishable")

_REASONS = dict(zip(("reason_1", "reason_2", "reason_3"), ("most", "second", "third"), strict=True))
#: What there is of an account score: by what stands behind its name, the column, its type, what
#: it says.
_OF_ACCOUNT = {
    "": ("value", Type.NUMBER, "Account score {}"),
    "committee": ("committee", Type.TRUTH, "Whether the account score {} sees a buying committee"),
    "leads": ("leads", Type.NUMBER, "How many leads the account score {} counts"),
}
#: Below, every whole number is one that a column of numbers can hold.
_EXACT = 2**53
_WORDS: dict[Type, ColumnType] = {
    Type.NUMBER: "number",
    Type.TRUTH: "truth",
    Type.DATE: "date",
    Type.INSTANT: "instant",
}


@dataclass(frozen=True, slots=True)
class Published:
    """What one output holds of one kind of thing.

    Args:
        shelf: of which output, and whether of leads or of accounts.
        columns: what it holds.
        asked: the list of leads that it takes; None for accounts.
        wanted: who is to be published with which values.
        known_by: how the output knows them, by its settings and what is said of their keys.
    """

    shelf: Shelf
    columns: tuple[Column, ...]
    asked: LeadsAsked | None
    wanted: Wanted
    known_by: str


@dataclass(frozen=True, slots=True)
class Left:
    """What is left out of what an output is to hold.

    Args:
        shared: how many leads or accounts, because others have the same key.
        held: the later day of the results that it holds; None where it holds none of a later day.
        anew: whether all is published anew, because the output knows them by something else now.
        stale: how many have no result any more, which nobody can tell the output therefore.
    """

    shared: int = 0
    held: date | None = None
    anew: bool = False
    stale: int = 0


def compile_publications(
    outputs: Iterable[OutputConfig],
    text: RulesetText,
    ruleset: Ruleset,
    catalog: Catalog | None,
    store: Store | None,
) -> tuple[tuple[Published, ...], tuple[Diagnostic, ...]]:
    """Return what outputs hold of a model, and all that is wrong with what they say.

    Args:
        outputs: those that hold results of the model.
        text: the ruleset's text.
        ruleset: the model.
        catalog: the columns of the data; None where they are not known yet.
        store: the data, for patterns; None where there is none yet.
    """
    scope = scope_of_leads(text, ruleset, catalog, store, staged=ruleset.stages is not None)
    published: list[Published] = []
    found: list[Diagnostic] = []
    for output in outputs:
        if output.publish is not None:
            compiler = _Compiler(output, output.publish, ruleset, scope)
            published += compiler.published()
            found += compiler.found
    return tuple(published), tuple(found)


def texts_of(found: Iterable[Diagnostic]) -> dict[str, str]:
    """Return the files that diagnostics are about with their texts, to show their lines."""
    files = {one.place.file for one in found if one.place is not None}
    return {file: Path(file).read_text(encoding="utf-8") for file in files}


def want_published(
    database: Database, published: Iterable[Published], day: date
) -> dict[Shelf, Left]:
    """Note what outputs are to hold, once the lists are filled.

    A run of the past publishes nothing: sales would call by old scores.

    Args:
        database: the store's, with the lists.
        published: what the outputs hold.
        day: the day of the results.

    Returns:
        what is left out of each, and why.
    """
    return {one.shelf: _want(database, one, day) for one in published}


def _want(database: Database, one: Published, day: date) -> Left:
    noted = day_held(database, one.shelf)
    anew, stale = noted is not None and noted[1] != one.known_by, 0
    if noted is not None and day < noted[0]:
        return Left(held=noted[0])
    if anew:
        stale = begin_anew(database, one.shelf, one.wanted)
    shared = want(database, one.shelf, one.wanted)
    # A run of a day to come must not stop those of the days before it.
    note_day(database, one.shelf, min(day, datetime.now(UTC).date()), one.known_by)
    return Left(shared=shared, anew=anew, stale=stale)


class _Compiler:
    """Compiles what one output holds of a model, and collects what is wrong with it."""

    def __init__(
        self, output: OutputConfig, said: Publication, ruleset: Ruleset, scope: Scope
    ) -> None:
        self.found: list[Diagnostic] = []
        self._output = output.name
        self._receiver = f"{output.plugin} {written(output.settings)}"
        self._said = said
        self._ruleset = ruleset
        self._scope = scope

    def published(self) -> list[Published]:
        """Return what the output holds of leads and of accounts."""
        leads = [self._leads()] if self._said.leads else []
        return [*leads, self._accounts()] if self._said.accounts else leads

    def _leads(self) -> Published:
        columns: list[Column] = []
        values: dict[str, str] = {}
        read: list[tuple[str, Field]] = []
        for name, value in self._said.leads:
            if value.text in _REASONS:
                columns.append(Column(name.text, "text", self._reason(value.text)))
                values[name.text] = quote.name(value.text)
            elif re.fullmatch("reason_[0-9]+", value.text):
                self._say(value, "is no reason", "there are `reason_1` to `reason_3`")
            elif (field := self._field(value)) is not None:
                heading = f"value {len(read)}"
                read.append((heading, field))
                columns.append(Column(name.text, _word(field.type), self._meaning(field)))
                values[name.text] = self._value(quote.name(heading), field.type)
        key = "lead_id"
        if self._said.lead_id is not None:
            field = self._field(self._said.lead_id)
            if field is not None:
                read.append(("key", field))
                key = _key("key", field.type)
        asked = LeadsAsked(f"published {self._output}", tuple(read), self._condition())
        wanted = Wanted(quote.name(asked.name), "lead_id", key, values)
        known_by = self._known_by(self._said.lead_id)
        return Published(Shelf(self._output, "leads"), tuple(columns), asked, wanted, known_by)

    def _accounts(self) -> Published:
        columns: list[Column] = []
        values: dict[str, str] = {}
        aliases: dict[str, str] = {}
        for name, value in self._said.accounts:
            score, _, part = value.text.partition(".")
            if not self._is_of_account(value, score, part):
                continue
            alias = aliases.setdefault(score, f"a{len(aliases)}")
            column, type_, meaning = _OF_ACCOUNT[part]
            columns.append(Column(name.text, _word(type_), self._of_model(meaning.format(score))))
            values[name.text] = self._value(f"{alias}.{column}", type_)
        rows, key = accounts_side_by_side(aliases), "i.account_id"
        said = self._said.account_id
        if said is not None and (field := self._field(said)) is not None:
            if field.scope == "account":
                key = _key(f"c.{quote.name(field.column)}", field.type)
                rows += " LEFT JOIN accounts c ON c.account_id = i.account_id"
            else:
                self._say(said, "is no field of an account", "such as `account.domain`")
        wanted = Wanted(rows, "i.account_id", key, values)
        known_by = self._known_by(said)
        return Published(Shelf(self._output, "accounts"), tuple(columns), None, wanted, known_by)

    def _known_by(self, key: Scalar | None) -> str:
        return f"{key.text if key is not None else 'id'} at {self._receiver}"

    def _condition(self) -> Node | None:
        if self._said.where is None:
            return None
        condition, found = read_condition(self._said.where, self._scope)
        self.found += found
        return condition

    def _field(self, value: Scalar) -> Field | None:
        node, found = read_value(value, self._scope)
        self.found += found
        if node is not None and not isinstance(node, Field):
            hint = "such as `score.fit`, `stage`, `reason_1`, `lead.email` or `tag.track`"
            self._say(value, "is no field", hint)
        return node if isinstance(node, Field) else None

    def _is_of_account(self, value: Scalar, score: str, part: str) -> bool:
        names = [account.name for account in self._ruleset.accounts]
        if score not in names:
            hint = did_you_mean(score, names) or f"the model has {_listed(names)}"
            self._say(value, "is no account score of the model", hint)
        elif part not in _OF_ACCOUNT:
            self._say(value, "is nothing of an account score", f"`{score}.committee` or `.leads`")
        return score in names and part in _OF_ACCOUNT

    def _value(self, column: str, type_: Type) -> str:
        """Return the SQL of a value as JSON can hold it."""
        match type_:
            case Type.NUMBER:
                # Without the addition, some would be -0.0 and others 0.0.
                return f"round(CAST({column} AS DOUBLE), {self._said.decimals}) + 0.0"
            case Type.LIST:
                return f"array_to_string({column}, '; ')"
            case Type.TRUTH:
                return column
            case _:
                return f"CAST({column} AS VARCHAR)"

    def _meaning(self, field: Field) -> str:
        match field.scope:
            case "score":
                said = f"Score {field.column}"
            case "grade":
                said = f"Grade of the score {field.column}"
            case "model":
                said = field.column.capitalize()
            case _:
                said = f"{field.scope.capitalize()} field {field.column}"
        return self._of_model(said)

    def _reason(self, reason: str) -> str:
        return self._of_model(f"What moved the score {_REASONS[reason]}")

    def _of_model(self, said: str) -> str:
        return f"{said}, from the leadline model {self._ruleset.model}."

    def _say(self, value: Scalar, what: str, hint: str) -> None:
        self.found.append(Diagnostic(NOT_PUBLISHABLE, f"`{value.text}` {what}", value.place, hint))


def _key(column: str, type_: Type) -> str:
    """Return the SQL of a key as its receiver writes it: a whole number without decimal places."""
    if type_ is not Type.NUMBER:
        return column
    text = f"CAST({column} AS VARCHAR)"
    whole = f"regexp_replace({text}, '\\.0$', '')"
    # Above, a number is not exact any more, and may be the key of another.
    return f"CASE WHEN abs({column}) < {_EXACT} THEN {whole} ELSE {text} END"


def _word(type_: Type) -> ColumnType:
    return _WORDS.get(type_, "text")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
