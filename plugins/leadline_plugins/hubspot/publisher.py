"""The output: results as properties of contacts and companies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from leadline.plugin import Column, Outcome, Result, Table
from leadline.plugin.client import CallError
from leadline_plugins.hubspot.api import Api
from leadline_plugins.hubspot.properties import RECORD_ID, Definition, Records, ready
from leadline_plugins.hubspot.updates import MOST, Answered, Entry, told, update, without_record
from leadline_plugins.hubspot.values import said_values

_ID = re.compile(r"[1-9][0-9]{0,18}")
#: What HubSpot answers where something within a batch is at fault, and it takes nothing of it.
_TOGETHER = (400, 404, 409, 413)
#: How many batches of a run are halved to find what is at fault in them.
_MOST_HALVED = 500


class HubSpotPublisher:
    """Keep results in properties of a portal.

    Args:
        settings: as the schema describes them.
        pause: waits some seconds; None is the clock.
    """

    def __init__(
        self, settings: Mapping[str, Any], pause: Callable[[float], object] | None = None
    ) -> None:
        self._api = Api(settings["url"], settings["token"], settings["timeout"], pause)
        self._create: bool = settings["create_properties"]
        self._records = {
            "leads": Records("contacts", "contact", "leads", "contact_id", settings["contact_id"]),
            "accounts": Records(
                "companies", "company", "accounts", "company_id", settings["company_id"]
            ),
        }
        self._known: dict[str, Mapping[str, Definition]] = {}
        self._halved = 0

    def prepare(self, table: Table, columns: Sequence[Column]) -> None:
        """Look whether the portal has a property for each column, and make those that it lacks.

        Raises:
            SourceError: it cannot hold them, or does not let a property be made.
        """
        if not self._known:
            self._api.meet()
        records = self._records[table]
        known = ready(self._api, records, columns, create=self._create)
        self._known[table] = {
            column.name: known[column.name] for column in columns if column.name in known
        }

    def publish(self, table: Table, results: Sequence[Result]) -> Iterator[Outcome]:
        """Write results, batch by batch, and yield the outcome of each after its batch.

        Raises:
            SourceError: HubSpot cannot be used, or the calls of the day are used up.
        """
        records, known = self._records[table], self._known.get(table, {})
        entries: list[Entry] = []
        for result in results:
            try:
                _check_key(records, result.key)
                entries.append(Entry(result.key, said_values(result.values, known)))
            except ValueError as error:
                yield without_record(result.key, result.values, str(error))
        for start in range(0, len(entries), MOST):
            yield from self._batch(table, entries[start : start + MOST])

    def _batch(self, table: Table, entries: Sequence[Entry]) -> Iterator[Outcome]:
        """Write a batch; where HubSpot takes nothing of it, write what is good of it."""
        known = self._known.get(table, {})
        chosen = [name for name, one in known.items() if one.options]
        try:
            answered = update(self._api, self._records[table], entries, chosen)
        except CallError as error:
            if error.failure.status not in _TOGETHER:
                raise
            said = error.failure.data
            why = told(said) if isinstance(said, Mapping) else error.message
            answered = Answered((), tuple(entries), why)
        yield from answered.outcomes
        left = answered.left
        if len(entries) == 1:
            yield from (Outcome(entry.key, "refused", answered.why) for entry in left)
        elif self._halved == _MOST_HALVED:
            why = f"one of {len(left)} results that HubSpot refused together: {answered.why}"
            yield from (Outcome(entry.key, "failed", why) for entry in left)
        elif left:
            self._halved += 1
            middle = (len(left) + 1) // 2
            for part in filter(None, (left[:middle], left[middle:])):
                yield from self._batch(table, part)


def _check_key(records: Records, key: str) -> None:
    """Hold a key to what HubSpot may know a record by.

    Raises:
        ValueError: it is nothing of the sort.
    """
    if records.key != RECORD_ID:
        if not key.strip():
            raise ValueError(f"it has no `{records.key}` that a {records.one} is known by")
    elif not _ID.fullmatch(key):
        such = "such as `email`" if records.kind == "contacts" else "that HubSpot keeps unique"
        raise ValueError(
            f"what it is known by is no record id of HubSpot: name the field that has it as "
            f"`{records.table.removesuffix('s')}_id` under `publish`, or set `{records.setting}` "
            f"to a property {such}"
        )
