"""The commits of a repository that concern a ruleset, with what its files held in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from leadline.diagnostic import Severity, in_order
from leadline.document import load
from leadline.git import Commit, Repository, Revision
from leadline.pipeline import RulesetText, check_ruleset
from leadline.report.revisions import NOT_HERE
from leadline.revisions.commits import FileChange, changes_in, commits_in
from leadline.revisions.items import Item, items_of
from leadline.ruleset.extensions import Extensions

#: What every ruleset says, at the beginning of a line.
_IS_RULESET = re.compile(rb"^[\"']?leadline[\"']?[ ]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held: the items of its ruleset, or why it has none.

    Attributes:
        model: the name that the ruleset has.
        items: what it is made of.
        error: the first thing that is wrong with it, "" where it compiles.
    """

    model: str
    items: tuple[Item, ...]
    error: str


@dataclass(frozen=True, slots=True)
class Step:
    """A commit, or the working tree, and how the files differ from those before it.

    Attributes:
        commit: None is the working tree.
        before: the steps right before it, by number; none at a beginning.
        changes: those against each of ``before``, or against nothing.
        is_own: whether the branch itself went through it, not only one that was merged.
        is_cut: whether what was before is not in this clone.
    """

    commit: Commit | None
    before: tuple[int, ...]
    changes: tuple[tuple[FileChange, ...], ...]
    is_own: bool
    is_cut: bool = False


class Contents:
    """What files held, by the id of the content; each is read and compiled once."""

    def __init__(self, repository: Repository, extensions: Extensions) -> None:
        self._repository = repository
        self._extensions = extensions
        self._bytes: dict[str, bytes | None] = {}
        self._read: dict[str, Content] = {}

    def fetch(self, ids: Iterable[str]) -> None:
        """Read contents from the repository, many at once."""
        missing = [id_ for id_ in ids if id_ not in self._bytes]
        if missing:
            self._bytes |= self._repository.contents(missing)

    def put(self, id_: str, content: bytes) -> None:
        """Keep a content that is not in the repository."""
        self._bytes[id_] = content

    def is_ruleset(self, id_: str) -> bool:
        """Say whether a content may be a ruleset at all."""
        self.fetch([id_])
        content = self._bytes[id_]
        return content is not None and _IS_RULESET.search(content) is not None

    def __getitem__(self, id_: str) -> Content:
        if id_ not in self._read:
            self.fetch([id_])
            content = self._bytes[id_]
            self._read[id_] = (
                Content("", (), NOT_HERE)
                if content is None
                else content_of(content, self._extensions)
            )
        return self._read[id_]


def content_of(content: bytes, extensions: Extensions) -> Content:
    """Compile what a file held; the data that it was written for are not at hand."""
    loaded = load(content, "")
    text = RulesetText("", loaded.text, loaded.document, loaded.diagnostics, extensions)
    ruleset, found = check_ruleset(text, None)
    if ruleset is not None:
        return Content(ruleset.model, items_of(ruleset), "")
    first = next(d for d in in_order(found) if d.severity is Severity.ERROR)
    line = f"line {first.place.line}: " if first.place is not None else ""
    return Content("", (), f"{line}{first.message}")


def read_steps(repository: Repository, head: Revision, path: str) -> tuple[Step, ...]:
    """Return the commits up to a revision that change a YAML file or this one, parents first."""
    patterns = patterns_of(path)
    commits = commits_in(repository.log(head, patterns))
    numbers = {commit.commit: number for number, commit in enumerate(commits)}
    before = [
        tuple(numbers[parent] for parent in commit.parents if parent in numbers)
        for commit in commits
    ]
    pairs: list[tuple[str | None, str]] = [
        (commits[number].tree if number is not None else None, commit.tree)
        for commit, parents in zip(commits, before, strict=True)
        for number in parents or (None,)
    ]
    differing = iter(changes_in(repository.differences(pairs, patterns))[1:] if pairs else ())
    own, cut = repository.first_parents(head), repository.cut_off(head)
    return tuple(
        Step(
            commit,
            parents,
            tuple(next(differing) for _ in parents or (None,)),
            commit.commit in own,
            commit.commit in cut,
        )
        for commit, parents in zip(commits, before, strict=True)
    )


def patterns_of(path: str) -> tuple[str, ...]:
    """Return the pathspecs of all files that rules may be moved between, and of one of any name."""
    return (":(glob)**/*.yaml", ":(glob)**/*.yml", f":(literal){path}")


def working_tree(
    repository: Repository, head: Revision | None, path: str, contents: Contents, last: int | None
) -> Step | None:
    """Return the working tree as a step behind the last commit, None where nothing differs.

    Args:
        repository: where.
        head: the last commit; None where there is none.
        path: the ruleset, which git may not follow yet.
        contents: takes what the files hold.
        last: the number of the last step.
    """
    found: tuple[FileChange, ...] = ()
    if head is not None:
        found = changes_in(repository.unsaved(head, patterns_of(path)))[0]
    kept = [_on_disk(repository, change, contents) for change in found]
    file = repository.root / path
    followed = head is not None and repository.read(head, path) is not None
    if file.is_file() and not followed and not any(change.path == path for change in kept):
        kept.append(_on_disk(repository, FileChange(None, path, None, None), contents))
    if not kept:
        return None
    return Step(None, () if last is None else (last,), (tuple(kept),), True)


def _on_disk(repository: Repository, change: FileChange, contents: Contents) -> FileChange:
    file = repository.root / change.path if change.path is not None else None
    if file is None or not file.is_file():
        return FileChange(change.was or change.path, None, change.before, None)
    id_ = f"working tree:{change.path}"
    contents.put(id_, file.read_bytes())
    return FileChange(change.was, change.path, change.before, id_)


def followed_paths(steps: Sequence[Step], path: str, contents: Contents) -> frozenset[str]:
    """Return the paths that a ruleset had, and those of files that gave rules to it.

    Args:
        steps: the commits.
        path: the ruleset, as it is called now.
        contents: what files held.
    """
    paths = frozenset([path])
    while True:
        touching = [
            changes
            for step in steps
            for changes in step.changes
            if any(_touches(change, paths) for change in changes)
        ]
        contents.fetch(
            id_
            for changes in touching
            for change in changes
            if change.was is not None or _touches(change, paths)
            for id_ in (change.before, change.after)
            if id_ is not None
        )
        more = {name for changes in touching for name in _partners(changes, paths, contents)}
        if more <= paths:
            return paths
        paths |= more


def _touches(change: FileChange, paths: frozenset[str]) -> bool:
    return change.was in paths or change.path in paths


def _partners(
    changes: Sequence[FileChange], paths: frozenset[str], contents: Contents
) -> Iterator[str]:
    """Yield the other names of files in one change, and the files that lost what they gained."""
    own = [change for change in changes if _touches(change, paths)]
    for change in own:
        yield from (name for name in (change.was, change.path) if name is not None)
    gained = {key for change in own for key in _keys(change, contents, lost=False)}
    lost = {key for change in own for key in _keys(change, contents, lost=True)}
    others = (change for change in changes if change not in own)
    for change in others:
        came = gained and change.was is not None and _keys(change, contents, lost=True) & gained
        if came or (lost and _keys(change, contents, lost=False) & lost):
            yield from (name for name in (change.was, change.path) if name is not None)


def _keys(change: FileChange, contents: Contents, *, lost: bool) -> set[object]:
    """Return the names and meanings of the items that a file lost or gained."""
    sides = [change.before, change.after]
    had, has = (_known(contents, id_) for id_ in (sides if lost else reversed(sides)))
    return had - has


def _known(contents: Contents, id_: str | None) -> set[object]:
    if id_ is None or not contents.is_ruleset(id_):
        return set()
    rules = [item for item in contents[id_].items if item.kind == "rule"]
    return {item.name for item in rules} | {item.meaning for item in rules}


def pairs_of(
    changes: Sequence[FileChange], paths: frozenset[str], contents: Contents
) -> tuple[FileChange, ...]:
    """Return the changes of followed files; one that went and one that came of one model are one.

    Git pairs files by how much of their text is the same, and so misses a file that was rewritten
    while it was renamed.
    """
    own = [change for change in changes if _touches(change, paths)]
    gone = [change for change in own if change.path is None]
    kept: list[FileChange] = [change for change in own if change.path is not None]
    model = partial(_model, contents)
    for number, change in enumerate(kept):
        same = _same_model(change, gone, model) if change.was is None else None
        if same is not None:
            gone.remove(same)
            kept[number] = FileChange(same.was, change.path, same.before, change.after)
    return (*kept, *gone)


def _same_model(
    change: FileChange, gone: Sequence[FileChange], model: Callable[[str | None], str]
) -> FileChange | None:
    name = model(change.after)
    return next((old for old in gone if name and model(old.before) == name), None)


def _model(contents: Contents, id_: str | None) -> str:
    return contents[id_].model if id_ is not None else ""
