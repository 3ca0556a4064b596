"""The sheet of revisions: a row for each thing of a ruleset, a column for each change of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadline.git import Commit
from leadline.report.revisions import KINDS, Cell, Change, Column, Row
from leadline.revisions.following import State, Version
from leadline.revisions.history import Step
from leadline.revisions.items import Item, differences

#: A score or an account score, and its name.
_Owner = tuple[str, str]
#: Things at one revision: the number of each, the thing, and the file that it is in.
_View = dict[int, tuple[Item, Version]]


@dataclass(frozen=True, slots=True)
class _History:
    """The steps, the files at each, and the number of the file that the sheet is of."""

    steps: Sequence[Step]
    states: Sequence[State]
    line: int
    late: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Change:
    """What a step did, compared with the steps before it.

    Attributes:
        was: the things before; ``now`` after.
        rows: what it did to each that it changed.
        renamed: scores that are called otherwise: what and its name before, its name now.
        moved: where things went that are in another file now.
        error: why it does not compile.
        is_blind: whether nobody can tell what was before.
        ends: whether the ruleset was removed.
    """

    was: _View
    now: _View
    rows: Mapping[int, Change]
    renamed: Mapping[_Owner, str]
    moved: Mapping[int, str]
    error: str = ""
    is_blind: bool = False
    ends: bool = False

    @property
    def is_any(self) -> bool:
        return bool(self.rows or self.error or self.renamed)


def make_table(
    steps: Sequence[Step], states: Sequence[State], line: int, *, every: bool
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Return the columns, oldest first, and the rows.

    Args:
        steps: the commits, parents first.
        states: the files at each.
        line: the number of the ruleset among the files.
        every: whether each commit is a column, compared with all before it; else each step of the
            branch itself is, compared with the step of the branch before it, so that a merge is one
            revision.
    """
    late = {
        row: number
        for number, state in enumerate(states)
        if (own := state.of_line(line)) is not None
        for row, _ in own.items
    }
    history = _History(steps, states, line, late)
    chosen: list[tuple[int, _Change]] = []
    for number, step in enumerate(steps):
        if every or step.is_own:
            change = _changed(history, number, step.before if every else _branch(history, number))
            if change.is_any:
                chosen.append((number, change))
    brought = {} if every else _brought(steps)
    columns = tuple(
        _column(history, number, change, brought.get(number, ()), first=place == 0)
        for place, (number, change) in enumerate(chosen)
    )
    return columns, tuple(_rows([change for _, change in chosen]))


def _branch(history: _History, number: int) -> tuple[int, ...]:
    """Return the step of the branch itself before a step of it; none at its beginning."""
    step = history.steps[number]
    return tuple(one for one in step.before[:1] if history.steps[one].is_own or not step.commit)


def _view(history: _History, number: int) -> _View:
    """Return the things of the ruleset, and those that are still to come into it."""
    found: _View = {}
    for version in history.states[number].versions.values():
        for row, item in version.items:
            if version.line == history.line or history.late.get(row, -1) > number:
                found[row] = (item, version)
    return found


def _changed(history: _History, number: int, bases: Sequence[int]) -> _Change:
    if any(history.states[base] is history.states[number] for base in bases):
        return _Change({}, {}, {}, {}, {})
    now = _view(history, number)
    befores = [_view(history, base) for base in bases] or [{}]
    own = history.states[number].of_line(history.line)
    olds = [history.states[base].of_line(history.line) for base in bases]
    if own is not None and own.error:
        known = any(old is not None and old.content == own.content for old in olds)
        return _Change(befores[0], {}, {}, {}, {}, "" if known else own.error)
    rows: dict[int, Change] = {}
    renamed = _renamed_scores(befores[0], now)
    for row in {**now, **befores[0]}:
        changes = [_kind_of(before.get(row), now.get(row), renamed) for before in befores]
        if all(change != "same" for change in changes):
            rows[row] = changes[0]
    moved = {
        row: version.path
        for version in history.states[number].versions.values()
        for row, _ in version.items
        if rows.get(row) == "removed"
    }
    # The one side of a merge knows the new name already.
    renamed = renamed if len(befores) == 1 else {}
    blind = any(old is not None and old.error and not old.items for old in olds)
    blind = blind or history.steps[number].is_cut
    ends = own is None and any(old is not None for old in olds)
    return _Change(befores[0], now, rows, renamed, moved, is_blind=blind, ends=ends)


def _kind_of(
    old: tuple[Item, Version] | None,
    new: tuple[Item, Version] | None,
    renamed: Mapping[_Owner, str],
) -> Change:
    if old is None:
        return "added" if new is not None else "same"
    if new is None:
        return "removed"
    alike = old[0].texts == new[0].texts and not _elsewhere(old, new, renamed)
    return "same" if alike else "changed"


def _elsewhere(
    old: tuple[Item, Version], new: tuple[Item, Version], renamed: Mapping[_Owner, str]
) -> tuple[str, ...]:
    """Say where a thing was before, and what it was called."""
    said = [f"was called {old[0].name}"] if old[0].name != new[0].name else []
    owner = renamed.get((_what(old[0]), old[0].owner), old[0].owner)
    score = f"{_what(old[0])} {old[0].owner}" if owner != new[0].owner else ""
    file = old[1].path if old[1].line != new[1].line else ""
    if score or file:
        said.append(f"moved from {' of '.join(part for part in (score, file) if part)}")
    return tuple(said)


def _what(item: Item) -> str:
    return "account score" if item.kind in ("account", "stage") else "score"


def _renamed_scores(was: _View, now: _View) -> dict[_Owner, str]:
    """Return the scores that have another name: what and its name before, and its name now."""
    before = {(_what(item), item.owner) for item, _ in was.values()}
    after = {(_what(item), item.owner) for item, _ in now.values()}
    found: dict[_Owner, str] = {}
    for row, (item, version) in now.items():
        old = was.get(row)
        if old is None or old[1].line != version.line or old[0].owner == item.owner:
            continue
        what = _what(item)
        gone, new = (what, old[0].owner), (what, item.owner)
        if gone not in after and new not in before:
            found.setdefault(gone, item.owner)
    return found


def _column(
    history: _History, number: int, change: _Change, brought: Sequence[int], *, first: bool
) -> Column:
    step = history.steps[number]
    return Column(
        step.commit,
        change.error,
        tuple(f"{what} {was} is called {name} now" for (what, was), name in change.renamed.items()),
        tuple(_changing(history, brought)),
        begins=first or change.is_blind,
        is_cut=step.is_cut,
        ends=change.ends,
    )


def _changing(history: _History, numbers: Sequence[int]) -> Iterator[Commit]:
    """Yield the commits among some steps that changed the ruleset themselves."""
    for number in numbers:
        step = history.steps[number]
        if step.commit is not None and _changed(history, number, step.before).is_any:
            yield step.commit


def _brought(steps: Sequence[Step]) -> dict[int, list[int]]:
    """Return the steps that each step of the branch brought to it from others, parents first."""
    found: dict[int, list[int]] = {}
    reached: set[int] = set()
    for number in (number for number, step in enumerate(steps) if step.is_own):
        reached.add(number)
        left = list(steps[number].before)
        while left:
            one = left.pop()
            if one not in reached:
                reached.add(one)
                found.setdefault(number, []).append(one)
                left += steps[one].before
    return {number: sorted(numbers) for number, numbers in found.items()}


def _rows(changes: Sequence[_Change]) -> Iterator[Row]:
    order: dict[int, None] = {}
    for change in reversed(changes):
        order.update(dict.fromkeys(change.now))
    for change in reversed(changes):
        order.update(dict.fromkeys(change.was))
    rows = []
    for row in order:
        seen = [change.now[row][0] for change in changes if row in change.now]
        if seen:
            last = seen[-1]
            cells = tuple(_cell(row, change) for change in changes)
            names = frozenset(item.name for item in seen)
            rows.append(Row(last.kind, last.owner, last.name, names, cells))
    owners = {owner: place for place, owner in enumerate(dict.fromkeys(r.owner for r in rows))}
    yield from sorted(rows, key=lambda r: (r.section, owners[r.owner], KINDS.index(r.kind)))


def _cell(row: int, change: _Change) -> Cell | None:
    old, new = change.was.get(row), change.now.get(row)
    kind = change.rows.get(row, "same")
    if new is None:
        if kind != "removed" or old is None:
            return None
        moved = (f"moved to {change.moved[row]}",) if row in change.moved else ()
        return Cell("", "removed", old[0].value, moved, "", old[1].path)
    item, version = new
    if change.is_blind and kind == "added":
        kind = "present"
    if kind != "changed" or old is None:
        return Cell(item.value, kind, "", (), item.note, version.path)
    what = (*_elsewhere(old, new, change.renamed), *differences(old[0], item))
    was = old[0].value if old[0].value != item.value else ""
    return Cell(item.value, kind, was, what, item.note, version.path)
