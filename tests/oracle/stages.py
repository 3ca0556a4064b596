"""Which stage each lead and each account was in, from when to when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.accounts import account_ids, combined
from tests.oracle.expression import Scope, holds
from tests.oracle.history import naive
from tests.oracle.leads import Lead, is_scored, known_lead
from tests.oracle.model import Account
from tests.oracle.records import Moment, Naming, Tables, instant_of
from tests.oracle.steps import Stages
from tests.oracle.timeline import Known, World, latest, world_of

# A stage, or none, from an instant on.
Change = tuple[datetime | None, str | None]


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in a stage; `entered_at` None is always, `left_at` None is still inside."""

    lead_id: str
    stage: str
    entered_at: datetime | None
    left_at: datetime | None
    direction: str


@dataclass(frozen=True, slots=True)
class AccountSpell:
    """A time of an account in a stage of an account score."""

    account: str
    account_id: str
    stage: str
    entered_at: datetime | None
    left_at: datetime | None
    direction: str


def stages(ruleset: str, data: Tables, until: date | datetime) -> tuple[Spell, ...]:
    """Return the spells of all leads up to a date or an instant, by lead and time."""
    return stages_of(world_of(ruleset, data, until))


def stages_of(world: World) -> tuple[Spell, ...]:
    """Return the spells of all leads."""
    steps = world.model.stages
    if steps is None:
        return ()
    found = []
    for lead_id, timeline in world.leads.items():
        changes = lead_stages(world, steps, lead_id, timeline)
        found += [Spell(lead_id, *spell) for spell in spells(changes, steps.names)]
    return tuple(found)


def account_stages_of(world: World) -> tuple[AccountSpell, ...]:
    """Return the spells of all accounts, for each account score that has stages."""
    found = []
    for account in world.model.accounts:
        if account.stages is None:
            continue
        for account_id in _every_account(world):
            values = _values(world, account, account_id)
            changes = _switched(account.stages, values)
            found += [
                AccountSpell(account.name, account_id, *spell)
                for spell in spells(changes, account.stages.names)
            ]
    return tuple(found)


def lead_stages(
    world: World, steps: Stages, lead_id: str, timeline: Sequence[Known]
) -> Iterable[Change]:
    """Return the lead's stage at every instant of its timeline."""
    if steps.kind == "score":
        values = ((known.at, known.scores.get((steps.name, ""))) for known in timeline)
        return _switched(steps, values)
    if steps.kind == "tag":
        return ((known.at, _tagged(world, steps, lead_id, known)) for known in timeline)
    return ((known.at, _engaged(world, steps, known)) for known in timeline)


def spells(
    changes: Iterable[Change], names: Sequence[str]
) -> Iterator[tuple[str, datetime | None, datetime | None, str]]:
    """Yield (stage, entered_at, left_at, direction) of what was in a stage at some instants."""
    stage: str | None = None
    entered: datetime | None = None
    direction = ""
    for at, now in changes:
        if now == stage:
            continue
        if stage is not None:
            yield stage, naive(entered), naive(at), direction
        if now is not None:
            forward = stage is not None and names.index(now) > names.index(stage)
            direction = "enter" if stage is None else "forward" if forward else "backward"
        stage, entered = now, at
    if stage is not None:
        yield stage, naive(entered), None, direction


def _switched(
    steps: Stages, values: Iterable[tuple[datetime | None, float | None]]
) -> Iterator[Change]:
    """Yield the stage at each value; without a value there is none, and all switches go off."""
    on: frozenset[str] = frozenset()
    stage: str | None = None
    for at, value in values:
        if value is None:
            on, stage = frozenset(), None
        else:
            now, on = steps.reached(value, on)
            kept = stage is not None and not steps.backward
            stage = max(now, stage or now, key=steps.names.index) if kept else now
        yield at, stage


def _tagged(world: World, steps: Stages, lead_id: str, known: Known) -> str | None:
    """Return the stage that the tag says; a lead is there from its first value at the latest."""
    values = [
        tag
        for one in known.names.ids(lead_id)
        for tag in world.records.tags.get(one, ())
        if tag["tag"] == steps.name
        and tag["value"] is not None
        and known.moment.has_reached(instant_of(tag, "set_at"))
    ]
    lead = known_lead(
        world.model, world.records, lead_id, known.moment, known.names, exists=bool(values)
    )
    if lead is None or not is_scored(world.model, lead):
        return None
    value = lead.scope.tables["tag"].get(steps.name)
    if value is None:
        return steps.names[0]
    return str(value) if value in steps.names else None


def _engaged(world: World, steps: Stages, known: Known) -> str | None:
    """Return how far the lead's engagements up to the instant have moved it."""
    if known.lead is None:
        return None
    place = 0
    for event in known.lead.events:
        following = steps.names[place + 1 : place + 2]
        if event.scope.tables["asset"].get("stage") not in following:
            continue
        if _condition_holds(world, steps, known.lead, event.event_id, event.at, known.names):
            place += 1
    return steps.names[place]


def _condition_holds(
    world: World, steps: Stages, lead: Lead, event_id: str, at: datetime, names: Naming
) -> bool:
    """Judge `and` by what was known of the lead at the event."""
    if steps.condition is None:
        return True
    zone = world.model.zone
    moment = Moment(zone, at.astimezone(zone).date(), at)
    then = known_lead(world.model, world.records, lead.lead_id, moment, names)
    scopes: list[Scope] = [
        event.scope for event in (then.events if then else ()) if event.event_id == event_id
    ]
    return any(holds(steps.condition, scope) for scope in scopes)


def _every_account(world: World) -> list[str]:
    found = {
        known.lead.account_id
        for timeline in world.leads.values()
        for known in timeline
        if known.lead is not None and known.lead.account_id is not None
    }
    return sorted(found | set(account_ids(world.records)))


def _values(
    world: World, account: Account, account_id: str
) -> Iterator[tuple[datetime | None, float | None]]:
    """Yield the account's value at every instant of any lead; none before its first lead."""
    instants = {known.at for timeline in world.leads.values() for known in timeline}
    begun = False
    for at in sorted(instants, key=lambda one: (one is not None, one or world.first)):
        there = [latest(timeline, at or world.first) for timeline in world.leads.values()]
        present = [known for known in there if known is not None and known.lead is not None]
        leads = [known.lead for known in present if known.lead is not None]
        begun = begun or any(lead.account_id == account_id for lead in leads)
        scores = {
            known.lead.lead_id: known.scores[account.score, ""]
            for known in present
            if known.lead is not None
        }
        yield at, combined(account, account_id, leads, scores)[0] if begun else None
