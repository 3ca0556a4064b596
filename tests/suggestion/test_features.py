"""Rules as features: how their points are written, and what is said of them in the file."""

from __future__ import annotations

from datetime import date

import pytest
from tests.suggestion.conftest import OpenDemo
from tests.suggestion.planting import read

from leadline.panel import Asked, Panel, build_panel
from leadline.pipeline import columns_of, compile_ruleset
from leadline.ruleset.model import RuleScore
from leadline.suggestion.check import keep_rows, splits, with_points
from leadline.suggestion.features import Feature, features_of
from leadline.suggestion.points import Choice, Judged, Proposal
from leadline.suggestion.suggest import suggest

RULESET = """leadline: 1
model: kinds
define:
  long: asset.duration > 600
scores:
  readiness:
    actions:
      download: {event: download, points: 5}
      careers: {event: page_view, where: 'url starts with "/careers"', points: -15}
      video: {event: video_play, points: "20 * share(seconds_watched, asset.duration)"}
      longer: {event: video_play, where: long, points: "min(seconds_watched / 60, 9)"}
      reading: {event: page_view, bands: {1: 2, 5: 10}}
      again: {event: download, points: 2}
      off: {event: download, points: 7, enabled: false}
    facts:
      large: {when: account.employees >= 200, points: 3}
"""


@pytest.fixture
def panel(open_demo: OpenDemo) -> Panel:
    asked = Asked((date(2026, 1, 1), date(2026, 3, 1)), 90, "2026-06-30", rules=True)
    return build_panel(open_demo(500), read(RULESET), asked, lambda *_: None)


def features(panel: Panel) -> dict[str, Feature]:
    assert isinstance(panel.score, RuleScore)
    return {feature.rule: feature for feature in features_of(panel, panel.score)}


def test_points_are_read_as_they_are_written(panel: Panel):
    found = features(panel)

    assert {rule: (one.kind, one.value, one.text) for rule, one in found.items()} == {
        "download": ("points", 5, ""),
        "careers": ("points", -15, ""),
        "video": ("product", 20, "share(seconds_watched, asset.duration)"),
        "longer": ("factor", 1, "min(seconds_watched / 60, 9)"),
        "reading": ("bands", 1, ""),
        "again": ("points", 2, ""),
        "large": ("points", 3, ""),
    }
    assert found["large"].hidden == ("account.employees",)
    assert found["reading"].path == ("scores", "readiness", "actions", "reading", "bands")


def test_a_feature_is_how_often_points_were_given(panel: Panel):
    found = list(features(panel).values())

    keep_rows(panel, found)

    database = panel.store.database
    [(careers, download, again, reading)] = database.rows(
        'SELECT min(x1), sum(x0), sum(x5), list_sort(list(DISTINCT x4)) FROM "suggestion row"'
    )
    assert careers == 0  # points below 0, given once or more: once or more
    assert download == again > 0
    assert reading == [0, 2, 10]


def test_every_kind_of_points_can_be_changed(panel: Panel):
    judged = tuple(
        Judged(one, 50, 20, 2 * one.value, None, "raise") for one in features(panel).values()
    )

    after = with_points(panel.text, Proposal(judged, 1.0))

    ruleset = compile_ruleset(after, columns_of(panel.store), panel.store)
    text = after.text
    assert ruleset.model == "kinds"
    assert "points: -30}" in text
    assert '"40 * share(seconds_watched, asset.duration)"' in text
    assert '"2 * (min(seconds_watched / 60, 9))"' in text
    assert "bands: {1: 4, 5: 20}" in text


def test_rules_that_come_together_are_named(panel: Panel):
    asked = Asked((), 90, "2026-06-30", whole_account=True)

    found = suggest(panel.store, panel.text, asked, 9, Choice(), lambda *_: None)

    assert found.together == (("download", "again"),)
    assert found.proposal is not None
    judged = {one.feature.rule: one for one in found.proposal.judged}
    assert judged["large"].verdict == "not judged"
    assert set(judged) == set(features(panel))


def test_what_is_fitted_to_is_over_before_what_is_held_out():
    dates = [date(2026, month, 1) for month in range(1, 10)]

    by_time, by_lead = splits(dates, 60)

    assert by_time.dates == tuple(dates[-3:])
    assert by_time.fitted == "snapshot <= DATE '2026-05-02'"
    assert by_time.held == "snapshot >= DATE '2026-07-01'"
    assert by_lead.dates == tuple(dates)
    assert [split.kind for split in splits(dates[:2], 60)] == ["leads"]


def test_leads_of_an_account_count_together_where_opportunities_name_none(panel: Panel):
    units = 'SELECT count(DISTINCT unit), count(DISTINCT lead_id) FROM "suggestion row"'
    database = panel.store.database
    keep_rows(panel, tuple(features(panel).values()))
    [(apart, leads)] = database.rows(units)

    database.execute("UPDATE opportunities SET lead_id = NULL")
    keep_rows(panel, tuple(features(panel).values()))
    [(together, same)] = database.rows(units)

    assert apart == leads == same
    assert together < leads
