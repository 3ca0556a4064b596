"""A ruleset as a value: typed, frozen, every name resolved.

The forms follow the YAML; expressions are resolved nodes. The places in them lead back
to the file and take no part in equality, so a reformatted file is an equal ruleset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from leadline.diagnostic import Place
from leadline.expression.nodes import Field, Node
from leadline.expression.phrases import Combine, Committee, Every, Range, StageSource
from leadline.ruleset.audits import Audit

WindowKind = Literal["ever", "day", "week", "month", "visit", "field"]


@dataclass(frozen=True, slots=True)
class Window:
    """What a limit or a reach counts in; ``key`` is the field of a ``field`` window."""

    kind: WindowKind
    key: Node | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """Keeps an event among the first ``count`` matching ones of its window."""

    count: int
    window: Window


@dataclass(frozen=True, slots=True)
class Reach:
    """Keeps only the event that is the ``count``-th match, or distinct value, of its window."""

    count: int
    distinct: Node | None
    window: Window


@dataclass(frozen=True, slots=True)
class Decay:
    """A decay by the age of each event.

    ``kind`` is ``none``, ``half_life``, ``linear``, ``steps``, ``expire`` or a plugin's; ``days``
    the time of the kind; ``share`` and ``compound`` belong to ``steps``; ``settings`` (JSON) to a
    plugin's kind.
    """

    kind: str
    days: int = 0
    share: float = 0.0
    compound: bool = False
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Inactivity:
    """A decay of the whole score while the lead is not active.

    ``activity`` is None (an event that matches a rule and earns points), ``"any"``, or an
    expression over events.
    """

    step: Every
    after: int
    activity: Node | Literal["any"] | None


@dataclass(frozen=True, slots=True)
class RuleHead:
    """What every rule has, whatever its shape."""

    name: str
    section: Literal["actions", "behaviours", "facts"]
    minimum: float | None
    maximum: float | None
    group: str | None
    since: date | None
    until: date | None
    review_by: date | None
    enabled: bool
    note: str
    owner: str
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EventRule:
    """Gives points for events. Exactly one of ``points`` and ``bands`` is set."""

    head: RuleHead
    events: tuple[str, ...]
    where: Node | None
    limits: tuple[Limit, ...]
    reach: Reach | None
    points: Node | None
    bands: tuple[tuple[int, float], ...]
    within: int | None
    decay: Decay | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Gives points while something is true of the lead."""

    head: RuleHead
    when: Node
    points: Node


@dataclass(frozen=True, slots=True)
class Idle:
    """Gives points while the lead's last event is ``days`` or more back."""

    head: RuleHead
    days: int
    points: Node


Rule = EventRule | Fact | Idle


@dataclass(frozen=True, slots=True)
class Group:
    """A cap on the sum of the rules that name it."""

    name: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Reset:
    """Only events after the lead's last such event count."""

    events: tuple[str, ...]
    where: Node | None


@dataclass(frozen=True, slots=True)
class RuleScore:
    """A score made of rules. ``floor`` is in points, whichever way it was written."""

    name: str
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...]
    per: Node | None
    decay: Decay | Inactivity
    floor: float | None
    reset: Reset | None
    sales_ready: float | None
    range: Range | None
    grades: tuple[tuple[str, float], ...]
    note: str
    owner: str
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FormulaScore:
    """A score made of other scores."""

    name: str
    formula: Node
    sales_ready: float | None
    range: Range | None
    grades: tuple[tuple[str, float], ...]
    note: str
    owner: str
    place: Place = field(compare=False, repr=False)


Score = RuleScore | FormulaScore


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a matrix: the score's cells, highest first, each with its lower bound."""

    score: str
    cells: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """What a lead's score is multiplied by."""

    field: Node
    values: tuple[tuple[str, float], ...]
    other: float


@dataclass(frozen=True, slots=True)
class Step:
    """A stage by score: on at ``at``, off below ``leave_below``."""

    name: str
    at: float | None
    leave_below: float | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps on the way to a sale, lowest first.

    ``sla`` has the days that a lead may be in a stage, by the stage's name; they set no stage.
    """

    source: StageSource
    steps: tuple[Step, ...]
    condition: Node | None
    backward: bool
    sla: tuple[tuple[str, int], ...]
    place: Place = field(compare=False, repr=False)

    @property
    def by_date(self) -> bool:
        """Whether the stage follows from the score of a date alone.

        It does not where a lead keeps a stage that it once reached, or is moved by content or tags:
        that takes the lead's history.
        """
        steady = all(step.leave_below in (None, step.at) for step in self.steps)
        return self.source.kind == "score" and self.backward and steady


@dataclass(frozen=True, slots=True)
class AccountScore:
    """A score of accounts, from their leads."""

    name: str
    of: str
    combine: Combine
    include_zero: bool
    weight: Weight | None
    only: Node | None
    committee: Committee | None
    stages: Stages | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """A named list of leads."""

    name: str
    when: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SetTags:
    """Set tags on the lead; the value ``today`` is the date of the entry."""

    tags: tuple[tuple[str, str], ...]
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AssignInTurn:
    """Give the lead to the next of some owners, going on where the last run ended."""

    owners: tuple[str, ...]
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AssignBy:
    """Give the lead to an owner by a field; without ``other`` no other value changes the owner."""

    by: Field
    owners: tuple[tuple[str, str], ...]
    other: str | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer the lead to sales."""

    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Send:
    """Send to an output of the project: each entry, or as ``export`` all of a run as one batch."""

    kind: Literal["send", "export", "webhook"]
    output: str
    place: Place = field(compare=False, repr=False)


Action = SetTags | AssignInTurn | AssignBy | Offer | Send


@dataclass(frozen=True, slots=True)
class Automation:
    """What is done when a lead enters or leaves a segment or stage."""

    name: str
    edge: Literal["enters", "leaves"]
    subject: str
    actions: tuple[Action, ...]
    enabled: bool
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A whole model. ``file`` and ``sha256`` say which text it was built from."""

    model: str
    timezone: str
    visit_gap: int
    leads: Node | None
    ignore: Node | None
    scores: tuple[Score, ...]
    matrix: tuple[Axis, Axis] | None
    accounts: tuple[AccountScore, ...]
    stages: Stages | None
    segments: tuple[Segment, ...]
    automations: tuple[Automation, ...]
    note: str
    file: str = field(compare=False)
    sha256: str = field(compare=False)
    audits: tuple[Audit, ...] = ()

    def score(self, name: str) -> Score:
        """Return the score of that name (KeyError where there is none)."""
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)
