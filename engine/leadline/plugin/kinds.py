"""What a plugin can give besides sources and outputs: functions, decay kinds, checks."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from leadline.plugin.check import Check
from leadline.plugin.output import OutputKind
from leadline.plugin.publisher import PublisherKind
from leadline.plugin.source import SourceKind

ValueType = Literal["text", "number", "truth", "date", "instant", "duration", "list"]


@dataclass(frozen=True, slots=True)
class FunctionKind:
    """A function of the expression language, written as SQL.

    Args:
        name: as rules call it.
        parameters: the type of each argument.
        result: the type of its value. It is missing where an argument is.
        sql: an SQL expression with ``{0}``, ``{1}``, ... in the place of the arguments; a brace
            of its own is doubled.
        sentence: what it does, in one sentence.
        example: an expression that shows it, with its value: ``initial("Ada") is "A"``.
        api_version: the version of this interface that the plugin is written for.

    Raises:
        ValueError: the placeholders are not one for each argument.
    """

    name: str
    parameters: tuple[ValueType, ...]
    result: ValueType
    sql: str
    sentence: str
    example: str
    api_version: int = 1

    def __post_init__(self) -> None:
        found = {
            place for _, place, _, _ in string.Formatter().parse(self.sql) if place is not None
        }
        expected = {str(number) for number in range(len(self.parameters))}
        if found != expected:
            raise ValueError(
                f"the SQL of function `{self.name}` has the placeholders {sorted(found)}, "
                f"expected {sorted(expected)}: one for each argument"
            )


@dataclass(frozen=True, slots=True)
class DecayKind:
    """A way for points to fade with age.

    Args:
        name: the key under ``decay:``.
        summary: one line for lists.
        settings: the JSON Schema of what stands under that key.
        factor: from the checked settings and an age in whole days (0 and up) to the factor that
            the points are multiplied with. The same arguments give the same factor, always.
        api_version: the version of this interface that the plugin is written for.
    """

    name: str
    summary: str
    settings: Mapping[str, object]
    factor: Callable[[Mapping[str, object], int], float]
    api_version: int = 1


@dataclass(frozen=True, slots=True)
class CheckKind:
    """A check of rulesets beyond those that leadline makes.

    Args:
        name: as findings, ``--select`` and ``# leadline: ignore`` name it.
        summary: one line for lists.
        settings: the JSON Schema of its settings, which stand in leadline.yaml under
            ``check: {settings: {NAME: ..}}``.
        factory: makes the check from checked settings.
        api_version: the version of this interface that the plugin is written for.
    """

    name: str
    summary: str
    settings: Mapping[str, object]
    factory: Callable[[Mapping[str, object]], Check]
    api_version: int = 1


Kind = SourceKind | OutputKind | PublisherKind | FunctionKind | DecayKind | CheckKind

_FORMS: Mapping[type, tuple[str, str]] = {
    SourceKind: ("source", ""),
    OutputKind: ("output", " (messages)"),
    PublisherKind: ("output", " (results)"),
    FunctionKind: ("function", ""),
    DecayKind: ("decay", ""),
    CheckKind: ("check", ""),
}


def called(kind: Kind) -> str:
    """Return what people call a kind, with its name: ``source csv``, ``output slack (messages)``.

    Args:
        kind: what a plugin gives.
    """
    word, takes = _FORMS[type(kind)]
    return f"{word} {kind.name}{takes}"
