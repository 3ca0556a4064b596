from __future__ import annotations

import codecs

import pytest
from tests.document.reading import document, loaded, marked, only, plain, source_at

from leadline.diagnostic import Severity
from leadline.document import CODES, Sequence, load
from leadline.document.findings import MOST_OF_A_KIND
from leadline.document.loading import MOST_BYTES

REFUSED = [
    ("duplicate-key", "a: 1\nb: 2\n«a»: 3\n"),
    ("duplicate-key", "a: 1\n«'a'»: 3\n"),
    ("duplicate-key", "x: {a: 1, «a»: 2}"),
    ("anchor", "a: «&x» 1"),
    ("anchor", "a: «&x» {b: 1}"),
    ("anchor", "a: [b, «&x»]"),
    ("anchor", "a:\n  «&x» b: 1"),
    ("alias", "a: «*x»"),
    ("alias", "a: [b, «*x» , c]"),
    ("merge-key", "a:\n  «<<»: {b: 1}\n  c: 2"),
    ("tag", "a: «!!int» 1"),
    ("tag", "a: «!» 1"),
    ("tag", "a: «!<tag:x,1>»\n  - 1"),
    ("tag", "a: «!x»"),
    ("tag", "when: «!x» and y"),
    ("several-documents", "a: 1\n«---»\nb: 1\n"),
    ("several-documents", "a: 1\n...\n«---» b"),
    ("directive", "«%YAML 1.2»\n---\na: 1\n"),
    ("directive", "# x\n«%TAG ! tag:x,1:»\n---\na: 1\n"),
    ("directive", "«%YAML 3.0»\n---\na: 1\n"),
    ("directive", "«%»\na: 1\n"),
    ("tab", "«\t»a: 1"),
    ("tab", "a:\n«\t»- b"),
    ("tab", "a:\n  «\t\t»b: 1"),
    ("tab", "a:«\t»b"),
    ("tab", "a: b«\t»c"),
    ("tab", "a: 'b'«\t»# \tc"),
    ("tab", "a: |\n  b\n«\t»c\nd: 'x\ty'"),
    ("tab", "a: |\n«\t»b\nc: 1\n"),
    ("tab", "a: |2\n «\t»b\n"),
    ("tab", "a:\n  b: |\n  «\t»c\n"),
    ("tab", "a: >«\t»\n  b\n"),
    ("control-character", "a: b«\x00»c"),
    ("control-character", "a: b # «\x1b»"),
    ("control-character", "a: 'b«\x7f»'"),
    ("control-character", "a: b«\x85»c"),
    ("control-character", "a: b«\u2028»c"),
    ("control-character", "a: b«\u2029»c"),
    ("control-character", "a: b«\ufeff»c"),
    ("control-character", "a: b«\uffff»c"),
    ("control-character", "a: b«\r»c"),
    ("control-character", 'a: "b«\\0»c"'),
    ("control-character", 'a: "b\\\\«\\x1B»c"'),
    ("control-character", 'a: "b«\\ud83d»"'),
    ("control-character", 'a: "b«\\L»"'),
    ("key-not-text", "? «[a, b]»\n: c"),
    ("key-not-text", "x: {«{a: 1}»: c}"),
    ("root-not-mapping", "«- a\n- b»\n"),
    ("root-not-mapping", "«[a, b]»"),
    ("root-not-mapping", "«a b»\n"),
    ("root-not-mapping", "«''»\n"),
    ("not-yaml", "a: [b,\n«c]»\n"),
    ("not-yaml", "a:\n  - b: 'x\n    «y'»\n"),
    ("not-yaml", 'a: "b"«#» c'),
    ("not-yaml", "a: [b]«#» c"),
    ("not-yaml", "a: «|»\nb: 1"),
]


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_refusal_names_its_place(name: str, text: str) -> None:
    text, (place,) = marked(text)
    found = only(text)
    assert (found.name, found.place) == (name, place)
    assert found.severity is Severity.ERROR
    assert found.message
    assert found.hint


@pytest.mark.parametrize(("name", "text"), [case for case in REFUSED if "\r" not in case[1]])
def test_the_place_is_the_same_with_other_line_ends_and_a_mark_in_front(
    name: str, text: str
) -> None:
    text, (place,) = marked(text)
    (found,) = load(codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode(), "f").diagnostics
    assert (found.name, found.place) == (name, place)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "--- # c\n...\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    found = only(text)
    assert found.name == "empty-file"
    assert str(found.place) == "f:1:1"


def test_all_refusals_are_found_at_once() -> None:
    text, places = marked(
        "a: «&x» 1\n"
        "b: «*x»\n"
        "«a»: «!t» 2\n"
        "c:\n"
        "  «<<»: d\n"
        "  e: f«\x01»\n"
        "«[g]»: h\n"
        'i: "«\\e»"\n'
        "j:«\t»k\n"
        "«---»\n"
        "l: «&m»\n"
    )
    result = loaded(text)
    assert [found.place for found in result.diagnostics] == places
    assert [found.name for found in result.diagnostics] == [
        "anchor",
        "alias",
        "duplicate-key",
        "tag",
        "merge-key",
        "control-character",
        "key-not-text",
        "control-character",
        "tab",
        "several-documents",
        "anchor",
    ]


def test_refusals_before_a_fault_are_found_too() -> None:
    text, places = marked('a: «&x» 1\n«a»: 2«\x02»\nb: «"c" d»\n')
    result = loaded(text)
    assert [found.place for found in result.diagnostics] == places
    assert result.diagnostics[-1].name == "unquoted-expression"
    assert result.document is None


def test_what_can_be_read_is_returned_beside_the_refusals() -> None:
    result = loaded("a: 1\na: 2\n<<: {x: y}\nb: !!int 3\nc: *d\n[e]: f\ng: h\n---\ni: j\n")
    assert result.document is not None
    assert plain(result.document.root) == {"a": "1", "b": "3", "c": "*d", "g": "h"}


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    assert "line 2" in only("# c\nname: 1\nb: 2\nname: 3\n").message


def test_a_quoted_merge_key_is_a_key() -> None:
    assert plain(document("'<<': a").root) == {"<<": "a"}


def test_tabs_may_stand_in_quotes_block_scalars_and_comments() -> None:
    text = "a: 'b\tc'\nd: \"e\tf\"\ng: |\n  h\ti\n  \tj\n# \tk\nl: m # \tn\n"
    assert plain(document(text).root) == {
        "a": "b\tc",
        "d": "e\tf",
        "g": "h\ti\n\tj\n",
        "l": "m",
    }


def test_a_file_over_the_limit_is_not_read() -> None:
    head = b"a: 1\n#"
    assert load(head + b"x" * (MOST_BYTES - len(head)), "f").diagnostics == ()
    result = load(head + b"x" * (MOST_BYTES - len(head) + 1), "f")
    assert [found.name for found in result.diagnostics] == ["file-too-large"]
    assert result.document is None


def test_bytes_that_are_no_utf8_are_shown_and_the_rest_is_read() -> None:
    result = load("é: ".encode() + b"b\xe9\xffc\na: 1\na: 2\n", "f")
    assert [(found.name, str(found.place)) for found in result.diagnostics] == [
        ("not-utf-8", "f:1:5"),
        ("duplicate-key", "f:3:1"),
    ]
    assert "0xE9 0xFF" in result.diagnostics[0].message
    assert result.document is not None
    assert result.document.root.keys == ("é", "a")


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_a_wide_encoding_is_named_once(encoding: str) -> None:
    (found,) = load("leadline: 1\n".encode(encoding), "f").diagnostics
    assert found.name == "wide-encoding"


@pytest.mark.parametrize(
    "shape", ["[", "{", "- ", "? ", "{a: ", "[[a], "], ids=lambda shape: shape.strip()
)
def test_nesting_has_a_limit(shape: str) -> None:
    (found,) = loaded(shape * 60).diagnostics
    assert found.name == "too-deep"
    assert found.place is not None
    assert source_at(shape * 60, found.place)[:1] in ("[", "{", "-", "?")


def test_nesting_up_to_the_limit_is_read() -> None:
    assert document("a: " + "[" * 31 + "]" * 31).root.keys == ("a",)
    found = only("a: " + "[" * 32 + "]" * 32)
    assert (found.name, str(found.place)) == ("too-deep", "f:1:35")


def test_the_number_of_values_has_a_limit() -> None:
    value = document("a: [" + "x," * 19_997 + "]").root.entries[0].value
    assert isinstance(value, Sequence)
    assert len(value.items) == 19_997
    found = only("a: [" + "x," * 19_998 + "]")
    assert (found.name, str(found.place)) == ("too-many-nodes", f"f:1:{5 + 2 * 19_997}")


def test_many_of_a_kind_are_counted() -> None:
    found = loaded("a: 1\n" * 501).diagnostics
    assert len(found) == MOST_OF_A_KIND
    assert found[-1].notes == ("400 more of this kind in the file",)
    assert all(not each.notes for each in found[:-1])


def test_codes_are_distinct_and_in_order() -> None:
    assert [kind.code for kind in CODES] == sorted({kind.code for kind in CODES})
    assert len({kind.name for kind in CODES}) == len(CODES)
    assert {name for name, _ in REFUSED} <= {kind.name for kind in CODES}
