"""How a program stands on a date: what has passed, what comes, what sales thinks of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.audit.sheets import write

from leadline.audit.due import Decisions, Due, decisions_of, due_of
from leadline.audit.due_listing import due_findings, due_table, state_in_words, summary
from leadline.audit.plans import Plan, plan_without_data
from leadline.diagnostic import Place
from leadline.expression.metrics import Acceptance
from leadline.pipeline import columns_of, open_directory
from leadline.plan.clock import parse_as_of
from leadline.report.github import github
from leadline.ruleset.audits import Audit, Metric
from leadline.ruleset.reviews import Review

NOWHERE = Place("ruleset.yaml", 3, 3, 3, 8)
AUDIT = Audit(
    name="model",
    kind="scoring",
    program=None,
    score="readiness",
    group=None,
    started=date(2026, 1, 1),
    metric=Metric("acceptance()", Acceptance()),
    benchmark=None,
    cadence=None,
    owner="",
    review_by=None,
    note="",
    place=NOWHERE,
)
#: The first review of scoring comes after 60 days.
PLANNED = date(2026, 3, 2)


def recorded(*days: date) -> tuple[Review, ...]:
    return tuple(
        Review(
            audit="model",
            on=day,
            by="",
            note="Seen.",
            metric="acceptance()",
            begin=None,
            end=None,
            figure=None,
            share=False,
            top=None,
            bottom=None,
            low=None,
            high=None,
            place=NOWHERE,
        )
        for day in days
    )


def due(day: date, *reviews: date, within: int = 14, decisions: Decisions | None = None) -> Due:
    return due_of(plan_without_data(AUDIT, recorded(*reviews), day, 1), day, within, decisions)


def decisions(accepted: int, refused: int) -> Decisions:
    reasons = (("no budget", refused),) if refused else ()
    return Decisions(date(2026, 1, 1), date(2026, 3, 31), accepted, reasons)


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        (-15, "later", "in 15 days"),
        (-14, "due soon", "due in 14 days"),
        (-1, "due soon", "due in 1 day"),
        (0, "due soon", "due today"),
        (1, "overdue", "overdue by 1 day"),
        (30, "overdue", "overdue by 30 days"),
    ],
)
def test_a_review_is_overdue_from_the_day_after_its_date(days: int, state: str, said: str):
    found = due(PLANNED + timedelta(days=days))

    assert (found.state, found.on, found.days) == (state, PLANNED, -days)
    assert found.pressing is (state == "overdue")
    assert state_in_words(found) == said


def test_what_passed_is_counted_from_the_last_recorded_review():
    never = due(date(2026, 9, 30))
    once = due(date(2026, 9, 30), date(2026, 3, 5))

    # Planned for 2 March, 31 May and 29 August; after the one of 5 March for 3 June, 1 September.
    assert (never.on, never.missed, never.last) == (PLANNED, 3, None)
    assert (once.on, once.missed, once.last) == (date(2026, 6, 3), 2, date(2026, 3, 5))


def test_a_recorded_review_makes_good_all_that_passed():
    found = due(date(2026, 9, 30), date(2026, 9, 30))

    assert (found.state, found.missed, found.on) == ("later", 0, date(2026, 12, 29))


@pytest.mark.parametrize(
    ("accepted", "refused", "state"),
    [(0, 0, "later"), (5, 5, "later"), (5, 6, "review now"), (0, 1, "review now"), (9, 0, "later")],
)
def test_more_than_half_refused_calls_for_a_review_at_once(accepted: int, refused: int, state: str):
    assert due(date(2026, 1, 10), decisions=decisions(accepted, refused)).state == state


def test_the_refusals_are_told_with_their_number_and_reasons():
    many = tuple((f"reason {number}", 9 - number) for number in range(7))
    found = due(
        date(2026, 3, 31),
        decisions=replace(decisions(3, 0), reasons=many),
    )

    [row] = due_table([("small", [found])]).rows

    assert row[-1] == (
        "sales refused 42 of the 45 hand-overs it decided since 2026-01-01: reason 0 9, "
        "reason 1 8, reason 2 7, reason 3 6, reason 4 5, other reasons 7; the review planned "
        "for 2026-03-02 has passed, too"
    )


def test_a_hand_over_that_was_imported_again_is_decided_once(tmp_path: Path):
    write(
        tmp_path,
        {
            "leads": ["lead_id", "a", "b", "c"],
            "aliases": ["old_lead_id,lead_id", "a1,a"],
            "handoffs": [
                "lead_id,offered_at,decided_at,accepted,reason,recycled_at",
                "a,2026-06-01,2026-06-02,false,no budget,",
                "a,2026-06-01,2026-06-02,false,no budget,2026-06-05",
                "a1,2026-06-01,2026-06-02,false,,",
                "b,2026-06-01,2026-06-02,true,,",
                "c,2026-06-01,2026-06-02,,student,",
                "c,2026-06-03,2026-06-04,true,,",
            ],
        },
    )
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        columns_of(store)
        found = decisions_of(store, parse_as_of("2026-06-30", "UTC"), "UTC", None)

    assert (found.accepted, found.reasons) == (2, (("no budget", 1), ("student", 1)))
    assert not found.mostly_refused


def test_what_nothing_plans_says_so_and_does_not_fail():
    plan = plan_without_data(replace(AUDIT, started=None), (), PLANNED, 1)

    found = due_of(plan, PLANNED, 14)

    assert (found.state, found.on, found.pressing) == ("not planned", None, False)
    assert "nothing says when it began" in found.reason
    assert summary([("small", [found])]) == "1 program: 1 not planned"


def test_what_presses_most_comes_first():
    late, later = due(PLANNED + timedelta(days=90)), due(PLANNED - timedelta(days=60))
    more = due(PLANNED + timedelta(days=120))
    now = due(PLANNED - timedelta(days=60), decisions=decisions(0, 3))

    table = due_table([("one", [later, late]), ("two", [more, now])])

    assert table.columns[0] == "model"
    assert [(row[0], row[3]) for row in table.rows] == [
        ("two", "review now"),
        ("two", "overdue by 120 days"),
        ("one", "overdue by 90 days"),
        ("one", "in 60 days"),
    ]


def test_what_comes_later_is_no_finding():
    late, later = due(PLANNED + timedelta(days=9)), due(PLANNED - timedelta(days=60))
    soon = due(PLANNED - timedelta(days=3))

    found = due_findings([("one", [later, late, soon])])

    assert [(one.name, one.place) for one in found] == [
        ("audit-overdue", NOWHERE),
        ("audit-due-soon", NOWHERE),
    ]
    lines = github(found, "in due.md").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice"]


def test_a_plan_tells_what_is_open():
    assert Plan(AUDIT, ()).open == ()
    assert Plan(AUDIT, ()).last is None
