from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from leadline.cli import check as check_command
from leadline.diagnostic import Code, Diagnostic, Place, Severity

WRONG = """\
leadline: 1
model: wrong
scores:
  readiness:
    actions:
      demo: {evnt: demo_request, points: 20}
      talk: {event: talk, where: lead.contry is DE, points: 5}
"""


@pytest.fixture
def wrong(small: Path) -> Path:
    (small / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    (small / "twice.yaml").write_text("leadline: 1\nmodel: a\nmodel: b\nscores: {}\n")
    return small


def test_every_mistake_of_every_file_at_once(cli, wrong: Path):
    said = cli("check", "small.yaml", "wrong.yaml", "twice.yaml", "--data", "data")

    assert said.code == 3
    assert said.err == ""
    for place in ("wrong.yaml:6:14", "wrong.yaml:7:34", "twice.yaml:3:1"):
        assert f"--> {place}" in said.out
    assert "did you mean `event`?" in said.out
    assert "did you mean `country`?" in said.out
    assert "small.yaml" not in said.out


def test_json_is_the_same_mistakes(cli, wrong: Path):
    said = cli("check", "wrong.yaml", "twice.yaml", "--data", "data", "--format", "json")

    assert said.code == 3
    assert said.out.endswith("]\n")
    places = {(found["file"], found["line"]) for found in said.json}
    assert places >= {("wrong.yaml", 6), ("wrong.yaml", 7), ("twice.yaml", 3)}
    assert all(found["severity"] == "error" and found["code"] for found in said.json)


def test_good_rulesets_have_no_result(cli, small: Path):
    alone = cli("check", "small.yaml")
    against = cli("check", "small.yaml", "--data", "data")
    as_json = cli("check", "small.yaml", "--format", "json")

    assert alone.code == against.code == as_json.code == 0
    assert alone.out == against.out == ""
    assert as_json.json == []
    assert "good in itself" in alone.err
    assert "1 ruleset is good against the columns of the data" in against.err


def test_a_project_is_checked_against_its_store(cli, small_project: Path):
    (small_project / "small.yaml").write_text(
        (small_project / "small.yaml").read_text().replace("lead.job_title", "lead.job_titel")
    )
    before = cli("check")
    cli("run")
    after = cli("check")

    assert before.code == 0
    assert after.code == 3
    assert "did you mean `job_title`?" in after.out


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        (Severity.WARNING, "warning", 1),
        (Severity.WARNING, "error", 0),
        (Severity.NOTE, "warning", 0),
        (Severity.ERROR, "error", 3),
    ],
)
def test_the_worst_finding_is_the_exit_code(
    cli, small: Path, monkeypatch: pytest.MonkeyPatch, severity: Severity, fail_on: str, code: int
):
    found = Diagnostic(
        Code("LL999", "a-finding", severity), "looks odd", Place("small.yaml", 2, 1, 2, 6)
    )
    monkeypatch.setattr(check_command, "check_ruleset", lambda *_: (None, (found,)))

    said = cli("check", "small.yaml", "--fail-on", fail_on)

    assert said.code == code
    assert "LL999" in said.out
    assert "2 | model: small" in said.out


def test_a_folder_of_rulesets_is_all_of_them(cli, wrong: Path):
    for name in ("small", "wrong"):
        folder = wrong / "rulesets" / name
        folder.mkdir(parents=True)
        shutil.copy(wrong / f"{name}.yaml", folder / "ruleset.yaml")

    assert cli("check", "rulesets/small").code == 0
    said = cli("check", "rulesets")
    assert said.code == 3
    assert "--> rulesets/wrong/ruleset.yaml:6:14" in said.out


def test_a_path_that_is_not_there_is_exit_2(cli, small: Path):
    said = cli("check", "small.yaml", "nope.yaml")

    assert said.code == 2
    assert "there is no ruleset nope.yaml" in said.err


def test_a_folder_without_a_ruleset_is_exit_2(cli, small: Path):
    assert cli("check", "data").code == 2


def test_a_file_that_cannot_be_read_is_exit_2(cli, small: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)

    said = cli("check", "small.yaml")

    assert said.code == 2
    assert "small.yaml: Permission denied" in said.err


def test_nothing_to_check_is_exit_2(cli, here: Path):
    said = cli("check")

    assert said.code == 2
    assert "there is nothing to check" in said.err


def test_any_bytes_are_told_as_a_mistake(cli, here: Path):
    (here / "bytes.yaml").write_bytes(bytes(range(256)))

    said = cli("check", "bytes.yaml")

    assert said.code == 3
    assert "bytes.yaml" in said.out
