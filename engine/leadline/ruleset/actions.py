"""What an automation does: its actions, each of its own shape."""

from __future__ import annotations

from leadline.diagnostic import did_you_mean
from leadline.document.values import Entry, Mapping, Scalar, Sequence
from leadline.expression.nodes import Field
from leadline.expression.parse import parse_expression
from leadline.expression.types import resolve_any
from leadline.ruleset import codes
from leadline.ruleset.model import Action, AssignBy, AssignInTurn, Offer, Send, SetTags
from leadline.ruleset.reader import Reader
from leadline.ruleset.schema import ACTIONS


def read_actions(reader: Reader, automation: Mapping) -> tuple[Action, ...]:
    """Read what stands under ``do``."""
    do = automation.get("do")
    actions: list[Action] = []
    for item in do.value.items if do and isinstance(do.value, Sequence) else ():
        for entry in item.entries if isinstance(item, Mapping) else ():
            action = _action(reader, entry)
            actions += [action] if action is not None else []
    return tuple(actions)


def _action(reader: Reader, entry: Entry) -> Action | None:
    key, value = entry.key, entry.value
    match key.text, value:
        case "tag", Mapping():
            return SetTags(_texts(value), key.place)
        case "assign", Mapping():
            return _assign(reader, value, entry)
        case "offer", Mapping():
            return Offer(key.place)
        case ("send" | "export" | "webhook") as kind, Scalar(name) if "://" in name:
            message = f"`{name}` is an address, expected the name of an output"
            hint = f"put it into leadline.yaml under `outputs:`, and its name here: `{kind}: NAME`"
            reader.say(codes.ACTION_SHAPE, message, value.place, hint)
        case ("send" | "export" | "webhook") as kind, Scalar(name):
            return Send(kind, name, value.place)
        case kind, _ if kind not in ACTIONS:
            message = f"`{kind}` is nothing an automation can do"
            reader.say(codes.UNKNOWN_ACTION, message, key.place, did_you_mean(kind, ACTIONS))
    return None


def _assign(reader: Reader, body: Mapping, entry: Entry) -> Action | None:
    in_turn = body.get("round_robin")
    by_field = [key for key in ("by", "owners", "other") if body.get(key)]
    place = entry.key.place
    if in_turn and by_field:
        message = f"`round_robin` and `{by_field[0]}` both say whose the lead is"
        reader.say(codes.ACTION_SHAPE, message, body.place, "keep one of the two ways")
        return None
    if in_turn:
        owners = tuple(scalar.text for scalar in reader.scalars(body, "round_robin"))
        return AssignInTurn(owners, place) if owners else None
    missing = [key for key in ("by", "owners") if not body.get(key)]
    if missing and by_field:
        hint = "such as `assign: {by: lead.country, owners: {DE: anna, US: ben}, other: cleo}`"
        reader.say(codes.ACTION_SHAPE, f"`assign` has no `{missing[0]}`", body.place, hint)
        return None
    field, owners_of = _field(reader, body), reader.mapping(body, "owners")
    if field is None or owners_of is None:
        return None
    return AssignBy(field, _texts(owners_of), reader.text(body, "other") or None, place)


def _field(reader: Reader, body: Mapping) -> Field | None:
    scalar = reader.scalar(body, "by")
    node = reader.parsed(scalar, parse_expression) if scalar else None
    if scalar is None or node is None:
        return None
    resolved = reader.checked(resolve_any(node, reader.of_leads("`by` of `assign`")))
    if resolved is not None and not isinstance(resolved, Field):
        message = f"`{scalar.text}` is no field"
        reader.say(codes.ACTION_SHAPE, message, scalar.place, "such as `lead.country`")
    return resolved if isinstance(resolved, Field) else None


def _texts(mapping: Mapping) -> tuple[tuple[str, str], ...]:
    return tuple(
        (entry.key.text, entry.value.text)
        for entry in mapping.entries
        if isinstance(entry.value, Scalar)
    )
