from __future__ import annotations

import dataclasses

import pytest
from tests.document.reading import document, loaded, marked, plain, scalar

from leadline.document import Mapping, Scalar, Sequence

RAW = """
    NO on yes true ~ null 01234 0o17 0x1F 1.10 1e3 1_000 .nan 12:30 12:30:45 2026-02-30
    = -5 a=b?c http://x.y/z#w a,b]
"""


@pytest.mark.parametrize("text", RAW.split())
def test_a_plain_scalar_is_its_text(text: str) -> None:
    found = scalar(f"k: {text}\n")
    assert (found.text, found.style) == (text, "plain")


def test_a_key_is_its_text() -> None:
    assert document("on: 1\n1.10: 2\nNO: 3\n'': 4\n").root.keys == ("on", "1.10", "NO", "")


def test_the_shapes_of_a_document() -> None:
    text = "a: {b: [c, 'd']}\ne:\n- f: g\n- [h: i]\nj: |\n  k\n  l\nm: >-\n  n\n  o\n"
    found = document(text)
    assert (found.file, found.text) == ("f", text)
    assert plain(found.root) == {
        "a": {"b": ["c", "d"]},
        "e": [{"f": "g"}, [{"h": "i"}]],
        "j": "k\nl\n",
        "m": "n o",
    }


def test_an_entry_is_got_by_its_key() -> None:
    root = document("a: 1\nb: 2\n").root
    entry = root.get("b")
    assert entry is not None
    assert (entry.key.text, plain(entry.value)) == ("b", "2")
    assert root.get("c") is None


@pytest.mark.parametrize(
    "text",
    [
        "k:«»",
        "k:«»\nl: 1",
        "k:«»   # c\n",
        "{k:«» , l: 1}",
        "{k:«»\n}",
        "{k«»}",
        "{k«» , l: 1}",
        "'k' :«» \n",
        "k:«»\r\nl: 1",
        "? k«»\n",
    ],
)
def test_an_empty_value_stands_behind_its_colon(text: str) -> None:
    text, (place,) = marked(text)
    found = scalar(text)
    assert (found.text, found.style, found.place) == ("", "plain", place)
    assert found.span(0, 0) == place


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("k: «b c»", Scalar),
        ("k: «b\n  c» # d", Scalar),
        ("k: «'b c'»", Scalar),
        ("k: «|\n  b\n  c»\n\nd: 1", Scalar),
        ("k: «{a: 1,\n  b: 2}»\nc: 1", Mapping),
        ("k:\n  «a: 1\n  b: 'x'» # y\n\n# z\nc: 1", Mapping),
        ("k:\n  «- a\n  - b:»\n\nc: 1", Sequence),
        ("k: «[a, [b]]» # c", Sequence),
        ("k: [«a: b», c]", Mapping),
        ("é𝄞: 1\nk:\n- «ü: ß»\n", Mapping),
    ],
)
def test_a_value_has_its_place(text: str, kind: type) -> None:
    text, (place,) = marked(text)
    entry = document(text).root.get("k")
    assert entry is not None
    value = entry.value
    if isinstance(value, Sequence) and kind is Mapping:
        value = value.items[0]
    assert isinstance(value, kind)
    assert value.place == place


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("k: a > 1 «#» b is 2\nl: 1", "comment", "# b is 2"),
        ("k: a > 1   «#»b\r\nl: 1", "comment", "#b"),
        ("k: «#» todo", "comment", "# todo"),
        ("k: a\n  b «#» c", "comment", "# c"),
        ("{k: a «#» b\n}", "comment", "# b"),
        ("{k: min(a«,» b) > 3, c: 1}", "flow", ", b) > 3, c: 1}"),
        ("{k: a is b«}»", "flow", "}"),
        ("{k: a is b\n «}» # c", "flow", "} # c"),
        ("{k: «,» c: 1}", "flow", ", c: 1}"),
    ],
)
def test_a_plain_scalar_knows_what_cut_it(text: str, kind: str, rest: str) -> None:
    text, (place,) = marked(text)
    cut = scalar(text).cut
    assert cut is not None
    assert (cut.kind, cut.place, cut.rest) == (kind, place, rest)
    assert cut.character == rest[0]


def test_a_list_cuts_its_scalars_too() -> None:
    value = document("k: [a(b, c), d]").root.entries[0].value
    assert isinstance(value, Sequence)
    cuts = [item.cut for item in value.items if isinstance(item, Scalar)]
    assert [cut.rest for cut in cuts if cut] == [", c), d]", ", d]", "]"]


@pytest.mark.parametrize("text", ["k: a", "k: 'a' # b", 'k: "a" # b', "k: |\n a # b\n", "k: a#b"])
def test_what_is_whole_was_not_cut(text: str) -> None:
    found = document(text).root.entries[0]
    assert isinstance(found.value, Scalar)
    assert found.value.cut is None
    assert found.key.cut is None


def test_values_are_equal_by_text_and_place_and_cannot_be_changed() -> None:
    text = "a: [b, 'c']\nd: |\n  e\n"
    assert document(text) == document(text)
    assert document(text) != document(text.replace("e", "f"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        document(text).root.entries = ()  # type: ignore[misc]


def test_the_text_counts_without_a_byte_order_mark_and_with_what_cannot_stand_in_it() -> None:
    assert loaded("\ufeffa: 1\r\n").text == "a: 1\r\n"
    result = loaded("a: b\x00c\n")
    assert result.text == "a: b\x00c\n"
    assert result.document is not None
    assert plain(result.document.root) == {"a": "b\ufffdc"}
