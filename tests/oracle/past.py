"""All that a look back tells: changes of scores, spells, stays and daily counts."""

from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.history import Row, history_of
from tests.oracle.records import Tables
from tests.oracle.segments import Count, Stay, daily_of, segments_of
from tests.oracle.stages import AccountSpell, Spell, account_stages_of, stages_of
from tests.oracle.timeline import world_of


@dataclass(frozen=True, slots=True)
class Past:
    """What a ruleset says of a span; instants in UTC, without offset; rows in no set order."""

    history: tuple[Row, ...]
    stages: tuple[Spell, ...]
    accounts: tuple[AccountSpell, ...]
    segments: tuple[Stay, ...]
    daily: tuple[Count, ...]


def look_back(
    ruleset: str,
    data: Tables,
    since: date | datetime | None,
    until: date | datetime,
) -> Past:
    """Return the changes of scores between two dates or instants, and every spell up to the last.

    Args:
        ruleset: The YAML text of a valid ruleset.
        data: Rows by table name, as for `score`.
        since: What `history` begins with; None is everything.
        until: A date, which is included, or an instant.
    """
    world = world_of(ruleset, data, until)
    spells, stays = stages_of(world), segments_of(world)
    return Past(
        history=history_of(world, since).rows,
        stages=spells,
        accounts=account_stages_of(world),
        segments=stays,
        daily=daily_of(world, spells, stays),
    )
