"""Rows of a driver as a CSV file for the store, without a look at any of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as UTF-8 with commas and every cell quoted; return how many they were.

    Args:
        path: where to.
        header: the names of the columns.
        rows: as a cursor gives them; None is a missing value.
    """
    count = 0

    def counted() -> Iterator[Sequence[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    # Half a surrogate pair is no character; files have room for whole ones only.
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(counted())
    return count
