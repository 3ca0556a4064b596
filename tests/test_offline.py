"""No command uses the network; only sources and outputs that a project names may."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import RULESET, repository

from leadline.cli import COMMANDS
from leadline.engine.duckdb import Database

#: What a command is run with in a new project; each ends with 0, so that it does its work.
ARGUMENTS = {
    "init": ["init", "another", "--leads", "5", "--until", "2026-06-30"],
    "demo": ["demo", "log", "--leads", "5", "--until", "2026-06-30"],
    "run": ["run", "--as-of", "2026-06-30"],
    "score": ["score", "--as-of", "2026-06-30", "-o", "scores.csv"],
    "leads": ["leads", "--as-of", "2026-06-30", "--limit", "3"],
    "explain": ["explain", "ada", "--as-of", "2026-06-30"],
    "history": ["history", "--from", "2026-06-01", "-o", "history.csv"],
    "stages": ["stages"],
    "segments": ["segments"],
    "velocity": ["velocity"],
    "drivers": ["drivers"],
    "forecast": ["forecast"],
    "accounts": ["accounts", "--as-of", "2026-06-30", "--limit", "3"],
    "acceptance": ["acceptance", "--by", "rule"],
    "audit": ["audit", "sheet", "--as-of", "2026-06-30"],
    "outbox": ["outbox"],
    "published": ["published"],
    "compile": ["compile", "-o", "scores.sql"],
    "check": ["check", "--data", "data"],
    "fmt": ["fmt"],
    "test": ["test"],
    "diff": ["diff", "HEAD", "--data", "data"],
    "revisions": ["revisions"],
    "whatif": ["whatif", "--set", "scores.readiness.actions.demo.points=50", "--data", "data"],
    "review": ["review", "--data", "past", "--as-of", "2026-09-30"],
    "backtest": ["backtest", "HEAD", "--data", "past", "--as-of", "2026-09-30"],
    "suggest": ["suggest", "--as-of", "2026-12-31"],
    "docs": ["docs"],
    "import": ["import", "mautic", "points.json"],
    "plugins": ["plugins", "list"],
    "new": ["new", "plugin", "function", "acme"],
}
#: The other commands of a group.
ALSO = [
    ["audit", "due", "--as-of", "2026-06-30"],
    ["audit", "record", "demos", "--on", "2026-06-30", "--note", "Few, but good."],
    ["audit", "calendar", "--as-of", "2026-06-30", "-o", "reviews.ics"],
]
MORE = """
accounts: {buying: {of: readiness, combine: sum}}
stages: {by: score readiness, steps: [{name: aware}, {name: ready, at: 30}]}
segments: {hot: stage is ready}
audits: {demos: {kind: content, metric: count(demo_request), started: 2026-05-01}}
"""
#: What became of the leads, in a folder of its own: opportunities take a log of some weeks.
PAST = {
    "events": "event_id,lead_id,occurred_at,type,url\n1,ada,2026-06-01T09:00:00Z,demo_request,\n",
    "opportunities": "opportunity_id,lead_id,created_at\no1,ada,2026-06-20T09:00:00Z\n",
}
POINTS = """{"points": [{"id": 1, "name": "A page", "type": "page.hit", "delta": 5}]}"""

#: Ends the process at the first word to the outside, whatever would be done about the failure, and
#: at any other program but git, which is told to use no protocol.
GUARD = """
import os, sys

def guard(event, details):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname",
                 "socket.gethostbyaddr", "socket.sendto", "socket.sendmsg"):
        os.write(2, f"{event} {details[1:]}\\n".encode())
        os._exit(99)
    if event in ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"):
        program = [os.fsdecode(part) for part in details[1]] if event != "os.system" else [""]
        if os.path.basename(program[0]) != "git" or "protocol.allow=never" not in program:
            os.write(2, f"{event} {program}\\n".encode())
            os._exit(99)

sys.addaudithook(guard)
"""

RUN = """
import json
from leadline.cli import run_command
for arguments in json.loads(sys.argv[1]):
    print("===", arguments[0], run_command(arguments), flush=True)
"""

SERVE = """
from leadline.cli import main
main(["lsp"])
"""


def guarded(code: str, *arguments: str, cwd: Path, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run Python code in a process that ends with 99 when it reaches for the network."""
    done = subprocess.run(
        [sys.executable, "-c", GUARD + code, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_no_command_uses_the_network(tmp_path: Path):
    project, _ = repository(tmp_path)
    (project / "rulesets/demo/ruleset.yaml").write_text(RULESET + MORE, encoding="utf-8")
    (project / "points.json").write_text(POINTS, encoding="utf-8")
    (project / "past").mkdir()
    for table, text in PAST.items():
        (project / f"past/{table}.csv").write_text(text, encoding="utf-8")

    asked = [*ARGUMENTS.values(), *ALSO]

    code, out, err = guarded(RUN, json.dumps(asked), cwd=project)

    assert code == 0, err
    ended = [line.split()[1:] for line in out.splitlines() if line.startswith("=== ")]
    assert ended == [[one[0], "0"] for one in asked], err


def message(method: str, params: object, id_: int | None = None) -> bytes:
    """Return a message of the Language Server Protocol."""
    body: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
    text = json.dumps(body if id_ is None else body | {"id": id_}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(text), text)


def test_the_language_server_uses_no_network(tmp_path: Path):
    project, _ = repository(tmp_path)
    file = project / "rulesets/demo/ruleset.yaml"
    text = RULESET.replace("url starts", "ulr starts")
    document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
    folder = project.as_uri()
    said = [
        message("initialize", {"processId": None, "rootUri": folder, "capabilities": {}}, 1),
        message("initialized", {}),
        message("textDocument/didOpen", {"textDocument": document}),
        message(
            "textDocument/hover",
            {"textDocument": {"uri": file.as_uri()}, "position": {"line": 6, "character": 8}},
            2,
        ),
        message("shutdown", None, 3),
        message("exit", None),
    ]

    code, out, err = guarded(SERVE, cwd=project, stdin=b"".join(said))

    assert code == 0, err
    assert '"id":3' in out.replace(" ", "")


def test_every_command_is_among_them():
    assert set(COMMANDS) - {"lsp"} == set(ARGUMENTS)


@pytest.mark.parametrize(
    "planted",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import requests; requests.get('http://127.0.0.1:9/')",
        "import urllib.request; urllib.request.urlopen('http://example.org')",
        "import subprocess; subprocess.run(['git', 'fetch'])",
        "import subprocess; subprocess.run(['curl', 'http://example.org'])",
        "import os; os.system('true')",
    ],
)
def test_a_word_to_the_outside_is_noticed_even_where_it_is_caught(planted: str, tmp_path: Path):
    hidden = f"try:\n    {planted}\nexcept BaseException:\n    pass\n"

    assert guarded(hidden, cwd=tmp_path)[0] == 99


def test_the_engine_fetches_no_extensions():
    with Database() as database:
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert database.rows(f"SELECT current_setting('{setting}')") == [(False,)]
