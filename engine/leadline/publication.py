"""What ``publish:`` of an output says: which results the output holds, of whom, by what name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from leadline.configuration import Walk, is_empty, keys_of, value_of
from leadline.diagnostic import Code, Place
from leadline.document import Mapping as Entries
from leadline.document import Scalar

EMPTY_PUBLICATION = Code("LL213", "nothing-to-publish")
WRONG_DECIMALS = Code("LL214", "wrong-decimals")

#: More decimal places than a score has are of no use.
_MOST_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Publication:
    """The results that an output holds, as leadline.yaml has it; nothing is compiled yet.

    Args:
        ruleset: the name of the model; None where the project has one.
        where: the expression of which leads; None is all.
        leads: what the output calls a value, and the field that it is, each with its place.
        accounts: the same of accounts.
        lead_id: the field that the output knows a lead by; None is ``lead_id``.
        account_id: the field that it knows an account by; None is ``account_id``.
        decimals: how many decimal places numbers have.
        place: where it stands.
    """

    ruleset: Scalar | None
    where: Scalar | None
    leads: tuple[tuple[Scalar, Scalar], ...]
    accounts: tuple[tuple[Scalar, Scalar], ...]
    lead_id: Scalar | None
    account_id: Scalar | None
    decimals: int
    place: Place


def read_publication(walk: Walk, output: Entries) -> Publication | None:
    """Return what an output publishes; None where it takes messages.

    Args:
        walk: the walk over leadline.yaml, told of mistakes.
        output: the entries of the output.
    """
    entry = output.get("publish")
    if entry is None:
        return None
    entries = walk.shaped(entry)
    walk.known(entries, "publish", keys_of("outputs", "*", "publish"))
    leads, accounts = _columns(walk, entries, "leads"), _columns(walk, entries, "accounts")
    shaped = isinstance(entry.value, Entries) or is_empty(entry.value)
    if shaped and not leads and not accounts:
        hint = "such as `leads: {leadline_fit: score.fit, leadline_stage: stage}`"
        walk.say(EMPTY_PUBLICATION, "`publish` names neither `leads` nor `accounts`", entries, hint)
    return Publication(
        ruleset=_scalar(walk, entries, "ruleset"),
        where=_scalar(walk, entries, "where"),
        leads=leads,
        accounts=accounts,
        lead_id=_scalar(walk, entries, "lead_id"),
        account_id=_scalar(walk, entries, "account_id"),
        decimals=_decimals(walk, entries),
        place=entry.key.place,
    )


def _scalar(walk: Walk, entries: Entries, key: str) -> Scalar | None:
    walk.text(entries, key, "")
    value = value_of(entries, key)
    return value if isinstance(value, Scalar) and value.text else None


def _columns(walk: Walk, entries: Entries, key: str) -> tuple[tuple[Scalar, Scalar], ...]:
    columns = walk.entries(entries, key)
    if columns is None:
        return ()
    return tuple(
        (entry.key, value)
        for entry in columns.entries
        if (value := _scalar(walk, columns, entry.key.text)) is not None
    )


def _decimals(walk: Walk, entries: Entries) -> int:
    said = walk.text(entries, "decimals", "2")
    if re.fullmatch("[0-9]", said):
        return int(said)
    message = f"`{said}` decimal places, expected 0 to {_MOST_DECIMALS}"
    walk.say(WRONG_DECIMALS, message, value_of(entries, "decimals"))
    return 2
