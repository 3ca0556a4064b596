from __future__ import annotations

import pytest
from tests.document.reading import loaded, marked

EXPRESSIONS = [
    'when: «"a" == b»',
    'when: «"a" is b»\nnext: 1',
    'when: «"a" is b» # a note',
    "note: «'it's'»",
    'when: «"a"\n  and b»\nnext: 1',
    "when: «[a, b] contains x»",
    "when: «{a} is x»",
    "- «[a, b] x»",
    "when: «!x!(y) and z»",
    "when: «*.com»",
    "when: «* 2»",
    "when: «&& b»",
    "when: «@x is 1»",
    "when: «`Job Title` is 1»\npoints: 5",
    "when: «%a»",
    "when: «> 5»",
    "when: «>= 5»",
    "when: «| x»",
    "when: «- a»",
    "when: «? a»",
    "when: «a is b: c»",
    'when: «a is "b: c"»',
    'rule:\n  when: «lead.x matches "\\d: +"»\n  points: 5',
    "when: «a # x»\n  and b\nc: 1",
    "r: {when: «x in [a, b]», points: 4}",
    "{event: e, when: «x in [a, b]»}",
    "r: {when: «x is {a}», points: 4}",
    'r: {when: «"a" is b», points: 4}',
    "r: {when: «a: b», points: 4}",
    "r: {when: «x in\n [a, b]», points: 4}",
    "r: {when: «count(a, b) > [3]», points: 4}",
    "r: {when: «@a», points: 1}",
    "r: {when: «`a`», points: 1}",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_without_quotes_is_shown_whole(text: str) -> None:
    text, (place,) = marked(text)
    result = loaded(text)
    (found,) = result.diagnostics
    assert (found.name, found.place) == ("unquoted-expression", place)
    assert "single quotes" in found.hint
    assert "`|`" in found.hint
    assert result.document is None


FAULTS = [
    ("not-yaml", "goes on with the value that begins in line 1", "a: b\n  «c: d»\n"),
    ("not-yaml", "goes on with the value that begins in line 1", "foo\n«bar: 1»"),
    ("not-yaml", "indentation", "a:\n  b: 1\n «c: 2»\n"),
    ("not-yaml", "indentation", "a:\n    b: 1\n  «c: 2»\n"),
    ("not-yaml", "indentation", "a: |\n  x\n «y»\nb: 1"),
    ("not-yaml", "side by side", "a:\n  - b\n  «c: 1»"),
    ("not-yaml", "side by side", "a: 1\n«- b»"),
    ("not-yaml", "neither an entry", "a: 1\n«foo»\nb: 2"),
    ("not-yaml", "neither an entry", "a: 1\n«b :c»\n"),
    ("not-yaml", "bracket that opens here is never closed", "a: «{»b: x, c: 4"),
    ("not-yaml", "bracket that opens here is never closed", "a: «[»b, # c\n"),
    ("not-yaml", "quote that opens here is never closed", 'a: «"»b\nc: 1\n'),
    ("not-yaml", "quote that opens here is never closed", "a: «'»b\n---\nc'\n"),
    ("not-yaml", "without a bracket that is open", "a: b\n«}»"),
    ("not-yaml", "where a value was expected", "a: «]»"),
    ("not-yaml", "where a value was expected", "a: {b: 1,«,» c: 2}"),
    ("not-yaml", "behind the end", "a: b\n...\n«c: d»"),
    ("unknown-escape", "`\\d`", 'a: "b«\\d»+"'),
    ("unknown-escape", "`\\x`", 'a: "b«\\x»4"'),
    ("unknown-escape", "`\\U`", 'a: "b«\\U»00110000"'),
    ("unknown-escape", "`\\U`", 'a: "b«\\U»FFFFFFFF"'),
]


@pytest.mark.parametrize(("name", "words", "text"), FAULTS)
def test_a_fault_is_said_in_the_words_of_the_author(name: str, words: str, text: str) -> None:
    text, (place,) = marked(text)
    (found,) = loaded(text).diagnostics
    assert (found.name, found.place) == (name, place)
    assert words in found.message
    assert found.hint


def test_a_fault_behind_wrong_indentation_by_tabs_is_not_said() -> None:
    (found,) = loaded("a:\n    b: 1\n\tc: 2\n").diagnostics
    assert (found.name, str(found.place)) == ("tab", "f:3:1")


def test_a_fault_that_no_tab_made_is_said_beside_the_tab() -> None:
    found = loaded('a:\tb\nc: "d" e\n').diagnostics
    assert [(each.name, str(each.place)) for each in found] == [
        ("tab", "f:1:3"),
        ("unquoted-expression", "f:2:4"),
    ]


def test_an_alias_that_begins_an_expression_is_named() -> None:
    text, places = marked("when: «*a» and b")
    found = loaded(text).diagnostics
    assert [each.name for each in found] == ["alias", "unquoted-expression"]
    assert found[0].place == places[0]
