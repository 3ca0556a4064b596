"""Say where the pasts that an engine and the oracle tell part.

What decays smoothly may differ by one unit of the fourth decimal, and so may the instants at which
it does: of such scores the values at the end of each day are compared, and what follows from them
is not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta

from tests.oracle.history import Row
from tests.oracle.model import Model, Score, read_model
from tests.oracle.past import Past, look_back
from tests.oracle.segments import Count
from tests.oracle.strategies import PastCase
from tests.oracle.syntax import Call, Name, Node, Operation
from tests.oracle.timeline import last_instant

UNIT = 1.01e-4
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Exactness:
    """Which scores, stages and segments of a ruleset have to be told alike to the last digit.

    Attributes:
        smooth: Scores with a smooth decay.
        derived: Formulas of those; nothing of them is compared.
        stages: Whether the stages of leads are exact.
        segments: The segments that are.
        accounts: The account scores that are.
    """

    smooth: frozenset[str]
    derived: frozenset[str]
    stages: bool
    segments: frozenset[str]
    accounts: frozenset[str]


def past_differences(case: PastCase, engine: Past, parts: Iterable[str] | None = None) -> list[str]:
    """Return a line for everything that the engine tells otherwise than the oracle.

    Args:
        case: The ruleset, data and span.
        engine: What the engine tells.
        parts: Which of history, stages, accounts, segments, daily are compared; None is all.
    """
    oracle = look_back(case.ruleset, case.data, case.since, case.as_of)
    model = read_model(case.ruleset)
    exact = exactness(model, case.ruleset)
    lines = {
        "history": [
            *_apart("change", _exact_rows(engine, exact), _exact_rows(oracle, exact)),
            *_smooth_apart(case, model, engine, oracle, exact),
        ],
        "stages": _apart("stage", engine.stages, oracle.stages) if exact.stages else [],
        "accounts": _apart(
            "account",
            (spell for spell in engine.accounts if spell.account in exact.accounts),
            (spell for spell in oracle.accounts if spell.account in exact.accounts),
        ),
        "segments": _apart(
            "segment",
            (stay for stay in engine.segments if stay.segment in exact.segments),
            (stay for stay in oracle.segments if stay.segment in exact.segments),
        ),
        "daily": list(_counts_apart(engine.daily, oracle.daily, exact)),
    }
    return [line for part in parts or lines for line in lines[part]]


def exactness(model: Model, ruleset: str) -> Exactness:
    """Return what of a ruleset is exact."""
    smooth = frozenset(name for name, score in model.scores.items() if _is_smooth(score))
    derived: frozenset[str] = frozenset()
    for _ in model.scores:
        derived |= {
            name
            for name, score in model.scores.items()
            if score.formula is not None and _scores_in(score.formula) & (smooth | derived)
        }
    unsure = smooth | derived
    stages = model.stages
    steady = stages is None or stages.kind != "score" or stages.name not in unsure
    words = {word for word, one in (("stage", not steady), ("matrix", True)) if one}
    if not unsure & {score for score, _ in model.matrix}:
        words.discard("matrix")
    segments = re.search(r"(?ms)^segments:\n(.*?)(?=^\S|\Z)", ruleset)
    texts = dict(re.findall(r"(?m)^  (\w+): (.*)$", segments[1])) if segments else {}
    return Exactness(
        smooth=smooth,
        derived=derived,
        stages=steady,
        segments=frozenset(
            name
            for name, text in texts.items()
            if not set(re.findall(r"\w+", text)) & (unsure | words)
        ),
        accounts=frozenset(one.name for one in model.accounts if one.score not in unsure),
    )


def values_at(rows: Iterable[Row], at: datetime) -> dict[Key, float]:
    """Return the scores that hold at an instant (UTC, without offset)."""
    values: dict[Key, float] = {}
    for row in sorted(rows, key=lambda row: row.at or datetime.min):
        if row.at is not None and row.at > at:
            break
        key = (row.lead_id, row.score, row.per)
        values.pop(key, None)
        if row.new is not None:
            values[key] = row.new
    return values


def values_apart(
    what: str,
    engine: Mapping[Key, float],
    oracle: Mapping[Key, float],
    smooth: frozenset[str],
) -> Iterator[str]:
    """Yield a line for every score that one side alone has, or with another value."""
    for key in sorted(set(engine) | set(oracle)):
        mine, other = engine.get(key), oracle.get(key)
        near = UNIT if key[1] in smooth else 0.0
        if mine is None or other is None or abs(mine - other) > near:
            yield f"value {' '.join(key)} {what}: engine {mine}, expected {other}"


def _is_smooth(score: Score) -> bool:
    return any(
        rule.decay is not None and rule.decay.kind in ("half_life", "linear")
        for rule in score.rules
        if rule.kind == "event" and not rule.bands
    )


def _scores_in(node: Node) -> set[str]:
    match node:
        case Name("score", name):
            return {name}
        case Operation(_, parts) | Call(_, parts):
            return {name for part in parts for name in _scores_in(part)}
        case _:
            return set()


def _exact_rows(past: Past, exact: Exactness) -> list[Row]:
    unsure = exact.smooth | exact.derived
    return [row for row in past.history if row.score not in unsure]


def _apart(what: str, engine: Iterable[object], oracle: Iterable[object]) -> list[str]:
    sides = (("engine", list(engine)), ("oracle", list(oracle)))
    lines = []
    for (who, mine), (_, other) in zip(sides, reversed(sides), strict=True):
        rest = [*other]
        for row in mine:
            if row in rest:
                rest.remove(row)
            else:
                lines.append((_words(row), f"{what} {_words(row)}: the {who} alone"))
    return [line for _, line in sorted(lines)]


def _words(row: object) -> str:
    return " ".join(str(part) for part in astuple(row))  # type: ignore[call-overload]


def _smooth_apart(
    case: PastCase, model: Model, engine: Past, oracle: Past, exact: Exactness
) -> Iterator[str]:
    mine, other = (
        [row for row in past.history if row.score in exact.smooth] for past in (engine, oracle)
    )
    until = last_instant(case.as_of, model.zone)
    instants = [row.at.replace(tzinfo=UTC) for row in (*mine, *other) if row.at is not None]
    day = min(instants, default=until).astimezone(model.zone).date()
    while last_instant(day - timedelta(days=1), model.zone) < until:
        at = min(last_instant(day, model.zone), until).replace(tzinfo=None)
        what = f"at the end of {day}"
        yield from values_apart(what, values_at(mine, at), values_at(other, at), exact.smooth)
        day += timedelta(days=1)


def _counts_apart(
    engine: Iterable[Count], oracle: Iterable[Count], exact: Exactness
) -> Iterator[str]:
    """Compare counts of days; before the engine's first day nothing may have happened."""
    mine = {(one.kind, one.list, one.day): one.leads for one in engine}
    other = {(one.kind, one.list, one.day): one.leads for one in oracle}
    first = {key[:2]: leads for key, leads in sorted(other.items(), reverse=True)}
    begin = min((day for _, _, day in mine), default=date.max)
    for kind, name, day in sorted(set(mine) | set(other)):
        if not (exact.stages if kind == "stage" else name in exact.segments):
            continue
        expected = other.get((kind, name, day))
        found = mine.get((kind, name, day))
        if day < begin and found is None:
            found = first[kind, name]
        if found != expected:
            yield f"count {kind} {name} on {day}: engine {found}, expected {expected}"
