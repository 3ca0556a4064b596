"""A process that loads from a portal again and again, each time in a process of its own.

It reads the settings as JSON and the file of a store from its arguments. For each line that it is
given it begins a load, says its process id, and at its end how that ended: 0, or less than 0 for a
signal. Whoever started it may kill the loads.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

from leadline.plugin import Plugins, ReadContext, read_source
from leadline.store import SourceLoad, Store


def load(settings: dict[str, object], file: Path) -> None:
    with Store.open(file) as store:
        context = ReadContext(file.parent, file.parent, store.cursor("tested"), lambda *_: None)
        items = read_source(Plugins(), "hubspot", settings, context)
        store.load(SourceLoad(source="tested"), items)


def begin(settings: dict[str, object], file: Path) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        load(settings, file)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    settings, file = json.loads(sys.argv[1]), Path(sys.argv[2])
    for _ in sys.stdin:
        child = begin(settings, file)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
