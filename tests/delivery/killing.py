"""Run something again and again, each time killed at a random point; for test_kills.

A process of its own, because it forks: what is slow to import is imported once, and no database
is open while it forks. ``killing.py WHAT KILLS SEED SECONDS`` works in the current folder.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import leadline.plugin.http  # noqa: F401 - slow, and every child needs it
from leadline.cli import run_command
from leadline.delivery import deliver, open_outputs
from leadline.project import load_project
from leadline.run import open_store
from leadline.store.actions import act
from leadline.store.outbox import at_work, doubt_what_is_in_flight

DAY = "2026-06-01"
LEADS_A_RUN = 8


def whole_run() -> int:
    """Do what ``leadline run`` does."""
    return run_command(["run", "--as-of", DAY])


def delivery() -> int:
    """Do what a run does after it scored."""
    project = load_project(Path())
    outputs = open_outputs(project, [output.name for output in project.outputs])
    with open_store(project, read_only=False) as store:
        doubt_what_is_in_flight(store.database)
        at_work(store.database, [("small", "qualify")])
        act(store.database, 1)
        deliver(store.database, outputs, 1, lambda label, done, total: None)
    return 0


def new_leads(number: int) -> None:
    """Append rows of new leads to the data, as a system that goes on meanwhile does."""
    rows = "".join(
        f"{number}-{n},lead{number:03}-{n},{DAY}T08:00:00Z,demo_request\n"
        for n in range(LEADS_A_RUN)
    )
    with Path("data/events.csv").open("a", encoding="utf-8") as file:
        file.write(rows)


def child(work: Callable[[], int]) -> int:
    """Fork a process that works; return its number."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
            code = work()
        finally:
            os._exit(code)
    return pid


def main(what: str, kills: int, seed: int, seconds: float) -> None:
    """Kill so many runs, then let one come to its end, and exit as that one does."""
    work = {"run": whole_run, "delivery": delivery}[what]
    dice = random.Random(seed)
    killed = 0
    for number in range(kills):
        if what == "run":
            new_leads(number)
        pid = child(work)
        time.sleep(dice.uniform(0, seconds))
        os.kill(pid, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    print(killed, flush=True)
    _, status = os.waitpid(child(work), 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
