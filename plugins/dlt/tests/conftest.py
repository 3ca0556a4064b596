from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from leadline.plugin import Cursor, Item, Plugins, ReadContext, Records, read_source
from leadline.store import SourceLoad, Store

#: What lists a page at a time, as most resources do.
PAGES = """
import dlt

@dlt.source
def acme(pages: int = 3):
    @dlt.resource
    def visits():
        for page in range(pages):
            yield [
                {
                    "lead_id": f"l{n % 4}",
                    "occurred_at": f"2026-01-{page + 1:02}T00:00:00Z",
                    "type": "page_view",
                    "url": None if n == 1 else f"/{page}",
                    "seen": {"by": ["a", "b"], "times": n},
                    "tags": ["x", "y"],
                }
                for n in range(5)
            ]
    return visits
"""


class Project:
    """A folder with modules, read through the plugin as leadline does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.work = root / ".work"
        self.work.mkdir()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def items(self, settings: Mapping[str, object], cursor: str | None = None) -> Iterator[Item]:
        context = ReadContext(self.root, self.work, cursor, lambda label, done, total: None)
        return read_source(Plugins(), "dlt", settings, context)

    def read(self, settings: Mapping[str, object], cursor: str | None = None) -> list[Item]:
        return list(self.items(settings, cursor))

    def rows(
        self, settings: Mapping[str, object], cursor: str | None = None
    ) -> list[dict[str, object]]:
        return [
            dict(zip(item.columns, row, strict=True))
            for item in self.read(settings, cursor)
            if isinstance(item, Records)
            for row in item.rows
        ]

    def cursor(self, settings: Mapping[str, object], cursor: str | None = None) -> str:
        return [item.value for item in self.read(settings, cursor) if isinstance(item, Cursor)][-1]

    def load(self, store: Store, settings: Mapping[str, object]) -> Any:
        """Load into a store from where the last load ended; return what became of the rows."""
        return store.load(SourceLoad("acme"), self.items(settings, store.cursor("acme")))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


class Crm(BaseHTTPRequestHandler):
    """An API with contacts, a few a page, for those who know the word."""

    contacts: tuple[Mapping[str, object], ...] = tuple(
        {"id": n, "mail": f"p{n}@example.com", "home": {"city": "Bonn"}, "at": f"2026-01-{n:02}"}
        for n in range(1, 8)
    )

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if self.headers["Authorization"] != "Bearer right-word":
            self._answer(401, {"message": "who are you?"})
        elif asked.path != "/contacts":
            self._answer(404, {"message": "nothing of that name"})
        else:
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            start, limit = int(query["offset"]), int(query["limit"])
            page = self.contacts[start : start + limit]
            self._answer(200, {"results": page, "total": len(self.contacts)})

    def _answer(self, status: int, data: object) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


class Nobody(Crm):
    contacts = ()


@pytest.fixture
def crm() -> Iterator[Callable[..., dict[str, object]]]:
    """Return a function that gives the settings to read a CRM over HTTP."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), api) for api in (Crm, Nobody)]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def settings(
        word: str = "right-word", path: str = "contacts", **more: Any
    ) -> dict[str, object]:
        port = servers[more.get("empty", False)].server_port
        client = {
            "base_url": f"http://127.0.0.1:{port}/",
            "auth": {"type": "bearer", "token": word},
            "paginator": {"type": "offset", "limit": "3", "total_path": "total"},
        }
        endpoint = {"path": path, "data_selector": "results"}
        resources = [{"name": "contacts", "endpoint": endpoint}]
        columns = {"lead_id": "id", "email": "mail", "city": "home.city", "changed": "at"}
        return {
            "source": "dlt.sources.rest_api:rest_api_source",
            "arguments": {"config": {"client": client, "resources": resources}},
            "tables": {"leads": {"resource": "contacts", "columns": columns, "incremental": "at"}},
        }

    yield settings
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def pages() -> str:
    return PAGES
