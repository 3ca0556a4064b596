"""The SQL of where each lead stands on a date: its stage and its segments."""

from __future__ import annotations

from dataclasses import replace

from leadline.plan.steps import KnownLeads, Plan, TagCards
from leadline.sql.listing import tag_cards
from leadline.sql.query import Query

#: The relations of those who are in a stage or on a segment at the end of a look back.
STAGE_NOW = "stage_now"
MEMBER_NOW = "member_now"


def stages_now() -> str:
    """Return the statement that keeps each lead's stage: lead_id, stage, entered_at."""
    return _now(STAGE_NOW, "lead_id, stage, entered_at", "stage_spell")


def members_now() -> str:
    """Return the statement that keeps who is on which list: segment, lead_id, entered_at."""
    return _now(MEMBER_NOW, "segment, lead_id, entered_at", "segment_spell")


def _now(name: str, columns: str, spells: str) -> str:
    return (
        f"CREATE OR REPLACE TEMP TABLE {name} AS"
        f" SELECT {columns} FROM {spells} WHERE left_at IS NULL"
    )


def stage_of() -> str:
    """Return the SELECT of the stage of a lead (a parameter), and since when."""
    return f"SELECT stage, entered_at FROM {STAGE_NOW} WHERE lead_id = ?"


def segments_of() -> str:
    """Return the SELECT of the segments that a lead (a parameter) is on, and since when."""
    return f"SELECT segment, entered_at FROM {MEMBER_NOW} WHERE lead_id = ? ORDER BY segment"


def tags_of(plan: Plan) -> str:
    """Return the SELECT of the tags of a lead (a parameter) on the date of a plan, as one text."""
    known = next(step for step in plan.steps if isinstance(step, KnownLeads))
    cards = tag_cards(TagCards("tag_card", known.tags), plan.as_of)
    return f"SELECT tags FROM ({cards}\n) WHERE lead_id = ?"


def with_stages(query: Query) -> Query:
    """Return a query whose leads have the column ``stage``, as kept by ``stages_now``."""
    steps = tuple(
        replace(step, sql=_staged(step.sql)) if step.name == "reported" else step
        for step in query.steps
    )
    return replace(query, steps=steps)


def _staged(reported: str) -> str:
    return (
        f"\nSELECT r.*, n.stage\nFROM ({reported}\n) r"
        f"\nLEFT JOIN {STAGE_NOW} n ON n.lead_id = r.lead_id"
    )
