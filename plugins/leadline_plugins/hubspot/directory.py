"""What is looked up at the beginning of a load: properties, owners, the stages of deals."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leadline.plugin import Note
from leadline.plugin.client import CallError
from leadline_plugins.hubspot.api import VERSION, Api, pages, results
from leadline_plugins.hubspot.settings import Wanted

_PAGE = "100"
#: The types of properties whose values are no texts.
_PLAIN = frozenset({"number", "bool", "date", "datetime"})


@dataclass(frozen=True, slots=True)
class Owner:
    """A user that records belong to."""

    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline of deals.

    Args:
        label: its name.
        pipeline: the name of its pipeline.
        closed: whether deals in it are closed.
        won: whether they are won.
    """

    label: str
    pipeline: str
    closed: bool
    won: bool


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its name, whether its values are texts for sure, or several at once."""

    name: str
    text: bool
    several: bool
    options: tuple[str, ...]


class Directory:
    """Looks up what records refer to; each is asked for once a load.

    Args:
        api: the API.
        wanted: what the settings ask for.
    """

    def __init__(self, api: Api, wanted: Wanted) -> None:
        self._api = api
        self._wanted = wanted
        self._properties: dict[str, dict[str, Property]] = {}
        #: What was found missing meanwhile.
        self.notes: list[Note] = []

    def known(self, kind: str) -> Mapping[str, Property]:
        """Return the properties that a type of record has in this portal, by name."""
        if kind not in self._properties:
            path = f"crm/properties/{VERSION}/{kind}"
            found = results(self._api.get(path), path)
            self._properties[kind] = {str(one.get("name")): _property(one) for one in found}
        return self._properties[kind]

    def chosen(self, kind: str) -> tuple[Property, ...]:
        """Return the properties that are read of a type of record; others are told of."""
        names = self._wanted.properties[kind]
        return self._there(kind, names, say=kind in self._wanted.chosen)

    def histories(self) -> tuple[str, ...]:
        """Return the properties of contacts whose past values are read."""
        there = self._there("contacts", self._wanted.history, say=True)
        return tuple(one.name for one in there)

    @cached_property
    def owners(self) -> Mapping[str, Owner]:
        """The users that records belong to by id, those who left included."""
        found: dict[str, Owner] = {}
        try:
            for archived in ("true", "false"):
                found.update(self._some_owners(archived))
        except CallError as error:
            if error.failure.status != 403:
                raise
            self.notes.append(
                Note(f"owners are read by their numbers, without names: {error.message}")
            )
        return found

    @cached_property
    def stages(self) -> Mapping[str, Stage]:
        """The stages of deals, by id."""
        path = f"crm/pipelines/{VERSION}/deals"
        return {
            str(stage.get("id")): _stage(stage, str(pipeline.get("label") or ""))
            for pipeline in results(self._api.get(path), path)
            for stage in results(pipeline, path, "stages")
        }

    def _some_owners(self, archived: str) -> dict[str, Owner]:
        path = f"crm/owners/{VERSION}"

        def ask(after: str | None) -> Mapping[str, Any]:
            more = [("after", after)] if after is not None else []
            answer: Mapping[str, Any] = self._api.get(
                path, [("limit", _PAGE), ("archived", archived), *more]
            )
            return answer

        return {
            str(one.get("id")): _owner(one) for found, _ in pages(ask, path, None) for one in found
        }

    def _there(self, kind: str, names: tuple[str, ...], *, say: bool) -> tuple[Property, ...]:
        known = self.known(kind)
        for name in names if say else ():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; is `{near[0]}` meant?" if near else ""
                text = f"the portal's {kind} have no property `{name}`, so it is not read{hint}"
                self.notes.append(Note(text))
        return tuple(known[name] for name in names if name in known)


def _property(said: Mapping[str, Any]) -> Property:
    options = said.get("options")
    return Property(
        str(said.get("name")),
        said.get("type") not in _PLAIN,
        said.get("type") == "enumeration" and said.get("fieldType") == "checkbox",
        tuple(str(one.get("value")) for one in options or () if isinstance(one, Mapping)),
    )


def _owner(said: Mapping[str, Any]) -> Owner:
    names = (said.get("firstName"), said.get("lastName"))
    name = " ".join(str(one) for one in names if one)
    email = str(said["email"]) if said.get("email") else None
    return Owner(name or email or str(said.get("id")), email)


def _stage(said: Mapping[str, Any], pipeline: str) -> Stage:
    """Return a stage: closed where its metadata say so, and won where all deals in it are."""
    metadata = said.get("metadata")
    facts = metadata if isinstance(metadata, Mapping) else {}
    try:
        probability = float(facts.get("probability") or "nan")
    except ValueError:
        probability = float("nan")
    said_closed = str(facts.get("isClosed", "")).lower()
    closed = said_closed == "true" if said_closed else probability in (0.0, 1.0)
    return Stage(str(said.get("label") or said.get("id")), pipeline, closed, probability == 1.0)
