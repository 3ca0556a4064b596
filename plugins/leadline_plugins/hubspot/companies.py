"""Companies: accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadline_plugins.hubspot.columns import ORIGIN, TAKEN, Columns, owned_by
from leadline_plugins.hubspot.objects import Asked, batches, values
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

_ALWAYS = ("name", "domain", "hubspot_owner_id")
_OWN = ("account_id", "name", "domain", "owner", "owner_email")


@dataclass(frozen=True, slots=True)
class Companies:
    """The part ``companies``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield accounts."""
        taken = TAKEN.union(_ALWAYS)
        chosen = tuple(one for one in desk.directory.chosen("companies") if one.name not in taken)
        asked = Asked("companies", (*_ALWAYS, *(one.name for one in chosen)))
        columns = Columns("accounts", f"{ORIGIN} companies", _OWN, chosen, _OWN)
        # A company that was deleted harms no score: its contacts name it no longer.
        for batch in batches(desk.api, asked, span, at, archived=False):
            rows = ((_account(desk, one), values(one)) for one in batch.records)
            yield Page(columns.records(rows), batch.at)


def _account(desk: Desk, company: Found) -> tuple[object, ...]:
    said = values(company)
    owner = owned_by(desk.directory.owners, said.get("hubspot_owner_id"))
    return (str(company["id"]), said.get("name"), said.get("domain"), *owner)
