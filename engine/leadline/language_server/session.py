"""What the editor has open, and what is known about it: the server without a protocol."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from leadline.checking.beside import stray
from leadline.diagnostic import Diagnostic, Place, Severity, in_order
from leadline.expression.catalog import Catalog
from leadline.language_server.case_names import case_mentions
from leadline.language_server.checks import (
    Checked,
    beside_findings,
    case_findings,
    errors_of,
    findings_of,
    of_data,
    still_there,
    today,
)
from leadline.language_server.figures import Figures
from leadline.language_server.hover import Known
from leadline.language_server.looking import Looked
from leadline.language_server.names import (
    Mention,
    mention_at,
    mention_in,
    mentions,
    mentions_beside,
    names_given,
    unread,
)
from leadline.language_server.opened import NOTHING, Opened, load_text
from leadline.language_server.snapshot import Stamp, stamp_of
from leadline.language_server.spot import keys_in
from leadline.language_server.surroundings import (
    Surroundings,
    kind_of,
    project_findings,
    surroundings_of,
)
from leadline.language_server.text import Text, text_of
from leadline.language_server.vocabulary import (
    Vocabulary,
    event_types_in,
    grades_in,
    keyed_in,
    names_near,
    tags_in,
)
from leadline.project import find_project
from leadline.ruleset.beside import audits_file, is_beside, ruleset_beside
from leadline.ruleset.model import Ruleset
from leadline.testing.finding import is_test_file, ruleset_of, stray_test, test_files
from leadline.testing.schemas import files_of


class Session:
    """The files that are open. Called from one thread, but for ``check``."""

    def __init__(self) -> None:
        self._files: dict[str, Opened] = {}
        self._around: dict[Path, tuple[Stamp | None, Surroundings]] = {}
        self._figures: dict[Path, tuple[Stamp | None, Figures]] = {}

    # What is open

    def get(self, uri: str) -> Opened | None:
        """Return an open file."""
        return self._files.get(uri)

    @property
    def uris(self) -> tuple[str, ...]:
        """The files that are open."""
        return tuple(self._files)

    def put(self, uri: str, path: Path, version: int, text: Text) -> Opened:
        """Take the text of a file as the editor has it now."""
        opened = self._files.get(uri) or Opened(path, None, version, text)
        kind = kind_of(path, text.text)
        loaded = load_text(path, text.text) if kind is not None else NOTHING
        opened = replace(
            opened,
            kind=kind,
            version=version,
            text=text,
            loaded=loaded,
            readable=loaded.document or opened.readable,
        )
        self._files[uri] = opened
        return opened

    def close(self, uri: str) -> None:
        """Forget a file that the editor closed."""
        self._files.pop(uri, None)

    def text_of(self, path: Path) -> str | None:
        """Return the text of a file: that of the editor, or what is saved; None for no file."""
        for opened in tuple(self._files.values()):  # a check runs beside the editor
            if opened.path == path:
                return opened.text.text
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    # What is around

    def around(self, path: Path) -> Surroundings:
        """Return the project around a file, read again where leadline.yaml changed."""
        file = find_project(path.parent)
        if file is None:
            return Surroundings()
        stamp = stamp_of(file)
        known = self._around.get(file)
        if known is None or known[0] != stamp:
            known = stamp, surroundings_of(file.parent)
            self._around[file] = known
        return known[1]

    def figures(self, path: Path) -> Figures | None:
        """Return the figures of the store of a file's project, as far as they are known."""
        known = self.known_figures(path)
        return known[1] if known is not None else None

    def known_figures(self, path: Path) -> tuple[Stamp | None, Figures] | None:
        """Return the same with the stamp of the store they are of."""
        store = self.around(path).store
        return self._figures.get(store) if store is not None else None

    def known(self, opened: Opened) -> Known:
        """Return what is known of a ruleset besides its text."""
        return Known(self.words(opened), opened.ruleset, opened.rules)

    def words(self, opened: Opened) -> Vocabulary:
        """Return what may be named in a file; in a test file, by its ruleset."""
        text, document = opened.text.text, opened.readable
        if opened.kind in ("tests", "audits"):
            beside = self._ruleset_of(opened)
            text = (self.text_of(beside) if beside is not None else None) or ""
            document = load_text(beside, text).document if beside is not None else None
        around = self.around(opened.path)
        return Vocabulary(
            names=names_near(document, keys_in(text)),
            keyed=keyed_in(document) if document is not None else frozenset(),
            grades=grades_in(document) if document is not None else {},
            event_types=event_types_in(document) if document is not None else (),
            tags=tags_in(text),
            figures=self.figures(opened.path),
            functions=around.extensions.functions,
            outputs=around.outputs,
        )

    def mention(self, opened: Opened, point: Place) -> Mention | None:
        """Return the name of a ruleset that a point of it, or of its tests, lies in."""
        if opened.document is None:
            return None
        if opened.kind == "ruleset":
            return mention_in(opened.document, point)
        if opened.kind == "audits":
            return mention_at(self._mentions_of_audits(ruleset_beside(opened.path)), point)
        return mention_at(case_mentions(opened.document), point) if opened.kind == "tests" else None

    def given(self, opened: Opened) -> tuple[Mention, ...]:
        """Return where the ruleset of a file gives names."""
        ruleset = self._ruleset_of(opened)
        document = None
        if ruleset is not None:
            document = load_text(ruleset, self.text_of(ruleset) or "").document
        return names_given(document) if document is not None else ()

    def mentions(self, opened: Opened) -> tuple[Mention, ...]:
        """Return every mention of a name in a ruleset and in the test files beside it.

        Asked of another file, it is its ruleset that is looked at. Places name their files.
        """
        ruleset = self._ruleset_of(opened)
        if ruleset is None:
            return ()
        found: list[Mention] = [*self._mentions_of_audits(ruleset)]
        for path in (ruleset, *test_files(ruleset)):
            document = load_text(path, self.text_of(path) or "").document
            if document is not None:
                found += (mentions if path == ruleset else case_mentions)(document)
        return tuple(found)

    def _mentions_of_audits(self, ruleset: Path) -> tuple[Mention, ...]:
        path = audits_file(ruleset)
        audits = load_text(path, self.text_of(path) or "").document
        model = load_text(ruleset, self.text_of(ruleset) or "").document
        if audits is None or model is None:
            return ()
        return mentions_beside(audits, (mention.name for mention in names_given(model)))

    @staticmethod
    def _ruleset_of(opened: Opened) -> Path | None:
        """Return the ruleset of a file: itself, or that of its name beside it."""
        if opened.kind == "ruleset":
            return opened.path
        if is_beside(opened.path):
            return ruleset_beside(opened.path)
        return ruleset_of(opened.path)

    def unread(self, opened: Opened) -> str:
        """Return what of a ruleset and its tests cannot be read, as FILE:LINE, or ``""``."""
        ruleset = self._ruleset_of(opened)
        for path in files_of(ruleset) if ruleset is not None else ():
            document = load_text(path, self.text_of(path) or "").document
            place = unread(document) if document is not None and not is_test_file(path) else None
            if document is None or place is not None:
                return f"{path.name}:{place.line}" if place is not None else path.name
        return ""

    # What is said

    def check(self, opened: Opened) -> Checked:
        """Return what is wrong with a file; touches nothing, and may be slow.

        Of a ruleset these are its errors, with what was found in it before and still may hold.
        """
        path, text = opened.path, opened.text.text
        match opened.kind:
            case "ruleset":
                return self._errors(opened)
            case "project":
                return Checked(project_findings(path, text), None)
            case "tests":
                return Checked(self._check_cases(path, text), None)
            case "audits" | "reviews":
                return Checked(self._check_beside(path, text), None)
            case None:
                return Checked((), None)

    def _errors(self, opened: Opened) -> Checked:
        file = opened.as_ruleset(self.around(opened.path))
        checked = errors_of(file, self._catalog(opened.path))
        if checked.ruleset is None:
            return checked
        earlier = still_there(opened.found, opened.found_in, opened.text.text)
        kept = [one for one in earlier if one.severity is not Severity.ERROR]
        return replace(checked, diagnostics=in_order((*checked.diagnostics, *kept)))

    def find(self, opened: Opened, ruleset: Ruleset) -> Checked:
        """Return all that is said of a ruleset that compiles; as slow, and as harmless.

        What only data can show is what a look at them found before and still may hold.
        """
        around = self.around(opened.path)
        catalog = self._catalog(opened.path)
        found = findings_of(opened.as_ruleset(around), ruleset, around, catalog, today())
        kept = of_data(still_there(opened.found, opened.found_in, opened.text.text))
        return Checked(in_order((*found, *kept)), ruleset)

    def _catalog(self, path: Path) -> Catalog | None:
        figures = self.figures(path)
        return figures.catalog if figures is not None else None

    def _check_cases(self, path: Path, text: str) -> tuple[Diagnostic, ...]:
        beside = ruleset_of(path)
        if beside is None:
            return (stray_test(path),)
        around = self.around(path)
        written = self.text_of(beside) or ""
        other = Opened(beside, "ruleset", 0, text_of(written, "utf-32"), load_text(beside, written))
        ruleset = errors_of(other.as_ruleset(around), None).ruleset
        if ruleset is None:
            return load_text(path, text).diagnostics
        return case_findings(path, text, beside, ruleset)

    def _check_beside(self, path: Path, text: str) -> tuple[Diagnostic, ...]:
        ruleset = ruleset_beside(path)
        written = self.text_of(ruleset)
        if written is None:
            return (stray(path),)
        around = self.around(path)
        other = Opened(
            ruleset, "ruleset", 0, text_of(written, "utf-32"), load_text(ruleset, written)
        )
        file = other.as_ruleset(around)
        return beside_findings(file, path, text, around, self._catalog(path), today())

    def say(self, uri: str, version: int, checked: Checked) -> Opened | None:
        """Note what is said of a text; None where the editor has another by now."""
        opened = self._files.get(uri)
        if opened is None or opened.version != version:
            return None
        opened = replace(
            opened,
            found=checked.diagnostics,
            found_in=opened.text.text,
            ruleset=checked.ruleset or opened.ruleset,
        )
        self._files[uri] = opened
        return opened

    # What the data say

    def learn(self, uri: str, seen: Opened, around: Surroundings, looked: Looked) -> bool:
        """Take what a look at the data gave; say whether the figures are new.

        Args:
            uri: the file.
            seen: the file as it was looked at.
            around: the project as it was.
            looked: what was found.
        """
        store = around.store
        new = store is not None and self._figures.get(store) != (looked.stamp, looked.figures)
        if store is not None:
            self._figures[store] = (looked.stamp, looked.figures)
        opened = self._files.get(uri)
        if opened is not None:
            # A ruleset that does not compile just now is not one whose rules match nothing.
            opened = replace(opened, rules=looked.rules or opened.rules)
            if opened.version == seen.version and looked.found is not None:
                opened = replace(opened, found=looked.found, found_in=opened.text.text)
            self._files[uri] = opened
        return new

    def behind(self) -> tuple[str, ...]:
        """Return the rulesets whose store has changed since it was looked at."""
        return tuple(
            uri
            for uri, opened in self._files.items()
            if opened.kind == "ruleset" and self._is_behind(opened)
        )

    def _is_behind(self, opened: Opened) -> bool:
        store = self.around(opened.path).store
        if store is None:
            return False
        known = self._figures.get(store)
        return known is None or known[0] != stamp_of(store)
