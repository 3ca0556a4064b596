"""The command line. Each command is a file; none is imported before it is asked for."""

from __future__ import annotations

import importlib
import io
import keyword
import os
import sys
from typing import Any

import click

from leadline import __version__

#: Command -> what it does; the module is ``leadline.cli.COMMAND``, with ``_`` behind a word that
#: Python keeps for itself.
COMMANDS = {
    "init": "Make a project that runs.",
    "run": "Load the sources, score, keep the results.",
    "score": "Print every score of every lead.",
    "leads": "List leads with scores, stage, tags and reasons.",
    "explain": "Say why a lead has its scores, and what moved them.",
    "history": "Print every change of the scores, with its cause.",
    "stages": "Count and follow the leads in each stage.",
    "velocity": "Measure how leads move through the stages, period by period.",
    "segments": "Count and list the members of each segment.",
    "accounts": "List accounts with their scores and committees.",
    "drivers": "Say what makes leads move from stage to stage.",
    "forecast": "Tell how many leads will enter each stage, and how sure that is.",
    "acceptance": "Count what sales decided about the leads offered to them.",
    "audit": "Review programs on a cadence: their figures, what is due, what was found.",
    "outbox": "List what automations sent, will send and hold back.",
    "published": "List the results that outputs hold.",
    "compile": "Print the SQL a ruleset becomes.",
    "check": "Say what is wrong with rulesets.",
    "fmt": "Write rulesets and tests in one layout.",
    "test": "Run the cases beside rulesets.",
    "diff": "Say what a change of the rules means and does.",
    "review": "Look a scoring model over, and say what to do about it.",
    "backtest": "Judge rulesets by what became of leads.",
    "revisions": "Show how the rules came to be what they are, from git.",
    "whatif": "Try a change of the rules without editing them.",
    "suggest": "Propose points from what became of the leads, as a patch.",
    "docs": "Write the scoring handbook of a ruleset.",
    "import": "Make a ruleset from a model of HubSpot or Mautic.",
    "lsp": "Serve an editor: findings as you type, completion, hover.",
    "plugins": "List plugins, and say whether they can be used.",
    "new": "Begin a plugin from a template.",
    "demo": "Write a believable log to try leadline on.",
}

EPILOG = (
    "Exit codes: 0 good; 1 findings or a threshold; 2 wrong usage or configuration; 3 a ruleset "
    "does not compile; 4 a plugin, source or output failed; 5 a fault of leadline's own."
)


class _Commands(click.Group):
    """A group that imports a command only when it runs or is described."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"leadline.cli.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from leadline.diagnostic import did_you_mean  # noqa: PLC0415 - only on a mistake

            ctx.fail(f"no command is called `{args[0]}`; {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader, such as `head`, has all it wants. What is still buffered goes nowhere,
            # so that ending the process does not fail over it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leadline")
def cli() -> None:
    """Lead scoring as code: YAML rulesets in git, compiled to SQL, explained to the last point."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and end the process with its exit code.

    What goes to a pipe or a file is UTF-8 with line feeds on every machine.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
            if not stream.isatty():
                # An encoding without `errors` would make them strict again.
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    sys.exit(run_command(arguments))


def run_command(arguments: list[str] | None = None) -> int:
    """Run a command; print any error as a person can use it; return the exit code."""
    try:
        value: Any = cli.main(arguments, prog_name="leadline", standalone_mode=False)
        return value if isinstance(value, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except Exception as error:
        from leadline.cli.failure import report  # noqa: PLC0415 - only on a failure

        return report(error)
