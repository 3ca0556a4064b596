"""Make small logs over about two months in which much happens to each lead."""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle.logs import (
    COLUMNS,
    Row,
    Times,
    account_rows,
    asset_row,
    event_row,
    lead_row,
)

SPAN = 60
_VALUES: dict[str, tuple[str | None, ...]] = {
    "country": ("DE", "US", "NO", None),
    "job_title": ("VP Sales", "Intern"),
    "account_id": ("acc1", "acc2", None),
    "track": ("aware", "engaged", "sales_ready", "nurture", "engaged", None),
    "mql": ("yes", "2024-03-01"),
}


def small_tables_of(
    zone_name: str, as_of: date, anchor: date, seeds: list[int]
) -> dict[str, list[Row]]:
    """Return all tables of a small case; the arguments are those of `tables_of`."""
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    case = Random(sum(seeds))
    tables["assets"] = [asset_row(case, number) for number in range(1, 6)]
    tables["accounts"] = account_rows(case)
    # No column and no tag that a ruleset reads is unknown, though nobody has it yet.
    later = datetime.combine(as_of, datetime.min.time()) + timedelta(days=400)
    for tag in ("track", "mql"):
        tables["lead_tags"].append({"lead_id": "later", "tag": tag, "value": "x", "set_at": later})
    tables["events"].append(event_row(case, "later", "later", later))
    for number, seed in enumerate(seeds):
        times = Times(Random(seed * 100 + number), ZoneInfo(zone_name), as_of, anchor)
        _add_lead(tables, number, times)
    return tables


def _add_lead(tables: dict[str, list[Row]], number: int, times: Times) -> None:
    random = times.random
    lead_id = f"l{number}"
    old = random.random() < 0.25
    names = [lead_id] + [f"old{number}"] * old
    instants = _instants(times)
    if random.random() < 0.1:
        # Known from its changes and tags alone, and in half of the cases from its row.
        instants = []
    for place, at in enumerate(instants):
        event_id = f"{random.choice('zbm')}{number}.{place}"
        tables["events"].append(event_row(random, event_id, random.choice(names), at))
    random.shuffle(tables["events"])
    for name in names:
        if random.random() < 0.85 and not (name != lead_id and random.random() < 0.7):
            row = {**lead_row(name, times), "created_at": _created(times)}
            tables["leads"].append(row)
    if old:
        since = times.any_time(times.past_day(SPAN)) if random.random() < 0.6 else None
        tables["aliases"].append({"old_lead_id": names[1], "lead_id": lead_id, "since": since})
    _add_changes(tables, names, instants, times)


def _created(times: Times) -> datetime | None:
    later = times.as_of + timedelta(days=5)
    days = (None, None, times.past_day(SPAN), times.past_day(SPAN), times.past_day(15), later)
    day = times.random.choice(days)
    return times.any_time(day) if day is not None else None


def _instants(times: Times) -> list[datetime]:
    random = times.random
    patterns = (_scattered, _scattered, _at_once, _about_midnight, _visit, _about_clock_change)
    number = random.choice((0, 0, 1, 2, 2, 3, 4))
    return [at for pattern in random.sample(patterns, number) for at in pattern(times)]


def _scattered(times: Times) -> list[datetime]:
    days = [times.past_day(SPAN) for _ in range(times.random.randint(2, 4))]
    return [times.any_time(day) for day in days]


def _at_once(times: Times) -> list[datetime]:
    return [times.any_time(times.past_day(40))] * times.random.randint(2, 3)


def _about_midnight(times: Times) -> list[datetime]:
    day = times.past_day(SPAN)
    return [times.midnight(day), times.midnight(day + timedelta(days=1))]


def _visit(times: Times) -> list[datetime]:
    first = times.any_time(times.past_day(SPAN))
    return [first + timedelta(minutes=minutes) for minutes in (0, 10, 40)]


def _about_clock_change(times: Times) -> list[datetime]:
    begin = times.midnight(times.anchor)
    return [begin + timedelta(minutes=15 * times.random.randrange(-4, 20)) for _ in range(2)]


def _add_changes(
    tables: dict[str, list[Row]], names: list[str], instants: list[datetime], times: Times
) -> None:
    """Add history and tags, often at the very instant of an event or twice at one instant."""
    random = times.random
    for what, values in _VALUES.items():
        tag = what in ("track", "mql")
        if random.random() < (0.4 if what == "track" else 0.75):
            continue
        for _ in range(random.randint(1, 3)):
            at = times.any_time(times.past_day(SPAN))
            if instants and random.random() < 0.3:
                at = random.choice(instants)
            row = {"value": random.choice(values), "lead_id": random.choice(names)}
            if tag:
                tables["lead_tags"].append({**row, "tag": what, "set_at": at})
            else:
                tables["lead_history"].append({**row, "field": what, "changed_at": at})
