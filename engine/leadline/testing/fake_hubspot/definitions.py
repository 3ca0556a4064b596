"""The properties of a portal's records, as the API says them and makes new ones."""

from __future__ import annotations

from typing import Any, Final

from leadline.testing.fake_hubspot.answers import INVALID, Answer, Call, Refused, detail, not_found
from leadline.testing.fake_hubspot.catalog import MADE, Property

_TYPES: Final = ("bool", "date", "datetime", "enumeration", "number", "phone_number", "string")


def list_properties(call: Call) -> Answer:
    """Answer ``GET /crm/properties/VERSION/contacts``."""
    known = call.portal.properties[call.kind].values()
    return Answer(200, {"results": [_property(each) for each in known]})


def get_property(call: Call) -> Answer:
    """Answer ``GET /crm/properties/VERSION/contacts/NAME``."""
    known = call.portal.properties[call.kind].get(call.parts["name"])
    if known is None:
        raise not_found()
    return Answer(200, _property(known))


def create_property(call: Call) -> Answer:
    """Answer ``POST /crm/properties/VERSION/contacts``."""
    kind, body = call.kind, call.body()
    missing = [n for n in ("name", "label", "type", "fieldType", "groupName") if not body.get(n)]
    if missing:
        errors = [detail(f"Some required fields were not set: {missing}", code="REQUIRED_FIELD")]
        raise Refused(400, f"Invalid input JSON: missing {missing}", INVALID, errors=errors)
    name, options = str(body["name"]), body.get("options") or []
    if name != name.lower() or not name.replace("_", "").isalnum() or not name[0].isalpha():
        said = f"Property name {name} may hold small letters, digits and _ only"
        raise Refused(400, said, INVALID, errors=[detail(said, code="INVALID_NAME")])
    if body["type"] not in _TYPES or not isinstance(options, list):
        raise Refused(400, f"Invalid input JSON: type {body['type']}", INVALID)
    if body["groupName"] not in call.portal.groups[kind]:
        said = f"Property group {body['groupName']} does not exist"
        raise Refused(400, said, INVALID, errors=[detail(said, code="PROPERTY_GROUP_NOT_FOUND")])
    if name in call.portal.properties[kind]:
        said = f"A property named '{name}' already exists."
        raise Refused(409, said, "OBJECT_ALREADY_EXISTS")
    call.portal.define(
        kind, name, type=body["type"], field_type=body["fieldType"], label=body["label"],
        options=[(str(each["value"]), str(each["label"])) for each in options],
        group=body["groupName"], unique=body.get("hasUniqueValue") is True,
        description=str(body.get("description") or ""), form=body.get("formField") is not False,
    )  # fmt: skip
    return Answer(201, _property(call.portal.properties[kind][name]))


def list_groups(call: Call) -> Answer:
    """Answer ``GET /crm/properties/VERSION/contacts/groups``."""
    return Answer(200, {"results": [_group(name) for name in call.portal.groups[call.kind]]})


def create_group(call: Call) -> Answer:
    """Answer ``POST /crm/properties/VERSION/contacts/groups``."""
    name = str(call.body().get("name") or "")
    if not name:
        raise Refused(400, "Invalid input JSON: missing ['name']", INVALID)
    if name in call.portal.groups[call.kind]:
        raise Refused(409, f"A group named '{name}' already exists.", "OBJECT_ALREADY_EXISTS")
    call.portal.groups[call.kind].append(name)
    return Answer(201, _group(name))


def _property(known: Property) -> dict[str, Any]:
    options = [
        {"label": label, "value": value, "displayOrder": order, "hidden": False}
        for order, (value, label) in enumerate(known.options)
    ]
    return {
        "name": known.name,
        "label": known.label,
        "type": known.type,
        "fieldType": known.field_type,
        "description": known.description,
        "groupName": known.group,
        "options": options,
        "createdAt": MADE,
        "updatedAt": MADE,
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": known.name == "hubspot_owner_id",
        "archived": False,
        "hasUniqueValue": known.unique and known.ours,
        "hidden": False,
        "hubspotDefined": not known.ours,
        "modificationMetadata": {
            "archivable": known.ours,
            "readOnlyDefinition": not known.ours,
            "readOnlyValue": known.read_only,
        },
        "formField": known.form and not known.read_only,
        "dataSensitivity": "non_sensitive",
    }


def _group(name: str) -> dict[str, Any]:
    return {"name": name, "label": name.capitalize(), "displayOrder": 0, "archived": False}
