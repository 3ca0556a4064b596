"""The past values of properties, and the stages of the lifecycle as tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadline.plugin import Records
from leadline_plugins.hubspot.columns import ORIGIN, owned_by
from leadline_plugins.hubspot.directory import Directory, Owner
from leadline_plugins.hubspot.instants import instant
from leadline_plugins.hubspot.objects import values
from leadline_plugins.hubspot.part import Found

STAGE = "lifecyclestage"
#: Which column of leads a property's past belongs to, where that has another name.
_FIELD = {"hubspot_owner_id": "owner", "associatedcompanyid": "account_id"}
_ENTERED = "hs_v2_date_entered_"

_Row = tuple[object, ...]


def histories(
    records: Sequence[Found], names: tuple[str, ...], directory: Directory
) -> tuple[Records, ...]:
    """Return the past values of contacts, for ``lead_history``."""
    owners = directory.owners if "hubspot_owner_id" in names else {}
    rows = tuple(
        (str(one["id"]), _FIELD.get(name, name), _value(name, said, owners), instant(at))
        for one in records
        for name in names
        for said, at in _versions(one, name)
    )
    columns = ("lead_id", "field", "value", "changed_at")
    made = Records("lead_history", f"{ORIGIN} contacts", columns, rows, None, ("value",))
    return (made,) if rows else ()


def stage_dates(directory: Directory) -> tuple[str, ...]:
    """Return the properties that say when a contact entered each stage of the lifecycle."""
    known = directory.known("contacts")
    stage = known.get(STAGE)
    named = (f"{_ENTERED}{option}" for option in (stage.options if stage else ()))
    return tuple(name for name in named if name in known)


def stages(records: Sequence[Found], dates: Sequence[str] | None) -> tuple[Records, ...]:
    """Return when contacts entered the stages of the lifecycle, for ``lead_tags``.

    Args:
        records: contacts.
        dates: the properties that say when each stage was entered last; None: the history of the
            stage was read, which has the whole path.
    """
    rows: list[_Row] = []
    for one in records:
        id_ = str(one["id"])
        passed = _versions(one, STAGE) if dates is None else _entered(values(one), dates)
        rows += [(id_, STAGE, stage, instant(at)) for stage, at in passed if stage]
    columns = ("lead_id", "tag", "value", "set_at")
    made = Records("lead_tags", f"{ORIGIN} contacts", columns, tuple(rows), None, ("value",))
    return (made,) if rows else ()


def _entered(said: Mapping[str, Any], dates: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for name in dates:
        if said.get(name):
            yield name.removeprefix(_ENTERED), said[name]


def _versions(record: Found, name: str) -> Iterator[tuple[str | None, Any]]:
    """Yield the values that a property had, each with when it was set."""
    past = record.get("propertiesWithHistory")
    found = past.get(name) if isinstance(past, Mapping) else None
    for version in found if isinstance(found, list) else ():
        if isinstance(version, Mapping):
            yield version.get("value"), version.get("timestamp")


def _value(name: str, said: str | None, owners: Mapping[str, Owner]) -> str | None:
    return owned_by(owners, said)[0] if name == "hubspot_owner_id" else said
