"""The source ``dlt`` does what every source must do, whatever resource it reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from leadline.testing.conformance import SourceConformance

VISITS = {"resource": "visits", "incremental": "occurred_at"}


class TestPages(SourceConformance):
    """A resource of the project, which lists pages of rows with values of many kinds."""

    kind = "dlt"

    @pytest.fixture(autouse=True)
    def _write(self, pages: str) -> None:
        self.pages = pages

    def _settings(self, root: Path, arguments: Mapping[str, object]) -> Mapping[str, object]:
        (root / "acme_source.py").write_text(self.pages)
        tables = {"events": VISITS}
        return {"source": "acme_source:acme", "arguments": arguments, "tables": tables}

    def settings(self, root: Path) -> Mapping[str, object]:
        return self._settings(root, {})

    def nothing(self, root: Path) -> Mapping[str, object]:
        return self._settings(root, {"pages": "0"})

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return {**self._settings(root, {}), "source": "acme_source:nobody"}


class TestSeveralTables(TestPages):
    """Two tables of one resource: one whole, one by what is new. A load may end between them."""

    def _settings(self, root: Path, arguments: Mapping[str, object]) -> Mapping[str, object]:
        leads = {"resource": "visits", "columns": {"lead_id": "lead_id", "seen": "seen.times"}}
        tables = {"events": VISITS, "leads": leads}
        return {**super()._settings(root, arguments), "tables": tables}


class TestRestApi(SourceConformance):
    """dlt's own source of APIs, over HTTP, page by page."""

    kind = "dlt"

    @pytest.fixture(autouse=True)
    def _serve(self, crm: Callable[..., dict[str, object]]) -> None:
        self.crm = crm

    def settings(self, root: Path) -> Mapping[str, object]:
        return self.crm()

    def nothing(self, root: Path) -> Mapping[str, object]:
        return self.crm(empty=True)

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return self.crm(word="wrong-word")


class TestSqlDatabase(SourceConformance):
    """dlt's own source of databases, from an SQLite file."""

    kind = "dlt"

    def _settings(self, root: Path, rows: list[tuple[object, ...]]) -> Mapping[str, object]:
        connection = sqlite3.connect(root / "app.db")
        connection.execute("DROP TABLE IF EXISTS people")
        connection.execute("CREATE TABLE people (lead_id TEXT, code TEXT, size INT, seen DATETIME)")
        connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", rows)
        connection.commit()
        connection.close()
        return {
            "source": "dlt.sources.sql_database:sql_database",
            "arguments": {
                "credentials": f"sqlite:///{root / 'app.db'}",
                "table_names": ["people"],
            },
            "tables": {"leads": {"resource": "people", "incremental": "seen"}},
        }

    def settings(self, root: Path) -> Mapping[str, object]:
        day = "2026-01-0{} 00:00:00.000000"
        rows: list[tuple[object, ...]] = [(f"l{n}", f"{n}0", n, day.format(n)) for n in range(1, 4)]
        return self._settings(root, [*rows, ("l4", None, None, None)])

    def nothing(self, root: Path) -> Mapping[str, object]:
        return self._settings(root, [])

    def unreadable(self, root: Path) -> Mapping[str, object]:
        settings = {**self._settings(root, []), "tables": {"leads": "persons"}}
        return {**settings, "arguments": {"credentials": f"sqlite:///{root}/nowhere/app.db"}}
