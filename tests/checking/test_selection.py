from __future__ import annotations

from pathlib import Path

import pytest

from leadline.checking.codes import CODES, ERROR_CODES, KNOWN_CODES, is_error
from leadline.checking.selection import ALL, CheckRules, rules_of
from leadline.configuration import CheckSection
from leadline.diagnostic import Code, Diagnostic, Severity
from leadline.errors import ConfigurationError, UsageError
from leadline.project import read_project

NOWHERE = CheckSection()
EMPTY_COLUMN = next(code for code in CODES if code.code == "LL153")
UNKNOWN_KEY = next(code for code in ERROR_CODES if code.code == "LL050")


def section(folder: Path, text: str) -> CheckSection:
    file = folder / "leadline.yaml"
    file.write_text(text)
    return read_project(file, {}).check


def test_no_code_or_name_is_given_twice():
    names = [name for code in KNOWN_CODES for name in (code.code, code.name)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("said", "wanted", "unwanted"),
    [
        ("LL150", {"LL150"}, {"LL151", "LL100"}),
        ("no-match-in-data", {"LL150"}, {"LL151"}),
        ("ll15", {"LL150", "LL151", "LL154"}, {"LL100", "LL190"}),
        ("LL1", {"LL100", "LL150", "LL190"}, set()),
        ("LL150,unused-ignore", {"LL150", "LL190"}, {"LL151"}),
        ("LL150 , LL190", {"LL150", "LL190"}, {"LL151"}),
    ],
)
def test_select_and_ignore(said: str, wanted: set[str], unwanted: set[str]):
    selected = rules_of(NOWHERE, "", select=[said])
    ignored = rules_of(NOWHERE, "", ignore=[said])

    assert all(map(selected.wants, wanted))
    assert not any(map(selected.wants, unwanted))
    assert not any(map(ignored.wants, wanted))
    assert all(map(ignored.wants, unwanted))


def test_errors_are_always_wanted():
    assert rules_of(NOWHERE, "", select=["LL150"]).wants("LL050")
    assert rules_of(NOWHERE, "", ignore=["LL"]).wants("LL050")


def test_ignore_is_stronger_than_select():
    rules = rules_of(NOWHERE, "", select=["LL15"], ignore=["LL153"])

    assert (rules.wants("LL150"), rules.wants("LL153")) == (True, False)


@pytest.mark.parametrize("option", ["select", "ignore"])
@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("unused-ignroe", "did you mean `unused-ignore`"),
        ("LL999", "a code such as `LL150`"),
        ("LL9", "a code such as `LL150`"),
    ],
)
def test_what_no_code_is_called(option: str, word: str, hint: str):
    with pytest.raises(UsageError, match=f"--{option}: nothing is called `{word}`") as caught:
        rules_of(NOWHERE, "", **{option: [word]})

    assert hint in caught.value.hint


@pytest.mark.parametrize("word", ["LL050", "unknown-key", "LL05"])
def test_an_error_cannot_be_ignored(word: str):
    with pytest.raises(UsageError, match="errors cannot be ignored"):
        rules_of(NOWHERE, "", ignore=[word])


def test_what_leadline_yaml_says(tmp_path: Path):
    said = section(
        tmp_path,
        "check:\n  select: [LL1]\n  ignore: LL153\n"
        "  severity: {unused-ignore: error, LL150: note}\n",
    )

    rules = rules_of(said, "")

    assert (rules.wants("LL150"), rules.wants("LL153")) == (True, False)
    assert dict(rules.severities) == {"LL190": Severity.ERROR, "LL150": Severity.NOTE}


def test_options_stand_in_the_place_of_what_leadline_yaml_selects(tmp_path: Path):
    said = section(tmp_path, "check: {select: [LL150], ignore: [LL153]}\n")

    selected = rules_of(said, "", select=["LL153"])
    ignored = rules_of(said, "", ignore=["LL150"])

    assert (selected.wants("LL153"), selected.wants("LL150")) == (True, False)
    assert (ignored.wants("LL150"), ignored.wants("LL153")) == (False, False)


@pytest.mark.parametrize(
    ("text", "column", "said", "hint"),
    [
        ("check: {select: [unused-ignroe]}", 18, "nothing is called", "`unused-ignore`"),
        ("check: {ignore: [LL150, LL050]}", 25, "is an error, which stays one", "remove"),
        ("check: {severity: {LL150: warn}}", 27, "`warn` is no severity", "`warning`"),
        ("check: {severity: {LL050: note}}", 20, "is an error, which stays one", "remove"),
        ("check: {severity: {LL9: note}}", 20, "nothing is called", "LL150"),
    ],
)
def test_mistakes_of_leadline_yaml_have_their_place(
    tmp_path: Path, text: str, column: int, said: str, hint: str
):
    with pytest.raises(ConfigurationError) as caught:
        rules_of(section(tmp_path, text), text)

    [found] = caught.value.diagnostics
    assert (found.code, found.place.line, found.place.column) == ("LL203", 1, column)  # type: ignore[union-attr]
    assert said in found.message
    assert hint in found.hint
    assert list(caught.value.texts.values()) == [text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("check: {selct: [LL1]}", "LL200"),
        ("check: {severity: {LL150: [note]}}", "LL202"),
        ("check: [LL150]", "LL202"),
    ],
)
def test_the_shape_of_the_section(tmp_path: Path, text: str, code: str):
    with pytest.raises(ConfigurationError) as caught:
        section(tmp_path, text)

    assert [found.code for found in caught.value.diagnostics] == [code]


def test_checks_of_plugins_are_named_as_codes_are(tmp_path: Path):
    naming = Code("naming", "naming", Severity.WARNING)
    said = section(tmp_path, "check: {severity: {naming: error}}")

    rules = rules_of(said, "", select=["naming"], plugin_checks=[naming])

    assert (rules.wants("naming"), rules.wants("LL150")) == (True, False)
    [found] = rules.apply([Diagnostic(naming, "said")])
    assert found.severity is Severity.ERROR
    assert not is_error(found.code)


def test_severities_and_selection_are_applied():
    rules = CheckRules(None, frozenset({"LL150"}), (("LL153", Severity.WARNING),))
    no_match = next(code for code in CODES if code.code == "LL150")
    given = [Diagnostic(kind, "said") for kind in (EMPTY_COLUMN, no_match, UNKNOWN_KEY)]

    found = rules.apply(given)

    assert [(one.code, one.severity.word) for one in found] == [
        ("LL153", "warning"),
        ("LL050", "error"),
    ]
    assert ALL.apply(given) == tuple(given)
