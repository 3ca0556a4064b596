"""Where leads stand on a date, which takes their past: the stage and the segments of each."""

from __future__ import annotations

from leadline.expression.nodes import Rank, walk
from leadline.past import Past, look_back
from leadline.pipeline import RulesetText
from leadline.ruleset.model import Ruleset
from leadline.sql.standing import members_now, stages_now
from leadline.store import Store


def stand(
    store: Store,
    text: RulesetText,
    as_of: str | None,
    *,
    lead: str | None = None,
    stages: bool = False,
    segments: bool = False,
) -> Past:
    """Fill the relations of where leads stand.

    Args:
        store: the data.
        text: the ruleset.
        as_of: as for ``evaluate``.
        lead: this lead alone; the segments of ``ranked`` cannot be told then.
        stages: whether to fill ``stage_now`` (lead_id, stage, entered_at).
        segments: whether to fill ``member_now`` (segment, lead_id, entered_at).

    Raises:
        RulesetError: the ruleset does not compile.
    """
    asked = (("stages", stages), ("segments", segments))
    parts = tuple(part for part, wanted in asked if wanted)
    past = look_back(store, text, until=as_of, lead=lead, parts=parts)
    if stages:
        store.database.execute(stages_now())
    if segments:
        store.database.execute(members_now())
    return past


def ranked(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the segments that rank leads against each other, so that they take all leads."""
    return tuple(
        segment.name
        for segment in ruleset.segments
        if any(isinstance(node, Rank) for node in walk(segment.when))
    )


def needs_past(ruleset: Ruleset) -> bool:
    """Say whether a lead's stage takes its past, and not the score of the date alone."""
    return ruleset.stages is not None and not ruleset.stages.by_date
