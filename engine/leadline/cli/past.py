"""What the commands of the past share: the span they tell of, its instants, words beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import click

from leadline.cli.options import Work
from leadline.cli.output import show
from leadline.cli.summary import said_of_data
from leadline.diagnostic import did_you_mean, nearest
from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.past import Past
from leadline.plan.clock import Offset, offsets, parse_as_of, start_of_day
from leadline.ruleset.model import Ruleset
from leadline.sql.past_listing import Instants, daily_columns, daily_list, first_instants
from leadline.store import Store

F = TypeVar("F", bound=Callable[..., Any])

#: How far back the moves in a summary lie, the date itself included.
LATELY = timedelta(days=30)


def span_options(command: F) -> F:
    """Add ``--from`` and ``--to``."""
    command = click.option(
        "--to",
        "until",
        metavar="DATE",
        callback=date_of,
        help="The last date, or an instant. [default: today]",
    )(command)
    return click.option(
        "--from",
        "since",
        metavar="DATE",
        callback=date_of,
        help="The first date, or an instant. [default: the beginning]",
    )(command)


def date_of(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no date before anything is loaded; the model's timezone comes later."""
    if value is not None:
        parse_as_of(value, "UTC")
    return value


def lead_and_ruleset(first: str | None, second: Path | None) -> tuple[str | None, Path | None]:
    """Tell a lead from a ruleset.

    One argument alone is the ruleset where a file or folder of that name is there, or where it
    ends as a ruleset's file does; else it is the lead.
    """
    if first is None or second is not None:
        return first, second
    path = Path(first)
    if path.exists() or path.suffix in (".yaml", ".yml"):
        return None, path
    return first, None


def in_order(since: str | None, until: str | None) -> None:
    """Refuse a span that ends before it begins.

    Raises:
        UsageError: it does.
    """
    if since is None or until is None:
        return
    if parse_as_of(until, "UTC").before < parse_as_of(since, "UTC").before:
        raise UsageError(f"the span ends ({until}) before it begins ({since})")


def begun(past: Past, since: str | None) -> None:
    """Refuse a span that begins after its end, which may be today in the model's timezone.

    Raises:
        UsageError: it does.
    """
    if past.since is not None and past.since >= past.until.before:
        raise UsageError(f"the span ends ({past.until.day}) before it begins ({since})")


def span_of(
    as_of: str | None, since: str | None, until: str | None, *, spanned: bool = True
) -> tuple[str | None, str | None]:
    """Return the first and the last date of a table, None where they are not said.

    Args:
        as_of: another word for the last date.
        since: the first date.
        until: the last date.
        spanned: whether the table is of a span; any other is of all time up to ``as_of``.

    Raises:
        UsageError: the options do not go together.
    """
    if not spanned and (since is not None or until is not None):
        raise UsageError("--from and --to go with --daily", hint="--as-of DATE is another date")
    if as_of is not None and until is not None:
        raise UsageError("--as-of and --to are both the last date", hint="choose one of them")
    in_order(since, until or as_of)
    return since, until or as_of


def show_daily(
    database: Database,
    past: Past,
    kind: Literal["stage", "segment"],
    names: Sequence[str],
    format_: str,
    output: Path | None,
) -> None:
    """Print the leads in each stage or segment at the end of each day.

    People get a row a day and a column a list, programs a row a day and list.
    """
    since = _first_day(past)
    written = daily_columns if format_ in ("table", "md") else daily_list
    sql = written(kind, names, since)
    show(database, sql, format_, output, empty=f"nobody is known until {past.until.day}")


def _first_day(past: Past) -> date | None:
    if past.since is None:
        return None
    return past.since.replace(tzinfo=UTC).astimezone(ZoneInfo(past.ruleset.timezone)).date()


def zone_of(database: Database, past: Past, relation: str, *columns: str) -> tuple[Offset, ...]:
    """Return the offsets of the model's timezone that the instants of a relation need."""
    first = database.value(first_instants(relation, columns)) or past.until.before
    return offsets(past.ruleset.timezone, first, past.until.before)


def instants_for(format_: str) -> Instants:
    """Return how a format gives instants: Parquet has a type for them, people want minutes."""
    named: dict[str, Instants] = {"parquet": "typed", "table": "minutes"}
    return named.get(format_, "text")


def refuse_unknown(model: Ruleset, named: str | None) -> None:
    """Refuse a model without segments, and a name that none of them has.

    Raises:
        UsageError: it is so.
    """
    names = [segment.name for segment in model.segments]
    if not names:
        raise UsageError("the model has no segments", hint="add `segments:` to the ruleset")
    if named is not None and named not in names:
        raise UsageError(f"no segment is called `{named}`", hint=did_you_mean(named, names))


def lately(past: Past) -> datetime:
    """Return from which instant on (UTC) a move counts as one of late."""
    return start_of_day(_lately(past), past.ruleset.timezone)


def said_of_lately(past: Past, headings: str) -> str:
    """Return the note that says of which days some columns tell."""
    return f"{headings}: from {_lately(past)} to {past.until.day}"


def _lately(past: Past) -> date:
    return past.until.day - LATELY + timedelta(days=1)


def said_of_past(past: Past, work: Work) -> Iterator[str]:
    """Yield the lines that go to standard error after a table of the past."""
    first = _first_day(past)
    span = f"from {first} to {past.until.day}" if first is not None else f"until {past.until.day}"
    yield f"{past.ruleset.model} {span} ({past.ruleset.timezone})"
    yield from said_of_data(work)


def absent(store: Store, lead: str, ask: str) -> UsageError:
    """Say why a lead has no score: left out, not there yet, merged, or unknown.

    Args:
        store: the data, with the relations of this lead.
        lead: its id.
        ask: what names a lead to the command, such as ``explain`` or ``--lead``.
    """
    database = store.database
    if database.value("SELECT count(*) FROM known_lead"):
        return UsageError(f"the lead {lead} is left out by `leads:` of the ruleset")
    merged = database.value("SELECT lead_id FROM aliases WHERE old_lead_id = ?", [lead])
    if merged:
        return UsageError(f"the lead {lead} was merged into {merged}", hint=f"{ask} {merged}")
    every = "(SELECT lead_id FROM leads UNION SELECT lead_id FROM events)"
    if database.value(f"SELECT count(*) FROM {every} WHERE lead_id = ?", [lead]):  # noqa: S608
        return UsageError(f"the lead {lead} does not exist yet on this date")
    rows = database.rows(
        f"SELECT lead_id FROM {every} "  # noqa: S608 - fixed text
        "ORDER BY levenshtein(lead_id, ?), lead_id LIMIT 3",
        [lead],
    )
    near = " or ".join(f"`{name}`" for name in nearest(lead, [row[0] for row in rows]))
    hint = f"did you mean {near}?" if near else "`leadline leads` lists them"
    return UsageError(f"no lead is called {lead}", hint=hint)
