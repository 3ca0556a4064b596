"""No bytes raise anything, and both parsers of PyYAML read alike."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.document.reading import has_places, scalars

from leadline.document import Loaded, events, load, loading
from leadline.document.source import RAW_FORBIDDEN, STAND_IN

PIECES = """
a|b c|é𝄞|key|: |:|- |-|? |?|[|]|{|}|, |,|"|'|"q"|'s'|'it''s'|#| # c|%|@|`|\\|\\n|\\x41
--- |...|0|<<|<<: |=|~|>= 3|in [a, b]|where: |&a |*a |!t |!|%YAML 1.1|"\\ud800"|"\\U99999999"
"""
BLANKS = ["\n", "\n", "\n  ", "\n    ", " ", "  ", "\t", "\r\n", "\r", "\x00", "\ufeff", "\u2028"]
BLOCKS = ["|", ">", "|-\n  ", ">+\n    ", "|2\n   ", "|\n\n  x\n   "]
PIECE = st.sampled_from([*BLANKS, *BLOCKS, *PIECES.replace("\n", "|").strip("|").split("|")])
FRAMES = st.sampled_from(["{}", "k: {}", "k: {{{}}}", "k: [{}]", "a: 1\nk:\n  - {}\n  - b\n"])
TEXTS = st.builds(
    lambda frame, pieces: frame.format("".join(pieces)), FRAMES, st.lists(PIECE, max_size=14)
)


def assert_sound(result: Loaded) -> None:
    """Check that a result says something true: a document, or why there is none."""
    assert result.document is not None or result.diagnostics
    lines = result.text.split("\n")
    for found in result.diagnostics:
        place = found.place
        assert place is not None
        assert found.message
        assert found.hint
        assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)
        assert place.column <= len(lines[place.line - 1]) + 1
        assert place.end_column <= len(lines[place.end_line - 1]) + 1
    if result.document is not None:
        assert all(map(has_places, scalars(result.document.root)))


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
@example(b'a: "\\U00110000"')
@example(b'a: "\\Uffffffff"')
@example(b"%YAML " + b"9" * 5000)
@example(b"a: !%ff b")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
def test_any_bytes_are_loaded(source: bytes) -> None:
    assert_sound(load(source, "f"))


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_any_text_that_looks_like_yaml_is_loaded(text: str) -> None:
    assert_sound(load(text.encode(), "f"))


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
@settings(max_examples=1500, deadline=None)
@given(TEXTS.filter(lambda text: "\t" not in text))
def test_both_parsers_read_alike(text: str) -> None:
    text = RAW_FORBIDDEN.sub(STAND_IN, text)
    if events.read_by_libyaml(text) is None:
        return
    fast = load(text.encode(), "f")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read", events.read_by_python)
        assert load(text.encode(), "f") == fast


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
def test_libyaml_reads_what_is_in_order() -> None:
    reading = events.read_by_libyaml('a: {b: [c?d, "e"]}\nf: |\n  g\n# h\ni: j k\n')
    assert reading is not None
    assert [event.text for event in reading.events if event.kind == "scalar"] == [
        *("a", "b", "c?d", "e", "f", "g\n", "i", "j k")
    ]


@pytest.mark.parametrize(
    "text", ["a: *b", "a: &b c", "a: !b c", "a:\tb", "a: |#", "a: [?b]", "a: ["]
)
def test_libyaml_leaves_what_it_reads_otherwise(text: str) -> None:
    assert events.read_by_libyaml(text) is None


def test_without_libyaml_everything_is_read_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"a: {b: [c?d, 'e']}\nf: |\n  g\nf: x\n"
    before = load(text, "f")
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert load(text, "f") == before
    assert before.document is not None
