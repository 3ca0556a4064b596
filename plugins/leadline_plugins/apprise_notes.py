"""The output ``apprise``: messages to any of the services that Apprise knows.

The one module that imports apprise.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from leadline.plugin import Message, Outcome, OutputContext, OutputKind, UsageError, hookimpl
from leadline_plugins.html_page import TITLE
from leadline_plugins.message_words import (
    LINK,
    PLACEHOLDERS,
    TIMEZONE,
    Words,
    check_template,
)

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["urls"],
    "additionalProperties": False,
    "properties": {
        "urls": {
            "description": "Where to, as Apprise writes it; each holds a secret: a `${NAME}`.",
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "minItems": 1,
            "maxItems": 20,
        },
        "title": TITLE,
        "timezone": TIMEZONE,
        "link": LINK,
    },
}

#: How many messages one note tells of; services take short texts.
_MOST = 20


class ApprisePosts:
    """Send notes, those that are handed over together as one.

    Args:
        settings: checked settings.
        context: what the output is given.

    Raises:
        UsageError: apprise is not installed, or does not know an address.
    """

    #: Services show what they are sent, however often.
    recognises_keys = False

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        try:
            import apprise  # noqa: PLC0415
        except ImportError:
            raise UsageError(
                "the output `apprise` needs apprise, which is not installed",
                hint='pip install "leadline[notify]"',
            ) from None
        self._title: str = settings["title"]
        check_template(self._title, "title", context.name, PLACEHOLDERS)
        self._words = Words(settings, context.name)
        self._services = []
        for number, url in enumerate(settings["urls"], 1):
            service = apprise.Apprise()
            with _hushed():
                known = service.add(url)
            if not known:
                raise UsageError(
                    f"Apprise does not know the address {number} of the output `{context.name}`",
                    hint="its form differs from service to service; see the pages of Apprise",
                )
            self._services.append(service)

    def deliver(self, messages: Sequence[Message]) -> Iterable[Outcome]:
        """Send one note to every service, and say what is known of it."""
        if not messages:
            return []
        title = self._words.filled(self._title, messages)
        body = self._body(messages)
        with _hushed():
            taken = [
                bool(service.notify(body=body, title=title, body_format="text"))
                for service in self._services
            ]
        if all(taken):
            return [Outcome(message.key, "delivered") for message in messages]
        missed = ", ".join(str(number) for number, good in enumerate(taken, 1) if not good)
        if any(taken):
            said = f"not to the address {missed}; to the others"
            return [Outcome(message.key, "delivered", said) for message in messages]
        said = "Apprise says that it failed, and not whether the note arrived all the same"
        return [Outcome(message.key, "unknown", said) for message in messages]

    def _body(self, messages: Sequence[Message]) -> str:
        lines = []
        for message in messages[:_MOST]:
            card = self._words.card(message)
            cause = f", moved by {card.cause}" if card.cause else ""
            lines.append(f"{card.name}: {card.moved} on {card.when}{cause}")
            lines += [f"  {'; '.join(card.reasons)}"] if card.reasons else []
            lines += [f"  {card.link}"] if card.link else []
        if len(messages) > _MOST:
            lines.append(f"and {len(messages) - _MOST:,} more: `leadline outbox` lists them all")
        return "\n".join(lines)


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keep Apprise from logging: what it says may hold an address, which is a secret."""
    logger = logging.getLogger("apprise")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``apprise``."""
    return (OutputKind("apprise", "Notes to services of Apprise.", SETTINGS, ApprisePosts),)
