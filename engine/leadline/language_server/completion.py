"""What can stand at the cursor of a ruleset: keys, values, names, expressions."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import replace

from leadline.language_server.expression_offers import Ending, event_offers, expression_offers
from leadline.language_server.metric_offers import metric_offers
from leadline.language_server.offers import Offer, Offers, name_offer, plain_value, within
from leadline.language_server.roles import Role, role_of, schema_at
from leadline.language_server.spot import Spot, keys_in, spot_at
from leadline.language_server.vocabulary import Vocabulary
from leadline.ruleset.audit_keys import AUDITS_SCHEMA
from leadline.ruleset.schema import EXPRESSION, METRIC, RULESET_SCHEMA, Schema

_WINDOWS = ("day", "week", "month", "visit")
_FORMATS = {EXPRESSION: "expression", METRIC: "metric", "date": "date"}


def complete(text: str, offset: int, words: Vocabulary, schema: Schema = RULESET_SCHEMA) -> Offers:
    """Return what can stand at an offset of a ruleset, finished or not.

    Args:
        text: the file as it is.
        offset: the cursor, in characters.
        words: what may be named.
        schema: the schema of the file.
    """
    spot = spot_at(text, offset)
    if spot.part == "comment":
        return Offers(offset)
    part = schema_at(schema, spot.path)
    if part is None:
        return Offers(offset)
    if spot.part == "key" and _takes_keys(part):
        offers = _keys(text, spot, part, words)
        if _takes_text(part) and not spot.flow:
            offers = (*offers, *_plain(part))
        return Offers(spot.start, offers)
    role = role_of(spot.path) if schema in (RULESET_SCHEMA, AUDITS_SCHEMA) else None
    return _values(spot, part, role, words, offset)


def _takes_keys(part: Schema) -> bool:
    return "properties" in part or _type_of(part, "object")


def _takes_text(part: Schema) -> bool:
    return _type_of(part, "string")


def _type_of(part: Schema, name: str) -> bool:
    types = part.get("type", ())
    return name in ([types] if isinstance(types, str) else types)


# Keys


def _keys(text: str, spot: Spot, part: Schema, words: Vocabulary) -> tuple[Offer, ...]:
    """Return the keys that a mapping can have and does not have yet."""
    there = keys_in(text).at(spot.path)
    colon = re.match(r"[\w-]*\s*:", text[spot.start :]) is not None
    known: dict[str, Schema] = part.get("properties", {})
    found = [
        Offer(
            key,
            key if colon else _key_text(key, schema, spot),
            "key",
            shape_of(schema),
            says_of(schema),
        )
        for key, schema in known.items()
        if key not in there or key == spot.written.strip()
    ]
    if spot.path == ("matrix",):
        found += [name_offer(n, "name", "score") for n in words.single_scores if n not in there]
        found = [offer if colon else replace(offer, insert=f"{offer.insert}: ") for offer in found]
    return tuple(found)


def _key_text(key: str, schema: Schema, spot: Spot) -> str:
    """Return a key with its colon; a key of keys goes on below it."""
    only_keys = schema.get("type") == "object" or "$ref" in schema
    return f"{key}:" if only_keys and not spot.flow else f"{key}: "


def shape_of(schema: Schema) -> str:
    """Return what a key holds, in a few words."""
    types = schema.get("type", "object")
    listed = [types] if isinstance(types, str) else list(types)
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    names = {"string": "text", "object": "keys", "array": "list", "boolean": "true or false"}
    # Where a text will do, the number and the truth value beside it say how it may be written.
    told = [t for t in listed if "string" not in listed or t not in ("number", "boolean")]
    return " or ".join(names.get(word, word) for word in told)


def says_of(schema: Schema) -> str:
    """Return what a key means, with examples."""
    says: str = schema.get("description", "")
    examples = schema.get("examples", [])
    shown = ", ".join(f"`{_written(example)}`" for example in examples)
    more = f" Such as {shown}." if shown else ""
    default = f" Default: `{_written(schema['default'])}`." if "default" in schema else ""
    return f"{says}{more}{default}"


def _written(example: object) -> str:
    """Return an example of a schema as YAML writes it."""
    match example:
        case bool():
            return str(example).lower()
        case dict():
            return "{" + ", ".join(f"{k}: {_written(v)}" for k, v in example.items()) + "}"
        case list():
            return "[" + ", ".join(map(_written, example)) + "]"
        case _:
            return str(example)


# Values


def _values(spot: Spot, part: Schema, role: Role | None, words: Vocabulary, offset: int) -> Offers:
    if role is not None and role.kind == "expression":
        return _ending(spot, expression_offers(spot.written, role.view, words), offset)
    if role is not None and role.kind == "metric":
        return _ending(spot, metric_offers(spot.written, words), offset)
    if role is not None and role.kind in ("limit", "reach"):
        found = _phrase(spot, role, words, offset)
        if found is not None:
            return found
    offers = tuple(_named(spot, role, words)) if role is not None else ()
    offers = offers or tuple(_plain(part))
    if spot.quote in ("'", '"'):
        offers = tuple(replace(offer, insert=within(offer.label, spot.quote)) for offer in offers)
        return Offers(spot.start + 1, offers)
    return Offers(min(spot.start, offset), offers)


def _ending(spot: Spot, ending: Ending, offset: int) -> Offers:
    typed = within(spot.written[ending.start :], spot.quote)
    offers = tuple(replace(o, insert=within(o.insert, spot.quote)) for o in ending.offers)
    return Offers(offset - len(typed), offers)


def _phrase(spot: Spot, role: Role, words: Vocabulary, offset: int) -> Offers | None:
    """Return what a window of a limit or a reach can be; None where no window is being written."""
    found = re.search(r"\b(per|distinct)\s+([\w.`]*)$", spot.written)
    if found is None:
        if not re.search(r"\d\s+\w*$", spot.written):
            return None
        offers = [Offer("per", "per ", "word", "a window of its own for each")]
        if role.kind == "reach":
            offers.append(Offer("distinct", "distinct ", "word", "different values of a field"))
        typed = re.search(r"\w*$", spot.written)
        return Offers(offset - len(typed[0]) if typed else offset, tuple(offers))
    ending = expression_offers(found[2], "events", words)
    fields = tuple(o for o in ending.offers if o.kind == "field")
    windows = [Offer(word, word, "word", "a window") for word in _WINDOWS]
    offers = [*(windows if found[1] == "per" and "." not in found[2] else ()), *fields]
    return Offers(offset - len(found[2]) + ending.start, tuple(offers))


def _named(spot: Spot, role: Role, words: Vocabulary) -> Iterator[Offer]:
    match role.kind:
        case "event":
            events = event_offers(words)
            yield from (replace(offer, insert=plain_value(offer.label)) for offer in events)
        case "group":
            yield from _plain_names(words.of("group", str(spot.path[1])), "group")
        case "score":
            yield from _plain_names(words.single_scores, "score")
        case "stage source":
            yield from _stage_sources(spot, words)
        case "subject":
            subjects = (*words.of("segment"), *words.of("stage"))
            edges = ("enters", "leaves")
            yield from _plain_names([f"{edge} {name}" for edge in edges for name in subjects], "")
        case "grade":
            yield from _plain_names(words.grades.get(str(spot.path[1]), ()), "grade")
        case "output":
            yield from _plain_names(words.outputs, "output")
        case "timezone":
            yield from _plain_names(sorted(zoneinfo.available_timezones()), "")
        case _:
            return


def _stage_sources(spot: Spot, words: Vocabulary) -> Iterator[Offer]:
    accounts = spot.path[0] == "accounts"
    for name in words.of("account") if accounts else words.single_scores:
        yield Offer(f"score {name}", f"score {name}", "value")
    if not accounts:
        yield Offer("content", "content", "value", "by the content that leads look at")
        yield Offer("tag stage", "tag stage", "value", "by a tag")


def _plain_names(names: Iterable[str], what: str) -> Iterator[Offer]:
    for name in names:
        yield Offer(name, plain_value(name), "name", what)


def _plain(part: Schema) -> tuple[Offer, ...]:
    """Return the values that a schema lists, or shows as examples."""
    if _type_of(part, "boolean") and not _takes_text(part):
        default = part.get("default")
        return tuple(
            Offer(word, word, "value", "default" if default is (word == "true") else "")
            for word in ("true", "false")
        )
    listed = part.get("enum") or part.get("examples", ())
    texts = dict.fromkeys(_written(value) for value in listed)
    what = "" if "enum" in part else "example"
    return tuple(Offer(text, text, "value", what) for text in texts)
