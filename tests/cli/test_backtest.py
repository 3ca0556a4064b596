"""``leadline backtest``: what became of leads, by hand, with a leak, and on the demo log."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.repository import commit

from leadline.demo import generate
from leadline.intervals import Word
from leadline.report.backtest import Step
from leadline.report.backtest_words import order_in_words

RULESET = """\
leadline: 1
model: judged
timezone: UTC
scores:
  readiness:
    sales_ready: 30
    actions:
      visit: {event: visit, points: 10}
      talk: {event: talk, points: 30}
stages:
  by: score readiness
  steps: [{name: aware}, {name: engaged, at: 10}, {name: ready, at: 30}]
"""
#: The Monday of the first list of ``few``.
MONDAY = date(2026, 1, 12)


def written(folder: Path, **tables: list[str]) -> Path:
    """Write tables of a log, each the lines of a csv file."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    for name, lines in tables.items():
        (data / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data


@pytest.fixture
def few(here: Path) -> Path:
    """Return the current folder: four leads, three lists, two opportunities.

    ada is ready on 6 January and has her opportunity on the 20th; ben has his on the 23rd, and is
    ready a day later; cy visits once, dee never.
    """
    written(
        here,
        leads=[
            "lead_id,created_at",
            *(f"{who},2026-01-01T00:00:00Z" for who in ["ada", "ben", "cy", "dee"]),
        ],
        events=[
            "event_id,lead_id,occurred_at,type",
            "1,cy,2026-01-05T09:00:00Z,visit",
            "2,ada,2026-01-06T09:00:00Z,talk",
            "3,ben,2026-01-14T09:00:00Z,visit",
            "4,ben,2026-01-24T09:00:00Z,talk",
        ],
        opportunities=[
            "opportunity_id,lead_id,created_at,closed_at,won",
            "o1,ada,2026-01-20T09:00:00Z,,",
            "o2,ben,2026-01-23T09:00:00Z,,",
        ],
    )
    (here / "judged.yaml").write_text(RULESET, encoding="utf-8")
    return here


#: Three weeks whose ten days are over: 12, 19 and 26 January.
ASKED = ("--data", "data", "--as-of", "2026-02-04", "--within", "10 days")


def figures(said) -> dict[str, tuple[float | None, int | None, int | None]]:
    """Return the figures of a csv: name to value, part, whole."""

    def number(text: str) -> float | None:
        return float(text) if text else None

    return {
        f"{row['ruleset']} {row['figure']}" if row["ruleset"] == "change" else row["figure"]: (
            number(row["value"]),
            number(row["part"]),
            number(row["whole"]),
        )
        for row in said.records
    }


def test_the_figures_by_hand(cli, few: Path):
    said = cli("backtest", "judged.yaml", *ASKED, "--top", 1, "--format", "csv")

    assert said.code == 0
    found = figures(said)
    # Of 12 January: ada, ben, cy, dee; of the 19th the same; of the 26th cy and dee alone.
    # To come within ten days: on the 12th ada's (the 20th); on the 19th ada's and ben's.
    # Listed: ada, ada, cy.
    assert found["precision"] == (0.6667, 2, 3)
    assert found["recall"] == (0.6667, 2, 3)
    assert found["lift"] == (2.2222, 2, 3)
    # Both began in these weeks; only ada was listed.
    assert found["capture"] == (0.5, 1, 2)
    # Of 3 rows with (30, 30, 10) and 7 without (ben 0, cy 10, dee 0; cy 10, dee 0; cy 10, dee 0)
    # 7 + 7 + 4 pairs are right, and 3 are ties.
    assert found["auc"] == (round((18 + 1.5) / 21, 4), 3, 10)
    assert found["ready before"] == (0.5, 1, 2)
    assert found["ready after"] == (0.5, 1, 2)
    assert found["ready never"] == (0, 0, 2)
    assert found["lead time days: median"] == (14, 1, 2)
    assert found["leads listed"] == (0.5, 2, 4)


def test_the_lists_week_by_week(cli, few: Path):
    said = cli("backtest", "judged.yaml", *ASKED, "--top", 1, "--by", "week", "--format", "csv")

    rows = [list(row.values())[3:] for row in said.records]
    assert rows == [
        ["2026-01-12", "4", "1", "1", "1", "1", "1"],
        ["2026-01-19", "4", "2", "1", "1", "1", "1"],
        ["2026-01-26", "2", "0", "1", "1", "0", "0"],
    ]


def test_the_bands_are_the_stages_that_the_score_sets(cli, few: Path):
    said = cli("backtest", "judged.yaml", *ASKED, "--by", "band", "--format", "json")

    rows = [(row["band"], row["rows"], row["with_outcome"], row["leads"]) for row in said.json]
    assert rows == [("aware", 4, 0, 2), ("engaged", 4, 1, 2), ("ready", 2, 2, 1)]


def test_grades_are_bands_where_no_stages_are_set_and_fifths_else(cli, few: Path):
    text = RULESET[: RULESET.index("stages:")]
    graded = text + "    grades: {A: 30, B: 10}\n"
    (few / "judged.yaml").write_text(graded, encoding="utf-8")
    of_grades = cli("backtest", "judged.yaml", *ASKED, "--by", "band", "--format", "csv").records
    (few / "judged.yaml").write_text(text, encoding="utf-8")
    of_fifths = cli("backtest", "judged.yaml", *ASKED, "--by", "band", "--format", "csv").records

    assert [(row["band"], row["rows"]) for row in of_grades] == [
        ("none", "4"),
        ("B", "4"),
        ("A", "2"),
    ]
    assert [(row["band"], row["rows"]) for row in of_fifths] == [
        ("0 or less", "4"),
        ("10 to below 30", "4"),
        ("30 and more", "2"),
    ]


def test_without_stages_a_week_at_sales_ready_says_who_was_ready(cli, few: Path):
    (few / "judged.yaml").write_text(RULESET[: RULESET.index("stages:")], encoding="utf-8")

    said = cli("backtest", "judged.yaml", *ASKED, "--format", "csv")

    found = figures(said)
    assert found["ready before"] == (0.5, 1, 2)
    assert found["ready never"] == (0.5, 1, 2)  # ben is in no list any more when he is ready
    assert found["lead time days: median"] == (round(8 + 9 / 24, 4), 1, 2)  # from 12 January 0:00
    assert "without stages" in said.err
    assert "When the lead reached 30 points" in cli("backtest", "judged.yaml", *ASKED).out


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("no clear change", "not shown: 4 of 5 bands are not clearly above the one before"),
        ("down", "no: 4 of 5 bands are below the one before"),
    ],
)
def test_of_many_bands_the_number_is_told(word: Word, said: str):
    steps = [Step(f"{n} to below {n + 5}", f"{n + 5} to below {n + 10}", word) for n in range(4)]

    assert order_in_words(steps) == said
    assert order_in_words(steps[:1]).endswith("the one before") is False


def test_another_stage_is_ready(cli, few: Path):
    said = cli("backtest", "judged.yaml", *ASKED, "--mql", "engaged", "--format", "csv")

    found = figures(said)
    # Coming to a later stage is coming to this one too: ada on 6 January, ben on the 14th.
    assert found["ready before"] == (1, 2, 2)
    assert found["lead time days: median"] == (11.5, 2, 2)
    refused = cli("backtest", "judged.yaml", *ASKED, "--mql", "enagged")
    assert refused.code == 2
    assert "engaged" in refused.err


def test_people_read_what_the_figures_say(cli, few: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    said = cli("backtest", "judged.yaml", *ASKED, "--top", 1)

    assert "cannot be told: 2 leads have an outcome, and it takes 10" in said.out
    assert "The highest score of each Monday, 2026-01-12 to 2026-01-26" in said.out
    assert "2 of 3 places" in said.out
    assert "better" not in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert "never called" in said.err


def test_the_places_are_those_that_sales_take(cli, few: Path):
    default = cli("backtest", "judged.yaml", *ASKED)
    written(
        few,
        handoffs=[
            "lead_id,offered_at,decided_at,accepted",
            *(f"dee,2026-01-{day}T09:00:00Z,,".replace("dee", who) for who, day in (
                ("ada", 12), ("ben", 13), ("cy", 14), ("dee", 20), ("cy", 21), ("ada", 27),
            )),
        ],
    )  # fmt: skip
    offered = cli("backtest", "judged.yaml", *ASKED)

    assert "20 places on each list" in default.err
    assert "2 places on each list: as many as were handed to sales" in offered.err


def test_hand_overs_after_the_date_say_nothing_of_what_sales_takes(cli, few: Path):
    asked = ("--data", "data", "--as-of", "2026-01-20", "--within", "2", "--weeks", 1)
    offered = [f"{who},2026-01-{day}T09:00:00Z" for day in (19, 22, 23) for who in ("cy", "dee")]
    written(few, handoffs=["lead_id,offered_at", *offered])

    before = cli("backtest", "judged.yaml", *asked).err
    written(few, handoffs=["lead_id,offered_at", *offered[:2]])
    after = cli("backtest", "judged.yaml", *asked).err

    assert "2 places on each list" in after
    assert "2 places on each list" in before


def test_a_tie_at_the_cut_is_told(cli, few: Path):
    said = cli("backtest", "judged.yaml", *ASKED, "--top", 2, "--format", "csv")

    # On 19 January ben and cy have 10 points, and ben comes first.
    assert figures(said)["places tied"] == (0.2, 1, 5)
    assert "1 of these went by id alone" in said.err


def test_two_rulesets_are_compared(cli, few: Path):
    other = RULESET.replace("points: 10", "points: 40")
    (few / "other.yaml").write_text(other, encoding="utf-8")

    said = cli("backtest", "judged.yaml", "other.yaml", *ASKED, "--top", 1, "--format", "csv")

    found = figures(said)
    assert {row["ruleset"] for row in said.records} == {"judged.yaml", "other.yaml", "change"}
    # cy and ben lead now: nobody of 12 January, ben of the 19th (ties by id), cy of the 26th.
    assert found["change precision"][0] == round(1 / 3 - 2 / 3, 4)
    assert found["change auc"][0] == pytest.approx(found["auc"][0] - 0.9286, abs=1e-9)
    shown = cli("backtest", "judged.yaml", "other.yaml", *ASKED, "--top", 1)
    assert "A: how many" in shown.out
    assert "judged.yaml" in shown.err


def test_revisions_of_a_repository(cli, few: Path):
    first = commit(few, "the model")
    (few / "judged.yaml").write_text(RULESET.replace("30}", "5}", 1), encoding="utf-8")
    commit(few, "another")

    both = cli("backtest", first, "HEAD", "judged.yaml", *ASKED, "--format", "csv")
    alone = cli("backtest", f"{first}..HEAD", "judged.yaml", *ASKED, "--format", "csv")

    assert both.code == 0, both.err
    assert both.out == alone.out
    assert len({row["ruleset"] for row in both.records}) == 3


def test_formats(cli, few: Path):
    for suffix in ("parquet", "md", "json", "csv"):
        assert cli("backtest", "judged.yaml", *ASKED, "-o", f"found.{suffix}").code == 0
    assert (few / "found.md").read_text(encoding="utf-8").startswith("### In short")
    assert (few / "found.parquet").stat().st_size > 0


def test_no_outcomes_say_what_is_missing(cli, few: Path):
    (few / "data/opportunities.csv").unlink()

    said = cli("backtest", "judged.yaml", *ASKED)

    assert said.code == 2
    assert "the data has no opportunities until 2026-02-04" in said.err
    assert "opportunities" in said.err
    assert "created_at" in said.err
    accepted = cli("backtest", "judged.yaml", *ASKED, "--outcome", "accepted")
    assert "`handoffs`" in accepted.err


def test_no_week_lies_far_enough_back(cli, few: Path):
    said = cli("backtest", "judged.yaml", *ASKED[:-1], "300 days")

    assert said.code == 2
    assert "no week lies 300 days before 2026-02-04: the log begins on 2026-01-05" in said.err


def test_a_log_that_ended_long_ago_is_told(cli, few: Path):
    soon = ("--as-of", "2026-01-30", "--within", "5 days")
    fresh = cli("backtest", "judged.yaml", "--data", "data", *soon)
    stale = cli("backtest", "judged.yaml", "--data", "data", "--as-of", "2026-09-30")

    assert "the log ends" not in fresh.err
    assert "the log ends on 2026-01-24, and what came later counts as nothing" in stale.err


@pytest.mark.parametrize("within", ["0", "soon", "-3", "90 weeks"])
def test_a_horizon_that_is_no_number_of_days_is_refused(cli, few: Path, within: str):
    assert cli("backtest", "judged.yaml", "--data", "data", "--within", within).code == 2


HONEST = """\
leadline: 1
model: leaky
timezone: UTC
scores:
  readiness:
    actions:
      visit: {event: visit, points: 1}
"""
DIFF = ("diff", "judged.yaml", "other.yaml", "--data", "data", "--as-of", "2026-03-01")


@pytest.fixture
def changed(few: Path) -> Path:
    """Return the current folder: the four leads, and a ruleset in which a visit is worth more."""
    other = RULESET.replace("points: 10", "points: 40")
    (few / "other.yaml").write_text(other, encoding="utf-8")
    return few


def test_a_diff_tells_before_and_after(cli, changed: Path):
    said = cli(*DIFF, "--format", "json")
    asked = ("--data", "data", "--as-of", "2026-03-01", "--weeks", 8, "--format", "json")
    alone = cli("backtest", "judged.yaml", "other.yaml", *asked)

    [one] = said.json["rulesets"]
    found = one["effect"]["backtest"]
    expected = {row["figure"]: row for row in alone.json if row["ruleset"] == "change"}
    assert found["auc"]["change"] == pytest.approx(expected["auc"]["value"], abs=1e-4)
    assert found["auc"]["change"] < 0
    assert (found["weeks"], found["leads_with_outcome"]) == (3, 2)
    assert "Backtest before and after" in cli(*DIFF).out
    assert "Backtest before and after" in cli(*DIFF, "--format", "md").out


def test_a_diff_is_failed_by_a_worse_order(cli, changed: Path):
    assert cli(*DIFF, "--fail-if", "auc change < -0.9").code == 0
    worse = cli(*DIFF, "--fail-if", "auc change < -0.01")
    listed = cli(*DIFF, "--fail-if", "precision change < 0%")

    assert worse.code == 1
    assert "failed: auc change < -0.01: it is -0." in worse.out
    assert listed.code == 0


def test_a_diff_without_a_backtest(cli, changed: Path):
    without = cli(*DIFF, "--no-backtest", "--format", "json")
    refused = cli(*DIFF, "--no-backtest", "--fail-if", "auc change < -0.01")
    early = cli(*DIFF[:-1], "2026-02-01")
    (changed / "data/opportunities.csv").unlink()
    unknown = cli(*DIFF)

    assert without.json["rulesets"][0]["effect"]["backtest"] is None
    assert refused.code == 2
    assert "cannot be judged in judged" in refused.err
    assert "not judged by what became of leads: no week lies 30 days" in early.out
    assert "udged" not in unknown.out.replace("judged.yaml", "").replace("judged:", "")
    assert cli(*DIFF, "--fail-if", "auc change < -0.01").code == 2


def test_a_diff_that_changes_no_score_has_no_worse_order(cli, changed: Path):
    other = RULESET.replace("    sales_ready: 30\n", "    sales_ready: 30\n    note: Why.\n")
    (changed / "other.yaml").write_text(other, encoding="utf-8")

    assert cli(*DIFF, "--fail-if", "auc change != 0").code == 0


LEAKY = f"""\
{HONEST}    facts:
      bought: {{when: lead.status is customer, points: 100}}
    behaviours:
      contract: {{event: contract, points: 100}}
      merged: {{event: [visit, contract], where: asset.kind is "contract", points: 100}}
"""


@pytest.fixture
def leaky(here: Path) -> Path:
    """Return the current folder: 200 leads, of whom 60 buy, and then get a status and a contract.

    What they do before says little about who buys.
    """
    draw = np.random.default_rng(6)
    begin = datetime(2026, 1, 5)
    leads, events, deals = [], [], []
    for number in range(200):
        lead, buys = f"l{number:03}", number % 10 < 3
        leads.append(f"{lead},2026-01-01T00:00:00Z,{'customer' if buys else 'prospect'}")
        for visit in range(int(draw.poisson(4 + buys))):
            at = begin + timedelta(days=float(draw.random() * 140))
            events.append(f"{lead}-{visit},{lead},{at.isoformat()}Z,visit,page")
        if buys:
            at = begin + timedelta(days=40 + float(draw.random() * 100))
            deals.append(f"o{number},{lead},{at.isoformat()}Z")
            signed = at + timedelta(hours=1)
            events.append(f"{lead}-c,{lead},{signed.isoformat()}Z,contract,signed")
    written(
        here,
        leads=["lead_id,created_at,status", *leads],
        events=["event_id,lead_id,occurred_at,type,asset_id", *events],
        opportunities=["opportunity_id,lead_id,created_at", *deals],
        assets=["asset_id,kind", "page,page", "signed,contract"],
    )
    (here / "leaky.yaml").write_text(LEAKY, encoding="utf-8")
    (here / "honest.yaml").write_text(HONEST, encoding="utf-8")
    return here


def test_what_is_known_only_since_the_outcome_does_not_help(cli, leaky: Path):
    asked = ("--data", "data", "--as-of", "2026-06-30", "--within", "30 days", "--top", "10")

    honest = figures(cli("backtest", "honest.yaml", *asked, "--format", "csv"))
    said = cli("backtest", "leaky.yaml", *asked, "--format", "csv")
    trusted = figures(cli("backtest", "leaky.yaml", *asked, "--trust", "all", "--format", "csv"))

    assert figures(said) == honest
    assert 0.4 < honest["auc"][0] < 0.75
    assert "lead.status has no history, so it is left out" in said.err
    assert "--trust lead.status" in said.err
    # The leak is one: who trusts the field is told that the model is perfect.
    assert trusted["auc"][0] > 0.95
    assert cli("backtest", "leaky.yaml", *asked, "--trust", "lead.stats").code == 2


def test_a_lead_was_not_ready_by_what_is_known_only_since_the_outcome(cli, leaky: Path):
    stages = "stages: {by: score readiness, steps: [{name: low}, {name: ready, at: 100}]}\n"
    for name in ("honest.yaml", "leaky.yaml"):
        (leaky / name).write_text((leaky / name).read_text() + stages)
    asked = ("--data", "data", "--as-of", "2026-06-30", "--format", "csv")

    honest = figures(cli("backtest", "honest.yaml", *asked))
    leaking = figures(cli("backtest", "leaky.yaml", *asked))
    trusted = figures(cli("backtest", "leaky.yaml", *asked, "--trust", "all"))

    assert leaking["ready before"] == honest["ready before"]
    assert trusted["ready before"][0] > 0.9


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, leads=2000, until=date(2026, 6, 30))
    return folder


def test_on_the_demo_log_the_model_is_better_than_its_opposite(
    cli, demo: Path, here: Path, shipped: Path
):
    text = shipped.read_text(encoding="utf-8")
    head, rest = text.split("    actions:\n", 1)
    body, tail = rest.split("    groups:\n", 1)
    turned = body.replace("points: -", "points: +").replace("points: ", "points: -")
    turned = turned.replace("-+", "").replace("max: 40", "min: -40")
    head = head.replace("range: 0 to 150", "range: -150 to 150")
    opposite = f"{head}    actions:\n{turned}    groups:\n{tail.replace('max: 45', 'min: -45', 1)}"
    (here / "opposite.yaml").write_text(opposite, encoding="utf-8")
    asked = ("--data", demo, "--as-of", "2026-06-30", "--within", "30 days")

    said = cli("backtest", here / "opposite.yaml", shipped, *asked, "--format", "json")

    assert said.code == 0, said.err
    auc = {row["ruleset"]: row for row in said.json if row["figure"] == "auc"}
    assert auc[str(shipped)]["value"] > 0.6
    assert auc["change"]["low"] > 0.1
    precision = {row["ruleset"]: row["value"] for row in said.json if row["figure"] == "precision"}
    assert precision[str(shipped)] > 0.01


@pytest.fixture
def shipped() -> Path:
    return Path(__file__).parents[2] / "rulesets/b2b_saas/ruleset.yaml"
