"""HubSpot's own client takes what the fake says: its typed models parse every answer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.testing.fake_hubspot.conftest import KEY

from leadline.testing.fake_hubspot import FakeHubSpot, Fault, Portal, Stage, status

sdk = pytest.importorskip("hubspot_sdk", reason="hubspot-sdk is not installed")

#: The version whose paths the client knows.
VERSION = "2026-03"
WHOLE = ["firstname", "lifecyclestage", "company", "associatedcompanyid"]


@pytest.fixture
def hub() -> Iterator[FakeHubSpot]:
    with FakeHubSpot(Portal.generate(contacts=250), version=VERSION) as running:
        yield running


@pytest.fixture
def hubspot(hub: FakeHubSpot) -> Iterator[sdk.HubSpot]:
    # Strict: what its models do not describe is an error, where it is passed over otherwise.
    with sdk.HubSpot(
        access_token=KEY, base_url=hub.url, _strict_response_validation=True
    ) as client:
        yield client


def test_it_lists_contacts_over_pages(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    page = hubspot.crm.objects.contacts.list(
        limit=100, properties=WHOLE, associations=["companies", "deals"]
    )
    people = list(page)

    assert [person.id for person in people] == [str(1001 + n) for n in range(250)]
    assert len(hub.asked("GET /crm/objects/2026-03/contacts")) == 3
    assert people[0].associations["companies"].results[0].id == "500000001"
    assert people[0].created_at.utcoffset().total_seconds() == 0


def test_it_reads_histories(hubspot: sdk.HubSpot):
    page = hubspot.crm.objects.contacts.list(
        limit=50, properties=WHOLE, properties_with_history=["lifecyclestage"]
    )

    person = max(page, key=lambda each: len(each.properties_with_history["lifecyclestage"]))
    versions = person.properties_with_history["lifecyclestage"]
    assert versions[0].value == person.properties["lifecyclestage"]
    assert [v.timestamp for v in versions] == sorted((v.timestamp for v in versions), reverse=True)


def test_it_gets_one_contact(hubspot: sdk.HubSpot):
    assert hubspot.crm.objects.contacts.get("1007", properties=WHOLE).id == "1007"
    with pytest.raises(sdk.NotFoundError) as caught:
        hubspot.crm.objects.contacts.get("7")
    assert caught.value.body["category"] == "OBJECT_NOT_FOUND"


def test_its_models_forgot_that_a_value_may_be_null(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    hub.portal.add("contacts", {"email": None}, id="2000000")

    # Which also shows that the strict client of these tests is one.
    with pytest.raises(sdk.APIResponseValidationError):
        hubspot.crm.objects.contacts.get("2000000", properties=["email"])

    with sdk.HubSpot(access_token=KEY, base_url=hub.url) as lenient:
        found = lenient.crm.objects.contacts.get("2000000", properties=["email"])

    assert found.properties["email"] is None


def test_it_searches(hubspot: sdk.HubSpot):
    found = hubspot.crm.objects.contacts.search(
        after="",
        filter_groups=[
            {"filters": [{"property_name": "lifecyclestage", "operator": "EQ", "value": "lead"}]}
        ],
        limit=20,
        properties=WHOLE,
        sorts=["-hs_object_id"],
    )

    assert len(found.results) == 20 < found.total
    ids = [int(each.id) for each in found.results]
    assert ids == sorted(ids, reverse=True)
    assert found.paging.next.after == "20"


def test_it_reads_and_writes_by_the_batch(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    batch = hubspot.crm.objects.contacts.batch
    read = batch.get(
        inputs=[{"id": "1001"}, {"id": "1002"}], properties=WHOLE, properties_with_history=[]
    )
    written = batch.update(inputs=[{"id": "1001", "properties": {"lifecyclestage": "customer"}}])
    mixed = batch.update(
        inputs=[
            {"id": "1002", "properties": {"company": "Acme"}, "object_write_trace_id": "a"},
            {"id": "7", "properties": {"company": "Acme"}, "object_write_trace_id": "b"},
        ]
    )

    assert [each.id for each in read.results] == ["1001", "1002"]
    assert written.status == "COMPLETE"
    assert hub.portal.get("contacts", "1001").properties["lifecyclestage"] == "customer"
    assert [each.object_write_trace_id for each in mixed.results] == ["a"]


def test_it_creates_updates_and_merges(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    contacts = hubspot.crm.objects.contacts
    made = contacts.create(associations=[], properties={"email": "new@example.test"})
    changed = contacts.update(made.id, properties={"firstname": "Nils"})
    other = contacts.create(associations=[], properties={"email": "old@example.test"})
    contacts.update(other.id, properties={"lastname": "Holm", "firstname": "N."})
    merged = contacts.merge(object_id_to_merge=other.id, primary_object_id=made.id)

    assert changed.properties["firstname"] == "Nils"
    assert merged.id == made.id
    assert contacts.get(other.id, properties=["lastname"]).properties["lastname"] == "Holm"


def test_it_reads_and_makes_properties(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    made = hubspot.crm.properties.create(
        "contacts",
        name="leadline_readiness",
        label="Readiness",
        type="number",
        field_type="number",
        group_name="contactinformation",
    )
    known = {each.name: each for each in hubspot.crm.properties.list("contacts").results}

    assert made.name == "leadline_readiness"
    assert not known["leadline_readiness"].hubspot_defined
    assert known["createdate"].modification_metadata.read_only_value
    stages = [option.value for option in known["lifecyclestage"].options]
    assert stages[:2] == ["subscriber", "lead"]
    assert "leadline_readiness" in hub.portal.defined("contacts")


def test_it_reads_owners_pipelines_and_the_account(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    hub.portal.add_pipeline("deals", "renewals", "Renewals", [Stage("asked", "Asked", 0.5)])

    owners = list(hubspot.crm.owners.list(limit=2))
    pipelines = hubspot.crm.pipelines.list("deals").results
    account = hubspot.account.get()
    usage = hubspot.account.get_daily_private_apps_usage()

    assert len(owners) == 6
    assert [each.id for each in pipelines] == ["default", "renewals"]
    won = next(each for each in pipelines[0].stages if each.id == "closedwon")
    assert won.metadata == {"isClosed": "true", "probability": "1.0"}
    assert account.portal_id == hub.portal.portal_id
    assert usage.results[0].current_usage >= 4


def test_it_reads_associations(hubspot: sdk.HubSpot):
    found = hubspot.crm.associations.batch.get(
        "companies", from_object_type="contacts", inputs=[{"id": "1001"}, {"id": "1006"}]
    )

    assert [(each.from_.id, each.to[0].to_object_id) for each in found.results] == [
        ("1001", "500000001"),
        ("1006", "500000002"),
    ]


def test_it_reads_lists(hubspot: sdk.HubSpot):
    lists = hubspot.crm.lists.list_by_search(list_ids=[], offset=0, processing_types=[])
    members = list(hubspot.crm.lists.list_memberships("1", limit=50))
    joined = list(hubspot.crm.lists.get_memberships_join_order("1", limit=50))

    assert [each.name for each in lists.lists] == ["Newsletter readers", "Webinar guests"]
    assert len(members) == 84
    assert [each.record_id for each in joined] == [each.record_id for each in members]


def test_it_reads_event_occurrences(hubspot: sdk.HubSpot):
    found = list(
        hubspot.events.occurrences.list(
            limit=100, event_type="e_visited_page", occurred_after="2026-05-01T00:00:00Z"
        )
    )

    assert len(found) > 50
    assert {each.event_type for each in found} == {"e_visited_page"}
    assert min(each.occurred_at for each in found).isoformat() >= "2026-05-01"


def test_it_is_refused_without_the_key(hub: FakeHubSpot):
    with (
        sdk.HubSpot(access_token=KEY[::-1], base_url=hub.url) as client,
        pytest.raises(sdk.AuthenticationError) as caught,
    ):
        client.crm.objects.contacts.get("1001")

    assert caught.value.body["category"] == "INVALID_AUTHENTICATION"
    assert len(hub.requests) == 1


def test_it_waits_where_it_is_told_to_and_goes_on(hub: FakeHubSpot, hubspot: sdk.HubSpot):
    hub.script(Fault("GET /crm/objects/", status(429, retry_after=1), nth=2))

    begin = time.monotonic()
    people = list(hubspot.crm.objects.contacts.list(limit=100, properties=WHOLE))

    assert len(people) == 250
    assert time.monotonic() - begin >= 1
    assert [asked.status for asked in hub.requests] == [200, 429, 200, 200]


def test_it_knows_the_other_errors(hub: FakeHubSpot):
    hub.script(Fault("", status(403, scopes=("crm.lists.read",)), nth=1))
    hub.script(Fault("", status(409), nth=2))
    hub.script(Fault("", status(503), nth=3))

    kinds = (sdk.PermissionDeniedError, sdk.ConflictError, sdk.InternalServerError)
    with sdk.HubSpot(access_token=KEY, base_url=hub.url, max_retries=0) as client:
        for kind in kinds:
            with pytest.raises(kind):
                client.crm.objects.contacts.get("1001")
