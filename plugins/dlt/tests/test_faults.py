"""What is said where a source cannot be read: which resource, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from leadline.plugin import PluginError, SourceError, UsageError

PEOPLE = {"source": "acme_source:people", "tables": {"leads": "people"}}


def said(project: Any, settings: Mapping[str, object]) -> PluginError | UsageError:
    with pytest.raises((SourceError, UsageError)) as error:
        project.read(settings)
    return error.value


def test_a_misspelt_resource_is_told_with_the_known_ones(project: Any) -> None:
    project.write("acme_source.py", "def people():\n    yield {}\n")
    error = said(project, {**PEOPLE, "tables": {"leads": "peple"}})
    assert error.message == (
        "acme_source:people has no resource `peple`, which `tables.leads` names"
    )
    assert error.hint == "did you mean `people`? known here: `people`"
    error = said(project, {**PEOPLE, "tables": {"leads": "orders"}})
    assert error.hint == "known here: `people`"


def test_a_misspelt_name_is_told_with_those_of_the_module(project: Any) -> None:
    project.write("acme_source.py", "import json\ndef people():\n    yield {}\n")
    error = said(project, {**PEOPLE, "source": "acme_source:peopel"})
    assert error.message == "`source` names acme_source:peopel, and the module has no `peopel`"
    assert error.hint == "did you mean `people`?"


def test_a_misspelt_module_is_told_with_those_of_the_project(project: Any) -> None:
    project.write("acme_source.py", "def people():\n    yield {}\n")
    error = said(project, {**PEOPLE, "source": "acme_sorce:people"})
    assert "`acme_sorce`, which neither lies beside leadline.yaml nor is installed" in error.message
    assert error.hint == "did you mean `acme_source`?"


def test_a_name_that_others_import_is_refused(project: Any) -> None:
    project.write("json.py", "def people():\n    yield {}\n")
    error = said(project, {**PEOPLE, "source": "json:people"})
    assert error.message == "json.py has the name of a module that others import"


def test_the_first_cause_is_told_with_its_place(project: Any) -> None:
    project.write(
        "acme_source.py",
        "def people():\n    yield {'lead_id': 'a'}\n    raise ValueError('no\\nsuch   list')\n",
    )
    error = said(project, PEOPLE)
    assert error.message == (
        "the resource `people` of acme_source:people failed: ValueError: no such list"
    )
    assert error.hint == "it is raised at acme_source.py:3; look at the `arguments` of the source"


def test_a_long_message_is_cut(project: Any) -> None:
    project.write("acme_source.py", "def people():\n    raise ValueError('no' * 999)\n    yield\n")
    assert len(said(project, PEOPLE).message) < 500


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def people(:\n", "acme_source:people failed: SyntaxError: "),
        ("import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("people = 3\n", "gives a int, expected a source or a resource of dlt, or rows"),
        ("def people():\n    return iter([])\n", "gives a list_iterator, expected a source"),
        ("def people(name):\n    yield {}\n", "failed: TypeError: "),
        (
            "import dlt\n@dlt.source\ndef people():\n    @dlt.resource\n"
            "    def people(year):\n        yield {}\n    return people\n",
            "the resource `people` of acme_source:people has to be called with arguments",
        ),
        (
            "import dlt\n@dlt.source\ndef people(word=dlt.secrets.value):\n    return []\n",
            "acme_source:people needs `word`, which nothing gives",
        ),
        (
            "def people():\n    yield {'Name': 1, 'name': 2}\n",
            "rows of the resource `people` have both `Name` and `name`",
        ),
        (
            "class Frame:\n    __module__ = 'pandas.core.frame'\n"
            "def people():\n    yield Frame()\n",
            "the resource `people` gives tables of pandas.core.frame, expected rows",
        ),
    ],
)
def test_what_cannot_be_read_is_told(project: Any, text: str, message: str) -> None:
    project.write("acme_source.py", text)
    assert message in said(project, PEOPLE).message


def test_arguments_of_what_is_no_function_are_refused(project: Any) -> None:
    project.write("acme_source.py", "people = [{'lead_id': 'a'}]\n")
    assert project.rows(PEOPLE) == [{"lead_id": "a"}]
    error = said(project, {**PEOPLE, "arguments": {"a": "b"}})
    assert error.message == "acme_source:people is no function, so it takes no `arguments`"


def test_a_value_that_cannot_be_compared_is_told(project: Any) -> None:
    project.write("acme_source.py", "def people():\n    yield [{'at': 1}, {'at': 'x'}]\n")
    tables = {"leads": {"resource": "people", "incremental": "at"}}
    error = said(project, {**PEOPLE, "tables": tables})
    assert error.message.startswith("the resource `people` of acme_source:people failed: ")


def test_a_key_that_does_not_open_is_told(
    project: Any, crm: Callable[..., dict[str, object]]
) -> None:
    error = said(project, crm(word="wrong-word"))
    assert error.message.startswith(
        "the resource `contacts` of dlt.sources.rest_api:rest_api_source failed: HTTPError: 401 "
    )
    assert "wrong-word" not in error.message + error.hint
    assert error.hint == "look at the key among the `arguments`, and at what it may read"
    assert "404" in said(project, crm(path="people")).message


LEAKY = """
import base64
def people(token=None, url=None, words=None, config=None):
    everything = f"{token} {url} {words} {config}"
    raise ValueError(f"no answer to {everything}")
    yield
"""


def test_no_message_shows_a_secret(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_WORD", "open-sesame")
    monkeypatch.setenv("ACME_TOKEN", "of-the-environment")
    project.write("acme_source.py", LEAKY)
    arguments = {
        "token": "hunter2-and-more",
        "url": "https://anna:pass-word@crm.example.com/list?api_key=in-the-query&page=2",
        "words": ["open-sesame", "of-the-environment"],
        "config": {"credentials": {"parts": ["deep-in-there"]}, "path": "contacts"},
    }
    message = said(project, {**PEOPLE, "arguments": arguments}).message
    hidden = ("hunter2", "anna", "pass-word", "in-the-query", "sesame", "of-the-env", "deep-in")
    assert [word for word in hidden if word in message] == []
    assert "<token>" in message
    assert "contacts" in message


def test_an_address_in_a_message_loses_its_query_and_its_password(project: Any) -> None:
    text = (
        "url /people?key=abc of https://crm.example.com/v1?key=abc123&n=1, ftp://me:pw@host/x now"
    )
    project.write("acme_source.py", f"def people():\n    raise OSError('{text}')\n    yield\n")
    assert said(project, PEOPLE).message.endswith(
        "failed: OSError: url /people?.. of https://crm.example.com/v1?.. ftp://host/x now"
    )
