"""Every figure of an audit over drawn logs, against a count in plain Python."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from tests.audit.drawn import (
    RULESET,
    About,
    Period,
    Row,
    Tables,
    by_lead,
    deals,
    draw,
    events,
    imported,
    offers,
)
from tests.evaluation import fill

from leadline.audit.figures import Days
from leadline.audit.log import open_log
from leadline.audit.measure import measure, of_audit
from leadline.audit.programs import audits_of
from leadline.audit.reading import Reading
from leadline.document import load
from leadline.pipeline import RulesetText, columns_of
from leadline.store import Store

PERIODS = (
    Period(date(2026, 2, 20), date(2026, 3, 28)),
    Period(date(2026, 3, 29), date(2026, 4, 4)),
    Period(date(2026, 3, 20), date(2026, 4, 15)),
    Period(date(2026, 4, 18), date(2026, 4, 18)),
)
SEEDS = range(6)
ABOUT = {
    "everything": ("", About()),
    "program": ("program: p", About("p")),
    "group": ("group: asset.kind is webinar", About(webinars=True)),
    "both": ("program: q, group: asset.kind is webinar", About("q", webinars=True)),
}

Amounts = dict[str, float]
Count = Callable[[Tables, About, Period], Amounts]


def sent(data: Tables, about: About, period: Period) -> Amounts:
    return by_lead(_of(data, about, period, "send"))


def clicked(data: Tables, about: About, period: Period) -> Amounts:
    return by_lead(_of(data, about, period, "click"))


def _of(data: Tables, about: About, period: Period, *types: str) -> list[Row]:
    return [
        event
        for event in events(data, about)
        if event["type"] in types and event["occurred_at"] in period
    ]


def by_germans(data: Tables, about: About, period: Period) -> Amounts:
    found = _of(data, about, period, "open", "click")
    return by_lead(event for event in found if event["lead_id"] in ("l0", "l2", "l5"))


def who_clicked(data: Tables, about: About, period: Period) -> Amounts:
    return dict.fromkeys(clicked(data, about, period), 1.0)


def worth(data: Tables, about: About, period: Period) -> Amounts:
    rows = [row for row in _of(data, about, period, "click", "open") if row["worth"] != 0.5]
    return by_lead(rows, measured=lambda row: row["worth"] or 0.0)


def won(data: Tables, about: About, period: Period) -> Amounts:
    return by_lead([deal for deal in deals(data, about, period) if deal["won"]], "owner")


def created(data: Tables, about: About, period: Period) -> Amounts:
    return by_lead(deals(data, about, period), "owner")


def created_of(data: Tables, about: About, period: Period) -> Amounts:
    rows = [deal for deal in deals(data, about, period) if deal["lead_id"]]
    return dict.fromkeys(by_lead(rows), 1.0)


def earned(data: Tables, about: About, period: Period) -> Amounts:
    rows = [deal for deal in deals(data, about, period) if deal["won"]]
    return by_lead(rows, "owner", lambda deal: deal["amount"] or 0.0)


def accepted(data: Tables, about: About, period: Period) -> Amounts:
    return by_lead(row for row in offers(data, about, period) if row["accepted"])


def decided(data: Tables, about: About, period: Period) -> Amounts:
    return by_lead(row for row in offers(data, about, period) if row["accepted"] is not None)


def refused(data: Tables, about: About, period: Period) -> Amounts:
    found = offers(data, about, period)
    return by_lead(row for row in found if row["reason"] == "too small")


AMOUNTS: dict[str, Count] = {
    "count(send)": sent,
    "count([open, click] where lead.country is DE)": by_germans,
    "leads(click)": who_clicked,
    "sum(worth of [click, open] where worth is not 0.5)": worth,
    "count(opportunity)": created,
    "count(opportunity where won)": won,
    "leads(opportunity)": created_of,
    "sum(amount of opportunity where won)": earned,
    'count(handoff where reason is "too small")': refused,
}
RATES: dict[str, tuple[Count, Count]] = {
    "rate(click, send)": (clicked, sent),
    "rate(leads(click), send)": (who_clicked, sent),
    "rate(opportunity where won, opportunity)": (won, created),
    "rate(sum(amount of opportunity where won), leads(click))": (earned, who_clicked),
    "acceptance()": (accepted, decided),
}
IMPORTED = (
    "sum(metric.cost)",
    "rate(metric.clicks, metric.sent)",
    "cost_per(click)",
    "rate(click, metric.sent)",
)
TIMES = (
    "median_days(created_at, closed_at of opportunity)",
    "median_days(offered_at, decided_at of handoff where accepted)",
)


@pytest.fixture(params=SEEDS)
def data(request: pytest.FixtureRequest) -> Tables:
    """A drawn log."""
    return draw(int(request.param))


@pytest.fixture
def store(data: Tables) -> Iterator[Store]:
    """The store of the drawn log."""
    with Store.open(None) as fresh:
        fill(fresh.database, data)
        yield fresh


def readings(
    store: Store, metrics: Sequence[str], about: str, folder: Path
) -> dict[str, tuple[Reading, ...]]:
    """Measure metrics over all periods."""
    text = f"{RULESET}audits:\n"
    for number, metric in enumerate(metrics):
        more = f", {about}" if about else ""
        text += f"  audit_{number}: {{kind: content, metric: '{metric}'{more}}}\n"
    loaded = load(text.encode(), str(folder / "ruleset.yaml"))
    ruleset = RulesetText(str(folder / "ruleset.yaml"), text, loaded.document, loaded.diagnostics)
    audits = audits_of(ruleset, columns_of(store), store)
    log = open_log(store, ruleset, audits, "2026-04-20")
    periods = [Days(period.begin, period.end) for period in PERIODS]
    return {
        audit.metric.text: measure(log, audit.metric.figure, of_audit(audit), periods)
        for audit in audits
    }


@pytest.mark.parametrize("about", ABOUT)
def test_amounts(store: Store, data: Tables, about: str, tmp_path: Path) -> None:
    written, meant = ABOUT[about]
    found = readings(store, tuple(AMOUNTS), written, tmp_path)
    for metric, count in AMOUNTS.items():
        for period, reading in zip(PERIODS, found[metric], strict=True):
            expected = count(data, meant, period)
            assert reading.value == pytest.approx(sum(expected.values())), metric
            squares = sum(amount**2 for amount in expected.values())
            assert reading.variance == pytest.approx(squares), metric


@pytest.mark.parametrize("about", ABOUT)
def test_rates(store: Store, data: Tables, about: str, tmp_path: Path) -> None:
    written, meant = ABOUT[about]
    measured = readings(store, tuple(RATES), written, tmp_path)
    for metric, (top_of, bottom_of) in RATES.items():
        pairs = [(top_of(data, meant, one), bottom_of(data, meant, one)) for one in PERIODS]
        counts = "sum" not in metric
        within = all(
            not below or sum(above.values()) <= sum(below.values()) for above, below in pairs
        )
        for (top, bottom), reading in zip(pairs, measured[metric], strict=True):
            assert reading.share == (counts and within), metric
            whole = sum(bottom.values())
            if not whole:
                assert reading.value is None
                assert reading.reason
                continue
            rate = sum(top.values()) / whole
            assert (reading.top, reading.bottom) == pytest.approx((rate * whole, whole)), metric
            assert reading.value == pytest.approx(rate), metric
            assert reading.n == whole, metric
            leads = top.keys() | bottom.keys()
            spread = sum((top.get(one, 0) - rate * bottom.get(one, 0)) ** 2 for one in leads)
            few = len(leads) / (len(leads) - 1) if len(leads) > 1 else 1
            assert reading.variance == pytest.approx(few * spread / whole**2, abs=1e-9), metric


@pytest.mark.parametrize("about", ["everything", "program"])
def test_imported_figures(store: Store, data: Tables, about: str, tmp_path: Path) -> None:
    written, meant = ABOUT[about]
    found = readings(store, IMPORTED, written, tmp_path)
    sums, rates, costs, mixed = (found[metric] for metric in IMPORTED)
    for number, period in enumerate(PERIODS):
        cost, sent_, clicks = (
            imported(data, meant, period, name) for name in ("cost", "sent", "clicks")
        )
        assert sums[number].value == (pytest.approx(sum(cost)) if cost else None)
        assert sums[number].interval is None
        assert sums[number].reason
        real = clicked(data, meant, period)
        if sent_:
            share = sum(clicks) / sum(sent_)
            assert rates[number].value == pytest.approx(share)
            assert rates[number].share
            assert rates[number].variance == pytest.approx(share * (1 - share) / sum(sent_))
            part = sum(real.values()) / sum(sent_)
            assert mixed[number].value == pytest.approx(part)
            squares = sum(amount**2 for amount in real.values())
            assert mixed[number].variance == pytest.approx(
                squares * (1 - part) / sum(sent_) ** 2, abs=1e-12
            )
        else:
            assert rates[number].value is None
        if real:
            assert costs[number].value == pytest.approx(sum(cost) / sum(real.values()))
        else:
            assert costs[number].value is None


@pytest.mark.parametrize("about", ABOUT)
def test_medians(store: Store, data: Tables, about: str, tmp_path: Path) -> None:
    written, meant = ABOUT[about]
    found = readings(store, TIMES, written, tmp_path)
    closing, deciding = (found[metric] for metric in TIMES)
    for number, period in enumerate(PERIODS):
        closed = [
            _days(deal["created_at"], deal["closed_at"])
            for deal in deals(data, meant, period)
            if deal["closed_at"]
        ]
        taken = [
            _days(offer["offered_at"], offer["decided_at"])
            for offer in offers(data, meant, period)
            if offer["accepted"]
        ]
        for times, reading in ((closed, closing[number]), (taken, deciding[number])):
            assert reading.n == len(times)
            if times:
                assert reading.value == pytest.approx(statistics.median(times))
            else:
                assert reading.value is None
            if reading.interval is not None:
                inside = sum(
                    reading.interval.low <= time <= reading.interval.high for time in times
                )
                assert inside >= math.floor(len(times) / 2)
                assert reading.interval.low in [pytest.approx(time) for time in times]


def _days(begin: object, end: object) -> float:
    return (end - begin).total_seconds() / 86_400  # type: ignore[operator,no-any-return]
