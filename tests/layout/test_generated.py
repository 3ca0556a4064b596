"""Whatever the text: laid out twice as once, every comment there, the same to every reader."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.layout.yaml_texts import yaml_texts
from tests.oracle.rulesets import models, written

from leadline.document import load
from leadline.errors import RulesetError
from leadline.layout import format_text
from leadline.layout.edit import dump
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset

ROOT = Path(__file__).parents[2]
FIXTURES = sorted(
    path
    for folder in ("tests/ruleset", "tests/layout", "tests/fixtures", "rulesets")
    for path in (ROOT / folder).rglob("*.yaml")
)

few = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def read_by_others(text: str) -> str:
    """Return what a reader of YAML 1.2 makes of a text, types and order included."""
    return repr(YAML(typ="safe", pure=True).load(text))


def formatted(text: str, **schema: Any) -> str | None:
    """Return the layout of a text, laid out twice; None where leadline refuses to read it."""
    try:
        once = format_text(text, "f", **schema)
    except RulesetError:
        return None
    assert format_text(once, "f", **schema) == once
    return once


def ruleset(text: str) -> Ruleset:
    document = load(text.encode(), "f").document
    assert document is not None
    built = build(document).ruleset
    assert built is not None
    return built


@settings(few, max_examples=150)
@given(yaml_texts())
def test_any_text(text: str) -> None:
    after = formatted(text, schema={})
    assume(after is not None)
    assert after is not None
    assert read_by_others(after) == read_by_others(text)
    # The writer numbers its comments, so that each is another.
    for word in ("note", "behind"):
        said = [
            Counter(part.split()[0] for part in each.split(f"# {word} ")[1:])
            for each in (text, after)
        ]
        assert said[0] == said[1]


@few
@given(yaml_texts())
def test_any_text_in_the_order_of_the_schema(text: str) -> None:
    assume(formatted(text) is not None)


@settings(few, max_examples=12)
@given(models("Europe/Berlin", date(2026, 3, 29)), st.integers(0, 1000))
def test_one_model_has_one_text(model: dict[str, Any], seed: int) -> None:
    block = written(model)
    once = formatted(block)
    assert once is not None
    assert ruleset(once) == ruleset(block)
    assert dump(model) == once
    assert formatted(written(shuffled(model, Random(seed)))) == once


def shuffled(model: dict[str, Any], random: Random) -> dict[str, Any]:
    """Return a model with the keys of its rules and its own in another order."""
    mixed = dict(random.sample(list(model.items()), len(model)))
    mixed["scores"] = {
        name: _shuffled_score(score, random) for name, score in model["scores"].items()
    }
    return mixed


def _shuffled_score(score: dict[str, Any], random: Random) -> dict[str, Any]:
    mixed = dict(random.sample(list(score.items()), len(score)))
    for section in {"actions", "behaviours", "facts"} & {*score}:
        mixed[section] = {
            name: dict(random.sample(list(rule.items()), len(rule)))
            for name, rule in score[section].items()
        }
    return mixed


def test_every_yaml_file_of_the_project() -> None:
    read = [formatted(path.read_bytes().decode(errors="replace")) for path in FIXTURES]
    assert sum(after is not None for after in read) > 30


def test_the_yaml_test_suite(shared: Path) -> None:
    files = sorted((shared / "corpora/yaml-test-suite/src").glob("*.yaml"))
    read = 0
    for file in files:
        for case in YAML(typ="safe", pure=True).load(file.read_text("utf-8")):
            text = _plain(case.get("yaml", ""))
            inside = "k:\n" + "".join(f"  {line}" for line in text.splitlines(keepends=True))
            read += sum(formatted(each) is not None for each in (text, inside))
    assert read > 200


def _plain(text: str) -> str:
    """Return a text of the suite without the signs that it writes for blanks and ends."""
    for sign, char in (("␣", " "), ("»", "\t"), ("—", ""), ("←", "\r"), ("↵", ""), ("∎\n", "")):
        text = text.replace(sign, char)
    return text


def test_naughty_strings(shared: Path) -> None:
    strings = json.loads((shared / "corpora/blns/blns.json").read_text("utf-8"))
    kept = {f"k{at}": text for at, text in enumerate(strings) if _is_read(text)}
    assert len(kept) > 450
    after = formatted(json.dumps({"owner": kept}, ensure_ascii=False))
    assert after is not None
    assert read_by_others(after) == repr({"owner": kept})


def _is_read(text: str) -> bool:
    loaded = load(json.dumps({"a": text}, ensure_ascii=False).encode(), "f")
    return loaded.document is not None and not loaded.diagnostics
