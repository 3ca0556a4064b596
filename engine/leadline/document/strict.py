"""What PyYAML lets pass although it is no YAML 1.2, or no text."""

from __future__ import annotations

import re

from leadline.document import codes
from leadline.document.findings import Findings
from leadline.document.source import Source

_LINE = re.compile(r"\n( *)(?=[^ \r\n])")


def refuse_lines(
    source: Source, findings: Findings, span: tuple[int, int], column: int, closing: str
) -> None:
    """Refuse the first line of a value that is not indented more than what the value belongs to.

    Args:
        source: the file.
        findings: where to say so.
        span: the offsets of a value in quotes or brackets.
        column: the column, from 0, of the entry that the value belongs to; -1 for the root.
        closing: characters that may begin a line in that column: closing brackets, which YAML
            1.2 wants further in as well, but every known parser and many authors do not.
    """
    for found in _LINE.finditer(source.text, *span):
        width, char = len(found[1]), source.text[found.end()]
        if width < column or (width == column and char not in closing):
            end = min(span[1], source.line_end(found.end()))
            message = "this line belongs to a value that begins above, but is not indented"
            hint = "indent it more than the key or `-` of the value; or close the quote or bracket"
            findings.say(codes.NOT_YAML, (found.end(), end), message, hint)
            return


def refuse_comment(source: Source, findings: Findings, end: int) -> None:
    """Refuse a comment that begins directly behind the quote or bracket that ends at ``end``."""
    if source.text.startswith("#", end):
        message = "a comment begins here without a blank before its `#`"
        findings.say(codes.NOT_YAML, (end, end + 1), message, "write a blank before the `#`")


def refuse_empty_block(findings: Findings, start: int, indicator: str) -> None:
    """Refuse a block scalar without text; its text is most often there, but not indented."""
    message = f"no text stands below this `{indicator}`"
    hint = f"indent the text more than its key, or leave the `{indicator}` out"
    findings.say(codes.NOT_YAML, (start, start + 1), message, hint)
