"""The search of records: filters, one order, and no more than 10,000 results."""

from __future__ import annotations

import bisect
import fnmatch
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from leadline.testing.fake_hubspot.answers import INVALID, Answer, Call, Refused, detail
from leadline.testing.fake_hubspot.catalog import Property
from leadline.testing.fake_hubspot.instants import millis
from leadline.testing.fake_hubspot.objects import COMPANIES, CONTACTS, DEALS, Table
from leadline.testing.fake_hubspot.pages import bounded, page
from leadline.testing.fake_hubspot.records import shown

#: How many results a page may hold, and how many may be paged through.
MOST: Final = 200
CAP: Final = 10_000
#: How many groups, filters in a group, and filters in all; how long the words may be.
GROUPS: Final = 5
IN_GROUP: Final = 6
FILTERS: Final = 18
LONGEST: Final = 3000
_ID: Final = "hs_object_id"
_WORDS: Final = {
    CONTACTS: ("email", "firstname", "lastname", "phone", "company", _ID),
    COMPANIES: ("name", "domain", "phone", "website", _ID),
    DEALS: ("dealname", "description", _ID),
}

_Value = str | float
_Test = Callable[[int], bool]


def search(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts/search``."""
    kind, body = call.kind, call.body()
    most = bounded(body.get("limit"), 10, MOST, "body")
    start = _start(body.get("after"))
    if start + most > CAP:
        said = f"paging past {CAP} results is not supported: after {start} with limit {most}"
        raise Refused(400, f"There was a problem with the request: {said}", INVALID)
    groups = _groups(call, kind, body)
    ids = _matching(call, kind, groups, _sorting(call, kind, body), str(body.get("query") or ""))
    table = call.portal.searched(kind)
    found = [table.get(str(id_)) for id_ in ids[start : start + most]]
    names = call.texts("properties")
    results = [shown(call, kind, record, names) for record in found if record is not None]
    after = str(start + most) if len(ids) > start + most else None
    return Answer(200, page(call, results, after, total=len(ids)))


def _start(said: object) -> int:
    text = str(said) if said not in (None, "") else "0"
    if not text.isdecimal():
        message = f"after must be a number, found {text}"
        raise Refused(400, message, INVALID, errors=[detail(message, inside="body", after=[text])])
    return int(text)


def _groups(call: Call, kind: str, body: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the filters by group: any of the groups must hold, in a group all of them."""
    given = body.get("filterGroups") or []
    loose = [{"filters": body["filters"]}] if body.get("filters") else []
    try:
        groups = [list(group["filters"]) for group in (*given, *loose)]
        counts = [len(group) for group in groups]
        if not all(isinstance(part, dict) for group in groups for part in group):
            raise TypeError
    except (TypeError, KeyError):
        said = "Invalid input JSON: filterGroups must be a list of {filters: [...]}"
        raise Refused(400, said, INVALID) from None
    if len(groups) > GROUPS or sum(counts) > FILTERS or any(n > IN_GROUP for n in counts):
        raise Refused(
            400,
            f"Too many filters: at most {GROUPS} groups of {IN_GROUP} filters, {FILTERS} in all",
            INVALID,
        )
    for group in groups:
        for part in group:
            _known(call, kind, part.get("propertyName"))
            if part.get("operator") not in _OPERATORS:
                raise _wrong(part, f"operator {part.get('operator')} is not one of HubSpot's")
    return groups


def _known(call: Call, kind: str, name: object) -> Property:
    known = call.portal.properties[kind].get(str(name))
    if known is None:
        said = f"Unable to filter or sort by property {name}: it does not exist"
        raise Refused(400, said, INVALID, errors=[detail(said, propertyName=[str(name)])])
    return known


def _wrong(part: Mapping[str, Any], said: str) -> Refused:
    name = str(part.get("propertyName"))
    return Refused(400, said, INVALID, errors=[detail(said, inside="body", propertyName=[name])])


def _sorting(call: Call, kind: str, body: Mapping[str, Any]) -> tuple[Property, bool]:
    """Return the property to sort by, and whether the highest come first."""
    sorts = body.get("sorts") or [_ID]
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise Refused(400, "There must be only one sort", INVALID)
    [sort] = sorts
    if isinstance(sort, dict):
        down = sort.get("direction", "ASCENDING") == "DESCENDING"
        return _known(call, kind, sort.get("propertyName")), down
    return _known(call, kind, str(sort).removeprefix("-")), str(sort).startswith("-")


def _matching(
    call: Call,
    kind: str,
    groups: Sequence[Sequence[dict[str, Any]]],
    sorting: tuple[Property, bool],
    words: str,
) -> list[int]:
    """Return the ids that a search finds, in its order.

    Bounds of the id in the only group are applied to what the others find, which is remembered: so
    walking a large portal by id looks at every record once, not once a page.
    """
    if len(words) > LONGEST:
        raise Refused(400, f"query may have at most {LONGEST} characters", INVALID)
    by, down = sorting
    bounds: list[dict[str, Any]] = []
    if len(groups) == 1 and by.name == _ID and not down:
        bounds = [part for part in groups[0] if _bounds_id(part)]
        groups = [[part for part in groups[0] if not _bounds_id(part)]]
    table = call.portal.searched(kind)
    tests = [
        [_test(table, _known(call, kind, p["propertyName"]), p) for p in group] for group in groups
    ]

    def find() -> list[int]:
        ids = [
            id_
            for id_ in table.living()
            if (not tests or any(all(test(id_) for test in group) for group in tests))
            and (not words or _says(table, id_, _WORDS[kind], words.lower()))
        ]
        return ids if by.name == _ID and not down else _ordered(table, ids, by, down)

    ids = table.found(json.dumps([groups, by.name, down, words.lower()]), find)
    for part in bounds:
        at = float(_given(by, part, part.get("value")))
        after = part["operator"] in ("GT", "LTE")
        cut = bisect.bisect_right(ids, at) if after else bisect.bisect_left(ids, at)
        ids = ids[cut:] if part["operator"] in ("GT", "GTE") else ids[:cut]
    return ids


def _bounds_id(part: Mapping[str, Any]) -> bool:
    return part["propertyName"] == _ID and part["operator"] in ("GT", "GTE", "LT", "LTE")


def _says(table: Table, id_: int, names: Sequence[str], words: str) -> bool:
    return any(words in (table.value(id_, name) or "").lower() for name in names)


def _ordered(table: Table, ids: Sequence[int], by: Property, down: bool) -> list[int]:
    """Return ids by a property, those without a value last, whichever way the rest is sorted."""
    values = {id_: _value(by, table.value(id_, by.name)) for id_ in ids}
    some = [id_ for id_ in ids if values[id_] is not None]
    none = [id_ for id_ in ids if values[id_] is None]

    def key(id_: int) -> Any:
        return values[id_]

    return sorted(some, key=key, reverse=down) + none


def _value(known: Property, text: str | None) -> _Value | None:
    """Return what a value of a record is compared as."""
    if text is None or text == "":
        return None
    if known.type == "number":
        return float(text)
    if known.type in ("date", "datetime"):
        return float(millis(text))
    return text.lower()


def _number(part: Mapping[str, Any], text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _wrong(part, f"{text} is no number") from None


def _given(known: Property, part: Mapping[str, Any], value: object) -> _Value:
    """Return what a value of a filter is compared as: instants are in milliseconds."""
    if not isinstance(value, str):
        raise _wrong(part, f"values of filters are strings, found {value!r}")
    if known.type in ("number", "date", "datetime"):
        return _number(part, value)
    return value.lower()


def _test(table: Table, known: Property, part: Mapping[str, Any]) -> _Test:
    """Return what says whether the record of an id meets a filter.

    One without a value meets none but ``NOT_HAS_PROPERTY``.
    """
    operator = part["operator"]
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        has = operator == "HAS_PROPERTY"
        return lambda id_: (table.value(id_, known.name) is not None) == has
    if operator in ("IN", "NOT_IN"):
        values = part.get("values")
        if not isinstance(values, list) or not values:
            raise _wrong(part, f"{operator} needs values")
        given = [_given(known, part, value) for value in values]
    else:
        given = [_given(known, part, part.get("value"))]
        if operator == "BETWEEN":
            given.append(_given(known, part, part.get("highValue")))
    holds = _OPERATORS[operator]

    def test(id_: int) -> bool:
        value = _value(known, table.value(id_, known.name))
        return value is not None and holds(value, given)

    return test


def _has_token(value: Any, given: Sequence[Any]) -> bool:
    tokens = [str(value), *str(value).replace("@", " ").replace(".", " ").split()]
    return any(fnmatch.fnmatchcase(token, str(given[0])) for token in tokens)


_OPERATORS: Final[Mapping[str, Callable[[Any, Sequence[Any]], bool]]] = {
    "EQ": lambda value, given: value == given[0],
    "NEQ": lambda value, given: value != given[0],
    "LT": lambda value, given: value < given[0],
    "LTE": lambda value, given: value <= given[0],
    "GT": lambda value, given: value > given[0],
    "GTE": lambda value, given: value >= given[0],
    "BETWEEN": lambda value, given: given[0] <= value <= given[1],
    "IN": lambda value, given: value in given,
    "NOT_IN": lambda value, given: value not in given,
    "CONTAINS_TOKEN": _has_token,
    "NOT_CONTAINS_TOKEN": lambda value, given: not _has_token(value, given),
    "HAS_PROPERTY": lambda value, given: True,
    "NOT_HAS_PROPERTY": lambda value, given: False,
}
