from __future__ import annotations

from pathlib import Path

import pytest

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.report.repository import in_repository, placed_in, repository_root


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository; the current folder is one inside of it."""
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/models/b2b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo/models")
    return tmp_path / "repo"


def test_the_root_is_where_git_is(root: Path, tmp_path: Path):
    assert repository_root(root / "models/b2b") == root
    assert repository_root(tmp_path) == tmp_path


def test_a_worktree_has_a_file_instead_of_a_folder(root: Path):
    (root / "models/.git").write_text("gitdir: elsewhere")

    assert repository_root(root / "models/b2b") == root / "models"


def test_files_are_named_from_the_root(root: Path, tmp_path: Path):
    assert in_repository("b2b/ruleset.yaml", root) == "models/b2b/ruleset.yaml"
    assert in_repository("../other.yaml", root) == "other.yaml"
    assert in_repository(str(root / "a.yaml"), root) == "a.yaml"
    assert in_repository(str(tmp_path / "a.yaml"), root) == (tmp_path / "a.yaml").as_posix()


def test_diagnostics_are_placed(root: Path):
    here = Diagnostic(Code("LL1", "a"), "said", Place("a.yaml", 1, 2, 3, 4))
    nowhere = Diagnostic(Code("LL1", "a"), "said")

    placed = placed_in([here, nowhere], root)

    assert placed[0].place == Place("models/a.yaml", 1, 2, 3, 4)
    assert placed[1] == nowhere
