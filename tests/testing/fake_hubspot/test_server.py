"""The door: keys, scopes, limits, paths, and what is kept of each request."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from tests.testing.fake_hubspot.conftest import KEY, Client

from leadline.testing.fake_hubspot import FakeHubSpot, Limits, Portal
from leadline.testing.fake_hubspot.limits import Meter

CONTACTS = "/crm/objects/2026-09/contacts"
SEARCH = f"{CONTACTS}/search"
NAMES = "X-HubSpot-RateLimit-"
Serve = Callable[..., Client]


def test_every_request_is_noted(client: Client):
    before = time.monotonic()
    client.get(CONTACTS, limit=2, properties=["email", "phone"])
    client.post(SEARCH, {"limit": 3})
    client.get("/crm/objects/2026-03/contacts")

    [listed, searched, other] = client.hub.requests
    assert (listed.method, listed.path, listed.status) == ("GET", CONTACTS, 200)
    assert listed.query == (("limit", "2"), ("properties", "email"), ("properties", "phone"))
    assert listed.listed("properties") == ("email", "phone")
    assert listed.param("limit") == "2"
    assert listed.headers["authorization"] == f"Bearer {KEY}"
    assert searched.body == {"limit": 3}
    assert before <= listed.instant <= searched.instant
    # Another version is another API.
    assert other.status == 404
    assert client.hub.asked("POST /crm/objects/") == [searched]
    assert client.hub.asked("* /crm/objects/2026-09") == [listed, searched]


@pytest.mark.parametrize("key", [None, "Bearer another", KEY, f"Basic {KEY}"])
def test_another_key_opens_nothing(client: Client, key: str | None):
    headers = {"Authorization": key} if key else {}

    refused = requests.get(client.hub.url + CONTACTS, headers=headers, timeout=10)

    assert refused.status_code == 401
    assert refused.json()["category"] == "INVALID_AUTHENTICATION"
    assert refused.json()["message"].startswith("Authentication credentials not found.")
    assert client.hub.requests[0].status == 401


def test_a_key_may_do_what_its_scopes_say(serve: Serve):
    client = serve(scopes={"crm.objects.contacts.read", "content"})
    update = {"inputs": [{"id": "1001", "properties": {"city": "Oulu"}}]}

    assert client.get(CONTACTS).status_code == 200
    assert client.get("/email/public/v1/events").status_code == 200
    for refused, scope in (
        (client.post(f"{CONTACTS}/batch/update", update), "crm.objects.contacts.write"),
        (client.get("/crm/objects/2026-09/deals"), "crm.objects.deals.read"),
        (client.get("/crm/owners/2026-09"), "crm.objects.owners.read"),
        (client.get("/crm/properties/2026-09/0-1"), "crm.schemas.contacts.read"),
        (client.get("/marketing/v3/forms"), "forms"),
    ):
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["context"] == {"requiredScopes": [scope]}


def test_what_is_not_there_says_so(client: Client):
    missing, wrong = client.get("/crm/v3/objects/contacts"), client.post(CONTACTS, None, "PUT")

    assert (missing.status_code, wrong.status_code) == (404, 405)
    for answer in (missing, wrong):
        assert {"status", "message", "correlationId", "category"} <= set(answer.json())


def test_bodies_that_are_no_objects_are_refused(client: Client):
    for content in (b"{", b"[]", b""):
        refused = client.session.post(client.hub.url + SEARCH, data=content, timeout=10)
        assert refused.status_code == 400


def test_long_urls_are_refused(client: Client):
    names = ",".join(f"property_number_{n}" for n in range(600))

    assert client.get(CONTACTS, properties=names[:5000]).status_code == 200
    assert client.get(CONTACTS, properties=names).status_code == 414


def test_answers_say_what_is_left_but_searches_do_not(client: Client):
    first, second, search = client.get(CONTACTS), client.get(CONTACTS), client.post(SEARCH, {})

    assert first.headers[f"{NAMES}Max"] == "190"
    assert first.headers[f"{NAMES}Interval-Milliseconds"] == "10000"
    assert first.headers[f"{NAMES}Remaining"] == "189"
    assert second.headers[f"{NAMES}Remaining"] == "188"
    assert second.headers[f"{NAMES}Daily-Remaining"] == "999998"
    assert search.status_code == 200
    assert not [name for name in search.headers if name.lower().startswith(NAMES.lower())]


def test_limits_are_kept_where_they_are_set(serve: Serve):
    client = serve(limits=Limits(ten_seconds=3, daily=6, search_second=2))

    lists = [client.get(CONTACTS) for _ in range(4)]
    searches = [client.post(SEARCH, {}) for _ in range(3)]

    assert [answer.status_code for answer in lists] == [200, 200, 200, 429]
    assert lists[3].json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert [answer.status_code for answer in searches] == [200, 200, 429]
    assert searches[2].json()["policyName"] == "SECONDLY"
    time.sleep(1.05)
    assert client.post(SEARCH, {}).status_code == 200
    daily = client.post(SEARCH, {})
    assert (daily.status_code, daily.json()["policyName"]) == (429, "DAILY")


def test_many_may_ask_at_once(client: Client):
    def ask(after: int) -> str:
        headers = {"Authorization": f"Bearer {KEY}"}
        asked = {"limit": 1, "after": after}
        answer = requests.get(client.hub.url + CONTACTS, asked, headers=headers, timeout=10)
        return answer.json()["results"][0]["id"]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(1000, 1024)))

    assert found == [str(1001 + n) for n in range(24)]
    assert len(client.hub.requests) == 24
    assert {asked.status for asked in client.hub.requests} == {200}


def test_a_window_rolls():
    now = [0.0]
    meter = Meter(Limits(ten_seconds=2), lambda: now[0])

    said = []
    for at in (0.0, 4.0, 5.0, 9.9, 10.0, 13.9, 14.0):
        now[0] = at
        said.append(meter.reached(search=False))

    limit = "TEN_SECONDLY_ROLLING"
    assert said == [None, None, limit, limit, None, limit, None]


def test_a_fault_of_the_fake_itself_fails_the_test_that_uses_it():
    portal = Portal()

    def slip(portal: Portal, asked: object) -> None:
        raise LookupError("the script of the test is wrong")

    portal.change_between_pages(slip)
    headers = {"Authorization": f"Bearer {KEY}"}
    hub = FakeHubSpot(portal).__enter__()
    answer = requests.get(f"{hub.url}{CONTACTS}?after=5", headers=headers, timeout=10)

    assert answer.status_code == 500
    with pytest.raises(LookupError, match="script"):
        hub.__exit__(None, None, None)


def test_it_runs_within_its_context_only(portal: Portal):
    hub = FakeHubSpot(portal)
    with pytest.raises(RuntimeError):
        hub.url  # noqa: B018 - asking is what fails
    with hub:
        url = hub.url

    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)
