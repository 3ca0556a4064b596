"""The output ``slack``: messages as posts of blocks to an incoming webhook of Slack's format.

Every text is plain or escaped, so that no lead can mention a channel or make a link.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadline import __version__
from leadline.plugin import Message, Outcome, OutputContext, OutputKind, UsageError, hookimpl
from leadline.plugin.http import Poster
from leadline_plugins.html_page import TITLE
from leadline_plugins.message_words import (
    LINK,
    PLACEHOLDERS,
    TIMEZONE,
    Card,
    Words,
    check_template,
)
from leadline_plugins.webhook import said_of, state_of

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {
            "description": "The address of the incoming webhook, which is a secret: a `${NAME}`.",
            "type": "string",
        },
        "title": TITLE,
        "timezone": TIMEZONE,
        "link": LINK,
        "timeout": {
            "description": "Seconds to wait for an answer.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 120,
            "default": 10,
        },
    },
}

#: Slack takes 50 blocks a post; the heading is one, and the line under it.
_CARDS = 48
#: How long Slack lets a heading and a field be, in characters.
_HEADING, _FIELD = 150, 2000
#: How long a name may be, and the address behind it: escaped, both fit the 3000 of a section.
_NAME, _LINK = 200, 1500
#: Slack takes one post a second.
_PAUSE = 1.1


class Slack:
    """Post messages, those that are handed over together in as few posts as can be.

    Args:
        settings: checked settings.
        context: what the output is given.

    Raises:
        UsageError: the address is none, or the title has a placeholder that there is not.
    """

    #: Slack shows what it is sent, however often.
    recognises_keys = False

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        url: str = settings["url"]
        if not url.startswith(("https://", "http://")):
            raise UsageError(
                f"the `url` of the output `{context.name}` is no address",
                hint="write one that begins with https://",
            )
        self._title: str = settings["title"]
        check_template(self._title, "title", context.name, PLACEHOLDERS)
        self._words = Words(settings, context.name)
        headers = {"Content-Type": "application/json", "User-Agent": f"leadline/{__version__}"}
        self._poster = Poster(url, headers, settings["timeout"])

    def deliver(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Post, and say of each message what became of its post."""
        for start in range(0, len(messages), _CARDS):
            if start:
                time.sleep(_PAUSE)
            part = messages[start : start + _CARDS]
            body = json.dumps(self._post(part), ensure_ascii=True).encode()
            answer = self._poster.post(body, {})
            for message in part:
                yield Outcome(message.key, state_of(answer), said_of(answer))

    def _post(self, messages: Sequence[Message]) -> dict[str, object]:
        title = self._words.filled(self._title, messages)
        below = self._words.below(messages)
        return {
            "text": _escaped(title, _HEADING),
            "blocks": [
                {"type": "header", "text": _plain(title, _HEADING)},
                {"type": "context", "elements": [_plain(below)]},
                *(_card(self._words.card(message)) for message in messages),
            ],
        }


def _card(card: Card) -> dict[str, object]:
    name = _escaped(card.name, _NAME)
    address = _address(card.link)
    if address and len(address) <= _LINK:
        name = f"<{address}|{name}>"
    moved = f"{card.moved} on {card.when}" + (f", moved by {card.cause}" if card.cause else "")
    facts = [f"{name} {value}" for name, value in card.facts]
    fields = [_plain("\n".join((moved, *facts)))]
    if card.reasons:
        fields.append(_plain("\n".join(("Strongest reasons, with their points", *card.reasons))))
    # Verbatim: Slack itself makes no links and no mentions of what it finds in the text.
    text = {"type": "mrkdwn", "text": f"*{name}*", "verbatim": True}
    return {"type": "section", "text": text, "fields": fields}


def _plain(words: str, most: int = _FIELD) -> dict[str, object]:
    """Return a text of which Slack makes nothing else."""
    return {"type": "plain_text", "text": _cut(words, most), "emoji": False}


def _escaped(words: str, most: int) -> str:
    """Return a text of which Slack makes neither a link nor a mention."""
    text = _cut(words, most)
    for found, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(found, written)
    return text


def _address(link: str) -> str:
    for found, written in (("&", "&amp;"), ("<", "%3C"), (">", "%3E"), ("|", "%7C")):
        link = link.replace(found, written)
    return link


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 3] + "..."


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``slack``."""
    return (OutputKind("slack", "Posts to a webhook of Slack's format.", SETTINGS, Slack),)
