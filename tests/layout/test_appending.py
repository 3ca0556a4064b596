"""One more item at the end of a list: what a person wrote stays, and the new item reads back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from leadline.document import Mapping, Scalar, Sequence, load
from leadline.document.source import FORBIDDEN
from leadline.errors import LeadlineError, RulesetError, UsageError
from leadline.layout.appending import append_item

ITEM = {"audit": "q1", "on": "2026-06-30", "note": "Fine."}
WRITTEN = "- audit: q1\n  on: 2026-06-30\n  note: Fine.\n"


def indented(text: str, column: int) -> str:
    return "".join(f"{' ' * column}{line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\nreviews:\n" + indented(WRITTEN, 2)),
        ("a: 1", "a: 1\nreviews:\n" + indented(WRITTEN, 2)),
        ("reviews:\na: 1\n", "reviews:\n" + indented(WRITTEN, 2) + "a: 1\n"),
        (
            "reviews: []  # none yet\n# about a\na: 1\n",
            "reviews:  # none yet\n" + indented(WRITTEN, 2) + "# about a\na: 1\n",
        ),
        ("reviews:\n- audit: z\n", "reviews:\n- audit: z\n" + WRITTEN),
        (
            "reviews:\n    -   audit: z # one\n        # inside\n\n# the end\n",
            "reviews:\n    -   audit: z # one\n        # inside\n\n# the end\n"
            + indented(WRITTEN, 4),
        ),
        (
            "reviews:\n  - audit: z\n    # of z\n\n# of a\na: 1  # last\n",
            "reviews:\n  - audit: z\n    # of z\n"
            + indented(WRITTEN, 2)
            + "\n# of a\na: 1  # last\n",
        ),
        (
            "reviews:\n  - note: |\n      text\n",
            "reviews:\n  - note: |\n      text\n" + indented(WRITTEN, 2),
        ),
        (
            "---\nreviews:\n  - audit: z\n... # the end\n",
            "---\nreviews:\n  - audit: z\n" + indented(WRITTEN, 2) + "... # the end\n",
        ),
        ("a: 1\n...\n", "a: 1\nreviews:\n" + indented(WRITTEN, 2) + "...\n"),
    ],
)
def test_an_item_comes_last_and_the_rest_stays(before: str, after: str):
    assert append_item(before, "x.yaml", "reviews", ITEM) == after


@pytest.mark.parametrize(
    ("before", "item", "said"),
    [
        ("reviews:\n  - note: |\n      text", ITEM, "ends within a text of several lines"),
        ("reviews:\n  - note: x\n", {"note": "x" * 300_000}, "cannot take one more item"),
    ],
)
def test_what_has_no_place_is_refused_with_the_reason(before: str, item: dict[str, str], said: str):
    with pytest.raises(UsageError, match=said):
        append_item(before, "x.yaml", "reviews", item)


def test_line_breaks_are_those_of_the_file():
    before = "a: 1\r\nreviews:\r\n  - audit: z\r\n"

    after = append_item(before, "x.yaml", "reviews", {**ITEM, "note": "one\ntwo"})

    assert after.startswith(before)
    assert "\n" not in after.replace("\r\n", "")
    assert read(after)[-1]["note"] == "one\ntwo"


def test_several_lines_read_as_they_were_written():
    after = append_item("a: 1\n", "x.yaml", "reviews", {"note": "one: #1\n\n- two"})

    assert after.endswith("  - note: |-\n      one: #1\n\n      - two\n")


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("reviews: [{audit: z}]\n", UsageError, "the list `reviews` is written in brackets"),
        ("{reviews: }\n", UsageError, "the file is written in brackets"),
        ("reviews: none\n", UsageError, "no list stands at `reviews`"),
        ("reviews: {}\n", UsageError, "no list stands at `reviews`"),
        ("reviews: [\n", RulesetError, "cannot be read"),
    ],
)
def test_what_cannot_be_added_to_is_said(text: str, error: type[LeadlineError], said: str):
    with pytest.raises(error, match=re.escape(said)):
        append_item(text, "x.yaml", "reviews", ITEM)


def read(text: str) -> list[dict[str, str]]:
    document = load(text.encode(), "x.yaml").document
    assert document is not None
    entry = document.root.get("reviews")
    assert entry is not None
    assert isinstance(entry.value, Sequence)
    found = []
    for item in entry.value.items:
        assert isinstance(item, Mapping)
        values = [(each.key.text, each.value) for each in item.entries]
        found.append({key: value.text for key, value in values if isinstance(value, Scalar)})
    return found


NOTES = (
    st.lists(
        st.one_of(
            st.text(
                st.characters(codec="utf-8").filter(lambda c: not FORBIDDEN.match(c) and c != "\r")
            ),
            st.sampled_from(
                ["#", " # ", ": ", "'", '"', "\n", "\n\n", "  ", "- ", "é", "\t", "…", "---", "|"]
            ),
        ),
        min_size=1,
    )
    .map("".join)
    .filter(str.strip)
)


@given(NOTES, NOTES)
def test_any_text_survives_and_so_does_what_was_there(first: str, second: str):
    before = "# what this is\nleadline: 1\nreviews: # below\n"

    once = append_item(before, "x.yaml", "reviews", {"audit": "a", "note": first})
    twice = append_item(once, "x.yaml", "reviews", {"audit": "b", "note": second})

    assert once.startswith(before)
    assert twice.startswith(once)
    assert [one["note"] for one in read(twice)] == [first, second]
    others = YAML(typ="base").load(twice)["reviews"]
    assert [one["note"] for one in others] == [first, second]
