"""From the spells of segments and stages to entries in the outbox, in one statement a model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from leadline.engine.duckdb import Database
from leadline.plan.clock import AsOf, start_of_day
from leadline.ruleset.model import (
    Action,
    AssignBy,
    AssignInTurn,
    Automation,
    Offer,
    Ruleset,
    Send,
    SetTags,
)
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.standing import STAGE_NOW, stages_now
from leadline.store.outbox import AT_WORK

#: Hexadecimal digits of an idempotency key: 128 bits.
_KEY_LENGTH = 32


def enabled_automations(ruleset: Ruleset) -> tuple[Automation, ...]:
    """Return the automations of a ruleset that are switched on."""
    return tuple(automation for automation in ruleset.automations if automation.enabled)


def spells_needed(ruleset: Ruleset) -> tuple[str, ...]:
    """Return which spells the automations read: ``segments``, ``stages`` or both."""
    segments = {segment.name for segment in ruleset.segments}
    subjects = {automation.subject for automation in enabled_automations(ruleset)}
    needed = ["segments"] if subjects & segments else []
    # The stage of each lead goes along with every message.
    return (*needed, "stages") if ruleset.stages is not None else tuple(needed)


def enter(database: Database, ruleset: Ruleset, as_of: AsOf, run_id: int) -> None:
    """Put the entries that the outbox does not have yet into it.

    An entry before the day that its automation was last run to is backdated; where it never ran,
    one before the day of this run. So is one that takes the place of an entry of the same day which
    fired and is no more: late data moved it, and nobody wants to hear of it twice.

    Args:
        database: the store's, with ``segment_spell`` and ``stage_spell`` of the model in it.
        ruleset: the model.
        as_of: the date of the run; later entries are left for later runs.
        run_id: the run.
    """
    automations = enabled_automations(ruleset)
    model = quote.text(ruleset.model)
    with database.transaction():
        # One that is switched off, or gone, begins anew when it comes back.
        database.execute(
            f"DELETE FROM automation_runs WHERE model = {model} AND (model, automation) NOT IN "
            f"(SELECT model, automation FROM {AT_WORK})"
        )
        if automations:
            day = quote.instant(start_of_day(as_of.day, ruleset.timezone))
            database.execute(_insert(ruleset, automations, as_of, run_id, day))
            _note_run(database, model, day)
        told = bool(automations) or not (ruleset.stages is None or ruleset.stages.by_date)
        _note_stages(database, ruleset, told=told)


def written(action: Action) -> tuple[str, str]:
    """Return an action as the outbox keeps it: its kind and its value, a text."""
    match action:
        case SetTags(tags):
            return "tag", json.dumps(dict(tags), ensure_ascii=False)
        case AssignInTurn(owners):
            return "assign", json.dumps({"round_robin": owners}, ensure_ascii=False)
        case AssignBy(field, owners_of, other):
            by = f"{field.scope}.{field.column}"
            value = {"by": by, "owners": dict(owners_of), "other": other}
            return "assign", json.dumps(value, ensure_ascii=False)
        case Offer():
            return "offer", ""
        case Send(kind, output):
            return kind, output


def _note_stages(database: Database, ruleset: Ruleset, *, told: bool) -> None:
    """Keep the stage of each lead; the evaluation that follows may take the spells away."""
    if ruleset.stages is not None and told:
        database.execute(stages_now())
    else:
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE {STAGE_NOW} AS "
            "SELECT NULL::VARCHAR AS lead_id, NULL::VARCHAR AS stage WHERE FALSE"
        )


def _insert(
    ruleset: Ruleset, automations: Sequence[Automation], as_of: AsOf, run_id: int, day: str
) -> str:
    model = quote.text(ruleset.model)
    actions = ",\n    ".join(_actions(automations))
    entries = "\n  UNION ALL\n".join(_entries(ruleset, automation) for automation in automations)
    local = Writer(as_of.day, ruleset.timezone).local_date('"at"')
    return f"""
INSERT INTO outbox (serial, key, model, automation, edge, subject, lead_id, "at", day, cause,
  number, kind, "value", state, attempts, doubts, run_id)
WITH spell_edge AS (
{entries}
), entry AS (
  SELECT *, {local} AS day FROM spell_edge WHERE "at" < {quote.instant(as_of.before)}
), fresh AS (
  SELECT e.* FROM entry e ANTI JOIN outbox o
    ON o.model = {model} AND o.automation = e.automation AND o.lead_id = e.lead_id
    AND o."at" = e."at"
), moved AS (
  SELECT DISTINCT o.automation, o.lead_id, o.day FROM outbox o ANTI JOIN entry e
    ON e.automation = o.automation AND e.lead_id = o.lead_id AND e."at" = o."at"
  WHERE o.model = {model} AND o.state NOT IN ('backdated', 'dropped')
)
SELECT
  (SELECT coalesce(max(serial), 0) FROM outbox)
    + row_number() OVER (ORDER BY e."at", e.lead_id, e.automation, a.number),
  left(sha256(concat_ws(
    chr(31), {model}, e.automation, a.number, epoch_us(e."at"), e.lead_id)), {_KEY_LENGTH}),
  {model}, e.automation, a.edge, a.subject, e.lead_id, e."at", e.day, e.cause, a.number, a.kind,
  a."value",
  CASE WHEN e."at" < coalesce(r.ran_to, {day}) OR m.lead_id IS NOT NULL
    THEN 'backdated' ELSE 'pending' END,
  0, 0, {run_id}
FROM fresh e
JOIN (VALUES
    {actions}
) a(automation, edge, subject, number, kind, "value") ON a.automation = e.automation
LEFT JOIN automation_runs r ON r.model = {model} AND r.automation = e.automation
LEFT JOIN moved m
  ON m.automation = e.automation AND m.lead_id = e.lead_id AND m.day = e.day"""


def _actions(automations: Sequence[Automation]) -> Iterator[str]:
    for automation in automations:
        for number, action in enumerate(automation.actions, 1):
            cells = (automation.name, automation.edge, automation.subject)
            kind, value = written(action)
            texts = ", ".join(map(quote.text, cells))
            yield f"({texts}, {number}, {quote.text(kind)}, {quote.text(value)})"


def _entries(ruleset: Ruleset, automation: Automation) -> str:
    """Return the SELECT of an automation's entries: automation, lead_id, at, cause."""
    name, subject = quote.text(automation.name), quote.text(automation.subject)
    is_segment = any(segment.name == automation.subject for segment in ruleset.segments)
    column, spells = ("segment", "segment_spell") if is_segment else ("stage", "stage_spell")
    if automation.edge == "enters":
        at, cause = "entered_at", "cause"
    elif is_segment:
        at, cause = "left_at", "NULL"
    else:
        # A stage is left by what moves the lead into the next one.
        at, cause = "left_at", "CASE WHEN next_at = left_at THEN next_cause END"
        spells = (
            "(SELECT *, lead(cause) OVER steps AS next_cause, lead(entered_at) OVER steps AS "
            "next_at FROM stage_spell WINDOW steps AS (PARTITION BY lead_id ORDER BY entered_at "
            "NULLS FIRST))"
        )
    return (
        f'  SELECT {name} AS automation, lead_id, {at} AS "at", {cause} AS cause FROM {spells}\n'
        f"  WHERE {column} = {subject} AND {at} IS NOT NULL"
    )


def _note_run(database: Database, model: str, day: str) -> None:
    """Note how far the automations of a model were run; a run of the past changes nothing."""
    database.execute(
        f"UPDATE automation_runs SET ran_to = greatest(ran_to, {day}) WHERE model = {model}"
    )
    database.execute(
        f"INSERT INTO automation_runs SELECT w.model, w.automation, {day} FROM {AT_WORK} w "
        f"ANTI JOIN automation_runs r ON r.model = w.model AND r.automation = w.automation "
        f"WHERE w.model = {model}"
    )
