"""A load from HubSpot holds a few pages at a time, however many there are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.plugins.portals import items, settings, source

from leadline.plugin import Cursor, Records
from leadline.testing.fake_hubspot import FakeHubSpot, Portal

#: How many contacts there are, and after how many of them memory is looked at first.
CONTACTS, FIRST = 24_000, 8_000
#: How many megabytes the others may take besides. Kept, their rows alone would take 40.
MORE = 25


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read in /proc")
def test_more_contacts_take_hardly_more_memory(tmp_path: Path) -> None:
    with FakeHubSpot(Portal.generate(CONTACTS)) as fake:
        said = json.dumps(settings(fake, read=["contacts"]))
        script = Path(__file__).with_name("hubspot_memory.py")
        arguments = [str(script), said, str(tmp_path / "store.duckdb"), str(FIRST)]
        ran = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    first, whole = map(float, ran.stdout.split())
    assert whole - first < MORE, f"{first:.0f} MB after {FIRST:,} contacts, {whole:.0f} MB in all"


def test_contacts_of_many_properties_are_kept_after_fewer_pages(tmp_path: Path) -> None:
    """Fifty pages are a batch, but fifty of these would hold 230,000 cells."""
    portal = Portal.generate(1500)
    names = [f"score_{number}" for number in range(65)]
    for name in names:
        portal.define("contacts", name, type="number")
    with FakeHubSpot(portal) as fake:
        wanted = {"contacts": names}
        said = settings(fake, read=["contacts"], properties=wanted, batch=50)
        held = [0]
        for item in items(source(said), tmp_path):
            if isinstance(item, Records):
                held[-1] += len(item.rows) * len(item.columns)
            elif isinstance(item, Cursor):
                held.append(0)
    # The last page before a batch is full makes it a little fuller.
    assert 100_000 <= max(held) < 105_000, held
