"""A project as a company has it: two sources, four outputs, one command, run again and again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.plugins.post_office import PostOffice, open_post_office
from tests.plugins.servers import Server, postgres
from tests.receiver import Receiver, listening

from leadline.testing.fake_hubspot import FakeHubSpot, Fault, Portal, status

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

TOKEN = "pat-eu1-fake"  # noqa: S105 - opens nothing but the fake
SECRET = "open sesame canary"  # noqa: S105 - of a receiver in a test
DAY = "2026-06-30"
PROJECT = """\
store: leads.duckdb
rulesets: [rulesets]
sources:
  crm:
    plugin: hubspot
    settings:
      url: "${HUBSPOT_URL}"
      token: "${HUBSPOT_TOKEN}"
      read: [contacts, companies, deals]
      properties: {contacts: [email, firstname, lastname, jobtitle, lifecyclestage]}
  product:
    plugin: postgres
    settings:
      url: "${PRODUCT_URL}"
      tables:
        events:
          query: >-
            SELECT 'use-' || id AS event_id, contact AS lead_id, at AS occurred_at, what AS type
            FROM usage
          since: occurred_at
outputs:
  workbook: {plugin: xlsx, settings: {path: "out/{automation}-{date}.xlsx"}}
  digest:
    plugin: email
    settings:
      host: 127.0.0.1
      port: ${SMTP_PORT}
      security: none
      sender: Leadline <leads@example.com>
      recipients: [sales@example.com]
  hook: {plugin: webhook, settings: {url: "${HOOK_URL}", secret: "${HOOK_SECRET}"}}
  hubspot:
    plugin: hubspot
    settings: {url: "${HUBSPOT_URL}", token: "${HUBSPOT_TOKEN}"}
    publish:
      leads:
        leadline_usage: score.usage
        leadline_grade: grade.usage
        leadline_stage: stage
        leadline_why: reason_1
      accounts: {leadline_account: team, leadline_buying: team.committee}
"""
RULESET = """\
leadline: 1
model: product_led
timezone: UTC
scores:
  usage:
    sales_ready: 50
    actions:
      invited: {event: invite, points: 30}
      upgrade: {event: upgrade_click, points: 40, limit: 1}
    facts:
      head: {when: 'lead.jobtitle contains "Head"', points: 10}
    grades: {A: 50, B: 20, C: 0}
stages: {by: score usage, steps: "equal [aware, engaged, ready]"}
segments: {ready_now: stage is ready}
accounts: {team: {of: usage, combine: sum, committee: 2 leads at 30}}
automations:
  call_them:
    when: enters ready_now
    do: [{tag: {sales: today}}, {export: workbook}, {export: digest}, {send: hook}]
"""


@dataclass(frozen=True)
class World:
    """What is around a project: where its data come from, and who gets something of it."""

    root: Path
    fake: FakeHubSpot
    database: Server
    office: PostOffice
    receiver: Receiver

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run leadline as people do, with the secrets in the environment."""
        environment = {
            **os.environ,
            "HUBSPOT_URL": self.fake.url,
            "HUBSPOT_TOKEN": TOKEN,
            "PRODUCT_URL": self.database.url,
            "SMTP_PORT": str(self.office.port),
            "HOOK_URL": self.receiver.url,
            "HOOK_SECRET": SECRET,
        }
        return subprocess.run(
            [sys.executable, "-m", "leadline", *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def used(self, *rows: tuple[str, str, str]) -> None:
        """Let people use the product: contact, instant, what."""
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            for row in rows:
                connection.execute("INSERT INTO usage (contact, at, what) VALUES (%s, %s, %s)", row)

    def held(self, kind: str, id_: str) -> dict[str, str | None]:
        """Return what the portal has of leadline's."""
        record = self.fake.portal.get(kind, id_)
        assert record is not None
        said: dict[str, Any] = dict(record.properties)
        return {name: value for name, value in said.items() if name.startswith("leadline_")}

    def writes(self) -> int:
        """Return how many batches of results the portal was handed."""
        return sum(
            len(self.fake.asked(f"POST /crm/objects/2026-09/{kind}/batch/update"))
            for kind in ("contacts", "companies")
        )

    def sent(self) -> tuple[int, int, int, list[str]]:
        """Return how much was sent by now: writes, mails, posts, and the workbooks."""
        files = sorted(path.name for path in (self.root / "out").glob("*.xlsx"))
        return self.writes(), len(self.office.raw), len(self.receiver.posts), files


def portal() -> Portal:
    """Return a portal with two companies and 130 contacts, more than a batch has."""
    made = Portal(now="2026-06-30T08:00:00Z")
    for id_, name in (("501", "Acme"), ("502", "Bolt")):
        made.add(
            "companies", {"name": name, "domain": f"{name.lower()}.test"}, id=id_, at="2026-01-01"
        )
    for number in range(130):
        said = {
            "email": f"p{number}@acme.test",
            "firstname": "=Ada" if number == 0 else f"P{number}",
            "jobtitle": "Head of Ops" if number == 1 else "Engineer",
            "lifecyclestage": "lead",
            "associatedcompanyid": "501" if number % 2 == 0 else "502",
        }
        made.add("contacts", said, id=str(1000 + number), at="2026-02-01T09:00:00")
    return made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Yield a project with everything around it."""
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets/ruleset.yaml").write_text(RULESET)
    (tmp_path / "leadline.yaml").write_text(PROJECT)
    with (
        postgres() as database,
        FakeHubSpot(portal()) as fake,
        open_post_office() as office,
        listening() as receiver,
    ):
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE usage (id serial, contact text, at timestamptz, what text)"
            )
        world = World(tmp_path, fake, database, office, receiver)
        world.used(
            ("1000", "2026-06-30T09:00:00Z", "invite"),
            ("1000", "2026-06-30T09:30:00Z", "upgrade_click"),
            ("1001", "2026-06-30T10:00:00Z", "upgrade_click"),
            ("1002", "2026-06-29T10:00:00Z", "invite"),
        )
        yield world


def test_one_command_does_it_all_and_the_second_sends_nothing(world: World) -> None:
    said = world.run("run", "--as-of", DAY)

    assert said.returncode == 0, said.stderr
    assert world.sent() == (3, 1, 2, [f"call_them-{DAY}.xlsx"])
    everybody_has_their_results(world)
    assert TOKEN not in said.stdout + said.stderr
    assert SECRET not in said.stdout + said.stderr

    before = world.sent()
    again = world.run("run", "--as-of", DAY)
    assert again.returncode == 0, again.stderr
    assert world.sent() == before
    everybody_has_their_results(world)


def everybody_has_their_results(world: World) -> None:
    assert world.held("contacts", "1000") == {
        "leadline_usage": "70",
        "leadline_grade": "A",
        "leadline_stage": "ready",
        "leadline_why": "upgrade +40",
    }
    assert world.held("contacts", "1001") == {
        "leadline_usage": "50",
        "leadline_grade": "A",
        "leadline_stage": "ready",
        "leadline_why": "upgrade +40",
    }
    assert world.held("contacts", "1129")["leadline_usage"] == "0"
    assert world.held("companies", "501") == {
        "leadline_account": "100",
        "leadline_buying": "true",
    }
    assert world.held("companies", "502") == {
        "leadline_account": "50",
        "leadline_buying": "false",
    }
    [mail] = world.office.mails
    text = mail.get_body(("plain",))
    assert text is not None
    assert "p1@acme.test" in text.get_content()
    book = openpyxl.load_workbook(world.root / f"out/call_them-{DAY}.xlsx")
    cells = [str(cell.value) for row in book["Leads"].iter_rows() for cell in row]
    assert any("=Ada" in cell for cell in cells)
    assert all(
        key and "v1=" in headers["X-Leadline-Signature"]
        for headers, _ in world.receiver.posts
        for key in [headers["Idempotency-Key"]]
    )
    assert max(world.receiver.keys.values()) == 1


def test_only_what_is_new_goes_out_and_what_failed_goes_out_later(world: World) -> None:
    assert world.run("run", "--as-of", DAY).returncode == 0
    world.used(("1002", "2026-06-30T12:00:00Z", "invite"))
    world.fake.script(Fault("POST /crm/objects/2026-09/companies/batch/update", status(400)))
    world.receiver.status = 503
    before = world.sent()
    failed = world.run("run", "--as-of", DAY)
    assert failed.returncode == 4
    assert world.held("contacts", "1002")["leadline_usage"] == "60"
    assert "not published" in failed.stderr
    assert "not delivered" in failed.stderr

    world.receiver.status = 200
    good = world.run("run", "--as-of", DAY)
    assert good.returncode == 0, good.stderr
    writes, mails, posts, files = world.sent()
    assert mails == before[1] + 1
    assert len(files) == 2
    assert len(world.receiver.keys) == 3
    assert world.held("companies", "501")["leadline_account"] == "130"
    assert world.run("run", "--as-of", DAY).returncode == 0
    assert world.sent() == (writes, mails, posts, files)
