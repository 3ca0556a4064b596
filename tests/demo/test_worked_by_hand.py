"""The numbers that the rulesets' pages and tests promise are those of the oracle."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.oracle.scoring import Result, score

from leadline.engine.duckdb import Database

RULESETS = Path(__file__).parents[2] / "rulesets"
DATES = {
    "b2b_saas": date(2026, 6, 30),
    "careers_and_cold": date(2026, 6, 30),
    "webshop": date(2024, 6, 30),
}
NUMBERS = {"duration", "employees", "seconds_watched"}
INSTANTS = {"occurred_at", "created_at", "set_at"}

#: Leads that `leave_below` holds in their stage; a score of a date tells no history.
LEAVE_LATE = {"late_leaver", "fifteen", "thirty_five"}

Rows = list[dict[str, Any]]


def ruleset(name: str) -> str:
    return (RULESETS / name / "ruleset.yaml").read_text("utf-8")


def sample(name: str) -> dict[str, Rows]:
    """Return the rows of a ruleset's data folder, by table."""
    names: dict[str, str] = {}
    project = RULESETS / name / "leadline.yaml"
    if project.exists():
        source = yaml.load(project.read_text("utf-8"), yaml.BaseLoader)["sources"]["shop"]  # noqa: S506
        names = {theirs: ours for ours, theirs in source["mapping"]["events"].items()}
    data: dict[str, Rows] = {}
    with Database() as database:
        for path in sorted((RULESETS / name / "data").glob("*.csv")):
            columns, rows = database.table(f"SELECT * FROM '{path}'")
            data[path.stem] = [
                dict(zip((names.get(c, c) for c in columns), row, strict=True)) for row in rows
            ]
    return with_event_ids(data)


def with_event_ids(data: dict[str, Rows]) -> dict[str, Rows]:
    for number, event in enumerate(data.get("events", [])):
        event.setdefault("event_id", f"e{number:03}")
    return data


def cases(name: str) -> dict[str, Any]:
    text = (RULESETS / name / "ruleset.test.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.load(text, yaml.BaseLoader)["cases"]  # noqa: S506
    return found


def typed(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = dict(row)
    for column in row.keys() & NUMBERS:
        values[column] = float(row[column])
    for column in row.keys() & INSTANTS:
        values[column] = datetime.fromisoformat(row[column])
    return values


def flat(scores: dict[str, Any]) -> dict[tuple[str, str], float]:
    """Return expected scores by (score, value of `per`)."""
    found: dict[tuple[str, str], float] = {}
    for name, value in scores.items():
        for per, points in (value if isinstance(value, dict) else {"": value}).items():
            found[name, per] = float(points)
    return found


@pytest.mark.parametrize("name", DATES)
def test_the_sample_scores_as_its_page_says(name: str) -> None:
    with Database() as database:
        rows = database.rows(
            f"SELECT lead_id, score, coalesce(per, ''), value::DOUBLE"
            f" FROM read_csv('{RULESETS / name / 'expected.csv'}', types = {{'per': 'VARCHAR'}})"
        )
    expected = {(lead, score_, per): value for lead, score_, per, value in rows}
    assert score(ruleset(name), sample(name), DATES[name]).scores == expected


def test_the_sample_of_b2b_saas_has_the_accounts_and_cells_of_its_page() -> None:
    result = score(ruleset("b2b_saas"), sample("b2b_saas"), DATES["b2b_saas"])
    assert result.accounts == {("alder", "buying"): (142, True), ("birch", "buying"): (50, False)}
    assert result.matrix == {
        "ada": "A1",
        "ben": "A2",
        "cleo": "D3",
        "dan": "B2",
        "gus": "D3",
        "hal": "D3",
    }
    assert result.stage["dan"] == "engaged"


@pytest.mark.parametrize(("name", "case"), [(name, case) for name in DATES for case in cases(name)])
def test_a_case_expects_what_the_oracle_computes(name: str, case: str) -> None:
    body = cases(name)[case]
    given = {table: [typed(row) for row in rows] for table, rows in body["given"].items()}
    result = score(ruleset(name), with_event_ids(given), date.fromisoformat(body["on"]))
    assert set(body) == {"given", "on", "expect"}
    assert body["expect"].keys() <= {"leads", "accounts"}
    for lead, expected in body["expect"].get("leads", {}).items():
        compare_lead(result, lead, expected)
    for account, expected in body["expect"].get("accounts", {}).items():
        for score_, value in expected["scores"].items():
            committee = expected["committee"][score_] == "true"
            assert result.accounts[account, score_] == (float(value), committee)


def compare_lead(result: Result, lead: str, expected: dict[str, Any] | str) -> None:
    if isinstance(expected, str):
        assert expected == "absent"
        assert lead not in {lead_id for lead_id, _, _ in result.scores}
        return
    known = {"scores", "stage", "grade", "matrix", "segments", "not_segments", "fired"}
    assert expected.keys() <= known
    for (score_, per), value in flat(expected["scores"]).items():
        assert result.scores[lead, score_, per] == value, lead
    for score_, grade in expected.get("grade", {}).items():
        assert result.grades[lead, score_, ""] == grade, lead
    if "matrix" in expected:
        assert result.matrix[lead] == expected["matrix"], lead
    if "stage" in expected and lead not in LEAVE_LATE:
        assert result.stage[lead] == expected["stage"], lead
