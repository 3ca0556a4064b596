"""A bank's telephone campaign: success rises from 3% to 57% while hardly anybody is called."""

from __future__ import annotations

import calendar
import csv
import gzip
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from tests.audit.sheets import row_of, sheet_of

from leadline.audit.sheet import AuditSheet

RULESET = """
audits:
  calls:
    kind: nurture
    started: 2008-05-01
    metric: rate(success, contact)
    benchmark: {measured: 2008-05-01 to 2008-07-31}
  volume: {kind: nurture, started: 2008-05-01, metric: count(contact)}
"""
MONTHS = [name.lower() for name in calendar.month_abbr]


@pytest.fixture(scope="module")
def bank(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log of 41,188 calls."""
    source = shared / "data" / "bank" / "bank-additional-full.csv.gz"
    if not source.is_file():
        pytest.skip("the calls of the bank are not here: no ../shared/data/bank")
    with gzip.open(source, "rt", encoding="utf-8") as file:
        calls = list(csv.DictReader(file, delimiter=";"))
    folder = tmp_path_factory.mktemp("bank")
    lines = ["event_id,lead_id,occurred_at,type"]
    year, before, number = 2008, 0, 0
    # The rows have no dates; they are in the order of time, and the month begins anew in a year.
    for name, group in groupby(calls, key=lambda call: call["month"]):
        of_month, month = list(group), MONTHS.index(name)
        year, before = year + (month < before), month
        days = calendar.monthrange(year, month)[1]
        for place, call in enumerate(of_month):
            day = date(year, month, 1 + place * days // len(of_month))
            number += 1
            lines.append(f"c{number},l{number},{day}T10:00:00Z,contact")
            if call["y"] == "yes":
                lines.append(f"s{number},l{number},{day}T10:05:00Z,success")
    assert (year, before, number) == (2010, 11, 41_188)
    (folder / "events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sheet(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> AuditSheet:
    """The sheet at the end of the log."""
    return sheet_of(tmp_path_factory.mktemp("model"), RULESET, "2010-11-30", data=bank)


def test_success_rises_and_the_count_falls(sheet: AuditSheet) -> None:
    calls, volume = row_of(sheet, "calls").past, row_of(sheet, "volume").past
    shares = [cell.reading.value for cell in calls if cell.reading and cell.reading.value]
    counts = [cell.reading.value for cell in volume if cell.reading and cell.reading.value]
    assert len(shares) == len(counts) == 10
    assert all(cell.reading.share for cell in calls if cell.reading)
    assert shares[0] == pytest.approx(0.0448, abs=1e-4)
    assert max(shares) == pytest.approx(0.570, abs=1e-3)
    assert max(shares) == shares[7]
    assert [counts[0], counts[7]] == [18_607, 386]


def test_no_rise_is_told_without_the_collapse(sheet: AuditSheet) -> None:
    calls = row_of(sheet, "calls")
    changes = {cell.on: cell.change for cell in calls.past if cell.change}
    risen = {day: found for day, found in changes.items() if found.word == "up"}
    assert list(risen) == [
        date(2008, 10, 28),
        date(2009, 4, 26),
        date(2009, 10, 23),
        date(2010, 1, 21),
        date(2010, 4, 21),
    ]
    assert [found.caution for found in risen.values()] == [
        "of 70% fewer",
        "of 34% fewer",
        "of 80% fewer",
        "of 54% fewer",
        "of 40% fewer",
    ]
    against = [cell.against_benchmark for cell in calls.past[1:]]
    assert all(found and found.word == "up" and "fewer" in found.caution for found in against)
    assert calls.against_benchmark is not None
    assert calls.against_benchmark.caution == "of 96% fewer"


def test_the_count_says_down(sheet: AuditSheet) -> None:
    volume = row_of(sheet, "volume")
    words = [cell.change.word for cell in volume.past if cell.change]
    assert words == ["down"] * 3 + ["up"] + ["down"] * 3 + ["up", "no clear change"]
    assert not any(cell.change.caution for cell in volume.past if cell.change)


def test_the_trend_is_told_with_the_collapse(bank: Path, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, RULESET, "2010-03-31", data=bank)
    trend = row_of(sheet, "calls").trend
    assert trend is not None
    assert (trend.begin, trend.end, trend.months) == (date(2009, 4, 1), date(2010, 3, 31), 10)
    assert (trend.word, trend.caution) == ("rising", "of 93% fewer")
    volume = row_of(sheet, "volume").trend
    assert volume is not None
    assert (volume.word, volume.caution) == ("falling", "")
