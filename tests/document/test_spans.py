"""Every character of a value has the place of its source, in every style."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.document.reading import assert_true_places, document, marked, scalar, scalars, source_at

from leadline.document.source import FORBIDDEN

HAND = [
    # plain
    ("k: ab «cd» ef", "cd"),
    ("k: ab\n   «cd» ef", "cd"),
    ("k: ab «cd\n  ef» gh", "cd ef"),
    ("k: ab\n\n\n   «cd»", "cd"),
    ("k: é𝄞 «cd»", "cd"),
    ("x: y\nk: ab\n    «cd»\n", "cd"),
    ("{k: ab\n  «cd», l: m}", "cd"),
    ("{k: (?i)«cd»?}", "cd"),
    # single
    ("k: 'ab «cd»'", "cd"),
    ("k: 'it''s «cd»'", "cd"),
    ("k: 'a«''»b'", "'"),
    ("k: 'ab\n\n  é «cd»'", "cd"),
    ("k: ' ab  «cd»'", "cd"),
    # double
    ('k: "ab «cd»"', "cd"),
    ('k: "\\"ab\\" «cd»"', "cd"),
    ('k: "\\x41\\u00e9\\U0001d11e\\n«cd»"', "cd"),
    ('k: "ab«\\u00e9»cd"', "é"),
    ('k: "«\\\\»d"', "\\"),
    ('k: "a\\\n   «cd»"', "cd"),
    ('k: "a \\\n\n   \\  «cd»"', "cd"),
    ('k: "a  \n\n \t «cd»"', "cd"),
    # literal
    ("k: |\n  ab\n  «cd»\n", "cd"),
    ("k: |-\n  ab\n\n    «cd»", "cd"),
    ("k: |2-\n    ab\n   «cd»\n", "cd"),
    ("k: |+1 # c\n  ab\n «cd»\n\n", "cd"),
    ("k: |\n\n\n  «cd»\n", "cd"),
    ("k: |\n  é«cd\n  ef»\n", "cd\nef"),
    ("k: |2\n   \n    \n  «cd»\n", "cd"),
    # folded
    ("k: >\n  ab\n  «cd»\n", "cd"),
    ("k: >-\n  ab\n\n  «cd»\n  ef\n", "cd"),
    ("k: >\n  ab\n   x\n   «cd»\n  ef\n", "cd"),
    ("k: >+2\n    ab\n\n  «cd»\n  ef\n\n", "cd"),
    ("k: >1-\n \n   \n  x\n «cd»", "cd"),
    ("k: >\n  ab\n  «cd\n  ef»\n", "cd ef"),
    ("k: >\n  ab\n  \tx\n  «cd»\n", "cd"),
]


@pytest.mark.parametrize(("text", "word"), HAND)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_word_is_found_in_every_style(text: str, word: str, ends: str, mark: str) -> None:
    text, (place,) = marked(text)
    text = text.replace("\n", ends)
    found = scalar(mark + text)
    at = found.text.index(word)
    assert found.span(at, at + len(word)) == place
    assert_true_places(text, found)


def test_nested_scalars_have_their_places_too() -> None:
    text = (
        "- x\n- a: |\n     é\n      b\n  c:\n  - >-\n   d\n   e\n"
        "  - 'f''\n\n      g'\n  - {h: i\n      j}\n"
    )
    found = list(scalars(document("k:\n" + text).root))
    assert len(found) == 9
    for each in found:
        assert_true_places("k:\n" + text, each)


def test_an_empty_span_is_a_point() -> None:
    found = scalar("k: |\n  ab\n  cd\n")
    assert [str(found.span(at, at)) for at in (0, 2, 3, 6)] == ["f:2:3", "f:2:5", "f:3:3", "f:4:1"]
    assert str(scalar("k: ''").span(0, 0)) == "f:1:5"


def test_indexes_outside_of_the_text_mean_its_ends() -> None:
    found = scalar("k: 'a''b'")
    assert found.span(-5, 99) == found.span(0, 3)
    assert found.span(7, 9) == found.span(3, 3)
    assert found.span(2, 1) == found.span(2, 2)


LETTERS = st.one_of(
    st.sampled_from("aZ09 .,:#-'\"\\|>&*!%@`{}[]?_/é𝄞\u00a0\n\n"),
    st.characters(exclude_categories=["Cs"]).filter(lambda char: not FORBIDDEN.match(char)),
)
TEXTS = st.text(LETTERS, max_size=40)


@settings(max_examples=400, deadline=None)
@given(
    text=TEXTS,
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    width=st.sampled_from([2, 10, 80]),
    indent=st.integers(2, 9),
    unicode=st.booleans(),
    ends=st.sampled_from(["\n", "\r\n"]),
    nested=st.booleans(),
)
def test_what_yaml_writes_has_true_places(
    text: str,
    style: str | None,
    width: int,
    indent: int,
    unicode: bool,
    ends: str,
    nested: bool,
) -> None:
    data = {"a": [{"b": text}]} if nested else {"b": text}
    source = yaml.safe_dump(
        data, default_style=style, width=width, indent=indent, allow_unicode=unicode
    )
    source = source.replace("!!str ", "").replace("\n", ends)
    assume(text.strip() or style not in ("|", ">"))
    *_, value = scalars(document(source).root)
    assert value.text == text
    assert_true_places(source, value)


LINES = st.lists(st.text("ab #:'\té", max_size=6), min_size=1, max_size=6)


@settings(max_examples=400, deadline=None)
@given(
    lines=LINES,
    style=st.sampled_from("|>"),
    chomp=st.sampled_from(["", "-", "+"]),
    indent=st.integers(1, 5),
    told=st.booleans(),
    ends=st.sampled_from(["\n", "\r\n"]),
    last=st.sampled_from(["", "\n", "\nc: d\n"]),
)
def test_block_scalars_have_true_places(
    lines: list[str], style: str, chomp: str, indent: int, told: bool, ends: str, last: str
) -> None:
    first = next((line for line in lines if line.strip(" ")), "")
    assume(first.strip())
    leading = lines[: lines.index(first)]
    # YAML refuses blank lines that are longer than the indentation of the text below them.
    told = told or first.startswith((" ", "\t")) or any(line.startswith(" ") for line in leading)
    head = f"k: {style}{indent if told else ''}{chomp}\n"
    source = head + "\n".join(" " * indent + line for line in lines) + last
    source = source.replace("\n", ends)
    found = scalar(source)
    assert found.style == ("literal" if style == "|" else "folded")
    if style == "|":
        assert found.text.rstrip("\n") == "\n".join(lines).rstrip("\n")
    assert_true_places(source, found)


@settings(max_examples=400, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(["a", "b c", "''", '"', "\\", "\n   ", "  \n\n \t ", "  ", "é", "#", ": "]),
        max_size=8,
    ),
    quote=st.sampled_from("'\""),
)
def test_quoted_scalars_over_lines_have_true_places(parts: list[str], quote: str) -> None:
    inner = "".join(parts)
    if quote == '"':
        inner = inner.replace("\\", "\\\\").replace('"', '\\"')
    source = f"k: {quote}{inner}{quote}\n"
    assert_true_places(source, scalar(source))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["\\n", "\\\n  ", "\\\\", "\\x41", "\\u20ac", '\\"', " ", "é", "\n\n"])
    )
)
def test_escapes_have_true_places(parts: list[str]) -> None:
    source = f'k: "{"".join(parts)}"\n'.replace("\n\\", "\n  \\").replace("\né", "\n é")
    source = source.replace('\n"', '\n "')
    found = scalar(source)
    assert_true_places(source, found)
    if found.text:
        assert source_at(source, found.span(0, len(found.text))) in source
