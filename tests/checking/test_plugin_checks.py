from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.checking.conftest import TODAY, ruleset
from tests.checking.rulesets import marked

from leadline.checking.check import check_files
from leadline.checking.plugins import check_codes, open_checks
from leadline.checking.selection import ALL, CheckRules
from leadline.diagnostic import Severity
from leadline.errors import ConfigurationError, PluginError, UsageError
from leadline.plugin import OpenCheck
from leadline.project import Project, read_project

PLUGIN = """
from leadline.plugin import CheckKind, Finding, hookimpl

SETTINGS = {
    "type": "object",
    "properties": {"prefix": {"type": "string"}, "most": {"type": "integer", "default": 50}},
    "additionalProperties": False,
}


class Naming:
    def __init__(self, settings):
        self.prefix = settings.get("prefix", "")
        self.most = settings["most"]

    def check(self, ruleset):
        for score, parts in ruleset.data["scores"].items():
            for name, rule in parts["actions"].items():
                path = ("scores", score, "actions", name)
                if not name.startswith(self.prefix):
                    yield Finding(f"`{name}` does not begin with `{self.prefix}`", path)
                if int(rule["points"]) > self.most:
                    yield Finding("too many points", (*path, "points"), "fewer", "note")
                if "nowhere" in rule["event"]:
                    yield Finding("nowhere", (*path, "event", 1, "deeper"), severity="error")


@hookimpl
def leadline_checks():
    return (CheckKind("naming", "Rules have names of ours.", SETTINGS, Naming),)
"""
RULESET = """\
leadline: 1
model: m
scores:
  r:
    actions:
      web_visit: {event: [visit, nowhere], points: 70}
      other: {event: visit, points: 1, limit: 1}
"""


def project(folder: Path, plugin: str = PLUGIN, more: str = "") -> Project:
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / "acme.py").write_text(plugin)
    text = f"plugin_folder: own\nplugins: [acme]\n{more}"
    (folder / "leadline.yaml").write_text(text)
    return read_project(folder / "leadline.yaml", {"PREFIX": "web_"})


def found(checks: tuple[OpenCheck, ...], text: str = RULESET, rules: CheckRules = ALL):
    every = check_files([ruleset(text)], None, rules, TODAY, checks)
    return [one for one in every if one.code == "naming"]


def test_a_plugin_says_what_it_finds_at_its_place(tmp_path: Path):
    more = "check: {settings: {naming: {prefix: '${PREFIX}', most: 60}}}\n"
    checks = open_checks(project(tmp_path, more=more))

    said = found(checks)

    assert [(one.message, marked(RULESET, one), one.severity, one.hint) for one in said] == [
        ("nowhere", "nowhere", Severity.ERROR, ""),
        ("too many points", "70", Severity.NOTE, "fewer"),
        ("`other` does not begin with `web_`", "other", Severity.WARNING, ""),
    ]
    assert [code.name for code in check_codes(checks)] == ["naming"]


def test_its_findings_are_ignored_and_selected_as_all_are(tmp_path: Path):
    checks = open_checks(project(tmp_path))
    ignoring = RULESET.replace("70}", "70} # leadline: ignore naming")
    unused = RULESET.replace("limit: 1}", "limit: 1} # leadline: ignore naming")

    assert len(found(checks)) == 2
    assert found(checks, ignoring) == []
    assert found(checks, rules=CheckRules(ignore=frozenset({"naming"}))) == []
    every = check_files([ruleset(unused)], None, ALL, TODAY, checks)
    assert "LL190" in {one.code for one in every}


def test_a_check_that_is_not_wanted_is_not_run(tmp_path: Path):
    failing = PLUGIN.replace("for score,", "raise ValueError('not wanted')\n        for score,")
    checks = open_checks(project(tmp_path, failing))

    assert found(checks, rules=CheckRules(select=frozenset({"LL150"}))) == []


def test_only_plugins_that_are_named_are_used(tmp_path: Path):
    project(tmp_path)
    (tmp_path / "leadline.yaml").write_text("plugin_folder: own\n")

    assert open_checks(read_project(tmp_path / "leadline.yaml")) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("for score,", "raise ValueError('boom')\n        for score,", "naming`: ValueError: boom"),
        ('"fewer", "note"', '"fewer", "note", 5', "TypeError"),
        ('yield Finding("too many points", (*path, "points"), "fewer", "note")', "yield 7", "int"),
        ('"fewer", "note"', '"fewer", "grave"', "severity note, warning or error"),
    ],
)
def test_a_plugin_that_fails_is_named(tmp_path: Path, old: str, new: str, said: str):
    checks = open_checks(project(tmp_path, PLUGIN.replace(old, new)))

    with pytest.raises(PluginError, match="plugin `acme` of ") as caught:
        found(checks)

    assert said in caught.value.message
    assert "acme.py" in caught.value.message


def test_a_check_that_cannot_be_made(tmp_path: Path):
    failing = PLUGIN.replace("self.most = settings", "self.most = 1 / 0 or settings")

    with pytest.raises(PluginError, match="making the check `naming`: ZeroDivisionError"):
        open_checks(project(tmp_path, failing))


def test_a_plugin_that_cannot_be_imported(tmp_path: Path):
    with pytest.raises(PluginError, match="acme"):
        open_checks(project(tmp_path, "raise SystemExit"))


def test_the_check_of_the_documentation(tmp_path: Path):
    page = (Path(__file__).parents[2] / "docs/checking.md").read_text(encoding="utf-8")
    [plugin] = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    more = "check: {settings: {naming: {prefix: web_}}}\n"

    said = found(open_checks(project(tmp_path, plugin, more)))

    assert [marked(RULESET, one) for one in said] == ["other"]


def test_settings_that_do_not_fit(tmp_path: Path):
    more = "check: {settings: {naming: {prefx: a}}}\n"

    with pytest.raises(ConfigurationError) as caught:
        open_checks(project(tmp_path, more=more))

    [one] = caught.value.diagnostics
    assert one.message == "check `naming`: unknown setting `prefx`"
    assert one.hint == "did you mean `prefix`?"
    assert one.place is not None
    written = (tmp_path / "leadline.yaml").read_text(encoding="utf-8").splitlines()
    assert written[one.place.line - 1][one.place.column - 1 :].startswith("prefx")


def test_settings_of_no_check(tmp_path: Path):
    more = "check: {settings: {namings: {prefix: a}}}\n"

    with pytest.raises(UsageError, match="a check `namings`") as caught:
        open_checks(project(tmp_path, more=more))

    assert caught.value.hint == "did you mean `naming`?"


@pytest.mark.parametrize("name", ["ll150", "unknown-key"])
def test_a_name_that_leadline_has(tmp_path: Path, name: str):
    with pytest.raises(PluginError, match=f"the check `{name}`, which leadline has"):
        open_checks(project(tmp_path, PLUGIN.replace('"naming"', f'"{name}"')))
