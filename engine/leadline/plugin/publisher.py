"""What a publisher is: a thing that keeps results at a receiver as they are, such as in a CRM."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from leadline.plugin.output import Outcome, OutputContext

Table = Literal["leads", "accounts"]
ColumnType = Literal["text", "number", "truth", "date", "instant"]
Value = str | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A value that a receiver holds of each lead or account.

    Args:
        name: what the receiver calls it.
        type: what its values are: ``text`` is ``str``, ``number`` ``float``, ``truth`` ``bool``,
            ``date`` ``date``, ``instant`` a ``datetime`` in UTC; None is no value, whatever the
            type.
        meaning: what it says, in a sentence for people who see it at the receiver.
    """

    name: str
    type: ColumnType
    meaning: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a receiver is to hold of one lead or account.

    Args:
        key: the lead or account, as the receiver knows it.
        values: the value of each column by its name; None takes the value away.
    """

    key: str
    values: Mapping[str, Value]


class Publisher(Protocol):
    """A receiver that results are published to."""

    def prepare(self, table: Table, columns: Sequence[Column]) -> None:
        """Look whether the receiver can hold some columns, and make what it lacks.

        Called before the first results of a table are published, in every run that has some.

        Raises:
            SourceError: it cannot hold them; nothing of the table is published then.
        """
        ...

    def publish(self, table: Table, results: Sequence[Result]) -> Iterable[Outcome]:
        """Have the receiver hold results, and give the outcome of each as soon as it is known.

        The same results may come again, after a run that was killed: to write them twice is to
        write them once. What is ``failed``, ``refused`` or ``unknown``, or has no outcome, is
        kept and published again by the next run. Where a result has no value at all and the
        receiver does not know its key, nothing is left to take away: that is ``delivered``.

        Args:
            table: what they are of.
            results: each of another key; some hundreds at most.

        Raises:
            SourceError: the receiver cannot be used at all; what has no outcome waits.
        """
        ...


@dataclass(frozen=True, slots=True)
class PublisherKind:
    """A kind of output that takes results, as ``plugin:`` of an output names it.

    Args:
        name: lower-case letters, digits, ``-`` and ``_``; no other output has it.
        summary: one line for lists.
        settings: the JSON Schema (draft 2020-12) of its settings.
        factory: makes the publisher from checked settings. Heavy imports belong in here.
        api_version: the version of this interface that the plugin is written for.
    """

    name: str
    summary: str
    settings: Mapping[str, object]
    factory: Callable[[Mapping[str, object], OutputContext], Publisher]
    api_version: int = 1
