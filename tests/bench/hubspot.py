"""Time loads from a made HubSpot portal on this machine, and watch the memory that they take.

The portal is served by a process of its own; each load is one as well, into a store in a file: a
first load of everything, then one of what was changed since. Each prints seconds, CPU seconds and
the peak of memory as it goes.

    python tests/bench/hubspot.py [--contacts 100000] [--changed 1000] [--memory-limit 1GB]
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from leadline.plugin import Item, Plugins, ReadContext, Records, read_source
from leadline.store import SourceLoad, Store
from leadline.testing.fake_hubspot import FakeHubSpot, Portal

TOLD = 50_000
FIRST = 1001


def serve(contacts: int, said: Connection) -> None:
    """Serve a portal; change so many contacts as it is told, until that is none."""
    portal = Portal.generate(contacts)
    with FakeHubSpot(portal) as fake:
        said.send(fake.url)
        while changed := said.recv():
            at = datetime.now(UTC).isoformat()
            for number in range(0, contacts, -(-contacts // changed)):
                new = {"jobtitle": f"Job {number}", "lifecyclestage": "opportunity"}
                portal.update("contacts", str(FIRST + number), new, at=at)
            said.send(changed)


def told(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, and say how far the contacts are."""
    begin, count = time.monotonic(), 0
    for item in items:
        if isinstance(item, Records) and item.table == "leads":
            before, count = count, count + len(item.rows)
            if count // TOLD > before // TOLD:
                say(f"{count:>9,} contacts", time.monotonic() - begin)
        yield item


def say(what: str, seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(f"{what}  {seconds:7.1f} s  {cpu:7.1f} CPU s  {peak:5.0f} MB at most", flush=True)


def load(url: str, root: Path, memory_limit: str | None) -> None:
    """Load the contacts and the members of a list into the store in a folder."""
    settings = {
        "token": "pat-eu1-fake",
        "url": url,
        "read": ["contacts", "lists"],
        "lists": ["Newsletter readers"],
        # Of a million contacts, the server takes a while to find those that were changed.
        "timeout": 300,
    }
    begin = time.monotonic()
    with Store.open(root / "store.duckdb", memory_limit=memory_limit) as store:
        context = ReadContext(root, root, store.cursor("portal"), lambda *_: None)
        items = read_source(Plugins(), "hubspot", settings, context)
        summary = store.load(SourceLoad(source="portal"), told(items))
    say("the whole load", time.monotonic() - begin)
    for table in summary.tables:
        print(
            f"    {table.table}: {table.rows:,} rows, {table.new:,} new, {table.changed:,} changed"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--changed", type=int, default=1000)
    parser.add_argument("--memory-limit")
    asked = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    here, there = processes.Pipe()
    server = processes.Process(target=serve, args=(asked.contacts, there))
    server.start()
    url = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        for changed in (0, asked.changed):
            if changed:
                here.send(changed)
                print(f"{here.recv():,} contacts changed")
            loader = processes.Process(target=load, args=(url, Path(folder), asked.memory_limit))
            loader.start()
            loader.join()
    here.send(0)
    server.join()


if __name__ == "__main__":
    main()
