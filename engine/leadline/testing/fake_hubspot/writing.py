"""How a record changes: its values, their history, and what HubSpot keeps about both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from leadline.testing.fake_hubspot.instants import iso, millis
from leadline.testing.fake_hubspot.objects import CONTACTS, DEALS, MODIFIED, CrmObject, Version


def new(
    kind: str, id_: str, properties: Mapping[str, str | None], at: int, source: str
) -> CrmObject:
    """Return a record that was just created."""
    when = iso(at)
    own: dict[str, str | None] = {"createdate": when, "hs_object_id": id_}
    record = CrmObject(id_, own, {}, when, when)
    return changed(kind, record, properties, at, source)


def changed(
    kind: str, record: CrmObject, properties: Mapping[str, str | None], at: int, source: str
) -> CrmObject:
    """Return a record with other values.

    Every write changes the date of the last change, even one that sets what was there. A value that
    is "" or None clears; a history gets a version only where the value is another one.
    """
    when = iso(at)
    values, past = dict(record.properties), dict(record.past)
    said = {**_stage_dates(kind, record, properties, at), **properties}
    for name, given in said.items():
        value = given if given != "" else None
        before = values.get(name)
        if value != before:
            past[name] = (Version(value or "", when, source), *record.history(name))
        values[name] = value
    values[MODIFIED[kind]] = when
    return replace(record, properties=values, past=past, updated=when)


def _stage_dates(
    kind: str, record: CrmObject, properties: Mapping[str, str | None], at: int
) -> dict[str, str | None]:
    """Return what HubSpot notes when a record enters and leaves a stage of its lifecycle."""
    stage, before = properties.get("lifecyclestage"), record.properties.get("lifecyclestage")
    if kind == DEALS or not stage or stage == before:
        return {}
    noted: dict[str, str | None] = {f"hs_v2_date_entered_{stage}": iso(at)}
    if kind == CONTACTS:
        noted["hs_v2_date_entered_current_stage"] = iso(at)
    if before:
        noted[f"hs_v2_date_exited_{before}"] = iso(at)
        entered = record.properties.get(f"hs_v2_date_entered_{before}")
        if entered is not None:
            spent = at - millis(entered)
            total = int(record.properties.get(f"hs_v2_cumulative_time_in_{before}") or 0) + spent
            noted[f"hs_v2_latest_time_in_{before}"] = str(spent)
            noted[f"hs_v2_cumulative_time_in_{before}"] = str(total)
    return noted


def archived(record: CrmObject, at: int) -> CrmObject:
    """Return a record that was archived."""
    return replace(record, archived=iso(at), updated=iso(at))


def renumbered(kind: str, record: CrmObject, id_: str) -> CrmObject:
    """Return a record that was merged under an id of its own; the one it had leads to it."""
    values = dict(record.properties)
    values["hs_object_id"] = id_
    values["hs_merged_object_ids"] = f"{record.id};{values['hs_merged_object_ids']}"
    if kind == CONTACTS:
        noted = str(values["hs_calculated_merged_vids"])
        values["hs_calculated_merged_vids"] = f"{record.id}:{noted.rpartition(':')[2]};{noted}"
    return replace(record, id=id_, properties=values)


def merged(kind: str, winner: CrmObject, loser: CrmObject, at: int) -> CrmObject:
    """Return what two records are together: the winner's values, and the loser's where it has none.

    Raises:
        ValueError: they are the same.
    """
    if winner.id == loser.id:
        raise ValueError(f"record {winner.id} cannot be merged with itself")
    filled = {
        name: value
        for name, value in loser.properties.items()
        if value is not None and winner.properties.get(name) is None
    }
    notes = {"hs_merged_object_ids": [loser.id]}
    if kind == CONTACTS:
        notes["hs_calculated_merged_vids"] = [f"{loser.id}:{at}"]
    for name, parts in notes.items():
        earlier = (record.properties.get(name) for record in (winner, loser))
        filled[name] = ";".join((*(part for part in earlier if part), *parts))
    return changed(kind, winner, filled, at, "MERGE_OBJECTS")
