"""Programs and imported figures that audits name and the data do not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadline.checking.codes import UNKNOWN_METRIC, UNKNOWN_PROGRAM
from leadline.checking.event_types import figures
from leadline.diagnostic import Diagnostic, nearest
from leadline.document import Document, Scalar
from leadline.document import Mapping as Entries
from leadline.engine.duckdb import Database
from leadline.expression import metrics as m
from leadline.ruleset.model import Ruleset
from leadline.sql.occurrence import metric_names, program_names

_MOST_SHOWN = 5


def unknown_programs(
    ruleset: Ruleset, document: Document, database: Database
) -> Iterator[Diagnostic]:
    """Yield a finding for each program and each imported figure that is nowhere in the data.

    Args:
        ruleset: the ruleset; of one without audits nothing is looked up.
        document: where the audits are written.
        database: the data.
    """
    named = [audit.program for audit in ruleset.audits if audit.program is not None]
    known = _counted(database, program_names()) if named else {}
    for audit in ruleset.audits:
        if known and audit.program is not None and audit.program not in known:
            written = _written(document, audit.name)
            message = (
                f"no event has the campaign `{audit.program}`, and no row of `metrics` is of it"
            )
            place = written.place if written is not None else audit.place
            yield Diagnostic(UNKNOWN_PROGRAM, message, place, _hint(audit.program, known))
    imported = [
        source
        for figure in figures(ruleset)
        for source in m.sources(figure)
        if isinstance(source, m.MetricSource)
    ]
    names = _counted(database, metric_names()) if imported else {}
    for source in imported:
        if source.name not in names:
            message = f"no row of `metrics` is called `{source.name}`"
            yield Diagnostic(UNKNOWN_METRIC, message, source.place, _hint(source.name, names))


def _counted(database: Database, query: str) -> dict[str, int]:
    return {str(name): int(times) for name, times in database.rows(query)}


def _written(document: Document, audit: str) -> Scalar | None:
    """Return the program of an audit as it is written."""
    found = document.root
    for key in ("audits", audit, "program"):
        entry = found.get(key)
        if entry is not None and isinstance(entry.value, Scalar):
            return entry.value
        if entry is None or not isinstance(entry.value, Entries):
            return None
        found = entry.value
    return None


def _hint(name: str, known: Mapping[str, int]) -> str:
    if close := nearest(name, known):
        return (
            "did you mean " + " or ".join(f"`{one}` ({_rows(known[one])})" for one in close) + "?"
        )
    if not known:
        return "no source gives rows of `metrics`"
    shown = ", ".join(f"`{one}` ({known[one]:,})" for one in list(known)[:_MOST_SHOWN])
    more = len(known) - _MOST_SHOWN
    return f"the data have: {shown}{f' and {more} more' if more > 0 else ''}"


def _rows(number: int) -> str:
    return f"{number:,} row{'s' * (number != 1)}"
