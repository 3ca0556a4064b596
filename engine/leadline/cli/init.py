"""``leadline init``: a project that runs."""

from __future__ import annotations

import importlib.resources
import json
from datetime import UTC, datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from leadline.cli.output import note
from leadline.demo import Generated, generate
from leadline.errors import UsageError
from leadline.report.terminal import progress
from leadline.ruleset.schema import schema_text

_RULESET = "b2b_saas"
_FILES = ("ruleset.yaml", "ruleset.test.yaml", "README.md")

_WORKFLOW = """\
# Checks the rulesets on every push and pull request. It needs no network and no secrets.
name: leadline
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install leadline
      - run: leadline check --data data
      - run: leadline score rulesets/b2b_saas --data data --format csv -o scores.csv
"""

_README = """\
# Lead scoring

The model is in `rulesets/b2b_saas/ruleset.yaml`, the data in `data/`, the rest in
`leadline.yaml`.

    leadline run                        load the data, score, keep the results in the store
    leadline leads --limit 20           the leads to call first, with reasons
    leadline explain LEAD               why a lead has its scores
    leadline accounts --committee       companies with several interested people
    leadline check                      what is wrong with the rulesets

The data are made up. To use your own, change the files named in `leadline.yaml`; a mapping there
says what your columns are called.
"""


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--leads",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    help="How many leads the sample data have.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day of the sample data. [default: yesterday]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("csv", "parquet")),
    default="csv",
    show_default=True,
    help="How the sample data are written.",
)
def command(folder: Path, leads: int, until: datetime | None, format_: str) -> int:
    """Make a project that runs in FOLDER: a ruleset with tests, sample data, CI, editor settings.

    Nothing that is there is overwritten.
    """
    last = until.date() if until else datetime.now(UTC).date() - timedelta(days=1)
    texts = _texts()
    there = [name for name in ("leadline.yaml", "data", *texts) if (folder / name).exists()]
    if there:
        raise UsageError(
            f"{folder} has these already: {', '.join(there)}",
            hint="name another folder, or move them away",
        )
    with progress() as tick:
        made = generate(
            folder / "data",
            leads=leads,
            until=last,
            format="csv" if format_ == "csv" else "parquet",
            progress=tick,
        )
    texts["leadline.yaml"] = _configuration(folder, made, format_)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    note(f"made a project in {folder}: {len(texts)} files and data of {leads:,} leads until {last}")
    enter = f"cd {folder} && " if folder != Path() else ""
    note(f"next: {enter}leadline run")
    return 0


def _texts() -> dict[str, str]:
    """Return the files of a new project, but for its configuration and data."""
    shipped = _shipped() / _RULESET
    texts = {f"rulesets/{_RULESET}/{name}": (shipped / name).read_text("utf-8") for name in _FILES}
    schema = "./schemas/ruleset.schema.json"
    settings = {"yaml.schemas": {schema: "rulesets/*/ruleset.yaml"}}
    texts["schemas/ruleset.schema.json"] = schema_text()
    texts[".vscode/settings.json"] = json.dumps(settings, indent=2) + "\n"
    texts[".vscode/extensions.json"] = (
        json.dumps({"recommendations": ["redhat.vscode-yaml"]}, indent=2) + "\n"
    )
    texts[".github/workflows/leadline.yml"] = _WORKFLOW
    texts[".gitignore"] = "*.duckdb\n*.duckdb.wal\n"
    texts["README.md"] = _README
    return texts


def _shipped() -> Traversable:
    return importlib.resources.files("leadline_rulesets")


def _configuration(folder: Path, made: Generated, format_: str) -> str:
    files = "\n".join(
        f"        {table.name}: {table.path.relative_to(folder).as_posix()}"
        for table in made.tables
    )
    return f"""\
# A leadline project: where the data come from, which rulesets score them, where results are kept.
store: leadline.duckdb
rulesets: [rulesets/{_RULESET}]
sources:
  sample:
    plugin: {format_}
    timezone: UTC  # of times without an offset
    settings:
      files:
{files}
"""
