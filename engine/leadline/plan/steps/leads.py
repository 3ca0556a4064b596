"""Steps of leads: merged ids, fields as on the date, who is scored."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.expression.nodes import Field, Node


@dataclass(frozen=True, slots=True)
class Aliases:
    """The lead that each merged id counts for; chains are followed to their end."""

    name: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A table of the store with merged ids replaced by the lead they count for."""

    name: str
    table: str
    aliases: str


@dataclass(frozen=True, slots=True)
class KnownLeads:
    """Every lead that exists on the date, with the fields that anything reads.

    Attributes:
        leads, events, tags, history: the relations to read.
        fields: the fields of leads, accounts and tags, as on the date.
        history_fields: the lead fields that have a history in the data.
        account_history: whether account_id is one of them.
        with_account: whether the account is needed (for its fields or its score).
        lead: this lead alone.
    """

    name: str
    leads: str
    events: str
    tags: str
    history: str
    fields: tuple[Field, ...]
    history_fields: tuple[str, ...]
    account_history: bool
    with_account: bool
    lead: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """One ``count(event, window)``: its column and what it counts."""

    column: str
    event: str
    days: float | None


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How many events of a type each lead has."""

    name: str
    source: str
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class LastEvents:
    """The day of each lead's last event of any type."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Leads:
    """The leads that are scored."""

    name: str
    source: str
    counts: str | None
    condition: Node | None
