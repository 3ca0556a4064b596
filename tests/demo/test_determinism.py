"""The same arguments give the same rows: with any number of threads, and with any DuckDB."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from leadline.demo import generate
from leadline.engine.duckdb import Database

# Of 60 leads with seed 7; the same under DuckDB 1.5 and 2.0. A change of the generator's SQL
# changes it, an upgrade of DuckDB must not.
DIGEST_OF_SIXTY = "ccd171f54d7105e9f569619b9bf84b6cf85880e1401232e21eee55ccefcca667"


def digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        content.update(path.name.encode() + b"\0" + path.read_bytes())
    return content.hexdigest()


def test_rows_do_not_depend_on_the_version_of_duckdb(tmp_path: Path) -> None:
    generate(tmp_path, leads=60, format="csv")
    assert digest(tmp_path) == DIGEST_OF_SIXTY


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_do_not_depend_on_threads(tmp_path: Path, threads: int) -> None:
    generate(tmp_path / "a", leads=3000, format="csv")
    generate(tmp_path / "b", leads=3000, format="csv", threads=threads)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_generating_again_replaces_the_files_with_equal_ones(tmp_path: Path) -> None:
    generate(tmp_path, leads=30)
    first = digest(tmp_path)
    generate(tmp_path, leads=30)
    assert digest(tmp_path) == first


def test_another_seed_is_another_log(tmp_path: Path) -> None:
    generate(tmp_path / "a", leads=30, format="csv", seed=1)
    generate(tmp_path / "b", leads=30, format="csv", seed=2)
    for name in ("leads", "events", "accounts"):
        a = (tmp_path / "a" / f"{name}.csv").read_bytes()
        assert a != (tmp_path / "b" / f"{name}.csv").read_bytes()


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    tables = generate(tmp_path, leads=200).tables
    generate(tmp_path, leads=200, format="csv")
    with Database() as database:
        for table in tables:
            columns = database.rows(f"DESCRIBE SELECT * FROM '{table.path}'")
            types = ", ".join(f"'{name}': '{type_}'" for name, type_, *_ in columns)
            csv = f"read_csv('{table.path.with_suffix('.csv')}', columns = {{{types}}})"
            for one, other in ((f"'{table.path}'", csv), (csv, f"'{table.path}'")):
                query = f"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other}"
                assert database.rows(query) == [], table.name
