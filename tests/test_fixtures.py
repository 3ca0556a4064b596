"""Small rulesets with their data, and beside them all that they become.

A folder of ``fixtures`` holds ruleset.yaml, data/*.csv, as_of.txt, and what is expected of them:
plan.txt, query.sql, scores.csv, and where the model has them accounts.csv and leads.csv.
``pytest tests/test_fixtures.py --update`` rewrites what is expected, to be read before it is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.evaluation import results
from tests.fixtures.reading import rows_of
from tests.oracle.compare import differences
from tests.oracle.scoring import Result
from tests.oracle.strategies import Case

from leadline.cli import run_command
from leadline.errors import RulesetError
from leadline.pipeline import columns_of, evaluate, open_directory, read_ruleset
from leadline.store import Store

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/ruleset.yaml"))

each = pytest.mark.parametrize("name", NAMES)


def as_of(name: str) -> str:
    return (FIXTURES / name / "as_of.txt").read_text().strip()


def printed(name: str, command: str, output: Path, *options: str) -> str:
    """Return what a command prints for a fixture."""
    folder = FIXTURES / name
    arguments = [command, str(folder), "--data", str(folder / "data"), "--as-of", as_of(name)]
    assert run_command([*arguments, *options, "-o", str(output)]) == 0
    return output.read_text(encoding="utf-8")


def expect(name: str, file: str, found: str, update: bool) -> None:
    """Compare with the file of a fixture, or rewrite it."""
    path = FIXTURES / name / file
    if update:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def opened(name: str) -> Store:
    """Return a store with the data of a fixture, all of them."""
    store, loads = open_directory(FIXTURES / name / "data", lambda label, done, total: None)
    assert [load.rejected for load in loads] == [0]
    return store


@pytest.fixture(scope="module", params=NAMES)
def outcome(request: pytest.FixtureRequest) -> Iterator[tuple[str, Result]]:
    """The name of a fixture and what the pipeline makes of it."""
    name = request.param
    with opened(name) as store:
        found = evaluate(store, read_ruleset(FIXTURES / name), as_of(name))
        yield name, results(store.database, found.ruleset)


def table(columns: str, rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns.split(), *rows])
    return out.getvalue()


def test_no_fixture_is_lost() -> None:
    assert len(NAMES) >= 15


@each
def test_the_plan(name: str, tmp_path: Path, update: bool) -> None:
    found = printed(name, "compile", tmp_path / "out", "--until", "plan")
    assert str(FIXTURES.parent.parent) not in found
    expect(name, "plan.txt", found, update)


@each
def test_the_statement(name: str, tmp_path: Path, update: bool) -> None:
    found = printed(name, "compile", tmp_path / "out", "--until", "sql")
    assert str(FIXTURES.parent.parent) not in found
    expect(name, "query.sql", found, update)


@each
def test_the_scores(name: str, tmp_path: Path, update: bool) -> None:
    found = printed(name, "score", tmp_path / "out", "--format", "csv")
    expect(name, "scores.csv", found, update)


def test_what_is_made_of_the_scores(outcome: tuple[str, Result], update: bool) -> None:
    name, found = outcome
    if found.accounts:
        rows = [
            (account, score, f"{value:g}", "" if committee is None else str(committee).lower())
            for (account, score), (value, committee) in sorted(found.accounts.items())
        ]
        expect(name, "accounts.csv", table("account_id account value committee", rows), update)
    if found.grades or found.stage or found.matrix:
        said = [
            (lead, f"grade for {per}" if per else "grade", score, grade or "")
            for (lead, score, per), grade in found.grades.items()
        ]
        said += [(lead, "stage", "", stage) for lead, stage in found.stage.items()]
        said += [(lead, "cell", "", cell or "") for lead, cell in found.matrix.items()]
        expect(name, "leads.csv", table("lead_id what of value", sorted(said)), update)


def test_the_oracle_agrees(outcome: tuple[str, Result]) -> None:
    name, found = outcome
    folder, text = FIXTURES / name, as_of(name)
    moment = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    case = Case((folder / "ruleset.yaml").read_text("utf-8"), rows_of(folder / "data"), moment)
    apart = differences(
        case, found.scores, found.accounts, found.grades, found.matrix or None, found.stage or None
    )
    assert apart == []


@each
def test_the_statement_gives_the_scores(name: str) -> None:
    """Run the SQL by itself; it has the age factors as formulas, so four decimals are the same."""
    with (FIXTURES / name / "scores.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            (row["lead_id"], row["score"], row["per"]): float(row["value"])
            for row in csv.DictReader(file)
        }
    with opened(name) as store:
        columns_of(store)  # puts a view where a table or column of the canon is missing
        rows = store.database.rows((FIXTURES / name / "query.sql").read_text("utf-8"))
    found = {(lead, score, per): value for lead, score, per, value, _ in rows}
    assert found == pytest.approx(expected, abs=5e-5)
    assert len(rows) == len(found)


def small(tmp_path: Path, ruleset: str, **tables: str) -> dict[tuple[str, str], float]:
    """Score a small ruleset; return the values by lead and score, as the statement has them too."""
    (tmp_path / "ruleset.yaml").write_text(ruleset)
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        found = evaluate(store, read_ruleset(tmp_path), "2026-01-31")
        rows = store.database.rows("SELECT lead_id, score, value FROM scores")
        statement = store.database.rows(found.query.text("scores"))
    values = {(lead, score): value for lead, score, value in rows}
    assert {(lead, score): value for lead, score, _, value, _ in statement} == values
    return values


@pytest.mark.parametrize("name", ["score", "Account"])
def test_a_score_has_a_name_of_its_own(tmp_path: Path, name: str) -> None:
    ruleset = f"""
leadline: 1
model: names
scores:
  {name}:
    actions:
      s: {{event: view, points: 5, limit: 1 per month}}
"""
    events = "event_id,lead_id,occurred_at,type\n1,ann,2026-01-01,view\n"
    with pytest.raises(RulesetError) as caught:
        small(tmp_path, ruleset, events=events)
    assert [(d.name, d.place.line if d.place else 0) for d in caught.value.diagnostics] == [
        ("bad-name", 5)
    ]


def test_tags_that_differ_in_case_only(tmp_path: Path) -> None:
    ruleset = """
leadline: 1
model: tags
scores:
  s:
    facts:
      small: {when: tag.mql is present, points: 1}
      large: {when: tag.MQL is present, points: 10}
"""
    leads = "lead_id\nann\nbob\n"
    tags = "lead_id,tag,value,set_at\nann,mql,x,2026-01-01\nbob,MQL,x,2026-01-01\n"
    found = small(tmp_path, ruleset, leads=leads, lead_tags=tags)
    assert found == {("ann", "s"): 11, ("bob", "s"): 11}
