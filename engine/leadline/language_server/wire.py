"""Forms of this package to and from those of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types as lsp

from leadline.diagnostic import Diagnostic, Place, Severity
from leadline.language_server import offers, outline
from leadline.language_server.actions import Action, Change
from leadline.language_server.hover import Hover
from leadline.language_server.text import Encoding, Position, Span, Text

SOURCE = "leadline"
FIX_ALL = f"{lsp.CodeActionKind.SourceFixAll.value}.{SOURCE}"

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_OFFERED: dict[offers.Kind, lsp.CompletionItemKind] = {
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.Value,
    "field": lsp.CompletionItemKind.Field,
    "function": lsp.CompletionItemKind.Function,
    "name": lsp.CompletionItemKind.Reference,
    "word": lsp.CompletionItemKind.Keyword,
    "event": lsp.CompletionItemKind.Event,
}
_SYMBOLS: dict[outline.Kind, lsp.SymbolKind] = {
    "section": lsp.SymbolKind.Namespace,
    "score": lsp.SymbolKind.Class,
    "rule": lsp.SymbolKind.Method,
    "group": lsp.SymbolKind.Package,
    "name": lsp.SymbolKind.Variable,
    "stage": lsp.SymbolKind.EnumMember,
    "list": lsp.SymbolKind.Array,
    "automation": lsp.SymbolKind.Event,
    "case": lsp.SymbolKind.Function,
}
_ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


def encoding_of(kind: lsp.PositionEncodingKind | str | None) -> Encoding:
    """Return how columns are counted with a client."""
    value = kind.value if isinstance(kind, lsp.PositionEncodingKind) else kind
    return _ENCODINGS.get(value or "", "utf-16")


def position_of(position: lsp.Position) -> Position:
    """Return a position of the client."""
    return Position(position.line, position.character)


def at(text: Text, offset: int) -> lsp.Position:
    """Return an offset as the client counts."""
    position = text.position(offset)
    return lsp.Position(position.line, position.column)


def range_of(text: Text, span: Span) -> lsp.Range:
    """Return a span as the client counts."""
    return lsp.Range(at(text, span.start), at(text, span.end))


def range_at(text: Text, place: Place) -> lsp.Range:
    """Return a place as the client counts."""
    return range_of(text, text.span(place))


def diagnostic(found: Diagnostic, text: Text) -> lsp.Diagnostic:
    """Return a finding, what to do and the notes below its message."""
    said = [found.message, *([found.hint] if found.hint else ()), *found.notes]
    start = Place("", 1, 1, 1, 1)
    return lsp.Diagnostic(
        range=range_at(text, found.place or start),
        message="\n".join(said),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source=SOURCE,
        data={"code": found.code, "name": found.name},
    )


def completions(found: offers.Offers, text: Text, offset: int) -> lsp.CompletionList:
    """Return completions in their order, each an edit of what was typed."""
    span = range_of(text, Span(min(found.start, offset), offset))
    typed = text.text[min(found.start, offset) : offset]
    items = [_item(offer, number, span, typed) for number, offer in enumerate(found.offers)]
    return lsp.CompletionList(is_incomplete=False, items=items)


def _item(offer: offers.Offer, number: int, span: lsp.Range, typed: str) -> lsp.CompletionItem:
    # Editors compare what was typed with this, quote included.
    shown = offer.label if typed[:1].isalnum() else offer.insert
    return lsp.CompletionItem(
        label=offer.label,
        kind=_OFFERED[offer.kind],
        detail=offer.detail or None,
        documentation=_markdown(offer.says) if offer.says else None,
        sort_text=f"{number:04}",
        filter_text=shown,
        text_edit=lsp.TextEdit(span, offer.insert),
    )


def hovered(hover: Hover, text: Text) -> lsp.Hover:
    """Return what is said about a place."""
    return lsp.Hover(_markdown(hover.says), range_at(text, hover.place))


def _markdown(says: str) -> lsp.MarkupContent:
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, says)


def symbols(found: Iterable[outline.Symbol], text: Text) -> list[lsp.DocumentSymbol]:
    """Return an outline."""
    return [
        lsp.DocumentSymbol(
            name=symbol.text or "?",
            kind=_SYMBOLS[symbol.kind],
            range=range_at(text, symbol.whole),
            selection_range=range_at(text, symbol.name),
            detail=symbol.detail or None,
            children=symbols(symbol.below, text),
        )
        for symbol in found
    ]


def lens(found: outline.Lens, text: Text) -> lsp.CodeLens:
    """Return a line above a rule; it says something and does nothing."""
    return lsp.CodeLens(range_at(text, found.place), lsp.Command(found.says, ""))


def action(found: Action, uri: str, text: Text) -> lsp.CodeAction:
    """Return what can be done about a finding."""
    return lsp.CodeAction(
        title=found.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(found.diagnostic, text)],
        is_preferred=found.preferred or None,
        edit=lsp.WorkspaceEdit(changes={uri: edits(found.changes, text)}),
    )


def fix_all(changes: Iterable[Change], uri: str, text: Text) -> lsp.CodeAction:
    """Return what an editor may do when it saves a file."""
    edit = lsp.WorkspaceEdit(changes={uri: edits(changes, text)})
    return lsp.CodeAction(title="Fix all that changes no score", kind=FIX_ALL, edit=edit)


def edits(changes: Iterable[Change], text: Text) -> list[lsp.TextEdit]:
    """Return changes of a text."""
    return [lsp.TextEdit(range_of(text, change.span), change.text) for change in changes]


def uri_of(path: Path) -> str:
    """Return the URI of a file."""
    return path.absolute().as_uri()
