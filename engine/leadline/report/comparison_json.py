"""A comparison as JSON; docs/diff.md has the shape."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

from leadline.report.backtest import Backtest
from leadline.report.comparison import Comparison, Effect, RulesetComparison


def comparison_json(comparison: Comparison) -> str:
    """Write a comparison for a program: one object, dates in ISO 8601."""
    told = {
        "base": comparison.base,
        "head": comparison.head,
        "same": comparison.same,
        "rulesets": [_ruleset(one) for one in comparison.rulesets],
        "thresholds": {
            "checked": comparison.checked,
            "failed": [dataclasses.asdict(failed) for failed in comparison.failed],
        },
    }
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=2) + "\n"


def _ruleset(one: RulesetComparison) -> dict[str, Any]:
    return {
        "model": one.model,
        "file": one.file,
        "was": one.was or None,
        "state": one.state,
        "changes": [dataclasses.asdict(change) for change in one.changes],
        "effect": _effect(one.effect) if one.effect is not None else None,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    told = dataclasses.asdict(effect)
    told["leads"] = effect.leads
    del told["stages_told"]  # follows from ``untold`` and the stages
    told["backtest"] = _backtest(effect.backtest) if effect.backtest is not None else None
    told["moves"] = [
        {
            "of": moves.of,
            "leads": moves.leads,
            "cells": [{"from": old, "to": new, "leads": leads} for old, new, leads in moves.cells],
        }
        for moves in effect.moves
    ]
    if effect.mqls is not None:
        told["mqls"] |= {"base": effect.mqls.base, "head": effect.mqls.head}
    return told


def _backtest(found: Backtest) -> dict[str, Any]:
    base, head = found.sides
    return {
        "score": head.score,
        "outcome": found.outcome,
        "within": found.within,
        "first": found.first,
        "last": found.last,
        "weeks": found.weeks,
        "capacity": found.capacity,
        "leads_with_outcome": min(base.came_leads, head.came_leads),
        **{
            name: {
                "base": base.figures[name].value,
                "head": head.figures[name].value,
                "change": change.value,
                "low": change.interval.low if change.interval is not None else None,
                "high": change.interval.high if change.interval is not None else None,
            }
            for name, change in (found.changes.figures if found.changes is not None else {}).items()
        },
        "untrusted": sorted({*base.untrusted, *head.untrusted}),
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
