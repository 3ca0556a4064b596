"""Say where an engine and the oracle part, and cut a case down to what shows it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from tests.oracle.scoring import score
from tests.oracle.strategies import Case


def differences(
    case: Case,
    scores: Mapping[tuple[str, str, str], float],
    accounts: Mapping[tuple[str, str], tuple[float, bool | None]] | None = None,
    grades: Mapping[tuple[str, str, str], str | None] | None = None,
    matrix: Mapping[str, str | None] | None = None,
    stage: Mapping[str, str] | None = None,
) -> list[str]:
    """Return a line for every row that an engine and the oracle do not share.

    Args:
        case: The ruleset, data and date.
        scores: The engine's (lead_id, score, value of `per` or "") to reported points.
        accounts: The engine's (account_id, name) to score and committee; not compared if None.
        grades: The same key as scores to the grade; not compared if None.
        matrix: lead_id to the cell; not compared if None.
        stage: lead_id to the stage; not compared if None.
    """
    oracle = score(case.ruleset, case.data, case.as_of)
    lines = _apart("score", scores, oracle.scores)
    if accounts is not None:
        lines += _apart("account", accounts, oracle.accounts)
    if grades is not None:
        lines += _apart("grade", grades, oracle.grades)
    if matrix is not None:
        lines += _apart("matrix", matrix, oracle.matrix)
    if stage is not None:
        lines += _apart("stage", stage, oracle.stage)
    return lines


def describe(case: Case, lead_id: str) -> str:
    """Return the ruleset, the date and all that the data say of a lead, in local time."""
    top = yaml.load(case.ruleset, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    zone = ZoneInfo(top.get("timezone", "UTC"))
    names = {lead_id}
    for _ in case.data.get("aliases", []):
        names |= {a["old_lead_id"] for a in case.data["aliases"] if a["lead_id"] in names}
    lines = [case.ruleset, f"as of {case.as_of.isoformat()}"]
    for table, rows in case.data.items():
        kept = [row for row in rows if row.get("lead_id", lead_id) in names]
        kept.sort(key=lambda row: str((row.get("occurred_at"), row.get("event_id"))))
        lines += [f"{table}: {_row(row, zone)}" for row in kept]
    return "\n".join(lines)


def smallest(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return the case with every row and every rule taken out that `fails` does not need.

    Args:
        case: A case for which `fails` is true.
        fails: Whether a case still shows the difference; it is called often, also with
            rulesets that the cut made invalid, for which it has to be false.
    """
    for table in case.data:
        case = _fewer_rows(case, table, fails)
    return _fewer_keys(case, fails)


def _apart(what: str, engine: Mapping[Any, Any], oracle: Mapping[Any, Any]) -> list[str]:
    lines = []
    for key in sorted(set(engine) | set(oracle)):
        place = f"{what} {' / '.join(part for part in _parts(key) if part)}"
        if key not in oracle:
            lines.append(f"{place}: engine {engine[key]}, the oracle has no such row")
        elif key not in engine:
            lines.append(f"{place}: oracle {oracle[key]}, the engine has no such row")
        elif _shown(engine[key]) != _shown(oracle[key]):
            lines.append(f"{place}: engine {engine[key]}, oracle {oracle[key]}")
    return lines


def _parts(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def _shown(value: Any) -> Any:
    """Return a value as compared: numbers with their four reported decimals."""
    if isinstance(value, tuple):
        return tuple(_shown(part) for part in value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value + 0.0:.4f}".replace("-0.0000", "0.0000")
    return value


def _row(row: Mapping[str, Any], zone: ZoneInfo) -> str:
    parts = []
    for name, value in row.items():
        if isinstance(value, datetime):
            utc = value if value.tzinfo else value.replace(tzinfo=UTC)
            parts.append(f"{name}={utc.astimezone(zone).isoformat(sep=' ')}")
        elif value is not None:
            parts.append(f"{name}={value!r}")
    return " ".join(parts)


def _fewer_rows(case: Case, table: str, fails: Callable[[Case], bool]) -> Case:
    size = max(len(case.data[table]), 1)
    while size:
        start = 0
        while start < len(case.data[table]):
            rows = case.data[table]
            fewer = [*rows[:start], *rows[start + size :]]
            tried = replace(case, data={**case.data, table: fewer})
            if fails(tried):
                case = tried
            else:
                start += size
        size //= 2
    return case


def _fewer_keys(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Drop lines of the ruleset with all that stands below them, while the case still fails."""
    line = 0
    while line < len(case.ruleset.splitlines()):
        lines = case.ruleset.splitlines()
        depth = _depth(lines[line])
        end = line + 1
        while end < len(lines) and _depth(lines[end]) > depth:
            end += 1
        tried = replace(case, ruleset="\n".join([*lines[:line], *lines[end:]]) + "\n")
        if _still_fails(tried, fails):
            case = tried
        else:
            line += 1
    return case


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _still_fails(case: Case, fails: Callable[[Case], bool]) -> bool:
    """Judge a cut ruleset; one that the cut left without a part it needs shows nothing."""
    try:
        score(case.ruleset, case.data, case.as_of)
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return False
    return fails(case)
