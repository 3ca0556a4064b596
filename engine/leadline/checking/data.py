"""What only data can show: rules, event types, texts and columns that do not occur in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from leadline.checking.codes import NO_MATCH, UNKNOWN_VALUE
from leadline.checking.counting import Data
from leadline.checking.event_types import dead_event_types
from leadline.checking.matches import inside, unmatched
from leadline.checking.programs import unknown_programs
from leadline.checking.values import Columns, unknown_values
from leadline.diagnostic import Diagnostic
from leadline.document import Document
from leadline.engine.run import run_query
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText
from leadline.plan.build import build_plan
from leadline.plan.clock import end_of_day
from leadline.plan.scores import FACTORS
from leadline.plan.steps import needed
from leadline.ruleset.checks.codes import NEVER_MATCHES, PAST_UNTIL
from leadline.ruleset.extensions import Extensions
from leadline.ruleset.model import Ruleset
from leadline.sql.expression import Writer
from leadline.sql.occurrence import counts_of, types_of_events
from leadline.sql.query import write_query
from leadline.store import Store


def data_findings(
    ruleset: Ruleset,
    text: RulesetText,
    store: Store,
    catalog: Catalog,
    today: date,
    static: Sequence[Diagnostic] = (),
) -> Iterator[Diagnostic]:
    """Yield what a ruleset says about data that they are not like.

    Args:
        ruleset: a ruleset.
        text: the text that it was built from, as loaded.
        store: the data.
        catalog: their columns, those that stand in included.
        today: events after it do not exist.
        static: what was found without the data; a rule of which it is told there that it never
            matches is not told of again.
    """
    document = text.document
    if document is None:
        return
    database = store.database
    writer = Writer(today, ruleset.timezone, text.extensions.functions)
    types = {str(name): int(times) for name, times in database.rows(types_of_events())}
    yield from dead_event_types(ruleset, document, types)
    yield from unknown_programs(ruleset, document, database)
    unknown = tuple(unknown_values(ruleset, document, Columns(database, catalog, writer)))
    yield from unknown
    data = _evaluated(ruleset, text, store, catalog, today, writer)
    yield from _nobody(ruleset, data)
    told = [found.place for found in unknown if found.kind == UNKNOWN_VALUE and found.place]
    never = [one.place for one in static if one.kind in (NEVER_MATCHES, PAST_UNTIL) and one.place]
    for found in unmatched(ruleset, document, data, frozenset(types), never):
        # Of one mistake the text that does not occur is told, not also what follows from it.
        if not (
            found.kind == NO_MATCH
            and found.place
            and any(inside(place, found.place) for place in told)
        ):
            yield found


def audit_findings_in_data(
    ruleset: Ruleset,
    document: Document,
    extensions: Extensions,
    store: Store,
    catalog: Catalog,
    today: date,
) -> Iterator[Diagnostic]:
    """Yield what the audits of a file of their own say about data that they are not like.

    Args:
        ruleset: the ruleset they stand beside, with these audits for its own.
        document: the file of the audits.
        extensions: what plugins add to the language.
        store: the data.
        catalog: their columns, those that stand in included.
        today: what counts as today.
    """
    database = store.database
    alone = replace(
        ruleset,
        leads=None,
        ignore=None,
        scores=(),
        matrix=None,
        accounts=(),
        stages=None,
        segments=(),
    )
    types = {str(name): int(times) for name, times in database.rows(types_of_events())}
    yield from dead_event_types(alone, document, types)
    yield from unknown_programs(alone, document, database)
    writer = Writer(today, ruleset.timezone, extensions.functions)
    yield from unknown_values(alone, document, Columns(database, catalog, writer))


def _evaluated(
    ruleset: Ruleset,
    text: RulesetText,
    store: Store,
    catalog: Catalog,
    today: date,
    writer: Writer,
) -> Data:
    """Fill the relations of events and leads, and nothing that comes after them."""
    plan = build_plan(ruleset, catalog, end_of_day(today, ruleset.timezone))
    names = {step.name for step in plan.steps}
    events = "counted_event" if "counted_event" in names else "event"
    steps = needed(plan.steps, (FACTORS, "known_lead", "lead", events))
    run_query(store.database, write_query(replace(plan, steps=steps), text.extensions))
    return Data(store.database, events, writer)


def _nobody(ruleset: Ruleset, data: Data) -> Iterator[Diagnostic]:
    """Say that ``leads`` leaves everybody out."""
    if ruleset.leads is None:
        return
    [(scored,)] = data.database.rows(counts_of("lead", ()))
    [(known,)] = data.database.rows(counts_of("known_lead", ()))
    if known and not scored:
        message = f"`leads` leaves out all {known:,} leads, so nobody is scored"
        yield Diagnostic(NO_MATCH, message, ruleset.leads.place, "see what it compares")
