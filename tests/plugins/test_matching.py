from __future__ import annotations

from pathlib import Path

import pytest

from leadline.errors import SourceError
from leadline_plugins.matching import matched


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project [1]"
    for name in ("b.csv", "a.csv", "2026/05/a.csv", "2026/06/a.csv", "x[1].csv", "x1.csv"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id\n")
    (folder / "folder.csv").mkdir()
    return folder


def origins(root: Path, patterns: str | list[str]) -> list[str]:
    return [found.origin for found in matched({"events": patterns}, root)]


def test_files_come_sorted_and_once(root: Path) -> None:
    assert origins(root, "[ab].csv") == ["a.csv", "b.csv"]
    assert origins(root, ["b.csv", "a.csv", "*.csv"]) == ["a.csv", "b.csv", "x1.csv", "x[1].csv"]


def test_two_stars_stand_for_any_folders(root: Path) -> None:
    assert origins(root, "**/a.csv") == ["2026/05/a.csv", "2026/06/a.csv", "a.csv"]


def test_brackets_in_a_name_that_exists_are_letters(root: Path) -> None:
    assert origins(root, "x[1].csv") == ["x[1].csv"]


def test_a_path_outside_of_the_root_is_told_whole(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("id\n")
    assert origins(root, str(outside)) == [outside.as_posix()]
    assert origins(root, str(tmp_path / "outs*.csv")) == [outside.as_posix()]


def test_the_tables_come_in_their_order(root: Path) -> None:
    found = list(matched({"leads": "a.csv", "events": ["b.csv"]}, root))
    assert [(file.table, file.origin) for file in found] == [
        ("leads", "a.csv"),
        ("events", "b.csv"),
    ]
    assert [file.path.read_text() for file in found] == ["id\n", "id\n"]


@pytest.mark.parametrize("pattern", ["c*.csv", "none.csv", "folder.csv", "x[2].csv"])
def test_a_pattern_without_a_file_is_an_error(root: Path, pattern: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(matched({"events": ["a.csv", pattern]}, root))
    assert f"`{pattern}`" in str(caught.value)
    assert str(root) in str(caught.value)
