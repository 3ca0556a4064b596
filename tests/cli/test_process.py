"""leadline as a process of its own: streams, signals, what is imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadline import __version__

LEADLINE = [str(Path(sys.executable).with_name("leadline"))]
DAY = ("--as-of", "2026-06-30")


def run(*arguments: str, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LEADLINE, *arguments], capture_output=True, text=True, check=False, **more
    )


@pytest.mark.parametrize("argument", ["--version", "--help", "-h"])
def test_the_version_and_the_help_import_no_engine(here: Path, argument: str):
    code = (
        "import sys; from leadline.cli import run_command; "
        f"code = run_command([{argument!r}]); "
        "heavy = {'duckdb', 'lark', 'rich', 'jsonschema', 'yaml', 'pluggy'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "leadline" in done.stdout


def test_the_version_is_told(here: Path):
    assert run("--version").stdout == f"leadline, version {__version__}\n"


def test_results_go_to_one_stream_and_the_rest_to_the_other(filled: Path):
    done = run("score", *DAY, "--format", "csv", cwd=filled)

    assert done.returncode == 0
    assert done.stdout.startswith("lead_id,score,per,value\nada,fit,,40\n")
    assert done.stdout.count("\n") == 10
    assert done.stderr == "small as of 2026-06-30 (UTC): 4 leads\n"


def test_an_error_leaves_the_results_empty(filled: Path):
    done = run("leads", "--where", "lead.contry is DE", cwd=filled)

    assert done.returncode == 3
    assert done.stdout == ""
    assert "did you mean `country`?" in done.stderr


def test_a_reader_that_leaves_is_no_fault(filled: Path):
    """The reader is gone before the first line, as after ``| head -1`` of a long result."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [*LEADLINE, "score", *DAY], cwd=filled, stdout=gone, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 0
    assert done.stderr == b""


def test_output_is_utf_8_whatever_the_locale(small: Path):
    with (small / "data/leads.csv").open("a", encoding="utf-8") as file:
        file.write("Zoë東,acme,2026-01-01T00:00:00Z,,,,\n")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    done = subprocess.run(
        [*LEADLINE, "score", "small.yaml", "--data", "data", *DAY, "--format", "csv"],
        cwd=small,
        env=environment,
        capture_output=True,
        check=True,
    )

    assert "\nZoë東,fit,,0\n".encode() in done.stdout


def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(here: Path):
    process = subprocess.Popen(
        [*LEADLINE, "demo", "log", "--leads", "300000"],
        cwd=here,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 20
    while not (here / "log").exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)

    assert process.returncode == 130
    assert said.strip() == "stopped"
    assert list((here / "log").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("form", ["text", "concise", "json", "github", "sarif", "junit"])
def test_a_file_whose_name_is_not_utf_8(here: Path, form: str):
    folder = os.fsencode(here)
    with open(folder + b"/m\xff.yaml", "wb") as file:
        file.write(b"leadline: 1\nmodle: m\n")

    command = [sys.executable, "-m", "leadline", "check", b"m\xff.yaml", "--format", form]
    command += ["--output", f"{form}=found"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=here)

    assert done.returncode == 3, done.stderr
    assert done.stdout.decode()
    assert (here / "found").read_text(encoding="utf-8")
