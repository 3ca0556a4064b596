"""The source: one part after the other, page by page, with where it stands after each batch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from leadline.plugin import Cursor, Item, Note, ReadContext, Records, SourceError
from leadline.plugin.client import CallError
from leadline_plugins.hubspot.api import KEYS, Api, missing_scopes
from leadline_plugins.hubspot.companies import Companies
from leadline_plugins.hubspot.contacts import Contacts
from leadline_plugins.hubspot.deals import Deals
from leadline_plugins.hubspot.directory import Directory
from leadline_plugins.hubspot.email_events import EmailEvents
from leadline_plugins.hubspot.forms import Forms
from leadline_plugins.hubspot.occurrences import Occurrences
from leadline_plugins.hubspot.part import Desk, Page, Part, Span
from leadline_plugins.hubspot.place import At, Mark, Place, read_place
from leadline_plugins.hubspot.segments import Segments
from leadline_plugins.hubspot.settings import wanted

_PARTS: Mapping[str, Part] = {
    "companies": Companies(),
    "contacts": Contacts(),
    "deals": Deals(),
    "lists": Segments(),
    "forms": Forms(),
    "email_events": EmailEvents(),
    "events": Occurrences(),
}
#: What a key or a subscription may lack without the rest being of no use.
_OPTIONAL = frozenset({"lists", "forms", "email_events", "events"})
#: How many rows a batch of them holds at most, and how many cells all that are held at once.
_MOST_ROWS, _MOST_CELLS = 5000, 100_000


class HubSpot:
    """Read a portal; the source never writes to it.

    Args:
        settings: as the schema describes them.
        pause: waits some seconds; None is the clock.
    """

    def __init__(
        self, settings: Mapping[str, Any], pause: Callable[[float], object] | None = None
    ) -> None:
        self._wanted = wanted(settings)
        self._api = Api(settings["url"], settings["token"], settings["timeout"], pause)

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield what is new, part by part, and where the next page is.

        Raises:
            SourceError: HubSpot does not give it. What was read before is kept, and the next load
                goes on from there.
        """
        self._api.meet()
        place = read_place(context.cursor).begun(self._api.now)
        desk = Desk(self._api, self._wanted, Directory(self._api, self._wanted))
        for number, name in enumerate(self._wanted.parts):
            if name in place.done:
                continue
            context.progress(f"HubSpot {name}", number, len(self._wanted.parts))
            place = yield from self._part(desk, name, place)
            yield from desk.directory.notes
            desk.directory.notes.clear()
        yield Cursor(place.ended().text())

    def _part(self, desk: Desk, name: str, place: Place) -> Generator[Item, None, Place]:
        """Yield a part; return the place behind it."""
        key = self._wanted.key(name)
        mark, started = place.marks.get(name), place.started or 0
        again = place.part == name and place.key == key
        span = Span(
            mark.until if mark is not None else None, started, mark is None or mark.key != key
        )
        pages = _PARTS[name].pages(desk, span, place.at if again else {})
        try:
            yield from self._batches(pages, lambda at: Cursor(place.within(name, key, at).text()))
        except CallError as error:
            if name not in _OPTIONAL or error.failure.status != 403:
                raise
            yield _not_read(name, error)
            return place.behind(name, None)
        behind = place.behind(name, Mark(started, key))
        yield Cursor(behind.text())
        return behind

    def _batches(self, pages: Iterable[Page], cursor: Callable[[At], Cursor]) -> Iterator[Item]:
        """Yield what some pages hold, and a cursor behind it; behind the last page none."""
        held: list[Item] = []
        count, cells, at = 0, 0, None
        try:
            for page in pages:
                held += page.items
                count, cells, at = count + 1, cells + _cells(page), page.at
                if at is not None and (count >= self._wanted.batch or cells >= _MOST_CELLS):
                    yield from (*_joined(held), cursor(at))
                    held, count, cells, at = [], 0, 0, None
        except SourceError:
            # What came before the fault is kept, so that nobody asks for it again.
            if at is not None:
                yield from (*_joined(held), cursor(at))
            raise
        yield from _joined(held)


def _not_read(name: str, error: CallError) -> Note:
    """Return what to say of a part that the key or the subscription does not give."""
    scopes = missing_scopes(error.failure.data)
    if not scopes:
        return Note(f"`{name}` is not read: {error.message}")
    tier = ", which HubSpot gives to Enterprise subscriptions only" if name == "events" else ""
    return Note(
        f"`{name}` is not read: the service key lacks {', '.join(scopes)}{tier}; "
        f"add it in HubSpot under {KEYS}, or leave `{name}` out of `read`"
    )


def _cells(page: Page) -> int:
    tables = (item for item in page.items if isinstance(item, Records))
    return sum(len(one.rows) * len(one.columns) for one in tables)


def _joined(items: Sequence[Item]) -> Iterator[Item]:
    """Yield items with the rows of like batches in one: each batch costs the store the same."""
    rows: dict[Records, list[tuple[object, ...]]] = {}
    for item in items:
        if isinstance(item, Records):
            rows.setdefault(replace(item, rows=()), []).extend(item.rows)
        else:
            yield item
    for like, all_rows in rows.items():
        for start in range(0, len(all_rows), _MOST_ROWS):
            yield replace(like, rows=tuple(all_rows[start : start + _MOST_ROWS]))
