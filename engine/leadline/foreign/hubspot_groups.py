"""Groups of a HubSpot score: their rules, limits and decay."""

from __future__ import annotations

from dataclasses import replace

from leadline.foreign.hubspot_rules import Calculations, Part
from leadline.foreign.names import Names, number
from leadline.foreign.reading import Json, Losses
from leadline.layout.edit import Data

_GROUP = (
    "groupCategory",
    "groupDecay",
    "groupName",
    "id",
    "maxValue",
    "minValue",
    "ruleConfigurations",
)
_RULE = (
    "configuration",
    "enabled",
    "id",
    "maximumValue",
    "maxValue",
    "minimumValue",
    "minValue",
)


class Category:
    """Gathers the rules of one score."""

    def __init__(self, calculations: Calculations, losses: Losses) -> None:
        self._calculations = calculations
        self._losses = losses
        self._rules: dict[str, dict[str, Data]] = {"actions": {}, "facts": {}}
        self._groups: dict[str, Data] = {}
        self._rule_names = Names()
        self._group_names = Names()

    def group(self, group: Json) -> None:
        """Take in a group: its limits, and the rules it is made of."""
        self._losses.unknown_keys(group, _GROUP)
        title = group.text("groupName")
        limits = self._limits(group, ("minValue",), ("maxValue",))
        name = self._limited(title, limits) if limits else None
        decay = self._decay(group)
        rules = group.get("ruleConfigurations")
        for rule in rules.items() if rules is not None else ():
            self._rule(rule, title, name, decay)

    def keys(self) -> dict[str, Data]:
        """Return the keys of the score, a decay that all its rules share written once."""
        actions = self._rules["actions"]
        aging = [rule for rule in actions.values() if isinstance(rule, dict) and "points" in rule]
        decays = {str(rule.get("decay")) for rule in aging}
        shared = aging[0].get("decay") if len(decays) == 1 else None
        if shared is not None:
            for rule in aging:
                del rule["decay"]
        keys: dict[str, Data] = {name: rules for name, rules in self._rules.items() if rules}
        keys |= {"groups": self._groups} if keys and self._groups else {}
        return keys | ({"decay": shared} if shared is not None else {})

    def _limits(self, of: Json, least: tuple[str, ...], most: tuple[str, ...]) -> dict[str, Data]:
        """Return ``min`` and ``max``, each under the first of its keys that is there."""
        found: dict[str, Data] = {}
        for name, keys in (("min", least), ("max", most)):
            values = [self._losses.number(of, key) for key in keys if of.get(key) is not None]
            if values and values[0] is not None:
                found[name] = number(values[0])
        return found

    def _limited(self, title: str, limits: dict[str, Data]) -> str:
        name = self._group_names.give(title, "group")
        self._groups[name] = {**limits, "note": said("HubSpot group", title)}
        return name

    def _decay(self, group: Json) -> Data | None:
        decay = group.get("groupDecay")
        if decay is None:
            return None
        self._losses.unknown_keys(decay, ("decayIntervalDays", "percentToDecayPerInterval"))
        days, share = decay.number("decayIntervalDays"), decay.number("percentToDecayPerInterval")
        if days is None or days < 1 or days != int(days) or share is None or share <= 0:
            self._losses.say(decay, "a decay without whole days or without a percentage")
            return None
        if share >= 100:
            return {"expire": f"{number(days)} days"}
        return {"steps": f"{number(share)}% every {number(days)} days"}

    def _rule(self, rule: Json, title: str, group: str | None, decay: Data | None) -> None:
        self._losses.unknown_keys(rule, _RULE)
        configuration = rule.get("configuration")
        calculation = configuration.get("calculation") if configuration is not None else None
        if calculation is None:
            self._losses.say(rule, "a rule without a calculation")
            return
        if configuration is not None:
            self._losses.unknown_keys(configuration, ("calculation", "id"))
        parts = self._calculations.parts(calculation, decay)
        limits = self._limits(rule, ("minimumValue", "minValue"), ("maximumValue", "maxValue"))
        if limits and all(part.alone for part in parts):
            parts = [replace(part, keys={**part.keys, **limits}) for part in parts]
        elif limits and group is None:
            group = self._limited(f"{title} rule", limits)
        elif limits:
            self._losses.say(
                rule, "limits of several parts within a group that has limits; the group's hold"
            )
        origin = said("From HubSpot", ", ".join(filter(None, [title, _rule_id(rule)])))
        enabled = self._losses.truth(rule, "enabled", True)
        for part in parts:
            self._add(part, group, origin, enabled=enabled)

    def _add(self, part: Part, group: str | None, origin: str, *, enabled: bool) -> None:
        keys = dict(part.keys)
        keys |= {"group": group} if group is not None else {}
        keys |= {} if enabled else {"enabled": False}
        name = self._rule_names.give(part.title, "rule")
        self._rules[part.section][name] = {**keys, "note": origin}


def _rule_id(rule: Json) -> str:
    return f"rule {rule.text('id')}" if rule.text("id") else rule.path


def said(what: str, title: str) -> str:
    """Return where something came from as a sentence of a note."""
    return f"{what}: {' '.join(title.split())}." if title else f"{what}."
