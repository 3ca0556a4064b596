"""Stages: the steps on the way to a sale, of leads and of accounts."""

from __future__ import annotations

from leadline.diagnostic import did_you_mean
from leadline.document.values import Mapping, Scalar, Sequence
from leadline.expression.catalog import Type
from leadline.expression.codes import UNKNOWN_STAGE
from leadline.expression.parse import parse_days, parse_equal_steps, parse_stage_source
from leadline.expression.phrases import StageSource
from leadline.ruleset import codes
from leadline.ruleset.model import Score, Stages, Step
from leadline.ruleset.reader import Reader
from leadline.ruleset.scores import known_score


def read_stages(reader: Reader, ruleset: Mapping, scores: tuple[Score, ...]) -> Stages | None:
    """Read the stages of leads."""
    body = reader.mapping(ruleset, "stages")
    if body is None:
        return None
    source = reader.phrase(body, "by", parse_stage_source)
    score = None
    if source and source.name is not None and source.kind == "score":
        known = known_score(reader, source.name, reader.place(body, "by"))
        score = next((s for s in scores if known and s.name == source.name), None)
    return _stages(reader, body, source, score)


def read_account_stages(
    reader: Reader, account: str, parent: Mapping, of: Score | None
) -> Stages | None:
    """Read the stages of accounts.

    Args:
        reader: gathers what is wrong.
        account: the name of the account score, which sets the stages.
        parent: its mapping.
        of: the score of leads it is made of, whose ``sales_ready`` equal steps divide.
    """
    body = reader.mapping(parent, "stages")
    if body is None:
        return None
    source = reader.phrase(body, "by", parse_stage_source)
    names = (account, of.name if of else account)
    if source and (source.kind != "score" or source.name not in names):
        reader.say(
            codes.STAGE_SHAPE,
            f"stages of an account go by its score `{account}`",
            reader.place(body, "by"),
            f"write `by: score {account}`",
        )
    return _stages(reader, body, source, of)


def _stages(
    reader: Reader, body: Mapping, source: StageSource | None, score: Score | None
) -> Stages | None:
    condition = reader.expression(body, "and", reader.of_events("`and` of the stages"), Type.TRUTH)
    if source is None:
        reader.phrase(body, "steps", parse_equal_steps)
        return None
    if body.get("and") and source.kind != "content":
        reader.say(
            codes.STAGE_SHAPE,
            "`and` belongs to stages `by: content`",
            reader.place(body, "and"),
            "remove it, or write `by: content`",
        )
    steps = _steps(reader, body, source, score)
    _check_rising(reader, steps)
    backward, sla = reader.truth(body, "backward", True), _service_levels(reader, body, steps)
    return Stages(source, steps, condition, backward, sla, body.place)


def _steps(
    reader: Reader, body: Mapping, source: StageSource, score: Score | None
) -> tuple[Step, ...]:
    entry = body.get("steps")
    if entry is None:
        return ()
    if isinstance(entry.value, Scalar):
        return _equal(reader, entry.value, source, score)
    steps: list[Step] = []
    for item in entry.value.items if isinstance(entry.value, Sequence) else ():
        if isinstance(item, Mapping) and reader.text(item, "name"):
            steps.append(_step(reader, item, source, first=not steps))
    return tuple(steps)


def _step(reader: Reader, item: Mapping, source: StageSource, *, first: bool) -> Step:
    name, at = reader.text(item, "name"), reader.number(item, "at")
    leave_below = reader.number(item, "leave_below")
    if source.kind == "score" and at is None and not item.get("at") and not first:
        reader.say(
            codes.STAGE_SHAPE,
            f"the stage `{name}` does not say from which score it is",
            item.place,
            "add `at:` with the score at which it begins",
        )
    if source.kind != "score" and item.get("at"):
        reader.say(
            codes.STAGE_SHAPE,
            "`at` belongs to stages by score",
            reader.place(item, "at"),
            "remove it, or write `by: score NAME`",
        )
    if at is not None and leave_below is not None and leave_below > at:
        reader.say(
            codes.EMPTY_SPAN,
            f"`leave_below` {leave_below:g} is above `at` {at:g}",
            reader.place(item, "leave_below"),
            "a stage is left at or below the score at which it begins",
        )
    return Step(name, at, leave_below, item.place)


def _equal(
    reader: Reader, scalar: Scalar, source: StageSource, score: Score | None
) -> tuple[Step, ...]:
    names = reader.parsed(scalar, parse_equal_steps)
    if names is None:
        return ()
    if source.kind != "score":
        reader.say(
            codes.STAGE_SHAPE,
            "equal steps divide a score; these stages are not by score",
            scalar.place,
            "list the steps by name",
        )
        return ()
    if score is None:
        return ()
    if score.sales_ready is None:
        reader.say(
            codes.NO_SALES_READY,
            f"`{score.name}` has no `sales_ready` to divide",
            scalar.place,
            f"add `sales_ready: 100` to the score `{score.name}`",
        )
        return ()
    width = score.sales_ready / len(names)
    return tuple(
        Step(name, _half_up(number * width), None, scalar.place)
        for number, name in enumerate(names)
    )


def _service_levels(
    reader: Reader, body: Mapping, steps: tuple[Step, ...]
) -> tuple[tuple[str, int], ...]:
    """Read the days that a lead may be in a stage; names are told where there are steps at all."""
    limits = reader.mapping(body, "sla")
    if limits is None:
        return ()
    names = [step.name for step in steps]
    found: list[tuple[str, int]] = []
    for entry in limits.entries:
        name = entry.key.text
        if names and name not in names:
            message, hint = f"no stage is called `{name}`", did_you_mean(name, names)
            reader.say(UNKNOWN_STAGE, message, entry.key.place, hint)
        days = reader.parsed(entry.value, parse_days) if isinstance(entry.value, Scalar) else None
        if days is not None:
            found.append((name, days))
    return tuple(found)


def _half_up(value: float) -> float:
    return float(int(value + 0.5)) if value >= 0 else -float(int(-value + 0.5))


def _check_rising(reader: Reader, steps: tuple[Step, ...]) -> None:
    seen: set[str] = set()
    highest: Step | None = None
    for step in steps:
        if step.name in seen:
            message = f"two stages are called `{step.name}`"
            reader.say(codes.SAME_NAME, message, step.place, "rename one of them")
        seen.add(step.name)
        if step.at is None:
            continue
        if highest is not None and highest.at is not None and step.at <= highest.at:
            reader.say(
                codes.STEPS_NOT_RISING,
                f"`{step.name}` begins at {step.at:g}, not above `{highest.name}` at "
                f"{highest.at:g}",
                step.place,
                "list the stages lowest first",
            )
        highest = step
