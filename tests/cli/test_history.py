from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.conftest import ROOT

from leadline.engine.duckdb import Database

TO = ("--to", "2026-06-30")
HISTORY = ("history", "small.yaml", "--data", "data", *TO)
COLUMNS = "lead_id,score,per,at,old,new,cause"
ADA = f"""\
{COLUMNS}
ada,fit,,2026-01-01T00:00:00+00:00,,40,created; fact chief
ada,interest,motors,2026-03-06T09:00:00+00:00,,2.5,event 6: reading
ada,interest,motors,2026-03-07T09:00:00+00:00,2.5,5,event 7: reading
ada,readiness,,2026-01-01T00:00:00+00:00,,0,created
ada,readiness,,2026-03-01T09:00:00+00:00,0,20,event 1: demo
ada,readiness,,2026-03-02T09:00:00+00:00,20,30,event 2: webinar
"""
FADING = """\
leadline: 1
model: fading
timezone: Europe/Berlin
scores:
  interest:
    actions:
      talk: {event: talk, points: 32}
    decay: {half_life: 1 days}
"""
TALKS = """\
event_id,lead_id,occurred_at,type
1,ada,2026-03-27T12:00:00Z,talk
2,ada,2026-04-01T12:00:00Z,talk
"""


@pytest.fixture
def fading(here: Path) -> tuple[str, ...]:
    """Return the arguments of a history with decay over the change of the clocks."""
    (here / "fading.yaml").write_text(FADING, encoding="utf-8")
    (here / "log").mkdir()
    (here / "log/events.csv").write_text(TALKS, encoding="utf-8")
    return ("fading.yaml", "--data", "log", "--to", "2026-04-03")


def test_every_change_of_a_lead_with_its_cause(cli, filled: Path):
    said = cli("history", "ada", *TO, "--format", "csv")

    assert said.code == 0
    assert said.out == ADA
    assert said.err == "small until 2026-06-30 (UTC)\n"
    assert cli("history", "ada", "--as-of", TO[1], "--format", "csv").out == ADA


def test_all_leads_come_in_order_and_one_alone_is_the_same(cli, filled: Path):
    every = cli("history", *TO, "--format", "csv").records

    keys = [(row["lead_id"], row["score"], row["per"], row["at"]) for row in every]
    assert keys == sorted(keys)
    assert {row["lead_id"] for row in every} == {"ada", "ben", "dee", "eve"}
    for lead in ("ada", "ben", "dee", "eve"):
        alone = cli("history", lead, *TO, "--format", "csv").records
        assert alone == [row for row in every if row["lead_id"] == lead]


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-02", "2026-06-30"])
def test_the_last_value_is_the_score_of_the_date(cli, filled: Path, day: str):
    history = cli("history", "--to", day, "--format", "csv").records
    scores = cli("score", "--as-of", day, "--format", "csv").records

    last = {(row["lead_id"], row["score"], row["per"]): row["new"] for row in history}
    assert last == {(row["lead_id"], row["score"], row["per"]): row["value"] for row in scores}


def test_instants_have_the_offset_of_the_model(cli, fading: tuple[str, ...]):
    rows = cli("history", *fading, "--format", "csv").records

    assert [(row["at"], row["old"], row["new"], row["cause"]) for row in rows] == [
        ("2026-03-27T13:00:00+01:00", "", "32", "created; event 1: talk"),
        ("2026-03-28T00:00:00+01:00", "32", "16", "decay"),
        ("2026-03-29T00:00:00+01:00", "16", "8", "decay"),
        ("2026-03-30T00:00:00+02:00", "8", "4", "decay"),
        ("2026-03-31T00:00:00+02:00", "4", "2", "decay"),
        ("2026-04-01T00:00:00+02:00", "2", "1", "decay"),
        ("2026-04-01T14:00:00+02:00", "1", "33", "event 2: talk"),
        ("2026-04-02T00:00:00+02:00", "33", "16.5", "decay"),
        ("2026-04-03T00:00:00+02:00", "16.5", "8.25", "decay"),
    ]


def test_a_table_folds_the_days_of_decay(cli, fading: tuple[str, ...]):
    lines = cli("history", "ada", *fading).out.splitlines()

    assert [" ".join(line.split()) for line in lines] == [
        "interest",
        "at old new change cause",
        "─" * len(lines[2]),
        "2026-03-27 13:00 32 created; event 1: talk",
        "2026-03-28 00:00 32 1 -31 decay, 5 times to 2026-04-01",
        "2026-04-01 14:00 1 33 32 event 2: talk",
        "2026-04-02 00:00 33 8.25 -24.75 decay, 2 times to 2026-04-03",
    ]


def test_from_begins_with_what_was_carried_over(cli, fading: tuple[str, ...]):
    rows = cli("history", *fading, "--from", "2026-04-01", "--format", "csv").records

    assert [(row["at"], row["old"], row["new"], row["cause"]) for row in rows][:2] == [
        ("2026-04-01T00:00:00+02:00", "", "1", "carried over"),
        ("2026-04-01T14:00:00+02:00", "1", "33", "event 2: talk"),
    ]


def test_one_score_alone(cli, filled: Path):
    rows = cli("history", "ada", *TO, "--score", "fit", "--format", "csv").records

    assert [row["score"] for row in rows] == ["fit"]


def test_one_argument_is_the_ruleset_where_it_is_a_file(cli, small: Path):
    every = cli(*HISTORY, "--format", "csv")
    one = cli("history", "ada", "small.yaml", "--data", "data", *TO, "--format", "csv")
    missing = cli("history", "smal.yaml", "--data", "data")

    assert {row["lead_id"] for row in every.records} == {"ada", "ben", "dee", "eve"}
    assert one.out == ADA
    assert missing.code == 2
    assert "there is no ruleset smal.yaml" in missing.err


def test_a_file_has_what_is_printed_and_parquet_has_instants(cli, small: Path):
    printed = cli(*HISTORY, "--format", "csv").out

    assert cli(*HISTORY, "-o", "history.csv").out == ""
    assert (small / "history.csv").read_bytes() == printed.encode()
    assert cli(*HISTORY, "-o", "history.parquet").code == 0
    with Database() as database:
        columns, rows = database.table(
            """SELECT * REPLACE (strftime("at"::TIMESTAMP, '%Y-%m-%dT%H:%M:%S+00:00') AS "at")
            FROM 'history.parquet'"""
        )
        kind = database.value("""SELECT typeof("at") FROM 'history.parquet'""")
    assert ",".join(columns) == COLUMNS
    assert kind == "TIMESTAMP WITH TIME ZONE"
    assert [(row[0], row[3], row[6]) for row in rows] == [
        (row["lead_id"], row["at"], row["cause"]) for row in csv.DictReader(io.StringIO(printed))
    ]


def test_json_has_nothing_as_null(cli, filled: Path):
    first = cli("history", "ada", *TO, "--format", "json").json[0]

    assert first == {
        "lead_id": "ada",
        "score": "fit",
        "per": "",
        "at": "2026-01-01T00:00:00+00:00",
        "old": None,
        "new": 40,
        "cause": "created; fact chief",
    }


@pytest.mark.parametrize("name", ["a,b", 'say "a"', "a\nb", "a\rb", "#1", "'", "a; b: c"])
def test_csv_keeps_any_name(cli, small: Path, name: str):
    cells = io.StringIO()
    row = (name, "ben", "2026-03-09T09:00:00.25Z", "talk", "", "")
    csv.writer(cells, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(row)
    with (small / "data/events.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(cells.getvalue())

    rows = cli("history", "ben", *HISTORY[1:], "--score", "readiness", "--format", "csv").records

    assert rows[-1]["at"] == "2026-03-09T09:00:00.250000+00:00"
    assert rows[-1]["cause"] == f"event {name}: talk"


def test_eighty_columns_hold_every_line(cli, filled: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    one, every = cli("history", "ada", *TO).out, cli("history", *TO).out

    assert max(map(len, [*one.splitlines(), *every.splitlines()])) <= 80
    assert [line for line in one.splitlines() if line in ("fit", "interest: motors", "readiness")]
    for cause in ("created; fact chief", "event 2: webinar"):
        assert cause in one
        assert cause in every


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        ("adda", "no lead is called adda\n  = help: did you mean `ada`"),
        ("eva", "the lead eva was merged into eve"),
    ],
)
def test_a_lead_that_is_not_there(cli, filled: Path, lead: str, said: str):
    asked = cli("history", lead, *TO)

    assert asked.code == 2
    assert asked.out == ""
    assert said in asked.err


def test_a_lead_before_it_was_there(cli, filled: Path):
    asked = cli("history", "dee", "--to", "2026-03-01")

    assert asked.code == 2
    assert "the lead dee does not exist yet" in asked.err


def test_nothing_is_said_in_words(cli, small: Path):
    day = ("history", "small.yaml", "--data", "data", "--to", "2020-01-01")

    assert cli(*day).out == "no score of any lead until 2020-01-01\n"
    assert cli(*day, "--format", "csv").out == f"{COLUMNS}\n"


def test_a_lead_that_is_left_out_has_no_history(cli, filled: Path):
    said = cli("history", "cy", *TO)

    assert said.code == 0
    assert said.out == (
        "no score of cy until 2026-06-30; `leads:` of the ruleset may leave it out\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01"), "before it begins"),
        (("--from", "2199-01-01"), "before it begins (2199-01-01)"),
        (("--from", "soon"), "`soon` is no date"),
        (("--as-of", "2026-02-01", "--to", "2026-02-01"), "choose one of them"),
        (("--score", "fitt"), "did you mean `fit`?"),
    ],
)
def test_wrong_options_are_exit_2(cli, filled: Path, arguments: tuple[str, ...], said: str):
    asked = cli("history", "ada", *arguments)

    assert asked.code == 2
    assert said in asked.err


def test_a_real_log_ends_in_its_scores(cli, shared: Path, here: Path):
    (here / "leadline.yaml").write_text(
        (ROOT / "rulesets/webshop/leadline.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    ruleset = (ROOT / "rulesets/webshop/ruleset.yaml").read_text(encoding="utf-8")
    (here / "ruleset.yaml").write_text(ruleset, encoding="utf-8")
    (here / "data").mkdir()
    with Database() as database:
        log = str(shared / "data/ecom/ecom.csv.gz")
        first = "SELECT * FROM (SELECT *, dense_rank() OVER (ORDER BY user_id) AS n FROM"
        database.copy_csv(
            f"{first} read_csv('{log}', all_varchar = true)) WHERE n <= 40 ORDER BY ALL",
            here / "data/events.csv",
        )
    assert cli("run", "--as-of", "2024-06-29").code == 0

    history = cli("history", "--to", "2024-06-29", "--format", "csv").records
    scores = cli("score", "--as-of", "2024-06-29", "--format", "csv").records

    assert len(history) > 1_000
    last = {(row["lead_id"], row["score"]): float(row["new"]) for row in history}
    assert set(last) == {(row["lead_id"], row["score"]) for row in scores}
    for row in scores:
        assert last[(row["lead_id"], row["score"])] == pytest.approx(float(row["value"]), abs=1e-4)
