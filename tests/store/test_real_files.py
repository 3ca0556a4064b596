"""Whole files of many rows, through the built-in sources and into the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.store.given import content, type_words, values

from leadline import demo
from leadline.plugin import Item, ReadContext, SourceKind, checked_settings
from leadline.store import LoadSummary, SourceLoad, Store, TableSummary, data_files
from leadline.store.tables import TABLE_NAMES
from leadline_plugins import csv_files, parquet_files


def items_of(
    kind: SourceKind, settings: dict[str, object], root: Path, workdir: Path
) -> Iterator[Item]:
    workdir.mkdir(exist_ok=True)
    context = ReadContext(root, workdir, None, lambda label, done, total: None)
    return kind.factory(checked_settings(kind, settings)).read(context)


def load_csv(
    store: Store, folder: Path, files: dict[str, str], mapping: dict[str, dict[str, str]]
) -> LoadSummary:
    [kind] = csv_files.leadline_sources()
    settings: dict[str, object] = {"files": files, "final_newline": "optional"}
    items = items_of(kind, settings, Path("/"), folder / "work")
    return store.load(SourceLoad("real", timezone="UTC", mapping=mapping), items)


def test_all_tables_are_the_same_from_csv_and_parquet(tmp_path: Path) -> None:
    seen = []
    for plugin, module in (("csv", csv_files), ("parquet", parquet_files)):
        folder = tmp_path / plugin
        demo.generate(folder, leads=60, days=120, format=plugin)  # type: ignore[arg-type]
        settings = data_files(folder).settings(plugin)
        [kind] = module.leadline_sources()
        with Store.open(None) as store:
            for expected in ("new", "known"):
                items = items_of(kind, settings, folder, tmp_path / "work")
                summary = store.load(SourceLoad("demo"), items)
                assert {table.table for table in summary.tables} == set(TABLE_NAMES)
                counts = {table.table: table.rows for table in summary.tables}
                assert {t.table: getattr(t, expected) for t in summary.tables} == counts
            catalog = store.catalog()
            seen.append((catalog, {table: content(store, table) for table in counts}))
    assert seen[0][1] == seen[1][1]
    assert {t.name: set(t.columns) for t in seen[0][0].tables} == {
        t.name: set(t.columns) for t in seen[1][0].tables
    }


@pytest.fixture
def data(shared: Path) -> Path:
    if not (shared / "data").is_dir():
        pytest.skip("the test data are not here: no ../shared/data beside the project")
    return (shared / "data").resolve().relative_to("/")


def test_log_of_a_shop(store: Store, tmp_path: Path, data: Path) -> None:
    mapping = {
        "events": {
            "lead_id": "user_id",
            "occurred_at": "timestamp",
            "type": "event",
            "visit_id": "session_id",
        }
    }
    files = {"events": str(data / "ecom" / "ecom.csv.gz")}
    first = load_csv(store, tmp_path, files, mapping)
    assert first.table("events") == TableSummary("events", rows=31_106, new=31_106)
    again = load_csv(store, tmp_path, files, mapping)
    assert again.table("events") == TableSummary("events", rows=31_106, known=31_106)
    catalog = store.catalog()
    assert str(catalog.first_event)[:10] == "2024-01-04"
    assert str(catalog.last_event)[:10] == "2024-06-29"
    assert type_words(store, "events")["acquisition_channel"] == "text"
    [(leads, visits)] = store.database.rows(
        "SELECT count(DISTINCT lead_id), count(DISTINCT visit_id) FROM events"
    )
    assert (leads, visits) == (600, 3605)


def test_opportunities_of_a_sales_team(store: Store, tmp_path: Path, data: Path) -> None:
    mapping = {
        "opportunities": {
            "account_id": "account",
            "created_at": "engage_date",
            "closed_at": "close_date",
            "amount": "close_value",
        }
    }
    files = {"opportunities": str(data / "crm" / "sales_pipeline.csv")}
    done = load_csv(store, tmp_path, files, mapping).table("opportunities")
    assert done.rows == 8800
    assert done.new + done.rejected == 8800
    reasons = {(r.column, r.reason) for r in store.rejects()}
    assert reasons == {
        ("created_at", "missing, but every row needs it"),
        ("lead_id or account_id", "a row needs lead_id or account_id"),
    }
    words = type_words(store, "opportunities")
    assert (words["amount"], words["closed_at"]) == ("number", "date and time")


def test_contacts_of_a_crm(store: Store, tmp_path: Path, data: Path) -> None:
    mapping = {
        "leads": {"lead_id": "id", "email": "property_email", "created_at": "property_createdate"},
        "lead_history": {"lead_id": "contact_id", "field": "name", "changed_at": "timestamp"},
    }
    files = {
        "leads": str(data / "hubspot" / "contact_data.csv"),
        "lead_history": str(data / "hubspot" / "contact_property_history_data.csv"),
    }
    summary = load_csv(store, tmp_path, files, mapping)
    assert summary.rejected == 0
    assert summary.table("leads").new == len(values(store, "leads", "lead_id")) > 0
    words = type_words(store, "leads")
    assert words["_fivetran_deleted"] == "true or false"
    assert words["property_hs_merged_object_ids"] == "text"
    assert words["property_annualrevenue"] in ("number", "no value yet")
    changed = values(store, "lead_history", "changed_at", by="changed_at")
    assert all(isinstance(moment, datetime) for moment in changed)
