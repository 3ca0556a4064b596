"""Notes and owners of a ruleset that the model has no use for, read from its file."""

from __future__ import annotations

from leadline.document import Document, Mapping, Scalar, Value


def remark(document: Document, *path: str) -> str:
    """Return the text at a path of keys; ``""`` where there is none."""
    value: Value = document.root
    for key in path:
        entry = value.get(key) if isinstance(value, Mapping) else None
        if entry is None:
            return ""
        value = entry.value
    return value.text if isinstance(value, Scalar) else ""


def keys_under(document: Document, *path: str) -> tuple[str, ...]:
    """Return the keys of the mapping at a path; none where there is no mapping."""
    value: Value = document.root
    for key in path:
        entry = value.get(key) if isinstance(value, Mapping) else None
        if entry is None:
            return ()
        value = entry.value
    return value.keys if isinstance(value, Mapping) else ()
