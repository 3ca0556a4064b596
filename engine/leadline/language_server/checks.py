"""What is to be said about a file in the editor: the same as the commands say."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from leadline.checking.beside import beside_found, document_beside, read_beside
from leadline.checking.check import check_files
from leadline.checking.codes import DATA_CODES, IGNORE_CODES, KNOWN_CODES, is_error
from leadline.checking.ignores import without_ignored
from leadline.checking.plugins import check_codes, plugin_findings
from leadline.checking.repairs import with_repair
from leadline.diagnostic import Diagnostic, Place, in_order
from leadline.errors import PluginError
from leadline.expression.catalog import Catalog
from leadline.language_server.surroundings import Surroundings
from leadline.pipeline import RulesetText, check_ruleset
from leadline.plugin import OpenCheck
from leadline.ruleset.checks import findings
from leadline.ruleset.model import Ruleset
from leadline.store import Store
from leadline.testing.reading import read_cases

_DATA = frozenset(code.code for code in DATA_CODES)
_IGNORES = frozenset(code.code for code in IGNORE_CODES)
_KNOWN = frozenset(code.code for code in KNOWN_CODES)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said about a ruleset, and the ruleset where it compiles."""

    diagnostics: tuple[Diagnostic, ...]
    ruleset: Ruleset | None


def errors_of(file: RulesetText, catalog: Catalog | None) -> Checked:
    """Return why a ruleset does not compile, or the ruleset.

    Args:
        file: the ruleset.
        catalog: the columns of the data; None leaves names and column types unchecked.
    """
    ruleset, errors = check_ruleset(file, catalog)
    return Checked(in_order(with_repair(error, file.text) for error in errors), ruleset)


def findings_of(
    file: RulesetText,
    ruleset: Ruleset,
    around: Surroundings,
    catalog: Catalog | None,
    day: date,
) -> tuple[Diagnostic, ...]:
    """Return what can be said of a ruleset that compiles without a look at rows of data.

    Args:
        file: the ruleset.
        ruleset: the same, built.
        around: its project.
        catalog: the columns of the data.
        day: what counts as today where a rule ends or is to be reviewed.
    """
    if file.document is None:
        return ()
    beside = document_beside(file)
    found = [*file.diagnostics, *findings(ruleset, file.document, catalog, day, beside)]
    with contextlib.suppress(PluginError):  # the check that leadline was asked for says it
        found += plugin_findings(_wanted(around), file.document)
    known = (*KNOWN_CODES, *check_codes(around.checks))
    # Of what was not looked for, no comment can be said to be unused.
    judged = {code.code for code in known} - _DATA - _IGNORES
    kept = without_ignored(found, file.document, known, judged)
    return in_order(around.rules.apply(kept))


def _wanted(around: Surroundings) -> list[OpenCheck]:
    return [check for check in around.checks if around.rules.wants(check.name)]


def whole_check(
    file: RulesetText, around: Surroundings, store: Store | None, day: date
) -> tuple[Diagnostic, ...]:
    """Return all that ``leadline check`` says of a ruleset."""
    try:
        return check_files([file], store, around.rules, day, around.checks)
    except PluginError:
        return check_files([file], store, around.rules, day)


def of_data(found: Collection[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the findings that only data can show."""
    return tuple(one for one in found if one.code in _DATA)


def still_there(earlier: Collection[Diagnostic], before: str, after: str) -> tuple[Diagnostic, ...]:
    """Return earlier findings whose line is the same in another text, at its new place.

    Args:
        earlier: findings of the text ``before``.
        before: that text.
        after: the text now.
    """
    old, new = before.split("\n"), after.split("\n")
    head = _alike(old, new)
    tail = min(_alike(old[::-1], new[::-1]), min(len(old), len(new)) - head)
    moved = len(new) - len(old)
    kept: list[Diagnostic] = []
    for one in earlier:
        if one.place is None or one.place.end_line <= head:
            kept.append(one)
        elif one.place.line > len(old) - tail:
            kept.append(replace(one, place=_down(one.place, moved)))
    return tuple(kept)


def _alike(some: list[str], others: list[str]) -> int:
    """Return how many lines two texts begin with alike."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((i for i, (one, other) in pairs if one != other), min(len(some), len(others)))


def _down(place: Place, lines: int) -> Place:
    return replace(place, line=place.line + lines, end_line=place.end_line + lines)


def case_findings(file: Path, text: str, beside: Path, ruleset: Ruleset) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a test file as the editor has it.

    Args:
        file: the test file.
        text: its text in the editor.
        beside: the file of its ruleset.
        ruleset: the model.
    """
    with tempfile.TemporaryDirectory(prefix="leadline-") as folder:
        unsaved = Path(folder) / file.name
        unsaved.write_bytes(text.encode(errors="replace"))
        found = read_cases(unsaved, beside, ruleset).diagnostics
    return tuple(
        replace(one, place=replace(one.place, file=str(file))) if one.place is not None else one
        for one in found
    )


def beside_findings(
    file: RulesetText,
    path: Path,
    text: str,
    around: Surroundings,
    catalog: Catalog | None,
    day: date,
) -> tuple[Diagnostic, ...]:
    """Return what is to be said of a file of audits or reviews as the editor has it.

    Args:
        file: the ruleset that it belongs to.
        path: the file.
        text: its text in the editor.
        around: the project.
        catalog: the columns of the data.
        day: what counts as today where an audit is to be reviewed.
    """
    content = text.encode(errors="replace")
    beside = read_beside(file, catalog, None, {path: content})
    found = beside_found(file, beside, None, catalog, day)
    own = [one for one in found if one.place is None or one.place.file == str(path)]
    return in_order(around.rules.apply(own))


def ignorable(around: Surroundings) -> frozenset[str]:
    """Return the codes that a comment can ignore."""
    own = {code for code in _KNOWN if not is_error(code)}
    return frozenset(own | {check.name for check in around.checks})


def today() -> date:
    """Return the day that counts as today, as ``leadline check`` takes it."""
    return datetime.now(UTC).date()
