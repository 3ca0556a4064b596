"""What happened, as the API says it: e-mail events, form submissions and event occurrences."""

from __future__ import annotations

from typing import Any, Final

from leadline.testing.fake_hubspot.answers import (
    INVALID,
    Answer,
    Call,
    Refused,
    detail,
    missing_scopes,
    not_found,
)
from leadline.testing.fake_hubspot.instants import iso, millis
from leadline.testing.fake_hubspot.logs import Entry
from leadline.testing.fake_hubspot.pages import limit, page, place, taken, token

_ENTERPRISE: Final = "enterprise"
_APP: Final = 113


def email_events(call: Call) -> Answer:
    """Answer ``GET /email/public/v1/events``, the newest first."""
    since, until = _millis(call, "startTimestamp"), _millis(call, "endTimestamp")
    log = call.portal.email_events
    wanted = {
        "recipient": call.asked.param("recipient"),
        "type": call.asked.param("eventType"),
        "emailCampaignId": call.asked.param("campaignId"),
    }
    entries = (
        entry
        for entry in log.walk(since, until, _past(call.asked.param("offset")))
        if all(said is None or str(entry.fields[name]) == said for name, said in wanted.items())
    )
    found, after = taken(entries, limit(call, 10, 1000), lambda entry: token(*entry.place))
    events = [_email_event(call, entry) for entry in found]
    last = token(*found[-1].place) if found else call.asked.param("offset") or ""
    return Answer(200, {"hasMore": after is not None, "offset": last, "events": events})


def get_campaign(call: Call) -> Answer:
    """Answer ``GET /email/public/v1/campaigns/ID``."""
    id_ = call.parts["id"]
    campaign = call.portal.campaigns.get(int(id_)) if id_.isdecimal() else None
    if campaign is None:
        raise not_found()
    said = {"id": campaign.id, "name": campaign.name, "subject": campaign.subject}
    return Answer(200, {**said, "appId": _APP, "appName": "Batch", "contentId": campaign.id})


def list_campaigns(call: Call) -> Answer:
    """Answer ``GET /email/public/v1/campaigns``."""
    [last] = place(call.asked.param("offset")) or (0,)
    rest = (id_ for id_ in sorted(call.portal.campaigns) if id_ > last)
    found, after = taken(rest, limit(call, 10, 1000), lambda id_: token(id_))
    rows = [{"id": id_, "appId": _APP, "appName": "Batch"} for id_ in found]
    last_said = token(found[-1]) if found else call.asked.param("offset") or ""
    return Answer(200, {"hasMore": after is not None, "offset": last_said, "campaigns": rows})


def list_forms(call: Call) -> Answer:
    """Answer ``GET /marketing/v3/forms``, and the dated path that is a beta."""
    forms = list(call.portal.forms.values())
    [begin] = place(call.asked.param("after")) or (0,)
    most = limit(call, 50, 1000)
    rows = [
        {
            "id": form.guid,
            "name": form.name,
            "formType": "hubspot",
            "createdAt": form.created,
            "updatedAt": form.created,
            "archived": False,
            "fieldGroups": [],
        }
        for form in forms[begin : begin + most]
    ]
    after = token(begin + most) if len(forms) > begin + most else None
    return Answer(200, page(call, rows, after))


def submissions(call: Call) -> Answer:
    """Answer ``GET /form-integrations/v1/submissions/forms/GUID``, the newest first."""
    log = call.portal.submissions.get(call.parts["id"])
    if log is None:
        raise not_found()
    past = _past(call.asked.param("after"))
    found, after = taken(
        log.walk(past=past), limit(call, 20, 50), lambda entry: token(*entry.place)
    )
    rows = [{"submittedAt": entry.place[0], **entry.fields} for entry in found]
    return Answer(200, page(call, rows, after))


def occurrences(call: Call) -> Answer:
    """Answer ``GET /events/event-occurrences/VERSION``, the newest first if nothing else is said.

    Only accounts with an Enterprise subscription may read them. Both bounds of time are included.
    """
    if call.tier != _ENTERPRISE:
        return missing_scopes(["business-intelligence"])
    said = call.asked.param
    if said("objectId") and not said("objectType"):
        message = "objectType is required where objectId is given"
        raise Refused(400, message, INVALID, errors=[detail(message, inside="query")])
    since, until = _instant(call, "occurredAfter"), _instant(call, "occurredBefore")
    newest = said("sort") not in ("occurredAt", "ASCENDING")
    entries = (
        entry
        for entry in call.portal.happenings.walk(since, until, _past(said("after")), newest=newest)
        if _meets(call, entry)
    )
    found, after = taken(entries, limit(call, 100, 1000), lambda entry: token(*entry.place))
    rows = [{**entry.fields, "occurredAt": iso(entry.place[0])} for entry in found]
    return Answer(200, page(call, rows, after))


def event_types(call: Call) -> Answer:
    """Answer ``GET /events/event-occurrences/VERSION/event-types``."""
    if call.tier != _ENTERPRISE:
        return missing_scopes(["business-intelligence"])
    names = {"e_visited_page", f"pe{call.portal.portal_id}_webinar_attended"}
    names |= {entry.fields["eventType"] for entry in call.portal.happenings.held()}
    return Answer(200, {"eventTypes": sorted(names)})


def _email_event(call: Call, entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "created": entry.place[0],
        "portalId": call.portal.portal_id,
        "appId": _APP,
        "appName": "Batch",
        **entry.fields,
    }
    if said["type"] in ("OPEN", "CLICK"):
        browser = {"family": "Chrome", "name": "Chrome", "type": "Browser", "version": ["120"]}
        said |= {"browser": browser, "userAgent": "Mozilla/5.0"}
    return said


def _meets(call: Call, entry: Entry) -> bool:
    said, fields = call.asked.param, entry.fields
    id_, kind, types = said("objectId"), said("objectType"), call.asked.listed("eventType")
    if types and fields["eventType"] not in types:
        return False
    if kind is not None and kind.lower() not in ("contact", "contacts", "0-1"):
        return False
    if id_ is None:
        return True
    known = call.portal.tables["contacts"].get(id_)
    own = call.portal.tables["contacts"].get(fields["objectId"])
    return known is not None and own is not None and known.id == own.id


def _past(said: str | None) -> tuple[int, int] | None:
    found = place(said, 2)
    return (found[0], found[1]) if found is not None else None


def _millis(call: Call, name: str) -> int | None:
    said = call.asked.param(name)
    if said is None:
        return None
    if not said.isdecimal():
        message = f"{name} must be in milliseconds since 1970, found {said}"
        raise Refused(400, message, INVALID, errors=[detail(message, inside="query")])
    return int(said)


def _instant(call: Call, name: str) -> int | None:
    said = call.asked.param(name)
    if said is None:
        return None
    try:
        return int(said) if said.isdecimal() else millis(said)
    except ValueError:
        message = f"{name} must be an instant in ISO form, found {said}"
        raise Refused(400, message, INVALID, errors=[detail(message, inside="query")]) from None
