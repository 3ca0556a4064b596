"""Plugins add functions and kinds of decay to the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.errors import PluginError, RulesetError
from leadline.pipeline import evaluate, read_ruleset
from leadline.project import read_project
from leadline.store import Store

PLUGIN = """
from leadline.plugin import DecayKind, FunctionKind, hookimpl


@hookimpl
def leadline_functions():
    return (
        FunctionKind(
            name="initial", parameters=("text",), result="text", sql="left({0}, 1)",
            sentence="the first letter", example='initial("Ada") is "A"',
        ),
    )


@hookimpl
def leadline_decays():
    return (
        DecayKind(
            name="plateau",
            summary="full points for some days, then a share of them",
            settings={
                "type": "object",
                "properties": {"days": {"type": "integer", "minimum": 1},
                               "then": {"type": "number"}},
                "required": ["days", "then"],
                "additionalProperties": False,
            },
            factor=lambda settings, age: 1.0 if age < settings["days"] else settings["then"],
        ),
    )
"""
RULESET = """
leadline: 1
model: added
scores:
  readiness:
    actions:
      visit: {event: visit, where: initial(campaign) is S, points: 8}
    decay: {plateau: {days: 30, then: 0.25}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "acme.py").write_text(PLUGIN)
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    configuration = "rulesets: [ruleset.yaml]\nplugins: [acme]\nplugin_folder: own\n"
    (tmp_path / "leadline.yaml").write_text(configuration)
    return tmp_path


def readiness(project: Path) -> float:
    with Store.open(None) as store:
        store.database.execute(
            "CREATE TABLE events AS SELECT * FROM (VALUES "
            "('1', 'ada', TIMESTAMP '2026-06-30 10:00:00', 'visit', 'Spring'), "
            "('2', 'ada', TIMESTAMP '2026-05-31 10:00:00', 'visit', 'Summer'), "
            "('3', 'ada', TIMESTAMP '2026-06-29 10:00:00', 'visit', 'Autumn'), "
            "('4', 'ada', TIMESTAMP '2026-06-28 10:00:00', 'visit', NULL)) "
            "t(event_id, lead_id, occurred_at, type, campaign)"
        )
        configured = read_project(project / "leadline.yaml")
        evaluate(store, read_ruleset(project / "ruleset.yaml", configured), "2026-06-30")
        value: float = store.database.value("SELECT value FROM scores")
    return value


def test_a_function_and_a_decay_of_a_plugin_score(project: Path) -> None:
    # The visit of 30 June counts in full; that of 31 May, 30 days old, a quarter.
    assert readiness(project) == 8 + 2


def test_settings_of_a_decay_are_checked_at_their_place(project: Path) -> None:
    ruleset = project / "ruleset.yaml"
    for slip, name in ((", them: 0.25", "unknown-key"), ("", "missing-key")):
        ruleset.write_text(RULESET.replace(", then: 0.25", slip))
        with pytest.raises(RulesetError) as caught:
            readiness(project)
        found = [(d.name, d.place.line if d.place else 0) for d in caught.value.diagnostics]
        assert found == [(name, 8)]


def test_without_the_plugin_its_words_are_unknown(project: Path) -> None:
    (project / "leadline.yaml").write_text("rulesets: [ruleset.yaml]\n")
    with pytest.raises(RulesetError) as caught:
        readiness(project)
    assert {d.name for d in caught.value.diagnostics} >= {"unknown-function", "unknown-key"}


def test_a_factor_that_is_no_number_names_the_decay(project: Path) -> None:
    plugin = project / "own" / "acme.py"
    plugin.write_text(PLUGIN.replace('settings["then"]', 'float("nan")'))
    with pytest.raises(PluginError, match="`plateau` gave nan for an age of 30 days"):
        readiness(project)


def test_a_function_of_the_language_is_not_replaced(project: Path) -> None:
    plugin = project / "own" / "acme.py"
    plugin.write_text(PLUGIN.replace('name="initial"', 'name="lower"'))
    with pytest.raises(PluginError, match="`lower`, which leadline has"):
        readiness(project)
