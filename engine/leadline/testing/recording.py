"""A case from real data: what a lead did and is, as far as the ruleset looks at it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.pipeline import Evaluation, RulesetText
from leadline.plan import needs
from leadline.plan.steps import EventCounts, Events, KnownLeads
from leadline.report.listing import decimal
from leadline.ruleset.model import EventRule, RuleScore, Ruleset
from leadline.sql import testing as sql
from leadline.sql.standing import segments_of, stage_of
from leadline.standing import ranked, stand
from leadline.store import Store
from leadline.testing.cases import Unmet
from leadline.testing.columns import every_field
from leadline.testing.finding import main_tests
from leadline.testing.running import compare, evaluate_batch
from leadline.testing.suite import open_suite
from leadline.testing.writing import Draft, Written, added

#: The order of the tables in a case.
_ORDER = ("leads", "accounts", "lead_history", "lead_tags", "assets", "events")
#: The scopes of fields and the tables that they are read from.
_TABLES = {"asset": "assets", "lead": "leads", "account": "accounts"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the recorded lead stands, as its past tells."""

    stage: str | None = None
    segments: tuple[str, ...] = ()


def standing_of(store: Store, evaluated: Evaluation, lead: str, as_of: str) -> Standing:
    """Tell the stage and the segments of a lead; its evaluation has to be made anew after."""
    model = evaluated.ruleset
    stages = model.stages is not None and not model.stages.by_date
    segments = bool(model.segments)
    if not stages and not segments:
        return Standing()
    stand(store, evaluated.text, as_of, lead=lead, stages=stages, segments=segments)
    found = store.database.rows(stage_of(), [lead]) if stages else []
    names = store.database.rows(segments_of(), [lead]) if segments else []
    untold = ranked(model)
    return Standing(
        stage=found[0][0] if found else None,
        segments=tuple(name for name, _ in names if name not in untold),
    )


def draft(
    evaluated: Evaluation, lead: str, standing: Standing, *, on: str, only: str | None = None
) -> Draft:
    """Return the case of a lead as it really is, ids and all.

    Args:
        evaluated: the evaluation of this lead alone.
        lead: its id.
        standing: where it stands.
        on: the date or instant.
        only: expect this score alone.
    """
    return Draft(
        rows=_rows(evaluated, lead),
        on=on,
        lead=lead,
        expected=_expected(evaluated, standing, only),
    )


def unmet_by(text: RulesetText, case: Draft, data: Catalog | None) -> tuple[Unmet, ...]:
    """Return what a draft expects that does not come of its rows.

    Raises:
        UsageError: the draft is no case that can be run.
    """
    ruleset = Path(text.file)
    with tempfile.TemporaryDirectory(prefix="leadline-") as folder:
        file = Path(folder) / main_tests(ruleset).name
        file.write_text(added(None, file.name, "recorded", case), encoding="utf-8")
        opened = open_suite(text, [file], data=data)
    if opened.suite is None:
        said = "; ".join(diagnostic.message for diagnostic in opened.diagnostics[:3])
        raise UsageError(f"the lead cannot be recorded: {said}")
    with opened.suite as suite:
        return tuple(
            unmet
            for batch in suite.batches
            for unmet in compare(evaluate_batch(batch, suite.ruleset))
        )


# What is given


def _rows(evaluated: Evaluation, lead: str) -> dict[str, tuple[Written, ...]]:
    ruleset, database = evaluated.ruleset, evaluated.store.database
    read = _read(ruleset)
    known = next(step for step in evaluated.plan.steps if isinstance(step, KnownLeads))
    events = _events(evaluated, lead, read)
    assets = sorted({str(row["asset_id"]) for row in events if row.get("asset_id") is not None})
    rows: dict[str, tuple[Written, ...]] = {}
    accounts = database.rows(sql.account_of(), [lead]) if read["account"] else []
    account = accounts[0][0] if accounts else None
    fields = ["lead_id", "created_at", *sorted(read["lead"])]
    if account is not None:
        fields.append("account_id")
        columns = ["account_id", *sorted(read["account"])]
        rows["accounts"] = _select(evaluated, "accounts", columns, "account_id", (account,))
    rows["leads"] = tuple(
        row | ({"account_id": account} if "account_id" in fields else {})
        for row in _select(evaluated, "leads", fields, "lead_id", (lead,), known.leads)
    )
    history = ["lead_id", "field", "value", "changed_at"]
    rows["lead_history"] = tuple(
        row
        for row in _select(evaluated, "lead_history", history, "lead_id", (lead,), known.history)
        if str(row["field"]).casefold() in {*map(str.casefold, read["lead"]), "account_id"}
    )
    tags = {tag.casefold() for tag in read["tag"]}
    columns = ["lead_id", "tag", "value", "set_at"]
    rows["lead_tags"] = tuple(
        row
        for row in _select(evaluated, "lead_tags", columns, "lead_id", (lead,), known.tags)
        if str(row["tag"]).casefold() in tags
    )
    if read["asset"] and assets:
        columns = ["asset_id", *sorted(read["asset"])]
        rows["assets"] = _select(evaluated, "assets", columns, "asset_id", assets)
    rows["events"] = tuple(events)
    return {table: rows[table] for table in _ORDER if rows.get(table)}


def _read(ruleset: Ruleset) -> dict[str, set[str]]:
    """Return the columns that a ruleset reads, by scope."""
    read: dict[str, set[str]] = {scope: set() for scope in ("event", *_TABLES, "tag")}
    for field in every_field(ruleset):
        if field.scope in read:
            read[field.scope].add(field.column)
    source = ruleset.stages.source if ruleset.stages is not None else None
    if source is not None and source.kind == "tag":
        read["tag"].add(str(source.name))
    if source is not None and source.kind == "content":
        read["asset"].add("stage")
    return read


def _events(evaluated: Evaluation, lead: str, read: Mapping[str, set[str]]) -> list[Written]:
    """Return the events that anything looks at, and the first of all, which begins the lead."""
    ruleset = evaluated.ruleset
    step = next(step for step in evaluated.plan.steps if isinstance(step, Events))
    columns = ["lead_id", "occurred_at", "type", *sorted(read["event"])]
    columns += ["asset_id"] if read["asset"] else []
    rules = [r for score in needs.rule_scores(ruleset) for r in needs.enabled(score.rules)]
    if any(needs.uses_visits(rule) for rule in rules if isinstance(rule, EventRule)):
        columns.append("visit_id")
    order = "occurred_at, event_id"
    rows = _select(evaluated, "events", columns, "lead_id", (lead,), step.source, order)
    end = evaluated.as_of.before
    rows = tuple(
        r for r in rows if isinstance(r["occurred_at"], datetime) and r["occurred_at"] < end
    )
    counts = any(isinstance(found, EventCounts) for found in evaluated.plan.steps)
    content = ruleset.stages is not None and ruleset.stages.source.kind == "content"
    if step.types is None or counts or content:
        return list(rows)
    return [row for n, row in enumerate(rows) if n == 0 or row["type"] in step.types]


def _select(
    evaluated: Evaluation,
    table: str,
    columns: Iterable[str],
    key: str,
    ids: Iterable[str],
    relation: str | None = None,
    order: str | None = None,
) -> tuple[Written, ...]:
    """Return rows of a table by an id, with the columns that it has; missing values left out."""
    there = evaluated.catalog.table(table)
    names = {c.name.casefold(): c.name for c in (there.columns if there is not None else ())}
    wanted = [names[c.casefold()] for c in dict.fromkeys(columns) if c.casefold() in names]
    if key not in wanted:
        return ()
    asked = sql.rows_by(relation or table, wanted, key, order or ", ".join(wanted))
    found = evaluated.store.database.rows(asked, [list(ids)])
    return tuple(
        {name: value for name, value in zip(wanted, row, strict=True) if value is not None}
        for row in found
    )


# What is expected


def _expected(evaluated: Evaluation, standing: Standing, only: str | None) -> dict[str, object]:
    """Return what came of the lead, in the keys of ``expect``."""
    ruleset, database = evaluated.ruleset, evaluated.store.database
    keyed = {s.name for s in ruleset.scores if isinstance(s, RuleScore) and s.per is not None}
    graded = {s.name for s in ruleset.scores if s.grades}
    scores: dict[str, object] = {}
    grades: dict[str, object] = {}
    for _, score, per, value, grade in sorted(database.rows(sql.all_values()), key=str):
        if only is not None and score != only:
            continue
        _put(scores, score, per, decimal(value), score in keyed)
        if score in graded:
            _put(grades, score, per, grade or "none", score in keyed)
    expected: dict[str, object] = {"scores": scores} if scores else {}
    expected |= {"grade": grades} if grades else {}
    if only is not None:
        return expected
    return expected | _of_model(evaluated, standing)


def _of_model(evaluated: Evaluation, standing: Standing) -> dict[str, object]:
    ruleset, database = evaluated.ruleset, evaluated.store.database
    expected: dict[str, object] = {}
    if ruleset.stages is not None and ruleset.stages.by_date:
        expected["stage"] = database.rows(sql.reported_column("stage"))[0][1]
    elif ruleset.stages is not None:
        expected["stage"] = standing.stage or "none"
    if ruleset.matrix is not None:
        expected["matrix"] = database.rows(sql.reported_column("matrix"))[0][1] or "none"
    told = [s.name for s in ruleset.segments if s.name not in ranked(ruleset)]
    for key, members in (("segments", True), ("not_segments", False)):
        names = [name for name in told if (name in standing.segments) is members]
        expected |= {key: names} if names else {}
    functions = evaluated.text.extensions.functions
    asked = sql.fired_rules(ruleset, evaluated.plan, functions)
    if asked:
        expected["fired"] = [rule for _, rule in database.rows(asked)]
    return expected


def _put(into: dict[str, object], score: str, per: str, value: str, keyed: bool) -> None:
    if not keyed:
        into[score] = value
        return
    values = into.setdefault(score, {})
    if isinstance(values, dict):
        values[per] = value
