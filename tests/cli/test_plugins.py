from __future__ import annotations

from pathlib import Path

import pytest


def test_the_built_in_plugins_are_listed(cli, here: Path):
    rows = cli("plugins", "list", "--format", "csv").records

    built_in = {row["plugin"]: row for row in rows if row["origin"] == "built in"}
    assert set(built_in) >= {"csv", "parquet"}
    assert built_in["csv"]["distribution"] == "leadline"
    assert {row["used here"] for row in rows} == {"no"}


def test_a_project_says_which_it_uses_and_none_is_imported(cli, small_project: Path):
    (small_project / "mine").mkdir()
    (small_project / "mine/broken.py").write_text("raise RuntimeError('imported')\n")
    with (small_project / "leadline.yaml").open("a", encoding="utf-8") as file:
        file.write("plugin_folder: mine\n")

    said = cli("plugins", "list", "--format", "json")

    assert said.code == 0
    used = {row["plugin"]: row["used here"] for row in said.json}
    assert used["csv"] == "yes"
    assert used["parquet"] == used["broken"] == "no"


def test_the_list_goes_to_a_file(cli, here: Path):
    assert cli("plugins", "list", "-o", "plugins.md").out == ""
    assert (here / "plugins.md").read_text(encoding="utf-8").startswith("| plugin | distribution |")
    assert cli("plugins", "list", "-o", "plugins.parquet").code == 2


def test_what_a_plugin_raises_says_no_secret(
    cli, small_project: Path, monkeypatch: pytest.MonkeyPatch
):
    (small_project / "mine").mkdir()
    (small_project / "mine/acorn.py").write_text(
        "from leadline.plugin import SourceKind, hookimpl\n"
        "class Acorn:\n"
        "    def __init__(self, settings):\n"
        "        raise ValueError('GET /?key=cana%2Fry: ' + settings['token'])\n"
        "@hookimpl\n"
        "def leadline_sources():\n"
        "    return (SourceKind('acorn', 'x.', {'type': 'object'}, Acorn),)\n"
    )
    project = small_project / "leadline.yaml"
    settings = "{plugin: acorn, settings: {token: '${ACORN_TOKEN}'}}"
    written = project.read_text(encoding="utf-8")
    project.write_text(
        written.replace("sources:\n", f"sources:\n  acorn: {settings}\n", 1)
        + "plugin_folder: mine\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("ACORN_TOKEN", "cana/ry")

    said = cli("run")

    assert said.code == 4
    assert "ValueError: GET /?key=****: ****" in said.err
