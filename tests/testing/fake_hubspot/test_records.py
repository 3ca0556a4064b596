"""Records page by page and one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import Portal

CONTACTS = "/crm/objects/2026-09/contacts"


def ids(pages: list[dict]) -> list[str]:
    return [record["id"] for page in pages for record in page["results"]]


def test_a_page_has_ten_if_nothing_is_said_and_a_hundred_at_most(client: Client):
    assert len(client.get(CONTACTS).json()["results"]) == 10
    assert client.get(CONTACTS, limit=100).status_code == 200
    for limit in (101, 0, "many"):
        refused = client.get(CONTACTS, limit=limit)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["context"] == {"limit": [str(limit)]}


@pytest.mark.parametrize("limit", [1, 5, 7, 24, 25, 26])
def test_pages_give_every_record_once_and_the_last_names_no_next(client: Client, limit: int):
    pages = client.pages(CONTACTS, limit=limit)

    assert ids(pages) == [str(1001 + n) for n in range(25)]
    assert [len(page["results"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert "paging" not in pages[-1]


def test_the_link_of_the_next_page_leads_there(client: Client):
    first = client.get(CONTACTS, limit=4, properties="email").json()

    second = client.session.get(first["paging"]["next"]["link"]).json()

    assert ids([second]) == ["1005", "1006", "1007", "1008"]
    assert "email" in second["results"][0]["properties"]


def test_a_cursor_that_is_none_is_refused(client: Client):
    refused = client.get(CONTACTS, after="no-cursor")

    assert refused.status_code == 400
    assert refused.json()["category"] == "VALIDATION_ERROR"


def test_every_value_is_text_or_null_and_unknown_properties_are_passed_over(
    client: Client, portal: Portal
):
    portal.add("contacts", {"email": "ada@example.test"}, id="3000")
    names = ",".join(portal.defined("contacts"))

    records = client.get(CONTACTS, limit=100, properties=f"{names},no_such").json()["results"]

    assert all(set(each["properties"]) == set(portal.defined("contacts")) for each in records)
    assert {type(v) for each in records for v in each["properties"].values()} == {str, type(None)}
    assert records[-1]["properties"]["firstname"] is None


def test_some_properties_come_unasked(client: Client):
    always = {"createdate", "lastmodifieddate", "hs_object_id"}

    assert set(client.get(f"{CONTACTS}/1001").json()["properties"]) == {
        "email", "firstname", "lastname", *always
    }  # fmt: skip
    [company] = client.get("/crm/objects/2026-09/companies", limit=1).json()["results"]
    assert set(company["properties"]) == {
        "name", "domain", "createdate", "hs_lastmodifieddate", "hs_object_id"
    }  # fmt: skip
    asked = client.get(f"{CONTACTS}/1001", properties="jobtitle").json()
    assert set(asked["properties"]) == {"jobtitle", *always}


def test_properties_may_be_said_with_commas_or_again_and_again(client: Client):
    commas = client.get(f"{CONTACTS}/1001", properties="email,company").json()

    assert client.get(f"{CONTACTS}/1001", properties=["email", "company"]).json() == commas


def test_histories_have_at_most_fifty_records(client: Client):
    asked = {"propertiesWithHistory": "lifecyclestage"}

    assert client.get(CONTACTS, limit=50, **asked).status_code == 200
    refused = client.get(CONTACTS, limit=51, **asked)
    assert refused.status_code == 400
    assert "property histories is 50" in refused.json()["message"]


def test_a_history_is_there_newest_first(client: Client, portal: Portal):
    id_ = portal.add("contacts", {"lifecyclestage": "lead"}, at="2026-01-01T00:00:00Z")
    portal.update("contacts", id_, {"lifecyclestage": "customer"}, at="2026-02-01T00:00:00Z")
    portal.update("contacts", id_, {"lifecyclestage": ""}, at="2026-03-01", source="WORKFLOWS")

    found = client.get(f"{CONTACTS}/{id_}", propertiesWithHistory="lifecyclestage,no_such").json()

    assert found["propertiesWithHistory"] == {
        "lifecyclestage": [
            {"value": "", "timestamp": "2026-03-01T00:00:00.000Z", "sourceType": "WORKFLOWS"},
            {"value": "customer", "timestamp": "2026-02-01T00:00:00.000Z", "sourceType": "CRM_UI"},
            {"value": "lead", "timestamp": "2026-01-01T00:00:00.000Z", "sourceType": "CRM_UI"},
        ]
    }


def test_associations_come_along_if_asked_for(client: Client):
    asked = client.get(f"{CONTACTS}/1001", associations="companies,deals,no_such").json()

    assert asked["associations"] == {
        "companies": {"results": [{"id": "500000001", "type": "contact_to_company"}]},
        "deals": {"results": [{"id": "900000001", "type": "contact_to_deal"}]},
    }
    assert "associations" not in client.get(f"{CONTACTS}/1001").json()


def test_many_associations_have_pages_of_their_own(serve: Callable[..., Client]):
    portal = Portal()
    company = portal.add("companies", {"name": "Acme"})
    people = [portal.add("contacts", {}) for _ in range(750)]
    for person in people:
        portal.associate("companies", company, "contacts", person)
    client = serve(portal)

    inline = client.get(f"/crm/objects/2026-09/companies/{company}", associations="contacts").json()
    pages = client.pages(f"/crm/objects/2026-09/companies/{company}/associations/contacts")

    assert len(inline["associations"]["contacts"]["results"]) == 100
    rest = client.session.get(inline["associations"]["contacts"]["paging"]["next"]["link"]).json()
    assert rest["results"][0]["toObjectId"] == people[100]
    assert [link["toObjectId"] for page in pages for link in page["results"]] == people
    assert [len(page["results"]) for page in pages] == [500, 250]


def test_archived_records_are_apart(client: Client, portal: Portal):
    portal.archive("contacts", "1003", at="2026-06-01T00:00:00Z")

    assert "1003" not in ids(client.pages(CONTACTS, limit=10))
    [gone] = client.get(CONTACTS, archived="true").json()["results"]
    assert (gone["id"], gone["archived"]) == ("1003", True)
    assert gone["archivedAt"] == "2026-06-01T00:00:00.000Z"
    assert client.get(f"{CONTACTS}/1003").status_code == 404
    assert client.get(f"{CONTACTS}/1003", archived="true").status_code == 200


def test_the_id_of_a_merged_contact_answers_the_winner(client: Client, portal: Portal):
    portal.update("contacts", "1004", {"phone": "+358 9 1", "city": "Oulu"})
    portal.update("contacts", "1002", {"city": "Turku"})
    portal.merge("contacts", "1003", "1004", at="2026-06-01T00:00:00Z")
    portal.merge("contacts", "1002", "1003", at="2026-06-02T00:00:00Z")
    names = "city,phone,hs_merged_object_ids,hs_calculated_merged_vids"

    for id_ in ("1002", "1003", "1004"):
        found = client.get(f"{CONTACTS}/{id_}", properties=names, associations="companies").json()
        assert found["id"] == "1002"
        assert found["properties"]["city"] == "Turku"
        assert set(found["properties"]["hs_merged_object_ids"].split(";")) == {"1003", "1004"}
        assert found["properties"]["hs_calculated_merged_vids"] == (
            "1004:1780272000000;1003:1780358400000"
        )
        assert found["updatedAt"] == "2026-06-02T00:00:00.000Z"
    assert {"1003", "1004"}.isdisjoint(ids(client.pages(CONTACTS, limit=10)))


def test_contacts_can_be_asked_for_by_address(client: Client, portal: Portal):
    portal.add("contacts", {"email": "Ada@Example.test"}, id="3000")

    assert client.get(f"{CONTACTS}/ada@example.test", idProperty="email").json()["id"] == "3000"
    assert client.get(f"{CONTACTS}/none@example.test", idProperty="email").status_code == 404
    assert client.get(f"{CONTACTS}/Ada", idProperty="firstname").status_code == 400


def test_records_are_created_changed_and_archived(client: Client, portal: Portal):
    made = client.post(CONTACTS, {"properties": {"email": "ada@example.test"}})
    id_ = made.json()["id"]
    twin = client.post(CONTACTS, {"properties": {"email": "ADA@example.test"}})
    changed = client.post(f"{CONTACTS}/{id_}", {"properties": {"firstname": "Ada"}}, "PATCH")
    gone = client.post(f"{CONTACTS}/{id_}", None, "DELETE")

    assert [made.status_code, changed.status_code, gone.status_code] == [201, 200, 204]
    assert (twin.status_code, twin.json()["category"]) == (409, "CONFLICT")
    assert id_ in twin.json()["message"]
    record = portal.get("contacts", id_)
    assert record.archived is not None
    assert record.properties["firstname"] == "Ada"
    assert portal.history("contacts", id_, "firstname")[0].source == "INTEGRATION"


def test_a_type_that_is_not_there_is_an_error(client: Client):
    assert client.get("/crm/objects/2026-09/dragons").status_code == 400
    assert client.get("/crm/objects/2026-09/0-1", limit=1).json()["results"][0]["id"] == "1001"
