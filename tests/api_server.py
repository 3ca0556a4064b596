"""An API on loopback that answers as a test says."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Server:
    """Answers requests by a route, or one after the other as a test says; the last one stays."""

    answers: list[Answer | str] = field(default_factory=list)
    route: Callable[[str, str, bytes], Answer | str] | None = None
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"


def ok(data: object) -> Answer:
    return 200, {}, json.dumps(data).encode()


def error(status: int, message: str = "", **headers: str) -> Answer:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, said, json.dumps({"message": message}).encode() if message else b""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.told.asked.append((self.command, self.path, body, dict(self.headers)))
        answers = self.told.answers
        if self.told.route is not None:
            answer = self.told.route(self.command, self.path, body)
        else:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "break":
            self.close_connection = True
            return
        if answer == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"half": ')
            self.close_connection = True
            return
        assert not isinstance(answer, str)
        status, headers, content = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    made = Server()
    handler = type("Handler", (_Handler,), {"told": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        listening.daemon_threads = True
        made.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        listening.shutdown()
        thread.join()
