from __future__ import annotations

import pytest
from tests.checking.conftest import TODAY, Check, ruleset
from tests.checking.rulesets import marked

from leadline.checking.check import check_files
from leadline.checking.comments import directives
from leadline.checking.fixing import apply_fixes
from leadline.checking.selection import CheckRules
from leadline.diagnostic import Code, Diagnostic, Place, Severity

#: Two rules past their end, which is LL119 at each `until`.
PAST = """\
leadline: 1
model: m
scores:
  r:
    actions:
      one: {event: a, points: 1, until: 2020-01-01}
      two:
        event: b
        points: 1
        until: 2021-01-01
"""


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[str, int]]:
    return [(one.code, one.place.line if one.place else 0) for one in found]


def test_without_comments_both_are_told_of(alone: Check):
    assert codes(alone(PAST)) == [("LL119", 6), ("LL119", 10)]


@pytest.mark.parametrize("code", ["LL119", "ll119", "past-until", "past-until, LL120"])
def test_a_comment_at_the_end_of_the_line(alone: Check, code: str):
    text = PAST.replace("2020-01-01}", f"2020-01-01}}  # leadline: ignore {code}")

    assert [one for one in codes(alone(text)) if one[0] == "LL119"] == [("LL119", 10)]


def test_a_comment_with_its_reason(alone: Check):
    text = PAST.replace("2020-01-01}", "2020-01-01} # leadline: ignore LL119 -- LL1 was told, ok?")

    assert codes(alone(text)) == [("LL119", 10)]


@pytest.mark.parametrize("above", ["      two:", "        until: 2021", "    actions:"])
def test_a_comment_above_a_key_is_about_its_block(alone: Check, above: str):
    comment = "# leadline: ignore LL119"
    text = PAST.replace(above, f"{comment}\n\n   # and why\n{above}", 1)

    found = codes(alone(text))

    assert found == ([] if "actions" in above else [("LL119", 6)])


def test_a_comment_above_one_rule_is_not_about_the_next(alone: Check):
    text = PAST.replace("      one:", "      # leadline: ignore LL119\n      one:")

    assert codes(alone(text)) == [("LL119", 11)]


def test_a_comment_above_an_item_of_a_list_is_about_the_item(alone: Check):
    text = """\
leadline: 1
model: m
scores:
  r: {actions: {a: {event: e, points: 1}}}
stages:
  by: score r
  steps:
    - {name: first, at: 0}
    # leadline: ignore out-of-range
    - name: second
      at: 5
      leave_below: 0
    - name: third
      at: 9
      leave_below: 0
"""
    assert codes(alone(text)) == [("LL107", 15)]


def test_a_comment_about_the_file_stands_anywhere(alone: Check):
    assert alone(f"{PAST}# leadline: ignore-file past-until\n") == ()
    assert alone(f"# leadline: ignore-file LL119\n{PAST}".replace("\n", "\r\n")) == ()


def test_what_looks_like_a_comment_inside_of_a_value_is_none(alone: Check):
    text = PAST + (
        '    note: "text # leadline: ignore-file LL119"\n'
        "    owner: 'it''s # leadline: ignore-file LL119'\n"
        "note: |\n  # leadline: ignore-file LL119\n  more\n"
    )
    folded = PAST + "note: >-\n\n    text\n    # leadline: ignore-file LL119\n"
    plain = PAST + "note: text#\n  and # leadline: ignore-file LL119\n"

    assert codes(alone(text)) == codes(alone(PAST))
    assert codes(alone(folded)) == codes(alone(PAST))
    assert alone(plain) == ()


def test_a_comment_behind_the_header_of_a_block_is_one():
    document = ruleset(f"{PAST}note: |  # leadline: ignore-file LL119\n  # more\n").document
    assert document is not None

    assert [found.word.text for found in directives(document)] == ["ignore-file"]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("  # leadline: ignore LL100", ""),
        ("  # leadline: ignore LL119, LL100 -- why", "  # leadline: ignore LL119 -- why"),
        ("  # leadline: ignore LL100, LL119", "  # leadline: ignore LL119"),
        ("\n      # leadline: ignore LL100", ""),
        ("\n# leadline: ignore-file LL100", ""),
    ],
)
def test_a_comment_that_ignores_nothing_is_removed_by_its_fix(
    alone: Check, comment: str, left: str
):
    text = PAST.replace("2020-01-01}", f"2020-01-01}}{comment}")

    found = [one for one in alone(text) if one.code == "LL190"]

    assert [marked(text, one) for one in found] == ["LL100"]
    fixed = apply_fixes(text, found, unsafe=False)
    assert fixed.text == PAST.replace("2020-01-01}", f"2020-01-01}}{left}")
    assert [one for one in alone(fixed.text) if one.code == "LL190"] == []


def test_codes_that_were_not_looked_for_are_not_unused(alone: Check, check: Check):
    text = f"# leadline: ignore-file LL150, LL119\n{PAST}"

    assert alone(text) == ()
    looked_for = check(text.replace("event: b", "event: a"), CheckRules())
    assert "LL190" in {one.code for one in looked_for}


def test_a_code_that_is_not_selected_may_still_be_of_use(alone: Check):
    text = f"# leadline: ignore-file LL119\n{PAST}"

    assert alone(text, CheckRules(ignore=frozenset({"LL119"}))) == ()


@pytest.mark.parametrize(
    ("comment", "wrong", "hint", "fixed"),
    [
        ("ignore pst-until", "pst-until", "did you mean `past-until`?", "ignore past-until"),
        ("ignore LL998", "LL998", "-- the reason", None),
        ("ignore", "# leadline: ignore", "write which", None),
        ("ignroe LL119", "ignroe", "did you mean `ignore`", "ignore LL119"),
        ("ignore LL119 - why", "-", "-- the reason", None),
    ],
)
def test_a_comment_that_names_nothing(
    alone: Check, comment: str, wrong: str, hint: str, fixed: str | None
):
    text = PAST.replace("2020-01-01}", f"2020-01-01}} # leadline: {comment}")

    found = [one for one in alone(text) if one.code == "LL191"]

    assert marked(text, found[0]) == wrong
    assert hint in found[0].hint
    if fixed:
        assert apply_fixes(text, found, unsafe=False).text == text.replace(comment, fixed)
    else:
        assert found[0].fix is None


def test_other_comments_about_leadline_are_left_alone(alone: Check):
    assert codes(alone(f"# leadline: our model, see the wiki\n{PAST}")) == [
        ("LL119", 7),
        ("LL119", 11),
    ]


def test_an_error_cannot_be_ignored(alone: Check):
    wrong = PAST.replace("event: b", "evnt: b  # leadline: ignore LL050")
    good = PAST.replace("event: b", "event: b  # leadline: ignore unknown-key")

    assert "LL050" in {one.code for one in alone(wrong)}
    [found] = [one for one in alone(good) if one.code == "LL192"]
    assert marked(good, found) == "unknown-key"
    assert apply_fixes(good, [found], unsafe=False).text == PAST


def test_a_finding_without_a_place_in_the_file_is_ignored_for_the_file_only():
    from leadline.checking.ignores import without_ignored  # noqa: PLC0415 - used here alone

    code = Code("naming", "naming", Severity.WARNING)
    nowhere = Diagnostic(code, "said", Place("ruleset.yaml", 1, 1, 1, 1))
    of_file = ruleset(f"# leadline: ignore-file naming\n{PAST}").document
    of_line = ruleset(PAST.replace("event: b", "event: b # leadline: ignore naming")).document
    assert of_file is not None
    assert of_line is not None

    assert without_ignored([nowhere], of_file, [code], {"naming"}) == ()
    assert nowhere in without_ignored([nowhere], of_line, [code], {"naming"})


def test_two_files_are_apart():
    one = ruleset(f"# leadline: ignore-file LL119\n{PAST}")
    other = ruleset(PAST)

    found = check_files([one, other], None, CheckRules(), TODAY)

    assert codes(found) == [("LL119", 6), ("LL119", 10)]
