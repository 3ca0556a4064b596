from __future__ import annotations

from collections.abc import Mapping

import pytest

from leadline.errors import PluginError, UsageError
from leadline.plugin import DecayKind, checked_settings

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "required": ["token", "days"],
    "additionalProperties": False,
    "properties": {
        "token": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 8},
        "days": {"type": "integer", "minimum": 1},
        "mode": {"enum": ["fast", "safe"], "default": "safe"},
        "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        "on": {"const": True},
        "ref": {"$ref": "#/$defs/small"},
    },
    "$defs": {"small": {"type": "number", "maximum": 9}},
}
GOOD = {"token": "abc", "days": 3}


def kind(schema: Mapping[str, object]) -> DecayKind:
    return DecayKind("acme", "", schema, lambda settings, age: 1.0)


def test_defaults_are_filled_in() -> None:
    assert checked_settings(kind(SCHEMA), GOOD) == {**GOOD, "mode": "safe", "tags": []}
    assert checked_settings(kind(SCHEMA), {**GOOD, "mode": "fast"})["mode"] == "fast"


def test_the_settings_are_a_copy() -> None:
    tags: list[str] = ["a"]
    checked = checked_settings(kind(SCHEMA), {**GOOD, "tags": tags})
    tags.append("b")
    assert checked["tags"] == ["a"]
    defaults = checked_settings(kind(SCHEMA), GOOD)["tags"]
    assert isinstance(defaults, list)
    defaults.append("x")
    assert checked_settings(kind(SCHEMA), GOOD)["tags"] == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"token": "abc"}, "setting `days` is missing"),
        ({**GOOD, "tokens": "abc"}, "unknown setting `tokens`; did you mean `token`?"),
        ({**GOOD, "days": "3"}, "setting `days` is text, expected a whole number"),
        ({**GOOD, "days": True}, "setting `days` is true or false, expected a whole number"),
        ({**GOOD, "days": 0}, "setting `days` must be at least `1`"),
        ({**GOOD, "mode": "quick"}, "setting `mode` must be one of `fast`, `safe`"),
        ({**GOOD, "tags": ["a", None]}, "setting `tags[1]` is empty, expected text"),
        ({**GOOD, "on": False}, "setting `on` must be true"),
        ({**GOOD, "ref": 10}, "setting `ref` must be at most `9`"),
    ],
)
def test_a_misfit_is_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_settings(kind(SCHEMA), settings)
    assert str(caught.value) == f"the settings of `acme` are wrong: {message}"
    assert caught.value.exit_code == 2


def test_all_misfits_are_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        checked_settings(kind(SCHEMA), {"mode": 5, "nope": 1})
    for part in ("`days` is missing", "`token` is missing", "`mode` must be", "`nope`"):
        assert part in str(caught.value)


@pytest.mark.parametrize("secret", ["HUNTER2", "hunter2hunter2", ["hunter2"], {"a": "hunter2"}])
def test_no_message_shows_a_value(secret: object) -> None:
    with pytest.raises(UsageError) as caught:
        checked_settings(kind(SCHEMA), {**GOOD, "token": secret})
    assert "hunter2" not in str(caught.value).lower()


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "https://example.org/schema.json"},
        {"$ref": "#/$defs/none"},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_cannot_be_used_is_the_plugins_fault(schema: dict[str, object]) -> None:
    with pytest.raises(PluginError, match="the settings of `acme` are described by a schema"):
        checked_settings(kind(schema), {})
