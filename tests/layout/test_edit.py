"""Edits that leave the rest of a text alone."""

from __future__ import annotations

import copy
import difflib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.layout.yaml_texts import yaml_texts
from tests.oracle.rulesets import models, written

from leadline.document import Mapping, Scalar, Sequence, Value, load
from leadline.errors import EngineError, RulesetError, UsageError
from leadline.layout import edit, format_text
from leadline.layout.edit import dump, path_of, remove, set_value
from leadline.layout.splicing import Splice

SHIPPED = (Path(__file__).parents[2] / "rulesets/b2b_saas/ruleset.yaml").read_text("utf-8")

SMALL = """\
# top
leadline: 1  # version
model: small
scores:
  readiness:   # odd   blanks stay
    actions:
      demo: {event: demo, points: 20}   # in braces
      # about talk
      talk:
        event: talk
        points: 5   # behind
        note: |  # header
          long
          text
      # the end of the actions

    decay:  # by time
      half_life: 45 days  # of interest
  fit:
    facts:
stages:
  by: score readiness
  steps:
    - name: low
      at: 0
    - {name: high, at: 10}
# end
"""


def changes(before: str, after: str) -> list[str]:
    """Return the lines that went, and then those that came."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    changed = [line for line in lines if line[:2] not in ("++", "--", "@@")]
    return sorted(changed, key=lambda line: line[0] == "+")


@pytest.mark.parametrize(
    ("path", "value", "changed"),
    [
        (
            "scores.readiness.actions.talk.points",
            "7.5",
            ["-        points: 5   # behind", "+        points: 7.5   # behind"],
        ),
        (
            "scores.readiness.actions.demo.points",
            "min(a, b)",
            [
                "-      demo: {event: demo, points: 20}   # in braces",
                '+      demo: {event: demo, points: "min(a, b)"}   # in braces',
            ],
        ),
        (
            "scores.readiness.actions.demo.limit",
            "3 per day",
            [
                "-      demo: {event: demo, points: 20}   # in braces",
                "+      demo: {event: demo, points: 20, limit: 3 per day}   # in braces",
            ],
        ),
        (
            "scores.readiness.actions.demo.where",
            "a is 1",
            [
                "-      demo: {event: demo, points: 20}   # in braces",
                "+      demo: {event: demo, where: a is 1, points: 20}   # in braces",
            ],
        ),
        (
            "scores.readiness.actions.talk.note",
            "short: note",
            [
                "-        note: |  # header",
                "-          long",
                "-          text",
                '+        note: "short: note"  # header',
            ],
        ),
        ("scores.readiness.actions.talk.where", "a is 1", ["+        where: a is 1"]),
        ("scores.readiness.note", "first", ["+    note: first"]),
        (
            "scores.readiness.decay",
            "none",
            [
                "-    decay:  # by time",
                "-      half_life: 45 days  # of interest",
                "+    decay: none  # by time  # of interest",
            ],
        ),
        ("scores.readiness.decay.compound", "true", ["+      compound: true"]),
        ("scores.readiness.grades.A", "60", ["+    grades: {A: 60}"]),
        (
            "scores.fit.decay.half_life",
            "3 days",
            ["+    decay:", "+      half_life: 3 days"],
        ),
        (
            "scores.fit.facts.chief",
            "{when: 'lead.a in [x, y]', points: 3}",
            ["+      chief:", "+        when: lead.a in [x, y]", "+        points: 3"],
        ),
        (
            "scores.readiness.actions.new",
            "{points: 1, event: x}",
            ["+      new:", "+        event: x", "+        points: 1"],
        ),
        ("stages.steps.0.at", "-5", ["-      at: 0", "+      at: -5"]),
        (
            "stages.steps.1.leave_below",
            "5",
            [
                "-    - {name: high, at: 10}",
                "+    - {name: high, at: 10, leave_below: 5}",
            ],
        ),
        (
            "stages.steps",
            "[{name: one, at: 0}]",
            [
                "-    - name: low",
                "-      at: 0",
                "-    - {name: high, at: 10}",
                "+    - {name: one, at: 0}",
            ],
        ),
        ("stages.backward", "false", ["+  backward: false"]),
        ("timezone", "UTC", ["+timezone: UTC"]),
        ("segments.hot", 'url is "a #b"', ["+segments:", "+  hot: 'url is \"a #b\"'"]),
        ("define.`a.b`", "x", ["+define:", "+  a.b: x"]),
        ("model", "small", []),
    ],
)
def test_a_value_at_a_path(path: str, value: str, changed: list[str]) -> None:
    assert changes(SMALL, set_value(SMALL, path_of(path), value)) == changed


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("scores.readiness.actions.demo", ["-      demo: {event: demo, points: 20}   # in braces"]),
        ("scores.readiness.actions.talk.points", ["-        points: 5   # behind"]),
        (
            "scores.readiness.actions.demo.event",
            [
                "-      demo: {event: demo, points: 20}   # in braces",
                "+      demo: {points: 20}   # in braces",
            ],
        ),
        (
            "scores.readiness.actions.demo.points",
            [
                "-      demo: {event: demo, points: 20}   # in braces",
                "+      demo: {event: demo}   # in braces",
            ],
        ),
        (
            "scores.readiness.decay",
            ["-    decay:  # by time", "-      half_life: 45 days  # of interest"],
        ),
        (
            "scores.readiness.decay.half_life",
            [
                "-    decay:  # by time",
                "-      half_life: 45 days  # of interest",
                "+    decay: {}  # by time  # of interest",
            ],
        ),
        ("stages.steps.0.name", ["-    - name: low", "-      at: 0", "+    - at: 0"]),
        ("stages.steps.0", ["-    - name: low", "-      at: 0"]),
        ("stages.steps.1", ["-    - {name: high, at: 10}"]),
        ("leadline", ["-leadline: 1  # version"]),
    ],
)
def test_a_path_that_goes(path: str, gone: list[str]) -> None:
    assert changes(SMALL, remove(SMALL, path_of(path))) == gone


@pytest.mark.parametrize(
    ("path", "value", "message", "hint"),
    [
        ("scores.readines.range", "1", "`scores` has no `readines`", "did you mean `readiness`?"),
        (
            "scores.readiness.actions.demo.pionts",
            "1",
            "`scores.readiness.actions.demo` has no `pionts`",
            "did you mean `points`?",
        ),
        ("stages.steps.2.at", "1", "`stages.steps` is a list and has no item `2`", "from 0 to 1"),
        ("stages.by.x", "1", "`stages.by` is `score readiness`, which has no `x`", ""),
        ("scores.readiness.actions.demo", "3", "cannot be `3`", "name a key of it"),
        ("scores.readiness.decay", "{a", "`{a` is no list or mapping in YAML", "such as"),
        ("scores.readiness.reset.x", "1", "`scores.readiness.reset` has no `x`", "`event`"),
        ("scores.readiness.groups.g.max", "1", "`scores.readiness.groups` has no `g`", ""),
        ("tymezone", "UTC", "the ruleset has no `tymezone`", "did you mean `timezone`?"),
        (
            "readiness.range",
            "1",
            "the ruleset has no `readiness`",
            "did you mean `scores.readiness.range`?",
        ),
    ],
)
def test_what_cannot_be_set(path: str, value: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        set_value(SMALL, path_of(path), value)
    assert message in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize("path", ["scores.readiness.range", "stages.steps.7", "x"])
def test_what_is_not_there_cannot_go(path: str) -> None:
    with pytest.raises(UsageError, match="has no"):
        remove(SMALL, path_of(path))


@pytest.mark.parametrize(
    ("dotted", "names"),
    [
        ("a", ("a",)),
        ("a.b c.`d.e`.0", ("a", "b c", "d.e", "0")),
        ("größe.`x`", ("größe", "x")),
    ],
)
def test_a_path(dotted: str, names: tuple[str, ...]) -> None:
    assert path_of(dotted) == names


@pytest.mark.parametrize("dotted", ["", ".", "a.", ".a", "a..b", "`a", "`a`b", "a`b"])
def test_no_path(dotted: str) -> None:
    with pytest.raises(UsageError, match="is no path"):
        path_of(dotted)


def test_what_is_no_yaml_is_not_edited() -> None:
    with pytest.raises(RulesetError):
        set_value("a: [", ("a",), "1")


def test_an_edit_that_would_change_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit, "replaced", lambda *_: Splice(0, 12, "leadline: 2\nnote: x\n"))
    with pytest.raises(EngineError, match="would change more"):
        set_value("leadline: 1\nmodel: x\n", ("leadline",), "2")


def test_marks_and_line_ends_stay() -> None:
    text = "\ufeffleadline: 1\r\nscores:\r\n  a:\r\n    range: 0 to 1\r\n"
    after = set_value(text, path_of("scores.a.decay.half_life"), "1 day")
    assert after == text + "    decay:\r\n      half_life: 1 day\r\n"
    assert set_value(text, ("leadline",), "2") == text.replace("1", "2", 1)
    assert remove(after, path_of("scores.a.decay")) == text
    assert remove(text, ("leadline",)) == text.replace("leadline: 1\r\n", "")


def test_blank_lines_that_a_text_keeps_are_its_own() -> None:
    text = "a: |+\n  kept\n\nb: 1\n\nc: 2\n"
    assert remove(text, ("b",)) == "a: |+\n  kept\n\nc: 2\n"
    assert remove(text, ("c",)) == "a: |+\n  kept\n\nb: 1\n"


def plain(value: Value) -> Any:
    match value:
        case Mapping():
            return {entry.key.text: plain(entry.value) for entry in value.entries}
        case Sequence():
            return [plain(item) for item in value.items]
        case Scalar():
            return value.text


def places(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of all values in nested data."""
    pairs: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [(str(at), item) for at, item in enumerate(value)]
    below = [place for name, inner in pairs for place in places(inner, (*path, name))]
    return [path, *below] if path else below


@settings(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(models("UTC", date(2026, 1, 1)), st.data(), st.booleans())
def test_whatever_goes_and_comes_back(
    model: dict[str, Any], data: st.DataObject, canonical: bool
) -> None:
    text = format_text(written(model), "f") if canonical else written(model)
    path = data.draw(st.sampled_from(places(model)))
    without = remove(text, path)
    less = copy.deepcopy(model)
    around = at(less, path[:-1])
    value = around.pop(int(path[-1]) if isinstance(around, list) else path[-1])
    assert read(without) == less
    if isinstance(value, str) and isinstance(around, dict):
        assert read(set_value(without, path, value)) == model


def read(text: str) -> Any:
    document = load(text.encode(), "f").document
    assert document is not None
    return plain(document.root)


def at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def test_a_new_file() -> None:
    data = {
        "leadline": 1,
        "scores": {
            "s": {
                "grades": {"A": 60, "B": 0.5},
                "actions": {
                    "r": {
                        "points": 8.0,
                        "where": 'url contains "a, b"',
                        "event": ["a", "b"],
                        "enabled": False,
                        "note": "two\nlines",
                        "owner": "NO",
                        "limit": "3 per day",
                        "max": 1e-07,
                    }
                },
            }
        },
        "model": "new",
    }
    assert (
        dump(data, "From elsewhere.\n\nSee the list.")
        == """\
# From elsewhere.
#
# See the list.
leadline: 1
model: new
scores:
  s:
    actions:
      r:
        event: [a, b]
        where: url contains "a, b"
        points: 8
        limit: 3 per day
        max: 0.0000001
        enabled: false
        owner: NO
        note: "two\\nlines"
    grades: {A: 60, B: 0.5}
"""
    )
    assert format_text(dump(data), "f") == dump(data)


def test_a_shipped_ruleset_is_edited_in_one_line() -> None:
    after = set_value(SHIPPED, path_of("scores.readiness.actions.webinar.points"), "20")
    assert changes(SHIPPED, after) == ["-        points: 15", "+        points: 20"]


@settings(
    max_examples=50,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(yaml_texts(), st.data())
def test_an_edit_of_any_text(text: str, data: st.DataObject) -> None:
    loaded = load(text.encode(), "f")
    if loaded.document is None or loaded.diagnostics:
        return
    model = plain(loaded.document.root)
    path = data.draw(st.sampled_from(places(model)))
    less, more = copy.deepcopy(model), copy.deepcopy(model)
    around, name = at(less, path[:-1]), path[-1]
    del around[int(name) if isinstance(around, list) else name]
    assert read(remove(text, path, schema={})) == less
    around = at(more, path[:-1])
    around[int(name) if isinstance(around, list) else name] = "a, b"
    assert read(set_value(text, path, "a, b", schema={})) == more
