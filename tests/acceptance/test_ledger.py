"""The acceptance ledger, against hand-overs counted one by one by other means."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas
import pytest
from statsmodels.stats.proportion import proportion_confint
from tests.acceptance import counted, drawn

from leadline.acceptance import BY, By, Decided, decided_lately, list_offers, measure_acceptance
from leadline.demo import generate
from leadline.pipeline import open_directory, read_ruleset
from leadline.plan.clock import end_of_day
from leadline.report.acceptance import LedgerRow

SEEDS = range(12)
PLAIN = "leadline: 1\nmodel: plain\nscores: {fit: {facts: {}}}\n"
SPANS = (
    (date(2026, 6, 30), None, None),
    (date(2025, 9, 1), date(2025, 3, 9), None),
    (date(2026, 6, 30), date(2025, 3, 10), date(2025, 10, 31)),
)


def figures(row: LedgerRow) -> dict[str, object]:
    """Return the figures of a row, without its key."""
    found = asdict(row)
    del found["key"]
    return found


def close(one: dict[str, object], other: dict[str, object]) -> bool:
    """Say whether figures are equal, medians but for rounding."""
    days, others = one["median_days"], other["median_days"]
    return {**one, "median_days": 0} == {**other, "median_days": 0} and (
        days == others or days == pytest.approx(others, abs=1e-9)
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", BY)
def test_drawn_logs_are_counted_as_one_by_one(seed: int, by: By):
    rows, zone = drawn.draw(seed), drawn.ZONE
    as_of, since, until = SPANS[seed % len(SPANS)]
    known = end_of_day(as_of, zone)
    tellers = {
        "month": counted.month(zone),
        "reason": counted.reason,
        "owner": counted.owner(rows, known.before),
        "rule": counted.met(rows, known.before, drawn.rules, "(no rule)"),
        "program": counted.met(rows, known.before, drawn.campaigns, "(no program)"),
    }
    offers = counted.offers(rows, known.before, zone, since, until)
    expected = counted.by_keys(offers, tellers[by])

    with drawn.stored(rows) as store:
        ledger = measure_acceptance(
            store, drawn.text(), as_of.isoformat(), since=since, until=until, by=by
        )

    assert len(offers) > 15
    assert {row.key for row in ledger.rows} == set(expected)
    for row in ledger.rows:
        assert close(figures(row), expected[row.key]), row.key
    assert close(figures(ledger.total), counted.figures(offers))


@pytest.mark.parametrize("seed", SEEDS)
def test_late_decisions_are_counted_by_their_date(seed: int):
    rows = drawn.draw(seed)
    known = end_of_day(date(2025, 8, 31), drawn.ZONE)
    lately = [
        offer
        for offer in counted.offers(rows, known.before, drawn.ZONE)
        if offer.decided_at is not None and offer.decided_at >= known.before - timedelta(days=90)
    ]
    expected = counted.figures(lately)

    with drawn.stored(rows) as store:
        found = decided_lately(store.database, known)

    assert lately
    assert found == Decided(len(lately), expected["refused"], expected["reasons"])


def test_rows_are_ordered_by_month_or_by_how_many_were_offered():
    with drawn.stored(drawn.draw(1)) as store:
        months, rules = (
            measure_acceptance(store, drawn.text(), "2026-06-30", by=by).rows
            for by in ("month", "rule")
        )

    assert [row.key for row in months] == sorted(row.key for row in months)
    assert list(rules) == sorted(rules, key=lambda row: (-row.offered, row.key))


@pytest.mark.parametrize(("part", "whole"), [(0, 3), (1, 1), (3, 7), (50, 100), (154, 262)])
def test_the_range_of_a_share_is_wilsons(part: int, whole: int):
    refused = whole - part
    row = LedgerRow("all", whole, whole, 0, part, refused, 0, 0, None, 0, ())
    share = row.share
    low, high = proportion_confint(part, whole, method="wilson")

    assert share is not None
    assert share.value == part / whole
    assert (share.interval.low, share.interval.high) == pytest.approx((low, high), abs=1e-12)


def test_nothing_decided_has_no_share():
    assert LedgerRow("all", 3, 3, 2, 0, 0, 1, 0, None, 0, ()).share is None


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    generate(folder, leads=2000, until=date(2026, 6, 30), format="csv")
    return folder


def test_the_demo_log_is_counted_as_pandas_does(demo: Path):
    times = ["offered_at", "decided_at", "expired_at", "recycled_at"]
    table = pandas.read_csv(demo / "handoffs.csv", parse_dates=times)
    table[times] = table[times].apply(lambda column: column.dt.tz_localize(None))
    until = pandas.Timestamp("2026-06-01") - pandas.Timedelta(hours=2)  # midnight in Berlin
    table = table[table.offered_at < until]
    decided = table[table.decided_at < until]
    accepted = decided[decided.accepted.astype(bool)]
    refused = decided[~decided.accepted.astype(bool)]
    undecided = table.drop(decided.index)
    expired = undecided[undecided.expired_at < until]
    local = table.offered_at.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    days = (decided.decided_at - decided.offered_at) / pandas.Timedelta(days=1)

    store, _ = open_directory(demo, lambda *_: None)
    with store:
        text = read_ruleset(Path(__file__).parents[2] / "rulesets/b2b_saas")
        ledger = measure_acceptance(store, text, "2026-05-31", by="month")
        owners = measure_acceptance(store, text, "2026-05-31", by="owner")

    total = ledger.total
    assert len(table) > 150
    assert (total.offered, total.accepted, total.refused) == (
        *(len(table), len(accepted), len(refused)),
    )
    assert (total.expired, total.open) == (len(expired), len(undecided) - len(expired))
    assert total.recycled == (table.recycled_at < until).sum()
    assert total.median_days == pytest.approx(days.median())
    assert dict(total.reasons) == refused.reason.value_counts().to_dict()
    assert {row.key: row.offered for row in ledger.rows} == (
        local.dt.strftime("%Y-%m").value_counts().to_dict()
    )
    leads = pandas.read_csv(demo / "leads.csv").set_index("lead_id").owner
    assert {row.key: row.refused for row in owners.rows} == (
        refused.lead_id.map(leads).value_counts().to_dict()
    )


def handed(**more: Any) -> dict[str, Any]:
    """Return a hand-over of 1 March 2026 at noon."""
    row = dict.fromkeys(("decided_at", "accepted", "reason", "expired_at", "recycled_at"))
    return {"lead_id": "ada", "offered_at": datetime(2026, 3, 1, 12), **row, **more}


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "open"),
        ({"decided_at": datetime(2026, 3, 2), "accepted": True}, "accepted"),
        ({"decided_at": datetime(2026, 3, 2), "accepted": False}, "refused"),
        ({"decided_at": datetime(2026, 3, 2)}, "refused"),
        ({"accepted": True}, "accepted"),
        ({"decided_at": datetime(2026, 4, 2), "accepted": True}, "open"),
        ({"expired_at": datetime(2026, 3, 20)}, "expired"),
        ({"expired_at": datetime(2026, 4, 20)}, "open"),
        ({"recycled_at": datetime(2026, 3, 20)}, "expired"),
        (
            {
                "expired_at": datetime(2026, 3, 20),
                "decided_at": datetime(2026, 3, 21),
                "accepted": True,
            },
            "accepted",
        ),
    ],
)
def test_what_a_hand_over_is(more: dict[str, Any], outcome: str):
    with drawn.stored({"handoffs": [handed(**more)]}) as store:
        total = measure_acceptance(store, drawn.text(PLAIN), "2026-03-31").total

    outcomes = ("open", "accepted", "refused", "expired")
    assert [name for name in outcomes if getattr(total, name)] == [outcome]
    assert total.offered == 1


@pytest.mark.parametrize(("as_of", "reason"), [("2026-03-31", None), ("2026-04-02", "no budget")])
def test_the_reason_of_a_later_decision_is_not_told_before_it(as_of: str, reason: str | None):
    later = handed(decided_at=datetime(2026, 4, 2), accepted=False, reason="no budget")
    with drawn.stored({"handoffs": [later]}) as store:
        ledger = measure_acceptance(store, drawn.text(PLAIN), as_of)
        [row] = store.database.rows(f"SELECT reason FROM ({list_offers(ledger, 'typed')})")

    assert row == (reason,)


def test_without_hand_overs_there_is_nothing_to_count():
    with drawn.stored({"events": []}) as store:
        for by in BY:
            ledger = measure_acceptance(store, drawn.text(PLAIN), "2026-03-31", by=by)

            assert ledger.rows == ()
            assert ledger.total.offered == 0
            assert ledger.first is None


def test_a_model_without_rules_tells_by_no_rule():
    with drawn.stored({"handoffs": [handed()]}) as store:
        [row] = measure_acceptance(store, drawn.text(PLAIN), "2026-03-31", by="rule").rows

    assert (row.key, row.offered) == ("(no rule)", 1)
