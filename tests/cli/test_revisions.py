"""``leadline revisions``: what it prints, writes and says."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import openpyxl
import pytest
from tests.cli.conftest import Cli
from tests.repository import git
from tests.revisions.making import FILE, START, Project, with_everything

from leadline.engine.duckdb import Database

HOSTILE = '=HYPERLINK("x") \x1b[31m| red\n\n@SUM(1)\n<b>bold</b>'


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return with_everything(tmp_path_factory.mktemp("history") / "project")


@pytest.fixture
def hostile(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project")
    project.write(FILE, START)
    project.commit("start")
    project.change(FILE, "points: 40,", 'points: 45, note: "=1+1 | <i>",')
    project.commit(HOSTILE, "=cmd| <Zoë>")
    return project


@pytest.mark.parametrize("option", ["--score", "--rule"])
def test_names_that_are_known_are_told_once(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch, option: str
):
    monkeypatch.chdir(everything.root)

    said = cli("revisions", FILE, option, "qqqqqq")

    assert said.code == 2
    names = re.findall(r"`(\w+)`", said.err.split("known here:")[1])
    assert names
    assert len(names) == len(set(names))


def test_eighty_columns_hold_the_newest_and_say_how_many_are_older(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(everything.root)
    monkeypatch.setenv("COLUMNS", "80")
    said = cli("revisions", "rulesets/main")

    lines = said.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "demo: the last 5 of 9 revisions of rulesets/main/ruleset.yaml"
    assert "  pricing             10           10           10                        10" in lines
    assert "4 older revisions: -o FILE.xlsx has all" in said.err


def test_a_narrow_terminal_has_the_last_revision(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(everything.root)
    monkeypatch.setenv("COLUMNS", "20")

    assert "the last 1 of 9 revisions" in cli("revisions", "rulesets/main").out


def test_csv_has_a_row_for_each_change_and_with_all_each_value(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(everything.root)
    changed = cli("revisions", "rulesets/main", "--format", "csv").records
    every = cli("revisions", "rulesets/main", "--format", "csv", "--all").records

    assert not [row for row in changed if row["change"] == "same"]
    assert [row for row in every if row["change"] != "same"] == changed
    # Eleven things in eight revisions that compile, and the one that does not.
    assert len(every) == 11 * 8 + 1


def test_json_and_parquet_have_the_same_rows_as_csv(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(everything.root)
    rows = cli("revisions", "rulesets/main", "--format", "csv").records
    told = cli("revisions", "rulesets/main", "--format", "json").json
    file = tmp_path / "revisions.parquet"
    cli("revisions", "rulesets/main", "-o", file)

    plain = [{key: "" if v is None else str(v) for key, v in row.items()} for row in told]
    assert plain == rows
    with Database() as database:
        columns, found = database.table(f"SELECT * FROM '{file}'")
    kept = [dict(zip(columns, row, strict=True)) for row in found]
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in kept] == rows


def test_a_workbook_has_the_sheet_the_revisions_and_the_notes(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(everything.root)
    file = tmp_path / "revisions.xlsx"
    assert cli("revisions", "rulesets/main", "-o", file).code == 0

    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Sheet", "Revisions", "Notes"]
    rows = {row[1].value: row for row in book["Sheet"].iter_rows(min_row=4, max_row=14)}
    assert [cell.value for cell in rows["demo"]][2:] == [40, 50, 50, 50, 40, 40, 40, None, 40]
    bold = [number for number, cell in enumerate(rows["demo"][2:], 1) if cell.font.bold]
    assert bold == [2, 5]
    assert rows["demo"][3].comment.text == "50, was 40"
    assert rows["mail_click"][4].comment.text == "a new note\nnote: Opens are machines."
    heading = book["Sheet"]["J3"]
    assert heading.value.endswith("Lower the bar\nDID NOT COMPILE")
    assert "`sixty`" in heading.comment.text
    messages = [row[4].value for row in book["Revisions"].iter_rows(min_row=2)]
    assert messages[1] == "Raise the demo\n\nSales says: it is worth more | much more.\n=1+1"


def test_texts_from_git_are_texts_everywhere(
    hostile: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(hostile.root)
    printed = cli("revisions", "rulesets/main")
    page = cli("revisions", "rulesets/main", "--format", "md")
    rows_file, file = tmp_path / "revisions.csv", tmp_path / "revisions.xlsx"
    cli("revisions", "rulesets/main", "-o", rows_file)
    cli("revisions", "rulesets/main", "-o", file)
    with rows_file.open(encoding="utf-8", newline="") as written:
        rows = list(csv.DictReader(written))

    assert "\x1b" not in printed.out
    table = [line for line in page.out.splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") in (4, 6) for line in table)
    assert not re.search(r"(?<!\\)<", page.out.replace("<br>", ""))
    assert "\x1b" not in page.out
    assert {row["message"] for row in rows if row["revision"] == "2"} == {HOSTILE}
    book = openpyxl.load_workbook(file)
    formulas = [c for page in book for row in page for c in row if c.data_type == "f"]
    assert formulas == []
    assert book["Revisions"]["E3"].value.startswith("=HYPERLINK")


def test_a_project_has_its_only_ruleset(
    hostile: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    hostile.write(
        "leadline.yaml",
        "rulesets: [rulesets/main]\nsources: {log: {plugin: csv, settings: {files: {}}}}\n",
    )
    monkeypatch.chdir(hostile.root)

    assert cli("revisions").out.startswith("demo: 2 revisions")


def test_a_rule_alone_has_the_revisions_that_changed_it(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(everything.root)
    said = cli("revisions", "rulesets/main", "--rule", "mail", "--format", "csv").records

    assert [(row["change"], row["what"]) for row in said] == [
        ("added", ""),
        ("changed", "a new note"),
        ("changed", "was called mail"),
        ("removed", ""),
    ]


def test_what_cannot_be_is_told(everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(everything.root)
    unprintable = cli("revisions", "rulesets/main", "--format", "xlsx")
    nothing = cli("revisions", "rulesets/main", "--since", "HEAD", "--changed")

    assert unprintable.code == 2
    assert "-o FILE.xlsx" in unprintable.err
    assert "nothing of this changed in these revisions" in nothing.out
    assert nothing.code == 0


def test_a_file_of_any_name_is_followed(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch):
    project = Project(tmp_path / "project")
    file = os.fsdecode(b"r\xe9gles :(glob)*\nx/model.yml")
    project.write(file, START)
    project.commit("start")
    project.change(file, "points: 40", "points: 45")
    project.commit("more")
    monkeypatch.chdir(project.root)
    for format_ in ("csv", "md", "table"):
        said = cli("revisions", file, "--format", format_)
        assert said.code == 0
        assert "45" in said.out
    assert cli("revisions", file, "-o", tmp_path / "revisions.xlsx").code == 0


def test_a_shallow_clone_is_told_in_every_form(
    everything: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder = tmp_path / "shallow"
    git(everything.root, "clone", "--quiet", "--depth", "1", everything.root.as_uri(), str(folder))
    monkeypatch.chdir(folder)
    missing = "history before 2026-01-15 (3a69187) is not in this clone: `git fetch --unshallow`"
    table, page = (
        cli("revisions", "rulesets/main"),
        cli("revisions", "rulesets/main", "--format", "md"),
    )
    rows = cli("revisions", "rulesets/main", "--format", "csv")
    file = tmp_path / "revisions.xlsx"
    cli("revisions", "rulesets/main", "-o", file)

    assert missing in table.out
    assert missing in page.out
    assert missing in rows.records[0]["what"]
    assert all(missing in said.err for said in (table, page, rows))
    heading = openpyxl.load_workbook(file)["Sheet"]["C3"]
    assert heading.value.endswith("OLDER MISSING")
    assert heading.comment.text == missing
