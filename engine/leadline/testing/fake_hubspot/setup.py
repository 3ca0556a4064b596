"""Owners, pipelines and the account, as the API says it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from leadline.testing.fake_hubspot.answers import (
    Answer,
    Call,
    not_found,
)
from leadline.testing.fake_hubspot.catalog import MADE, Owner, Pipeline, Stage
from leadline.testing.fake_hubspot.instants import iso
from leadline.testing.fake_hubspot.pages import limit, page, place, taken, token


def list_owners(call: Call) -> Answer:
    """Answer ``GET /crm/owners/VERSION``."""
    archived, email = call.asked.param("archived") == "true", call.asked.param("email")
    owners = sorted(call.portal.owners.values(), key=lambda owner: int(owner.id))
    wanted = [o for o in owners if o.archived == archived and email in (None, o.email)]
    [last] = place(call.asked.param("after")) or (0,)
    rest = itertools.dropwhile(lambda owner: int(owner.id) <= last, wanted)
    found, after = taken(rest, limit(call, 100, 500), lambda owner: token(int(owner.id)))
    return Answer(200, page(call, [_owner(owner) for owner in found], after))


def get_owner(call: Call) -> Answer:
    """Answer ``GET /crm/owners/VERSION/ID``."""
    owner = call.portal.owners.get(call.parts["id"])
    if owner is None or owner.archived != (call.asked.param("archived") == "true"):
        raise not_found()
    return Answer(200, _owner(owner))


def list_pipelines(call: Call) -> Answer:
    """Answer ``GET /crm/pipelines/VERSION/deals``."""
    found = enumerate(call.portal.pipelines[call.kind].values())
    return Answer(200, {"results": [_pipeline(each, order) for order, each in found]})


def get_pipeline(call: Call) -> Answer:
    """Answer ``GET /crm/pipelines/VERSION/deals/ID``."""
    found = call.portal.pipelines[call.kind].get(call.parts["id"])
    if found is None:
        raise not_found()
    return Answer(200, _pipeline(found, list(call.portal.pipelines[call.kind]).index(found.id)))


def list_stages(call: Call) -> Answer:
    """Answer ``GET /crm/pipelines/VERSION/deals/ID/stages``."""
    return Answer(200, {"results": get_pipeline(call).data["stages"]})


def account(call: Call) -> Answer:
    """Answer ``GET /account-info/VERSION/details``."""
    at = datetime.fromtimestamp(call.portal.clock / 1000, UTC)
    offset = at.astimezone(ZoneInfo(call.portal.time_zone)).utcoffset()
    seconds = int(offset.total_seconds()) if offset is not None else 0
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return Answer(
        200,
        {
            "portalId": call.portal.portal_id,
            "accountType": "STANDARD",
            "timeZone": call.portal.time_zone,
            "companyCurrency": "EUR",
            "additionalCurrencies": [],
            "utcOffset": f"{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}",
            "utcOffsetMilliseconds": seconds * 1000,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1",
        },
    )


def usage(call: Call, used: int, most: int) -> Answer:
    """Answer ``GET /account-info/VERSION/api-usage/daily/private-apps``."""
    zone = ZoneInfo(call.portal.time_zone)
    at = datetime.fromtimestamp(call.portal.clock / 1000, zone)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    resets = datetime.fromordinal(midnight.toordinal() + 1).replace(tzinfo=zone)
    row = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": most,
        "currentUsage": used,
        "collectedAt": iso(call.portal.clock),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso(round(resets.timestamp() * 1000)),
    }
    return Answer(200, {"results": [row]})


def _owner(owner: Owner) -> dict[str, Any]:
    return {
        "id": owner.id,
        "email": owner.email,
        "type": "PERSON",
        "firstName": owner.first,
        "lastName": owner.last,
        "userId": None if owner.archived else int(owner.id) % 100_000,
        "userIdIncludingInactive": int(owner.id) % 100_000,
        "createdAt": MADE,
        "updatedAt": MADE,
        "archived": owner.archived,
        "teams": [{"id": "178588", "name": "Sales", "primary": True}],
    }


def _pipeline(pipeline: Pipeline, order: int) -> dict[str, Any]:
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": order,
        "stages": [_stage(stage, at) for at, stage in enumerate(pipeline.stages)],
        "createdAt": MADE,
        "updatedAt": MADE,
        "archived": False,
    }


def _stage(stage: Stage, order: int) -> dict[str, Any]:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": order,
        "metadata": {"isClosed": str(stage.closed).lower(), "probability": str(stage.probability)},
        "createdAt": MADE,
        "updatedAt": MADE,
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }
