"""Stand-ins for what is personal in a recorded case.

Which one is taken is tried out: the strongest with which the case still passes, so that rules
find what they look at. A job title that a rule reads stays; an e-mail address keeps its domain
only where a rule asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from leadline.ruleset.model import Ruleset
from leadline.testing.columns import looked_at
from leadline.testing.writing import Draft, Written

LEAD = "lead"

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NOBODY = "person@example.com"
#: How an address begins that stands in for one already.
_STANDS_IN = re.compile(r"person\d*@")

#: Given a value and its number among the different ones, what stands in for it.
StandIn = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A column whose values were replaced, or that had to be ``kept``."""

    column: str
    kept: bool


def _numbered(text: str) -> StandIn:
    return lambda value, number: text if number == 1 else f"{text} {number}"


def _address(value: str, number: int) -> str:
    return _NOBODY if number == 1 else f"person{number}@example.com"


def _address_of_domain(value: str, number: int) -> str:
    person = "person" if number == 1 else f"person{number}"
    return f"{person}@{value.rpartition('@')[2]}"


def _domain(value: str, number: int) -> str:
    return "example.com" if number == 1 else f"example{number}.com"


def _without_query(value: str, number: int) -> str:
    return re.split(r"[?#]", value, maxsplit=1)[0]


#: Names of columns that hold something personal, and what stands in for it, the strongest first.
_PERSONAL: tuple[tuple[re.Pattern[str], tuple[StandIn, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), standins)
    for pattern, standins in (
        (r"e[-_ ]?mail|mail[-_ ]?address", (_address, _address_of_domain)),
        (r"domain|website|homepage", (_domain,)),
        (r"(^|[-_ ])(phone|mobile|fax|tel)", (_numbered("+1 555 0100"),)),
        (r"(^|[-_ ])name$|firstname|lastname|surname", (_numbered("Somebody"),)),
        (r"address|street|(^|[-_ ])ip$|linkedin|twitter", (_numbered("somewhere"),)),
        (r"message|comment|(^|[-_ ])notes?$|question|answer|body$", (_numbered("a text"),)),
        (r"url|link|referr?er", (_without_query,)),
    )
)
#: Ids that stand for somebody or something of theirs.
_IDS = {"lead_id": LEAD, "account_id": "account", "visit_id": "visit"}
#: Tables whose ``value`` is that of what another column names.
_NAMED = {"lead_history": "field", "lead_tags": "tag"}


def with_standins(
    case: Draft, ruleset: Ruleset, passes: Callable[[Draft], bool]
) -> tuple[Draft, tuple[Replaced, ...]]:
    """Return a case with stand-ins for what is personal, and what was replaced.

    Args:
        case: as it really is; it passes.
        ruleset: the model.
        passes: says whether a changed case still passes.
    """
    strongest = case
    for column, standins in _asked(case):
        strongest = _put(strongest, column, standins[0])
    inside = _addresses(strongest)
    strongest = _map_values(strongest, _without_addresses)
    if passes(strongest):
        names = [
            column for column, standins in _asked(case) if _put(case, column, standins[0]) != case
        ]
        names += [column for column in inside if column not in names]
        return strongest, tuple(Replaced(name, kept=False) for name in names)
    return _one_by_one(case, ruleset, passes)


def _one_by_one(
    case: Draft, ruleset: Ruleset, passes: Callable[[Draft], bool]
) -> tuple[Draft, tuple[Replaced, ...]]:
    """Take for each column the strongest stand-in that a case passes with."""
    seen = looked_at(ruleset)
    kept: dict[str, bool] = {}
    for column, standins in _asked(case):
        changed = [new for new in (_put(case, column, s) for s in standins) if new != case]
        if not changed:
            continue
        # An id is in windows and joins only, unless a rule looks at it.
        sure = column in _IDS and column not in seen
        good = next((new for new in changed if sure or passes(new)), None)
        kept[column] = good is None
        case = good or case
    case, inside = _hide_addresses(case, passes)
    kept |= {column: kept.get(column, False) or stays for column, stays in inside.items()}
    return case, tuple(Replaced(column, kept=stays) for column, stays in kept.items())


def _hide_addresses(
    case: Draft, passes: Callable[[Draft], bool]
) -> tuple[Draft, Mapping[str, bool]]:
    """Hide the addresses inside of texts that a case can spare.

    Returns:
        The case, and of each column that has some whether one had to stay.
    """
    found = _addresses(case)
    hidden = _map_values(case, _without_addresses)
    if not found or passes(hidden):
        return hidden, dict.fromkeys(found, False)
    stays = dict.fromkeys(found, False)
    for column, addresses in found.items():
        for address in addresses:
            hidden = _map_values(case, partial(_without_address, column, address))
            if passes(hidden):
                case = hidden
            else:
                stays[column] = True
    return case, stays


def _addresses(case: Draft) -> dict[str, tuple[str, ...]]:
    """Return the addresses inside of the texts of each column, those that stand in left out."""
    found: dict[str, dict[str, None]] = {}

    def take(column: str, value: str) -> str:
        for address in _ADDRESS.findall(value):
            if not _STANDS_IN.match(address):
                found.setdefault(column, {})[address] = None
        return value

    _map_values(case, take)
    return {column: tuple(addresses) for column, addresses in found.items()}


def _without_address(only: str, address: str, column: str, value: str) -> str:
    """Return a text with a stand-in for one address, in one column only."""
    if column != only:
        return value
    return _ADDRESS.sub(lambda found: _NOBODY if found[0] == address else found[0], value)


def _without_addresses(column: str, value: str) -> str:
    """Return a text with stand-ins for the addresses inside of it."""
    return _ADDRESS.sub(_hidden, value)


def _hidden(found: re.Match[str]) -> str:
    """Return what stands for an address inside of a text; one that stands in already stays."""
    return found[0] if _STANDS_IN.match(found[0]) else _NOBODY


def _asked(case: Draft) -> Iterator[tuple[str, tuple[StandIn, ...]]]:
    """Yield the folded names of columns with something personal, each with its stand-ins."""
    columns = {name.casefold() for rows in case.rows.values() for row in rows for name in row}
    for table, name in _NAMED.items():
        columns |= {str(row.get(name)).casefold() for row in case.rows.get(table, ())}
    for column in sorted(columns):
        if column in _IDS:
            yield column, (_numbered(_IDS[column]),)
            continue
        found = next((s for pattern, s in _PERSONAL if pattern.search(column)), None)
        if found is not None:
            yield column, found


def _put(case: Draft, column: str, standin: StandIn) -> Draft:
    """Replace the values of a column in every table, equal ones alike."""
    numbers: dict[str, int] = {}

    def put(name: str, value: str) -> str:
        if name != column:
            return value
        return standin(value, numbers.setdefault(value, len(numbers) + 1))

    if column == "lead_id":
        numbers[case.lead] = 1
        case = replace(case, lead=standin(case.lead, 1))
    return _map_values(case, put)


def _map_values(case: Draft, put: Callable[[str, str], str]) -> Draft:
    rows = {
        table: tuple(_mapped(table, row, put) for row in rows) for table, rows in case.rows.items()
    }
    return replace(case, rows=rows)


def _mapped(table: str, row: Mapping[str, object], put: Callable[[str, str], str]) -> Written:
    # The value of a tag, or of a field with a history, is that of a column of this name.
    field = str(row.get(_NAMED[table])).casefold() if table in _NAMED else None

    def mapped(column: str, value: object) -> object:
        if isinstance(value, list):
            return [mapped(column, item) for item in value]
        return put(column, value) if isinstance(value, str) else value

    return {
        name: mapped(field if field and name == "value" else name.casefold(), value)
        for name, value in row.items()
    }
