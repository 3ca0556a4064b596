"""Tables and progress on a terminal: the one module that imports rich."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from leadline.report.diagnostics import columns, visible
from leadline.report.listing import Listing, numeric, shown

Tick = Callable[[str, int, int], None]

_GAP = "  "
_INDENT = "  "
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def terminal_width() -> int | None:
    """Return how many columns there are to fit in; None on a pipe, where lines may be long."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return None


def error_width() -> int | None:
    """Return how many columns standard error has; None where it is no terminal."""
    if not sys.stderr.isatty():
        return None
    return os.get_terminal_size(sys.stderr.fileno()).columns or None


def coloured(stream: TextIO) -> bool:
    """Say whether colours may be written to a stream."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a row's first line; words and columns of what stands on lines below it."""

    first: tuple[int, ...]
    below: tuple[tuple[str, tuple[int, ...]], ...] = ()
    moved: tuple[int, ...] = ()


def as_table(listing: Listing, *, width: int | None = None, colour: bool = False) -> str:
    """Draw a listing as a table.

    What does not fit beside the rest stands on lines of its own below its row: first what the
    listing names as ``below``, then the widest columns.

    Args:
        listing: what to draw.
        width: the columns to fit in; None is as wide as needed.
        colour: whether to use terminal colours.
    """
    if not listing.rows:
        return f"{listing.empty}\n"
    numbers = numeric(listing)
    cells = [
        _aligned([shown(row[i]) for row in listing.rows])
        if numbers[i]
        else [_cell(row[i]) for row in listing.rows]
        for i in range(len(listing.columns))
    ]
    widths = [
        max(map(columns, (heading, *column)))
        for heading, column in zip(listing.columns, cells, strict=True)
    ]
    layout = _layout(listing, widths, numbers, width)
    lines = _heading(listing, layout, widths, numbers, width, colour)
    for row in zip(*cells, strict=True):
        lines.append(_line(row, layout.first, widths, numbers))
        if width is not None:
            lines += (_styled(line, _DIM, colour) for line in _below(row, listing, layout, width))
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    text = shown(value)
    return text if text.isprintable() else visible(text)


def _aligned(numbers: Sequence[str]) -> list[str]:
    """Pad numbers on the right so that their decimal points stand below each other."""
    most = max(len(_fraction(number)) for number in numbers)
    return [number + " " * (most - len(_fraction(number))) for number in numbers]


def _fraction(number: str) -> str:
    return number[number.find(".") :] if "." in number else ""


def _layout(
    listing: Listing, widths: Sequence[int], numbers: Sequence[bool], room: int | None
) -> _Layout:
    every = tuple(range(len(widths)))
    if room is None or _total(every, widths) <= room:
        return _Layout(every)
    index = {name: i for i, name in enumerate(listing.columns)}
    below = tuple((word, tuple(index[name] for name in names)) for word, names in listing.below)
    taken = {i for _, many in below for i in many}
    first = [i for i in every if i not in taken]
    moved = []
    while len(first) > 1 and _total(first, widths) > room:
        texts = [i for i in first[1:] if not numbers[i]] or first[1:]
        widest = max(texts, key=lambda i: widths[i])
        first.remove(widest)
        moved.append(widest)
    return _Layout(tuple(first), below, tuple(sorted(moved)))


def _total(chosen: Sequence[int], widths: Sequence[int]) -> int:
    return sum(widths[i] for i in chosen) + len(_GAP) * (len(chosen) - 1)


def _heading(
    listing: Listing,
    layout: _Layout,
    widths: Sequence[int],
    numbers: Sequence[bool],
    room: int | None,
    colour: bool,
) -> list[str]:
    title = [_styled(listing.title, _BOLD, colour)] if listing.title else []
    heading = _line(listing.columns, layout.first, widths, numbers)
    total = _total(layout.first, widths)
    return [*title, _styled(heading, _BOLD, colour), "─" * min(total, room or total)]


def _line(
    row: Sequence[str], chosen: Sequence[int], widths: Sequence[int], numbers: Sequence[bool]
) -> str:
    parts = []
    for i in chosen:
        padding = " " * (widths[i] - columns(row[i]))
        parts.append(padding + row[i] if numbers[i] else row[i] + padding)
    return _GAP.join(parts).rstrip()


def _below(row: Sequence[str], listing: Listing, layout: _Layout, room: int) -> Iterator[str]:
    pairs = (f"{listing.columns[i]} {row[i].strip()}" for i in layout.moved if row[i].strip())
    yield from _folded(", ".join(pairs), room)
    for word, chosen in layout.below:
        said = ", ".join(row[i] for i in chosen if row[i])
        yield from _folded(f"{word} {said}" if said else "", room)


def _folded(text: str, room: int, first: str = _INDENT) -> list[str]:
    """Break a text between words; a word that is too long, such as an address, stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and columns(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append((first + _INDENT if lines else first) + word)
    return lines


def wrapped(text: str, room: int) -> str:
    """Break the lines of a text that are too long between words, and indent what follows.

    Args:
        text: one line or several.
        room: the columns to fit in; a word that is longer stays whole.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines += [line] if columns(line) <= room else _folded(line, room, indent)
    return "\n".join(lines)


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour else text


@contextlib.contextmanager
def progress() -> Iterator[Tick]:
    """Show on a terminal what is being done, in one line that goes away; on a pipe nothing.

    Yields:
        A function that takes a label, how much is done and how much there is in all (0 where
        that is not known).
    """
    if not sys.stderr.isatty():
        yield _nobody_looks
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import, and a pipe needs none
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )

    look = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*look, console=Console(stderr=True), transient=True) as bar:
        shown_now: dict[str, TaskID] = {}

        def tick(label: str, done: int, total: int) -> None:
            if label not in shown_now:
                for task in shown_now.values():
                    bar.remove_task(task)
                shown_now.clear()
                shown_now[label] = bar.add_task(visible(label), total=total or None)
            bar.update(shown_now[label], completed=done, total=total or None)

        yield tick


def _nobody_looks(label: str, done: int, total: int) -> None:
    """Take a progress report on a pipe."""


@contextlib.contextmanager
def working(label: str) -> Iterator[None]:
    """Show on a terminal that something is being done for as long as the block runs."""
    with progress() as tick:
        tick(label, 0, 0)
        yield
