"""Which contact or company a result goes to: the one that is meant, or none."""

from __future__ import annotations

from pathlib import Path

from tests.plugins.portals import loaded, now
from tests.plugins.published import (
    READ,
    UPDATE,
    bodies,
    changed,
    of,
    people,
    publish,
    states,
)

from leadline.testing.fake_hubspot import FakeHubSpot, Fault, Portal


def test_what_cannot_be_written_stands_in_nobodys_way() -> None:
    portal = people(6)
    portal.archive("contacts", "102")
    portal.merge("contacts", "103", "104")
    results = dict.fromkeys(("101", "102", "103", "104", "999", "ada@acme.test", "0101"), 50.0)
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {**results, "106": float("nan")})

        assert states(outcomes) == {
            **dict.fromkeys((*results, "106"), "refused"),
            "101": "delivered",
            "103": "delivered",
        }
        assert of(portal, "leadline_fit") == {"101": "50", "103": "50"}
        assert portal.get("contacts", "104").properties["leadline_fit"] == "50"
    assert "with this id: it was deleted, or never was there" in outcomes["102"].answer
    assert "with this id: it was deleted, or never was there" in outcomes["999"].answer
    assert outcomes["104"].answer == (
        "it was merged into another contact; the next load from HubSpot tells into which"
    )
    for key in ("ada@acme.test", "0101"):
        assert "no record id of HubSpot" in outcomes[key].answer
        assert "`lead_id` under `publish`" in outcomes[key].answer
        assert "`contact_id` to a property such as `email`" in outcomes[key].answer
    assert "`leadline_fit` is no number" in outcomes["106"].answer


def test_where_there_is_no_record_there_is_nothing_to_take_away() -> None:
    portal = people(4)
    portal.archive("contacts", "102")
    portal.merge("contacts", "103", "104")
    with FakeHubSpot(portal) as fake:
        publish(fake, {"101": 50.0, "103": 40.0})
        outcomes = publish(fake, dict.fromkeys(("101", "102", "104", "999", "ada@acme.test")))

        assert set(states(outcomes).values()) == {"delivered"}
        assert of(portal, "leadline_fit") == {"103": "40"}


def test_a_merge_that_makes_a_new_contact_writes_over_nothing() -> None:
    """Since 2025 what two contacts become has an id of its own, and both of theirs lead to it."""
    portal = people(3)
    with FakeHubSpot(portal) as fake:
        publish(fake, {"101": 90.0, "102": 10.0})
        merged = portal.merge("contacts", "101", "102", anew=True)
        outcomes = publish(fake, {"101": 91.0, "102": 11.0, "103": 5.0})

        assert states(outcomes) == {"101": "refused", "102": "refused", "103": "delivered"}
        assert "was merged into another contact" in outcomes["102"].answer
        assert of(portal, "leadline_fit") == {merged.id: "90", "103": "5"}
        assert states(publish(fake, {merged.id: 91.0})) == {merged.id: "delivered"}


def test_the_next_load_tells_of_such_a_merge(tmp_path: Path) -> None:
    portal = people(3)
    with FakeHubSpot(portal) as fake:
        loader = loaded(fake, tmp_path, read=["contacts"])
        merged = portal.merge("contacts", "101", "102", anew=True, at=now())
        loader.load()

    rows = loader.rows("SELECT old_lead_id, lead_id FROM aliases ORDER BY old_lead_id")
    assert rows == [("101", merged.id), ("102", merged.id)]


def test_a_merge_between_the_look_and_the_write_is_told() -> None:
    portal = people(3)
    merging = changed(lambda scene: portal.merge("contacts", "101", "102") and None)
    with FakeHubSpot(portal, faults=[Fault(UPDATE, merging)]) as fake:
        outcomes = publish(fake, {"102": 10.0, "103": 5.0})

    assert states(outcomes) == {"102": "refused", "103": "delivered"}
    assert "was merged into another contact" in outcomes["102"].answer


def test_contacts_are_known_by_their_address() -> None:
    portal = people()
    portal.merge("contacts", "103", "104")
    keys = {"P101@Acme.test": 1.0, "p104@acme.test": 2.0, "p103@acme.test": 3.0, " ": 4.0}
    with FakeHubSpot(portal) as fake:
        twice = publish(fake, {**keys, "p101@acme.test": 5.0}, contact_id="email")

        assert states(twice) == {
            "P101@Acme.test": "delivered", "p103@acme.test": "delivered", " ": "refused",
            "p104@acme.test": "refused", "p101@acme.test": "refused",
        }  # fmt: skip
        assert of(portal, "leadline_fit") == {"101": "1", "103": "3"}
        assert bodies(fake, READ)[0]["idProperty"] == "email"
        assert all("idProperty" not in one for one in bodies(fake, UPDATE)[0]["inputs"])
    assert "no contact with this `email`" in twice["p104@acme.test"].answer
    assert "another of the leads is of the same contact" in twice["p101@acme.test"].answer
    assert "has no `email`" in twice[" "].answer


def test_contacts_are_known_by_a_property_of_their_own() -> None:
    portal = people()
    portal.define("contacts", "customer_no", unique=True)
    portal.update("contacts", "102", {"customer_no": "A-7"})
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {"A-7": 7.0, "A-8": 8.0}, contact_id="customer_no")

        assert states(outcomes) == {"A-7": "delivered", "A-8": "refused"}
        assert of(portal, "leadline_fit") == {"102": "7"}


def test_accounts_go_to_companies() -> None:
    portal = Portal()
    portal.add("companies", {"name": "Acme", "domain": "acme.test"}, id="501")
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {"501": 40.0, "acme.test": 1.0}, table="accounts")

        assert states(outcomes) == {"501": "delivered", "acme.test": "refused"}
        assert of(portal, "leadline_fit", "companies") == {"501": "40"}
        assert portal.groups["companies"] == ["companyinformation", "leadline"]
        assert portal.groups["contacts"] == ["contactinformation"]
        assert not fake.asked("POST /crm/objects/2026-09/contacts")
    assert "`account_id` under `publish`" in outcomes["acme.test"].answer
