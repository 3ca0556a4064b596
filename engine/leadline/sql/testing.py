"""The SELECTs behind tests: what came of each lead, and which rules counted for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadline.expression.catalog import Type
from leadline.expression.functions import Function
from leadline.plan.needs import enabled, rule_scores
from leadline.plan.steps import DayReach, DayRule, LastEvents, Leads, Plan, RuleDays, Totals
from leadline.ruleset.model import EventRule, Fact, Idle, RuleHead, RuleScore, Ruleset
from leadline.sql import quote
from leadline.sql.expression import Writer, sql_type
from leadline.sql.standing import MEMBER_NOW, STAGE_NOW

#: What is kept of a past beside where leads stand at its end.
STAGES_PASSED = "stage_passed"
ACCOUNT_STAGES = "account_stage_passed"


def empty_table(name: str, columns: Sequence[tuple[str, Type]]) -> str:
    """Return the statement that makes a table without rows."""
    listed = ", ".join(f"{quote.name(column)} {sql_type(type_)}" for column, type_ in columns)
    return f"CREATE TABLE {quote.name(name)} ({listed})"


def scored_leads() -> str:
    """Return the leads that are scored."""
    return "SELECT lead_id FROM lead"


def known_leads() -> str:
    """Count the leads that exist, those that ``leads:`` leaves out included."""
    return "SELECT count(*) FROM known_lead"


def account_of() -> str:
    """Return the account of a scored lead, a parameter, whichever way it belongs to it."""
    return "SELECT account_id FROM lead WHERE lead_id = ?"


def rows_by(relation: str, columns: Sequence[str], key: str, order: str) -> str:
    """Return columns of the rows whose key is one of a list, a parameter, in an order."""
    listed = ", ".join(map(quote.name, columns))
    return (
        f"SELECT {listed} FROM {quote.name(relation)} "
        f"WHERE list_contains(?, {quote.name(key)}) ORDER BY {order}"
    )


def all_values() -> str:
    """Return every score: lead_id, score, per, value, grade."""
    return 'SELECT lead_id, score, "per", value, grade FROM scores'


def reported_column(column: str) -> str:
    """Return a column of the leads' row of results, such as ``stage``: lead_id and it."""
    return f"SELECT lead_id, {quote.name(column)} FROM reported"


def stages_at_end() -> str:
    """Return the stage of each lead at the end of a past: lead_id, stage."""
    return f"SELECT lead_id, stage FROM {STAGE_NOW}"


def members_at_end() -> str:
    """Return who is on which list at the end of a past: lead_id, segment, in order."""
    return f"SELECT lead_id, segment FROM {MEMBER_NOW} ORDER BY lead_id, segment"


def account_values(account: str) -> str:
    """Return the rows of an account score: account_id, value, committee."""
    return f"SELECT account_id, value, committee FROM {quote.name(f'account.{account}')}"


def kept(spells: str, name: str) -> str:
    """Return the statement that keeps the spells of a past under a name of their own."""
    return f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {spells}"


def stages_passed() -> str:
    """Return the stages that each lead came through: lead_id, stage, entered_at, in order."""
    return (
        f"SELECT lead_id, stage, entered_at FROM {STAGES_PASSED} "
        "ORDER BY lead_id, entered_at NULLS FIRST, left_at NULLS LAST"
    )


def account_stages() -> str:
    """Return the stage of each account: account, account_id, stage."""
    return f"SELECT account, account_id, stage FROM {ACCOUNT_STAGES} WHERE left_at IS NULL"


def fired_rules(ruleset: Ruleset, plan: Plan, functions: Mapping[str, Function]) -> str:
    """Return the SELECT of the rules that counted: lead_id, SCORE.RULE, each once, in order.

    An event rule counted where it kept an event, one of bands where it reached a band; a fact or
    idle behaviour where it holds. It reads relations of an evaluation by day or by event. Nothing
    is returned where there are no rules.
    """
    writer = Writer(plan.as_of.day, plan.timezone, functions)
    parts = [part for score in rule_scores(ruleset) for part in _of_score(score, plan, writer)]
    if not parts:
        return ""
    joined = "\nUNION ALL ".join(parts)
    # Whoever is not scored has no rule that counted for a score.
    return (
        f"SELECT DISTINCT lead_id, rule FROM ({joined}\n)\n"
        "WHERE lead_id IN (SELECT lead_id FROM lead) ORDER BY ALL"
    )


def _of_score(score: RuleScore, plan: Plan, writer: Writer) -> Iterator[str]:
    counting = {step.name for step in plan.steps if isinstance(step, DayReach | DayRule | RuleDays)}
    totals = next(
        (s for s in plan.steps if isinstance(s, Totals) and s.name == f"{score.name} totals"), None
    )
    for rule in enabled(score.rules):
        name = f"{score.name}.{rule.head.name}"
        match rule:
            case EventRule() if rule.bands:
                yield _select(name, f"score.{score.name}", f"{quote.name(name)} <> 0")
            case EventRule() if name in counting:
                yield _select(name, name, "counted > 0")
            case EventRule() if totals is not None and totals.daily is not None:
                yield _select(name, totals.daily, f"{quote.name(name)} > 0")
            case Fact() if in_time(rule.head, plan):
                yield _select(name, _leads(plan), writer.condition(rule.when))
            case Idle() if in_time(rule.head, plan):
                yield _idle(name, rule, plan, writer)


def _select(rule: str, relation: str, where: str) -> str:
    return f"\nSELECT lead_id, {quote.text(rule)} AS rule FROM {quote.name(relation)} WHERE {where}"


def _leads(plan: Plan) -> str:
    return next(step.name for step in plan.steps if isinstance(step, Leads))


def _idle(name: str, rule: Idle, plan: Plan, writer: Writer) -> str:
    last = next(step.name for step in plan.steps if isinstance(step, LastEvents))
    since = f"coalesce(e.day, {writer.local_date('l.created_at')})"
    where = f"{writer.today} - {since} >= {rule.days}"
    return (
        f"\nSELECT l.lead_id, {quote.text(name)} AS rule FROM {quote.name(_leads(plan))} l"
        f"\nLEFT JOIN {quote.name(last)} e ON e.lead_id = l.lead_id WHERE {where}"
    )


def in_time(head: RuleHead, plan: Plan) -> bool:
    """Say whether a fact or idle behaviour can hold on the date."""
    day = plan.as_of.day
    return (head.since is None or head.since <= day) and (head.until is None or day <= head.until)
