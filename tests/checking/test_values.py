from __future__ import annotations

import pytest
from tests.checking.conftest import Check
from tests.checking.rulesets import marked, of_events, of_leads

from leadline.checking.fixing import apply_fixes

AUTOMATION = (
    "segments: {all: lead.size >= 0}\n"
    "automations: {a: {when: enters all, do: [{tag: {track: nurture2}}]}}\n"
)


@pytest.mark.parametrize(
    ("when", "wrong", "hint", "fixed"),
    [
        ('lead.country is "Gremany"', '"Gremany"', "`Germany` (120 leads)", '"Germany"'),
        ("lead.country is Austira", "Austira", "did you mean `Austria` (80 leads)?", "Austria"),
        ("lead.country is not germany", "germany", "`Germany`", "Germany"),
        ("lead.country in [Austria, Germny]", "Germny", "`Germany`", "Germany"),
        ("not (lead.country in [Germny])", "Germny", "`Germany`", "Germany"),
        ('lower(lead.country) is "Germany"', '"Germany"', "`germany`", '"germany"'),
        ('lead.interests has "pump"', '"pump"', "`pumps`", '"pumps"'),
        ('lead.country starts with "Ger"', "", "", ""),
        ('lead.country starts with "Gre"', '"Gre"', "`Ger`", '"Ger"'),
        ('lead.country ends with "mani"', '"mani"', "`many`", '"many"'),
        ("lead.country is Denmark", "", "", ""),  # what was once is a value, too
        ("tag.track is nurtured", "nurtured", "`nurture` (1 lead)", "nurture"),
    ],
)  # fmt: skip
def test_a_text_that_no_row_has(check: Check, when: str, wrong: str, hint: str, fixed: str):
    text = of_leads(f"{when} or lead.size > 5")

    found = check(text)

    assert [marked(text, one) for one in found] == ([wrong] if wrong else [])
    if wrong:
        assert (found[0].code, found[0].name) == ("LL152", "unknown-value")
        assert hint in found[0].hint
        mended = apply_fixes(text, found, unsafe=True).text
        assert mended == text.replace(wrong, fixed)
        assert apply_fixes(text, found, unsafe=False).text == text
        assert check(mended) == ()


def test_without_a_near_value_the_values_are_told(check: Check):
    [found] = check(of_leads("lead.country is Brazil or lead.size > 5"))

    assert found.hint == "what it has: `Germany` (120), `Austria` (80), `Denmark` (1)"
    assert found.fix is None


@pytest.mark.parametrize(
    "when",
    [
        "lead.country is not Brazil",  # nobody is to be found by it
        "lead.country in [Germany, Brazil]",  # of a list, one is there
        'lead.country starts with "Bra" or lead.size > 5',
        "tag.track is other or lead.size > 5",  # one row tells nothing
        'tag.unheard is "x" or lead.size > 5',
    ],
)
def test_what_may_well_come(check: Check, when: str):
    assert [one for one in check(of_leads(when)) if one.code == "LL152"] == []


def test_a_column_of_many_values_is_told_of_where_one_is_near(check: Check):
    near = of_events('event: page_view, where: url is "/pricin/5" or asset.kind is "white paper"')
    far = of_events('event: page_view, where: url is "/careers" or asset.kind is "white paper"')

    assert [one.code for one in check(near)] == ["LL152"]
    assert check(far) == ()


def test_tags_that_automations_set_are_values(check: Check):
    when = "tag.track is nurture2 or lead.size > 5"

    assert [one.code for one in check(of_leads(when))] == ["LL152"]
    assert check(of_leads(when, AUTOMATION)) == ()


def test_of_one_mistake_one_thing_is_told(check: Check):
    text = of_leads('lead.country is "Gremany"')

    assert [one.code for one in check(text)] == ["LL152"]


def test_a_near_value_that_is_beside_it_is_no_fix(check: Check):
    [found] = check(of_leads("lead.country in [Germany, Germny]"))

    assert "`Germany`" in found.hint
    assert found.fix is None


def test_a_text_in_a_definition_is_told_of_once(check: Check):
    text = of_leads("home or lead.size > 5", 'define: {home: lead.country is "Gremany"}\n')
    text += "      other: {points: 1, when: 'home and lead.size > 1'}\n"

    found = [one for one in check(text) if one.code == "LL152"]

    assert [marked(text, one) for one in found] == ['"Gremany"']


@pytest.mark.parametrize(
    ("rule", "field"),
    [("where: visit_id is present", "visit_id"), ("where: asset.duration > 3", "asset.duration")],
)
def test_a_column_without_a_value(check: Check, rule: str, field: str):
    text = of_events(f"event: page_view, {rule}")

    found = [one for one in check(text) if one.code == "LL153"]

    assert [marked(text, one) for one in found] == [field]
    assert f"`{field}`" in found[0].message


def test_a_table_without_a_row(check: Check):
    text = of_leads('account.name is "Acme" or lead.size > 5')

    [found] = check(text)

    assert found.code == "LL153"
    assert found.hint == "the data have no rows of accounts: no source gives any"
