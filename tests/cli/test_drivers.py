from __future__ import annotations

from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

DAY = ("--as-of", "2026-03-10")
CSV = """\
stage,way,kind,driver,moves,of,share,few,compared_in,moved,moved_with,stayed,stayed_with,\
odds_ratio,low,high,few_compared
aware,into,model,created,3,3,1,true,,,,,,,,,
aware,out of,event,demo_request,2,3,0.6667,true,,,,,,,,,
aware,out of,event,webinar,1,3,0.3333,true,,,,,,,,,
engaged,into,event,webinar,1,1,1,true,,,,,,,,,
ready,into,event,demo_request,2,2,1,true,,,,,,,,,
"""


def test_csv_has_every_figure(cli, filled: Path):
    said = cli("drivers", *DAY, "--format", "csv")

    assert said.code == 0
    assert said.out == CSV


def test_lift_is_given_with_whom_it_compares(cli, filled: Path):
    said = cli("drivers", *DAY, "--window", "62 days", "--stage", "aware", "--out-of")

    first, heading, _, *rows = said.out.splitlines()
    assert first == "out of aware: 3? moves; of 3 stays in aware 2 moved on in 62 days"
    assert heading.split() == ["event", "moves", "%", "lift", "95%", "moved", "stayed"]
    assert [row.split() for row in rows] == [
        # (2 + 1) (1 + 1) / ((0 + 1) (0 + 1)), from the counts of two and one.
        ["demo_request", "2", "66.7?", "6.0?", "0.22-163", "100%", "0%"],
        ["webinar", "1", "33.3?"],
    ]
    assert "? is from fewer than 10\n" in said.err
    assert "small until 2026-03-10 (UTC)\n" in said.err


def test_only_one_stage_and_the_first_of_it(cli, filled: Path):
    rows = cli(
        "drivers", *DAY, "--stage", "aware", "--out-of", "--top", 1, "--format", "csv"
    ).records

    assert [(row["stage"], row["way"], row["driver"]) for row in rows] == [
        ("aware", "out of", "demo_request")
    ]
    assert "the first 1 of each; --top 0 has all\n" in cli("drivers", *DAY, "--top", 1).err


def test_rules_and_other_fields(cli, filled: Path):
    by_rule = cli("drivers", *DAY, "--by", "rule", "--stage", "ready", "--format", "csv").records
    by_asset = cli("drivers", *DAY, "--by", "asset.product", "--format", "csv").records

    assert [(row["driver"], row["moves"]) for row in by_rule] == [("readiness.demo", "2")]
    assert {row["driver"] for row in by_asset if row["kind"] == "event"} == {"(none)"}


def test_credit_side_by_side(cli, filled: Path):
    said = cli("drivers", *DAY, "--stage", "ready", "--credit", "all")

    assert [line.split() for line in said.out.splitlines()] == [
        ["into", "ready:", "2?", "moves", "up"],
        ["event", "touched", "first", "last", "linear", "position", "decay"],
        ["─" * len(said.out.splitlines()[2])],
        ["demo_request", "2", "2", "2", "2", "2", "2"],
    ]
    assert "credit: moves up, to the events of the 90 days before each\n" in said.err
    records = cli("drivers", *DAY, "--credit", "linear,last", "--format", "csv").records
    assert list(records[0]) == ["stage", "way", "touch", "touched", "of", "few", "linear", "last"]
    assert records[0]["touch"] == "(no touch)"


def test_parquet_and_json_and_markdown(cli, filled: Path, tmp_path: Path):
    file = tmp_path / "drivers.parquet"
    assert cli("drivers", *DAY, "-o", file).code == 0
    with Database() as database:
        assert database.value(f"SELECT sum(moves) FROM '{file}' WHERE way = 'into'") == 6
    assert cli("drivers", *DAY, "--format", "json").json[0]["driver"] == "created"
    markdown = cli("drivers", *DAY, "--format", "md").out
    assert markdown.count("### ") == 4
    assert "| created | 3 |" in markdown


def test_a_span_before_the_log_is_said_to_be_so(cli, filled: Path):
    said = cli("drivers", *DAY, "--since", "2025-06-01")

    assert "the log begins on 2026-01-01: who was inside before is not known\n" in said.err
    assert "the log begins" not in cli("drivers", *DAY, "--since", "2026-02-01").err


def test_stages_by_tag_that_nothing_says_the_beginning_of(cli, here: Path):
    (here / "crm.yaml").write_text(
        "leadline: 1\nmodel: crm\nstages: {by: tag deal, steps: [{name: open}, {name: won}]}\n"
    )
    (here / "data").mkdir()
    (here / "data/leads.csv").write_text("lead_id,owner\na,emma\n")
    (here / "data/lead_tags.csv").write_text(
        "lead_id,tag,value,set_at\na,deal,won,2026-01-05T00:00:00Z\n"
    )
    said = cli("drivers", "crm.yaml", "--data", "data", *DAY, "--format", "csv")

    assert [(row["stage"], row["driver"], row["moves"]) for row in said.records] == [
        ("open", "tag", "1"),
        ("won", "tag", "1"),
    ]
    assert "nothing says when 1 stay began: its move in is not counted\n" in said.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--by", "campain"), "did you mean `campaign`?"),
        (("--by", "lead.owner"), "events have no field `lead.owner`"),
        (("--by", "rule", "--credit", "last"), "credit is given to what leads did"),
        (("--credit", "lats"), "did you mean `last`?"),
        (("--window", "soon"), "write `30 days`"),
        (("--window", "0 days"), "from 1 to 36500 days"),
        (("--stage", "redy"), "did you mean `ready`?"),
        (("--since", "2026-03-11"), "the span ends (2026-03-10) before it begins"),
        (("--account", "buying"), "no account score with stages is called `buying`"),
        (("--format", "parquet"), "add `-o FILE.parquet`"),
    ],
)
def test_what_cannot_be_asked_is_said(cli, filled: Path, options, message: str):
    said = cli("drivers", *DAY, *options)

    assert said.code == 2
    assert message in said.err
    assert said.out == ""
