"""What can stand at the cursor of a test file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from leadline.language_server.completion import complete
from leadline.language_server.offers import Offer, Offers, plain_value
from leadline.language_server.spot import Path, keys_in, spot_at
from leadline.language_server.vocabulary import Vocabulary
from leadline.testing.schema import TEST_SCHEMA


def complete_case(text: str, offset: int, words: Vocabulary) -> Offers:
    """Return what can stand at an offset of a test file: keys, names of the ruleset, event types.

    Args:
        text: the file as it is.
        offset: the cursor, in characters.
        words: the names of the ruleset beside it, and the data.
    """
    spot = spot_at(text, offset)
    named = [Offer(n, plain_value(n), "name") for n in _names(spot.path, words)]
    if not named or spot.part == "comment":
        return complete(text, offset, words, TEST_SCHEMA)
    if spot.part == "key" and not isinstance(spot.path[-1], int):
        there = keys_in(text).at(spot.path)
        keyed = [replace(o, insert=f"{o.insert}: ") for o in named if o.label not in there]
        return Offers(spot.start, tuple(keyed))
    return Offers(spot.start + len(spot.quote), tuple(named))


def _names(path: Path, words: Vocabulary) -> Iterable[str]:
    """Return the names that may stand at a path, or below it as keys."""
    if path[-3:-2] == ("events",) and path[-1] == "type":
        types = words.figures.event_types if words.figures is not None else ()
        return tuple(dict.fromkeys((*(v.text for v in types), *words.event_types)))
    if len(path) < 5 or path[2] != "expect":
        return ()
    key = path[5] if len(path) > 5 else ""
    if path[3] == "accounts":
        return words.of("account") if key in ("scores", "committee", "stage") else ()
    match key:
        case "scores":
            return words.of("score") if len(path) == 6 else ()
        case "grade":
            return tuple(words.grades) if len(path) == 6 else words.grades.get(str(path[6]), ())
        case "stage" | "stages":
            return words.of("stage")
        case "segments" | "not_segments":
            return words.of("segment")
        case "fired" | "not_fired":
            return tuple(f"{n.score}.{n.text}" for n in words.names if n.kind == "rule")
        case _:
            return ()
