"""``leadline lsp``: the language server."""

from __future__ import annotations

import importlib.util

import click

from leadline.errors import UsageError

_SETUP = """
VS Code: an extension that starts any language server, such as "Generic LSP Client", with the
command `leadline lsp` for the language `yaml`.

\b
Neovim 0.11:
  vim.lsp.config.leadline = {
    cmd = { "leadline", "lsp" }, filetypes = { "yaml" },
    root_markers = { "leadline.yaml", ".git" } }
  vim.lsp.enable("leadline")

\b
Helix, languages.toml:
  [language-server.leadline]
  command = "leadline"
  args = ["lsp"]
  [[language]]
  name = "yaml"
  language-servers = ["leadline"]

More is in docs/editor.md.
"""


@click.command("lsp", epilog=_SETUP)
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, as always.")
def command(stdio: bool) -> int:
    """Serve an editor: findings as you type, completion, hover, rename, format.

    An editor starts this and speaks the Language Server Protocol with it over standard input and
    output; run by hand it waits for a client. It looks at rulesets, their tests, audits and
    reviews, and at leadline.yaml, and leaves other YAML files alone. Where the project has a store,
    it shows and offers what is in the data; it reads a copy, so it is never in the way of a run.

    It takes the extra `lsp`: pip install "leadline[lsp]"
    """
    if importlib.util.find_spec("pygls") is None:
        raise UsageError(
            "the language server needs the extra `lsp`, which is not installed",
            hint='pip install "leadline[lsp]"',
        )
    from leadline.language_server.serving import serve  # noqa: PLC0415 - takes the extra

    return serve()
