"""What HubSpot and the way to it do wrong: survived where it passes, said where it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.plugins.portals import Loader, items, large, loaded, now, page_of, settings, source

from leadline.errors import SourceError
from leadline.plugin import Cursor, Records
from leadline.testing.conforming import Dump, difference
from leadline.testing.fake_hubspot import (
    Asked,
    FakeHubSpot,
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

LIST = "GET /crm/objects/2026-09/contacts"
CONTACTS = 120
READ = ["contacts", "deals", "events"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """Return what a load without any fault leaves."""
    with FakeHubSpot(large(CONTACTS)) as fake:
        return loaded(fake, tmp_path_factory.mktemp("whole"), read=READ).dump()


def same(fake: FakeHubSpot, root: Path, whole: Dump, **more: object) -> Loader:
    loader = loaded(fake, root, read=READ, **more)
    assert loader.dump() == whole, difference(whole, loader.dump())
    assert not fake.unused
    return loader


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        (status(429), [10.0, 10.0]),
        (status(429, policy="SECONDLY"), [1.0, 1.0]),
        (status(429, retry_after=3), [3.0, 3.0]),
        (status(477, retry_after=7), [7.0, 7.0]),
    ],
    ids=["ten seconds", "second", "retry after", "moved"],
)
def test_it_waits_as_long_as_hubspot_wants(
    answer: Callable[..., object], waits: list[float], whole: Dump, tmp_path: Path
) -> None:
    with FakeHubSpot(large(CONTACTS), faults=[Fault(LIST, answer, nth=2, times=2)]) as fake:
        assert same(fake, tmp_path, whole).waits == waits


@pytest.mark.parametrize(
    "answer",
    [
        status(423), status(500), status(524), truncated(), truncated(length=False),
        broken(), wrong_json(),
    ],
    ids=["locked", "500", "524", "short", "short unsaid", "broken", "no JSON"],
)  # fmt: skip
def test_what_passes_is_tried_again(
    answer: Callable[..., object], whole: Dump, tmp_path: Path
) -> None:
    faults = [Fault(LIST, answer, nth=2, times=2), Fault("POST /crm/associations", answer)]
    with FakeHubSpot(large(CONTACTS), faults=faults) as fake:
        loader = same(fake, tmp_path, whole)

    assert len(loader.waits) == 3
    assert all(1.0 <= wait <= 6.0 for wait in loader.waits)


@pytest.mark.parametrize(
    "answer",
    [repeated_page(), repeated_page(overlap=20)],
    ids=["a page twice", "rows twice"],
)
@pytest.mark.parametrize("on", [LIST, "GET /events"])
def test_what_comes_twice_is_kept_once(
    answer: Callable[..., object], on: str, whole: Dump, tmp_path: Path
) -> None:
    with FakeHubSpot(large(CONTACTS), faults=[Fault(on, answer, nth=2)]) as fake:
        same(fake, tmp_path, whole)


def test_a_page_that_always_names_itself_ends_the_load(tmp_path: Path) -> None:
    faults = [Fault(LIST, repeated_page(), nth=2, times=None)]
    with (
        FakeHubSpot(large(CONTACTS), faults=faults) as fake,
        pytest.raises(SourceError, match="names the same next page"),
    ):
        loaded(fake, tmp_path, read=READ)


def test_a_slow_answer_is_tried_again(whole: Dump, tmp_path: Path) -> None:
    with FakeHubSpot(large(CONTACTS), faults=[Fault(LIST, slow(1.0), nth=2)]) as fake:
        assert len(same(fake, tmp_path, whole, timeout=0.3).waits) == 1


@pytest.mark.parametrize("on", [LIST, "GET /events"])
def test_a_cursor_that_expired_begins_its_part_anew(on: str, whole: Dump, tmp_path: Path) -> None:
    """A load that stopped goes on with a cursor that HubSpot no longer takes."""
    with FakeHubSpot(large(CONTACTS)) as fake:
        loader = Loader(tmp_path, settings(fake, read=READ))
        fault = Fault(on, status(404), nth=2)
        fake.script(fault)
        with pytest.raises(SourceError):
            loader.load()
        fake.script(Fault(on, expired_cursor()))
        loader.load()

        assert fake.unused == ()
        assert loader.dump() == whole, difference(whole, loader.dump())


def test_the_daily_limit_stops_at_once_and_the_next_load_goes_on(
    whole: Dump, tmp_path: Path
) -> None:
    with FakeHubSpot(large(CONTACTS)) as fake:
        loader = Loader(tmp_path, settings(fake, read=READ))
        fake.script(Fault(LIST, status(429, policy="DAILY"), nth=3, times=1))
        with pytest.raises(SourceError) as raised:
            loader.load()
        asked = [page_of(asked) for asked in fake.requests]
        kept = {page for page in asked[:-1] if page is not None}

        assert loader.waits == []
        assert fake.requests[-1].status == 429
        assert "used up its API calls of the day" in raised.value.message
        assert "midnight in its time zone: 20" in raised.value.hint
        assert loader.rows("SELECT count(*) FROM leads") == [(100,)]

        loader.load()

        assert not kept & {page_of(asked) for asked in fake.requests[len(asked) :]}
        assert loader.dump() == whole, difference(whole, loader.dump())


@pytest.mark.parametrize(
    ("code", "said", "hint"),
    [
        (401, "answered 401: Authentication credentials not found", "make a new service key"),
        (403, "missing scopes: crm.objects.contacts.read", "give the service key the scopes crm"),
        (400, "answered 400: Invalid input", ""),
        (414, "answered 414: The URL of the request is too long", ""),
    ],
)
def test_what_stays_wrong_is_said_at_once(code: int, said: str, hint: str, tmp_path: Path) -> None:
    with FakeHubSpot(large(CONTACTS), faults=[Fault(LIST, status(code))]) as fake:
        loader = Loader(tmp_path, settings(fake, read=READ))
        with pytest.raises(SourceError) as raised:
            loader.load()

        assert said in raised.value.message
        assert "correlationId" in raised.value.message
        assert hint in raised.value.hint
        assert loader.waits == []
        assert len(fake.asked(LIST)) == 1


def test_a_server_that_stays_down_is_given_up(tmp_path: Path) -> None:
    faults = [Fault(LIST, status(503), nth=2, times=None)]
    with FakeHubSpot(large(CONTACTS), faults=faults) as fake:
        loader = Loader(tmp_path, settings(fake, read=READ))
        with pytest.raises(SourceError, match=r"answered 503: internal error .* \(7 tries\)"):
            loader.load()

    assert loader.rows("SELECT count(*) FROM leads") == [(50,)]


def test_data_that_changes_between_pages_is_read_in_the_end(tmp_path: Path) -> None:
    portal = large(CONTACTS)
    left = list(range(1001, 1001 + CONTACTS, 7))

    def change(portal: Portal, asked: Asked) -> None:
        if not left:
            return
        id_ = str(left.pop())
        portal.update("contacts", id_, {"jobtitle": f"after {asked.path}"}, at=now())
        portal.add("contacts", {"email": f"new{id_}@acme.test"}, at=now())
        portal.archive("contacts", str(int(id_) + 1), at=now())

    with FakeHubSpot(portal) as fake:
        loader = Loader(tmp_path, settings(fake, read=["contacts"]))
        portal.change_between_pages(change)
        loader.load()
        changed = loader.dump()
        left.clear()
        loader.load()
        fresh = loaded(fake, tmp_path, read=["contacts"])

    assert loader.dump() != changed
    live = "SELECT lead_id, email, jobtitle FROM leads WHERE NOT archived ORDER BY lead_id"
    assert loader.rows(live) == fresh.rows(live)


def test_a_search_that_lags_loses_nothing(tmp_path: Path) -> None:
    portal = large(CONTACTS)
    with FakeHubSpot(portal) as fake:
        loader = loaded(fake, tmp_path, read=["contacts"])
        with portal.lagging_search():
            portal.update("contacts", "1007", {"jobtitle": "Founder"}, at=now())
            loader.load()
        titles = "SELECT lead_id FROM leads WHERE jobtitle = 'Founder'"
        assert loader.rows(titles) == []
        loader.load()

    assert loader.rows(titles) == [("1007",)]


def test_more_changes_than_a_search_may_give_are_all_read(tmp_path: Path) -> None:
    """HubSpot pages through 10,000 results of a search; these share one instant as well."""
    portal = Portal.generate(10_500)
    with FakeHubSpot(portal) as fake:
        found = source(settings(fake, read=["companies"], batch=50))
        cursor = [item for item in items(found, tmp_path) if isinstance(item, Cursor)][-1].value
        at = now()
        for number in range(2100):
            portal.update("companies", str(500_000_001 + number), {"city": "Oulu"}, at=at)
        for number in range(8000):
            portal.add("companies", {"name": f"New {number}"}, id=str(600_000_001 + number), at=at)

        rows = [
            row[0]
            for item in items(found, tmp_path, cursor)
            if isinstance(item, Records)
            for row in item.rows
        ]

    assert len(rows) == len(set(rows)) == 10_100
