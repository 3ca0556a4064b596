"""Messages in words that people read: what a lead is called, what it did, when, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadline.plugin import Message, UsageError

TIMEZONE: Mapping[str, object] = {
    "description": "The zone that times are shown in.",
    "type": "string",
    "default": "UTC",
}
LINK: Mapping[str, object] = {
    "description": "Where a lead is seen, such as https://crm.example.com/contacts/{lead_id}.",
    "type": "string",
    "pattern": "^https?://[^{}]+(\\{lead_id\\}[^{}]*)?$",
}

#: How many characters of a text from outside a page or a mail shows.
MOST_SHOWN = 300

_MOVED = {"enters": "entered", "leaves": "left"}
#: Columns that say who a lead is, and what people call them; see ``who``.
WHO: Mapping[str, str] = {
    "lead.name": "Name",
    "lead.full_name": "Name",
    "lead.fullname": "Name",
    "lead.first_name": "First name",
    "lead.firstname": "First name",
    "lead.last_name": "Last name",
    "lead.lastname": "Last name",
    "lead.email": "E-mail",
    "lead.job_title": "Job title",
    "lead.jobtitle": "Job title",
    "lead.company": "Company",
    "account.name": "Account",
    "lead.owner": "Owner",
}
#: What a lead is called by; a whole name goes before its parts.
_CALLED = ("Name", "First name", "Last name", "E-mail")
_REASONS = ("reason_1", "reason_2", "reason_3")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: Control characters, line ends and separators, marks that turn the direction of writing, halves
#: of characters: none of them has a place in a line.
_NO_LINE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)


@dataclass(frozen=True, slots=True)
class Card:
    """A message as a person reads it.

    Attributes:
        key: the message's.
        name: what the lead is called: its name and address where the message has them, else its
            id.
        link: where it is seen; empty: nowhere.
        moved: such as ``entered hot``.
        when: the local date and time.
        cause: what moved it; may be empty.
        reasons: the strongest reasons, each with its points.
        facts: what else the message has: name -> value, empty ones left out.
    """

    key: str
    name: str
    link: str
    moved: str
    when: str
    cause: str
    reasons: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


class Words:
    """Puts messages into words.

    Args:
        settings: ``timezone`` and ``link``.
        output: what the project calls the output.

    Raises:
        UsageError: there is no such timezone.
    """

    def __init__(self, settings: Mapping[str, Any], output: str) -> None:
        name: str = settings["timezone"]
        try:
            self.zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UsageError(
                f"the `timezone` of the output `{output}` is `{name}`, which is no timezone",
                hint="write one such as `Europe/Berlin` or `UTC`",
            ) from None
        self._link: str = settings.get("link", "")

    def local(self, message: Message) -> datetime:
        """Return the instant of a message on the clocks of the zone, without its offset."""
        return message.at.astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def date(self, messages: Sequence[Message]) -> str:
        """Return the local date of the latest of messages, as ``2026-06-30``."""
        return max(self.local(message) for message in messages).date().isoformat()

    def filled(self, template: str, messages: Sequence[Message]) -> str:
        """Return a template with its placeholders filled in, as one line."""
        first = messages[0]
        values = {
            "count": str(len(messages)),
            "leads": leads(messages),
            "moved": _MOVED.get(first.edge, first.edge),
            "subject": first.subject,
            "automation": first.automation,
            "model": first.model,
            "date": self.date(messages),
        }
        return one_line(filled(template, values))

    def below(self, messages: Sequence[Message]) -> str:
        """Return what stands under a title: where messages come from, and whose clocks count."""
        first = messages[0]
        return one_line(
            f"Automation {first.automation}, ruleset {first.model}. Times in {self.zone.key}."
        )

    def card(self, message: Message) -> Card:
        """Return a message as a person reads it."""
        lead = message.lead
        name = brief(_called(lead))
        told = (*(column for column in lead if who(column) in _CALLED), *_REASONS, "lead_id")
        known = {column: lead[column] for column in columns_of_who(lead)}
        also = {"lead": message.lead_id} if name else {}
        return Card(
            key=message.key,
            name=name or brief(message.lead_id) or "(a lead without a name)",
            link=self.link(message),
            moved=brief(f"{_MOVED.get(message.edge, message.edge)} {message.subject}"),
            when=f"{self.local(message):%Y-%m-%d %H:%M}",
            cause=brief(cause(message)),
            reasons=tuple(brief(text(lead[name])) for name in _REASONS if text(lead.get(name))),
            facts=tuple(
                (brief(heading(column, lead)), brief(text(value)))
                for column, value in {**known, **also, **lead}.items()
                if column not in told and text(value)
            ),
        )

    def link(self, message: Message) -> str:
        """Return where the lead of a message is seen; empty where nobody said."""
        return self._link.replace("{lead_id}", quote(message.lead_id, safe="", errors="replace"))


PLACEHOLDERS = ("count", "leads", "moved", "subject", "automation", "model", "date")


def check_template(template: str, setting: str, output: str, known: Sequence[str]) -> None:
    """Hold a template to the placeholders that there are.

    Raises:
        UsageError: it has another one.
    """
    for name in _PLACEHOLDER.findall(template):
        if name not in known:
            raise UsageError(
                f"the `{setting}` of the output `{output}` has the placeholder `{{{name}}}`",
                hint="there are " + ", ".join(f"{{{one}}}" for one in known),
            )


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its placeholders filled in; what they say is not looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def leads(messages: Sequence[Message]) -> str:
    """Return how many leads messages are of, such as ``3 leads``."""
    count = len({message.lead_id for message in messages})
    return f"{count:,} lead" + ("" if count == 1 else "s")


def cause(message: Message) -> str:
    """Return what moved a lead without the ids of events: ``video_share``."""
    return "; ".join(re.sub(r"^event .*?: ", "", part) for part in message.cause.split("; "))


def one_line(words: str) -> str:
    """Return a text as one line without control characters."""
    return " ".join(_NO_LINE.sub(" ", words).split())


def brief(words: str) -> str:
    """Return a text as one line that is no longer than a person reads."""
    line = one_line(words)
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]} ..."


def text(value: object) -> str:
    """Return a value as people write it: numbers without needless zeros, nothing for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            short = f"{value:.4f}".rstrip("0").rstrip(".")
            return "0" if short == "-0" else short
        case list() | tuple():
            return ", ".join(map(text, value))
        case _:
            return str(value)


def columns_of(messages: Iterable[Message]) -> tuple[str, ...]:
    """Return the columns of the leads of messages, each once, in the order they come in."""
    return tuple(dict.fromkeys(column for message in messages for column in message.lead))


def who(column: str) -> str:
    """Return what people call a column that says who a lead is; empty for any other."""
    return WHO.get(column.casefold().replace(" ", "_"), "")


def columns_of_who(columns: Iterable[str]) -> tuple[str, ...]:
    """Return those of some columns that say who a lead is, in the order people read them."""
    order = tuple(dict.fromkeys(WHO.values()))
    return tuple(sorted(filter(who, columns), key=lambda column: order.index(who(column))))


def names_of_facts(cards: Iterable[Card]) -> tuple[str, ...]:
    """Return what the facts of cards are called, each once: what says who a lead is goes first."""
    order = (*dict.fromkeys(word.lower() for word in WHO.values()), "lead")
    names = dict.fromkeys(name for card in cards for name, _ in card.facts)
    return tuple(sorted(names, key=lambda name: order.index(name) if name in order else len(order)))


def _called(lead: Mapping[str, object]) -> str:
    """Return the name and the address of a lead; empty where it has neither."""
    said = {who(column): text(lead[column]) for column in lead if text(lead[column])}
    parts = (said.get("First name", ""), said.get("Last name", ""))
    name = said.get("Name") or " ".join(filter(None, parts))
    return ", ".join(dict.fromkeys(filter(None, (name, said.get("E-mail")))))


def heading(column: str, others: Collection[str]) -> str:
    """Return what a column is called beside its value; never what another one is called."""
    plain = who(column).lower() or column.removeprefix("lead.")
    return column if plain != column and plain in others else plain.replace("_", " ")


def split_reason(reason: str) -> tuple[str, str]:
    """Return a reason and its points apart: ``video_share +32.25``."""
    what, _, points = reason.rpartition(" ")
    return (what, points) if what and re.match(r"[+-]?\d", points) else (reason, "")
