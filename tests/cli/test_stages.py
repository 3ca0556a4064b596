from __future__ import annotations

from pathlib import Path

import pytest

DAY = ("--as-of", "2026-03-10")
CSV = """\
lead_id,stage,entered_at,left_at,direction,cause
ada,aware,2026-01-01T00:00:00+00:00,2026-03-01T09:00:00+00:00,enter,created
ada,ready,2026-03-01T09:00:00+00:00,,forward,event 1: demo
ben,aware,2026-01-02T00:00:00+00:00,2026-03-04T09:00:00+00:00,enter,created
ben,ready,2026-03-04T09:00:00+00:00,,forward,event 4: demo
eve,aware,2026-01-05T00:00:00+00:00,2026-03-08T09:00:00+00:00,enter,created
eve,engaged,2026-03-08T09:00:00+00:00,,forward,event 8: webinar
"""


def test_csv_has_every_spell(cli, filled: Path):
    said = cli("stages", *DAY, "--format", "csv")

    assert said.code == 0
    assert said.out == CSV
    assert said.err == "small until 2026-03-10 (UTC)\n"


def test_a_table_counts_leads_and_the_moves_of_30_days(cli, filled: Path):
    said = cli("stages", *DAY)

    assert [line.split() for line in said.out.splitlines()] == [
        ["stage", "leads", "%", "entered", "forward", "backward", "gone"],
        ["─" * len(said.out.splitlines()[1])],
        ["aware", "0", "0", "0", "3", "0", "0"],
        ["engaged", "1", "33.3", "1", "0", "0", "0"],
        ["ready", "2", "66.7", "2", "0", "0", "0"],
    ]
    assert "entered, forward, backward, gone: from 2026-02-09 to 2026-03-10\n" in said.err


def test_moves_before_the_30_days_are_not_counted(cli, filled: Path):
    rows = [line.split() for line in cli("stages", "--as-of", "2026-04-03").out.splitlines()[2:]]

    assert rows[0] == ["aware", "0", "0", "0", "1", "0", "0"]
    assert rows[1] == ["engaged", "1", "33.3", "1", "0", "0", "0"]
    assert rows[2] == ["ready", "2", "66.7", "0", "0", "0", "0"]


def test_backward_and_gone_are_told_apart(cli, small: Path):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    (small / "small.yaml").write_text(
        text.replace("    groups:", "      bored: {event: bored, points: -100}\n    groups:", 1),
        encoding="utf-8",
    )
    with (small / "data/events.csv").open("a", encoding="utf-8") as file:
        file.write("20,ada,2026-03-09T09:00:00Z,bored,,\n")
    (small / "data/lead_history.csv").write_text(
        "lead_id,field,value,changed_at\n"
        "ada,relation,lead,2025-01-01T00:00:00Z\n"
        "ben,relation,lead,2025-01-01T00:00:00Z\n"
        "ben,relation,competitor,2026-03-09T12:00:00Z\n"
        "eve,relation,lead,2025-01-01T00:00:00Z\n",
        encoding="utf-8",
    )
    stages = ("stages", "small.yaml", "--data", "data", *DAY)

    rows = [line.split() for line in cli(*stages).out.splitlines()[2:]]
    spells = cli(*stages, "--format", "csv").records

    assert rows[2] == ["ready", "0", "0", "2", "0", "1", "1"]
    assert [s["direction"] for s in spells if s["lead_id"] == "ada"] == [
        "enter",
        "forward",
        "backward",
    ]
    [*_, gone] = [s for s in spells if s["lead_id"] == "ben"]
    assert gone["left_at"] == "2026-03-09T12:00:00+00:00"


def test_the_spells_of_one_lead(cli, filled: Path):
    said = cli("stages", *DAY, "--lead", "ada")
    alone = cli("stages", *DAY, "--lead", "ada", "--format", "csv")

    assert said.out.splitlines()[3].split() == [
        *("ada", "ready", "2026-03-01", "09:00"),
        *("forward", "event", "1:", "demo"),
    ]
    assert alone.out.splitlines() == CSV.splitlines()[:3]


def test_daily_counts_are_those_of_the_spells(cli, filled: Path):
    span = ("--daily", "--from", "2026-02-28", "--to", "2026-03-09")

    rows = cli("stages", *span, "--format", "csv").records
    table = cli("stages", *span).out.splitlines()

    assert len(rows) == 3 * 10
    assert [tuple(row.values()) for row in rows[:6]] == [
        ("2026-02-28", "aware", "3"),
        ("2026-02-28", "engaged", "0"),
        ("2026-02-28", "ready", "0"),
        ("2026-03-01", "aware", "2"),
        ("2026-03-01", "engaged", "0"),
        ("2026-03-01", "ready", "1"),
    ]
    assert table[0].split() == ["day", "aware", "engaged", "ready"]
    assert table[2].split() == ["2026-02-28", "3", "0", "0"]
    assert table[-1].split() == ["2026-03-09", "0", "1", "2"]


def staged(small: Path, stages: str) -> tuple[str, ...]:
    """Write other stages for the small model; return the command that prints their spells."""
    text = (small / "small.yaml").read_text(encoding="utf-8")
    head = text[: text.index("stages:")]
    (small / "small.yaml").write_text(f"{head}stages:\n{stages}", encoding="utf-8")
    return ("stages", "small.yaml", "--data", "data", *DAY)


def test_stages_by_content(cli, small: Path):
    (small / "data/assets.csv").write_text("asset_id,product,stage\nguide,motors,engaged\n")
    command = staged(small, "  by: content\n  steps: [{name: aware}, {name: engaged}]\n")

    rows = cli(*command, "--lead", "ada", "--format", "csv").records

    assert [(row["stage"], row["entered_at"], row["direction"]) for row in rows] == [
        ("aware", "2026-01-01T00:00:00+00:00", "enter"),
        ("engaged", "2026-03-06T09:00:00+00:00", "forward"),
    ]


def test_stages_by_tag(cli, small: Path):
    command = staged(small, "  by: tag track\n  steps: [{name: new}, {name: nurture}]\n")

    rows = cli(*command, "--format", "csv").records

    assert [(row["lead_id"], row["stage"]) for row in rows] == [
        ("ada", "new"),
        ("ada", "nurture"),
        ("ben", "new"),
        ("eve", "new"),
    ]
    assert rows[1]["cause"] == "tag nurture"


def test_stages_of_accounts(cli, small: Path):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    steps = "stages: {by: score buying, steps: [{name: cold}, {name: warm, at: 40}]}"
    text = text.replace("committee: 2 leads at 10}", f"committee: 2 leads at 10, {steps}}}")
    (small / "small.yaml").write_text(text, encoding="utf-8")
    stages = ("stages", "small.yaml", "--data", "data", *DAY, "--account", "buying")

    said = cli(*stages, "--format", "csv")
    table = cli(*stages).out.splitlines()

    rows = said.records
    assert list(rows[0]) == ["account_id", *CSV.splitlines()[0].split(",")[1:]]
    assert [tuple(row.values())[:-1] for row in rows] == [
        ("acme", "cold", "2026-01-01T00:00:00+00:00", "2026-03-04T09:00:00+00:00", "enter"),
        ("acme", "warm", "2026-03-04T09:00:00+00:00", "", "forward"),
        ("bolt", "cold", "2026-01-05T00:00:00+00:00", "", "enter"),
    ]
    assert table[0].split()[:2] == ["stage", "accounts"]
    assert [line.split()[:2] for line in table[2:]] == [["cold", "1"], ["warm", "1"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-01-01"), "--from and --to go with --daily"),
        (("--daily", "--lead", "ada"), "--daily counts all leads"),
        (("--daily", "--from", "2199-01-01"), "before it begins (2199-01-01)"),
        (("--account", "buying", "--lead", "ada"), "exclude each other"),
        (("--account", "selling"), "no account score with stages is called `selling`"),
        (("--daily", "--as-of", "2026-01-01", "--to", "2026-01-01"), "choose one of them"),
        (("--lead", "adda"), "did you mean `ada`"),
    ],
)
def test_options_that_do_not_go_together_are_exit_2(
    cli, filled: Path, arguments: tuple[str, ...], said: str
):
    asked = cli("stages", *arguments)

    assert asked.code == 2
    assert asked.out == ""
    assert said in asked.err


def test_a_model_without_stages_is_exit_2(cli, small: Path):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    (small / "small.yaml").write_text(text[: text.index("stages:")], encoding="utf-8")

    said = cli("stages", "small.yaml", "--data", "data")

    assert said.code == 2
    assert "the model has no stages" in said.err


def test_nobody_is_told_as_zeros(cli, small: Path):
    day = ("stages", "small.yaml", "--data", "data", "--as-of", "2020-01-01")

    assert [line.split()[:3] for line in cli(*day).out.splitlines()[2:]] == [
        ["aware", "0", "0"],
        ["engaged", "0", "0"],
        ["ready", "0", "0"],
    ]
    assert cli(*day, "--format", "csv").out == CSV.splitlines()[0] + "\n"
