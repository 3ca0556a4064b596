"""Document to ruleset: every mistake at once, every name resolved."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from leadline.diagnostic import Diagnostic, Severity, did_you_mean, in_order, nearest
from leadline.document.values import Document, Mapping, Scalar
from leadline.expression.catalog import Catalog, Type
from leadline.expression.codes import DEFINE_CYCLE
from leadline.expression.defines import define_circles
from leadline.expression.parse import parse_expression, parse_seconds
from leadline.expression.patterns import pattern_error
from leadline.ruleset import codes
from leadline.ruleset.audit_keys import AUDITS_SCHEMA
from leadline.ruleset.audit_reader import read_audits
from leadline.ruleset.audits import Audit
from leadline.ruleset.extensions import NO_EXTENSIONS, Extensions
from leadline.ruleset.model import Ruleset
from leadline.ruleset.named import grade_of, named_values
from leadline.ruleset.outcomes import (
    read_accounts,
    read_automations,
    read_segments,
    tags_set,
)
from leadline.ruleset.reader import Reader
from leadline.ruleset.scores import read_matrix, read_scores
from leadline.ruleset.stages import read_stages
from leadline.ruleset.validate import validate

#: Half an hour without an event ends a visit.
VISIT_GAP = 1_800


@dataclass(frozen=True, slots=True)
class Built:
    """A ruleset and what is to be said about it; None where there are errors."""

    ruleset: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class BuiltAudits:
    """The audits of a file of their own, and what is to be said about it."""

    audits: tuple[Audit, ...]
    diagnostics: tuple[Diagnostic, ...]


def build(
    document: Document,
    catalog: Catalog | None = None,
    extensions: Extensions = NO_EXTENSIONS,
    pattern_error: Callable[[str], str | None] = pattern_error,
) -> Built:
    """Build the ruleset of a document.

    Args:
        document: the file as loaded.
        catalog: the columns of the data; None leaves names and column types unchecked.
        extensions: what plugins add to the language.
        pattern_error: says what is wrong with a pattern of ``matches``, or None; an engine's own
            word, where one is at hand.

    Returns:
        The ruleset, or every mistake in it.
    """
    reader = Reader(catalog, extensions, pattern_error)
    reader.diagnostics.extend(validate(document, extensions.schema()))
    root = document.root
    if not isinstance(root, Mapping):
        return Built(None, in_order(reader.diagnostics))
    ruleset = _read(reader, document, root)
    diagnostics = in_order(reader.diagnostics)
    wrong = any(found.severity is Severity.ERROR for found in diagnostics)
    return Built(None if wrong else ruleset, diagnostics)


def build_audits(
    document: Document,
    beside: Document,
    catalog: Catalog | None = None,
    extensions: Extensions = NO_EXTENSIONS,
    pattern_error: Callable[[str], str | None] = pattern_error,
) -> BuiltAudits:
    """Build the audits of a file of their own.

    Args:
        document: the file of audits as loaded.
        beside: the ruleset that it stands beside: its defines and scores are known, and its audits
            have names that cannot be taken again.
        catalog: the columns of the data, or None.
        extensions: what plugins add to the language.
        pattern_error: says what is wrong with a pattern, or None.

    Returns:
        The audits, or every mistake in the file; those of the ruleset are left to :func:`build`.
    """
    reader = Reader(catalog, extensions, pattern_error)
    _read(reader, beside, beside.root)
    reader.diagnostics = [*validate(document, AUDITS_SCHEMA, "the file")]
    audits = read_audits(reader, document.root)
    taken = [mapping.entries for file in (beside, document) if (mapping := _audits(reader, file))]
    reader.apart((entry for entries in taken for entry in entries), "audits")
    # A define that does not fit here is pointed at where it stands, in the ruleset.
    diagnostics = in_order(reader.diagnostics)
    return BuiltAudits(audits, diagnostics)


def _audits(reader: Reader, document: Document) -> Mapping | None:
    return reader.mapping(document.root, "audits")


def _read(reader: Reader, document: Document, root: Mapping) -> Ruleset:
    reader.set_tags = tags_set(reader, root)
    _read_defines(reader, root)
    leads = reader.expression(root, "leads", reader.of_leads("`leads`"), Type.TRUTH)
    ignore = reader.expression(
        root, "ignore", reader.of_events("`ignore`", counts=False), Type.TRUTH
    )
    scores = read_scores(reader, root)
    stages = read_stages(reader, root, scores)
    matrix = read_matrix(reader, root, scores)
    # The letters of a grade are known as written, also where something is wrong with a bound.
    letters = {grade_of(name): found for name, found in reader.letters.items()}
    reader.named = {**named_values(scores, stages, matrix), **letters}
    segments = read_segments(reader, root)
    return Ruleset(
        model=reader.text(root, "model"),
        timezone=_timezone(reader, root),
        visit_gap=reader.phrase(root, "visit_gap", parse_seconds) or VISIT_GAP,
        leads=leads,
        ignore=ignore,
        scores=scores,
        matrix=matrix,
        accounts=read_accounts(reader, root, scores),
        stages=stages,
        segments=segments,
        automations=read_automations(reader, root, stages),
        note=reader.text(root, "note"),
        file=document.file,
        sha256=hashlib.sha256(document.text.encode()).hexdigest(),
        audits=read_audits(reader, root),
    )


def _read_defines(reader: Reader, root: Mapping) -> None:
    mapping = reader.mapping(root, "define")
    entries = mapping.entries if mapping else ()
    for entry in entries:
        if isinstance(entry.value, Scalar):
            node = reader.parsed(entry.value, parse_expression)
            if node is not None:
                reader.defines[entry.key.text] = node
    circles = define_circles(reader.defines)
    broken = {entry.key.text for entry in entries if entry.key.text not in reader.defines}
    reader.broken = frozenset(broken.union(*circles))
    for circle in circles:
        first = next(entry for entry in entries if entry.key.text == circle[0])
        message = f"`{circle[0]}` is defined by itself: {' -> '.join(circle)}"
        hint = "write out what one of them means"
        reader.say(DEFINE_CYCLE, message, first.value.place, hint)


@cache
def _timezones() -> frozenset[str]:
    """Return the names of all timezones; finding them reads hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def _timezone(reader: Reader, root: Mapping) -> str:
    scalar = reader.scalar(root, "timezone")
    if scalar is None:
        return "UTC"
    known = _timezones()
    if scalar.text in known:
        return scalar.text
    close = nearest(scalar.text, known)
    reader.say(
        codes.UNKNOWN_TIMEZONE,
        f"no timezone is called `{scalar.text}`",
        scalar.place,
        did_you_mean(scalar.text, known)
        if close
        else "write a name of the IANA list, such as `Europe/Berlin`",
    )
    return "UTC"
