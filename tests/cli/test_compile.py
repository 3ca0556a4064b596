from __future__ import annotations

from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

COMPILE = ("compile", "small.yaml", "--as-of", "2026-06-30")


@pytest.mark.parametrize(
    ("until", "lines"),
    [
        ("document", ["model (2:1): 'small'", "    sales_ready (7:5): '30'"]),
        ("ruleset", ["Ruleset", "  model: small", "            where: -"][:2]),
        ("plan", ["Plan", "  timezone: UTC"]),
        ("query", ["-- reported"]),
        ("sql", ["-- small as of 2026-06-30 (UTC), for DuckDB"]),
    ],
)
def test_each_form_can_be_printed(cli, small: Path, until: str, lines: list[str]):
    said = cli(*COMPILE, "--until", until)

    assert said.code == 0
    assert said.err == ""
    assert set(lines) <= set(said.out.splitlines())


def test_expressions_are_printed_as_they_are_written(cli, small: Path):
    said = cli(*COMPILE, "--until", "ruleset")

    assert 'when: lead.job_title contains "Chief"' in said.out


@pytest.mark.parametrize("relation", ["scores", "reported", "score.readiness", "account.buying"])
def test_each_relation_is_one_statement_that_names_its_rules(cli, small: Path, relation: str):
    said = cli(*COMPILE, "--data", "data", "--relation", relation)

    assert said.code == 0
    assert "readiness.demo" in said.out
    with Database() as database:
        kind = database.value("SELECT json_serialize_sql(?)", [said.out])
    assert '"error":false' in str(kind)


def test_by_event_there_is_a_relation_a_rule(cli, small: Path):
    by_day = cli(*COMPILE).out
    by_event = cli(*COMPILE, "--by-event").out

    assert '"readiness.demo matches"' in by_event
    assert '"readiness.demo matches"' not in by_day


def test_an_unknown_relation_is_exit_2(cli, small: Path):
    said = cli(*COMPILE, "--relation", "scors")

    assert said.code == 2
    assert "no relation is called `scors`" in said.err
    assert "`scores`" in said.err


def test_the_columns_of_the_data_are_checked_where_given(cli, small: Path):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    (small / "small.yaml").write_text(text.replace("lead.job_title", "lead.job_titel"))

    without, against = cli(*COMPILE), cli(*COMPILE, "--data", "data")

    assert without.code == 0
    assert against.code == 3
    assert "did you mean `job_title`?" in against.err


def test_compile_writes_to_a_file(cli, small: Path):
    printed = cli(*COMPILE).out

    assert cli(*COMPILE, "-o", "scores.sql").out == ""
    assert (small / "scores.sql").read_text(encoding="utf-8") == printed


def test_the_only_ruleset_of_a_project_needs_no_name(cli, small_project: Path):
    assert cli("compile", "--as-of", "2026-06-30").out == cli(*COMPILE).out


def test_the_same_ruleset_is_the_same_sql(cli, small: Path):
    assert cli(*COMPILE, "--data", "data").out == cli(*COMPILE, "--data", "data").out
