"""The whole way round: read from HubSpot, scored, and back into HubSpot, also through a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.plugins.portals import TOKEN
from tests.plugins.published import UPDATE, of

from leadline.testing.fake_hubspot import FakeHubSpot, Fault, Portal, slow

CONTACTS = 700
PROJECT = """
sources:
  crm:
    plugin: hubspot
    settings: {token: "${HUBSPOT_TOKEN}", url: "${HUBSPOT_URL}", read: [contacts]}
rulesets: [rulesets]
outputs:
  crm:
    plugin: hubspot
    settings: {token: "${HUBSPOT_TOKEN}", url: "${HUBSPOT_URL}"}
    publish:
      where: not lead.archived
      leads: {leadline_fit: score.fit, leadline_why: reason_1}
"""
RULESET = """
leadline: 1
model: crm
scores:
  fit:
    facts:
      chief: {when: lead.jobtitle is CEO, points: 12.5}
      home: {when: lead.country is Finland, points: 5}
"""


def portal() -> Portal:
    made = Portal()
    for number in range(CONTACTS):
        said = {
            "jobtitle": "CEO" if number % 3 == 0 else "Analyst",
            "country": "Finland" if number % 2 == 0 else "Sweden",
        }
        made.add("contacts", said, id=str(101 + number), at="2026-01-02")
    return made


def fit(number: int) -> str:
    return {0: "17.5", 3: "12.5"}.get(number % 6, "5" if number % 2 == 0 else "0")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "leadline.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "rulesets/ruleset.yaml").write_text(RULESET, encoding="utf-8")
    return tmp_path


def begun(project: Path, fake: FakeHubSpot, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "leadline", "run", *options],
        cwd=project,
        env={**os.environ, "HUBSPOT_TOKEN": TOKEN, "HUBSPOT_URL": fake.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(project: Path, fake: FakeHubSpot, *options: str) -> tuple[int, str, int]:
    """Run; return the exit code, what was said, and how many records were written."""
    begin = len(fake.requests)
    process = begun(project, fake, *options)
    out, err = process.communicate(timeout=120)
    written = sum(
        len(asked.body["inputs"]) for asked in fake.requests[begin:] if asked.starts(UPDATE)
    )
    return process.returncode, out + err, written


def test_only_what_changed_goes_back_and_a_kill_loses_nothing(project: Path) -> None:
    right = {str(101 + number): fit(number) for number in range(CONTACTS)}
    # The sixth batch is written, and the run is killed while it waits to be told so.
    with FakeHubSpot(portal(), faults=[Fault(UPDATE, slow(2), nth=6)]) as fake:
        process = begun(project, fake)
        while len(fake.asked(UPDATE)) < 6:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.kill()
        process.communicate(timeout=60)

        # Of the 500 that were handed over first all is known, of the others nothing.
        assert run(project, fake)[::2] == (0, CONTACTS - 500)
        assert of(fake.portal, "leadline_fit") == right
        assert of(fake.portal, "leadline_why")["101"] == "chief +12.5"
        assert all(len(fake.portal.history("contacts", id_, "leadline_fit")) == 1 for id_ in right)

        fake.portal.update("contacts", "101", {"leadline_fit": "99"})
        fake.portal.archive("contacts", "102")
        assert run(project, fake)[::2] == (0, 0)
        assert fake.portal.get("contacts", "101").properties["leadline_fit"] == "99"

        code, said, written = run(project, fake, "--republish", "crm")
        assert (code, written) == (4, CONTACTS - 1)
        assert "HubSpot has no contact with this id: it was deleted" in said
        assert TOKEN not in said
        assert fake.portal.get("contacts", "101").properties["leadline_fit"] == "17.5"
