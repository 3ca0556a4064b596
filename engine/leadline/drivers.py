"""What made leads move: the drivers of each stage, their lift, and the credit of touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leadline.diagnostic import Place, did_you_mean
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.expression.nodes import Field
from leadline.flow import FEW, Flow
from leadline.plan.clock import begin_of
from leadline.plan.steps import (
    AccountCauses,
    AccountSpells,
    Causes,
    Events,
    JoinedCauses,
    Plan,
    Spells,
)
from leadline.sql import quote
from leadline.sql.credit import CREDIT, Model, credit_list, credit_parts
from leadline.sql.drivers import (
    DRIVER,
    MOVE,
    Calendar,
    Told,
    Way,
    driver_list,
    drivers,
    moves,
    unbegun,
)
from leadline.sql.events import events
from leadline.sql.expression import Writer, column
from leadline.sql.lift import LIFT, WATCHED, lifts, watched
from leadline.sql.relations import kept
from leadline.sql.touches import TOUCH, TOUCH_EVENT, Owners, touch_events, touches

#: What drivers are told apart by, besides fields: the column of the events.
ACTIONS = {"event": "type", "asset": "asset_id", "campaign": "campaign"}
#: The word for telling them apart by the rule that counted the event.
BY_RULE = "rule"
WAYS: tuple[Way, ...] = ("into", "out of")

#: How long after entering a stage what a lead does counts for lift.
LIFT_WINDOW = timedelta(days=30)
#: How long before a move what a lead did counts for credit.
CREDIT_WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are asked for.

    Args:
        stages: the stages, lowest first; None is all.
        ways: into them, out of them forward, or both.
        top: how many rows of each stage and way; 0 is all.
    """

    stages: tuple[str, ...] | None = None
    ways: tuple[Way, ...] = WAYS
    top: int = 10


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves of a flow, and what leads did.

    The relations ``stage_move``, ``touch_event`` and ``touch`` of the store's database are filled.

    Attributes:
        flow: where the leads were.
        by: what drivers are told apart by.
        since: from which instant on (UTC) moves are taken; None is all.
    """

    flow: Flow
    by: str
    since: datetime | None

    @property
    def until(self) -> datetime:
        """The instant (UTC) up to which the past is known."""
        return self.flow.past.until.before

    @property
    def unknown(self) -> int:
        """The number of stays of which nothing says when they began, and so no move is known."""
        return int(self.flow.past.store.database.value(unbegun()))


def find_moves(flow: Flow, by: str = "event", since: str | None = None) -> Moves:
    """Find the moves of a flow, and all that the leads did.

    Args:
        flow: the stays; the store still has the relations of its past.
        by: ``event``, ``rule``, ``asset``, ``campaign``, or a field of events or of assets
            (``asset.kind``).
        since: the first date of the moves, or an instant; None is all.

    Raises:
        UsageError: there is no such field, or no rule moves these leads.
    """
    past = flow.past
    if by == BY_RULE and _kind(flow) != "score":
        raise UsageError(
            f"no rule moves leads: the stages go by {flow.stages.source.kind}",
            hint="`--by event` tells moves apart by what happened",
        )
    action = _action(by, past.catalog)
    taken = next(step for step in past.plan.steps if isinstance(step, Events))
    every = replace(taken, name=TOUCH_EVENT, types=None, fields=(*taken.fields, action))
    writer = Writer(None, past.ruleset.timezone, past.text.extensions.functions)
    rows = events(every, writer, past.plan.as_of, past.plan.offsets)
    versions = "lead_version" if flow.spells.account is not None else None
    begin = begin_of(since, past.ruleset.timezone) if since is not None else None
    _keep(flow, TOUCH_EVENT, touch_events(rows, column(action)))
    _keep(flow, TOUCH, touches(Owners(taken.leads, versions)))
    _keep(flow, MOVE, moves(begin))
    return Moves(flow, by, begin)


def driver_rows(found: Moves, choice: Choice, window: timedelta = LIFT_WINDOW) -> str:
    """Say what made the moves, and how much more often it happens to who moves.

    Args:
        found: the moves.
        choice: which rows.
        window: how long stays are watched for lift, from their beginning.

    Returns:
        The SELECT of the rows (see ``sql.drivers.driver_list``); the relations it reads are filled.
    """
    flow, plan = found.flow, found.flow.past.plan
    by_rule = found.by == BY_RULE
    calendar = Calendar(plan.offsets, plan.midnights)
    _keep(flow, DRIVER, drivers(_kind(flow), _told(flow), calendar, by_rule=by_rule))
    if not by_rule:
        _keep(flow, WATCHED, watched(window, found.since, found.until))
        _keep(flow, LIFT, lifts())
    lifted = None if by_rule else LIFT
    rows = driver_list(flow.names, choice.ways, lifted, top=choice.top, few=FEW)
    return _of_stages(rows, choice.stages)


def credit_rows(
    found: Moves, choice: Choice, models: Sequence[Model], window: timedelta = CREDIT_WINDOW
) -> str:
    """Give the moves up to the touches before them.

    Args:
        found: the moves.
        choice: which rows.
        models: how they are given; the rows are ordered by the first.
        window: how long before a move touches count.

    Returns:
        The SELECT of the rows (see ``sql.credit.credit_list``); the relations it reads are filled.

    Raises:
        UsageError: the moves are told apart by rule.
    """
    if found.by == BY_RULE:
        raise UsageError(
            "credit is given to what leads did, not to rules", hint="`--by event` is possible"
        )
    flow = found.flow
    _keep(flow, CREDIT, credit_parts(models, window))
    rows = credit_list(flow.names, choice.ways, models, top=choice.top, few=FEW)
    return _of_stages(rows, choice.stages)


def _of_stages(rows: str, stages: tuple[str, ...] | None) -> str:
    if stages is None:
        return rows
    names = ", ".join(map(quote.text, stages))
    return f"SELECT * FROM ({rows}\n) WHERE stage IN ({names})"  # noqa: S608 - names are quoted


def _keep(flow: Flow, name: str, rows: str) -> None:
    flow.past.store.database.execute(kept(name, rows))


def _kind(flow: Flow) -> str:
    return "score" if flow.spells.account is not None else flow.stages.source.kind


def _action(by: str, catalog: Catalog) -> Field:
    """Return the field of the events that is meant.

    Raises:
        UsageError: there is none of that name.
    """
    scope, _, name = by.rpartition(".")
    if not scope:
        scope, name = "event", ACTIONS.get(by, "type" if by == BY_RULE else by)
    tables = {"event": "events", "asset": "assets"}
    table = catalog.table(tables[scope]) if scope in tables else None
    found = table.column(name) if table is not None else None
    if found is None:
        raise UsageError(
            f"events have no field `{by}` (--by)", hint=did_you_mean(by, _known(catalog))
        )
    return Field(scope, found.name, found.type, Place("", 0, 0, 0, 0))


def _known(catalog: Catalog) -> tuple[str, ...]:
    """Return all that events can be told apart by."""
    events_, assets = catalog.table("events"), catalog.table("assets")
    return (
        *ACTIONS,
        BY_RULE,
        *(found.name for found in (events_.columns if events_ is not None else ())),
        *(f"asset.{found.name}" for found in (assets.columns if assets is not None else ())),
    )


def _told(flow: Flow) -> Told | None:
    """Return where the past says what moved the score that stages go by."""
    plan = flow.past.plan
    causes = _spells(plan, flow.spells.account).causes
    told = plan.step(causes) if causes is not None else None
    changes = versions = None
    if isinstance(told, AccountCauses):
        changes, versions = told.changes, told.versions
        told = plan.step(told.causes) if told.causes is not None else None
    if not isinstance(told, JoinedCauses):
        return None
    steps = (plan.step(name) for name in told.causes)
    scores = tuple((step.score, step.name) for step in steps if isinstance(step, Causes))
    return Told(scores, changes, versions)


def _spells(plan: Plan, account: str | None) -> Spells:
    """Return the step of the spells that the stays come from (KeyError where there is none)."""
    name = "stage_spell"
    if account is not None:
        every = plan.step("account_stage_spell")
        assert isinstance(every, AccountSpells)  # noqa: S101 - the plan calls it so
        name = dict(every.accounts)[account]
    step = plan.step(name)
    assert isinstance(step, Spells)  # noqa: S101 - as above
    return step
