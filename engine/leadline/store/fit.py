"""How each column is read into the form that it is kept in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.store.convert import (
    as_text,
    exact_text,
    instant,
    instant_parts,
    is_blank,
    local_time,
    misfit,
    parsed,
    trimmed,
)
from leadline.store.forms import Form
from leadline.store.incoming import Cell, Incoming
from leadline.store.tables import TableSpec
from leadline.store.zone import Stretch, is_utc, stretches, utc_sql

#: Forms of which every value is one of the other form too.
_DIRECT = ((Form.WHOLE, Form.NUMBER), (Form.DATE, Form.INSTANT))

_EXPECTED = {
    Form.TEXT: "no text",
    Form.WHOLE: "no whole number",
    Form.NUMBER: "no number",
    Form.TRUTH: "neither true nor false",
    Form.DATE: "no date such as 2026-01-31",
    Form.INSTANT: "no date and time such as 2026-01-31T09:30:00Z",
    Form.LIST: "no list",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """A column on its way into a form. The SQL that it gives stands over ``prepared``.

    Args:
        index: its number among the columns.
        name: its name in the store.
        cell: how it arrives.
        form: the form that it is kept in.
        fixed: a value that does not fit rejects the row.
        required: so does a missing one.
        allowed: the only texts it may hold; empty: any.
        before: the form that the column had before other values made it a text.
        offsets: of the source's time zone; empty: UTC.
    """

    index: int
    name: str
    cell: Cell
    form: Form
    fixed: bool = False
    required: bool = False
    allowed: tuple[str, ...] = ()
    before: Form | None = None
    offsets: tuple[Stretch, ...] = ()

    @property
    def given(self) -> str:
        """The value as it arrives."""
        return f"v{self.index}"

    @property
    def text(self) -> str:
        """The value as a trimmed text; there for a fit that is read from text."""
        return f"t{self.index}"

    @property
    def parts(self) -> str:
        """The text cut into time and offset; there for an instant that is read from text."""
        return f"p{self.index}"

    @property
    def written(self) -> str:
        """The time that the parts tell, before any offset; there for the same ones."""
        return f"l{self.index}"

    @property
    def from_text(self) -> bool:
        """Whether the value is read from its text."""
        if self.allowed:
            return True
        if self.form in (Form.TEXT, self.cell.form) or (self.cell.form, self.form) in _DIRECT:
            return False
        return not self._day_of_local_time

    @property
    def shown(self) -> str:
        """SQL for the value as a trimmed text, however it is read."""
        return trimmed(as_text(self.cell.form, self._in_utc))

    @property
    def local(self) -> str | None:
        """SQL for the local time in the value, or None where it can hold none."""
        if self.before is Form.INSTANT and self.cell.form is Form.TEXT:
            return local_time(instant_parts(trimmed(self.given)))
        if self.form is Form.INSTANT and self.from_text:
            return self.written
        if self.form is Form.INSTANT and self.cell.form is Form.DATE:
            return f"CAST({self.given} AS TIMESTAMP)"
        return self.given if self.cell.local else None

    @property
    def value(self) -> str:
        """SQL for the value in the form that it is kept in."""
        if self.allowed:
            return f"lower({self.text})"
        if self.from_text:
            if self.form is not Form.INSTANT:
                return parsed(self.form, self.text)
            return instant(self.parts, self.written, utc_sql(self.written, self.offsets))
        if self.form is self.cell.form:
            return self._in_utc
        if self.form is Form.TEXT:
            return as_text(self.cell.form, self._in_utc)
        converted = f"CAST({self.given} AS {self.form.value})"
        return utc_sql(converted, self.offsets) if self.form is Form.INSTANT else converted

    @property
    def fault(self) -> str | None:
        """SQL that is true where the value rejects the row; None where no value does."""
        value = replace(self, offsets=()).value
        if self.form is Form.INSTANT and self.from_text:
            value = self.written
        faults = []
        if self.required:
            blank = f" OR {is_blank(value)}" if self.form is Form.TEXT else ""
            faults.append(f"{value} IS NULL{blank}")
        elif self.fixed and self.from_text:
            faults.append(misfit(self.form, self.text, value))
        if self.allowed:
            faults.append(
                f"{value} NOT IN ({', '.join(quote.text(text) for text in self.allowed)})"
            )
        return " OR ".join(faults) or None

    @property
    def reason(self) -> str:
        """SQL for what is wrong with a value that rejects its row."""
        expected = _EXPECTED[self.form]
        if self.allowed:
            expected = f"none of {', '.join(self.allowed)}"
        found = f"left({self.shown}, 60)"
        return (
            f"CASE WHEN {found} IS NULL THEN 'missing, but every row needs it' "
            f"ELSE {quote.text(expected + ': ')} || {found} END"
        )

    @property
    def content(self) -> str:
        """SQL for the value as it arrived, as a text that only equal values share."""
        return exact_text(self.cell.form, self.given)

    def identity(self, value: str) -> str:
        """Return SQL that is equal where values were equal before the column was widened.

        A column that held 1.1 for the text ``1.10`` holds ``1.1`` since it is a text. The same
        file, loaded again, has to be known again.

        Args:
            value: an expression of the form that the column has now.
        """
        if self.before is None:
            return value
        text = trimmed(value)
        if self.before is Form.INSTANT:
            parts = instant_parts(text)
            written = local_time(parts)
            read = instant(parts, written, utc_sql(written, self.offsets))
        else:
            read = parsed(self.before, text)
        return f"coalesce(CAST({read} AS VARCHAR), {value})"

    @property
    def _in_utc(self) -> str:
        return utc_sql(self.given, self.offsets) if self.cell.local else self.given

    @property
    def _day_of_local_time(self) -> bool:
        return self.form is Form.DATE and self.cell.local


def prepared(incoming: Incoming, fits: Iterable[Fit], texts: Iterable[Fit] = ()) -> str:
    """Return the relation that the SQL of fits stands over.

    Args:
        incoming: the rows.
        fits: the columns.
        texts: those of them whose ``text`` is wanted besides.
    """
    columns = tuple(fits)
    read = tuple(fit for fit in columns if fit.from_text)
    wanted = dict.fromkeys([*read, *texts])
    instants = tuple(fit for fit in read if fit.form is Form.INSTANT)
    layers = (
        [f"{fit.cell.sql} AS {fit.given}" for fit in columns],
        [f"{fit.shown} AS {fit.text}" for fit in wanted],
        [f"{instant_parts(fit.text)} AS {fit.parts}" for fit in instants],
        [f"{local_time(fit.parts)} AS {fit.written}" for fit in instants],
    )
    relation = incoming.relation
    for layer in layers:
        if layer:
            relation = f"(SELECT *, {', '.join(layer)} FROM {relation})"
    return relation


def with_offsets(
    database: Database, relation: str, fits: Sequence[Fit], zone: ZoneInfo
) -> tuple[Fit, ...]:
    """Return the fits with the offsets that the zone has in the years of their local times.

    Args:
        database: where ``relation`` can be read.
        relation: as ``prepared`` returns it.
        fits: the columns.
        zone: the time zone that times without an offset are in.
    """
    asked = [(fit, fit.local) for fit in fits if fit.local is not None]
    if not asked or is_utc(zone):
        return tuple(fits)
    lists = ", ".join(f"list(DISTINCT year({local}))" for _, local in asked)
    [found] = database.rows(f"SELECT {lists} FROM {relation}")
    years = {
        fit.index: [year for year in given or () if year is not None]
        for (fit, _), given in zip(asked, found, strict=True)
    }
    return tuple(
        replace(fit, offsets=stretches(zone, years[fit.index])) if years.get(fit.index) else fit
        for fit in fits
    )


def row_fault(spec: TableSpec, fits: Sequence[Fit]) -> str:
    """Return SQL for the index of the first column that rejects a row; NULL for a good row.

    A row that lacks each column of which it must have one is at the fault of ``len(fits)``.
    """
    order = [column.name for column in spec.columns]
    known = sorted(fits, key=lambda fit: order.index(fit.name) if fit.name in order else len(order))
    cases = [f"WHEN {fit.fault} THEN {fit.index}" for fit in known if fit.fault is not None]
    either = [fit.value for fit in fits if fit.name in spec.one_of]
    if either:
        missing = " AND ".join(f"({value} IS NULL OR {is_blank(value)})" for value in either)
        cases.append(f"WHEN {missing} THEN {len(fits)}")
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS INTEGER)"
