"""The score and the buying committee of each account."""

from collections.abc import Iterable, Mapping, Sequence

from tests.oracle.exact import billionths, divided, reported
from tests.oracle.expression import evaluate, holds
from tests.oracle.leads import Lead
from tests.oracle.model import Account
from tests.oracle.records import Records

Outcome = tuple[float, bool | None]


def account_ids(records: Records) -> list[str]:
    """Return every account of the accounts table and every account_id of a lead, in order."""
    rows = [*records.accounts.values(), *records.leads.values()]
    return sorted({str(row["account_id"]) for row in rows if row.get("account_id") is not None})


def combined(
    account: Account, account_id: str, leads: Iterable[Lead], scores: Mapping[str, float]
) -> Outcome:
    """Return the score and the committee of one account.

    Args:
        account: How scores are combined.
        account_id: The account.
        leads: All scored leads, by lead_id.
        scores: The reported score of each lead.
    """
    members = [
        lead
        for lead in leads
        if lead.account_id == account_id
        and (account.only is None or holds(account.only, lead.scope))
    ]
    total = _total(account, members, scores)
    if account.committee is None:
        return reported(total), None
    number, bound = account.committee
    reaching = sum(1 for lead in members if scores[lead.lead_id] >= bound)
    return reported(total), reaching >= number


def _total(account: Account, members: Sequence[Lead], scores: Mapping[str, float]) -> int:
    parts = [billionths(scores[lead.lead_id], _weight(account, lead)) for lead in members]
    if account.combine == "sum":
        return sum(parts)
    if account.combine == "top":
        return sum(sorted(parts, reverse=True)[: account.top])
    if account.combine == "max":
        return max(parts, default=0)
    averaged = [
        part
        for part, lead in zip(parts, members, strict=True)
        if account.include_zero or scores[lead.lead_id] != 0
    ]
    return divided(sum(averaged), len(averaged)) if averaged else 0


def _weight(account: Account, lead: Lead) -> float:
    if account.weight_field is None:
        return 1.0
    value = evaluate(account.weight_field, lead.scope)
    return account.weights.get(str(value), account.other_weight)
