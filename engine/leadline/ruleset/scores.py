"""Scores: of rules or of a formula, their groups, grades and the matrix."""

from __future__ import annotations

from leadline.diagnostic import Place, did_you_mean
from leadline.document.values import Entry, Mapping, Sequence
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.defines import circle_from
from leadline.expression.nodes import Field, fields
from leadline.expression.parse import parse_expression, parse_range
from leadline.expression.phrases import Range
from leadline.expression.types import resolve_any
from leadline.ruleset import codes
from leadline.ruleset.decays import NO_DECAY, score_decay
from leadline.ruleset.model import (
    Axis,
    EventRule,
    FormulaScore,
    Group,
    Inactivity,
    Reset,
    Rule,
    RuleScore,
    Score,
)
from leadline.ruleset.reader import Reader
from leadline.ruleset.rules import read_rules

_OF_RULES = ("actions", "behaviours", "facts", "groups", "decay", "reset", "per")

#: Words that stand before the names of scores: `score.readiness`, `account.buying`.
_TAKEN = ("score", "account")


def read_scores(reader: Reader, ruleset: Mapping) -> tuple[Score, ...]:
    """Read the scores in the order of the file."""
    mapping = reader.mapping(ruleset, "scores")
    if mapping is None:
        return ()
    _note_names(reader, mapping)
    scores: list[Score] = []
    for entry in mapping.entries:
        if isinstance(entry.value, Mapping):
            score = _score(reader, entry, entry.value)
            scores += [score] if score else []
    _check_cycles(reader, scores)
    return tuple(scores)


def _note_names(reader: Reader, scores: Mapping) -> None:
    """Let expressions know the scores' names before any of them is read."""
    reader.apart(scores.entries, "scores")
    for entry in scores.entries:
        if entry.key.text.casefold() in _TAKEN:
            reader.say(
                codes.BAD_NAME,
                f"a score cannot be called `{entry.key.text}`",
                entry.key.place,
                "`score` and `account` stand before the names of scores; add a word to it",
            )
    bodies = [(e.key.text, e.value) for e in scores.entries if isinstance(e.value, Mapping)]
    reader.scores = scores.keys
    reader.keyed_scores = tuple(name for name, body in bodies if body.get("per"))
    grades = [(name, reader.mapping(body, "grades")) for name, body in bodies]
    reader.letters = {name: letters.keys for name, letters in grades if letters}
    reader.grades = tuple(name for name, body in bodies if body.get("grades"))


def _score(reader: Reader, entry: Entry, score: Mapping) -> Score | None:
    if score.get("formula"):
        return _formula(reader, entry, score)
    if not any(score.get(section) for section in ("actions", "behaviours", "facts")):
        reader.say(
            codes.SCORE_SHAPE,
            f"the score `{entry.key.text}` has no rules",
            entry.key.place,
            "add `actions:`, `behaviours:`, `facts:` or a `formula:`",
        )
        return None
    groups = _groups(reader, score)
    sales_ready = reader.number(score, "sales_ready")
    decay = score_decay(reader, score, sales_ready)
    written = reader.mapping(score, "groups")
    rules = read_rules(reader, score, written.keys if written else ())
    built = RuleScore(
        name=entry.key.text,
        rules=rules,
        groups=groups,
        per=_per(reader, score),
        decay=decay.decay,
        floor=decay.floor,
        reset=_reset(reader, score),
        sales_ready=sales_ready,
        range=reader.phrase(score, "range", parse_range),
        grades=_grades(reader, score),
        note=reader.text(score, "note"),
        owner=reader.text(score, "owner"),
        place=entry.key.place,
    )
    _check_range(reader, built.range, score)
    if isinstance(built.decay, Inactivity):
        _check_inactivity(reader, built)
    return built


def _formula(reader: Reader, entry: Entry, score: Mapping) -> FormulaScore | None:
    for key in _OF_RULES:
        stray = score.get(key)
        if stray:
            reader.say(
                codes.SCORE_SHAPE,
                f"a formula score has no `{key}`",
                stray.key.place,
                "it is computed from other scores only",
            )
    scope = reader.of_scores(f"the formula of `{entry.key.text}`")
    formula = reader.expression(score, "formula", scope, Type.NUMBER)
    range_ = reader.phrase(score, "range", parse_range)
    _check_range(reader, range_, score)
    if formula is None:
        return None
    return FormulaScore(
        name=entry.key.text,
        formula=formula,
        sales_ready=reader.number(score, "sales_ready"),
        range=range_,
        grades=_grades(reader, score),
        note=reader.text(score, "note"),
        owner=reader.text(score, "owner"),
        place=entry.key.place,
    )


def _check_range(reader: Reader, bounds: Range | None, score: Mapping) -> None:
    if bounds and bounds.low > bounds.high:
        reader.say(
            codes.EMPTY_SPAN,
            f"the range runs down, from {bounds.low:g} to {bounds.high:g}",
            reader.place(score, "range"),
            f"write `{bounds.high:g} to {bounds.low:g}`",
        )


def _per(reader: Reader, score: Mapping) -> n.Node | None:
    scalar = reader.scalar(score, "per")
    node = reader.parsed(scalar, parse_expression) if scalar else None
    if node is None:
        return None
    return reader.checked(resolve_any(node, reader.of_events("`per`")))


def _reset(reader: Reader, score: Mapping) -> Reset | None:
    reset = reader.mapping(score, "reset")
    if reset is None or not reset.get("event"):
        return None
    where = reader.expression(reset, "where", reader.of_events("`reset`"), Type.TRUTH)
    if reset.get("where") and where is None:
        return None
    return Reset(reader.texts(reset, "event"), where)


def _groups(reader: Reader, score: Mapping) -> tuple[Group, ...]:
    mapping = reader.mapping(score, "groups")
    groups: list[Group] = []
    reader.apart(mapping.entries if mapping else (), "groups")
    for entry in mapping.entries if mapping else ():
        if not isinstance(entry.value, Mapping):
            continue
        low, high = reader.number(entry.value, "min"), reader.number(entry.value, "max")
        if low is not None and high is not None and low > high:
            reader.say(
                codes.EMPTY_SPAN,
                f"`min` {low:g} is above `max` {high:g}",
                reader.place(entry.value, "min"),
                "exchange the two",
            )
        groups.append(Group(entry.key.text, low, high))
    return tuple(groups)


def _grades(reader: Reader, score: Mapping) -> tuple[tuple[str, float], ...]:
    """Read grades, highest bound first."""
    mapping = reader.mapping(score, "grades")
    if mapping is None:
        return ()
    return _bounds(reader, mapping)


def _bounds(reader: Reader, mapping: Mapping) -> tuple[tuple[str, float], ...]:
    found: list[tuple[str, float]] = []
    for entry in mapping.entries:
        name, bound = entry.key.text, reader.number(mapping, entry.key.text)
        if bound is None:
            continue
        same = next((other for other, begin in found if begin == bound), None)
        if same is not None:
            message = f"`{same}` and `{name}` both begin at {bound:g}"
            hint = "give each a bound of its own"
            reader.say(codes.GRADE_BOUNDS, message, entry.value.place, hint)
        found.append((name, bound))
    return tuple(sorted(found, key=lambda cell: -cell[1]))


def _check_inactivity(reader: Reader, score: RuleScore) -> None:
    decaying: dict[str, Rule] = {}
    states: dict[str, Rule] = {}
    for rule in score.rules:
        if isinstance(rule, EventRule) and rule.decay not in (None, NO_DECAY):
            reader.say(
                codes.MIXED_DECAY,
                f"`{rule.head.name}` decays by age in a score that decays by inactivity",
                rule.head.place,
                "a rule of such a score may only say `decay: none`",
            )
        if rule.head.group is not None:
            is_state = not isinstance(rule, EventRule) or bool(rule.bands)
            (states if is_state else decaying).setdefault(rule.head.group, rule)
    for group in sorted(decaying.keys() & states.keys()):
        state, event = states[group].head, decaying[group].head
        reader.say(
            codes.MIXED_GROUP,
            f"the group `{group}` mixes `{event.name}`, which decays, with `{state.name}`, "
            "which is state and does not",
            state.place,
            "give them groups of their own",
        )


def _check_cycles(reader: Reader, scores: list[Score]) -> None:
    used = {
        score.name: {f.column: f.place for f in _of_scores(score)}
        for score in scores
        if isinstance(score, FormulaScore)
    }
    uses = {name: set(places) for name, places in used.items()}
    reported: set[str] = set()
    for score in scores:
        circle = circle_from(score.name, uses)
        if circle and not reported & set(circle):
            reported |= set(circle)
            reader.say(
                codes.SCORE_CYCLE,
                f"the score `{score.name}` is computed from itself: {' -> '.join(circle)}",
                used[score.name][circle[1]],
                "a formula may use only scores that do not depend on it",
            )


def _of_scores(score: FormulaScore) -> tuple[Field, ...]:
    return tuple(f for f in fields(score.formula) if f.scope in ("score", "grade"))


def read_matrix(
    reader: Reader, ruleset: Mapping, scores: tuple[Score, ...]
) -> tuple[Axis, Axis] | None:
    """Read the matrix: two scores, each by its grades or by bounds."""
    mapping = reader.mapping(ruleset, "matrix")
    if mapping is None:
        return None
    by_name = {score.name: score for score in scores}
    axes: list[Axis] = []
    for entry in mapping.entries:
        name = entry.key.text
        if not known_score(reader, name, entry.key.place):
            continue
        cells = _cells(reader, entry, by_name.get(name))
        axes += [Axis(name, cells)] if cells else []
    return (axes[0], axes[1]) if len(axes) == 2 else None


def _cells(reader: Reader, entry: Entry, score: Score | None) -> tuple[tuple[str, float], ...]:
    if isinstance(entry.value, Mapping):
        return _bounds(reader, entry.value)
    if not isinstance(entry.value, Sequence) or score is None:
        return ()
    letters = reader.letters.get(score.name)
    if letters is None:
        if score.name not in reader.grades:
            hint = "write bounds such as `{1: 67, 2: 0}`, or give the score `grades:`"
            message = f"`{score.name}` has no grades that could be listed"
            reader.say(codes.MATRIX_SHAPE, message, entry.value.place, hint)
        return ()
    bounds = dict(score.grades)
    cells: list[tuple[str, float]] = []
    for scalar in reader.scalars(_only(entry), entry.key.text):
        if scalar.text in bounds:
            cells.append((scalar.text, bounds[scalar.text]))
        elif scalar.text not in letters:
            hint = did_you_mean(scalar.text, letters)
            message = f"`{score.name}` has no grade `{scalar.text}`"
            reader.say(codes.MATRIX_SHAPE, message, scalar.place, hint)
    return tuple(sorted(cells, key=lambda cell: -cell[1]))


def _only(entry: Entry) -> Mapping:
    return Mapping((entry,), entry.value.place)


def known_score(reader: Reader, name: str, place: Place) -> bool:
    """Say whether a score of that name exists and has one value; note it where not."""
    if name not in reader.scores:
        reader.say(
            codes.UNKNOWN_SCORE,
            f"no score is called `{name}`",
            place,
            did_you_mean(name, reader.scores),
        )
        return False
    if name in reader.keyed_scores:
        reader.say(
            codes.SCORE_SHAPE,
            f"the score `{name}` has a value for each `per`, not one",
            place,
            "use a score without `per`",
        )
        return False
    return True
