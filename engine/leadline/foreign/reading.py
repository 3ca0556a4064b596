"""JSON that remembers where each value stands, and the list of what could not be expressed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from leadline.errors import UsageError

#: Numbers of an expression end here.
_MOST = 10.0**15
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\Z")


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that leadline cannot express, or not just so.

    Args:
        path: where it stands in the file, such as ``$.groupConfigs[0].groupDecay``.
        reason: what it is and what became of it.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Json:
    """A value of a JSON file and its path."""

    value: object
    path: str = "$"

    def get(self, key: str) -> Json | None:
        """Return what stands under a key; None where nothing does, or null."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return None if found is None else Json(found, self._under(key))

    def entries(self) -> Iterator[tuple[str, Json]]:
        """Yield the keys of an object, each with its value; nulls are passed over."""
        for key in self.value if isinstance(self.value, dict) else ():
            found = self.get(key)
            if found is not None:
                yield key, found

    def items(self) -> tuple[Json, ...]:
        """Return the values of a list, or of an object that stands for one, keyed by ids."""
        if isinstance(self.value, dict):
            return tuple(value for _, value in self.entries())
        values = self.value if isinstance(self.value, list) else ()
        return tuple(Json(value, f"{self.path}[{i}]") for i, value in enumerate(values))

    def text(self, key: str) -> str:
        """Return the text or number under a key as text; ``""`` for anything else."""
        found = self.get(key)
        value = found.value if found is not None else None
        if isinstance(value, str):
            return value.strip()
        return f"{value}" if isinstance(value, int | float) and not isinstance(value, bool) else ""

    def number(self, key: str) -> float | None:
        """Return the number under a key; None for anything else."""
        found = self.get(key)
        return found.as_number() if found is not None else None

    def as_number(self) -> float | None:
        """Return the value as a number that leadline can hold, one written as text included."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | str):
            return None
        try:
            value = float(self.value)
        except (ValueError, OverflowError):
            return None
        return value if abs(value) <= _MOST else None

    def truth(self, key: str, default: bool) -> bool:
        """Return the truth value under a key, also one written as text or number."""
        found = self.get(key)
        said = found.as_truth() if found is not None else None
        return default if said is None else said

    def as_truth(self) -> bool | None:
        """Return the value as a truth value; None for anything else."""
        return _TRUTHS.get(str(self.value).lower())

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of the list under a key, numbers as text."""
        found = self.get(key)
        return tuple(
            str(item.value)
            for item in (found.items() if found is not None else ())
            if isinstance(item.value, str | int | float)
        )

    def _under(self, key: str) -> str:
        return f"{self.path}.{key}" if _WORD.match(key) else f"{self.path}[{json.dumps(key)}]"


class Losses:
    """Gathers what could not be expressed, in the order it was found."""

    def __init__(self) -> None:
        self._found: list[Lost] = []

    def say(self, at: Json, reason: str) -> None:
        """Note that what stands at a place could not be expressed."""
        self._found.append(Lost(at.path, reason))

    def unknown_keys(self, at: Json, known: tuple[str, ...]) -> None:
        """Note each key of an object that is none of the known ones and holds something."""
        for key, value in at.entries():
            if key not in known and value.value not in ("", [], {}):
                self.say(value, "leadline does not know this key; it was left out")

    def number(self, at: Json, key: str) -> float | None:
        """Return the number under a key; note anything else that stands there."""
        found = at.get(key)
        value = at.number(key)
        if found is not None and value is None:
            self.say(found, "this is no number that leadline can hold; it was left out")
        return value

    def truth(self, at: Json, key: str, default: bool) -> bool:
        """Return the truth value under a key; note anything else that stands there."""
        found = at.get(key)
        if found is not None and found.as_truth() is None:
            self.say(found, f"this is neither true nor false; {str(default).lower()} was taken")
        return at.truth(key, default)

    @property
    def found(self) -> tuple[Lost, ...]:
        """What was noted."""
        return tuple(self._found)


def read_json(text: str, file: str) -> Json:
    """Read a JSON file.

    Raises:
        UsageError: it is no JSON.
    """
    try:
        return Json(json.loads(text))
    except ValueError as error:
        raise UsageError(f"{file} is no JSON: {error}", hint="export it as JSON") from error
    except RecursionError as error:
        raise UsageError(f"{file} is no JSON that can be read: too many levels") from error
