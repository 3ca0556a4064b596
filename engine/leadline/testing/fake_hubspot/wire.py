"""HTTP on this machine, with what may go wrong on the way."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from leadline.testing.fake_hubspot.asked import Asked
from leadline.testing.fake_hubspot.faults import Sent

_PIECES: Final = 20


class Listener:
    """A server at a free port of this machine.

    Args:
        answer: returns what a request gets.
    """

    def __init__(self, answer: Callable[[Asked], Sent]) -> None:
        closing = threading.Event()
        self._closing = closing

        class Handler(_Handler):
            def respond(self, asked: Asked) -> Sent:
                return answer(asked)

            def wait(self, seconds: float) -> None:
                closing.wait(seconds)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End it, and every connection with it."""
        self._closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """A server that can end its connections; clients keep them open as long as they like."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._changing = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changing:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._changing:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what fails here is a connection that the other side left."""

    def hang_up(self) -> None:
        with self._changing:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests and sends what they get."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def respond(self, asked: Asked) -> Sent:
        """Return what a request gets."""
        raise NotImplementedError

    def wait(self, seconds: float) -> None:
        """Wait, but not when the server ends."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Answer any request."""
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        content = self.rfile.read(int(headers.get("content-length", "0")))
        try:
            body = json.loads(content) if content else None
        except ValueError:
            body = content.decode(errors="replace")
        query = tuple(parse_qsl(split.query, keep_blank_values=True))
        asked = Asked(self.command, split.path, query, body, headers, time.monotonic())
        self._send(self.respond(asked))

    do_POST = do_GET
    do_PATCH = do_GET
    do_PUT = do_GET
    do_DELETE = do_GET

    def _send(self, reply: Sent) -> None:
        if reply.answer is None:
            self.close_connection = True
            return
        if not reply.drip:
            self.wait(reply.seconds)
        self.send_response(reply.answer.status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        for name, value in reply.answer.headers:
            self.send_header(name, value)
        if reply.length:
            self.send_header("Content-Length", str(len(reply.body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        part = reply.body[: int(len(reply.body) * reply.share)]
        if len(part) < len(reply.body):
            self.close_connection = True
        self._write(part, reply.seconds if reply.drip else 0.0)

    def _write(self, body: bytes, seconds: float) -> None:
        size = max(1, -(-len(body) // _PIECES)) if seconds else max(1, len(body))
        for begin in range(0, len(body), size):
            self.wait(seconds / _PIECES)
            self.wfile.write(body[begin : begin + size])
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
