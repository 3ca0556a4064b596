"""What is to be reviewed, as people, programs and pull requests read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadline.audit.due import Decisions, Due
from leadline.diagnostic import Code, Diagnostic, Severity
from leadline.report.listing import Listing

#: What is said about a program, as annotations name it.
OVERDUE = Code("LL400", "audit-overdue", Severity.ERROR)
REFUSED = Code("LL401", "audit-now", Severity.ERROR)
SOON = Code("LL402", "audit-due-soon", Severity.NOTE)
NOT_PLANNED = Code("LL403", "audit-not-planned", Severity.NOTE)

_NEVER = "never"
#: How many reasons of refusals people are told.
_MOST_REASONS = 5
_EMPTY = "no program is to be reviewed: the rulesets have no `audits:`"

#: A model's name and how each of its programs stands.
Models = Sequence[tuple[str, Sequence[Due]]]

_COLUMNS = (
    "model",
    "program",
    "kind",
    "owner",
    "state",
    "due",
    "days",
    "missed",
    "last_review",
    "decided",
    "refused",
    "reasons",
    "why",
)


def due_table(models: Models) -> Listing:
    """Return how programs stand, for people: what presses most comes first."""
    rows = [
        (
            *((model,) if len(models) > 1 else ()),
            due.audit.name,
            due.audit.kind,
            state_in_words(due),
            due.on,
            due.last or _NEVER,
            "; ".join(reasons_in_words(due)),
        )
        for model, due in _pressing_first(models)
    ]
    columns = (
        *(("model",) if len(models) > 1 else ()),
        "program",
        "kind",
        "review",
        "planned for",
        "last review",
        "why",
    )
    return Listing(columns, rows, below=(("", ("why",)),), empty=_EMPTY)


def due_list(models: Models) -> Listing:
    """Return how programs stand, for programs: a row a program, in the order of the rulesets."""
    return Listing(
        _COLUMNS, [_record(model, due) for model, all_ in models for due in all_], empty=_EMPTY
    )


def _record(model: str, due: Due) -> tuple[object, ...]:
    found = due.decisions
    return (
        model,
        due.audit.name,
        due.audit.kind,
        due.audit.owner or None,
        due.state,
        due.on,
        due.days,
        due.missed,
        due.last,
        found.decided if found is not None else None,
        found.refused if found is not None else None,
        _listed(found) if found is not None and found.refused else None,
        "; ".join(reasons_in_words(due)) or None,
    )


def due_findings(models: Models) -> tuple[Diagnostic, ...]:
    """Return what is to be done as findings, each at its program in the file."""
    return tuple(
        finding for _, all_ in models for due in all_ if (finding := _finding(due)) is not None
    )


def _finding(due: Due) -> Diagnostic | None:
    kinds = {
        "review now": REFUSED,
        "overdue": OVERDUE,
        "due soon": SOON,
        "not planned": NOT_PLANNED,
    }
    kind = kinds.get(due.state)
    if kind is None:
        return None
    name = due.audit.name
    hint = f"`leadline audit record {name} --note TEXT` records a review"
    message = f"`{name}` ({due.audit.kind}): {state_in_words(due)}"
    if due.on is not None and due.state != "review now":
        message += f", planned for {due.on}"
    return Diagnostic(
        kind,
        message,
        due.audit.place,
        "" if due.state == "not planned" else hint,
        tuple(reasons_in_words(due)),
    )


def state_in_words(due: Due) -> str:
    """Return what is to be done: ``overdue by 12 days``, ``due in 3 days``, ``review now``."""
    match due.state:
        case "overdue":
            return f"overdue by {_days(-(due.days or 0))}"
        case "due soon":
            return "due today" if due.days == 0 else f"due in {_days(due.days or 0)}"
        case "later":
            return f"in {_days(due.days or 0)}"
        case _:
            return due.state


def reasons_in_words(due: Due) -> Iterable[str]:
    """Yield why a program is to be reviewed, or why nothing is planned, without full stops."""
    if due.decisions is not None and due.decisions.refused:
        yield _refusals(due.decisions)
    if due.missed > 1:
        since = "since the last one" if due.last is not None else "and none was recorded"
        yield f"{due.missed} planned reviews have passed {since}"
    elif due.state == "review now" and due.missed:
        yield f"the review planned for {due.on} has passed, too"
    if due.reason:
        yield due.reason


def _refusals(found: Decisions) -> str:
    decided = f"{found.decided:,} hand-over{'s' * (found.decided != 1)}"
    said = f"sales refused {found.refused:,} of the {decided} it decided since {found.begin}"
    return f"{said}: {_listed(found)}" if found.mostly_refused else said


def _listed(found: Decisions) -> str:
    shown = [f"{reason} {times:,}" for reason, times in found.reasons[:_MOST_REASONS]]
    rest = sum(times for _, times in found.reasons[_MOST_REASONS:])
    return ", ".join([*shown, *([f"other reasons {rest:,}"] if rest else [])])


def _days(many: int) -> str:
    return "1 day" if many == 1 else f"{many:,} days"


def _pressing_first(models: Models) -> list[tuple[str, Due]]:
    order = ("review now", "overdue", "due soon", "not planned", "later")
    every = [(model, due) for model, all_ in models for due in all_]
    return sorted(every, key=lambda one: (order.index(one[1].state), one[1].days or 0))


def summary(models: Models) -> str:
    """Return how many programs are in each state, on one line."""
    words = {
        "review now": "to be reviewed now",
        "overdue": "overdue",
        "due soon": "due soon",
        "later": "later",
        "not planned": "not planned",
    }
    states = [due.state for _, all_ in models for due in all_]
    counted = [f"{states.count(state)} {said}" for state, said in words.items() if state in states]
    many = "1 program" if len(states) == 1 else f"{len(states)} programs"
    return f"{many}: {', '.join(counted)}" if states else "no programs"
