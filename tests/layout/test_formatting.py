"""One layout: pairs of files, what may not get lost, and what is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from leadline.document import load
from leadline.errors import EngineError, RulesetError
from leadline.layout import format_text, formatting
from leadline.layout.comments import comments
from leadline.ruleset.schema import RULESET_SCHEMA
from leadline.testing.schema import TEST_SCHEMA

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.glob("*.yaml"))
SHIPPED = sorted(ROOT.glob("rulesets/*/ruleset.yaml"))


def schema(name: str) -> dict[str, object]:
    return TEST_SCHEMA if name.endswith(".test.yaml") else RULESET_SCHEMA


def comment_texts(text: str) -> Counter[str]:
    document = load(text.encode(), "f").document
    assert document is not None
    return Counter(comment.text for comment in comments(document))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_in_its_layout(name: str, update: bool) -> None:
    before = (FIXTURES / name).read_text("utf-8")
    after = format_text(before, name, schema(name))
    expected = FIXTURES / name.replace(".yaml", ".formatted")
    if update:
        expected.write_text(after, encoding="utf-8")
    assert after == expected.read_text("utf-8")
    assert format_text(after, name, schema(name)) == after
    assert comment_texts(after) == comment_texts(before)


def test_no_comment_of_the_fixtures_is_overlooked() -> None:
    text = (FIXTURES / "comments.yaml").read_text("utf-8")
    assert sum(comment_texts(text).values()) == text.count("#")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_shipped_rulesets_are_in_it(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_text(text, path.name) == text


def test_line_ends_are_those_of_the_first_line() -> None:
    text = "model: x\r\nleadline: 1\nnote: |\r\n  a\r\n  b\r\n"
    assert format_text(text, "f") == "leadline: 1\r\nmodel: x\r\nnote: |\r\n  a\r\n  b\r\n"
    assert format_text("leadline: 1\nmodel: x", "f") == "leadline: 1\nmodel: x\n"


def test_a_mark_of_documents_goes() -> None:
    assert (
        format_text("---\n# top\nleadline: 1\n...\n# end\n", "f") == "# top\nleadline: 1\n# end\n"
    )


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("{}", "{}\n"),
        ("# a\n{} # b\n", "# a\n# b\n{}\n"),
        ("{leadline: 1, # a\n # b\n model: x} # c\n", "leadline: 1  # a\n# b\nmodel: x\n# c\n"),
    ],
)
def test_a_file_in_braces(text: str, formatted: str) -> None:
    assert format_text(text, "f") == formatted


def test_what_is_no_yaml_is_said() -> None:
    with pytest.raises(RulesetError) as raised:
        format_text("a: [1\nb: 2\n", "f.yaml")
    assert raised.value.diagnostics[0].place.file == "f.yaml"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ("leadline: 1\nmodel: y\n# a\n", "a value"),
        ("leadline: 1\nmodel: x\n", "a comment"),
        ("leadline: 1\nmodel: x\n# b\n", "a comment"),
        ("leadline: 1\nmodel: [\n# a\n", "a value"),
    ],
)
def test_what_would_not_say_the_same_is_refused(
    monkeypatch: pytest.MonkeyPatch, spoilt: str, what: str
) -> None:
    monkeypatch.setattr(formatting, "printed", lambda *_: spoilt)
    with pytest.raises(EngineError, match=what):
        format_text("leadline: 1\nmodel: x\n# a\n", "f")
