"""A load from HubSpot that is killed: it ends as one that was not, and asks for nothing twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.portals import Loader, large, now, page_of, settings

from leadline.store import Store
from leadline.testing.conforming import Dump, difference, dump
from leadline.testing.fake_hubspot import FakeHubSpot, Portal

KILLS = 20
#: How many calls a page takes at most: a search, and four batches of 50 with their histories.
CALLS = 5


class Killing:
    """Loads in processes of their own, which are killed."""

    def __init__(self, fake: FakeHubSpot, process: subprocess.Popen[str], file: Path) -> None:
        self.fake, self.process, self.file = fake, process, file
        #: The pages that each load asked for.
        self.pages: list[list[tuple[object, ...]]] = []

    def load(self, after: int | None = None, late: float = 0.0) -> int:
        """Load until so many pages were asked for, and a little longer; return how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        begin = len(self.fake.requests)
        print("load", file=self.process.stdin, flush=True)
        child = int(self.process.stdout.readline())
        if after is not None:
            while len(self._pages(begin)) < after and _runs(child):
                time.sleep(0.001)
            time.sleep(late)
            os.kill(child, signal.SIGKILL)
        code = int(self.process.stdout.readline())
        self._settle()
        self.pages.append(self._pages(begin))
        return code

    def cursor(self) -> str | None:
        with Store.open(self.file) as store:
            return store.cursor("tested")

    def dump(self) -> Dump:
        with Store.open(self.file) as store:
            return dump(store)

    def _settle(self) -> None:
        """Wait until the server has noted what the load asked for before it died."""
        noted = -1
        while noted != len(self.fake.requests):
            noted = len(self.fake.requests)
            time.sleep(0.03)

    def _pages(self, begin: int) -> list[tuple[object, ...]]:
        found = (page_of(asked) for asked in self.fake.requests[begin:])
        return [page for page in found if page is not None]


def _runs(child: int) -> bool:
    """Say whether a process still works; one that has ended waits for its parent to notice."""
    try:
        state = (
            Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        )
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def killing(fake: FakeHubSpot, file: Path, said: dict[str, Any]) -> Iterator[Killing]:
    script = Path(__file__).with_name("hubspot_loads.py")
    with subprocess.Popen(
        [sys.executable, script, json.dumps(said), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Killing(fake, process, file)
        assert process.stdin is not None
        process.stdin.close()


def change(portal: Portal) -> None:
    """Change more contacts than a page of a search holds, and delete one."""
    for number in range(450):
        portal.update("contacts", str(1001 + number), {"jobtitle": f"Job {number}"}, at=now())
    portal.archive("contacts", "1600", at=now())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched in /proc")
def test_killed_at_random_it_ends_the_same_and_asks_for_no_kept_page_again(tmp_path: Path) -> None:
    draw = random.Random(20)
    portal = large(700)
    with FakeHubSpot(portal) as fake:
        said = settings(fake, batch=1)
        whole = Loader(tmp_path, said)
        whole.load()
        first = whole.dump()
        with killing(fake, tmp_path / "killed.duckdb", said) as loads:
            assert _killed(loads, draw, KILLS - 4) == 0
            assert loads.dump() == first, difference(first, loads.dump())
            change(portal)
            whole.load()
            assert _killed(loads, draw, 4) == 0
            assert loads.dump() == whole.dump(), difference(whole.dump(), loads.dump())
    assert whole.dump() != first


def _killed(loads: Killing, draw: random.Random, times: int) -> int:
    """Kill a load so often, then let it end; no page that was kept may be asked for again."""
    runs: list[list[tuple[object, ...]]] = []
    for _ in range(times):
        before = loads.cursor()
        assert loads.load(draw.choice([0, 1, 1, 2, 3]), draw.random() / 25) == -signal.SIGKILL
        runs.append(loads.pages[-1])
        # A page is asked for only after the one before was kept.
        if len(runs[-1]) > CALLS:
            assert loads.cursor() != before
        if _is_whole(loads.cursor()):
            # It was killed between its last page and its end: what follows is another load.
            _asked_once(runs)
            runs = []
    code = loads.load()
    _asked_once([*runs, loads.pages[-1]])
    return code


def _is_whole(cursor: str | None) -> bool:
    return cursor is not None and json.loads(cursor)["started"] is None


def _asked_once(runs: list[list[tuple[object, ...]]]) -> None:
    """Hold the runs of one load to asking for no page again that one of them has kept."""
    for number, run in enumerate(runs):
        later = [page for other in runs[number + 1 :] for page in other]
        again = [at for at, page in enumerate(run) if page in later]
        kept = again[0] if again else len(run)
        assert again == list(range(kept, len(run))), "a page was asked for again behind a later one"
        assert len(run) - kept <= CALLS, f"{len(run) - kept} of {len(run)} pages were not kept"
