"""A test file to cases: every mistake at once, every name one of the ruleset's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from leadline.diagnostic import Code, Diagnostic, Place, did_you_mean, in_order
from leadline.document import Document, Entry, Mapping, Scalar, Sequence, load
from leadline.document.values import Value
from leadline.errors import UsageError
from leadline.plan.clock import parse_as_of
from leadline.ruleset.model import Ruleset
from leadline.ruleset.validate import validate
from leadline.testing import codes
from leadline.testing.cases import Case, CaseFile, Cell, Expectation, Row
from leadline.testing.expecting import entries, read_expectations, scalars
from leadline.testing.schema import TEST_SCHEMA

#: The columns that name a lead or an account: whom a case may expect something of.
_LEAD_COLUMNS = ("lead_id", "old_lead_id")
_ACCOUNT_COLUMNS = ("account_id",)


@dataclass(frozen=True, slots=True)
class ReadCases:
    """A test file as read, and what is wrong with it; with errors it must not be run."""

    cases: CaseFile
    diagnostics: tuple[Diagnostic, ...]


def read_cases(file: Path, beside: Path, ruleset: Ruleset) -> ReadCases:
    """Read a test file.

    Args:
        file: the test file.
        beside: its ruleset's file.
        ruleset: the model, to whose names the cases are held.

    Returns:
        The cases, and every mistake in the file.
    """
    return read_case_text(file.read_bytes(), str(file), beside, ruleset)


def read_case_text(source: bytes, file: str, beside: Path, ruleset: Ruleset) -> ReadCases:
    """Read the text of a test file, saved or not; see ``read_cases``."""
    loaded = load(source, file)
    found = list(loaded.diagnostics)
    cases: tuple[Case, ...] = ()
    if loaded.document is not None:
        cases = _Reader(ruleset, found).cases(loaded.document)
    return ReadCases(CaseFile(file, loaded.text, beside, cases), in_order(found))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one test file."""

    ruleset: Ruleset
    found: list[Diagnostic]

    def cases(self, document: Document) -> tuple[Case, ...]:
        self.found.extend(map(_of_tests, validate(document, TEST_SCHEMA)))
        root = document.root
        fixtures = {entry.key.text: _rows(entry.value) for entry in entries(root, "fixtures")}
        named = entries(root, "cases")
        if not named:
            place = Place(document.file, 1, 1, 1, 1)
            entry = root.get("cases")
            message = "the file has no cases, so it tests nothing"
            hint = "write `cases:` with what is given, on which date, and what is expected"
            self._say(codes.NO_CASES, message, entry.key.place if entry else place, hint)
        return tuple(self._case(entry, fixtures) for entry in named)

    def _case(self, entry: Entry, fixtures: dict[str, tuple[Row, ...]]) -> Case:
        body = entry.value
        rows = (*self._used(body, fixtures), *_rows(_at(body, "given")))
        expect = _at(body, "expect")
        expectations: tuple[Expectation, ...] = ()
        if isinstance(expect, Mapping):
            if not expect.entries:
                message = f"the case `{entry.key.text}` expects nothing"
                hint = "name what has to be so: `leads: {ada: {scores: {readiness: 40}}}`"
                self._say(codes.EMPTY_CASE, message, entry.key.place, hint)
            expectations = read_expectations(expect, self.ruleset, self.found)
            self._known(expect, rows)
        note = _at(body, "note")
        return Case(
            name=entry.key.text,
            rows=rows,
            on=self._date(_at(body, "on")),
            expectations=expectations,
            note=note.text if isinstance(note, Scalar) else "",
            place=entry.key.place,
        )

    def _used(self, body: Value, fixtures: dict[str, tuple[Row, ...]]) -> tuple[Row, ...]:
        rows: list[Row] = []
        for scalar in scalars(_at(body, "use")):
            if scalar.text not in fixtures:
                hint = did_you_mean(scalar.text, fixtures) or "the file has no `fixtures:`"
                message = f"no fixture is called `{scalar.text}`"
                self._say(codes.UNKNOWN_FIXTURE, message, scalar.place, hint)
            rows += fixtures.get(scalar.text, ())
        return tuple(rows)

    def _date(self, on: Value | None) -> str:
        if not isinstance(on, Scalar) or not on.text:
            return ""  # said of the key's shape
        try:
            parse_as_of(on.text, self.ruleset.timezone)
        except UsageError as error:
            self._say(codes.BAD_DATE, error.message, on.place, error.hint)
        return on.text

    def _known(self, expect: Mapping, rows: tuple[Row, ...]) -> None:
        """Say of which leads and accounts something is expected that no row gives."""
        for what, columns, code in (
            ("lead", _LEAD_COLUMNS, codes.LEAD_NOT_GIVEN),
            ("account", _ACCOUNT_COLUMNS, codes.ACCOUNT_NOT_GIVEN),
        ):
            given = _ids(rows, columns)
            for entry in entries(expect, f"{what}s"):
                if entry.key.text not in given:
                    message = f"no row that is given names the {what} `{entry.key.text}`"
                    hint = did_you_mean(entry.key.text, given)
                    self._say(code, message, entry.key.place, hint)

    def _say(self, code: Code, message: str, place: Place, hint: str = "") -> None:
        self.found.append(Diagnostic(code, message, place, hint))


def _ids(rows: tuple[Row, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids that rows name, each once; a change of a lead's account names one too."""
    found: list[str] = []
    for row in rows:
        for cell in row.cells:
            if cell.column.casefold() in columns and isinstance(cell.value, str):
                found.append(cell.value)
        field, value = row.cell("field"), row.cell("value")
        if field is not None and value is not None and field.value in columns:
            found += [value.value] if isinstance(value.value, str) else []
    return tuple(dict.fromkeys(found))


def _at(value: Value | None, key: str) -> Value | None:
    entry = value.get(key) if isinstance(value, Mapping) else None
    return entry.value if entry is not None else None


def _rows(given: Value | None) -> tuple[Row, ...]:
    """Return the rows of ``given`` or of a fixture, in the order of the file."""
    return tuple(
        Row(table.key.text, tuple(map(_cell, row.entries)), row.place)
        for table in entries(given)
        for row in (table.value.items if isinstance(table.value, Sequence) else ())
        if isinstance(row, Mapping)
    )


def _cell(entry: Entry) -> Cell:
    value: str | tuple[str, ...] | None = None
    if isinstance(entry.value, Scalar):
        value = entry.value.text or None
    elif isinstance(entry.value, Sequence):
        value = tuple(scalar.text for scalar in scalars(entry.value))
    return Cell(entry.key.text, value, entry.value.place, entry.key.place)


def _of_tests(diagnostic: Diagnostic) -> Diagnostic:
    """Return a finding about the file's shape in words of tests."""
    message = diagnostic.message
    if message.startswith("the ruleset has no"):
        message = message.replace("the ruleset", "the test file", 1)
    hint = diagnostic.hint
    if ".stages` must be a list" in message:
        hint = f"the stage on that day stands at `stage:`; all until then {hint}"
    return replace(
        diagnostic, message=message.replace(" in the ruleset", " in the test file"), hint=hint
    )
