"""Items followed through history: the same rule keeps one number, whatever it is called, wherever.

From each revision to the next an item is found again by its name in the same file (or score, where
the score has another name); else by its meaning under another name; else in another file that lost
it in the same revision. One that comes back after it was removed has the number that it had.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadline.report.revisions import Kind
from leadline.revisions.commits import FileChange
from leadline.revisions.history import Contents, Step, pairs_of
from leadline.revisions.items import NAMED, Item

#: A name of an item: its kind, its score and what it is called.
_Key = tuple[Kind, str, str]
#: A score or an account score, and its name.
_Owner = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """One file at one revision.

    Attributes:
        path: where it is.
        line: the number of the file, which stays where it is renamed.
        content: the id of what it holds.
        items: each with its number; where it does not compile, those of before.
        error: why it does not compile.
    """

    path: str
    line: int
    content: str
    items: tuple[tuple[int, Item], ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """All followed files at one revision.

    Attributes:
        versions: by path.
        lines: the last file that each path was.
        gone: the numbers of items that were removed, by file and name.
    """

    versions: Mapping[str, Version]
    lines: Mapping[str, int]
    gone: Mapping[tuple[int, _Key], int]

    def of_line(self, line: int | None) -> Version | None:
        """Return the file of a number, where it is there."""
        return next((one for one in self.versions.values() if one.line == line), None)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A file whose items are to be numbered.

    Attributes:
        path: where it is; ``line`` and ``content`` as for a version.
        items: what it is made of.
        known: the numbers of the same file in the revisions before, by name.
        renamed: scores that are called otherwise than before: what, its name now, and before.
    """

    path: str
    line: int
    content: str
    items: tuple[Item, ...]
    known: tuple[Mapping[_Key, int], ...]
    renamed: Mapping[_Owner, str]


@dataclass(frozen=True, slots=True)
class _Lost:
    """An item that none of the files has any more, as far as names go."""

    line: int
    row: int
    item: Item


def follow(steps: Sequence[Step], paths: frozenset[str], contents: Contents) -> tuple[State, ...]:
    """Return the followed files at each step.

    Args:
        steps: the commits, parents first.
        paths: the files to follow.
        contents: what they held.
    """
    states: list[State] = []
    fresh = itertools.count()
    for step in steps:
        before = [states[number] for number in step.before]
        states.append(_next(step, before, paths, contents, fresh))
    return tuple(states)


def _next(
    step: Step,
    before: Sequence[State],
    paths: frozenset[str],
    contents: Contents,
    fresh: Iterator[int],
) -> State:
    changes = pairs_of(step.changes[0], paths, contents)
    if before and not changes:
        return before[0]
    lines = {path: line for state in reversed(before) for path, line in state.lines.items()}
    versions: dict[str, Version] = {}
    placed: list[_Placed] = []
    for path, line, content in _files(changes, before, lines, fresh):
        lines[path] = line
        olds = tuple(old for old in (state.of_line(line) for state in before) if old is not None)
        same = next((old for old in olds if old.content == content), None)
        found = contents[content]
        if same is not None:
            versions[path] = Version(path, line, content, same.items, same.error)
        elif found.error:
            kept = olds[0].items if olds else ()
            versions[path] = Version(path, line, content, kept, found.error)
        else:
            placed.append(_placed(path, line, content, found.items, olds))
    gone = {key: row for state in reversed(before) for key, row in state.gone.items()}
    taken = {row for version in versions.values() for row, _ in version.items}
    for version in _numbered(placed, before, taken, gone, fresh):
        versions[version.path] = version
    lost = {(one.line, _key(one.item)): one.row for one in _lost(before, taken)}
    gone = {key: row for key, row in (gone | lost).items() if row not in taken}
    return State(versions, lines, gone)


def _placed(
    path: str, line: int, content: str, items: tuple[Item, ...], olds: Sequence[Version]
) -> _Placed:
    known = tuple({_key(item): row for row, item in old.items} for old in olds)
    renamed = _renamed([item for _, item in olds[0].items], items) if olds else {}
    return _Placed(path, line, content, items, known, renamed)


def _files(
    changes: Sequence[FileChange],
    before: Sequence[State],
    lines: Mapping[str, int],
    fresh: Iterator[int],
) -> list[tuple[str, int, str]]:
    """Return the path, number and content of each followed file at a step."""
    first = before[0].versions if before else {}
    kept = {path: (old.line, old.content) for path, old in first.items()}
    for change in changes:
        if change.was is not None:
            kept.pop(change.was, None)
    for change in changes:
        if change.path is None or change.after is None:
            continue
        old = first.get(change.was) if change.was is not None else None
        others = (state.versions.get(change.path) for state in before[1:])
        there = old or next((other for other in others if other is not None), None)
        line = there.line if there is not None else lines.get(change.path)
        kept.pop(change.path, None)
        if line is None or any(line == taken for taken, _ in kept.values()):
            line = next(fresh)
        kept[change.path] = (line, change.after)
    return [(path, line, content) for path, (line, content) in kept.items()]


def _numbered(
    placed: Sequence[_Placed],
    before: Sequence[State],
    taken: set[int],
    gone: Mapping[tuple[int, _Key], int],
    fresh: Iterator[int],
) -> Iterator[Version]:
    """Yield the files with a number for each item; ``taken`` grows by those numbers."""
    rows: dict[tuple[str, int], int] = {}
    open_: list[tuple[_Placed, int]] = []
    for one in placed:
        for place, item in enumerate(one.items):
            row = next((row for row in _by_name(one, item) if row not in taken), None)
            if row is None:
                open_.append((one, place))
            else:
                rows[one.path, place] = row
                taken.add(row)
    lost = list(_lost(before, taken))
    for alike in _WAYS:
        for one, place in list(open_):
            item = one.items[place]
            same = next((old for old in lost if alike(one, item, old)), None)
            if same is not None:
                lost.remove(same)
                open_.remove((one, place))
                rows[one.path, place] = same.row
                taken.add(same.row)
    for one, place in open_:
        row = gone.get((one.line, _key(one.items[place])))
        row = next(fresh) if row is None or row in taken else row
        rows[one.path, place] = row
        taken.add(row)
    for one in placed:
        items = tuple((rows[one.path, place], item) for place, item in enumerate(one.items))
        yield Version(one.path, one.line, one.content, items)


def _by_name(one: _Placed, item: Item) -> Iterator[int]:
    names = (_key(item), _translated(one, item))
    for known in one.known:
        yield from (known[name] for name in names if name in known)


def _lost(before: Sequence[State], taken: set[int]) -> Iterator[_Lost]:
    """Yield the items of the revisions before whose numbers are not taken, each once."""
    seen: set[int] = set()
    for state in before:
        for version in state.versions.values():
            for row, item in version.items:
                if row not in taken and row not in seen:
                    seen.add(row)
                    yield _Lost(version.line, row, item)


def _key(item: Item) -> _Key:
    return item.kind, item.owner, item.name


def _translated(one: _Placed, item: Item) -> _Key:
    """Return the name that an item had where its score was called otherwise."""
    return item.kind, one.renamed.get(_owner(item), item.owner), item.name


def _is_renamed(one: _Placed, item: Item, old: _Lost) -> bool:
    owner = _translated(one, item)[1]
    same = item.kind in NAMED and (owner, item.meaning) == (old.item.owner, old.item.meaning)
    return same and item.kind == old.item.kind and one.line == old.line


def _is_in_other_score(one: _Placed, item: Item, old: _Lost) -> bool:
    return one.line == old.line and _is_same_rule(one, item, old)


def _is_in_other_file(one: _Placed, item: Item, old: _Lost) -> bool:
    return _key(item) == _key(old.item)


def _is_same_rule(one: _Placed, item: Item, old: _Lost) -> bool:
    return item.kind == old.item.kind == "rule" and item.name == old.item.name


def _is_same_meaning(one: _Placed, item: Item, old: _Lost) -> bool:
    return item.kind in NAMED and item.kind == old.item.kind and item.meaning == old.item.meaning


#: How an item is found again that is not where it was, the surest way first.
_WAYS: tuple[Callable[[_Placed, Item, _Lost], bool], ...] = (
    _is_renamed,
    _is_in_other_score,
    _is_in_other_file,
    _is_same_rule,
    _is_same_meaning,
)


def _owner(item: Item) -> _Owner:
    accounts = item.kind == "account" or (item.kind == "stage" and item.owner)
    return ("account score" if accounts else "score"), item.owner


def _renamed(old: Iterable[Item], new: Iterable[Item]) -> dict[_Owner, str]:
    """Return the scores that have another name: half of what they are made of is the same."""
    before, after = _owned(old), _owned(new)
    left = [owner for owner in before if owner not in after]
    found: dict[_Owner, str] = {}
    for owner in (owner for owner in after if owner not in before):
        same = next((was for was in left if _is_half(before, was, after, owner)), None)
        if same is not None:
            left.remove(same)
            found[owner] = same[1]
    return found


#: What each score is made of.
_Owned = Mapping[_Owner, set[tuple[object, ...]]]


def _owned(items: Iterable[Item]) -> _Owned:
    found: dict[_Owner, set[tuple[object, ...]]] = {}
    for item in items:
        if item.owner:
            found.setdefault(_owner(item), set()).add((item.kind, item.name, item.texts))
    return found


def _is_half(before: _Owned, was: _Owner, after: _Owned, owner: _Owner) -> bool:
    one, other = before[was], after[owner]
    return was[0] == owner[0] and 2 * len(one & other) >= max(len(one), len(other))
