"""Walking a configuration file: keys that are known, values of the shape that they should have.

Whatever is wrong becomes a diagnostic, and the walk goes on with a value that does no harm.
"""

from __future__ import annotations

from leadline.diagnostic import Code, Diagnostic, did_you_mean
from leadline.document import Entry, Scalar, Sequence, Value
from leadline.document import Mapping as Entries

UNKNOWN_KEY = Code("LL200", "unknown-project-key")
WRONG_SHAPE = Code("LL202", "wrong-project-shape")


class Walk:
    """A walk over one configuration file.

    Args:
        found: the diagnostics, to which mistakes are added.
    """

    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def known(self, entries: Entries, what: str, keys: tuple[str, ...]) -> None:
        """Refuse keys that ``what`` does not have."""
        for entry in entries.entries:
            if entry.key.text not in keys:
                hint = did_you_mean(entry.key.text, keys)
                self.say(UNKNOWN_KEY, f"{what} has no `{entry.key.text}`", entry.key, hint)

    def entries(self, entries: Entries, key: str) -> Entries | None:
        """Return the entries under a key; None where the key is not there."""
        entry = entries.get(key)
        return None if entry is None else self.shaped(entry)

    def shaped(self, entry: Entry, silent: bool = False) -> Entries:
        """Return the entries of a value; none, and a diagnostic, where it is no mapping."""
        if isinstance(entry.value, Entries):
            return entry.value
        if not _is_empty(entry.value) and not silent:
            message = f"`{entry.key.text}` holds {_shape(entry.value)}, expected keys and values"
            self.say(WRONG_SHAPE, message, entry.value)
        return Entries((), entry.value.place)

    def text(self, entries: Entries, key: str, default: str) -> str:
        """Return the text under a key; the default where it is not there or no text."""
        entry = entries.get(key)
        if entry is None:
            return default
        if not isinstance(entry.value, Scalar) or _is_empty(entry.value):
            message = f"`{key}` holds {_shape(entry.value)}, expected a text"
            self.say(WRONG_SHAPE, message, entry.value)
            return default
        return entry.value.text

    def texts(self, entries: Entries, key: str) -> tuple[str, ...]:
        """Return the texts under a key: one, or a list of them."""
        entry = entries.get(key)
        if entry is None or _is_empty(entry.value):
            return ()
        values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        texts = []
        for value in values:
            if isinstance(value, Scalar) and value.text:
                texts.append(value.text)
            else:
                message = f"`{key}` holds {_shape(value)}, expected texts"
                self.say(WRONG_SHAPE, message, value)
        return tuple(texts)

    def say(self, kind: Code, message: str, at: Value | None, hint: str = "") -> None:
        """Add a diagnostic about a value."""
        self._found.append(Diagnostic(kind, message, at.place if at else None, hint))


def value_of(entries: Entries, key: str) -> Value | None:
    """Return the value under a key; None where the key is not there."""
    entry = entries.get(key)
    return entry.value if entry is not None else None


def _is_empty(value: Value) -> bool:
    return isinstance(value, Scalar) and not value.text and value.style == "plain"


def _shape(value: Value) -> str:
    match value:
        case Entries():
            return "keys and values"
        case Sequence():
            return "a list"
        case Scalar():
            return "nothing" if not value.text else "a text"
