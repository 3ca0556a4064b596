"""The properties that results are written to: made where they are missing, never bent."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from hubspot_sdk.types.crm.property_create_params import PropertyCreateParams
from tests.plugins.published import (
    FIT,
    PROPERTIES,
    WHY,
    bodies,
    changed,
    of,
    people,
    publish,
    publisher,
    states,
)

from leadline.errors import SourceError
from leadline.plugin import Column
from leadline.testing.fake_hubspot import FakeHubSpot, Fault, status
from leadline.testing.fake_hubspot.answers import Answer, problem
from leadline.testing.fake_hubspot.faults import Scene

MADE = f"POST {PROPERTIES}"
ALL = [
    FIT,
    WHY,
    Column("leadline_hot", "truth", "Whether to call."),
    Column("leadline_since", "date", "Since which day."),
    Column("leadline_at", "instant", "Since when."),
]


def test_properties_are_made_once_in_a_group_of_their_own() -> None:
    with FakeHubSpot(people()) as fake:
        for _ in range(2):
            writer = publisher(fake)
            for _ in range(2):
                writer.prepare("leads", ALL)
        made = {one["name"]: one for one in bodies(fake, MADE) if one["name"] != "leadline"}
        known = fake.portal.properties["contacts"]
        groups = fake.portal.groups["contacts"]
        posts = fake.asked(MADE)

    assert len(posts) == len(ALL) + 1
    assert groups == ["contactinformation", "leadline"]
    assert {name: (known[name].type, known[name].field_type) for name in made} == {
        "leadline_fit": ("number", "number"),
        "leadline_why": ("string", "text"),
        "leadline_hot": ("bool", "booleancheckbox"),
        "leadline_since": ("date", "date"),
        "leadline_at": ("datetime", "date"),
    }
    assert {known[name].group for name in made} == {"leadline"}
    assert known["leadline_fit"].label == "Leadline fit"
    assert known["leadline_fit"].description == "How well the lead fits, from 0 to 100."
    assert known["leadline_hot"].options == (("true", "Yes"), ("false", "No"))
    # What leadline knows of somebody is nothing that a form should ask for.
    assert not any(known[name].form for name in made)


def test_what_makes_a_property_is_what_hubspots_own_client_would_send() -> None:
    with FakeHubSpot(people()) as fake:
        publisher(fake).prepare("leads", ALL)
        made = [one for one in bodies(fake, MADE) if "type" in one]

    hints = get_type_hints(PropertyCreateParams, include_extras=True)
    aliases = {_alias(name, hint): hint for name, hint in hints.items()}
    for body in made:
        assert set(body) <= set(aliases)
        for name in ("type", "fieldType"):
            assert body[name] in _literals(aliases[name])


def _alias(name: str, hint: Any) -> str:
    for part in _parts(hint):
        if getattr(part, "alias", None):
            return str(part.alias)
    return name


def _literals(hint: Any) -> set[object]:
    return {part for part in _parts(hint) if isinstance(part, str)}


def _parts(hint: Any) -> list[Any]:
    parts = [*get_args(hint), *getattr(hint, "__metadata__", ())]
    return [*parts, *(inner for part in parts for inner in _parts(part))]


def test_a_property_more_comes_into_the_group_that_is_there() -> None:
    with FakeHubSpot(people()) as fake:
        publisher(fake).prepare("leads", [FIT])
        publisher(fake).prepare("leads", [FIT, WHY])

        assert [one["name"] for one in bodies(fake, MADE)] == [
            "leadline", "leadline_fit", "leadline_why",
        ]  # fmt: skip


def test_a_portal_that_has_all_is_only_looked_at() -> None:
    with FakeHubSpot(people()) as fake:
        publisher(fake).prepare("leads", ALL)
        begin = len(fake.requests)
        publisher(fake).prepare("leads", ALL)

        assert [(one.method, one.path) for one in fake.requests[begin:]] == [
            ("GET", "/account-info/2026-09/details"),
            ("GET", PROPERTIES),
        ]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (
            Column("createdate", "instant", "When."),
            "`createdate` is a property that only HubSpot itself sets",
        ),
        (
            Column("sum", "number", "Sum."),
            "`sum` is a property that only HubSpot itself sets",
        ),
        (
            Column("jobtitle", "number", "Title."),
            "`jobtitle` is a property of the type `string`, and its values would be numbers, "
            "which need the type `number`",
        ),
        (
            Column("annualrevenue", "text", "Revenue."),
            "is a property of the type `number`, and its values would be texts, which need the "
            "type `string`",
        ),
        (
            Column("closedate", "date", "Closed."),
            "is a property of the type `datetime`, and its values would be dates, which need the "
            "type `date`",
        ),
        (
            Column("lifecyclestage", "truth", "Stage."),
            "is a property of the type `enumeration`, and its values would be yes or no, which "
            "need the type `bool`",
        ),
        (
            Column("Leadline-Fit %", "number", "Fit."),
            "`leads: Leadline-Fit %` is no name of a property, which has small letters, digits "
            "and `_` and begins with a letter, such as `leadline_fit`",
        ),
        (Column("2026_fit", "number", "Fit."), "such as `leadline_2026_fit`"),
    ],
)
def test_what_the_portal_cannot_hold_is_said_before_anything_is_made(
    column: Column, said: str
) -> None:
    portal = people()
    calculated = changed(_calculated)
    portal.define("contacts", "sum", type="number")
    with FakeHubSpot(portal, faults=[Fault(f"GET {PROPERTIES}", calculated)]) as fake:
        with pytest.raises(SourceError) as raised:
            publisher(fake).prepare("leads", [FIT, column])

        assert not fake.asked("POST")
        assert "leadline_fit" not in portal.defined("contacts")
    assert said in raised.value.message
    assert raised.value.message.startswith("the contacts of HubSpot cannot hold what `publish` ")
    assert raised.value.hint == "name other properties under `publish: leads:`"


def _calculated(scene: Scene) -> Answer:
    """Answer with `sum` as a property that HubSpot works out."""
    answer = scene.do()
    for one in answer.data["results"]:
        one["calculated"] = one["name"] == "sum"
    return answer


def test_every_fault_is_said_at_once() -> None:
    columns = [Column("createdate", "instant", "When."), Column("jobtitle", "number", "Title.")]
    with FakeHubSpot(people()) as fake, pytest.raises(SourceError) as raised:
        publisher(fake).prepare("leads", columns)
    assert "`createdate`" in raised.value.message
    assert "`jobtitle`" in raised.value.message


def test_yes_or_no_goes_into_a_checkbox_of_the_older_sort() -> None:
    portal = people()
    options = [("true", "Yes"), ("false", "No")]
    portal.define(
        "contacts", "hot", type="enumeration", field_type="booleancheckbox", options=options
    )
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {"101": True, "102": False}, [Column("hot", "truth", "Hot.")])

        assert set(states(outcomes).values()) == {"delivered"}
        assert of(portal, "hot") == {"101": "true", "102": "false"}


def test_no_property_is_made_where_none_is_wanted() -> None:
    with FakeHubSpot(people()) as fake:
        with pytest.raises(SourceError) as raised:
            publisher(fake, create_properties=False).prepare("leads", [FIT, WHY])

        assert not fake.asked("POST")
        assert raised.value.message == (
            "the contacts of HubSpot have no property `leadline_fit` (number), `leadline_why` "
            "(string)"
        )
        assert "`create_properties: true`" in raised.value.hint
        for column, type_ in ((FIT, "number"), (WHY, "string")):
            fake.portal.define("contacts", column.name, type=type_)
        publisher(fake, create_properties=False).prepare("leads", [FIT, WHY])


@pytest.mark.parametrize("type_", ["number", "string"])
def test_a_run_that_was_quicker_does_no_harm_if_it_meant_the_same(type_: str) -> None:
    portal = people()

    def quicker(scene: Scene) -> Answer | None:
        portal.define("contacts", "leadline_fit", type=type_)
        return None

    group = changed(lambda scene: portal.groups["contacts"].append("leadline"))
    faults = [Fault(f"{MADE}/groups", group), Fault(MADE, changed(quicker), nth=2)]
    with FakeHubSpot(portal, faults=faults) as fake:
        if type_ == "number":
            assert states(publish(fake, {"101": 1.0})) == {"101": "delivered"}
        else:
            with pytest.raises(SourceError, match="is a property of the type `string`"):
                publish(fake, {"101": 1.0})
        assert fake.unused == ()


def test_a_property_that_is_archived_is_told() -> None:
    said = problem("A property named 'leadline_fit' already exists.", "OBJECT_ALREADY_EXISTS")
    there = changed(lambda scene: Answer(409, said))
    with (
        FakeHubSpot(people(), faults=[Fault(MADE, there, nth=2)]) as fake,
        pytest.raises(SourceError) as raised,
    ):
        publisher(fake).prepare("leads", [FIT])
    assert "have `leadline_fit` already, and does not list it" in raised.value.message
    assert "Archived properties" in raised.value.hint


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ("crm.schemas.contacts.read", "missing scopes: crm.schemas.contacts.read"),
        ("crm.schemas.contacts.write", "the group `leadline` could not be made: "),
    ],
)
def test_scopes_that_are_missing_are_named(lacks: str, said: str) -> None:
    scopes = {
        f"crm.{what}.contacts.{may}"
        for what in ("objects", "schemas")
        for may in ("read", "write")
    }  # fmt: skip
    with (
        FakeHubSpot(people(), scopes=scopes - {lacks}) as fake,
        pytest.raises(SourceError) as raised,
    ):
        publisher(fake).prepare("leads", [FIT])
    assert said in raised.value.message
    assert f"give the service key the scopes {lacks} under Settings" in raised.value.hint


def test_a_property_that_hubspot_does_not_want_is_told_by_its_name() -> None:
    answer = status(400, message="Property limit reached")
    with (
        FakeHubSpot(people(), faults=[Fault(MADE, answer, nth=2)]) as fake,
        pytest.raises(SourceError) as raised,
    ):
        publisher(fake).prepare("leads", [FIT])
    assert raised.value.message.startswith("the property `leadline_fit` could not be made: ")
    assert "Property limit reached" in raised.value.message


@pytest.mark.parametrize(
    ("table", "setting", "property_", "said", "hint"),
    [
        ("leads", "contact_id", "jobtitle", "is not kept unique", "hs_object_id, email, no"),
        ("leads", "contact_id", "nothing", "is not there", "hs_object_id, email, no"),
        ("accounts", "company_id", "domain", "is not kept unique", "one of hs_object_id"),
    ],
)
def test_records_are_known_by_what_is_unique(
    table: Any, setting: str, property_: str, said: str, hint: str
) -> None:
    portal = people()
    portal.define("contacts", "no", unique=True)
    with FakeHubSpot(portal) as fake:
        with pytest.raises(SourceError) as raised:
            publisher(fake, **{setting: property_}).prepare(table, [FIT])
        assert not fake.asked("POST")
    assert f"cannot be known by `{property_}`: the property {said}" in raised.value.message
    assert f"set `{setting}` to" in raised.value.hint
    assert hint in raised.value.hint
