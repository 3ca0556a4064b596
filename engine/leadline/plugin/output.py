"""What an output is: a thing that takes messages to somebody, made from settings by a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, get_args

#: The setting of every output that says what is done about a message of unknown outcome. leadline
#: reads it, the output never sees it.
IN_DOUBT = "in_doubt"

State = Literal["delivered", "failed", "refused", "unknown"]
STATES: tuple[str, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of one lead, for one action of one automation.

    Args:
        key: the idempotency key: the same for every attempt to deliver this message, and no
            other message has it.
        model: the name of the model.
        automation: the automation's name.
        edge: ``enters`` or ``leaves``.
        subject: the segment or stage that was entered or left.
        lead_id: the lead.
        at: the instant of the entry, in UTC with its offset.
        cause: what moved the lead; empty where nobody knows.
        lead: the columns that a list of leads has: scores, grades, stage, tags, the three
            reasons (``reason_1`` to ``reason_3``); texts, numbers or None.
    """

    key: str
    model: str
    automation: str
    edge: str
    subject: str
    lead_id: str
    at: datetime
    cause: str
    lead: Mapping[str, object]

    def record(self) -> dict[str, object]:
        """Return the message as JSON can hold it."""
        return {
            "key": self.key,
            "model": self.model,
            "automation": self.automation,
            "edge": self.edge,
            "subject": self.subject,
            "lead_id": self.lead_id,
            "at": self.at.isoformat(),
            "cause": self.cause,
            "lead": dict(self.lead),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    Args:
        key: the message's.
        state: ``delivered``; ``failed``: surely not delivered, another run tries again;
            ``refused``: it will never be taken as it is; ``unknown``: it may have been delivered.
        answer: why, in one line without secrets.
    """

    key: str
    state: State
    answer: str = ""


@dataclass(frozen=True, slots=True)
class OutputContext:
    """What an output is given.

    Args:
        root: the folder of leadline.yaml; relative paths start here.
        name: what the project calls the output.
    """

    root: Path
    name: str


class Output(Protocol):
    """A place that messages go to."""

    @property
    def recognises_keys(self) -> bool:
        """Whether a message that is delivered a second time is known by its key and dropped.

        Where it is not, messages are handed over one at a time.
        """
        ...

    def deliver(self, messages: Sequence[Message]) -> Iterable[Outcome]:
        """Deliver messages, and give the outcome of each as soon as it is known.

        A message without an outcome counts as ``unknown``, also where this raises.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutputKind:
    """A kind of output, as ``plugin:`` of an output in leadline.yaml names it.

    Args:
        name: lower-case letters, digits, ``-`` and ``_``.
        summary: one line for lists.
        settings: the JSON Schema (draft 2020-12) of its settings. The setting ``in_doubt`` is
            leadline's own and never reaches the output.
        factory: makes the output from checked settings. Heavy imports belong in here.
        api_version: the version of this interface that the plugin is written for.
    """

    name: str
    summary: str
    settings: Mapping[str, object]
    factory: Callable[[Mapping[str, object], OutputContext], Output]
    api_version: int = 1
