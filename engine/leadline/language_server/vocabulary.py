"""The words that may stand in a ruleset: its own names, those of the data, the functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from leadline.document import Document, Scalar, Sequence, Value
from leadline.document import Mapping as Entries
from leadline.expression.functions import Function, function_table
from leadline.language_server.figures import Figures
from leadline.language_server.names import Kind, Name, names_given
from leadline.language_server.spot import Keys

_SECTIONS: tuple[tuple[Kind, str], ...] = (
    ("define", "define"),
    ("score", "scores"),
    ("segment", "segments"),
    ("account", "accounts"),
    ("automation", "automations"),
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may be named in a ruleset.

    Attributes:
        names: the names that the ruleset gives.
        keyed: the scores with ``per``, which have no single value.
        grades: the letters of each score, best first as written.
        event_types: the types that its rules name.
        tags: the tags that its automations set.
        figures: what the data say; None without data.
        functions: the functions by name.
        outputs: the outputs of the project.
    """

    names: tuple[Name, ...] = ()
    keyed: frozenset[str] = frozenset()
    grades: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    event_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    figures: Figures | None = None
    functions: Mapping[str, Function] = field(default_factory=function_table)
    outputs: tuple[str, ...] = ()

    def of(self, kind: Kind, score: str = "") -> tuple[str, ...]:
        """Return the names of a kind; groups and rules are those of one score."""
        found = [n.text for n in self.names if n.kind == kind and score in ("", n.score)]
        return tuple(dict.fromkeys(found))

    @property
    def single_scores(self) -> tuple[str, ...]:
        """The scores with one value."""
        return tuple(name for name in self.of("score") if name not in self.keyed)


def names_in(document: Document) -> tuple[Name, ...]:
    """Return the names that a ruleset gives."""
    return tuple(mention.name for mention in names_given(document))


def names_near(document: Document | None, keys: Keys) -> tuple[Name, ...]:
    """Return the names that a text gives that does not parse.

    Args:
        document: the last one that did parse.
        keys: the keys of the text as it is now.
    """
    found = [Name(kind, key) for kind, section in _SECTIONS for key in keys.at((section,))]
    for score in keys.at(("scores",)):
        found += [Name("group", key, score) for key in keys.at(("scores", score, "groups"))]
    earlier = names_in(document) if document is not None else ()
    return tuple(dict.fromkeys((*found, *earlier)))


def event_types_in(document: Document) -> tuple[str, ...]:
    """Return the event types that rules and resets name, in the order of the file."""
    found: list[str] = []
    for body in _bodies(document.root):
        entry = body.get("event")
        value = entry.value if entry is not None else None
        items = value.items if isinstance(value, Sequence) else (value,)
        found += [item.text for item in items if isinstance(item, Scalar) and item.text]
    return tuple(dict.fromkeys(found))


def _bodies(value: Value) -> list[Entries]:
    """Return every mapping below a value, itself included."""
    if not isinstance(value, Entries):
        return []
    below = [body for entry in value.entries for body in _bodies(entry.value)]
    return [value, *below]


def grades_in(document: Document) -> dict[str, tuple[str, ...]]:
    """Return the letters of each score."""
    scores = document.root.get("scores")
    found: dict[str, tuple[str, ...]] = {}
    for entry in scores.value.entries if scores and isinstance(scores.value, Entries) else ():
        grades = entry.value.get("grades") if isinstance(entry.value, Entries) else None
        if grades is not None and isinstance(grades.value, Entries):
            found[entry.key.text] = grades.value.keys
    return found


def keyed_in(document: Document) -> frozenset[str]:
    """Return the scores with ``per``."""
    scores = document.root.get("scores")
    entries = scores.value.entries if scores and isinstance(scores.value, Entries) else ()
    return frozenset(
        entry.key.text
        for entry in entries
        if isinstance(entry.value, Entries) and entry.value.get("per")
    )


_TAG = re.compile(r"^\s*-?\s*\{?\s*tag:\s*\{\s*(?P<tag>[\w-]+)\s*:", re.MULTILINE)


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags that automations of a text set on one line."""
    return tuple(dict.fromkeys(found["tag"] for found in _TAG.finditer(text)))
