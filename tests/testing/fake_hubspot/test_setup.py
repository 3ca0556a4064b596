"""Properties, owners, pipelines, lists and the account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import Portal, Stage

PROPERTIES = "/crm/properties/2026-09/contacts"
SCORE = {
    "name": "leadline_readiness",
    "label": "Readiness",
    "type": "number",
    "fieldType": "number",
    "groupName": "contactinformation",
}


def test_properties_say_their_type_and_options(client: Client):
    known = {each["name"]: each for each in client.get(PROPERTIES).json()["results"]}

    assert known["createdate"]["type"] == "datetime"
    assert known["createdate"]["modificationMetadata"]["readOnlyValue"] is True
    assert known["lifecyclestage"]["fieldType"] == "select"
    assert [each["value"] for each in known["lifecyclestage"]["options"]][-1] == "other"
    assert known["hs_v2_date_entered_lead"]["type"] == "datetime"
    assert known["hs_v2_cumulative_time_in_lead"]["type"] == "number"
    assert client.get(f"{PROPERTIES}/email").json() == known["email"]
    assert client.get(f"{PROPERTIES}/no_such").status_code == 404


def test_a_property_is_made_and_then_written(client: Client, portal: Portal):
    body = {"inputs": [{"id": "1001", "properties": {"leadline_readiness": "42"}}]}
    early = client.post("/crm/objects/2026-09/contacts/batch/update", body)

    made = client.post(PROPERTIES, SCORE)
    again = client.post(PROPERTIES, SCORE)
    late = client.post("/crm/objects/2026-09/contacts/batch/update", body)

    assert [each.status_code for each in (early, made, again, late)] == [400, 201, 409, 200]
    assert made.json()["hubspotDefined"] is False
    assert portal.get("contacts", "1001").properties["leadline_readiness"] == "42"


@pytest.mark.parametrize(
    "wrong",
    [{"name": "Readiness"}, {"type": "float"}, {"groupName": "leadline"}, {"label": ""}],
)
def test_a_property_that_is_not_well_described_is_refused(client: Client, wrong: dict):
    refused = client.post(PROPERTIES, SCORE | wrong)

    assert refused.status_code == 400
    assert refused.json()["category"] == "VALIDATION_ERROR"


def test_a_group_is_made_for_properties(client: Client):
    assert client.post(f"{PROPERTIES}/groups", {"name": "leadline"}).status_code == 201
    assert client.post(f"{PROPERTIES}/groups", {"name": "leadline"}).status_code == 409
    assert client.post(PROPERTIES, SCORE | {"groupName": "leadline"}).status_code == 201
    groups = [each["name"] for each in client.get(f"{PROPERTIES}/groups").json()["results"]]
    assert groups == ["contactinformation", "leadline"]


def test_stages_of_the_lifecycle_leave_their_dates(client: Client, portal: Portal):
    id_ = portal.add("contacts", {"lifecyclestage": "lead"}, at="2026-01-01T00:00:00Z")
    portal.update("contacts", id_, {"lifecyclestage": "customer"}, at="2026-01-02T00:00:00Z")
    names = [
        "hs_v2_date_entered_lead", "hs_v2_date_exited_lead", "hs_v2_latest_time_in_lead",
        "hs_v2_cumulative_time_in_lead", "hs_v2_date_entered_customer",
        "hs_v2_date_entered_current_stage",
    ]  # fmt: skip

    found = client.get(f"/crm/objects/2026-09/contacts/{id_}", properties=",".join(names)).json()

    assert [found["properties"][name] for name in names] == [
        "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "86400000", "86400000",
        "2026-01-02T00:00:00.000Z", "2026-01-02T00:00:00.000Z",
    ]  # fmt: skip


def test_owners_have_pages_and_archived_ones_are_apart(client: Client):
    pages = client.pages("/crm/owners/2026-09", limit=4)
    archived = client.get("/crm/owners/2026-09", archived="true").json()["results"]

    assert [len(page["results"]) for page in pages] == [4, 2]
    assert [each["archived"] for each in archived] == [True]
    one = pages[0]["results"][0]
    assert client.get(f"/crm/owners/2026-09/{one['id']}").json() == one
    named = client.get("/crm/owners/2026-09", email=one["email"]).json()["results"]
    assert named == [one]


def test_pipelines_have_stages_with_what_they_mean(client: Client, portal: Portal):
    portal.add_pipeline("deals", "renewals", "Renewals", [Stage("lost", "Lost", 0.0, closed=True)])

    found = client.get("/crm/pipelines/2026-09/deals").json()["results"]

    assert [each["label"] for each in found] == ["Sales Pipeline", "Renewals"]
    [stage] = found[1]["stages"]
    assert stage["metadata"] == {"isClosed": "true", "probability": "0.0"}
    assert client.get("/crm/pipelines/2026-09/deals/renewals").json() == found[1]
    stages = client.get("/crm/pipelines/2026-09/deals/renewals/stages").json()
    assert stages["results"] == [stage]
    assert client.get("/crm/pipelines/2026-09/deals/none").status_code == 404


def test_lists_are_searched_and_read(client: Client, portal: Portal):
    portal.add_list("9", "Guests", [("1005", "2026-02-01T00:00:00Z"), ("1002", "2026-03-01")])

    lists = client.post("/crm/lists/2026-09/search", {"query": "guest", "count": 1}).json()
    rest = client.post("/crm/lists/2026-09/search", {"query": "guest", "offset": 1}).json()

    assert (lists["total"], lists["hasMore"], lists["offset"]) == (2, True, 1)
    assert [each["listId"] for each in (*lists["lists"], *rest["lists"])] == ["2", "9"]
    assert client.get("/crm/lists/2026-09/9").json()["list"]["name"] == "Guests"
    by_id = client.pages("/crm/lists/2026-09/9/memberships", limit=1)
    assert [page["results"][0]["recordId"] for page in by_id] == ["1002", "1005"]
    by_time = client.pages("/crm/lists/2026-09/9/memberships/join-order", limit=1)
    assert [page["results"] for page in by_time] == [
        [{"recordId": "1005", "membershipTimestamp": "2026-02-01T00:00:00.000Z"}],
        [{"recordId": "1002", "membershipTimestamp": "2026-03-01T00:00:00.000Z"}],
    ]
    assert client.get("/crm/lists/2026-09/77/memberships").status_code == 404


def test_members_of_a_list_come_by_the_hundred(serve: Callable[..., Client]):
    client = serve(Portal.generate(contacts=900))

    pages = client.pages("/crm/lists/2026-09/1/memberships")

    assert [len(page["results"]) for page in pages] == [100, 100, 100]
    assert pages[0]["total"] == 300


def test_the_account_says_its_zone_and_its_use(serve: Callable[..., Client]):
    client = serve(Portal(portal_id=42, time_zone="America/New_York", now="2026-01-15T12:00:00Z"))

    account = client.get("/account-info/2026-09/details").json()
    [usage] = client.get("/account-info/2026-09/api-usage/daily/private-apps").json()["results"]

    assert (account["portalId"], account["timeZone"]) == (42, "America/New_York")
    assert (account["utcOffset"], account["utcOffsetMilliseconds"]) == ("-05:00", -18_000_000)
    assert (usage["usageLimit"], usage["currentUsage"]) == (1_000_000, 2)
    # The next midnight of New York.
    assert usage["resetsAt"] == "2026-01-16T05:00:00.000Z"
