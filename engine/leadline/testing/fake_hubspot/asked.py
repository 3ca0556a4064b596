"""What a client asked of the fake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request.

    Args:
        method: such as ``GET``.
        path: without the query.
        query: names and values, in order.
        body: its JSON; None without one.
        headers: names in lower case.
        instant: when it came, in seconds of a clock that only goes forward.
        status: what was answered; None where nothing was.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    headers: Mapping[str, str]
    instant: float
    status: int | None = None

    def starts(self, on: str) -> bool:
        """Say whether it is one of ``METHOD /path``; any method for ``*``, all for nothing."""
        if not on:
            return True
        method, _, path = on.partition(" ")
        return method in ("*", self.method) and self.path.startswith(path)

    def param(self, name: str) -> str | None:
        """Return the last value of a name of the query, or None."""
        return dict(self.query).get(name)

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the values of a name, said again and again or with commas between them."""
        said = (part for key, value in self.query if key == name for part in value.split(","))
        return tuple(dict.fromkeys(part.strip() for part in said if part.strip()))
