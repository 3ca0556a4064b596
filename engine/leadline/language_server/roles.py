"""What may stand at a place of a ruleset: its schema, and what kind of text its value is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.language_server.spot import Path
from leadline.ruleset.schema import Schema

#: What the expression at a key can see: events, leads, or scores; ``segment`` sees most.
View = Literal["events", "leads", "scores", "segment"]
#: What a value is, where it is more than a plain text, number or word of a list.
Kind = Literal[
    "expression",
    "metric",
    "limit",
    "reach",
    "event",
    "group",
    "score",
    "stage source",
    "steps",
    "subject",
    "grade",
    "timezone",
    "output",
]


@dataclass(frozen=True, slots=True)
class Role:
    """What the text at a path is; ``view`` says what an expression can see."""

    kind: Kind
    view: View = "events"


@dataclass(frozen=True, slots=True)
class Written:
    """A scalar of a document, what leads to it and what it is; None where it is plain."""

    path: Path
    scalar: Scalar
    role: Role | None


_EVENTS = Role("expression", "events")
_LEADS = Role("expression", "leads")
_RULE: dict[tuple[str, ...], Role] = {
    ("event",): Role("event"),
    ("event", "#"): Role("event"),
    ("where",): _EVENTS,
    ("points",): _EVENTS,
    ("limit",): Role("limit"),
    ("limit", "#"): Role("limit"),
    ("reach",): Role("reach"),
    ("group",): Role("group"),
}
_FACT = _RULE | {("when",): _LEADS, ("points",): _LEADS}
_SCORE: dict[tuple[str, ...], Role] = {
    **{("actions", "*", *rest): role for rest, role in _RULE.items()},
    **{("behaviours", "*", *rest): role for rest, role in _RULE.items()},
    **{("facts", "*", *rest): role for rest, role in _FACT.items()},
    ("per",): _EVENTS,
    ("decay", "activity"): _EVENTS,
    ("reset", "event"): Role("event"),
    ("reset", "event", "#"): Role("event"),
    ("reset", "where"): _EVENTS,
    ("formula",): Role("expression", "scores"),
}
_STAGES: dict[tuple[str, ...], Role] = {
    ("by",): Role("stage source"),
    ("steps",): Role("steps"),
    ("and",): _EVENTS,
}
_ROLES: dict[tuple[str, ...], Role] = {
    ("timezone",): Role("timezone"),
    ("leads",): _LEADS,
    ("ignore",): _EVENTS,
    ("define", "*"): _EVENTS,
    **{("scores", "*", *rest): role for rest, role in _SCORE.items()},
    ("matrix", "*", "#"): Role("grade"),
    ("accounts", "*", "of"): Role("score"),
    ("accounts", "*", "only"): _LEADS,
    ("accounts", "*", "weight", "field"): _LEADS,
    **{("accounts", "*", "stages", *rest): role for rest, role in _STAGES.items()},
    **{("stages", *rest): role for rest, role in _STAGES.items()},
    ("segments", "*"): Role("expression", "segment"),
    ("automations", "*", "when"): Role("subject"),
    ("automations", "*", "do", "#", "assign", "by"): _LEADS,
    ("automations", "*", "do", "#", "send"): Role("output"),
    ("automations", "*", "do", "#", "export"): Role("output"),
    ("automations", "*", "do", "#", "webhook"): Role("output"),
    ("audits", "*", "group"): _EVENTS,
    ("audits", "*", "metric"): Role("metric"),
    ("audits", "*", "benchmark", "metric"): Role("metric"),
    ("audits", "*", "score"): Role("score"),
}
_SECTIONS = ("actions", "behaviours", "facts")


def role_of(path: Path) -> Role | None:
    """Return what the text at a path is, or None where it is a plain value."""
    shape = tuple("#" if isinstance(step, int) else step for step in path)
    found = _ROLES.get(shape)
    for names in _starred(shape):
        found = found or _ROLES.get(names)
    return found


def is_rule(path: Path) -> bool:
    """Say whether a path leads to a rule."""
    return len(path) == 4 and path[0] == "scores" and path[2] in _SECTIONS


def _starred(shape: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a path with a star for each name that the author chose."""
    if len(shape) < 2:
        return
    starred = (shape[0], "*", *shape[2:])
    yield starred
    if shape[0] == "scores" and len(shape) > 3 and shape[2] in (*_SECTIONS, "groups"):
        yield (*starred[:3], "*", *shape[4:])


def schema_at(schema: Schema, path: Path) -> Schema | None:
    """Return the part of a schema that holds at a path, or None where nothing may stand."""
    part: Any = _followed(schema, schema)
    for step in path:
        if isinstance(step, int):
            part = part.get("items")
        else:
            known = part.get("properties", {})
            more = part.get("additionalProperties")
            part = known.get(step, more if isinstance(more, dict) else None)
        if not isinstance(part, dict):
            return None
        part = _followed(schema, part)
    found: Schema = part
    return found


def _followed(schema: Schema, part: Schema) -> Schema:
    """Return what a part refers to, or itself."""
    reference = part.get("$ref")
    if not isinstance(reference, str):
        return part
    target: Any = schema
    for step in reference.removeprefix("#/").split("/"):
        target = target[step]
    followed: Schema = target
    return followed


def scalars(document: Document) -> Iterator[Written]:
    """Yield every scalar of a document that is no key, in the order of the file."""
    yield from _scalars((), document.root)


def _scalars(path: Path, value: Value) -> Iterator[Written]:
    match value:
        case Scalar():
            yield Written(path, value, role_of(path))
        case Mapping():
            for entry in value.entries:
                yield from _scalars((*path, entry.key.text), entry.value)
        case Sequence():
            for number, item in enumerate(value.items):
                yield from _scalars((*path, number), item)
