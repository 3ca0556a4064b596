"""A review into its file: what was there stays, what was said is read again as it was said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.audit.reading import Reading
from leadline.audit.record import Remark, item_of, refuse_remark, refuse_second, with_review
from leadline.diagnostic import Place
from leadline.document import load
from leadline.document.source import FORBIDDEN
from leadline.errors import RulesetError, UsageError
from leadline.expression.metrics import Acceptance
from leadline.intervals import Interval
from leadline.ruleset.audits import Audit, Metric
from leadline.ruleset.reviews import Review, build_reviews

NOWHERE = Place("ruleset.yaml", 1, 1, 1, 1)
DAY = date(2026, 6, 30)
AUDIT = Audit(
    name="readiness_model",
    kind="scoring",
    program=None,
    score="readiness",
    group=None,
    started=date(2026, 1, 1),
    metric=Metric("acceptance()", Acceptance()),
    benchmark=None,
    cadence=None,
    owner="",
    review_by=None,
    note="",
    place=NOWHERE,
)
READING = Reading(
    begin=date(2026, 4, 2),
    end=DAY,
    unit="share",
    value=41 / 60,
    n=60,
    top=41,
    bottom=60,
    interval=Interval(0.5577, 0.7873),
)


def reviews(content: bytes) -> tuple[Review, ...]:
    loaded = load(content, "x.reviews.yaml")
    assert loaded.document is not None
    built = build_reviews(loaded.document)
    assert (*loaded.diagnostics, *built.diagnostics) == ()
    return built.reviews


def written(note: str, before: bytes | None = None, on: date = DAY, by: str = "") -> bytes:
    item = item_of(AUDIT, Remark(on, note, by), READING)
    return with_review(before, "x.reviews.yaml", "x.yaml", item)


def test_a_new_file_says_what_it_is_and_what_was_found():
    assert written("Better leads since May: keep it.", by="Ada").decode() == (
        "# What people found when they reviewed the audits of x.yaml, with the figures of "
        "the day.\n"
        "# `leadline audit record` adds to it; what stands here stays when the data change.\n"
        "leadline: 1\n"
        "reviews:\n"
        "  - audit: readiness_model\n"
        "    on: 2026-06-30\n"
        "    by: Ada\n"
        '    note: "Better leads since May: keep it."\n'
        "    metric: acceptance()\n"
        "    from: 2026-04-02\n"
        "    to: 2026-06-30\n"
        "    figure: 68.3333%\n"
        "    top: 41\n"
        "    bottom: 60\n"
        "    low: 55.77%\n"
        "    high: 78.73%\n"
    )


def test_what_is_written_is_read_again():
    [review] = reviews(written("Fine.", by="Ada"))

    assert (review.audit, review.on, review.by, review.note) == (
        "readiness_model",
        DAY,
        "Ada",
        "Fine.",
    )
    assert (review.begin, review.end, review.metric) == (READING.begin, DAY, "acceptance()")
    assert review.share
    assert review.figure == pytest.approx(41 / 60, rel=1e-3)
    assert (review.top, review.bottom) == (41, 60)
    assert (review.low, review.high) == (0.5577, 0.7873)


@pytest.mark.parametrize(
    ("value", "share", "text"),
    [
        (0.0, True, "0%"),
        (1.0, True, "100%"),
        (0.02, True, "2%"),
        (0.0241349, True, "2.41349%"),
        (0.00000123456, True, "0.000123456%"),
        (1210.0, False, "1210"),
        (123456.789, False, "123456.79"),
        (12.3456, False, "12.3456"),
        (-0.5, False, "-0.5"),
        (1e-9, False, "0.000000001"),
    ],
)
def test_figures_are_written_with_the_digits_that_matter(value: float, share: bool, text: str):
    reading = Reading(READING.begin, DAY, "share" if share else "sum", value, n=7)

    item = item_of(AUDIT, Remark(DAY, "x"), reading)

    assert item["figure"] == text
    assert item["bottom"] == "7"
    assert "top" not in item
    assert "low" not in item


def test_an_interval_without_an_end_leaves_the_end_out():
    reading = Reading(READING.begin, DAY, "days", 3.0, n=2, interval=Interval(0.25, float("inf")))

    item = item_of(AUDIT, Remark(DAY, "x"), reading)

    assert item["low"] == "0.25"
    assert "high" not in item


def test_too_few_data_leave_the_figure_out():
    reading = Reading(READING.begin, DAY, "share", None, reason="not enough data: 4 days")

    [review] = reviews(
        with_review(None, "x", "x.yaml", item_of(AUDIT, Remark(DAY, "Too early."), reading))
    )

    assert review.figure is None
    assert (review.note, review.begin, review.end) == ("Too early.", READING.begin, DAY)


def test_everything_that_was_there_stays():
    before = (
        b"\xef\xbb\xbf# by hand\r\nleadline: 1\r\nreviews:  # oldest first\r\n"
        b"  - audit: other   # no figure\r\n    on: 2026-01-31\r\n    note: 'x'\r\n\r\n"
        b"# the end\r\n"
    )

    after = written("Fine.", before)

    assert after.startswith(before)
    assert [(review.audit, review.note) for review in reviews(after)] == [
        ("other", "x"),
        ("readiness_model", "Fine."),
    ]


def test_a_file_that_is_wrong_is_not_written_to():
    with pytest.raises(RulesetError) as told:
        written("x", b"leadline: 1\nreviews:\n  - audit: other\n    of: 3\n")

    assert {one.message for one in told.value.diagnostics} == {
        "an item of `reviews` has no `on`",
        "unknown key `of` in an item of `reviews`",
    }


def test_a_second_review_of_a_day_is_refused():
    [there] = reviews(written("Fine."))

    refuse_second(AUDIT, date(2026, 7, 1), [there])
    with pytest.raises(UsageError, match=r"a review of 2026-06-30 already, at x.reviews.yaml:5:"):
        refuse_second(AUDIT, DAY, [there])


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        (Remark(DAY, ""), "the note is empty"),
        (Remark(DAY, " \n"), "the note is empty"),
        (Remark(DAY, "a\x00b"), r"--note holds the control character U\+0000"),
        (Remark(DAY, "a\r\nb"), r"--note holds the control character U\+000D"),
        (Remark(DAY, "fine", "A\u2028"), r"--by holds the control character U\+2028"),
    ],
)
def test_what_no_file_can_hold_is_refused(remark: Remark, said: str):
    with pytest.raises(UsageError, match=said):
        refuse_remark(remark)


WORDS = st.one_of(
    st.text(st.characters(codec="utf-8").filter(lambda char: not FORBIDDEN.match(char))),
    st.sampled_from(["#", " # ", ": ", "'", '"', "\n", "\n\n", "- ", "%", "\\", "é", "…", "---"]),
)
NOTES = st.lists(WORDS, min_size=1).map("".join).filter(str.strip)


@given(st.lists(NOTES, min_size=1, max_size=4), NOTES)
def test_any_note_survives(notes: list[str], by: str):
    content = None
    for number, note in enumerate(notes):
        before, content = content, written(note, content, date(2026, 7, 1 + number), by)
        assert content.startswith(before or b"# What people found")

    assert content is not None
    assert [(review.note, review.by) for review in reviews(content)] == [
        (note, by) for note in notes
    ]
