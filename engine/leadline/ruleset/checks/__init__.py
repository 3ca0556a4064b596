"""Findings about a ruleset in itself: one file a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from leadline.diagnostic import Code, Diagnostic, Place, in_order
from leadline.document.values import Document
from leadline.expression.catalog import Catalog
from leadline.ruleset.audits import Audit
from leadline.ruleset.checks import (
    always,
    benchmarks,
    caps,
    dates,
    fading,
    never,
    out_of_reach,
    redundant,
    twice,
    unused,
    video,
)
from leadline.ruleset.checks.subject import Subject
from leadline.ruleset.model import Ruleset

Check = Callable[[Subject], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    never.check,
    always.check,
    redundant.check,
    twice.check,
    caps.check,
    out_of_reach.check,
    fading.check,
    video.check,
    unused.check,
    dates.check,
)
#: What is found about audits, in a ruleset or in the file beside it.
AUDIT_CHECKS: tuple[Check, ...] = (dates.check_audits, benchmarks.check)


def findings(
    ruleset: Ruleset,
    document: Document,
    catalog: Catalog | None,
    today: date,
    beside: Document | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what is found about a ruleset that compiles, in the order of the file.

    Args:
        ruleset: as built.
        document: the file that it was built from.
        catalog: the columns of the data it was built against, or None.
        today: the day on which dates of the ruleset are past or not.
        beside: the file of its audits, where there is one.

    Returns:
        Warnings and notes, each proven: whatever the data holds, it is so.
    """
    subject = Subject(ruleset, document, catalog, today, beside)
    checks = (*CHECKS, *AUDIT_CHECKS)
    return in_order(_once(found for check in checks for found in check(subject)))


def audit_findings(
    audits: tuple[Audit, ...], ruleset: Ruleset, document: Document, today: date
) -> tuple[Diagnostic, ...]:
    """Return what is found about the audits of a file of their own.

    Args:
        audits: as built.
        ruleset: the ruleset that they stand beside.
        document: the file of the audits.
        today: the day on which dates are past or not.
    """
    subject = Subject(replace(ruleset, audits=audits), document, None, today)
    return in_order(found for check in AUDIT_CHECKS for found in check(subject))


def _once(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Say what a define does to several rules once, with a note for each."""
    said: dict[tuple[Code, Place | None, str], Diagnostic] = {}
    for found in diagnostics:
        key = found.kind, found.place, found.message
        before = said.get(key)
        notes = (*(before.notes if before else ()), *found.notes)
        said[key] = replace(before or found, notes=tuple(dict.fromkeys(notes)))
    return tuple(said.values())
