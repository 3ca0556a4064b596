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
    assert lines[1] == "stage ready since 2026-03-01, cell A1"
    assert lines[2] == "tags track=nurture"
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


@pytest.fixture
def lists(small: Path) -> tuple[str, ...]:
    """Return the arguments of the small model with segments."""
    with (small / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("segments:\n  hot: stage is ready\n  cold: quiet(readiness, 60 days)\n")
        file.write("  first: top 1 by readiness\n  last: bottom 1 by readiness\n")
    return ("small.yaml", "--data", "data", *DAY)


def test_segments_are_told_with_since_when(cli, lists: tuple[str, ...]):
    lines = cli("explain", "ada", *lists).out.splitlines()
    why = cli("explain", "ada", *lists, "--format", "json").json

    assert lines[2:4] == [
        "on cold since 2026-05-01, hot since 2026-03-01",
        "not asked: first, last (--ranks)",
    ]
    assert (why["stage"], why["stage_since"]) == ("ready", "2026-03-01T09:00:00+00:00")
    assert why["segments"][1] == {"name": "hot", "since": "2026-03-01T09:00:00+00:00"}
    assert why["untold"] == ["first", "last"]
    assert why["tags"] == "track=nurture"


def test_ranks_take_all_leads(cli, lists: tuple[str, ...]):
    text = cli("explain", "ada", *lists, "--ranks").out

    assert "first since 2026-01-01" in text.splitlines()[2]
    assert "last" not in text.splitlines()[2]
    assert "not asked" not in text


def test_what_moved_adds_up_to_the_difference(cli, filled: Path):
    said = cli("explain", "ada", *DAY, "--since", "2026-03-01", "--format", "json")
    before = cli("score", "--as-of", "2026-03-01", "--format", "csv").records
    after = cli("score", *DAY, "--format", "csv").records

    def values(rows, name: str) -> dict[tuple[str, str], float]:
        return {(r["score"], r["per"]): float(r[name]) for r in rows if r["lead_id"] == "ada"}

    moved = {(score["score"], score["per"]): score for score in said.json["scores"]}
    assert {k: s["new"] for k, s in moved.items()} == values(after, "value")
    assert {k: s["old"] for k, s in moved.items() if s["old"] is not None} == values(
        before, "value"
    )
    for score in moved.values():
        assert sum(cause["points"] for cause in score["causes"]) == score["difference"]
        assert score["difference"] == score["new"] - (score["old"] or 0)
    assert [(c["cause"], c["points"], c["events"]) for c in moved["readiness", ""]["causes"]] == [
        ("webinar", 10, 1)
    ]
    assert moved["interest", "motors"]["causes"][0]["events"] == 2
    assert moved["fit", ""]["causes"] == []


def test_what_moved_is_told_in_words(cli, filled: Path):
    said = cli("explain", "ada", *DAY, "--since", "2026-02-28")

    assert said.code == 0
    assert (
        said.out
        == """\
ada from 2026-02-28 to 2026-06-30 (small, UTC)

readiness  0 -> 30
  demo            +20  1 event, 2026-03-01
  webinar         +10  1 event, 2026-03-02
  = change        +30

interest: motors  none -> 5
  reading          +5  2 events, 2026-03-06 to 2026-03-07
  = change         +5

fit  40, unchanged
"""
    )


def test_decay_and_events_of_one_instant_add_up(cli, here: Path):
    (here / "model.yaml").write_text(
        "leadline: 1\nmodel: m\nscores:\n  s:\n    actions:\n"
        "      a: {event: [talk, call], points: 10.1}\n      b: {event: talk, points: 0.7}\n"
        "    decay: {half_life: 7 days}\n",
        encoding="utf-8",
    )
    (here / "log").mkdir()
    (here / "log/events.csv").write_text(
        "event_id,lead_id,occurred_at,type\n"
        "x; event y: a,ada,2026-03-01T09:00:00Z,talk\n2,ada,2026-03-01T09:00:00Z,call\n"
        "3,ada,2026-03-05T09:00:00Z,call\n4,ada,2026-03-06T09:00:00Z,call\n",
        encoding="utf-8",
    )
    explain = ("explain", "ada", "model.yaml", "--data", "log", "--as-of", "2026-03-31")

    [score] = cli(*explain, "--since", "2026-02-01", "--format", "json").json["scores"]

    assert {c["cause"]: (c["events"], c["changes"]) for c in score["causes"]} == {
        "created; a, b": (2, 1),
        "decay": (0, 30),
        "a": (2, 2),
    }
    units = [round(cause["points"] * 10_000) for cause in score["causes"]]
    assert sum(units) == round(score["difference"] * 10_000) == round(score["new"] * 10_000)


def test_since_later_than_as_of_is_exit_2(cli, filled: Path):
    said = cli("explain", "ada", *DAY, "--since", "2026-07-01")

    assert said.code == 2
    assert said.out == ""
    assert "2026-07-01" in said.err
