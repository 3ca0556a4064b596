"""Draw expressions over the fields of the drawn data: conditions, points, definitions.

A date is drawn as `@3`: three days after the day on which the case's clock moves.
"""

from hypothesis import strategies as st

DEFINITIONS = {
    "sales_content": 'asset.tags has "sales-ready"',
    "german": "lead.country is DE",
    "watched_most": "share(seconds_watched, asset.duration) > 50%",
    "hot_page": 'sales_content or url starts with "/pricing"',
}

_EVENT_TESTS = (
    'url starts with "/pricing"',
    'url ends with "s"',
    'url contains "oc"',
    'url matches "^/docs/[1-3]$"',
    r'url matches "(?i)\bPRICING\b|careers"',
    '`url` is "/careers"',
    'asset.kind is "white paper"',
    'asset.kind in ["white paper", webinar]',
    "asset.kind not in [video]",
    'asset.tags has "sales-ready"',
    'asset.tags has "top"',
    "asset.product is not alpha",
    "asset.stage != aware",
    "asset.duration / 2 >= 30",
    "seconds_watched >= 60",
    "seconds_watched < 60",
    "quantity between 1 and 3",
    "quantity in [0, 2, 5]",
    "quantity * 2 - 1 > 3",
    "quantity / seconds_watched > 0.05",
    "coalesce(quantity, 4) > 3",
    "min(quantity, 2) is 2",
    "max(quantity, seconds_watched) > 30",
    "round(quantity / 2) is 1",
    "floor(quantity / 2) = ceil(quantity / 2)",
    "abs(quantity) > 1",
    "campaign is missing",
    "campaign is c1",
    'upper(campaign) is "C1"',
    "asset_id is present",
    "visit_id is present",
    "length(url) > 6",
    "share(seconds_watched, asset.duration) < 50%",
    "occurred_at >= {day}",
    "occurred_at between {earlier} and {day}",
    "occurred_at is {day}",
    "days_since(occurred_at) < 40",
    "sales_content",
    "watched_most",
    "hot_page",
)
LEAD_TESTS = (
    "lead.country is DE",
    'lead.country is not "DE"',
    "lead.country in [DE, US]",
    "lead.country is missing",
    'lead.job_title matches "(?i)\\b(vp|chief|head)\\b"',
    'lower(lead.job_title) contains "vp"',
    'lead.`job_title` ends with "Sales"',
    'lead.employees_band is "10-99"',
    "lead.score_seed > 2",
    "lead.opted_out",
    "lead.opted_out is true",
    "lead.created_at >= {day}",
    "days_since(lead.created_at) >= 30",
    'lead.email ends with ".example"',
    "account.employees >= 200",
    "account.industry is software",
    "account.account_id is missing",
    "tag.track is nurture",
    "tag.mql is present",
    "german",
)
COUNTS = (
    "count(page_view, 30 days) >= 2",
    "count(download) > 0",
    "count(email_open, 2 weeks) is 0",
    "count(page_view, 1 month) + count(video_play, 1 month) >= 3",
)
DAYS = (-60, -1, 0, 0, 1, 2, 30, 45)
_EVENT_POINTS = (
    "20 * share(seconds_watched, asset.duration)",
    "quantity",
    "quantity * 2.5 - 1",
    "min(seconds_watched / 10, 15)",
    "coalesce(quantity, 1) * 2",
    "round(seconds_watched / 7)",
    "10 / quantity",
    "lead.score_seed + quantity",
    "-quantity / 3",
)
_LEAD_POINTS = (
    "lead.score_seed",
    "lead.score_seed * 2.5",
    "account.employees / 100",
    "10 / lead.score_seed",
    "coalesce(account.employees, 50) / 30",
)
NUMBERS = ("5", "10", "8", "1", "40", "-15", "-3", "0.5", "2.25", "12.34565", "0")


def filled(tests: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Tests with their dates filled in."""
    days = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted)
    return st.builds(
        lambda test, pair: test.replace("{earlier}", f"@{pair[0]}").replace("{day}", f"@{pair[1]}"),
        st.sampled_from(tests),
        days,
    )


def joined(single: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Single tests, joined by `and`, `or` and `not`."""
    shapes = st.sampled_from(
        (
            "{0}",
            "{0}",
            "{0}",
            "not {0}",
            "{0} and {1}",
            "{0} or {1}",
            "not ({0} or {1})",
            "{0} and ({1} or not {2})",
            "{0} or {1} and {2}",
        )
    )
    return st.builds(lambda shape, *parts: shape.format(*parts), shapes, single, single, single)


def event_conditions() -> st.SearchStrategy[str]:
    """Conditions of an event rule: over the event, its asset, and now and then the lead."""
    return joined(filled(_EVENT_TESTS * 2 + LEAD_TESTS + COUNTS))


def ignored_events() -> st.SearchStrategy[str]:
    """Conditions over the event alone that drop few events."""
    return st.sampled_from(
        (
            "type is email_open and seconds_watched < 60",
            'campaign is "c2"',
            'url starts with "/careers"',
            "type is email_open",
            "quantity is 5 or asset.kind is webinar and type is page_view",
        )
    )


def lead_conditions() -> st.SearchStrategy[str]:
    """Conditions of a fact: over lead, account and tag fields and counts of events."""
    return joined(filled(LEAD_TESTS * 2 + COUNTS))


def kept_leads() -> st.SearchStrategy[str]:
    """Conditions on who is scored that leave most leads in."""
    return st.sampled_from(
        (
            "not lead.opted_out",
            "lead.country is not US",
            "account.industry is not software",
            'lead.email is missing or not (lead.email ends with "@firm.example")',
        )
    )


def event_points() -> st.SearchStrategy[str]:
    """Points of an event rule: mostly numbers, else of the event's columns."""
    return st.one_of(st.sampled_from(NUMBERS), st.sampled_from(_EVENT_POINTS))


def lead_points() -> st.SearchStrategy[str]:
    """Points of a fact or idle behaviour: mostly numbers, else of the lead's fields."""
    return st.one_of(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS + _LEAD_POINTS))
