"""HTTP with bounds: one request, one answer. The one module that imports requests.

No redirect is followed, certificates are always verified, and nothing that is said of a failure
holds the address: its path or query may be a secret.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
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
        self._session = _session(headers)

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


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that came whole.

    Args:
        status: the HTTP status.
        headers: what it said, names in lower case.
        body: its content, unpacked.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoResponse(Exception):
    """No whole answer came back.

    Args:
        why: what happened, without the address.
        lasting: whether another try would end the same.
    """

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.lasting = lasting


class Requester:
    """Sends requests to one place and returns whole answers; connections are kept.

    Args:
        base: where every path starts; http or https.
        headers: what every request says.
        timeout: seconds to wait for a connection, and for each part of an answer.
        most_bytes: how large an answer may be.
    """

    def __init__(
        self, base: str, headers: Mapping[str, str], timeout: float, most_bytes: int
    ) -> None:
        self._base = base.rstrip("/")
        self.host = urlsplit(base).hostname or "the host"
        self._timeout = timeout
        self._most = most_bytes
        self._session = _session(headers)

    def send(
        self,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> Response:
        """Send one request.

        Args:
            method: such as ``GET``.
            path: from the base on, or a whole address at the same host, as a link to the next page
                has it.
            params: what is asked for, in order.
            body: what is sent along; JSON by custom.

        Raises:
            NoResponse: no whole answer came back, or the address leads elsewhere.
        """
        try:
            with self._session.request(
                method,
                self._address(path),
                params=list(params),
                data=body,
                headers={"Content-Type": "application/json"} if body is not None else {},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Response(
                    response.status_code,
                    {name.lower(): value for name, value in response.headers.items()},
                    self._whole(response),
                )
        except requests.exceptions.SSLError:
            why = f"{self.host} has no certificate to be trusted"
            raise NoResponse(why, lasting=True) from None
        except requests.Timeout:
            raise NoResponse(f"no answer of {self.host} within {self._timeout:g} s") from None
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
            why = "the address does not begin with https:// or http://"
            raise NoResponse(why, lasting=True) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
            why = "the address or a header cannot be used"
            raise NoResponse(why, lasting=True) from None
        except requests.RequestException as error:
            if _reasons(error) & _NEVER_SENT:
                raise NoResponse(f"no connection to {self.host}") from None
            why = f"the answer of {self.host} broke off ({type(error).__name__})"
            raise NoResponse(why) from None

    def _address(self, path: str) -> str:
        if not path.startswith(("http://", "https://")):
            return f"{self._base}/{path.lstrip('/')}"
        there, here = urlsplit(path), urlsplit(self._base)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            # What opens this host's door is not shown to another.
            why = f"the next page is said to be at {there.hostname}, not at {self.host}"
            raise NoResponse(why, lasting=True)
        return path

    def _whole(self, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(1 << 16):
            parts.append(part)
            size += len(part)
            if size > self._most:
                why = f"an answer of {self.host} is larger than {self._most:,} bytes"
                raise NoResponse(why, lasting=True)
        return b"".join(parts)


def _session(headers: Mapping[str, str]) -> requests.Session:
    session = requests.Session()
    # Neither a password file nor a cookie of an earlier answer goes along.
    session.auth = _no_auth
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update(headers)
    return session


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
