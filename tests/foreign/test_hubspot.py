"""Lead scores of HubSpot become rulesets that give the same points, and say what is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.foreign.reading import (
    FIXTURES,
    compiled,
    event,
    from_hubspot,
    given,
    lost,
    points,
    text_of,
)

from leadline.errors import UsageError
from leadline.expression.unparse import unparse
from leadline.ruleset.model import EventRule, Fact, RuleScore

DAY = date(2026, 6, 30)

#: A lead, a company and an event that have every column that hubspot.json asks for.
OTHER_LEAD = {
    "lead_id": "other",
    "jobtitle": "x",
    "country": "x",
    "hs_email_optout": True,
    "hs_lead_status": "x",
}
OTHER_COMPANY = {"account_id": "other", "numberofemployees": 1}
OTHER_EVENT = event(0, "x", DAY, hs_url="x") | {"lead_id": "other"}


def configuration(*rules: dict[str, Any], **group: Any) -> dict[str, Any]:
    """Return a score of one group of rules, each given by its calculation."""
    configured = [
        {"id": str(i), "enabled": True, "configuration": {"calculation": rule}}
        for i, rule in enumerate(rules)
    ]
    made = {"groupName": "Group", "groupCategory": "INTENT", "ruleConfigurations": configured}
    return {"name": "Score", "objectTypeId": "0-1", "groupConfigs": [made | group]}


def asking(operation: dict[str, Any], property_: str = "p") -> dict[str, Any]:
    single = {"type": "SINGLE", "property": property_, "operation": operation}
    where = {"type": "COMPOSITE", "operator": "AND", "conditions": [single]}
    return {"type": "CONDITIONAL", "value": 1, "whereCondition": where}


def of_event(type_: str, value: float = 1, **more: Any) -> dict[str, Any]:
    entry = {"eventTypeId": type_, "recordCalculation": {"type": "CONSTANT", "value": value}}
    return {"type": "MULTI_UE", "eventCalculators": [entry | more]}


def rules_of(data: object) -> list[Any]:
    [score] = compiled(from_hubspot(data)).scores
    assert isinstance(score, RuleScore)
    return list(score.rules)


def points_of(
    leads: list[dict[str, Any]], accounts: list[dict[str, Any]], events: list[dict[str, Any]]
) -> dict[str, float]:
    """Return ada's scores on the day by the score on file."""
    data = {
        "leads": [OTHER_LEAD, *leads],
        "accounts": [OTHER_COMPANY, *accounts],
        "events": [OTHER_EVENT, *events],
    }
    return points(from_hubspot(given("hubspot.json")), data, DAY)


def test_a_whole_score_becomes_the_ruleset_on_file(update: bool) -> None:
    imported = from_hubspot(given("hubspot.json"))
    golden = FIXTURES / "hubspot.yaml"
    if update:
        golden.write_text(text_of(imported), encoding="utf-8")

    assert text_of(imported) == golden.read_text(encoding="utf-8")
    assert compiled(imported).matrix is not None


def test_it_gives_the_points_that_hubspot_would() -> None:
    """Worked by hand.

    Fit: a VP 30, and a company of 300 people 15: 45, which the group holds to 40. Intent: two
    pricing pages at ages 0 and 30: 10 + 10 less a quarter, 17.5; one form at age 60: 20 less a
    half, 10; clicks in five mails, all within 90 days: a gap between the ranges, 0. 27.5 in all.
    """
    before = [DAY - timedelta(days=days) for days in range(91)]
    leads = [{"lead_id": "ada", "account_id": "a", "jobtitle": "VP Sales"}]
    companies = [{"account_id": "a", "numberofemployees": 300}]
    events = [
        event(1, "page_view", before[0], hs_url="https://example.com/Pricing"),
        event(2, "page_view", before[30], hs_url="https://example.com/pricing/eu"),
        event(3, "page_view", before[0], hs_url="https://example.com/"),
        event(4, "form_submit", before[60]),
        *[event(10 + i, "email_click", before[i]) for i in range(5)],
        event(20, "email_click", before[90]),
    ]

    assert points_of(leads, companies, events) == {
        "contact_engagement_fit": 40,
        "contact_engagement_intent": 27.5,
        "contact_engagement": 67.5,
    }


@pytest.mark.parametrize(("clicks", "expected"), [(1, 2), (2, 6), (4, 6), (5, 0), (10, 12)])
def test_points_by_frequency_are_those_of_the_range(clicks: int, expected: float) -> None:
    leads = [{"lead_id": "ada", "jobtitle": "Clerk"}]
    found = points_of(leads, [], [event(i + 1, "email_click", DAY) for i in range(clicks)])

    assert found["contact_engagement_intent"] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Chief VP manager", 30), ("sales MANAGER", 10), (None, -20), ("Clerk", 0)],
)
def test_the_first_match_gives_the_points(title: str | None, expected: float) -> None:
    found = points_of([{"lead_id": "ada", "jobtitle": title}], [], [])

    assert found["contact_engagement_fit"] == expected


def test_everything_that_is_lost_is_on_the_list_with_its_place() -> None:
    found = lost(from_hubspot(given("hubspot.json")))

    assert [path.removeprefix("$.") for path in found] == [
        "filterConfiguration",
        "groupConfigs[0].ruleConfigurations[1].configuration.calculation",
        "groupConfigs[0].ruleConfigurations[2].configuration.calculation",
        "groupConfigs[0].ruleConfigurations[4].configuration.calculation.matchRules[0].operation",
        "groupConfigs[1].ruleConfigurations[1].configuration.calculation.eventCalculators[1]",
    ]
    assert "12, 15" in found["$.filterConfiguration"]


OPERATIONS = {
    "BOOL IS_NOT_EQUAL_TO": ({"value": True}, 'lead.p is present and not lead.p is "true"'),
    "NUMBER IS_GREATER_THAN": ({"value": 1.5}, "lead.p > 1.5"),
    "NUMBER_RANGED IS_NOT_BETWEEN": (
        {"lowerBound": 1, "upperBound": 5, "includeObjectsWithNoValueSet": True},
        "not lead.p between 1 and 5",
    ),
    "STRING IS_EQUAL_TO": ({"value": "Ada"}, 'lower(lead.p) is "ada"'),
    "STRING STARTS_WITH": (
        {"value": "Ada", "includeObjectsWithNoValueSet": True},
        'lead.p is missing or lower(lead.p) starts with "ada"',
    ),
    "MULTISTRING IS_NOT_EQUAL_TO": (
        {"values": ["A", "b"]},
        'lead.p is present and not lower(lead.p) in ["a", "b"]',
    ),
    "MULTISTRING DOES_NOT_CONTAIN": (
        {"values": ["a", "b"]},
        'lead.p is present and not (lower(lead.p) contains "a" or lower(lead.p) contains "b")',
    ),
    "ENUMERATION IS_ANY_OF": ({"values": ["A", "x,y"]}, 'lead.p has "A" or lead.p is "x,y"'),
    "ENUMERATION CONTAINS_ALL": ({"values": ["A", "B"]}, 'lead.p has "A" and lead.p has "B"'),
    "ENUMERATION IS_EXACTLY": ({"values": ["A"]}, 'lead.p is "A"'),
    "ALL_PROPERTY IS_KNOWN": ({}, "lead.p is present"),
    "ALL_PROPERTY IS_UNKNOWN": ({"includeObjectsWithNoValueSet": True}, "lead.p is missing"),
    "DATE IS_AFTER": ({"year": 2026, "month": "MARCH", "day": 1}, "lead.p >= 2026-03-02"),
    "DATETIME IS_BEFORE": ({"timestamp": 1_767_225_600_000}, "lead.p <= 2025-12-31"),
    "RANGED_DATE IS_BETWEEN": (
        {"lowerBound": 1_767_225_600_000, "upperBound": 1_769_903_999_999},
        "lead.p >= 2026-01-01 and lead.p <= 2026-01-31",
    ),
    "ROLLING_DATE_RANGE IS_LESS_THAN_X_DAYS_AGO": (
        {"numberOfDays": 30},
        "days_since(lead.p) >= 0 and days_since(lead.p) <= 29",
    ),
    "ROLLING_DATE_RANGE IS_MORE_THAN_X_DAYS_AGO": (
        {"numberOfDays": 30},
        "days_since(lead.p) >= 31",
    ),
    "ROLLING_DATE_RANGE IS_LESS_THAN_X_DAYS_FROM_NOW": (
        {"numberOfDays": 7},
        "days_since(lead.p) >= -6 and days_since(lead.p) <= 0",
    ),
    "TIME_POINT IS_BEFORE": (
        {"timePoint": {"timeType": "DATE", "year": 2026, "month": 3, "day": 1}},
        "lead.p <= 2026-02-28",
    ),
    "TIME_POINT IS_AFTER": (
        {
            "timePoint": {
                "timeType": "INDEXED",
                "indexReference": {"referenceType": "TODAY"},
                "offset": {"weeks": -1},
            },
            "endpointBehavior": "INCLUSIVE",
        },
        "days_since(lead.p) <= 7",
    ),
    "TIME_RANGED IS_BETWEEN": (
        {
            "lowerBoundTimePoint": {
                "timeType": "INDEXED",
                "indexReference": {"referenceType": "NOW"},
                "offset": {"days": -30},
            },
            "upperBoundTimePoint": {
                "timeType": "INDEXED",
                "indexReference": {"referenceType": "NOW"},
            },
        },
        "days_since(lead.p) >= 0 and days_since(lead.p) <= 29",
    ),
}


@pytest.mark.parametrize("named", OPERATIONS)
def test_an_operation_becomes_a_condition(named: str) -> None:
    kind, operator = named.split()
    more, expected = OPERATIONS[named]
    operation = {"operationType": kind, "operator": operator, **more}
    operation.setdefault("includeObjectsWithNoValueSet", False)
    imported = from_hubspot(configuration(asking(operation)))

    assert imported.lost == ()
    [rule] = rules_of(configuration(asking(operation)))
    assert isinstance(rule, Fact)
    assert unparse(rule.when) == expected


UNKNOWN = [
    {"operationType": "ENUMERATION", "operator": "HAS_EVER_BEEN_ANY_OF", "values": ["A"]},
    {"operationType": "ENUMERATION", "operator": "IS_EXACTLY", "values": ["A", "B"]},
    {"operationType": "STRING", "operator": "SOUNDS_LIKE", "value": "a"},
    {"operationType": "NUMBER", "operator": "IS_EQUAL_TO", "value": "many"},
    {"operationType": "CALENDAR_DATE", "operator": "IN_LAST_TIME_UNIT", "timeUnit": "MONTH"},
    {"operationType": "ROLLING_PROPERTY_UPDATED", "operator": "UPDATED_IN_LAST_X_DAYS"},
    {"operationType": "COMPARATIVE_DATE", "operator": "IS_BEFORE", "comparisonPropertyName": "q"},
    {"operationType": "DATE", "operator": "IS_AFTER", "year": 2026, "month": "MAY", "day": 32},
    {"operationType": "DATETIME", "operator": "IS_AFTER", "timestamp": 1_767_261_600_000},
    {"operationType": "TIME_POINT", "operator": "IS_AFTER"},
    {},
]


@pytest.mark.parametrize("operation", UNKNOWN, ids=lambda one: str(one.get("operator")))
def test_an_operation_that_is_not_known_leaves_its_rule_out_and_says_so(
    operation: dict[str, Any],
) -> None:
    imported = from_hubspot(configuration(asking(operation), of_event("4-96000")))

    assert len(rules_of(configuration(asking(operation), of_event("4-96000")))) == 1
    assert any(path.endswith(".conditions[0].operation") for path in lost(imported))


def test_a_key_that_is_not_known_is_on_the_list() -> None:
    data = configuration(of_event("4-96000"), surprise=1)
    data["another"] = {"deep": True}
    data["empty"] = None

    found = lost(from_hubspot(data))

    assert set(found) == {"$.another", "$.groupConfigs[0].surprise"}


def _objects(value: Any) -> list[dict[str, Any]]:
    """Return every object of a JSON value, but for matrices: their keys are categories."""
    found = [value] if isinstance(value, dict) and "FIT" not in value else []
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            found += _objects(inner)
    return found


def test_wherever_a_key_is_not_known_it_is_on_the_list() -> None:
    count = len(_objects(given("hubspot.json")))
    before = len(from_hubspot(given("hubspot.json")).lost)
    passed_over = []
    for i in range(count):
        data = given("hubspot.json")
        changed = _objects(data)[i]
        changed["surprise"] = 1
        if len(from_hubspot(data).lost) != before + 1:
            passed_over.append(changed)

    # Segments are on the list as a whole; an association is known by the type of its objects.
    known = {"segmentIds", "segmentMembershipRules", "associationTypeId"}
    assert all(known & set(one) for one in passed_over)


def test_events_alike_are_one_rule_whose_limit_they_share() -> None:
    rule = of_event("4-666440", 3)
    rule["eventCalculators"] += of_event("4-666288", 3)["eventCalculators"]
    data = configuration(rule)
    data["groupConfigs"][0]["ruleConfigurations"][0]["maximumValue"] = 9

    [made] = rules_of(data)

    assert isinstance(made, EventRule)
    assert made.events == ("email_open", "email_click")
    assert made.head.maximum == 9


def test_parts_of_a_rule_share_its_limit_through_a_group() -> None:
    rule = of_event("4-666440", 3)
    rule["eventCalculators"] += of_event("4-666288", 5)["eventCalculators"]
    data = configuration(rule)
    data["groupConfigs"][0]["ruleConfigurations"][0]["maximumValue"] = 9
    found = points(
        from_hubspot(data),
        {"events": [event(1, "email_open", DAY), *_clicks(2)]},
        DAY,
    )

    assert [made.head.maximum for made in rules_of(data)] == [None, None]
    assert found == {"score_": 9}
    data["groupConfigs"][0]["maxValue"] = 50
    assert list(lost(from_hubspot(data))) == ["$.groupConfigs[0].ruleConfigurations[0]"]


def _clicks(count: int) -> list[dict[str, Any]]:
    return [event(100 + i, "email_click", DAY) for i in range(count)]


def test_decays_that_differ_stay_with_their_rules() -> None:
    data = configuration(of_event("4-96000", 8))
    slow = {"decayIntervalDays": 30, "percentToDecayPerInterval": 25}
    gone = {"decayIntervalDays": 7, "percentToDecayPerInterval": 100}
    [group] = data["groupConfigs"]
    data["groupConfigs"] = [group | {"groupDecay": slow}, group | {"groupDecay": gone}]
    views = {"events": [event(1, "page_view", DAY - timedelta(days=30))]}

    assert points(from_hubspot(data), views, DAY) == {"score_": 6}
    assert points(from_hubspot(data), views, DAY - timedelta(days=24)) == {"score_": 16}


def test_a_timeframe_of_fixed_dates_limits_the_rule() -> None:
    operation = {
        "operationType": "TIME_RANGED",
        "operator": "IS_BETWEEN",
        "lowerBoundTimePoint": {"timeType": "DATE", "year": 2026, "month": 1, "day": 1, "hour": 0},
        "upperBoundTimePoint": {
            "timeType": "DATE",
            "year": 2026,
            "month": 3,
            "day": 31,
            "hour": 23,
            "minute": 59,
        },
    }
    data = configuration(of_event("4-96000", eventTimeframe={"eventFilterOperation": operation}))
    [rule] = rules_of(data)

    assert (rule.head.since, rule.head.until) == (date(2026, 1, 1), date(2026, 3, 31))


def test_an_event_type_can_be_named() -> None:
    data = configuration(of_event("6-1234"))
    imported = from_hubspot(data, {"6-1234": "trial_start"})

    assert "event: trial_start" in text_of(imported)
    assert imported.lost == ()
    assert "--event 6-1234=TYPE" in next(iter(lost(from_hubspot(data)).values()))


def test_several_scores_are_one_ruleset() -> None:
    one = configuration(of_event("4-96000"))
    imported = from_hubspot({"results": [one, one | {"name": "Other"}, one]})

    assert [score.name for score in compiled(imported).scores] == ["score_", "other", "score__2"]


@pytest.mark.parametrize(
    "data",
    [{}, [], {"results": [{"id": "1", "name": "a fragment"}]}, 7, "text", None],
    ids=str,
)
def test_what_is_no_score_is_refused(data: object) -> None:
    with pytest.raises(UsageError, match="no lead score of HubSpot"):
        from_hubspot(data)


def test_scores_of_companies_are_refused() -> None:
    with pytest.raises(UsageError, match="records of type 0-2"):
        from_hubspot(configuration() | {"objectTypeId": "0-2"})
