"""The part of the handbook on what follows from scores: cells, stages, lists, what is done."""

from __future__ import annotations

from datetime import date

from leadline.document import Document
from leadline.expression import metrics as m
from leadline.report.markdown import code, plain, table
from leadline.report.phrases import condition_in_words, counted, figure, in_words, listed
from leadline.report.remarks import keys_under, remark
from leadline.ruleset.audits import Audit, Benchmark
from leadline.ruleset.model import (
    AccountScore,
    Action,
    AssignBy,
    AssignInTurn,
    Automation,
    Axis,
    Offer,
    Ruleset,
    Send,
    SetTags,
    Stages,
)

_COMBINED = {
    "sum": "the sum of {of} of all its leads",
    "max": "the highest {of} of its leads",
    "average": "the average {of} of its leads",
}
_SENT = {
    "send": "send it to {output}",
    "export": "add it to the export to {output}",
    "webhook": "call {output}",
}


def outcome_sections(ruleset: Ruleset, document: Document) -> list[str]:
    """Write the sections on the matrix, stages, accounts, segments, automations and owners."""
    return [
        _matrix(ruleset.matrix),
        _lead_stages(ruleset.stages),
        _accounts(ruleset.accounts, document),
        _segments(ruleset),
        _automations(ruleset.automations, document),
        _reviews(ruleset.audits),
        _owners(ruleset, document),
    ]


def _matrix(axes: tuple[Axis, Axis] | None) -> str:
    if axes is None:
        return ""
    rows, columns = axes
    heads = [
        f"{plain(name)}: {code(columns.score)} from {figure(at)}" for name, at in columns.cells
    ]
    lines = [
        [f"**{plain(name)}**: {code(rows.score)} from {figure(at)}"]
        + [f"**{plain(name)}{plain(other)}**" for other, _ in columns.cells]
        for name, at in rows.cells
    ]
    intro = f"Two scores in one cell: {code(rows.score)} first, then {code(columns.score)}."
    return "\n\n".join(("## Matrix", intro, table(("", *heads), lines)))


def _lead_stages(stages: Stages | None) -> str:
    if stages is None:
        return ""
    return "\n\n".join(("## Stages", *_stages(stages, "a lead")))


def _stages(stages: Stages, who: str) -> list[str]:
    names = listed([f"**{plain(step.name)}**" for step in stages.steps], "then")
    match stages.source.kind:
        case "score":
            parts = [f"The stage of {who} follows {code(stages.source.name or '')}."]
            parts.append(_stage_table(stages))
        case "content":
            parts = [
                f"A lead goes through {names}. It moves on with the first engagement, after it "
                "entered its stage, with an asset made for the next one."
            ]
            if stages.condition is not None:
                must = plain(condition_in_words(stages.condition))
                parts.append(f"That engagement is one where {must}.")
        case _:
            parts = [
                f"The stage of a lead is the value of the tag {code(stages.source.name or '')}: "
                f"{names}."
            ]
    if not stages.backward:
        parts.append(f"{who.capitalize()} keeps the highest stage it has reached.")
    if stages.sla:
        limits = [f"{counted(days, 'day')} in **{plain(name)}**" for name, days in stages.sla]
        parts.append(f"Service levels: at most {listed(limits)}.")
    return parts


def _stage_table(stages: Stages) -> str:
    rows = []
    for index, step in enumerate(stages.steps):
        above = stages.steps[index + 1].at if index + 1 < len(stages.steps) else None
        leave = step.leave_below if step.leave_below not in (None, step.at) else None
        rows.append(
            [
                f"**{plain(step.name)}**",
                _span(step.at if index else None, above),
                f"below {figure(leave)}" if leave is not None else "",
            ]
        )
    return table(("Stage", "Score", "Left only"), rows)


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"below {figure(high)}" if high is not None else "any"
    return f"{figure(low)} or more" if high is None else f"{figure(low)} to below {figure(high)}"


def _accounts(accounts: tuple[AccountScore, ...], document: Document) -> str:
    if not accounts:
        return ""
    intro = "Several leads of one company count together."
    parts = [part for account in accounts for part in _account(account, document)]
    return "\n\n".join(("## Accounts", intro, *parts))


def _account(account: AccountScore, document: Document) -> list[str]:
    note = remark(document, "accounts", account.name, "note")
    said = [f"An account's {code(account.name)} is {_combined(account)}."]
    if account.only is not None:
        said.append(f"Only leads count for which {plain(condition_in_words(account.only))}.")
    if account.weight is not None:
        values = [f"{plain(value)} by {figure(by)}" for value, by in account.weight.values]
        field = plain(in_words(account.weight.field))
        each = listed([*values, f"others by {figure(account.weight.other)}"])
        said.append(f"The score of a lead is multiplied by {field}: {each}.")
    if account.committee is not None:
        leads, at = account.committee.leads, figure(account.committee.at)
        said.append(f"Its committee is complete when {counted(leads, 'lead')} reach {at}.")
    stages = _stages(account.stages, "an account") if account.stages is not None else []
    return [f"### {plain(account.name)}", *([plain(note)] if note else []), " ".join(said), *stages]


def _combined(account: AccountScore) -> str:
    how, of = account.combine.how, code(account.of)
    if how == "top":
        return f"the sum of the {account.combine.count} highest {of} of its leads"
    text = _COMBINED[how].format(of=of)
    return f"{text}, those with 0 included" if account.include_zero else text


def _segments(ruleset: Ruleset) -> str:
    if not ruleset.segments:
        return ""
    rows = [
        [f"**{plain(segment.name)}**", plain(condition_in_words(segment.when))]
        for segment in ruleset.segments
    ]
    return "\n\n".join(("## Lists", table(("List", "Who is on it"), rows)))


def _automations(automations: tuple[Automation, ...], document: Document) -> str:
    if not automations:
        return ""
    rows = [
        [
            f"{'enters' if automation.edge == 'enters' else 'leaves'} "
            f"**{plain(automation.subject)}**",
            "; then ".join(_done(action) for action in automation.actions)
            + ("" if automation.enabled else " (switched off)"),
            code(automation.name),
            plain(remark(document, "automations", automation.name, "note")),
        ]
        for automation in automations
    ]
    columns = ("When a lead", "What is done", "Automation", "Why")
    return "\n\n".join(("## What happens by itself", table(columns, rows)))


def _done(action: Action) -> str:
    match action:
        case SetTags(tags):
            return f"set the tag {listed([_tag(name, value) for name, value in tags])}"
        case AssignInTurn(owners):
            return f"give it in turn to {listed([plain(owner) for owner in owners])}"
        case AssignBy(by, owners, other):
            who = [f"{plain(value)} to {plain(owner)}" for value, owner in owners]
            rest = f", others to {plain(other)}" if other is not None else ""
            return f"give it by {plain(in_words(by))}: {listed(who)}{rest}"
        case Offer():
            return "offer it to sales"
        case Send(kind, output):
            return _SENT[kind].format(output=code(output))


def _tag(name: str, value: str) -> str:
    return f"{code(name)} to {'the date of that day' if value == 'today' else plain(value)}"


def _reviews(audits: tuple[Audit, ...]) -> str:
    rows = [
        [
            code(audit.name),
            plain(audit.kind),
            _audited(audit),
            code(audit.metric.text),
            _benchmark(audit.benchmark, audit.metric.figure),
            _day(audit.started),
            _day(audit.review_by),
            plain(audit.note),
        ]
        for audit in audits
    ]
    if not rows:
        return ""
    columns = (
        *("Audit", "Kind", "Of", "Figure", "Before", "Since", "Review by", "What to look at"),
    )
    return "\n\n".join(("## What is reviewed", table(columns, rows)))


def _audited(audit: Audit) -> str:
    """Return what an audit is about: a program or a score by name, assets by their condition."""
    parts = [plain(audit.program or audit.score or "")]
    if audit.group is not None:
        parts.append(condition_in_words(audit.group))
    return ", ".join(part for part in parts if part)


def _benchmark(benchmark: Benchmark | None, followed: m.Figure) -> str:
    """Return the benchmark: the figure where one is written, or by what it is measured."""
    if benchmark is None:
        return ""
    parts = [code(benchmark.metric.text) if benchmark.metric is not None else "the same figure"]
    if benchmark.value is not None:
        share = isinstance(followed, m.Rate | m.Acceptance)
        value = benchmark.value
        parts = [f"{figure(round(value * 100, 9))}%" if share else figure(value)]
    if benchmark.measured is not None:
        parts.append(f"{benchmark.measured[0]} to {benchmark.measured[1]}")
    return ", ".join(parts)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _owners(ruleset: Ruleset, document: Document) -> str:
    owned: dict[str, list[str]] = {}
    for what, owner in _owned(ruleset, document):
        if owner:
            owned.setdefault(owner, []).append(what)
    rows = [[plain(owner), ", ".join(owned[owner])] for owner in sorted(owned)]
    return "\n\n".join(("## Who answers for what", table(("Who", "What"), rows))) if rows else ""


def _owned(ruleset: Ruleset, document: Document) -> list[tuple[str, str]]:
    """Return everything that can have an owner, each with the one it has."""
    found = []
    for score in ruleset.scores:
        found.append((f"score {code(score.name)}", score.owner))
        for rule in getattr(score, "rules", ()):
            found.append((f"rule {code(f'{score.name}.{rule.head.name}')}", rule.head.owner))
    for name in keys_under(document, "automations"):
        owner = remark(document, "automations", name, "owner")
        found.append((f"automation {code(name)}", owner))
    found += [(f"audit {code(audit.name)}", audit.owner) for audit in ruleset.audits]
    return found
