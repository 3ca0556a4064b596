"""The records of a believable portal of any size: they follow from their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, overload

from leadline.testing.fake_hubspot.catalog import (
    LIFECYCLE,
    Member,
    Owner,
    Pipeline,
    Segment,
    Stage,
)
from leadline.testing.fake_hubspot.instants import iso
from leadline.testing.fake_hubspot.links import Made
from leadline.testing.fake_hubspot.objects import (
    COMPANIES,
    CONTACTS,
    DEALS,
    CrmObject,
    Table,
    Version,
)
from leadline.testing.fake_hubspot.people import (
    COUNTRIES,
    FIRST_NAMES,
    INDUSTRIES,
    LAST_NAMES,
    TITLES,
    Draw,
    company_name,
    plain,
)

#: The ids that the records of each type begin with.
FIRST: Final = {CONTACTS: 1001, COMPANIES: 500_000_001, DEALS: 900_000_001}
_DAY: Final = 86_400_000
#: How long before now the first contact came, in milliseconds.
SPAN: Final = 540 * _DAY
_COLLEAGUES: Final = 5
_CONTACTS_A_DEAL: Final = 10
#: Of a hundred contacts, how many get at most to each stage of the lifecycle.
_DEPTHS: Final = (25, 60, 80, 90, 96, 100)
_STAGES: Final = (
    Stage("appointmentscheduled", "Appointment scheduled", 0.2),
    Stage("qualifiedtobuy", "Qualified to buy", 0.4),
    Stage("contractsent", "Contract sent", 0.9),
    Stage("closedwon", "Closed won", 1.0, closed=True),
    Stage("closedlost", "Closed lost", 0.0, closed=True),
)


class Crowd:
    """The people of a made portal, their companies and deals.

    Args:
        contacts: how many there are.
        seed: another one gives other people.
        now: the last instant at which something happened, in milliseconds.
    """

    def __init__(self, contacts: int, seed: int, now: int) -> None:
        #: How many contacts there are.
        self.count = contacts
        self._seed = seed
        self._now = now
        self._companies = -(-contacts // _COLLEAGUES)
        self._deals = -(-contacts // _CONTACTS_A_DEAL)

    def tables(self) -> dict[str, Table]:
        """Return the records."""
        return {
            CONTACTS: Table(FIRST[CONTACTS], self.count, self._contact, self._peeks()),
            COMPANIES: Table(FIRST[COMPANIES], self._companies, self._company),
            DEALS: Table(FIRST[DEALS], self._deals, self._deal),
        }

    def links(self) -> dict[tuple[str, str], Made]:
        """Return which records belong together: colleagues to a company, deals to the first."""
        each = _CONTACTS_A_DEAL

        def step(kind: str, to: str, find: Callable[[int], Iterable[int]]) -> Made:
            last = {CONTACTS: self.count, COMPANIES: self._companies, DEALS: self._deals}

            def made(id_: str) -> Iterator[str]:
                number = int(id_) - FIRST[kind]
                if 0 <= number < last[kind]:
                    yield from (str(FIRST[to] + n) for n in find(number) if n < last[to])

            return made

        def colleagues(n: int) -> Iterable[int]:
            return range(n * _COLLEAGUES, (n + 1) * _COLLEAGUES)

        def deals(n: int) -> Iterable[int]:
            return [] if n % each else [n // each]

        found = {
            (CONTACTS, COMPANIES): lambda n: [n // _COLLEAGUES],
            (COMPANIES, CONTACTS): colleagues,
            (CONTACTS, DEALS): deals,
            (DEALS, CONTACTS): lambda n: [n * each],
            (DEALS, COMPANIES): lambda n: [n * each // _COLLEAGUES],
            (COMPANIES, DEALS): lambda n: deals(n * _COLLEAGUES),
        }
        return {(kind, to): step(kind, to, find) for (kind, to), find in found.items()}

    def owners(self) -> Iterator[Owner]:
        """Yield the people of sales."""
        for number in range(7):
            first, last = FIRST_NAMES[number], LAST_NAMES[number * 2]
            email = f"{plain(first)}@sales.test"
            yield Owner(str(44_023_296 + number), email, first, last, archived=number == 6)

    def pipeline(self) -> Pipeline:
        """Return the pipeline of the deals."""
        return Pipeline("default", "Sales Pipeline", _STAGES)

    def lists(self) -> dict[str, Segment]:
        """Return a large list and a small one, by id."""
        found = {}
        for id_, name, step in (("1", "Newsletter readers", 3), ("2", "Webinar guests", 50)):
            members = _Members(range(0, self.count, step), self._joined)
            found[id_] = Segment(name, members, members)
        return found

    def _created(self, number: int) -> int:
        return self._now - SPAN + number * SPAN // self.count

    def _updated(self, number: int) -> int:
        created = self._created(number)
        share = self.draw("updated", number).below(1000)
        return created + (self._now - created) * share // 1000

    def _peeks(self) -> dict[str, Callable[[int], str | None]]:
        """Return what tells the values that changes of contacts are looked for by."""
        first = FIRST[CONTACTS]
        return {
            "hs_object_id": str,
            "createdate": lambda id_: iso(self._created(id_ - first)),
            "lastmodifieddate": lambda id_: iso(self._updated(id_ - first)),
        }

    def _joined(self, number: int) -> Member:
        since = min(self._now, self._created(number) + _DAY)
        return Member(str(FIRST[CONTACTS] + number), iso(since))

    def draw(self, kind: str, number: int) -> Draw:
        """Return what is drawn for the record of a number."""
        return Draw(f"{self._seed}/{kind}/{number}")

    def person(self, number: int) -> tuple[str, str, str]:
        """Return the names and the address of the contact of a number, from 0."""
        draw = self.draw("person", number)
        first, last = draw.of(FIRST_NAMES), draw.of(LAST_NAMES)
        host = company_name(number // _COLLEAGUES).lower().replace(" ", "-")
        return first, last, f"{plain(first)}.{plain(last)}.{number}@{host}.test"

    def _contact(self, id_: int) -> CrmObject:
        number = id_ - FIRST[CONTACTS]
        draw = self.draw("contact", number)
        first, last, email = self.person(number)
        created = self._created(number)
        updated = self._updated(number)
        said = draw.below(100)
        depth = next(stage for stage, share in enumerate(_DEPTHS) if said < share)
        instants = [
            created + (updated - created) * step // (depth + 1) for step in range(depth + 1)
        ]
        entered = {
            f"hs_v2_date_entered_{LIFECYCLE[step]}": iso(at) for step, at in enumerate(instants)
        }
        opened = draw.below(12)
        properties: dict[str, str | None] = {
            "email": email if draw.below(100) else None,
            "firstname": first,
            "lastname": last if draw.below(50) else None,
            "jobtitle": draw.of(TITLES) if draw.below(4) else None,
            "company": company_name(number // _COLLEAGUES),
            "country": draw.of(COUNTRIES),
            "phone": f"+358 40 {number:07d}" if draw.below(3) == 0 else None,
            "lifecyclestage": LIFECYCLE[depth],
            "hubspot_owner_id": str(44_023_296 + draw.below(7)) if depth > 1 else None,
            "associatedcompanyid": str(FIRST[COMPANIES] + number // _COLLEAGUES),
            "hs_analytics_num_page_views": str(draw.below(40)),
            "hs_analytics_last_timestamp": iso(updated),
            "hs_email_open": str(opened),
            "hs_email_click": str(opened // 3) if opened else None,
            "hs_email_optout": "true" if draw.below(20) == 0 else None,
            "num_conversion_events": str(draw.below(3)),
            "hs_v2_date_entered_current_stage": iso(instants[-1]),
            **entered,
            "createdate": iso(created),
            "lastmodifieddate": iso(updated),
            "hs_object_id": str(id_),
        }
        path = [Version(LIFECYCLE[n], iso(at), "CRM_UI") for n, at in enumerate(instants)]
        past = {"lifecyclestage": tuple(reversed(path))}
        return CrmObject(str(id_), properties, past, iso(created), iso(updated))

    def _company(self, id_: int) -> CrmObject:
        number = id_ - FIRST[COMPANIES]
        draw = self.draw("company", number)
        name, created = company_name(number), self._created(number * _COLLEAGUES)
        properties: dict[str, str | None] = {
            "name": name,
            "domain": f"{name.lower().replace(' ', '-')}.test",
            "industry": draw.of(INDUSTRIES),
            "country": draw.of(COUNTRIES),
            "numberofemployees": str(5 * 4 ** draw.below(6)),
            "annualrevenue": str(100_000 * (1 + draw.below(900))) if draw.below(3) else None,
            "createdate": iso(created),
            "hs_lastmodifieddate": iso(created),
            "hs_object_id": str(id_),
        }
        return CrmObject(str(id_), properties, {}, iso(created), iso(created))

    def _deal(self, id_: int) -> CrmObject:
        number = id_ - FIRST[DEALS]
        draw = self.draw("deal", number)
        owner = number * _CONTACTS_A_DEAL
        created = (
            self._created(owner) + (self._now - self._created(owner)) * draw.below(500) // 1000
        )
        depth = draw.below(len(_STAGES))
        instants = [created + (self._now - created) * step // 8 for step in range(depth + 1)]
        stage = _STAGES[depth]
        properties: dict[str, str | None] = {
            "dealname": f"{company_name(owner // _COLLEAGUES)}: licences",
            "amount": str(500 * (1 + draw.below(200))) if draw.below(10) else None,
            "pipeline": "default",
            "dealstage": stage.id,
            "closedate": iso(instants[-1] if stage.closed else self._now + 30 * _DAY),
            "hs_is_closed": str(stage.closed).lower(),
            "hs_is_closed_won": str(stage.id == "closedwon").lower(),
            "hubspot_owner_id": str(44_023_296 + draw.below(7)),
            "createdate": iso(created),
            "hs_lastmodifieddate": iso(instants[-1]),
            "hs_object_id": str(id_),
        }
        path = [Version(_STAGES[n].id, iso(at)) for n, at in enumerate(instants)]
        past = {"dealstage": tuple(reversed(path))}
        return CrmObject(str(id_), properties, past, iso(created), iso(instants[-1]))


class _Members(Sequence[Member]):
    """The members of a made list."""

    def __init__(self, numbers: range, make: Callable[[int], Member]) -> None:
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Member: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Member]: ...

    def __getitem__(self, at: int | slice) -> Member | Sequence[Member]:
        if isinstance(at, slice):
            return _Members(self._numbers[at], self._make)
        return self._make(self._numbers[at])
