"""The kit that every output for results is held to finds what they may do wrong."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from leadline.errors import LeadlineError
from leadline.plugin import Table, Value
from leadline.testing.conformance import PublisherConformance

GOOD = """
import json
from leadline.plugin import *

class Shelf:
    def __init__(self, settings, context):
        self.path = context.root / settings["path"]

    def prepare(self, table, columns):
        if not self.path.parent.is_dir():
            raise SourceError("the folder of the shelf is not there")

    def publish(self, table, results):
        held = json.loads(self.path.read_text()) if self.path.exists() else {}
        for result in results:
            held.setdefault(f"{table} {result.key}", {}).update(result.values)
            self.path.write_text(json.dumps(held, default=str))
            yield Outcome(result.key, "delivered")

SETTINGS = {
    "type": "object", "additionalProperties": False, "required": ["path"],
    "properties": {"path": {"type": "string", "description": "The file."}},
}

@hookimpl
def leadline_outputs():
    return (PublisherKind("shelf", "A shelf.", SETTINGS, Shelf),)
"""

#: What an output may do wrong: the test that finds it, a text of the good one, what stands there
#: instead, what is said.
FAULTS = [
    ("its_settings_are_described", '"additionalProperties": False, ', "", "one would pass"),
    (
        "values_of_every_type_arrive",
        "update(result.values)",
        "update({k: v for k, v in result.values.items() if not isinstance(v, str)})",
        "`leadline_text` is None, expected",
    ),
    (
        "values_of_every_type_arrive",
        "update(result.values)",
        "update({k: round(v, 2) if type(v) is float else v for k, v in result.values.items()})",
        "`leadline_number` is 0.0, expected 1e-05",
    ),
    (
        "values_of_every_type_arrive",
        "update(result.values)",
        "update({k: v or None for k, v in result.values.items()})",
        "`leadline_truth` is None, expected False",
    ),
    (
        "values_of_every_type_arrive",
        "update(result.values)",
        "update({k: int(v) if v is True else v for k, v in result.values.items()})",
        "`leadline_truth` is 1, expected True",
    ),
    (
        "values_of_every_type_arrive",
        "{table} {result.key}",
        "leads {result.key}",
        "leads `1`: `leadline_text` is",
    ),
    (
        "values_of_every_type_arrive",
        'yield Outcome(result.key, "delivered")',
        'yield Outcome(results[0].key, "delivered")',
        "expected an Outcome of one of the keys",
    ),
    (
        "values_of_every_type_arrive",
        '            yield Outcome(result.key, "delivered")',
        '        yield Outcome(result.key, "delivered")',
        "it told of ['5'], expected each of ['1', '2', '3', '4', '5'] once",
    ),
    (
        "values_of_every_type_arrive",
        '"delivered"',
        '"refused", "no room"',
        "were not delivered: ['1: no room'",
    ),
    (
        "a_value_that_is_gone_is_taken_away",
        "update(result.values)",
        "update({k: v for k, v in result.values.items() if v is not None})",
        "expected None",
    ),
    (
        "the_same_results_twice_are_as_once",
        "update(result.values)",
        "update({k: -v if held[f'{table} {result.key}'].get(k) == v and type(v) is float else v "
        "for k, v in result.values.items()})",
        "`leadline_number` is -67.25, expected 67.25",
    ),
    (
        "to_prepare_twice_does_no_harm",
        "if not self.path.parent.is_dir()",
        "self.path.unlink(missing_ok=True)\n        if not self.path.parent.is_dir()",
        "`leadline_text` is None",
    ),
    (
        "no_result_is_no_error",
        "held = json.loads",
        "results[0]; held = json.loads",
        "IndexError",
    ),
    (
        "a_receiver_that_is_not_there_loses_nothing",
        'raise SourceError("the folder of the shelf is not there")',
        "raise KeyError(1)",
        "it fell over",
    ),
    (
        "a_receiver_that_is_not_there_loses_nothing",
        'raise SourceError("the folder of the shelf is not there")',
        "self.path.parent.mkdir()",
        "it delivered to nobody",
    ),
]


class _Shelf(PublisherConformance):
    kind = "shelf"

    def settings(self, root: Path) -> Mapping[str, object]:
        return {"path": "shelf.json"}

    def keys(self, table: Table) -> Sequence[str]:
        return ["1", "2", "3", "4", "5"]

    def held(self, root: Path, table: Table, key: str) -> Mapping[str, Value]:
        path = root / "shelf.json"
        shelf = json.loads(path.read_text()) if path.exists() else {}
        held = dict(shelf.get(f"{table} {key}", {}))
        for name, read in (("day", date.fromisoformat), ("instant", datetime.fromisoformat)):
            if said := held.get(f"leadline_{name}"):
                held[f"leadline_{name}"] = read(said)
        return held

    def unreachable(self, root: Path) -> Mapping[str, object]:
        return {"path": "nowhere/shelf.json"}


TESTS = [name for name in dir(_Shelf) if name.startswith("test_")]


def _said(root: Path, plugin: str, test: str) -> str:
    """Return what a test of the kit says of a plugin; nothing where it passes."""
    folder = root / "plugins"
    folder.mkdir()
    (folder / "shelf.py").write_text(plugin, encoding="utf-8")
    kit = type("Kit", (_Shelf,), {"plugins": folder})()
    place = root / "place"
    place.mkdir()
    run = getattr(kit, test)
    try:
        run(*([place] if "tmp_path" in inspect.signature(run).parameters else []))
    except (AssertionError, LeadlineError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("test", TESTS)
def test_a_good_publisher_passes(test: str, tmp_path: Path) -> None:
    assert _said(tmp_path, GOOD, test) == ""


@pytest.mark.parametrize(
    ("test", "text", "instead", "said"), FAULTS, ids=[said for *_, said in FAULTS]
)
def test_the_kit_finds_what_is_wrong(
    test: str, text: str, instead: str, said: str, tmp_path: Path
) -> None:
    assert GOOD.count(text) == 1
    assert said in _said(tmp_path, GOOD.replace(text, instead), f"test_{test}")


def test_a_setting_that_no_plugin_has_is_found(tmp_path: Path) -> None:
    """The kit asks for the refusal, so a schema that takes everything does not pass."""
    test = "test_a_setting_that_it_does_not_have_is_refused"
    said = _said(tmp_path, GOOD.replace('"additionalProperties": False, ', ""), test)
    assert "nothing was said of `no_such_setting`" in said
