"""What a file is, and the project around it."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from leadline.checking.plugins import check_codes, open_checks
from leadline.checking.selection import ALL, CheckRules, rules_of
from leadline.diagnostic import Diagnostic
from leadline.errors import ConfigurationError, LeadlineError
from leadline.pipeline import RULESET_FILE, extensions_of
from leadline.plugin import OpenCheck
from leadline.project import FILE_NAME, NO_SUCH_PATH, Project, find_project, read_project
from leadline.ruleset.beside import is_audits, is_beside
from leadline.ruleset.extensions import NO_EXTENSIONS, Extensions
from leadline.testing.finding import is_test_file

FileKind = Literal["ruleset", "tests", "audits", "reviews", "project"]

_VERSION = re.compile(r"^leadline[ \t]*:", re.MULTILINE)
_MODEL = re.compile(r"^(model|scores)[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The project around a file, and what it adds to the language and to checks.

    Attributes:
        project: the project; None outside of any, or where leadline.yaml is wrong.
        rules: which findings are wanted.
        checks: the checks of its plugins.
        extensions: what its plugins add to the language.
        fault: why the project or a plugin cannot be used, or ``""``.
    """

    project: Project | None = None
    rules: CheckRules = ALL
    checks: tuple[OpenCheck, ...] = ()
    extensions: Extensions = NO_EXTENSIONS
    fault: str = ""

    @property
    def store(self) -> Path | None:
        """The project's store, where its file is there."""
        there = self.project is not None and self.project.store.is_file()
        return self.project.store if self.project is not None and there else None

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the project's outputs."""
        return tuple(o.name for o in self.project.outputs) if self.project is not None else ()


def kind_of(path: Path, text: str) -> FileKind | None:
    """Return what a YAML file is to leadline, or None where it is another's."""
    if path.name == FILE_NAME:
        return "project"
    if is_test_file(path):
        return "tests"
    if is_beside(path):
        return "audits" if is_audits(path) else "reviews"
    named = path.name == RULESET_FILE or _VERSION.search(text) is not None
    return "ruleset" if named or _of_project(path, text) else None


def _of_project(path: Path, text: str) -> bool:
    """Say whether a file that does not say so is a ruleset of the project around it."""
    return _MODEL.search(text) is not None and find_project(path.parent) is not None


def surroundings_of(folder: Path) -> Surroundings:
    """Return the project around a folder; what is wrong with it is a fault, never raised."""
    file = find_project(folder)
    if file is None:
        return Surroundings()
    try:
        return _read(file)
    except ConfigurationError:
        return Surroundings(fault=f"{file} is wrong: its own diagnostics say how")
    except (LeadlineError, OSError) as error:
        return Surroundings(fault=str(error))


def project_findings(file: Path, text: str) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a leadline.yaml, and with the codes it names.

    Args:
        file: the file.
        text: what the editor has of it. Where that is not saved, plugins and paths are not
            looked at: they are beside the file.
    """
    try:
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            _read(file)
        else:
            _read_unsaved(text)
    except ConfigurationError as error:
        return tuple(
            replace(one, place=replace(one.place, file=str(file))) if one.place else one
            for one in error.diagnostics
        )
    except (LeadlineError, OSError, UnicodeDecodeError):
        return ()
    return ()


def _read(file: Path) -> Surroundings:
    project = read_project(file)
    checks = open_checks(project)
    text = file.read_text(encoding="utf-8")
    rules = rules_of(project.check, text, (), (), check_codes(checks))
    return Surroundings(project, rules, checks, extensions_of(project))


def _read_unsaved(text: str) -> None:
    with tempfile.TemporaryDirectory(prefix="leadline-") as folder:
        unsaved = Path(folder) / FILE_NAME
        unsaved.write_bytes(text.encode(errors="replace"))
        try:
            read_project(unsaved)
        except ConfigurationError as error:
            found = [one for one in error.diagnostics if one.kind != NO_SUCH_PATH]
            raise ConfigurationError(error.message, found, error.texts) from None
