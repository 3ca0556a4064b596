"""A portal in memory: its histories, merges, and one of any size that takes no room."""

from __future__ import annotations

import time
import tracemalloc
from collections import Counter
from collections.abc import Callable

import pytest
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import Portal
from leadline.testing.fake_hubspot.instants import iso, millis

CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-06-30", "2026-06-30T00:00:00.000Z"),
        ("2026-06-30T12:00:00", "2026-06-30T12:00:00.000Z"),
        ("2026-06-30T12:00:00.0009Z", "2026-06-30T12:00:00.000Z"),
        ("2026-06-30T12:00:00.25+03:00", "2026-06-30T09:00:00.250Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_instants(text: str, said: str):
    assert iso(millis(text)) == said


def test_the_clock_goes_on_with_every_write():
    portal = Portal(now="2026-01-01T00:00:00Z")
    ids = [portal.add("contacts", {}) for _ in range(3)]

    assert [portal.get("contacts", id_).created for id_ in ids] == [
        f"2026-01-01T00:00:0{second}.000Z" for second in range(3)
    ]


def test_ids_are_never_given_twice():
    portal = Portal.generate(contacts=3)
    new = portal.add("contacts", {}, id="5000")
    portal.merge("contacts", "1001", new)

    assert portal.add("contacts", {}) == "5001"
    assert portal.add("companies", {}) == "500000002"


def test_the_winner_keeps_its_values_and_takes_what_it_has_not():
    portal = Portal()
    one = portal.add("contacts", {"email": "a@x.test", "city": "Oulu"})
    two = portal.add("contacts", {"email": "b@x.test", "phone": "1"})

    merged = portal.merge("contacts", one, two, at="2026-07-01T00:00:00Z")

    assert merged.id == one
    values = [merged.properties[name] for name in ("email", "city", "phone")]
    assert values == ["a@x.test", "Oulu", "1"]
    assert portal.get("contacts", two) == merged
    assert portal.history("contacts", two, "phone")[0].source == "MERGE_OBJECTS"
    with pytest.raises(ValueError, match="itself"):
        portal.merge("contacts", one, two)


def test_writing_what_is_not_there_is_an_error():
    with pytest.raises(KeyError, match="no record 7"):
        Portal().update("contacts", "7", {})


def test_a_made_portal_is_the_same_for_the_same_seed():
    def seen(seed: int) -> list[object]:
        portal = Portal.generate(contacts=40, seed=seed)
        records = [record for kind in portal.tables for record in portal.tables[kind].after(0)]
        return [*records, *(entry.fields for entry in portal.email_events.walk())]

    assert seen(1) == seen(1)
    assert seen(1) != seen(2)


def test_a_made_portal_holds_together():
    portal = Portal.generate(contacts=1000)
    people = {record.id: record for record in portal.tables["contacts"].after(0)}
    addresses = [p.properties["email"] for p in people.values() if p.properties["email"]]

    assert len(set(addresses)) == len(addresses) > 950
    assert all(address.isascii() for address in addresses)
    for person in people.values():
        instants = [millis(v.timestamp) for v in person.history("lifecyclestage")]
        assert person.history("lifecyclestage")[0].value == person.properties["lifecyclestage"]
        assert instants == sorted(instants, reverse=True)
        assert millis(person.created) <= instants[-1] <= instants[0] <= millis(person.updated)
        assert millis(person.updated) <= portal.clock
    stages = Counter(person.properties["lifecyclestage"] for person in people.values())
    assert stages["subscriber"] > stages["salesqualifiedlead"] > stages["customer"] > 0
    known = set(portal.defined("contacts"))
    assert all(known.issuperset(person.properties) for person in people.values())


def test_what_made_people_do_comes_after_they_are_there():
    portal = Portal.generate(contacts=500)

    for entry in portal.happenings.walk():
        person = portal.get("contacts", entry.fields["objectId"])
        assert millis(person.created) <= entry.place[0]


@pytest.mark.parametrize("contacts", [0, 1, 4])
def test_a_small_portal_can_be_made(serve: Callable[..., Client], contacts: int):
    client = serve(Portal.generate(contacts=contacts))

    assert len(client.get(CONTACTS).json()["results"]) == contacts
    assert len(client.get("/email/public/v1/events").json()["events"]) == min(10, 4 * contacts)
    assert len(client.get("/marketing/v3/forms").json()["results"]) == 2
    assert client.get("/crm/lists/2026-09/2/memberships").json()["total"] == min(1, contacts)


def test_made_records_link_both_ways():
    portal = Portal.generate(contacts=23)

    for kind, to in (("contacts", "companies"), ("contacts", "deals"), ("companies", "deals")):
        there = {
            (record.id, link.to)
            for record in portal.tables[kind].after(0)
            for link in portal.links.of(kind, record.id, to)
        }
        back = {
            (link.to, record.id)
            for record in portal.tables[to].after(0)
            for link in portal.links.of(to, record.id, kind)
        }
        assert there == back != set()


@pytest.mark.parametrize("newest", [True, False])
def test_what_is_added_stands_among_what_is_made(newest: bool):
    portal = Portal.generate(contacts=20)
    for at in ("2025-06-01T00:00:00Z", "2020-01-01T00:00:00Z", "2026-06-30T11:00:00Z"):
        portal.add_email_event("OPEN", "ada@x.test", at=at, campaign=1)
    log = portal.email_events

    whole = list(log.walk(newest=newest))
    piecewise, past = [], None
    while part := next(log.walk(past=past, newest=newest), None):
        piecewise.append(part)
        past = part.place

    places = [entry.place for entry in whole]
    assert len(places) == len(log) == 83
    assert places == sorted(places, reverse=newest)
    assert piecewise == whole


def test_a_million_contacts_take_no_room(serve: Callable[..., Client]):
    tracemalloc.start()
    begin = time.monotonic()
    client = serve(Portal.generate(contacts=1_000_000))
    first = client.get(CONTACTS, limit=100, associations="companies").json()
    last = client.get(CONTACTS, limit=100, after="1000950").json()
    emails = client.get("/email/public/v1/events", limit=100, startTimestamp=1780000000000).json()
    members = client.get("/crm/lists/2026-09/1/memberships/join-order", limit=100).json()
    forms = "/form-integrations/v1/submissions/forms/b81c6d02-7e35-4a8f-8a5b-95f3d1c0e922"
    submitted = client.get(forms, limit=50).json()
    client.hub.portal.update("contacts", "1000000", {"city": "Oulu"})
    seconds = time.monotonic() - begin
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert first["results"][0]["id"] == "1001"
    assert [len(last["results"]), last["results"][-1]["id"]] == [50, "1001000"]
    assert (len(emails["events"]), emails["hasMore"]) == (100, True)
    assert members["total"] == 333_334
    assert len(submitted["results"]) == 50
    assert peak < 20_000_000
    assert seconds < 10


def test_a_merge_may_make_a_record_with_an_id_of_its_own(client: Client, portal: Portal):
    portal.merge("contacts", "1001", "1003", at="2026-06-30T12:00:00Z")

    merged = portal.merge("contacts", "1001", "1002", anew=True, at="2026-06-30T13:00:00Z")

    assert merged.id == "1026"
    for id_ in ("1001", "1002", "1003", "1026"):
        assert portal.get("contacts", id_) == merged
    assert merged.properties["hs_object_id"] == "1026"
    assert merged.properties["hs_merged_object_ids"] == "1001;1003;1002"
    assert merged.properties["hs_calculated_merged_vids"] == (
        "1001:1782824400000;1003:1782820800000;1002:1782824400000"
    )
    listed = [
        each["id"]
        for page in client.pages("/crm/objects/2026-09/contacts", limit=100)
        for each in page["results"]
    ]
    assert not {"1001", "1002", "1003"} & set(listed)
    assert listed[-1] == "1026"
