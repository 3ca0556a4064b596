"""Time ``leadline diff`` of a ruleset of 200 rules against one ``leadline score`` of it.

Both are processes of their own over the same folder of data: they load it, evaluate, and write
what they found. Each round runs both, in turn, and prints seconds, CPU seconds, the peak of memory
and the ratios.

    python tests/bench/diff.py [--leads 1000000] [--events-per-lead 6] [--rounds 3] [--log DIR]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

from leadline.demo import generate

DAY = date(2026, 6, 30)
PAGES = ("blog", "products", "about", "customers", "compare", "solutions", "pricing", "contact")
CAMPAIGNS = (
    "search-generic", "search-brand", "retargeting", "social-ads", "newsletter", "webinar-invites",
    "q1-nurture", "q2-nurture", "q3-nurture", "q4-nurture",
)  # fmt: skip
PRODUCTS = ("analytics", "automation", "integration")
KINDS = ("white paper", "case study")
COUNTRIES = (
    "DE", "US", "GB", "NO", "IT", "FR", "SE", "ES", "NL", "PL", "AT", "DK", "CH", "BE",
)  # fmt: skip
INDUSTRIES = (
    "software", "energy", "logistics", "retail", "manufacturing", "education", "health", "finance",
)  # fmt: skip
TITLES = ("vp", "chief", "head", "director", "manager", "engineer", "student", "intern")

#: What the compared rulesets have after their scores.
REST = """\
  priority: {formula: 0.6 * score.readiness + 0.4 * score.fit}
accounts:
  buying: {of: readiness, combine: top 3, committee: 2 leads at 30}
stages:
  by: score readiness
  steps: equal [aware, engaged, sales_ready]
segments:
  hot: stage is sales_ready and grade.fit in [A, B]
"""
#: Segments that ask for the past of every lead.
OF_THE_PAST = """\
  cold: quiet(readiness, 60 days)
  wake: bottom 10% by readiness
"""

#: What is changed, for each kind of change: what is written instead of what.
CHANGES = {
    "points": (("points: 15, group: webinars", "points: 20, group: webinars"),),
    "condition": (('"/pricing"', '"/products"'), ("points: 40, limit: 1", "points: 30, limit: 1")),
}


def ruleset(*, past: bool = False) -> str:
    """Return a ruleset of 200 rules over the demo log."""
    pages = [
        f"      {page}_{campaign.replace('-', '_')}: {{event: page_view, where: url starts with "
        f'"/{page}" and campaign is "{campaign}", points: {1 + number % 7}, limit: 3 per day}}'
        for number, (page, campaign) in enumerate(product(PAGES, CAMPAIGNS))
    ]
    downloads = [
        f'      {kind.replace(" ", "_")}_{of}: {{event: download, where: asset.kind is "{kind}" '
        f"and asset.product is {of}, points: 10, limit: 2 per day}}"
        for kind, of in product(KINDS, PRODUCTS)
    ]
    mails = [
        f"      {event}_{campaign.replace('-', '_')}: {{event: {event}, where: campaign is "
        f'"{campaign}", points: {points}, limit: 1 per day, group: mail}}'
        for (event, points), campaign in product(
            (("email_open", 1), ("email_click", 3), ("form_submit", 6)), CAMPAIGNS
        )
    ]
    webinars = [
        f"      {event}_{of}: {{event: {event}, where: asset.product is {of}, "
        f"points: {points}, group: webinars}}"
        for (event, points), of in product(
            (("webinar_register", 5), ("webinar_attend", 15)), PRODUCTS
        )
    ]
    others = [
        "      demo_request: {event: demo_request, points: 40, limit: 1}",
        '      pricing: {event: page_view, where: url starts with "/pricing", points: 8, '
        "limit: 3 per day}",
        "      video_share: {event: video_play, points: "
        '"20 * share(seconds_watched, asset.duration)", max: 40}',
        "      unsubscribed: {event: unsubscribe, points: -30, limit: 1}",
        '      job_seeker: {event: page_view, where: url starts with "/careers", points: -15, '
        "limit: 1 per day}",
    ]
    actions = [*pages, *downloads, *mails, *webinars, *others]
    interest = [
        f"      {event}_of_product: {{event: {event}, points: 5, limit: 5 per day}}"
        for event in ("page_view", "download", "video_play", "webinar_attend", "demo_request")
    ]
    facts = [f"      in_{c}: {{when: lead.country is {c}, points: 10}}" for c in COUNTRIES]
    facts += [f"      of_{i}: {{when: account.industry is {i}, points: 10}}" for i in INDUSTRIES]
    facts += [
        f"      is_{t}: {{when: 'lead.job_title matches \"(?i)\\b{t}\\b\"', points: 15}}"
        for t in TITLES
    ]
    facts += [
        f"      above_{size}: {{when: account.employees >= {size}, points: 3}}"
        for size in range(25, 25 * (200 - len(actions) - len(interest) - len(facts) + 1), 25)
    ]
    lines = [
        "leadline: 1", "model: bench", "scores:", "  readiness:", "    sales_ready: 100",
        "    actions:", *actions, "    groups:", "      mail: {max: 20}",
        "      webinars: {max: 45}",
        "    decay: {inactivity: 10% every 30 days, floor: 50% of sales_ready}",
        "  interest:", "    per: asset.product", "    actions:", *interest,
        "    decay: {half_life: 45 days}", "  fit:", "    facts:", *facts,
        "    grades: {A: 60, B: 40, C: 20, D: 0}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n" + REST + (OF_THE_PAST if past else "")


def changed(text: str, kind: str) -> str:
    """Return a ruleset after a change."""
    for old, new in CHANGES[kind]:
        assert old in text, old
        text = text.replace(old, new)
    return text


@dataclass(frozen=True, slots=True)
class Used:
    """What a process used: seconds, CPU seconds (user and system), megabytes at its peak."""

    seconds: float
    cpu: float
    peak: int


def used_by(arguments: list[str | Path], output: Path) -> Used:
    """Run a command of leadline as a process and say what it used."""
    began = time.monotonic()
    with output.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "leadline", *map(str, arguments)],
            stdout=out,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        said = process.stderr.read().decode()
        _, status, resources = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"leadline {arguments[0]} ended with {process.returncode}: {said}")
    cpu = resources.ru_utime + resources.ru_stime
    return Used(time.monotonic() - began, cpu, resources.ru_maxrss // 1024)


def compare(log: Path, folder: Path, kind: str, rounds: int, *, past: bool) -> None:
    """Time a kind of change, and print it."""
    text = ruleset(past=past)
    base, head = folder / "base.yaml", folder / "head.yaml"
    base.write_text(text, encoding="utf-8")
    head.write_text(changed(text, kind), encoding="utf-8")
    data = ["--data", log, "--as-of", DAY]
    ratios: list[tuple[float, float]] = []
    for _ in range(rounds):
        score = used_by(
            ["score", head, *data, "--format", "csv", "-o", folder / "scores.csv"], folder / "out"
        )
        diff = used_by(["diff", base, head, *data], folder / "out")
        ratios.append((diff.seconds / score.seconds, diff.cpu / score.cpu))
        print(
            f"  score {score.seconds:5.1f} s, CPU {score.cpu:5.1f}, {score.peak:,} MB"
            f"   diff {diff.seconds:5.1f} s, CPU {diff.cpu:5.1f}, {diff.peak:,} MB"
            f"   ratio {ratios[-1][0]:4.2f}, CPU {ratios[-1][1]:4.2f}"
        )
    seconds, cpu = (statistics.median(column) for column in zip(*ratios, strict=True))
    of = " with segments of the past" if past else ""
    print(f"change of {kind}{of}: median ratio {seconds:.2f}, CPU {cpu:.2f}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=int, default=1_000_000)
    options.add_argument("--events-per-lead", type=int, default=6)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--log", type=Path, help="a demo log that is there already")
    options.add_argument("--past", action="store_true", help="also with segments of the past")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = given.log or folder / "log"
        if given.log is None:
            generate(log, leads=given.leads, events_per_lead=given.events_per_lead, until=DAY)
        for kind in CHANGES:
            for past in (False, True) if given.past else (False,):
                compare(log, folder, kind, given.rounds, past=past)
    return 0


if __name__ == "__main__":
    sys.exit(main())
