"""A generated log to look at, as views over its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadline.demo import generate
from leadline.engine.duckdb import Database

OpenLog = Callable[[Path], Database]


def open_log(folder: Path) -> Database:
    """Open the files of a generated log as views of the tables' names."""
    database = Database()
    for path in sorted(folder.glob("*.parquet")):
        database.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
    return database


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A log of 6,000 leads, large enough for shares to mean something."""
    folder = tmp_path_factory.mktemp("log")
    generate(folder, leads=6000)
    with open_log(folder) as database:
        yield database


@pytest.fixture(scope="session")
def opener() -> OpenLog:
    return open_log
