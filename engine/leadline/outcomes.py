"""What became of leads: opportunities, won deals, hand-overs that sales accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leadline.pipeline import columns_of
from leadline.plan.clock import AsOf
from leadline.sql import outcomes as sql
from leadline.store import Store

Kind = Literal["opportunity", "won", "accepted"]

#: What can count as an outcome: an opportunity, one that was won, an accepted hand-over to sales.
KINDS: tuple[Kind, ...] = ("opportunity", "won", "accepted")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of leads, in the relation ``outcome`` of the store's database.

    Its columns: ``lead_id``; ``outcome_id``; ``began_at``, when an opportunity was created or a
    lead was offered (UTC); ``free_at``, from when on the lead can be judged again (lost, refused,
    expired, recycled), NULL while it is in the hands of sales, or theirs for good; ``happened``,
    NULL where that is not known yet; ``amount``, NULL where it has none.

    Attributes:
        kind: what counts.
        until: the date; nothing later is known.
        leads: how many leads have an outcome.
        happened: how many outcomes there are; an opportunity of several leads is one.
    """

    kind: Kind
    until: AsOf
    leads: int
    happened: int


def gather_outcomes(
    store: Store, until: AsOf, kind: Kind = "opportunity", *, whole_account: bool = False
) -> Outcomes:
    """Fill the relation of outcomes.

    Merged ids count for the lead they were merged into. An opportunity is of the lead that it
    names; of every lead of its account where it names none.

    Args:
        store: the data.
        until: the date up to which anything is known.
        kind: what counts as an outcome.
        whole_account: whether an opportunity is of every lead of the account in any case.

    Returns:
        What was found; the relation ``outcome`` is filled.
    """
    catalog, database = columns_of(store), store.database
    history = {name.casefold() for name in catalog.history_fields}
    for statement in sql.kept_members(until, account_history="account_id" in history):
        database.execute(statement)
    if kind == "accepted":
        database.execute(sql.kept_handoffs(until.before))
    else:
        won = kind == "won"
        database.execute(sql.kept_opportunities(until.before, won=won, whole_account=whole_account))
    [(leads, happened)] = database.rows(sql.outcome_counts())
    return Outcomes(kind, until, leads, happened)
