"""The outputs ``slack`` and ``apprise``, and the signature of ``webhook``, on loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.sent import message, naughty, opened, sent
from tests.receiver import Receiver, listening

from leadline.errors import UsageError
from leadline.testing.conformance import OutputConformance
from leadline_plugins import slack

#: Apprise itself imports what later versions of Python no longer have.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "_PAUSE", 0)


class _Posts(OutputConformance):
    @pytest.fixture(autouse=True)
    def receiver(self) -> Iterator[None]:
        with listening() as self.server:
            yield

    def received(self, root: Path) -> Sequence[str]:
        # A post has no keys; leads and keys of the kit's messages have the same numbers.
        text = "".join(body.decode() for _, body in self.server.posts)
        return sorted({f"key-{number}" for number in re.findall(r"lead-(\d)", text)})


class TestSlack(_Posts):
    kind = "slack"

    def settings(self, root: Path) -> Mapping[str, object]:
        return {"url": self.server.url, "link": "https://crm.example.com/{lead_id}"}

    def unreachable(self, root: Path) -> Mapping[str, object]:
        return {"url": "http://127.0.0.1:9/", "timeout": 2}


class TestApprise(_Posts):
    kind = "apprise"

    def settings(self, root: Path) -> Mapping[str, object]:
        link = "https://crm.example.com/{lead_id}"
        return {"urls": [f"json://127.0.0.1:{self.server.port}/canary"], "link": link}

    def unreachable(self, root: Path) -> Mapping[str, object]:
        return {"urls": ["json://127.0.0.1:9/canary"]}


def blocks(receiver: Receiver) -> list[dict[str, Any]]:
    return [block for _, body in receiver.posts for block in json.loads(body)["blocks"]]


def test_a_batch_is_one_post_of_blocks(receiver: Receiver, tmp_path: Path):
    batch = (message("k1", "ada", name="Ada & <Co>"), message("k2", "ben"))
    link = "https://crm.example.com/{lead_id}?a=1&b=2"
    outcomes = sent("slack", tmp_path, *batch, url=receiver.url, link=link)

    assert [outcome.state for outcome in outcomes] == ["delivered"] * 2
    [(headers, body)] = receiver.posts
    assert headers["Content-Type"] == "application/json"
    head, below, ada, _ = blocks(receiver)
    assert json.loads(body)["text"] == "2 leads entered hot"
    assert head["text"] == {"type": "plain_text", "text": "2 leads entered hot", "emoji": False}
    assert below["elements"][0]["text"] == "Automation qualify, ruleset small. Times in UTC."
    assert ada == {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*<https://crm.example.com/ada?a=1&amp;b=2|Ada &amp; &lt;Co&gt;>*",
            "verbatim": True,
        },
        "fields": [
            {
                "type": "plain_text",
                "text": "entered hot on 2026-06-29 22:31, moved by demo_request\nlead ada\n"
                "readiness 72.25\ngrade fit B\nstage sales_ready\ntags mql=2026-06-30",
                "emoji": False,
            },
            {
                "type": "plain_text",
                "text": "Strongest reasons, with their points\ndemo_request +40\n"
                "video_share +32.25",
                "emoji": False,
            },
        ],
    }


@pytest.mark.usefixtures("impatient")
def test_posts_keep_to_the_bounds_of_slack(receiver: Receiver, tmp_path: Path):
    texts = [*naughty(), "<!channel>", "&" * 5000, "<https://x|y>"]
    batch = [
        message(f"k{n}", text, name=text, reason_1=text, stage=text) for n, text in enumerate(texts)
    ]
    link = "https://crm.example.com/{lead_id}"
    outcomes = sent("slack", tmp_path, *batch, url=receiver.url, link=link)

    assert [outcome.key for outcome in outcomes] == [one.key for one in batch]
    assert {outcome.state for outcome in outcomes} == {"delivered"}
    assert len(receiver.posts) == -(-len(texts) // 48)
    for _, body in receiver.posts:
        assert len(json.loads(body)["blocks"]) <= 50
    sections = [block for block in blocks(receiver) if block["type"] == "section"]
    assert len(sections) == len(texts)
    for section in sections:
        text = section["text"]["text"]
        assert 1 <= len(text) <= 3000
        assert re.fullmatch(r"\*(<https://crm\.example\.com/[^<>|]*\|)?[^<>]+>?\*", text), text
        assert all(1 <= len(field["text"]) <= 2000 for field in section["fields"])
        assert {field["type"] for field in section["fields"]} == {"plain_text"}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("status", "answer", "state"),
    [
        (200, b"ok", "delivered"),
        (400, b"invalid_blocks", "refused"),
        (404, b"no_service", "refused"),
        (429, b"rate_limited", "failed"),
        (500, b"rollup_error", "failed"),
        (0, b"", "unknown"),
    ],
)
def test_what_an_answer_of_slack_means(
    receiver: Receiver, tmp_path: Path, status: int, answer: bytes, state: str
):
    receiver.status, receiver.answer = status, answer
    [outcome] = sent("slack", tmp_path, message(), url=receiver.url)

    assert outcome.state == state
    assert "canary" not in outcome.answer
    assert status < 400 or answer.decode() in outcome.answer


def test_an_address_of_slack_that_is_none(tmp_path: Path):
    with pytest.raises(UsageError, match="is no address") as told:
        opened("slack", tmp_path, url="canary")
    assert "canary" not in told.value.message


def test_a_note_by_apprise(receiver: Receiver, tmp_path: Path):
    urls = [f"json://127.0.0.1:{receiver.port}/canary"]
    batch = [message(f"k{number}", f"lead {number}") for number in range(25)]
    outcomes = sent("apprise", tmp_path, *batch, urls=urls, title="{leads}")

    assert {outcome.state for outcome in outcomes} == {"delivered"}
    [(_, body)] = receiver.posts
    note = json.loads(body)
    assert note["title"] == "25 leads"
    assert note["message"].startswith(
        "lead 0: entered hot on 2026-06-29 22:30, moved by demo_request\n"
        "  demo_request +40; video_share +32.25\nlead 1: "
    )
    assert note["message"].endswith("and 5 more: `leadline outbox` lists them all")


def test_what_apprise_does_not_know_is_unknown_and_no_secret_is_told(
    receiver: Receiver, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    good, bad = f"json://127.0.0.1:{receiver.port}/canary", "json://127.0.0.1:9/canary"
    [some] = sent("apprise", tmp_path, message(), urls=[bad, good])
    receiver.status = 500
    [none] = sent("apprise", tmp_path, message(), urls=[good, bad])

    assert (some.state, some.answer) == ("delivered", "not to the address 1; to the others")
    assert none.state == "unknown"
    assert "canary" not in "".join(capfd.readouterr())


def test_an_address_that_apprise_does_not_know(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    with pytest.raises(UsageError, match="does not know the address 2") as told:
        opened("apprise", tmp_path, urls=["json://127.0.0.1/", "nosuch://canary"])
    assert "canary" not in told.value.message + "".join(capfd.readouterr())


def test_without_apprise_its_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match="needs apprise, which is not installed") as told:
        opened("apprise", tmp_path, urls=["json://127.0.0.1/"])
    assert "leadline[notify]" in told.value.hint


def test_a_webhook_signs_the_body_and_the_time(receiver: Receiver, tmp_path: Path):
    before = int(time.time())
    sent("webhook", tmp_path, message(), **{"url": receiver.url, "secret": "s3"})

    [(headers, body)] = receiver.posts
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["X-Leadline-Signature"])
    assert found is not None
    assert before <= int(found[1]) <= time.time()
    signed = hmac.new(b"s3", f"{found[1]}.".encode() + body, hashlib.sha256)
    assert found[2] == signed.hexdigest()
    assert json.loads(body)["key"] == headers["Idempotency-Key"] == "k1"


def test_a_receiver_checks_a_signature_as_the_documentation_says(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page = (Path(__file__).parent.parent.parent / "docs/outputs.md").read_text(encoding="utf-8")
    [block] = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    told: dict[str, Any] = {}
    exec(block, told)  # noqa: S102 - it is our own documentation
    sent("webhook", tmp_path, message(), **{"url": receiver.url, "secret": "s3"})

    [(headers, body)] = receiver.posts
    signature = headers["X-Leadline-Signature"]
    check = told["is_from_leadline"]
    assert check(b"s3", body, signature)
    assert not check(b"s4", body, signature)
    assert not check(b"s3", body + b" ", signature)
    assert not check(b"s3", body, signature.replace("t=", "t=1"))
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert not check(b"s3", body, signature)


def test_a_batch_for_a_webhook_that_fails_is_given_up(receiver: Receiver, tmp_path: Path):
    receiver.status = 0
    batch = [message(f"k{number}") for number in range(20)]
    outcomes = sent("webhook", tmp_path, *batch, url=receiver.url)

    assert [outcome.state for outcome in outcomes] == ["unknown"] * 5 + ["failed"] * 15
    assert [outcome.key for outcome in outcomes] == [one.key for one in batch]
    assert len(receiver.posts) == 5
    assert outcomes[-1].answer.startswith("not tried")
