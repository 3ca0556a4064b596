"""The answers to a client's requests, each from the session alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from leadline.checking.fixing import apply_fixes
from leadline.configuration import PROJECT_SCHEMA
from leadline.diagnostic import Diagnostic, Place
from leadline.errors import LeadlineError, UsageError
from leadline.language_server import wire
from leadline.language_server.actions import Change, actions
from leadline.language_server.case_completion import complete_case
from leadline.language_server.checks import ignorable
from leadline.language_server.completion import complete
from leadline.language_server.hover import Hover, hover, hover_key
from leadline.language_server.names import Mention
from leadline.language_server.opened import Opened
from leadline.language_server.outline import lenses, outline
from leadline.language_server.renaming import definitions, renamed
from leadline.language_server.renaming import references as places_of
from leadline.language_server.session import Session
from leadline.language_server.text import Encoding, Span, Text, text_of
from leadline.layout import format_text
from leadline.report.pages import page
from leadline.testing.schemas import schema_of

_REQUEST_FAILED = -32803


class _AtPosition(Protocol):
    """What a request about a position says."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


class Refused(LeadlineError):
    """What a person asked for cannot be done; the client shows why."""


def refused(refusal: Refused) -> JsonRpcException:
    """Return a refusal as the protocol says it."""
    return JsonRpcException(refusal.message, _REQUEST_FAILED)


def completion(session: Session, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    """Answer what can stand at the cursor."""
    opened = session.get(params.text_document.uri)
    if opened is None or opened.kind is None:
        return None
    offset = opened.text.offset(wire.position_of(params.position))
    text, words = opened.text.text, session.words(opened)
    match opened.kind:
        case "ruleset":
            found = complete(text, offset, words)
        case "tests":
            found = complete_case(text, offset, words)
        case "audits" | "reviews":
            found = complete(text, offset, words, schema_of(opened.path))
        case "project":
            found = complete(text, offset, words, PROJECT_SCHEMA)
    return wire.completions(found, opened.text, offset)


def hovering(session: Session, params: lsp.HoverParams) -> lsp.Hover | None:
    """Answer what is known about what is under the cursor, and what its findings are about."""
    opened = session.get(params.text_document.uri)
    if opened is None or opened.kind is None:
        return None
    offset = opened.text.offset(wire.position_of(params.position))
    found = _hover(session, opened, opened.text.place(str(opened.path), offset))
    about = [one for one in _said(opened) if _touch(_span_of(one, opened), Span(offset, offset))]
    pages = [page(code) for code in dict.fromkeys(one.code for one in about)]
    said = [f"**{one.code.code} {one.code.name}**\n\n{one.summary}" for one in pages if one]
    if found is not None:
        said.insert(0, found.says)
    place = found.place if found is not None else next((one.place for one in about), None)
    if not said or place is None:
        return None
    return wire.hovered(Hover("\n\n---\n\n".join(said), place), opened.text)


def _hover(session: Session, opened: Opened, point: Place) -> Hover | None:
    if opened.document is None:
        return None
    if opened.kind == "ruleset":
        return hover(opened.document, point, session.known(opened))
    schema = PROJECT_SCHEMA if opened.kind == "project" else schema_of(opened.path)
    return hover_key(opened.document, point, schema)


def _said(opened: Opened) -> tuple[Diagnostic, ...]:
    """Return the findings of a file that have a place in its text as it is."""
    if opened.found_in != opened.text.text:
        return ()
    return tuple(one for one in opened.found if one.place is not None)


def _span_of(found: Diagnostic, opened: Opened) -> Span:
    return opened.text.span(found.place) if found.place is not None else Span(0, 0)


def definition(session: Session, params: lsp.DefinitionParams) -> list[lsp.Location] | None:
    """Answer where the name under the cursor is given."""
    opened = session.get(params.text_document.uri)
    if opened is None:
        return None
    mention = session.mention(opened, _point(opened, params.position))
    if mention is None:
        return None
    return _locations(session, definitions(session.given(opened), mention.name))


def references(session: Session, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
    """Answer where the name under the cursor stands."""
    asked = _mention(session, params)
    if asked is None:
        return None
    mention, found = asked
    places = places_of(found, mention.name)
    if not params.context.include_declaration:
        given = definitions(found, mention.name)
        places = tuple(place for place in places if place not in given)
    return _locations(session, places)


def highlights(
    session: Session, params: lsp.DocumentHighlightParams
) -> list[lsp.DocumentHighlight] | None:
    """Answer where in the file the name under the cursor stands."""
    opened = session.get(params.text_document.uri)
    asked = _mention(session, params)
    if asked is None or opened is None:
        return None
    mention, found = asked
    places = [p for p in places_of(found, mention.name) if p.file == str(opened.path)]
    return [lsp.DocumentHighlight(wire.range_at(opened.text, place)) for place in places]


def prepare_rename(
    session: Session, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | None:
    """Answer which name would be renamed."""
    opened = session.get(params.text_document.uri)
    asked = _mention(session, params)
    if asked is None or opened is None or not definitions(asked[1], asked[0].name):
        return None
    mention = asked[0]
    return lsp.PrepareRenamePlaceholder(
        wire.range_at(opened.text, mention.place), mention.name.text
    )


def rename(session: Session, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    """Answer how a name becomes another, in the ruleset and its tests."""
    opened = session.get(params.text_document.uri)
    asked = _mention(session, params)
    if asked is None or opened is None:
        raise Refused("no name of the ruleset stands here")
    if where := session.unread(opened):
        raise Refused(f"{where} cannot be read, so the name might stay there: correct it first")
    mention, found = asked
    try:
        done = renamed(found, mention.name, params.new_name)
    except UsageError as error:
        raise Refused(error.message) from None
    edits: dict[str, list[lsp.TextEdit]] = {}
    for location in _locations(session, done.places):
        edits.setdefault(location.uri, []).append(lsp.TextEdit(location.range, done.text))
    return lsp.WorkspaceEdit(changes=edits)


def document_symbols(
    session: Session, params: lsp.DocumentSymbolParams
) -> list[lsp.DocumentSymbol] | None:
    """Answer the outline of a file; while it cannot be read, nothing."""
    opened = session.get(params.text_document.uri)
    if opened is None or opened.kind is None or opened.document is None:
        return None
    return wire.symbols(outline(opened.document), opened.text)


def formatting(session: Session, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    """Answer the edits that bring a file into its canonical layout."""
    opened = session.get(params.text_document.uri)
    if opened is None or opened.kind in (None, "project"):
        return None
    done = format_text(opened.text.text, str(opened.path), schema_of(opened.path))
    return wire.edits(_difference(opened.text.text, done), opened.text)


def code_lens(session: Session, params: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
    """Answer how often each rule matched."""
    opened = session.get(params.text_document.uri)
    if opened is None or opened.kind != "ruleset" or opened.document is None:
        return None
    return [wire.lens(one, opened.text) for one in lenses(opened.document, opened.rules)]


def code_actions(session: Session, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
    """Answer what can be done about the findings of a range, or all that is safe in the file."""
    opened = session.get(params.text_document.uri)
    if opened is None or opened.kind is None:
        return None
    only = params.context.only or ()
    if any(kind == lsp.CodeActionKind.SourceFixAll or kind == wire.FIX_ALL for kind in only):
        return _fix_all(opened, params.text_document.uri)
    asked = _span(opened.text, params.range)
    codes = ignorable(session.around(opened.path)) if opened.kind == "ruleset" else ()
    found = [
        action
        for one in _said(opened)
        if _touch(_span_of(one, opened), asked)
        for action in actions(one, opened.text, opened.document, codes)
    ]
    return [wire.action(one, params.text_document.uri, opened.text) for one in found]


def _fix_all(opened: Opened, uri: str) -> list[lsp.CodeAction]:
    """Return the action that applies every fix by which no score can change, where there is one."""
    fixed = apply_fixes(opened.text.text, _said(opened), unsafe=False)
    if not fixed.applied:
        return []
    return [wire.fix_all(_difference(opened.text.text, fixed.text), uri, opened.text)]


def _span(text: Text, range_: lsp.Range) -> Span:
    start = text.offset(wire.position_of(range_.start))
    return Span(start, text.offset(wire.position_of(range_.end)))


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _point(opened: Opened, position: lsp.Position) -> Place:
    offset = opened.text.offset(wire.position_of(position))
    return opened.text.place(str(opened.path), offset)


def _mention(session: Session, params: _AtPosition) -> tuple[Mention, tuple[Mention, ...]] | None:
    """Return the name under the cursor, and all names of the ruleset and its tests."""
    opened = session.get(params.text_document.uri)
    if opened is None:
        return None
    mention = session.mention(opened, _point(opened, params.position))
    return (mention, session.mentions(opened)) if mention is not None else None


def _locations(session: Session, places: Iterable[Place]) -> list[lsp.Location]:
    """Return places in files, open or not."""
    texts: dict[str, tuple[str, Text]] = {}
    found: list[lsp.Location] = []
    for place in places:
        if place.file not in texts:
            texts[place.file] = _file(session, Path(place.file))
        uri, text = texts[place.file]
        found.append(lsp.Location(uri, wire.range_at(text, place)))
    return found


def _file(session: Session, path: Path) -> tuple[str, Text]:
    encoding: Encoding = "utf-16"
    for uri in session.uris:
        opened = session.get(uri)
        if opened is not None:
            encoding = opened.text.encoding
            if opened.path == path:
                return uri, opened.text
    return wire.uri_of(path), text_of(session.text_of(path) or "", encoding)


def _difference(before: str, after: str) -> tuple[Change, ...]:
    """Return the change of the lines that differ; none where the texts are the same."""
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = len("".join(old[:head]))
    end = len(before) - len("".join(old[len(old) - tail :]))
    return (Change(Span(start, end), "".join(new[head : len(new) - tail])),)
