"""Spells become entries: which, in what state, under what key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.delivery.given import SEND, enter, hot, ruleset, spells, states

from leadline.engine.duckdb import Database
from leadline.store import Store, outbox

TWO = SEND + "  thank: {when: enters hot, do: [{tag: {mql: today}}, {offer: {}}]}\n"


@pytest.fixture
def database() -> Iterator[Database]:
    with Store.open(None) as store:
        yield store.database


def seen(database: Database, columns: str) -> list[tuple]:
    return database.rows(f'SELECT {columns} FROM outbox ORDER BY automation, "at", lead_id, number')


def test_an_entry_is_an_action_a_row(database: Database):
    spells(database, hot(1))
    enter(database, ruleset(TWO), "2026-06-01")

    assert seen(database, 'automation, number, kind, "value", lead_id, state, cause') == [
        ("qualify", 1, "send", "digest", "lead0000", "pending", "event 1: demo"),
        ("thank", 1, "tag", '{"mql": "today"}', "lead0000", "pending", "event 1: demo"),
        ("thank", 2, "offer", "", "lead0000", "pending", "event 1: demo"),
    ]


def test_a_second_look_adds_nothing(database: Database):
    spells(database, hot(3))
    enter(database, ruleset(TWO), "2026-06-01")
    before = seen(database, "*")
    enter(database, ruleset(TWO), "2026-06-02", run_id=2)

    assert seen(database, "*") == before


def test_a_key_is_the_same_in_every_store_and_no_two_are_equal(database: Database):
    spells(database, hot(3))
    enter(database, ruleset(TWO), "2026-06-01")
    with Store.open(None) as other:
        spells(other.database, hot(3))
        enter(other.database, ruleset(TWO), "2026-06-01", run_id=9)
        again = seen(other.database, "key")

    keys = seen(database, "key")
    assert keys == again
    assert len(set(keys)) == 9


def test_the_first_run_holds_back_what_lies_before_its_day(database: Database):
    berlin_midnight = "2026-05-31 22:00:00"
    spells(database, hot(1, "2026-05-31 21:59:59.999999") + hot(1, berlin_midnight))
    enter(database, ruleset(SEND), "2026-06-01")

    assert seen(database, "state, day::VARCHAR") == [
        ("backdated", "2026-05-31"),
        ("pending", "2026-06-01"),
    ]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2026-05-31 21:59:00", "backdated"),  # the day before the last run
        ("2026-06-01 05:00:00", "pending"),  # the day of the last run: it may not have been over
        ("2026-06-03 05:00:00", "pending"),
    ],
)
def test_a_later_run_holds_back_what_lies_before_the_day_of_the_last(
    database: Database, at: str, state: str
):
    spells(database, [])
    enter(database, ruleset(SEND), "2026-06-01")
    spells(database, hot(1, at))
    enter(database, ruleset(SEND), "2026-06-04", run_id=2)

    assert states(database) == {state: 1}


def test_an_entry_that_late_data_moves_within_its_day_fires_once(database: Database):
    spells(database, hot(2, "2026-06-01 09:00:00"))
    enter(database, ruleset(SEND), "2026-06-01")
    earlier = hot(1, "2026-06-01 08:50:00")
    spells(database, earlier + hot(2, "2026-06-01 09:00:00")[1:])
    enter(database, ruleset(SEND), "2026-06-01", run_id=2)

    assert seen(database, "strftime(\"at\", '%H:%M'), lead_id, state") == [
        ("08:50", "lead0000", "backdated"),
        ("09:00", "lead0000", "pending"),
        ("09:00", "lead0001", "pending"),
    ]


def test_a_second_entry_of_a_day_fires_too(database: Database):
    spells(database, hot(1, "2026-06-01 09:00:00"))
    enter(database, ruleset(SEND), "2026-06-01")
    spells(database, hot(1, "2026-06-01 09:00:00") + hot(1, "2026-06-01 11:00:00"))
    enter(database, ruleset(SEND), "2026-06-01", run_id=2)

    assert states(database) == {"pending": 2}


def test_a_run_of_the_past_moves_nothing_back(database: Database):
    spells(database, [])
    enter(database, ruleset(SEND), "2026-06-10")
    enter(database, ruleset(SEND), "2026-06-01")
    spells(database, hot(1, "2026-06-05 05:00:00"))
    enter(database, ruleset(SEND), "2026-06-11")

    assert states(database) == {"backdated": 1}


def test_what_lies_after_the_date_is_left_for_later(database: Database):
    spells(database, hot(1, "2026-06-01 22:00:00"))  # midnight in Berlin
    enter(database, ruleset(SEND), "2026-06-01")
    assert states(database) == {}

    enter(database, ruleset(SEND), "2026-06-02")
    assert states(database) == {"pending": 1}


def test_a_lead_that_always_was_inside_enters_nothing(database: Database):
    spells(database, [("hot", "ada", None, None, "created")])
    enter(database, ruleset(SEND), "2026-06-01")

    assert states(database) == {}


def test_leaving_fires_at_the_end_of_a_spell_with_its_cause(database: Database):
    stages = [
        ("aware", "ada", "2026-06-01 01:00:00", "2026-06-01 02:00:00", "created"),
        ("engaged", "ada", "2026-06-01 02:00:00", "2026-06-01 03:00:00", "event 2: demo"),
        ("aware", "ada", "2026-06-01 04:00:00", None, "leads"),
    ]
    spells(
        database, [("hot", "ada", "2026-06-01 01:00:00", "2026-06-01 03:00:00", "event 1")], stages
    )
    left = (
        "  a: {when: leaves aware, do: [{offer: {}}]}\n"
        "  b: {when: leaves engaged, do: [{offer: {}}]}\n"
        "  c: {when: leaves hot, do: [{offer: {}}]}\n"
    )
    enter(database, ruleset(left), "2026-06-01")

    assert seen(database, "automation, strftime(\"at\", '%H'), cause") == [
        ("a", "02", "event 2: demo"),
        ("b", "03", None),  # nothing followed at that instant
        ("c", "03", None),
    ]


def test_an_automation_that_was_off_begins_anew(database: Database):
    spells(database, [])
    enter(database, ruleset(SEND), "2026-06-01")
    enter(database, ruleset(SEND.replace("do:", "enabled: false, do:")), "2026-06-02")
    spells(database, hot(1, "2026-06-03 05:00:00"))
    enter(database, ruleset(SEND), "2026-06-09")

    assert states(database) == {"backdated": 1}


def test_an_action_that_is_added_does_not_fire_for_old_entries(database: Database):
    spells(database, hot(1))
    enter(database, ruleset(SEND), "2026-06-01")
    enter(database, ruleset(SEND.replace("}]}", "}, {offer: {}}]}")), "2026-06-01")

    assert seen(database, "kind") == [("send",)]


def test_names_and_leads_with_quotes_are_only_texts(database: Database):
    odd = "x'); DROP TABLE outbox; --"
    spells(database, [("hot", odd, "2026-06-01 05:00:00", None, odd)])
    enter(
        database,
        ruleset('  a: {when: enters hot, do: [{tag: {"it\'s": "a \'b\'"}}]}\n'),
        "2026-06-01",
    )

    assert seen(database, 'lead_id, cause, "value"') == [(odd, odd, '{"it\'s": "a \'b\'"}')]


def test_firing_sends_what_was_held_back(database: Database):
    spells(database, hot(2, "2026-01-01 00:00:00"))
    enter(database, ruleset(SEND), "2026-06-01")
    outbox.fire_backdated(database)

    assert states(database) == {"pending": 2}
