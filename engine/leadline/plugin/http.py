"""HTTP for outputs: one POST with bounds. The one module that imports requests.

No redirect is followed, certificates are always verified, and nothing that is said of a failure
holds the address: its path or query may be a secret.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests

#: How much of an answer is read, in bytes.
_ANSWER = 300
#: What the library below says where no connection came about, so that nothing was delivered.
_NEVER_SENT = {
    "ConnectTimeoutError",
    "NameResolutionError",
    "NewConnectionError",
    "ProxyError",
    "SSLError",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of a POST.

    Args:
        status: the HTTP status; None where there was no answer.
        text: the beginning of the answer, or why there was none.
        sent: whether the request may have reached the other side.
    """

    status: int | None
    text: str
    sent: bool = True


class Poster:
    """Posts to one address; connections are kept between posts.

    Args:
        url: where to; http or https.
        headers: what every request says.
        timeout: seconds to wait for a connection, and for each part of an answer.
    """

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float) -> None:
        self._url = url
        self._host = urlsplit(url).hostname or "the host"
        self._timeout = timeout
        self._session = requests.Session()
        # Neither a password file nor a cookie of an earlier answer goes along.
        self._session.auth = _no_auth
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(headers)

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body and return what came back; never raises for what the network does."""
        try:
            response = self._session.post(
                self._url,
                data=body,
                headers=dict(headers),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            return self._failure(error)
        with response:
            return Answer(response.status_code, _beginning(response, self._timeout))

    def _failure(self, error: requests.RequestException) -> Answer:
        sent = not (_reasons(error) & _NEVER_SENT)
        if isinstance(error, requests.exceptions.SSLError):
            return Answer(None, f"{self._host} has no certificate to be trusted", sent=False)
        if isinstance(error, requests.Timeout) and sent:
            return Answer(None, f"no answer of {self._host} within {self._timeout:g} s")
        if sent:
            return Answer(None, f"the connection to {self._host} broke ({type(error).__name__})")
        return Answer(None, f"no connection to {self._host}", sent=False)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: without this, requests looks for passwords in a .netrc."""
    return request


def _reasons(error: BaseException) -> set[str]:
    """Return the names of the kinds of an error and of everything it was made of."""
    names: set[str] = set()
    left: list[object] = [error]
    while left:
        one = left.pop()
        if isinstance(one, BaseException):
            names |= {kind.__name__ for kind in type(one).__mro__}
            left += [*one.args, getattr(one, "reason", None)]
    return names


def _beginning(response: requests.Response, seconds: float) -> str:
    """Return the first bytes of an answer that is no success, as one line."""
    if response.ok:
        return ""
    start, until = b"", time.monotonic() + seconds
    try:
        # Byte by byte, because an answer may come in drops.
        for byte in response.iter_content(1):
            start += byte
            if len(start) == _ANSWER or time.monotonic() > until:
                break
    except requests.RequestException as error:
        start += f" ... ({type(error).__name__})".encode()
    return " ".join(start.decode("utf-8", "replace").split())
