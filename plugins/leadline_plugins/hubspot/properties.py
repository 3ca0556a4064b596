"""The properties that results are written to: looked at, and made where they are missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Column, SourceError
from leadline.plugin.client import CallError
from leadline_plugins.hubspot.api import KEYS, VERSION, Api, results

#: The group that properties are made in.
GROUP = "leadline"
#: The property that is the id of a record.
RECORD_ID = "hs_object_id"

_CONFLICT = 409
_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: What a property of a column is made as: its type, and how people see it.
_MADE = {
    "text": ("string", "text"),
    "number": ("number", "number"),
    "truth": ("bool", "booleancheckbox"),
    "date": ("date", "date"),
    "instant": ("datetime", "date"),
}
_WORDS = {
    "text": "texts", "number": "numbers", "truth": "yes or no", "date": "dates", "instant": "times",
}  # fmt: skip
_YES_OR_NO = ("true", "false")


@dataclass(frozen=True, slots=True)
class Definition:
    """A property of a portal.

    Args:
        name: its internal name.
        type: such as ``number``.
        read_only: whether only HubSpot itself sets it.
        unique: whether no two records have the same value.
        options: the values that it takes; none where any will do, or HubSpot does not say them.
        several: whether it takes several options at once.
    """

    name: str
    type: str
    read_only: bool
    unique: bool
    options: tuple[str, ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Records:
    """A type of record that results are written to.

    Args:
        kind: as paths name it.
        one: a record of it, in words.
        table: what leadline calls it.
        setting: the setting that says what its records are known by.
        key: the property that they are known by.
    """

    kind: str
    one: str
    table: str
    setting: str
    key: str


def ready(
    api: Api, records: Records, columns: Sequence[Column], *, create: bool
) -> Mapping[str, Definition]:
    """Return the properties of a portal once it has one for each column.

    Args:
        api: the API.
        records: the records that are written to.
        columns: what is to be written.
        create: whether properties are made that the portal lacks.

    Raises:
        SourceError: it cannot hold the columns, or does not let a property be made.
    """
    known = _definitions(api, records)
    _check_key(records, known)
    missing = _missing(records, columns, known)
    if not missing:
        return known
    if not create:
        raise _lacking(records, missing)
    _make_group(api, records)
    made = [_make(api, records, column) for column in missing]
    if not all(made):
        known = _definitions(api, records)
        if left := _missing(records, columns, known):
            raise _hidden(records, left)
    return known


def _definitions(api: Api, records: Records) -> dict[str, Definition]:
    path = f"crm/properties/{VERSION}/{records.kind}"
    return {str(one.get("name")): _definition(one) for one in results(api.get(path), path)}


def _definition(said: Mapping[str, Any]) -> Definition:
    rights = said.get("modificationMetadata")
    locked = isinstance(rights, Mapping) and rights.get("readOnlyValue") is True
    options = said.get("options")
    listed = () if said.get("externalOptions") else (options or ())
    return Definition(
        name=str(said.get("name")),
        type=str(said.get("type")),
        read_only=locked or said.get("calculated") is True,
        unique=said.get("hasUniqueValue") is True,
        options=tuple(str(one.get("value")) for one in listed if isinstance(one, Mapping)),
        several=said.get("fieldType") == "checkbox",
    )


def _check_key(records: Records, known: Mapping[str, Definition]) -> None:
    """Hold the property that records are known by to being unique."""
    key = records.key
    # HubSpot does not call `email` unique, and finds contacts by it all the same.
    if key == RECORD_ID or (records.kind, key) == ("contacts", "email"):
        return
    if key in known and known[key].unique:
        return
    unique = sorted(one.name for one in known.values() if one.unique)
    mail = ["email"] if records.kind == "contacts" else []
    why = "is not kept unique by HubSpot" if key in known else "is not there"
    raise SourceError(
        f"{records.kind} cannot be known by `{key}`: the property {why}",
        hint=f"set `{records.setting}` to one of {', '.join([RECORD_ID, *mail, *unique])}",
    )


def _missing(
    records: Records, columns: Sequence[Column], known: Mapping[str, Definition]
) -> tuple[Column, ...]:
    """Return the columns that have no property yet.

    Raises:
        SourceError: a property cannot take the values, or a name is none that HubSpot can have.
    """
    faults = [
        fault
        for column in columns
        if (fault := _misfit(column, known.get(column.name), records.table))
    ]
    if faults:
        raise SourceError(
            f"the {records.kind} of HubSpot cannot hold what `publish` says: {'; '.join(faults)}",
            hint=f"name other properties under `publish: {records.table}:`",
        )
    return tuple(column for column in columns if column.name not in known)


def _misfit(column: Column, found: Definition | None, table: str) -> str:
    """Return why a property cannot take a column; "" where it can, or is to be made."""
    if found is None:
        if _NAME.fullmatch(column.name):
            return ""
        return (
            f"`{table}: {column.name}` is no name of a property, which has small letters, digits "
            f"and `_` and begins with a letter, such as `{_near(column.name)}`"
        )
    if found.read_only:
        return f"`{column.name}` is a property that only HubSpot itself sets"
    if _takes(found, column):
        return ""
    return (
        f"`{column.name}` is a property of the type `{found.type}`, and its values would be "
        f"{_WORDS[column.type]}, which need the type `{_MADE[column.type][0]}`"
    )


def _takes(found: Definition, column: Column) -> bool:
    if found.type == "enumeration":
        yes_or_no = sorted(found.options) == sorted(_YES_OR_NO)
        return column.type == "text" or (column.type == "truth" and yes_or_no)
    return found.type == _MADE[column.type][0]


def _near(name: str) -> str:
    """Return the nearest name that a property can have."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if _NAME.fullmatch(plain) else f"{GROUP}_{plain}".rstrip("_")


def _lacking(records: Records, missing: Sequence[Column]) -> SourceError:
    listed = ", ".join(f"`{column.name}` ({_MADE[column.type][0]})" for column in missing)
    return SourceError(
        f"the {records.kind} of HubSpot have no property {listed}",
        hint="make it in HubSpot under Settings > Properties, with the type that stands behind it, "
        "or set `create_properties: true`",
    )


def _hidden(records: Records, left: Sequence[Column]) -> SourceError:
    listed = ", ".join(f"`{column.name}`" for column in left)
    return SourceError(
        f"HubSpot says that the {records.kind} have {listed} already, and does not list it",
        hint="it may be archived: restore it in HubSpot under Settings > Properties > Archived "
        f"properties, or name another one under `publish: {records.table}:`",
    )


def _make_group(api: Api, records: Records) -> None:
    path = f"crm/properties/{VERSION}/{records.kind}/groups"
    if any(one.get("name") == GROUP for one in results(api.get(path), path)):
        return
    _post(api, path, {"name": GROUP, "label": GROUP, "displayOrder": -1}, f"the group `{GROUP}`")


def _make(api: Api, records: Records, column: Column) -> bool:
    """Make the property of a column; return whether it was not there."""
    type_, field = _MADE[column.type]
    body: dict[str, object] = {
        "name": column.name,
        "label": column.name.replace("_", " ").strip().capitalize(),
        "description": column.meaning,
        "groupName": GROUP,
        "type": type_,
        "fieldType": field,
        "formField": False,
    }
    if column.type == "truth":
        body["options"] = [
            {"label": label, "value": value, "displayOrder": order, "hidden": False}
            for order, (label, value) in enumerate(zip(("Yes", "No"), _YES_OR_NO, strict=True))
        ]
    path = f"crm/properties/{VERSION}/{records.kind}"
    return _post(api, path, body, f"the property `{column.name}`")


def _post(api: Api, path: str, body: Mapping[str, object], what: str) -> bool:
    """Make something; return whether it was not there: another run may have been quicker."""
    try:
        api.post(path, body)
    except CallError as error:
        if error.failure.status == _CONFLICT:
            return False
        if error.failure.status not in (400, 403):
            raise
        hint = error.hint or f"see what the service key may do under {KEYS}"
        raise SourceError(
            f"{what} could not be made: {error.message}",
            hint=f"{hint}; or make it by hand in HubSpot",
        ) from None
    return True
