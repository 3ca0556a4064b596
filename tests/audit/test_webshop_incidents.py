"""A web shop: an incident of payments and a bug on phones are found in their weeks, no others."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from tests.audit.sheets import row_of, sheet_of

from leadline.audit.row import Cell
from leadline.audit.sheet import AuditSheet

#: Payments failed from Sunday 19 May to Friday 7 June 2024, phones from 9 April to 9 May. Weeks end
#: on Saturdays, and for phones on Mondays; the benchmark is from before both.
RULESET = """
audits:
  payment_errors:
    kind: automation
    started: 2024-03-02
    cadence: 7 days
    metric: rate(payment_error, payment_details)
    benchmark: {measured: 2024-02-01 to 2024-04-07}
  purchases:
    kind: automation
    started: 2024-03-02
    cadence: 7 days
    metric: rate(purchase, payment_details)
    benchmark: {measured: 2024-02-01 to 2024-04-07}
  phones:
    kind: automation
    started: 2024-03-04
    cadence: 7 days
    metric: >-
      rate(payment_details where platform is mobile, shipping_details where platform is mobile)
    benchmark: {measured: 2024-02-01 to 2024-04-07}
  phone_bugs:
    kind: automation
    started: 2024-03-04
    cadence: 7 days
    metric: rate(checkout_bug where platform is mobile, shipping_details where platform is mobile)
    benchmark: {measured: 2024-02-01 to 2024-04-07}
"""


#: What neither the incident nor the bug touches.
QUIET = (
    "rate(add_to_cart, product_view)",
    "rate(wishlist_add, product_view)",
    "rate(cart, add_to_cart)",
    "rate(search, catalog)",
    "rate(compare, product_view)",
    "rate(filter_results, catalog)",
    "rate(promo_page, home)",
    "rate(review_page, product_view)",
    "rate(leads(add_to_cart), leads(product_view))",
)


@pytest.fixture(scope="module")
def log(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log of 600 shoppers."""
    source = shared / "data" / "ecom" / "ecom.csv.gz"
    if not source.is_file():
        pytest.skip("the log of the shop is not here: no ../shared/data/ecom")
    names = {"user_id": "lead_id", "session_id": "visit_id", "event": "type"}
    with gzip.open(source, "rt", encoding="utf-8") as file:
        header, rest = file.readline(), file.read()
    for old, new in {**names, "timestamp": "occurred_at"}.items():
        header = header.replace(old, new)
    folder = tmp_path_factory.mktemp("shop")
    (folder / "events.csv").write_text(header + rest, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sheet(log: Path) -> AuditSheet:
    """The sheet at the end of the log."""
    return sheet_of(log, RULESET, "2024-06-29")


def told(sheet: AuditSheet, name: str) -> list[Cell]:
    """Return the reviews of an audit that have a figure."""
    return [
        cell
        for cell in row_of(sheet, name).past
        if cell.reading is not None and cell.reading.value is not None
    ]


def flagged(cells: Iterable[Cell], word: str) -> list[date]:
    """Return the reviews whose figure is clearly other than the benchmark."""
    return [
        cell.on
        for cell in cells
        if cell.against_benchmark is not None and cell.against_benchmark.word == word
    ]


def test_the_incident_of_payments_is_in_its_three_weeks(sheet: AuditSheet) -> None:
    weeks = [date(2024, 5, 25), date(2024, 6, 1), date(2024, 6, 8)]
    for name, wrong, right in (("payment_errors", "up", "down"), ("purchases", "down", "up")):
        cells = told(sheet, name)
        assert (cells[0].on, cells[-1].on) == (date(2024, 4, 6), date(2024, 6, 29))
        assert flagged(cells, wrong) == weeks, name
        assert flagged(cells, right) == [], name
        # Against the week before: it begins and it ends.
        changes = {cell.on: cell.change.word for cell in cells if cell.change}
        assert changes[date(2024, 5, 25)] == wrong
        assert changes[date(2024, 6, 15)] == right
        others = [day for day, word in changes.items() if word == wrong]
        assert others == [date(2024, 5, 25)], name


def test_the_bug_on_phones_is_in_its_weeks(sheet: AuditSheet) -> None:
    phones, bugs = told(sheet, "phones"), told(sheet, "phone_bugs")
    weeks = [date(2024, 4, 15), date(2024, 4, 22), date(2024, 4, 29), date(2024, 5, 6)]
    # The last week, to Monday 13 May, has three days of the bug.
    weeks.append(date(2024, 5, 13))
    assert flagged(phones, "down") == flagged(bugs, "up") == weeks
    assert flagged(bugs, "down") == []
    # A payment that fails is tried again: the incident of payments, not the bug.
    assert set(flagged(phones, "up")) <= {date(2024, 5, 27), date(2024, 6, 3), date(2024, 6, 10)}
    assert [cell.on for cell in phones if cell.change and cell.change.word == "down"] == [weeks[0]]


def test_quiet_weeks_are_flagged_about_as_often_as_chance_does(log: Path, tmp_path: Path) -> None:
    weekly = "kind: automation, started: 2024-03-04, cadence: 7 days"
    rows = (f"  q{n}: {{{weekly}, metric: '{metric}'}}" for n, metric in enumerate(QUIET))
    sheet = sheet_of(tmp_path, "audits:\n" + "\n".join(rows) + "\n", "2024-06-29", data=log)
    changes = [cell.change.word for row in sheet.rows for cell in row.past if cell.change]
    assert len(changes) == 11 * len(QUIET)
    others = sum(word != "no clear change" for word in changes)
    assert others / len(changes) <= 0.1


def test_a_week_within_the_first_month_has_no_figure(sheet: AuditSheet) -> None:
    first = row_of(sheet, "payment_errors").past[0]
    assert first.reading is not None
    assert first.reading.value is None
    assert first.reading.reason == "not enough data: 8 of 30 days"
    assert first.change is None
