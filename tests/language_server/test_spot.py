from __future__ import annotations

import pytest

from leadline.language_server.spot import keys_in, spot_at

RULES = """\
leadline: 1
scores:
  readiness:
    actions:
      demo: {event: demo, points: 40, limit: 1}
      page:
        event: page_view
        where: url starts with "/pricing"
        points: 8
    groups:
      events: {max: 45}
"""
PAGE = ("scores", "readiness", "actions", "page")
DEMO = ("scores", "readiness", "actions", "demo")


def at(text: str):
    """Return the spot at the mark ¦, which is no part of the text."""
    spot = spot_at(text.replace("¦", ""), text.index("¦"))
    return spot.path, spot.part, spot.written


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("        points: 8", "        ¦", (PAGE, "key", "")),
        ("        points: 8", "        poi¦", (PAGE, "key", "poi")),
        ("        points: 8", "        points: ¦", ((*PAGE, "points"), "value", "")),
        ("        points: 8", "        points:¦", ((*PAGE, "points"), "comment", "")),
        ("        points: 8", "        # poi¦", ((), "comment", "")),
        ("points: 8", "points: 8  # wh¦", ((*PAGE, "points"), "comment", "")),
        ("/pricing", "/pri¦", ((*PAGE, "where"), "value", 'url starts with "/pri')),
        ("points: 40,", "poi¦", (DEMO, "key", "poi")),
        ("points: 40,", "points: 4¦", ((*DEMO, "points"), "value", "4")),
        ("points: 40, limit: 1}", "limit: ¦", ((*DEMO, "limit"), "value", "")),
        ("{event: demo,", "{¦", (DEMO, "key", "")),
        ("event: page_view", "event: [a, b¦]", ((*PAGE, "event", 1), "value", "b")),
        ("event: page_view", "event:\n          - a\n          - b¦", ((*PAGE, "event", 1),) * 1),
        ("event: page_view", "event:\n        - a\n        - b¦", ((*PAGE, "event", 1),) * 1),
        ("where: url", "where: 'a is ''b'' ¦", ((*PAGE, "where"), "value", "a is 'b' ")),
        ("where: url", 'where: "a is \\"b¦', ((*PAGE, "where"), "value", 'a is "b')),
        ("where: url", "where: a\n          and b¦", ((*PAGE, "where"), "value", "a and b")),
        ("where: url", "where: 'done'¦", ((*PAGE, "where"), "comment", "")),
    ],
)
def test_where_the_cursor_is(old: str, new: str, expected: tuple[object, ...]):
    assert at(RULES.replace(old, new, 1))[: len(expected)] == expected


def test_a_block_of_lines_is_one_value():
    path, part, written = at(
        RULES.replace("where: url", "where: >-\n          a is b\n          and ¦")
    )

    assert (path, part, written.split()) == ((*PAGE, "where"), "value", ["a", "is", "b", "and"])


@pytest.mark.parametrize(
    ("indent", "path"),
    [
        ("", ()),
        ("  ", ("scores",)),
        ("    ", ("scores", "readiness")),
        ("      ", ("scores", "readiness", "groups")),
    ],
)
def test_a_blank_line_belongs_where_its_indentation_says(indent: str, path: tuple[str, ...]):
    assert at(f"{RULES}{indent}¦\n") == (path, "key", "")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("do:\n  - tag: {a: b}\n  - se¦", ("do", 1)),
        ("do:\n- tag: {a: b}\n- send: x\n  exp¦", ("do", 1)),
        ("do: [{tag: {a: b}}, {se¦", ("do", 1)),
        ("steps:\n  - name: a\n    at: 3\n  - name: b\n    ¦", ("steps", 1)),
        ("a:\n  - - x\n    - y¦", ("a", 0, 1)),
    ],
)
def test_items_of_lists_are_numbered(text: str, path: tuple[object, ...]):
    assert at(text)[0] == path


def test_a_bracket_that_was_forgotten_ends_where_a_key_stands():
    assert at("a:\n  b: {event: x,\n  c:\n    wh¦") == (("a", "c"), "key", "wh")


def test_keys_are_found_in_a_text_that_is_no_yaml():
    keys = keys_in(RULES + "segments:\n  hot: stage is\n  cold: 'quiet(\n  : :\nstages: {by: x, st")

    assert keys.at(PAGE) == ("event", "where", "points")
    assert keys.at(DEMO) == ("event", "points", "limit")
    assert keys.at(("stages",)) == ("by",)
    assert keys.at(()) == ("leadline", "scores", "segments", "stages")


def test_no_beginning_of_a_text_is_too_broken():
    text = RULES + "automations:\n  q:\n    do: [{tag: {a: 'b'}}, {send: \"x\"}]\n"

    for offset in range(len(text) + 1):
        spot = spot_at(text, offset)
        assert 0 <= spot.start <= offset or spot.part == "comment"
