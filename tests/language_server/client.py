"""A client of the Language Server Protocol, as small as a test needs it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 20


class Client:
    """Starts `python -m leadline lsp` and speaks with it over its standard input and output."""

    def __init__(self, folder: Path) -> None:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "engine", ROOT / "plugins")))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "leadline", "lsp"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.folder = folder
        self.notes: list[dict[str, Any]] = []
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._next = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while line := out.readline():
            length = int(line.split(b":")[1])
            while out.readline().strip():
                pass
            self._messages.put(json.loads(out.read(length)))

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """Return the result of a request, or raise what the server answered."""
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        self._next += 1
        number = self._next
        self.send({"id": number, "method": method, "params": params})
        return self._until(lambda m: m.get("id") == number and "method" not in m)

    def wait(self, method: str, fits: Callable[[Any], bool] = lambda params: True) -> Any:
        """Return the parameters of the next notification that fits, those already there first."""
        for note in self.notes:
            if note["method"] == method and fits(note["params"]):
                self.notes.remove(note)
                return note["params"]
        return self._until(
            lambda m: m.get("method") == method and fits(m.get("params")), keep=True
        ).get("params")

    def _until(
        self, wanted: Callable[[dict[str, Any]], bool], keep: bool = False
    ) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            message = self._messages.get(timeout=max(0.01, end - time.monotonic()))
            if "id" in message and "method" in message:  # a request of the server's own
                self.send({"id": message["id"], "result": None})
            if wanted(message):
                return message
            if "method" in message:
                self.notes.append(message)

    # What every conversation has

    def begin(self, **general: Any) -> dict[str, Any]:
        result = self.ask(
            "initialize",
            processId=os.getpid(),
            rootUri=self.folder.as_uri(),
            capabilities={
                "general": general,
                "workspace": {"codeLens": {"refreshSupport": True}},
            },
        )
        self.notify("initialized")
        return dict(result)

    def open(self, file: str, text: str) -> str:
        uri = (self.folder / file).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return uri

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=list(changes))

    def findings(self, uri: str, version: int) -> list[dict[str, Any]]:
        """Return what is first said of a version of a text."""
        said = self.wait(
            "textDocument/publishDiagnostics",
            lambda p: p["uri"] == uri and p.get("version") == version,
        )
        return list(said["diagnostics"])

    def end(self) -> int:
        """Shut the server down and return its exit code."""
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
