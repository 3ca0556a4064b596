"""The sheet of audits: what each review looks at, benchmarks, records, what is not enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep
from tests.audit.sheets import row_of, sheet_of, words, write

from leadline.acceptance import measure_acceptance
from leadline.audit.plans import plan_of
from leadline.audit.programs import audits_of, reviews_of
from leadline.audit.reading import NOT_ENOUGH
from leadline.audit.sheet import make_sheet, read_at
from leadline.audit.sheet_listing import latest_table
from leadline.pipeline import columns_of, open_directory, read_ruleset

EVENTS = "event_id,lead_id,occurred_at,type,campaign"


def mailings(
    begin: date, days: int, *, sent: int = 20, clicked: int = 2, campaign: str = ""
) -> Iterable[str]:
    """Return events: so many mails sent and clicked each day, each to a lead of its own."""
    for n in range(days):
        day = begin + timedelta(days=n)
        for m in range(sent):
            lead = f"l{day:%m%d}{m}"
            yield f"s{day}{m}{campaign},{lead},{day}T10:00:00Z,send,{campaign}"
            if m < clicked:
                yield f"c{day}{m}{campaign},{lead},{day}T11:00:00Z,click,{campaign}"


RATE = """
audits:
  mails:
    kind: nurture
    started: {started}
    metric: rate(click, send)
"""


def test_a_review_looks_at_the_days_since_the_one_before(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 200)]})
    sheet = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-07-10")
    [row] = sheet.rows
    told = [(cell.on, cell.reading.begin, cell.reading.n) for cell in row.past if cell.reading]
    assert told == [
        (date(2026, 4, 1), date(2026, 1, 1), 91 * 20),
        (date(2026, 6, 30), date(2026, 4, 2), 90 * 20),
    ]
    assert [cell.on for cell in row.cells if cell.ahead] == [date(2026, 9, 28), date(2026, 12, 27)]
    assert row.next == date(2026, 9, 28)
    assert all(cell.reading is None for cell in row.cells if cell.ahead)
    assert words(row.past) == ["-", "no clear change"]
    assert row.change is row.past[-1].change
    assert (sheet.model, sheet.notes) == ("m", ())
    assert row.trend is not None
    assert (row.trend.months, row.trend.word) == (6, "flat")


def test_reviews_left_out_are_not_taken_for_none(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 200)]})
    rate = RATE.format(started="2026-01-01")
    (tmp_path / "model.yaml").write_text(f"leadline: 1\nmodel: m\n{rate}", encoding="utf-8")
    text = read_ruleset(tmp_path / "model.yaml")
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        audits = audits_of(text, columns_of(store), store)
        since = (date(2026, 5, 1), date(2026, 7, 1))
        one, none = (make_sheet(store, text, audits, (), "2026-07-10", since=day) for day in since)
    assert plan_of(none.rows[0]).open[0] == date(2026, 4, 1)
    assert latest_table(none).rows[0][5] == "no review has come since the date asked for"
    change = latest_table(one).rows[0][5]
    assert isinstance(change, str)
    assert change.endswith("from 10% of 1,820 to 10% of 1,800")


def test_a_log_that_ends_early_is_no_fall(tmp_path: Path) -> None:
    """Of 90 days only the first ones are in the log: it ended, the program did not."""
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 150)]})
    counted = RATE.replace("rate(click, send)", "count(click)").format(started="2026-01-01")

    [row] = sheet_of(tmp_path, counted, "2026-07-10").rows
    first, second = row.past[:2]
    assert first.reading is not None
    assert second.reading is not None
    assert first.reading.value == 2 * 91
    # 59 of the second 90 days are known, and compared a day.
    assert (second.reading.end, second.reading.cut) == (date(2026, 5, 30), True)
    assert second.change is not None
    assert second.change.word == "no clear change"

    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 110)]})
    [row] = sheet_of(tmp_path, counted, "2026-07-10").rows
    assert row.past[1].reading is not None
    assert row.past[1].reading.value is None
    assert "the events end on 2026-04-20" in row.past[1].reading.reason


def test_a_log_that_begins_late(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 3, 10), 120)]})
    ruleset = (
        RATE.format(started="2026-01-01") + "    benchmark: {measured: 2025-11-01 to 2025-12-31}\n"
    )
    [row] = sheet_of(tmp_path, ruleset, "2026-07-06").rows
    first, second = (cell.reading for cell in row.past)
    assert first is not None
    assert second is not None
    assert (first.value, first.reason) == (
        None,
        f"{NOT_ENOUGH}: 23 of 30 days, the log begins on 2026-03-10",
    )
    assert (first.begin, first.end) == (date(2026, 1, 1), date(2026, 4, 1))
    assert (second.value, second.cut) == (0.1, False)
    assert row.benchmark is not None
    assert row.benchmark.value is None
    assert row.benchmark.reason.startswith(NOT_ENOUGH)
    assert (row.change, row.against_benchmark) == (None, None)
    # Forty days of the first period are enough, and it says which.
    early = {"events": [EVENTS, *mailings(date(2026, 2, 21), 120)]}
    write(tmp_path, early)
    [row] = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-04-02").rows
    cut = row.past[0].reading
    assert cut is not None
    assert (cut.begin, cut.cut, cut.n, cut.value) == (date(2026, 2, 21), True, 40 * 20, 0.1)


def test_the_first_days_of_a_program_have_no_figure(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 80)]})
    weekly = RATE.format(started="2026-02-01") + "    cadence: 7 days\n"
    [row] = sheet_of(tmp_path, weekly, "2026-03-20").rows
    values = [(cell.on, cell.reading.value) for cell in row.past if cell.reading]
    assert values[:5] == [
        (date(2026, 2, 8), None),
        (date(2026, 2, 15), None),
        (date(2026, 2, 22), None),
        (date(2026, 3, 1), None),
        (date(2026, 3, 8), 0.1),
    ]
    assert row.past[3].reading is not None
    assert row.past[3].reading.reason == f"{NOT_ENOUGH}: 29 of 30 days"


def test_benchmarks_as_value_as_days_and_as_imported(tmp_path: Path) -> None:
    before = mailings(date(2025, 12, 1), 31, clicked=1)
    write(
        tmp_path,
        {
            "events": [EVENTS, *before, *mailings(date(2026, 1, 1), 100)],
            "metrics": [
                "program,date,metric,value",
                "m,2025-12-31,clicks,12",
                "m,2025-12-31,sent,900",
                "other,2025-12-31,sent,99999",
            ],
        },
    )
    audit = "kind: nurture, started: 2026-01-01, metric: 'rate(click, send)'"
    imported = "rate(metric.clicks, metric.sent)"
    ruleset = f"""
audits:
  value: {{{audit}, benchmark: {{value: 2.1%}}}}
  days: {{{audit}, benchmark: {{measured: 2025-12-01 to 2025-12-31}}}}
  few: {{{audit}, benchmark: {{measured: 2025-12-10 to 2025-12-31}}}}
  imported:
    program: m
    kind: nurture
    started: 2026-01-01
    metric: rate(click, send)
    benchmark: {{metric: "{imported}", measured: 2025-12-01 to 2025-12-31}}
"""
    sheet = sheet_of(tmp_path, ruleset, "2026-04-05")
    value, days, few, other = (row_of(sheet, n) for n in ("value", "days", "few", "imported"))
    for row, share, n in ((value, 0.021, 0), (days, 0.05, 620), (other, 12 / 900, 900)):
        assert row.benchmark is not None
        assert row.benchmark.share
        assert row.benchmark.value == pytest.approx(share)
        assert row.benchmark.n == n
    assert value.benchmark is not None
    assert (value.benchmark.begin, value.benchmark.given) == (None, True)
    for row in (value, days):
        assert row.against_benchmark is not None
        assert row.against_benchmark.word == "up"
    assert value.against_benchmark is not None
    assert value.against_benchmark.amount == pytest.approx(0.1 - 0.021)
    assert few.benchmark is not None
    assert few.benchmark.reason == f"{NOT_ENOUGH}: 22 of 30 days"
    # Nothing of the program is in the log, so there is nothing to compare.
    assert other.past[0].reading is not None
    assert "nothing to divide by" in other.past[0].reading.reason
    assert other.against_benchmark is None


def test_what_was_there_before_a_program_does_not_bear_its_name(tmp_path: Path) -> None:
    before = mailings(date(2025, 12, 1), 45, clicked=1, campaign="newsletter")
    after = mailings(date(2026, 1, 15), 95, campaign="nurture")
    write(tmp_path, {"events": [EVENTS, *before, *after]})
    ruleset = """
audits:
  mails:
    kind: nurture
    program: nurture
    started: 2026-01-15
    metric: rate(click, send)
    benchmark: {measured: 2025-12-01 to 2026-01-14}
"""
    [row] = sheet_of(tmp_path, ruleset, "2026-04-18").rows
    assert row.benchmark is not None
    assert (row.benchmark.value, row.benchmark.n) == (0.05, 900)
    assert row.benchmark.note == "of everything: nothing of `nurture` was there yet"
    assert row.against_benchmark is not None
    assert row.against_benchmark.word == "up"


REVIEWS = """
leadline: 1
reviews:
  - audit: mails
    on: 2026-04-10
    by: Ann
    note: New subject lines.
    metric: rate(click, send)
    from: 2026-01-01
    to: 2026-04-10
    figure: 4.00%
    top: 80
    bottom: 2000
    low: 3.23%
    high: 4.95%
"""


def test_what_was_recorded_stays(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 250)]})
    (tmp_path / "model.reviews.yaml").write_text(REVIEWS.lstrip(), encoding="utf-8")
    [row] = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-08-01").rows
    first, second = row.past
    assert (first.on, first.planned, first.missed) == (date(2026, 4, 10), date(2026, 4, 1), False)
    assert first.note == "New subject lines."
    assert first.reading is not None
    # The data would say 10% today.
    assert (first.reading.value, first.reading.n, first.reading.share) == (0.04, 2000, True)
    assert (second.on, second.missed) == (date(2026, 7, 9), True)
    assert second.reading is not None
    assert second.reading.begin == date(2026, 4, 11)
    assert second.change is not None
    assert (second.change.word, second.change.relative) == ("up", False)
    assert second.change.amount == pytest.approx(0.06)
    assert second.change.interval is not None
    low, _ = confint_proportions_2indep(180, 1800, 80, 2000, compare="diff", method="newcomb")
    assert second.change.interval.low == pytest.approx(low, abs=1e-4)


def test_what_was_recorded_of_another_metric_is_not_compared(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 250)]})
    reviews = REVIEWS.lstrip().replace("rate(click, send)", "rate(reply, send)")
    (tmp_path / "model.reviews.yaml").write_text(reviews, encoding="utf-8")
    [row] = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-08-01").rows
    change = row.past[1].change
    assert change is not None
    assert (change.amount, change.interval, change.word) == (None, None, "")
    assert change.reason == "one of the two is of `rate(reply, send)`"


def test_a_review_before_the_start_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 250)]})
    (tmp_path / "model.reviews.yaml").write_text(REVIEWS.lstrip(), encoding="utf-8")
    sheet = sheet_of(tmp_path, RATE.format(started="2026-05-01"), "2026-08-01")
    assert not any(cell.recorded for cell in sheet.rows[0].cells)
    assert sheet.notes == (
        "`mails`: its review of 2026-04-10 is in no column, since the program started on"
        " 2026-05-01",
    )


def test_a_rate_above_one_is_no_share_in_any_period(tmp_path: Path) -> None:
    events = [*mailings(date(2026, 1, 1), 91), *mailings(date(2026, 4, 2), 90, sent=5, clicked=5)]
    more = [f"x{n},l{n},2026-05-01T10:00:00Z,click," for n in range(60)]
    write(tmp_path, {"events": [EVENTS, *events, *more]})
    [row] = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-07-01").rows
    readings = [cell.reading for cell in row.past if cell.reading]
    assert [one.unit for one in readings] == ["ratio", "ratio"]
    assert readings[1].value == pytest.approx((450 + 60) / 450)
    assert row.change is not None
    assert (row.change.relative, row.change.word) == (True, "up")
    assert row.change.caution == "of 75% fewer"


def test_what_was_known_at_the_review_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "leads": ["lead_id", "l1"],
            "opportunities": [
                "opportunity_id,lead_id,created_at,closed_at,won,amount",
                *(
                    f"o{n},l{n},2026-02-{n:02}T10:00:00Z,2026-0{3 if n < 11 else 6}-20T10:00:00Z,"
                    f"{'true' if n % 2 else 'false'},100"
                    for n in range(1, 21)
                ),
            ],
        },
    )
    ruleset = """
audits:
  won: {kind: content, started: 2026-02-01, metric: "rate(opportunity where won, opportunity)"}
  taken:
    kind: content
    started: 2026-02-01
    metric: median_days(created_at, closed_at of opportunity)
"""
    sheet = sheet_of(tmp_path, ruleset, "2026-07-20")
    won, taken = (row_of(sheet, name).past[0].reading for name in ("won", "taken"))
    assert won is not None
    assert taken is not None
    # By 2 May ten of the twenty had closed, five of them won.
    assert (won.top, won.bottom) == (5, 20)
    assert taken.n == 10
    assert taken.value == pytest.approx(42.5)


def test_a_decision_without_its_date_or_verdict_counts_as_in_the_ledger(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "leads": ["lead_id", "a", "b", "c", "d", "e"],
            "handoffs": [
                "lead_id,offered_at,decided_at,accepted,reason",
                "a,2026-02-01,2026-02-05,true,",
                "b,2026-02-01,2026-02-05,,student",
                "c,2026-02-01,,true,",
                "d,2026-02-01,,false,student",
                "e,2026-02-01,2026-06-05,,",
            ],
        },
    )
    ruleset = """
audits:
  taken: {kind: assignment, started: 2026-02-01}
  students: {kind: content, started: 2026-02-01, metric: count(handoff where reason is student)}
"""
    sheet = sheet_of(tmp_path, ruleset, "2026-05-10")
    taken, students = (row_of(sheet, name).past[0].reading for name in ("taken", "students"))
    assert taken is not None
    assert students is not None
    assert (taken.top, taken.bottom, students.value) == (2, 4, 2)
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        ledger = measure_acceptance(store, read_ruleset(tmp_path / "model.yaml"), "2026-05-10")
    assert (ledger.total.accepted, ledger.total.accepted + ledger.total.refused) == (2, 4)


def test_assignment_waits_for_a_sale(tmp_path: Path) -> None:
    def deals(days: int) -> list[str]:
        end = date(2025, 6, 1) + timedelta(days=days)
        rows = (f"o{n},l{n},2025-06-01T10:00:00Z,{end}T10:00:00Z,true" for n in range(5))
        return ["opportunity_id,lead_id,created_at,closed_at,won", *rows]

    ruleset = "audits:\n  north: {kind: assignment, started: 2026-01-01}\n"
    for days, following in ((30, date(2026, 4, 1)), (120, date(2026, 5, 1))):
        write(tmp_path, {"leads": ["lead_id", "l1"], "opportunities": deals(days)})
        [row] = sheet_of(tmp_path, ruleset, "2026-01-02").rows
        assert row.next == following


def test_without_a_start_the_first_record_of_the_data_is_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "events": [
                EVENTS,
                *mailings(date(2026, 1, 1), 9),
                *mailings(date(2026, 2, 3), 99, campaign="p"),
            ]
        },
    )
    ruleset = "audits:\n  p: {kind: automation, program: p, metric: count(click)}\n"
    ruleset += "  none: {kind: automation, program: q, metric: count(click)}\n"
    sheet = sheet_of(tmp_path, ruleset, "2026-03-20")
    found, none = row_of(sheet, "p"), row_of(sheet, "none")
    assert found.started == date(2026, 2, 3)
    assert found.past[0].on == date(2026, 3, 5)
    assert (none.cells, none.trend, none.next) == ((), None, None)
    assert "started:" in none.reason


def test_data_that_end_early_are_told_of(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 40)]})
    sheet = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-04-10")
    [note] = sheet.notes
    assert note.startswith("the events end on 2026-02-09, 60 days before the date of the sheet")


def test_fields_of_leads_are_those_of_the_date(tmp_path: Path) -> None:
    leads = ["lead_id,country", *(f"l{day:04}{m},DE" for day in range(101, 132) for m in range(5))]
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 95)], "leads": leads})
    ruleset = """
audits:
  germans: {kind: nurture, started: 2026-01-01, metric: count(send where lead.country is DE)}
"""
    sheet = sheet_of(tmp_path, ruleset, "2026-04-05")
    assert sheet.notes == (
        "`lead.country`: as on 2026-04-05 at every review, whatever it was before",
    )
    assert sheet.rows[0].past[0].reading is not None
    assert sheet.rows[0].past[0].reading.value == 31 * 5


def test_columns_and_programs_of_any_name(tmp_path: Path) -> None:
    header = "event_id,lead_id,occurred_at,type,campaign,number,cluster,day,in span,top"
    program = '"o\'neil ""4"""'
    rows = (
        f"e{n},l{n % 7},2026-01-{1 + n % 28:02}T10:00:00Z,send,{program},{n},x,{n},1,y"
        for n in range(60)
    )
    deals = "opportunity_id,lead_id,created_at,number,begin,known,record at,end"
    offers = (f"o{n},l{n % 7},2026-01-20T10:00:00Z,{n},1,2,3,4" for n in range(20))
    late = "late,l1,2026-03-01T10:00:00Z,other,,,,,,"  # the log goes on
    write(tmp_path, {"events": [header, *rows, late], "opportunities": [deals, *offers]})
    ruleset = """
audits:
  odd:
    kind: automation
    program: o'neil "4"
    started: 2026-01-01
    cadence: 60 days
    metric: >-
      count(send where number < 30 and day >= 10 and cluster is x and `in span` = 1 and top is y)
  deals:
    kind: automation
    program: o'neil "4"
    started: 2026-01-01
    cadence: 60 days
    metric: >-
      count(opportunity where number < 15 and begin = 1 and known = 2 and `record at` = 3
      and end = 4)
"""
    sheet = sheet_of(tmp_path, ruleset, "2026-03-20")
    values = [row.past[0].reading.value for row in sheet.rows if row.past[0].reading]
    assert values == [20, 15]


def test_a_review_on_any_day_is_what_the_sheet_will_show(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 1, 1), 200)]})
    (tmp_path / "model.yaml").write_text(
        f"leadline: 1\nmodel: m\n{RATE.format(started='2026-01-01')}", encoding="utf-8"
    )
    text = read_ruleset(tmp_path / "model.yaml")
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        [audit] = audits_of(text, columns_of(store), store)
        sheet = make_sheet(store, text, [audit], reviews_of(text), "2026-07-10")
        planned = read_at(store, text, audit, (), "2026-06-30")
        early = read_at(store, text, audit, (), "2026-05-20")
        late = read_at(store, text, audit, (), "2025-12-12")
        delayed = read_at(store, text, audit, (), "2026-07-08")
    assert planned == sheet.rows[0].past[-1].reading
    # A week late it is still the review of 30 June, and looks at all days since the one before.
    assert (delayed.begin, delayed.n) == (date(2026, 4, 2), 98 * 20)
    assert (early.begin, early.end, early.n) == (date(2026, 4, 2), date(2026, 5, 20), 49 * 20)
    assert (late.value, late.reason) == (None, f"{NOT_ENOUGH}: it has not begun yet")


def test_a_sheet_without_data(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead_id\nann\n", encoding="utf-8")
    sheet = sheet_of(tmp_path, RATE.format(started="2026-01-01"), "2026-07-10")
    assert [cell.reading.reason for cell in sheet.rows[0].past if cell.reading] == [
        f"{NOT_ENOUGH}: the data have no such records"
    ] * 2
    assert sheet.rows[0].trend is not None
    assert sheet.rows[0].trend.reason.startswith(NOT_ENOUGH)


def test_what_was_recorded_is_compared_as_what_it_is_when_the_data_are_gone(tmp_path: Path) -> None:
    write(tmp_path, {"events": [EVENTS, *mailings(date(2026, 6, 1), 5)]})
    ruleset = """
audits:
  price: {kind: content, program: p, started: 2026-01-01, metric: cost_per(send)}
  wait:
   {kind: content, started: 2026-01-01, metric: "median_days(created_at, closed_at of opportunity)"}
  mails:
    kind: nurture
    started: 2026-01-01
    metric: rate(click, send)
    benchmark: {value: 2.1%}
"""
    ends = "low: 41, high: 61"
    (tmp_path / "model.reviews.yaml").write_text(
        f"""
leadline: 1
reviews:
  - {{audit: price, on: 2026-04-01, from: 2026-01-01, to: 2026-04-01, figure: 50, {ends}}}
  - {{audit: price, on: 2026-05-15, from: 2026-04-02, to: 2026-05-15, figure: 50, {ends}}}
  - {{audit: wait, on: 2026-04-01, from: 2026-01-01, to: 2026-04-01, figure: 50, {ends}}}
  - {{audit: wait, on: 2026-05-15, from: 2026-04-02, to: 2026-05-15, figure: 50, {ends}}}
""",
        encoding="utf-8",
    )
    sheet = sheet_of(tmp_path, ruleset, "2026-05-20")
    for name in ("price", "wait"):
        change = row_of(sheet, name).change
        assert change is not None
        assert (change.amount, change.word) == (0.0, "no clear change")
    benchmark = row_of(sheet, "mails").benchmark
    assert benchmark is not None
    assert benchmark.share
