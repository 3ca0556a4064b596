"""The past of a ruleset's leads: every change of a score, every stage and list, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadline.engine.run import run_query
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText, columns_of, compile_ruleset
from leadline.plan.clock import AsOf, begin_of, parse_as_of
from leadline.plan.past import build_past
from leadline.plan.steps import Plan
from leadline.ruleset.model import Ruleset
from leadline.sql.query import Query, write_query
from leadline.store import Store

#: What can be asked of the past.
PARTS = ("history", "stages", "accounts", "segments", "daily")


@dataclass(frozen=True, slots=True)
class Past:
    """A ruleset's past: the relations of ``query`` can be read from the store."""

    store: Store
    text: RulesetText
    ruleset: Ruleset
    catalog: Catalog
    since: datetime | None
    until: AsOf
    plan: Plan
    query: Query


def look_back(
    store: Store,
    text: RulesetText,
    *,
    since: str | None = None,
    until: str | None = None,
    lead: str | None = None,
    parts: tuple[str, ...] = ("history",),
) -> Past:
    """Compute the past of a ruleset's leads, each from its first instant on.

    Args:
        store: the data.
        text: the ruleset.
        since: from which date or instant on changes are shown; None shows all.
        until: the last date or instant; None is today in the model's timezone.
        lead: this lead alone.
        parts: which of ``PARTS`` are asked for.

    Returns:
        The past; its relations are filled: ``history`` (lead_id, score, per, at, old, new, cause),
        ``stage_spell`` (lead_id, stage, entered_at, left_at, direction, cause),
        ``account_stage_spell`` (account, account_id, ...), ``segment_spell`` (segment, lead_id,
        entered_at, left_at, cause) and ``daily_count`` (kind, list, day, leads). Instants are UTC.

    Raises:
        RulesetError: the ruleset does not compile.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    end = parse_as_of(until, ruleset.timezone)
    begin = begin_of(since, ruleset.timezone) if since is not None else None
    plan = build_past(
        ruleset,
        catalog,
        end,
        extensions=text.extensions,
        lead=lead,
        since=begin,
        parts=parts,
    )
    query = write_query(plan, text.extensions)
    run_query(store.database, query)
    return Past(store, text, ruleset, catalog, begin, end, plan, query)
