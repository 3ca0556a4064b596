"""Running totals: which sums a score's history has to carry from instant to instant.

A score is capped sums of points that decay. What is summed before the same cap and decays alike
goes into one running total, a *track*: a few columns carry any number of rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from leadline.ruleset.model import Decay, EventRule, Rule

#: A closed form measures totals from the log's first day, in powers of two; past this many
#: half-lives a double would overflow, and the few days that a point lives are written out instead.
MOST_HALF_LIVES = 900

TrackKind = Literal["sum", "count", "half_life", "linear"]


@dataclass(frozen=True, slots=True)
class Track:
    """A running total.

    Attributes:
        bucket: what is summed before the same cap: a rule, a group, or what has no cap.
        kind: ``sum`` of billionths that change in steps, ``count`` of events, or a closed form.
        decay: the decay of a closed form, which the bucket may have several of.
        undecayed: whether it is the total without decay, for a floor.
    """

    bucket: str
    kind: TrackKind
    decay: Decay | None = None
    undecayed: bool = False

    @property
    def smooth(self) -> bool:
        """Whether the total changes at every midnight."""
        return self.kind in ("half_life", "linear")


FREE = "free"


def bucket_of(rule: Rule) -> str:
    """Return what a rule's points are summed in before the same cap."""
    head = rule.head
    capped = head.minimum is not None or head.maximum is not None
    if isinstance(rule, EventRule) and (rule.bands or capped):
        return f"rule {head.name}"
    return f"group {head.group}" if head.group is not None else FREE


def track_of(rule: EventRule, decay: Decay | None, days: int) -> Track:
    """Return the running total that a rule's events are added to.

    Args:
        rule: the rule.
        decay: its decay by age, or None.
        days: how many days the history spans.
    """
    bucket = bucket_of(rule)
    if rule.bands:
        return Track(bucket, "count")
    if decay is not None and decay.kind == "linear":
        return Track(bucket, "linear", decay)
    if decay is not None and decay.kind == "half_life" and days < MOST_HALF_LIVES * decay.days:
        return Track(bucket, "half_life", decay)
    return Track(bucket, "sum")


def all_tracks(
    rules: Iterable[tuple[Rule, Track]], *, floor: bool, lost: bool
) -> tuple[Track, ...]:
    """Return every running total, each once; with a floor those without decay too.

    What inactivity takes (``lost``) is summed with what has no cap.
    """
    found: dict[Track, None] = {Track(FREE, "sum"): None} if lost else {}
    for rule, track in rules:
        found.setdefault(track)
        if floor and not (isinstance(rule, EventRule) and rule.bands):
            found.setdefault(Track(track.bucket, "sum", None, undecayed=True))
    return tuple(found)
