"""The whole history of a repository made by the test, held to a sheet checked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.revisions.making import FILE, Project, with_everything

from leadline.cli import run_command
from leadline.report.revisions import Revisions
from leadline.revisions.gather import gather_revisions
from leadline.ruleset.extensions import NO_EXTENSIONS

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return with_everything(tmp_path_factory.mktemp("history") / "Größe & Co")


def gather(project: Project, **asked: object) -> Revisions:
    return gather_revisions(project.root / FILE, NO_EXTENSIONS, **asked)


@pytest.mark.parametrize(
    ("format_", "file"), [("md", "sheet.md"), ("csv", "sheet.csv"), ("table", "sheet.txt")]
)
def test_the_whole_sheet_is_the_one_kept(
    project: Project,
    format_: str,
    file: str,
    tmp_path: Path,
    update: bool,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.chdir(project.root)
    written, kept = tmp_path / file, HERE / file

    code = run_command(["revisions", "rulesets/main", "--format", format_, "-o", str(written)])

    assert code == 0
    if update:
        kept.write_bytes(written.read_bytes())
    assert written.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")


def subjects(sheet: Revisions) -> list[str]:
    return [column.commit.subject for column in sheet.columns if column.commit is not None]


def test_comments_layout_and_a_renamed_file_are_no_revisions(project: Project):
    sheet = gather(project)

    assert subjects(sheet) == [
        "Start the model",
        "Raise the demo",
        "Say why mails give so little",
        "Merge pull request #7 from acme/pricing",
        'Revert "Raise the demo"',
        "Count webinars in the main model",
        "Call mails what they are",
        "Lower the bar",
        "Drop mails; lower the bar for good",
    ]
    assert [note for note in sheet.notes if "rulesets/readiness/ruleset.yaml until" in note]


def test_a_merge_is_one_revision_that_names_what_it_brought(project: Project):
    [merge] = [column for column in gather(project).columns if column.brought]

    assert [one.subject for one in merge.brought] == [
        "Limit pricing to three a day",
        "Raise pricing",
    ]
    assert {one.author for one in merge.brought} == {"Cy"}


def test_every_commit_tells_the_branch_instead_of_the_merge(project: Project):
    told = subjects(gather(project, every=True))

    assert told[3:5] == ["Limit pricing to three a day", "Raise pricing"]
    assert not any(subject.startswith("Merge") for subject in told)
    assert len(told) == 10


def test_a_moved_rule_has_its_history_of_the_other_file(project: Project):
    [webinar] = [row for row in gather(project).rows if row.name == "webinar"]

    files = [cell.file if cell is not None else "" for cell in webinar.cells]
    assert files == [*["rulesets/events/ruleset.yaml"] * 5, FILE, FILE, "", FILE]
    moved = webinar.cells[5]
    assert moved is not None
    assert moved.what == ("moved from score interest of rulesets/events/ruleset.yaml",)


def test_what_follows_a_broken_revision_is_compared_with_the_last_good_one(project: Project):
    sheet = gather(project)
    broken = sheet.columns[7]

    assert "must be a number, and is `sixty`" in broken.error
    assert all(row.cells[7] is None for row in sheet.rows)
    changed = {row.name: cell.was for row, cell in sheet.cells(8) if cell.change != "same"}
    assert changed == {"mail_click": "3", "ready": "60"}


def test_messages_are_whole_and_first_lines_head_columns(project: Project):
    column = gather(project).columns[1]

    assert column.heading == ("2026-01-02", column.commit.short, "Ben", "Raise the demo")
    assert column.commit.message.endswith("it is worth more | much more.\n=1+1")
