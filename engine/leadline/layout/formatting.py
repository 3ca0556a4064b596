"""The one public step of this package: a text to its canonical layout."""

from __future__ import annotations

from leadline.diagnostic import Severity
from leadline.document import Document, load
from leadline.errors import EngineError, RulesetError
from leadline.layout.printing import printed
from leadline.layout.proof import same_comments, same_values
from leadline.layout.shape import shape_of
from leadline.ruleset.schema import RULESET_SCHEMA, Schema


def format_text(text: str, file: str, schema: Schema = RULESET_SCHEMA) -> str:
    """Return a ruleset or test file in its canonical layout, with all of its comments.

    The result says what ``text`` says: its values are read again and compared. Formatting it once
    more changes nothing. Lines end as the first line of ``text`` does.

    Args:
        text: the text of the file.
        file: its name, for messages.
        schema: the schema that orders its keys; that of test files is in ``leadline.testing``.

    Raises:
        RulesetError: it is no YAML that leadline reads.
        EngineError: the layout would change what it says, or lose a comment.
    """
    document = readable(text, file)
    shape = shape_of(schema)
    formatted = printed(document, shape)
    after = load(formatted.encode(), file).document
    same = after is not None and same_values(document, after, shape)
    if after is None or not same or not same_comments(document, after):
        raise changed(file, "a value" if not same else "a comment")
    first, _, _ = text.partition("\n")
    return formatted.replace("\n", "\r\n") if first.endswith("\r") else formatted


def readable(text: str, file: str) -> Document:
    """Load a text.

    Raises:
        RulesetError: it is no YAML that leadline reads; carries every mistake.
    """
    loaded = load(text.encode("utf-8", "surrogatepass"), file)
    wrong = any(found.severity is Severity.ERROR for found in loaded.diagnostics)
    if loaded.document is None or wrong:
        raise RulesetError(f"{file} cannot be read", loaded.diagnostics, {file: loaded.text})
    return loaded.document


def changed(file: str, what: str) -> EngineError:
    """Return the error that says that an edit was given up, and the file left as it is."""
    return EngineError(
        f"the new text of {file} would change {what} that was not to be changed; "
        "the file is left as it is"
    )
