"""``leadline audit``: programs that are reviewed on a cadence."""

from __future__ import annotations

import click

from leadline.cli.audit_calendar import calendar
from leadline.cli.audit_due import due
from leadline.cli.audit_record import record
from leadline.cli.audit_sheet import sheet


@click.group("audit")
def command() -> None:
    """Review programs on a cadence: their figures, what is due, what people found.

    Programs stand under `audits:` in a ruleset, or in NAME.audits.yaml beside NAME.yaml. What
    `record` writes goes to NAME.reviews.yaml beside it: keep that in git, too.
    """


for _one in (sheet, due, record, calendar):
    command.add_command(_one)
