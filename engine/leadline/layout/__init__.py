"""The canonical layout of a ruleset, and edits that keep comments."""

from leadline.layout.formatting import format_text

__all__ = ["format_text"]
