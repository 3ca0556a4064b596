"""pytest runs the cases beside rulesets: ``pytest rulesets/`` has one test a case.

pytest loads this module everywhere, so it imports nothing of leadline until a folder is
leadline's: one in which a YAML file begins a line with ``leadline:``. Every ``*.test.yaml`` of
such a folder is collected, and one beside no ruleset of its name is an error; those of other
folders are left to others. ``-p no:leadline`` leaves all of them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from leadline.report.testing import CaseReport

_ENDING = ".test.yaml"
_OURS = re.compile(rb"^leadline:", re.MULTILINE)


class CaseFailure(Exception):
    """A case failed, or its file cannot be run; says so as ``leadline test`` does."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a test file of a ruleset."""
    if file_path.name.endswith(_ENDING) and _is_ours(file_path.parent):
        return CaseFileNode.from_parent(parent, path=file_path)
    return None


@cache
def _is_ours(folder: Path) -> bool:
    """Say whether a folder has a ruleset."""
    files = (path for path in folder.glob("*.yaml") if not path.name.endswith(_ENDING))
    return any(_OURS.search(path.read_bytes()) for path in files if path.is_file())


class CaseFileNode(pytest.File):
    """A test file; its cases run together when the first of them is asked for."""

    _reports: dict[str, CaseReport] | None = None
    _wrong = ""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the cases, in the order of the file."""
        from leadline.document import Mapping, load  # noqa: PLC0415 - not before it is needed
        from leadline.report.diagnostics import text  # noqa: PLC0415
        from leadline.testing.finding import ruleset_of, stray_test  # noqa: PLC0415

        loaded = load(self.path.read_bytes(), self.name_of_file)
        if ruleset_of(self.path) is None:
            said = (stray_test(self.path), *loaded.diagnostics)
            raise self.CollectError(text(said, {}, colour=False))
        entry = loaded.document.root.get("cases") if loaded.document is not None else None
        if entry is None or not isinstance(entry.value, Mapping) or not entry.value.entries:
            self._run()
            raise self.CollectError(self._wrong or f"{self.name_of_file} has no cases")
        for case in entry.value.entries:
            name, line = case.key.text, case.key.place.line
            yield CaseItem.from_parent(self, name=name, line=line)

    @property
    def name_of_file(self) -> str:
        """The file as messages name it: from the folder that pytest was called in."""
        here = self.config.invocation_params.dir
        return str(self.path.relative_to(here) if self.path.is_relative_to(here) else self.path)

    def report(self, case: str) -> CaseReport:
        """Return what became of a case.

        Raises:
            CaseFailure: the file or its ruleset is wrong.
        """
        if self._reports is None:
            self._run()
        if self._wrong or self._reports is None:
            raise CaseFailure(self._wrong)
        return self._reports[case]

    def _run(self) -> None:
        from leadline.errors import LeadlineError, RulesetError  # noqa: PLC0415
        from leadline.report.diagnostics import text  # noqa: PLC0415
        from leadline.testing.whole_file import run_file  # noqa: PLC0415

        try:
            reports, found, texts = run_file(self.path)
        except RulesetError as error:
            self._wrong = text(error.diagnostics, error.texts, colour=False)
        except LeadlineError as error:
            self._wrong = f"error: {error.message}\n  = help: {error.hint}\n"
        else:
            self._wrong = text(found, texts, colour=False) if reports is None else ""
            self._reports = {case.name: case for case in reports.cases} if reports else None


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, line: int, **known: object) -> None:
        super().__init__(**known)  # type: ignore[arg-type]
        self.line = line

    def runtest(self) -> None:
        """Fail where an expectation of the case is not met."""
        from leadline.report.testing import case_text  # noqa: PLC0415 - not before it is needed

        if not isinstance(self.parent, CaseFileNode):
            raise TypeError(f"{self.nodeid} stands in no test file")
        report = self.parent.report(self.name)
        if report.failed:
            raise CaseFailure(case_text(report))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *more: object, **others: object
    ) -> str:
        """Return what ``leadline test`` says, without a traceback."""
        if isinstance(excinfo.value, CaseFailure):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, *more, **others))  # type: ignore[arg-type]

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the case."""
        return self.path, self.line - 1, self.name
