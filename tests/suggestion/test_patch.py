"""Patches: what changes, that nothing else does, and that git takes them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.repository import commit, git

from leadline.document import load
from leadline.suggestion.features import Feature
from leadline.suggestion.patch import edited, patch, root_of
from leadline.suggestion.points import Judged

RULESET = """\
# What we learned in spring.
leadline: 1
model: demo   # the first
scores:
  readiness:
    sales_ready: 100
    actions:
      demo:      {event: demo_request, points: 40, limit: 1}   # forms are sent twice
      pricing:
        event: page_view
        # Prices are looked at last.
        points: 8      # was 5
      video: {event: play, points: "20 * share(seconds, asset.duration)"}
      reading:
        event: page_view
        bands: {1: 5, 3: 10, 10: 20}
      size:
        event: order
        points: min(amount / 100, 30)
"""


def judged(rule: str, kind: str, after: float, **more: object) -> Judged:
    path = ("scores", "readiness", "actions", rule, "bands" if kind == "bands" else "points")
    given = {"value": 1.0, "text": "", "bands": (), "hidden": (), **more}
    feature = Feature(rule, path, kind, **given)
    return Judged(feature, 50, 20, after, None, "raise")


CHANGES = (
    judged("demo", "points", 55.0),
    judged("pricing", "points", 0.0),
    judged("video", "product", 24.0, text="share(seconds, asset.duration)"),
    judged("reading", "bands", 1.3, bands=((1, 5.0), (3, 10.0), (10, 20.0))),
    judged("size", "factor", 0.4, text="min(amount / 100, 30)"),
)


def test_points_change_and_comments_stay():
    after = edited(RULESET, CHANGES)

    changed = [
        (old, new)
        for old, new in zip(RULESET.splitlines(), after.splitlines(), strict=True)
        if old != new
    ]
    assert [new.strip() for _, new in changed] == [
        "demo:      {event: demo_request, points: 55, limit: 1}   # forms are sent twice",
        "points: 0      # was 5",
        'video: {event: play, points: "24 * share(seconds, asset.duration)"}',
        "bands: {1: 7, 3: 13, 10: 26}",
        "points: 0.4 * (min(amount / 100, 30))",
    ]


@pytest.mark.parametrize("folder", ["rulesets/demo", 'rule sets/mödel "x"', "."])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("whole", [True, False], ids=["ends in a line", "ends in the middle"])
def test_git_applies_it(tmp_path: Path, folder: str, ending: str, whole: bool):
    file = tmp_path / folder / "ruleset.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    before = RULESET.replace("\n", ending) if whole else RULESET.rstrip("\n").replace("\n", ending)
    file.write_bytes(before.encode())
    commit(tmp_path, "the model")

    after = edited(before, CHANGES)
    made = tmp_path / "points.patch"
    made.write_bytes(patch(file, before, after).encode())

    assert root_of(file) == tmp_path.resolve()
    git(tmp_path, "apply", "points.patch")
    assert file.read_bytes().decode() == after
    git(tmp_path, "apply", "--reverse", "points.patch")
    assert file.read_bytes().decode() == before


def test_patch_takes_it_where_there_is_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    file = Path("models/one.yaml")
    file.parent.mkdir()
    file.write_text(RULESET, encoding="utf-8")
    after = edited(RULESET, CHANGES)

    text = patch(file, RULESET, after)

    assert text.startswith("--- a/models/one.yaml\n+++ b/models/one.yaml\n@@")
    subprocess.run(["patch", "-p1"], input=text.encode(), check=True, capture_output=True)
    assert file.read_text(encoding="utf-8") == after


def test_a_file_outside_is_named_from_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    file = tmp_path / "model.yaml"
    file.write_text(RULESET, encoding="utf-8")

    assert patch(file, RULESET, edited(RULESET, CHANGES)).startswith("--- a/model.yaml\n")
    assert root_of(file) == tmp_path.resolve()


def test_nothing_to_change_is_no_patch(tmp_path: Path):
    assert patch(tmp_path / "x.yaml", RULESET, edited(RULESET, ())) == ""


def test_what_is_edited_can_still_be_read():
    loaded = load(edited(RULESET, CHANGES).encode(), "ruleset.yaml")

    assert loaded.document is not None
    assert not loaded.diagnostics
