"""``leadline review``: the page, its formats, what it says of little or odd data."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

RULESET = """\
leadline: 1
model: small
timezone: UTC
scores:
  readiness:
    sales_ready: 30
    actions:
      demo: {event: demo_request, points: 30}
      talk: {event: talk, points: -5}
      fax: {event: fax, points: 1}
  priority: {formula: 2 * score.readiness}
"""
BEGIN = datetime(2026, 1, 5, 9)
NAMED = (
    "review",
    "small.yaml",
    "--data",
    "data",
    "--as-of",
    "2026-06-30",
    "--weeks",
    "20",
    "--within",
    "90 days",
)

TITLES = [
    "Do sales-ready leads become opportunities?",
    "Do higher scores mean more?",
    "Does sales accept the leads it is offered?",
    "What do salespeople say?",
    "Does each rule point the right way?",
    "Does every rule do something?",
]


def written(folder: Path, name: str, head: str, rows: list[str]) -> None:
    (folder / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def log(here: Path) -> Path:
    """Return the current folder: 120 leads, of whom every third asks for a demo and buys."""
    data = here / "data"
    data.mkdir()
    (here / "small.yaml").write_text(RULESET, encoding="utf-8")
    leads, events, deals, offers = [], [], [], []
    for number in range(120):
        day = BEGIN + timedelta(days=number % 60)
        leads.append(f"l{number},{day.isoformat()}")
        events.append(f"l{number},{(day + timedelta(days=2)).isoformat()},page_view")
        kind = "demo_request" if number % 3 == 0 else "talk"
        events.append(f"l{number},{(day + timedelta(days=5)).isoformat()},{kind}")
        if number % 3 == 0 or number % 30 == 1:
            began = day + timedelta(days=20)
            closed = began + timedelta(days=9)
            won = "true" if number % 2 else "false"
            deals.append(f"o{number},l{number},{began.isoformat()},{closed.isoformat()},{won}")
        decided = datetime(2026, 6, 1) + timedelta(hours=number)
        offers.append(
            f"l{number},2026-05-01T00:00:00,{decided.isoformat()},{str(number < 40).lower()},"
            + ("" if number < 40 else "no budget")
        )
    written(data, "leads", "lead_id,created_at", leads)
    written(data, "events", "lead_id,occurred_at,type", events)
    written(data, "opportunities", "opportunity_id,lead_id,created_at,closed_at,won", deals)
    written(data, "handoffs", "lead_id,offered_at,decided_at,accepted,reason", offers)
    said = [f"l{n},talk,2026-06-0{n + 1}T09:00:00Z,anna,bad,too early" for n in range(7)]
    said.append('l9,gone,2026-06-09T09:00:00Z,ben,good,"odd \u202e, `code` | and ' + "x" * 99 + '"')
    written(data, "feedback", "lead_id,rule,at,by,verdict,note", said)
    return here


def test_a_page_has_each_point_with_a_verdict_and_what_to_do(cli, log: Path):
    said = cli(*NAMED)

    assert said.code == 0
    lines = said.out.splitlines()
    for number, title in enumerate(TITLES, 1):
        [heading] = [line for line in lines if line.startswith(f"{number}. {title} ")]
        [listed] = [line for line in lines if line.startswith(f"{number}  {title} ")]
        verdict = heading.removeprefix(f"{number}. {title} ")
        assert verdict in ("good", "look at this", "cannot be told yet")
        assert listed.endswith(f"  {verdict}")
    assert sum(line.startswith("Do: ") for line in lines) >= 6
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "`leadline audit due` says when the next review is due."


def test_the_verdicts_are_those_of_the_data(cli, log: Path):
    told = json.loads(cli(*NAMED, "--format", "json").out)

    verdicts = {point["section"]: point["verdict"] for point in told["points"]}
    assert verdicts == {
        "ready": "good",
        "bands": "good",
        "acceptance": "look at this",
        "feedback": "look at this",
        "lift": "good",
        "use": "look at this",
    }
    figures = {point["section"]: point["figures"] for point in told["points"]}
    contrast = figures["ready"]["contrast"]
    assert (contrast["with"]["leads"], contrast["with"]["happened"]) == (40, 40)
    assert figures["ready"]["opportunities_of_ready"]["deals"] == 40
    assert figures["ready"]["opportunities_of_others"]["deals"] == 4
    assert (figures["acceptance"]["lately"], figures["acceptance"]["refused_lately"]) == (120, 80)
    assert figures["acceptance"]["review_now"]
    assert figures["acceptance"]["reasons"] == [{"reason": "no budget", "times": 80}]
    assert [use["rule"] for use in figures["use"]["rules"] if use["never"]] == ["readiness.fax"]


def test_notes_are_quoted_harmlessly(cli, log: Path):
    table = cli(*NAMED, "--section", "feedback").out
    page = cli(*NAMED, "--section", "feedback", "--format", "md").out

    assert "talk: “too early” (anna, 2026-06-07)" in table
    assert "\u202e" not in table + page
    assert "gone: “odd \ufffd, `code` | and xxx" in table
    assert "x…”" in table
    assert "no rule of the model" in table
    assert "\\`code\\` \\| and" in page


def test_csv_has_a_row_for_each_rule(cli, log: Path):
    rows = list(csv.DictReader(io.StringIO(cli(*NAMED, "--format", "csv").out)))

    assert [(row["score"], row["rule"], row["points"]) for row in rows] == [
        ("readiness", "demo", "30"),
        ("readiness", "talk", "-5"),
        ("readiness", "fax", "1"),
    ]
    demo, talk, fax = rows
    assert demo["verdict"] == talk["verdict"] == "predicts"
    assert float(demo["low"]) > 1 > float(talk["high"])
    assert (talk["feedback_good"], talk["feedback_bad"]) == ("0", "7")
    assert (fax["verdict"], fax["matches"]) == ("cannot be told yet", "0")


def test_parquet_has_the_same_columns(cli, log: Path):
    heads = cli(*NAMED, "--format", "csv").out.splitlines()[0].split(",")
    assert cli(*NAMED, "-o", "rules.parquet").code == 0

    with Database() as database:
        columns, rows = database.table("SELECT * FROM 'rules.parquet'")
    assert list(columns) == heads
    assert len(rows) == 3


def test_one_point_alone_and_the_first_rows_of_a_table(cli, log: Path):
    alone = cli(*NAMED, "--section", "use").out
    first = cli(*NAMED, "--section", "feedback", "--top", "1").out

    assert "6. Does every rule do something?" in alone
    assert "1. Do sales-ready" not in alone
    assert "talk" in first
    assert "gone" not in first


def test_other_outcomes_have_questions_of_their_own(cli, log: Path):
    won = cli(*NAMED, "--outcome", "won", "--section", "ready").out
    accepted = cli(*NAMED, "--outcome", "accepted", "--section", "ready", "--within", "30").out

    assert "1. Are sales-ready leads won?" in won
    assert "Does sales accept sales-ready leads?" in accepted


def test_a_score_of_scores_has_no_rules_to_judge(cli, log: Path):
    said = cli(*NAMED, "--score", "priority", "--section", "lift", "--section", "bands")

    assert "The score priority is made of other scores, not of rules." in said.out
    assert "2. Do higher scores mean more? good" in said.out


def test_stages_without_a_score_are_not_judged(cli, log: Path):
    text = "leadline: 1\nmodel: small\nstages: {by: tag stage, steps: [{name: new}, {name: won}]}\n"
    (log / "small.yaml").write_text(text, encoding="utf-8")

    for command in ("review", "backtest"):
        said = cli(command, *NAMED[1:])

        assert said.code == 2
        assert "the ruleset has no score with one value a lead" in said.err


def test_without_outcomes_it_says_what_to_load(cli, log: Path):
    for table in ("opportunities", "handoffs", "feedback"):
        (log / f"data/{table}.csv").unlink()

    said = cli(*NAMED)

    assert said.code == 0
    assert said.out.count("There is no opportunity in the data up to 2026-06-30.") == 3
    assert "Do: Load `opportunities` from your CRM." in said.out
    assert "Do: Load `handoffs` from your CRM, or let an automation `offer` leads." in said.out
    assert "They have said nothing yet." in said.out


def test_a_log_that_is_too_short_says_so(cli, log: Path):
    said = cli("review", "small.yaml", "--data", "data", "--as-of", "2026-01-20")

    assert said.code == 0
    assert "The log does not reach back 30 days from 2026-01-20" in said.out
    assert "Do: Wait, or give a shorter horizon: `--within 10`." in said.out


@pytest.mark.parametrize("command", ["review", "suggest"])
def test_a_log_that_ended_long_ago_is_told(cli, log: Path, command: str):
    named = (command, "small.yaml", "--data", "data", "--as-of")
    said = cli(*named, "2026-06-30")
    timely = cli(*named, "2026-03-12")

    assert said.code == 0, said.err
    assert "the log ends on 2026-03-10" in said.err
    assert "`--as-of 2026-03-10`" in " ".join(said.err.split())
    assert "the log ends" not in timely.err


def test_fields_without_a_history_are_named(cli, log: Path):
    text = RULESET.replace(
        "    actions:",
        "    facts:\n      at: {when: lead.country is AT, points: 3}\n    actions:",
        1,
    )
    (log / "small.yaml").write_text(text, encoding="utf-8")
    (log / "data/leads.csv").write_text("lead_id,created_at,country\nl0,2026-01-05,AT\n")

    said = cli(*NAMED, "--section", "lift")

    assert "at    reads lead.country, which has no history" in said.out
    assert "lead.country has no history" in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--score", "nope"), "no score is called `nope`"),
        (("--trust", "lead.nope"), "no field of leads or accounts is called `lead.nope`"),
        (("--weeks", "0"), "--weeks"),
        (("--section", "nope"), "--section"),
    ],
)
def test_what_is_not_there_is_refused(cli, log: Path, arguments, message: str):
    said = cli(*NAMED, *arguments)

    assert said.code == 2
    assert message in said.err
