"""The built-in outputs, through the door that every plugin comes by."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from pathlib import Path

import pytest
from tests.delivery.given import Steered, delivered, message
from tests.receiver import Receiver

from leadline.errors import PluginError, UsageError
from leadline.plugin import OpenOutput, Outcome, OutputContext, Plugins, open_output

Settings = dict[str, object]


def opened(name: str, settings: Settings, root: Path = Path()) -> OpenOutput:
    return open_output(Plugins(), name, settings, OutputContext(root, "crm"))


def post(receiver: Receiver, **settings: object) -> Outcome:
    output = opened("webhook", {"url": receiver.url, **settings})
    [outcome] = output.deliver([message()])
    return outcome


def test_a_webhook_posts_the_message_as_json(receiver: Receiver):
    assert post(receiver) == Outcome("k1", "delivered", "HTTP 200")

    [(headers, body)] = receiver.posts
    assert headers["Idempotency-Key"] == "k1"
    assert headers["Content-Type"] == "application/json"
    assert "X-Leadline-Signature" not in headers
    assert "Authorization" not in headers
    assert json.loads(body) == {
        "key": "k1",
        "model": "small",
        "automation": "qualify",
        "edge": "enters",
        "subject": "hot",
        "lead_id": "ada",
        "at": "2026-06-01T08:00:00+00:00",
        "cause": "event 1: demo",
        "lead": {"readiness": 40.0, "reason_1": "demo +40"},
    }


def test_a_webhook_with_a_secret_signs_the_body(receiver: Receiver):
    post(receiver, **{"secret": "s3", "token": "t4"})

    [(headers, body)] = receiver.posts
    time, _, digest = headers["X-Leadline-Signature"].removeprefix("t=").partition(",v1=")
    signed = hmac.new(b"s3", f"{time}.".encode() + body, hashlib.sha256)
    assert digest == signed.hexdigest()
    assert headers["Authorization"] == "Bearer t4"


def test_a_repeated_message_is_the_same_to_the_last_byte(receiver: Receiver):
    post(receiver)
    post(receiver)

    assert receiver.posts[0][1] == receiver.posts[1][1]
    assert receiver.keys == {"k1": 2}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "delivered"),
        (204, "delivered"),
        (400, "refused"),
        (401, "refused"),
        (404, "refused"),
        (408, "failed"),
        (425, "failed"),
        (429, "failed"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_what_an_answer_means(receiver: Receiver, status: int, state: str):
    receiver.status = status
    receiver.answer = b"" if status == 204 else b"so  it\nis"
    outcome = post(receiver)

    assert outcome.state == state
    assert outcome.answer == f"HTTP {status}" + ("" if status < 300 else " so it is")


def test_a_redirect_is_not_followed(receiver: Receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    outcome = post(receiver, **{"token": "t4"})

    assert (outcome.state, len(receiver.posts)) == ("refused", 1)
    assert "redirect" in outcome.answer


def test_no_answer_in_time_may_have_been_delivered(receiver: Receiver):
    receiver.seconds = 0.5
    outcome = post(receiver, timeout=0.1)

    assert outcome == Outcome("k1", "unknown", "no answer of 127.0.0.1 within 0.1 s")


def test_a_connection_that_breaks_may_have_delivered(receiver: Receiver):
    receiver.status = 0
    outcome = post(receiver)

    assert outcome.state == "unknown"
    assert "broke" in outcome.answer


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/?pass=canary", "http://no.invalid/canary"]
)
def test_without_a_connection_nothing_was_delivered_and_no_secret_is_told(url: str):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        output = opened("webhook", {"url": url.format(port=taken.getsockname()[1])})
        [outcome] = output.deliver([message()])

    assert outcome.state == "failed"
    assert outcome.answer.startswith("no connection to ")
    assert "canary" not in outcome.answer


def test_a_long_answer_is_cut(receiver: Receiver):
    receiver.status, receiver.answer = 400, b"x" * 100_000

    assert len(post(receiver).answer) < 400


def test_cookies_and_password_files_do_not_go_along(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    receiver.headers = {"Set-Cookie": "a=b"}
    output = opened("webhook", {"url": receiver.url})
    for key in ("k1", "k2"):
        list(output.deliver([message(key)]))

    assert not [
        h for headers, _ in receiver.posts for h in headers if h in ("Cookie", "Authorization")
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "setting `url` is missing"),
        ({"url": "ftp://x"}, "is no address"),
        ({"url": "https://x", "secrt": "a"}, "did you mean `secret`"),
        ({"url": "https://x", "timeout": 0}, "timeout"),
    ],
)
def test_settings_that_do_not_fit(settings: Settings, said: str):
    with pytest.raises(UsageError, match=said):
        opened("webhook", settings)


def test_only_a_receiver_that_says_so_recognises_keys(receiver: Receiver):
    assert not opened("webhook", {"url": receiver.url}).recognises_keys
    assert opened("webhook", {"url": receiver.url, "recognises_keys": True}).recognises_keys


def lines(path: Path) -> list[str]:
    return [json.loads(line)["key"] for line in path.read_text().splitlines()]


def test_lines_are_appended_each_key_once(tmp_path: Path):
    path = tmp_path / "out/a.jsonl"
    for keys in (("k1", "k2"), ("k2", "k3")):
        output = opened("json_lines", {"path": "out/a.jsonl"}, tmp_path)
        outcomes = list(output.deliver([message(key) for key in keys]))
        assert [o.state for o in outcomes] == ["delivered", "delivered"]

    assert lines(path) == ["k1", "k2", "k3"]
    assert json.loads(path.read_text().splitlines()[0])["lead"]["readiness"] == 40


@pytest.mark.parametrize("left", [1, 10, 200])
def test_a_line_that_was_never_ended_is_written_anew(tmp_path: Path, left: int):
    path = tmp_path / "a.jsonl"
    list(opened("json_lines", {"path": "a.jsonl"}, tmp_path).deliver([message("k1")]))
    whole = path.read_bytes()
    path.write_bytes(whole + whole.replace(b"k1", b"k2")[:left])
    again = opened("json_lines", {"path": "a.jsonl"}, tmp_path)
    list(again.deliver([message("k1"), message("k2")]))

    assert path.read_bytes() == whole + whole.replace(b"k1", b"k2")


def test_a_file_of_something_else_is_left_alone(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"key": "k1"}\n{"id": 7}\n')
    output = opened("json_lines", {"path": "a.jsonl"}, tmp_path)
    with pytest.raises(PluginError, match=r"a\.jsonl:2 is no line of the output"):
        list(output.deliver([message("k2")]))

    assert path.read_text() == '{"key": "k1"}\n{"id": 7}\n'


def test_a_place_that_cannot_be_written_fails_for_now(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    output = opened("json_lines", {"path": "file/a.jsonl"}, tmp_path)
    [outcome] = output.deliver([message()])

    assert outcome.state == "failed"
    assert "file/a.jsonl cannot be written" in outcome.answer


def test_a_full_disk_fails_for_now_and_leaves_no_part_of_a_line(tmp_path: Path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.jsonl"
    output = opened("json_lines", {"path": "a.jsonl"}, tmp_path)
    list(output.deliver([message("k1")]))
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
    try:
        [outcome] = output.deliver([message("k2")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert outcome.state == "failed"
    assert path.read_bytes() == before
    assert [o.state for o in output.deliver([message("k2")])] == ["delivered"]
    assert lines(path) == ["k1", "k2"]


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path):
    output = opened("json_lines", {"path": "."}, tmp_path)
    with pytest.raises(PluginError, match="is no file"):
        list(output.deliver([message()]))


OUTPUT = """
from leadline.plugin import *

class Odd:
    recognises_keys = {keys}
    def __init__(self, settings, context):
        pass
    def deliver(self, messages):
        {body}

@hookimpl
def leadline_outputs():
    return (OutputKind("odd", "", {{}}, Odd),)
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise RuntimeError('boom')", "RuntimeError: boom"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return 5", "TypeError"),
        ("return ['x']", "gave a str, expected an Outcome"),
        ("return [Outcome('other', 'delivered')]", "gave a Outcome, expected an Outcome of one of"),
        ("return [Outcome('k1', 'delivered')] * 2", "each once"),
        ("return [Outcome(['k1'], 'delivered')]", "gave a Outcome, expected an Outcome of one of"),
        ("return [Outcome('k1', 'sent')]", "state is none of delivered, failed, refused, unknown"),
        ("return [Outcome('k1', ['sent'])]", "state is none of delivered"),
        ("return [Outcome('k1', 'refused', None)]", "answer is no text"),
    ],
)
def test_a_broken_output_is_told_as_its_plugins_fault(tmp_path: Path, body: str, said: str):
    (tmp_path / "odd.py").write_text(OUTPUT.format(keys="True", body=body))
    plugins = Plugins(tmp_path)
    plugins.load(["odd"])
    output = open_output(plugins, "odd", {}, OutputContext(tmp_path, "crm"))
    with pytest.raises(PluginError, match=said):
        list(output.deliver([message()]))


def test_a_steered_output_is_an_output():
    """What the tests of sending use instead of a plugin keeps to the same protocol."""
    output = Steered(delivered)

    assert [o.key for o in output.deliver([message()])] == ["k1"]
