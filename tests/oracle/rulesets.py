"""Draw valid rulesets of every rule shape, as nested dicts of text, and write them as YAML."""

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.oracle.conditions import (
    DAYS,
    DEFINITIONS,
    NUMBERS,
    event_conditions,
    event_points,
    ignored_events,
    kept_leads,
    lead_conditions,
    lead_points,
)

Entry = dict[str, Any]

TYPES = ("page_view", "download", "video_play", "email_open", "webinar_attend", "demo_request")
_LIMITS = (
    *("1", "2", "3", "5", "1 per day", "2 per day", "3 per day", "1 per week", "2 per week"),
    *("1 per month", "4 per month", "1 per visit", "2 per visit", "1 per asset_id", "2 per url"),
    *("1 per campaign", "1 per asset.kind", "1 per `url`", "1 per quantity"),
)
_REACHES = (
    *("1", "2", "3 per visit", "2 per day", "3 per week", "2 per asset_id", "1 distinct url"),
    *("3 distinct url", "2 distinct url per visit", "2 distinct asset_id per week"),
    *("2 distinct campaign per month", "2 distinct asset.kind per campaign", "2 distinct quantity"),
)
_BANDS = (
    {"1": "5", "3": "10", "10": "20"},
    {"2": "4", "4": "-6", "6": "15"},
    {"1": "-5"},
    {"1": "0.5", "2": "1.25"},
)
_AGE_DECAYS = (
    {"half_life": "45 days"},
    {"half_life": "2 weeks"},
    {"half_life": "10 days"},
    {"linear": "90 days"},
    {"linear": "1 month"},
    {"steps": "25% every 30 days"},
    {"steps": "25% every 30 days", "compound": "true"},
    {"steps": "10% every 1 week", "compound": "false"},
    {"steps": "33% every 10 days", "compound": "true"},
    {"expire": "90 days"},
    {"expire": "30 days"},
    {"expire": "1 week"},
    {"expire": "1 month"},
)
_LOSSES = ("10% every 30 days", "25% every 30 days", "5 points every 30 days", "50% every 1 week")
_LOSSES_MORE = ("2.5 points every 7 days", "10% every 10 days", "33% every 1 month")
_ACTIVITIES = (
    "any",
    "any",
    "any",
    "type is page_view",
    "type in [page_view, download]",
    "url is present",
)
_FORMULAS = (
    "0.6 * score.{0} + 0.4 * score.{1}",
    "max(score.{0}, score.{1}) - 1.5",
    "score.{0} / score.{1}",
    "round(score.{0} / 3)",
    "coalesce(score.{0} / score.{1}, 7)",
    "min(score.{0}, 50) - 0.5 * score.{1}",
)
_GRADES = ({"A": "60", "B": "40", "C": "20", "D": "0"}, {"A": "10", "B": "0"}, {"A": "12.5"})
_RANGES = ("0 to 150", "0 to 30", "-20 to 60")


def sometimes(draw: st.DrawFn, one_in: int) -> bool:
    """Tell once in so many times that something is to be."""
    return draw(st.integers(1, one_in)) == one_in


def put(draw: st.DrawFn, entry: Entry, one_in: int, key: str, values: Any) -> None:
    """Set a key now and then, to one of some texts or to what a strategy draws."""
    if sometimes(draw, one_in):
        strategy = values if isinstance(values, st.SearchStrategy) else st.sampled_from(values)
        entry[key] = draw(strategy)


@st.composite
def models(draw: st.DrawFn, zone: str, anchor: date, most_scores: int = 4) -> Entry:
    """Draw a whole ruleset for a timezone, with dates about the anchor."""
    top: Entry = dated(draw(_undated(zone, most_scores)), anchor)
    return top


@st.composite
def _undated(draw: st.DrawFn, zone: str, most_scores: int) -> Entry:
    top: Entry = {"leadline": "1", "model": "drawn"}
    if zone != "UTC" or draw(st.booleans()):
        top["timezone"] = zone
    top["define"] = dict(DEFINITIONS)
    put(draw, top, 4, "leads", kept_leads())
    put(draw, top, 4, "ignore", ignored_events())
    put(draw, top, 3, "visit_gap", ("10 minutes", "1 hour", "30 minutes"))
    names = ("readiness", "interest", "fit", "heat")[: draw(st.integers(1, most_scores))]
    scores = {name: draw(_scores()) for name in names}
    top["scores"] = scores
    single = [name for name in names if "per" not in scores[name]]
    if not single:
        return top
    if sometimes(draw, 2):
        scores["priority"] = draw(_formulas(tuple(single)))
    anyone = st.sampled_from([name for name in scores if "per" not in scores[name]])
    if not sometimes(draw, 3):
        top["accounts"] = {"buying": draw(_accounts(draw(anyone)))}
    if sometimes(draw, 2):
        top["stages"] = draw(_stages(draw(st.sampled_from(single))))
    graded = [name for name in single if "grades" in scores[name]]
    if graded and len(single) > 1:
        top["matrix"] = _matrix(graded[0], scores[graded[0]], single)
    return top


@st.composite
def _scores(draw: st.DrawFn) -> Entry:
    entry: Entry = {"sales_ready": draw(st.sampled_from(("100", "60", "40")))}
    inactive = draw(st.sampled_from((True, True, False, False, False)))
    put(draw, entry, 3, "per", ("asset.product", "campaign", "asset_id"))
    put(draw, entry, 3, "range", _RANGES)
    put(draw, entry, 2, "grades", st.sampled_from(_GRADES).map(dict))
    if sometimes(draw, 5):
        entry["reset"] = {"event": draw(st.sampled_from(("demo_request", "email_open")))}
        put(draw, entry["reset"], 2, "where", event_conditions())
    if inactive:
        entry["decay"] = draw(_inactivities())
    elif draw(st.booleans()):
        entry["decay"] = dict(draw(st.sampled_from(_AGE_DECAYS)))
        put(draw, entry["decay"], 2, "floor", ("50% of sales_ready", "10", "-5", "0"))
    elif draw(st.booleans()):
        entry["decay"] = "none"
    _add_rules(draw, entry, inactive)
    return entry


def _add_rules(draw: st.DrawFn, entry: Entry, inactive: bool) -> None:
    shapes = draw(
        st.lists(
            st.sampled_from(("points", "points", "points", "bands", "fact", "idle")),
            min_size=1,
            max_size=6,
        )
    )
    used = set()
    for number, shape in enumerate(shapes, 1):
        if shape in ("points", "bands"):
            rule = draw(_event_rules(shape == "bands", inactive))
            section = draw(st.sampled_from(("actions", "behaviours")))
        else:
            rule = draw(_standing_rules(shape))
            section = "facts" if shape == "fact" else "behaviours"
        if sometimes(draw, 3):
            state = "state" if shape != "points" and inactive else "group"
            rule["group"] = f"{state}_{draw(st.sampled_from('ab'))}"
            used.add(rule["group"])
        entry.setdefault(section, {})[f"rule_{number}"] = rule
    if used:
        entry["groups"] = {group: draw(_caps(always=True)) for group in sorted(used)}


@st.composite
def _event_rules(draw: st.DrawFn, bands: bool, inactive: bool) -> Entry:
    types = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True))
    rule: Entry = {"event": types[0] if len(types) == 1 else types}
    put(draw, rule, 2, "where", event_conditions())
    if bands:
        rule["bands"] = dict(draw(st.sampled_from(_BANDS)))
        put(draw, rule, 2, "within", ("30 days", "90 days", "2 weeks", "1 month"))
    else:
        rule["points"] = draw(event_points())
        if inactive:
            put(draw, rule, 8, "decay", ("none",))
        else:
            decays = st.one_of(st.sampled_from(_AGE_DECAYS).map(dict), st.just("none"))
            put(draw, rule, 4, "decay", decays)
    if sometimes(draw, 2):
        limits = draw(st.lists(st.sampled_from(_LIMITS), min_size=1, max_size=2, unique=True))
        rule["limit"] = limits[0] if len(limits) == 1 else limits
    put(draw, rule, 4, "reach", _REACHES)
    if sometimes(draw, 4):
        rule |= draw(_caps(always=False))
    _add_dates(draw, rule)
    return rule


@st.composite
def _standing_rules(draw: st.DrawFn, shape: str) -> Entry:
    rule: Entry = {}
    if shape == "fact":
        rule["when"] = draw(lead_conditions())
        rule["points"] = draw(lead_points())
    else:
        rule["idle"] = draw(st.sampled_from(("30 days", "7 days", "2 weeks", "1 month")))
        rule["points"] = draw(st.sampled_from(NUMBERS))
    _add_dates(draw, rule)
    return rule


def _add_dates(draw: st.DrawFn, rule: Entry) -> None:
    put(draw, rule, 12, "enabled", ("false", "true"))
    since, until = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    if sometimes(draw, 8):
        rule["since"] = f"@{since}"
    if sometimes(draw, 8):
        rule["until"] = f"@{until}"


@st.composite
def _caps(draw: st.DrawFn, always: bool) -> Entry:
    which = draw(st.sampled_from(("max", "both", "min") if always else ("max", "min", "both")))
    caps = {}
    if which != "min":
        caps["max"] = draw(st.sampled_from(("8", "15", "30", "0.75")))
    if which != "max":
        caps["min"] = draw(st.sampled_from(("0", "-4", "-20")))
    return caps


@st.composite
def _inactivities(draw: st.DrawFn) -> Entry:
    entry: Entry = {"inactivity": draw(st.sampled_from(_LOSSES + _LOSSES_MORE))}
    put(draw, entry, 3, "after", ("60 days", "1 week", "45 days"))
    put(draw, entry, 2, "floor", ("50% of sales_ready", "33% of sales_ready", "10", "0"))
    put(draw, entry, 2, "activity", _ACTIVITIES)
    return entry


@st.composite
def _formulas(draw: st.DrawFn, names: tuple[str, ...]) -> Entry:
    first, second = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    entry: Entry = {"formula": draw(st.sampled_from(_FORMULAS)).format(first, second)}
    put(draw, entry, 3, "range", _RANGES)
    put(draw, entry, 3, "grades", st.sampled_from(_GRADES).map(dict))
    return entry


@st.composite
def _accounts(draw: st.DrawFn, name: str) -> Entry:
    combine = draw(st.sampled_from(("average", "sum", "max", "average", "top 2", "top 3")))
    entry: Entry = {"of": name, "combine": combine}
    if combine == "average":
        put(draw, entry, 2, "include_zero", ("true", "false"))
    weight = {
        "field": "lead.country",
        "values": {"DE": "2", "US": "0.5", "NO": "0"},
        "other": draw(st.sampled_from(("1", "0.333"))),
    }
    put(draw, entry, 3, "weight", st.just(weight))
    put(draw, entry, 3, "only", lead_conditions())
    put(
        draw,
        entry,
        2,
        "committee",
        ("2 leads at 5", "2 leads at 10", "3 leads at 0"),
    )
    return entry


@st.composite
def _stages(draw: st.DrawFn, name: str) -> Entry:
    steps: str | list[Entry] = "equal [aware, engaged, sales_ready]"
    if draw(st.booleans()):
        bounds = draw(st.sampled_from((("0", "20", "67"), ("5", "12.5"))))
        words = ("aware", "engaged", "sales_ready")
        steps = [{"name": word, "at": at} for word, at in zip(words, bounds, strict=False)]
    return {"by": f"score {name}", "steps": steps}


def _matrix(graded: str, entry: Entry, single: list[str]) -> Entry:
    other = next(name for name in single if name != graded)
    return {graded: list(entry["grades"])[:3], other: {"1": "40", "2": "15", "3": "0"}}


def dated(value: Any, anchor: date) -> Any:
    """Return nested dicts, lists and texts with each `@3` as the date three days after anchor."""
    if isinstance(value, dict):
        return {key: dated(part, anchor) for key, part in value.items()}
    if isinstance(value, list):
        return [dated(part, anchor) for part in value]
    return re.sub(
        r"@(-?\d+)", lambda found: (anchor + timedelta(days=int(found[1]))).isoformat(), value
    )


def written(entry: Entry, depth: int = 0) -> str:
    """Return nested dicts, lists and texts as block YAML; odd texts get single quotes."""
    text = ""
    for key, value in entry.items():
        text += "  " * depth + f"{key}:"
        if isinstance(value, dict):
            text += "\n" + written(value, depth + 1)
        elif isinstance(value, list) and isinstance(value[0], dict):
            parts = (", ".join(f"{k}: {v}" for k, v in one.items()) for one in value)
            text += "".join("\n" + "  " * depth + f"  - {{{part}}}" for part in parts) + "\n"
        elif isinstance(value, list):
            text += f" [{', '.join(value)}]\n"
        else:
            text += f" {_scalar(value)}\n"
    return text


def _scalar(text: str) -> str:
    if re.fullmatch(r"-?[A-Za-z0-9][A-Za-z0-9_ .%/*()<>=,`\[\]+-]*", text):
        return text
    return "'" + text.replace("'", "''") + "'"
