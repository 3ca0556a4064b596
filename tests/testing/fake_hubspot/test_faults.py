"""Faults by script: at which request, how often, and what comes over the wire."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable

import pytest
import requests
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import (
    Fault,
    Portal,
    broken,
    expired_cursor,
    repeated_page,
    slow,
    status,
    truncated,
    wrong_json,
)

CONTACTS = "/crm/objects/2026-09/contacts"
UPDATE = f"{CONTACTS}/batch/update"
Serve = Callable[..., Client]


def write(company: str) -> dict:
    return {"inputs": [{"id": "1001", "properties": {"company": company}}]}


def company(portal: Portal) -> str | None:
    return portal.get("contacts", "1001").properties["company"]


def test_a_fault_happens_from_the_nth_request_on(serve: Serve):
    client = serve(faults=[Fault("GET /crm/objects/", status(503), nth=3, times=2)])
    client.get("/crm/owners/2026-09")

    assert [client.get(CONTACTS).status_code for _ in range(6)] == [200, 200, 503, 503, 200, 200]
    assert client.hub.unused == ()


def test_a_fault_may_last(serve: Serve):
    client = serve(faults=[Fault("* /crm/owners/", status(500), times=None)])

    assert [client.get("/crm/owners/2026-09").status_code for _ in range(4)] == [500] * 4
    assert client.get(CONTACTS).status_code == 200


def test_faults_count_their_own_requests_and_say_if_they_never_happened(serve: Serve):
    late = Fault("POST /crm/objects/", status(500))
    client = serve(faults=[Fault("GET /crm/", status(500), nth=2), late])
    client.get(CONTACTS)
    client.hub.script(Fault("", status(502)))

    assert [client.get(CONTACTS).status_code for _ in range(2)] == [500, 200]
    # The one that was added counts the same request, which had a fault already.
    assert client.hub.unused == (late, client.hub.unused[1])


@pytest.mark.parametrize(
    ("code", "category"),
    [
        (400, "VALIDATION_ERROR"),
        (401, "INVALID_AUTHENTICATION"),
        (403, "MISSING_SCOPES"),
        (404, "OBJECT_NOT_FOUND"),
        (414, "VALIDATION_ERROR"),
        (423, "LOCKED"),
        (477, "MIGRATION_IN_PROGRESS"),
        (500, "INTERNAL_ERROR"),
        (521, "INTERNAL_ERROR"),
    ],
)
def test_errors_have_the_body_of_hubspots(serve: Serve, code: int, category: str):
    answer = serve(faults=[Fault("", status(code, retry_after=3))]).get(CONTACTS)

    assert answer.status_code == code
    said = answer.json()
    assert (said["status"], said["category"]) == ("error", category)
    assert said["message"]
    assert said["correlationId"]
    assert answer.headers["Retry-After"] == "3"


def test_missing_scopes_are_named(serve: Serve):
    said = serve(faults=[Fault("", status(403, scopes=("crm.lists.read", "content")))])

    answer = said.get(CONTACTS).json()

    assert answer["errors"][0]["context"] == {"requiredScopes": ["crm.lists.read", "content"]}
    assert "scopes" in answer["links"]


@pytest.mark.parametrize("policy", ["TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"])
def test_a_limit_names_its_policy_and_may_say_no_wait(serve: Serve, policy: str):
    answer = serve(faults=[Fault("", status(429, policy=policy))]).get(CONTACTS)

    assert answer.status_code == 429
    assert answer.json() == {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "policyName": policy,
        "correlationId": answer.json()["correlationId"],
    }
    assert "Retry-After" not in answer.headers


def test_an_expired_login_says_so(serve: Serve):
    fault = status(401, category="EXPIRED_AUTHENTICATION", message="The key has expired")

    said = serve(faults=[Fault("", fault)]).get(CONTACTS).json()

    assert (said["category"], said["message"]) == ("EXPIRED_AUTHENTICATION", "The key has expired")


@pytest.mark.parametrize("done", [True, False])
def test_an_error_may_come_after_the_write(serve: Serve, portal: Portal, done: bool):
    client = serve(faults=[Fault("POST ", status(502, done=done))])

    assert client.post(UPDATE, write("Acme")).status_code == 502
    assert (company(portal) == "Acme") is done


@pytest.mark.parametrize("done", [True, False])
def test_a_connection_may_break_after_the_write(serve: Serve, portal: Portal, done: bool):
    client = serve(faults=[Fault("POST ", broken(done=done))])

    with pytest.raises(requests.ConnectionError):
        client.post(UPDATE, write("Acme"))

    assert (company(portal) == "Acme") is done
    assert [asked.status for asked in client.hub.requests] == [None]
    assert client.post(UPDATE, write("Other")).status_code == 200


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_an_answer_may_break_off(serve: Serve, share: float):
    client = serve(faults=[Fault("GET ", truncated(share))])

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get(CONTACTS)

    assert client.get(CONTACTS).status_code == 200


def test_an_answer_without_a_length_breaks_off_unnoticed(serve: Serve):
    client = serve(faults=[Fault("GET ", truncated(0.4, length=False))])

    answer = client.get(CONTACTS)

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_an_answer_may_be_slow(serve: Serve):
    client = serve(faults=[Fault("GET ", slow(0.3)), Fault("GET ", slow(0.3, drip=True), nth=2)])

    begin = time.monotonic()
    late = client.get(CONTACTS)
    assert time.monotonic() - begin >= 0.3
    dripping = client.session.get(client.hub.url + CONTACTS, stream=True, timeout=0.2)

    assert late.status_code == dripping.status_code == 200
    # No pause is as long as the time-out, yet the whole takes longer.
    begin = time.monotonic()
    assert len(dripping.json()["results"]) == 10
    assert time.monotonic() - begin >= 0.2


def test_a_slow_answer_does_not_hold_up_others_nor_the_end(serve: Serve):
    client = serve(faults=[Fault("GET /crm/owners", slow(60))])
    with contextlib.suppress(requests.ReadTimeout):
        client.session.get(client.hub.url + "/crm/owners/2026-09", timeout=0.1)

    assert client.get(CONTACTS).status_code == 200


def test_an_answer_may_be_no_json(serve: Serve):
    client = serve(faults=[Fault("", wrong_json()), Fault("", wrong_json('{"results": {}}'), 2)])

    page, odd = client.get(CONTACTS), client.get(CONTACTS)

    assert (page.status_code, page.text[:6]) == (200, "<html>")
    assert odd.json() == {"results": {}}


def test_a_page_may_come_again_with_its_cursor(serve: Serve):
    client = serve(faults=[Fault("GET ", repeated_page(), nth=2)])

    pages = client.pages(CONTACTS, limit=10)

    ids = [[record["id"] for record in page["results"]] for page in pages]
    assert [page[0] for page in ids] == ["1001", "1001", "1011", "1021"]
    assert pages[0] == pages[1]


def test_rows_may_come_again_on_the_next_page(serve: Serve):
    client = serve(faults=[Fault("GET ", repeated_page(overlap=2), nth=2)])

    pages = client.pages(CONTACTS, limit=10)

    ids = [[record["id"] for record in page["results"]] for page in pages]
    assert ids[1][:3] == ["1009", "1010", "1011"]
    assert len({id_ for page in ids for id_ in page}) == 25


def test_email_events_may_come_again(serve: Serve):
    client = serve(faults=[Fault("GET ", repeated_page(overlap=1), nth=2)])

    first = client.get("/email/public/v1/events", limit=3).json()
    second = client.get("/email/public/v1/events", limit=3, offset=first["offset"]).json()

    assert second["events"][0] == first["events"][-1]
    assert len(second["events"]) == 4


def test_a_cursor_may_expire(serve: Serve):
    client = serve(faults=[Fault("GET ", expired_cursor(), nth=2)])
    after = client.get(CONTACTS).json()["paging"]["next"]["after"]

    expired, whole = client.get(CONTACTS, after=after), client.get(CONTACTS)

    assert (expired.status_code, expired.json()["category"]) == (400, "VALIDATION_ERROR")
    assert expired.json()["errors"][0]["context"] == {"after": [after]}
    assert whole.status_code == 200


def test_the_data_may_change_between_pages(serve: Serve, portal: Portal):
    def change(portal: Portal, asked: object) -> None:
        seen.append(asked.param("after"))
        portal.archive("contacts", "1025")
        portal.add("contacts", {"email": f"{len(seen)}@example.test"})

    seen: list[str] = []
    portal.change_between_pages(change)

    pages = serve().pages(CONTACTS, limit=10)

    ids = [record["id"] for page in pages for record in page["results"]]
    assert seen == ["1010", "1020"]
    assert ids == [*(str(1001 + n) for n in range(24)), "1026", "1027"]


def test_the_data_may_change_between_pages_of_a_search(serve: Serve, portal: Portal):
    client = serve()
    said = {"limit": 5, "sorts": ["-lastmodifieddate"]}
    first = client.post(f"{CONTACTS}/search", said).json()
    portal.change_between_pages(lambda portal, _: portal.update("contacts", "1001", {"city": "X"}))

    second = client.post(f"{CONTACTS}/search", said | {"after": "5"}).json()

    # What was moved to the front pushes one over the edge of the page: it comes again.
    assert second["results"][0] == first["results"][-1]
