from __future__ import annotations

import pytest
from tests.checking.conftest import Check, ruleset
from tests.checking.rulesets import of_events, of_leads

from leadline.checking.check import reread
from leadline.checking.fixing import apply_fixes
from leadline.checking.selection import ALL


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        (of_events("evnt: download"), "evnt", "event"),
        (of_events("'evnt': download"), "'evnt'", "'event'"),
        (of_events("event: download, where: asset.knd is x"), "asset.knd", "asset.kind"),
        (of_events("event: download, where: secnds > 3"), "secnds", "seconds"),
        (of_leads("lower(lead.contry) is x"), "lead.contry", "lead.country"),
        (of_leads("coalsce(lead.country) is x"), "coalsce", "coalesce"),
        (
            of_events("event: download, group: evnts") + "    groups: {events: {max: 5}}\n",
            "evnts",
            "events",
        ),
        (
            of_events("event: download") + "stages: {by: score rr, steps: equal [a, b]}\n",
            "",
            "",
        ),
    ],
)
def test_a_name_with_one_near_name_is_mended(check: Check, text: str, wrong: str, right: str):
    file = ruleset(text)
    errors = [one for one in check(text, rules=ALL) if one.severity.word == "error"]

    fixed = apply_fixes(text, errors, unsafe=True)

    assert errors
    assert fixed.text == (text.replace(wrong, right, 1) if wrong else text)
    assert apply_fixes(text, errors, unsafe=False).text == text
    if wrong:
        left = check(reread(file, fixed.text).text, rules=ALL)
        assert [one for one in left if one.severity.word == "error"] == []


@pytest.mark.parametrize(
    "text",
    [
        of_leads("lead.sizes_and_more > 3"),
        of_events("event: download, where: nowhere > 3"),
        of_events("event: download, xyz: 3"),
        of_events("event: download") + "not yaml: [",
    ],
)
def test_without_one_near_name_nothing_is_mended(check: Check, text: str):
    errors = check(text, rules=ALL)

    assert errors
    assert all(one.fix is None for one in errors)
