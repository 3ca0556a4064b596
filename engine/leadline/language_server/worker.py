"""A thread that looks at data, so that nobody who types waits for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable
from pathlib import Path

from leadline.errors import LeadlineError
from leadline.language_server.snapshot import BeingWritten, Snapshot, Stamp, stamp_of
from leadline.store import Store

#: What is done with the store of a path; None where it has no store that can be read.
Job = Callable[["Stores"], None]


class Stores:
    """The snapshot of the store that was asked for last. Used by one thread only."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._stamp: Stamp | None = None
        self._snapshot: Snapshot | None = None
        self._refused: tuple[Path, Stamp] | None = None  # not to be copied again and again

    def store(self, path: Path | None) -> Store | None:
        """Return a store as it is now, or as it last was while a run writes to it."""
        stamp = stamp_of(path) if path is not None else None
        if path is None or stamp is None:
            return None
        if (path, stamp) not in ((self._path, self._stamp), self._refused):
            self._take(path, stamp)
        if self._snapshot is None or path != self._path:
            return None
        return self._snapshot.store

    @property
    def stamp(self) -> Stamp | None:
        """The stamp of the snapshot, which tells whether it is still the store's."""
        return self._stamp

    def _take(self, path: Path, stamp: Stamp) -> None:
        try:
            taken = Snapshot(path)
        except BeingWritten:
            return  # the next look may find it at rest
        except (LeadlineError, OSError):
            self._refused = path, stamp
            return
        self.close()
        self._path, self._stamp, self._snapshot = path, stamp, taken

    def remove(self) -> None:
        """Remove what a snapshot leaves behind when the process ends before a query does."""
        if self._snapshot is not None:
            self._snapshot.remove()

    def close(self) -> None:
        """Close the snapshot."""
        if self._snapshot is not None:
            self._snapshot.close()
        self._path = self._stamp = self._snapshot = None


class Worker:
    """Runs jobs one after the other; of those with one key only the last that was asked for.

    Args:
        fault: told of an exception that a job let through.
    """

    def __init__(self, fault: Callable[[BaseException], None]) -> None:
        self._fault = fault
        self._jobs: dict[Hashable, Job] = {}
        self._lock = threading.Lock()
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stores = Stores()
        self._thread = threading.Thread(target=self._run, name="leadline data", daemon=True)
        self._thread.start()

    def ask(self, key: Hashable, job: Job) -> None:
        """Run a job when those before it are done, in the place of a waiting one of its key."""
        with self._lock:
            self._jobs[key] = job
        self._wake.put(True)

    def stop(self, seconds: float) -> bool:
        """End the thread behind the job at hand; say whether it ended in time."""
        with self._lock:
            self._jobs.clear()
        self._wake.put(False)
        self._thread.join(seconds)
        if self._thread.is_alive():
            self._stores.remove()
        return not self._thread.is_alive()

    def _run(self) -> None:
        while self._wake.get():
            with self._lock:
                job = self._jobs.pop(next(iter(self._jobs))) if self._jobs else None
            if job is not None:
                self._try(job)
        self._stores.close()

    def _try(self, job: Job) -> None:
        try:
            job(self._stores)
        except Exception as fault:
            self._fault(fault)
