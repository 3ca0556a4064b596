"""A copy of a project's store, so that reading figures never keeps a run out of the store."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from leadline.errors import UsageError
from leadline.store import Store

#: A larger store is not copied: the editor then works without figures.
MOST_BYTES = 4_000_000_000
_MEMORY = "1GB"
#: Nanoseconds. Clocks of file systems are coarse: of two changes in one tick only one shows.
_AT_REST = 50_000_000


_PREFIX = "leadline-copy-"
_FOLDER = re.compile(rf"{_PREFIX}(\d+)-\w+")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a store's file from another."""

    size: int
    changed: int


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a store's file, or None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns)


def remove_left_behind() -> None:
    """Remove copies of servers that were killed while they made one."""
    if os.name != "posix":
        return  # there, asking for a process by its number may end it
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        found = _FOLDER.fullmatch(folder.name)
        if found is not None and not _is_running(int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


class BeingWritten(UsageError):
    """A store that changed while it was copied; it can be copied later."""


class Snapshot:
    """A store opened on a private copy of its file. Use as a context manager.

    The store's own file is never opened as a database, so no run finds it in use. While a run
    writes, DuckDB leaves the file alone and keeps what is new beside it, up to a checkpoint. So a
    file that is the same before and after it was copied was copied whole. The copy is gone when
    this is closed, or the process ends.

    Raises:
        BeingWritten: the file changed meanwhile.
        UsageError: it is no store, or larger than ``MOST_BYTES``.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        before = stamp_of(path)
        if before is None or before.size > MOST_BYTES:
            raise UsageError(f"the store {path} is not there, or too large to copy")
        remove_left_behind()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        copy = self._folder / "store.duckdb"
        try:
            shutil.copyfile(path, copy)
            if stamp_of(path) != before or 0 <= time.time_ns() - before.changed < _AT_REST:
                raise BeingWritten(f"the store {path} is being written to")
            self.store = Store.open(copy, read_only=True, threads=1, memory_limit=_MEMORY)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        if os.name == "posix":
            # An open file without a name: what is in it goes away even when the process is killed.
            copy.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the copy and remove it."""
        self.store.close()
        self.remove()

    def remove(self) -> None:
        """Remove the folder of the copy."""
        shutil.rmtree(self._folder, ignore_errors=True)
