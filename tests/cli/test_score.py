from __future__ import annotations

from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

CSV = """\
lead_id,score,per,value
ada,fit,,40
ada,interest,motors,5
ada,readiness,,30
ben,fit,,0
ben,readiness,,20
dee,fit,,40
dee,readiness,,0
eve,fit,,0
eve,readiness,,10
"""

DAY = ("score", "--as-of", "2026-06-30")
SCORE = ("score", "small.yaml", "--data", "data", "--as-of", "2026-06-30")


def test_csv_is_results_only_and_the_date_goes_beside(cli, filled: Path):
    said = cli(*DAY, "--format", "csv")

    assert said.code == 0
    assert said.out == CSV
    assert "small as of 2026-06-30 (UTC): 4 leads" in said.err


def test_a_past_day_is_another_result(cli, filled: Path):
    said = cli("score", "--as-of", "2026-03-02", "--format", "csv")

    values = {(row["lead_id"], row["score"]): row["value"] for row in said.records}
    assert values[("ada", "readiness")] == "30"
    assert values[("ben", "readiness")] == "0"
    assert ("dee", "readiness") not in values
    assert ("ada", "interest") not in values


def test_json_is_the_same_rows(cli, filled: Path):
    said = cli(*DAY, "--format", "json")

    rows = [[row["lead_id"], row["score"], row["per"], f"{row['value']:g}"] for row in said.json]
    assert rows == [line.split(",") for line in CSV.splitlines()[1:]]


def test_markdown_is_a_table_with_numbers_to_the_right(cli, filled: Path):
    lines = cli(*DAY, "--format", "md").out.splitlines()

    assert lines[:3] == [
        "| lead_id | score | per | value |",
        "| --- | --- | --- | ---: |",
        "| ada | fit |  | 40 |",
    ]
    assert len(lines) == 2 + 9


def test_a_table_has_numbers_below_each_other(cli, filled: Path):
    lines = cli(*DAY).out.splitlines()

    assert lines[0] == "lead_id  score      per     value"
    assert lines[1] == "─" * len(lines[0])
    assert lines[2] == "ada      fit                   40"
    assert lines[3] == "ada      interest   motors      5"


def test_parquet_is_the_same_rows(cli, small: Path):
    said = cli(*SCORE, "--format", "parquet", "-o", "scores.parquet")

    assert said.code == 0
    assert said.out == ""
    with Database() as database:
        columns, rows = database.table("SELECT * FROM 'scores.parquet'")
    assert columns == ("lead_id", "score", "per", "value")
    assert [[*row[:3], f"{row[3]:g}"] for row in rows] == [
        line.split(",") for line in CSV.splitlines()[1:]
    ]


def test_parquet_cannot_be_printed(cli, filled: Path):
    said = cli(*DAY, "--format", "parquet")

    assert said.code == 2
    assert said.out == ""
    assert "add `-o FILE.parquet`" in said.err


@pytest.mark.parametrize("name", ["scores.csv", "scores.CSV"])
def test_the_ending_of_the_file_says_the_format(cli, small: Path, name: str):
    said = cli(*SCORE, "-o", name)

    assert said.out == ""
    assert (small / name).read_text(encoding="utf-8") == CSV


def test_an_earlier_file_is_replaced_through_its_link(cli, small: Path):
    (small / "old.csv").write_text("old", encoding="utf-8")
    (small / "latest.csv").symlink_to("old.csv")

    cli(*SCORE, "-o", "latest.csv")

    assert (small / "latest.csv").is_symlink()
    assert (small / "old.csv").read_text(encoding="utf-8") == CSV


@pytest.mark.parametrize("format_", ["csv", "parquet", "table"])
def test_a_file_that_cannot_be_written_is_exit_2(cli, small: Path, format_: str):
    said = cli(*SCORE, "--format", format_, "-o", "nowhere/scores.out")

    assert said.code == 2
    assert "nowhere/scores.out cannot be written" in said.err
    assert not (small / "nowhere").exists()


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_a_file_is_whole_or_not_there(
    cli, small: Path, monkeypatch: pytest.MonkeyPatch, format_: str
):
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    before = set(small.iterdir())
    (small / "scores.out").write_text("before", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", fail)

    said = cli(*SCORE, "--format", format_, "-o", "scores.out")

    assert said.code == 2
    assert "No space left on device" in said.err
    assert (small / "scores.out").read_text(encoding="utf-8") == "before"
    assert set(small.iterdir()) - before == {small / "scores.out"}


def test_a_folder_is_no_file_to_write(cli, filled: Path):
    assert cli(*DAY, "-o", "data").code == 2


@pytest.mark.parametrize(("most", "code"), [("0", 1), ("1", 0)])
def test_rejects_count_only_where_asked(cli, small: Path, most: str, code: int):
    with (small / "data/events.csv").open("a", encoding="utf-8") as file:
        file.write("9,ben,yesterday,talk,,\n")

    plain = cli(*SCORE, "--format", "csv")
    asked = cli(*SCORE, "--format", "csv", "--max-rejects", most)

    assert plain.code == 0
    assert asked.code == code
    assert plain.out == asked.out == CSV
    assert "warning: 1 row was rejected\n  events.csv:10: occurred_at" in plain.err


def test_files_that_are_left_out_are_named(cli, small: Path):
    (small / "data/oportunities.csv").write_text("a\n1\n", encoding="utf-8")

    said = cli(*SCORE, "--format", "csv")

    assert said.out == CSV
    assert "oportunities.csv is left out" in said.err
    assert "did you mean `opportunities`?" in said.err


def test_a_project_needs_no_arguments(cli, small_project: Path):
    cli("run", "--as-of", "2026-01-01")

    assert cli("score", "--as-of", "2026-06-30", "--format", "csv").out == CSV


def test_before_the_first_run_the_way_on_is_told(cli, small_project: Path):
    said = cli("score")

    assert said.code == 2
    assert "there is no store" in said.err
    assert "`leadline run` makes and fills it" in said.err


def test_nobody_yet_is_said_in_words(cli, small: Path):
    day = ("score", "small.yaml", "--data", "data", "--as-of", "2020-01-01")

    assert cli(*day).out == "no scores on 2020-01-01\n"
    assert cli(*day, "--format", "csv").out == "lead_id,score,per,value\n"
    assert cli(*day, "--format", "json").out == "[]\n"


def test_numbers_as_text_are_the_same_by_the_engine_and_here(cli, small: Path):
    values = ["0.00004", "-0.00004", "12.34565", "-7.10", "1e5", "333333.3333", "0.1", "2.675"]
    scores = "".join(
        f"  s{i}: {{facts: {{r: {{when: lead.job_title is present, points: {value}}}}}}}\n"
        for i, value in enumerate(values)
    )
    (small / "small.yaml").write_text(f"leadline: 1\nmodel: m\nscores:\n{scores}")

    table = [line.split() for line in cli(*SCORE).out.splitlines()[2:]]
    by_engine = cli(*SCORE, "--format", "csv").records

    assert [(row["lead_id"], row["score"], row["value"]) for row in by_engine] == [
        (line[0], line[1], line[-1]) for line in table
    ]
    ada = [row["value"] for row in by_engine if row["lead_id"] == "ada"]
    assert ada[:2] == ["0", "0"]
    assert ada[3:7] == ["-7.1", "100000", "333333.3333", "0.1"]
