"""``leadline velocity``: what people read, what programs get, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

RULESET = """\
leadline: 1
model: tagged
stages:
  by: tag stage
  steps: [{name: new}, {name: engaged}, {name: ready}]
"""
SLA = "  sla: {new: 14 days}\n"
COLUMNS = [
    *("stage", "period", "period_end", "whole", "truncated"),
    *("in_all", "in_new", "in_forward", "in_backward"),
    *("out_all", "out_forward", "out_backward", "out_gone", "balance"),
    *("out_next", "conversion_next", "conversion_any"),
    *("timed", "untimed", "mean_days", "median_days", "p90_days"),
    *("km_stays", "km_left", "km_median_days", "km_low_days", "km_high_days"),
    *("sla_days", "due", "past_due"),
]


@pytest.fixture
def tagged(here: Path) -> Path:
    """Return the current folder: 24 leads enter in January, and half go on, a day apart."""
    rows = ["lead_id,tag,value,set_at"]
    owners = ["lead_id,owner,created_at"]
    for number in range(24):
        rows.append(f"l{number},stage,new,2026-01-{number + 1:02}T00:00:00Z")
        owner = "anna" if number % 4 else "ben"
        owners.append(f"l{number},{owner},2026-01-{number + 1:02}T00:00:00Z")
        if number % 2:
            rows.append(f"l{number},stage,engaged,2026-02-{number + 1:02}T00:00:00Z")
    rows.append("l1,stage,ready,2026-02-08T00:00:00Z")
    (here / "data").mkdir()
    (here / "data/lead_tags.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (here / "tagged.yaml").write_text(RULESET, encoding="utf-8")
    (here / "owners.csv").write_text("\n".join(owners) + "\n", encoding="utf-8")
    return here


ASKED = ("velocity", "tagged.yaml", "--data", "data", "--as-of", "2026-03-10")


def test_a_period_is_shown_beside_the_one_before(cli, tagged: Path):
    said = cli(*ASKED)

    moves, went, days = said.out.split("\n\n")
    assert [line.split() for line in moves.splitlines() if "─" not in line] == [
        ["2026-02", "(was:", "2026-01):", "moves"],
        ["stage", "in", "was", "forward", "was", "back", "was", "gone", "was", "inside", "was"],
        ["new", "0", "24", "12", "0", "0", "0", "0", "0", "12", "24"],
        ["engaged", "12", "0", "1", "0", "0", "0", "0", "0", "11", "0"],
        ["ready", "1", "0", "0", "0", "0", "0", "0", "0", "1", "0"],
    ]
    assert went.splitlines()[3].split() == ["new", "100.0", "100.0"]
    assert went.splitlines()[4].split() == ["engaged", "~100.0", "~100.0"]
    assert days.splitlines()[3].split() == [
        *("new", "31.0", "31.0", "31.0", "31.0", "-", "31.0", "to", "-")
    ]
    assert days.splitlines()[4].split()[:4] == ["engaged", "~6.0", "~6.0", "~6.0"]
    assert said.err.splitlines() == [
        "tagged until 2026-03-10 (UTC)",
        "~ from fewer than 10 who left or were seen long enough: may be chance",
        "- not reached: too many are still inside to tell",
    ]


def test_tables_fit_a_terminal(cli, tagged: Path, monkeypatch: pytest.MonkeyPatch):
    (tagged / "tagged.yaml").write_text(RULESET + SLA, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    for more in ((), ("--since", "2026-01-01"), ("--cohorts",), ("--moves",)):
        lines = cli(*ASKED, *more).out.splitlines()
        assert len(lines) > 4
        assert max(map(len, lines)) <= 80


def test_programs_get_every_figure_of_every_period(cli, tagged: Path):
    records = cli(*ASKED, "--format", "csv").records

    assert list(records[0]) == COLUMNS
    assert [(row["stage"], row["period"]) for row in records] == [
        (stage, f"2026-{month}-01")
        for stage in ("new", "engaged", "ready")
        for month in ("01", "02", "03")
    ]
    february = records[1]
    assert (february["conversion_next"], february["median_days"], february["timed"]) == (
        *("1", "31", "12"),
    )
    assert [row["whole"] for row in records[:3]] == ["true", "true", "false"]


def test_parquet_has_types(cli, tagged: Path):
    from leadline.engine.duckdb import Database  # noqa: PLC0415 - the rest reads text

    assert cli(*ASKED, "-o", "velocity.parquet").code == 0
    with Database() as database:
        types = dict(row[:2] for row in database.rows("DESCRIBE FROM 'velocity.parquet'"))
    assert list(types) == COLUMNS
    assert (types["period"], types["balance"], types["mean_days"], types["whole"]) == (
        *("DATE", "BIGINT", "DOUBLE", "BOOLEAN"),
    )


def test_a_service_level_is_shown_where_there_is_one(cli, tagged: Path):
    assert "past due" not in cli(*ASKED).out
    (tagged / "tagged.yaml").write_text(RULESET + SLA, encoding="utf-8")

    went = cli(*ASKED).out.split("\n\n")[1].splitlines()

    assert went[1].split()[-6:] == ["sla", "due", "was", "past", "due", "was"]
    assert went[3].split() == ["new", "100.0", "100.0", "14", "24", "17", "12", "17"]


def test_since_gives_each_period_a_row(cli, tagged: Path):
    moves = cli(*ASKED, "--since", "2026-02-10", "--stage", "new").out.split("\n\n")[0]

    assert [line.split() for line in moves.splitlines() if "─" not in line] == [
        ["new:", "moves"],
        ["month", "in", "forward", "back", "gone", "inside"],
        ["2026-02", "0", "12", "0", "0", "12"],
        ["2026-03", "so", "far", "0", "0", "0", "0", "12"],
    ]


def test_leads_are_told_apart_by_a_field(cli, tagged: Path):
    (tagged / "owners.csv").rename(tagged / "data/leads.csv")
    asked = (*ASKED, "--split", "lead.owner", "--stage", "engaged")

    moves = cli(*asked).out.split("\n\n")[0].splitlines()
    groups = {row["group"]: row["in_all"] for row in cli(*asked, "--format", "csv").records}

    assert moves[0] == "engaged, 2026-02 (was: 2026-01): moves"
    assert [line.split()[:2] for line in moves[3:]] == [["anna", "12"], ["ben", "0"]]
    assert set(groups) == {"anna", "ben"}


def test_cohorts_say_what_was_not_seen_long_enough(cli, tagged: Path):
    said = cli(*ASKED, "--cohorts", "--within", "31 days")
    [first, *_] = cli(*ASKED, "--cohorts", "--within", "31", "--format", "csv").records

    [table, engaged] = said.out.split("\n\n")
    assert table.splitlines()[0] == "new: who entered, and within 31 days"
    assert table.splitlines()[3].split() == [
        *("2026-01", "24", "0", "24", "12", "50.0", "12", "50.0", "0")
    ]
    assert engaged.splitlines()[4].split()[:3] == ["2026-02", "12", "9"]
    assert "open: entered less than 31 days ago, and in no share yet" in said.err
    assert (first["within_days"], first["seen"], first["seen_next"]) == ("31", "24", "12")


def test_moves_say_where_to(cli, tagged: Path):
    lines = cli(*ASKED, "--moves").out.splitlines()

    assert lines[0] == "2026-02 (was: 2026-01): moves, and days before them"
    assert lines[3].split() == [
        *("new", "to", "engaged", "12", "0", "100.0", "31.0", "31.0", "31.0")
    ]


def test_markdown_is_a_table_a_part(cli, tagged: Path):
    out = cli(*ASKED, "--format", "md").out
    assert out.count("### 2026-02 (was: 2026-01): ") == 3
    assert "| new" in out


def test_a_log_that_begins_in_mid_flight_is_said(cli, tagged: Path):
    (tagged / "data/leads.csv").write_text(
        "lead_id,created_at\nl0,2025-11-03T00:00:00Z\nl1,\n", encoding="utf-8"
    )

    said = cli(*ASKED, "--since", "2025-11-01", "--stage", "new")

    assert "the log begins on 2026-01-01: how leads moved before is not known" in said.err
    assert "1 left whose beginning is not known; they count in no time" in said.err
    assert "the log begins" not in cli(*ASKED).err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--stage", "engagd"), "did you mean `engaged`?"),
        (("--within", "30 days"), "--within goes with --cohorts"),
        (("--cohorts", "--within", "soon"), "write `30 days`"),
        (("--moves", "--cohorts"), "exclude each other"),
        (("--since", "2026-05-01"), "before it begins"),
        (("--since", "May"), "is no date"),
        (("--by", "year"), "year"),
        (("--account", "buying"), "no account score with stages"),
        (("--format", "parquet"), "-o FILE.parquet"),
    ],
)
def test_what_does_not_go_together_is_refused(
    cli, tagged: Path, options: tuple[str, ...], said: str
):
    refused = cli(*ASKED, *options)

    assert refused.code == 2
    assert said in refused.err
    assert refused.out == ""


def test_an_unknown_field_to_split_by_is_told(cli, tagged: Path):
    refused = cli(*ASKED, "--split", "lead.ownr")
    assert refused.code != 0
    assert "--split" in refused.err


def test_a_project_is_read_from_its_store(cli, filled: Path):
    said = cli("velocity", "--by", "week", "--as-of", "2026-03-15")

    assert said.out.splitlines()[0] == "2026-W11 (was: 2026-W10): moves"
    assert "small until 2026-03-15 (UTC)" in said.err


def test_accounts_move_too(cli, small: Path):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    steps = "stages: {by: score buying, steps: [{name: cold}, {name: warm, at: 40}]}"
    text = text.replace("committee: 2 leads at 10}", f"committee: 2 leads at 10, {steps}}}")
    (small / "small.yaml").write_text(text, encoding="utf-8")
    asked = ("velocity", "small.yaml", "--data", "data", "--account", "buying")

    records = cli(*asked, "--as-of", "2026-03-31", "--format", "csv").records

    march = [row for row in records if row["period"] == "2026-03-01"]
    names = ("stage", "in_all", "out_forward", "balance", "median_days")
    assert [tuple(row[name] for name in names) for row in march] == [
        ("cold", "0", "1", "1", "62.375"),
        ("warm", "1", "0", "1", ""),
    ]
    assert cli(*asked, "--split", "lead.owner").code == 2


@pytest.fixture
def sized(tagged: Path) -> Path:
    rows = [f"l{n},{n * 10},2026-01-{n + 1:02}T00:00:00Z" for n in range(24)]
    text = "\n".join(["lead_id,size,created_at", *rows, ""])
    (tagged / "data/leads.csv").write_text(text, encoding="utf-8")
    return tagged


def test_a_number_is_cut_into_bands(cli, sized: Path):
    said = cli(*ASKED, "--split", "lead.size", "--bands", "50,200", "--format", "csv")

    groups = {row["group"] for row in said.records}
    assert groups == {"1: below 50", "2: 50 to below 200", "3: 200 and more"}
    entered = dict.fromkeys(sorted(groups), 0)
    for row in said.records:
        if row["stage"] == "new":
            entered[row["group"]] += int(row["in_all"])
    assert list(entered.values()) == [5, 15, 4]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--split", "lead.size"], "`lead.size` is a number with 24 values"),
        (["--split", "lead.lead_id", "--bands", "1"], "--bands are for numbers"),
        (["--bands", "1"], "--bands goes with --split"),
        (["--split", "lead.size", "--bands", "5,2"], "does not rise"),
        (["--split", "lead.size", "--bands", "5;2"], "are no bounds"),
    ],
)
def test_what_makes_no_groups_is_refused(cli, sized: Path, options: list[str], why: str):
    said = cli(*ASKED, *options)

    assert said.code == 2
    assert why in said.err
