"""Points of Mautic become rulesets that give the same points, and say what is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.foreign.reading import (
    FIXTURES,
    compiled,
    event,
    from_mautic,
    given,
    lost,
    points,
    text_of,
)

from leadline.errors import UsageError
from leadline.expression.unparse import unparse
from leadline.foreign.mautic_actions import url_condition
from leadline.foreign.names import number
from leadline.ruleset.model import EventRule, RuleScore

DAY = date(2026, 6, 30)
URL = "https://example.com/pricing"


def test_a_tiny_number_is_written_as_one():
    assert number(0.0000001) == "0.0000001"
    assert number(1.2345678) == "1.2345678"
    assert number(-2.0) == "-2"


def action(type_: str, properties: object, **more: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "name": "Action",
        "type": type_,
        "delta": 5,
        "repeatable": True,
        "properties": properties,
        **more,
    }


def rule_of(one: dict[str, Any]) -> EventRule:
    [score] = compiled(from_mautic({"points": [one]})).scores
    assert isinstance(score, RuleScore)
    [rule] = score.rules
    assert isinstance(rule, EventRule)
    return rule


def test_actions_and_triggers_become_the_ruleset_on_file(update: bool) -> None:
    imported = from_mautic(given("mautic_points.json"), given("mautic_triggers.json"))
    golden = FIXTURES / "mautic.yaml"
    if update:
        golden.write_text(text_of(imported), encoding="utf-8")

    assert text_of(imported) == golden.read_text(encoding="utf-8")
    assert [segment.name for segment in compiled(imported).segments] == [
        "hot_lead",
        "product_a_fan",
    ]


def test_it_gives_the_points_that_mautic_would() -> None:
    """Worked by hand.

    Three openings of mails 35 and 36 count 2 each, that of mail 1 nothing: 6. Of two forms the
    first counts, the one before publication nothing: 20. The third hit of the pricing page: 10, a
    fourth nothing more. Two hits of the careers page: -10. 26 in all. Nothing for a download whose
    action is not published.
    """
    data = {
        "events": [
            event(1, "email_open", DAY, email_id="35"),
            event(2, "email_open", DAY, email_id="36"),
            event(3, "email_open", DAY, email_id="35"),
            event(4, "email_open", DAY, email_id="1"),
            event(5, "form_submit", date(2025, 12, 31)),
            event(6, "form_submit", date(2026, 2, 1)),
            event(7, "form_submit", date(2026, 2, 2)),
            *[event(10 + i, "page_view", DAY, url=f"{URL}/{i}") for i in range(4)],
            *[event(20 + i, "page_view", DAY, url="/jobs", page_id="7") for i in range(2)],
            event(30, "download", DAY, asset_id="3"),
        ],
    }
    imported = from_mautic(given("mautic_points.json"), given("mautic_triggers.json"))

    assert points(imported, data, DAY) == {"points": 26, "product_a": 0}


def test_everything_that_is_lost_is_on_the_list_with_its_place() -> None:
    imported = from_mautic(given("mautic_points.json"), given("mautic_triggers.json"))

    assert [one.path for one in imported.lost] == [
        "$.points[5].properties",
        "$.points[6]",
        '$.triggers[0].events["1"]',
        '$.triggers[0].events["2"]',
        "$.triggers[0]",
        "$.triggers[0]",
    ]


@pytest.mark.parametrize(
    ("one", "event_type", "where"),
    [
        (action("email.open", {"emails": [3]}), "email_open", 'email_id is "3"'),
        (
            action("email.send", {"emails": [3, 4], "categories": [1]}),
            "email_send",
            'email_id in ["3", "4"] and category_id is "1"',
        ),
        (action("form.submit", {"forms": ["9"]}), "form_submit", 'form_id is "9"'),
        (action("page.hit", {"pages": []}), "page_view", None),
        (action("asset.download", []), "download", None),
        (action("url.hit", {"page_url": "*/b*"}), "page_view", 'url contains "/b"'),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_each_type_of_action_asks_for_its_events(
    one: dict[str, Any], event_type: str, where: str | None
) -> None:
    rule = rule_of(one)

    assert rule.events == (event_type,)
    assert (unparse(rule.where) if rule.where is not None else None) == where
    assert from_mautic({"points": [one]}).lost == ()


@pytest.mark.parametrize(
    ("pattern", "condition"),
    [
        ("/a", 'url is "/a"'),
        ("/a*", 'url starts with "/a"'),
        ("*.pdf", 'url ends with ".pdf"'),
        ("*a*", 'url contains "a"'),
        ("*", "url is present"),
        ("/a/*/b?.html", 'url matches "^/a/.*/b.\\\\.html$"'),
        ("/[!a-c]x", 'url matches "^/[^a-c]x$"'),
    ],
)
def test_a_pattern_of_urls_becomes_a_condition(pattern: str, condition: str) -> None:
    assert unparse(url_condition(pattern)) == condition


def test_what_counts_once_has_a_limit_and_what_repeats_has_none() -> None:
    assert rule_of(action("form.submit", {}, repeatable=True)).limits == ()
    [limit] = rule_of(action("form.submit", {}, repeatable=False)).limits
    assert (limit.count, limit.window.kind) == (1, "ever")
    [limit] = rule_of(action("url.hit", {"page_url": "/a", "first_time": True})).limits
    assert limit.count == 1


def test_an_action_that_does_not_say_whether_it_repeats_counts_once_and_is_listed() -> None:
    one = action("form.submit", {})
    del one["repeatable"]

    assert len(rule_of(one).limits) == 1
    assert lost(from_mautic({"points": [one]}))["$.points[0]"].endswith("it counts once")


@pytest.mark.parametrize(
    ("keys", "since", "until", "losses"),
    [
        ({"publishUp": "2026-01-01T00:00:00+00:00"}, date(2026, 1, 1), None, 0),
        ({"publishUp": "2026-01-01T09:30:00+00:00"}, date(2026, 1, 1), None, 1),
        ({"publishDown": "2026-02-01T00:00:00+00:00"}, None, date(2026, 1, 31), 0),
        ({"publishDown": "2026-02-01T23:59:59+00:00"}, None, date(2026, 2, 1), 0),
        ({"publishDown": "2026-02-01T12:00:00+00:00"}, None, date(2026, 2, 1), 1),
    ],
)
def test_publication_is_kept_in_whole_days(
    keys: dict[str, str], since: date | None, until: date | None, losses: int
) -> None:
    one = action("form.submit", {}, **keys)
    head = rule_of(one).head

    assert (head.since, head.until) == (since, until)
    assert len(from_mautic({"points": [one]}).lost) == losses


@pytest.mark.parametrize(
    "properties",
    [
        {"page_url": "/a", "returns_within": 3600},
        {"page_url": "/a", "returns_after": 3600},
        {"page_url": "/a", "accumulative_time": 60},
        {"page_url": "/a", "first_time": True, "page_hits": 2},
        {"page_url": ""},
    ],
    ids=lambda one: " ".join(one),
)
def test_a_visit_that_cannot_be_asked_for_is_left_out_and_listed(properties: object) -> None:
    imported = from_mautic({"points": [action("url.hit", properties), action("page.hit", {})]})

    assert list(lost(imported)) == ["$.points[0].properties"]
    assert "action_2" not in text_of(imported)


def test_a_key_that_is_not_known_is_on_the_list() -> None:
    one = action("form.submit", {"forms": [1], "fields": ["email"]}, priority=3)

    assert set(lost(from_mautic({"points": [one]}))) == {
        "$.points[0].priority",
        "$.points[0].properties.fields",
    }


SHAPES = {
    "a list": lambda one: [one],
    "an answer": lambda one: {"total": "1", "points": [one]},
    "an answer by id": lambda one: {"total": 1, "points": {"1": one}},
    "a single one": lambda one: {"point": one},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shapes_of_an_answer_mean_the_same(shape: str) -> None:
    one = action("form.submit", {"forms": [1]})
    imported = from_mautic(SHAPES[shape](one))

    assert imported.keys == from_mautic({"points": [one]}).keys


def test_triggers_alone_make_lists_of_a_score() -> None:
    trigger = {"id": 1, "name": "Hot", "points": 10, "events": [], "isPublished": True}

    [segment] = compiled(from_mautic({"trigger": trigger})).segments

    assert (segment.name, unparse(segment.when)) == ("hot", "score.points >= 10")


@pytest.mark.parametrize("data", [{}, [], {"points": []}, {"contacts": {}}, 3], ids=str)
def test_what_is_no_answer_of_mautic_is_refused(data: object) -> None:
    with pytest.raises(UsageError, match="no `points`, no `triggers`"):
        from_mautic(data)
