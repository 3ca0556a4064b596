from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests.forecast.relations import BEGIN, ruleset, write_tags
from tests.forecast.worlds import Stay, World, stays_of

WEEKS = 40
#: The Sunday on which the world ends.
END = (BEGIN + timedelta(weeks=WEEKS, days=-1)).date()
WORLD = World((15.0, 0.0), 0, 0, 0, (0.9, 1.2), (18.0, 10.0), ((0, 0.6, 0.4), (0.2, 0, 0.8)))
FORECAST = ("forecast", "ruleset.yaml", "--data", "data")
HEADINGS = (
    "stage,ahead,week,expected,low_80,high_80,low_95,high_95,entered,tests,error,covered_80,"
    "error_last_week,error_mean_of_4,beats_last_week,beats_mean_of_4"
)


def _write(folder: Path, stays: list[Stay], stages: int = 2) -> None:
    write_tags(stays, folder / "data")
    (folder / "ruleset.yaml").write_text(ruleset(stages), encoding="utf-8")


@pytest.fixture
def world(here: Path) -> Path:
    _write(here, stays_of(WORLD, Random(2), WEEKS))
    return here


def test_csv_has_a_row_for_each_stage_and_week(cli, world: Path):
    said = cli(*FORECAST, "--as-of", END, "--weeks", 3, "--format", "csv")

    assert said.code == 0
    assert said.out.splitlines()[0] == HEADINGS
    rows = said.records
    mondays = [(END + timedelta(days=1 + 7 * n)).isoformat() for n in range(3)]
    assert [(row["stage"], row["ahead"], row["week"]) for row in rows] == [
        (stage, str(n + 1), monday) for stage in ("s0", "s1") for n, monday in enumerate(mondays)
    ]
    for row in rows:
        ends = [int(row[name]) for name in ("low_95", "low_80", "high_80", "high_95")]
        assert ends == sorted(ends)
        assert int(row["low_80"]) <= float(row["expected"]) <= int(row["high_80"])
        assert row["tests"] == "12"
        assert 0.5 <= float(row["covered_80"]) <= 1
    assert rows[0]["beats_last_week"] == "true"


def test_a_table_says_how_it_did_before_and_whether_that_is_any_better(
    cli, world: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")

    said = cli(*FORECAST, "--as-of", END, "--weeks", 2)
    lines = said.out.splitlines()

    assert lines[0].split("  ")[0] == "stage"
    assert [line.split()[:2] for line in lines[2:8]] == [
        ["s0", "2025-10-13"],
        ["s0", "2025-10-20"],
        ["s0", "all"],
        ["s1", "2025-10-13"],
        ["s1", "2025-10-20"],
        ["s1", "all"],
    ]
    assert max(len(line) for line in lines) <= 80
    assert lines[9].startswith("s0: better than repeating the last week")
    assert "the log begins on 2025-01-06: who was inside before is not known\n" in said.err
    assert "by error such forecasts were wrong, in leads a week" in " ".join(said.err.split())


def test_every_format_has_the_same_figures(cli, world: Path):
    asked = (*FORECAST, "--as-of", END, "--weeks", 2)
    csv = cli(*asked, "--format", "csv").records
    rows = json.loads(cli(*asked, "--format", "json").out)
    markdown = cli(*asked, "-o", "forecast.md")
    parquet = cli(*asked, "-o", "forecast.parquet")

    assert [f"{row['expected']:.4f}" for row in rows] == [
        f"{float(row['expected']):.4f}" for row in csv
    ]
    assert [row["week"] for row in rows] == [row["week"] for row in csv]
    assert [str(row["high_95"]) for row in rows] == [row["high_95"] for row in csv]
    text = Path("forecast.md").read_text(encoding="utf-8")
    assert text.startswith("| stage | week | leads | 80% | 95% |")
    assert "\n- s1: " in text
    assert markdown.out == parquet.out == ""
    assert Path("forecast.parquet").read_bytes()[:4] == b"PAR1"


def test_a_week_that_is_not_over_is_left_out(cli, world: Path):
    sunday = cli(*FORECAST, "--as-of", END, "--format", "csv")
    saturday = cli(*FORECAST, "--as-of", END - timedelta(days=1), "--format", "csv")
    before = cli(*FORECAST, "--as-of", END - timedelta(weeks=1), "--format", "csv")

    assert sunday.out != before.out
    assert saturday.out == before.out
    assert "known until 2025-10-05: the week that was not over is the first ahead" in saturday.err
    assert "was not over" not in before.err


def test_one_stage_alone(cli, world: Path):
    whole = cli(*FORECAST, "--as-of", END, "--format", "csv").out.splitlines()
    one = cli(*FORECAST, "--as-of", END, "--format", "csv", "--stage", "s1").out.splitlines()

    assert one == [line for line in whole if line.startswith(("stage,", "s1,"))]


def test_a_stage_that_is_not_there(cli, world: Path):
    said = cli(*FORECAST, "--stage", "s7")

    assert said.code == 2
    assert "no stage is called `s7`" in said.err


def test_a_model_without_stages(cli, here: Path):
    _write(here, stays_of(WORLD, Random(2), 10))
    (here / "ruleset.yaml").write_text("leadline: 1\nmodel: world\n", encoding="utf-8")

    said = cli(*FORECAST)

    assert said.code == 2
    assert "the model has no stages" in said.err


def test_a_short_log_gives_no_figures(cli, world: Path):
    day = BEGIN.date() + timedelta(weeks=8, days=-1)

    people = cli(*FORECAST, "--as-of", day)
    programs = cli(*FORECAST, "--as-of", day, "--format", "csv")

    sentence = (
        f"no forecast: the log begins on 2025-01-06 and has 7 full weeks up to {day}; it takes 8"
    )
    assert people.out == f"{sentence}\n"
    assert programs.out == f"{HEADINGS}\n"
    assert sentence in programs.err
    assert people.code == programs.code == 0


def test_nobody_was_there_yet(cli, world: Path):
    said = cli(*FORECAST, "--as-of", date(2024, 1, 7))

    assert "nobody entered a stage until 2024-01-07" in said.out


def test_eight_weeks_give_figures_that_nothing_tells_the_error_of(cli, world: Path):
    day = BEGIN.date() + timedelta(weeks=9, days=-1)

    said = cli(*FORECAST, "--as-of", day, "--weeks", 1)
    nine = cli(*FORECAST, "--as-of", day + timedelta(weeks=2), "--weeks", 1)

    assert "s0: not tested" in said.out
    assert "as far as few weeks tell" in " ".join(nine.out.split())
    assert "~: from fewer than 10 leads or weeks, it may well be chance" in nine.err


def test_a_log_that_starts_in_mid_flight_does_not_take_its_start_for_arrivals(cli, here: Path):
    """300 are inside when the log begins; then 2 a week arrive."""
    there = [Stay(n, 0, 0.5, None, None, "enter") for n in range(300)]
    come = [
        Stay(1000 + 10 * week + n, 0, 7.0 * week + 1 + n, None, None, "enter")
        for week in range(1, 20)
        for n in range(2)
    ]
    _write(here, there + come)

    said = cli(*FORECAST, "--as-of", BEGIN.date() + timedelta(weeks=20, days=-1), "--format", "csv")

    assert {row["expected"] for row in said.records if row["stage"] == "s0"} == {"2"}


def test_nobody_arrives_and_a_stage_nobody_ever_left(cli, here: Path):
    """400 are inside when the log begins; 8 a week move on, and stay."""
    inside = [Stay(n, 0, 0.5, 7.0 + n * 0.875, 1, "enter") for n in range(160)]
    moved = [Stay(n, 1, 7.0 + n * 0.875, None, None, "forward") for n in range(160)]
    rest = [Stay(500 + n, 0, 0.5, None, None, "enter") for n in range(240)]
    _write(here, [stay for pair in zip(inside, moved, strict=True) for stay in pair] + rest)

    said = cli(*FORECAST, "--as-of", BEGIN.date() + timedelta(weeks=20, days=-1), "--format", "csv")

    assert "no leads come from outside; only those who are inside move" in said.err
    assert "nobody left s1 in 19 weeks: nobody is expected to" in said.err
    first = {row["stage"]: row for row in said.records if row["ahead"] == "1"}
    assert float(first["s0"]["expected"]) == int(first["s0"]["high_95"]) == 0
    # The hazard is 152 moves of the 6,232 lead-weeks of 19 weeks, and 248 are inside.
    lived = sum(400 - 8 * week for week in range(19))
    assert float(first["s1"]["expected"]) == pytest.approx(248 * 152 / lived, rel=0.01)
    assert first["s1"]["beats_last_week"] == "false"


def test_what_is_no_better_than_naive_says_so(cli, here: Path):
    """Exactly 5 a week arrive until 8 a week do: the last week is the best that can be said."""
    stays = [
        Stay(100 * week + n, 0, 7.0 * week + 0.5 + 0.5 * n, None, None, "enter")
        for week in range(30)
        for n in range(5 if week < 22 else 8)
    ]
    _write(here, stays)
    day = BEGIN.date() + timedelta(weeks=30, days=-1)

    said = cli(*FORECAST, "--as-of", day)
    rows = cli(*FORECAST, "--as-of", day, "--format", "csv").records

    assert "s0: no better than repeating the last week" in said.out
    assert "s1: nobody entered in the weeks tested, and nobody was expected" in said.out
    assert {row["beats_last_week"] for row in rows} == {"false"}


def test_an_interval_that_was_too_narrow_is_said_to_be(cli, here: Path):
    """Arrivals double every three weeks, faster than any level follows."""
    stays = [
        Stay(1000 * week + n, 0, 7.0 * week + 0.5 + n * 0.01, None, None, "enter")
        for week in range(24)
        for n in range(round(2 ** (week / 3)))
    ]
    _write(here, stays)

    said = cli(*FORECAST, "--as-of", BEGIN.date() + timedelta(weeks=24, days=-1), "--stage", "s0")

    assert "the 80% interval was too narrow, it held" in " ".join(said.out.split())


def test_computed_stages(cli, filled: Path):
    said = cli("forecast", "--as-of", "2026-06-30", "--weeks", 1, "--backtest", 0)

    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[2:5]] == ["aware", "engaged", "ready"]
    assert cli("forecast", "--account", "buying").code == 2


def test_the_running_week_is_that_of_the_models_timezone(cli, here: Path):
    _write(here, stays_of(WORLD, Random(2), WEEKS))
    (here / "ruleset.yaml").write_text(ruleset(2, "Asia/Tokyo"), encoding="utf-8")
    midnight = datetime(END.year, END.month, END.day, 15)

    over = cli(*FORECAST, "--as-of", f"{midnight.isoformat()}+00:00", "--format", "csv")
    not_over = cli(*FORECAST, "--as-of", f"{END.isoformat()}T14:59:00+00:00", "--format", "csv")

    assert over.records[0]["week"] == "2025-10-13"
    assert not_over.records[0]["week"] == "2025-10-06"


def test_what_few_leads_made_is_marked(cli, here: Path):
    """One of the two stages was entered nine times."""
    stays = [
        Stay(n, 0, 8.0 + 1.7 * n, 9.0 + 1.7 * n if n < 9 else None, 1 if n < 9 else None, "enter")
        for n in range(120)
    ]
    moved = [Stay(n, 1, 9.0 + 1.7 * n, None, None, "forward") for n in range(9)]
    _write(here, [Stay(999, 0, 0.5, None, None, "enter"), *stays, *moved])
    day = BEGIN.date() + timedelta(weeks=30, days=-1)

    said = cli(*FORECAST, "--as-of", day)
    rows = cli(*FORECAST, "--as-of", day, "--format", "csv").records

    first = {line.split()[0]: line.split()[2] for line in reversed(said.out.splitlines()[2:19])}
    assert first["s1"].startswith("~")
    assert not first["s0"].startswith("~")
    assert {row["entered"] for row in rows if row["stage"] == "s1"} == {"9"}
    assert "~: from fewer than 10 leads or weeks" in said.err
