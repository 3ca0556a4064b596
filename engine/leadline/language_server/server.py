"""The language server: requests in, what this package knows out."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.uris import to_fs_path

from leadline.errors import LeadlineError
from leadline.language_server import answers, wire
from leadline.language_server.looking import Looked, look
from leadline.language_server.opened import Opened
from leadline.language_server.protocol import Connection
from leadline.language_server.session import Session
from leadline.language_server.surroundings import Surroundings
from leadline.language_server.text import Text, changed, text_of
from leadline.language_server.worker import Stores, Worker
from leadline.ruleset.model import Ruleset


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds without a keystroke before each step: errors, findings, a look at the data."""

    check: float
    find: float
    look: float


_AT_ONCE = Pauses(0, 0, 0)
_TYPING = Pauses(0.1, 0.2, 0.6)
#: Seconds between two looks at whether a store has changed.
_LOOK_EVERY = 5.0


class Server:
    """One client's server; make it with the connection and let ``register`` tell pygls."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session = Session()
        self._worker = Worker(self._fault_elsewhere)
        self._timers: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._said: set[str] = set()

    def stop(self, patience: float) -> bool:
        """End the thread of the data; say whether it ended within so many seconds."""
        return self._worker.stop(patience)

    # The life of a file

    def initialized(self, params: lsp.InitializedParams) -> None:
        """Begin to watch the data."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._fault_in_loop)
        self._start(self._watch())

    def did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """Take the text of a file that was opened."""
        document = params.text_document
        path = to_fs_path(document.uri)
        if path is None or not document.uri.startswith("file:"):
            return  # a text that is nowhere has no project
        encoding = wire.encoding_of(self.connection.workspace.position_encoding)
        text = text_of(document.text, encoding)
        self.session.put(document.uri, Path(path), document.version, text)
        self._check_soon(document.uri)

    def did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """Take the changes of a text; positions count in the text after the change before."""
        uri = params.text_document.uri
        opened = self.session.get(uri)
        if opened is None:
            return
        text = opened.text
        for change in params.content_changes:
            text = _applied(text, change)
        self.session.put(uri, opened.path, params.text_document.version, text)
        self._check_soon(uri, _TYPING)

    def did_save(self, params: lsp.DidSaveTextDocumentParams) -> None:
        """Check a file that was saved, and of a project that was saved every file."""
        opened = self.session.get(params.text_document.uri)
        of_all = opened is not None and opened.kind == "project"
        for uri in self.session.uris if of_all else (params.text_document.uri,):
            self._check_soon(uri)

    def did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """Forget a file that was closed, and what was said of it."""
        uri = params.text_document.uri
        if self.session.get(uri) is not None:
            self.session.close(uri)
            self._publish(uri, None)

    # Checks

    def _check_soon(self, uri: str, pauses: Pauses = _AT_ONCE) -> None:
        for what in ("find", "look"):
            self._forget(what, uri)
        self._later("check", uri, pauses.check, lambda: self._start(self._check(uri, pauses)))

    def _forget(self, what: str, uri: str) -> None:
        waiting = self._timers.pop((what, uri), None)
        if waiting is not None:
            waiting.cancel()

    def _later(self, what: str, uri: str, seconds: float, do: Callable[[], None]) -> None:
        """Do something after a pause, in the place of what still waits for one."""
        self._forget(what, uri)
        self._timers[what, uri] = asyncio.get_running_loop().call_later(seconds, do)

    def _start(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)  # a task that nobody holds may be collected
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.connection.log(f"a check failed: {type(fault).__name__}: {fault}")

    async def _check(self, uri: str, pauses: Pauses) -> None:
        """Say what is wrong with a file."""
        opened = self.session.get(uri)
        if opened is None or (opened.kind is None and not opened.found):
            return
        checked = await asyncio.to_thread(self.session.check, opened)
        after = self.session.say(uri, opened.version, checked)
        if after is None:
            return  # the text changed, and is checked again
        self._publish(uri, after)
        self._say_fault(self.session.around(after.path).fault)
        if after.kind == "ruleset":
            find = functools.partial(self._find, uri, after, checked.ruleset, pauses)
            self._later("find", uri, pauses.find, lambda: self._start(find()))
            for other in self.session.uris:
                beside = self.session.get(other)
                if beside is not None and beside.kind in ("tests", "audits", "reviews"):
                    self._check_soon(other)

    async def _find(self, uri: str, after: Opened, ruleset: Ruleset | None, pauses: Pauses) -> None:
        """Say what is found in a ruleset that compiles, and look at the data."""
        if ruleset is not None:
            checked = await asyncio.to_thread(self.session.find, after, ruleset)
            found = self.session.say(uri, after.version, checked)
            if found is None:
                return
            if found.found != after.found:
                self._publish(uri, found)
        self._later("look", uri, pauses.look, lambda: self._look(uri))

    def _publish(self, uri: str, opened: Opened | None) -> None:
        """Tell the client what is said of a file, or that a closed one has nothing to say."""
        said = [wire.diagnostic(one, opened.text) for one in opened.found] if opened else []
        version = opened.version if opened is not None else None
        self.connection.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=said)
        )

    def _say_fault(self, fault: str) -> None:
        """Say once why a project or a plugin cannot be used."""
        if fault and fault not in self._said:
            self._said.add(fault)
            self.connection.log(fault)

    # The data

    def _look(self, uri: str) -> None:
        opened = self.session.get(uri)
        if opened is None:
            return
        around = self.session.around(opened.path)
        if around.store is None:
            return
        known = self.session.known_figures(opened.path)
        loop = asyncio.get_running_loop()

        def job(stores: Stores) -> None:
            looked = look(opened, around, known, stores)
            if looked is not None:
                loop.call_soon_threadsafe(self._looked, uri, opened, around, looked)

        self._worker.ask(("look", uri), job)

    def _looked(self, uri: str, seen: Opened, around: Surroundings, looked: Looked) -> None:
        new = self.session.learn(uri, seen, around, looked)
        opened = self.session.get(uri)
        if opened is None:
            return
        if opened.version == seen.version:
            self._publish(uri, opened)
        if new:
            for other in self.session.uris:
                if other != uri or opened.version != seen.version:
                    self._check_soon(other)
        self._refresh_lenses()

    def _refresh_lenses(self) -> None:
        workspace = self.connection.client_capabilities.workspace
        lens = workspace.code_lens if workspace is not None else None
        if lens is not None and lens.refresh_support:
            self.connection.workspace_code_lens_refresh(None)

    async def _watch(self) -> None:
        """Look at the data again where a run has changed them."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            for uri in self.session.behind():
                self._look(uri)

    def _fault_elsewhere(self, fault: BaseException) -> None:
        message = f"looking at the data failed: {type(fault).__name__}: {fault}"
        with contextlib.suppress(RuntimeError):  # the loop ended before the look
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self.connection.log, message)

    def _fault_in_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        fault = context.get("exception")
        self.connection.log(f"{context['message']}: {type(fault).__name__}: {fault}")


def _applied(text: Text, change: lsp.TextDocumentContentChangeEvent) -> Text:
    if isinstance(change, lsp.TextDocumentContentChangePartial):
        start, end = wire.position_of(change.range.start), wire.position_of(change.range.end)
        return changed(text, start, end, change.text)
    return text_of(change.text, text.encoding)


def register(server: Server) -> None:
    """Tell pygls what the server answers."""
    connection = server.connection
    completion = lsp.CompletionOptions(trigger_characters=[".", " ", "[", "(", '"', ","])
    life: tuple[tuple[str, Callable[[Any], Any], Any], ...] = (
        (lsp.INITIALIZED, server.initialized, None),
        (lsp.TEXT_DOCUMENT_DID_OPEN, server.did_open, None),
        (lsp.TEXT_DOCUMENT_DID_CHANGE, server.did_change, None),
        (lsp.TEXT_DOCUMENT_DID_SAVE, server.did_save, None),
        (lsp.TEXT_DOCUMENT_DID_CLOSE, server.did_close, None),
    )
    asked: tuple[tuple[str, Callable[[Session, Any], Any], Any], ...] = (
        (lsp.TEXT_DOCUMENT_COMPLETION, answers.completion, completion),
        (lsp.TEXT_DOCUMENT_HOVER, answers.hovering, None),
        (lsp.TEXT_DOCUMENT_DEFINITION, answers.definition, None),
        (lsp.TEXT_DOCUMENT_REFERENCES, answers.references, None),
        (lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, answers.highlights, None),
        (lsp.TEXT_DOCUMENT_PREPARE_RENAME, answers.prepare_rename, None),
        (lsp.TEXT_DOCUMENT_RENAME, answers.rename, lsp.RenameOptions(prepare_provider=True)),
        (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, answers.document_symbols, None),
        (lsp.TEXT_DOCUMENT_FORMATTING, answers.formatting, None),
        (lsp.TEXT_DOCUMENT_CODE_LENS, answers.code_lens, None),
        (
            lsp.TEXT_DOCUMENT_CODE_ACTION,
            answers.code_actions,
            lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, wire.FIX_ALL]),
        ),
    )
    for method, handler, options in life:
        connection.feature(method, options)(_guarded(connection, method, handler))
    for method, answer, options in asked:
        handler = functools.partial(answer, server.session)
        connection.feature(method, options)(_guarded(connection, method, handler))


def _guarded(connection: Connection, method: str, handler: Callable[[Any], Any]) -> Any:
    """Let a fault in a handler be a line in the log, and the answer nothing."""

    def guarded(params: Any) -> Any:
        try:
            return handler(params)
        except answers.Refused as refusal:
            raise answers.refused(refusal) from None
        except LeadlineError as error:
            connection.log(f"{method}: {error.message}")
        except Exception as fault:
            connection.log(f"{method}: a fault of leadline's own: {type(fault).__name__}: {fault}")
        return None

    return guarded
