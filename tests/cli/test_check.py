from __future__ import annotations

import shutil
from pathlib import Path

import pytest

WRONG = """\
leadline: 1
model: wrong
scores:
  readiness:
    actions:
      demo: {evnt: demo_request, points: 20}
      talk: {event: talk, where: lead.contry is DE, points: 5}
"""


GOOD = """\
leadline: 1
model: good
scores:
  readiness:
    actions:
      demo: {event: demo_request, points: 20}
"""


@pytest.fixture
def good(small: Path) -> Path:
    (small / "good.yaml").write_text(GOOD, encoding="utf-8")
    return small


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
    assert "small.yaml:" not in said.out.replace("--> small.yaml:10:41", "")  # a finding of its own


def test_json_is_the_same_mistakes(cli, wrong: Path):
    said = cli("check", "wrong.yaml", "twice.yaml", "--data", "data", "--format", "json")

    assert said.code == 3
    assert said.out.endswith("]\n")
    places = {(found["file"], found["line"]) for found in said.json}
    assert places >= {("wrong.yaml", 6), ("wrong.yaml", 7), ("twice.yaml", 3)}
    assert all(found["severity"] == "error" and found["code"] for found in said.json)


def test_good_rulesets_have_no_result(cli, good: Path):
    alone = cli("check", "good.yaml")
    against = cli("check", "good.yaml", "--data", "data")
    as_json = cli("check", "good.yaml", "--format", "json")

    assert alone.code == against.code == as_json.code == 0
    assert alone.out == against.out == ""
    assert as_json.json == []
    assert "nothing found: 1 ruleset is good in itself" in alone.err
    assert "nothing found: 1 ruleset is good against the data" in against.err


def test_a_project_is_checked_against_its_store(cli, small_project: Path):
    (small_project / "small.yaml").write_text(
        (small_project / "small.yaml").read_text().replace("lead.job_title", "lead.job_titel")
    )
    before = cli("check", "--fail-on", "error")
    cli("run")
    after = cli("check")

    assert before.code == 0
    assert "job_titel" not in before.out
    assert after.code == 3
    assert "did you mean `job_title`?" in after.out


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("warning", "warning", 1),
        ("warning", "error", 0),
        ("warning", "note", 1),
        ("note", "warning", 0),
        ("note", "note", 1),
        ("error", "error", 1),
    ],
)
def test_the_worst_finding_is_the_exit_code(
    cli, good: Path, severity: str, fail_on: str, code: int
):
    (good / "leadline.yaml").write_text(f"check: {{severity: {{past-until: {severity}}}}}\n")
    text = (good / "good.yaml").read_text().replace("points: 20", "points: 20, until: 2020-01-01")
    (good / "good.yaml").write_text(text)

    said = cli("check", "good.yaml", "--fail-on", fail_on)

    assert said.code == code
    assert f"{severity}[LL119] past-until" in said.out
    assert "6 |       demo: {event: demo_request, points: 20, until: 2020-01-01}" in said.out


def test_a_folder_of_rulesets_is_all_of_them(cli, wrong: Path):
    for name in ("small", "wrong"):
        folder = wrong / "rulesets" / name
        folder.mkdir(parents=True)
        shutil.copy(wrong / f"{name}.yaml", folder / "ruleset.yaml")

    assert cli("check", "rulesets/small", "--fail-on", "error").code == 0
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


AUDITS = "leadline: 1\naudits: {mails: {kind: nurture, metric: count(email_clik)}}\n"


def test_what_stands_beside_a_ruleset_is_checked_with_it(cli, good: Path):
    (good / "good.audits.yaml").write_text(AUDITS.replace("count", "cuont"), encoding="utf-8")
    (good / "good.reviews.yaml").write_text("leadline: 1\nreviews: [{on: 2026-01-01}]\n")

    for named in ("good.yaml", "good.audits.yaml", "good.reviews.yaml"):
        said = cli("check", named, "--format", "concise")
        assert said.code == 3
        lines = said.out.splitlines()
        assert [line.split(":")[0] for line in lines[:2]] == [
            *("good.audits.yaml", "good.reviews.yaml"),
        ]
        assert "LL042" in lines[0]
        assert "LL051" in lines[1]


def test_fixes_are_those_of_rulesets(cli, good: Path):
    (good / "good.audits.yaml").write_text(AUDITS, encoding="utf-8")
    said = cli("check", "good.yaml", "--data", "data", "--fix", "--unsafe")

    assert said.code == 1
    assert "no event is of type `email_clik`" in said.out
    assert "can be fixed" not in said.out
    assert (good / "good.audits.yaml").read_text(encoding="utf-8") == AUDITS


def test_a_file_of_audits_is_no_ruleset_to_other_commands(cli, good: Path):
    (good / "good.audits.yaml").write_text(AUDITS, encoding="utf-8")
    said = cli("score", "good.audits.yaml", "--data", "data")

    assert said.code == 2
    assert "good.audits.yaml is no ruleset" in said.err
    assert "name good.yaml" in said.err
