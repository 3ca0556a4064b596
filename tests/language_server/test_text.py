from __future__ import annotations

import random

import pytest
from lsprotocol import types as lsp

from leadline.diagnostic import Place
from leadline.language_server.text import Encoding, Position, changed, text_of
from leadline.language_server.wire import encoding_of

UNITS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDTH = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def units(text: str, encoding: str) -> int:
    return len(text.encode(UNITS[encoding])) // WIDTH[encoding]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_columns_count_the_units_of_the_client(encoding: Encoding):
    line = 'note: "Grüße, 你好 😀 und 🚀"  # end'
    text = text_of(f"leadline: 1\n{line}\nlast", encoding)

    for index in range(len(line) + 1):
        position = Position(1, units(line[:index], encoding))
        assert text.position(12 + index) == position
        assert text.offset(position) == 12 + index


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_place_of_leadline_becomes_a_span(encoding: Encoding):
    text = text_of("a: 😀ä\nb: 你好 word\n", encoding)

    span = text.span(Place("f", 2, 7, 2, 11))

    assert text.text[span.start : span.end] == "word"
    assert text.position(span.start) == Position(1, units("b: 你好 ", encoding))


def test_positions_outside_of_the_text_mean_its_ends():
    text = text_of("ab\ncd", "utf-16")

    assert text.offset(Position(0, 99)) == 2
    assert text.offset(Position(9, 0)) == 5
    assert text.position(99) == Position(1, 2)
    assert text.span(Place("f", 9, 9, 9, 9)).start == 5


def test_lines_end_as_the_protocol_says_and_places_as_leadline_does():
    # A carriage return alone ends a line for an editor; other separators end none.
    text = text_of("a\rb\r\nc\u2028d\x0ce\nf", "utf-16")

    assert text.position(2) == Position(1, 0)
    assert text.position(text.text.index("e")) == Position(2, 4)
    assert text.position(text.text.index("f")) == Position(3, 0)
    assert text.text[text.span(Place("x", 3, 1, 3, 2)).start] == "f"
    assert text.place("x", text.text.index("c")) == Place("x", 2, 1, 2, 1)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_changes_make_the_text_that_the_client_has(encoding: Encoding):
    choose = random.Random(encoding)
    letters = "ab: ü😀\n\r🚀"
    mine = "leadline: 1\nmodel: grüße 😀\n"
    text = text_of(mine, encoding)

    for _ in range(300):
        first, last = sorted(choose.choices(range(len(mine) + 1), k=2))
        new = "".join(choose.choices(letters, k=choose.randrange(4)))
        here = text_of(mine, encoding)
        # Nothing lies between the two halves of a line break.
        if "\r\n" in (mine[first - 1 : first + 1], mine[last - 1 : last + 1]):
            continue
        text = changed(text, here.position(first), here.position(last), new)
        mine = mine[:first] + new + mine[last:]
        assert text.text == mine


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        (lsp.PositionEncodingKind.Utf8, "utf-8"),
        ("utf-32", "utf-32"),
        (None, "utf-16"),
        ("utf-7", "utf-16"),
    ],
)
def test_a_client_that_says_nothing_counts_in_utf_16(asked: str | None, counted: str):
    assert encoding_of(asked) == counted
