"""``leadline demo``: a believable log to try leadline on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from leadline.cli.output import note
from leadline.demo import generate
from leadline.errors import UsageError
from leadline.report.terminal import progress

FORMATS = ("parquet", "csv")


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--leads", type=click.IntRange(min=1), default=2000, show_default=True, help="How many leads."
)
@click.option(
    "--events-per-lead",
    type=click.IntRange(min=1),
    default=25,
    show_default=True,
    help="On average; few leads have many.",
)
@click.option(
    "--days", type=click.IntRange(min=1), default=730, show_default=True, help="How many days."
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-06-30",
    show_default=True,
    help="The last day of the log.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed, another log.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="parquet",
    show_default=True,
    help="How it is written.",
)
@click.option("--replace", is_flag=True, help="Overwrite an earlier log of the same format.")
def command(
    folder: Path,
    leads: int,
    events_per_lead: int,
    days: int,
    until: datetime,
    seed: int,
    format_: str,
    replace: bool,
) -> int:
    """Write the log of a made-up company into FOLDER: the same arguments, the same log."""
    there = sorted(path.name for ending in FORMATS for path in folder.glob(f"*.{ending}"))
    if there and not (replace and all(name.endswith(format_) for name in there)):
        raise UsageError(
            f"{folder} has data already: {', '.join(there)}",
            hint="name another folder, or pass --replace",
        )
    with progress() as tick:
        made = generate(
            folder,
            leads=leads,
            days=days,
            until=until.date(),
            seed=seed,
            events_per_lead=events_per_lead,
            format="csv" if format_ == "csv" else "parquet",
            progress=tick,
        )
    for table in made.tables:
        note(f"{table.rows:>10,} rows  {table.path}")
    return 0
