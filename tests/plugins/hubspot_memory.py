"""A process that loads from a portal and says how much memory that takes.

It reads the settings as JSON, the file of a store and a number of contacts from its arguments. It
prints the peak of its memory, in megabytes: when so many contacts were read, and at the end.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from leadline.plugin import Item, Plugins, ReadContext, Records, read_source
from leadline.store import SourceLoad, Store


def say_peak() -> None:
    # Not what `resource` says: that begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    print(int(kilobytes) / 1024)


def watched(items: Iterable[Item], contacts: int) -> Iterator[Item]:
    read = 0
    for item in items:
        before, read = read, read + _contacts(item)
        if before < contacts <= read:
            say_peak()
        yield item


def _contacts(item: Item) -> int:
    return len(item.rows) if isinstance(item, Records) and item.table == "leads" else 0


def main() -> None:
    settings, file, contacts = json.loads(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with Store.open(file) as store:
        context = ReadContext(file.parent, file.parent, None, lambda *_: None)
        items = read_source(Plugins(), "hubspot", settings, context)
        store.load(SourceLoad(source="tested"), watched(items, contacts))
    say_peak()


if __name__ == "__main__":
    main()
