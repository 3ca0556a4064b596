"""The cases of a ruleset, laid out so that they can be evaluated again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from leadline.diagnostic import Diagnostic, Severity, in_order
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText, columns_of, compile_ruleset
from leadline.project import Project
from leadline.ruleset.model import Ruleset
from leadline.run import open_store
from leadline.testing.batches import make_batches
from leadline.testing.cases import Batch, Case, CaseFile
from leadline.testing.columns import columns_for
from leadline.testing.reading import read_cases

Chosen = Callable[[CaseFile, Case], bool]


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of a ruleset and the ruleset, ready to run. Use as a context manager.

    Attributes:
        text: the ruleset as loaded.
        ruleset: the same compiled against ``catalog``.
        catalog: the columns that it may name.
        files: its test files, all their cases included.
        batches: the chosen cases; each has the columns of ``catalog``, so a ruleset compiled
            against that runs on all of them.
    """

    text: RulesetText
    ruleset: Ruleset
    catalog: Catalog
    files: tuple[CaseFile, ...]
    batches: tuple[Batch, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The chosen cases, in the order of their files."""
        chosen = {id(case) for batch in self.batches for case in batch.cases}
        return tuple(case for file in self.files for case in file.cases if id(case) in chosen)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the stores of the batches."""
        for batch in self.batches:
            batch.store.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """A suite, or what is wrong with its test files; ``texts`` are theirs."""

    suite: Suite | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def open_suite(
    text: RulesetText,
    files: Sequence[Path],
    *,
    data: Catalog | None = None,
    chosen: Chosen = lambda file, case: True,
) -> Opened:
    """Read the test files of a ruleset and lay out their cases.

    Args:
        text: the ruleset.
        files: its test files.
        data: the columns of the real data, where they are at hand.
        chosen: says which cases to lay out; all are read and checked.

    Returns:
        The suite, which the caller closes, or every mistake in the test files.

    Raises:
        RulesetError: the ruleset does not compile.
    """
    declared = compile_ruleset(text, None, None)
    read = [read_cases(file, Path(text.file), declared) for file in files]
    found = [diagnostic for one in read for diagnostic in one.diagnostics]
    cases = tuple(one.cases for one in read)
    texts = {file.file: file.text for file in cases}
    every = [case for file in cases for case in file.cases]
    columns, unread = columns_for(declared, every, data)
    found += unread
    if _wrong(found):
        return Opened(None, in_order(found), texts)
    ruleset = compile_ruleset(text, columns.catalog, None)
    laid = [case for file in cases for case in file.cases if chosen(file, case)]
    batches, refused = make_batches(laid, ruleset, columns, text.extensions)
    suite = Suite(text, ruleset, columns.catalog, cases, batches)
    if _wrong(refused):
        suite.close()
        return Opened(None, in_order((*found, *refused)), texts)
    return Opened(suite, in_order(found), texts)


def project_columns(project: Project | None) -> Catalog | None:
    """Return the columns of a project's data; None where its store is not filled."""
    if project is None or not project.store.exists():
        return None
    with open_store(project, read_only=True) as store:
        return columns_of(store)


def _wrong(found: Sequence[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in found)
