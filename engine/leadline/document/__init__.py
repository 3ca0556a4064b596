"""YAML text to values that are text and remember their place."""

from leadline.document.codes import CODES
from leadline.document.loading import Loaded, load
from leadline.document.positions import Style
from leadline.document.values import Cut, Document, Entry, Mapping, Scalar, Sequence, Value

__all__ = [
    "CODES",
    "Cut",
    "Document",
    "Entry",
    "Loaded",
    "Mapping",
    "Scalar",
    "Sequence",
    "Style",
    "Value",
    "load",
]
