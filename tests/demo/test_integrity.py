"""Keys are unique, references lead somewhere, and nothing happens before it can."""

from __future__ import annotations

import pytest

from leadline.engine.duckdb import Database


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("accounts", "account_id"),
        ("accounts", "domain"),
        ("assets", "asset_id"),
        ("assets", "url"),
        ("leads", "lead_id"),
        ("leads", "email"),
        ("events", "event_id"),
        ("opportunities", "opportunity_id"),
        ("handoffs", "lead_id"),
        ("aliases", "old_lead_id"),
        ("lead_history", "(lead_id, field, changed_at)"),
        ("lead_tags", "(lead_id, tag, value)"),
        ("metrics", "(program, date, metric)"),
    ],
)
def test_keys_are_unique(log: Database, table: str, key: str) -> None:
    total, distinct = log.rows(f"SELECT count(*), count(DISTINCT {key}) FROM {table}")[0]
    assert total == distinct > 0


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("leads", "account_id", "accounts"),
        ("events", "asset_id", "assets"),
        ("opportunities", "lead_id", "leads"),
        ("opportunities", "account_id", "accounts"),
        ("handoffs", "lead_id", "leads"),
        ("lead_history", "lead_id", "leads"),
        ("lead_tags", "lead_id", "leads"),
        ("aliases", "lead_id", "leads"),
        ("feedback", "lead_id", "leads"),
    ],
)
def test_references_lead_somewhere(log: Database, table: str, column: str, target: str) -> None:
    known = f"SELECT {column} FROM {target}"
    assert log.value(f"SELECT count({column}) FROM {table}") > 0
    lost = f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN ({known})"
    assert log.value(lost) == 0


def test_every_event_is_of_a_lead_or_of_a_merged_visitor(log: Database) -> None:
    of_leads, of_visitors, of_nobody = log.rows(
        """
        SELECT count(l.lead_id), count(a.lead_id),
               count(*) FILTER (WHERE l.lead_id IS NULL AND a.lead_id IS NULL)
        FROM events e LEFT JOIN leads l ON l.lead_id = e.lead_id
                      LEFT JOIN aliases a ON a.old_lead_id = e.lead_id
        """
    )[0]
    assert of_nobody == 0
    assert of_leads > of_visitors > 0


@pytest.mark.parametrize(
    "out_of_order",
    [
        "SELECT count(*) FROM opportunities WHERE closed_at < created_at",
        "SELECT count(*) FROM opportunities WHERE (closed_at IS NULL) <> (won IS NULL)",
        "SELECT count(*) FROM handoffs WHERE decided_at < offered_at",
        "SELECT count(*) FROM handoffs WHERE (decided_at IS NULL) <> (accepted IS NULL)",
        "SELECT count(*) FROM handoffs WHERE (reason IS NULL) = (accepted = false)",
        "SELECT count(*) FROM handoffs WHERE expired_at IS NOT NULL AND decided_at IS NOT NULL",
        "SELECT count(*) FROM handoffs WHERE recycled_at < decided_at",
        "SELECT count(*) FROM handoffs JOIN leads USING (lead_id)"
        " WHERE offered_at::DATE < created_at::DATE",
        "SELECT count(*) FROM events WHERE (type = 'video_play') <> (seconds_watched IS NOT NULL)",
        "SELECT count(*) FROM events JOIN assets USING (asset_id) WHERE seconds_watched > duration",
        "SELECT count(*) FROM events WHERE type IN ('page_view', 'download') AND url IS NULL",
        "SELECT count(*) FROM events e JOIN lead_tags t ON t.lead_id = e.lead_id"
        " AND t.tag = 'consent' WHERE e.type = 'email_send' AND e.occurred_at > t.set_at",
        "SELECT count(*) FROM events a WHERE type = 'webinar_attend' AND NOT EXISTS ("
        " FROM events r WHERE r.type = 'webinar_register' AND r.lead_id = a.lead_id"
        " AND r.asset_id = a.asset_id AND r.occurred_at < a.occurred_at)",
        "SELECT count(*) FROM (SELECT visit_id FROM events WHERE visit_id IS NOT NULL"
        " GROUP BY visit_id HAVING count(DISTINCT lead_id) > 1)",
    ],
)
def test_nothing_happens_out_of_order(log: Database, out_of_order: str) -> None:
    assert log.value(out_of_order) == 0


def test_the_last_correction_is_the_value_of_today(log: Database) -> None:
    last = """
        SELECT h.field, h.value, l.job_title, l.country
        FROM (SELECT lead_id, field, max_by(value, changed_at) AS value
              FROM lead_history GROUP BY ALL) h
        JOIN leads l USING (lead_id)
    """
    rows = log.rows(last)
    assert {field for field, *_ in rows} == {"job_title", "country"}
    assert all(
        value == (title if field == "job_title" else country)
        for field, value, title, country in rows
    )


def test_files_are_in_order_of_time(log: Database) -> None:
    # Without this a LIMIT takes whichever part of the file is read first.
    log.execute("SET preserve_insertion_order = true")
    rows = log.rows("SELECT occurred_at, event_id FROM events LIMIT 5000")
    assert rows == sorted(rows)


def test_nobody_real_gets_mail(log: Database) -> None:
    assert log.value("SELECT count(*) FROM leads WHERE email NOT LIKE '%.example'") == 0
    assert log.value("SELECT count(*) FROM accounts WHERE domain NOT LIKE '%.example'") == 0
