"""A review for programs: one object with all figures, or a row a rule."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from leadline.intervals import Interval, Share
from leadline.report.backtest import Band
from leadline.report.review import Contrast, Review, RuleFeedback, RuleLift, RuleUse
from leadline.report.review_points import points

Cell = str | int | float | bool | None

#: The columns of a rule's row, with their types in SQL.
COLUMNS = (
    ("score", "VARCHAR"),
    ("rule", "VARCHAR"),
    ("points", "VARCHAR"),
    ("verdict", "VARCHAR"),
    ("leads_with", "BIGINT"),
    ("outcomes_with", "BIGINT"),
    ("share_with", "DOUBLE"),
    ("share_later", "DOUBLE"),
    ("leads_without", "BIGINT"),
    ("times_without", "BIGINT"),
    ("outcomes_without", "BIGINT"),
    ("share_without", "DOUBLE"),
    ("lift", "DOUBLE"),
    ("low", "DOUBLE"),
    ("high", "DOUBLE"),
    ("stale", "BOOLEAN"),
    ("feedback_good", "BIGINT"),
    ("feedback_bad", "BIGINT"),
    ("matches", "BIGINT"),
    ("matches_lately", "BIGINT"),
    ("leads_with_points", "BIGINT"),
    ("leads_at_cap", "BIGINT"),
    ("share_at_cap", "DOUBLE"),
)


def rule_rows(review: Review) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each enabled rule of the model, in the order of ``COLUMNS``.

    The rules of other scores than the one judged have no lift.
    """
    lifts = {f"{review.score}.{lift.rule}": lift for lift in review.lifts}
    uses = {use.rule: use for use in review.uses}
    named = dict.fromkeys((*uses, *lifts))
    return tuple(_row(name, lifts.get(name), uses.get(name), review.feedback) for name in named)


def _row(
    name: str,
    lift: RuleLift | None,
    use: RuleUse | None,
    feedback: Sequence[RuleFeedback],
) -> tuple[Cell, ...]:
    score, _, rule = name.partition(".")
    said = [one for one in feedback if one.rule in (rule, name)]
    good, bad = sum(one.good for one in said), sum(one.bad for one in said)
    written = lift.points if lift is not None else use.points if use is not None else ""
    return (score, rule, written, *_lift(lift), good, bad, *_use(use))


def _lift(lift: RuleLift | None) -> tuple[Cell, ...]:
    if lift is None:
        return (None,) * 13
    one, other = lift.fresh.one, lift.fresh.other
    interval = lift.fresh.interval
    ends = (interval.low, interval.high) if interval is not None else (None, None)
    later = lift.later.one.share if lift.later is not None else None
    return (
        *(lift.effect, one.leads, one.happened, one.share, later),
        *(other.leads, other.times, other.happened, other.share),
        *(lift.fresh.ratio, *ends, lift.stale),
    )


def _use(use: RuleUse | None) -> tuple[Cell, ...]:
    if use is None:
        return (None,) * 5
    share = use.at_cap / use.leads if use.at_cap is not None and use.leads else None
    return (use.matches, use.lately, use.leads, use.at_cap, share)


def review_json(review: Review, sections: Sequence[str]) -> str:
    """Write a review for a program: one object, dates in ISO 8601, shares from 0 to 1."""
    told: dict[str, Any] = {
        "model": review.model,
        "score": review.score,
        "as_of": review.as_of,
        "outcome": review.outcome,
        "within": review.within,
        "dates": {"first": review.first, "last": review.last, "count": review.dates},
        "leads": review.leads,
        "leads_with_outcome": review.happened,
        "untrusted": review.untrusted,
        "points": [
            {
                "section": one.section,
                "question": one.title,
                "verdict": one.verdict,
                "said": one.said,
                "do": one.todo,
                "figures": _figures(one.section, review),
            }
            for one in points(review, sections)
        ],
    }
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=2) + "\n"


def _figures(section: str, review: Review) -> object:
    match section:
        case "ready":
            ready = review.ready
            return {
                "means": ready.means or None,
                "contrast": _contrast(ready.contrast),
                "unknown": ready.unknown,
                "opportunities_of_ready": _fields(ready.of_ready),
                "opportunities_of_others": _fields(ready.of_others),
            }
        case "bands":
            return {
                "bands": list(map(_band, review.bands)),
                "steps": list(map(_fields, review.steps)),
            }
        case "acceptance":
            told = _fields(review.acceptance)
            reasons = [{"reason": reason, "times": n} for reason, n in review.acceptance.reasons]
            return {**told, "reasons": reasons, "review_now": review.acceptance.review_now}
        case "feedback":
            return [
                {**_fields(one), **_share(one.share), "opinion": one.opinion}
                for one in review.feedback
            ]
        case "lift":
            return [_rule(one) for one in review.lifts]
        case _:
            rules = [
                {**_fields(use), "never": use.never, "silent": use.silent, "capped": use.capped}
                for use in review.uses
            ]
            groups = [{**_fields(group), "capped": group.capped} for group in review.groups]
            return {"rules": rules, "groups": groups}


def _rule(lift: RuleLift) -> dict[str, Any]:
    return {
        "rule": lift.rule,
        "points": lift.points,
        "negative": lift.negative,
        "lasting": lift.lasting,
        "verdict": lift.effect,
        "stale": lift.stale,
        "fresh": _contrast(lift.fresh),
        "later": _contrast(lift.later),
        "untold": lift.untold,
    }


def _contrast(contrast: Contrast | None) -> dict[str, Any] | None:
    if contrast is None:
        return None
    sides = {
        word: {**_fields(side), "share": side.share}
        for word, side in (("with", contrast.one), ("without", contrast.other))
    }
    return {**sides, "ratio": contrast.ratio, **_ends(contrast.interval), "word": contrast.word}


def _band(band: Band) -> dict[str, Any]:
    return {**_fields(band), **_share(band.share)}


def _share(share: Share | None) -> dict[str, Any]:
    value = share.value if share is not None else None
    return {"share": value, **_ends(share.interval if share is not None else None)}


def _ends(interval: Interval | None) -> dict[str, float | None]:
    if interval is None:
        return {"low": None, "high": None}
    return {"low": interval.low, "high": interval.high}


def _fields(form: Any) -> dict[str, Any]:
    return dataclasses.asdict(form) if form is not None else {}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
