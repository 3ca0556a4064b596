"""A HubSpot to test against: a server on this machine that answers as HubSpot's API does.

A test fills a portal or lets one be made, says what goes wrong, and points a client at the server::

    portal = Portal.generate(contacts=250)
    portal.merge("contacts", "1001", "1002")
    limit = status(429, policy="TEN_SECONDLY_ROLLING")
    with FakeHubSpot(portal, faults=[Fault("GET /crm/objects/", limit, nth=3)]) as hub:
        ...  # read from hub.url with the key pat-eu1-fake
        assert len(hub.asked("GET /crm/objects/")) == 4

What it answers is what HubSpot documents for the version 2026-09 of its API, as far as it is read
here; HubSpot's own client for Python takes it. Where the documentation is silent: an id that is not
there gives 207 in a batch; one invalid value fails a batch unless every input has an
``objectWriteTraceId``; filters but ``NOT_HAS_PROPERTY`` pass over records without a value.
"""

from __future__ import annotations

from leadline.testing.fake_hubspot.asked import Asked
from leadline.testing.fake_hubspot.catalog import Stage
from leadline.testing.fake_hubspot.faults import (
    Fault,
    broken,
    expired_cursor,
    repeated_page,
    slow,
    status,
    truncated,
    wrong_json,
)
from leadline.testing.fake_hubspot.limits import Limits
from leadline.testing.fake_hubspot.objects import CrmObject, Version
from leadline.testing.fake_hubspot.portal import Portal
from leadline.testing.fake_hubspot.server import FakeHubSpot

__all__ = [
    "Asked",
    "CrmObject",
    "FakeHubSpot",
    "Fault",
    "Limits",
    "Portal",
    "Stage",
    "Version",
    "broken",
    "expired_cursor",
    "repeated_page",
    "slow",
    "status",
    "truncated",
    "wrong_json",
]
