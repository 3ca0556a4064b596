from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leadline.checking.check import check_files
from leadline.checking.codes import NO_MATCH
from leadline.diagnostic import Code, Diagnostic, Edit, Fix, Place, Severity
from leadline.document import Document, load
from leadline.language_server.actions import actions
from leadline.language_server.checks import (
    case_findings,
    errors_of,
    findings_of,
    still_there,
    whole_check,
)
from leadline.language_server.surroundings import (
    Surroundings,
    kind_of,
    project_findings,
    surroundings_of,
)
from leadline.language_server.text import text_of
from leadline.pipeline import RulesetText, check_ruleset

TODAY = date(2026, 6, 30)
AROUND = Surroundings()
ROOT = Path(__file__).parents[2]

RULESET = """\
leadline: 1
model: m
scores:
  one:
    actions:
      a: {event: page_view, where: asset.knd is page, points: 5, group: eventz}
      b:
        event: page_view
        where: >-
          asset.kind is page
          and url is "/gone"
        points: 3
    groups:
      events: {max: 2}
"""


def as_ruleset(text: str) -> RulesetText:
    loaded = load(text.encode(), "ruleset.yaml")
    return RulesetText("ruleset.yaml", loaded.text, loaded.document, loaded.diagnostics)


def applied(text: str, changes) -> str:
    for change in sorted(changes, key=lambda change: change.span.start, reverse=True):
        text = text[: change.span.start] + change.text + text[change.span.end :]
    return text


def test_the_editor_says_what_the_command_says(store, figures):
    text = as_ruleset(RULESET)
    good = as_ruleset(RULESET.replace("knd", "kind").replace("eventz", "events"))

    assert errors_of(text, figures.catalog).diagnostics == whole_check(text, AROUND, store, TODAY)
    for file, data in ((good, None), (good, store)):
        said = check_files([file], data, AROUND.rules, TODAY)
        assert whole_check(file, AROUND, data, TODAY) == said
    checked = errors_of(good, None)
    assert checked.ruleset is not None
    assert findings_of(good, checked.ruleset, AROUND, None, TODAY) == check_files(
        [good], None, AROUND.rules, TODAY
    )


def test_findings_stay_while_their_line_does():
    before = "a\nb\nc\nd\n"
    found = tuple(
        Diagnostic(NO_MATCH, letter, Place("f", line, 1, line, 2))
        for line, letter in enumerate("abcd", start=1)
    )

    def kept(after: str) -> list[tuple[str, int]]:
        return [(d.message, d.place.line) for d in still_there(found, before, after) if d.place]

    assert kept(before) == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    assert kept("a\nX\nc\nd\n") == [("a", 1), ("c", 3), ("d", 4)]
    assert kept("a\nb\nnew\nc\nd\n") == [("a", 1), ("b", 2), ("c", 4), ("d", 5)]
    assert kept("a\nd\n") == [("a", 1), ("d", 2)]
    assert kept("") == []


def test_near_names_are_offered_in_the_place_of_the_wrong_one(figures):
    text = text_of(RULESET, "utf-16")
    found = errors_of(as_ruleset(RULESET), figures.catalog).diagnostics
    offered = [action for one in found for action in actions(one, text, None, ())]
    texts = {applied(RULESET, action.changes) for action in offered}

    assert RULESET.replace("asset.knd", "asset.kind") in texts
    assert RULESET.replace("eventz", "events") in texts


def test_one_change_is_offered_once():
    text = text_of("a: readines\n", "utf-16")
    place = Place("f", 1, 4, 1, 12)
    fix = Fix("write `readiness`", (Edit(place, "readiness"),), safe=False)
    one = Diagnostic(
        Code("LL040", "unknown"),
        "no score is called `readines`",
        place,
        "did you mean `readiness` or `ready`?",
        fix=fix,
    )

    titles = [action.title for action in actions(one, text, None, ())]
    assert titles == ["Write `readiness`", "Write `ready`"]


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (6, 7, "group: events}  # leadline: ignore LL150\n"),
        (7, 7, "      b:  # leadline: ignore LL150\n"),
        (11, 15, "        # leadline: ignore LL150\n        where: >-\n"),
    ],
)
def test_a_finding_is_ignored_by_a_comment_that_check_reads(
    store, line: int, column: int, expected: str
):
    good = RULESET.replace("knd", "kind").replace("eventz", "events")
    document = load(good.encode(), "ruleset.yaml").document
    place = Place("ruleset.yaml", line, column, line, column + 1)
    one = Diagnostic(NO_MATCH, "nothing matches", place)

    [action] = actions(one, text_of(good, "utf-16"), document, {NO_MATCH.code})
    text = applied(good, action.changes)
    assert expected in text
    after = load(text.encode(), "ruleset.yaml").document
    assert after is not None
    assert check_ruleset(as_ruleset(text), None)[1] == ()


def test_a_real_finding_is_gone_when_it_is_ignored(store):
    good = RULESET.replace("knd", "kind").replace("eventz", "events")
    found = whole_check(as_ruleset(good), AROUND, store, TODAY)
    ignorable = {one.code for one in found if one.severity is not Severity.ERROR}
    assert ignorable

    for _ in range(10):
        said = whole_check(as_ruleset(good), AROUND, store, TODAY)
        if not said:
            break
        document = as_ruleset(good).document
        *_, action = actions(said[0], text_of(good, "utf-16"), document, ignorable)
        good = applied(good, action.changes)
    assert whole_check(as_ruleset(good), AROUND, store, TODAY) == ()


def test_a_second_code_joins_the_first_comment():
    text = text_of("a: 1  # leadline: ignore LL100 -- why\n", "utf-16")
    one = Diagnostic(NO_MATCH, "x", Place("f", 1, 1, 1, 2))

    [action] = actions(one, text, None, {NO_MATCH.code})
    assert applied(text.text, action.changes) == "a: 1  # leadline: ignore LL100, LL150 -- why\n"


def test_errors_are_never_ignored():
    one = Diagnostic(Code("LL040", "x"), "x", Place("f", 1, 1, 1, 2))

    assert actions(one, text_of("a\n", "utf-16"), None, {"LL040"}) == ()


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("leadline.yaml", "", "project"),
        ("any.test.yaml", "", "tests"),
        ("ruleset.yaml", "", "ruleset"),
        ("model.yaml", "# x\nleadline: 1\n", "ruleset"),
        ("docker-compose.yaml", "services:\n  leadline: {}\n", None),
    ],
)
def test_files_of_others_are_left_alone(tmp_path: Path, name: str, text: str, kind: str | None):
    assert kind_of(tmp_path / name, text) == kind


def test_a_project_is_checked_as_it_is_written(project: Path):
    file = project / "leadline.yaml"
    good = file.read_text(encoding="utf-8")

    assert project_findings(file, good) == ()
    assert project_findings(file, good + "# not saved\n") == ()
    [found] = project_findings(file, good.replace("store:", "stor:"))
    assert (found.place.line, found.place.file) == (1, str(file))
    assert surroundings_of(project / "b2b_saas").outputs == ("sales_digest",)


def test_what_is_wrong_with_a_project_is_a_fault_and_no_end(project: Path):
    (project / "leadline.yaml").write_text("plugins: [no_such_plugin]\n", encoding="utf-8")

    assert "no_such_plugin" in surroundings_of(project).fault


def test_tests_are_checked_as_they_are_written(document: Document):
    ruleset = check_ruleset(RulesetText("r", document.text, document, ()), None)[0]
    assert ruleset is not None
    file = ROOT / "rulesets/b2b_saas/ruleset.test.yaml"
    text = file.read_text(encoding="utf-8")
    beside = file.with_name("ruleset.yaml")

    assert case_findings(file, text, beside, ruleset) == ()
    [found, *_] = case_findings(
        file, text.replace("stage: aware", "stage: awre", 1), beside, ruleset
    )
    assert found.place is not None
    assert (found.place.file, text.split("\n")[found.place.line - 1].strip()) == (
        str(file),
        "stage: aware",
    )
