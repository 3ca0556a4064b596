"""Draw cases: a valid ruleset, the data of about twenty leads, and a date."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.oracle.logs import tables_of
from tests.oracle.rulesets import models, written

# Days on which the zone's clock moves, a leap day, a turn of the year, a day that never was.
ANCHORS = {
    "UTC": (date(2024, 2, 29), date(2026, 1, 1)),
    "Europe/Berlin": (date(2024, 3, 31), date(2024, 10, 27), date(2026, 3, 29)),
    "America/New_York": (date(2024, 3, 10), date(2024, 11, 3)),
    "Pacific/Apia": (date(2011, 12, 31), date(2024, 2, 29)),
    "Asia/Kathmandu": (date(2024, 2, 29), date(2025, 12, 31)),
    "Australia/Lord_Howe": (date(2024, 4, 7), date(2024, 10, 6)),
}


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A ruleset (YAML text), rows by table name, and the date of the score."""

    ruleset: str
    data: dict[str, list[dict[str, Any]]]
    as_of: date

    def __repr__(self) -> str:
        """Show the ruleset; the rows are too many, `describe` shows those of a lead."""
        rows = sum(map(len, self.data.values()))
        return f"Case as of {self.as_of} with {rows} rows:\n{self.ruleset}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print the same in Hypothesis, which warns of a dataclass with many rows."""
        printer.text(repr(self))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case of 10 to 25 leads.

    The ruleset is drawn key by key, so that it shrinks; each lead's rows come from one seed.
    `tests.oracle.compare.smallest` cuts the rows of a failing case down.
    """
    zone = draw(st.sampled_from(sorted(ANCHORS)))
    anchor = draw(st.sampled_from(ANCHORS[zone]))
    as_of = anchor + timedelta(days=draw(st.integers(0, 100)))
    seeds = draw(st.lists(st.integers(0, 2**32 - 1), min_size=10, max_size=25))
    model = draw(models(zone, anchor))
    return Case(written(model), tables_of(zone, as_of, anchor, seeds), as_of)
