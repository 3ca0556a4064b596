"""Days as an iCalendar file: read back by another library, line by line as RFC 5545 wants it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import vobject
from hypothesis import given
from hypothesis import strategies as st

from leadline.document.source import FORBIDDEN
from leadline.report.calendar import Appointment, calendar

DAY = date(2026, 9, 28)
MADE = date(2026, 6, 30)


def appointment(key: tuple[str, ...] = ("a",), day: date = DAY, text: str = "Look") -> Appointment:
    return Appointment(key, day, text, f"{text}\nmore", f"{text} in a week")


def test_a_day_is_whole_and_has_a_reminder():
    found = vobject.readOne(calendar("Audits", [appointment()], MADE))

    assert found.version.value == "2.0"
    assert found.prodid.value.startswith("-//leadline")
    event = found.vevent
    assert (event.dtstart.value, event.dtend.value) == (DAY, DAY + timedelta(days=1))
    assert event.dtstamp.value == datetime(2026, 6, 30, tzinfo=UTC)
    assert event.summary.value == "Look"
    assert event.description.value == "Look\nmore"
    assert event.valarm.trigger.value == -timedelta(days=7)
    assert event.valarm.action.value == "DISPLAY"
    assert event.valarm.description.value == "Look in a week"


def test_the_same_days_give_the_same_file_in_any_order():
    days = [appointment((name,), DAY + timedelta(days=at)) for at, name in enumerate("cab")]

    assert calendar("x", days, MADE) == calendar("x", days[::-1], MADE)


def test_a_key_is_one_identity_and_no_other():
    keys = [("a", "b"), ("ab",), ("a", "b", ""), ("", "ab"), ("1:a", "b"), ("1", "a:b")]

    def uid(key: tuple[str, ...], day: date = DAY) -> str:
        found: str = vobject.readOne(calendar("x", [appointment(key, day)], MADE)).vevent.uid.value
        return found

    assert len({uid(key) for key in keys}) == len(keys)
    assert uid(("a",)) == uid(("a",), DAY + timedelta(days=3))


# icalendar takes a backslash before an N for a line break; whatever else there is stays.
TEXTS = (
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8").filter(lambda char: not FORBIDDEN.match(char))),
            st.sampled_from(
                [";", ",", "\\", "\n", ":", '"', "\\n", "é" * 40, "漢字" * 30, "👩‍💻" * 10]
            ),
        )
    )
    .map("".join)
    .filter(lambda text: "\\N" not in text)
)


@given(TEXTS, TEXTS)
def test_any_text_is_folded_and_read_again(summary: str, description: str):
    written = Appointment(("a",), DAY, summary, description, summary)

    text = calendar("Größe; a, b", [written], MADE)

    for line in text.encode().split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()  # no character is cut in two
    event = vobject.readOne(text).vevent
    assert event.summary.value == summary
    assert event.description.value == description


def test_no_days_are_an_empty_calendar():
    text = calendar("Audits", [], MADE)

    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "VEVENT" not in text
