"""Git is read, never written to: revisions, files as they were, renames, what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.repository import git

from leadline.errors import UsageError
from leadline.git import Repository, Revision, find_repository, inside, repository_of


def commit(folder: Path, files: dict[str, str | None], message: str = "change") -> str:
    """Write files (None removes one), commit all, and return the commit."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def written(folder: Path) -> dict[Path, int]:
    """Return when each file of a repository was written."""
    return {path: path.stat().st_mtime_ns for path in sorted((folder / ".git").rglob("*"))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an empty repository with the branch main."""
    folder = tmp_path / "a repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return folder


@pytest.fixture
def repository(folder: Path) -> Repository:
    return repository_of(folder)


def test_a_file_is_read_as_it_was_at_each_revision(folder: Path, repository: Repository):
    first = commit(folder, {"rules/a.yaml": "one\n"})
    commit(folder, {"rules/a.yaml": "two\n"})
    (folder / "rules/a.yaml").write_text("three\n", encoding="utf-8")

    assert repository.read(repository.revision("HEAD"), "rules/a.yaml") == b"two\n"
    assert repository.read(repository.revision("HEAD~1"), "rules/a.yaml") == b"one\n"
    assert repository.read(repository.revision(first[:8]), "rules/a.yaml") == b"one\n"
    assert repository.read(repository.revision("main"), "rules/b.yaml") is None
    assert repository.read(repository.revision("main"), "rules") is None
    assert (folder / "rules/a.yaml").read_text(encoding="utf-8") == "three\n"


@pytest.mark.parametrize(
    "name",
    [
        "with blanks.yaml",
        "größe/дом.yaml",
        "-leading.yaml",
        ":(glob)**.yaml",
        "a*.yaml",
        'quo"ted\t.yaml',
        "new\nline.yaml",
        "--help",
    ],
)
def test_any_name_of_a_file_is_read(folder: Path, repository: Repository, name: str):
    commit(folder, {name: "this one\n", "a other.yaml": "another\n"})
    git(folder, "config", "core.quotepath", "true")
    revision = repository.revision("HEAD")

    assert name in repository.files(revision)
    assert repository.read(revision, name) == b"this one\n"


def test_all_files_of_a_revision_are_listed_from_the_root(folder: Path, repository: Repository):
    commit(folder, {"b/ruleset.yaml": "b", "a/ruleset.yaml": "a", "README.md": "r"})
    within = repository_of(folder / "b")

    assert within.files(within.revision("HEAD")) == (
        "README.md",
        "a/ruleset.yaml",
        "b/ruleset.yaml",
    )
    assert inside(within.files(within.revision("HEAD")), "b") == ("b/ruleset.yaml",)


def test_a_renamed_file_is_followed(folder: Path, repository: Repository):
    text = "".join(f"line {number}\n" for number in range(20))
    first = Revision("first", commit(folder, {"old.yaml": text}))
    commit(folder, {"old.yaml": None, "new name.yaml": f"{text}one more\n"})

    assert repository.renames(first, repository.revision("HEAD")) == {"new name.yaml": "old.yaml"}
    git(folder, "mv", "new name.yaml", "newest.yaml")
    assert repository.renames(first, None) == {"newest.yaml": "old.yaml"}


def test_histories_part_at_their_merge_base(folder: Path, repository: Repository):
    common = commit(folder, {"a": "1"})
    git(folder, "checkout", "--quiet", "-b", "change")
    commit(folder, {"a": "2"})
    git(folder, "checkout", "--quiet", "main")
    commit(folder, {"b": "3"})

    found = repository.merge_base(repository.revision("main"), repository.revision("change"))

    assert found.commit == common
    assert found.name == "main...change"


def test_histories_with_nothing_in_common_are_told_of(folder: Path, repository: Repository):
    commit(folder, {"a": "1"})
    git(folder, "checkout", "--quiet", "--orphan", "other")
    commit(folder, {"a": "2"})

    with pytest.raises(UsageError, match="no commit in common") as told:
        repository.merge_base(repository.revision("main"), repository.revision("other"))

    assert "`main..other` compares them directly" in told.value.hint


def test_an_unknown_revision_is_told_with_the_nearest(folder: Path, repository: Repository):
    commit(folder, {"a": "1"})
    git(folder, "branch", "feature/webinars")

    with pytest.raises(UsageError, match="`feature/webinar` is no revision") as told:
        repository.revision("feature/webinar")

    assert "did you mean `feature/webinars`?" in told.value.hint


@pytest.mark.parametrize("name", ["", "--all", "-h", "a b", "HEAD..main", "HEAD:a", "a\0b"])
def test_what_is_no_commit_is_no_revision(folder: Path, repository: Repository, name: str):
    commit(folder, {"a": "1"})

    with pytest.raises(UsageError, match="is no revision"):
        repository.revision(name)


def test_a_shallow_clone_says_what_is_missing(folder: Path, tmp_path: Path):
    first = commit(folder, {"a": "1"})
    commit(folder, {"a": "2"})
    git(tmp_path, "clone", "--quiet", "--depth", "1", folder.as_uri(), "shallow")
    shallow = repository_of(tmp_path / "shallow")

    for name in ("HEAD~1", first, "origin/other"):
        with pytest.raises(UsageError) as told:
            shallow.revision(name)
        assert "this clone is shallow" in told.value.hint
        assert "fetch-depth: 0" in told.value.hint


def test_a_repository_without_a_commit_says_so(repository: Repository):
    with pytest.raises(UsageError, match="has no commit yet"):
        repository.revision("HEAD")


def test_a_folder_in_no_repository_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert find_repository(tmp_path) is None
    with pytest.raises(UsageError, match="in no git repository") as told:
        repository_of(tmp_path)
    assert "name two files" in told.value.hint


def test_a_machine_without_git_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(folder))

    with pytest.raises(UsageError, match="no git on this machine"):
        find_repository(folder)


def test_the_repository_of_a_hook_is_not_asked(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    commit(folder, {"a": "1"})
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))

    found = repository_of(folder)

    assert found.root == folder.resolve()
    assert found.has_revision("main")


def test_a_file_outside_has_no_path(repository: Repository, tmp_path: Path):
    with pytest.raises(UsageError, match="is not in the repository"):
        repository.path_of(tmp_path / "ruleset.yaml")


def test_nothing_of_the_repository_is_written(folder: Path, repository: Repository):
    commit(folder, {"a": "1"})
    (folder / "a").write_text("2", encoding="utf-8")
    before = written(folder)

    revision = repository.revision("HEAD")
    repository.files(revision)
    repository.read(revision, "a")
    repository.renames(revision, None)

    assert {
        path: path.stat().st_mtime_ns for path in sorted((folder / ".git").rglob("*"))
    } == before


def test_settings_of_a_user_change_nothing(folder: Path, repository: Repository):
    ran = folder.parent / "ran"
    script = folder.parent / "script"
    script.write_text(f"#!/bin/sh\ntouch '{ran}'\n", encoding="utf-8")
    script.chmod(0o755)
    commit(folder, {"a.yaml": "1\n", ".gitattributes": "*.yaml diff=own filter=own\n"})
    for key in ("diff.external", "diff.own.textconv", "core.pager", "core.fsmonitor"):
        git(folder, "config", key, str(script))
    commit_one = repository.revision("HEAD")
    ran.unlink(missing_ok=True)

    assert repository.read(commit_one, "a.yaml") == b"1\n"
    repository.renames(commit_one, None)

    assert not ran.exists()


def test_git_is_there():
    assert shutil.which("git")
