from __future__ import annotations

from pathlib import Path

from tests.store.given import content, csv_file, load, parquet_file, records, values

from leadline.store import Store, TableSummary

LEADS = """
lead_id,account_id,created_at,owner,email,country
L1,A1,2026-01-01T00:00:00Z,ann,l1@a.example,DE
L2,A1,2026-01-02,bob,l2@a.example,
"""


def test_newer_row_replaces_the_columns_that_it_gives(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "leads", LEADS))
    newer = "lead_id,owner,country\nL2,eve,FR\nL3,eve,IT\nL1,ann,DE\n"
    summary = load(store, csv_file(tmp_path, "leads", newer))
    assert summary.table("leads") == TableSummary("leads", rows=3, new=1, known=1, changed=1)
    assert values(store, "leads", "owner") == ["ann", "eve", "eve"]
    assert values(store, "leads", "country") == ["DE", "FR", "IT"]
    assert values(store, "leads", "email") == ["l1@a.example", "l2@a.example", None]


def test_empty_cell_clears_a_column(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "leads", LEADS))
    load(store, csv_file(tmp_path, "leads", "lead_id,owner\nL1,\n"))
    assert values(store, "leads", "owner") == [None, "bob"]


def test_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    text = LEADS + "L2,A2,2026-01-02,bob,l2@a.example,\n"
    first = load(store, csv_file(tmp_path, "leads", text))
    assert first.table("leads") == TableSummary("leads", rows=3, new=2, known=1)
    before = content(store, "leads")
    again = load(store, csv_file(tmp_path, "leads", text))
    assert again.table("leads") == TableSummary("leads", rows=3, known=3)
    assert content(store, "leads") == before


def test_last_line_of_a_key_counts(store: Store, tmp_path: Path) -> None:
    text = "lead_id,owner\n" + "".join(f"L{n % 3},owner{n}\n" for n in range(10))
    load(store, csv_file(tmp_path, "leads", text))
    assert values(store, "leads", "owner") == ["owner9", "owner7", "owner8"]


def test_new_column_after_a_change_in_the_same_batch(store: Store) -> None:
    load(store, records("leads", "lead_id owner", ("L1", "ann")))
    load(
        store,
        records("leads", "lead_id owner", ("L1", "bob")),
        records("leads", "lead_id score", ("L1", 7)),
        records("leads", "lead_id score", ("L1", "high")),
        records("leads", "lead_id phone", ("L1", "030")),
    )
    assert content(store, "leads") == [("L1", "bob", "030", "high")]


def test_row_without_key_is_rejected(store: Store, tmp_path: Path) -> None:
    summary = load(store, csv_file(tmp_path, "accounts", "account_id,name\n,Acme\nA1,Beta\n"))
    assert summary.table("accounts") == TableSummary("accounts", rows=2, new=1, rejected=1)
    [reject] = store.rejects()
    assert (reject.column, reject.line, reject.raw) == ("account_id", 2, ",Acme")


def test_value_of_another_type_rejects_the_row(store: Store, tmp_path: Path) -> None:
    text = """
opportunity_id,lead_id,created_at,won,amount
O1,L1,2026-01-01,true,1000
O2,L1,2026-01-01,maybe,1000
O3,L1,2026-01-01,,"1,000"
O4,L1,2026-01-01,0,NaN
O5,,2026-01-01,Yes,-12.5
"""
    summary = load(store, csv_file(tmp_path, "opportunities", text))
    assert summary.table("opportunities").rejected == 3
    assert values(store, "opportunities", "won") == [True, False]
    assert values(store, "opportunities", "amount") == [1000, None]
    assert [(r.line, r.column, r.reason) for r in store.rejects()] == [
        (3, "won", "neither true nor false: maybe"),
        (4, "amount", "no number: 1,000"),
        (6, "lead_id or account_id", "a row needs lead_id or account_id"),
    ]


def test_opportunity_of_an_account_alone(store: Store, tmp_path: Path) -> None:
    text = "opportunity_id,account_id,created_at\nO1,A1,2026-01-01\n"
    assert load(store, csv_file(tmp_path, "opportunities", text)).table("opportunities").new == 1
    assert values(store, "opportunities", "lead_id") == [None]


def test_tags_are_lists(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "assets", 'asset_id,tags\na1,"x; sales-ready ,y|z;;"\na2,\n'))
    assert values(store, "assets", "tags") == [["x", "sales-ready", "y", "z"], None]
    query = "SELECT 'a2' AS asset_id, ['p', 'q;r'] AS tags"
    summary = load(store, parquet_file(tmp_path, "assets", query))
    assert summary.table("assets").changed == 1
    load(store, records("assets", "asset_id tags", ("a3", ("one", "two")), ("a4", None)))
    assert values(store, "assets", "tags")[1:] == [["p", "q;r"], ["one", "two"], None]
