"""Findings that comments ignore, and comments that ignore nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from leadline.checking import codes
from leadline.checking.comments import Directive, Word, directives
from leadline.diagnostic import Code, Diagnostic, Edit, Fix, Place, did_you_mean, nearest
from leadline.document import Document

_WORDS = ("ignore", "ignore-file")


def without_ignored(
    found: Sequence[Diagnostic], document: Document, known: Sequence[Code], judged: Collection[str]
) -> tuple[Diagnostic, ...]:
    """Return the findings of a file that no comment ignores, with those about the comments.

    Args:
        found: the findings of the file, which compiles.
        document: the file.
        known: every code that a comment may name.
        judged: the codes that were looked for; a comment about others may be of use another time.
    """
    said = directives(document)
    if not said:
        return tuple(found)
    by_name = {name.casefold(): code for code in known for name in (code.code, code.name)}
    kept = list(found)
    about: list[Diagnostic] = []
    for directive in said:
        if directive.word.text not in _WORDS:
            about += _misspelt(directive)
            continue
        if not directive.codes:
            about.append(_without_code(directive))
        for word in directive.codes:
            code = by_name.get(word.text.casefold())
            if code is None:
                about.append(_unknown(word, known))
            elif codes.is_error(code.code):
                about.append(_of_error(directive, word, code))
            elif _covered(directive, code, found):
                kept = [d for d in kept if not _covered(directive, code, [d])]
            elif code.code in judged:
                about.append(_unused(directive, word, code))
    return (*kept, *about)


def _covered(directive: Directive, code: Code, found: Sequence[Diagnostic]) -> bool:
    return any(d.code == code.code and _covers(directive, d) for d in found)


def _covers(directive: Directive, diagnostic: Diagnostic) -> bool:
    if directive.covers is None:
        return True
    first, last = directive.covers
    return diagnostic.place is not None and first <= diagnostic.place.line <= last


def _misspelt(directive: Directive) -> Iterator[Diagnostic]:
    """Say that a comment was meant to ignore something; others may be about leadline itself."""
    word = directive.word
    close = nearest(word.text, _WORDS, 1)
    if close:
        message = f"`{word.text}` does nothing in a comment to leadline"
        yield Diagnostic(
            codes.UNKNOWN_IGNORE,
            message,
            word.place,
            did_you_mean(word.text, _WORDS),
            fix=_rewrite(word, close[0]),
        )


def _without_code(directive: Directive) -> Diagnostic:
    return Diagnostic(
        codes.UNKNOWN_IGNORE,
        "the comment names no code, so it ignores nothing",
        directive.place,
        f"write which, such as `# leadline: {directive.word.text} {codes.NO_MATCH.code}`",
    )


def _unknown(word: Word, known: Sequence[Code]) -> Diagnostic:
    # Of numbers every other one is near, so that nothing can be meant by them.
    names = [code.name for code in known]
    close = nearest(word.text, names)
    hint = did_you_mean(word.text, names) if close else "`# leadline: ignore CODE -- the reason`"
    return Diagnostic(
        codes.UNKNOWN_IGNORE,
        f"no finding is called `{word.text}`",
        word.place,
        hint,
        fix=_rewrite(word, close[0]) if len(close) == 1 else None,
    )


def _of_error(directive: Directive, word: Word, code: Code) -> Diagnostic:
    return Diagnostic(
        codes.IGNORED_ERROR,
        f"{_called(code)} is an error, and errors cannot be ignored",
        word.place,
        "a ruleset with errors does not compile: correct them, and remove this",
        fix=_removal(directive, word),
    )


def _unused(directive: Directive, word: Word, code: Code) -> Diagnostic:
    where = "in this file" if directive.covers is None else "here"
    return Diagnostic(
        codes.UNUSED_IGNORE,
        f"there is no {_called(code)} {where} to ignore",
        word.place,
        "remove it, so that the next one is seen",
        fix=_removal(directive, word),
    )


def _called(code: Code) -> str:
    return " ".join(f"`{name}`" for name in dict.fromkeys((code.code, code.name)))


def _rewrite(word: Word, text: str) -> Fix:
    return Fix(f"write `{text}`", (Edit(word.place, text),), safe=True)


def _removal(directive: Directive, word: Word) -> Fix:
    """Return the fix that takes a code out of a comment, or the comment away with its last."""
    if len(directive.codes) == 1:
        return Fix("remove the comment", (Edit(directive.whole, ""),), safe=True)
    left = [other.text for other in directive.codes if other is not word]
    first, last = directive.codes[0].place, directive.codes[-1].place
    span = Place(first.file, first.line, first.column, last.line, last.end_column)
    return Fix(f"remove `{word.text}`", (Edit(span, ", ".join(left)),), safe=True)
