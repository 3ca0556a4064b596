"""The sheet of a ruleset's revisions, from the repository that it lies in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.git import Commit, Repository, Revision, find_repository
from leadline.pipeline import RULESET_FILE, find_ruleset
from leadline.report.revisions import NOT_HERE, Cell, Column, Revisions, Row
from leadline.revisions.following import State, follow
from leadline.revisions.history import (
    Contents,
    Step,
    followed_paths,
    read_steps,
    working_tree,
)
from leadline.revisions.sheet import make_table
from leadline.ruleset.extensions import Extensions

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_YAML = (".yaml", ".yml")


def gather_revisions(
    ruleset: Path, extensions: Extensions, *, since: str | None = None, every: bool = False
) -> Revisions:
    """Return the revisions of a ruleset.

    Args:
        ruleset: its file or folder; it need not be there any more.
        extensions: what plugins add to its language.
        since: a date or a revision; the sheet begins with how things stood then.
        every: whether every commit is a revision, those of merged branches too, and not only the
            steps of the branch itself.

    Raises:
        UsageError: there is no repository, no ruleset, or no such revision.
    """
    repository = find_repository(ruleset if ruleset.is_dir() else ruleset.parent)
    if repository is None:
        raise UsageError(
            f"{ruleset} is in no git repository",
            hint="revisions are read from git: `git init`, then commit the ruleset",
        )
    path = _path(repository, ruleset)
    head = repository.revision("HEAD") if repository.has_revision("HEAD") else None
    contents = Contents(repository, extensions)
    steps = _steps(repository, head, path, contents)
    paths = followed_paths(steps, path, contents)
    states = follow(steps, paths, contents)
    line = next((s.versions[path].line for s in reversed(states) if path in s.versions), None)
    if line is None:
        find_ruleset(ruleset)  # says that there is none
        raise UsageError(f"no commit up to HEAD has `{path}`")
    columns, rows = make_table(steps, states, line, every=every)
    missing = _missing(steps, columns)
    sheet = Revisions(
        _model(states, line, contents), path, columns, rows, _notes(steps, states, line), missing
    )
    return _since(sheet, since, repository, head) if since is not None else sheet


def chosen(
    sheet: Revisions,
    *,
    score: str | None = None,
    rule: str | None = None,
    changed: bool = False,
    rules_only: bool = False,
) -> Revisions:
    """Return the sheet with some rows alone.

    Args:
        sheet: all rows.
        score: those of this score, and the revisions that changed them.
        rule: the rules that are, or were, called so, and the revisions that changed them.
        changed: those that changed after the first revision.
        rules_only: rules alone.

    Raises:
        UsageError: no score, or no rule, is or was called so.
    """
    rows = sheet.rows
    if score is not None:
        of_scores = [row for row in rows if row.kind in ("rule", "group", "setting")]
        rows = tuple(row for row in of_scores if row.owner == score)
        _refuse_none(rows, "score", score, [row.owner for row in of_scores])
    if rule is not None:
        rules = [row for row in rows if row.kind == "rule"]
        rows = tuple(row for row in rules if row in rows and rule in row.names)
        _refuse_none(rows, "rule", rule, [name for row in rules for name in row.names])
    if rules_only:
        rows = tuple(row for row in rows if row.kind == "rule")
    if changed:
        rows = tuple(row for row in rows if row.is_changed())
    shown = replace(sheet, rows=rows)
    return shown if score is None and rule is None else _concerned(shown)


def _concerned(sheet: Revisions) -> Revisions:
    """Return the sheet with the revisions alone that changed one of its rows."""
    kept = [
        number
        for number, column in enumerate(sheet.columns)
        if column.begins
        or column.remarks
        or any(cell.change != "same" for _, cell in sheet.cells(number))
    ]
    rows = (replace(row, cells=tuple(row.cells[n] for n in kept)) for row in sheet.rows)
    return replace(sheet, columns=tuple(sheet.columns[n] for n in kept), rows=tuple(rows))


def _refuse_none(rows: Sequence[Row], what: str, name: str, known: Sequence[str]) -> None:
    if not rows:
        hint = did_you_mean(name, sorted(set(known)))
        raise UsageError(f"no {what} is or was called `{name}`", hint=hint)


def _path(repository: Repository, ruleset: Path) -> str:
    """Return the path in the repository of a ruleset, which may have been removed."""
    if ruleset.is_dir() or not (ruleset.is_file() or ruleset.suffix in _YAML):
        return repository.path_of(ruleset / RULESET_FILE)
    return repository.path_of(ruleset)


def _steps(
    repository: Repository, head: Revision | None, path: str, contents: Contents
) -> tuple[Step, ...]:
    steps = read_steps(repository, head, path) if head is not None else ()
    last = len(steps) - 1 if steps else None
    unsaved = working_tree(repository, head, path, contents, last)
    return steps if unsaved is None else (*steps, unsaved)


def _model(states: Sequence[State], line: int, contents: Contents) -> str:
    versions = (state.of_line(line) for state in reversed(states))
    models = (contents[version.content].model for version in versions if version is not None)
    return next((model for model in models if model), "")


def _missing(steps: Sequence[Step], columns: Sequence[Column]) -> str:
    """Say what a shallow or partial clone does not have, and how to get it."""
    said = []
    cut = [step.commit for step in steps if step.is_cut and step.commit is not None]
    if cut:
        said.append(
            f"history before {_named(cut[-1])} is not in this clone: `git fetch --unshallow`"
        )
    absent = sum(column.error == NOT_HERE for column in columns)
    if absent:
        texts = (
            "the text of 1 revision is" if absent == 1 else f"the texts of {absent} revisions are"
        )
        said.append(f"{texts} not in this clone: `git fetch --refetch --no-filter`")
    return "; ".join(said)


def _notes(steps: Sequence[Step], states: Sequence[State], line: int) -> tuple[str, ...]:
    """Say where the file was before, and that git does not follow it."""
    notes = []
    own = [
        (step, version.path)
        for step, state in zip(steps, states, strict=True)
        if step.is_own and (version := state.of_line(line)) is not None
    ]
    for (_, was), (step, path) in itertools.pairwise(own):
        if was != path:
            until = f"until {_named(step.commit)}" if step.commit else "at the last commit"
            notes.append(f"the file was {was} {until}")
    if not any(step.commit is not None for step, _ in own):
        notes.append(
            f"git does not follow {own[-1][1]} yet: commit it, and each change of it is a revision"
            if own
            else "no commit of this branch has the ruleset"
        )
    return tuple(notes)


def _named(commit: Commit) -> str:
    day = f"{commit.at:%Y-%m-%d} " if commit.at is not None else ""
    return f"{day}({commit.short})"


def _since(
    sheet: Revisions, since: str, repository: Repository, head: Revision | None
) -> Revisions:
    """Return the sheet from a date or revision on; its first column is how things stood then."""
    begin = _begin(sheet.columns, since, repository, head)
    before = next((n for n in reversed(range(begin)) if not sheet.columns[n].error), None)
    notes = sheet.notes
    if begin == len(sheet.columns):
        notes = (*notes, f"nothing has changed since {since}")
    if before is None:
        return replace(sheet, notes=notes)
    columns = (replace(sheet.columns[before], begins=True), *sheet.columns[begin:])
    rows = []
    for row in sheet.rows:
        stood = row.cells[before]
        first = None if stood is None or stood.change == "removed" else _unmarked(stood)
        cells = (first, *row.cells[begin:])
        if any(cell is not None for cell in cells):
            rows.append(replace(row, cells=cells))
    when = f"before {since}" if _DATE.match(since) else f"at {since}"
    notes = (*notes, f"the first column is how it stood {when}")
    return replace(sheet, columns=columns, rows=tuple(rows), notes=notes)


def _unmarked(cell: Cell) -> Cell:
    return replace(cell, change="same", was="", what=())


def _begin(
    columns: Sequence[Column], since: str, repository: Repository, head: Revision | None
) -> int:
    """Return the number of the first column since a date, or after a revision."""
    if _DATE.match(since):
        try:
            day = date.fromisoformat(since)
        except ValueError as error:
            raise UsageError(f"`{since}` is no date: {error}") from None
        later = (
            n
            for n, column in enumerate(columns)
            if (at := column.commit.at if column.commit else None) is None or at.date() >= day
        )
        return next(later, len(columns))
    base = repository.revision(since)
    ids = repository.since(base, head) if head is not None else frozenset()
    after = (n for n, c in enumerate(columns) if c.commit is None or c.commit.commit in ids)
    return next(after, len(columns))
