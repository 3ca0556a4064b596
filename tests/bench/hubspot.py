"""Time a load from a made HubSpot portal on this machine, and watch the memory that it takes.

The portal is served by a process of its own; the load is one as well, into a store in a file. It
prints seconds, CPU seconds and the peak of memory as it goes.

    python tests/bench/hubspot.py [--contacts 100000] [--memory-limit 128MB]
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from leadline.plugin import Item, Plugins, ReadContext, Records, read_source
from leadline.store import SourceLoad, Store
from leadline.testing.fake_hubspot import FakeHubSpot, Portal

TOLD = 20_000


def serve(contacts: int, said: Connection) -> None:
    """Serve a portal until it is told to end."""
    with FakeHubSpot(Portal.generate(contacts)) as fake:
        said.send(fake.url)
        said.recv()


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


def load(url: str, memory_limit: str) -> None:
    """Load the contacts into a store in a file."""
    settings = {"token": "pat-eu1-fake", "url": url, "read": ["contacts"]}
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with Store.open(root / "store.duckdb", memory_limit=memory_limit) as store:
            context = ReadContext(root, root, None, lambda label, done, total: None)
            items = read_source(Plugins(), "hubspot", settings, context)
            store.load(SourceLoad(source="portal"), told(items))
        say("the whole load", time.monotonic() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--memory-limit", default="128MB")
    asked = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    here, there = processes.Pipe()
    server = processes.Process(target=serve, args=(asked.contacts, there))
    server.start()
    loader = processes.Process(target=load, args=(here.recv(), asked.memory_limit))
    loader.start()
    loader.join()
    here.send("end")
    server.join()


if __name__ == "__main__":
    main()
