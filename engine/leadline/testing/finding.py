"""Which test files belong to which ruleset.

``NAME.test.yaml`` and ``NAME.MORE.test.yaml`` beside ``NAME.yaml`` are its tests. A test file
beside no ruleset of its name would silently never run, so it is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.diagnostic import Diagnostic, Place, nearest
from leadline.errors import UsageError
from leadline.ruleset.beside import is_beside
from leadline.run import ruleset_files
from leadline.testing import codes

TEST_ENDING = ".test.yaml"
_ENDING = ".yaml"


@dataclass(frozen=True, slots=True)
class Target:
    """A ruleset with test files to run.

    ``chosen`` names cases of single files; a file without an entry runs whole.
    """

    ruleset: Path
    files: tuple[Path, ...]
    chosen: tuple[tuple[Path, str], ...] = ()

    def runs(self, file: str, case: str) -> bool:
        """Say whether a case was asked for."""
        names = [name for path, name in self.chosen if str(path) == file]
        return not names or case in names


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be run, and what is wrong with the files that were looked at."""

    targets: tuple[Target, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def is_test_file(path: Path) -> bool:
    """Say whether a file is a test file by its name."""
    return path.name.endswith(TEST_ENDING)


def ruleset_of(test: Path) -> Path | None:
    """Return the ruleset that a test file is for: the longest name beside it that begins its own.

    None where there is no such ruleset.
    """
    parts = test.name.removesuffix(TEST_ENDING).split(".")
    for count in range(len(parts), 0, -1):
        ruleset = test.with_name(".".join(parts[:count]) + _ENDING)
        if ruleset.is_file():
            return ruleset
    return None


def main_tests(ruleset: Path) -> Path:
    """Return the test file that has a ruleset's name alone, whether it is there or not."""
    return ruleset.with_name(ruleset.name.removesuffix(_ENDING) + TEST_ENDING)


def test_files(ruleset: Path) -> tuple[Path, ...]:
    """Return the test files of a ruleset, that of its name alone first."""
    found = (path for path in ruleset.parent.glob(f"*{TEST_ENDING}") if path.is_file())
    mine = [path for path in found if ruleset_of(path) == ruleset]
    return tuple(sorted(mine, key=lambda path: (len(path.name.split(".")), path.name)))


def strays(folders: Iterable[Path]) -> tuple[Diagnostic, ...]:
    """Say which test files of some folders are beside no ruleset of their name."""
    return tuple(
        stray_test(path)
        for folder in dict.fromkeys(folders)
        for path in sorted(folder.glob(f"*{TEST_ENDING}"))
        if ruleset_of(path) is None
    )


def stray_test(path: Path) -> Diagnostic:
    """Say that a test file is beside no ruleset of its name."""
    name = path.name.removesuffix(TEST_ENDING)
    beside = [
        other.name
        for other in sorted(path.parent.glob(f"*{_ENDING}"))
        if not (is_test_file(other) or is_beside(other)) and other.name != "leadline.yaml"
    ]
    near = nearest(f"{name}{_ENDING}", beside, most=1)
    hint = f"name it `{near[0].removesuffix(_ENDING)}{TEST_ENDING}`" if near else ""
    hint = hint or (f"it is for one of {', '.join(beside)}?" if beside else "")
    message = f"there is no ruleset `{name}{_ENDING}` beside this test, so it never runs"
    return Diagnostic(codes.NO_RULESET_BESIDE, message, Place(str(path), 1, 1, 1, 1), hint)


def without_tests(ruleset: Path) -> Diagnostic:
    """Say that a ruleset has no test file."""
    expected = main_tests(ruleset).name
    message = f"`{ruleset.name}` has no tests"
    hint = f"write cases into `{expected}` beside it; `leadline test --record LEAD` begins one"
    return Diagnostic(codes.NO_TESTS, message, Place(str(ruleset), 1, 1, 1, 1), hint)


def find_tests(paths: Sequence[str]) -> Found:
    """Find what is to be run.

    Args:
        paths: rulesets, their folders, folders of such folders, test files, or
            ``TESTFILE::case name``.

    Raises:
        UsageError: there is no such file.
    """
    rulesets: dict[Path, dict[Path, list[str]]] = {}
    whole: set[Path] = set()
    found: list[Diagnostic] = []
    for path_ in paths:
        file, _, case = path_.partition("::")
        path = Path(file)
        if not is_test_file(path):
            if case:
                raise UsageError(f"`{path_}` names a case, but {file} is no test file")
            for ruleset in ruleset_files(path):
                rulesets.setdefault(ruleset, {})
                whole.add(ruleset)
                found += strays([ruleset.parent])
            continue
        if not path.is_file():
            raise UsageError(f"there is no test file {file}")
        beside = ruleset_of(path)
        if beside is None:
            found.append(stray_test(path))
            continue
        rulesets.setdefault(beside, {}).setdefault(path, []).extend([case] if case else [])
    targets = tuple(
        Target(
            ruleset,
            test_files(ruleset) if ruleset in whole else tuple(files),
            () if ruleset in whole else _chosen(files),
        )
        for ruleset, files in rulesets.items()
    )
    return Found(targets, tuple(dict.fromkeys(found)))


def _chosen(files: dict[Path, list[str]]) -> tuple[tuple[Path, str], ...]:
    return tuple((file, name) for file, names in files.items() for name in names)
