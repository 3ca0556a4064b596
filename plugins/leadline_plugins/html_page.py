"""Messages as an HTML page: the output ``html``, and one half of an e-mail.

Every text is escaped, nothing is loaded from anywhere, and there is no script. What a mail program
drops (a style sheet, a wide page) is not needed: styles stand in the elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from leadline.plugin import Message, OutputContext, OutputKind, hookimpl
from leadline_plugins.batch_files import BatchFiles, file_settings
from leadline_plugins.message_words import (
    LINK,
    PLACEHOLDERS,
    Card,
    Words,
    check_template,
    split_reason,
)

TITLE: Mapping[str, object] = {
    "description": (
        "What stands at the top. {leads} is such as `3 leads`; {count}, {moved} (entered or left), "
        "{subject}, {automation}, {model} and {date} may be used, too."
    ),
    "type": "string",
    "default": "{leads} {moved} {subject}",
    "minLength": 1,
}
SETTINGS = file_settings("html", title=TITLE, link=LINK)

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_GREY, _DARK, _LINE, _BLUE = "#5b6673", "#1c2733", "#dde3ea", "#0b5cad"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(title: str, below: str, cards: Sequence[Card], more: str = "") -> str:
    """Return a whole page.

    Args:
        title: what stands at the top.
        below: a line under it.
        cards: the messages.
        more: a line at the end, such as what is not shown.
    """
    last = f'<p style="margin:20px 0 0;color:{_GREY};font-size:13px">{_(more)}</p>' if more else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_(title)}</title>
</head>
<body style="margin:0;padding:24px 12px;background:#f4f6f8;{_FONT};color:{_DARK};line-height:1.45">
<div style="max-width:640px;margin:0 auto">
<h1 style="font-size:22px;line-height:1.25;margin:0 0 4px">{_(title)}</h1>
<p style="margin:0 0 16px;color:{_GREY};font-size:14px">{_(below)}</p>
{"".join(map(_card, cards))}{last}
</div>
</body>
</html>
"""


def _card(card: Card) -> str:
    name = _(card.name)
    if card.link:
        name = f'<a href="{_(card.link)}" style="color:{_BLUE};text-decoration:none">{name}</a>'
    moved = f"{card.moved} on {card.when}" + (f", moved by {card.cause}" if card.cause else "")
    return f"""<div data-key="{_(card.key)}" style="background:#fff;border:1px solid {_LINE};\
border-radius:8px;padding:14px 16px;margin:0 0 12px;overflow-wrap:anywhere">
<h2 style="font-size:17px;margin:0">{name}</h2>
<p style="margin:2px 0 0;color:{_GREY};font-size:13px">{_(moved)}</p>
{_reasons(card.reasons)}{_facts(card.facts)}</div>
"""


def _reasons(reasons: Sequence[str]) -> str:
    if not reasons:
        return ""
    rows = "".join(
        f'<tr><td style="padding:3px 24px 3px 0">{_(what)}</td>'
        f'<td style="padding:3px 0;text-align:right;white-space:nowrap;font-weight:600">'
        f"{_(points)}</td></tr>"
        for what, points in map(split_reason, reasons)
    )
    return f"""<p style="margin:10px 0 2px;font-size:13px;font-weight:600">Strongest reasons, \
with their points</p>
<table style="border-collapse:collapse;font-size:14px;min-width:240px">{rows}</table>
"""


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    if not facts:
        return ""
    rows = "".join(
        f'<span style="display:inline-block;margin:0 14px 2px 0">'
        f'<span style="color:{_GREY}">{_(name)}</span> {_(value)}</span> '
        for name, value in facts
    )
    line = f"border-top:1px solid {_LINE};margin:10px 0 0;padding:8px 0 0;font-size:13px"
    return f'<p style="{line}">{rows}</p>\n'


def _(words: str) -> str:
    return escape(words, quote=True)


class Pages:
    """Writes messages as a page.

    Args:
        settings: checked settings.
        context: what the output is given.

    Raises:
        UsageError: the title has a placeholder that there is not.
    """

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        self._title: str = settings["title"]
        check_template(self._title, "title", context.name, PLACEHOLDERS)
        self._words = Words(settings, context.name)

    def write(self, path: Path, messages: Sequence[Message]) -> None:
        """Write a page.

        Raises:
            OSError: the file cannot be written.
        """
        words = self._words
        text = page(
            words.filled(self._title, messages),
            words.below(messages),
            [words.card(message) for message in messages],
        )
        path.write_text(text, encoding="utf-8", newline="\n")


def pages(settings: Mapping[str, Any], context: OutputContext) -> BatchFiles:
    """Make the output."""
    return BatchFiles(settings, context, Pages(settings, context).write)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``html``."""
    return (OutputKind("html", "An HTML page for each batch.", SETTINGS, pages),)
