"""A mail handed to an SMTP server, and what is known of it afterwards.

Everything before the last line of the mail is a delivery that surely did not happen where the
connection breaks; from then on until the answer nobody knows.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["delivered", "failed", "refused", "unknown"]

#: How much of an answer is told, in characters.
_SHOWN = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]+")


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a mail.

    Attributes:
        state: as of an ``Outcome``.
        answer: why, in one line.
    """

    state: State
    answer: str


class _Ends(Exception):
    """The mail goes no further."""

    def __init__(self, state: State, answer: str) -> None:
        super().__init__(answer)
        self.posted = Posted(state, answer)


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP server.

    Attributes:
        host: its name.
        port: where it listens.
        security: ``starttls``; ``tls`` from the first byte on; ``none``.
        user: whom to log in as; empty: nobody.
        password: the user's.
        timeout: seconds to wait for each answer.
        authorities: a file of certificates that are trusted besides the system's; or empty.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str
    timeout: float
    authorities: str = ""

    def post(self, sender: str, recipients: Sequence[str], mail: bytes) -> Posted:
        """Hand a mail over; never raises for what a network or a server does.

        Args:
            sender: an address without a name.
            recipients: addresses without names.
            mail: with lines that end in CRLF.
        """
        try:
            server = self._connected()
            try:
                return _post(server, sender, recipients, mail)
            finally:
                _goodbye(server)
        except _Ends as end:
            return end.posted

    def _connected(self) -> smtplib.SMTP:
        server: smtplib.SMTP | None = None
        try:
            if self.security == "tls":
                server = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=self.timeout, context=self._context()
                )
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=self._context())
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if server is not None:
                server.close()
            raise _Ends("failed", self._why(error)) from None
        return server

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.authorities:
            context.load_verify_locations(self.authorities)
        return context

    def _why(self, error: Exception) -> str:
        match error:
            case smtplib.SMTPAuthenticationError():
                return f"{self.host} does not let the user in ({error.smtp_code})"
            case smtplib.SMTPNotSupportedError():
                return f"{self.host} offers no STARTTLS, or no way to log in"
            case smtplib.SMTPResponseException():
                return f"{self.host} answered {_line(error.smtp_code, error.smtp_error)}"
            case ssl.SSLCertVerificationError():
                return f"the certificate of {self.host} cannot be trusted: {error.verify_message}"
            case TimeoutError() | smtplib.SMTPServerDisconnected():
                return f"{self.host} said nothing for {self.timeout:g} s, or hung up"
            case UnicodeError():
                return "the user or the password has characters that SMTP has no place for"
            case _:
                return f"no connection to {self.host}:{self.port} ({type(error).__name__})"


def _post(server: smtplib.SMTP, sender: str, recipients: Sequence[str], mail: bytes) -> Posted:
    left_out = _addressed(server, sender, recipients)
    code, said = _asked(server, "DATA")
    if code != 354:
        raise _Ends(_state(code), _line(code, said))
    try:
        server.send(_stuffed(mail))
        code, said = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        why = f"the connection broke before the server's answer ({type(error).__name__})"
        raise _Ends("unknown", why) from None
    if code // 100 not in (2, 4, 5):
        raise _Ends("unknown", f"the server's answer is none of SMTP's: {_line(code, said)}")
    if code // 100 != 2:
        raise _Ends(_state(code), _line(code, said))
    return Posted("delivered", "; ".join((_line(code, said), *left_out)))


def _addressed(server: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> list[str]:
    """Name the sender and the recipients; return what is said of those who do not get the mail."""
    code, said = _asked(server, f"MAIL FROM:<{sender}>")
    if code // 100 != 2:
        raise _Ends(_state(code), f"the sender is not taken: {_line(code, said)}")
    answers = [(one, *_asked(server, f"RCPT TO:<{one}>")) for one in recipients]
    out = [f"not to {one}: {_line(code, said)}" for one, code, said in answers if code // 100 != 2]
    if len(out) == len(answers):
        # Where one of them may be taken later, the mail is not refused for good.
        later = any(_state(code) == "failed" for _, code, _ in answers)
        raise _Ends("failed" if later else "refused", "; ".join(out))
    return out


def _goodbye(server: smtplib.SMTP) -> None:
    """Close the connection; what the server says to that changes nothing."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _asked(server: smtplib.SMTP, command: str) -> tuple[int, bytes]:
    try:
        return server.docmd(command)
    except (smtplib.SMTPException, OSError) as error:
        why = f"the connection broke before the mail was sent ({type(error).__name__})"
        raise _Ends("failed", why) from None


def _state(code: int) -> State:
    return "refused" if code // 100 == 5 else "failed"


def _line(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(_CONTROLS.sub(' ', words).split())}"[:_SHOWN]


def _stuffed(mail: bytes) -> bytes:
    """Return a mail as it goes over the line: a dot at the start of a line doubled, one to end."""
    body = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", body) + b".\r\n"
