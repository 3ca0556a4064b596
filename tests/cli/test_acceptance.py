"""``leadline acceptance``: what people read, what programs get, what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

RULESET = """\
leadline: 1
model: offered
timezone: Europe/Berlin
scores:
  readiness:
    sales_ready: 30
    actions:
      demo: {event: demo_request, points: 20}
      a_rule_of_long_name: {event: page_view, points: 5}
"""
EVENTS = """\
event_id,lead_id,occurred_at,type,campaign
1,ada,2026-01-10T09:00:00Z,demo_request,spring
2,ada,2026-01-11T09:00:00Z,page_view,
3,ben,2025-09-01T09:00:00Z,demo_request,spring
4,cy,2026-02-03T09:00:00Z,page_view,autumn
"""
HANDOFFS = """\
lead_id,offered_at,decided_at,accepted,reason,expired_at,recycled_at
ada,2026-01-12T09:00:00Z,2026-01-14T09:00:00Z,true,,,2026-02-20T09:00:00Z
ben,2026-01-20T09:00:00Z,2026-01-21T09:00:00Z,false,no budget,,
ben,2026-01-31T23:30:00Z,2026-02-05T11:30:00Z,false,=1+1,,
cy,2026-02-03T09:00:00Z,,,,2026-03-03T09:00:00Z,
dee,2026-02-10T09:00:00Z,2026-03-09T23:30:00Z,true,,,
"""
LEADS = "lead_id,owner\nada,anna\nben,anna\ncy,ben\ndee,\n"
ASKED = ("acceptance", "offered.yaml", "--data", "data", "--as-of", "2026-03-09")
LEGEND = [
    "%: the accepted of those decided (accepted or refused); 95%: the range in which",
    "  the true share lies, as far as so few can tell; days: median until decided",
    "recycled: given back to marketing; they also count as what was decided",
]


@pytest.fixture
def offered(here: Path) -> Path:
    """Return the current folder: five hand-overs, one of them decided after the date."""
    (here / "data").mkdir()
    (here / "offered.yaml").write_text(RULESET, encoding="utf-8")
    for name, text in (("events", EVENTS), ("handoffs", HANDOFFS), ("leads", LEADS)):
        (here / f"data/{name}.csv").write_text(text, encoding="utf-8")
    return here


def lines(text: str) -> list[str]:
    """Return the lines but the rules, with one blank between words."""
    return [" ".join(line.split()) for line in text.splitlines() if "─" not in line]


def test_people_read_a_row_a_month_and_the_reasons(cli, offered: Path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli(*ASKED)

    months, why = said.out.split("\n\n")
    assert lines(months) == [
        "5 hand-overs of 4 leads to sales by month, offered 2026-01-12 to 2026-03-09",
        "month offered open accepted refused expired recycled % 95% days",
        "2026-01 2 0 1 1 0 1 50 9-91 1.5",
        "refused: no budget 1",
        "2026-02 3 1 0 1 1 0 0 0-79 4.5",
        "refused: =1+1 1",
        "all 5 1 1 2 1 1 33 6-79 2",
        "refused: =1+1 1, no budget 1",
    ]
    assert lines(why) == [
        "why sales refused 2 of them",
        "why refused times %",
        "=1+1 1 50",
        "no budget 1 50",
    ]
    assert said.err.splitlines() == ["offered, as known on 2026-03-09 (Europe/Berlin)", *LEGEND]


def test_a_decision_of_a_later_day_is_open(cli, offered: Path):
    [_, later] = json.loads(cli(*ASKED[:-1], "2026-03-10", "--format", "json").out)
    [_, earlier] = json.loads(cli(*ASKED, "--format", "json").out)

    assert (earlier["open"], earlier["accepted"]) == (1, 0)
    assert (later["open"], later["accepted"]) == (0, 1)


def test_a_rule_counts_what_it_had_counted_before_the_offer(cli, offered: Path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli(*ASKED, "--by", "rule")

    found = lines(said.out)
    assert found[2] == "(no rule) 3 0 2 0 0-66 2.8"
    assert "readiness.a_rule_of_long_name 2 1 0 100 21-100 2" in found
    assert "readiness.demo 1 1 0 100 21-100 2" in found
    assert found[-3:] == [
        "all 5 1 2 33 6-79 2",
        "besides: 1 open, 1 expired, 1 recycled",
        "refused: =1+1 1, no budget 1",
    ]
    assert said.err.splitlines()[4:] == [
        "rule: one that counted an event of the lead in 90 days before the offer",
        "  a hand-over counts for each of its rules, so that rows add up to more than all",
        "  facts are left out: whether they held at the offer is not known",
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("program", {"(no program)": 3, "autumn": 1, "spring": 1}),
        ("owner", {"anna": 3, "ben": 1, "(no owner)": 1}),
        ("month", {"2026-01": 2, "2026-02": 3}),
    ],
)
def test_programs_get_a_row_a_key(cli, offered: Path, by: str, expected: dict[str, int]):
    rows = json.loads(cli(*ASKED, "--by", by, "--format", "json").out)

    assert {row[by]: row["offered"] for row in rows} == expected


def test_programs_get_every_figure(cli, offered: Path):
    text = cli(*ASKED, "--format", "csv").out

    [january, february] = csv.DictReader(io.StringIO(text))
    assert january == {
        **{"month": "2026-01", "offered": "2", "leads": "2", "open": "0", "accepted": "1"},
        **{"refused": "1", "expired": "0", "recycled": "1", "decided": "2"},
        **{"accepted_share": "0.5", "low": "0.0945", "high": "0.9055", "median_days": "1.5"},
        **{"timed": "2", "reasons": "no budget: 1"},
    }
    assert (february["decided"], february["accepted_share"]) == ("1", "0")


def test_reasons_are_shares_of_the_refused(cli, offered: Path):
    rows = json.loads(cli(*ASKED, "--by", "reason", "--format", "json").out)
    table = cli(*ASKED, "--by", "reason").out

    assert rows == [
        {"reason": "=1+1", "refused": 1, "leads": 1, "share": 0.5, "of": 2, "median_days": 4.5}
        | {"timed": 1},
        {"reason": "no budget", "refused": 1, "leads": 1, "share": 0.5, "of": 2, "median_days": 1}
        | {"timed": 1},
    ]
    assert lines(table)[1:] == [
        "why refused times % days",
        "=1+1 1 50 4.5",
        "no budget 1 50 1",
    ]


def test_hand_overs_are_listed_one_by_one(cli, offered: Path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert lines(cli(*ASKED, "--leads").out) == [
        "lead offered decided days outcome owner",
        "dee 2026-02-10 open",
        "cy 2026-02-03 expired ben",
        "ben 2026-02-01 2026-02-05 4.5 refused: =1+1 anna",
        "ben 2026-01-20 2026-01-21 1 refused: no budget anna",
        "ada 2026-01-12 2026-01-14 2 accepted, recycled anna",
    ]
    rows = json.loads(cli(*ASKED, "--leads", "--format", "json").out)
    assert rows[2] == {
        **{"lead_id": "ben", "offered_at": "2026-02-01T00:30:00+01:00", "outcome": "refused"},
        **{"decided_at": "2026-02-05T12:30:00+01:00", "days": 4.5, "reason": "=1+1"},
        **{"owner": "anna", "expired_at": None, "recycled_at": None},
    }


def test_a_span_chooses_by_the_date_of_the_offer(cli, offered: Path):
    rows = json.loads(
        cli(*ASKED, "--from", "2026-01-20", "--to", "2026-02-01", "--format", "json").out
    )

    assert [(row["month"], row["offered"]) for row in rows] == [("2026-01", 1), ("2026-02", 1)]


def test_people_get_the_last_twelve_months_unless_they_say_since_when(cli, offered: Path):
    rows = [HANDOFFS.splitlines()[0]]
    rows += [f"ada,2025-{month:02}-15T09:00:00Z,,,,," for month in range(1, 13)]
    rows += [f"ada,2026-{month:02}-15T09:00:00Z,,,,," for month in range(1, 3)]
    (offered / "data/handoffs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    short, whole = cli(*ASKED), cli(*ASKED, "--from", "2025-01-01")

    assert lines(short.out)[2].startswith("2025-03 ")
    assert lines(short.out)[-1].startswith("all 14 ")
    assert short.err.splitlines()[-2:] == [
        "the last 12 of 14 months; `all` has every one",
        "  `--from 2025-01-01` shows them",
    ]
    assert lines(whole.out)[2].startswith("2025-01 ")
    assert len(json.loads(cli(*ASKED, "--format", "json").out)) == 14


@pytest.mark.parametrize(
    "more", [(), ("--by", "rule"), ("--by", "owner"), ("--by", "reason"), ("--leads",)]
)
def test_tables_and_notes_fit_a_terminal(cli, offered: Path, monkeypatch, more: tuple[str, ...]):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli(*ASKED, *more)

    assert max(map(len, (*said.out.splitlines(), *said.err.splitlines()))) <= 80


@pytest.mark.parametrize("more", [(), ("--by", "reason"), ("--leads",)])
def test_without_hand_overs_it_says_how_to_get_them(cli, offered: Path, more: tuple[str, ...]):
    (offered / "data/handoffs.csv").unlink()
    said = cli(*ASKED, *more)

    assert said.out == "no lead was offered to sales until 2026-03-09\n"
    assert said.err.splitlines()[1:] == [
        "an automation offers leads with `do: [offer: {}]`, and a source can fill the table",
        "  `handoffs` with what sales decided; docs/acceptance.md shows both",
    ]
    assert json.loads(cli(*ASKED, *more, "--format", "json").out) == []


def test_an_empty_span_says_when_the_first_was(cli, offered: Path):
    assert cli(*ASKED, "--to", "2025-12-31").out == (
        "no lead was offered until 2025-12-31; the first was on 2026-01-12\n"
    )
    assert cli(*ASKED, "--from", "2026-03-01").out == (
        "no lead was offered from 2026-03-01 to 2026-03-09; the first was on 2026-01-12\n"
    )
    assert cli(*ASKED, "--from", "2026-02-03", "--by", "reason").out == "nothing was refused\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--leads", "--by", "month"), "--leads and --by exclude each other"),
        (("--from", "2026-03-01", "--to", "2026-02-01"), "ends (2026-02-01) before it begins"),
        (("--from", "2026-04-01"), "ends (2026-03-09) before it begins"),
        (("--from", "yesterday"), "`yesterday` is no date; write `2026-05-31`"),
        (("--by", "colour"), "'colour' is not one of"),
    ],
)
def test_what_does_not_go_together_is_refused(cli, offered: Path, more: tuple[str, ...], said: str):
    found = cli(*ASKED, *more)

    assert found.code == 2
    assert said in found.err


def test_parquet_has_the_types_of_its_columns(cli, offered: Path):
    import duckdb  # noqa: PLC0415 - reads back what was written

    for more, name, kind in (((), "low", "DOUBLE"), (("--leads",), "offered_at", "TIMESTAMP")):
        cli(*ASKED, *more, "-o", "a.parquet")
        described = duckdb.sql("DESCRIBE FROM 'a.parquet'").fetchall()
        assert dict(row[:2] for row in described)[name] == kind
