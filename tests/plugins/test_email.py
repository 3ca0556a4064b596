"""The output ``email``, against a mail server on loopback."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from tests.delivery.given import enter, hot, ruleset, spells, states
from tests.plugins.post_office import PostOffice, make_certificate, open_post_office
from tests.plugins.sent import message, naughty, opened, sent

from leadline.delivery import ReadyOutput, deliver
from leadline.delivery.sending import MOST_FAILURES
from leadline.errors import UsageError
from leadline.plugin import Message, Outcome
from leadline.store import Store
from leadline.testing.conformance import OutputConformance

ADDRESSES = {"sender": "Leadline <leads@example.com>", "recipients": ["anna@example.com"]}
TWO = ["anna@example.com", "ben@example.com"]


@pytest.fixture(autouse=True)
def name_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer at once what a slow server of names would be asked for at each connection."""
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "localhost")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened_office:
        yield opened_office


def mail(office: PostOffice, root: Path, *messages: Message, **settings: object) -> list[Outcome]:
    plain = {"host": "127.0.0.1", "port": office.port, "security": "none", "timeout": 5}
    return sent("email", root, *(messages or (message(),)), **{**plain, **ADDRESSES, **settings})


def html(office: PostOffice) -> str:
    part = office.mails[0].get_body(("html",))
    assert part is not None
    return str(part.get_content())


def plain(office: PostOffice) -> str:
    part = office.mails[0].get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class TestEmail(OutputConformance):
    kind = "email"

    @pytest.fixture(autouse=True)
    def office(self) -> Iterator[None]:
        with open_post_office() as self.server:
            yield

    def settings(self, root: Path) -> Mapping[str, object]:
        plain = {"host": "127.0.0.1", "port": self.server.port, "security": "none"}
        return {**plain, **ADDRESSES}

    def received(self, root: Path) -> Sequence[str]:
        return [key for one in self.server.raw for key in _keys(one)]

    def unreachable(self, root: Path) -> Mapping[str, object]:
        return {"host": "127.0.0.1", "port": 9, "security": "none", "timeout": 2, **ADDRESSES}


def _keys(raw: bytes) -> list[str]:
    office = PostOffice(raw=[raw])
    return [unescape(key) for key in re.findall(r'data-key="([^"]*)"', html(office))]


def test_a_batch_is_one_mail_in_text_and_html(office: PostOffice, tmp_path: Path):
    batch = [message("k1", "ada", name="Ada Lovelace"), message("k2", "ben")]
    outcomes = mail(office, tmp_path, *batch, timezone="Europe/Berlin", recipients=TWO)

    assert [o.state for o in outcomes] == ["delivered"] * 2
    [one] = office.mails
    assert office.envelopes == [("leads@example.com", TWO)]
    assert one["Subject"] == "2 leads entered hot"
    assert one["From"] == "Leadline <leads@example.com>"
    assert one["To"] == "anna@example.com, ben@example.com"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one.get_content_type() == "multipart/alternative"
    assert plain(office).startswith(
        "2 leads entered hot\nAutomation qualify, ruleset small. Times in Europe/Berlin.\n\n"
        "Ada Lovelace\n  entered hot on 2026-06-30 00:31, moved by demo_request\n"
        "  strongest reasons: demo_request +40, video_share +32.25\n"
        "  lead ada, readiness 72.25, grade fit B, stage sales_ready, tags mql=2026-06-30\n"
    )
    assert "Ada Lovelace" in html(office)
    assert all(len(line) < 999 for line in office.raw[0].split(b"\r\n"))
    office.raw[0].decode("ascii")


def test_a_link_leads_to_the_lead(office: PostOffice, tmp_path: Path):
    mail(office, tmp_path, message("k1", 'a/b"&?'), link="https://crm.example.com/x/{lead_id}")

    assert "https://crm.example.com/x/a%2Fb%22%26%3F" in plain(office)
    assert 'href="https://crm.example.com/x/a%2Fb%22%26%3F"' in html(office)


def test_a_mail_that_comes_again_has_the_same_id(office: PostOffice, tmp_path: Path):
    for keys in (("k1", "k2"), ("k2", "k1"), ("k1", "k3")):
        mail(office, tmp_path, *(message(key) for key in keys))

    first, again, other = (one["Message-ID"] for one in office.mails)
    assert first == again != other
    assert first.endswith("@example.com>")


def test_a_long_digest_says_how_much_it_leaves_out(office: PostOffice, tmp_path: Path):
    batch = [message(f"k{number}", f"lead {number}") for number in range(30)]
    mail(office, tmp_path, *batch, most=10)

    assert office.mails[0]["Subject"] == "30 leads entered hot"
    assert len(_keys(office.raw[0])) == 10
    assert "and 20 leads more" in plain(office)
    assert "and 20 leads more" in html(office)


@pytest.mark.parametrize(
    ("answers", "state", "said"),
    [
        ({"anna@example.com": "550 no such user"}, "delivered", "not to anna@example.com: 550 no"),
        ({"anna@example.com": "450 later"}, "delivered", "not to anna@example.com: 450 later"),
        (dict.fromkeys(TWO, "550 no such user"), "refused", "not to ben@example.com: 550 no such"),
        (dict.fromkeys(TWO, "450 greylisted"), "failed", "450 greylisted"),
        ({TWO[0]: "550 no", TWO[1]: "451 later"}, "failed", "451 later"),
    ],
)
def test_what_becomes_of_recipients(
    office: PostOffice, tmp_path: Path, answers: dict[str, str], state: str, said: str
):
    office.recipients = answers
    [outcome] = mail(office, tmp_path, recipients=TWO)

    assert outcome.state == state
    assert said in outcome.answer
    assert [to for _, to in office.envelopes] == ([["ben@example.com"]] if len(answers) < 2 else [])


@pytest.mark.parametrize(
    ("data", "sender", "state"),
    [
        ("451 try again", "", "failed"),
        ("554 spam", "", "refused"),
        ("250 ok", "450 busy", "failed"),
        ("250 ok", "550 not you", "refused"),
    ],
)
def test_what_an_answer_means(
    office: PostOffice, tmp_path: Path, data: str, sender: str, state: str
):
    office.data, office.sender = data, sender
    [outcome] = mail(office, tmp_path)

    assert outcome.state == state
    assert (sender or data) in outcome.answer
    assert not office.raw


def test_a_connection_that_breaks_before_the_mail_is_a_failure(office: PostOffice, tmp_path: Path):
    office.cut = "before"
    [outcome] = mail(office, tmp_path)

    assert outcome.state == "failed"
    assert "broke before the mail was sent" in outcome.answer


def test_a_connection_that_breaks_after_the_mail_leaves_it_unknown(
    office: PostOffice, tmp_path: Path
):
    office.cut = "after"
    [outcome] = mail(office, tmp_path)

    assert len(office.raw) == 1
    assert outcome.state == "unknown"
    assert "broke before the server's answer" in outcome.answer


def test_a_server_that_is_rude_at_the_end_has_the_mail_all_the_same(
    office: PostOffice, tmp_path: Path
):
    office.cut = "goodbye"
    [outcome] = mail(office, tmp_path)

    assert outcome.state == "delivered"


def test_a_server_that_says_nothing_is_not_waited_for(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        office = PostOffice(port=silent.getsockname()[1])
        [outcome] = mail(office, tmp_path, timeout=0.2)

    assert outcome == Outcome("k1", "failed", "127.0.0.1 said nothing for 0.2 s, or hung up")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, which makes the certificate")
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_login_over_an_encrypted_line(
    certificate: tuple[Path, Path], tmp_path: Path, security: str
):
    with open_post_office(certificate, encrypted=security == "tls") as office:
        settings = {"security": security, "user": "me", "ca_file": str(certificate[0])}
        [good] = mail(office, tmp_path, password=office.password, **settings)
        [bad] = mail(office, tmp_path, **{**settings, "password": "wrong canary"})

    assert good.state == "delivered"
    assert office.logins == ["me"]
    assert bad == Outcome("k1", "failed", "127.0.0.1 does not let the user in (535)")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    certificate: tuple[Path, Path], tmp_path: Path, security: str
):
    with open_post_office(certificate, encrypted=security == "tls") as office:
        [outcome] = mail(office, tmp_path, security=security, user="me", password=office.password)

    assert outcome.state == "failed"
    assert "the certificate of 127.0.0.1 cannot be trusted" in outcome.answer
    assert not office.logins
    assert not office.raw


def test_a_server_without_starttls_gets_nothing(office: PostOffice, tmp_path: Path):
    [outcome] = mail(office, tmp_path, security="starttls")

    assert outcome.state == "failed"
    assert "offers no STARTTLS" in outcome.answer
    assert not office.raw


def test_texts_from_outside_change_no_header_and_no_tag(office: PostOffice, tmp_path: Path):
    texts = naughty()
    batch = [
        message(f"k{n}", text, name=text, reason_1=text, stage=text, **{text: text})
        for n, text in enumerate(texts)
    ]
    for start in range(0, len(batch), 500):
        assert {
            outcome.state
            for outcome in mail(office, tmp_path, *batch[start : start + 500], most=500)
        } == {"delivered"}

    for one in office.mails:
        assert set(one.keys()) == HEADERS
        assert one["To"] == "anna@example.com"
    tags = set(re.findall(r"<([a-z]\w*)", html(office)))
    assert tags == {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "table"} | {
        "tr",
        "td",
        "span",
    }
    assert len(re.findall('<div data-key="', html(office))) == 500
    assert "<script" not in html(office)


HEADERS = {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"} | {
    "Content-Type",
}


def test_subjects_in_every_script_arrive_as_they_were(office: PostOffice, tmp_path: Path):
    words = [" ".join(text.split()) for text in naughty()]
    subjects = [text[:190].strip() for text in words if text and text.isprintable()]
    server = {"host": "127.0.0.1", "port": office.port, "security": "none"}
    output = opened("email", tmp_path, **server, **ADDRESSES, subject="{subject}")
    # Each is a connection of its own: the longest of other scripts, and some of the rest.
    others = sorted((one for one in subjects if not one.isascii()), key=len)[-80:]
    some = [*others, *subjects[::20]]
    for subject in some:
        list(output.deliver([replace(message(), subject=subject)]))

    assert len(some) > 90
    assert [one["Subject"] for one in office.mails] == some


def test_a_segment_cannot_write_headers(office: PostOffice, tmp_path: Path):
    hostile = "hot\r\nBcc: eve@example.com\r\n\r\nbody"
    forged = replace(message(), subject=hostile)
    mail(office, tmp_path, forged)

    [one] = office.mails
    assert one["Bcc"] is None
    assert one["Subject"] == "1 lead entered hot Bcc: eve@example.com body"
    assert office.envelopes[0][1] == ["anna@example.com"]


def test_a_line_of_dots_arrives_as_it_was(office: PostOffice, tmp_path: Path):
    mail(office, tmp_path, message(name="."), message("k2", name="..x"))

    assert "\n.\n" in plain(office)
    assert "\n..x\n" in plain(office)


@pytest.mark.parametrize(
    "address",
    [
        "anna",
        "anna@",
        "@example.com",
        "anna@example.com, ben@example.com",
        "anna@example.com\r\nBcc: eve@example.com",
        "an na@example.com",
        "anna@exa mple.com",
        "änna@example.com",
        "anna@example.com>\r\nDATA",
        "",
    ],
)
@pytest.mark.parametrize("setting", ["sender", "recipients"])
def test_what_is_no_address_is_said_before_anything_is_sent(
    tmp_path: Path, setting: str, address: str
):
    value = address if setting == "sender" else [address]
    with pytest.raises(UsageError, match=f"`{setting}` of the output `digest` is no e-mail"):
        opened("email", tmp_path, **{"host": "x", **ADDRESSES, setting: value})


def test_names_and_domains_in_other_scripts(office: PostOffice, tmp_path: Path):
    mail(office, tmp_path, recipients=['"Zoë, of Sales" <zoe@bücher.example>'])

    assert office.envelopes[0][1] == ["zoe@xn--bcher-kva.example"]
    [to] = office.mails[0]["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Zoë, of Sales", "zoe@xn--bcher-kva.example")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"security": "none", "user": "me", "password": "x"}, "would be sent unencrypted"),
        ({"subject": "{name} is hot"}, "placeholder `{name}`"),
        ({"timezone": "Mars"}, "which is no timezone"),
        ({"ca_file": "nowhere.pem"}, "is no file of certificates"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"security": "ssl"}, "must be one of"),
        ({"recipients": []}, "recipients"),
    ],
)
def test_settings_that_do_not_fit(tmp_path: Path, settings: dict[str, object], said: str):
    with pytest.raises(UsageError, match=said):
        opened("email", tmp_path, **{"host": "x", **ADDRESSES, **settings})


def test_a_digest_of_unknown_fate_is_held_whole_and_no_lead_is_told_twice(
    office: PostOffice, tmp_path: Path
):
    """Through the outbox; the server takes the mail and hangs up before it says so."""
    leads = 3 * MOST_FAILURES
    server = {"host": "127.0.0.1", "port": office.port, "security": "none"}
    output = opened("email", tmp_path, **server, **ADDRESSES)
    ready = {"digest": ReadyOutput("digest", output, resends=False)}
    with Store.open(None) as store:
        spells(store.database, hot(leads))
        enter(store.database, ruleset(EXPORT), "2026-06-01")
        office.cut = "after"
        deliver(store.database, ready, 1, quiet)
        assert states(store.database) == {"in doubt": leads}

        office.cut = ""
        deliver(store.database, ready, 2, quiet)
        assert states(store.database) == {"in doubt": leads}

    assert len(_keys(office.raw[0])) == leads
    assert len(office.raw) == 1


@pytest.mark.parametrize("answer", ["451 later", "554 spam"])
def test_a_digest_that_did_not_go_out_goes_out_whole_or_never(
    office: PostOffice, tmp_path: Path, answer: str
):
    leads = 3 * MOST_FAILURES
    server = {"host": "127.0.0.1", "port": office.port, "security": "none"}
    output = opened("email", tmp_path, **server, **ADDRESSES)
    ready = {"digest": ReadyOutput("digest", output, resends=False)}
    with Store.open(None) as store:
        spells(store.database, hot(leads))
        enter(store.database, ruleset(EXPORT), "2026-06-01")
        office.data = answer
        deliver(store.database, ready, 1, quiet)
        office.data = "250 ok"
        deliver(store.database, ready, 2, quiet)
        found = states(store.database)

    refused = answer.startswith("5")
    assert found == {"refused" if refused else "delivered": leads}
    assert [len(_keys(one)) for one in office.raw] == ([] if refused else [leads])


EXPORT = "  qualify: {when: enters hot, do: [{export: digest}]}\n"


def quiet(label: str, done: int, total: int) -> None:
    """Take progress."""
