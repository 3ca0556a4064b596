"""``leadline import`` writes a ruleset that compiles, and lists what it could not express."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Cli
from tests.foreign.reading import FIXTURES, given

from leadline.foreign.hubspot_rules import EVENT_TYPES

PAGE = Path(__file__).parents[2] / "docs/importing.md"
HUBSPOT, POINTS, TRIGGERS = (
    FIXTURES / name for name in ("hubspot.json", "mautic_points.json", "mautic_triggers.json")
)


def bare(ruleset: str) -> str:
    """Return a ruleset without the comments at its head."""
    return "".join(line for line in ruleset.splitlines(keepends=True) if not line.startswith("#"))


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("number", "command"), [(0, "hubspot-score"), (1, "mautic")])
def test_the_examples_of_the_documentation_are_true(
    cli: Cli, here: Path, number: int, command: str
) -> None:
    (here / "export.json").write_text(blocks("json")[number], encoding="utf-8")

    said = cli("import", command, "export.json", "--strict")

    assert said.code == 0
    assert said.err == "everything could be expressed\n"
    assert bare(said.out) == blocks("yaml")[number]


def test_the_event_types_of_the_documentation_are_those_that_are_known() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert dict(re.findall(r"^\| `(\d+-\d+)` \| `(\w+)` \|$", text, re.MULTILINE)) == EVENT_TYPES


def test_a_hubspot_score_is_printed_and_the_losses_stand_beside_it(cli: Cli, here: Path) -> None:
    said = cli("import", "hubspot-score", HUBSPOT)

    assert said.code == 0
    assert said.out.startswith("# Made by `leadline import hubspot-score` from hubspot.json.\n")
    assert "model: contact_engagement\n" in said.out
    assert said.err.startswith("could not be expressed:\n  $.filterConfiguration\n    ")
    assert said.err.endswith("\n5 things could not be expressed\n")
    assert max(len(line) for line in said.err.splitlines() if line.startswith("    ")) <= 80


def test_what_is_written_says_the_same_at_its_head(cli: Cli, here: Path) -> None:
    said = cli("import", "hubspot-score", HUBSPOT, "-o", "rulesets/hubspot")
    text = (here / "rulesets/hubspot/ruleset.yaml").read_text(encoding="utf-8")

    for path in re.findall(r"^  (\$.*)$", said.err, re.MULTILINE):
        assert f"#   {path}\n" in text
    assert cli("compile", "rulesets/hubspot").code == 0


def test_a_file_can_be_named(cli: Cli, here: Path) -> None:
    assert cli("import", "mautic", POINTS, TRIGGERS, "-o", "model.yaml").code == 0
    assert bare((here / "model.yaml").read_text(encoding="utf-8")).startswith("leadline: 1\n")


def test_strict_is_exit_1_where_something_was_lost(cli: Cli, here: Path) -> None:
    said = cli("import", "mautic", POINTS, "-o", "model.yaml", "--strict")

    assert said.code == 1
    assert (here / "model.yaml").is_file()


def test_points_and_triggers_may_come_in_one_file(cli: Cli, here: Path) -> None:
    both: dict[str, Any] = given("mautic_points.json") | given("mautic_triggers.json")
    (here / "both.json").write_text(json.dumps(both), encoding="utf-8")

    one, two = cli("import", "mautic", "both.json"), cli("import", "mautic", POINTS, TRIGGERS)

    assert bare(one.out) == bare(two.out)


def test_an_event_type_can_be_named(cli: Cli, here: Path) -> None:
    said = cli("import", "hubspot-score", HUBSPOT, "--event", "6-777=trial_start")

    assert "event: [form_submit, trial_start]" in said.out
    assert "4 things" in said.err
    assert cli("import", "hubspot-score", HUBSPOT, "--event", "6-777").code == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "is no JSON"),
        (b"[" * 100_000, "too many levels"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{}", "no lead score of HubSpot"),
        (b'{"results": [{"name": "a"}]}', "export each score whole"),
    ],
)
def test_a_file_of_another_kind_is_exit_2(cli: Cli, here: Path, content: bytes, told: str) -> None:
    (here / "odd.json").write_bytes(content)

    said = cli("import", "hubspot-score", "odd.json", "-o", "model.yaml")

    assert said.code == 2
    assert told in said.err
    assert not (here / "model.yaml").exists()


def test_a_file_that_is_not_there_is_exit_2(cli: Cli, here: Path) -> None:
    assert cli("import", "mautic", "nowhere.json").code == 2


def test_what_leadline_cannot_hold_is_exit_3(cli: Cli, here: Path) -> None:
    action = {"name": "Much", "type": "form.submit", "delta": 2_000_000, "repeatable": True}
    (here / "points.json").write_text(json.dumps({"points": [action]}), encoding="utf-8")

    said = cli("import", "mautic", "points.json", "-o", "model.yaml")

    assert said.code == 3
    assert "beyond a million" in said.err
    assert not (here / "model.yaml").exists()
