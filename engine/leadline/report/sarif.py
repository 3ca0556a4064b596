"""Diagnostics as SARIF 2.1.0, the format of code scanning."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import quote

from leadline import __version__
from leadline.diagnostic import Code, Diagnostic, Edit, Place, Severity, in_order
from leadline.report.pages import page

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_ROOT = "%SRCROOT%"


def sarif(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    """Print diagnostics as one SARIF log with one run.

    Args:
        diagnostics: in any order; their files named from the root of the repository.
        texts: the text of each such file. A fingerprint is made of what a finding is about and
            never of its line, so that an alert stays the same one where lines move.
    """
    found = in_order(diagnostics)
    codes = {diagnostic.code: diagnostic.kind for diagnostic in found}
    order = {code: number for number, code in enumerate(sorted(codes))}
    prints = _fingerprints(found, texts)
    rules: list[Json] = [_rule(codes[code]) for code in order]
    results: list[Json] = [
        _result(diagnostic, order[diagnostic.code], print_)
        for diagnostic, print_ in zip(found, prints, strict=True)
    ]
    driver: dict[str, Json] = {"name": "leadline", "version": __version__, "rules": rules}
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log: dict[str, Json] = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(kind: Code) -> Json:
    rule: dict[str, Json] = {
        "id": kind.code,
        "name": kind.name,
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
    }
    described = page(kind.code)
    if described is None:
        return rule | {"shortDescription": {"text": kind.name}}
    return rule | {
        "shortDescription": {"text": f"{kind.name.replace('-', ' ')}"},
        "fullDescription": {"text": described.summary},
        "help": {"text": described.body, "markdown": described.body},
    }


def _result(diagnostic: Diagnostic, rule: int, fingerprint: str) -> Json:
    said = [diagnostic.message, *([f"help: {diagnostic.hint}"] if diagnostic.hint else [])]
    said += [f"note: {note}" for note in diagnostic.notes]
    result: dict[str, Json] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(said)},
        "partialFingerprints": {"leadlineFinding/v1": fingerprint},
    }
    if diagnostic.place is not None:
        location: Json = {
            "artifactLocation": _artifact(diagnostic.place.file),
            "region": _region(diagnostic.place),
        }
        result["locations"] = [{"physicalLocation": location}]
    if diagnostic.fix is not None and diagnostic.place is not None:
        file = diagnostic.place.file
        replacements: list[Json] = [_replacement(edit) for edit in diagnostic.fix.edits]
        change: Json = {"artifactLocation": _artifact(file), "replacements": replacements}
        result["fixes"] = [
            {"description": {"text": diagnostic.fix.title}, "artifactChanges": [change]}
        ]
    return result


def _artifact(file: str) -> Json:
    # A name need not be UTF-8; its bytes are.
    uri = quote(os.fsencode(file))
    if uri.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": _ROOT}


def _region(place: Place) -> Json:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _replacement(edit: Edit) -> Json:
    return {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}


def _fingerprints(found: tuple[Diagnostic, ...], texts: Mapping[str, str]) -> list[str]:
    """Return a fingerprint each; equal findings of a file are told apart by their order."""
    lines = {file: text.split("\n") for file, text in texts.items()}
    seen: Counter[tuple[str, ...]] = Counter()
    prints: list[str] = []
    for diagnostic in found:
        place = diagnostic.place
        of_file = lines.get(place.file, []) if place else []
        there = place is not None and place.line <= len(of_file)
        line = of_file[place.line - 1].strip() if place is not None and there else ""
        what = (diagnostic.code, place.file if place else "", diagnostic.message, line)
        seen[what] += 1
        whole = "\0".join((*what, str(seen[what])))
        prints.append(hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:32])
    return prints
