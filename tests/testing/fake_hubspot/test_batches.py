"""Batches: some inputs may fail and others not."""

from __future__ import annotations

import pytest
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import Portal

CONTACTS = "/crm/objects/2026-09/contacts"
LINKS = "/crm/associations/2026-09/contacts/companies/batch/read"


def inputs(*ids: object, **properties: str) -> dict:
    return {"inputs": [{"id": str(id_), "properties": properties} for id_ in ids]}


def test_a_batch_is_read(client: Client):
    body = {**inputs(1003, 1001), "properties": ["email", "no_such"]}

    answer = client.post(f"{CONTACTS}/batch/read", body)

    assert answer.status_code == 200
    assert [each["id"] for each in answer.json()["results"]] == ["1003", "1001"]
    assert "no_such" not in answer.json()["results"][0]["properties"]
    assert answer.json()["status"] == "COMPLETE"


def test_what_is_not_there_is_said_beside_what_is(client: Client):
    answer = client.post(f"{CONTACTS}/batch/read", inputs(1001, 7, "x"))

    assert answer.status_code == 207
    assert [each["id"] for each in answer.json()["results"]] == ["1001"]
    [error] = answer.json()["errors"]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["context"] == {"ids": ["7", "x"]}


def test_a_merged_contact_is_read_as_its_winner_once(client: Client, portal: Portal):
    portal.merge("contacts", "1001", "1002")

    answer = client.post(f"{CONTACTS}/batch/read", inputs(1001, 1002))

    assert [each["id"] for each in answer.json()["results"]] == ["1001"]


@pytest.mark.parametrize("what", ["read", "update"])
def test_a_batch_has_a_hundred_at_most(client: Client, what: str):
    full = client.post(f"{CONTACTS}/batch/{what}", inputs(*range(1, 101)))
    over = client.post(f"{CONTACTS}/batch/{what}", inputs(*range(1, 102)))
    none = client.post(f"{CONTACTS}/batch/{what}", inputs())

    assert [full.status_code, over.status_code, none.status_code] == [207, 400, 400]
    assert "is 100. The number of inputs received was 101." in over.json()["message"]


def test_histories_by_the_batch_have_fifty_at_most(client: Client):
    asked = {"propertiesWithHistory": ["lifecyclestage"]}

    full = client.post(f"{CONTACTS}/batch/read", {**inputs(*range(1001, 1051)), **asked})
    over = client.post(f"{CONTACTS}/batch/read", {**inputs(*range(1001, 1052)), **asked})

    assert (full.status_code, over.status_code) == (207, 400)
    assert over.json()["message"] == (
        "The maximum number of inputs supported in a batch request for property histories is 50. "
        "The number of inputs received was 51."
    )


def test_a_write_changes_the_date_of_the_last_change_and_the_history(
    client: Client, portal: Portal
):
    before = portal.get("contacts", "1001")

    answer = client.post(f"{CONTACTS}/batch/update", inputs(1001, company="Acme"))

    assert answer.status_code == 200
    [said] = answer.json()["results"]
    assert said["properties"]["company"] == "Acme"
    assert said["updatedAt"] > before.updated
    assert said["properties"]["lastmodifieddate"] == said["updatedAt"]
    assert portal.history("contacts", "1001", "company")[0].value == "Acme"


def test_a_write_of_what_was_there_changes_the_date_but_not_the_history(
    client: Client, portal: Portal
):
    first = client.post(f"{CONTACTS}/batch/update", inputs(1001, company="Acme")).json()
    count = len(portal.history("contacts", "1001", "company"))
    second = client.post(f"{CONTACTS}/batch/update", inputs(1001, company="Acme")).json()

    assert second["results"][0]["updatedAt"] > first["results"][0]["updatedAt"]
    assert len(portal.history("contacts", "1001", "company")) == count


def test_nothing_clears(client: Client, portal: Portal):
    client.post(f"{CONTACTS}/batch/update", inputs(1001, company=""))

    assert portal.get("contacts", "1001").properties["company"] is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("no_such", "1", "PROPERTY_DOESNT_EXIST"),
        ("createdate", "2026-01-01", "READ_ONLY_VALUE"),
        ("annualrevenue", "much", "INVALID_INTEGER"),
        ("annualrevenue", "nan", "INVALID_INTEGER"),
        ("lifecyclestage", "friend", "INVALID_OPTION"),
        ("hubspot_owner_id", "1", "INVALID_OPTION"),
        ("hs_email_optout", "yes", "INVALID_OPTION"),
        ("closedate", "tomorrow", "INVALID_DATETIME"),
        ("company", 5, "INVALID_TYPE"),
        ("company", None, "INVALID_TYPE"),
    ],
)
def test_an_invalid_value_fails_the_batch_and_changes_nothing(
    client: Client, portal: Portal, name: str, value: object, code: str
):
    body = {
        "inputs": [
            {"id": "1001", "properties": {"company": "Acme"}},
            {"id": "1002", "properties": {name: value}},
        ]
    }

    answer = client.post(f"{CONTACTS}/batch/update", body)

    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"
    [error] = answer.json()["errors"]
    assert error["code"] == code
    assert error["context"] == {"propertyName": [name]}
    assert portal.get("contacts", "1001").properties["company"] != "Acme"


def test_with_traces_each_input_fails_for_itself(client: Client, portal: Portal):
    body = {
        "inputs": [
            {"id": "1001", "objectWriteTraceId": "a", "properties": {"company": "Acme"}},
            {"id": "1002", "objectWriteTraceId": "b", "properties": {"no_such": "1"}},
            {"id": "7", "objectWriteTraceId": "c", "properties": {"company": "Acme"}},
        ]
    }

    answer = client.post(f"{CONTACTS}/batch/update", body)

    assert answer.status_code == 207
    said = answer.json()
    assert [each["objectWriteTraceId"] for each in said["results"]] == ["a"]
    assert said["numErrors"] == 2
    [not_there, invalid] = said["errors"]
    assert not_there["category"] == "OBJECT_NOT_FOUND"
    assert not_there["context"] == {"ids": ["7"], "objectWriteTraceId": ["c"]}
    assert invalid["category"] == "VALIDATION_ERROR"
    assert invalid["context"] == {"objectWriteTraceId": ["b"]}
    assert invalid["errors"][0]["context"] == {"propertyName": ["no_such"]}
    assert portal.get("contacts", "1001").properties["company"] == "Acme"


def test_without_traces_what_is_not_there_is_said_by_id(client: Client):
    answer = client.post(f"{CONTACTS}/batch/update", inputs(1001, 7, 8, company="Acme"))

    assert answer.status_code == 207
    assert [error["context"] for error in answer.json()["errors"]] == [{"ids": ["7", "8"]}]


def test_an_id_may_be_there_once(client: Client):
    refused = client.post(f"{CONTACTS}/batch/update", inputs(1001, 1001, company="Acme"))

    assert refused.status_code == 400
    assert "1001" in refused.json()["message"]


def test_contacts_are_written_by_their_address(client: Client, portal: Portal):
    portal.add("contacts", {"email": "ada@example.test"}, id="3000")
    one = {"id": "ada@example.test", "idProperty": "email", "properties": {"company": "Acme"}}

    assert client.post(f"{CONTACTS}/batch/update", {"inputs": [one]}).status_code == 200
    assert portal.get("contacts", "3000").properties["company"] == "Acme"


def test_instants_are_kept_as_iso(client: Client, portal: Portal):
    portal.define("contacts", "birthday", type="date")
    client.post(
        f"{CONTACTS}/batch/update", inputs(1001, closedate="1782820800000", birthday="2001-02-03")
    )

    properties = portal.get("contacts", "1001").properties
    assert properties["closedate"] == "2026-06-30T12:00:00.000Z"
    assert properties["birthday"] == "2001-02-03"


def test_a_batch_is_created(client: Client, portal: Portal):
    body = {
        "inputs": [
            {"objectWriteTraceId": "a", "properties": {"email": "ada@example.test"}},
            {"objectWriteTraceId": "b", "properties": {"email": "ada@example.test"}},
        ]
    }

    mixed = client.post(f"{CONTACTS}/batch/create", body)
    whole = client.post(f"{CONTACTS}/batch/create", {"inputs": [{"properties": {"city": "Oulu"}}]})

    assert (mixed.status_code, whole.status_code) == (207, 201)
    assert mixed.json()["errors"][0]["category"] == "CONFLICT"
    assert portal.get("contacts", whole.json()["results"][0]["id"]).properties["city"] == "Oulu"


def test_associations_are_read_by_the_batch(client: Client, portal: Portal):
    portal.associate("contacts", "1001", "companies", "500000003", type_id=41, label="Adviser")

    answer = client.post(LINKS, {"inputs": [{"id": "1001"}, {"id": "7"}]})

    assert answer.status_code == 207
    [found] = answer.json()["results"]
    assert found["from"] == {"id": "1001"}
    assert [link["toObjectId"] for link in found["to"]] == ["500000001", "500000003"]
    assert found["to"][1]["associationTypes"] == [
        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
        {"category": "USER_DEFINED", "typeId": 41, "label": "Adviser"},
    ]
    [error] = answer.json()["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == ["7"]


def test_associations_of_one_record_go_on_from_its_own_cursor(client: Client, portal: Portal):
    for _ in range(600):
        portal.associate("contacts", portal.add("contacts", {}), "companies", "500000001")
    path = "/crm/associations/2026-09/companies/contacts/batch/read"

    [first] = client.post(path, {"inputs": [{"id": "500000001"}]}).json()["results"]
    after = first["paging"]["next"]["after"]
    [second] = client.post(path, {"inputs": [{"id": "500000001", "after": after}]}).json()[
        "results"
    ]

    assert (len(first["to"]), len(second["to"])) == (500, 105)
    assert "paging" not in second


def test_associations_are_read_for_a_thousand_at_most(client: Client):
    assert client.post(LINKS, inputs(*range(1, 1001))).status_code == 207
    assert client.post(LINKS, inputs(*range(1, 1002))).status_code == 400


def test_links_follow_a_merge(client: Client, portal: Portal):
    portal.merge("contacts", "1001", "1006")
    portal.archive("companies", "500000001")

    [found] = client.post(LINKS, {"inputs": [{"id": "1006"}]}).json()["results"]

    assert [link["toObjectId"] for link in found["to"]] == ["500000002"]


@pytest.mark.parametrize("method", ["batch", "single"])
def test_the_api_takes_no_lifecycle_back_but_clears_it(client: Client, portal: Portal, method: str):
    def write(stage: str) -> str | None:
        if method == "batch":
            client.post(f"{CONTACTS}/batch/update", inputs(3000, lifecyclestage=stage))
        else:
            body = {"properties": {"lifecyclestage": stage}}
            client.post(f"{CONTACTS}/3000", body, method="PATCH")
        return portal.get("contacts", "3000").properties["lifecyclestage"]

    portal.add("contacts", {"lifecyclestage": "opportunity"}, id="3000")

    assert [write(stage) for stage in ("lead", "customer", "", "lead")] == [
        "opportunity", "customer", None, "lead",
    ]  # fmt: skip


def test_only_what_is_unique_finds_a_record(client: Client, portal: Portal):
    portal.define("companies", "customer_no", unique=True)
    portal.add("companies", {"domain": "acme.test", "customer_no": "A-7"}, id="600000000")
    path = "/crm/objects/2026-09/companies/batch/read"

    by_domain = client.post(path, {**inputs("acme.test"), "idProperty": "domain"})
    by_number = client.post(path, {**inputs("a-7"), "idProperty": "customer_no"})

    assert by_domain.status_code == 400
    assert "non-unique 0-2 property domain" in by_domain.json()["message"]
    assert [each["id"] for each in by_number.json()["results"]] == ["600000000"]


def test_texts_have_a_longest_and_checkboxes_several_options(client: Client, portal: Portal):
    portal.define(
        "contacts", "interests", type="enumeration", field_type="checkbox",
        options=[("skis", "Skis"), ("boots", "Boots")],
    )  # fmt: skip

    def status(**properties: str) -> int:
        return client.post(f"{CONTACTS}/batch/update", inputs(1001, **properties)).status_code

    assert [status(company="x" * length) for length in (65_536, 65_537)] == [200, 400]
    assert [status(interests=said) for said in ("skis;boots", "skis;hats")] == [200, 400]
