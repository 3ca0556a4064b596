"""Settings that do not fit: each told at its place, all at once, no value shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.errors import ConfigurationError, PluginError
from leadline.misfits import refuse_misfits
from leadline.project import Project, read_project
from leadline.report.diagnostics import text

PROJECT = """\
store: store.duckdb
sources:
  log:
    plugin: csv
    settings:
      files: {events: data/events.csv}
      delimeter: hunter2
  crm:
    plugin: rest
outputs:
  digest: {plugin: json_lines, settings: {path: [hunter2], in_doubt: maybe}}
  hook:
    plugin: webhook
    settings:
      url: ${NO_SUCH_URL}
      timeout: 0
      recognises_keys: maybe
"""


def project(folder: Path, said: str = PROJECT, **environment: str) -> Project:
    (folder / "leadline.yaml").write_text(said, encoding="utf-8")
    return read_project(folder / "leadline.yaml", environment)


def refused(read: Project, *outputs: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        refuse_misfits(read, read.sources, outputs or [one.name for one in read.outputs])
    return caught.value


def test_every_misfit_is_told_at_its_place(tmp_path: Path):
    error = refused(project(tmp_path))

    lines = PROJECT.splitlines()
    found = [
        (one.code, one.message.split(": ", 1)[1], lines[at.line - 1][at.column - 1 :])
        for one in error.diagnostics
        if (at := one.place) is not None
    ]
    assert found == [
        ("LL220", "unknown setting `delimeter`", "delimeter: hunter2"),
        ("LL221", "setting `endpoints` is missing", "crm:"),
        ("LL221", "setting `url` is missing", "crm:"),
        ("LL222", "setting `path` is a list, expected text", "path: [hunter2], in_doubt: maybe}}"),
        ("LL222", "setting `in_doubt` must be one of `hold`, `resend`", "maybe}}"),
        ("LL223", "the environment has no variable `NO_SUCH_URL`", "${NO_SUCH_URL}"),
        ("LL222", "setting `timeout` must be above `0`", "0"),
        ("LL222", "setting `recognises_keys` is text, expected true or false", "maybe"),
    ]
    assert error.diagnostics[0].hint.startswith("did you mean `delimiter`")


def test_no_value_is_shown(tmp_path: Path):
    error = refused(project(tmp_path))

    said = text(error.diagnostics, error.texts, colour=False, width=100)
    assert "delimeter: *******" in said
    assert "url: ${NO_SUCH_URL}" in said
    assert "hunter2" not in said


def test_a_variable_that_is_set_is_held_to_the_schema(tmp_path: Path):
    said = PROJECT.replace("timeout: 0", "timeout: ${SECONDS}")
    error = refused(project(tmp_path, said, NO_SUCH_URL="https://a.example", SECONDS="soon"))

    [one] = [one for one in error.diagnostics if "timeout" in one.message]
    assert one.message == "output `hook`: setting `timeout` is text, expected a number"
    assert "soon" not in text(error.diagnostics, error.texts, colour=False, width=100)


def test_an_output_that_is_not_used_is_passed_over(tmp_path: Path):
    error = refused(project(tmp_path), "digest")

    assert {one.code for one in error.diagnostics} == {"LL220", "LL221", "LL222"}


def test_what_fits_is_silent(tmp_path: Path):
    said = "outputs: {digest: {plugin: json_lines, settings: {path: a, in_doubt: resend}}}\n"

    refuse_misfits(project(tmp_path, said), (), ["digest"])


def test_messages_cannot_be_published(tmp_path: Path):
    said = (
        "outputs:\n  digest:\n    plugin: json_lines\n    settings: {path: a}\n"
        "    publish: {leads: {fit: score.fit}}\n"
    )
    [one] = refused(project(tmp_path, said)).diagnostics

    assert one.code == "LL224"
    assert one.place is not None
    assert (one.place.line, one.place.column) == (3, 13)
    assert "takes messages" in one.message


def test_a_plugin_that_is_missing_comes_after_what_can_be_mended_here(tmp_path: Path):
    said = PROJECT.replace("plugin: rest", "plugin: no_such")
    read = project(tmp_path, said)
    assert len(refused(read).diagnostics) > 3

    fitting = "sources: {crm: {plugin: no_such}}\n"
    with pytest.raises(PluginError, match="`no_such` is needed"):
        refuse_misfits(project(tmp_path, fitting), read.sources[1:], ())
