from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from leadline.diagnostic import did_you_mean
from leadline.errors import ConfigurationError, UsageError
from leadline.plugin import SourceKind, checked_settings
from leadline.project import (
    CODES,
    Defaults,
    Project,
    find_project,
    load_project,
    read_project,
)
from leadline.settings import Secret
from leadline_plugins.csv_files import leadline_sources

FULL = """
leadline: 1
store: data/store.duckdb
rulesets: [rulesets/b2b, more.yaml]
plugins: [acme]
plugin_folder: plugins
defaults:
  timezone: Europe/Berlin
  threads: 4
  memory_limit: 2GB
  format: csv
sources:
  log:
    plugin: csv
    settings:
      files: {events: "log/*.csv", leads: [a.csv, b.csv]}
      delimiter: tab
      encoding: NO
  crm:
    plugin: acme
    timezone: America/New_York
    settings:
      token: ${CRM_TOKEN}
      url: https://${HOST}/v1
      pages: 0010
    mapping:
      leads: {lead_id: Contact ID, owner: 12:30}
    types:
      leads: {employees: number, zip: text}
outputs:
  digest:
    plugin: mail
    settings: {to: sales@acme.example}
"""


ENVIRONMENT = {"CRM_TOKEN": "s3cret", "HOST": "crm.example"}


def write(folder: Path, text: str) -> Path:
    file = folder / "leadline.yaml"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return file


def read(folder: Path, text: str, **environment: str) -> Project:
    return read_project(write(folder, text), environment)


def mistakes(folder: Path, text: str) -> list[tuple[str, str, str]]:
    """Return the code, the marked text and the message of each mistake."""
    with pytest.raises(ConfigurationError) as found:
        read(folder, text)
    [shown] = found.value.texts.values()
    lines = shown.splitlines()
    marked = []
    for d in found.value.diagnostics:
        assert d.place is not None
        line = lines[d.place.line - 1]
        end = d.place.end_column - 1 if d.place.end_line == d.place.line else None
        marked.append((d.code, line[d.place.column - 1 : end], d.message))
    return marked


def test_whole_project(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    project = read(tmp_path, FULL, **ENVIRONMENT)
    assert project.root == tmp_path.resolve()
    assert project.store == tmp_path / "data" / "store.duckdb"
    assert project.rulesets == (tmp_path / "rulesets" / "b2b", tmp_path / "more.yaml")
    assert project.plugins == ("acme",)
    assert project.plugin_folder == tmp_path / "plugins"
    assert project.defaults == Defaults("Europe/Berlin", 4, "2GB", "csv")
    log, crm = project.sources
    assert (log.name, log.plugin, log.timezone) == ("log", "csv", "Europe/Berlin")
    assert log.settings["encoding"] == "NO"
    assert (crm.timezone, crm.place.line) == ("America/New_York", 19)
    assert crm.mapping == {"leads": {"lead_id": "Contact ID", "owner": "12:30"}}
    assert crm.types == {"leads": {"employees": "number", "zip": "text"}}
    assert crm.settings["pages"] == "0010"
    [digest] = project.outputs
    assert (digest.name, digest.plugin) == ("digest", "mail")
    assert digest.plain_settings({}) == {"to": "sales@acme.example"}
    assert project.source("crm") is crm
    with pytest.raises(UsageError, match="no source `crn`") as found:
        project.source("crn")
    assert found.value.hint == did_you_mean("crn", ["crm"])


def test_least_project(tmp_path: Path) -> None:
    project = read(tmp_path, "leadline: 1\nsources:\noutputs: {}\n")
    assert project == Project(
        tmp_path.resolve(),
        tmp_path.resolve() / "leadline.duckdb",
        (tmp_path.resolve() / "rulesets",),
    )


def test_secret_is_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    project = read(tmp_path, FULL, **ENVIRONMENT)
    settings = project.source("crm").settings
    token = settings["token"]
    assert isinstance(token, Secret)
    assert [f"{token}", str(token), repr(token), f"{token!r:>6}"] == ["****"] * 3 + ["  ****"]
    for shown in (repr(project), str(settings), f"{settings}"):
        assert "s3cret" not in shown
        assert "crm.example" not in shown
    plain = project.source("crm").plain_settings({"properties": {"pages": {"type": "integer"}}})
    assert plain == {"token": "s3cret", "url": "https://crm.example/v1", "pages": 10}


def test_variable_that_is_not_set_matters_to_its_source_alone(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    project = read(tmp_path, FULL)
    assert project.source("log").plain_settings({})["delimiter"] == "tab"
    with pytest.raises(UsageError, match=r"no variable `CRM_TOKEN`, which .*leadline\.yaml:23:14"):
        project.source("crm").plain_settings({})


@pytest.mark.parametrize(
    "line",
    [
        "token: s3cret",
        "api_key: s3cret",
        "apiKey: 's3cret'",
        "PASSWORD: s3cret",
        "client-secret: x${A}s3cret",
        "dsn: >-\n        postgres://s3cret\n        s3cret",
        "tokens: {}\n      token: [s3cret, {deep: s3cret}]",
        "url: https://me:s3cret@host/",
    ],
)
def test_secret_in_the_open_is_refused_without_being_shown(tmp_path: Path, line: str) -> None:
    text = f"sources:\n  crm:\n    plugin: acme\n    settings:\n      {line}\n"
    with pytest.raises(ConfigurationError) as found:
        read(tmp_path, text, A="a")
    assert {d.code for d in found.value.diagnostics} == {"LL208"}
    assert "s3cret" not in repr((found.value.diagnostics, found.value.texts, str(found.value)))
    [shown] = found.value.texts.values()
    assert shown.count("\n") == text.count("\n")


@pytest.mark.parametrize("line", ["primary_key: id", "tokens: 5", "keyboard: de", "token: ''"])
def test_setting_that_only_sounds_secret(tmp_path: Path, line: str) -> None:
    text = f"sources:\n  crm:\n    plugin: acme\n    settings:\n      {line}\n"
    name, value = line.split(": ")
    assert read(tmp_path, text).source("crm").settings == {name: value.strip("'")}


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    text = """\
        leadline: 2
        stor: x
        rulesets: {a: b}
        plugin_folder: nowhere
        defaults: {timezone: Berlin, threads: many, format: xml, memory_limit: lots}
        sources:
          CRM:
            pluggin: csv
            timezone: Europe/Berlim
            settings: [a]
            mapping: {lead: {lead_id: x}, leads: {Owner: a, owner: b, email: [x]}}
            types: {leads: {size: numbr, email: number, crm_id: number, plan: {}}}
          log: csv
        outputs:
          mail: {plugin: mail, settings: {x: "${nope", y: "$", z: "${1A}"}}
          crm: {plugin: crm, publish: {where: x, decimals: few}}
          cdp: {plugin: cdp, publish: {leeds: {}, leads: {fit: [a], grade: grade.fit}}}
          dwh: {plugin: dwh, publish: [a]}
        """
    assert mistakes(tmp_path, text) == [
        ("LL203", "2", "version `2`, expected `1`"),
        ("LL200", "stor", "a project has no `stor`"),
        ("LL202", "{a: b}", "`rulesets` holds keys and values, expected texts"),
        ("LL211", "nowhere", "there is no folder `nowhere` for plugins"),
        ("LL207", "Berlin", "there is no time zone `Berlin`"),
        ("LL203", "many", "`many` threads, expected a whole number from 1"),
        ("LL203", "xml", "unknown format `xml`"),
        ("LL203", "lots", "a memory limit of `lots`, expected one such as `2GB`"),
        ("LL203", "CRM", "the source name `CRM` cannot be used"),
        ("LL200", "pluggin", "source `CRM` has no `pluggin`"),
        ("LL201", "pluggin: csv", "source `CRM` has no `plugin`"),
        ("LL207", "Europe/Berlim", "there is no time zone `Europe/Berlim`"),
        ("LL202", "[a]", "`settings` holds a list, expected keys and values"),
        ("LL204", "lead", "unknown table `lead`"),
        ("LL210", "owner", "`owner` and `Owner` name the same column"),
        ("LL202", "[x]", "`email` holds a list, expected a text"),
        ("LL205", "numbr", "unknown type `numbr`"),
        ("LL206", "number", "`email` always is a text, found `number`"),
        ("LL206", "number", "`crm_id` always is a text, found `number`"),
        ("LL202", "{}", "`plan` holds keys and values, expected a text"),
        ("LL202", "csv", "`log` holds a text, expected keys and values"),
        ("LL209", '"${nope"', "`${` is not followed by a name and `}`"),
        ("LL209", '"${1A}"', "`${` is not followed by a name and `}`"),
        ("LL213", "{where: x, decimals: few}", "`publish` names neither `leads` nor `accounts`"),
        ("LL214", "few", "`few` decimal places, expected 0 to 9"),
        ("LL200", "leeds", "publish has no `leeds`"),
        ("LL202", "[a]", "`fit` holds a list, expected a text"),
        ("LL202", "[a]", "`publish` holds a list, expected keys and values"),
    ]


def test_mistakes_name_what_was_meant(tmp_path: Path) -> None:
    text = (
        "sourcs: {}\nsources:\n  a: {plugin: csv, mapping: {event: {}}, types: {leads: {x: txt}}}\n"
    )
    with pytest.raises(ConfigurationError) as found:
        read(tmp_path, text)
    assert [d.hint for d in found.value.diagnostics] == [
        "did you mean `sources`?",
        "did you mean `events`?",
        "did you mean `text`?",
    ]
    assert found.value.exit_code == 2


@pytest.mark.parametrize("content", [b"", b"[a]", b"a: [", b"\xff", b"store: a\nstore: b\n"])
def test_file_that_is_no_mapping_in_yaml(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "leadline.yaml").write_bytes(content)
    with pytest.raises(ConfigurationError) as found:
        load_project(tmp_path)
    assert found.value.diagnostics


def test_project_is_found_from_below(tmp_path: Path) -> None:
    deep = tmp_path / "rulesets" / "b2b"
    deep.mkdir(parents=True)
    write(tmp_path, "store: here.duckdb\n")
    assert find_project(deep) == tmp_path.resolve() / "leadline.yaml"
    assert load_project(deep).store == tmp_path.resolve() / "here.duckdb"
    write(deep, "store: nearer.duckdb\n")
    assert load_project(deep).store == deep.resolve() / "nearer.duckdb"


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no leadline\.yaml in .* or above it") as found:
        load_project(tmp_path)
    assert "leadline init" in found.value.hint
    with pytest.raises(UsageError, match="cannot be read"):
        read_project(tmp_path / "leadline.yaml")


SCHEMA = {
    "type": "object",
    "properties": {
        "flag": {"type": "boolean"},
        "size": {"type": "integer"},
        "rate": {"type": "number"},
        "code": {"type": "string"},
        "either": {"type": ["string", "integer"]},
        "maybe": {"type": ["integer", "null"]},
        "header": {"const": True},
        "level": {"enum": ["low", 1, False]},
        "list": {"type": "array", "items": {"type": "integer"}},
        "free": {},
        "named": {"$ref": "#/$defs/size"},
    },
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "boolean"}},
    "$defs": {"size": {"type": "integer"}},
}


def test_settings_get_the_types_of_the_schema(tmp_path: Path) -> None:
    text = """
        sources:
          a:
            plugin: acme
            settings:
              flag: true
              size: 007
              rate: 1.50
              code: 1.50
              either: 5
              maybe:
              header: true
              level: 1
              list: [1, "2", x]
              free: 5
              named: -3
              other: {a: false, b: no}
        """
    assert read(tmp_path, text).source("a").plain_settings(SCHEMA) == {
        "flag": True,
        "size": 7,
        "rate": 1.5,
        "code": "1.50",
        "either": "5",
        "maybe": None,
        "header": True,
        "level": 1,
        "list": [1, 2, "x"],
        "free": "5",
        "named": -3,
        "other": {"a": False, "b": "no"},
    }


def test_settings_of_a_built_in_source(tmp_path: Path) -> None:
    text = """
        sources:
          log:
            plugin: csv
            settings: {files: {events: a.csv}, header: true, delimiter: ;}
        """
    [kind] = leadline_sources()
    assert isinstance(kind, SourceKind)
    plain = read(tmp_path, text).source("log").plain_settings(kind.settings)
    assert checked_settings(kind, plain)["header"] is True
    assert checked_settings(kind, plain)["delimiter"] == ";"


def test_codes_are_different() -> None:
    assert len({code.code for code in CODES}) == len({code.name for code in CODES}) == len(CODES)
