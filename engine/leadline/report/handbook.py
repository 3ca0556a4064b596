"""The handbook page of a ruleset, for people who never read YAML."""

from __future__ import annotations

from pathlib import PurePath

from leadline.document import Document
from leadline.report.glossary import words_used
from leadline.report.handbook_outcomes import outcome_sections
from leadline.report.markdown import anchor, code, plain, table
from leadline.report.phrases import counted, figure, in_words, listed
from leadline.report.remarks import remark
from leadline.report.words import (
    caps_in_words,
    condition_in_words,
    dates_in_words,
    decay_in_words,
    limits_in_words,
    points_in_words,
    reset_in_words,
    score_decay_in_words,
    trigger_in_words,
)
from leadline.ruleset.model import (
    Decay,
    EventRule,
    FormulaScore,
    Group,
    Idle,
    Inactivity,
    Rule,
    RuleScore,
    Ruleset,
    Score,
)

_SECTIONS = {
    "actions": ("Actions", "What counts"),
    "behaviours": ("Behaviours", "What counts"),
    "facts": ("Facts", "While this is true"),
}


def handbook(ruleset: Ruleset, document: Document) -> str:
    """Write the page: what is scored, how, what follows from it, who answers for what.

    Args:
        ruleset: the model.
        document: the file it was built from; has the notes that mean nothing to a score.

    Returns:
        Markdown that the same file always gives.
    """
    sections = [
        _head(ruleset),
        _at_a_glance(ruleset),
        *(_score(score, document) for score in ruleset.scores),
        *outcome_sections(ruleset, document),
        words_used(ruleset),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(ruleset: Ruleset) -> str:
    file = PurePath(ruleset.file).name
    return "\n\n".join(
        part
        for part in (
            f"# How leads are scored: {plain(ruleset.model)}",
            plain(ruleset.note),
            f"*Written by `leadline docs` from {code(file)}: to change a rule, change it there. "
            f"Days are those of {plain(ruleset.timezone)}.*",
        )
        if part
    )


def _at_a_glance(ruleset: Ruleset) -> str:
    who = "every lead"
    if ruleset.leads is not None:
        who = f"each lead for which {condition_in_words(ruleset.leads)}"
    lines = [f"**Who is scored:** {plain(who)}."]
    if ruleset.ignore is not None:
        lines.append(
            "**What never counts:** "
            f"{plain(f'an event where {condition_in_words(ruleset.ignore)}')}."
        )
    rows = [
        [
            f"[{code(score.name)}]({anchor(_title(score))})",
            plain(score.note),
            _range(score),
            figure(score.sales_ready) if score.sales_ready is not None else "",
        ]
        for score in ruleset.scores
    ]
    scores = table(("Score", "What it says", "Range", "Ready for sales at"), rows)
    return "\n\n".join(["## At a glance", *([scores] if rows else []), *lines])


def _title(score: Score) -> str:
    return f"Score {score.name}"


def _range(score: Score) -> str:
    if score.range is None:
        return ""
    return f"{figure(score.range.low)} to {figure(score.range.high)}"


def _score(score: Score, document: Document) -> str:
    parts = [f"## {plain(_title(score))}", plain(score.note)]
    if isinstance(score, FormulaScore):
        parts.append(plain(f"It is worked out from other scores: {in_words(score.formula)}."))
    if isinstance(score, RuleScore) and score.per is not None:
        parts.append(plain(f"A lead has one such score for each {_bare(score)}, side by side."))
    parts.append(_bounds(score))
    if isinstance(score, RuleScore):
        parts += _rules(score, document)
        parts.append(f"**When nothing happens:** {plain(_silence(score))}")
        if score.reset is not None:
            parts.append(f"**Starting anew:** {plain(reset_in_words(score.reset))}.")
    parts.append(_grades(score))
    parts.append(f"**Answers for it:** {plain(score.owner)}." if score.owner else "")
    return "\n\n".join(part for part in parts if part)


def _bare(score: RuleScore) -> str:
    return in_words(score.per).removeprefix("the ") if score.per is not None else ""


def _bounds(score: Score) -> str:
    said = []
    if score.range is not None:
        said.append(
            f"The score is never below {figure(score.range.low)} nor above "
            f"{figure(score.range.high)}."
        )
    if score.sales_ready is not None:
        said.append(f"At {figure(score.sales_ready)} a lead counts as ready for sales.")
    return " ".join(said)


def _rules(score: RuleScore, document: Document) -> list[str]:
    parts = []
    for section, (heading, what) in _SECTIONS.items():
        rules = [rule for rule in score.rules if rule.head.section == section]
        if rules:
            rows = [_row(rule, score) for rule in rules]
            columns = ("Rule", what, "Points", "Limits", "Why", "Answers for it", "Review by")
            parts += [f"### {heading} of {plain(score.name)}", table(columns, rows)]
    shared = [_group(group, score, document) for group in score.groups]
    return parts + [line for line in shared if line]


def _row(rule: Rule, score: RuleScore) -> list[str]:
    return [
        code(rule.head.name),
        plain(trigger_in_words(rule)),
        plain(points_in_words(rule)),
        plain("; ".join(_limits(rule, score))),
        plain(rule.head.note),
        plain(rule.head.owner),
        f"{rule.head.review_by or ''}",
    ]


def _limits(rule: Rule, score: RuleScore) -> list[str]:
    head = rule.head
    said = [] if head.enabled else ["switched off"]
    if isinstance(rule, EventRule):
        said += [limits_in_words(rule)]
        within = counted(rule.within, "day") if rule.within is not None else ""
        said += [f"only events of the last {within} count" if within else ""]
    caps = caps_in_words(head.minimum, head.maximum)
    said += [f"its total is {caps}" if caps else ""]
    said += [f"shares the limit of group {head.group}" if head.group else ""]
    said += [dates_in_words(head.since, head.until)]
    if isinstance(rule, EventRule) and rule.decay is not None:
        own = decay_in_words(rule.decay)
        decays = isinstance(score.decay, Decay) and score.decay.kind != "none"
        said += [own or ("its points do not decay" if decays else "")]
    return [part for part in said if part]


def _group(group: Group, score: RuleScore, document: Document) -> str:
    members = [rule.head.name for rule in score.rules if rule.head.group == group.name]
    caps = caps_in_words(group.minimum, group.maximum)
    if not caps or not members:
        return ""
    who = listed([code(name) for name in members])
    together = "together are" if len(members) > 1 else "is"
    note = remark(document, "scores", score.name, "groups", group.name, "note")
    why = f" {plain(note)}" if note else ""
    return f"**Group {plain(group.name)}:** {who} {together} {caps}.{why}"


def _silence(score: RuleScore) -> str:
    events = [rule for rule in score.rules if isinstance(rule, EventRule)]
    if not events and any(isinstance(rule, Idle) for rule in score.rules):
        return "The score measures just that: see its behaviours."
    if not events:
        return "The score stays as it is; it changes when a fact does."
    said = [score_decay_in_words(score)]
    if isinstance(score.decay, Inactivity):
        said.append("What decay took does not come back.")
    if any(rule.within is not None for rule in events):
        said.append("Rules that count the last days lose an event once it is older.")
    if score.decay != Decay("none") and len(events) < len(score.rules):
        said.append("What is true of the lead does not decay.")
    return " ".join(said)


def _grades(score: Score) -> str:
    if not score.grades:
        return ""
    steps = [f"**{plain(name)}** from {figure(bound)}" for name, bound in score.grades]
    return f"**Grades:** {listed(steps)}. The first that the score reaches is the lead's grade."
