"""Texts of leadline.yaml, read by the types that a function declares."""

from __future__ import annotations

from typing import Any, Literal, NewType, TypedDict

import dlt
import pytest
from dlt.sources.rest_api import rest_api_source
from leadline.plugin import UsageError

from leadline_dlt.arguments import typed_arguments

Word = NewType("Word", str)


class Pages(TypedDict, total=False):
    size: int
    name: str
    more: dict[str, Any] | None


def plain(
    text: str,
    whole: int,
    number: float,
    truth: bool,
    choice: Literal["1", "2"],
    word: Word,
    either: int | str,
    maybe: int | None,
    sizes: list[int],
    names: list[str] | None,
    pages: Pages | str,
    heads: dict[str, str],
    unsaid,  # type: ignore[no-untyped-def]
    default=100,  # type: ignore[no-untyped-def]
    secret: str = dlt.secrets.value,
) -> None:
    """Take arguments of many types."""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("text", "007", "007"),
        ("text", "true", "true"),
        ("whole", "100", 100),
        ("number", "100", 100.0),
        ("number", "-1.50", -1.5),
        ("truth", "false", False),
        ("choice", "1", "1"),
        ("word", "12", "12"),
        ("either", "12", "12"),
        ("maybe", "12", 12),
        ("maybe", "null", None),
        ("sizes", ["1", "2"], [1, 2]),
        ("names", ["1", "2"], ["1", "2"]),
        (
            "pages",
            {"size": "5", "name": "5", "more": {"x": "5"}},
            {"size": 5, "name": "5", "more": {"x": 5}},
        ),
        ("heads", {"X-Version": "2"}, {"X-Version": "2"}),
        ("unsaid", "12", 12),
        ("unsaid", "1.5", 1.5),
        ("unsaid", "true", True),
        ("unsaid", "null", None),
        ("unsaid", "007", "007"),
        ("unsaid", "1234567890123456789012", "1234567890123456789012"),
        ("unsaid", {"a": ["1", "b"]}, {"a": [1, "b"]}),
        ("default", "50", 50),
        ("secret", "123", "123"),
    ],
)
def test_a_text_has_the_type_that_is_declared(name: str, text: object, expected: object) -> None:
    [found] = typed_arguments(plain, {name: text}, "acme:plain").values()
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "words"),
    [("whole", "a whole number"), ("number", "a number"), ("truth", "true or false")],
)
def test_a_text_of_another_type_is_told_but_not_shown(name: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        typed_arguments(plain, {name: "hunter2"}, "acme:plain")
    assert error.value.message == f"`arguments.{name}` is a text, expected {words}"


def test_a_misspelt_argument_is_named() -> None:
    with pytest.raises(UsageError, match="has `sise`, which acme:plain does not take") as error:
        typed_arguments(plain, {"sise": "1"}, "acme:plain")
    assert error.value.hint == "did you mean `sizes`?"


def test_the_settings_of_an_api_are_read_by_what_dlt_says_of_them() -> None:
    client = {
        "base_url": "https://example.com",
        "auth": {"type": "bearer", "token": "123456"},
        "headers": {"X-Version": "2"},
        "paginator": {"type": "page_number", "base_page": "1", "stop_after_empty_page": "false"},
    }
    config = {"client": client, "resources": [{"name": "1", "endpoint": {"json": {"n": "5"}}}]}
    [found] = typed_arguments(rest_api_source, {"config": config}, "rest_api").values()
    assert found["client"]["auth"] == {"type": "bearer", "token": "123456"}
    assert found["client"]["headers"] == {"X-Version": "2"}
    assert found["client"]["paginator"] == {
        "type": "page_number",
        "base_page": 1,
        "stop_after_empty_page": False,
    }
    assert found["resources"] == [{"name": "1", "endpoint": {"json": {"n": 5}}}]


def test_any_argument_may_be_given_where_the_function_takes_any() -> None:
    def anything(**others: object) -> None:
        """Take anything."""

    assert typed_arguments(anything, {"n": "1", "t": "a"}, "acme:anything") == {"n": 1, "t": "a"}
