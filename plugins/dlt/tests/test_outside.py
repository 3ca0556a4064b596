"""What a load leaves outside of the store: no file, no connection, no thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LOAD = """
import json, os, socket, sys, threading
from pathlib import Path

def refuse(*arguments, **more):
    raise AssertionError(f"a connection to {arguments}")

written = []

def watch(event, arguments):
    made = event in ("os.mkdir", "os.rename")
    opened = event == "open" and not isinstance(arguments[0], int)
    if made or opened and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        path = str(arguments[0])
        # Python keeps what it compiled beside installed modules.
        if path != os.devnull and ("__pycache__" not in path or path.startswith(sys.argv[1])):
            written.append(path)

sys.addaudithook(watch)
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from leadline.plugin import Plugins, ReadContext, SourceError, read_source

plugins = Plugins()
plugins.load(["dlt"])
assert "dlt" not in {name.partition(".")[0] for name in sys.modules}, "imported too early"
root, work = Path(sys.argv[1]), Path(sys.argv[2])
settings = json.loads(sys.argv[3])
try:
    items = list(read_source(plugins, "dlt", settings, ReadContext(root, work, None, print)))
    print("items", len(items))
except SourceError as error:
    print(error.message, error.hint)
from dlt.common.runtime import anon_tracker
assert anon_tracker._ANON_TRACKER_ENDPOINT is None, "telemetry is on"
assert written == [], written
assert threading.active_count() == 1, threading.enumerate()
"""


def run(project: Any, here: Path, settings: str) -> str:
    """Load in a process of its own, whose home and folder are empty."""
    home = here / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(project.root), str(project.work), settings],
        cwd=here,
        env={**kept, "HOME": str(home), "DLT_DATA_DIR": str(here / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert list(home.iterdir()) == []
    return done.stdout


def test_a_load_leaves_nothing_behind(
    project: Any, pages: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.write("acme_source.py", pages)
    here = tmp_path_factory.mktemp("here")
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*")}
    visits = '{"events": {"resource": "visits", "incremental": "occurred_at"}}'
    out = run(project, here, f'{{"source": "acme_source:acme", "tables": {visits}}}')
    assert "items 2" in out
    assert {path: path.stat().st_mtime_ns for path in project.root.rglob("*")} == before
    assert [path.name for path in here.iterdir()] == ["home"]


def test_a_secret_that_dlt_found_itself_is_not_shown(
    project: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.write(
        "acme_source.py",
        "import dlt\n@dlt.resource\ndef people(word=dlt.secrets.value):\n"
        "    raise ValueError(f'it is {word}')\n    yield\n",
    )
    here = tmp_path_factory.mktemp("here")
    (here / ".dlt").mkdir()
    (here / ".dlt/secrets.toml").write_text('[sources.acme_source.people]\nword = "open-sesame"\n')
    out = run(project, here, '{"source": "acme_source:people", "tables": {"leads": "people"}}')
    assert "ValueError: it is <secret>" in out
