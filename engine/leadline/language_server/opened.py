"""A file of the editor, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from leadline.diagnostic import Diagnostic
from leadline.document import Document, Loaded, load
from leadline.language_server.figures import NO_RULES, RuleFigures
from leadline.language_server.surroundings import FileKind, Surroundings
from leadline.language_server.text import Text
from leadline.pipeline import RulesetText
from leadline.ruleset.model import Ruleset

NOTHING = Loaded(None, (), "")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of the editor, and what is known of it.

    Attributes:
        path: the file.
        kind: what it is to leadline; None: another's.
        version: the editor's number of the text.
        text: the text.
        loaded: the text as read.
        readable: the last document that could be read.
        ruleset: the ruleset of the last text that compiled.
        found: what is said of the text ``found_in``.
        rules: how often each rule matched.
    """

    path: Path
    kind: FileKind | None
    version: int
    text: Text
    loaded: Loaded = NOTHING
    readable: Document | None = None
    ruleset: Ruleset | None = None
    found: tuple[Diagnostic, ...] = ()
    found_in: str = ""
    rules: RuleFigures = field(default_factory=lambda: NO_RULES)

    @property
    def document(self) -> Document | None:
        """The text as read; None where it cannot be."""
        return self.loaded.document

    def as_ruleset(self, around: Surroundings) -> RulesetText:
        """Return a ruleset as the pipeline loads it."""
        loaded = self.loaded
        found, extensions = loaded.diagnostics, around.extensions
        return RulesetText(str(self.path), loaded.text, loaded.document, found, extensions)


def load_text(path: Path, text: str) -> Loaded:
    """Return the text of a file as read; what is no UTF-8 reads as question marks."""
    return load(text.encode(errors="replace"), str(path))
