"""One batch of results: which records they are of, what is written, what became of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Outcome, Value
from leadline.plugin.client import one_line
from leadline_plugins.hubspot.api import VERSION, Api
from leadline_plugins.hubspot.objects import read_batch, values
from leadline_plugins.hubspot.part import Found
from leadline_plugins.hubspot.properties import RECORD_ID, Records

#: How many records a batch may have.
MOST = 100

_MERGED = "hs_merged_object_ids"
_STAGE = "lifecyclestage"
#: The sorts of errors that another try would not change.
_LASTING = frozenset({"VALIDATION_ERROR", "OBJECT_NOT_FOUND", "CONFLICT"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A result to be written: its key, and its values as HubSpot takes them."""

    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of a batch.

    Args:
        outcomes: what became of its entries, as far as HubSpot said it of each.
        left: the entries that it refused together.
        why: what it said of them.
    """

    outcomes: tuple[Outcome, ...]
    left: tuple[Entry, ...] = ()
    why: str = ""


def update(
    api: Api, records: Records, entries: Sequence[Entry], chosen: Collection[str]
) -> Answered:
    """Write a batch.

    HubSpot leads an id that was merged away to the record that is left of it, whose values would
    be written over. So it is asked first which record each key leads to.

    Args:
        api: the API.
        records: the records that are written to.
        entries: at most :data:`MOST`, each of another key.
        chosen: the properties that take options only.

    Raises:
        SourceError: HubSpot cannot be used, or takes nothing of the batch.
    """
    there, settled = _found(api, records, entries)
    if not there:
        return Answered(settled)
    path = f"crm/objects/{VERSION}/{records.kind}/batch/update"
    inputs = [
        {"id": id_, "properties": dict(entry.values), "objectWriteTraceId": id_}
        for id_, entry in there.items()
    ]
    answered = _answered(records, there, api.post(path, {"inputs": inputs}), chosen)
    return Answered((*settled, *answered.outcomes), answered.left, answered.why)


def without_record(key: str, values: Mapping[str, Value], why: str) -> Outcome:
    """Return what becomes of a result of which HubSpot has no record.

    Args:
        key: its key.
        values: its values; where it has none, there is nothing to take away.
        why: why HubSpot has no record of it.
    """
    if any(value not in (None, "") for value in values.values()):
        return Outcome(key, "refused", why)
    return Outcome(key, "delivered", why)


def _found(
    api: Api, records: Records, entries: Sequence[Entry]
) -> tuple[dict[str, Entry], tuple[Outcome, ...]]:
    """Return entries by the record that each is of, and outcomes of those that have none."""
    key = records.key
    body: dict[str, object] = {
        "inputs": [{"id": entry.key} for entry in entries],
        "properties": [_MERGED, *([] if key == RECORD_ID else [key])],
    }
    if key != RECORD_ID:
        body["idProperty"] = key
    found = read_batch(api, records.kind, body)
    ids = {_key(one, key): str(one.get("id")) for one in found}
    there: dict[str, Entry] = {}
    refused: list[Outcome] = []
    for entry in entries:
        id_ = ids.get(entry.key.casefold())
        if id_ is None:
            why = _not_there(records, entry.key, found)
            refused.append(without_record(entry.key, entry.values, why))
        elif id_ in there:
            why = f"another of the {records.table} is of the same {records.one}"
            refused.append(_refused(entry, why))
        else:
            there[id_] = entry
    return there, tuple(refused)


def _key(found: Found, key: str) -> str:
    said = found.get("id") if key == RECORD_ID else values(found).get(key)
    return str(said or "").casefold()


def _not_there(records: Records, key: str, found: Sequence[Found]) -> str:
    """Return why a key leads to no record of its own.

    It does not name the key: whoever reads it wants to know how often each reason occurs.
    """
    if records.key != RECORD_ID:
        return (
            f"HubSpot has no {records.one} with this `{records.key}`: it was deleted or merged, "
            "has another one now, or never was there"
        )
    if any(key in str(values(one).get(_MERGED) or "").split(";") for one in found):
        return _merged(records)
    return f"HubSpot has no {records.one} with this id: it was deleted, or never was there"


def _merged(records: Records) -> str:
    return f"it was merged into another {records.one}; the next load from HubSpot tells into which"


def _answered(
    records: Records, there: Mapping[str, Entry], said: Mapping[str, Any], chosen: Collection[str]
) -> Answered:
    """Return what an answer says of each entry."""
    left, outcomes, why = dict(there), [], ""
    for one in _listed(said, "results"):
        id_ = str(one.get("objectWriteTraceId") or one.get("id"))
        if id_ in left:
            outcomes.append(_written(records, left.pop(id_), id_, one, chosen))
    for error in _listed(said, "errors"):
        concerned = _concerned(error)
        for id_ in sorted(concerned & left.keys()):
            outcomes.append(_failed(left.pop(id_), error))
        why = why if concerned else told(error)
    rest = tuple(left.values())
    if why:
        return Answered(tuple(outcomes), rest, why)
    silent = "HubSpot did not say what became of it"
    return Answered((*outcomes, *(Outcome(entry.key, "unknown", silent) for entry in rest)))


def _written(
    records: Records, entry: Entry, id_: str, found: Found, chosen: Collection[str]
) -> Outcome:
    if str(found.get("id")) != id_:
        return _refused(entry, _merged(records))
    kept = values(found)
    for name in chosen:
        wanted, is_ = entry.values.get(name), kept.get(name)
        if wanted and is_ and set(wanted.split(";")) != set(str(is_).split(";")):
            why = f"HubSpot kept `{name}` at `{one_line(str(is_))}` and did not take `{wanted}`"
            only = ": a lifecycle stage goes forward only" if name == _STAGE else ""
            return _refused(entry, why + only)
    return Outcome(entry.key, "delivered")


def _failed(entry: Entry, error: Mapping[str, Any]) -> Outcome:
    lasting = error.get("category") in _LASTING
    return Outcome(entry.key, "refused" if lasting else "failed", told(error))


def _refused(entry: Entry, why: str) -> Outcome:
    return Outcome(entry.key, "refused", why)


def told(error: Mapping[str, Any]) -> str:
    """Return what an error says, in one line, without what is different each time."""
    said = error.get("message") or error.get("category")
    return one_line(f"HubSpot says: {said or 'an error without a message'}")


def _concerned(error: Mapping[str, Any]) -> set[str]:
    """Return the ids that an error is about; none where it does not say it."""
    context = error.get("context")
    said = context if isinstance(context, Mapping) else {}
    found: set[str] = set()
    for name in ("objectWriteTraceId", "ids", "id"):
        value = said.get(name)
        found.update(map(str, value if isinstance(value, list) else [value] if value else []))
    return found


def _listed(said: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = said.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
