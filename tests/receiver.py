"""A receiver of posts on loopback."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """A receiver on loopback: counts posts by idempotency key, and answers as a test says."""

    port: int = 0
    status: int = 200
    answer: bytes = b""
    seconds: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    keys: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?pass=canary"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        receiver = self.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.posts.append((dict(self.headers), body))
        receiver.keys[self.headers["Idempotency-Key"]] += 1
        time.sleep(receiver.seconds)
        if receiver.status == 0:
            self.close_connection = True  # the connection breaks after all was sent
            return
        self.send_response(receiver.status)
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(receiver.answer)))
        self.end_headers()
        self.wfile.write(receiver.answer)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever posted was killed; that is what some tests are about."""


@contextlib.contextmanager
def listening() -> Iterator[Receiver]:
    """Return a receiver that listens."""
    made = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": made})
    with _Server(("127.0.0.1", 0), handler) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        server.shutdown()
        thread.join()
