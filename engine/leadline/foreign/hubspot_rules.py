"""Rules of a HubSpot score: what each calculates, as rules of leadline in the making."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from leadline.expression.nodes import Node
from leadline.expression.unparse import unparse
from leadline.foreign import expressions as e
from leadline.foreign.hubspot_conditions import condition
from leadline.foreign.hubspot_records import Records, Value
from leadline.foreign.hubspot_times import span_of
from leadline.foreign.names import number
from leadline.foreign.reading import Json, Losses
from leadline.layout.edit import Data

#: Event types that HubSpot has itself, as the shipped rulesets call such events.
EVENT_TYPES: Mapping[str, str] = {
    "4-96000": "page_view",
    "4-667638": "email_send",
    "4-665536": "email_delivery",
    "4-666440": "email_open",
    "4-666288": "email_click",
    "4-665538": "email_reply",
    "4-1639797": "form_view",
    "4-1639799": "form_interaction",
    "4-1639801": "form_submit",
    "4-1555804": "cta_view",
    "4-1555805": "cta_click",
    "4-1553675": "ad_interaction",
    "4-1720599": "meeting_booked",
    "4-1733817": "call_start",
    "4-1741072": "call_end",
    "4-675783": "video_play",
    "4-68559": "event_registration",
    "4-69072": "event_cancellation",
}
_COMPANY = "0-2"
_NO_END = 1 << 62
#: What is true of every lead, and of every lead with a company.
_ALWAYS = e.is_present(e.column("lead", "lead_id"))
_OF_A_COMPANY = e.is_present(e.column("lead", "account_id"))
_EVENTS = ("eventTypeId", "recordCalculation", "eventFrequencyCriteria", "eventTimeframe")
_ROLLUP = (
    "type",
    "associatedObjectTypeId",
    "associationFilters",
    "associationSpec",
    "inverseAssociationSpec",
    "recordCalculation",
    "rollupType",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A rule in the making: its section, what to call it, and its keys.

    ``alone`` says that of several parts of one rule no two ever give points for the same lead.
    """

    section: Literal["actions", "facts"]
    title: str
    keys: Mapping[str, Data]
    alone: bool = True


class Calculations:
    """Reads calculations.

    Args:
        events: event types by HubSpot's id of them.
        losses: where to note what cannot be expressed.
    """

    def __init__(self, events: Mapping[str, str], losses: Losses) -> None:
        self._events = {**EVENT_TYPES, **events}
        self._losses = losses
        self._records = Records(losses)
        self._unnamed: set[str] = set()

    def parts(self, calculation: Json, decay: Data | None) -> list[Part]:
        """Return the rules that a calculation becomes.

        Args:
            calculation: ``{type, ...}``.
            decay: how points for events decay.
        """
        match calculation.text("type"):
            case "MULTI_UE":
                return self._of_events(calculation, decay)
            case "ASSOCIATIONS":
                return self._of_company(calculation)
            case "ASSOCIATION_UE":
                self._losses.say(calculation, "events of associated records are not the lead's own")
                return []
        return [_fact(value) for value in self._records.values(calculation, "lead")]

    def _of_company(self, calculation: Json) -> list[Part]:
        """Return rules over the lead's company, which stands for HubSpot's associated companies."""
        self._losses.unknown_keys(calculation, _ROLLUP)
        inner = calculation.get("recordCalculation")
        if calculation.text("associatedObjectTypeId") != _COMPANY or inner is None:
            self._losses.say(
                calculation, "only associated companies are known: they are the lead's account"
            )
            return []
        if calculation.text("rollupType") != "MAX":
            how = calculation.text("rollupType") or "no rollup"
            self._losses.say(
                calculation,
                f"{how} over all associated companies; a lead has one account, whose value counts",
            )
        only = self._filters(calculation.get("associationFilters"))
        if only is None:
            return []
        found = self._records.values(inner, "account")
        return [_fact(replace(value, condition=_both(only, value.condition))) for value in found]

    def _filters(self, filters: Json | None) -> list[Node] | None:
        found = filters.get("propertyFilters") if filters is not None else None
        asked = []
        for one in found.items() if found is not None else ():
            operation = one.get("operation")
            if operation is None or not one.text("property"):
                self._losses.say(one, "a filter without a property; its rule was left out")
                return None
            said = condition(operation, e.column("account", one.text("property")), self._losses)
            if said is None:
                return None
            asked.append(said)
        return asked

    # Events

    def _of_events(self, calculation: Json, decay: Data | None) -> list[Part]:
        self._losses.unknown_keys(calculation, ("eventCalculators", "id", "type"))
        entries = calculation.get("eventCalculators")
        found = [
            part
            for entry in (entries.items() if entries is not None else ())
            for part in self._of_event(entry, decay)
        ]
        same = {str({**part.keys, "event": ""}) for part in found}
        plain = all(set(part.keys) <= {"event", "points", "decay"} for part in found)
        if len(found) < 2 or len(same) > 1 or not plain:
            return [replace(part, alone=len(found) < 2) for part in found]
        types = [str(part.keys["event"]) for part in found]
        return [replace(found[0], keys={**found[0].keys, "event": types})]

    def _of_event(self, entry: Json, decay: Data | None) -> Iterator[Part]:
        self._losses.unknown_keys(entry, _EVENTS)
        inner = entry.get("recordCalculation")
        if inner is None or not entry.text("eventTypeId"):
            self._losses.say(entry, "an event without a type or a value; it was left out")
            return
        type_ = self._event_type(entry)
        frequency = entry.get("eventFrequencyCriteria")
        values = self._records.values(inner, "")
        if frequency is not None:
            values = values[:1]
        for value in values:
            keys: dict[str, Data] = {"event": type_}
            if value.condition is not None:
                keys["where"] = unparse(value.condition)
            if frequency is None:
                keys["points"] = number(value.points)
            else:
                bands = self._bands(frequency)
                if bands is None:
                    return
                keys["bands"] = bands
            keys |= self._times(entry, decay, by_frequency=frequency is not None)
            yield Part("actions", f"{type_} {value.title}", keys, alone=value.alone)

    def _event_type(self, entry: Json) -> str:
        id_ = entry.text("eventTypeId")
        if id_ not in self._events and id_ not in self._unnamed:
            self._unnamed.add(id_)
            self._losses.say(
                entry,
                f"the event type {id_} is not one of HubSpot's own; the rule counts events of the "
                f"type `{id_}`: load them so, or name it with --event {id_}=TYPE",
            )
        return self._events.get(id_, id_)

    def _bands(self, frequency: Json) -> dict[str, Data] | None:
        """Return the total by the number of events; a gap between two ranges gives 0."""
        bands: dict[int, float] = {}
        end = 0
        for first, last, value in sorted(self._ranges(frequency), key=lambda span: span[0]):
            if first == 0 and value:
                self._losses.say(frequency, "points for no event at all; they were left out")
            if last == 0:
                continue
            if first < 0 or max(first, 1) <= end or (last is not None and last < first):
                reason = "ranges that overlap or end before they begin; the rule was left out"
                self._losses.say(frequency, reason)
                return None
            bands[max(first, 1)] = value
            end = last or _NO_END
            if last is not None:
                bands[last + 1] = 0.0
        if not bands:
            self._losses.say(frequency, "a frequency without ranges; the rule was left out")
            return None
        return {str(at): number(points) for at, points in sorted(bands.items())}

    def _ranges(self, frequency: Json) -> Iterator[tuple[int, int | None, float]]:
        """Yield ranges of frequencies: from, to (None: no end) and the points."""
        self._losses.unknown_keys(frequency, ("ranges", "type"))
        ranges = frequency.get("ranges")
        for one in ranges.items() if ranges is not None else ():
            self._losses.unknown_keys(one, ("from", "to", "type", "value"))
            first, to = int(one.number("from") or 0), one.number("to")
            value = self._losses.number(one, "value") or 0.0
            match one.text("type"):
                case "EXACTLY":
                    yield first, first, value
                case "AT_LEAST":
                    yield first, None, value
                case "BETWEEN" if to is not None:
                    yield first, int(to), value
                case kind:
                    self._losses.say(one, f"a range {kind or 'without a type'}; it was left out")

    def _times(self, entry: Json, decay: Data | None, *, by_frequency: bool) -> dict[str, Data]:
        """Return the dates between which an event counts, and how its points decay."""
        keys: dict[str, Data] = {}
        timeframe = entry.get("eventTimeframe")
        operation = timeframe.get("eventFilterOperation") if timeframe is not None else None
        if timeframe is not None:
            self._losses.unknown_keys(timeframe, ("eventFilterOperation",))
        if decay is not None:
            if by_frequency:
                self._losses.say(entry, "points by frequency do not decay, as the group's would")
            else:
                keys["decay"] = decay
        if operation is None or operation.text("operator") == "IS_KNOWN":
            return keys
        span = span_of(operation, self._losses)
        if span is None:
            return keys
        if span.first is not None:
            keys["since"] = span.first.isoformat()
        if span.last is not None:
            keys["until"] = span.last.isoformat()
        if span.moves:
            keys |= self._recent(operation, span.youngest, span.oldest, by_frequency=by_frequency)
        return keys

    def _recent(
        self, operation: Json, youngest: int | None, oldest: int | None, *, by_frequency: bool
    ) -> dict[str, Data]:
        if oldest is None or youngest not in (None, 0):
            self._losses.say(operation, "only the last days can be asked for; it was left out")
            return {}
        days = f"{oldest + 1} days"
        return {"within": days} if by_frequency else {"decay": {"expire": days}}


def _fact(value: Value) -> Part:
    when = unparse(value.condition if value.condition is not None else _ALWAYS)
    keys: dict[str, Data] = {"when": when, "points": number(value.points)}
    return Part("facts", value.title or "everybody", keys, alone=value.alone)


def _both(only: list[Node], asked: Node | None) -> Node:
    parts = [*only, *([asked] if asked is not None else [])]
    return e.all_of(parts) if parts else _OF_A_COMPANY
