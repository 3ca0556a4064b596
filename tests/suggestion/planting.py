"""Outcomes that a test draws itself, so that it knows what they come of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from leadline.document import load
from leadline.panel import Asked, build_panel
from leadline.pipeline import RulesetText
from leadline.store import Store

#: Rules over the events of the demo log; what each gives does not depend on the others.
RULES = {
    "demo_request": "event: demo_request",
    "trial": 'event: form_submit, where: asset.tags has "trial"',
    "pricing_page": 'event: page_view, where: url starts with "/pricing", limit: 3 per day',
    "case_study": 'event: download, where: asset.kind is "case study"',
    "white_paper": 'event: download, where: asset.kind is "white paper"',
    "mail_click": "event: email_click, limit: 1 per day",
    "sign_up": "event: webinar_register",
    "webinar": "event: webinar_attend",
    "careers": 'event: page_view, where: url starts with "/careers", limit: 1 per day',
}


def ruleset(points: Mapping[str, object], *, sales_ready: int = 60, more: str = "") -> RulesetText:
    """Return a ruleset of some of these rules, each with its points."""
    rules = "\n".join(
        f"      {name}: {{{RULES[name]}, points: {value}}}  # about {name}"
        for name, value in points.items()
    )
    return read(f"""leadline: 1
model: planted
scores:
  readiness:
    sales_ready: {sales_ready}
    actions:
{rules}
    decay: {{half_life: 60 days}}
{more}""")


def read(text: str, file: str = "planted.yaml") -> RulesetText:
    loaded = load(text.encode(), file)
    return RulesetText(file, loaded.text, loaded.document, loaded.diagnostics)


def plant(
    store: Store,
    dates: Sequence[date],
    weights: Mapping[str, float],
    *,
    base: float = -4.0,
    seed: str = "1",
) -> int:
    """Draw who has an opportunity within 30 days after each date, and keep these alone.

    Args:
        store: its opportunities are replaced.
        dates: the dates.
        weights: of each rule, the log-odds for each time that it matched (as it decays).
        base: the log-odds of a lead that did nothing.
        seed: another seed, other draws.

    Returns:
        How many there are.
    """
    text = ruleset(dict.fromkeys(RULES, 1))
    until = dates[-1].replace(year=dates[-1].year + 1).isoformat()
    store.database.execute("DELETE FROM opportunities")
    build_panel(store, text, Asked(tuple(dates), 30, until, rules=True), lambda *_: None)
    odds = " + ".join(f'{weight!r} * "rule.{name}"' for name, weight in weights.items()) or "0"
    draw = f"md5_number_lower(concat(lead_id, snapshot, '{seed}')) / 18446744073709551616.0"
    # A deal of ten days that is lost: the lead is free again on the next date.
    store.database.execute(f"""
        INSERT INTO opportunities BY NAME
        SELECT concat('planted ', lead_id, ' ', snapshot) AS opportunity_id, lead_id,
          snapshot + INTERVAL 10 DAY AS created_at, snapshot + INTERVAL 20 DAY AS closed_at,
          FALSE AS won
        FROM panel
        WHERE {draw} < 1 / (1 + exp(-({base!r} + {odds})))""")
    return int(store.database.value("SELECT count(*) FROM opportunities"))
