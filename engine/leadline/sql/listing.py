"""The SQL of lists that people read: leads with their reasons and tags."""

from __future__ import annotations

from collections.abc import Mapping

from leadline.plan.clock import AsOf
from leadline.plan.steps import LeadList, Reasons, TagCards
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import capped, dated_value, listed, total

#: How many reasons a lead is listed with.
MOST_REASONS = 3


def reasons(step: Reasons) -> str:
    """Name the rules that moved each score most, the largest first."""
    numbers = range(1, MOST_REASONS + 1)
    columns = [f"max(CASE WHEN place = {n} THEN reason END) AS reason_{n}" for n in numbers]
    if not step.parts:
        empty = ", ".join(f"NULL::VARCHAR AS reason_{n}" for n in numbers)
        return f"\nSELECT lead_id, {empty} FROM {quote.name(step.source)}"
    parts = ",\n    ".join(
        f"{{'rule': {quote.text(label)}, 'points': {_share(step, column)} / {step.scale}}}"
        for label, column in step.parts
    )
    shown = "rtrim(rtrim(format('{:.4f}', abs(points)), '0'), '.')"
    return f"""
SELECT
  {listed(["lead_id", *columns])}
FROM (
  SELECT lead_id, rule || CASE WHEN points < 0 THEN ' -' ELSE ' +' END || {shown} AS reason,
    row_number() OVER (PARTITION BY lead_id ORDER BY abs(points) DESC, rule) AS place
  FROM (
    SELECT lead_id, unnest([
    {parts}], recursive := true)
    FROM {quote.name(step.source)}
  )
  WHERE round(points, 4) <> 0
)
WHERE place <= {MOST_REASONS}
GROUP BY lead_id"""


def _share(step: Reasons, column: str) -> str:
    """Return what a rule adds to the score, after the cap of its group."""
    own = f"CAST({quote.name(column)} AS DOUBLE)"
    for group, members in step.groups:
        if column in members:
            together = total([quote.name(member) for member in members])
            left = capped(together, group.minimum, group.maximum)
            return f"coalesce({own} * {left} / nullif({together}, 0), 0)"
    return own


def tag_cards(step: TagCards, as_of: AsOf) -> str:
    """Write each lead's tags, as on the date, as one text."""
    before = quote.instant(as_of.before)
    return f"""
SELECT lead_id, string_agg(tag || '=' || coalesce(state.value, ''), '; ' ORDER BY tag) AS tags
FROM (
  SELECT lead_id, tag, max({dated_value("set_at")}) AS state
  FROM {quote.name(step.tags)}
  WHERE set_at < {before}
  GROUP BY lead_id, tag
)
GROUP BY lead_id"""


def lead_list(step: LeadList, writer: Writer) -> str:
    """List leads, the highest first."""
    columns = [f"r.{quote.name(column)} AS {quote.name(head)}" for head, column in step.columns]
    joins = f"\nLEFT JOIN {quote.name(step.reasons)} w ON w.lead_id = r.lead_id"
    if step.cards:
        columns.append("c.tags")
        joins += f"\nLEFT JOIN {quote.name(step.cards)} c ON c.lead_id = r.lead_id"
    columns += [f"w.reason_{n}" for n in range(1, MOST_REASONS + 1)]
    source = quote.name(step.reported)
    if step.condition is not None:
        source = f"(SELECT * FROM {source} WHERE {writer.condition(step.condition)})"
    highest = f"r.{quote.name(step.order)} DESC, " if step.order is not None else ""
    return f"""
SELECT
  {listed(columns)}
FROM {source} r{joins}
ORDER BY {highest}r.lead_id"""


def account_list(account: str, *, with_name: bool, committee_only: bool) -> str:
    """Return the SELECT that lists accounts, the highest first, with their largest leads.

    Args:
        account: the name of the account score.
        with_name: whether the data has names of accounts.
        committee_only: leave out accounts without a committee.
    """
    rows = quote.name(f"account.{account}")
    contributions = quote.name(f"account.{account} contributions")
    name, join = "", ""
    if with_name:
        name, join = '\n  c."name",', "\nLEFT JOIN accounts c ON c.account_id = a.account_id"
    where = "\nWHERE a.committee" if committee_only else ""
    return f"""
SELECT a.account_id,{name}
  a.value AS {quote.name(account)}, a.committee, a.leads, t.largest AS "largest leads"
FROM {rows} a{join}
LEFT JOIN (
  SELECT account_id, string_agg(lead_id || ' ' ||
    rtrim(rtrim(format('{{:.4f}}', points / 1e9), '0'), '.'), ', ' ORDER BY points DESC, lead_id)
    AS largest
  FROM (SELECT * FROM {contributions} WHERE points <> 0 QUALIFY row_number() OVER (
    PARTITION BY account_id ORDER BY points DESC, lead_id) <= {MOST_REASONS})
  GROUP BY account_id
) t ON t.account_id = a.account_id{where}
ORDER BY a.value DESC, a.account_id"""


def accounts_side_by_side(aliases: Mapping[str, str]) -> str:
    """Return account scores joined by account, as what stands behind FROM.

    Args:
        aliases: account score -> the alias of its rows; that of the accounts is ``i``.
    """
    relations = {alias: quote.name(f"account.{score}") for score, alias in aliases.items()}
    ids = " UNION ".join(f"SELECT account_id FROM {one}" for one in relations.values())
    joins = (
        f" LEFT JOIN {one} {alias} ON {alias}.account_id = i.account_id"
        for alias, one in relations.items()
    )
    return f"({ids}) i{''.join(joins)}"
