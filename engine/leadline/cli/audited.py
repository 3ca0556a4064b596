"""The rulesets that the audit commands look at, each with its programs and their reviews."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.audit.plans import Plan, plan_of, plan_without_data
from leadline.audit.programs import audits_of, reviews_of
from leadline.audit.sheet import make_sheet
from leadline.cli.options import Work, loaded, project_here
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.pipeline import RulesetText, columns_of, compile_ruleset, read_ruleset
from leadline.plan.clock import AsOf, parse_as_of
from leadline.project import Project
from leadline.ruleset.audits import Audit
from leadline.ruleset.reviews import Review
from leadline.run import open_store, ruleset_files, rulesets_of
from leadline.store import Store


@dataclass(frozen=True, slots=True)
class Audited:
    """A ruleset with its programs and what people recorded of them."""

    text: RulesetText
    model: str
    timezone: str
    audits: tuple[Audit, ...]
    reviews: tuple[Review, ...]

    def as_of(self, asked: str | None) -> AsOf:
        """Return the date in the timezone of the model."""
        return parse_as_of(asked, self.timezone)

    def named(self, names: Sequence[str]) -> tuple[Audit, ...]:
        """Return the programs of these names, in the order of the ruleset; all where none is said.

        Raises:
            UsageError: there is no such program.
        """
        known = [audit.name for audit in self.audits]
        for name in names:
            if name not in known:
                raise UsageError(
                    f"{self.text.file} has no program `{name}`",
                    hint=did_you_mean(name, known) or "write it under `audits:`",
                )
        return tuple(audit for audit in self.audits if not names or audit.name in names)


def audited(text: RulesetText, store: Store | None) -> Audited:
    """Return a ruleset with its programs, checked against the data where there are any.

    Raises:
        RulesetError: the ruleset, its audits or its reviews do not compile.
    """
    catalog = columns_of(store) if store is not None else None
    ruleset = compile_ruleset(text, catalog, store)
    audits, reviews = audits_of(text, catalog, store), reviews_of(text)
    return Audited(text, ruleset.model, ruleset.timezone, audits, reviews)


@contextlib.contextmanager
def data_if_any(text: RulesetText, data: Path | None) -> Iterator[Work | None]:
    """Open a folder of data, or the project's store where it is filled; else None.

    Args:
        text: a ruleset that the data are for.
        data: the folder; None takes the project's store.
    """
    project = project_here()
    format_ = project.defaults.format if project is not None else "table"
    with contextlib.ExitStack() as stack:
        if data is not None:
            store, loads, notes = loaded(data)
            stack.enter_context(store)
            yield Work(text, store, loads, notes, format_)
        elif project is not None and project.store.exists():
            store = open_store(project, read_only=True)
            stack.enter_context(store)
            yield Work(text, store, format=format_)
        else:
            yield None


def rulesets_named(paths: Sequence[Path]) -> tuple[RulesetText, ...]:
    """Return the rulesets of some files and folders, or those of the project.

    Raises:
        UsageError: there are none.
    """
    project: Project | None = project_here()
    files = [file for path in paths for file in ruleset_files(path)]
    if not paths and project is not None:
        files += rulesets_of(project)
    if not files:
        raise UsageError(
            "no ruleset is named", hint="name a ruleset's file or folder; a project has its own"
        )
    return tuple(read_ruleset(file, project) for file in dict.fromkeys(files))


def plans_of(
    found: Audited, store: Store | None, as_of: str | None, ahead: int
) -> tuple[Plan, ...]:
    """Return the reviews of every program of a ruleset.

    Args:
        found: the ruleset with its programs.
        store: the data; None plans by what was written and recorded alone.
        as_of: a date or instant; None is today.
        ahead: how many reviews to plan.
    """
    if store is not None:
        sheet = make_sheet(store, found.text, found.audits, found.reviews, as_of, ahead=ahead)
        return tuple(map(plan_of, sheet.rows))
    day = found.as_of(as_of).day
    return tuple(plan_without_data(audit, found.reviews, day, ahead) for audit in found.audits)
