"""How far a load of a portal has come, as the cursor keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_FORM = 1

#: Where in a part the next page is; {} is its beginning.
At = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to when a part was read whole, in milliseconds, and with which settings."""

    until: int
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """How far a load has come.

    Args:
        started: when it began, by HubSpot's clock in milliseconds; None between two loads.
        done: the parts that it has read whole.
        part: the part that it is in; "" at the beginning of one.
        key: the settings that the part is read with.
        at: where in it the next page is.
        marks: up to when each part was read.
    """

    started: int | None = None
    done: tuple[str, ...] = ()
    part: str = ""
    key: str = ""
    at: At = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def begun(self, now: int) -> Place:
        """Return the place at which a load begins, or goes on that was stopped."""
        return self if self.started is not None else replace(self, started=now)

    def within(self, part: str, key: str, at: At) -> Place:
        """Return the place behind a page of a part."""
        return replace(self, part=part, key=key, at=at)

    def behind(self, part: str, mark: Mark | None) -> Place:
        """Return the place behind a part; without a mark it is read whole the next time."""
        marks = {name: kept for name, kept in self.marks.items() if name != part}
        if mark is not None:
            marks[part] = mark
        return replace(self, done=(*self.done, part), part="", key="", at={}, marks=marks)

    def ended(self) -> Place:
        """Return the place at which the next load begins."""
        return Place(marks=self.marks)

    def text(self) -> str:
        """Return the place as JSON."""
        marks = {name: [mark.until, mark.key] for name, mark in self.marks.items()}
        said = {
            "form": _FORM, "started": self.started, "done": self.done, "part": self.part,
            "key": self.key, "at": self.at, "marks": marks,
        }  # fmt: skip
        return json.dumps(said, separators=(",", ":"))


def read_place(cursor: str | None) -> Place:
    """Return the place of a cursor; the beginning where there is none, or one of another form."""
    try:
        said = None if cursor is None else json.loads(cursor)
    except ValueError:
        said = None  # what another source of this name kept
    if not isinstance(said, dict) or said.get("form") != _FORM:
        return Place()
    marks = {name: Mark(until, key) for name, (until, key) in said["marks"].items()}
    return Place(said["started"], tuple(said["done"]), said["part"], said["key"], said["at"], marks)
