"""One test file run on its own, as other test runners ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from leadline.diagnostic import Diagnostic
from leadline.errors import UsageError
from leadline.pipeline import read_ruleset
from leadline.project import find_project, read_project
from leadline.report.testing import FileReport
from leadline.run import near
from leadline.testing.finding import ruleset_of
from leadline.testing.outcome import run_suite
from leadline.testing.suite import open_suite, project_columns


def run_file(
    test: Path,
) -> tuple[FileReport | None, tuple[Diagnostic, ...], Mapping[str, str]]:
    """Run the cases of a test file, within the project that its ruleset is in.

    Args:
        test: the test file.

    Returns:
        The report, None where the file is wrong; what is to be said about the file; its text.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: there is no ruleset, or the project is wrong.
    """
    test = near(test)
    ruleset = ruleset_of(test)
    if ruleset is None:
        raise UsageError(f"there is no ruleset beside {test}")
    found = find_project(ruleset.resolve().parent)
    project = read_project(near(found)) if found is not None else None
    opened = open_suite(read_ruleset(ruleset, project), [test], data=project_columns(project))
    if opened.suite is None:
        return None, opened.diagnostics, opened.texts
    with opened.suite as suite:
        [report] = run_suite(suite)
    return report, opened.diagnostics, opened.texts
