from __future__ import annotations

from pathlib import Path

DEMO = ("demo", "log", "--leads", "20", "--days", "60")


def test_demo_writes_a_log_that_can_be_scored(cli, here: Path):
    made = cli(*DEMO)
    ruleset = "leadline: 1\nmodel: m\nscores: {s: {actions: {a: {event: page_view, points: 1}}}}\n"
    (here / "m.yaml").write_text(ruleset, encoding="utf-8")
    scored = cli("score", "m.yaml", "--data", "log", "--as-of", "2026-06-30", "--format", "csv")

    assert made.code == scored.code == 0
    assert made.out == ""
    assert "log/events.parquet" in made.err
    assert len(scored.records) >= 10


def test_the_same_arguments_write_the_same_log(cli, here: Path):
    cli(*DEMO, "--format", "csv")
    first = (here / "log/events.csv").read_bytes()

    again = cli(*DEMO, "--format", "csv", "--replace")
    other = cli(*DEMO, "--format", "csv", "--replace", "--seed", "8")

    assert again.code == other.code == 0
    assert (here / "log/events.csv").read_bytes() != first
    cli(*DEMO, "--format", "csv", "--replace")
    assert (here / "log/events.csv").read_bytes() == first


def test_data_that_are_there_are_not_overwritten_by_accident(cli, here: Path):
    (here / "log").mkdir()
    (here / "log/leads.csv").write_text("mine", encoding="utf-8")

    for replace in ((), ("--replace",)):  # a log in two formats would be loaded as two logs
        said = cli(*DEMO, *replace)
        assert said.code == 2
        assert "log has data already: leads.csv" in said.err
    assert [path.name for path in (here / "log").iterdir()] == ["leads.csv"]
