"""The shipped rulesets build, and what they look at is in the data they are shown with."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.demo import generate
from leadline.document.loading import load
from leadline.engine.duckdb import Database
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.ruleset.build import Built, build
from leadline.ruleset.model import EventRule, RuleScore

RULESETS = Path(__file__).parents[2] / "rulesets"
SHOP_LOG = RULESETS.parents[1] / "shared" / "data" / "ecom" / "ecom.csv.gz"
NAMES = sorted(path.parent.name for path in RULESETS.glob("*/ruleset.yaml"))

#: The shop's log keeps the names its own system gave the columns.
SHOP_NAMES = {
    "user_id": "lead_id",
    "session_id": "visit_id",
    "event": "type",
    "timestamp": "occurred_at",
}
TYPES = {"VARCHAR": Type.TEXT, "TIMESTAMP": Type.INSTANT, "DATE": Type.DATE}


def catalog(folder: Path, pattern: str) -> Catalog:
    tables = []
    with Database() as database:
        for path in sorted(folder.glob(pattern)):
            described = database.rows(f"DESCRIBE SELECT * FROM '{path}'")
            columns = tuple(
                Column(SHOP_NAMES.get(name, name), TYPES.get(type_, Type.NUMBER))
                for name, type_, *_ in described
            )
            tables.append(Table(path.stem, columns))
    return Catalog(tuple(tables), tags=("consent",))


def built(name: str, data: Catalog) -> Built:
    path = RULESETS / name / "ruleset.yaml"
    loaded = load(path.read_bytes(), str(path))
    assert loaded.diagnostics == ()
    assert loaded.document is not None
    return build(loaded.document, data)


def event_types(name: str, data: Catalog) -> set[str]:
    ruleset = built(name, data).ruleset
    assert ruleset is not None
    return {
        type_
        for score in ruleset.scores
        if isinstance(score, RuleScore)
        for rule in score.rules
        if isinstance(rule, EventRule)
        for type_ in rule.events
    }


def test_three_rulesets_are_shipped() -> None:
    assert NAMES == ["b2b_saas", "careers_and_cold", "webshop"]


@pytest.mark.parametrize("name", NAMES)
def test_a_ruleset_builds_on_its_own_data(name: str) -> None:
    result = built(name, catalog(RULESETS / name / "data", "*.csv"))
    assert result.diagnostics == ()
    assert result.ruleset is not None
    assert result.ruleset.model == name


@pytest.mark.parametrize("name", ["b2b_saas", "careers_and_cold"])
def test_a_ruleset_builds_on_the_demo_log(name: str, tmp_path: Path) -> None:
    generate(tmp_path, leads=300)
    data = catalog(tmp_path, "*.parquet")
    assert built(name, data).diagnostics == ()
    with Database() as database:
        logged = database.rows(f"SELECT DISTINCT type FROM '{tmp_path / 'events.parquet'}'")
    assert event_types(name, data) <= {type_ for (type_,) in logged}


@pytest.mark.skipif(not SHOP_LOG.exists(), reason=f"{SHOP_LOG} is not there")
def test_the_webshop_ruleset_builds_on_the_log_of_a_shop() -> None:
    data = catalog(SHOP_LOG.parent, SHOP_LOG.name)
    data = Catalog((Table("events", data.tables[0].columns),))
    assert built("webshop", data).diagnostics == ()
    with Database() as database:
        logged = database.rows(f"SELECT DISTINCT event FROM '{SHOP_LOG}'")
    assert event_types("webshop", data) <= {type_ for (type_,) in logged}


@pytest.mark.parametrize("name", NAMES)
def test_other_yaml_beside_a_ruleset_is_read_without_complaint(name: str) -> None:
    for path in (RULESETS / name).glob("*.yaml"):
        loaded = load(path.read_bytes(), str(path))
        assert loaded.document is not None
        assert loaded.diagnostics == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_lead_that_is_expected_is_in_the_data(name: str) -> None:
    folder = RULESETS / name
    with Database() as database:
        (key,) = {"lead_id", "user_id"} & {
            column
            for column, *_ in database.rows(f"DESCRIBE SELECT * FROM '{folder}/data/events.csv'")
        }
        lost = database.rows(
            f"SELECT lead_id FROM '{folder}/expected.csv' EXCEPT ("
            f"SELECT {key} FROM '{folder}/data/events.csv')"
        )
        named = database.value(f"SELECT count(DISTINCT lead_id) FROM '{folder}/expected.csv'")
    assert lost == []
    assert 3 <= named <= 8
