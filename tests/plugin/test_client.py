"""The client against a server on loopback that does what servers do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.api_server import Answer, Server, error, ok, serving

from leadline.errors import SourceError
from leadline.plugin import client as module
from leadline.plugin.client import CallError, Client, Failure, patiently


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@dataclass
class Waited:
    """Notes how long a client waits, and does not."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def client(server: Server, waited: Callable[[float], object], **more: Any) -> Client:
    return Client(server.url, {"Authorization": "Bearer canary"}, pause=waited, **more)


def test_an_answer_is_read(server: Server) -> None:
    server.answers = [ok({"results": [1, 2]})]
    waited = Waited()

    reply = client(server, waited).call("GET", "/people", [("after", "7"), ("q", "a b")])

    assert reply.data == {"results": [1, 2]}
    [(method, path, body, headers)] = server.asked
    assert (method, path, body) == ("GET", "/api/people?after=7&q=a+b", b"")
    assert headers["Authorization"] == "Bearer canary"
    assert waited.seconds == []


def test_a_body_is_json(server: Server) -> None:
    server.answers = [(204, {}, b"")]

    reply = client(server, Waited()).call("POST", "search", body={"limit": 1})

    assert reply.data is None
    assert json.loads(server.asked[0][2]) == {"limit": 1}
    assert server.asked[0][3]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "answer", [error(503, "busy"), error(429), error(423), "break", "cut", (200, {}, b"<html>")]
)
def test_what_may_go_well_later_is_tried_again(server: Server, answer: Answer | str) -> None:
    server.answers = [answer, answer, ok("done")]
    waited = Waited()

    assert client(server, waited).call("GET", "x").data == "done"
    assert len(server.asked) == 3
    one, two = waited.seconds
    least = 2 if answer == error(423) else 1
    assert least <= one <= 1.5 * least
    assert 2 * least <= two <= 3 * least


def test_the_server_says_how_long(server: Server) -> None:
    server.answers = [error(429, Retry_After="12"), error(503, Retry_After="0"), ok(1)]
    waited = Waited()

    client(server, waited).call("GET", "x")

    assert waited.seconds == [12, 0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 414])
def test_what_will_not_go_well_is_told_at_once(server: Server, status: int) -> None:
    server.answers = [error(status, "No\x1b[31m such\nthing")]
    waited = Waited()

    with pytest.raises(CallError) as caught:
        client(server, waited).call("GET", "x")

    assert caught.value.message == f"127.0.0.1 answered {status}: No [31m such thing"
    assert caught.value.failure.status == status
    assert isinstance(caught.value, SourceError)
    assert waited.seconds == []
    assert len(server.asked) == 1


def test_tries_are_bounded(server: Server) -> None:
    server.answers = [error(500, "down")]

    with pytest.raises(CallError, match=r"answered 500: down \(7 tries\)"):
        client(server, Waited()).call("GET", "x")

    assert len(server.asked) == 7


def test_waiting_is_bounded(server: Server) -> None:
    server.answers = [error(429, Retry_After="86400")]
    waited = Waited()

    with pytest.raises(CallError, match="answered 429"):
        client(server, waited).call("GET", "x")

    assert waited.seconds == []


def test_a_policy_of_its_own_gives_up(server: Server) -> None:
    server.answers = [error(429, "DAILY limit"), ok(1)]

    def never_daily(failure: Failure) -> float | None:
        daily = "DAILY" in str(failure.data)
        return None if daily else patiently(failure)

    with pytest.raises(CallError, match="DAILY"):
        client(server, Waited(), wait=never_daily).call("GET", "x")


def test_what_must_not_arrive_twice_is_not_sent_twice(server: Server) -> None:
    server.answers = ["break", ok(1)]

    with pytest.raises(CallError, match="broke off"):
        client(server, Waited()).call("POST", "x", body={}, repeatable=False)

    assert len(server.asked) == 1


def test_a_limit_was_never_carried_out(server: Server) -> None:
    server.answers = [error(429), ok(1)]

    assert client(server, Waited()).call("POST", "x", body={}, repeatable=False).data == 1


def test_the_pace_is_kept(server: Server) -> None:
    server.answers = [ok(1)]
    waited = Waited()
    one = client(server, waited, per_second=2)

    for _ in range(3):
        one.call("GET", "x")

    assert len(waited.seconds) == 2
    assert all(0 < seconds <= 1 for seconds in waited.seconds)


def test_the_next_page_is_at_the_same_host(server: Server) -> None:
    server.answers = [ok(1)]
    one = client(server, Waited())

    assert one.call("GET", f"{server.url}/people?page=2").data == 1
    with pytest.raises(CallError, match=r"is said to be at evil\.example"):
        one.call("GET", "https://evil.example/people")


def test_no_redirect_is_followed(server: Server) -> None:
    server.answers = [(302, {"Location": "http://127.0.0.1:9/"}, b"")]

    with pytest.raises(CallError, match="answered 302"):
        client(server, Waited()).call("GET", "x")


def test_an_answer_is_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    server.answers = [ok("x" * 5000)]

    with pytest.raises(CallError, match="larger than 1,000 bytes"):
        client(server, Waited()).call("GET", "x")


def test_nobody_there_is_told_without_the_key() -> None:
    one = Client("http://127.0.0.1:9/x?key=canary", {"X-Key": "canary"}, pause=Waited())

    with pytest.raises(CallError) as caught:
        one.call("GET", "people")

    assert "no connection to 127.0.0.1" in caught.value.message
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("url", ["crm.acme.example/api", "127.0.0.1:8080", "ftp://acme.example"])
def test_an_address_without_https_is_told_at_once(url: str) -> None:
    waited = Waited()

    with pytest.raises(SourceError, match="does not begin with https://") as caught:
        Client(url, {}, pause=waited).call("GET", "/people")

    assert "tries" not in str(caught.value)
    assert waited.seconds == []
