"""``leadline init``: a project that runs."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from leadline import __version__
from leadline.cli.output import note
from leadline.configuration import project_schema_text
from leadline.demo import Generated, generate
from leadline.errors import UsageError
from leadline.report.terminal import progress
from leadline.ruleset.audit_keys import audits_schema_text, reviews_schema_text
from leadline.ruleset.schema import schema_text as ruleset_schema
from leadline.testing.schema import schema_text as test_schema

_RULESET = "b2b_saas"
_FILES = ("ruleset.yaml", "ruleset.test.yaml", "README.md")

#: What a new project installs in CI: the version that made it, since scores have to stay the same.
_RELEASE = f"leadline=={__version__}"

_WORKFLOW = f"""\
# Checks and tests the rulesets on every push, and says on a pull request what it would change.
# It needs no secrets.
name: leadline
on: [push, pull_request]
permissions:
  contents: read
jobs:
  rulesets:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install {_RELEASE}
      - name: What is wrong
        run: leadline check --data data --format github
      - name: Whether the layout is the canonical one
        if: ${{{{ !cancelled() }}}}
        run: leadline fmt --check
      - name: What the tests say
        if: ${{{{ !cancelled() }}}}
        run: leadline test --format github
      # The sample programs are overdue for a review from the first day. Once the audits are your
      # own, take out `continue-on-error`, so that a review that nobody recorded is noticed.
      - name: Which programs are due for a review
        if: ${{{{ !cancelled() }}}}
        continue-on-error: true
        run: leadline audit due --data data --format github
      - name: What the change would do
        if: ${{{{ !cancelled() && github.event_name == 'pull_request' }}}}
        env:
          BASE: ${{{{ github.event.pull_request.base.sha }}}}
        run: leadline diff "$BASE" --data data --format md >> "$GITHUB_STEP_SUMMARY"
"""

_HOOK = f"""\
      - id: leadline-{{command}}
        name: leadline {{command}}
        entry: leadline {{command}}
        language: python
        additional_dependencies: [{_RELEASE}]
        types: [yaml]
        pass_filenames: false
"""

_HOOKS = """\
# `pre-commit install` has these run before every commit; see https://pre-commit.com.
repos:
  - repo: local
    hooks:
""" + "".join(_HOOK.format(command=command) for command in ("fmt", "check", "test"))

_SETTINGS = {
    "yaml.schemas": {
        "./schemas/leadline.schema.json": "leadline.yaml",
        "./schemas/ruleset.schema.json": "rulesets/**/ruleset.yaml",
        "./schemas/test.schema.json": "rulesets/**/*.test.yaml",
        "./schemas/audits.schema.json": "rulesets/**/*.audits.yaml",
        "./schemas/reviews.schema.json": "rulesets/**/*.reviews.yaml",
    },
    "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2},
}

_README = """\
# Lead scoring

The model is in `rulesets/b2b_saas/ruleset.yaml`, the data in `data/`, the rest in
`leadline.yaml`.

    leadline run                        load the data, score, keep the results in the store
    leadline leads --limit 20           the leads to call first, with reasons
    leadline explain LEAD               why a lead has its scores
    leadline accounts --committee       companies with several interested people
    leadline check                      what is wrong with the rulesets
    leadline test                       whether they do what their tests say
    leadline fmt                        write them in the one layout
    leadline audit sheet                how programs did, review by review
    leadline audit due                  which of them are to be reviewed
    leadline diff HEAD --data data      what your changes would do

`.github/workflows/leadline.yml` does `check`, `fmt`, `test`, `audit due` and `diff` on GitHub,
`.pre-commit-config.yaml` the first three before each commit. The schemas in `schemas/` are
leadline's, for editors; `leadline init --schemas` writes them anew.

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
@click.option(
    "--schemas",
    is_flag=True,
    help="Only write schemas/ anew, for editors, after an upgrade of leadline.",
)
def command(
    folder: Path, leads: int, until: datetime | None, format_: str, *, schemas: bool
) -> int:
    """Make a project that runs in FOLDER: a ruleset with tests, sample data, CI, editor settings.

    Nothing that is there is overwritten, but for the schemas, which are leadline's own.
    """
    if schemas:
        _write(folder, _schemas())
        note(f"wrote {', '.join(_schemas())} in {folder}")
        return 0
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
    _write(folder, texts)
    note(f"made a project in {folder}: {len(texts)} files and data of {leads:,} leads until {last}")
    enter = f"cd {folder} && " if folder != Path() else ""
    note(f"next: {enter}leadline run")
    return 0


def _texts() -> dict[str, str]:
    """Return the files of a new project, but for its configuration and data."""
    shipped = _shipped() / _RULESET
    texts = {f"rulesets/{_RULESET}/{name}": (shipped / name).read_text("utf-8") for name in _FILES}
    texts |= _schemas()
    texts[".vscode/settings.json"] = _json(_SETTINGS)
    texts[".vscode/extensions.json"] = _json({"recommendations": ["redhat.vscode-yaml"]})
    texts[".github/workflows/leadline.yml"] = _WORKFLOW
    texts[".pre-commit-config.yaml"] = _HOOKS
    texts[".gitignore"] = "*.duckdb\n*.duckdb.wal\n"
    texts["README.md"] = _README
    return texts


def _schemas() -> dict[str, str]:
    """Return what editors complete and check YAML by, without any network."""
    return {
        "schemas/leadline.schema.json": project_schema_text(),
        "schemas/ruleset.schema.json": ruleset_schema(),
        "schemas/test.schema.json": test_schema(),
        "schemas/audits.schema.json": audits_schema_text(),
        "schemas/reviews.schema.json": reviews_schema_text(),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


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
