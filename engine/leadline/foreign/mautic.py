"""Point actions and point triggers of Mautic, as its REST API gives them, to a ruleset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from leadline.errors import UsageError
from leadline.foreign.mautic_actions import where_of
from leadline.foreign.names import Names, number
from leadline.foreign.reading import Json, Losses
from leadline.foreign.result import Imported
from leadline.layout.edit import Data

#: The points of a contact that belong to no group.
_POINTS = "points"
#: Who wrote what when means nothing to a score, nor do categories and colours.
_PASSED = (
    "category",
    "color",
    "createdBy",
    "createdByUser",
    "dateAdded",
    "dateModified",
    "deleted",
    "id",
    "modifiedBy",
    "modifiedByUser",
    "uuid",
)
_ACTION = (
    *_PASSED,
    "delta",
    "description",
    "group",
    "isPublished",
    "name",
    "properties",
    "publishDown",
    "publishUp",
    "repeatable",
    "type",
)
_TRIGGER = (
    *_PASSED,
    "description",
    "events",
    "group",
    "isPublished",
    "name",
    "points",
    "publishDown",
    "publishUp",
    "triggerExistingLeads",
)
_EVENT = ("description", "id", "name", "order", "properties", "type")
_END_OF_DAY = timedelta(hours=23, minutes=59)


def read_mautic(sources: Sequence[Json]) -> Imported:
    """Make a ruleset of point actions and triggers of Mautic.

    Args:
        sources: responses of ``/api/points`` and ``/api/points/triggers``, lists of their entries,
            or one object with both.

    Returns:
        The ruleset and what could not be expressed in it.

    Raises:
        UsageError: there are neither actions nor triggers in them.
    """
    return _Reader().read(sources)


class _Reader:
    def __init__(self) -> None:
        self._losses = Losses()
        self._score_names = Names("score", "account")
        self._scores: dict[str, dict[str, Data]] = {}
        self._rule_names: dict[str, Names] = {}
        self._of_group: dict[str, str] = {}
        self._falls: set[str] = set()
        self._list_names = Names()
        self._segments: dict[str, Data] = {}
        self._automations: dict[str, Data] = {}

    def read(self, sources: Sequence[Json]) -> Imported:
        actions = [each for source in sources for each in _listed(source, "points", "point")]
        triggers = [each for source in sources for each in _listed(source, "triggers", "trigger")]
        if not actions and not triggers:
            raise UsageError(
                "these are no point actions or triggers of Mautic: no `points`, no `triggers`",
                hint="save the answers of /api/points and /api/points/triggers",
            )
        for action in actions:
            self._action(action)
        for trigger in triggers:
            self._trigger(trigger)
        keys: dict[str, Data] = {"leadline": 1, "model": "mautic", "note": "Imported from Mautic."}
        keys["scores"] = {name: self._whole(name) for name in self._scores}
        keys |= {"segments": self._segments} if self._segments else {}
        keys |= {"automations": self._automations} if self._automations else {}
        return Imported(keys, self._losses.found)

    def _whole(self, name: str) -> dict[str, Data]:
        """Return the keys of a score; one to which no action gives points is 0."""
        keys = self._scores[name]
        return keys if "actions" in keys else {**keys, "formula": "0"}

    # Actions

    def _action(self, action: Json) -> None:
        self._losses.unknown_keys(action, _ACTION)
        type_, delta = action.text("type"), action.number("delta")
        found = where_of(action, type_, self._losses)
        if found is None:
            return
        if delta is None:
            self._losses.say(action, "an action without a delta gives no points; it was left out")
            return
        score = self._score(action)
        rule: dict[str, Data] = {**found.keys, "points": number(delta)}
        rule |= {} if "reach" in rule else self._repeats(action, found.first_only)
        rule |= self._dates(action)
        rule |= {} if self._losses.truth(action, "isPublished", True) else {"enabled": False}
        rule["note"] = _said("From Mautic: point action", action)
        if delta < 0:
            self._falls.add(score)
        name = self._rule_names[score].give(action.text("name"), found.title)
        actions = self._scores[score].setdefault("actions", {})
        if isinstance(actions, dict):
            actions[name] = rule

    def _repeats(self, action: Json, first_only: bool) -> dict[str, Data]:
        if action.get("repeatable") is None:
            self._losses.say(action, "it does not say whether it is repeatable; it counts once")
        repeats = self._losses.truth(action, "repeatable", False)
        return {} if repeats and not first_only else {"limit": 1}

    def _score(self, of: Json) -> str:
        """Return the score of an action's or trigger's group, made where it is new."""
        group = of.get("group")
        title = group.text("name") if group is not None else ""
        key = (group.text("id") or title) if group is not None else ""
        if key not in self._of_group:
            name = self._score_names.give(title, _POINTS)
            said = f"Points of the Mautic group {title}." if title else "The points of a contact."
            self._of_group[key] = name
            self._scores[name] = {"note": said}
            self._rule_names[name] = Names()
        return self._of_group[key]

    def _dates(self, of: Json) -> dict[str, Data]:
        """Return the days from publication to its end; leadline counts whole days."""
        keys: dict[str, Data] = {}
        up, down = self._instant(of, "publishUp"), self._instant(of, "publishDown")
        if up is not None:
            keys["since"] = up.date().isoformat()
            if _time(up):
                self._losses.say(of, f"published from {up:%H:%M} on; the whole day counts")
        if down is not None:
            last = down if _time(down) else down - timedelta(days=1)
            keys["until"] = last.date().isoformat()
            if _time(down) and _time(down) < _END_OF_DAY:
                self._losses.say(of, f"published until {down:%H:%M}; the whole day counts")
        return keys

    def _instant(self, of: Json, key: str) -> datetime | None:
        found = of.get(key)
        if found is None:
            return None
        try:
            return datetime.fromisoformat(str(found.value))
        except ValueError:
            self._losses.say(found, "this is no date and time; it was left out")
            return None

    # Triggers

    def _trigger(self, trigger: Json) -> None:
        self._losses.unknown_keys(trigger, _TRIGGER)
        points = trigger.number("points")
        if points is None:
            self._losses.say(trigger, "a trigger without points; it was left out")
            return
        score = self._score(trigger)
        name = self._list_names.give(trigger.text("name"), "trigger")
        self._segments[name] = f"score.{score} >= {number(points)}"
        actions = self._done(trigger)
        if self._dates(trigger):
            self._losses.say(trigger, "an automation has no dates: switch it on and off by hand")
        if actions:
            self._automations[name] = self._automation(trigger, name, actions)
            self._once(trigger, score)

    def _automation(self, trigger: Json, name: str, actions: list[Data]) -> dict[str, Data]:
        keys: dict[str, Data] = {"when": f"enters {name}", "do": actions}
        keys |= {} if self._losses.truth(trigger, "isPublished", True) else {"enabled": False}
        return keys | {"note": _said("From Mautic: point trigger", trigger)}

    def _once(self, trigger: Json, score: str) -> None:
        if score in self._falls:
            self._losses.say(
                trigger, "it fires once for a contact; here it does each time the score gets there"
            )
        if trigger.truth("triggerExistingLeads", False):
            self._losses.say(
                trigger,
                "it fires for those who are there already: run once with --fire-backdated",
            )

    def _done(self, trigger: Json) -> list[Data]:
        events = trigger.get("events")
        tags: dict[str, Data] = {}
        for event in events.items() if events is not None else ():
            self._losses.unknown_keys(event, _EVENT)
            properties = event.get("properties") or Json({}, event.path)
            if event.text("type") != "lead.changetags":
                self._losses.say(event, _otherwise(event.text("type")))
                continue
            self._losses.unknown_keys(properties, ("add_tags", "remove_tags"))
            tags |= dict.fromkeys(properties.texts("add_tags"), "today")
            if properties.texts("remove_tags"):
                self._losses.say(event, "tags are set, never taken away; set another value")
        return [{"tag": tags}] if tags else []


def _otherwise(type_: str) -> str:
    """Return what to write instead of an action that belongs to Mautic alone."""
    reason = f"there is no action {type_ or 'without a type'}"
    if type_ == "lead.changelists":
        return f"{reason}: the segment of the trigger is the list"
    return f"{reason}: write an output for it, and `send: OUTPUT`"


def _listed(source: Json, plural: str, single: str) -> list[Json]:
    """Return the entries of a response, of a part of it, or of a bare list of them."""
    whole = source.get(plural)
    if whole is not None and isinstance(whole.value, list | dict):
        return list(whole.items())
    one = source.get(single)
    if one is not None and isinstance(one.value, dict):
        return [one]
    if isinstance(source.value, list):
        sign = "delta" if plural == "points" else "events"
        return [each for each in source.items() if each.get(sign) is not None]
    return []


def _time(at: datetime) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _said(what: str, of: Json) -> str:
    words = [what, of.text("id"), " ".join(of.text("name").split())]
    description = " ".join(of.text("description").split())
    return f"{' '.join(filter(None, words))}." + (f" {description}" if description else "")
