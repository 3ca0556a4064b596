"""Things are followed through whatever happens to their names, files and branches."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.repository import git
from tests.revisions.making import EVENTS, FILE, FIRST, OTHER, START, Project

from leadline.errors import UsageError
from leadline.report.revisions import Revisions
from leadline.revisions.gather import chosen, gather_revisions
from leadline.ruleset.extensions import NO_EXTENSIONS

FORM = "      form: {event: form_submit, points: 20}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.write(FILE, START)
    made.write(OTHER, EVENTS)
    made.commit("start")
    return made


def gather(project: Project, path: str = FILE, **asked: object) -> Revisions:
    return gather_revisions(project.root / path, NO_EXTENSIONS, **asked)


def cells(sheet: Revisions, name: str) -> list[str | None]:
    [row] = [row for row in sheet.rows if name in row.names]
    return [cell.shown if cell is not None else None for cell in row.cells]


def said(sheet: Revisions, number: int = -1) -> tuple[str, ...]:
    return sheet.changes(range(len(sheet.columns))[number])


def test_a_renamed_score_keeps_its_rules(project: Project):
    project.write(FILE, START.replace("readiness", "engagement").replace("40", "45"))
    project.commit("rename the score")
    sheet = gather(project)

    assert cells(sheet, "demo") == ["40+", "45*"]
    assert cells(sheet, "form") == ["20+", "20"]
    assert said(sheet)[0] == "score readiness is called engagement now"


def test_a_rule_that_comes_back_goes_on_in_its_row(project: Project):
    project.change(FILE, FORM, "")
    project.commit("no forms")
    project.change(FILE, "      trial", FORM + "      trial")
    project.commit("forms again")

    assert cells(gather(project), "form") == ["20+", "-", "20+"]


def test_a_rule_goes_to_another_file_and_returns(project: Project):
    project.change(FILE, FORM, "")
    project.write(OTHER, EVENTS + FORM)
    project.commit("away")
    away = gather(project)
    project.change(OTHER, "points: 20", "points: 22")
    project.commit("tuned there")
    moved = FORM.replace("20", "22")
    project.change(OTHER, moved, "")
    project.change(FILE, "      trial", moved + "      trial")
    project.commit("back")

    assert said(away) == (f"readiness, form: removed, was 20; moved to {OTHER}",)
    assert cells(gather(project), "form") == ["20+", "20*", "22*", "22*"]
    assert cells(gather(project, OTHER), "form") == ["20+", "20*", "22*", "-"]


def test_a_rule_that_was_copied_begins_anew(project: Project):
    project.write(OTHER, EVENTS + FORM)
    project.commit("copied")

    assert cells(gather(project, OTHER), "form") == [None, "20+"]


def test_a_file_that_git_does_not_recognise_is_known_by_its_model(tmp_path: Path):
    project = Project(tmp_path / "project")
    project.write(FIRST, START)
    project.commit("start")
    (project.root / FIRST).unlink()
    rewritten = (
        START.replace(": {", ":   {  ").replace("\n", "\n\n").replace("limit: 1", "limit: 2")
    )
    project.write(FILE, rewritten)
    for _ in ("untracked", "staged"):
        sheet = gather(project)
        assert cells(sheet, "demo") == ["40+", "40*"]
        assert said(sheet) == ("readiness, demo: limit: 2, was 1",)
        git(project.root, "add", "--all")
    project.commit("moved")

    assert said(gather(project)) == ("readiness, demo: limit: 2, was 1",)


def test_a_ruleset_that_was_removed_is_still_told(project: Project):
    git(project.root, "rm", "--quiet", FILE)
    project.commit("gone")
    sheet = gather(project)

    assert said(sheet) == ("the ruleset was removed",)
    assert cells(sheet, "demo") == ["40+", "-"]


def test_a_branch_that_brought_the_ruleset_is_one_revision(tmp_path: Path):
    project = Project(tmp_path / "project")
    project.write("README.md", "Our model.")
    project.commit("readme")
    git(project.root, "checkout", "--quiet", "-b", "model")
    project.write(FILE, START)
    project.commit("start")
    project.change(FILE, "points: 40", "points: 45")
    project.commit("more")
    git(project.root, "checkout", "--quiet", "main")
    project.merge("model", "Merge the model")
    [column] = gather(project).columns

    assert column.commit.subject == "Merge the model"
    assert [one.subject for one in column.brought] == ["start", "more"]


def test_a_merge_that_settles_a_conflict_is_a_commit_of_its_own(project: Project):
    git(project.root, "checkout", "--quiet", "-b", "other")
    project.change(FILE, "points: 40", "points: 50")
    project.commit("fifty")
    git(project.root, "checkout", "--quiet", "main")
    project.change(FILE, "points: 40", "points: 60")
    project.commit("sixty")
    with pytest.raises(Exception, match="merge"):
        git(project.root, "merge", "--quiet", "other")
    project.write(FILE, START.replace("points: 40", "points: 55"))
    project.commit("Meet in the middle")

    assert cells(gather(project), "demo") == ["40+", "60*", "55*"]
    assert cells(gather(project, every=True), "demo") == ["40+", "60*", "50*", "55*"]


def test_the_working_tree_is_the_last_revision(project: Project):
    project.change(FILE, "points: 40", "points: 44")
    sheet = gather(project)

    assert cells(sheet, "demo") == ["40+", "44*"]
    assert sheet.columns[-1].heading[0] == "not committed"
    project.write(FILE, f"# As it was.\n{START}")
    assert len(gather(project).columns) == 1


def test_what_is_said_beside_points(project: Project):
    project.change(FILE, "points: 8}", "points: 8, limit: 3 per day, group: web, enabled: false}")
    project.change(FILE, "stages:", "    groups: {web: {max: 10}}\nstages:")
    project.commit("held")
    sheet = gather(project)

    assert "readiness, pricing: off (8), was 8; limit: 3 per day (new); group: web (new)" in said(
        sheet
    )
    assert "readiness, group web: added: max 10" in said(sheet)


def test_since_begins_with_how_it_stood(project: Project):
    project.change(FILE, "points: 40", "points: 45")
    middle = project.commit("up")
    project.change(FILE, "points: 45", "points: 50")
    project.commit("up again")

    for since in (middle, "2026-01-03"):
        sheet = gather(project, since=since)
        assert cells(sheet, "demo") == ["45", "50*"]
        assert said(sheet, 0) == ("the sheet begins: 5 rules, 5 other values",)
    assert "nothing has changed since HEAD" in gather(project, since="HEAD").notes
    with pytest.raises(UsageError, match="is no revision"):
        gather(project, since="yesterday")
    with pytest.raises(UsageError, match="is no date"):
        gather(project, since="2026-02-30")


def test_rows_are_chosen_by_any_name_they_had(project: Project):
    project.change(FILE, "mail:", "mail_click:")
    project.commit("rename")
    project.change(FILE, "points: 40", "points: 45")
    project.commit("another")
    sheet = chosen(gather(project), rule="mail")

    assert [row.name for row in sheet.rows] == ["mail_click"]
    assert len(sheet.columns) == 2
    assert [row.name for row in chosen(gather(project), changed=True).rows] == [
        "demo",
        "mail_click",
    ]
    assert {row.kind for row in chosen(gather(project), rules_only=True).rows} == {"rule"}
    with pytest.raises(UsageError, match="no rule is or was called `mial`") as told:
        chosen(gather(project), rule="mial")
    assert "`mail`" in told.value.hint
    with pytest.raises(UsageError, match="no score"):
        chosen(gather(project), score="fit")
