"""Our subset of YAML 1.2, by the cases of the YAML test suite.

``yaml_test_suite.txt`` says of each case whether it is accepted, or what is said about it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from tests.document.reading import has_places, plain, scalars

from leadline.document import Loaded, events, load, loading

GOLDEN = Path(__file__).with_name("yaml_test_suite.txt")
OTHER_VALUE = {"L24T/01"}
"""A last line of blanks without a line break: the suite adds one, PyYAML does not."""


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    source: bytes
    fails: bool
    json: str | None


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[Case]:
    folder = shared / "corpora" / "yaml-test-suite" / "src"
    return [case for path in sorted(folder.glob("*.yaml")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file; a later one has what it leaves out from the one before."""
    before: dict[str, str] = {}
    for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))):
        case = {**before, **case}
        before = {key: case[key] for key in ("yaml", "json") if key in case}
        yield Case(
            f"{path.stem}/{number:02}", _shown(case["yaml"]), "fail" in case, case.get("json")
        )


def _shown(text: str) -> bytes:
    """Return what a case's text stands for: the suite shows blanks and ends as signs."""
    text = text.translate({ord("␣"): " ", ord("←"): "\r", ord("⇔"): "\ufeff", ord("↵"): None})
    return re.sub("∎\n?$", "", re.sub("—*»", "\t", text)).encode()


def _outcome(result: Loaded) -> str:
    found = dict.fromkeys(f"{each.code} {each.name}" for each in result.diagnostics)
    return ", ".join(found) if found else "accepted"


def test_the_outcome_of_each_case_is_known(cases: list[Case], update: bool) -> None:
    assert len(cases) == 406
    lines = [f"{case.name}  {_outcome(load(case.source, case.name))}\n" for case in cases]
    if update:
        GOLDEN.write_text("".join(lines), "utf-8")
    assert GOLDEN.read_text("utf-8").splitlines(keepends=True) == lines


def test_pyyaml_alone_has_the_same_outcome(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [load(case.source, case.name) for case in cases]
    monkeypatch.setattr(loading, "read", events.read_by_python)
    assert [load(case.source, case.name) for case in cases] == before


def test_what_is_no_yaml_is_refused(cases: list[Case]) -> None:
    fails = [case for case in cases if case.fails]
    assert len(fails) == 94
    assert [case.name for case in fails if not load(case.source, "f").diagnostics] == []


def test_what_is_accepted_has_the_values_of_yaml(cases: list[Case]) -> None:
    compared = 0
    for case in cases:
        result = load(case.source, "f")
        if result.diagnostics or not case.json or case.name in OTHER_VALUE:
            continue
        assert result.document is not None
        assert _same(plain(result.document.root), json.loads(case.json)), case.name
        compared += 1
    assert compared > 60


def _same(ours: object, theirs: object) -> bool:
    """Tell whether our text is that of a JSON value, whose types YAML guessed."""
    match theirs:
        case dict():
            return (
                isinstance(ours, dict)
                and ours.keys() == theirs.keys()
                and all(_same(ours[key], theirs[key]) for key in theirs)
            )
        case list():
            return (
                isinstance(ours, list)
                and len(ours) == len(theirs)
                and all(map(_same, ours, theirs))
            )
        case bool():
            return ours == str(theirs).lower()
        case int() | float():
            return isinstance(ours, str) and float(ours) == theirs
        case None:
            return ours in ("", "~", "null")
        case _:
            return ours == theirs


def test_every_character_has_a_place(cases: list[Case]) -> None:
    read = 0
    for case in cases:
        document = load(case.source, "f").document
        for scalar in scalars(document.root) if document else ():
            assert has_places(scalar), (case.name, scalar)
            read += 1
    assert read > 500
