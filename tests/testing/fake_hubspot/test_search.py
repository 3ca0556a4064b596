"""The search: filters, one order, pages, and the end at 10,000."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import Portal

SEARCH = "/crm/objects/2026-09/contacts/search"


def condition(name: str, operator: str, *values: str, **more: Any) -> dict[str, Any]:
    if operator in ("IN", "NOT_IN"):
        return {"propertyName": name, "operator": operator, "values": list(values), **more}
    said = dict(zip(("value", "highValue"), values, strict=False))
    return {"propertyName": name, "operator": operator, **said, **more}


def body(*conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": list(conditions)}], "limit": 200} | more


@pytest.fixture
def people(serve: Callable[..., Client]) -> Client:
    """Return a client of a portal with five contacts."""
    portal = Portal()
    for id_, email, pages, changed in (
        ("1", "Ada@acme.test", "5", "2026-01-01T00:00:00Z"),
        ("2", "bo@acme.test", "12", "2026-01-02T00:00:00Z"),
        ("3", "cleo@other.test", "5", "2026-01-02T00:00:00Z"),
        ("4", None, None, "2026-01-03T00:00:00Z"),
        ("10", "dee@other.test", "7.5", "2026-01-04T00:00:00Z"),
    ):
        said = {"email": email, "hs_analytics_num_page_views": pages}
        portal.add("contacts", said, id=id_, at=changed)
    return serve(portal)


def found(client: Client, said: dict[str, Any]) -> list[str]:
    answer = client.post(SEARCH, said)
    assert answer.status_code == 200, answer.text
    return [record["id"] for record in answer.json()["results"]]


VIEWS = "hs_analytics_num_page_views"
SECOND = "1767312000000"


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        (condition("email", "EQ", "ADA@ACME.TEST"), ["1"]),
        (condition("email", "NEQ", "ada@acme.test"), ["2", "3", "10"]),
        (condition(VIEWS, "EQ", "5.0"), ["1", "3"]),
        (condition(VIEWS, "LT", "12"), ["1", "3", "10"]),
        (condition(VIEWS, "LTE", "12"), ["1", "2", "3", "10"]),
        (condition(VIEWS, "GT", "7"), ["2", "10"]),
        (condition(VIEWS, "GTE", "7.5"), ["2", "10"]),
        (condition(VIEWS, "BETWEEN", "5", "7.5"), ["1", "3", "10"]),
        (condition(VIEWS, "IN", "12", "7.5"), ["2", "10"]),
        (condition("email", "NOT_IN", "bo@acme.test"), ["1", "3", "10"]),
        (condition("email", "HAS_PROPERTY"), ["1", "2", "3", "10"]),
        (condition("email", "NOT_HAS_PROPERTY"), ["4"]),
        (condition("email", "CONTAINS_TOKEN", "*@acme.test"), ["1", "2"]),
        (condition("email", "CONTAINS_TOKEN", "cleo"), ["3"]),
        (condition("email", "NOT_CONTAINS_TOKEN", "acme"), ["3", "10"]),
        (condition("lastmodifieddate", "GT", SECOND), ["4", "10"]),
        (condition("lastmodifieddate", "BETWEEN", "1767225600000", SECOND), ["1", "2", "3"]),
        (condition("hs_object_id", "GT", "2"), ["3", "4", "10"]),
        (condition("hs_object_id", "LTE", "3"), ["1", "2", "3"]),
    ],
)
def test_operators(people: Client, said: dict[str, Any], ids: list[str]):
    assert found(people, body(said)) == ids


def test_all_filters_of_a_group_hold_and_any_group(people: Client):
    one = [condition("email", "CONTAINS_TOKEN", "acme"), condition(VIEWS, "GT", "5")]
    two = [condition(VIEWS, "EQ", "7.5")]
    groups = [{"filters": one}, {"filters": two}]

    assert found(people, {"filterGroups": groups}) == ["2", "10"]
    assert found(people, {}) == ["1", "2", "3", "4", "10"]


def test_words_are_looked_for_in_names_and_addresses(people: Client):
    assert found(people, {"query": "OTHER"}) == ["3", "10"]


def test_one_order_and_what_has_no_value_last(people: Client):
    down = {"propertyName": VIEWS, "direction": "DESCENDING"}

    assert found(people, body(sorts=[down])) == ["2", "10", "1", "3", "4"]
    assert found(people, body(sorts=[VIEWS])) == ["1", "3", "10", "2", "4"]
    assert found(people, body(sorts=["-lastmodifieddate"])) == ["10", "4", "2", "3", "1"]
    assert people.post(SEARCH, body(sorts=[down, "email"])).status_code == 400


def test_walking_by_id_gives_what_is_left(people: Client):
    changed = condition("lastmodifieddate", "GTE", SECOND)

    walked, last = [], "0"
    while page := found(
        people, {**body(changed, condition("hs_object_id", "GT", last)), "limit": 1}
    ):
        walked += page
        [last] = page

    assert walked == ["2", "3", "4", "10"]


def test_the_rest_is_counted_when_walking_by_id(people: Client):
    said = body(condition("hs_object_id", "GT", "2"), condition(VIEWS, "HAS_PROPERTY"))

    assert people.post(SEARCH, said).json()["total"] == 2


def test_pages_say_how_many_there_are(people: Client):
    first = people.post(SEARCH, {"limit": 2}).json()
    last = people.post(SEARCH, {"limit": 2, "after": "4"}).json()

    assert (first["total"], first["paging"]["next"]["after"]) == (5, "2")
    assert [record["id"] for record in last["results"]] == ["10"]
    assert "paging" not in last


def test_a_page_has_ten_if_nothing_is_said_and_two_hundred_at_most(serve: Callable[..., Client]):
    client = serve(Portal.generate(contacts=300))

    assert len(found(client, {})) == 10
    assert len(found(client, {"limit": 200})) == 200
    assert client.post(SEARCH, {"limit": 201}).status_code == 400


def test_nothing_comes_after_ten_thousand(serve: Callable[..., Client]):
    client = serve(Portal.generate(contacts=10_050))

    last = client.post(SEARCH, {"limit": 200, "after": "9800"})
    over = client.post(SEARCH, {"limit": 200, "after": "10000"})

    assert last.status_code == 200
    assert (last.json()["total"], last.json()["paging"]["next"]["after"]) == (10_050, "10000")
    assert (over.status_code, over.json()["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "said",
    [
        body(condition("no_such", "EQ", "1")),
        body(condition("email", "LIKE", "1")),
        body(condition("lastmodifieddate", "GT", "2026-01-01T00:00:00Z")),
        body(condition(VIEWS, "GT", "many")),
        body({"propertyName": VIEWS, "operator": "EQ", "value": 5}),
        body({"propertyName": VIEWS, "operator": "BETWEEN", "value": "5"}),
        body({"propertyName": "email", "operator": "IN", "value": "a"}),
        body(sorts=["no_such"]),
        {"filterGroups": [condition("email", "EQ", "1")]},
        {"filterGroups": [{"filters": [condition("email", "HAS_PROPERTY")]}] * 6},
        {"filterGroups": [{"filters": [condition("email", "HAS_PROPERTY")] * 7}]},
        {"filterGroups": [{"filters": [condition("email", "HAS_PROPERTY")] * 5}] * 4},
        {"after": "next"},
        {"query": "a" * 3001},
        [],
    ],
)
def test_what_cannot_be_searched_is_refused(people: Client, said: object):
    refused = people.post(SEARCH, said)

    assert refused.status_code == 400
    assert refused.json()["category"] == "VALIDATION_ERROR"


def test_five_groups_and_eighteen_filters_are_taken(people: Client):
    groups = [{"filters": [condition("email", "HAS_PROPERTY")] * n} for n in (6, 6, 4, 1, 1)]

    assert found(people, {"filterGroups": groups}) == ["1", "2", "3", "10"]


def test_properties_are_asked_for_and_unknown_ones_passed_over(people: Client):
    said = people.post(SEARCH, {"properties": [VIEWS, "no_such"], "limit": 1}).json()

    assert set(said["results"][0]["properties"]) == {
        VIEWS, "createdate", "lastmodifieddate", "hs_object_id"
    }  # fmt: skip


def test_archived_and_merged_records_are_not_found(people: Client):
    people.hub.portal.archive("contacts", "2")
    people.hub.portal.merge("contacts", "1", "3")

    assert found(people, {}) == ["1", "4", "10"]


def test_the_search_may_lag_behind(people: Client):
    with people.hub.portal.lagging_search():
        people.hub.portal.update("contacts", "4", {"email": "eve@acme.test"})
        people.hub.portal.add("contacts", {"email": "fay@acme.test"})
        assert found(people, body(condition("email", "CONTAINS_TOKEN", "acme"))) == ["1", "2"]

    late = found(people, body(condition("email", "CONTAINS_TOKEN", "acme")))
    assert late == ["1", "2", "4", "1001"]
