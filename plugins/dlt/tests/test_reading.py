"""What comes of the rows of a resource, load after load."""

from __future__ import annotations

import datetime
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

import pytest
from leadline.plugin import Note, Plugins, Records, Reject, SourceError
from leadline.store import Store

#: A resource whose rows stand in a file, so that a test can add some between two loads.
FROM_FILE = """
import json
from pathlib import Path

import dlt

@dlt.resource
def visits():
    yield json.loads(Path(__file__).with_name("rows.json").read_text())
"""
VISITS = {
    "source": "acme_source:visits",
    "tables": {"events": {"resource": "visits", "incremental": "occurred_at"}},
}


def visit(lead: str, at: str | None) -> str:
    time = "null" if at is None else f'"{at}"'
    return f'{{"lead_id": "{lead}", "occurred_at": {time}, "type": "page_view"}}'


def write(project: Any, *visits: str) -> None:
    project.write("acme_source.py", FROM_FILE)
    project.write("rows.json", f"[{','.join(visits)}]")


def test_it_is_found_by_its_entry_point() -> None:
    [found] = [plugin for plugin in Plugins().installed() if plugin.name == "dlt"]
    assert found.distribution == "leadline-dlt"


def test_rows_come_with_nested_values_as_text(project: Any, pages: str) -> None:
    project.write("acme_source.py", pages)
    settings = {"source": "acme_source:acme", "tables": {"events": "visits"}}
    rows = project.rows(settings)
    assert len(rows) == 15
    assert rows[1] == {
        "lead_id": "l1",
        "occurred_at": "2026-01-01T00:00:00Z",
        "type": "page_view",
        "url": None,
        "seen": '{"by":["a","b"],"times":1}',
        "tags": "x;y",
    }


def test_columns_are_found_by_their_paths(project: Any, pages: str) -> None:
    project.write("acme_source.py", pages)
    columns = {"lead_id": "lead_id", "times": "seen.times", "first": "seen.nobody.name"}
    visits = {"resource": "visits", "columns": columns, "incremental": "occurred_at"}
    rows = project.rows({"source": "acme_source:acme", "tables": {"events": visits}})
    # The value that rows are told apart by comes along.
    at = "2026-01-01T00:00:00Z"
    assert rows[2] == {"lead_id": "l2", "times": 2, "first": None, "occurred_at": at}


def test_a_load_begins_at_the_last_value_and_loses_none_that_shares_it(project: Any) -> None:
    with Store.open(None) as store:
        write(project, visit("a", "2026-01-01"), visit("b", "2026-01-02"))
        assert project.load(store, VISITS).tables[0].new == 2
        write(
            project,
            visit("a", "2026-01-01"),
            visit("b", "2026-01-02"),
            visit("c", "2026-01-02"),
            visit("d", "2026-01-03"),
        )
        [events] = project.load(store, VISITS).tables
        assert (events.rows, events.new, events.known) == (3, 2, 1)
        found = store.database.rows("SELECT lead_id FROM events ORDER BY lead_id")
        assert [lead for (lead,) in found] == ["a", "b", "c", "d"]


def test_equal_rows_stay_as_many_as_they_are(project: Any) -> None:
    twice = [visit("a", "2026-01-02")] * 2
    with Store.open(None) as store:
        for number in (2, 3):
            write(project, *twice, *([visit("a", "2026-01-02")] * (number - 2)))
            project.load(store, VISITS)
        assert store.database.value("SELECT count(*) FROM events") == 3


def test_rows_without_the_value_are_taken_by_every_load(project: Any) -> None:
    write(project, visit("a", None), visit("b", "2026-01-02"), visit("c", "2026-01-01"))
    cursor = project.cursor(VISITS)
    assert [row["lead_id"] for row in project.rows(VISITS, cursor)] == ["a", "b"]


@pytest.mark.parametrize(
    ("year", "form"),
    [
        ("2999-01-01T00:00:00.000Z", "{:%Y-%m-%dT%H:}"),
        ("2999-01-01 00:00:00", "{:%Y-%m-%d %H:}"),
        ("2999-01-01", "{:%Y-%m-%d}"),
    ],
)
def test_a_last_value_in_the_future_hides_nothing(project: Any, year: str, form: str) -> None:
    write(project, visit("a", "2026-01-01"), visit("b", year))
    before = datetime.datetime.now(datetime.UTC)
    *_, note, cursor = project.read(VISITS)
    after = datetime.datetime.now(datetime.UTC)
    assert note == Note(
        f"visits: `occurred_at` goes up to {year}, which is in the future; the next load begins "
        "at the present"
    )
    assert form.format(before) in cursor.value or form.format(after) in cursor.value
    assert len([part for part in cursor.value.split('"') if part == year]) == 0
    now = (after + datetime.timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    write(project, visit("c", now[: len(year)].replace("T", year[10:11] or "T")))
    assert [row["lead_id"] for row in project.rows(VISITS, cursor.value)] == ["c"]


@pytest.mark.parametrize(
    ("ahead", "told"), [(datetime.timedelta(hours=3), 0), (datetime.timedelta(days=3), 1)]
)
def test_what_is_a_few_hours_ahead_is_not_worth_a_word(
    project: Any, ahead: datetime.timedelta, told: int
) -> None:
    there = (datetime.datetime.now(datetime.UTC) + ahead).strftime("%Y-%m-%d %H:%M")
    write(project, visit("a", there))
    items = project.read(VISITS)
    assert len([item for item in items if isinstance(item, Note)]) == told
    assert there not in items[-1].value


TYPED = """
import datetime
import dlt

@dlt.resource
def visits():
    zone = {zone}
    yield {{"lead_id": "a", "meta": {{"at": datetime.datetime(2999, 1, 1, tzinfo=zone)}}}}
    yield {{"lead_id": "b", "meta": {{"at": datetime.datetime(2026, 1, 1, tzinfo=zone)}}}}
"""


@pytest.mark.parametrize(
    "zone", ["None", "datetime.UTC", "datetime.timezone(datetime.timedelta(hours=5))"]
)
def test_a_last_value_may_be_a_time_of_python_deep_in_a_row(project: Any, zone: str) -> None:
    project.write("acme_source.py", TYPED.format(zone=zone))
    tables = {"events": {"resource": "visits", "incremental": "meta.at"}}
    settings = {**VISITS, "tables": tables}
    *_, note, cursor = project.read(settings)
    assert isinstance(note, Note)
    assert [row["lead_id"] for row in project.rows(settings, cursor.value)] == ["a"]
    project.write("acme_source.py", TYPED.format(zone=zone).replace("2026, 1", "2998, 1"))
    assert [row["lead_id"] for row in project.rows(settings, cursor.value)] == ["a", "b"]


def test_other_settings_read_a_table_from_its_start(project: Any) -> None:
    write(project, visit("a", "2026-01-01"), visit("b", "2026-01-02"))
    cursor = project.cursor(VISITS)
    assert len(project.rows(VISITS, cursor)) == 1
    more = {**VISITS["tables"]["events"], "columns": {"lead_id": "lead_id"}}  # type: ignore[index]
    assert len(project.rows({**VISITS, "tables": {"events": more}}, cursor)) == 2
    project.write("acme_again.py", FROM_FILE)
    assert len(project.rows({**VISITS, "source": "acme_again:visits"}, cursor)) == 2
    assert len(project.rows(VISITS, '["of another plugin"]')) == 2
    assert len(project.rows(VISITS, "12:another")) == 2


def test_another_secret_reads_on(project: Any) -> None:
    write(project, visit("a", "2026-01-01"), visit("b", "2026-01-02"))
    source = FROM_FILE.replace("def visits()", "def visits(token, days)")
    project.write("acme_source.py", source)
    cursor = project.cursor({**VISITS, "arguments": {"token": "old", "days": "1"}})
    for arguments, rows in (({"token": "new", "days": "1"}, 1), ({"token": "old", "days": "2"}, 2)):
        assert len(project.rows({**VISITS, "arguments": arguments}, cursor)) == rows


OWN = """
import dlt

@dlt.resource(primary_key="lead_id")
def visits(at=dlt.sources.incremental("occurred_at", initial_value="2026-01-02",
                                        on_cursor_value_missing="include")):
    state = dlt.current.resource_state()
    state["loads"] = state.get("loads", 0) + 1
    yield {"lead_id": f"{state['loads']} {at.start_value}"}
    for day in (1, 2, 3):
        yield {"lead_id": f"l{day}", "occurred_at": f"2026-01-0{day}"}
"""


def test_what_a_resource_keeps_of_itself_comes_back(project: Any) -> None:
    project.write("acme_source.py", OWN)
    settings = {"source": "acme_source:visits", "tables": {"events": "visits"}}
    leads = [row["lead_id"] for row in project.rows(settings)]
    assert leads == ["1 2026-01-02", "l2", "l3"]
    # dlt knows the row of the last value, and gives it no second time.
    leads = [row["lead_id"] for row in project.rows(settings, project.cursor(settings))]
    assert leads == ["2 2026-01-03"]


def test_a_resource_that_takes_an_incremental_is_handed_that_of_the_settings(project: Any) -> None:
    project.write("acme_source.py", OWN)
    own = {"resource": "visits", "incremental": "occurred_at"}
    settings = {"source": "acme_source:visits", "tables": {"events": own}}
    leads = [row["lead_id"] for row in project.rows(settings, project.cursor(settings))]
    assert leads == ["2 2026-01-03", "l3"]


def test_two_tables_of_one_resource_take_nothing_from_each_other(project: Any) -> None:
    write(project, visit("a", "2026-01-01"), visit("b", "2026-01-02"))
    whole = {"resource": "visits", "columns": {"lead_id": "lead_id"}}
    newer = VISITS["tables"]["events"]  # type: ignore[index]
    settings = {**VISITS, "tables": {"leads": whole, "events": [newer, "visits"]}}
    cursor = project.cursor(settings)
    read = [item for item in project.read(settings, cursor) if isinstance(item, Records)]
    assert [(item.table, len(item.rows)) for item in read] == [
        ("leads", 2),
        ("events", 1),
        ("events", 2),
    ]


def test_a_load_that_breaks_off_keeps_what_ended_before(project: Any, pages: str) -> None:
    broken = """
    @dlt.resource
    def broken():
        yield {"lead_id": "a"}
        raise ConnectionResetError("gone")
    return visits, broken
"""
    project.write("acme_source.py", pages.replace("    return visits", broken))
    tables = {"events": {"resource": "visits", "incremental": "occurred_at"}, "leads": "broken"}
    settings = {"source": "acme_source:acme", "tables": tables}
    with Store.open(None) as store:
        with pytest.raises(SourceError, match=r"`broken` of .* ConnectionResetError: gone"):
            project.load(store, settings)
        assert store.database.value("SELECT count(*) FROM events") == 15
        assert len(project.rows({**settings, "tables": {"events": tables["events"]}})) == 15
        cursor = store.cursor("acme")
        assert len(project.rows({**settings, "tables": {"events": tables["events"]}}, cursor)) == 5


FORMS = {
    "a list of rows": "def people():\n    return [{'lead_id': 'a'}]",
    "a function that yields": "def people():\n    yield {'lead_id': 'a'}",
    "a resource": "import dlt\n@dlt.resource\ndef people():\n    yield [{'lead_id': 'a'}]",
    "resources": "import dlt\n@dlt.resource(name='people')\ndef one():\n"
    "    yield {'lead_id': 'a'}\ndef people():\n    return [one]",
    "a source that was made": "import dlt\n@dlt.resource(name='people')\ndef one():\n"
    "    yield {'lead_id': 'a'}\n@dlt.source\ndef acme():\n    return one\npeople = acme()",
    "a parallel resource": "import dlt\n@dlt.resource(parallelized=True)\ndef people():\n"
    "    yield {'lead_id': 'a'}",
    "an asynchronous one": "import dlt\n@dlt.resource\nasync def people():\n"
    "    yield {'lead_id': 'a'}",
    "a resource that hangs on another": "import dlt\n@dlt.resource\ndef ids():\n    yield ['a']\n"
    "@dlt.transformer(data_from=ids)\ndef people(ids):\n    yield {'lead_id': ids}",
    "objects of a class": "class Person:\n    def model_dump(self):\n"
    "        return {'lead_id': 'a'}\ndef people():\n    yield Person()",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_source_has_many_forms(project: Any, form: str) -> None:
    project.write("acme_source.py", FORMS[form])
    settings = {"source": "acme_source:people", "tables": {"leads": "people"}}
    for _ in range(2):
        assert project.rows(settings) == [{"lead_id": "a"}]


def test_a_row_that_is_none_is_rejected_and_stops_no_other(project: Any) -> None:
    project.write("acme_source.py", "def people():\n    yield {'lead_id': 'a'}\n    yield 'b'\n")
    reject, records = project.read({"source": "acme_source:people", "tables": {"leads": "people"}})
    reason = "a str, expected a row with names"
    assert reject == Reject("leads", "people", None, None, reason, '"b"')
    assert records.rows == (("a",),)


def test_what_a_resource_declares_as_text_stays_one(project: Any) -> None:
    project.write(
        "acme_source.py",
        "import dlt\n@dlt.resource(columns={'code': {'data_type': 'text'}})\n"
        "def people():\n    yield {'lead_id': 'a', 'code': '12', 'size': '12'}\n",
    )
    settings = {"source": "acme_source:people", "tables": {"leads": "people"}}
    with Store.open(None) as store:
        project.load(store, settings)
        [row] = store.database.rows("SELECT code, size FROM leads")
        assert row == ("12", 12)
    columns = {"lead_id": "lead_id", "postcode": "code"}
    tables = {"leads": {"resource": "people", "columns": columns}}
    [records] = project.read({**settings, "tables": tables})
    assert records.texts == ("postcode",)


def test_an_api_is_read_from_the_last_value_on(
    project: Any, crm: Callable[..., dict[str, Any]]
) -> None:
    settings = crm()
    cursor = project.cursor(settings)
    assert [row["lead_id"] for row in project.rows(settings, cursor)] == [7]
    # An incremental that the API's own settings have does the same alone.
    endpoint = settings["arguments"]["config"]["resources"][0]["endpoint"]
    endpoint["incremental"] = {"cursor_path": "at", "start_param": "from"}
    cursor = project.cursor(settings)
    assert [row["lead_id"] for row in project.rows(settings, cursor)] == []


def test_a_database_is_asked_for_what_is_new(
    project: Any, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(project.root / "app.db")
    connection.execute("CREATE TABLE people (lead_id TEXT, size INT)")
    connection.execute("INSERT INTO people VALUES ('a', 1), ('b', 2)")
    connection.commit()
    connection.close()
    settings = {
        "source": "dlt.sources.sql_database:sql_database",
        "arguments": {"credentials": f"sqlite:///{project.root / 'app.db'}"},
        "tables": {"leads": {"resource": "people", "incremental": "size"}},
    }
    cursor = project.cursor(settings)
    with caplog.at_level("INFO", "sqlalchemy.engine"):
        assert [row["lead_id"] for row in project.rows(settings, cursor)] == ["b"]
    assert "WHERE people.size >= ?" in caplog.text


def test_many_rows_come_in_parts(project: Any) -> None:
    people = "def people():\n    yield from ({'lead_id': str(n)} for n in range(12_001))\n"
    project.write("acme_source.py", people)
    items = project.read({"source": "acme_source:people", "tables": {"leads": "people"}})
    assert [len(item.rows) for item in items] == [5_000, 5_000, 2_001]


def test_rows_with_other_keys_widen_the_batch(project: Any) -> None:
    people = "def people():\n    yield [{'lead_id': 'a'}, {'lead_id': 'b', 'Size': 2}]\n"
    project.write("acme_source.py", people)
    rows = project.rows({"source": "acme_source:people", "tables": {"leads": "people"}})
    assert rows == [{"lead_id": "a", "Size": None}, {"lead_id": "b", "Size": 2}]


def test_a_package_of_the_project_is_read_with_its_own_modules(project: Any) -> None:
    project.write("hub/__init__.py", "from .lists import people\n")
    project.write("hub/lists.py", "from words import NAME\ndef people():\n    yield {NAME: 'a'}\n")
    project.write("words.py", "NAME = 'lead_id'\n")
    settings = {"source": "hub:people", "tables": {"leads": "people"}}
    assert project.rows(settings) == [{"lead_id": "a"}]
    project.write("words.py", "NAME = 'account_id'\n")
    assert project.rows(settings) == [{"account_id": "a"}]
    assert project.rows({**settings, "source": "hub.lists:people"}) == [{"account_id": "a"}]


def test_a_module_of_the_project_hides_an_installed_one_for_the_load_only(project: Any) -> None:
    import iniconfig

    project.write("iniconfig/__init__.py", "def people():\n    yield {'lead_id': 'a'}\n")
    assert project.rows({"source": "iniconfig:people", "tables": {"leads": "people"}})
    import iniconfig as again

    assert again is iniconfig
    assert str(project.root) not in sys.path
    assert iniconfig.IniConfig
