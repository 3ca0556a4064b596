from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from ruamel.yaml import YAML

from leadline import __version__
from leadline.cli import COMMANDS
from leadline.document import load

OFFERED = Path(__file__).parent.parent.parent / ".pre-commit-hooks.yaml"


def test_init_makes_a_project_that_checks_runs_and_lists(cli, new_project: Path):
    checked = cli("check")
    ran = cli("run", "--as-of", "2026-06-30")
    listed = cli("leads", "--as-of", "2026-06-30", "--format", "csv", "--limit", "3")

    assert checked.code == ran.code == listed.code == 0
    assert len(listed.records) == 3
    assert (new_project / "leadline.duckdb").is_file()


def test_every_file_of_a_new_project_is_valid(made: Path):
    files = [path for path in made.rglob("*") if path.is_file()]

    for path in files:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            json.loads(text)
        if path.suffix in (".yaml", ".yml"):
            assert isinstance(yaml.safe_load(text), dict), path
    names = {path.relative_to(made).as_posix() for path in files}
    assert names >= {
        "leadline.yaml",
        "README.md",
        ".gitignore",
        ".github/workflows/leadline.yml",
        ".pre-commit-config.yaml",
        ".vscode/settings.json",
        "schemas/ruleset.schema.json",
        "schemas/leadline.schema.json",
        "schemas/test.schema.json",
        "schemas/audits.schema.json",
        "schemas/reviews.schema.json",
        "rulesets/b2b_saas/ruleset.yaml",
        "rulesets/b2b_saas/ruleset.test.yaml",
        "data/events.csv",
        "data/leads.csv",
    }


def test_the_editor_finds_the_schema_that_the_project_brings(made: Path):
    settings = json.loads((made / ".vscode/settings.json").read_text(encoding="utf-8"))

    for schema, files in settings["yaml.schemas"].items():
        assert (made / schema).is_file()
        kind = Path(schema).name.removesuffix(".schema.json")
        later = Path(f"rulesets/b2b_saas/ruleset.{kind}.yaml")  # audits and reviews are yours
        assert list(made.glob(files)) or later.match(files)


def test_the_configuration_of_a_new_project_is_plain_to_leadline(made: Path):
    loaded = load((made / "leadline.yaml").read_bytes(), "leadline.yaml")

    assert loaded.document is not None
    assert loaded.diagnostics == ()


def test_the_hooks_of_a_new_project_are_those_that_leadline_offers(made: Path):
    offered = {hook["id"]: hook for hook in yaml.safe_load(OFFERED.read_text(encoding="utf-8"))}
    [repository] = yaml.safe_load((made / ".pre-commit-config.yaml").read_text())["repos"]

    # Of the made-up programs of a new project nobody records a review: they would all be overdue.
    left_out = {"leadline-audit-due"}
    assert {hook["id"] for hook in repository["hooks"]} == set(offered) - left_out
    for hook in repository["hooks"]:
        assert hook["additional_dependencies"] == [f"leadline=={__version__}"]
        for key in ("name", "entry", "language", "types", "pass_filenames"):
            assert hook[key] == offered[hook["id"]][key]


def test_the_schemas_are_written_anew_and_nothing_else(cli, new_project: Path):
    before = {path: path.read_bytes() for path in new_project.rglob("*") if path.is_file()}
    schemas = list((new_project / "schemas").iterdir())
    for schema in schemas:
        schema.write_text("old", encoding="utf-8")

    done = cli("init", "--schemas")

    assert done.code == 0
    assert len(schemas) == 5
    assert {path: path.read_bytes() for path in new_project.rglob("*") if path.is_file()} == before


def test_the_schemas_of_a_new_project_take_its_files(made: Path):
    ruleset = "rulesets/b2b_saas/ruleset"
    for name, file in (
        ("leadline", "leadline.yaml"),
        ("ruleset", f"{ruleset}.yaml"),
        ("test", f"{ruleset}.test.yaml"),
    ):
        schema = json.loads((made / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))
        read = YAML(typ="safe", pure=True).load(made / file)

        # Editors read YAML 1.2, in which `on` is a word; dates are texts to JSON.
        jsonschema.validate(json.loads(json.dumps(read, default=str)), schema)


def test_the_readme_of_a_new_project_names_commands_that_exist(made: Path):
    text = (made / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^    leadline ([a-z]+)", text, re.MULTILINE)

    assert len(named) >= 5
    assert set(named) <= set(COMMANDS)


@pytest.mark.parametrize("there", ["leadline.yaml", "data", "README.md", ".gitignore"])
def test_init_overwrites_nothing(cli, here: Path, there: str):
    (here / there).write_text("mine", encoding="utf-8")

    said = cli("init")

    assert said.code == 2
    assert there in said.err
    assert (here / there).read_text(encoding="utf-8") == "mine"
    assert [path.name for path in here.iterdir()] == [there]


def test_init_writes_parquet_where_asked(cli, here: Path):
    made = cli("init", "p", "--leads", "20", "--until", "2026-06-30", "--format", "parquet")

    assert made.code == 0
    assert (here / "p/data/events.parquet").is_file()
    assert not list((here / "p").rglob("*.csv"))
    assert "plugin: parquet" in (here / "p/leadline.yaml").read_text(encoding="utf-8")


def test_the_same_arguments_make_the_same_files(cli, here: Path):
    for folder in ("one", "two"):
        assert cli("init", folder, "--leads", "20", "--until", "2026-06-30").code == 0

    one, two = here / "one", here / "two"
    files = [path.relative_to(one) for path in one.rglob("*") if path.is_file()]
    assert len(files) > 15
    assert all((one / file).read_bytes() == (two / file).read_bytes() for file in files)
