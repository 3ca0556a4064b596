"""The audits of a ruleset, those of the file beside it among them, and their reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leadline.diagnostic import Diagnostic, Severity
from leadline.document import Document, Loaded, load
from leadline.errors import RulesetError
from leadline.expression.catalog import Catalog
from leadline.expression.patterns import pattern_error
from leadline.pipeline import RulesetText, check_ruleset
from leadline.ruleset.audits import Audit
from leadline.ruleset.beside import audits_file, reviews_file
from leadline.ruleset.build import build_audits
from leadline.ruleset.reviews import Review, build_reviews
from leadline.store import Store


@dataclass(frozen=True, slots=True)
class AuditsText:
    """A file of audits as read; no audits where something is wrong with it."""

    file: str
    text: str
    audits: tuple[Audit, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ReviewsText:
    """A file of reviews as read; no reviews where something is wrong with it."""

    file: str
    text: str
    reviews: tuple[Review, ...]
    diagnostics: tuple[Diagnostic, ...]


def audits_of(text: RulesetText, catalog: Catalog | None, store: Store | None) -> tuple[Audit, ...]:
    """Return the audits of a ruleset, then those of the file beside it, as they are written.

    Args:
        text: the ruleset as loaded.
        catalog: the columns of the data; None leaves names and types unchecked.
        store: the data, which knows what is wrong with a pattern.

    Raises:
        RulesetError: the ruleset or the file does not compile; carries every mistake in both.
    """
    ruleset, found = check_ruleset(text, catalog, store)
    beside = read_audits_beside(text, catalog, store)
    own = beside.audits if beside is not None else ()
    diagnostics = (*found, *(beside.diagnostics if beside is not None else ()))
    if ruleset is None or _wrong(diagnostics):
        texts = {text.file: text.text} | ({beside.file: beside.text} if beside else {})
        faulty = text.file if ruleset is None or beside is None else beside.file
        raise RulesetError(f"{faulty} does not compile", diagnostics, texts)
    return (*ruleset.audits, *own)


def reviews_of(text: RulesetText) -> tuple[Review, ...]:
    """Return the reviews beside a ruleset, as they are written; none where there is no such file.

    Those of an audit that there is no more are among them.

    Raises:
        RulesetError: the file is not as it must be; carries every mistake.
    """
    beside = read_reviews_beside(text)
    if beside is None:
        return ()
    if _wrong(beside.diagnostics):
        message = f"{beside.file} cannot be read"
        raise RulesetError(message, beside.diagnostics, {beside.file: beside.text})
    return beside.reviews


def read_audits_beside(
    text: RulesetText,
    catalog: Catalog | None,
    store: Store | None,
    unsaved: bytes | None = None,
) -> AuditsText | None:
    """Return the file of audits beside a ruleset, or None where there is none.

    Args:
        text: the ruleset as loaded.
        catalog: the columns of the data, or None.
        store: the data, or None.
        unsaved: what an editor has in the place of the file.
    """
    path = audits_file(Path(text.file))
    loaded = _loaded(path, unsaved)
    if loaded is None:
        return None
    if loaded.document is None:
        return AuditsText(str(path), loaded.text, (), loaded.diagnostics)
    beside = text.document or _no_ruleset(text.file)
    built = build_audits(loaded.document, beside, catalog, text.extensions, _patterns(store))
    diagnostics = (*loaded.diagnostics, *built.diagnostics)
    audits = () if _wrong(diagnostics) else built.audits
    return AuditsText(str(path), loaded.text, audits, diagnostics)


def read_reviews_beside(text: RulesetText, unsaved: bytes | None = None) -> ReviewsText | None:
    """Return the file of reviews beside a ruleset, or None where there is none.

    Args:
        text: the ruleset as loaded.
        unsaved: what an editor has in the place of the file.
    """
    path = reviews_file(Path(text.file))
    loaded = _loaded(path, unsaved)
    if loaded is None:
        return None
    if loaded.document is None:
        return ReviewsText(str(path), loaded.text, (), loaded.diagnostics)
    built = build_reviews(loaded.document)
    diagnostics = (*loaded.diagnostics, *built.diagnostics)
    reviews = () if _wrong(diagnostics) else built.reviews
    return ReviewsText(str(path), loaded.text, reviews, diagnostics)


def _loaded(path: Path, unsaved: bytes | None) -> Loaded | None:
    if unsaved is None and not path.is_file():
        return None
    return load(path.read_bytes() if unsaved is None else unsaved, str(path))


def _patterns(store: Store | None) -> Callable[[str], str | None]:
    return store.database.pattern_error if store is not None else pattern_error


def _no_ruleset(file: str) -> Document:
    """Return the ruleset of a file that is no YAML: nothing is known of it."""
    loaded = load(b"{}\n", file)
    if loaded.document is None:
        raise AssertionError(loaded.diagnostics)
    return loaded.document


def _wrong(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return any(found.severity is Severity.ERROR for found in diagnostics)
