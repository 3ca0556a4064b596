"""What is to be said about the audits and reviews beside rulesets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from leadline.audit.programs import (
    AuditsText,
    ReviewsText,
    read_audits_beside,
    read_reviews_beside,
)
from leadline.checking.codes import DATA_CODES, IGNORE_CODES, KNOWN_CODES, is_error
from leadline.checking.data import audit_findings_in_data
from leadline.checking.ignores import without_ignored
from leadline.checking.selection import CheckRules
from leadline.diagnostic import Diagnostic, Place, in_order
from leadline.document import Document, load
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText, check_ruleset, columns_of
from leadline.ruleset.beside import (
    AUDITS_ENDING,
    REVIEWS_ENDING,
    audits_file,
    reviews_file,
    ruleset_beside,
)
from leadline.ruleset.checks import audit_findings
from leadline.ruleset.checks.reviews import review_findings
from leadline.ruleset.codes import NO_RULESET
from leadline.ruleset.model import Ruleset
from leadline.store import Store

_DATA = frozenset(code.code for code in DATA_CODES)
_IGNORES = frozenset(code.code for code in IGNORE_CODES)


def check_beside(
    files: Sequence[RulesetText], store: Store | None, rules: CheckRules, today: date
) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    """Return all that is to be said about the audits and reviews beside rulesets.

    Args:
        files: the rulesets as loaded.
        store: the data to check them against; None checks each in itself.
        rules: which findings are wanted.
        today: what counts as today where an audit is to be reviewed.

    Returns:
        Errors and findings by file and line, and the text of each file that was read.
    """
    catalog = columns_of(store) if store is not None else None
    found = list(strays(dict.fromkeys(Path(file.file).parent for file in files)))
    texts: dict[str, str] = {}
    for file in files:
        beside = read_beside(file, catalog, store)
        texts |= beside.texts
        if beside.texts:
            found += beside_found(file, beside, store, catalog, today)
    return in_order(rules.apply(found)), texts


@dataclass(frozen=True, slots=True)
class Beside:
    """The audits and reviews beside a ruleset as read; None where there is no such file."""

    audits: AuditsText | None
    reviews: ReviewsText | None

    @property
    def texts(self) -> dict[str, str]:
        """The text of each file that is there."""
        return {one.file: one.text for one in (self.audits, self.reviews) if one is not None}


def read_beside(
    file: RulesetText,
    catalog: Catalog | None,
    store: Store | None,
    contents: Mapping[Path, bytes] | None = None,
) -> Beside:
    """Read the audits and reviews beside a ruleset.

    Args:
        file: the ruleset as loaded.
        catalog: the columns of the data, or None.
        store: the data, or None.
        contents: what an editor has in the place of files.
    """
    path, unsaved = Path(file.file), contents or {}
    return Beside(
        read_audits_beside(file, catalog, store, unsaved.get(audits_file(path))),
        read_reviews_beside(file, unsaved.get(reviews_file(path))),
    )


def document_beside(file: RulesetText) -> Document | None:
    """Return the file of audits beside a ruleset as it is saved, or None where there is none."""
    path = audits_file(Path(file.file))
    return load(path.read_bytes(), str(path)).document if path.is_file() else None


def strays(folders: Iterable[Path]) -> Iterator[Diagnostic]:
    """Say which files of audits and reviews of some folders are beside no ruleset."""
    for folder in folders:
        for ending in (AUDITS_ENDING, REVIEWS_ENDING):
            for path in sorted(folder.glob(f"*{ending}")):
                if not ruleset_beside(path).is_file():
                    yield stray(path)


def stray(path: Path) -> Diagnostic:
    """Say that a file of audits or reviews is beside no ruleset of its name."""
    name = ruleset_beside(path).name
    message = f"there is no ruleset `{name}` beside this file, so nobody reads it"
    hint = "name it after its ruleset: `NAME.audits.yaml` belongs to `NAME.yaml`"
    return Diagnostic(NO_RULESET, message, Place(str(path), 1, 1, 1, 1), hint)


def beside_found(
    file: RulesetText,
    beside: Beside,
    store: Store | None,
    catalog: Catalog | None,
    today: date,
) -> tuple[Diagnostic, ...]:
    """Return all that is to be said about the audits and reviews beside one ruleset.

    Args:
        file: the ruleset as loaded.
        beside: what stands beside it.
        store: the data, or None.
        catalog: their columns, or None.
        today: what counts as today.
    """
    ruleset, _ = check_ruleset(file, catalog, store)
    audits, reviews = beside.audits, beside.reviews
    found: list[Diagnostic] = []
    if audits is not None:
        found += _of_audits(audits, file, ruleset, store, catalog, today)
    if reviews is not None:
        found += reviews.diagnostics
    faulty = any(is_error(one.code) for one in found)
    if ruleset is not None and reviews is not None and not faulty:
        own = audits.audits if audits is not None else ()
        names = [audit.name for audit in (*ruleset.audits, *own)]
        found += review_findings(reviews.reviews, names)
    return tuple(found)


def _of_audits(
    audits: AuditsText,
    file: RulesetText,
    ruleset: Ruleset | None,
    store: Store | None,
    catalog: Catalog | None,
    today: date,
) -> tuple[Diagnostic, ...]:
    found = list(audits.diagnostics)
    document = load(audits.text.encode(), audits.file).document
    if ruleset is None or document is None or any(is_error(one.code) for one in found):
        return tuple(found)
    found += audit_findings(audits.audits, ruleset, document, today)
    judged = {code.code for code in KNOWN_CODES} - _DATA - _IGNORES
    if store is not None and catalog is not None:
        alone = replace(ruleset, audits=audits.audits)
        found += audit_findings_in_data(alone, document, file.extensions, store, catalog, today)
        judged |= _DATA
    return without_ignored(found, document, KNOWN_CODES, judged)
