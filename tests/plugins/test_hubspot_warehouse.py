"""Warehouse tables of HubSpot through the mapping that leadline ships, counted again by pandas."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from tests.plugins.loads import loading

from leadline.plugin import Plugins, ReadContext, read_source
from leadline.project import read_project
from leadline.store import SourceLoad, Store
from leadline.store.summary import TableSummary
from leadline_plugins import csv_files

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "rulesets/hubspot_warehouse/leadline.yaml"
DATA = ROOT.parent / "shared/data/hubspot"


@pytest.fixture(scope="module")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"the sample of HubSpot's tables is not there: {DATA}")
    return DATA


def frame(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}_data.csv", dtype=str, encoding="utf-8-sig")


@dataclass
class Loaded:
    store: Store
    first: dict[str, TableSummary]
    second: dict[str, TableSummary]

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.store.database.rows(sql)


@pytest.fixture(scope="module")
def loaded(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Return a store into which a project of the shipped mapping was loaded twice."""
    project_root = tmp_path_factory.mktemp("project")
    shutil.copy(SHIPPED, project_root)
    (project_root / "warehouse").mkdir()
    for file in data.glob("*_data.csv"):
        name = file.name.replace("_data.csv", ".csv")
        shutil.copy(file, project_root / "warehouse" / name)
    source = read_project(project_root / "leadline.yaml", {}).source("hubspot")
    settings = source.plain_settings(csv_files.SETTINGS)
    work = project_root / "work"
    work.mkdir()
    load = SourceLoad(
        "hubspot", timezone=source.timezone, mapping=source.mapping, types=source.types
    )
    with Store.open(None) as store:
        done = []
        for _ in range(2):
            context = ReadContext(project_root, work, store.cursor("hubspot"), lambda *_: None)
            summary = store.load(load, read_source(Plugins(), source.plugin, settings, context))
            done.append({table.table: table for table in summary.tables})
        yield Loaded(store, *done)


def instants(column: pd.Series) -> list[datetime]:
    return list(pd.to_datetime(column, format="ISO8601"))


def is_true(column: pd.Series) -> pd.Series:
    return column.str.lower() == "true"


def test_a_second_load_finds_nothing_new(loaded: Loaded) -> None:
    assert {name for name, table in loaded.first.items() if table.new} == {
        "accounts",
        "aliases",
        "events",
        "lead_history",
        "lead_tags",
        "leads",
    }
    assert not [name for name, table in loaded.second.items() if table.new or table.changed]


def test_contacts_are_leads_but_for_those_merged_into_others(loaded: Loaded) -> None:
    contact = frame("contact")
    merged = set(contact["property_hs_merged_object_ids"].dropna().str.split(";").explode())
    merged |= set(frame("contact_merge_audit")["vid_to_merge"])
    kept = contact[~is_true(contact["_fivetran_deleted"]) & ~contact["id"].isin(merged)]
    assert 0 < len(kept) < len(contact)

    leads = loaded.rows("SELECT lead_id, email, created_at, firstname FROM leads")
    expected = zip(
        kept["id"],
        kept["property_email"],
        instants(kept["property_createdate"]),
        kept["property_firstname"].astype(object).where(kept["property_firstname"].notna(), None),
        strict=True,
    )
    assert sorted(leads) == sorted(expected)


def test_merged_contacts_and_addresses_are_other_ids_of_the_contact(loaded: Loaded) -> None:
    contact, audit = frame("contact"), frame("contact_merge_audit")
    expected = set(zip(audit["vid_to_merge"], audit["canonical_vid"], strict=True))
    listed = contact.dropna(subset="property_hs_merged_object_ids")
    for into, ids in zip(listed["id"], listed["property_hs_merged_object_ids"], strict=True):
        expected |= {(old, into) for old in ids.split(";")}
    expected |= set(zip(contact["property_email"].str.lower(), contact["id"], strict=True))

    assert set(loaded.rows("SELECT old_lead_id, lead_id FROM aliases")) == expected
    assert loaded.rows("SELECT since FROM aliases WHERE old_lead_id = '11111'") == [
        (datetime(2019, 10, 8, 15, 50, 57),)
    ]


def test_companies_are_accounts(loaded: Loaded) -> None:
    company = frame("company")
    kept = company[~is_true(company["is_deleted"])]

    found = loaded.rows("SELECT account_id, name FROM accounts")
    assert sorted(found) == sorted(zip(kept["id"], kept["property_name"], strict=True))


def test_email_events_and_forms_are_events(loaded: Loaded) -> None:
    email, forms = frame("email_event"), frame("contact_form_submission")
    kept = email[~is_true(email["filtered_event"])].drop_duplicates("id")
    assert len(kept)

    counts = dict(loaded.rows("SELECT type, count(*) FROM events GROUP BY type"))
    expected = ("email_" + kept["type"].str.lower()).value_counts().to_dict()
    assert counts == expected | {"form_submission": len(forms)}
    times = dict(loaded.rows("SELECT event_id, occurred_at FROM events WHERE type LIKE 'email%'"))
    assert times == dict(zip(kept["id"], instants(kept["created"]), strict=True))
    assert loaded.rows("SELECT lead_id FROM events WHERE event_id = 'form-104'") == [("004",)]


def test_every_deal_without_a_person_or_a_company_is_told(loaded: Loaded) -> None:
    deal = frame("deal")
    merged = frame("merged_deal")["merged_deal_id"]
    kept = deal[~is_true(deal["is_deleted"]) & ~deal["deal_id"].isin(merged)]
    linked = set(frame("deal_contact")["deal_id"]) | set(frame("deal_company")["deal_id"])

    summary = loaded.first["opportunities"]
    assert summary.rows == len(kept)
    assert summary.new == kept["deal_id"].isin(linked).sum()
    assert summary.rejected == summary.rows - summary.new


def test_property_history_and_lists_are_complete(loaded: Loaded) -> None:
    history = frame("contact_property_history")
    told = history.drop_duplicates(["contact_id", "name", "value", "timestamp", "source"])
    assert loaded.rows("SELECT count(*) FROM lead_history") == [(len(told),)]

    member = frame("contact_list_member").drop_duplicates(["contact_id", "contact_list_id"])
    gone = is_true(member["_fivetran_deleted"]).sum()
    assert gone
    assert loaded.rows("SELECT value, count(*) FROM lead_tags GROUP BY value ORDER BY 1") == [
        ("in", len(member)),
        ("left", gone),
    ]


def test_lifecycle_stages_and_open_deals_load(tmp_path: Path) -> None:
    """The sample has hashed names and no open ends here, so a row of each is written by hand."""
    project = read_project(SHIPPED, {}).source("hubspot").plain_settings(csv_files.SETTINGS)
    files = {
        "contact_property_history": "contact_id,name,value,timestamp,source\n"
        "1,lifecyclestage,lead,2026-01-01 00:00:00 UTC,X\n1,city,Bonn,2026-01-02,X\n",
        "contact_list": "id,name\n7,News\n",
        "contact_list_member": "contact_id,contact_list_id,added_at,_fivetran_deleted,"
        "_fivetran_synced\n",
        "deal": "\ufeffdeal_id,is_deleted,deal_pipeline_stage_id,owner_id,property_dealname,"
        "property_amount,property_closedate,property_createdate\n"
        "1,false,won,,A,10,2026-02-01,2026-01-01 00:00:00 UTC\n"
        "2,FALSE,won,,B,10,9999-12-31 23:59:59,2026-01-01\n"
        "3,false,open,,C,,2050-01-01 00:00:00,2026-01-01\n"
        "4,TRUE,open,,D,,,2026-01-01\n5,false,open,,E,,,2026-01-01\n",
        "deal_contact": "contact_id,deal_id\n8,1\n9,1\n9,2\n9,3\n9,4\n9,5\n",
        "deal_company": "company_id,deal_id\n70,1\n",
        "deal_pipeline_stage": "stage_id,is_closed,closed_won\nwon,TRUE,TRUE\nopen,FALSE,FALSE\n",
        "merged_deal": "deal_id,merged_deal_id\n1,5\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    tables = project["tables"]
    assert isinstance(tables, dict)
    chosen = {name: tables[name] for name in ("opportunities", "lead_history", "lead_tags")}
    settings = {"files": {name: f"{name}.csv" for name in files}, "tables": chosen}
    with loading(tmp_path, "csv", settings) as loads:
        loads.load()

        first = datetime(2026, 1, 1)
        assert loads.rows(
            "SELECT opportunity_id, lead_id, account_id, created_at, closed_at, won, amount "
            "FROM opportunities ORDER BY 1"
        ) == [
            ("1", "8", "70", first, datetime(2026, 2, 1), True, 10),
            ("2", "9", None, first, None, True, 10),
            ("3", "9", None, first, None, None, None),
        ]
        assert loads.rows("SELECT lead_id, tag, value, set_at FROM lead_tags") == [
            ("1", "lifecycle", "lead", first)
        ]


def test_marks_zones_and_open_ends_of_the_sample_are_read(data: Path, tmp_path: Path) -> None:
    ticket = """SELECT ticket_id AS lead_id, name AS field, value, _fivetran_start AS changed_at,
        CASE WHEN _fivetran_end < '9999' THEN _fivetran_end END AS until FROM ticket"""
    property_ = """SELECT hubspot_object AS lead_id, name AS tag, type AS value,
        created_at AS set_at FROM property"""
    settings = {
        "files": {
            "ticket": str(data / "ticket_property_history_data.csv"),
            "property": str(data / "property_data.csv"),
        },
        "final_newline": "optional",
        "tables": {"lead_history": {"query": ticket}, "lead_tags": {"query": property_}},
    }
    with loading(tmp_path, "csv", settings) as loads:
        done = loads.load()

        assert done["lead_history"].rejected == done["lead_tags"].rejected == 0
        written = frame("property")["created_at"].str.removesuffix(" UTC")
        assert written.str.len().lt(frame("property")["created_at"].str.len()).any()
        assert {row[0] for row in loads.rows("SELECT set_at FROM lead_tags")} == set(
            instants(written)
        )
        ends = frame("ticket_property_history")["_fivetran_end"]
        open_ends = ends.str.startswith("9999") | ends.isna()
        assert open_ends.any()
        assert not loads.rows("SELECT 1 FROM lead_history WHERE until >= '9999-01-01'")
