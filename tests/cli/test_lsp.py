from __future__ import annotations

import importlib.util


def test_without_the_extra_the_command_says_how_to_install_it(cli, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "pygls" else find(name)
    )

    said = cli("lsp")

    assert said.code == 2
    assert 'pip install "leadline[lsp]"' in said.err


def test_the_help_tells_how_editors_are_set_up(cli):
    said = cli("lsp", "--help")

    assert said.code == 0
    for editor in ("VS Code", "Neovim", "Helix"):
        assert editor in said.out
    assert max(map(len, said.out.splitlines())) <= 80
