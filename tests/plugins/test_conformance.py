"""The built-in plugins pass the kit that every plugin is held to, and the kit finds faults."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.receiver import listening

from leadline.engine.duckdb import Database
from leadline.errors import LeadlineError
from leadline.plugin import Table, Value
from leadline.testing.conformance import (
    OutputConformance,
    PublisherConformance,
    SourceConformance,
)
from leadline.testing.fake_hubspot import FakeHubSpot, Portal

EVENTS = """event_id,lead_id,occurred_at,type,seconds
e1,ada,2026-01-02T03:04:05Z,visit,12.5
e2,ada,2026-01-03T03:04:05Z,talk,
e3,Zoë,2026-01-04T03:04:05Z,visit,3
"""


class TestCsv(SourceConformance):
    kind = "csv"

    def settings(self, root: Path) -> Mapping[str, object]:
        (root / "one.csv").write_text(EVENTS, encoding="utf-8")
        (root / "two.csv").write_text(EVENTS.replace("e", "f", 1), encoding="utf-8")
        (root / "leads.csv").write_text("lead_id,email\nada,ada@example.com\n", encoding="utf-8")
        return {"files": {"events": ["one.csv"], "leads": "leads.csv"}}

    def nothing(self, root: Path) -> Mapping[str, object]:
        (root / "none.csv").write_text("lead_id,occurred_at,type\n", encoding="utf-8")
        return {"files": {"events": "none.csv"}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return {"files": {"events": "nowhere/*.csv"}}


class TestParquet(SourceConformance):
    kind = "parquet"

    def settings(self, root: Path) -> Mapping[str, object]:
        self._write(root / "events.parquet", "")
        return {"files": {"events": "events.parquet"}}

    def nothing(self, root: Path) -> Mapping[str, object]:
        self._write(root / "none.parquet", " WHERE FALSE")
        return {"files": {"events": "none.parquet"}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        (root / "broken.parquet").write_bytes(b"PAR1 no more")
        return {"files": {"events": "broken.parquet"}}

    @staticmethod
    def _write(path: Path, where: str) -> None:
        rows = ", ".join(
            f"('e{n}', 'lead {n}', TIMESTAMP '2026-01-0{n} 10:00:00', 'visit', {n}.5)"
            for n in range(1, 5)
        )
        columns = "event_id, lead_id, occurred_at, type, seconds"
        with Database() as database:
            database.copy_parquet(f"SELECT * FROM (VALUES {rows}) t ({columns}){where}", path)


class TestJsonLines(OutputConformance):
    kind = "json_lines"

    def settings(self, root: Path) -> Mapping[str, object]:
        return {"path": "sent.jsonl"}

    def received(self, root: Path) -> Sequence[str]:
        lines = (root / "sent.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["key"] for line in lines]

    def unreachable(self, root: Path) -> Mapping[str, object]:
        (root / "file.txt").touch()
        return {"path": "file.txt/sent.jsonl"}


class TestWebhook(OutputConformance):
    kind = "webhook"

    @pytest.fixture(autouse=True)
    def receiver(self) -> Iterator[None]:
        with listening() as self.server:
            yield

    def settings(self, root: Path) -> Mapping[str, object]:
        return {"url": self.server.url}

    def received(self, root: Path) -> Sequence[str]:
        return list(self.server.keys)

    def unreachable(self, root: Path) -> Mapping[str, object]:
        return {"url": "http://127.0.0.1:9/", "timeout": 2}


class TestHubSpot(PublisherConformance):
    kind = "hubspot"

    @pytest.fixture(autouse=True)
    def portal(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        portal = Portal()
        for key in self.keys("leads"):
            portal.add("contacts", {"email": f"p{key}@acme.test"}, id=key)
            portal.add("companies", {"name": f"Company {key}"}, id=key)
        with FakeHubSpot(portal) as self.fake:
            yield

    def settings(self, root: Path) -> Mapping[str, object]:
        return {"token": "pat-eu1-fake", "url": self.fake.url}

    def keys(self, table: Table) -> Sequence[str]:
        return [str(number) for number in range(101, 106)]

    def held(self, root: Path, table: Table, key: str) -> Mapping[str, Value]:
        kind = {"leads": "contacts", "accounts": "companies"}[table]
        record = self.fake.portal.get(kind, key)
        assert record is not None
        properties = self.fake.portal.properties[kind]
        read = {
            "string": str,
            "number": float,
            "bool": lambda said: said == "true",
            "date": date.fromisoformat,
            "datetime": datetime.fromisoformat,
        }
        return {
            name: read[properties[name].type](said)
            for name, said in record.properties.items()
            if name.startswith("leadline_") and said is not None
        }

    def unreachable(self, root: Path) -> Mapping[str, object]:
        return {"token": "none", "url": "http://127.0.0.1:9", "timeout": 2}


GOOD = """
from pathlib import Path
from leadline.plugin import *

class Words:
    def __init__(self, settings):
        self.path = settings["path"]

    def read(self, context):
        path = context.root / self.path
        if not path.exists():
            raise SourceError(f"{self.path} is not there")
        start = int(context.cursor or 0)
        words = path.read_text().split()
        for at in range(start, len(words)):
            yield Records("leads", self.path, ("lead_id", "name"), ((words[at], None),), None)
            yield Cursor(str(at + 1))

SETTINGS = {
    "type": "object", "additionalProperties": False, "required": ["path"],
    "properties": {"path": {"type": "string", "description": "The file."}},
}

@hookimpl
def leadline_sources():
    return (SourceKind("words", "Words.", SETTINGS, Words),)
"""

#: What a plugin may do wrong: the test that finds it, a text of the good one, what stands there
#: instead, what is said.
FAULTS = [
    ("its_settings_are_described", '"additionalProperties": False, ', "", "one would pass"),
    (
        "its_settings_are_described",
        ', "description": "The file."',
        "",
        "`path` has no description",
    ),
    ("it_yields_rows_that_can_be_kept", '"leads", self', '"people", self', "`people` is no table"),
    (
        "it_yields_rows_that_can_be_kept",
        "((words[at], None),)",
        "((words[at],),)",
        "a row of 1 cells under 2 columns",
    ),
    ("missing_values_are_missing", "words[at], None", 'words[at], "null"', "is the text 'null'"),
    (
        "it_yields_rows_that_can_be_kept",
        "words[at], None",
        'words[at], float("nan")',
        "yield None where there is no number",
    ),
    (
        "it_yields_rows_that_can_be_kept",
        "words[at], None",
        "words[at], Path",
        "holds a type, which no column can keep",
    ),
    (
        "it_yields_rows_that_can_be_kept",
        '("lead_id", "name")',
        '("lead_id", "Lead_ID")',
        "columns stand twice",
    ),
    (
        "the_same_place_gives_the_same_rows",
        "words[at], None",
        'words[at], __import__("uuid").uuid4().hex',
        "two loads of the same place differ",
    ),
    (
        "a_killed_load_goes_on_from_its_cursor",
        "int(context.cursor or 0)",
        "0 if context.cursor is None else 99",
        "killed after 2 items",
    ),
    (
        "what_cannot_be_read_is_said",
        'raise SourceError(f"{self.path} is not there")',
        "raise KeyError(1)",
        "it fell over",
    ),
    (
        "what_cannot_be_read_is_said",
        'raise SourceError(f"{self.path} is not there")',
        "return",
        "and said nothing",
    ),
    ("it_yields_rows_that_can_be_kept", "Cursor(str(at + 1))", 'Cursor("")', "a cursor is empty"),
    (
        "a_place_without_rows_is_no_error",
        "start = int",
        "path.read_text()[0]; start = int",
        "string index out of range",
    ),
]


class _Words(SourceConformance):
    kind = "words"

    def settings(self, root: Path) -> Mapping[str, object]:
        (root / "words.txt").write_text("ada ben cleo dora")
        return {"path": "words.txt"}

    def nothing(self, root: Path) -> Mapping[str, object]:
        (root / "none.txt").write_text("")
        return {"path": "none.txt"}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return {"path": "nowhere.txt"}


def _said(root: Path, plugin: str, test: str) -> str:
    """Return what a test of the kit says of a plugin; nothing where it passes."""
    folder = root / "plugins"
    folder.mkdir(exist_ok=True)
    (folder / "words.py").write_text(plugin, encoding="utf-8")
    kit = type("Kit", (_Words,), {"plugins": folder})()
    place = root / test
    place.mkdir()
    run = getattr(kit, test)
    try:
        run(*([place] if "tmp_path" in inspect.signature(run).parameters else []))
    except (AssertionError, LeadlineError) as error:
        return str(error)
    return ""


def test_a_good_source_passes(tmp_path: Path) -> None:
    for test in (name for name in dir(_Words) if name.startswith("test_")):
        assert _said(tmp_path, GOOD, test) == ""


@pytest.mark.parametrize(
    ("test", "text", "instead", "said"), FAULTS, ids=[said for *_, said in FAULTS]
)
def test_the_kit_finds_what_is_wrong(
    test: str, text: str, instead: str, said: str, tmp_path: Path
) -> None:
    assert GOOD.count(text) == 1
    assert said in _said(tmp_path, GOOD.replace(text, instead), f"test_{test}")
