"""What of a HubSpot portal becomes what, and the kit that every source passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from tests.plugins.portals import FORM, TOKEN, Loader, loaded, now, settings, small

from leadline.errors import SourceError, UsageError
from leadline.plugin import Plugins, checked_settings
from leadline.testing.conformance import SourceConformance
from leadline.testing.fake_hubspot import FakeHubSpot, Portal

CONTACTS = {"contacts": ["firstname", "zip", "interests", "lifecyclestage"]}


@pytest.fixture
def portal() -> Portal:
    return small()


@pytest.fixture
def fake(portal: Portal) -> Iterator[FakeHubSpot]:
    with FakeHubSpot(portal) as made:
        yield made


class TestHubSpot(SourceConformance):
    kind = "hubspot"

    @pytest.fixture(autouse=True)
    def _served(self, fake: FakeHubSpot) -> None:
        self.fake = fake

    def settings(self, root: Path) -> Mapping[str, object]:
        return settings(self.fake, read=["contacts", "deals"])

    def nothing(self, root: Path) -> Mapping[str, object]:
        self.fake.portal = Portal()
        return settings(self.fake)

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return settings(self.fake, token="pat-eu1-old")  # noqa: S106 - opens nothing


def test_contacts_are_leads(fake: FakeHubSpot, tmp_path: Path) -> None:
    loader = loaded(fake, tmp_path, properties=CONTACTS)

    found = loader.rows(
        "SELECT lead_id, account_id, owner, owner_email, email, archived, firstname, zip, "
        "interests FROM leads ORDER BY lead_id"
    )

    skis = ["skis", "boots"]
    assert found == [
        (
            "101",
            "501",
            "Rosa Lind",
            "rosa@sales.test",
            "Ada@acme.test",
            False,
            "Ada",
            "00100",
            skis,
        ),
        ("102", None, None, None, "ben@acme.test", False, "Ben", "20500", None),
        ("103", None, "gone@sales.test", "gone@sales.test", None, False, "Cleo", None, None),
    ]
    assert loader.rows("SELECT account_id, name, domain FROM accounts") == [
        ("501", "Acme", "acme.test")
    ]


def test_a_merged_contact_counts_for_the_other_since_then(
    fake: FakeHubSpot, tmp_path: Path
) -> None:
    loader = loaded(fake, tmp_path)

    assert loader.rows("SELECT * FROM aliases") == [("104", "101", datetime(2026, 4, 1, 12))]


def test_the_past_of_a_property_is_lead_history_and_of_the_stage_tags(
    fake: FakeHubSpot, tmp_path: Path
) -> None:
    loader = loaded(fake, tmp_path, history=["lifecyclestage", "hubspot_owner_id"])

    path = [("lead", datetime(2026, 1, 2, 10)), ("customer", datetime(2026, 3, 1, 9, 30))]
    history = "SELECT value, changed_at FROM lead_history WHERE lead_id = '101' AND field = "
    tags = "SELECT value, set_at FROM lead_tags WHERE lead_id = '101' AND tag = 'lifecyclestage'"
    assert loader.rows(f"{history} 'lifecyclestage' ORDER BY changed_at") == path
    assert loader.rows(f"{tags} ORDER BY set_at") == path
    assert loader.rows(f"{history} 'owner'") == [("Rosa Lind", datetime(2026, 2, 1))]


def test_without_its_history_the_stage_has_the_dates_that_hubspot_keeps(
    fake: FakeHubSpot, tmp_path: Path
) -> None:
    loader = loaded(fake, tmp_path, history=[], read=["contacts"])

    assert loader.rows("SELECT value, set_at FROM lead_tags WHERE lead_id = '101' ORDER BY 2") == [
        ("lead", datetime(2026, 1, 2, 10)),
        ("customer", datetime(2026, 3, 1, 9, 30)),
    ]
    assert loader.store.catalog().table("lead_history") is None


def test_deals_are_opportunities(fake: FakeHubSpot, tmp_path: Path) -> None:
    loader = loaded(fake, tmp_path)

    assert loader.rows(
        "SELECT opportunity_id, lead_id, account_id, closed_at, won, amount, pipeline, stage "
        "FROM opportunities ORDER BY 1"
    ) == [
        ("901", "101", "501", datetime(2026, 3, 1), True, 1500.0, "Sales", "Closed won"),
        ("902", None, "501", None, None, 1500.0, "Sales", "Talking"),
        ("903", None, "501", datetime(2026, 2, 9), False, 1500.0, "Sales", "Closed lost"),
    ]


def test_what_happened_is_events_of_the_lead_with_that_address(
    fake: FakeHubSpot, tmp_path: Path
) -> None:
    loader = loaded(fake, tmp_path, event_properties=["hs_title", "hs_url"])

    assert loader.rows(
        "SELECT lead_id, type, asset_id, campaign, url, hs_title FROM events "
        "WHERE lead_id = '101' ORDER BY occurred_at"
    ) == [
        ("101", "email_sent", "33", "Spring letter", None, None),
        ("101", "email_open", "33", "Spring letter", None, None),
        ("101", "email_click", "33", "Spring letter", "https://acme.test/pricing", None),
        ("101", "form_submission", FORM, None, "https://acme.test/demo", None),
        ("101", "e_visited_page", None, None, "https://acme.test/", "Welcome"),
    ]
    assert loader.rows("SELECT asset_id, kind, name, subject FROM assets ORDER BY 1") == [
        (FORM, "form", "Request a demo", None),
        ("33", "email", "Spring letter", "What is new"),
    ]
    rejected = loader.store.rejects()
    assert len(rejected) == 3
    assert all("no contact has its e-mail address" in row.reason for row in rejected)


def test_members_of_lists_have_a_tag(fake: FakeHubSpot, tmp_path: Path) -> None:
    loader = Loader(tmp_path, settings(fake, read=["lists"], lists=["webinar: Guests", "Nobody"]))

    notes = loader.load()

    assert notes == ("the portal has no list of contacts `Nobody`, so it is not read",)
    assert loader.rows("SELECT * FROM lead_tags") == [
        ("102", "list_webinar_guests", datetime(2026, 5, 5, 8), "Webinar: guests")
    ]


def test_later_loads_read_what_changed(portal: Portal, fake: FakeHubSpot, tmp_path: Path) -> None:
    loader = loaded(fake, tmp_path)
    fake.requests.clear()
    portal.update("contacts", "102", {"firstname": "Benno"}, at=now())
    portal.update("deals", "902", {"dealstage": "won", "closedate": now()}, at=now())
    portal.add("contacts", {"email": "dora@acme.test"}, id="105", at=now())
    portal.submit(FORM, {"email": "dora@acme.test"}, at=now())

    loader.load()

    assert loader.rows("SELECT lead_id, firstname FROM leads ORDER BY 1") == [
        ("101", "Ada"), ("102", "Benno"), ("103", "Cleo"), ("105", None)
    ]  # fmt: skip
    assert loader.rows("SELECT won FROM opportunities WHERE opportunity_id = '902'") == [(True,)]
    assert loader.rows("SELECT count(*) FROM events WHERE lead_id = '105'") == [(1,)]
    listed = [asked for asked in fake.asked("GET /crm/objects") if not asked.param("archived")]
    assert not listed, "what was read once is not listed again"


def test_a_later_load_reads_everything_where_other_properties_are_chosen(
    fake: FakeHubSpot, tmp_path: Path
) -> None:
    loader = loaded(fake, tmp_path)
    loader.said["properties"] = {"contacts": ["zip"]}

    loader.load()

    assert loader.rows("SELECT zip FROM leads ORDER BY lead_id") == [
        ("00100",),
        ("20500",),
        (None,),
    ]


def test_what_was_deleted_is_marked_and_a_deleted_deal_is_nobodys(
    portal: Portal, fake: FakeHubSpot, tmp_path: Path
) -> None:
    portal.archive("contacts", "103", at="2026-06-01")
    loader = loaded(fake, tmp_path)
    portal.archive("contacts", "102", at=now())
    portal.archive("deals", "901", at=now())

    loader.load()

    assert loader.rows("SELECT lead_id, archived, firstname FROM leads ORDER BY 1") == [
        ("101", False, "Ada"), ("102", True, "Ben")
    ]  # fmt: skip
    assert loader.rows(
        "SELECT lead_id, account_id, won, archived FROM opportunities WHERE opportunity_id = '901'"
    ) == [(None, "deleted", None, True)]


def test_more_names_than_an_address_holds_are_asked_for_in_a_body(
    portal: Portal, fake: FakeHubSpot, tmp_path: Path
) -> None:
    names = [f"field_{number:03d}_{'x' * 40}" for number in range(200)]
    for name in names:
        portal.define("contacts", name)
    portal.update("contacts", "102", {names[150]: "found"}, at="2026-06-01")

    loader = loaded(fake, tmp_path, read=["contacts"], properties={"contacts": names})

    assert loader.rows(f"SELECT lead_id FROM leads WHERE {names[150]} = 'found'") == [("102",)]
    assert {asked.status for asked in fake.requests} == {200}


def test_unknown_properties_and_missing_rights_are_said_and_the_rest_is_read(
    portal: Portal, tmp_path: Path
) -> None:
    with FakeHubSpot(portal, tier="professional") as fake:
        loader = Loader(tmp_path, settings(fake, properties={"contacts": ["firstnam"]}))
        notes = loader.load()

    assert notes[0] == (
        "the portal's contacts have no property `firstnam`, so it is not read; "
        "is `firstname` meant?"
    )
    assert notes[1] == (
        "`events` is not read: the service key lacks business-intelligence, which HubSpot gives to "
        "Enterprise subscriptions only; add it in HubSpot under Settings > Integrations > Service "
        "Keys, or leave `events` out of `read`"
    )
    assert loader.rows("SELECT count(*) FROM events") == [(8,)]


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ([], "crm.schemas.contacts.read"),
        (["crm.schemas.contacts.read"], "crm.objects.contacts.read"),
    ],
)
def test_the_scopes_that_are_missing_are_named(
    portal: Portal, tmp_path: Path, scopes: list[str], said: str
) -> None:
    with FakeHubSpot(portal, scopes=scopes) as fake, pytest.raises(SourceError) as raised:
        loaded(fake, tmp_path, read=["contacts"])

    assert said in raised.value.hint
    assert TOKEN not in raised.value.message + raised.value.hint


def test_nothing_is_ever_written(fake: FakeHubSpot, tmp_path: Path) -> None:
    loaded(fake, tmp_path).load()

    written = [a for a in fake.requests if a.method != "GET" and "/read" not in a.path]
    assert {asked.path.rpartition("/")[2] for asked in written} == {"search"}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"since": "June"}, "`since` is no day"),
        ({"url": "api.hubapi.com"}, "the `url` is no address"),
    ],
)
def test_settings_that_mean_nothing_are_refused(said: dict[str, str], wrong: str) -> None:
    kind = Plugins().source_kind("hubspot")

    with pytest.raises(UsageError, match=wrong):
        kind.factory(checked_settings(kind, {"token": "x", **said}))


def test_what_happened_before_since_is_not_read(fake: FakeHubSpot, tmp_path: Path) -> None:
    loader = loaded(fake, tmp_path, since="2026-06-02")

    assert loader.rows("SELECT type FROM events ORDER BY occurred_at") == [
        ("form_submission",), ("e_visited_page",)
    ]  # fmt: skip
