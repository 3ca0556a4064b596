"""What a portal is set up with: properties, owners, pipelines, lists, campaigns and forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from leadline.testing.fake_hubspot.objects import COMPANIES, CONTACTS, DEALS

#: When what a portal is set up with was made.
MADE: Final = "2024-01-15T08:00:00.000Z"
#: The stages of the lifecycle, in order, as a new portal has them.
LIFECYCLE: Final = (
    "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
    "customer", "evangelist", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a type of record.

    Args:
        name: its internal name.
        label: what people see.
        type: string, number, date, datetime, bool or enumeration.
        field_type: how it is put in, such as text or select.
        group: the group that it is shown in.
        options: the values that an enumeration may have, each with its label.
        read_only: whether only HubSpot itself may set it.
        ours: whether it was made in the portal rather than by HubSpot.
        unique: whether no two records may have the same value, so that it tells one from another.
        description: what people are told of it.
        form: whether forms may ask for it.
    """

    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: tuple[tuple[str, str], ...] = ()
    read_only: bool = False
    ours: bool = False
    unique: bool = False
    description: str = ""
    form: bool = True


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline: its id, its name, how likely a deal in it is won, from 0 to 1."""

    id: str
    label: str
    probability: float
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline of a type of record, with its stages in order."""

    id: str
    label: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """A user that records may belong to."""

    id: str
    email: str
    first: str
    last: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A record of a list, and since when, ISO."""

    record: str
    since: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A list of contacts.

    Args:
        name: what people see.
        members: its records, by id.
        joined: the same, by when they came in.
    """

    name: str
    members: Sequence[Member]
    joined: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What e-mail events belong to."""

    id: int
    name: str
    subject: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the portal."""

    guid: str
    name: str
    created: str


_FIELDS: Final = {
    "string": "text", "number": "number", "datetime": "date", "date": "date",
    "bool": "booleancheckbox", "enumeration": "select",
}  # fmt: skip
#: Names of properties by type; what HubSpot alone sets begins with an exclamation mark.
_BUILT_IN: Final[Mapping[str, Mapping[str, str]]] = {
    CONTACTS: {
        "string": "email firstname lastname jobtitle company phone country city website "
        "!hs_merged_object_ids !hs_calculated_merged_vids !first_conversion_event_name "
        "!recent_conversion_event_name",
        "number": "!hs_object_id numberofemployees annualrevenue associatedcompanyid hubspotscore "
        "!hs_analytics_num_page_views !hs_analytics_num_visits !hs_email_open !hs_email_click "
        "!hs_email_delivered !hs_email_bounce !num_conversion_events",
        "datetime": "!createdate !lastmodifieddate !hs_analytics_last_timestamp "
        "!hs_analytics_first_timestamp !hs_email_last_open_date !hs_email_last_click_date "
        "!first_conversion_date !recent_conversion_date !hs_v2_date_entered_current_stage "
        "closedate",
        "bool": "hs_email_optout",
        "enumeration": "lifecyclestage hs_lead_status hubspot_owner_id !hs_analytics_source",
    },
    COMPANIES: {
        "string": "name domain industry country city phone website !hs_merged_object_ids",
        "number": "!hs_object_id numberofemployees annualrevenue !num_associated_contacts",
        "datetime": "!createdate !hs_lastmodifieddate",
        "enumeration": "lifecyclestage hubspot_owner_id",
    },
    DEALS: {
        "string": "dealname description !hs_merged_object_ids",
        "number": "!hs_object_id amount !hs_deal_stage_probability",
        "datetime": "!createdate !hs_lastmodifieddate closedate",
        "bool": "!hs_is_closed !hs_is_closed_won",
        "enumeration": "dealstage pipeline hubspot_owner_id dealtype",
    },
}
_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "lifecyclestage": LIFECYCLE,
    "hs_lead_status": ("NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED", "CONNECTED"),
    "hs_analytics_source": ("ORGANIC_SEARCH", "PAID_SEARCH", "DIRECT_TRAFFIC", "EMAIL_MARKETING"),
    "dealtype": ("newbusiness", "existingbusiness"),
}
#: What HubSpot keeps about each stage of the lifecycle, and of which type it is.
STAGE_DATES: Final[Mapping[str, str]] = {
    "hs_v2_date_entered_": "datetime", "hs_v2_date_exited_": "datetime",
    "hs_v2_latest_time_in_": "number", "hs_v2_cumulative_time_in_": "number",
}  # fmt: skip


def group_of(kind: str) -> str:
    """Return the group that the properties of a type of record are in."""
    return {CONTACTS: "contactinformation", COMPANIES: "companyinformation"}.get(
        kind, "dealinformation"
    )


def field_of(type_: str) -> str:
    """Return how a property of a type is put in, where nothing else is said."""
    return _FIELDS[type_]


def built_in(kind: str) -> dict[str, Property]:
    """Return the properties that a type of record has in a new portal."""
    return {made.name: made for made in (*_listed(kind), *_stage_dates(kind))}


def _listed(kind: str) -> Iterable[Property]:
    for type_, names in _BUILT_IN[kind].items():
        for marked in names.split():
            name = marked.removeprefix("!")
            options = tuple((value, value.capitalize()) for value in _OPTIONS.get(name, ()))
            yield Property(
                name, name.replace("_", " ").capitalize(), type_, field_of(type_), group_of(kind),
                options, read_only=marked != name, unique=(kind, name) == (CONTACTS, "email"),
            )  # fmt: skip


def _stage_dates(kind: str) -> Iterable[Property]:
    for prefix, type_ in STAGE_DATES.items() if kind != DEALS else ():
        for stage in LIFECYCLE:
            name = f"{prefix}{stage}"
            yield Property(
                name, name.replace("_", " "), type_, field_of(type_), group_of(kind), (), True
            )
