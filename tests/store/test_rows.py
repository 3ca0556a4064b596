from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from tests.store.given import content, csv_file, load

from leadline.store import Store, TableSummary

TEXTS = {
    "lead_history": "lead_id,field,value,changed_at\nL1,a,VP,2026-01-01\nL1,a,,2026-02-01\n",
    "lead_tags": "lead_id,tag,value,set_at\nL1,mql,yes,2026-01-01\nL1,mql,no,2026-01-01\n",
    "handoffs": "lead_id,offered_at,accepted\nL1,2026-01-01,true\nL1,2026-01-02,\n",
    "feedback": "at,by,verdict,note\n2026-01-01,ann,Good,fine\n2026-01-01,ann,bad,\n",
    "metrics": "program,date,metric,value\np,2026-01-01,sent,10\np,2026-01-02,sent,10.5\n",
    "aliases": "old_lead_id,lead_id,since\nc1,L1,\nc2,L1,2026-01-01T10:00:00+01:00\n",
}


def test_rows_are_added_once(store: Store, tmp_path: Path) -> None:
    for table, text in TEXTS.items():
        assert load(store, csv_file(tmp_path, table, text)).table(table).new == 2
        before = content(store, table)
        again = load(store, csv_file(tmp_path, table, text + text.splitlines()[1] + "\n"))
        assert again.table(table) == TableSummary(table, rows=3, known=3)
        assert content(store, table) == before


def test_row_that_differs_in_a_missing_value_is_another(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "aliases", TEXTS["aliases"]))
    narrower = "old_lead_id,lead_id\nc1,L1\nc2,L1\n"
    summary = load(store, csv_file(tmp_path, "aliases", narrower))
    assert summary.table("aliases") == TableSummary("aliases", rows=2, new=1, known=1)


def test_values_have_their_types(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "metrics", TEXTS["metrics"]))
    assert content(store, "metrics")[1] == (date(2026, 1, 2), "sent", "p", 10.5)
    load(store, csv_file(tmp_path, "aliases", TEXTS["aliases"]))
    assert content(store, "aliases")[1] == ("L1", "c2", datetime(2026, 1, 1, 9))


def test_verdict_is_good_or_bad(store: Store, tmp_path: Path) -> None:
    text = "at,by,verdict\n2026-01-01,ann, GOOD \n2026-01-01,ann,so-so\n2026-01-01,ann,\n"
    summary = load(store, csv_file(tmp_path, "feedback", text))
    assert summary.table("feedback") == TableSummary("feedback", rows=3, new=1, rejected=2)
    assert content(store, "feedback") == [(datetime(2026, 1, 1), "ann", "good")]
    assert [reject.reason for reject in store.rejects()] == [
        "none of good, bad: so-so",
        "missing, but every row needs it",
    ]
