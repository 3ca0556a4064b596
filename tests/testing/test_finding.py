"""Which test files are found for which ruleset, and which would never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.errors import UsageError
from leadline.testing import finding
from leadline.testing.codes import NO_RULESET_BESIDE
from leadline.testing.finding import find_tests, ruleset_of

NAMES = (
    "model.yaml",
    "model.test.yaml",
    "model.decay.test.yaml",
    "model.v2.yaml",
    "model.v2.test.yaml",
    "modell.test.yaml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).touch()
    return tmp_path


def test_a_test_file_is_of_the_longest_name_that_begins_its_own(folder: Path) -> None:
    assert ruleset_of(folder / "model.decay.test.yaml") == folder / "model.yaml"
    assert ruleset_of(folder / "model.v2.test.yaml") == folder / "model.v2.yaml"
    assert ruleset_of(folder / "modell.test.yaml") is None
    found = [file.name for file in finding.test_files(folder / "model.yaml")]
    assert found == ["model.test.yaml", "model.decay.test.yaml"]


def test_a_test_file_beside_no_ruleset_of_its_name_is_a_mistake(folder: Path) -> None:
    found = find_tests([str(folder / "model.yaml")])
    [target], [stray] = found.targets, found.diagnostics
    assert len(target.files) == 2
    assert stray.kind == NO_RULESET_BESIDE
    assert stray.place is not None
    assert stray.place.file == str(folder / "modell.test.yaml")
    assert stray.hint == "name it `model.test.yaml`"


def test_single_files_and_cases_are_chosen(folder: Path) -> None:
    file = str(folder / "model.test.yaml")
    [target] = find_tests([f"{file}::one", f"{file}::two"]).targets
    assert target.files == (folder / "model.test.yaml",)
    assert [target.runs(file, name) for name in ("one", "two", "three")] == [True, True, False]
    [both] = find_tests([file, str(folder / "model.decay.test.yaml")]).targets
    assert len(both.files) == 2
    assert both.runs(file, "three")


@pytest.mark.parametrize("path", ["no.test.yaml", "no.yaml", "model.yaml::case"])
def test_what_is_not_there_is_said(folder: Path, path: str) -> None:
    with pytest.raises(UsageError):
        find_tests([str(folder / path)])
