"""How diagnostics look: spans under what they mark, whatever stands before them."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.diagnostic import Code, Diagnostic, Edit, Fix, Place, Severity
from leadline.report.diagnostics import as_json, columns, concise, summary, text, visible

WRONG = Code("LL999", "wrong-thing")
DOUBTFUL = Code("LL998", "doubtful-thing", Severity.WARNING)
REMARK = Code("LL997", "remark", Severity.NOTE)


def printed(source: str, place: tuple[int, int, int, int], width: int = 80) -> list[str]:
    """Return the lines that show a place of a source."""
    diagnostic = Diagnostic(WRONG, "message", Place("f", *place))
    lines = text([diagnostic], {"f": source}, colour=False, width=width).split("\n")
    return lines[2:-3]


def test_a_diagnostic_in_full() -> None:
    diagnostic = Diagnostic(
        WRONG,
        "`points` must be a number, and is `many`",
        Place("rules/fit.yaml", 2, 9, 2, 13),
        "write a number",
        ("seen twice", "and once more"),
    )
    assert text([diagnostic], {"rules/fit.yaml": "a: 1\npoints: many\n"}, colour=False) == (
        "error[LL999] wrong-thing: `points` must be a number, and is `many`\n"
        " --> rules/fit.yaml:2:9\n"
        "  |\n"
        "2 | points: many\n"
        "  |         ^^^^\n"
        "  = help: write a number\n"
        "  = note: seen twice\n"
        "  = note: and once more\n"
        "\n"
        "1 error in 1 file\n"
    )


def test_without_a_place_or_a_text_there_is_no_source() -> None:
    nowhere = Diagnostic(WRONG, "nothing to see", hint="look elsewhere")
    unknown = Diagnostic(WRONG, "nothing to see", Place("other.yaml", 3, 1, 3, 2))
    beyond = Diagnostic(WRONG, "nothing to see", Place("f", 30, 1, 30, 2))
    assert text([nowhere], {}, colour=False) == (
        "error[LL999] wrong-thing: nothing to see\n  = help: look elsewhere\n\n1 error\n"
    )
    for diagnostic in (unknown, beyond):
        lines = text([diagnostic], {"f": "a"}, colour=False).split("\n")
        assert lines[:3] == [
            "error[LL999] wrong-thing: nothing to see",
            f" --> {diagnostic.place}",
            "",
        ]


@pytest.mark.parametrize(
    ("source", "place", "shown"),
    [
        ("a: x", (1, 4, 1, 5), ["1 | a: x", "  |    ^"]),
        ("\ta: x", (1, 5, 1, 6), ["1 |     a: x", "  |        ^"]),
        ("\t: x", (1, 1, 1, 2), ["1 |     : x", "  | ^^^^"]),
        ("日本: x", (1, 5, 1, 6), ["1 | 日本: x", "  |       ^"]),
        ("a: 日本", (1, 4, 1, 6), ["1 | a: 日本", "  |    ^^^^"]),
        ("e\u0301: x", (1, 5, 1, 6), ["1 | e\u0301: x", "  |    ^"]),
        ("é: x", (1, 4, 1, 5), ["1 | é: x", "  |    ^"]),
        ("🎉: x", (1, 4, 1, 5), ["1 | 🎉: x", "  |     ^"]),
        ("a: x\r\nb: y\r\n", (1, 4, 1, 5), ["1 | a: x", "  |    ^"]),
        ("a:", (1, 3, 1, 3), ["1 | a:", "  |   ^"]),
        ("", (1, 1, 1, 1), ["1 |", "  | ^"]),
        ("a: \x1b[31m", (1, 4, 1, 9), ["1 | a: ␛[31m", "  |    ^^^^^"]),
        ("a: \u202ex", (1, 4, 1, 6), ["1 | a: \ufffdx", "  |    ^^"]),
    ],
)
def test_the_span_is_underlined(
    source: str, place: tuple[int, int, int, int], shown: list[str]
) -> None:
    assert printed(source, place) == ["  |", *shown]


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ((2, 4, 3, 4), ["2 | b: x", "  |    ^", "3 |   y", "  |   ^"]),
        ((2, 4, 4, 2), ["2 | b: x", "  |    ^", "...", "4 | z", "  | ^"]),
        ((2, 4, 3, 1), ["2 | b: x", "  |    ^"]),
        ((2, 1, 5, 1), ["2 | b: x", "  | ^^^^", "...", "4 | z", "  | ^"]),
        ((4, 1, 9, 9), ["4 | z", "  | ^"]),
    ],
)
def test_of_several_lines_the_first_and_the_last_are_shown(
    place: tuple[int, int, int, int], shown: list[str]
) -> None:
    assert printed("a: 1\nb: x\n  y\nz", place) == ["  |", *shown]


def test_the_margin_is_as_wide_as_the_number() -> None:
    assert printed("\n" * 99 + "a", (100, 1, 100, 2)) == ["    |", "100 | a", "    | ^"]


def test_a_long_line_is_cut_around_the_span() -> None:
    source = "a" * 300 + "WRONG" + "b" * 300
    assert printed(source, (1, 301, 1, 306), 60) == [
        "  |",
        "1 | …" + "a" * 20 + "WRONG" + "b" * 29 + "…",
        "  | " + " " * 21 + "^^^^^",
    ]
    assert printed(source, (1, 1, 1, 3), 60) == ["  |", "1 | " + "a" * 54 + "…", "  | ^^"]
    assert printed(source, (1, 604, 1, 606), 60)[1:] == [
        "1 | …" + "b" * 54,
        "  | " + " " * 53 + "^^",
    ]


@given(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=150),
    st.data(),
)
@settings(max_examples=200, deadline=None)
def test_the_underline_stands_below_the_span(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    _, source, under = printed(line, (1, start + 1, 1, end + 1))
    assert columns(source) <= 80
    assert "\n" not in source
    assert not any(unicodedata.category(char) == "Cc" for char in source)
    before, span = under[4:].rstrip("^"), under.lstrip(" |")
    assert before.strip() == ""
    assert set(span) == {"^"}
    assert columns(under) <= max(80, columns(source) + 1)
    marked = "".join("    " if char == "\t" else visible(char) for char in line[start:end])
    if len(line) < 15 and columns(marked):
        assert len(span) == columns(marked)
        head = "".join("    " if char == "\t" else visible(char) for char in line[:start])
        assert len(before) == columns(head)


def test_long_messages_and_hints_are_wrapped() -> None:
    diagnostic = Diagnostic(WRONG, "a word " * 30, None, "`one two` three " * 20, ("x" * 200,))
    lines = text([diagnostic], {}, colour=False, width=80).split("\n")
    assert max(len(line) for line in lines if "x" not in line) <= 80
    assert lines[1].startswith("  ")
    hints = [line for line in lines if "`" in line]
    assert hints[0].startswith("  = help: `one two` three")
    assert all(line.startswith(" " * 10) for line in hints[1:])
    assert all(line.count("`") % 2 == 0 for line in hints), "code is never broken"


def test_colours_are_all_that_a_terminal_gets_besides() -> None:
    diagnostics = [
        Diagnostic(code, "message", Place("f", 1, 1, 1, 2), "hint", ("note",))
        for code in (WRONG, DOUBTFUL, REMARK)
    ]
    plain = text(diagnostics, {"f": "a"}, colour=False)
    coloured = text(diagnostics, {"f": "a"}, colour=True)
    assert "\x1b" not in plain
    bare = "".join(part.split("m", 1)[-1] for part in coloured.split("\x1b["))
    assert bare == plain
    assert "\x1b[1;31merror[LL999]" in coloured
    assert "\x1b[1;33mwarning[LL998]" in coloured
    assert "\x1b[1;36mnote[LL997]" in coloured


def test_nothing_that_is_said_can_move_the_cursor() -> None:
    diagnostic = Diagnostic(WRONG, "a\x1b[2J\nb", Place("f\x07", 1, 1, 1, 1), "\r\x9b", ("\u2066",))
    said = text([diagnostic], {}, colour=False)
    assert "a␛[2J␊b" in said
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in said.replace("\n", ""))


def test_the_summary_counts_by_severity_and_file() -> None:
    first, second = Place("a", 1, 1, 1, 1), Place("b", 1, 1, 1, 1)
    assert summary([]) == ""
    assert summary([Diagnostic(WRONG, "x", first)]) == "1 error in 1 file"
    found = [
        Diagnostic(REMARK, "x", first),
        *(Diagnostic(WRONG, message, first) for message in "xyz"),
        Diagnostic(DOUBTFUL, "x", second),
    ]
    assert summary(found) == "3 errors, 1 warning, 1 note in 2 files"
    assert text([], {}, colour=False) == ""


def test_diagnostics_are_printed_in_order_and_once() -> None:
    later = Diagnostic(WRONG, "later", Place("f", 2, 1, 2, 2))
    first = Diagnostic(WRONG, "first", Place("f", 1, 1, 1, 2))
    said = text([later, first, later], {}, colour=False)
    assert said.count("later") == 1
    assert said.index("first") < said.index("later")


def test_json() -> None:
    found = [
        Diagnostic(WRONG, "größe", Place("f", 1, 2, 3, 4), "a hint", ("one", "two")),
        Diagnostic(DOUBTFUL, "nowhere"),
    ]
    said = as_json(found)
    assert "größe" in said
    assert json.loads(said) == [
        {
            "code": "LL998",
            "name": "doubtful-thing",
            "severity": "warning",
            "message": "nowhere",
            "hint": "",
            "notes": [],
            "file": None,
            "line": None,
            "column": None,
            "end_line": None,
            "end_column": None,
            "fix": None,
        },
        {
            "code": "LL999",
            "name": "wrong-thing",
            "severity": "error",
            "message": "größe",
            "hint": "a hint",
            "notes": ["one", "two"],
            "file": "f",
            "line": 1,
            "column": 2,
            "end_line": 3,
            "end_column": 4,
            "fix": None,
        },
    ]
    assert json.loads(as_json([])) == []


def test_a_fix_is_told_in_json_and_counted_in_the_summary() -> None:
    place = Place("f", 1, 2, 1, 4)
    safe = Fix("remove it", (Edit(place, ""),), safe=True)
    unsafe = Fix("write `b`", (Edit(place, "b"),), safe=False)
    found = [
        Diagnostic(DOUBTFUL, "one", place, "is it of use?", fix=safe),
        Diagnostic(DOUBTFUL, "two", place, "did you mean `b`?", fix=unsafe),
        Diagnostic(DOUBTFUL, "three", place),
    ]

    assert json.loads(as_json(found))[2]["fix"] == {
        "title": "write `b`",
        "safe": False,
        "edits": [
            {"file": "f", "line": 1, "column": 2, "end_line": 1, "end_column": 4, "text": "b"}
        ],
    }
    assert summary(found).endswith("; 1 can be fixed with --fix, 1 more with --fix --unsafe")
    assert summary(found[:1]).endswith("; 1 can be fixed with --fix")
    assert summary(found[1:]).endswith("; 1 can be fixed with --fix --unsafe")
    assert summary(found[2:]) == "1 warning in 1 file"
    said = text(found, {}, colour=False)
    assert said.count("= fix: ") == 1  # where the help says it, it is not said twice
    assert "= fix: remove it, with --fix\n" in said


def test_concise_is_a_line_each() -> None:
    found = [
        Diagnostic(DOUBTFUL, "one\nline", Place("a.yaml", 3, 2, 4, 1)),
        Diagnostic(Code("naming", "naming"), "of a plugin", Place("a.yaml", 1, 1, 1, 2)),
        Diagnostic(WRONG, "nowhere"),
    ]

    assert concise(found).splitlines() == [
        "LL999 wrong-thing: nowhere",
        "a.yaml:1:1: naming: of a plugin",
        "a.yaml:3:2: LL998 doubtful-thing: one\u240aline",
    ]


def test_a_check_of_a_plugin_is_named_once() -> None:
    found = Diagnostic(Code("naming", "naming", Severity.WARNING), "of a plugin")

    assert text([found], {}, colour=False).startswith("warning[naming]: of a plugin\n")
