"""Rows that are read into their forms and stand before their table."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.plugin.items import RAW_LIMIT
from leadline.sql import quote
from leadline.store.convert import as_text
from leadline.store.examine import Examined
from leadline.store.fit import Fit, prepared, row_fault
from leadline.store.incoming import Incoming
from leadline.store.shape import Shape
from leadline.store.summary import SourceLoad
from leadline.store.tables import TableSpec


@dataclass(frozen=True, slots=True)
class Arrival:
    """Rows of one item, and the table that they go to.

    Args:
        database: the store's.
        load: the source.
        incoming: the rows as they came.
        examined: what they are like.
        fits: how each column is read.
        shape: the table, with every column that the rows bring.
    """

    database: Database
    load: SourceLoad
    incoming: Incoming
    examined: Examined
    fits: tuple[Fit, ...]
    shape: Shape

    @property
    def spec(self) -> TableSpec:
        """The table."""
        return self.incoming.spec

    @property
    def table(self) -> str:
        """The table's name as SQL."""
        return quote.name(self.spec.name)

    @property
    def relation(self) -> str:
        """The rows, all of them, with what the fits stand over."""
        return prepared(self.incoming, self.fits)

    @property
    def names(self) -> str:
        """The columns of the table that the rows bring, as an SQL list."""
        return ", ".join(quote.name(fit.name) for fit in self.fits)

    def fit(self, name: str) -> Fit | None:
        """Return how the column of that name is read, or None where it does not come."""
        return next((fit for fit in self.fits if fit.name == name), None)

    def good_rows(self, *more: str) -> str:
        """Return a query of the rows that can be used.

        It gives ``row``, ``line``, then ``f0``, ``f1``, ... with the value of each fit.

        Args:
            more: further expressions to select.
        """
        values = [f"{fit.value} AS f{fit.index}" for fit in self.fits]
        where = (
            f" WHERE ({row_fault(self.spec, self.fits)}) IS NULL" if self.examined.faults else ""
        )
        return f"SELECT {', '.join(['row', 'line', *values, *more])} FROM {self.relation}{where}"

    def table_is_empty(self) -> bool:
        """Say whether the table has no row yet."""
        return not self.database.value(f"SELECT EXISTS (SELECT 1 FROM {self.table})")

    def reject_faults(self) -> int:
        """Put the rows that a value of their own makes useless into the rejects."""
        if not self.examined.faults:
            return 0
        cases = [
            f"WHEN {fit.index} THEN {quote.text(fit.name)}"
            for fit in self.fits
            if fit.fault is not None
        ]
        reasons = [
            f"WHEN {fit.index} THEN {fit.reason}" for fit in self.fits if fit.fault is not None
        ]
        either = " or ".join(self.spec.one_of)
        cases.append(f"ELSE {quote.text(either)}")
        reasons.append(f"ELSE {quote.text(f'a row needs {either}')}")
        fault = row_fault(self.spec, self.fits)
        return self._reject(
            f"SELECT *, {fault} AS fault FROM {self.relation}",
            f"CASE fault {' '.join(cases)} END",
            f"CASE fault {' '.join(reasons)} END",
            "WHERE fault IS NOT NULL",
        )

    def reject_rows(self, conflicts: str) -> int:
        """Put rows into the rejects that others stand against.

        Args:
            conflicts: a relation of ``row``, ``column_name`` and ``reason``.
        """
        judged = f"{self.relation} r JOIN {conflicts} c USING (row)"
        rows = f"SELECT r.*, c.column_name, c.reason FROM {judged}"
        return self._reject(rows, "column_name", "reason", "")

    def _reject(self, rows: str, column: str, reason: str, where: str) -> int:
        cells = [
            f"coalesce({_csv_cell(as_text(cell.form, cell.sql))}, '')"
            for cell in self.incoming.cells
        ]
        raw = f"left(concat_ws(',', {', '.join(cells)}), {RAW_LIMIT})"
        added = self.database.value(
            "INSERT INTO rejects "
            "(run_id, source, table_name, origin, line, column_name, reason, raw) "
            f"SELECT ?, ?, ?, ?, line, {column}, {reason}, {raw} FROM ({rows}) {where}",
            [self.load.run_id, self.load.source, self.spec.name, self.incoming.origin],
        )
        return int(added)


def _csv_cell(text: str) -> str:
    """Return SQL for a text as a cell of a CSV row."""
    quoted = f"'\"' || replace({text}, '\"', '\"\"') || '\"'"
    return f"CASE WHEN regexp_matches({text}, '[,\"\\r\\n]') THEN {quoted} ELSE {text} END"
