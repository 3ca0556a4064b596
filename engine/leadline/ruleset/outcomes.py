"""What follows from scores: account scores, segments and automations."""

from __future__ import annotations

import re
from typing import Literal, cast

from leadline.diagnostic import did_you_mean
from leadline.document.values import Entry, Mapping, Sequence
from leadline.expression.catalog import Type
from leadline.expression.parse import (
    parse_combine,
    parse_committee,
    parse_expression,
)
from leadline.expression.types import resolve_any
from leadline.ruleset import codes
from leadline.ruleset.actions import read_actions
from leadline.ruleset.model import (
    AccountScore,
    Automation,
    Score,
    Segment,
    Stages,
    Weight,
)
from leadline.ruleset.reader import Reader
from leadline.ruleset.scores import known_score
from leadline.ruleset.stages import read_account_stages


def read_accounts(
    reader: Reader, ruleset: Mapping, scores: tuple[Score, ...]
) -> tuple[AccountScore, ...]:
    """Read the scores of accounts."""
    mapping = reader.mapping(ruleset, "accounts")
    reader.apart(mapping.entries if mapping else (), "account scores")
    accounts: list[AccountScore] = []
    for entry in mapping.entries if mapping else ():
        if isinstance(entry.value, Mapping):
            account = _account(reader, entry, entry.value, scores)
            accounts += [account] if account else []
    return tuple(accounts)


def _account(
    reader: Reader, entry: Entry, body: Mapping, scores: tuple[Score, ...]
) -> AccountScore | None:
    of = reader.scalar(body, "of")
    known = of is not None and known_score(reader, of.text, of.place)
    combine = reader.phrase(body, "combine", parse_combine)
    scope = reader.of_leads(f"`only` of the account score `{entry.key.text}`")
    only = reader.expression(body, "only", scope, Type.TRUTH)
    weight = _weight(reader, body)
    committee = reader.phrase(body, "committee", parse_committee)
    score = next((s for s in scores if of and s.name == of.text), None)
    stages = read_account_stages(reader, entry.key.text, body, score)
    if of is None or not known or combine is None:
        return None
    return AccountScore(
        name=entry.key.text,
        of=of.text,
        combine=combine,
        include_zero=reader.truth(body, "include_zero", False),
        weight=weight,
        only=only,
        committee=committee,
        stages=stages,
        place=entry.key.place,
    )


def _weight(reader: Reader, body: Mapping) -> Weight | None:
    mapping = reader.mapping(body, "weight")
    values = reader.mapping(mapping, "values") if mapping else None
    scalar = reader.scalar(mapping, "field") if mapping else None
    if mapping is None or values is None or scalar is None:
        return None
    node = reader.parsed(scalar, parse_expression)
    if node is None:
        return None
    field = reader.checked(resolve_any(node, reader.of_leads("`weight`")))
    if field is None:
        return None
    weights = [(e.key.text, reader.number(values, e.key.text)) for e in values.entries]
    other = reader.number(mapping, "other")
    return Weight(
        field,
        tuple((value, weight) for value, weight in weights if weight is not None),
        1.0 if other is None else other,
    )


def read_segments(reader: Reader, ruleset: Mapping) -> tuple[Segment, ...]:
    """Read the segments."""
    mapping = reader.mapping(ruleset, "segments")
    reader.apart(mapping.entries if mapping else (), "segments")
    segments: list[Segment] = []
    told = (("stages", "stage"), ("matrix", "matrix"))
    model = tuple(name for key, name in told if ruleset.get(key))
    for entry in mapping.entries if mapping else ():
        name = entry.key.text
        scope = reader.of_scores(f"the segment `{name}`", segments=True, model=model)
        if mapping is not None:
            when = reader.expression(mapping, name, scope, Type.TRUTH)
            segments += [Segment(name, when, entry.key.place)] if when is not None else []
    return tuple(segments)


def read_automations(
    reader: Reader, ruleset: Mapping, stages: Stages | None
) -> tuple[Automation, ...]:
    """Read the automations."""
    subjects = _subjects(ruleset, stages)
    mapping = reader.mapping(ruleset, "automations")
    reader.apart(mapping.entries if mapping else (), "automations")
    found: list[Automation] = []
    for entry in mapping.entries if mapping else ():
        if isinstance(entry.value, Mapping):
            automation = _automation(reader, entry, entry.value, subjects)
            found += [automation] if automation else []
    return tuple(found)


def tags_set(reader: Reader, ruleset: Mapping) -> tuple[str, ...]:
    """Return the tags that automations set, as written."""
    automations = reader.mapping(ruleset, "automations")
    bodies = [entry.value for entry in automations.entries] if automations else []
    lists = [body.get("do") for body in bodies if isinstance(body, Mapping)]
    items = [i for do in lists if do and isinstance(do.value, Sequence) for i in do.value.items]
    tags = [reader.mapping(item, "tag") for item in items if isinstance(item, Mapping)]
    return tuple(name for mapping in tags if mapping for name in mapping.keys)


def _subjects(ruleset: Mapping, stages: Stages | None) -> tuple[str, ...] | None:
    """Return what can be entered, or None where mistakes leave that unknown."""
    segments = ruleset.get("segments")
    if segments and not isinstance(segments.value, Mapping):
        return None
    if ruleset.get("stages") and (stages is None or not stages.steps):
        return None
    names = segments.value.keys if segments and isinstance(segments.value, Mapping) else ()
    return (*names, *dict.fromkeys(step.name for step in (stages.steps if stages else ())))


def _automation(
    reader: Reader, entry: Entry, body: Mapping, subjects: tuple[str, ...] | None
) -> Automation | None:
    when = reader.scalar(body, "when")
    match = re.fullmatch(r"(enters|leaves)\s+(\w+)", when.text.strip()) if when else None
    actions = read_actions(reader, body)
    if when is None:
        return None
    if match is None:
        reader.say(
            codes.UNKNOWN_ENTRY,
            f"`{when.text}` is no entry",
            when.place,
            "write `enters NAME` or `leaves NAME` of a segment or stage",
        )
        return None
    edge, subject = match.groups()
    if subjects is None:
        return None
    place = when.span(when.text.index(subject, len(edge)), len(when.text.rstrip()))
    if subject not in subjects:
        reader.say(
            codes.UNKNOWN_ENTRY,
            f"no segment or stage is called `{subject}`",
            place,
            did_you_mean(subject, subjects) or "the ruleset has no `segments:` and no `stages:`",
        )
    elif subjects.count(subject) > 1:
        reader.say(
            codes.SAME_NAME,
            f"`{subject}` is a segment and a stage: which of them is meant?",
            place,
            "rename one of them",
        )
    return Automation(
        entry.key.text,
        cast('Literal["enters", "leaves"]', edge),
        subject,
        actions,
        reader.truth(body, "enabled", True),
        entry.key.place,
    )
