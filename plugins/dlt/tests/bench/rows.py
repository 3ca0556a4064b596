"""Time and memory of 100,000 events: through dlt, and through a source written for them.

Each is a process of its own that makes the same rows, 100 a page, and loads them into a store.

    python tests/bench/rows.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 100_000
#: The rows, as an API would give them: pages of mappings.
MADE = f"""
def pages():
    for page in range({ROWS} // 100):
        yield [
            {{
                "event_id": f"e{{n}}",
                "lead_id": f"l{{n % 5000}}",
                "occurred_at": f"2026-{{n // 10000 + 1:02}}-{{n // 400 % 25 + 1:02}}T09:30:00Z",
                "type": ("page_view", "download", "webinar_attend")[n % 3],
                "url": f"/pages/{{n % 700}}",
                "campaign": f"campaign {{n % 40}}",
                "seconds": n % 300,
                "country": ("DE", "AT", "CH")[n % 3],
            }}
            for n in range(page * 100, page * 100 + 100)
        ]
"""
DLT = """
import dlt

@dlt.resource
def visits():
    yield from pages()
"""
WRITTEN = """
from leadline.plugin import Cursor, Records, SourceKind, hookimpl

SETTINGS = {"type": "object", "additionalProperties": False, "properties": {}}

class Acme:
    def __init__(self, settings):
        pass

    def read(self, context):
        held = []
        for page in pages():
            held += page
            if len(held) == 5_000:
                columns = tuple(held[0])
                rows = tuple(tuple(row[name] for name in columns) for row in held)
                yield Records("events", "visits", columns, rows, None)
                held = []
        yield Cursor("all")

@hookimpl
def leadline_sources():
    return (SourceKind("written", "The same rows.", SETTINGS, Acme),)
"""
SETTINGS = {
    "dlt": {"source": "acme_source:visits", "tables": {"events": "visits"}},
    "dlt, incremental": {
        "source": "acme_source:visits",
        "tables": {"events": {"resource": "visits", "incremental": "occurred_at"}},
    },
    "written": {},
}


def load(way: str, root: Path) -> None:
    """Load the rows in one way, and print seconds, memory and how many they were."""
    from leadline.plugin import Plugins, ReadContext, read_source
    from leadline.store import SourceLoad, Store

    began = time.perf_counter()
    plugins = Plugins(root / "plugins")
    context = ReadContext(root, root, None, lambda label, done, total: None)
    with Store.open(root / f"{way}.duckdb") as store:
        items = read_source(plugins, way.partition(",")[0], SETTINGS[way], context)
        found = store.load(SourceLoad("acme"), items)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{way:<18}{found.tables[0].new:>9,}{seconds:>9.1f}{memory:>9.0f}")


def main() -> None:
    """Load the rows in every way."""
    print(f"{'':<18}{'rows':>9}{'seconds':>9}{'MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "plugins").mkdir()
        (root / "plugins/written.py").write_text(MADE + WRITTEN)
        (root / "acme_source.py").write_text(MADE + DLT)
        for way in SETTINGS:
            subprocess.run([sys.executable, __file__, way, folder], check=True)


if __name__ == "__main__":
    load(sys.argv[1], Path(sys.argv[2])) if sys.argv[1:] else main()
