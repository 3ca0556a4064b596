"""What automations do in the store: tags, owners, offers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.delivery.given import enter, hot, ruleset, spells, states
from tests.store.given import load, records

from leadline.errors import EngineError
from leadline.store import Store
from leadline.store.actions import act

DAY = "2026-06-01"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as store:
        yield store


def do(store: Store, actions: str, spells_: list, run_id: int = 1, message: str = "{}") -> None:
    """Enter the spells with an automation of these actions, and do them."""
    spells(store.database, spells_)
    model = ruleset(f"  act: {{when: enters hot, do: [{actions}]}}\n")
    enter(store.database, model, DAY, run_id)
    store.database.execute("UPDATE outbox SET message = ? WHERE message IS NULL", [message])
    act(store.database, run_id)


def rows(store: Store, columns: str, table: str) -> list[tuple]:
    return store.database.rows(f"SELECT {columns} FROM {table} ORDER BY ALL")


def test_a_tag_holds_from_the_entry_and_today_is_its_local_date(store: Store):
    do(store, "{tag: {mql: today, track: nurture}}", hot(1, "2026-05-31 22:30:00"))

    assert rows(store, "lead_id, tag, value, set_at::VARCHAR, origin", "lead_tags") == [
        ("lead0000", "mql", "2026-06-01", "2026-05-31 22:30:00", "automation small.act"),
        ("lead0000", "track", "nurture", "2026-05-31 22:30:00", "automation small.act"),
    ]
    assert states(store.database) == {"delivered": 1}


def test_tags_join_those_that_a_source_gave(store: Store):
    load(store, records("lead_tags", "lead_id tag value set_at", ("L1", "mql", "x", "2026-01-01")))
    do(store, "{tag: {mql: today}}", hot(1))

    assert rows(store, "lead_id, value, origin", "lead_tags") == [
        ("L1", "x", None),
        ("lead0000", "2026-06-01", "automation small.act"),
    ]
    assert (
        load(
            store,
            records("lead_tags", "lead_id tag value set_at", ("L1", "mql", "x", "2026-01-01")),
        )
        .table("lead_tags")
        .new
        == 0
    )


def test_what_is_done_is_not_done_again(store: Store):
    for run_id in (1, 2):
        do(store, "{tag: {mql: today}}, {offer: {}}", hot(2), run_id)

    assert len(rows(store, "*", "lead_tags")) == 2
    assert rows(store, "lead_id, offered_at::VARCHAR", "handoffs") == [
        ("lead0000", "2026-06-01 08:00:00"),
        ("lead0001", "2026-06-01 08:00:00"),
    ]
    assert rows(store, "attempts, last_run", "outbox") == [(1, 1)] * 4


def test_an_offer_that_was_imported_stays_the_only_one(store: Store):
    load(
        store,
        records(
            "handoffs",
            "lead_id offered_at accepted",
            ("lead0000", "2026-06-01T08:00:00Z", "true"),
        ),
    )
    do(store, "{offer: {}}", hot(2))

    assert rows(store, "lead_id, accepted", "handoffs") == [("lead0000", True), ("lead0001", None)]


def test_owners_take_turns_over_runs(store: Store):
    for run_id in (1, 2):
        later = [(*spell[:1], f"{spell[1]}-{run_id}", *spell[2:]) for spell in hot(2)]
        do(store, "{assign: {round_robin: [anna, ben, cleo]}}", later, run_id)

    assert rows(store, "lead_id, owner", "leads") == [
        ("lead0000-1", "anna"),
        ("lead0000-2", "cleo"),
        ("lead0001-1", "ben"),
        ("lead0001-2", "anna"),
    ]


@pytest.mark.parametrize(
    ("message", "owner"),
    [
        ('{"lead.country": "DE"}', "anna"),
        ('{"lead.country": 7.0}', "ben"),
        ('{"lead.country": 7}', "ben"),
        ('{"lead.country": "AT"}', "cleo"),
        ('{"lead.country": null}', "cleo"),
        ("{}", "cleo"),
    ],
)
def test_an_owner_by_a_field(store: Store, message: str, owner: str):
    rule = "{assign: {by: lead.country, owners: {DE: anna, 7: ben}, other: cleo}}"
    do(store, rule, hot(1), message=message)

    assert rows(store, "owner", "leads") == [(owner,)]


def test_without_other_nobody_else_changes_the_owner(store: Store):
    load(store, records("leads", "lead_id owner", ("lead0000", "olga")))
    do(store, "{assign: {by: lead.country, owners: {DE: anna}}}", hot(1))

    assert rows(store, "owner", "leads") == [("olga",)]
    assert rows(store, "*", "lead_history") == []
    assert states(store.database) == {"delivered": 1}


def test_the_owner_before_stays_known_for_the_time_before(store: Store):
    load(
        store,
        records(
            "leads",
            "lead_id owner created_at",
            ("lead0000", "olga", "2026-02-01T00:00:00Z"),
            ("lead0001", "olga", "2026-02-01T00:00:00Z"),
            ("lead0002", None, "2026-02-01T00:00:00Z"),
        ),
        records(
            "events",
            "lead_id occurred_at type",
            ("lead0001", "2026-01-15T00:00:00Z", "demo_request"),
        ),
    )
    do(store, "{assign: {round_robin: [anna]}}", hot(3))

    history = rows(store, "lead_id, field, value, changed_at::VARCHAR", "lead_history")
    assert history == [
        ("lead0000", "owner", "anna", "2026-06-01 08:00:00"),
        ("lead0000", "owner", "olga", "2026-02-01 00:00:00"),
        ("lead0001", "owner", "anna", "2026-06-01 08:00:00"),
        ("lead0001", "owner", "olga", "2026-01-15 00:00:00"),
        ("lead0002", "owner", "anna", "2026-06-01 08:00:00"),
    ]


def test_an_old_entry_does_not_take_a_lead_from_its_later_owner(store: Store):
    do(store, "{assign: {round_robin: [anna]}}", hot(1, "2026-06-01 12:00:00"))
    do(store, "{assign: {round_robin: [ben]}}", hot(1, "2026-06-01 09:00:00"), run_id=2)

    assert rows(store, "owner", "leads") == [("anna",)]


def test_actions_are_done_whole_or_not_at_all(store: Store):
    by = "{assign: {by: lead.country, owners: {DE: anna}}}"
    with pytest.raises(EngineError, match="JSON"):
        do(store, f"{{tag: {{mql: today}}}}, {by}", hot(1), message="no JSON")

    assert states(store.database) == {"pending": 2}
    assert store.catalog().table("lead_tags") is None
