from __future__ import annotations

import pytest
from tests.checking.conftest import Check
from tests.checking.rulesets import marked, of_events, of_leads

from leadline.checking.fixing import apply_fixes


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (of_events("event: page_veiw"), "page_veiw"),
        (of_events("event: 'page_veiw'"), "'page_veiw'"),
        (of_events("event: [download, page_veiw]"), "page_veiw"),
        (of_leads("count(page_veiw, 30 days) > 3 or lead.size > 5"), "page_veiw"),
        (of_leads('count("page_veiw") > 3 or lead.size > 5'), "page_veiw"),
        (
            of_events("event: download") + "    reset: {event: page_veiw}\n",
            "page_veiw",
        ),
    ],
)
def test_a_type_that_no_event_has(check: Check, text: str, wrong: str):
    found = check(text)

    assert [(one.code, marked(text, one)) for one in found] == [("LL151", wrong)]
    assert found[0].hint == "did you mean `page_view` (100 events)?"
    mended = apply_fixes(text, found, unsafe=True).text
    assert mended == text.replace("page_veiw", "page_view")
    assert "LL151" not in {one.code for one in check(mended)}


def test_without_a_near_type_the_types_are_told(check: Check):
    [found] = check(of_events("event: trade_fair"))

    assert found.hint == "the types of the events: `page_view` (100), `download` (50), `party` (1)"
    assert found.fix is None


def test_capitals_are_told_apart(check: Check):
    [found] = check(of_events("event: Download"))

    assert "`download`" in found.hint


def test_a_near_type_beside_it_is_no_fix(check: Check):
    [found] = check(of_events("event: [page_view, page_veiw]"))

    assert found.fix is None


def test_rules_that_are_off_may_name_anything(check: Check):
    assert check(of_events("event: trade_fair, enabled: false")) == ()
