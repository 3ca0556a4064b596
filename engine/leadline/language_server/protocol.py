"""The protocol as pygls speaks it, with what this server keeps itself: the texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from leadline import __version__


class Protocol(LanguageServerProtocol):
    """Hands changes of texts on as the client sent them.

    pygls 2.1 would apply them to a text of its own, whose lines end at more characters than the
    protocol says, and would rewrite positions behind a line's end on the way.
    """

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Iterator[Any]:
        """Hand on that a file was opened."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Iterator[Any]:
        """Hand on that a text was changed."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Iterator[Any]:
        """Hand on that a file was closed."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; one that cannot be read is answered, where it waits for an answer."""
        try:
            return super().structure_message(data)
        except JsonRpcException as fault:
            if "id" in data and "method" in data:
                self._send_response(data["id"], None, fault.to_response_error())
            raise

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for the end before it ended."""
        return bool(self._shutdown)


class Connection(LanguageServer):
    """A connection to one client."""

    def __init__(self) -> None:
        super().__init__("leadline", __version__, protocol_cls=Protocol)

    def log(self, message: str) -> None:
        """Write one line to the client's log."""
        line = " ".join(message.split())
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, line))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a fault of a handler instead of opening a window over the author's work."""
        if source is not FeatureRequestError:  # of that the client has an answer
            self.log(f"{type(error).__name__}: {error}")

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for the end before it ended."""
        protocol = self.protocol
        return isinstance(protocol, Protocol) and protocol.was_shut_down
