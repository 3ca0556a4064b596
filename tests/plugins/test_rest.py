"""The source ``rest`` against APIs on loopback: those of others, described in settings alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.api_server import Answer, Server, error, ok, serving

from leadline.errors import SourceError, UsageError
from leadline.plugin import Cursor, Item, Note, Plugins, ReadContext, Records, Reject, read_source
from leadline.testing.conformance import SourceConformance

PEOPLE = [
    {"id": n, "email": f"p{n}@example.com", "changed": f"2026-01-0{n}T00:00:00Z"}
    for n in range(1, 8)
]


def asked(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def read(settings: Mapping[str, Any], root: Path, cursor: str | None = None) -> list[Item]:
    context = ReadContext(root, root, cursor, lambda label, done, total: None)
    return list(read_source(Plugins(), "rest", settings, context))


def ids(items: list[Item]) -> list[object]:
    return [row[0] for item in items if isinstance(item, Records) for row in item.rows]


def last_cursor(items: list[Item]) -> str:
    return [item.value for item in items if isinstance(item, Cursor)][-1]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def people(server: Server, **endpoint: Any) -> dict[str, Any]:
    columns = {"lead_id": "id", "email": "email"}
    return {
        "url": server.url,
        "auth": {"token": "canary"},
        "endpoints": [{"path": "/people", "table": "leads", "columns": columns, **endpoint}],
    }


class TestRest(SourceConformance):
    kind = "rest"

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with serving() as self.server:
            yield

    def settings(self, root: Path) -> Mapping[str, object]:
        def route(method: str, path: str, body: bytes) -> Answer:
            start = int(asked(path).get("after", 0))
            page = PEOPLE[start : start + 2]
            more = {"next": {"after": str(start + 2)}} if start + 2 < len(PEOPLE) else None
            return ok({"results": page, "paging": more})

        self.server.route = route
        pages = {"cursor": {"param": "after", "path": "paging.next.after"}}
        return people(self.server, records="results", pages=pages)

    def nothing(self, root: Path) -> Mapping[str, object]:
        self.server.answers = [ok({"results": []})]
        return people(self.server, records="results")

    def unreadable(self, root: Path) -> Mapping[str, object]:
        self.server.answers = [error(403, "not yours")]
        return people(self.server)


def test_pages_by_offset_number_and_link(server: Server, tmp_path: Path) -> None:
    def route(method: str, path: str, body: bytes) -> Answer:
        said = asked(path)
        if "start" in said:
            start = int(said["start"])
            return ok(PEOPLE[start : start + 3])
        if "page" in said:
            start = 3 * (int(said["page"]) - 1)
            return ok(PEOPLE[start : start + 3])
        start = int(said.get("from", 0))
        link = f'<{server.url}/people?from={start + 3}>; rel="next", <x>; rel="last"'
        headers = {"Link": link} if start + 3 < len(PEOPLE) else {}
        return 200, headers, json.dumps(PEOPLE[start : start + 3]).encode()

    server.route = route
    for pages, requests in (
        ({"offset": {"param": "start", "size": 3}}, 3),
        ({"page": {"param": "page"}}, 4),
        ({"link": {}}, 3),
    ):
        server.asked.clear()
        found = read(people(server, pages=pages), tmp_path)
        assert ids(found) == list(range(1, 8)), pages
        assert len(server.asked) == requests
    assert {headers["Authorization"] for *_, headers in server.asked} == {"Bearer canary"}


def test_the_next_load_asks_for_what_changed(server: Server, tmp_path: Path) -> None:
    rows = PEOPLE[:3]

    def route(method: str, path: str, body: bytes) -> Answer:
        since = asked(path).get("since", "")
        return ok([row for row in rows if str(row["changed"]) >= since])

    server.route = route
    settings = people(server, params={"since": "{since}"}, since={"path": "changed"})
    first = read(settings, tmp_path)
    rows = PEOPLE[:5]
    second = read(settings, tmp_path, last_cursor(first))
    third = read(settings, tmp_path, last_cursor(second))

    assert ids(first) == [1, 2, 3]
    # The newest is asked for again: another may have changed in the same instant.
    assert ids(second) == [3, 4, 5]
    assert ids(third) == [5]
    assert [asked(path).get("since") for _, path, _, _ in server.asked] == [
        None,
        "2026-01-03T00:00:00Z",
        "2026-01-05T00:00:00Z",
    ]


def test_a_killed_load_asks_for_no_page_again(server: Server, tmp_path: Path) -> None:
    def route(method: str, path: str, body: bytes) -> Answer:
        start = int(asked(path)["start"])
        return ok(PEOPLE[start : start + 2])

    server.route = route
    settings = people(server, pages={"offset": {"param": "start", "size": 2}})
    context = ReadContext(tmp_path, tmp_path, None, lambda label, done, total: None)
    begun = read_source(Plugins(), "rest", settings, context)
    items = [next(begun) for _ in range(4)]  # two pages with their cursors
    begun.close()
    rest = read(settings, tmp_path, last_cursor(items))

    assert ids(items) == [1, 2, 3, 4]
    assert ids(rest) == [5, 6, 7]
    assert [asked(path)["start"] for _, path, _, _ in server.asked] == ["0", "2", "4", "6"]


def test_mautic(server: Server, tmp_path: Path) -> None:
    """Contacts by their ids in a mapping, a user and a password, offsets."""
    contacts = {
        str(n): {
            "id": n,
            "dateAdded": "2026-01-02T03:04:05+00:00",
            "fields": {"core": {"email": {"value": f"c{n}@example.com"}}},
            "tags": [{"tag": "a"}],
            "stage": None,
            "points": 10 * n,
        }
        for n in range(1, 4)
    }

    def route(method: str, path: str, body: bytes) -> Answer:
        start = int(asked(path)["start"])
        found = dict(list(contacts.items())[start : start + 2])
        return ok({"total": "3", "contacts": found or []})

    server.route = route
    settings = {
        "url": server.url,
        "auth": {"basic": {"user": "leadline", "password": "canary"}},
        "endpoints": [
            {
                "path": "/contacts",
                "table": "leads",
                "records": "contacts",
                "params": {"limit": 2, "orderBy": "id"},
                "pages": {"offset": {"param": "start", "size": 2}},
                "columns": {
                    "lead_id": "id",
                    "created_at": "dateAdded",
                    "email": "fields.core.email.value",
                    "first_tag": "tags[0].tag",
                    "stage": "stage.name",
                },
            }
        ],
    }

    rows = [
        row for item in read(settings, tmp_path) if isinstance(item, Records) for row in item.rows
    ]

    assert rows[0] == (1, "2026-01-02T03:04:05+00:00", "c1@example.com", "a", None)
    assert [row[0] for row in rows] == [1, 2, 3]
    assert server.asked[0][3]["Authorization"] == "Basic bGVhZGxpbmU6Y2FuYXJ5"


def test_a_query_api_as_salesforce_has_one(server: Server, tmp_path: Path) -> None:
    """A query with the newest instant in it, and the next page as a path of the host."""
    records = [
        {"Id": f"00Q{n}", "Email": None, "SystemModstamp": f"2026-02-0{n}"} for n in (1, 2, 3)
    ]

    def route(method: str, path: str, body: bytes) -> Answer:
        if path.startswith("/api/query/"):
            return ok({"done": True, "records": records[2:]})
        return ok({"done": False, "nextRecordsUrl": "/api/query/01g-2000", "records": records[:2]})

    server.route = route
    query = "SELECT Id, Email FROM Lead WHERE SystemModstamp >= {since} ORDER BY SystemModstamp"
    settings = {
        "url": server.url,
        "auth": {"token": "canary"},
        "endpoints": [
            {
                "path": "/query",
                "table": "leads",
                "records": "records",
                "params": {"q": query},
                "pages": {"link": {"path": "nextRecordsUrl"}},
                "since": {"path": "SystemModstamp", "first": "2000-01-01"},
                "columns": {"lead_id": "Id", "email": "Email"},
            }
        ],
    }

    first = read(settings, tmp_path)
    read(settings, tmp_path, last_cursor(first))

    assert ids(first) == ["00Q1", "00Q2", "00Q3"]
    queries = [asked(path)["q"] for _, path, _, _ in server.asked if "q=" in path]
    assert ["2000-01-01" in queries[0], "2026-02-03" in queries[1]] == [True, True]


def test_a_search_by_post(server: Server, tmp_path: Path) -> None:
    def route(method: str, path: str, body: bytes) -> Answer:
        said = json.loads(body)
        start = int(said.get("after", 0))
        more = {"next": {"after": start + 4}} if start == 0 else {}
        return ok({"results": PEOPLE[start : start + 4], "paging": more})

    server.route = route
    settings = people(
        server,
        records="results",
        body={
            "filters": [{"property": "changed", "operator": "GTE", "value": "{since}"}],
            "limit": 4,
        },
        pages={"cursor": {"param": "after", "path": "paging.next.after"}},
        since={"path": "changed"},
    )

    first = read(settings, tmp_path)
    server.asked.clear()
    read(settings, tmp_path, last_cursor(first))

    assert ids(first) == list(range(1, 8))
    [again, *_] = [json.loads(body) for _, _, body, _ in server.asked]
    assert again["filters"][0]["value"] == "2026-01-07T00:00:00Z"


def test_what_is_no_record_is_rejected(server: Server, tmp_path: Path) -> None:
    server.answers = [ok([PEOPLE[0], "oops", {"id": 2, "email": ["a", "b"], "x": {"y": 1}}])]

    reject, records, _ = read(people(server), tmp_path)

    assert isinstance(reject, Reject)
    assert (reject.reason, reject.raw) == ("a JSON str, expected an object", '"oops"')
    assert isinstance(records, Records)
    assert records.rows == ((1, "p1@example.com"), (2, "a;b"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ok({"people": []}), "without a list of records at `the answer`"),
        (ok("text"), "without a list of records"),
        (error(401, "bad key"), "answered 401: bad key"),
        ((200, {}, b"<html>"), r"what is no JSON \(7 tries\)"),
    ],
)
def test_what_is_not_as_described_is_told(
    server: Server, tmp_path: Path, answer: Answer, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.answers = [answer]

    with pytest.raises(SourceError, match=said) as caught:
        read(people(server), tmp_path)

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"records": "result"}, "nothing at `result` (`records`); it has `results`"),
        (
            {"records": "results", "columns": {"lead_id": "id", "email": "mail"}},
            "no record of the first page has anything at `mail` (`columns.email`)",
        ),
        (
            {"records": "results", "since": {"path": "updated"}},
            "no record of the first page has anything at `updated` (`since.path`)",
        ),
        ({"records": "results", "since": {"path": "changed"}}, ""),
        (
            {"records": "results", "pages": {"cursor": {"param": "after", "path": "nxt"}}},
            "names no next page at `nxt` (`pages.cursor.path`), so its",
        ),
        (
            {"records": "results", "pages": {"link": {}}},
            "names no next page in the header `Link` (`pages.link`)",
        ),
        ({"records": "results", "pages": {"offset": {"param": "skip", "size": 100}}}, ""),
    ],
)
def test_a_path_that_leads_nowhere_is_told_by_the_first_load(
    server: Server, tmp_path: Path, described: dict[str, Any], said: str
) -> None:
    server.answers = [ok({"results": PEOPLE})]

    items = read(people(server, **described), tmp_path)

    notes = [item.text for item in items if isinstance(item, Note)]
    assert len(notes) == bool(said)
    assert said in "".join(notes)


def test_a_next_page_that_never_changes_is_told(server: Server, tmp_path: Path) -> None:
    server.answers = [ok({"results": PEOPLE, "next": "same"})]
    pages = {"cursor": {"param": "after", "path": "next"}}

    with pytest.raises(SourceError, match="the same next page again and again"):
        read(people(server, records="results", pages=pages), tmp_path)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"columns": {"lead_id": "a..b"}}, r"`a\.\.b` \(columns\.lead_id\) is no path"),
        ({"pages": {"cursor": {"param": "a"}}}, "`endpoints.0..pages.cursor.path` is missing"),
        ({"pages": {"cursors": {}}}, "did you mean `cursor`"),
        ({"colums": {}}, "did you mean `columns`"),
        ({"params": {"after": "{sinse}"}}, r"`\{sinse\}` \(params\.after\) is no placeholder"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(
    server: Server, tmp_path: Path, setting: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        read(people(server, **setting), tmp_path)


def test_other_endpoints_are_read_from_their_start(server: Server, tmp_path: Path) -> None:
    server.answers = [ok(PEOPLE)]
    first = read(people(server, since={"path": "changed"}), tmp_path)
    both = people(server)
    both["endpoints"] *= 2

    assert len(ids(read(both, tmp_path, last_cursor(first)))) == 14
