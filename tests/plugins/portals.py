"""Portals of a fake HubSpot, and loads from them as the main job does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leadline.plugin import Item, Plugins, ReadContext, checked_settings
from leadline.store import SourceLoad, Store
from leadline.testing.conforming import Dump, dump
from leadline.testing.fake_hubspot import Asked, FakeHubSpot, Portal, Stage
from leadline.testing.fake_hubspot.logs import Log
from leadline_plugins.hubspot.source import HubSpot

TOKEN = "pat-eu1-fake"  # noqa: S105 - opens nothing but the fake
#: What is looked up at the beginning of every load; everything else is a page.
LOOKED_UP = ("/account-info", "/crm/properties", "/crm/owners", "/crm/pipelines", "/marketing")
FORM = "0f7c1a52-58ab-4f0e-9a57-2f8c1c6f3a01"


def settings(fake: FakeHubSpot, **more: Any) -> dict[str, Any]:
    return {"token": TOKEN, "url": fake.url, "lists": ["*"], **more}


def now() -> str:
    """Return this instant: what changes now is newer than what a load has seen."""
    return datetime.now(UTC).isoformat()


def small() -> Portal:
    """Return a portal with a bit of everything, all of it known."""
    portal = Portal()
    portal.define("contacts", "zip", label="ZIP")
    portal.define("contacts", "interests", type="enumeration", field_type="checkbox")
    portal.add_owner("7", "rosa@sales.test", "Rosa", "Lind")
    portal.add_owner("8", "gone@sales.test", archived=True)
    stages = [
        Stage("open", "Talking", 0.4),
        Stage("won", "Closed won", 1.0, closed=True),
        Stage("lost", "Closed lost", 0.0, closed=True),
    ]
    portal.add_pipeline("deals", "default", "Sales", stages)
    portal.add("companies", {"name": "Acme", "domain": "acme.test"}, id="501", at="2026-01-01")
    people = (
        ("101", {"email": "Ada@acme.test", "firstname": "Ada", "zip": "00100"}),
        ("102", {"email": "ben@acme.test", "firstname": "Ben", "zip": "20500"}),
        ("103", {"firstname": "Cleo", "hubspot_owner_id": "8"}),
        ("104", {"email": "ada@old.test", "firstname": "Ada"}),
    )
    for id_, said in people:
        portal.add("contacts", {**said, "lifecyclestage": "lead"}, id=id_, at="2026-01-02T10:00:00")
    more = {"associatedcompanyid": "501", "hubspot_owner_id": "7", "interests": "skis;boots"}
    portal.update("contacts", "101", more, at="2026-02-01")
    portal.update("contacts", "101", {"lifecyclestage": "customer"}, at="2026-03-01T09:30:00")
    portal.merge("contacts", "101", "104", at="2026-04-01T12:00:00")
    deals = (
        ("901", "won", "2026-03-01"),
        ("902", "open", "2026-12-01"),
        ("903", "lost", "2026-02-09"),
    )
    for id_, stage, closed in deals:
        said = {
            "dealname": f"Deal {id_}",
            "dealstage": stage,
            "closedate": closed,
            "amount": "1500",
        }
        portal.add("deals", said, id=id_, at="2026-01-20")
        portal.associate("deals", id_, "companies", "501")
    portal.associate("deals", "901", "contacts", "102")
    portal.associate("deals", "901", "contacts", "101")
    portal.add_list("9", "Webinar: guests", [("102", "2026-05-05T08:00:00Z")])
    happened(portal)
    return portal


def happened(portal: Portal) -> None:
    """Let a little happen in a portal: e-mails, a form, a visit."""
    portal.add_campaign(33, "Spring letter", "What is new")
    portal.add_form(FORM, "Request a demo", at="2026-01-01")
    recipients = ("ada@acme.test", "ben@acme.test", "nobody@acme.test")
    for number, type_ in enumerate(("SENT", "OPEN", "CLICK", "PRINT")):
        for recipient in recipients:
            more = {"url": "https://acme.test/pricing"} if type_ == "CLICK" else {}
            at = f"2026-05-0{number + 1}T10:00:00"
            portal.add_email_event(type_, recipient, campaign=33, at=at, **more)
    for number, email in enumerate(("ben@acme.test", "ADA@acme.test")):
        at = f"2026-06-0{number + 1}T10:00:00"
        portal.submit(FORM, {"email": email}, at=at, page_url="https://acme.test/demo")
    visit = {"hs_url": "https://acme.test/", "hs_title": "Welcome"}
    portal.add_event("e_visited_page", "101", at="2026-06-03T10:00:00", properties=visit)


def large(contacts: int) -> Portal:
    """Return a made portal whose e-mails and forms are few, as the fake finds addresses slowly."""
    portal = Portal.generate(contacts)
    portal.email_events = Log()
    portal.forms.clear()
    portal.campaigns.clear()
    happened(portal)
    return portal


def source(said: dict[str, Any], waits: Callable[[float], object] | None = None) -> HubSpot:
    kind = Plugins().source_kind("hubspot")
    return HubSpot(checked_settings(kind, said), waits)


def items(found: HubSpot, root: Path, cursor: str | None = None) -> Iterator[Item]:
    return found.read(ReadContext(root, root, cursor, lambda label, done, total: None))


class Loader:
    """A store that is filled from a portal."""

    def __init__(self, root: Path, said: dict[str, Any]) -> None:
        self.root, self.said = root, said
        self.store = Store.open(None)
        self.waits: list[float] = []

    def load(self) -> tuple[str, ...]:
        """Load what is new; return the notes."""
        found = items(source(self.said, self.waits.append), self.root, self.store.cursor("tested"))
        return self.store.load(SourceLoad(source="tested"), found).notes

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store.database.rows(sql)

    def dump(self) -> Dump:
        return dump(self.store)


def loaded(fake: FakeHubSpot, root: Path, **more: Any) -> Loader:
    """Return a store that was filled once."""
    loader = Loader(root, settings(fake, **more))
    loader.load()
    return loader


def page_of(asked: Asked) -> tuple[object, ...] | None:
    """Return what makes a request for a page that page; None for what is only looked up."""
    if asked.path.startswith(LOOKED_UP) or "/campaigns/" in asked.path:
        return None
    body = asked.body if isinstance(asked.body, dict) else {}
    if body.get("idProperty") or asked.path.endswith("/lists/2026-09/search"):
        return None
    return asked.method, asked.path, asked.query, repr(body)
