from __future__ import annotations

import pytest

from leadline.checking.fixing import apply_fixes, fix_text
from leadline.diagnostic import Code, Diagnostic, Edit, Fix, Place, Severity
from leadline.document.source import source_of

WARNING = Code("LL150", "no-match-in-data", Severity.WARNING)
ERROR = Code("LL050", "unknown-key")


def finding(
    text: str, word: str, new: str, *, safe: bool = True, kind: Code = WARNING
) -> Diagnostic:
    """Return a finding at the first such word, with a fix."""
    start = text.index(word)
    place = source_of("f", text).place(start, start + len(word))
    return Diagnostic(kind, f"{word}!", place, fix=Fix("mend", (Edit(place, new),), safe))


def every(text: str) -> tuple[Diagnostic, ...]:
    """Find `bad`, which becomes `worse`, which becomes `good`."""
    chain = {"bad": "worse", "worse": "good"}
    return tuple(finding(text, word, new) for word, new in chain.items() if word in text)


def test_edits_apply_from_the_end_so_that_places_hold():
    text = "one two three"
    found = [finding(text, "one", "1"), finding(text, "three", "33333"), finding(text, "two", "")]

    fixed = apply_fixes(text, found, unsafe=False)

    assert fixed.text == "1  33333"
    assert fixed.applied == tuple(found)
    assert fixed.left == ()


def test_of_two_that_overlap_the_second_is_left():
    text = "one two three"
    first, second = finding(text, "one two", "1 2"), finding(text, "two three", "2 3")

    fixed = apply_fixes(text, [first, second], unsafe=False)

    assert (fixed.text, fixed.applied, fixed.left) == ("1 2 three", (first,), (second,))


def test_two_that_add_at_one_place_have_no_order():
    place = Place("f", 1, 1, 1, 1)
    found = [
        Diagnostic(WARNING, word, place, fix=Fix("add", (Edit(place, word),), safe=True))
        for word in ("a", "b")
    ]

    assert apply_fixes("x", found, unsafe=False).text == "ax"


def test_a_fix_of_several_edits_is_applied_whole_or_not_at_all():
    text = "one two three"
    both = Fix(
        "mend",
        (*finding(text, "one", "1").fix.edits, *finding(text, "three", "3").fix.edits),  # type: ignore[union-attr]
        safe=True,
    )
    place = Place("f", 1, 1, 1, 2)

    fixed = apply_fixes(
        text,
        [finding(text, "three", "III"), Diagnostic(WARNING, "x", place, fix=both)],
        unsafe=True,
    )

    assert fixed.text == "one two III"


def test_unsafe_fixes_are_applied_only_where_asked_for():
    found = [finding("one", "one", "1", safe=False)]

    assert apply_fixes("one", found, unsafe=False).text == "one"
    assert apply_fixes("one", found, unsafe=True).text == "1"


def test_line_ends_are_those_of_the_file():
    text = "one\r\ntwo"

    assert apply_fixes(text, [finding(text, "two", "2\n3")], unsafe=True).text == "one\r\n2\r\n3"
    assert apply_fixes("one", [finding("one", "one", "1\n2")], unsafe=True).text == "1\n2"


def test_rounds_go_on_until_nothing_is_left():
    fixed = fix_text("bad", every("bad"), every, unsafe=False)

    assert fixed.text == "good"
    assert [one.message for one in fixed.applied] == ["bad!", "worse!"]
    assert fixed.left == ()


def test_a_fix_that_does_not_help_is_taken_back():
    def check(text: str) -> tuple[Diagnostic, ...]:
        stays = Diagnostic(WARNING, "bad!", Place("f", 1, 1, 1, 2))
        return (stays, *[d for d in every(text) if d.message == "worse!"])

    text = "bad and worse"
    fixed = fix_text(text, every(text), check, unsafe=False)

    assert fixed.text == "bad and good"
    assert [one.message for one in fixed.applied] == ["worse!"]


def test_a_fix_that_breaks_the_file_is_taken_back():
    def check(text: str) -> tuple[Diagnostic, ...]:
        broken = Diagnostic(ERROR, "broken", Place("f", 1, 1, 1, 2))
        return (broken,) if "worse" in text else every(text)

    assert fix_text("bad", every("bad"), check, unsafe=False).text == "bad"


def test_a_fix_of_an_error_must_leave_fewer_of_them():
    found = finding("evnt", "evnt", "event", safe=False, kind=ERROR)
    other = Diagnostic(Code("LL040", "unknown-field"), "hidden", Place("f", 1, 1, 1, 2))

    assert fix_text("evnt", [found], lambda _: (other,), unsafe=True).text == "evnt"
    assert fix_text("evnt", [found], lambda _: (), unsafe=True).text == "event"


def test_fixes_that_chase_each_other_end():
    def check(text: str) -> tuple[Diagnostic, ...]:
        return (finding(text, text, "b" if text == "a" else "a"),)

    assert fix_text("a", check("a"), check, unsafe=False).text in ("a", "b")


@pytest.mark.parametrize("unsafe", [False, True])
def test_without_fixes_a_text_stays_as_it_is(unsafe: bool):
    found = (Diagnostic(WARNING, "x", Place("f", 1, 1, 1, 2)),)

    fixed = fix_text("x\r\ny", found, lambda _: found, unsafe=unsafe)

    assert (fixed.text, fixed.applied, fixed.left) == ("x\r\ny", (), found)
