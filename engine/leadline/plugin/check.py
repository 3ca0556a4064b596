"""What a check of a plugin is: it is shown a ruleset as written and says what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class RulesetSource:
    """A ruleset that compiles, as it is written.

    Args:
        file: its name.
        text: its text.
        data: what it says: mappings, lists and texts. A text is what stands in the file, whatever
            YAML would guess: ``40`` is the text ``40``.
    """

    file: str
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found.

    Args:
        message: what was found and what was expected, in lower case without a full stop.
        path: the keys and positions that lead to it, such as
            ``("scores", "readiness", "actions", "demo", "points")``; empty: the whole file.
        hint: what to do about it.
        severity: how much it matters unless the project says otherwise.
    """

    message: str
    path: tuple[str | int, ...] = ()
    hint: str = ""
    severity: Literal["note", "warning", "error"] = "warning"


class Check(Protocol):
    """A check with its settings."""

    def check(self, ruleset: RulesetSource) -> Iterable[Finding]:
        """Return what is to be said about a ruleset.

        The same ruleset gives the same findings, always: no clock, no network, nothing kept from
        the ruleset before.
        """
        ...
