from __future__ import annotations

from pathlib import Path

import pytest

SEGMENTS = """\
segments:
  hot: stage is ready and grade.fit is A
  tracked: tag.track is nurture
  first: top 1 by readiness
  quiet: quiet(readiness, 30 days)
"""


@pytest.fixture
def lists(small: Path) -> tuple[str, ...]:
    """Return the arguments of the small model with segments."""
    with (small / "small.yaml").open("a", encoding="utf-8") as file:
        file.write(SEGMENTS)
    return ("small.yaml", "--data", "data")


def test_members_and_who_joined_and_left(cli, lists: tuple[str, ...]):
    said = cli("segments", *lists, "--as-of", "2026-03-10")

    assert said.code == 0
    assert [line.split() for line in said.out.splitlines()] == [
        ["segment", "leads", "joined", "left"],
        ["─" * len(said.out.splitlines()[1])],
        ["hot", "1", "1", "0"],
        ["tracked", "1", "0", "0"],
        ["first", "1", "0", "0"],
        ["quiet", "0", "0", "3"],
    ]
    assert "joined, left: from 2026-02-09 to 2026-03-10" in said.err


def test_csv_is_the_same_table(cli, lists: tuple[str, ...]):
    said = cli("segments", *lists, "--as-of", "2026-03-10", "--format", "csv")

    assert (
        said.out
        == "segment,leads,joined,left\nhot,1,1,0\ntracked,1,0,0\nfirst,1,0,0\nquiet,0,0,3\n"
    )


def test_the_members_of_one_with_scores_and_reasons(cli, lists: tuple[str, ...]):
    said = cli("segments", *lists, "--as-of", "2026-03-10", "--members", "hot", "--format", "csv")

    [ada] = said.records
    assert list(ada)[:3] == ["lead_id", "entered_at", "account_id"]
    assert ada["entered_at"] == "2026-03-01T09:00:00+00:00"
    assert (ada["readiness"], ada["stage"], ada["tags"]) == ("30", "ready", "track=nurture")
    assert ada["reason_1"] == "demo +20"


def test_members_come_highest_first(cli, lists: tuple[str, ...]):
    day = ("--as-of", "2026-06-30", "--format", "csv")

    rows = cli("segments", *lists, *day, "--members", "quiet").records
    listed = cli("leads", *lists, *day, "--segment", "quiet").records

    assert [row["lead_id"] for row in rows] == ["ada", "ben", "eve", "dee"]
    assert listed == rows


def test_nobody_is_said_in_words(cli, lists: tuple[str, ...]):
    said = cli("segments", *lists, "--as-of", "2026-02-10", "--members", "hot")

    assert said.code == 0
    assert said.out == "no leads on hot on 2026-02-10\n"


def test_daily_counts(cli, lists: tuple[str, ...]):
    span = ("--daily", "--from", "2026-02-28", "--to", "2026-03-01")

    rows = cli("segments", *lists, *span, "--format", "csv").records
    table = cli("segments", *lists, *span).out.splitlines()

    assert [tuple(row.values()) for row in rows] == [
        ("2026-02-28", "hot", "0"),
        ("2026-02-28", "tracked", "1"),
        ("2026-02-28", "first", "1"),
        ("2026-02-28", "quiet", "3"),
        ("2026-03-01", "hot", "1"),
        ("2026-03-01", "tracked", "1"),
        ("2026-03-01", "first", "1"),
        ("2026-03-01", "quiet", "2"),
    ]
    assert table[0].split() == ["day", "hot", "tracked", "first", "quiet"]
    assert table[-1].split() == ["2026-03-01", "1", "1", "1", "2"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--members", "hott"), "did you mean `hot`?"),
        (("--members", "hot", "--daily"), "exclude each other"),
        (("--to", "2026-01-01"), "--from and --to go with --daily"),
        (("--daily", "--from", "2199-01-01"), "before it begins (2199-01-01)"),
    ],
)
def test_wrong_options_are_exit_2(
    cli, lists: tuple[str, ...], arguments: tuple[str, ...], said: str
):
    asked = cli("segments", *lists, *arguments)

    assert asked.code == 2
    assert asked.out == ""
    assert said in asked.err


def test_a_model_without_segments_is_exit_2(cli, filled: Path):
    said = cli("segments")

    assert said.code == 2
    assert "the model has no segments" in said.err
