"""What a person sees: on a terminal of 80 columns, and how tables are drawn at all."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from leadline.report.diagnostics import columns
from leadline.report.listing import Listing, as_csv, as_json, as_markdown
from leadline.report.terminal import as_table, wrapped

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


DAY = ("--as-of", "2026-06-30")
LEADLINE = str(Path(sys.executable).with_name("leadline"))


def on_terminal(folder: Path, *arguments: str, width: int = 80) -> tuple[int, str, str]:
    """Run leadline on two terminals; return its exit code, what was printed, what was said."""
    ends = [pty.openpty(), pty.openpty()]
    for mine, _ in ends:
        fcntl.ioctl(mine, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [LEADLINE, *arguments],
        cwd=folder,
        env=environment,
        stdout=ends[0][1],
        stderr=ends[1][1],
    )
    for _, theirs in ends:
        os.close(theirs)
    texts = {mine: b"" for mine, _ in ends}
    open_ = set(texts)
    while open_:
        for mine in select.select(list(open_), [], [])[0]:
            try:
                part = os.read(mine, 65536)
            except OSError:  # the other end is closed
                part = b""
            texts[mine] += part
            if not part:
                open_.discard(mine)
                os.close(mine)
    printed, said = (text.decode().replace("\r\n", "\n") for text in texts.values())
    return process.wait(), printed, said


def test_progress_and_colours_are_for_a_terminal(filled: Path):
    leads = ("leads", *DAY)

    code, printed, said = on_terminal(filled, *leads)
    piped = subprocess.run(
        [LEADLINE, *leads],
        cwd=filled,
        capture_output=True,
        text=True,
        check=True,
    )

    assert code == 0
    assert "scoring" in said
    assert "\x1b[1mlead_id" in printed
    assert "scoring" not in printed
    assert "\x1b" not in piped.stdout + piped.stderr
    assert piped.stderr == "small as of 2026-06-30 (UTC): 4 leads\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("leads", *DAY),
        ("accounts", *DAY),
        ("score", *DAY),
        ("explain", "L000001", *DAY),
        ("run", *DAY),
        ("check",),
        ("plugins", "list"),
    ],
)
def test_eighty_columns_hold_every_line(new_run: Path, arguments: tuple[str, ...]):
    code, printed, _ = on_terminal(new_run, *arguments)

    assert code == 0
    for line in _CODES.sub("", printed).splitlines():
        assert columns(line) <= 80, line


ROWS = Listing(
    ("lead", "score", "city", "note"),
    [("a", 7.25, "Köln", "likes | pipes"), ("bb", 112, "東京", None), ("c", -0.5, None, "<b>")],
)


def test_numbers_stand_by_their_points_and_wide_letters_count_twice():
    assert as_table(ROWS).splitlines() == [
        "lead   score  city  note",
        "─" * 33,
        "a       7.25  Köln  likes | pipes",
        "bb    112     東京",
        "c      -0.5         <b>",
    ]


@pytest.mark.parametrize("width", [20, 25, 32, 33, 100])
def test_every_value_is_there_at_any_width(width: int):
    text = as_table(ROWS, width=width)

    assert "lead" in text.splitlines()[0]
    assert max(columns(line) for line in text.splitlines()) <= width
    for value in ("7.25", "112", "-0.5", "Köln", "東京", "likes", "pipes", "<b>"):
        assert value in text


def test_what_is_told_to_stand_below_does_so_only_where_it_must():
    rows = [(1, "xxxxxxxx", None), (2, None, "zzzzzzzz")]
    listing = Listing(("a", "b", "c"), rows, below=(("why", ("b", "c")),))

    assert as_table(listing, width=21).splitlines()[2:] == ["1  xxxxxxxx", "2            zzzzzzzz"]
    assert as_table(listing, width=20).splitlines() == [
        "a",
        "─",
        "1",
        "  why xxxxxxxx",
        "2",
        "  why zzzzzzzz",
    ]


def test_colours_change_nothing_else():
    plain = as_table(ROWS, width=25)

    assert _CODES.sub("", as_table(ROWS, width=25, colour=True)) == plain
    assert "\x1b" not in plain


def test_an_empty_table_is_a_sentence():
    empty = Listing(("a",), [], empty="no leads today")

    assert as_table(empty) == "no leads today\n"
    assert as_csv(empty) == "a\n"
    assert as_json(empty) == "[]\n"
    assert as_markdown(empty) == "| a |\n| --- |\n"


def test_values_are_written_the_same_way_in_each_format():
    row = (True, 1.50, -0.00001, 3, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), None)
    listing = Listing(tuple("abcdefg"), [row])
    texts = ["true", "1.5", "0", "3", "2026-01-02", "2026-01-02T03:04:00+00:00"]

    assert as_csv(listing).splitlines()[1] == ",".join([*texts, ""])
    assert as_markdown(listing).splitlines()[2] == f"| {' | '.join([*texts, ''])} |"
    assert as_table(listing).splitlines()[2].split() == texts
    assert '"a": true, "b": 1.5' in as_json(listing)
    assert '"g": null' in as_json(listing)


def test_csv_and_markdown_keep_odd_text_whole():
    listing = Listing(("t",), [('say "hi", now',), ("two\nlines",), ("a|b\\c<d",)])

    assert as_csv(listing) == 't\n"say ""hi"", now"\n"two\nlines"\na|b\\c<d\n'
    assert as_markdown(listing).splitlines()[2:] == [
        '| say "hi", now |',
        "| two lines |",
        "| a\\|b\\\\c\\<d |",
    ]


def test_notes_are_wrapped_on_a_terminal_and_never_on_a_pipe(filled: Path):
    stages = ("stages", *DAY)

    _, _, said = on_terminal(filled, *stages, width=30)
    piped = subprocess.run(
        [LEADLINE, *stages],
        cwd=filled,
        env={**os.environ, "COLUMNS": "30"},
        capture_output=True,
        text=True,
        check=True,
    )

    notes = [line for line in _CODES.sub("", said).splitlines() if "\r" not in line]
    [whole] = [line for line in piped.stderr.splitlines() if line.startswith("entered, ")]
    assert max(map(columns, notes)) <= 30
    assert len(whole) > 30
    assert whole in " ".join(line.strip() for line in notes)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("one two", ["one two"]),
        ("one  two", ["one  two"]),
        ("one two three", ["one two", "  three"]),
        ("  one two three", ["  one two", "    three"]),
        ("one https://a.example/b two", ["one", "  https://a.example/b", "  two"]),
        ("日本 日本 日本", ["日本 日本", "  日本"]),
        ("", [""]),
        ("one\ntwo three four", ["one", "two three", "  four"]),
    ],
)
def test_a_line_is_broken_between_words(line: str, lines: list[str]):
    assert wrapped(line, 10).split("\n") == lines
