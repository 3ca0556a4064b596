"""The audit commands over a small log: the sheet, what is due, what people record, the calendar."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import vobject
from tests.cli.conftest import Cli

from leadline.cli import run_command

RULESET = """\
leadline: 1
model: small
timezone: UTC
scores:
  readiness:
    actions:
      click: {event: email_click, points: 5}
# What we look at every quarter.
audits:
  mails:
    kind: nurture
    program: q1
    started: 2026-01-01
    metric: rate(email_click, email_send)
    benchmark: {value: 5%, measured: 2025-11-01 to 2025-12-31}
    owner: Ada
  everything: {kind: content, metric: count(email_send), cadence: 30 days}
  model: {kind: scoring, score: readiness, started: 2026-01-01}
"""
PROJECT = """\
store: store.duckdb
rulesets: [models]
sources:
  log:
    plugin: csv
    settings:
      files: {events: data/events.csv, handoffs: data/handoffs.csv}
"""
FIRST, LAST = date(2025, 11, 1), date(2026, 6, 30)
AS_OF = ("--as-of", "2026-06-30")


def events() -> Iterator[tuple[str, str, str, str]]:
    """Yield 20 mails a day, of which two are clicked, and from the second quarter on four."""
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        clicks = 2 if day < date(2026, 4, 2) else 4
        for lead in range(20):
            yield f"l{lead}", f"{day}T08:00:00Z", "email_send", "q1"
        for click in range(clicks):
            yield f"l{(number * 7 + click) % 20}", f"{day}T09:00:00Z", "email_click", "q1"


def handoffs() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what sales decided in spring: 12 of 20 refused; the year before all were accepted."""
    for number in range(20):
        offered, decided = date(2026, 5, 1), date(2026, 5, 2) + timedelta(days=number)
        refused = number % 5 < 3
        reason = "no budget" if number % 2 else "student"
        yield (
            f"l{number}",
            f"{offered}T08:00:00Z",
            f"{decided}T08:00:00Z",
            str(not refused).lower(),
            reason if refused else "",
        )
        yield f"l{number}", "2025-12-01T08:00:00Z", "2025-12-02T08:00:00Z", "true", ""


@pytest.fixture(scope="session")
def project_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audited")
    (folder / "data").mkdir()
    (folder / "models").mkdir()
    (folder / "leadline.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "models/ruleset.yaml").write_text(RULESET, encoding="utf-8")
    heads = {
        "events": ("lead_id", "occurred_at", "type", "campaign"),
        "handoffs": ("lead_id", "offered_at", "decided_at", "accepted", "reason"),
    }
    for table, rows in (("events", events()), ("handoffs", handoffs())):
        with (folder / f"data/{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heads[table], *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(["run", *AS_OF]) == 0
    return folder


@pytest.fixture
def project(project_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: a project with three programs, after a run."""
    folder = tmp_path / "project"
    shutil.copytree(project_once, folder)
    monkeypatch.chdir(folder)
    return folder


def sheet(cli: Cli, *arguments: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of the sheet by program and review."""
    said = cli("audit", "sheet", *AS_OF, "--format", "csv", *arguments)
    assert said.code == 0, said.err
    return {(row["program"], row["review"]): row for row in said.records}


# The sheet


def test_every_review_is_a_row(project: Path, cli: Cli):
    rows = sheet(cli)

    assert [key for key in rows if key[0] == "mails"] == [
        ("mails", "2026-04-01"),
        ("mails", "2026-06-30"),
        ("mails", "2026-09-28"),
        ("mails", "2026-12-27"),
    ]
    first, second = rows["mails", "2026-04-01"], rows["mails", "2026-06-30"]
    assert (first["from"], first["to"]) == ("2026-01-01", "2026-04-01")
    assert (first["figure"], first["top"], first["bottom"]) == ("0.1", "182", "1820")
    assert (second["figure"], second["n"]) == ("0.2", "1800")
    assert (second["change"], second["word"]) == ("0.1", "up")
    assert float(second["change_low"]) < 0.1 < float(second["change_high"])
    assert (second["benchmark"], second["against_word"]) == ("0.05", "up")
    assert [rows[key]["state"] for key in rows if key[0] == "mails"] == [
        "computed",
        "computed",
        "planned",
        "planned",
    ]


def test_a_program_can_be_chosen_and_the_past_left_out(project: Path, cli: Cli):
    rows = sheet(cli, "--program", "mails", "--since", "2026-05-01", "--ahead", "1")

    assert list(rows) == [("mails", "2026-06-30"), ("mails", "2026-09-28")]
    unknown = cli("audit", "sheet", "--program", "mials")
    assert unknown.code == 2
    assert "did you mean `mails`?" in unknown.err


def test_a_terminal_has_the_last_two_reviews(
    project: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")

    said = cli("audit", "sheet", *AS_OF, "--program", "mails")

    lines = said.out.splitlines()
    assert lines[0].split() == ["program", "benchmark", "previous", "latest", "next", "review"]
    assert lines[2].split() == [
        *("mails", "5%", "10%", "2026-04-01", "20%", "2026-06-30", "2026-09-28")
    ]
    assert re.match(r"  change: up by 10 points \(\d.* to \d.* points\); from 10%", lines[3])
    assert "of 1,820 to 20% of 1,800" in said.out
    assert "against the benchmark: up by 15 points" in said.out
    assert all(len(line) <= 80 for line in lines)
    assert "in brackets: where the true change lies" in said.err
    assert "all dates: --format md, or -o FILE.xlsx" in said.err
    assert "1 program is overdue" in said.err


def test_markdown_has_a_column_a_date(project: Path, cli: Cli):
    said = cli("audit", "sheet", *AS_OF, "--program", "mails", "--format", "md")

    heading = said.out.splitlines()[2]
    assert [cell.strip() for cell in heading.strip("|").split("|")] == [
        "program",
        "benchmark",
        "2026-04-01",
        "2026-06-30",
        "2026-09-28 planned",
        "2026-12-27 planned",
        "change",
        "against the benchmark",
        "over a year",
        "next review",
    ]
    assert "| mails | 5% | 10% of 1,820 | 20% of 1,800 | planned | planned | up by 10" in said.out


def test_no_programs_are_said_to_be_none(small: Path, cli: Cli):
    said = cli("audit", "sheet", "small.yaml", "--data", "data", *AS_OF)

    assert said.code == 0
    assert said.out == "no programs: the ruleset has no `audits:`\n"


def test_a_spreadsheet_has_the_notes_as_remarks(project: Path, cli: Cli):
    cli("audit", "record", "mails", "--on", "2026-06-28", "--note", "=1+1 works", "--by", "Ada")

    said = cli("audit", "sheet", *AS_OF, "--program", "mails", "-o", "audits.xlsx")

    assert said.code == 0, said.err
    book = openpyxl.load_workbook("audits.xlsx")
    living = book["Audits"]
    cells = {str(cell.value): cell for row in living for cell in row}
    heading = cells["2026-06-28"]
    figure = living.cell(heading.row + 1, heading.column)
    assert figure.value == pytest.approx(0.2, abs=0.01)
    assert figure.number_format.endswith("%")
    assert figure.comment is not None
    assert "recorded by Ada" in figure.comment.text
    assert "=1+1 works" in figure.comment.text
    before = living.cell(heading.row + 1, heading.column - 1)
    assert before.comment is None
    assert cells["2026-09-26 planned"] is not None
    assert "a cell with a remark: recorded by a person: as the data said on that day" in cells
    assert [cell.value for cell in book["Figures"][1]][:4] == [
        "program",
        "kind",
        "metric",
        "review",
    ]


def test_a_spreadsheet_is_no_text(project: Path, cli: Cli):
    said = cli("audit", "sheet", "--format", "xlsx")

    assert said.code == 2
    assert "-o FILE.xlsx" in said.err


@pytest.mark.parametrize("command", [("audit", "due"), ("acceptance",), ("leads",)])
def test_no_text_is_written_into_a_spreadsheet(project: Path, cli: Cli, command):
    said = cli(*command, *AS_OF, "-o", "table.xlsx")

    assert said.code == 2
    assert "this table is not written as xlsx" in said.err
    assert "-o table.csv" in said.err
    assert not Path("table.xlsx").exists()


def test_parquet_has_types(project: Path, cli: Cli):
    from leadline.engine.duckdb import Database  # noqa: PLC0415 - the rest reads text

    assert cli("audit", "sheet", *AS_OF, "-o", "audits.parquet").code == 0

    with Database() as database:
        rows = database.rows(
            "SELECT review, figure FROM 'audits.parquet' WHERE program = 'mails' ORDER BY review"
        )
    assert rows[0] == (date(2026, 4, 1), pytest.approx(0.1))


# What is due


def test_what_is_due_is_said_and_fails(project: Path, cli: Cli):
    said = cli("audit", "due", *AS_OF, "--format", "csv")

    found = {row["program"]: row for row in said.records}
    assert said.code == 1
    assert found["model"]["state"] == "review now"
    assert (found["model"]["refused"], found["model"]["decided"]) == ("12", "20")
    assert found["model"]["reasons"] == "no budget 6, student 6"
    assert found["mails"]["state"] == "overdue"
    assert (found["mails"]["due"], found["mails"]["days"]) == ("2026-04-01", "-90")
    assert found["everything"]["state"] == "overdue"
    assert "as of 2026-06-30: 3 programs: 1 to be reviewed now, 2 overdue" in said.err


def test_people_read_what_presses_first(project: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    said = cli("audit", "due", *AS_OF)

    lines = said.out.splitlines()
    assert lines[2].split()[:4] == ["model", "scoring", "review", "now"]
    told = " ".join(line.strip() for line in lines)
    assert "sales refused 12 of the 20 hand-overs it decided since 2026-04-02: no budget 6" in told
    assert re.search(r"mails +nurture +overdue by 90 days +2026-04-01 +never", said.out)
    assert all(len(line) <= 80 for line in lines)


def test_a_review_makes_good_what_has_passed(project: Path, cli: Cli):
    for program in ("mails", "everything", "model"):
        recorded = cli("audit", "record", program, "--on", "2026-06-30", "--note", "Seen.")
        assert recorded.code == 0, recorded.err

    said = cli("audit", "due", *AS_OF, "--format", "json")

    assert said.code == 0
    assert [(row["program"], row["state"], row["last_review"]) for row in said.json] == [
        ("mails", "later", "2026-06-30"),
        ("everything", "later", "2026-06-30"),
        ("model", "later", "2026-06-30"),
    ]
    soon = cli("audit", "due", *AS_OF, "--within", "5 weeks", "--format", "csv")
    assert [(row["state"], row["days"]) for row in soon.records] == [
        ("later", "90"),
        ("due soon", "30"),
        ("later", "90"),
    ]


def test_refusals_before_a_review_do_not_call_for_another(project: Path, cli: Cli):
    cli("audit", "record", "model", "--on", "2026-05-15", "--note", "Students are left out now.")

    [row] = [
        row
        for row in cli("audit", "due", *AS_OF, "--format", "csv").records
        if row["program"] == "model"
    ]

    # Decided from 16 May on: the hand-overs 14 to 19.
    assert (row["refused"], row["decided"]) == ("3", "6")
    assert row["state"] == "later"


def test_without_data_the_days_are_known_but_not_what_sales_decided(project: Path, cli: Cli):
    (project / "store.duckdb").unlink()

    said = cli("audit", "due", *AS_OF, "--format", "csv")

    assert said.code == 1
    assert [(row["program"], row["state"], row["due"]) for row in said.records] == [
        ("mails", "overdue", "2026-04-01"),
        ("everything", "not planned", ""),
        ("model", "overdue", "2026-03-02"),
    ]
    assert "pass --data DIR, or `leadline run` first" in said.err
    with_data = cli("audit", "due", "--data", "data", *AS_OF, "--format", "csv")
    assert [row["state"] for row in with_data.records] == ["overdue", "overdue", "review now"]


def test_annotations_stand_at_the_program(project: Path, cli: Cli):
    said = cli("audit", "due", *AS_OF, "--format", "github", "-o", "due.md")

    assert said.code == 1
    lines = said.out.splitlines()
    assert len(lines) == 3
    line = 1 + RULESET.splitlines().index("  mails:")
    [mails] = [each for each in lines if "`mails`" in each]
    assert mails.startswith(f"::error file=models/ruleset.yaml,line={line},")
    assert "overdue by 90 days, planned for 2026-04-01" in mails
    assert "| mails | nurture | overdue by 90 days |" in Path("due.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("within", ["soon", "-3 days", "2 months", "14 day s"])
def test_how_far_ahead_is_a_number_of_days(project: Path, cli: Cli, within: str):
    assert cli("audit", "due", f"--within={within}").code == 2


def test_a_ruleset_that_does_not_compile_ends_with_3(project: Path, cli: Cli):
    file = project / "models/ruleset.yaml"
    file.write_text(RULESET.replace("count(email_send)", "cuont(email_send)"), encoding="utf-8")

    for command in (["due"], ["sheet"], ["calendar"], ["record", "mails", "--note", "x"]):
        assert cli("audit", *command, *(AS_OF if command[0] != "record" else ())).code == 3


# What people record


def test_what_was_recorded_stays_when_the_data_change(project: Path, cli: Cli):
    before = sheet(cli)["mails", "2026-04-01"]
    said = cli(
        *("audit", "record", "mails", "--on", "2026-06-30", "--by", "Ada"),
        *("--note", "Twice the clicks: #1 of the year."),
    )
    assert said.code == 0
    assert "`mails` on 2026-06-30: 20% of 1,800, from 2026-04-02 to 2026-06-30" in said.err
    assert "next review: 2026-09-28" in said.err
    kept = sheet(cli)["mails", "2026-06-30"]
    assert (kept["state"], kept["by"]) == ("recorded", "Ada")
    assert kept["note"] == "Twice the clicks: #1 of the year."
    assert kept["figure"] == "0.2"

    log = project / "data/events.csv"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = [line for line in lines if line.startswith(("l1,", "l2,")) and "click" in line]
    assert gone
    log.write_text("".join(line for line in lines if line not in gone), encoding="utf-8")

    changed = {
        (row["program"], row["review"]): row
        for row in cli(
            "audit", "sheet", "models", "--data", "data", *AS_OF, "--format", "csv"
        ).records
    }
    again = changed["mails", "2026-06-30"]
    same = ("state", "figure", "n", "top", "bottom", "low", "high", "note", "from", "to")
    assert {key: again[key] for key in same} == {key: kept[key] for key in same}
    # The one that nobody recorded is what the data say today.
    assert float(changed["mails", "2026-04-01"]["top"]) < float(before["top"])


def test_the_file_grows_at_its_end_and_the_rest_stays(project: Path, cli: Cli):
    file = project / "models/ruleset.reviews.yaml"
    assert cli("audit", "record", "mails", "--on", "2026-04-03", "--note", "one").code == 0
    first = file.read_bytes() + b"# by hand\n"
    file.write_bytes(first)
    file.chmod(0o640)

    assert cli("audit", "record", "mails", "--on", "2026-06-30", "--note", "two\nlines").code == 0

    assert file.read_bytes().startswith(first)
    assert file.stat().st_mode & 0o777 == 0o640
    assert b"note: |-\n      two\n      lines\n" in file.read_bytes()
    assert cli("check", "--data", "data").code == 0


def test_a_dry_run_writes_nothing(project: Path, cli: Cli):
    said = cli("audit", "record", "mails", "--on", "2026-06-30", "--note", "Fine.", "--dry-run")

    assert said.code == 0
    assert "  - audit: mails\n    on: 2026-06-30\n    note: Fine.\n" in said.out
    assert not (project / "models/ruleset.reviews.yaml").exists()


def test_too_few_days_are_recorded_without_a_figure(project: Path, cli: Cli):
    said = cli("audit", "record", "mails", "--on", "2026-01-20", "--note", "Too early to tell.")

    assert said.code == 0
    assert "recorded without a figure, not enough data" in said.err
    assert "figure:" not in (project / "models/ruleset.reviews.yaml").read_text(encoding="utf-8")


def test_a_review_begins_the_day_after_the_one_before(project: Path, cli: Cli):
    for program, first, begin in (
        ("mails", "2026-04-01", "2026-01-01"),
        ("everything", "2026-05-25", "2026-05-01"),
    ):
        cli("audit", "record", program, "--on", first, "--note", "one")
        cli("audit", "record", program, "--on", "2026-06-28", "--note", "two")
        rows = {review: row for (name, review), row in sheet(cli).items() if name == program}

        assert rows[first]["from"] == begin
        after = date.fromisoformat(first) + timedelta(days=1)
        assert rows["2026-06-28"]["from"] == str(after)


def test_the_next_review_is_the_one_that_the_sheet_plans(project: Path, cli: Cli):
    for program in ("mails", "everything", "model"):
        said = cli("audit", "record", program, "--on", "2026-06-28", "--note", "Seen.")
        [told] = re.findall(r"next review: (\S+)", said.err)

        planned = [row for (name, _), row in sheet(cli).items() if name == program]
        [first, *_] = [row["review"] for row in planned if row["state"] == "planned"]
        assert told == first


def test_data_that_end_before_the_review_are_told_of(project: Path, cli: Cli):
    fresh = cli("audit", "record", "mails", "--on", "2026-07-07", "--note", "x", "--dry-run")
    stale = cli("audit", "record", "mails", "--on", "2026-07-08", "--note", "x", "--dry-run")

    assert "the events end" not in fresh.err
    assert "note: the events end on 2026-06-30" in stale.err


def test_a_late_review_is_of_the_whole_period(project: Path, cli: Cli):
    """Nine days after the planned day it still answers it, with all days since the start."""
    cli("audit", "record", "mails", "--on", "2026-04-10", "--note", "Late.")

    row = sheet(cli)["mails", "2026-04-10"]

    assert (row["from"], row["to"], row["state"]) == ("2026-01-01", "2026-04-10", "recorded")
    assert row["bottom"] == "2000"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mials", "--note", "x"), "did you mean `mails`?"),
        (("mails", "--note", "  "), "the note is empty"),
        (("mails", "--note", "x", "--on", "2150-01-01"), "has not come yet"),
        (("mails", "--note", "x", "--on", "2025-12-01"), "started on 2026-01-01"),
        (("mails", "--note", "x", "--on", "soon"), "`soon` is no date"),
        (("mails",), "--note"),
    ],
)
def test_what_cannot_be_recorded_is_said(
    project: Path, cli: Cli, arguments: tuple[str, ...], said: str
):
    answer = cli("audit", "record", *arguments)

    assert answer.code == 2
    assert said in answer.err
    assert not (project / "models/ruleset.reviews.yaml").exists()


def test_a_second_review_of_a_day_is_refused(project: Path, cli: Cli):
    arguments = ("audit", "record", "mails", "--on", "2026-06-30", "--note", "one")
    assert cli(*arguments).code == 0
    there = (project / "models/ruleset.reviews.yaml").read_bytes()

    said = cli(*arguments)

    assert said.code == 2
    assert "a review of 2026-06-30 already, at models/ruleset.reviews.yaml:5:" in said.err
    assert "`--on` names another date" in said.err
    assert (project / "models/ruleset.reviews.yaml").read_bytes() == there


def test_a_figure_needs_data(project: Path, cli: Cli):
    (project / "store.duckdb").unlink()

    said = cli("audit", "record", "mails", "--note", "x")

    assert said.code == 2
    assert "`leadline run` first" in said.err


def test_a_program_of_two_rulesets_needs_its_ruleset(project: Path, cli: Cli):
    other = project / "other.yaml"
    other.write_text(RULESET.replace("model: small", "model: other"), encoding="utf-8")
    configuration = PROJECT.replace("[models]", "[models, other.yaml]")
    (project / "leadline.yaml").write_text(configuration, encoding="utf-8")
    arguments = ("audit", "record", "mails", "--on", "2026-06-30", "--note", "x")

    said = cli(*arguments)
    assert said.code == 2
    assert "add `--ruleset FILE`" in said.err
    assert cli(*arguments, "--ruleset", "other.yaml").code == 0
    assert (project / "other.reviews.yaml").is_file()
    due = cli("audit", "due", *AS_OF, "--format", "csv").records
    assert {(row["model"], row["last_review"]) for row in due if row["program"] == "mails"} == {
        ("small", ""),
        ("other", "2026-06-30"),
    }


# The calendar


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_has_the_reviews_that_are_open(project: Path, cli: Cli):
    cli("audit", "record", "mails", "--on", "2026-06-28", "--note", "Fine.")

    said = cli("audit", "calendar", *AS_OF, "-o", "reviews.ics")

    assert said.code == 0
    content = Path("reviews.ics").read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    found = vobject.readOne(content.decode())
    days = {(each.summary.value, each.dtstart.value) for each in found.vevent_list}
    assert days == {
        ("Review mails (nurture)", date(2026, 9, 26)),
        ("Review mails (nurture)", date(2026, 12, 25)),
        ("Review everything (content) (overdue)", date(2025, 12, 1)),
        ("Review everything (content)", date(2026, 7, 29)),
        ("Review everything (content)", date(2026, 8, 28)),
        ("Review model (scoring) (overdue)", date(2026, 3, 2)),
        ("Review model (scoring)", date(2026, 8, 29)),
        ("Review model (scoring)", date(2026, 11, 27)),
    }
    [mails] = [each for each in found.vevent_list if each.dtstart.value == date(2026, 9, 26)]
    assert mails.dtend.value == date(2026, 9, 27)
    assert mails.valarm.trigger.value == timedelta(days=-7)
    told = mails.description.value.splitlines()
    assert told[:6] == [
        "Model: small",
        "Figure: rate(email_click, email_send)",
        "Owner: Ada",
        "Benchmark: 5%",
        "Last figure: 20% of 1,760, on 2026-06-28",
        "Last reviewed: 2026-06-28",
    ]
    assert len({each.uid.value for each in found.vevent_list}) == len(found.vevent_list)


def test_a_review_keeps_its_identity_from_file_to_file(project: Path, cli: Cli):
    first = cli("audit", "calendar", *AS_OF).out
    again = cli("audit", "calendar", *AS_OF).out
    later = cli("audit", "calendar", "--as-of", "2026-07-15").out

    assert again == first
    uids = [{line for line in unfolded(text) if line.startswith("UID:")} for text in (first, later)]
    # What was due on the first date stands no more in the second: one review makes both good.
    assert len(uids[0]) == 10
    assert len(uids[0] & uids[1]) == 9
    assert {line for line in unfolded(first) if line.startswith("DTSTAMP")} == {
        "DTSTAMP:20260630T000000Z"
    }


def test_a_calendar_needs_no_data(project: Path, cli: Cli):
    (project / "store.duckdb").unlink()

    said = cli("audit", "calendar", *AS_OF, "--ahead", "1")

    assert said.code == 0
    assert said.out.count("BEGIN:VEVENT") == 5
    assert "as of 2026-06-30: 5 reviews of 2 programs" in said.err
    assert "note: `everything` is not in it: nothing says when it began" in said.err


def test_programs_of_a_file_beside_the_ruleset_are_looked_at_like_its_own(project: Path, cli: Cli):
    beside = project / "models/ruleset.audits.yaml"
    beside.write_text(
        "leadline: 1\naudits:\n  clicks:\n    kind: automation\n    program: q1\n"
        "    started: 2026-01-01\n    metric: count(email_click)\n",
        encoding="utf-8",
    )

    rows = sheet(cli, "--program", "clicks", "--ahead", "0")
    found = cli("audit", "due", *AS_OF, "--format", "github")
    recorded = cli("audit", "record", "clicks", "--on", "2026-06-30", "--note", "Many.")

    assert [review for _, review in rows] == ["2026-01-31", "2026-05-01"]
    assert "::error file=models/ruleset.audits.yaml,line=3," in found.out
    assert recorded.code == 0
    assert "audit: clicks" in (project / "models/ruleset.reviews.yaml").read_text(encoding="utf-8")
