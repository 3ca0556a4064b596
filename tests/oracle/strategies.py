"""Draw cases: a valid ruleset, the data of about twenty leads, and a date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from tests.oracle.logs import tables_of
from tests.oracle.outcomes import models_over_time
from tests.oracle.rulesets import models, written
from tests.oracle.small_logs import SPAN, small_tables_of

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


@dataclass(frozen=True, slots=True, repr=False)
class PastCase(Case):
    """A case that is looked back on; `as_of` is where the span ends, a date or an instant."""

    since: date | datetime | None


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


@st.composite
def past_cases(draw: st.DrawFn) -> PastCase:
    """Draw a case of 4 to 7 leads with stages and segments, over about two months."""
    zone = draw(st.sampled_from(sorted(ANCHORS)))
    anchor = draw(st.sampled_from(ANCHORS[zone]))
    last = anchor + timedelta(days=draw(st.integers(0, 50)))
    seeds = draw(st.lists(st.integers(0, 2**32 - 1), min_size=4, max_size=7))
    ruleset = written(draw(models_over_time(zone, anchor)))
    # Hypothesis likes to repeat seeds too; another ruleset makes other leads of them.
    seeds = [seed ^ crc32(ruleset.encode()) for seed in seeds]
    clocks = st.one_of(st.none(), st.none(), st.none(), st.sampled_from((0, 9, 23)))
    begin = draw(st.one_of(st.none(), st.integers(-5, SPAN)))
    since = None if begin is None else _when(last - timedelta(days=begin), draw(clocks), zone)
    until = _when(last, draw(clocks), zone)
    data = small_tables_of(zone, last, anchor, seeds)
    return PastCase(ruleset, data, until, since)


def _when(day: date, hour: int | None, zone: str) -> date | datetime:
    """Return the day, or an instant of it (UTC)."""
    if hour is None:
        return day
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
