"""Read a ruleset into plain forms: its rules, their counting, decay, accounts and stages."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from tests.oracle.exact import billionths
from tests.oracle.steps import Stages, read_stages
from tests.oracle.syntax import Node, days_of, parse, seconds_of

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Where counting starts anew: ever, day, week, month, visit, or each value of a field."""

    kind: str
    field: Node | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The first `number` matching events of each window are kept."""

    number: int
    window: Window


@dataclass(frozen=True, slots=True)
class Reach:
    """Only the `number`-th matching event, or distinct value, of each window is kept."""

    number: int
    distinct: Node | None
    window: Window


@dataclass(frozen=True, slots=True)
class AgeDecay:
    """A factor of the age; `days` is its length, `share` the part lost a step."""

    kind: str
    days: float = 1.0
    share: float = 0.0
    compound: bool = False


@dataclass(frozen=True, slots=True)
class Inactivity:
    """Loss by standing still; `amount` is a share of the score or points in billionths."""

    share: float | None
    points: int
    every: int
    after: int
    activity: str
    active: Node | None
    floor: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a total is held to, in billionths."""

    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of any shape: `kind` is event, fact or idle."""

    name: str
    kind: str
    types: tuple[str, ...]
    condition: Node | None
    points: Node | None
    limits: tuple[Limit, ...]
    reach: Reach | None
    bands: tuple[tuple[int, float], ...]
    within: float
    idle: int
    decay: AgeDecay | None
    bounds: Bounds
    group: str | None
    since: date
    until: date

    @property
    def is_state(self) -> bool:
        """Whether the rule's total is a state, which no decay touches."""
        return self.kind != "event" or bool(self.bands)


@dataclass(frozen=True, slots=True)
class Reset:
    """The events that begin a score anew."""

    types: tuple[str, ...]
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Score:
    """One score of the model."""

    name: str
    per: Node | None
    rules: tuple[Rule, ...]
    groups: Mapping[str, Bounds]
    inactivity: Inactivity | None
    age_floor: int | None
    range: Bounds
    grades: tuple[tuple[str, float], ...]
    formula: Node | None
    reset: Reset | None
    sales_ready: float | None


@dataclass(frozen=True, slots=True)
class Account:
    """How the scores of an account's leads become one."""

    name: str
    score: str
    combine: str
    top: int
    include_zero: bool
    weight_field: Node | None
    weights: Mapping[str, float]
    other_weight: float
    only: Node | None
    committee: tuple[int, float] | None
    stages: Stages | None


@dataclass(frozen=True, slots=True)
class Model:
    """A whole ruleset."""

    zone: ZoneInfo
    visit_gap: timedelta
    definitions: Mapping[str, Node]
    leads: Node | None
    ignore: Node | None
    scores: Mapping[str, Score]
    accounts: tuple[Account, ...]
    matrix: tuple[tuple[str, tuple[tuple[str, float | None], ...]], ...]
    stages: Stages | None
    segments: Mapping[str, Node]


def read_model(text: str) -> Model:
    """Return the forms of a ruleset's YAML text; every scalar is taken as text.

    Raises:
        KeyError: A key that a rule needs is not there.
        ValueError: A text of the ruleset cannot be read.
    """
    top: Entry = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    scores = {name: _score(name, entry) for name, entry in top.get("scores", {}).items()}
    ready = {name: one.sales_ready for name, one in scores.items()}
    return Model(
        zone=ZoneInfo(top.get("timezone", "UTC")),
        visit_gap=timedelta(seconds=seconds_of(top.get("visit_gap", "30 minutes"))),
        definitions={name: parse(value) for name, value in top.get("define", {}).items()},
        leads=_optional(top, "leads"),
        ignore=_optional(top, "ignore"),
        scores=scores,
        accounts=tuple(_account(key, one, ready) for key, one in top.get("accounts", {}).items()),
        matrix=tuple(_side(*item) for item in top.get("matrix", {}).items()),
        stages=read_stages(top["stages"], ready) if "stages" in top else None,
        segments={name: parse(value) for name, value in top.get("segments", {}).items()},
    )


def _score(name: str, entry: Entry) -> Score:
    sales_ready = float(entry["sales_ready"]) if "sales_ready" in entry else None
    decay = entry.get("decay", "none")
    inactivity = None
    age = None
    age_floor = None
    if decay != "none" and "inactivity" in decay:
        inactivity = _inactivity(decay, sales_ready)
    else:
        age = _age_decay(decay)
        if "floor" in decay:
            age_floor = _floor(decay["floor"], sales_ready)
    rules = [
        _rule(rule_name, rule, age)
        for section in ("actions", "behaviours", "facts")
        for rule_name, rule in entry.get(section, {}).items()
        if rule.get("enabled", "true") == "true"
    ]
    reset = entry.get("reset")
    return Score(
        name=name,
        per=_optional(entry, "per"),
        rules=tuple(rules),
        groups={key: _bounds(group) for key, group in entry.get("groups", {}).items()},
        inactivity=inactivity,
        age_floor=age_floor,
        range=_range(entry.get("range")),
        grades=tuple((key, float(value)) for key, value in entry.get("grades", {}).items()),
        formula=_optional(entry, "formula"),
        reset=Reset(_types(reset), _optional(reset, "where")) if reset else None,
        sales_ready=sales_ready,
    )


def _rule(name: str, entry: Entry, score_decay: AgeDecay | None) -> Rule:
    kind = "event" if "event" in entry else "fact" if "when" in entry else "idle"
    limits = entry.get("limit", [])
    return Rule(
        name=name,
        kind=kind,
        types=_types(entry),
        condition=_optional(entry, "where") or _optional(entry, "when"),
        points=_optional(entry, "points"),
        limits=tuple(_limit(text) for text in ([limits] if isinstance(limits, str) else limits)),
        reach=_reach(entry["reach"]) if "reach" in entry else None,
        bands=tuple(sorted((int(n), float(p)) for n, p in entry.get("bands", {}).items())),
        within=days_of(entry["within"]) if "within" in entry else math.inf,
        idle=int(days_of(entry["idle"])) if "idle" in entry else 0,
        decay=_age_decay(entry["decay"]) if "decay" in entry else score_decay,
        bounds=_bounds(entry),
        group=entry.get("group"),
        since=date.fromisoformat(entry.get("since", "0001-01-01")),
        until=date.fromisoformat(entry.get("until", "9999-12-31")),
    )


def _optional(entry: Entry, key: str) -> Node | None:
    return parse(entry[key]) if key in entry else None


def _types(entry: Entry) -> tuple[str, ...]:
    types = entry.get("event", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _bounds(entry: Entry) -> Bounds:
    least, most = (
        billionths(float(entry[key])) if key in entry else None for key in ("min", "max")
    )
    return Bounds(least, most)


def _range(text: str | None) -> Bounds:
    if text is None:
        return Bounds(None, None)
    least, most = text.split(" to ")
    return Bounds(billionths(float(least)), billionths(float(most)))


def _window(text: str | None) -> Window:
    if text is None:
        return Window("ever")
    if text in ("day", "week", "month", "visit"):
        return Window(text)
    return Window("field", parse(text))


def _limit(text: str) -> Limit:
    number, _, window = text.partition(" per ")
    return Limit(int(number), _window(window or None))


def _reach(text: str) -> Reach:
    match = re.fullmatch(r"(\d+)(?: distinct (.+?))?(?: per (.+))?", text)
    if match is None:
        raise ValueError(f"{text!r} is no reach")
    number, distinct, window = match.groups()
    return Reach(int(number), parse(distinct) if distinct else None, _window(window))


def _share(text: str) -> float:
    return float(text.strip().removesuffix("%")) / 100


def _floor(text: str, sales_ready: float | None) -> int:
    if not text.endswith("% of sales_ready"):
        return billionths(float(text))
    if sales_ready is None:
        raise ValueError(f"floor {text!r} needs sales_ready")
    return billionths(_share(text.removesuffix(" of sales_ready")) * sales_ready)


def _age_decay(decay: Any) -> AgeDecay | None:
    if decay == "none":
        return None
    if "steps" in decay:
        share, _, every = decay["steps"].partition(" every ")
        compound = decay.get("compound", "false") == "true"
        return AgeDecay("steps", days_of(every), _share(share), compound)
    kind = next(kind for kind in ("half_life", "linear", "expire") if kind in decay)
    return AgeDecay(kind, days_of(decay[kind]))


def _inactivity(decay: Entry, sales_ready: float | None) -> Inactivity:
    loss, _, text = decay["inactivity"].partition(" every ")
    every = int(days_of(text))
    activity = decay.get("activity", "points")
    return Inactivity(
        share=_share(loss) if loss.endswith("%") else None,
        points=0 if loss.endswith("%") else billionths(float(loss.split()[0])),
        every=every,
        after=int(days_of(decay["after"])) if "after" in decay else every,
        activity=activity if activity in ("points", "any") else "expression",
        active=parse(activity) if activity not in ("points", "any") else None,
        floor=_floor(decay.get("floor", "0"), sales_ready),
    )


def _account(name: str, entry: Entry, ready: Mapping[str, float | None]) -> Account:
    combine, _, top = entry["combine"].partition(" ")
    weight = entry.get("weight", {})
    committee = re.fullmatch(r"(\d+) leads? at (\S+)", entry.get("committee", ""))
    return Account(
        name=name,
        score=entry["of"],
        combine=combine,
        top=int(top or 0),
        include_zero=entry.get("include_zero", "false") == "true",
        weight_field=_optional(weight, "field"),
        weights={key: float(value) for key, value in weight.get("values", {}).items()},
        other_weight=float(weight.get("other", "1")),
        only=_optional(entry, "only"),
        committee=(int(committee[1]), float(committee[2])) if committee else None,
        # Equal steps of an account divide the sales_ready of the score it is made of.
        stages=(
            read_stages(entry["stages"], {**ready, name: ready[entry["of"]]})
            if "stages" in entry
            else None
        ),
    )


def _side(score: str, entry: Any) -> tuple[str, tuple[tuple[str, float | None], ...]]:
    """Return a side of the matrix: labels with their bound, or grades without one."""
    if isinstance(entry, list):
        return score, tuple((grade, None) for grade in entry)
    return score, tuple((label, float(bound)) for label, bound in entry.items())
