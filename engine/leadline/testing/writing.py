"""A recorded case as the text of a test file, comments and all else of the file kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from leadline.document import Mapping as Entries
from leadline.document import load
from leadline.errors import EngineError, RulesetError, UsageError
from leadline.layout.formatting import format_text
from leadline.layout.scalars import fresh
from leadline.report.listing import decimal
from leadline.testing.schema import TEST_SCHEMA

#: A row as it is written: column to value, as the store has it.
Written = dict[str, object]


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that is not in a file yet.

    Attributes:
        rows: the rows by table.
        on: the date or instant.
        lead: the lead that it is about.
        expected: what is expected of it, in the keys of the file.
    """

    rows: Mapping[str, tuple[Written, ...]]
    on: str
    lead: str
    expected: Mapping[str, object]


def case_lines(name: str, case: Draft) -> list[str]:
    """Return the lines of a case, not indented yet."""
    lines = [f"{fresh(name, flow=False)}:", "  given:"]
    for table, rows in case.rows.items():
        lines.append(f"    {table}:")
        lines += [f"      - {{{_row(row)}}}" for row in rows]
    lines += [f"  on: {case.on}", "  expect:", "    leads:", f"      {_key(case.lead)}:"]
    lines += [f"        {key}: {_flow(value)}" for key, value in case.expected.items()]
    return lines


def added(text: str | None, file: str, name: str, case: Draft) -> str:
    """Return the text of a test file with a case behind its others.

    Args:
        text: the file's text; None where there is none yet.
        file: its name.
        name: the case's.
        case: the case.

    Raises:
        UsageError: the file cannot be read, or has a case of that name.
    """
    if not text:
        return _laid_out("\n".join(["cases:", *_indented(case_lines(name, case), 2)]) + "\n", file)
    if "\r\n" in text:
        return added(text.replace("\r\n", "\n"), file, name, case).replace("\n", "\r\n")
    document = load(text.encode(), file).document
    entry = document.root.get("cases") if document is not None else None
    if document is None or (entry is not None and not isinstance(entry.value, Entries)):
        raise UsageError(f"{file} cannot be read", hint="`leadline test` says what is wrong")
    lines = text.split("\n")
    if entry is None or not isinstance(entry.value, Entries) or not entry.value.entries:
        lines += ["cases:"] if entry is None else []
        end, column = len(lines), 2
    else:
        if name in entry.value.keys:
            raise UsageError(f"{file} has a case `{name}`", hint="pass another --name")
        column = entry.value.entries[0].key.place.column - 1
        end = _end(lines, entry.value)
    while end and not lines[end - 1].strip():
        end -= 1
    new = ["", *_indented(case_lines(name, case), column)]
    rest = lines[end:] if any(line.strip() for line in lines[end:]) else [""]
    written = "\n".join([*lines[:end], *new, *rest])
    return _laid_out(written, file) if _laid_out(text, file) == text else written


def free_name(text: str | None, file: str, name: str) -> str:
    """Return a name that no case of a file has: the wanted one, or it with a number."""
    document = load(text.encode(), file).document if text else None
    cases = document.root.get("cases") if document is not None else None
    taken = cases.value.keys if cases is not None and isinstance(cases.value, Entries) else ()
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def read_text(file: Path) -> str | None:
    """Return the text of a file, its line ends as they are, or None where there is none."""
    return file.read_bytes().decode("utf-8") if file.exists() else None


def _laid_out(text: str, file: str) -> str:
    """Return a text in the canonical layout, or as it is where that cannot be."""
    try:
        return format_text(text, file, TEST_SCHEMA)
    except (RulesetError, EngineError):
        return text


def _end(lines: list[str], cases: Entries) -> int:
    """Return the number of the line before which the next case goes."""
    last = cases.entries[-1].value.place
    return last.end_line - 1 if last.end_column == 1 else last.end_line


def _indented(lines: list[str], column: int) -> list[str]:
    return [" " * column + line for line in lines]


def _row(row: Written) -> str:
    return ", ".join(f"{_key(name)}: {_flow(value)}" for name, value in row.items())


def _key(text: str) -> str:
    return fresh(text, flow=True)


def _flow(value: object) -> str:
    """Return a value as it stands inside braces."""
    match value:
        case Mapping():
            return f"{{{', '.join(_pairs(value))}}}"
        case list() | tuple():
            return f"[{', '.join(_flow(item) for item in value)}]"
        case str():
            return fresh(value, flow=True)
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float():
            return decimal(value) if round(value, 4) == value else repr(value)
        case _:
            return str(value)


def _pairs(values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{_key(name)}: {_flow(value)}"
