"""Batches evaluated, and what came compared with what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.plan.build import build_plan
from leadline.plan.past import build_past
from leadline.report.listing import decimal
from leadline.ruleset.model import Ruleset
from leadline.sql import testing as sql
from leadline.sql.query import Query, write_query
from leadline.sql.standing import members_now, stages_now
from leadline.testing.cases import (
    NONE,
    Batch,
    Case,
    Expectation,
    Passed,
    Results,
    Unmet,
    expected_text,
    path_text,
)

ABSENT = "absent"


def evaluate_batch(batch: Batch, ruleset: Ruleset, *, past: bool = True) -> Results:
    """Evaluate a batch with a ruleset.

    Args:
        batch: the cases; relations of an earlier evaluation are replaced.
        ruleset: the model, or one that differs from it in a rule.
        past: whether to tell the past too, where an expectation needs it.

    Returns:
        The results; the relations of their plan are filled.
    """
    database = batch.store.database
    parts = _parts(batch, ruleset) if past else ()
    if parts:
        asked = _asked_lists(batch, ruleset)
        told = build_past(
            asked, batch.catalog, batch.as_of, extensions=batch.extensions, parts=parts
        )
        run_query(database, kept_whole(write_query(told, batch.extensions)))
        _keep(database, parts)
    plan = build_plan(ruleset, batch.catalog, batch.as_of)
    query = kept_whole(write_query(plan, batch.extensions))
    run_query(database, query)
    return Results(batch, ruleset, plan, query, past)


def kept_whole(query: Query) -> Query:
    """Return a query that stores every step.

    With a handful of rows time goes into planning, and a view is planned anew in each reader.
    """
    return replace(query, steps=tuple(replace(step, stored=True) for step in query.steps))


def _keep(database: Database, parts: tuple[str, ...]) -> None:
    """Keep what is asked of a past: the evaluation of the date has relations of the same names."""
    if "stages" in parts:
        database.execute(stages_now())
        database.execute(sql.kept("stage_spell", sql.STAGES_PASSED))
    if "segments" in parts:
        database.execute(members_now())
    if "accounts" in parts:
        database.execute(sql.kept("account_stage_spell", sql.ACCOUNT_STAGES))


def needs_past(expectation: Expectation, ruleset: Ruleset) -> bool:
    """Say whether an expectation is about the past, and not the scores of the date alone."""
    return bool(_part(expectation, ruleset))


def _part(expectation: Expectation, ruleset: Ruleset) -> str:
    """Return the part of the past that an expectation asks for, or nothing."""
    match expectation.kind:
        case "segment":
            return "segments"
        case "stages":
            return "stages"
        case "stage" if expectation.of == "account":
            return "accounts"
        case "stage":
            by_date = ruleset.stages is not None and ruleset.stages.by_date
            return "" if by_date else "stages"
        case _:
            return ""


def _asked_lists(batch: Batch, ruleset: Ruleset) -> Ruleset:
    """Return a ruleset with only the segments that a batch asks for; others cost time."""
    names = {e.name for case in batch.cases for e in case.expectations if e.kind == "segment"}
    if "" in names:  # that there is none at all
        return ruleset
    return replace(ruleset, segments=tuple(s for s in ruleset.segments if s.name in names))


def _parts(batch: Batch, ruleset: Ruleset) -> tuple[str, ...]:
    asked = {_part(e, ruleset) for case in batch.cases for e in case.expectations}
    return tuple(sorted(asked - {""}))


def compare(results: Results) -> tuple[Unmet, ...]:
    """Return the expectations of a batch that are not met, in the order of its cases.

    Those about the past are passed over where the results have none.
    """
    seen = _Seen(results)
    return tuple(
        unmet
        for number, case in enumerate(results.batch.cases)
        for unmet in _unmet(seen, number, case)
    )


def _unmet(seen: _Seen, number: int, case: Case) -> Iterator[Unmet]:
    for expectation in case.expectations:
        if not seen.results.past and _part(expectation, seen.results.ruleset):
            continue
        actual = seen.actual(number, expectation)
        if actual is not None:
            yield Unmet(case, expectation, actual)


class _Seen:
    """What came, read from the relations of a batch once each."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self._read: dict[str, Any] = {}

    def actual(self, number: int, expectation: Expectation) -> str | None:
        """Return what came instead of what is expected; None where it is met."""
        column = "lead_id" if expectation.of == "lead" else "account_id"
        id = self.results.batch.mark(number, column, expectation.id)
        if expectation.of == "account":
            return self._of_account(id, expectation)
        known = id in self._once("leads", self._leads)
        if expectation.kind == "absent":
            return "scored" if known else None
        if not known:
            return ABSENT if not self._nothing(expectation) else None
        return self._of_lead(id, expectation)

    def _nothing(self, expectation: Expectation) -> bool:
        """Say whether an expectation is that something is not so, which holds of nobody too."""
        return expectation.kind in ("segment", "fired") and expectation.value is False

    def _of_lead(self, id: str, expectation: Expectation) -> str | None:
        name, per = expectation.name, expectation.per
        match expectation.kind:
            case "score":
                value, _ = self._once("scores", self._scores).get((id, name, per), (None, None))
                return _differs(expectation, _number(value))
            case "grade":
                _, grade = self._once("scores", self._scores).get((id, name, per), (None, None))
                return _differs(expectation, grade or NONE)
            case "matrix":
                return _differs(expectation, self._reported("matrix").get(id) or NONE)
            case "stage":
                return _differs(expectation, self._stages().get(id) or NONE)
            case "stages":
                return _path(expectation, self._once("passed", self._passed).get(id, ()))
            case "segment":
                return _among(expectation, self._once("members", self._members).get(id, ()))
            case _:
                return _among(expectation, self._once("fired", self._fired).get(id, ()))

    def _of_account(self, id: str, expectation: Expectation) -> str | None:
        rows = self._once("accounts", self._accounts)
        if expectation.kind == "absent":
            found = [name for name, of in rows.items() if id in of]
            return f"has a row in {', '.join(found)}" if found else None
        row = rows.get(expectation.name, {}).get(id)
        if row is None:
            return ABSENT
        match expectation.kind:
            case "score":
                return _differs(expectation, _number(row[0]))
            case "committee":
                return _differs(expectation, "true" if row[1] else "false")
            case _:
                stages = self._once("account stages", self._account_stages)
                return _differs(expectation, stages.get((expectation.name, id)) or NONE)

    # What the relations say, each read once

    def _once(self, name: str, read: Callable[[], Any]) -> Any:
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]

    @property
    def _database(self) -> Database:
        return self.results.batch.store.database

    def _leads(self) -> set[str]:
        return {lead for (lead,) in self._database.rows(sql.scored_leads())}

    def _scores(self) -> dict[tuple[str, str, str], tuple[float, str | None]]:
        rows = self._database.rows(sql.all_values())
        return {(lead, score, per): (value, grade) for lead, score, per, value, grade in rows}

    def _reported(self, column: str) -> dict[str, str]:
        asked = sql.reported_column(column)
        found: dict[str, str] = self._once(column, lambda: dict(self._database.rows(asked)))
        return found

    def _stages(self) -> dict[str, str]:
        stages = self.results.ruleset.stages
        if stages is not None and stages.by_date:
            return self._reported("stage")
        asked = sql.stages_at_end()
        found: dict[str, str] = self._once("stage now", lambda: dict(self._database.rows(asked)))
        return found

    def _passed(self) -> dict[str, tuple[tuple[str, datetime | None], ...]]:
        found: dict[str, tuple[tuple[str, datetime | None], ...]] = {}
        for lead, stage, entered in self._database.rows(sql.stages_passed()):
            found[lead] = (*found.get(lead, ()), (stage, entered))
        return found

    def _members(self) -> dict[str, tuple[str, ...]]:
        return _by_first(self._database.rows(sql.members_at_end()))

    def _fired(self) -> dict[str, tuple[str, ...]]:
        asked = sql.fired_rules(
            self.results.ruleset, self.results.plan, self.results.batch.extensions.functions
        )
        fired = self._database.rows(asked) if asked else []
        named = self.results.stand_ins
        return _by_first([(lead, named.get(rule, rule)) for lead, rule in fired])

    def _accounts(self) -> dict[str, dict[str, tuple[float, bool]]]:
        return {
            account.name: {
                id: (value, committee)
                for id, value, committee in self._database.rows(sql.account_values(account.name))
            }
            for account in self.results.ruleset.accounts
        }

    def _account_stages(self) -> dict[tuple[str, str], str]:
        rows = self._database.rows(sql.account_stages())
        return {(account, id): stage for account, id, stage in rows}


def _by_first(rows: list[Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for first, second in rows:
        found.setdefault(first, []).append(second)
    return {first: tuple(seconds) for first, seconds in found.items()}


def _number(value: float | None) -> str:
    return NONE if value is None else decimal(value)


def _differs(expectation: Expectation, actual: str) -> str | None:
    return None if actual == expected_text(expectation) else actual


def _among(expectation: Expectation, names: tuple[str, ...]) -> str | None:
    """Compare membership; where none at all is expected, return those that there are."""
    if not expectation.name:
        return ", ".join(names) or None
    if (expectation.name in names) is expectation.value:
        return None
    if expectation.kind == "segment":
        only = f"only in {', '.join(names)}" if names else "in none"
        return "in" if expectation.name in names else only
    return "fired" if expectation.name in names else "not fired"


def _path(expectation: Expectation, passed: tuple[tuple[str, datetime | None], ...]) -> str | None:
    expected = expectation.value if isinstance(expectation.value, tuple) else ()
    same = len(expected) == len(passed) and all(
        stage == came and (at is None or _utc(at) == entered)
        for (stage, at), (came, entered) in zip(expected, passed, strict=True)
    )
    if same:
        return None
    timed = any(at for _, at in expected)
    shown: tuple[Passed, ...] = tuple(
        (stage, entered.isoformat(sep=" ") if timed and entered is not None else None)
        for stage, entered in passed
    )
    return path_text(shown)


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo is not None else moment
