"""Diagnostics as annotations of GitHub Actions.

GitHub shows ten of a step and drops the rest without a word, so no more are written, the worst
first, and the last one says how many there are besides.
"""

from __future__ import annotations

from collections.abc import Iterable

from leadline.diagnostic import Diagnostic, Place, Severity, in_order

#: How many annotations GitHub shows of a step.
MOST = 10

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github(diagnostics: Iterable[Diagnostic], full_list: str) -> str:
    """Print at most ten workflow commands, errors first.

    Args:
        diagnostics: in any order; their files named from the root of the repository.
        full_list: where all of them can be read, such as ``in leadline.sarif``.

    Returns:
        Lines, each ended by a line feed; ``""`` where there is nothing to say.
    """
    found = sorted(in_order(diagnostics), key=lambda d: -d.severity)
    shown = found if len(found) <= MOST else found[: MOST - 1]
    lines = [_annotation(diagnostic) for diagnostic in shown]
    if rest := found[len(shown) :]:
        worst = _COMMANDS[max(d.severity for d in rest)]
        said = f"{len(rest)} more findings of {len(found)}; all of them are {full_list}"
        lines.append(f"::{worst} title=leadline::{_message(said)}")
    return "".join(f"{line}\n" for line in lines)


def _annotation(diagnostic: Diagnostic) -> str:
    properties = _place(diagnostic.place) if diagnostic.place is not None else {}
    named = dict.fromkeys((diagnostic.code, diagnostic.name))
    properties["title"] = " ".join(named)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    said = "\n".join(
        [
            diagnostic.message,
            *([f"help: {diagnostic.hint}"] if diagnostic.hint else []),
            *(f"note: {note}" for note in diagnostic.notes),
        ]
    )
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_message(said)}"


def _place(place: Place) -> dict[str, str]:
    found = {"file": place.file, "line": str(place.line), "endLine": str(place.end_line)}
    # Columns are understood only where a span is within one line.
    if place.line == place.end_line:
        found |= {"col": str(place.column), "endColumn": str(place.end_column)}
    return found


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
