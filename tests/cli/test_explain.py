from __future__ import annotations

from pathlib import Path

import pytest

DAY = ("--as-of", "2026-06-30")


def test_every_rule_and_cap_is_told_and_the_total_is_the_score(cli, filled: Path):
    said = cli("explain", "ada", *DAY)

    assert said.code == 0
    assert said.err == ""
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[0] == "ada as of 2026-06-30 (small, UTC)"
    assert lines[1] == "stage ready, cell A1"
    assert "readiness 30" in lines
    assert "2026-03-01 09:00 demo_request +20" in lines
    assert "group events webinar, talk: 20 held to 10" in lines
    assert "= readiness 30" in lines
    assert "interest: motors 5" in lines
    assert "fit 40 grade A" in lines


def test_totals_are_the_scores_of_the_batch(cli, filled: Path):
    batch = cli("score", *DAY, "--format", "csv").records

    for lead in ("ada", "ben", "dee", "eve"):
        why = cli("explain", lead, *DAY, "--format", "json").json
        assert {(s["score"], s["per"], f"{s['value']:g}") for s in why["scores"]} == {
            (row["score"], row["per"], row["value"]) for row in batch if row["lead_id"] == lead
        }


def test_a_silent_rule_says_what_is_missing(cli, filled: Path):
    why = cli("explain", "ben", *DAY, "--format", "json").json

    silent = {s["rule"]: s["because"] for score in why["scores"] for s in score["silent"]}
    assert set(silent) == {"webinar", "talk", "chief"}
    assert "Student" in silent["chief"]


def test_one_score_alone(cli, filled: Path):
    why = cli("explain", "ada", *DAY, "--format", "json", "--score", "fit").json

    assert [score["score"] for score in why["scores"]] == ["fit"]


def test_all_shows_every_event(cli, small: Path):
    explain = ("explain", "ada", "small.yaml", "--data", "data", *DAY)
    with (small / "data/events.csv").open("a", encoding="utf-8") as file:
        for day in range(10, 15):
            file.write(f"p{day},ada,2026-03-{day}T09:00:00Z,page_view,guide,\n")

    some = cli(*explain).out
    every = cli(*explain, "--all").out

    assert "4 earlier events" in some
    assert some.count("page_view  +2.5") == 3
    assert every.count("page_view  +2.5") == 7
    assert "earlier" not in every


@pytest.mark.parametrize(
    ("lead", "day", "message", "hint"),
    [
        ("adaa", "2026-06-30", "no lead is called adaa", "did you mean `ada`?"),
        ("zzzzzzzz", "2026-06-30", "no lead is called zzzzzzzz", "`leadline leads` lists them"),
        ("cy", "2026-06-30", "the lead cy is left out by `leads:`", ""),
        ("eva", "2026-06-30", "the lead eva was merged into eve", "explain eve"),
        ("dee", "2026-04-30", "the lead dee does not exist yet on this date", ""),
    ],
)
def test_a_lead_without_scores_is_exit_2_and_says_why(
    cli, filled: Path, lead: str, day: str, message: str, hint: str
):
    said = cli("explain", lead, "--as-of", day)

    assert said.code == 2
    assert said.out == ""
    assert message in said.err
    assert hint in said.err


def test_an_unknown_score_is_exit_2(cli, filled: Path):
    said = cli("explain", "ada", *DAY, "--score", "fitt")

    assert said.code == 2
    assert "did you mean `fit`?" in said.err


def test_lines_keep_within_the_terminal(cli, new_project: Path, monkeypatch: pytest.MonkeyPatch):
    cli("run", "--as-of", "2026-06-30")
    [first] = cli("leads", "--as-of", "2026-06-30", "--limit", "1", "--format", "csv").records
    monkeypatch.setenv("COLUMNS", "80")

    said = cli("explain", first["lead_id"], "--as-of", "2026-06-30")

    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= 80
    assert "\n  0.6 * score.readiness + 0.4 * score.fit\n" in said.out


def test_an_explanation_goes_to_a_file(cli, filled: Path, tmp_path: Path):
    printed = cli("explain", "ada", *DAY).out

    assert cli("explain", "ada", *DAY, "-o", tmp_path / "ada.txt").out == ""
    assert (tmp_path / "ada.txt").read_text(encoding="utf-8") == printed
