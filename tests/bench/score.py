"""Time a ruleset of twenty rules against the SQL an expert writes by hand for the same job.

Both read the same tables of one store, in turn, in one process; each round prints the CPU seconds
of both and their ratio. Then each runs alone in a process of its own for its peak of memory. The
results are compared lead by lead.

    python tests/bench/score.py [--leads 100000] [--events-per-lead 50] [--rounds 7] [--log DIR]
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from leadline.demo import generate
from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.pipeline import columns_of, compile_ruleset, open_directory, read_ruleset
from leadline.plan.build import build_plan
from leadline.plan.clock import end_of_day
from leadline.sql.query import Query, write_query
from leadline.store import Store

HERE = Path(__file__).parent
DAY = date(2026, 6, 30)
#: The tables that both read; without aliases, tags and history, which the hand-written SQL ignores.
TABLES = ("events", "leads", "accounts", "assets")
#: The hand-written SQL asks for a visit of every event and for an account of every lead.
GIVEN = {
    "events": "SELECT * REPLACE (coalesce(visit_id, 'v' || event_id) AS visit_id)",
    "leads": "SELECT * EXCLUDE (email)",
}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def prepare(log: Path, store: Path) -> None:
    """Load the log as any folder of data, and keep what both forms of the job read."""
    loaded, _ = open_directory(log, lambda label, done, total: None)
    with loaded:
        for table in TABLES:
            query = f"{GIVEN.get(table, 'SELECT *')} FROM {table}"
            loaded.database.copy_parquet(query, store.with_suffix(f".{table}.parquet"))
    with Store.open(store) as kept:
        for table in TABLES:
            file = store.with_suffix(f".{table}.parquet")
            kept.database.execute(f"CREATE TABLE {table} AS SELECT * FROM '{file}'")


def jobs(store: Store) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the job as leadline does it and as the expert does."""
    database = store.database
    text = read_ruleset(HERE / "ruleset.yaml")
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    as_of = end_of_day(DAY, ruleset.timezone)
    expert = (HERE / "expert.sql").read_text("utf-8").format(before=as_of.before, day=DAY)

    def leadline() -> None:
        query: Query = write_query(build_plan(ruleset, catalog, as_of))
        run_query(database, query)
        database.execute("CREATE OR REPLACE TEMP TABLE found AS SELECT * FROM scores")

    return leadline, lambda: database.execute(expert)


def differences(database: Database) -> int:
    """Return how many of the numbers of both are apart."""
    readiness = database.value(
        "SELECT count(*) FROM expert x JOIN found f USING (lead_id) "
        "WHERE f.score = 'readiness' AND abs(f.value - x.readiness) > 1.01e-4"
    )
    fit = database.value(
        "SELECT count(*) FROM expert x JOIN found f USING (lead_id) "
        "WHERE f.score = 'fit' AND f.value <> x.fit"
    )
    interest = database.value(
        "SELECT count(*) FROM found f JOIN (UNPIVOT (SELECT lead_id, analytics, automation, "
        "integration FROM expert) ON analytics, automation, integration INTO NAME per VALUE v) x "
        "USING (lead_id, per) WHERE f.score = 'interest' AND abs(f.value - x.v) > 1.01e-4"
    )
    return int(readiness + fit + interest)


def peak(path: Path, index: int) -> None:
    """Run one form of the job alone and print its peak of memory."""
    with Store.open(path, read_only=True) as store:
        jobs(store)[index]()
    # Not ru_maxrss: a child process begins with its parent's.
    lines = Path("/proc/self/status").read_text().splitlines()
    used = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
    print(f"{('leadline', 'expert')[index]:>10}: peak {used:,} MB")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--events-per-lead", type=int, default=50)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--log", type=Path, help="a demo log that is there already")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = given.log or Path(folder) / "log"
        if given.log is None:
            generate(log, leads=given.leads, events_per_lead=given.events_per_lead, until=DAY)
        path = Path(folder) / "bench.duckdb"
        prepare(log, path)
        with Store.open(path, read_only=True) as store:
            events = store.database.value("SELECT count(*) FROM events")
            print(f"{events:,} events, 20 rules, CPU seconds (user and system)")
            leadline, expert = jobs(store)
            leadline()
            expert()
            apart = differences(store.database)
            ratios = []
            for _ in range(given.rounds):
                start = cpu()
                expert()
                middle = cpu()
                leadline()
                end = cpu()
                ratios.append((end - middle) / (middle - start))
                print(
                    f"  expert {middle - start:5.2f}  leadline {end - middle:5.2f}"
                    f"  ratio {ratios[-1]:4.2f}"
                )
        print(f"median ratio {statistics.median(ratios):.2f}, numbers apart: {apart}")
        for index in (0, 1):
            alone = multiprocessing.get_context("spawn").Process(target=peak, args=(path, index))
            alone.start()
            alone.join()
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
