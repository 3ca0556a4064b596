"""Every ruleset of the fixtures and of the project is checked against its data."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checking.conftest import TODAY

from leadline.checking.check import check_files
from leadline.checking.codes import KNOWN_CODES
from leadline.checking.selection import ALL
from leadline.pipeline import open_directory, read_ruleset

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    file.parent
    for file in (*ROOT.glob("tests/fixtures/*/ruleset.yaml"), *ROOT.glob("rulesets/*/ruleset.yaml"))
    if not (file.parent / "leadline.yaml").exists()
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_said_is_known_and_placed_in_the_file(folder: Path):
    file = read_ruleset(folder)
    store, _ = open_directory(folder / "data", lambda *_: None)

    with store:
        found = check_files([file], store, ALL, TODAY)

    assert {one.kind for one in found} <= set(KNOWN_CODES)
    lines = file.text.split("\n")
    for one in found:
        assert one.place is not None
        assert one.place.file == file.file
        assert one.severity.word != "error"
        assert 1 <= one.place.line <= len(lines)
        assert one.place.column <= len(lines[one.place.line - 1])
