"""Which records of a portal belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from leadline.testing.fake_hubspot.objects import COMPANIES, CONTACTS, DEALS, Table

#: The ids of HubSpot's own types of association, without a label.
_PLAIN: Final = {
    (CONTACTS, COMPANIES): 279, (COMPANIES, CONTACTS): 280, (CONTACTS, DEALS): 4,
    (DEALS, CONTACTS): 3, (DEALS, COMPANIES): 341, (COMPANIES, DEALS): 342,
}  # fmt: skip
#: Of a record to the ids of records of another type.
Made = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class LinkType:
    """What an association means.

    Args:
        type_id: the id of the type.
        label: its name; None for a plain one.
        ours: whether the portal made it rather than HubSpot.
    """

    type_id: int
    label: str | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An association with a record, by all types that it has."""

    to: str
    types: tuple[LinkType, ...]


class Links:
    """The associations of a portal, both ways.

    Args:
        tables: the records.
        made: those that follow from the numbers of the records, by the two types.
    """

    def __init__(
        self, tables: Mapping[str, Table], made: Mapping[tuple[str, str], Made] | None = None
    ) -> None:
        self._tables = tables
        self._made = dict(made or {})
        self._held: dict[tuple[str, str], dict[str, dict[str, list[LinkType]]]] = {}

    def add(self, kind: str, id_: str, to: str, other: str, link: LinkType | None = None) -> None:
        """Link two records; a label counts for the way that it is given for."""
        plain, back = LinkType(_PLAIN[kind, to]), LinkType(_PLAIN[to, kind])
        for one, two, a, b, types in (
            (kind, to, id_, other, [plain, *([link] if link else [])]),
            (to, kind, other, id_, [back]),
        ):
            found = self._held.setdefault((one, two), {}).setdefault(a, {}).setdefault(b, [])
            found.extend(type_ for type_ in types if type_ not in found)

    def of(self, kind: str, id_: str, to: str) -> tuple[Link, ...]:
        """Return what a record is linked to, by id: what was merged counts for the winner."""
        found: dict[int, list[LinkType]] = {}
        if (kind, to) not in _PLAIN:
            return ()
        for own in self._tables[kind].merged_into(id_):
            made = self._made.get((kind, to))
            plain = {other: [LinkType(_PLAIN[kind, to])] for other in (made(own) if made else ())}
            held = self._held.get((kind, to), {}).get(own, {})
            for other, types in (*plain.items(), *held.items()):
                record = self._tables[to].get(other)
                if record is not None and record.archived is None:
                    known = found.setdefault(int(record.id), [])
                    known.extend(type_ for type_ in types if type_ not in known)
        return tuple(Link(str(other), tuple(found[other])) for other in sorted(found))
