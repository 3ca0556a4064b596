"""Why a rule gave nothing, and what would have made it fire."""

from __future__ import annotations

from leadline.engine.duckdb import Database
from leadline.expression.catalog import Type
from leadline.expression.nodes import Field, Node
from leadline.expression.unparse import unparse
from leadline.plan.steps import Events, Matches, Plan
from leadline.report.listing import decimal
from leadline.report.words import limits_in_words
from leadline.ruleset.model import EventRule, Fact, Idle
from leadline.sql import explain as sql
from leadline.sql.expression import Writer


class Silence:
    """Looks into one lead's relations for the first thing that was missing.

    Args:
        database: with the relations of an evaluation by event of the lead alone.
        plan: what was evaluated.
        writer: writes its expressions.
    """

    def __init__(self, database: Database, plan: Plan, writer: Writer) -> None:
        self._database = database
        self._plan = plan
        self._writer = writer

    def of_events(self, name: str, rule: EventRule, matched: int, anywhere: int) -> str:
        """Say why an event rule counted nothing.

        Args:
            name: the rule's, with its score before it.
            rule: the rule.
            matched: how many events match for this value of ``per``.
            anywhere: how many match for any.
        """
        step = self._plan.step(f"{name} matches")
        if not isinstance(step, Matches):
            raise TypeError(f"{step.name} is no list of matches")
        if matched:
            return self._uncounted(step, rule, matched)
        if anywhere:
            return f"{_events(anywhere, rule)} match, all of another value of `per`"
        parts = sql.clauses(rule.where)
        counts = self._database.rows(sql.clause_counts(step, parts, self._writer))[0]
        if not counts[0]:
            return self._absent(step, rule)
        if not counts[1]:
            dates = f"{rule.head.since or '...'} to {rule.head.until or '...'}"
            return f"{_events(counts[0], rule)}, none of them from {dates}"
        for index, part in enumerate(parts):
            if not counts[index + 2]:
                seen = self._seen(step, parts[:index], part)
                return f"{_events(counts[index + 1], rule)}, none where {unparse(part)}{seen}"
        return f"{_events(counts[-1], rule)} match, but have no value of `per`"

    def _uncounted(self, step: Matches, rule: EventRule, matched: int) -> str:
        if rule.reach is not None:
            most = self._database.value(sql.most_in_window(step, self._writer)) or 0
            if most < rule.reach.count:
                return (
                    f"{_events(matched, rule)} match, but at most {most} of the "
                    f"{rule.reach.count} in one window"
                )
        return f"{_events(matched, rule)} match; none is counted ({limits_in_words(rule)})"

    def _absent(self, step: Matches, rule: EventRule) -> str:
        """Say whether there never was such an event, or what keeps it from the rule."""
        events = next(found for found in self._plan.steps if isinstance(found, Events))
        kept = self._database.value(sql.count_types(events.name, rule.events))
        if kept:
            return f"{_events(kept, rule)}, before the last reset"
        known = self._database.value(sql.count_known(events, rule.events, self._plan.as_of))
        if known:
            return f"{_events(known, rule)}, left out by `ignore`"
        return f"no events {' or '.join(rule.events)} yet"

    def _seen(self, step: Matches, passed: tuple[Node, ...], part: Node) -> str:
        read = [f for f in sql.read_by([part]) if f.scope in ("event", "asset")]
        if not read:
            return self._lead_values((part,))
        rows = self._database.rows(sql.values_seen(step, passed, read[0], self._writer))
        values = ", ".join(f"{_quoted(value, read[0])} {times}x" for value, times in rows)
        return f"; {unparse(read[0])} is {values}"

    def _lead_values(self, parts: tuple[Node, ...]) -> str:
        read = sql.read_by(parts)
        row = self._database.rows(sql.clause_truths(parts, self._writer))[0]
        pairs = zip(read, row[len(parts) :], strict=True)
        return "".join(f"; {unparse(field)} is {_quoted(value, field)}" for field, value in pairs)

    def of_fact(self, rule: Fact) -> tuple[bool, str]:
        """Return whether a fact is true, and why it gives nothing."""
        parts = sql.clauses(rule.when)
        truths = self._database.rows(sql.clause_truths(parts, self._writer))[0][: len(parts)]
        if all(truths):
            outside = rule.head.since or rule.head.until
            return True, f"true, but {'not between its dates' if outside else 'gives no points'}"
        false = parts[truths.index(False)]
        return False, f"needs {unparse(false)}{self._lead_values((false,))}"

    def of_idle(self, rule: Idle) -> str:
        """Say how long ago the last event was, and from when on the behaviour holds."""
        day, head = self._plan.as_of.day, rule.head
        last = self._database.value("SELECT max(day) FROM last_event")
        ago = (day - last).days if last else None
        found = f"last event {ago} days ago" if ago is not None else "no event at all"
        if (head.since and day < head.since) or (head.until and day > head.until):
            return f"{found}; not between its dates"
        return f"{found}; holds from {rule.days} days on"


def _events(count: int, rule: EventRule) -> str:
    return f"{count} event{'' if count == 1 else 's'} {' or '.join(rule.events)}"


def _quoted(value: object, field: Field) -> str:
    if value is None:
        return "missing"
    if field.type is Type.NUMBER:
        return decimal(float(str(value)))
    return f'"{value}"' if field.type is Type.TEXT else str(value)
