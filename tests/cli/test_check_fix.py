"""``leadline check --fix``: what it writes, and what it leaves alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from leadline.checking.fixing import Fixed
from leadline.cli.mending import write_mended
from leadline.errors import UsageError
from leadline.pipeline import read_ruleset

RULESET = """\
leadline: 1
model: m
scores:
  r:
    actions:
      # a remark
      one: {event: demo_request, points: 5}  # leadline: ignore LL119
      two: {event: webinra, points: 5}  # ends here"""


@pytest.fixture
def found(small: Path) -> Path:
    (small / "m.yaml").write_text(RULESET, encoding="utf-8")
    return small


SAFE = RULESET.replace("  # leadline: ignore LL119", "")
UNSAFE = SAFE.replace("webinra", "webinar")


def test_the_summary_says_what_can_be_fixed(cli, found: Path):
    said = cli("check", "m.yaml", "--data", "data")

    assert said.code == 1
    assert said.out.endswith(
        "2 warnings in 1 file; 1 can be fixed with --fix, 1 more with --fix --unsafe\n"
    )


def test_safe_fixes_are_written_and_the_rest_is_told(cli, found: Path):
    said = cli("check", "m.yaml", "--data", "data", "--fix")

    assert (found / "m.yaml").read_text() == SAFE
    assert said.code == 1
    assert "1 fixed in 1 file" in said.err
    assert "LL190" not in said.out
    assert "LL151" in said.out


def test_unsafe_fixes_are_written_where_asked_for(cli, found: Path):
    said = cli("check", "m.yaml", "--data", "data", "--fix", "--unsafe")

    assert (found / "m.yaml").read_text() == UNSAFE
    assert (said.code, said.out) == (0, "")
    assert "2 fixed in 1 file" in said.err
    assert "nothing found" in said.err


def test_a_second_time_nothing_is_left_to_fix(cli, found: Path):
    cli("check", "m.yaml", "--data", "data", "--fix", "--unsafe")

    said = cli("check", "m.yaml", "--data", "data", "--fix", "--unsafe")

    assert (said.code, said.out) == (0, "")
    assert "nothing can be fixed" in said.err
    assert (found / "m.yaml").read_text() == UNSAFE


def test_a_diff_writes_nothing(cli, found: Path):
    said = cli("check", "m.yaml", "--data", "data", "--diff", "--unsafe")

    assert (found / "m.yaml").read_text() == RULESET
    assert said.code == 1
    assert said.out == (
        "--- m.yaml\n+++ m.yaml\n@@ -4,5 +4,5 @@\n   r:\n     actions:\n       # a remark\n"
        "-      one: {event: demo_request, points: 5}  # leadline: ignore LL119\n"
        "-      two: {event: webinra, points: 5}  # ends here\n\\ No newline at end of file\n"
        "+      one: {event: demo_request, points: 5}\n"
        "+      two: {event: webinar, points: 5}  # ends here\n\\ No newline at end of file\n"
    )
    assert "2 would be fixed in 1 file" in said.err


def test_a_diff_of_nothing_is_nothing(cli, found: Path):
    (found / "m.yaml").write_text(UNSAFE)

    said = cli("check", "m.yaml", "--data", "data", "--diff")

    assert (said.code, said.out) == (0, "")


def test_the_bytes_around_are_kept(cli, found: Path):
    file = found / "m.yaml"
    crlf = "\ufeff" + RULESET.replace("\n", "\r\n")
    file.write_bytes(crlf.encode())
    file.chmod(0o640)

    cli("check", "m.yaml", "--data", "data", "--fix", "--unsafe")

    assert file.read_bytes() == ("\ufeff" + UNSAFE.replace("\n", "\r\n")).encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in found.iterdir() if path.name.startswith(".")) == []


def test_a_link_stays_one(cli, found: Path):
    (found / "link.yaml").symlink_to(found / "m.yaml")

    cli("check", "link.yaml", "--data", "data", "--fix")

    assert (found / "link.yaml").is_symlink()
    assert (found / "m.yaml").read_text() == SAFE


def test_an_error_with_one_near_name(cli, found: Path):
    (found / "m.yaml").write_text(RULESET.replace("event: demo", "evnt: demo"))

    kept = cli("check", "m.yaml", "--fix")
    said = cli("check", "m.yaml", "--data", "data", "--fix", "--unsafe")

    assert kept.code == 3
    assert "1 error in 1 file; 1 can be fixed with --fix --unsafe" in kept.out
    assert said.code == 0
    assert (found / "m.yaml").read_text() == UNSAFE


def test_a_file_that_is_no_utf8_is_left_alone(cli, found: Path):
    content = RULESET.replace("event: demo", "evnt: demo").encode() + b" \xff"
    (found / "m.yaml").write_bytes(content)

    said = cli("check", "m.yaml", "--fix", "--unsafe")

    assert said.code == 3
    assert (found / "m.yaml").read_bytes() == content
    assert "is left as it is" in said.err


def test_a_write_that_fails_leaves_the_file_whole(
    cli, found: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    said = cli("check", "m.yaml", "--data", "data", "--fix")

    assert said.code == 2
    assert "m.yaml cannot be written: No space left on device" in said.err
    assert (found / "m.yaml").read_text() == RULESET
    assert [path.name for path in found.iterdir() if path.name.startswith(".")] == []


def test_a_file_that_somebody_else_changes_meanwhile_is_left_alone(found: Path):
    file = read_ruleset(found / "m.yaml")
    (found / "m.yaml").write_text("theirs")

    with pytest.raises(UsageError, match="changed by somebody else"):
        write_mended(file, Fixed("ours", (), ()))

    assert (found / "m.yaml").read_text() == "theirs"


def test_only_the_files_that_change_are_written(cli, found: Path):
    (found / "good.yaml").write_text(UNSAFE.replace("model: m", "model: n"))
    before = (found / "good.yaml").stat().st_mtime_ns

    said = cli("check", "m.yaml", "good.yaml", "--data", "data", "--fix", "--unsafe")

    assert said.code == 0
    assert (found / "good.yaml").stat().st_mtime_ns == before


def test_unsafe_alone_is_exit_2(cli, found: Path):
    said = cli("check", "m.yaml", "--unsafe")

    assert said.code == 2
    assert "--unsafe alone" in said.err
