"""The output ``email``: the messages that are handed over together as one mail.

A batch (``export``) is a digest, a single message (``send``) a mail of its own. The Message-ID is
made of the keys, so a mail that was sent twice can be told by it.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from pathlib import Path
from typing import Any

from leadline.plugin import (
    Message,
    Outcome,
    OutputContext,
    OutputKind,
    UsageError,
    hookimpl,
)
from leadline_plugins.html_page import page
from leadline_plugins.message_words import (
    LINK,
    PLACEHOLDERS,
    TIMEZONE,
    Card,
    Words,
    check_template,
    leads,
)
from leadline_plugins.relay import Relay

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["host", "sender", "recipients"],
    "additionalProperties": False,
    "properties": {
        "host": {"description": "The SMTP server.", "type": "string", "minLength": 1},
        "port": {
            "description": "Where it listens: 587 with starttls, 465 with tls, 25 with none.",
            "type": "integer",
            "minimum": 1,
            "maximum": 65535,
        },
        "security": {
            "description": "starttls: encrypted before anything is said; tls: from the first byte "
            "on; none: not at all, for a server on this machine.",
            "enum": ["starttls", "tls", "none"],
            "default": "starttls",
        },
        "ca_file": {
            "description": "Certificates to trust besides the system's, from the folder of "
            "leadline.yaml.",
            "type": "string",
        },
        "user": {"description": "Whom to log in as.", "type": "string"},
        "password": {"description": "The user's; a `${NAME}`.", "type": "string"},
        "sender": {
            "description": "Who it is from, such as `Leadline <leads@example.com>`.",
            "type": "string",
        },
        "recipients": {
            "description": "Who gets it; each an address, with a name before it or without.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": 100,
        },
        "subject": {
            "description": "The subject. {leads} is such as `3 leads`; {count}, {moved} (entered "
            "or left), {subject}, {automation}, {model} and {date} may be used, too.",
            "type": "string",
            "default": "{leads} {moved} {subject}",
            "minLength": 1,
        },
        "most": {
            "description": "How many leads a mail tells of; it says how many more there are.",
            "type": "integer",
            "minimum": 1,
            "maximum": 500,
            "default": 100,
        },
        "timezone": TIMEZONE,
        "link": LINK,
        "timeout": {
            "description": "Seconds to wait for each answer of the server.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 300,
            "default": 30,
        },
    },
}

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SUBJECT = 200
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
#: Mails in plain ASCII go through every server.
_POLICY = SMTP.clone(cte_type="7bit")


class EmailDigest:
    """Send mails.

    Args:
        settings: checked settings.
        context: what the output is given.

    Raises:
        UsageError: an address is none, a placeholder does not exist, or a password would go over
            the network unencrypted.
    """

    #: A mailbox takes what it is given.
    recognises_keys = False

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        self._name = context.name
        self._words = Words(settings, context.name)
        self._subject: str = settings["subject"]
        check_template(self._subject, "subject", context.name, PLACEHOLDERS)
        self._sender = self._address(settings["sender"], "sender")
        self._recipients = tuple(self._address(one, "recipients") for one in settings["recipients"])
        self._most: int = settings["most"]
        security = settings["security"]
        self._relay = Relay(
            settings["host"],
            settings.get("port", _PORTS[security]),
            security,
            settings.get("user", ""),
            settings.get("password", ""),
            settings["timeout"],
            self._authorities(settings.get("ca_file", ""), context.root),
        )
        if self._relay.user and security == "none":
            raise UsageError(
                f"the password of the output `{context.name}` would be sent unencrypted",
                hint="write `security: starttls` or `security: tls`",
            )

    def deliver(self, messages: Sequence[Message]) -> Iterable[Outcome]:
        """Send one mail, and say of each message what became of it."""
        if not messages:
            return []
        recipients = [one.addr_spec for one in self._recipients]
        posted = self._relay.post(self._sender.addr_spec, recipients, self._mail(messages))
        return [Outcome(message.key, posted.state, posted.answer) for message in messages]

    def _mail(self, messages: Sequence[Message]) -> bytes:
        """Return a mail with lines that end in CRLF."""
        subject = self._words.filled(self._subject, messages)[:_SUBJECT]
        below = self._words.below(messages)
        cards = [self._words.card(message) for message in messages[: self._most]]
        left = messages[self._most :]
        more = f"and {leads(left)} more: `leadline outbox` lists them all" if left else ""
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = self._sender
        mail["To"] = self._recipients
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{_identity(messages)}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_plain(subject, below, cards, more))
        mail.add_alternative(page(subject, below, cards, more), subtype="html")
        # EmailMessage loses or adds a blank where it cuts a long subject in other scripts.
        head = Header(subject, header_name="Subject").encode(linesep="\r\n")
        return f"Subject: {head}\r\n".encode("ascii") + mail.as_bytes()

    def _address(self, written: str, setting: str) -> Address:
        """Return an address, its domain in ASCII.

        Raises:
            UsageError: it is none, or more than one.
        """
        found = getaddresses([written])
        if len(found) == 1 and not re.search(r"[\x00-\x1f\x7f]", written):
            name, plain = found[0]
            # Reading leaves out blanks and comments: what is left would be another address.
            local, _, domain = plain.rpartition("@") if plain in written else ("", "", "")
            try:
                domain = domain.encode("idna").decode("ascii")
                if _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain):
                    return Address(name, local, domain)
            except (HeaderParseError, ValueError):
                pass  # said below
        raise UsageError(
            f"`{setting}` of the output `{self._name}` is no e-mail address",
            hint="write `anna@example.com` or `Anna Lee <anna@example.com>`",
        )

    def _authorities(self, file: str, root: Path) -> str:
        if not file:
            return ""
        try:
            ssl.create_default_context(cafile=str(root / file))
        except (OSError, ssl.SSLError):
            raise UsageError(
                f"`ca_file` of the output `{self._name}` is no file of certificates",
                hint="name a file in the form PEM",
            ) from None
        return str(root / file)


def _identity(messages: Sequence[Message]) -> str:
    keys = "\0".join(sorted(message.key for message in messages))
    return hashlib.sha256(keys.encode("utf-8", "replace")).hexdigest()[:32]


def _plain(title: str, below: str, cards: Sequence[Card], more: str) -> str:
    """Return the mail for those who read plain text."""
    parts = [f"{title}\n{below}", *map(_told, cards)]
    return "\n\n".join([*parts, more] if more else parts) + "\n"


def _told(card: Card) -> str:
    cause = f", moved by {card.cause}" if card.cause else ""
    lines = [card.name, f"  {card.moved} on {card.when}{cause}"]
    if card.reasons:
        lines.append(f"  strongest reasons: {', '.join(card.reasons)}")
    if card.facts:
        lines.append("  " + ", ".join(f"{name} {value}" for name, value in card.facts))
    if card.link:
        lines.append(f"  {card.link}")
    return "\n".join(lines)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``email``."""
    return (OutputKind("email", "A mail for each batch or message.", SETTINGS, EmailDigest),)
