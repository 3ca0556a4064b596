"""A mail server on loopback that answers as a test says, and keeps what it takes."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class PostOffice:
    """What the server says, and what it has taken.

    Attributes:
        recipients: address -> answer to RCPT, where it is not 250.
        sender: the answer to MAIL, where it is not 250.
        data: the answer to a whole mail.
        cut: ``before``: the connection breaks before a mail is asked for; ``after``: after it was
            taken and before that is said; ``goodbye``: QUIT is answered with an error.
        logins: who came in.
    """

    port: int = 0
    recipients: dict[str, str] = field(default_factory=dict)
    sender: str = ""
    data: str = "250 taken"
    cut: str = ""
    password: str = "s3cret canary"  # noqa: S105 - of a server in a test
    logins: list[str] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=default) for one in self.raw]  # type: ignore[misc]

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.cut == "before":
            server.transport.abort()
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        if self.cut == "after":
            server.transport.abort()
        return self.data

    async def handle_QUIT(self, server: Any, session: Session, envelope: Envelope) -> str:
        return "451 not now" if self.cut == "goodbye" else "221 bye"

    def authenticate(
        self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = data.password.decode() == self.password
        if good:
            self.logins.append(data.login.decode())
        return AuthResult(success=good, handled=good)


class _Server(Controller):
    def _trigger_server(self) -> None:
        # The system has chosen a port that is free.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def open_post_office(
    certificate: tuple[Path, Path] | None = None, *, encrypted: bool = False
) -> Iterator[PostOffice]:
    """Return a mail server that listens.

    Args:
        certificate: the files of a certificate and its key; offers STARTTLS and a login.
        encrypted: whether it speaks TLS from the first byte on.
    """
    office = PostOffice()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    options: dict[str, Any] = {"authenticator": office.authenticate}
    if encrypted:
        options |= {"ssl_context": context, "auth_require_tls": False}
    elif context is not None:
        options |= {"tls_context": context}
    server = _Server(office, hostname="127.0.0.1", port=0, **options)
    server.start()
    try:
        office.port = server.port
        yield office
    finally:
        server.stop()


def make_certificate(folder: Path, name: str = "IP:127.0.0.1") -> tuple[Path, Path]:
    """Make a certificate that nobody has signed but its own key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", f"subjectAltName={name}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
