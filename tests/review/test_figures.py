"""Every figure of a review, counted again in pandas, on a generated log."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.review.worlds import lift_of

from leadline.demo import generate
from leadline.document import load
from leadline.panel import Asked, build_panel
from leadline.past import look_back
from leadline.pipeline import RulesetText, open_directory
from leadline.report.review import Review
from leadline.review.checklist import review
from leadline.store import Store

UNTIL, WEEKS, WITHIN = "2026-06-30", 30, 60
RULESET = """
leadline: 1
model: counted
timezone: UTC
scores:
  readiness:
    sales_ready: 100
    actions:
      demo_request: {event: demo_request, points: 40, limit: 1}
      pricing_page:
        event: page_view
        where: url starts with "/pricing"
        points: 8
      video:
        event: video_play
        points: 20 * share(seconds_watched, asset.duration)
        max: 40
      webinar: {event: webinar_attend, points: 15, group: events}
      sign_up: {event: webinar_register, points: 5, group: events}
    behaviours:
      job_seeker:
        event: page_view
        where: url starts with "/careers"
        points: -15
    facts:
      chief:
        when: lead.job_title contains "Chief"
        points: 10
    groups: {events: {max: 30}}
stages:
  by: score readiness
  steps: equal [aware, engaged, ready]
"""


@dataclass(frozen=True)
class Counted:
    """A review, and what it can be counted again from."""

    review: Review
    store: Store
    text: RulesetText
    panel: pd.DataFrame
    dates: tuple[date, ...]

    def table(self, name: str) -> pd.DataFrame:
        columns, rows = self.store.database.table(f'SELECT * FROM "{name}"')
        return pd.DataFrame(rows, columns=list(columns))


@pytest.fixture(scope="module", params=[(700, 7), (450, 23)], ids=["demo", "another"])
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counted]:
    folder = tmp_path_factory.mktemp("log")
    leads, seed = request.param
    generate(folder, leads=leads, seed=seed)
    with opened(folder) as (store, text):
        asked = Asked((), WITHIN, UNTIL, rules=True)
        found = review(store, text, asked, silent, weeks=WEEKS)
        last = date(2026, 6, 30) - timedelta(days=WITHIN)
        dates = tuple(last - timedelta(weeks=n) for n in reversed(range(WEEKS)))
        build_panel(store, text, Asked(dates, WITHIN, UNTIL, rules=True), silent)
        columns, rows = store.database.table("SELECT * FROM panel")
        panel = pd.DataFrame(rows, columns=list(columns))
        yield Counted(found, store, text, panel, dates)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[tuple[Store, RulesetText]]:
    loaded = load(RULESET.encode(), "counted.yaml")
    assert loaded.document is not None, loaded.diagnostics
    store, _ = open_directory(folder, silent)
    with store:
        yield store, RulesetText("counted.yaml", loaded.text, loaded.document, loaded.diagnostics)


def silent(label: str, done: int, total: int) -> None:
    """Show nothing."""


def test_the_span_and_the_size(counted: Counted):
    found = counted.review

    assert (found.first, found.last, found.dates) == (counted.dates[0], counted.dates[-1], WEEKS)
    assert found.rows == len(counted.panel)
    assert found.leads == counted.panel.lead_id.nunique()
    assert found.happened == counted.panel[counted.panel.happened].lead_id.nunique() > 10


def test_leads_that_became_ready(counted: Counted):
    deals, aliases = counted.table("opportunities"), counted.table("aliases")
    merged = dict(zip(aliases.old_lead_id, aliases.lead_id, strict=True))
    deals = deals.assign(lead_id=deals.lead_id.map(lambda lead: merged.get(lead, lead)))
    look_back(counted.store, counted.text, until=UNTIL, parts=("stages",))
    spells = counted.table("stage_spell").query("stage == 'ready'").dropna(subset="entered_at")
    spells = spells.assign(lead_id=spells.lead_id.map(lambda lead: merged.get(lead, lead)))
    begin = pd.Timestamp(counted.dates[0]) + pd.Timedelta(days=1)
    end = pd.Timestamp(UNTIL) + pd.Timedelta(days=1 - WITHIN)

    entered = {}
    for spell in spells.sort_values("entered_at").itertuples():
        at = spell.entered_at
        own = deals[(deals.lead_id == spell.lead_id) & (deals.created_at < at)]
        ended = (own.won == False) & (own.closed_at <= at)  # noqa: E712 - an array
        if begin <= at < end and spell.lead_id not in entered and ended.all():
            entered[spell.lead_id] = at
    came = [
        lead
        for lead, at in entered.items()
        if (
            (deals.lead_id == lead)
            & (deals.created_at >= at)
            & (deals.created_at < at + pd.Timedelta(days=WITHIN))
        ).any()
    ]
    first = spells.groupby("lead_id").entered_at.min()
    ends = pd.to_datetime(counted.panel.snapshot) + pd.Timedelta(days=1)
    since = counted.panel.lead_id.map(first)
    others = counted.panel[since.isna() | (since >= ends)]

    contrast = counted.review.ready.contrast
    assert contrast is not None
    assert (contrast.one.leads, contrast.one.happened) == (len(entered), len(came))
    assert len(came) > 0
    assert (contrast.other.times, contrast.other.leads) == (len(others), others.lead_id.nunique())
    assert contrast.other.happened == others.happened.sum()
    assert contrast.ratio == pytest.approx(
        len(came) / len(entered) / (others.happened.sum() / len(others))
    )
    span = deals[(deals.created_at >= begin)]
    ready = span.lead_id.map(first) <= span.created_at
    for told, part in (
        (counted.review.ready.of_ready, span[ready]),
        (counted.review.ready.of_others, span[~ready]),
    ):
        assert told is not None
        assert told.deals == len(part)
        assert told.won == (part.won == True).sum()  # noqa: E712 - an array
        assert told.lost == (part.won == False).sum()  # noqa: E712 - an array
        assert told.still_open == part.won.isna().sum()


def test_the_lift_of_each_rule(counted: Counted):
    deals = counted.table("opportunities").dropna(subset="lead_id")
    began = deals.groupby("lead_id").created_at.min()
    previous = dict(zip(counted.dates[1:], counted.dates, strict=False))
    state = {(row.lead_id, row.snapshot): row for row in counted.panel.itertuples()}
    first_seen = counted.panel.groupby("lead_id").snapshot.min()
    assert {lift.rule for lift in counted.review.lifts} == {
        column.removeprefix("rule.") for column in counted.panel if column.startswith("rule.")
    }

    for lift in counted.review.lifts:
        place = list(counted.panel.columns).index(f"rule.{lift.rule}") + 1
        counts = {"fresh": [0, 0], "later": [0, 0], "without": [0, 0]}
        leads = {side: set() for side in counts}
        for (lead, day), row in state.items():
            if not row[place]:
                side = "without"
            elif lift.rule == "chief":
                side = "fresh"
            else:
                before = state.get((lead, previous.get(day)))
                new = first_seen[lead] == day != counted.dates[0] and not (
                    lead in began and began[lead] < pd.Timestamp(day)
                )
                side = "fresh" if new or (before is not None and not before[place]) else "later"
            counts[side][0] += 1
            counts[side][1] += bool(row.happened)
            leads[side].add(lead)

        one, other = lift.fresh.one, lift.fresh.other
        assert [one.times, one.happened] == counts["fresh"], lift.rule
        assert one.leads == len(leads["fresh"])
        assert [other.times, other.happened] == counts["without"]
        if lift.later is not None:
            assert [lift.later.one.times, lift.later.one.happened] == counts["later"]
        else:
            assert counts["later"] == [0, 0]
    assert lift_of(counted.review, "chief").lasting
    assert lift_of(counted.review, "job_seeker").negative


def test_the_bands(counted: Counted):
    value = counted.panel.value
    bands = {
        "aware": counted.panel[value < 33],
        "engaged": counted.panel[(value >= 33) & (value < 67)],
        "ready": counted.panel[value >= 67],
    }

    found = {band.name: band for band in counted.review.bands}

    assert {name: (band.rows, band.came) for name, band in found.items()} == {
        name: (len(rows), rows.happened.sum()) for name, rows in bands.items()
    }


def test_acceptance(counted: Counted):
    offers = counted.table("handoffs")
    offers = offers[offers.offered_at < "2026-07-01"]
    year = offers[offers.offered_at >= "2025-07-01"]
    lately = offers[offers.decided_at >= pd.Timestamp("2026-07-01") - pd.Timedelta(days=90)]
    refused = lately[lately.accepted == False]  # noqa: E712 - an array

    ledger = counted.review.acceptance

    assert ledger.offered == len(year)
    assert ledger.accepted == (year.accepted == True).sum()  # noqa: E712 - an array
    assert (ledger.lately, ledger.refused_lately) == (len(lately), len(refused))
    assert dict(ledger.reasons) == refused.reason.value_counts().to_dict()


def test_feedback(counted: Counted):
    feedback = counted.table("feedback")
    by_rule = feedback.groupby("rule").verdict.value_counts().unstack(fill_value=0)
    latest = feedback.sort_values("at").groupby("rule").tail(1).set_index("rule")

    found = {one.rule: one for one in counted.review.feedback}

    assert {rule: (one.good, one.bad) for rule, one in found.items()} == {
        rule: (row.get("good", 0), row.get("bad", 0)) for rule, row in by_rule.iterrows()
    }
    for rule, one in found.items():
        assert one.notes[0].text == latest.note[rule]
        assert one.notes[0].on == latest["at"][rule].date()
        assert one.known == (rule in ("demo_request", "pricing_page", "webinar", "job_seeker"))


def test_matches_and_caps(counted: Counted):
    events, aliases = counted.table("events"), counted.table("aliases")
    merged = dict(zip(aliases.old_lead_id, aliases.lead_id, strict=True))
    events = events.assign(lead_id=events.lead_id.map(lambda lead: merged.get(lead, lead)))
    pages = events[events.type == "page_view"]
    matches = {
        "demo_request": events[events.type == "demo_request"],
        "pricing_page": pages[pages.url.str.startswith("/pricing")],
        "video": events[events.type == "video_play"],
        "webinar": events[events.type == "webinar_attend"],
        "sign_up": events[events.type == "webinar_register"],
        "job_seeker": pages[pages.url.str.startswith("/careers")],
    }
    lately = pd.Timestamp("2026-07-01") - pd.Timedelta(days=90)
    first = events.occurred_at.min().normalize()
    days = (pd.Timestamp("2026-07-01") - first).days - 90

    uses = {use.rule.removeprefix("readiness."): use for use in counted.review.uses}

    for name, rows in matches.items():
        late = (rows.occurred_at >= lately).sum()
        assert (uses[name].matches, uses[name].lately) == (len(rows), late), name
        assert uses[name].expected == pytest.approx((len(rows) - late) / days * 90)
    assert uses["job_seeker"].leads == matches["job_seeker"].lead_id.nunique()
    points = matches["webinar"].groupby("lead_id").size() * 15
    points = points.add(matches["sign_up"].groupby("lead_id").size() * 5, fill_value=0)
    [group] = counted.review.groups
    assert (group.group, group.leads, group.at_cap) == (
        "readiness.events",
        len(points),
        (points >= 30).sum(),
    )
    watched = matches["video"].merge(counted.table("assets"), on="asset_id")
    share = (watched.seconds_watched / watched.duration).clip(0, 1)
    given = (20 * share).groupby(watched.lead_id).sum()
    assert uses["video"].leads == (given > 0).sum()
    assert uses["video"].at_cap == (given.round(9) >= 40).sum() > 0
