"""Findings to print."""

from __future__ import annotations

from leadline.diagnostic import Code, Diagnostic, Edit, Fix, Place, Severity

WARNING = Code("LL151", "dead-event-type", Severity.WARNING)
ERROR = Code("LL050", "unknown-key")
NOTE = Code("LL153", "empty-column", Severity.NOTE)
OWN = Code("naming", "naming", Severity.WARNING)
PLACE = Place("rules/a.yaml", 3, 5, 3, 9)


def finding(
    kind: Code = WARNING,
    message: str = "no event is of type `a`",
    place: Place | None = PLACE,
    *,
    hint: str = "",
    fix: str = "",
) -> Diagnostic:
    """Return a finding."""
    mend = Fix(f"write `{fix}`", (Edit(place, fix),), safe=False) if fix and place else None
    return Diagnostic(kind, message, place, hint, fix=mend)
