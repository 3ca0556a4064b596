"""E-mail events, form submissions and event occurrences."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.testing.fake_hubspot.conftest import Client

from leadline.testing.fake_hubspot import Portal

EMAILS = "/email/public/v1/events"
OCCURRENCES = "/events/event-occurrences/2026-09"


def emails(client: Client, **params: object) -> list[dict]:
    found, offset = [], None
    while True:
        said = client.get(EMAILS, **params, **({"offset": offset} if offset else {})).json()
        found += said["events"]
        offset = said["offset"]
        if not said["hasMore"]:
            return found


def test_email_events_come_newest_first_ten_if_nothing_is_said(client: Client):
    first = client.get(EMAILS).json()

    assert (len(first["events"]), first["hasMore"]) == (10, True)
    instants = [event["created"] for event in emails(client, limit=7)]
    assert len(instants) == 100
    assert instants == sorted(instants, reverse=True)
    assert len(emails(client, limit=1000)) == 100
    assert client.get(EMAILS, limit=1001).status_code == 400


def test_email_events_are_asked_for_by_time_recipient_type_and_campaign(
    client: Client, portal: Portal
):
    ada = "ada@example.test"
    portal.add_email_event("SENT", ada, at="2026-06-30T10:00:00Z", campaign=9)
    portal.add_email_event("CLICK", ada, at="2026-06-30T11:00:00Z", campaign=9, url="u")

    assert [e["type"] for e in emails(client, recipient=ada)] == ["CLICK", "SENT"]
    assert [e["type"] for e in emails(client, campaignId=9, eventType="SENT")] == ["SENT"]
    [click] = emails(client, campaignId=9, startTimestamp=1782813600001)
    assert (click["created"], click["url"]) == (1782817200000, "u")
    [sent] = emails(client, campaignId=9, endTimestamp=1782813600000)
    assert sent["created"] == 1782813600000
    assert client.get(EMAILS, startTimestamp="2026-06-30").status_code == 400


def test_an_email_event_says_which_mail_it_belongs_to(client: Client):
    events = {event["id"]: event for event in emails(client, limit=1000)}

    opened = next(event for event in events.values() if event["type"] == "OPEN")
    assert events[opened["sentBy"]["id"]]["type"] == "SENT"
    assert events[opened["sentBy"]["id"]]["created"] == opened["sentBy"]["created"]
    assert opened["portalId"] == client.hub.portal.portal_id


def test_what_happens_meanwhile_moves_no_page(client: Client, portal: Portal):
    whole = [event["id"] for event in emails(client, limit=1000)]
    portal.change_between_pages(
        lambda portal, _: portal.add_email_event("SENT", "new@example.test", campaign=1)
    )

    assert [event["id"] for event in emails(client, limit=30)] == whole


def test_campaigns_are_listed_and_read(client: Client, portal: Portal):
    portal.add_campaign(5, "Spring", "It is spring")

    first = client.get("/email/public/v1/campaigns", limit=6).json()
    last = client.get("/email/public/v1/campaigns", limit=6, offset=first["offset"]).json()

    assert (first["hasMore"], last["hasMore"]) == (True, False)
    assert first["campaigns"][0]["id"] == 5
    assert client.get("/email/public/v1/campaigns/5").json()["subject"] == "It is spring"
    assert client.get("/email/public/v1/campaigns/6").status_code == 404


@pytest.mark.parametrize("path", ["/marketing/v3/forms", "/marketing/forms/2026-09-beta"])
def test_forms_have_pages(client: Client, path: str):
    pages = client.pages(path, limit=1)

    assert [form["name"] for page in pages for form in page["results"]] == [
        "Request a demo", "Newsletter"
    ]  # fmt: skip


def test_submissions_come_newest_first_fifty_at_most(serve: Callable[..., Client]):
    portal = Portal()
    portal.add_form("f-1", "Demo")
    for day in range(1, 29):
        said = {"email": f"{day}@example.test"}
        portal.submit("f-1", said, at=f"2026-02-{day:02d}T00:00:00Z", page_url="https://x.test/")
    client = serve(portal)
    path = "/form-integrations/v1/submissions/forms/f-1"

    pages = client.pages(path)

    assert [len(page["results"]) for page in pages] == [20, 8]
    rows = [row for page in pages for row in page["results"]]
    assert [row["values"][0]["value"] for row in rows] == [
        f"{n}@example.test" for n in range(28, 0, -1)
    ]
    assert rows[0]["submittedAt"] == 1772236800000
    assert rows[0]["pageUrl"] == "https://x.test/"
    assert len({row["conversionId"] for row in rows}) == 28
    assert client.get(path, limit=50).status_code == 200
    assert client.get(path, limit=51).status_code == 400
    assert client.get("/form-integrations/v1/submissions/forms/none").status_code == 404


def test_occurrences_are_asked_for_by_type_contact_and_time(client: Client, portal: Portal):
    portal.add_event(
        "e_visited_page", "1004", at="2026-06-30T09:00:00Z", properties={"hs_url": "u"}
    )
    portal.add_event("pe1_demo", "1004", at="2026-06-30T10:00:00Z")

    [own] = client.get(OCCURRENCES, eventType="pe1_demo").json()["results"]
    late = client.get(
        OCCURRENCES, objectType="contact", objectId="1004", occurredAfter="2026-06-30T08:00:00Z"
    ).json()["results"]
    before = client.get(OCCURRENCES, occurredBefore="2026-06-30T09:30:00Z", limit=1).json()

    assert own == {
        "id": own["id"], "eventType": "pe1_demo", "objectType": "CONTACT", "objectId": "1004",
        "occurredAt": "2026-06-30T10:00:00.000Z", "properties": {},
    }  # fmt: skip
    assert [each["eventType"] for each in late] == ["pe1_demo", "e_visited_page"]
    assert before["results"][0]["properties"] == {"hs_url": "u"}
    assert "pe1_demo" in client.get(f"{OCCURRENCES}/event-types").json()["eventTypes"]
    assert client.get(OCCURRENCES, objectId="1004").status_code == 400


@pytest.mark.parametrize("sort", ["occurredAt", "-occurredAt"])
def test_occurrences_come_in_either_order_each_once(client: Client, sort: str):
    pages = client.pages(OCCURRENCES, limit=10, sort=sort)

    instants = [each["occurredAt"] for page in pages for each in page["results"]]
    assert len(instants) == 75
    assert instants == sorted(instants, reverse=sort.startswith("-"))
    assert len({each["id"] for page in pages for each in page["results"]}) == 75


def test_occurrences_of_a_merged_contact_are_the_winners(client: Client, portal: Portal):
    portal.add_event("pe1_demo", "1004", at="2026-06-30T10:00:00Z")
    portal.merge("contacts", "1003", "1004")

    asked = {"objectType": "contact", "objectId": "1003", "eventType": "pe1_demo"}
    assert len(client.get(OCCURRENCES, **asked).json()["results"]) == 1


@pytest.mark.parametrize("tier", ["professional", "starter", "free"])
def test_only_enterprise_may_read_occurrences(serve: Callable[..., Client], tier: str):
    client = serve(tier=tier)

    for path in (OCCURRENCES, f"{OCCURRENCES}/event-types"):
        refused = client.get(path)
        assert refused.status_code == 403
        assert refused.json()["category"] == "MISSING_SCOPES"
    assert client.get(EMAILS).status_code == 200


def test_a_cursor_of_another_list_is_refused(client: Client):
    members = client.get("/crm/lists/2026-09/1/memberships", limit=1).json()
    cursor = members["paging"]["next"]["after"]

    assert client.get(OCCURRENCES, after=cursor).status_code == 400
    assert client.get(EMAILS, offset=cursor).status_code == 400
    assert (
        client.get("/crm/lists/2026-09/1/memberships/join-order", after=cursor).status_code == 400
    )
    assert client.get("/crm/lists/2026-09/1/memberships", after=cursor).status_code == 200
