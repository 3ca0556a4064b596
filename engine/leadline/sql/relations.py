"""Small phrases that many steps share: keys, days, caps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from leadline.plan.caps import BILLION, members_of
from leadline.plan.clock import Midnight, Offset
from leadline.plan.steps import Match
from leadline.ruleset.model import Decay, EventRule, Group, Rule, Window
from leadline.sql import quote
from leadline.sql.expression import Writer

#: What an id of a view has behind that of its lead: a control character that no id of the data has.
VIEW_MARK = "chr(31)"


def keys(keyed: bool, table: str = "") -> list[str]:
    """Return the columns that tell one score value from another."""
    prefix = f"{table}." if table else ""
    return [f"{prefix}lead_id"] + ([f'{prefix}"per"'] if keyed else [])


def kept(name: str, rows: str) -> str:
    """Return the statement that keeps the rows of a SELECT as a relation."""
    return f"CREATE OR REPLACE TEMP TABLE {quote.name(name)} AS {rows}"


def listed(columns: Iterable[str], indent: int = 2) -> str:
    """Return columns of a SELECT, one a line."""
    return (",\n" + " " * indent).join(columns)


def local_day(instant: str, offsets: Sequence[Offset]) -> str:
    """Return the SQL of the day of a UTC instant, by the timezone's table of offsets."""
    return f"CAST({_shifted(instant, offsets)} AS DATE)"


def _shifted(instant: str, offsets: Sequence[Offset]) -> str:
    if len(offsets) == 1 and not offsets[0].seconds:
        return instant
    seconds = choice(instant, [(instant_of(o.since), str(o.seconds)) for o in offsets])
    return f"{instant} + to_seconds({seconds})"


def instant_of(since: datetime | None) -> str:
    """Return the literal of where a span of time begins; nothing where it has no beginning."""
    return quote.instant(since) if since is not None else ""


def midnight(day: str, midnights: Sequence[Midnight]) -> str:
    """Return the SQL of the instant (UTC) at which a day begins, by the timezone's table."""
    begins = f"CAST({day} AS TIMESTAMP)"
    if len(midnights) == 1 and not midnights[0].seconds:
        return begins
    spans = [(quote.day(m.since) if m.since is not None else "", str(m.seconds)) for m in midnights]
    return f"{begins} - to_seconds({choice(day, spans)})"


def choice(value: str, spans: Sequence[tuple[str, str]]) -> str:
    """Return what holds for a value: a balanced CASE, so that it is compared log2(spans) times.

    Args:
        value: what is compared.
        spans: (literal from which on, what holds), in order; the first literal is not read.
    """
    if len(spans) == 1:
        return spans[0][1]
    middle = len(spans) // 2
    early, late = choice(value, spans[:middle]), choice(value, spans[middle:])
    return f"CASE WHEN {value} < {spans[middle][0]} THEN {early} ELSE {late} END"


def matched(match: Match, writer: Writer) -> str:
    """Return the condition of a rule's matching events."""
    terms = [types(match.events)]
    if match.since:
        terms.append(f"day >= {quote.day(match.since)}")
    if match.until:
        terms.append(f"day <= {quote.day(match.until)}")
    if match.where is not None:
        terms.append(f"({writer.condition(match.where)})")
    return " AND ".join(terms)


def types(events: Sequence[str]) -> str:
    """Return the condition of an event's type."""
    if len(events) == 1:
        return f'"type" = {quote.text(events[0])}'
    return f'"type" IN ({", ".join(map(quote.text, events))})'


def window(window_: Window, writer: Writer) -> list[str]:
    """Return what a window partitions a lead's events by."""
    match window_.kind:
        case "ever":
            return []
        case "day":
            return ["day"]
        case "week":
            return ["day - (isodow(day) - 1)::INTEGER"]
        case "month":
            return ["year(day)", "month(day)"]
        case "visit":
            return ['"visit_id"', '"found visit"']
        case "field":
            assert window_.key is not None  # noqa: S101 - a field window has its field
            return [writer.value(window_.key)]


def decay_column(decay: Decay) -> str:
    """Return the column of a decay in the table of age factors."""
    match decay.kind:
        case "steps":
            kind = "compound" if decay.compound else "steps"
            return f"{kind} {decay.share * 100:g}% every {decay.days} days"
        case _ if decay.settings:
            return f"{decay.kind} {decay.settings}"
        case _:
            return f"{decay.kind} {decay.days} days"


def age(today: str) -> str:
    """Return the SQL of the age of ``day`` in whole days."""
    return f"{today} - day"


def dated_value(instant: str) -> str:
    """Return what the latest value of a field is the greatest of.

    Of several values of one instant the greatest counts, and any counts before a missing one.
    """
    return f"{{'at': {instant}, 'given': value IS NOT NULL, 'value': value}}"


def capped(value: str, minimum: float | None, maximum: float | None) -> str:
    """Return a value in billionths held to bounds in points."""
    if maximum is not None:
        value = f"least({value}, {quote.points(maximum)})"
    if minimum is not None:
        value = f"greatest({value}, {quote.points(minimum)})"
    return value


def summed(score: str, rules: Sequence[Rule], groups: Sequence[Group], suffix: str = "") -> str:
    """Return the sum of the rules' columns, each group held to its cap."""

    def column_of(rule: Rule) -> str:
        # What has no decay has no second column.
        own = suffix if isinstance(rule, EventRule) and not rule.bands else ""
        return quote.name(f"{score}.{rule.head.name}{own}")

    terms = [column_of(rule) for rule in rules if rule.head.group is None]
    for group in groups:
        members = [column_of(rule) for rule in members_of(group, tuple(rules))]
        if members:
            terms.append(capped(total(members), group.minimum, group.maximum))
    return total(terms)


def total(terms: Sequence[str]) -> str:
    """Return a sum; a long one in balanced parentheses, which parsers take at any length."""
    if not terms:
        return "0"
    if len(terms) <= 20:
        return " + ".join(terms) if len(terms) == 1 else f"({' + '.join(terms)})"
    middle = len(terms) // 2
    return f"({total(terms[:middle])} + {total(terms[middle:])})"


def usable(points: str) -> str:
    """Return points in whole billionths; missing, NaN, infinite or beyond a million is NULL."""
    value = f"CASE WHEN abs({points}) <= 1000000 THEN {points} END"
    return f"CAST(round({value} * 1e9) AS BIGINT)"


def in_points(value: str) -> str:
    """Return whole billionths as points rounded to 4 decimals, half away from zero."""
    step = BILLION // 10_000
    rounded = f"sign({value}) * ((abs({value}) + {step // 2}) // {step})"
    return f"CAST({rounded} AS DOUBLE) / 10000"


def rounded_points(value: str) -> str:
    """Return billionths that are a DOUBLE as points rounded to 4 decimals, half away from zero.

    Whole numbers are exact in a DOUBLE up to nine million points, and so is where their halves
    lie. Adding zero takes the sign off a zero.
    """
    return f"round(({value}) / 100000) / 10000 + 0.0"
