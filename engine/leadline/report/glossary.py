"""The words that a handbook page uses, explained: those of its ruleset only."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.expression import nodes as n
from leadline.report.markdown import plain, table
from leadline.report.phrases import counted, listed
from leadline.ruleset.model import (
    Decay,
    EventRule,
    Inactivity,
    Rule,
    RuleScore,
    Ruleset,
)

_SECTIONS = {
    "actions": ("action", "Something a lead does with what marketing made for it."),
    "behaviours": ("behaviour", "What a lead shows by the way, such as how deep its visits are."),
    "facts": ("fact", "Something true of the lead; its points go when it stops being true."),
}


def words_used(ruleset: Ruleset) -> str:
    """Write the list of the words that the page of a ruleset uses."""
    rows = [[f"**{word}**", plain(meaning)] for word, meaning in sorted(_words(ruleset))]
    return "\n\n".join(("## Words", table(("Word", "What it means"), rows)))


def _words(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    yield "lead", "A person who may buy, known by name or not yet."
    yield from _score_words(ruleset)
    if any(score.sales_ready is not None for score in ruleset.scores):
        yield "ready for sales", "A score at which talking to sales usually makes sense."
    if any(score.grades for score in ruleset.scores):
        yield "grade", "A letter or word for how high a score is."
    if ruleset.matrix is not None:
        yield "matrix", "Two scores in one sign, such as A1: each sign says where a lead stands."
    if ruleset.stages is not None:
        yield "stage", "How far a lead is on its way to a sale."
    if ruleset.segments:
        yield "list", "The leads of which something is true on a date; it is called a segment too."
    if ruleset.accounts:
        yield "account", "A company, with all the leads who work there."
    if any(account.committee for account in ruleset.accounts):
        yield "committee", "Enough interested people of one company to expect a project."
    if ruleset.automations:
        yield "tag", "A word that is kept with a lead, set by a person or by an automation."


def _score_words(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    scores = [score for score in ruleset.scores if isinstance(score, RuleScore)]
    rules = [rule for score in scores for rule in score.rules]
    yield "score", "A number for a lead on a date: the sum of the points that its rules give."
    sections = {rule.head.section for rule in rules}
    for section, (word, meaning) in _SECTIONS.items():
        if section in sections:
            yield word, meaning
    if any(isinstance(rule, EventRule) for rule in rules):
        yield "event", "Something that a lead did, such as viewing a page or sending a form."
    decays = [
        meaning
        for meaning, has in (
            ("points lose as their event grows older", _is_by_age),
            ("a score loses while the lead is not active", _is_by_inactivity),
        )
        if any(has(score.decay) for score in scores)
    ]
    if decays:
        yield "decay", f"What {listed(decays, 'or')}."
    if any(score.groups for score in scores):
        yield "group", "Rules that share one limit."
    if any(_asks_for_assets(rule) for rule in rules):
        yield "asset", "Something we made for leads: a page, a paper, a video, a webinar."
    if any(_counts_visits(rule) for rule in rules):
        pause = counted(round(ruleset.visit_gap / 60, 2), "minute")
        yield "visit", f"What a lead does without a pause of {pause} or more."


def _is_by_age(decay: Decay | Inactivity) -> bool:
    return isinstance(decay, Decay) and decay.kind != "none"


def _is_by_inactivity(decay: Decay | Inactivity) -> bool:
    return isinstance(decay, Inactivity)


def _asks_for_assets(rule: Rule) -> bool:
    asked = [rule.where] if isinstance(rule, EventRule) and rule.where is not None else []
    asked += [rule.points] if rule.points is not None else []
    return any(field.scope == "asset" for node in asked for field in n.fields(node))


def _counts_visits(rule: Rule) -> bool:
    if not isinstance(rule, EventRule):
        return False
    windows = [limit.window for limit in rule.limits]
    windows += [rule.reach.window] if rule.reach is not None else []
    return any(window.kind == "visit" for window in windows)
