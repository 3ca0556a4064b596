"""The output ``markdown``: each batch of messages as a page of Markdown with a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import Message, OutputContext, OutputKind, hookimpl
from leadline_plugins.batch_files import BatchFiles, file_settings
from leadline_plugins.html_page import TITLE
from leadline_plugins.message_words import (
    LINK,
    PLACEHOLDERS,
    Card,
    Words,
    check_template,
    names_of_facts,
)

SETTINGS = file_settings("md", title=TITLE, link=LINK)

#: What Markdown, as GitHub reads it, would take for more than the character.
_MARKUP = re.compile(r"([\\`*\[\]<>#|~&$]|(?<!\w)_|_(?!\w))")
#: What it makes a link of without any mark.
_BARE = re.compile(r"(?i)(https?|ftp|mailto|xmpp):|www\.")


class MarkdownPages:
    """Writes messages as a table below a heading.

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
        cards = [self._words.card(message) for message in messages]
        names = names_of_facts(cards)
        head = ("Lead", "When", "What happened", "Moved by", "Strongest reasons", *names)
        below = self._words.below(messages)
        lines = [
            f"# {_plain(self._words.filled(self._title, messages))}",
            "",
            _plain(below),
            "",
            _line(map(_plain, head)),
            _line("---" for _ in head),
            *(_row(card, names) for card in cards),
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _row(card: Card, names: Sequence[str]) -> str:
    lead = _plain(card.name)
    if card.link:
        lead = (
            f"[{lead}](<{card.link.replace('|', '%7C').replace('<', '%3C').replace('>', '%3E')}>)"
        )
    facts = dict(card.facts)
    told = (card.when, card.moved, card.cause, "; ".join(card.reasons))
    return _line((lead, *map(_plain, (*told, *(facts.get(name, "") for name in names)))))


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"


def _plain(words: str) -> str:
    """Return a text of which Markdown makes nothing else."""
    unlinked = _BARE.sub(lambda found: f"{found[0][:-1]}\u200b{found[0][-1]}", words)
    return _MARKUP.sub(r"\\\1", unlinked)


def markdown_pages(settings: Mapping[str, Any], context: OutputContext) -> BatchFiles:
    """Make the output."""
    return BatchFiles(settings, context, MarkdownPages(settings, context).write)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``markdown``."""
    return (OutputKind("markdown", "A Markdown page for each batch.", SETTINGS, markdown_pages),)
