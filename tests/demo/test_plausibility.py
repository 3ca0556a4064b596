"""The log looks like one of a marketing team, and behaviour in it foretells outcomes."""

from __future__ import annotations

import pytest

from leadline.engine.duckdb import Database

EVENTS_OF_LEADS = """
    SELECT l.lead_id, count(e.event_id) AS n
    FROM leads l LEFT JOIN events e ON e.lead_id = l.lead_id GROUP BY ALL
"""

# Touches of sales-ready content in the 60 days before an opportunity, of all leads of its company.
TOUCHES_BEFORE = """
    SELECT o.opportunity_id, any_value(o.won) AS won,
        count(e.event_id) FILTER (WHERE contains(a.tags, 'sales-ready')) AS touches
    FROM opportunities o
    JOIN leads l ON l.account_id = o.account_id
    LEFT JOIN events e ON e.lead_id = l.lead_id
        AND e.occurred_at BETWEEN o.created_at - INTERVAL 60 DAY AND o.created_at
    LEFT JOIN assets a ON a.asset_id = e.asset_id
    WHERE o.won IS NOT NULL
    GROUP BY o.opportunity_id
"""


def test_activity_follows_a_power_law(log: Database) -> None:
    mean, median, p99 = log.rows(
        f"SELECT avg(n), median(n), quantile_cont(n, 0.99) FROM ({EVENTS_OF_LEADS})"
    )[0]
    assert 18 < mean < 34
    assert 4 < median < 16
    assert p99 > 100
    assert p99 / median > 10


def test_people_work_in_office_hours(log: Database) -> None:
    weekdays, office = log.rows(
        """
        SELECT avg((dayofweek(occurred_at) BETWEEN 1 AND 5)::INT),
               avg((hour(occurred_at) BETWEEN 8 AND 18)::INT)
        FROM events WHERE visit_id IS NOT NULL
        """
    )[0]
    assert 0.85 < weekdays < 0.99
    assert 0.8 < office < 0.99


def test_interest_fades(log: Database) -> None:
    first_half = log.value(
        """
        SELECT avg((date_diff('day', greatest(l.created_at, TIMESTAMP '2024-07-01'), e.occurred_at)
                    < date_diff('day', greatest(l.created_at, TIMESTAMP '2024-07-01'),
                                TIMESTAMP '2026-06-30') / 2)::INT)
        FROM events e JOIN leads l USING (lead_id)
        WHERE e.type = 'page_view' AND l.created_at < TIMESTAMP '2026-01-01'
          AND l.account_id NOT IN (SELECT account_id FROM opportunities)
        """
    )
    assert first_half > 0.6


def test_companies_are_committees_of_one_to_twelve(log: Database) -> None:
    smallest, largest, alone = log.rows(
        """
        SELECT min(n), max(n), avg((n = 1)::INT)
        FROM (SELECT count(*) AS n FROM leads WHERE account_id IS NOT NULL GROUP BY account_id)
        """
    )[0]
    assert (smallest, largest) == (1, 12)
    assert 0.3 < alone < 0.7


def test_some_leads_have_no_account_but_its_domain(log: Database) -> None:
    by_domain, by_nothing = log.rows(
        """
        SELECT count(a.account_id), count(*) - count(a.account_id)
        FROM leads l LEFT JOIN accounts a ON a.domain = split_part(l.email, '@', 2)
        WHERE l.account_id IS NULL
        """
    )[0]
    assert by_domain > 0
    assert by_nothing > 0


def test_some_companies_have_opportunities_and_a_third_is_won(log: Database) -> None:
    share = log.value(
        "SELECT count(DISTINCT o.account_id) / count(DISTINCT a.account_id)"
        " FROM accounts a LEFT JOIN opportunities o ON o.account_id = a.account_id"
    )
    won, still_open = log.rows("SELECT avg(won::INT), avg((won IS NULL)::INT) FROM opportunities")[
        0
    ]
    assert 0.05 < share < 0.3
    assert 0.2 < won < 0.6
    assert 0.05 < still_open < 0.5


def test_more_touches_win_more_often(log: Database) -> None:
    rates = log.rows(
        f"""
        SELECT third, avg(won::INT) FROM (
            SELECT won, ntile(3) OVER (ORDER BY touches, opportunity_id) AS third
            FROM ({TOUCHES_BEFORE})
        ) GROUP BY third ORDER BY third
        """
    )
    low, _, high = [rate for _, rate in rates]
    assert high > low + 0.1


def test_colleagues_of_a_buyer_wake_up_before_the_opportunity(log: Database) -> None:
    before, earlier = log.rows(
        """
        SELECT count(*) FILTER (WHERE age BETWEEN 0 AND 59),
               count(*) FILTER (WHERE age BETWEEN 60 AND 119)
        FROM (
            SELECT date_diff('day', e.occurred_at, o.created_at) AS age
            FROM opportunities o JOIN leads l USING (account_id) JOIN events e
                ON e.lead_id = l.lead_id
            WHERE l.lead_id <> o.lead_id AND e.type = 'page_view'
        )
        """
    )[0]
    assert before > 2 * earlier


def test_sales_accept_those_who_showed_more(log: Database) -> None:
    accepted, refused = log.rows(
        """
        SELECT avg(n) FILTER (WHERE accepted), avg(n) FILTER (WHERE NOT accepted)
        FROM (
            SELECT h.lead_id, any_value(h.accepted) AS accepted,
                count(e.event_id) FILTER (WHERE contains(a.tags, 'sales-ready')) AS n
            FROM handoffs h LEFT JOIN events e ON e.lead_id = h.lead_id
                AND e.occurred_at BETWEEN h.offered_at - INTERVAL 60 DAY AND h.offered_at
            LEFT JOIN assets a ON a.asset_id = e.asset_id
            GROUP BY h.lead_id
        )
        """
    )[0]
    assert accepted > 1.5 * refused


def test_machines_open_and_click_too(log: Database) -> None:
    share = log.value(
        """
        SELECT avg((user_agent IN ('mail-privacy-proxy', 'link-scanner'))::INT)
        FROM events WHERE type IN ('email_open', 'email_click')
        """
    )
    assert 0.2 < share < 0.7


def test_job_hunters_read_the_careers_pages(log: Database) -> None:
    leads = log.value(
        "SELECT count(DISTINCT lead_id) FROM events"
        " WHERE type = 'page_view' AND url LIKE '/careers%'"
    )
    assert 0.005 < leads / 6000 < 0.05


@pytest.mark.parametrize(
    "type_",
    [
        "page_view",
        "email_send",
        "email_open",
        "email_click",
        "download",
        "video_play",
        "webinar_register",
        "webinar_attend",
        "form_submit",
        "demo_request",
        "unsubscribe",
    ],
)
def test_every_type_of_event_occurs(log: Database, type_: str) -> None:
    assert log.value("SELECT count(*) FROM events WHERE type = ?", [type_]) > 20
