"""Lead scores of HubSpot, as its API gives them, to a ruleset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leadline.errors import UsageError
from leadline.foreign.hubspot_groups import Category, said
from leadline.foreign.hubspot_rules import Calculations
from leadline.foreign.names import Names, number
from leadline.foreign.reading import Json, Losses
from leadline.foreign.result import Imported
from leadline.layout.edit import Data

_CONTACTS = ("", "0-1", "CONTACT", "CONTACTS")
#: Ids, dates and what people see of a property mean nothing to a score.
_SCORE = (
    "allowedGroupTypes",
    "createdAt",
    "filterConfiguration",
    "groupConfigs",
    "id",
    "lastConfigurationChangeTimestamp",
    "maxScore",
    "maxScorePerCategory",
    "name",
    "objectTypeId",
    "outputConfiguration",
    "publishedAt",
    "scoreStatus",
    "scoreType",
    "scoredObjectTypeId",
    "updatedAt",
)
_OUTPUT = (
    "boundaries",
    "categories",
    "id",
    "internalPropertyName",
    "outputType",
    "propertyDescription",
    "propertyGroup",
    "propertyLabel",
    "propertyName",
)


def read_hubspot(source: Json, events: Mapping[str, str]) -> Imported:
    """Make a ruleset of one or several lead scores of HubSpot.

    Args:
        source: a score configuration, a list of them, or ``{"results": [..]}``.
        events: event types of leadline by HubSpot's ids, beside those that are known.

    Returns:
        The ruleset and what could not be expressed in it.

    Raises:
        UsageError: there is no score of contacts in it.
    """
    return _Reader(events).read(source)


@dataclass(frozen=True, slots=True)
class _Made:
    """The scores that one configuration became: by category, and their sum."""

    by_category: Mapping[str, str]
    total: str


class _Reader:
    def __init__(self, events: Mapping[str, str]) -> None:
        self._losses = Losses()
        self._calculations = Calculations(events, self._losses)
        self._names = Names("score", "account")
        self._scores: dict[str, Data] = {}
        self._matrix: dict[str, Data] = {}

    def read(self, source: Json) -> Imported:
        configurations = _configurations(source)
        for configuration in configurations:
            self._score(configuration)
        title = configurations[0].text("name")
        keys: dict[str, Data] = {"leadline": 1, "model": Names().give(title, "hubspot")}
        keys |= {"note": said("Imported from HubSpot", title), "scores": self._scores}
        if self._matrix:
            keys["matrix"] = self._matrix
        return Imported(keys, self._losses.found)

    def _score(self, configuration: Json) -> None:
        self._losses.unknown_keys(configuration, _SCORE)
        self._filters(configuration)
        groups = configuration.get("groupConfigs")
        by_category: dict[str, list[Json]] = {}
        for group in groups.items() if groups is not None else ():
            by_category.setdefault(group.text("groupCategory").lower(), []).append(group)
        title = configuration.text("name")
        if len(by_category) < 2:
            members = [group for groups in by_category.values() for group in groups]
            total = self._names.give(title, "hubspot")
            made = _Made(dict.fromkeys(by_category, total), total)
            self._scores[total] = self._category(configuration, members, title)
        else:
            made = self._categories(configuration, by_category, title)
        self._outputs(configuration, made)

    def _categories(
        self, configuration: Json, by_category: Mapping[str, list[Json]], title: str
    ) -> _Made:
        """Make a score of each category, and their sum."""
        total = self._names.give(title, "hubspot")
        names = {
            category: self._names.give(f"{total} {category}", "hubspot") for category in by_category
        }
        for category, members in by_category.items():
            of = f"{title}, category {category.upper()}"
            self._scores[names[category]] = self._category(configuration, members, of)
        sum_: dict[str, Data] = {
            "note": said("HubSpot score", title),
            "formula": " + ".join(f"score.{name}" for name in names.values()),
        }
        whole = self._losses.number(configuration, "maxScore")
        self._scores[total] = sum_ | (_range(whole) if whole is not None else {})
        return _Made(names, total)

    def _category(self, configuration: Json, groups: list[Json], title: str) -> dict[str, Data]:
        most = self._losses.number(configuration, "maxScorePerCategory")
        alone = most if most is not None else configuration.number("maxScore")
        keys: dict[str, Data] = {"note": said("HubSpot score", title)}
        keys |= _range(alone) if alone is not None else {}
        category = Category(self._calculations, self._losses)
        for group in groups:
            category.group(group)
        rules = category.keys()
        if not rules:
            self._losses.say(configuration, f"no rule of {title} could be expressed: it is 0")
        return keys | (rules or {"formula": "0"})

    def _filters(self, configuration: Json) -> None:
        filters = configuration.get("filterConfiguration")
        if filters is not None:
            self._losses.unknown_keys(filters, ("listFilterType", "segmentIds"))
        if filters is not None and filters.texts("segmentIds"):
            who = "only members" if filters.text("listFilterType") == "INCLUDES" else "no members"
            self._losses.say(
                filters,
                f"{who} of the HubSpot segments {', '.join(filters.texts('segmentIds'))} are "
                "scored: say who they are under `leads:`",
            )

    # What HubSpot makes of the scores

    def _outputs(self, configuration: Json, made: _Made) -> None:
        outputs = configuration.get("outputConfiguration")
        if outputs is not None:
            self._losses.unknown_keys(outputs, ("outputs",))
        listed = outputs.get("outputs") if outputs is not None else None
        for output in listed.items() if listed is not None else ():
            self._losses.unknown_keys(output, _OUTPUT)
            match output.text("outputType"):
                case "SCORE":
                    continue
                case "THRESHOLD":
                    self._grades(output, made)
                case "MATRIX":
                    self._cells(output, made)
                case kind:
                    self._losses.say(output, f"there is no output {kind or 'without a type'}")

    def _grades(self, output: Json, made: _Made) -> None:
        categories = [word.lower() for word in output.texts("categories")]
        one = made.by_category.get(categories[0]) if len(categories) == 1 else None
        score = self._scores[one or made.total]
        bounds = self._bounds(output.get("boundaries"))
        if not isinstance(score, dict) or not bounds:
            self._losses.say(output, "labels without thresholds")
        elif "grades" in score:
            self._losses.say(output, "the score has grades already; one set of labels was kept")
        else:
            score["grades"] = bounds

    def _cells(self, output: Json, made: _Made) -> None:
        boundaries = output.get("boundaries")
        axes: dict[str, Data] = {}
        for category, bounds in boundaries.entries() if boundaries is not None else ():
            score = made.by_category.get(category.lower())
            cells = self._bounds(bounds)
            if score is not None and cells:
                axes[score] = cells
        if len(axes) != 2 or self._matrix:
            reason = "a ruleset has one matrix" if self._matrix else "a matrix has two categories"
            self._losses.say(output, f"{reason}; this one was left out")
            return
        self._matrix = axes

    def _bounds(self, boundaries: Json | None) -> dict[str, Data]:
        """Return labels by the score that each begins at, highest first."""
        found: dict[str, float] = {}
        for boundary in boundaries.items() if boundaries is not None else ():
            self._losses.unknown_keys(boundary, ("color", "id", "label", "newLabel", "threshold"))
            label = boundary.text("newLabel") or boundary.text("label")
            threshold = boundary.number("threshold")
            if not label or threshold is None or label in found:
                self._losses.say(boundary, "a label without a threshold, or there twice")
                continue
            found[label] = threshold
        return {at: number(found[at]) for at in sorted(found, key=lambda at: -found[at])}


def _configurations(source: Json) -> list[Json]:
    results = source.get("results")
    found = list(results.items()) if results is not None else [source]
    if isinstance(source.value, list):
        found = list(source.items())
    scores = [one for one in found if one.get("groupConfigs") is not None]
    if len(scores) < len(found) or not scores:
        raise UsageError(
            "this is no lead score of HubSpot: no `groupConfigs` in it",
            hint="export each score whole: GET /marketing/lead-scoring/VERSION/scores/ID",
        )
    for score in scores:
        if score.text("objectTypeId").upper() not in _CONTACTS:
            raise UsageError(
                f"{score.path} scores records of type {score.text('objectTypeId')}",
                hint="leadline scores leads: import scores of contacts, type 0-1",
            )
    return scores


def _range(most: float) -> dict[str, Data]:
    return {"range": f"{number(-abs(most))} to {number(abs(most))}"}
