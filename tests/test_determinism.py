"""The same input gives the same bytes, whatever the threads, order and time zone."""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import ROOT

from leadline.cli import run_command
from leadline.demo import generate
from leadline.store import Store

RULESET = ROOT / "rulesets" / "b2b_saas"
DAY = "2026-06-30"
#: DuckDB gives a thread this many rows at least; fewer would never be shared out.
ROW_GROUP = 122_880


def scored(ruleset: Path, data: Path, output: Path, as_of: str = DAY) -> bytes:
    arguments = ["score", str(ruleset), "--data", str(data), "--as-of", as_of]
    assert run_command([*arguments, "--format", "csv", "-o", str(output)]) == 0
    return output.read_bytes()


def test_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = generate(tmp_path / "data", leads=1500, events_per_lead=90)
    assert {table.path.stem: table.rows for table in made.tables}["events"] > ROW_GROUP
    open_store = Store.open
    found = []
    for threads in (1, 2, 2):
        monkeypatch.setattr(Store, "open", lambda path, n=threads: open_store(path, threads=n))
        found.append(scored(RULESET, tmp_path / "data", tmp_path / "scores.csv"))
    assert found[0] == found[1] == found[2]
    assert found[0].count(b"\n") > 3000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A log as CSV files, and its scores."""
    folder = tmp_path_factory.mktemp("log")
    generate(folder / "data", leads=150, format="csv")
    return folder / "data", scored(RULESET, folder / "data", folder / "scores.csv")


Change = Callable[[Path], None]


def shuffled(data: Path) -> None:
    chance = random.Random(7)
    for path in data.glob("*.csv"):
        head, *rows = path.read_text("utf-8").splitlines(keepends=True)
        chance.shuffle(rows)
        path.write_text(head + "".join(rows), "utf-8")


def with_copies(data: Path) -> None:
    for path in list(data.glob("*.csv")):
        shutil.copy(path, path.with_name(f"{path.stem}-2.csv"))


def in_parts(data: Path) -> None:
    """Cut each file in three, the parts in another order and with other columns first."""
    for path in list(data.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for part in range(3):
            other = path.with_name(f"{path.stem}-{9 - part}.csv")
            with other.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(reversed(rows[0])))
                writer.writeheader()
                writer.writerows(rows[part::3])
        path.unlink()


def without_event_ids(data: Path) -> None:
    path = data / "events.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name != "event_id"])
        writer.writeheader()
        writer.writerows({k: v for k, v in row.items() if k != "event_id"} for row in rows)


@pytest.mark.parametrize("change", [shuffled, with_copies, in_parts], ids=lambda f: f.__name__)
def test_rows_in_another_order(log: tuple[Path, bytes], change: Change, tmp_path: Path) -> None:
    data, expected = log
    shutil.copytree(data, tmp_path / "data")
    change(tmp_path / "data")
    assert scored(RULESET, tmp_path / "data", tmp_path / "scores.csv") == expected


@pytest.mark.parametrize("change", [shuffled, with_copies], ids=lambda f: f.__name__)
def test_rows_without_an_id(log: tuple[Path, bytes], change: Change, tmp_path: Path) -> None:
    shutil.copytree(log[0], tmp_path / "data")
    without_event_ids(tmp_path / "data")
    before = scored(RULESET, tmp_path / "data", tmp_path / "before.csv")
    change(tmp_path / "data")
    assert scored(RULESET, tmp_path / "data", tmp_path / "after.csv") == before


def test_the_time_zone_of_the_machine(tmp_path: Path) -> None:
    """Score times without an offset, and days on which clocks change, under three zones."""
    fixture, company = ROOT / "tests" / "fixtures" / "clock_changes", ROOT / "rulesets" / "b2b_saas"
    as_of = (fixture / "as_of.txt").read_text().strip()
    expected = [
        scored(fixture, fixture / "data", tmp_path / "fixture.csv", as_of),
        scored(company, company / "data", tmp_path / "company.csv"),
    ]
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.test_determinism import scored\n"
        "a, b, c, d, at, out = sys.argv[1:]\n"
        "scored(Path(a), Path(b), Path(out) / '0', at)\n"
        "scored(Path(c), Path(d), Path(out) / '1')\n"
    )
    given = [fixture, fixture / "data", company, company / "data", as_of]
    for number, zone in enumerate(("America/New_York", "Asia/Kathmandu", None)):
        out = tmp_path / str(number)
        out.mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "TZ"}
        environment |= {"TZ": zone} if zone else {}
        environment |= {"PYTHONHASHSEED": str(number), "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", script, *map(str, given), str(out)]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=120)
        assert [(out / name).read_bytes() for name in ("0", "1")] == expected
