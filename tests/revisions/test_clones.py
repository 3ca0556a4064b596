"""What a clone or a folder does not have is told, and what it has is used."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from tests.repository import git
from tests.revisions.making import FILE, START, Project

from leadline.errors import UsageError
from leadline.report.revisions import Revisions
from leadline.revisions.gather import gather_revisions
from leadline.ruleset.extensions import NO_EXTENSIONS


def gather(root: Path) -> Revisions:
    return gather_revisions(root / FILE, NO_EXTENSIONS)


def with_points(folder: Path, *points: int) -> Project:
    made = Project(folder)
    for number in points:
        made.write(FILE, START.replace("points: 40", f"points: {number}"))
        made.commit(f"{number} points")
    return made


def clone(project: Project, folder: Path, *options: str) -> Path:
    git(project.root, "config", "uploadpack.allowFilter", "true")
    url = project.root.as_uri()
    git(project.root, "clone", "--quiet", *options, url, str(folder))
    return folder


def test_a_shallow_clone_says_what_is_missing(tmp_path: Path):
    project = with_points(tmp_path / "project", 40, 41, 42)
    sheet = gather(clone(project, tmp_path / "shallow", "--depth", "2"))

    first = sheet.columns[0]
    assert sheet.missing == (
        f"history before 2026-01-02 ({first.commit.short}) is not in this clone: "
        "`git fetch --unshallow`"
    )
    assert first.is_cut
    [demo] = [row for row in sheet.rows if row.name == "demo"]
    assert [cell.change for cell in demo.cells] == ["present", "changed"]
    assert [cell.value for cell in demo.cells] == ["41", "42"]


def test_a_clone_as_deep_as_the_history_lacks_nothing(tmp_path: Path):
    project = with_points(tmp_path / "project", 40, 41)

    assert gather(clone(project, tmp_path / "clone")).missing == ""


def test_a_partial_clone_says_which_texts_are_missing(tmp_path: Path):
    project = with_points(tmp_path / "project", 40, 41, 42)
    root = clone(project, tmp_path / "partial", "--filter=blob:none")
    sheet = gather(root)

    assert sheet.missing.startswith("the texts of 2 revisions are not in this clone")
    assert [column.trouble for column in sheet.columns] == [
        "not in this clone",
        "not in this clone",
        "",
    ]
    [demo] = [row for row in sheet.rows if row.name == "demo"]
    assert [cell.change if cell else None for cell in demo.cells] == [None, None, "present"]
    git(root, "fetch", "--quiet", "--refetch", "--no-filter")
    assert gather(root).missing == ""


def test_a_clone_without_trees_says_what_to_fetch(tmp_path: Path):
    project = with_points(tmp_path / "project", 40, 41)
    root = clone(project, tmp_path / "treeless", "--filter=tree:0")

    with pytest.raises(UsageError) as told:
        gather(root)
    assert "--no-filter" in told.value.hint


def test_a_ruleset_that_git_does_not_follow_has_one_column(tmp_path: Path):
    project = Project(tmp_path / "project")
    project.write(FILE, START)
    without_commit = gather(project.root)
    project.write("README.md", "Our model.")
    git(project.root, "add", "README.md")
    git(project.root, "commit", "--quiet", "--message", "readme")

    for sheet in (without_commit, gather(project.root)):
        assert [column.heading[0] for column in sheet.columns] == ["not committed"]
        assert "git does not follow rulesets/main/ruleset.yaml yet" in sheet.notes[0]
        assert len(sheet.rows) == 10


def test_a_folder_in_no_repository_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "ruleset.yaml").write_text(START, encoding="utf-8")

    with pytest.raises(UsageError, match="in no git repository") as told:
        gather_revisions(tmp_path, NO_EXTENSIONS)
    assert "git init" in told.value.hint


def test_a_ruleset_that_never_was_is_an_error(tmp_path: Path):
    project = with_points(tmp_path / "project", 40)

    with pytest.raises(UsageError, match="there is no ruleset"):
        gather_revisions(project.root / "rulesets/nothing", NO_EXTENSIONS)


def test_two_hundred_commits_take_a_few_seconds_of_work(tmp_path: Path):
    project = Project(tmp_path / "project")
    lines = ["reset refs/heads/main"]
    for number in range(200):
        text = START.replace("points: 40", f"points: {number}").encode()
        lines += [
            "commit refs/heads/main",
            f"committer Ada <ada@acme.example> {1767225600 + number} +0000",
            "data 2",
            "up",
            f"M 100644 inline {FILE}",
            f"data {len(text)}",
            text.decode(),
        ]
    stream = tmp_path / "stream"
    stream.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with stream.open("rb") as given:
        subprocess.run(["git", "fast-import", "--quiet"], cwd=project.root, stdin=given, check=True)
    git(project.root, "reset", "--quiet", "--hard")

    begun = time.process_time()
    sheet = gather(project.root)

    assert time.process_time() - begun < 10
    assert len(sheet.columns) == 200
    [demo] = [row for row in sheet.rows if row.name == "demo"]
    assert [cell.value for cell in demo.cells] == [str(number) for number in range(200)]
