"""Time two years of history against the scores of one date, over the same log.

For each of two decays of the twenty rules of ``ruleset.yaml`` (inactivity, half-life), in turn and
in one process: the scores of the last day; then every change of every score since the log's first
day, counted, and the leads in each stage at the end of every day. The history is one statement,
streamed: its rows are counted and never kept. Each round prints the CPU seconds of both and their
ratio, alone and with the loading of the log that both commands begin with; then each history runs
alone, within a limit of memory, for its peak.

    python tests/bench/history.py [--leads 100000] [--events-per-lead 50] [--rounds 5] [--log DIR]
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.score import DAY, HERE, cpu, prepare

from leadline.demo import generate
from leadline.past import look_back
from leadline.pipeline import evaluate, open_directory, read_ruleset
from leadline.store import Store

DECAYS = {
    "inactivity": "inactivity: 10% every 30 days, floor: 50% of sales_ready",
    "half-life": "half_life: 45 days",
}
#: Changes of all scores; and from those of the score that stages go by, how many leads are in each
#: stage at the end of each day: who came in up to then less who left.
COUNTED = """
WITH moved AS (
  SELECT day, {old} AS left_stage, {new} AS entered_stage, count(*) AS changes
  FROM "readiness history" GROUP BY ALL
), edge AS (
  SELECT day, entered_stage AS stage, changes AS leads FROM moved
  UNION ALL SELECT day, left_stage, -changes FROM moved
), balance AS (
  SELECT day, stage, sum(sum(leads)) OVER (PARTITION BY stage ORDER BY day) AS leads
  FROM edge WHERE stage IS NOT NULL GROUP BY day, stage
)
SELECT (SELECT sum(changes) FROM moved), (SELECT count(*) FROM "interest history"),
  (SELECT count(*) FROM "fit history"), (SELECT count(*) FROM balance),
  (SELECT list(leads ORDER BY stage) FROM balance WHERE day = DATE '{day}')
"""


def stage(value: str) -> str:
    return (
        f"CASE WHEN {value} >= 100 THEN 3 WHEN {value} >= 50 THEN 2 WHEN {value} >= 20 THEN 1 "
        f"WHEN {value} IS NOT NULL THEN 0 END"
    )


def ruleset_with(decay: str, folder: Path) -> Path:
    """Write the ruleset with another decay, which has a floor where the score has its total."""
    head, tail = (HERE / "ruleset.yaml").read_text("utf-8").split("  interest:\n")
    written = DECAYS[decay]
    bare = written.split(", floor")[0]
    file = folder / f"{decay}.yaml"
    file.write_text(
        head.replace("decay: {half_life: 45 days}", f"decay: {{{written}}}")
        + "  interest:\n"
        + tail.replace("decay: {half_life: 45 days}", f"decay: {{{bare}}}"),
        "utf-8",
    )
    return file


def score(store: Store, file: Path) -> int:
    evaluate(store, read_ruleset(file), DAY.isoformat())
    return int(store.database.value("SELECT count(*) FROM scores"))


def history(store: Store, file: Path) -> tuple[object, ...]:
    look_back(store, read_ruleset(file), until=DAY.isoformat())
    query = COUNTED.format(old=stage("old"), new=stage("new"), day=DAY)
    return store.database.rows(query)[0]


def peak(path: Path, file: Path, limit: str) -> None:
    """Run a history alone, within a limit, and print its peak of memory."""
    with Store.open(path, read_only=True, memory_limit=limit) as store:
        history(store, file)
    lines = Path("/proc/self/status").read_text().splitlines()
    used = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
    print(f"{file.stem:>10}: peak {used:,} MB with DuckDB held to {limit}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--events-per-lead", type=int, default=50)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--limit", default="2GB")
    options.add_argument("--log", type=Path, help="a demo log that is there already")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = given.log or Path(folder) / "log"
        if given.log is None:
            generate(log, leads=given.leads, events_per_lead=given.events_per_lead, until=DAY)
        began = cpu()
        loaded, _ = open_directory(log, lambda label, done, total: None)
        loading = cpu() - began
        loaded.close()
        path = Path(folder) / "bench.duckdb"
        prepare(log, path)
        files = [ruleset_with(decay, Path(folder)) for decay in DECAYS]
        for file in files:
            with Store.open(path, read_only=True) as store:
                _rounds(store, file, given.rounds, loading)
        for file in files:
            alone = multiprocessing.Process(target=peak, args=(path, file, given.limit))
            alone.start()
            alone.join()
    return 0


def _rounds(store: Store, file: Path, rounds: int, loading: float) -> None:
    events = store.database.value("SELECT count(*) FROM events")
    print(f"{file.stem}: {events:,} events; loading them takes {loading:.1f} CPU seconds")
    alone: list[float] = []
    whole: list[float] = []
    for _ in range(rounds):
        began = cpu()
        scores = score(store, file)
        one = cpu() - began
        began = cpu()
        found = history(store, file)
        all_ = cpu() - began
        alone.append(all_ / one)
        whole.append((all_ + loading) / (one + loading))
        print(
            f"  score {one:6.2f}   history {all_:6.2f}   {alone[-1]:.2f}"
            f"   with loading {whole[-1]:.2f}"
        )
    changes = sum(int(str(n)) for n in found[:3])
    print(f"  {scores:,} scores; {changes:,} changes; {found[3]:,} daily counts; last {found[4]}")
    for label, ratios in (("alone", alone), ("with loading", whole)):
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"  history / score, {label}: median {statistics.median(ratios):.2f} ({spread})")


if __name__ == "__main__":
    sys.exit(main())
