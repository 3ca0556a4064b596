"""Each kind of failure has its exit code, says what to do, and shows no traceback."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from leadline import pipeline
from leadline.cli import COMMANDS, score
from leadline.errors import EngineError


@pytest.mark.parametrize(
    "arguments",
    [
        ["scroe"],
        ["score", "--nope"],
        ["score", "--format", "xml"],
        ["score", "a", "b"],
        ["leads", "--limit", "0"],
        ["leads", "--limit", "many"],
        ["run", "--max-rejects", "-1"],
        ["run", "--engine", "spark"],
        ["demo"],
        ["demo", "log", "--until", "soon"],
        ["explain"],
        ["plugins", "lst"],
        ["compile", "--until", "lunch"],
    ],
)
def test_a_wrong_option_or_argument_is_exit_2(cli, here: Path, arguments: list[str]):
    said = cli(*arguments)

    assert said.code == 2
    assert said.out == ""
    assert "Usage: leadline" in said.err
    assert list(here.iterdir()) == []


def test_the_nearest_command_is_named(cli, here: Path):
    assert "did you mean `score`?" in cli("scroe").err


@pytest.mark.parametrize("command", ["revisions", "docs"])
def test_what_takes_no_data_does_not_ask_for_them(cli, here: Path, command: str):
    said = cli(command)

    assert said.code == 2
    assert "no ruleset is named" in said.err
    assert "--data" not in said.err


@pytest.mark.parametrize("command", ["run", "score", "leads", "accounts"])
def test_outside_of_a_project_without_data_is_exit_2(cli, here: Path, command: str):
    said = cli(command)

    assert said.code == 2
    assert "there is no leadline.yaml" in said.err
    assert "leadline init" in said.err
    assert "--data" in said.err


@pytest.mark.parametrize(
    "date",
    ["yesterday", "2026-13-01", "2026-02-30", "20260230x", "", "9999-12-31", "0001-01-01"],
)
@pytest.mark.parametrize("command", ["score", "run"])
def test_a_date_that_is_none_is_exit_2_before_anything_is_loaded(
    cli, small_project: Path, command: str, date: str
):
    said = cli(command, "--as-of", date)

    assert said.code == 2
    assert said.out == ""
    assert f"`{date}`" in said.err
    assert not (small_project / "store.duckdb").exists()


def test_an_instant_is_a_date_too(cli, filled: Path):
    before = cli("score", "--as-of", "2026-03-02T08:59:59Z", "--format", "csv").records
    after = cli("score", "--as-of", "2026-03-02T10:00:00+01:00", "--format", "csv").records

    def readiness(rows):
        return [
            row["value"] for row in rows if (row["lead_id"], row["score"]) == ("ada", "readiness")
        ]

    assert readiness(before) == ["20"]
    assert readiness(after) == ["30"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small.yaml", "--data", "nowhere"], "there is no folder nowhere"),
        (["small.yaml", "--data", "small.yaml"], "there is no folder small.yaml"),
        (["small.yaml", "--data", "empty"], "empty has no data"),
        (["nope.yaml", "--data", "data"], "there is no ruleset nope.yaml"),
        (["--data", "data"], "no ruleset is named"),
    ],
)
def test_what_is_not_there_is_exit_2(cli, small: Path, arguments: list[str], message: str):
    (small / "empty").mkdir()

    said = cli("score", *arguments)

    assert said.code == 2
    assert said.out == ""
    assert message in said.err


def test_a_wrong_configuration_is_exit_2_at_its_place(cli, small_project: Path):
    with (small_project / "leadline.yaml").open("a", encoding="utf-8") as file:
        file.write("sorces: {}\n")

    for command in ("run", "score", "check", "plugins"):
        said = cli(*([command, "list"] if command == "plugins" else [command]))
        assert said.code == 2
        assert "--> leadline.yaml:14:1" in said.err
        assert "did you mean `sources`" in said.err


def test_a_store_that_is_none_is_exit_2(cli, small_project: Path):
    (small_project / "store.duckdb").write_text("no database", encoding="utf-8")

    assert cli("score").code == 2
    assert cli("run").code == 2
    assert (small_project / "store.duckdb").read_text(encoding="utf-8") == "no database"


@pytest.mark.parametrize("command", ["score", "leads", "accounts", "explain", "compile"])
def test_a_ruleset_that_does_not_compile_is_exit_3(cli, small: Path, command: str):
    (small / "small.yaml").write_text("leadline: 1\nmodel: m\nscors: {}\n", encoding="utf-8")
    lead = ["ada"] if command == "explain" else []

    said = cli(command, *lead, "small.yaml", "--data", "data")

    assert said.code == 3
    assert said.out == ""
    assert "--> small.yaml:3:1" in said.err
    assert "did you mean `scores`?" in said.err


@pytest.fixture
def broken_plugin(small_project: Path) -> Path:
    (small_project / "mine").mkdir()
    (small_project / "mine/broken.py").write_text("raise RuntimeError('no good')\n")
    with (small_project / "leadline.yaml").open("a", encoding="utf-8") as file:
        file.write("plugin_folder: mine\n")
    return small_project


def test_a_broken_plugin_that_is_needed_is_exit_4_and_named(cli, broken_plugin: Path):
    configuration = broken_plugin / "leadline.yaml"
    configuration.write_text(configuration.read_text().replace("plugin: csv", "plugin: broken"))

    said = cli("run")

    assert said.code == 4
    assert "broken" in said.err
    assert "no good" in said.err


def test_a_broken_plugin_that_nobody_names_breaks_nothing(cli, broken_plugin: Path):
    assert cli("run", "--as-of", "2026-06-30").code == 0
    assert cli("plugins", "list").code == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [("data/events.csv", "data/event.csv"), ("plugin: csv", "plugin: nosuch")],
)
def test_a_source_that_cannot_be_read_is_exit_4(cli, small_project: Path, old: str, new: str):
    configuration = small_project / "leadline.yaml"
    configuration.write_text(configuration.read_text().replace(old, new), encoding="utf-8")

    said = cli("run")

    assert said.code == 4
    assert said.out == ""
    assert new.split("/")[-1].split()[-1] in said.err


SCORE = ("score", "small.yaml", "--data", "data", "--as-of", "2026-06-30")


def test_a_query_that_the_engine_refuses_is_exit_5(
    cli, small: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise EngineError("DuckDB refused a statement: Binder Error")

    monkeypatch.setattr(pipeline, "run_query", refuse)

    said = cli(*SCORE, "-o", "scores.csv")

    assert said.code == 5
    assert said.out == ""
    assert "a fault of leadline's own: DuckDB refused a statement" in said.err
    assert "please report it" in said.err
    assert not (small / "scores.csv").exists()


def test_any_other_fault_is_exit_5_without_a_traceback(
    cli, small: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(score, "evaluate", fail)

    said = cli(*SCORE)

    assert said.code == 5
    assert "a fault of leadline's own: ZeroDivisionError: division by zero" in said.err


def test_a_traceback_is_there_for_who_asks(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from leadline.cli import run_command  # noqa: PLC0415 - not through `cli`, which forbids one

    monkeypatch.setenv("LEADLINE_TRACEBACK", "1")
    monkeypatch.setattr(score, "evaluate", lambda *_: 1 / 0)

    assert run_command(list(SCORE)) == 5
    assert "Traceback" in capsys.readouterr().err


def test_who_writes_a_plugin_is_shown_where_it_raised(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from leadline.cli import run_command  # noqa: PLC0415 - not through `cli`, which forbids one

    (small_project / "mine").mkdir()
    (small_project / "mine/acorn.py").write_text(
        "from leadline.plugin import SourceKind, hookimpl\n"
        "class Acme:\n"
        "    def __init__(self, settings):\n"
        "        self.count = {}['people']\n"
        "@hookimpl\n"
        "def leadline_sources():\n"
        "    return (SourceKind('acorn', 'x.', {'type': 'object'}, Acme),)\n"
    )
    with (small_project / "leadline.yaml").open("a", encoding="utf-8") as file:
        file.write("plugin_folder: mine\n")
    settings = (small_project / "leadline.yaml").read_text(encoding="utf-8")
    settings = settings.replace("sources:\n", "sources:\n  acme: {plugin: acorn}\n", 1)
    (small_project / "leadline.yaml").write_text(settings, encoding="utf-8")

    assert run_command(["run"]) == 4
    said = capsys.readouterr().err
    assert "KeyError: 'people'" in said
    assert "LEADLINE_TRACEBACK=1 shows where" in said
    assert "Traceback" not in said

    monkeypatch.setenv("LEADLINE_TRACEBACK", "1")
    assert run_command(["run"]) == 4
    assert 'acorn.py", line 4' in capsys.readouterr().err


def test_ctrl_c_is_exit_130(cli, small: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(score, "evaluate", interrupt)

    said = cli(*SCORE, "-o", "scores.csv")

    assert said.code == 130
    assert said.out == ""
    assert said.err.strip() == "stopped"
    assert not (small / "scores.csv").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_terminal_and_says_what_the_command_does(cli, here: Path, command: str):
    said = cli(command, "--help")

    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith(f"Usage: leadline {command}")
    assert max(map(len, said.out.splitlines())) <= 80


def test_every_option_is_explained(here: Path):
    from leadline.cli import cli as group  # noqa: PLC0415

    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.help
        commands = command.commands.values() if isinstance(command, click.Group) else [command]
        for one in commands:
            for option in one.params:
                assert isinstance(option, click.Argument) or option.help, (name, option.name)
