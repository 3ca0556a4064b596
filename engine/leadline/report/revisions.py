"""The sheet of revisions as a value: a row a thing of the ruleset, a column a change of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from leadline.git import WORKING_TREE, Commit

Kind = Literal["rule", "group", "setting", "account", "stage", "segment", "automation", "model"]
Change = Literal["added", "changed", "removed", "present", "same"]

#: Every kind in the order in which people read them.
KINDS: tuple[Kind, ...] = (
    "rule", "group", "setting", "account", "stage", "segment", "automation", "model",
)  # fmt: skip
#: What stands together: kinds, and what people call them; ``{}`` is the score.
_SECTIONS: tuple[tuple[tuple[Kind, ...], str], ...] = (
    (("rule",), "{}"),
    (("group", "setting"), "{}: settings"),
    (("account",), "account score {}"),
    (("stage",), "stages"),
    (("segment",), "segments"),
    (("automation",), "automations"),
    (("model",), "the whole model"),
)
_ACCOUNTS = 2
#: What stands in place of rows where there are none.
NO_ROWS = "nothing of this changed in these revisions"
#: What stands above the first column of a shallow clone.
OLDER_MISSING = "older missing"
#: Why a revision is empty where a partial clone lacks what the file held.
NOT_HERE = "a partial clone lacks what it held"
#: What stands behind the value of a cell.
MARKS: dict[Change, str] = {"added": "+", "changed": "*"}
REMOVED = "-"
MARKS_NOTE = "* changed, + added, - removed; nothing is marked where the sheet begins"


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing at one revision.

    Attributes:
        value: what it gives, ``""`` where it was removed.
        change: what the revision did to it; ``present`` is there already where the clone begins.
        was: what it gave before, where that differs.
        what: what else differs.
        note: what people wrote beside it.
        file: where it stood.
    """

    value: str
    change: Change
    was: str
    what: tuple[str, ...]
    note: str
    file: str

    @property
    def shown(self) -> str:
        """The value with its mark."""
        return REMOVED if self.change == "removed" else self.value + MARKS.get(self.change, "")

    @property
    def said(self) -> tuple[str, ...]:
        """What changed, in words: ``50, was 40``, ``limit: 3 per day, was none``."""
        match self.change:
            case "added":
                return (f"added: {self.value}",)
            case "removed":
                return ("; ".join((f"removed, was {self.was}", *self.what)),)
            case _ if self.was:
                return (f"{self.value}, was {self.was}", *self.what)
            case _:
                return self.what


@dataclass(frozen=True, slots=True)
class Row:
    """One thing through all revisions; None where it was not there, or nobody can tell.

    ``names`` are all that it was ever called.
    """

    kind: Kind
    owner: str
    name: str
    names: frozenset[str]
    cells: tuple[Cell | None, ...]

    @property
    def section(self) -> int:
        """The place of what it stands together with."""
        if self.kind == "stage" and self.owner:
            return _ACCOUNTS
        return next(at for at, (kinds, _) in enumerate(_SECTIONS) if self.kind in kinds)

    @property
    def heading(self) -> str:
        """What people call that."""
        return _SECTIONS[self.section][1].format(self.owner)

    @property
    def label(self) -> str:
        """What people call it in there."""
        is_step = self.kind == "stage" and self.owner and not self.name.startswith("stages ")
        word = "stage " if is_step else "group " if self.kind == "group" else ""
        return f"{word}{self.name}"

    @property
    def full_name(self) -> str:
        """What people call it outside."""
        if self.owner:
            return f"{self.owner}, {self.label}"
        plain = self.kind in ("model", "rule") or self.name.startswith("stages ")
        return self.label if plain else f"{self.kind} {self.label}"

    def is_changed(self, since: int = 1) -> bool:
        """Say whether a revision changed it, from a column on."""
        changes = {cell.change for cell in self.cells[since:] if cell is not None}
        return bool(changes - {"same", "present"})


@dataclass(frozen=True, slots=True)
class Column:
    """One revision that changed the ruleset.

    Attributes:
        commit: None is the working tree.
        error: why it does not compile.
        remarks: what changed that is of no one row.
        brought: of a merge, the commits it brought that changed the ruleset.
        begins: whether nothing is known of before, or nothing was, so that nothing is marked.
        is_cut: whether what was before is not in this clone.
        ends: whether the ruleset was removed.
    """

    commit: Commit | None
    error: str
    remarks: tuple[str, ...]
    brought: tuple[Commit, ...]
    begins: bool
    is_cut: bool
    ends: bool

    @property
    def date(self) -> str:
        """The day on which its author wrote it."""
        at = self.commit.at if self.commit is not None else None
        return f"{at:%Y-%m-%d}" if at is not None else ""

    @property
    def trouble(self) -> str:
        """Why it is empty, in a few words; "" where it is not."""
        if not self.error:
            return ""
        return "not in this clone" if self.error == NOT_HERE else "did not compile"

    @property
    def merged(self) -> tuple[str, ...]:
        """The commits that it brought, in words."""
        return tuple(f"{one.short} {one.author}: {one.subject}" for one in self.brought)

    @property
    def heading(self) -> tuple[str, str, str, str]:
        """Its date, commit, author and what it is about, each on one line."""
        if self.commit is None:
            return "not committed", "", "", f"the {WORKING_TREE}"
        one = self.commit
        return self.date, one.short, " ".join(one.author.split()), " ".join(one.subject.split())


@dataclass(frozen=True, slots=True)
class Revisions:
    """The sheet.

    Attributes:
        model: what the ruleset is called.
        file: its path in the repository.
        columns: the revisions, oldest first.
        rows: the things, rules first.
        notes: what else is to be said.
        missing: what the clone lacks, "" where it lacks nothing.
    """

    model: str
    file: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    missing: str

    def cells(self, column: int) -> Iterator[tuple[Row, Cell]]:
        """Yield what is there in a column, by row."""
        for row in self.rows:
            cell = row.cells[column]
            if cell is not None:
                yield row, cell

    def told_notes(self) -> Iterator[tuple[Row, int, str]]:
        """Yield each note of a row where it is new or another one: row, column, note."""
        for row in self.rows:
            last = ""
            for number, cell in enumerate(row.cells):
                if cell is not None and cell.change != "removed" and cell.note != last:
                    last = cell.note
                    yield row, number, cell.note

    def changes(self, number: int) -> tuple[str, ...]:
        """Say what a revision changed, a line a thing; of the first one, how much is there."""
        column = self.columns[number]
        if column.error:
            return (f"{column.trouble}: {column.error}",)
        cells = list(self.cells(number))
        if column.begins:
            rules = sum(row.kind == "rule" for row, _ in cells)
            counts = _count(rules, "rule"), _count(len(cells) - rules, "other value")
            return (f"the sheet begins: {', '.join(filter(None, counts)) or 'nothing yet'}",)
        if column.ends:
            return ("the ruleset was removed",)
        told = [(row, cell) for row, cell in cells if cell.change != "same"]
        said = (f"{row.full_name}: {'; '.join(cell.said)}" for row, cell in told)
        return (*column.remarks, *said)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""
