"""Which values HubSpot takes for a property, and how it keeps them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from leadline.testing.fake_hubspot.answers import detail
from leadline.testing.fake_hubspot.catalog import Property
from leadline.testing.fake_hubspot.instants import iso, millis
from leadline.testing.fake_hubspot.objects import CrmObject
from leadline.testing.fake_hubspot.portal import Portal

#: How long a text may be, in characters.
LONGEST_TEXT: Final = 65_536
_STAGE: Final = "lifecyclestage"


def problems(portal: Portal, kind: str, properties: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return what is wrong with values that are to be written, one error each."""
    found = []
    for name, value in properties.items():
        code, said = _problem(portal, portal.properties[kind].get(name), name, value)
        if code:
            found.append(detail(said, code=code, propertyName=[name]))
    return found


def stored(portal: Portal, kind: str, properties: Mapping[str, Any]) -> dict[str, str | None]:
    """Return values as they are kept: instants as ISO text, nothing for ""."""
    return {
        name: _kept(portal.properties[kind][name].type, value) if value != "" else None
        for name, value in properties.items()
    }


def forward(
    portal: Portal, kind: str, record: CrmObject, values: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return what the API makes of values for a record: it never takes a lifecycle back.

    An earlier stage is passed over without a word; who wants it has to clear the stage first.
    """
    known = portal.properties[kind].get(_STAGE)
    order = [stage for stage, _ in known.options] if known is not None else []
    said, before = values.get(_STAGE), record.properties.get(_STAGE)
    back = said in order and before in order and order.index(said) < order.index(before)
    return {**values, _STAGE: before} if back else dict(values)


def _kept(type_: str, value: str) -> str:
    if type_ == "datetime":
        return iso(_instant(value))
    if type_ == "date":
        return iso(_instant(value))[:10]
    return value


def _problem(portal: Portal, known: Property | None, name: str, value: object) -> tuple[str, str]:
    if known is None:
        return "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'
    if known.read_only:
        return "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.'
    if not isinstance(value, str):
        return "INVALID_TYPE", f'"{name}" must be a string, found {value!r}'
    if value == "":
        return "", ""
    return _unfit(portal, known, value)


def _unfit(portal: Portal, known: Property, value: str) -> tuple[str, str]:
    """Return what keeps a value from being one of a property's type."""
    if known.type == "number" and not _is_number(value):
        return "INVALID_INTEGER", f"{value} was not a valid number."
    if known.type == "bool" and value not in ("true", "false"):
        return "INVALID_OPTION", f"{value} was not one of the allowed options: [true, false]"
    if known.type in ("date", "datetime"):
        return _unfit_instant(known, value)
    if known.type == "string" and len(value) > LONGEST_TEXT:
        return "INVALID_LENGTH", f'"{known.name}" may have {LONGEST_TEXT} characters at most.'
    options = [option for option, _ in known.options]
    if known.name == "hubspot_owner_id":
        options = list(portal.owners)
    parts = value.split(";") if known.field_type == "checkbox" else [value]
    if known.type == "enumeration" and options and not set(parts) <= set(options):
        return "INVALID_OPTION", f"{value} was not one of the allowed options: {options}"
    return "", ""


def _unfit_instant(known: Property, value: str) -> tuple[str, str]:
    try:
        at = _instant(value)
    except ValueError:
        return f"INVALID_{known.type.upper()}", f"{value} was not a valid {known.type}."
    if known.type == "date" and at % 86_400_000:
        return "INVALID_DATE", f"{value} is at {iso(at)[11:]}, not midnight in UTC."
    return "", ""


def _instant(value: str) -> int:
    return int(value) if value.lstrip("-").isdecimal() else millis(value)


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False
