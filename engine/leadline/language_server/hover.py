"""What is said about the thing under the cursor, as Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field

from leadline.diagnostic import Place
from leadline.document import Document, Mapping, Scalar, Value
from leadline.language_server.completion import says_of, shape_of
from leadline.language_server.elements import Element, element_at
from leadline.language_server.expression_hover import expression_hover, score_at
from leadline.language_server.figures import DAYS, NO_RULES, Matched, RuleFigures
from leadline.language_server.names import Mention, Name, mention_in
from leadline.language_server.roles import is_rule, role_of, schema_at
from leadline.language_server.spot import Path
from leadline.language_server.vocabulary import Vocabulary
from leadline.report.words import condition_in_words, in_words, rule_in_words
from leadline.ruleset.model import FormulaScore, Rule, RuleScore, Ruleset, Score
from leadline.ruleset.schema import RULESET_SCHEMA, Schema


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about a place."""

    says: str
    place: Place


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a ruleset besides its text.

    Attributes:
        words: what may be named.
        ruleset: the ruleset as built; None where it does not compile.
        rules: how often each rule matched.
    """

    words: Vocabulary
    ruleset: Ruleset | None = None
    rules: RuleFigures = field(default_factory=lambda: NO_RULES)


def hover(document: Document, point: Place, known: Known) -> Hover | None:
    """Return what is to be said about the key, name or value at a point of a ruleset."""
    element = element_at(document, point)
    if element is None:
        return None
    if element.is_key and is_rule(element.path):
        return _said(_rule(element.path, known), element.scalar.place)
    mention = mention_in(document, point)
    if mention is not None and (said := _name(mention, document, known)):
        return Hover(said, mention.place)
    if element.is_key:
        return _said(_key(element, RULESET_SCHEMA), element.scalar.place)
    return _value(element, point, document, known)


def hover_key(document: Document, point: Place, schema: Schema) -> Hover | None:
    """Return what a key of another file, such as one of tests, means."""
    element = element_at(document, point)
    if element is None or not element.is_key:
        return None
    return _said(_key(element, schema), element.scalar.place)


def matched_in_words(matched: Matched) -> str:
    """Say how often a rule matched: ``matched 1,204 leads in the last 30 days``."""
    leads = f"{matched.leads:,} lead{'' if matched.leads == 1 else 's'}"
    if matched.events is None:
        return f"true of {leads}"
    return f"matched {leads} in the last {DAYS} days"


def _said(says: str, place: Place) -> Hover | None:
    return Hover(says, place) if says else None


def _key(element: Element, schema: Schema) -> str:
    part = schema_at(schema, element.path)
    if part is None:
        return ""
    says = says_of(part)
    return f"**{element.scalar.text}** ({shape_of(part)})\n\n{says}" if says else ""


def _rule(path: Path, known: Known) -> str:
    found = _find_rule(path, known.ruleset)
    name = str(path[3])
    said = [f"**{name}** (rule of {path[1]})"]
    if found is not None:
        rule, score = found
        said.append(rule_in_words(rule, score))
        said += [rule.head.note] if rule.head.note else []
    matched = known.rules.get((str(path[1]), name))
    if matched is not None:
        said.append(_figures(matched))
    return "\n\n".join(said)


def _figures(matched: Matched) -> str:
    words = matched_in_words(matched)
    words = f"{words[0].upper()}{words[1:]}"
    if matched.events is None:
        return f"{words} at the end of the log."
    events = f"{matched.events:,} event{'' if matched.events == 1 else 's'}"
    return f"{words} of the log ({events})."


def _find_rule(path: Path, ruleset: Ruleset | None) -> tuple[Rule, Score] | None:
    for score in ruleset.scores if ruleset is not None else ():
        if score.name == path[1] and isinstance(score, RuleScore):
            for rule in score.rules:
                if rule.head.name == path[3]:
                    return rule, score
    return None


# Names


def _name(mention: Mention, document: Document, known: Known) -> str:
    name = mention.name
    title = f"**{name.text}** ({name.kind})"
    said = [title, *_about(name, document, known)]
    return "\n\n".join(part for part in said if part)


def _about(name: Name, document: Document, known: Known) -> tuple[str, ...]:
    match name.kind:
        case "score":
            return _score(name.text, known.ruleset)
        case "define":
            return _quoted(_text_at(document, ("define", name.text)))
        case "segment":
            return _segment(name.text, document, known.ruleset)
        case "group":
            return _group(name, known.ruleset)
        case "stage":
            return _stage(name.text, known.ruleset)
        case "rule":
            sections = ("actions", "behaviours", "facts")
            paths = [("scores", name.score, section, name.text) for section in sections]
            path = next((p for p in paths if _find_rule(p, known.ruleset)), paths[0])
            return tuple(_rule(path, known).split("\n\n")[1:])
        case "account" | "automation":
            section = f"{name.kind}s"
            return (_text_at(document, (section, name.text, "note")),)


def _score(name: str, ruleset: Ruleset | None) -> tuple[str, ...]:
    score = next((s for s in ruleset.scores if s.name == name), None) if ruleset else None
    if score is None:
        return ()
    if isinstance(score, FormulaScore):
        made = f"Made of other scores: {in_words(score.formula)}."
    else:
        count = len(score.rules)
        made = f"{count} rule{'' if count == 1 else 's'}."
    ready = ""
    if score.sales_ready is not None:
        ready = f" A lead usually is ready for sales at {score.sales_ready:g}."
    bounds = f" Held to {score.range.low:g} to {score.range.high:g}." if score.range else ""
    return (score.note, made + bounds + ready)


def _segment(name: str, document: Document, ruleset: Ruleset | None) -> tuple[str, ...]:
    found = next((s for s in ruleset.segments if s.name == name), None) if ruleset else None
    words = f"Leads where {condition_in_words(found.when)}." if found is not None else ""
    return (*_quoted(_text_at(document, ("segments", name))), words)


def _group(name: Name, ruleset: Ruleset | None) -> tuple[str, ...]:
    for score in ruleset.scores if ruleset is not None else ():
        if score.name != name.score or not isinstance(score, RuleScore):
            continue
        group = next((g for g in score.groups if g.name == name.text), None)
        rules = [rule.head.name for rule in score.rules if rule.head.group == name.text]
        if group is not None:
            low = f"at least {group.minimum:g}" if group.minimum is not None else ""
            high = f"at most {group.maximum:g}" if group.maximum is not None else ""
            caps = " and ".join(part for part in (low, high) if part) or "nothing"
            return (f"The sum of {', '.join(rules) or 'no rules'} is held to {caps}.",)
    return ()


def _stage(name: str, ruleset: Ruleset | None) -> tuple[str, ...]:
    steps = ruleset.stages.steps if ruleset is not None and ruleset.stages is not None else ()
    step = next((step for step in steps if step.name == name), None)
    if step is None or step.at is None or ruleset is None or ruleset.stages is None:
        return ()
    leave = f"; left below {step.leave_below:g}" if step.leave_below is not None else ""
    return (f"Begins at {step.at:g} of the score {ruleset.stages.source.name}{leave}.",)


def _quoted(text: str) -> tuple[str, ...]:
    return (f"```\n{text}\n```",) if text else ()


def _text_at(document: Document, path: Path) -> str:
    value: Value | None = document.root
    for step in path:
        entry = value.get(str(step)) if isinstance(value, Mapping) else None
        value = entry.value if entry is not None else None
    return value.text if isinstance(value, Scalar) else ""


# Values


def _value(element: Element, point: Place, document: Document, known: Known) -> Hover | None:
    role = role_of(element.path)
    if role is None:
        return None
    if role.kind == "event":
        return _said(_event(element.scalar.text, known.words), element.scalar.place)
    if role.kind == "expression":
        score = score_at(element.scalar, point)
        if score is not None:
            name, place = score
            return Hover(_name(Mention(Name("score", name), place), document, known), place)
        found = expression_hover(element.scalar, point, role.view, known.words)
        return Hover(*found) if found is not None else None
    return None


def _event(name: str, words: Vocabulary) -> str:
    if words.figures is None or words.figures.of("event", "type") is None:
        return ""
    rows = next((v.rows for v in words.figures.event_types if v.text == name), 0)
    many = f"{rows:,} event{'' if rows == 1 else 's'} in the data."
    return f"**{name}** (event type)\n\n{many if rows else 'No event in the data.'}"
