"""Make event logs and tables of leads that press on edges: midnights, ties, gaps, silences."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]

COLUMNS: dict[str, dict[str, str]] = {
    "events": {
        "event_id": "text",
        "lead_id": "text",
        "occurred_at": "instant",
        "type": "text",
        "asset_id": "text",
        "visit_id": "text",
        "campaign": "text",
        "url": "text",
        "seconds_watched": "number",
        "quantity": "number",
    },
    "leads": {
        "lead_id": "text",
        "account_id": "text",
        "created_at": "instant",
        "email": "text",
        "country": "text",
        "job_title": "text",
        "employees_band": "text",
        "score_seed": "number",
        "opted_out": "truth",
    },
    "accounts": {
        "account_id": "text",
        "domain": "text",
        "employees": "number",
        "industry": "text",
    },
    "assets": {
        "asset_id": "text",
        "kind": "text",
        "product": "text",
        "tags": "text",
        "duration": "number",
        "stage": "text",
    },
    "lead_history": {
        "lead_id": "text",
        "field": "text",
        "value": "text",
        "changed_at": "instant",
    },
    "lead_tags": {"lead_id": "text", "tag": "text", "value": "text", "set_at": "instant"},
    "aliases": {"old_lead_id": "text", "lead_id": "text", "since": "instant"},
}

_TYPES = ("page_view",) * 4 + ("download", "video_play", "email_open", "webinar_attend")
_URLS = (
    "/pricing",
    "/pricing/plans",
    "/careers",
    "/docs/1",
    "/docs/2",
    "/docs/3",
    "/docs/44",
    None,
)
_QUANTITIES = (0.0, 1.0, 2.0, 3.0, 5.0, -1.0, None, 1.0, 2.0, 3.0)
_ODD_QUANTITIES = (1e7, float("nan"), float("inf"), 0.1, 1_000_000.0, 1_000_000.5)
_TAGS = (
    "sales-ready; top",
    " sales-ready",
    "top,price|new",
    "sales-ready-ish",
    None,
    "",
    "x | top",
)
_SILENCES = (29, 30, 30, 31, 59, 60, 61, 90, 7, 10, 14, 366)
_GAPS = (
    timedelta(minutes=30),
    timedelta(minutes=30, microseconds=-1),
    timedelta(minutes=30, seconds=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(0),
)
_EDGES = tuple(timedelta(microseconds=step) for step in (0, 1, -1, 1_000_000, -1_000_000))


def tables_of(zone_name: str, as_of: date, anchor: date, seeds: list[int]) -> dict[str, list[Row]]:
    """Return all tables of a case.

    Args:
        zone_name: The model's timezone, whose midnights are the edges.
        as_of: The date of the score.
        anchor: A day on which the zone's clock does something.
        seeds: One for each lead, at most a hundred; the same seeds give the same tables.
    """
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    case = Random(sum(seeds))
    tables["assets"] = [asset_row(case, number) for number in range(1, 6)]
    tables["accounts"] = account_rows(case)
    # Lead l0 has every tag, so that no tag of a ruleset is unknown.
    for tag in ("track", "mql"):
        set_at = datetime(2010, 1, 1)
        tables["lead_tags"].append({"lead_id": "l0", "tag": tag, "value": "x", "set_at": set_at})
    for number, seed in enumerate(seeds):
        # Hypothesis likes to repeat a seed; its place makes another lead of it.
        times = Times(Random(seed * 100 + number), ZoneInfo(zone_name), as_of, anchor)
        _add_lead(tables, number, times)
    return tables


class Times:
    """Instants (naive, UTC) around the date of a score, drawn from one lead's generator."""

    def __init__(self, random: Random, zone: ZoneInfo, as_of: date, anchor: date) -> None:
        self.random = random
        self.zone = zone
        self.as_of = as_of
        self.anchor = anchor

    def local(self, day: date, clock: time) -> datetime:
        """Return a local time as an instant; of the hour that is twice, the first."""
        at = datetime.combine(day, clock, tzinfo=self.zone)
        return at.astimezone(UTC).replace(tzinfo=None)

    def past_day(self, most: int) -> date:
        """Return a day up to the date."""
        return self.as_of - timedelta(days=self.random.randrange(most))

    def midnight(self, day: date) -> datetime:
        """Return a local midnight, or just before or after it."""
        return self.local(day, time()) + self.random.choice(_EDGES)

    def any_time(self, day: date) -> datetime:
        """Return some time of a day, often at its edge."""
        if self.random.random() < 0.2:
            return self.midnight(day)
        return self.local(day, time(self.random.randrange(24), self.random.choice((0, 15, 59))))

    def dense(self) -> list[datetime]:
        """Return several events a day on days in a row."""
        first = self.past_day(150)
        days = [first + timedelta(days=n) for n in range(self.random.randint(2, 6))]
        return [self.any_time(day) for day in days for _ in range(self.random.randint(1, 3))]

    def silent(self) -> list[datetime]:
        """Return single events with silences of about a month between, back from the date."""
        day = self.as_of - timedelta(days=self.random.choice((0, 1, 30, 90, *_SILENCES)))
        found = []
        for _ in range(self.random.randint(1, 6)):
            found.append(self.any_time(day))
            day -= timedelta(days=self.random.choice(_SILENCES))
        return found

    def visit(self) -> list[datetime]:
        """Return events with gaps of about half an hour, often over midnight."""
        at = self.local(self.past_day(100), time(self.random.choice((9, 22, 23)), 30))
        found = [at]
        for _ in range(self.random.randint(2, 6)):
            at += self.random.choice(_GAPS)
            found.append(at)
        return found

    def clock_change(self) -> list[datetime]:
        """Return events around the hours at which the zone's clock may move."""
        begin = self.local(self.anchor, time())
        steps = [self.random.randrange(-4, 24) for _ in range(self.random.randint(2, 5))]
        return [begin + timedelta(minutes=15 * step) for step in steps]

    def same_instant(self) -> list[datetime]:
        """Return several events at one instant."""
        return [self.any_time(self.past_day(40))] * self.random.randint(2, 4)

    def last_midnight(self) -> list[datetime]:
        """Return events about the midnight that ends the date, and in the future."""
        end = self.as_of + timedelta(days=1)
        later = end + timedelta(days=self.random.randrange(40))
        return [self.midnight(end), self.any_time(later), self.any_time(self.as_of)]

    def habit(self) -> list[datetime]:
        """Return all instants of a lead: up to four of the patterns above, or none."""
        patterns = (
            self.dense,
            self.silent,
            self.silent,
            self.visit,
            self.clock_change,
            self.same_instant,
            self.last_midnight,
        )
        number = self.random.choice((0, 1, 2, 3, 4))
        return [at for pattern in self.random.sample(patterns, number) for at in pattern()]


def _add_lead(tables: dict[str, list[Row]], number: int, times: Times) -> None:
    random = times.random
    lead_id = f"l{number}"
    unknown = number > 0 and random.random() < 0.1
    old = random.random() < 0.15 and not unknown
    names = [lead_id] + [f"old{number}"] * old
    for place, at in enumerate(times.habit()):
        event_id = f"{random.choice('zbm')}{number}.{place}"
        tables["events"].append(event_row(random, event_id, random.choice(names), at))
    random.shuffle(tables["events"])
    if unknown:
        return
    tables["leads"].append(lead_row(lead_id, times))
    if old:
        since = times.any_time(times.past_day(60)) if random.random() < 0.4 else None
        if random.random() < 0.2:
            since = times.midnight(times.as_of + timedelta(days=1))
        tables["aliases"].append({"old_lead_id": names[1], "lead_id": lead_id, "since": since})
        if random.random() < 0.3:
            tables["leads"].append({**lead_row(names[1], times), "created_at": None})
        if random.random() < 0.3:
            older = {"old_lead_id": f"older{number}", "lead_id": names[1], "since": None}
            tables["aliases"].append(older)
            at = times.any_time(times.past_day(30))
            tables["events"].append(event_row(random, f"o{number}", f"older{number}", at))
    _add_changes(tables, random.choice(names), times)


def event_row(random: Random, event_id: str, lead_id: str, at: datetime) -> Row:
    """Return an event of a lead."""
    given = random.random() < 0.25
    odd = random.random() < 0.03
    return {
        "event_id": event_id,
        "lead_id": lead_id,
        "occurred_at": at,
        "type": "demo_request" if random.random() < 0.06 else random.choice(_TYPES),
        "asset_id": random.choice(("a1", "a2", "a3", "a4", "a5", "a9", None)),
        "visit_id": random.choice(("v1", "v2")) if given else None,
        "campaign": random.choice(("c1", "c2", None)),
        "url": random.choice(_URLS),
        "seconds_watched": random.choice((0.0, 30.0, 60.0, 600.0, None)),
        "quantity": random.choice(_ODD_QUANTITIES if odd else _QUANTITIES),
    }


def lead_row(lead_id: str, times: Times) -> Row:
    """Return a lead's row."""
    random = times.random
    created = random.choice(
        (
            None,
            times.any_time(times.past_day(300)),
            times.any_time(times.past_day(40)),
            times.midnight(times.as_of + timedelta(days=1)),
            times.any_time(times.as_of + timedelta(days=20)),
        )
    )
    emails = ("a@corp.example", "b@firm.example", "c@gmail.com", "nobody", None)
    return {
        "lead_id": lead_id,
        "account_id": random.choice(("acc1", "acc2", "acc9", None, None)),
        "created_at": created,
        "email": random.choice(emails),
        "country": random.choice(("DE", "US", "NO", None)),
        "job_title": random.choice(("VP Sales", "Head of IT", "Intern", "svp", None)),
        "employees_band": random.choice(("1-9", "10-99", None)),
        "score_seed": random.choice((0.0, 1.0, 2.5, 7.0, -3.0, None)),
        "opted_out": random.choice((False, False, True, None)),
    }


def _add_changes(tables: dict[str, list[Row]], lead_id: str, times: Times) -> None:
    """Add history and tags; no two changes of one field fall on one instant."""
    random = times.random
    choices = (
        ("lead_history", "field", "changed_at", "country", ("DE", "US", None)),
        ("lead_history", "field", "changed_at", "job_title", ("VP Sales", "Intern")),
        ("lead_tags", "tag", "set_at", "track", ("nurture", "sales", None)),
        ("lead_tags", "tag", "set_at", "mql", ("yes", "2024-03-01")),
    )
    for table, what, when, name, values in choices:
        if random.random() < 0.7:
            continue
        midnight = times.midnight(times.as_of + timedelta(days=random.choice((0, 1))))
        for at in {midnight, times.any_time(times.past_day(90))}:
            row = {"lead_id": lead_id, what: name, "value": random.choice(values), when: at}
            tables[table].append(row)


def asset_row(random: Random, number: int) -> Row:
    """Return the asset of a number."""
    return {
        "asset_id": f"a{number}",
        "kind": random.choice(("webinar", "white paper", "video")),
        "product": random.choice(("alpha", "beta", None)),
        "tags": random.choice(_TAGS),
        "duration": random.choice((0.0, 60.0, 600.0, None)),
        "stage": random.choice(("aware", "engaged", "sales_ready", None)),
    }


def account_rows(random: Random) -> list[Row]:
    """Return all accounts."""
    domains = ("corp.example", "firm.example", "firm.example", "gmail.com", None)
    return [
        {
            "account_id": f"acc{number}",
            "domain": domain,
            "employees": random.choice((10.0, 200.0, 1000.0, None)),
            "industry": random.choice(("software", "retail", None)),
        }
        for number, domain in enumerate(domains, 1)
    ]
