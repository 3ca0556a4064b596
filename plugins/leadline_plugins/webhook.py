"""The output ``webhook``: each message as a POST of JSON.

The header ``Idempotency-Key`` holds the message's key. With a secret, ``X-Leadline-Signature`` is
``t=SECONDS,v1=HEX``: when it was signed (Unix time), and the HMAC-SHA256 of ``SECONDS.BODY``. A
receiver that refuses old times cannot be shown a post of yesterday again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from leadline import __version__
from leadline.plugin import Message, Outcome, OutputContext, OutputKind, UsageError, hookimpl
from leadline.plugin.http import Answer, Poster

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {"description": "Where to; `${NAME}` where it is a secret.", "type": "string"},
        "secret": {
            "description": "What each post is signed with, together with the time.",
            "type": "string",
        },
        "token": {"description": "Sent as `Authorization: Bearer`.", "type": "string"},
        "timeout": {
            "description": "Seconds to wait for an answer.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 120,
            "default": 10,
        },
        "recognises_keys": {
            "description": "Whether the receiver drops a key that it has had already.",
            "type": "boolean",
            "default": False,
        },
    },
}

#: Answers of 4xx after which another try may do: timeout, too early, too many.
_AGAIN = (408, 425, 429)
#: A receiver that fails so often in a row is left alone.
_MOST_FAILURES = 5


class Webhook:
    """Post messages one by one."""

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        url: str = settings["url"]
        if not url.startswith(("https://", "http://")):
            raise UsageError(
                f"the `url` of the output `{context.name}` is no address",
                hint="write one that begins with https://",
            )
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"leadline/{__version__}",
        }
        if token := settings.get("token"):
            headers["Authorization"] = f"Bearer {token}"
        self._poster = Poster(url, headers, settings["timeout"])
        self._secret: str = settings.get("secret", "")
        self.recognises_keys: bool = settings["recognises_keys"]

    def deliver(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Post each message when its outcome is asked for.

        A batch is given up after some failures in a row: nobody waits for hundreds of timeouts.
        """
        failures = 0
        for message in messages:
            if failures == _MOST_FAILURES:
                yield Outcome(message.key, "failed", "not tried: those before it failed")
                continue
            body = json.dumps(message.record(), allow_nan=False, ensure_ascii=False).encode()
            headers = {"Idempotency-Key": message.key}
            if self._secret:
                headers["X-Leadline-Signature"] = _signature(self._secret, body, int(time.time()))
            answer = self._poster.post(body, headers)
            state = state_of(answer)
            failures = failures + 1 if state in ("failed", "unknown") else 0
            yield Outcome(message.key, state, said_of(answer))


def _signature(secret: str, body: bytes, at: int) -> str:
    """Return what a body is signed with at an instant, in Unix seconds."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def state_of(answer: Answer) -> Literal["delivered", "failed", "refused", "unknown"]:
    """Return what an answer to a post means for what was posted."""
    if answer.status is None:
        return "unknown" if answer.sent else "failed"
    if 200 <= answer.status < 300:
        return "delivered"
    if answer.status >= 500 or answer.status in _AGAIN:
        return "failed"
    return "refused"


def said_of(answer: Answer) -> str:
    """Return an answer as one line."""
    if answer.status is None:
        return answer.text
    if 300 <= answer.status < 400:
        return f"HTTP {answer.status}: a redirect, which is not followed"
    return f"HTTP {answer.status} {answer.text}".rstrip()


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``webhook``."""
    return (OutputKind("webhook", "A POST of JSON for each message.", SETTINGS, Webhook),)
