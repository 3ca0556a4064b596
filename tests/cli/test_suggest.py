"""``leadline suggest``: a table, what it is worth, a patch that git takes or none."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.repository import commit, git

RULESET = """\
# Points as somebody once guessed them.
leadline: 1
model: guessed
scores:
  readiness:
    sales_ready: 25
    actions:
      demo: {event: demo, points: 5, limit: 1}  # the clearest sign there is
      reading:
        event: read
        # Everybody reads.
        points: 20
        limit: 1
      rare: {event: rare, points: 7}
    facts:
      german: {when: 'lead.country is "DE"', points: 3}
  both: {formula: score.readiness * 2}
  interest: {per: url, actions: {any: {event: read, points: 1}}}
"""
BEGIN = date(2025, 9, 1)
ASKED = ("suggest", "model.yaml", "--data", "data", "--as-of", "2026-06-30", "--within", "60 days")


def log(folder: Path, leads: int) -> None:
    """Write a log in which a demo triples the odds of an opportunity and reading does nothing."""
    draw = random.Random(5)
    events = ["lead_id,type,occurred_at,url"]
    deals = ["opportunity_id,lead_id,created_at,closed_at,won"]
    people = ["lead_id,country"]
    for number in range(leads):
        lead = f"lead {number}"
        people.append(f"{lead},{'DE' if number % 3 else 'FR'}")
        known = BEGIN + timedelta(days=draw.randrange(60))
        events.append(f"{lead},visit,{known}T09:00:00Z,/")
        demo, read = draw.random() < 0.3, draw.random() < 0.5
        for type_, did in (("demo", demo), ("read", read), ("rare", number < 5)):
            if did:
                events.append(f"{lead},{type_},{known}T10:00:00Z,/{type_}")
        if draw.random() < (0.55 if demo else 0.15):
            bought = known + timedelta(days=60 + draw.randrange(220))
            deals.append(f"deal {number},{lead},{bought}T09:00:00Z,,")
    (folder / "data").mkdir()
    for name, lines in {"events": events, "opportunities": deals, "leads": people}.items():
        (folder / f"data/{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guessed")
    (folder / "model.yaml").write_text(RULESET, encoding="utf-8")
    log(folder, 900)
    commit(folder, "the model")
    return folder


@pytest.fixture
def guessed(written: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: a repository with a ruleset and a log; left as it is."""
    monkeypatch.chdir(written)
    return written


def test_people_get_a_table_what_it_is_worth_and_a_patch(
    cli, guessed: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")

    said = cli(*ASKED)

    assert said.code == 0
    title, heading, _, *rows = said.out.split("\n\n")[0].splitlines()
    assert title == "points of readiness"
    assert " ".join(heading.split()) == "rule now new data allow leads had one verdict"
    assert max(len(line) for line in said.out.split("--- a/")[0].splitlines()) <= 80
    told = {row.split()[0]: row for row in rows}
    assert set(told) == {"demo", "reading", "rare", "german"}
    assert told["demo"].endswith("raise")
    assert told["reading"].endswith(("lower", "drop to 0"))
    assert told["rare"].endswith("cannot be told")
    assert told["german"].endswith("not judged")
    assert "So the new points are better at telling who will." in said.out
    assert "--- a/model.yaml\n+++ b/model.yaml\n@@" in said.out
    assert "Leads with 25 points or more on 2026-06-30" in said.out
    assert "not judged: german reads lead.country" in said.err
    assert "limits, caps (max, groups, range) and decay stay as they are" in said.err
    assert (guessed / "model.yaml").read_text(encoding="utf-8") == RULESET


def test_the_patch_is_taken_by_git_and_compiles(cli, guessed: Path, tmp_path: Path):
    file = tmp_path / "points.patch"

    said = cli(*ASKED, "-o", file, "-o", tmp_path / "points.csv")

    assert said.code == 0
    assert said.out == ""
    assert f"git apply {file}" in said.err
    assert (tmp_path / "points.csv").read_text(encoding="utf-8").startswith("rule,written,now,")
    git(guessed, "apply", str(file))
    after = (guessed / "model.yaml").read_text(encoding="utf-8")
    compiled = cli("compile", "model.yaml", "--data", "data", "-o", tmp_path / "sql")
    git(guessed, "checkout", "--quiet", "model.yaml")
    assert compiled.code == 0
    changed = [
        (old, new)
        for old, new in zip(RULESET.splitlines(), after.splitlines(), strict=True)
        if old != new
    ]
    assert [old.strip()[:5] for old, _ in changed] == ["demo:", "point"]
    assert changed[0][1].endswith(", limit: 1}  # the clearest sign there is")


def test_programs_get_the_figures_in_the_order_of_the_ruleset(cli, guessed: Path):
    said = cli(*ASKED, "--format", "json", "--rules", "demo")

    rules = {row["rule"]: row for row in said.json}
    assert list(rules) == ["demo", "reading", "rare", "german"]
    demo = rules["demo"]
    assert (demo["written"], demo["now"], demo["verdict"]) == ("points", 5, "raise")
    assert demo["low"] < demo["suggested"] < demo["high"]
    assert demo["leads"] > demo["outcomes"] > 25
    assert rules["reading"]["verdict"] == "not asked"
    assert rules["reading"]["suggested"] == 20
    assert said.err.lstrip().startswith("Tried on leads as they stood from ")


def test_markdown_has_the_patch_in_a_fence(cli, guessed: Path, tmp_path: Path):
    said = cli(*ASKED, "--format", "md")

    assert said.out.startswith("### points of readiness\n")
    assert "\n```diff\n--- a/model.yaml\n" in said.out
    assert said.out.endswith("\n```\n")
    # git takes the patch with all that is around it.
    (tmp_path / "whole.md").write_text(said.out, encoding="utf-8")
    git(guessed, "apply", "--check", str(tmp_path / "whole.md"))


def test_points_that_are_good_already_get_no_patch(cli, guessed: Path, tmp_path: Path):
    good = RULESET.replace("points: 5", "points: 25").replace("points: 20", "points: 1")
    file = tmp_path / "good.yaml"
    file.write_text(good, encoding="utf-8")
    asked = ("suggest", file, *ASKED[2:], "-o", tmp_path / "points.patch")

    said = cli(*asked)

    assert said.code == 0
    assert "better at telling" not in said.out
    assert not (tmp_path / "points.patch").exists()


def test_a_patch_that_is_not_written_is_told(cli, guessed: Path, tmp_path: Path):
    said = cli(*ASKED, "--rules", "rare", "--anyway", "-o", str(tmp_path / "points.patch"))

    assert said.code == 0, said.err
    assert not (tmp_path / "points.patch").exists()
    assert "points.patch is not written: there is nothing to change" in said.err


def test_too_few_outcomes_are_said_and_nothing_is_suggested(cli, here: Path):
    (here / "model.yaml").write_text(RULESET, encoding="utf-8")
    log(here, 60)

    said = cli(*ASKED)

    assert said.code == 0
    assert said.out.startswith("Too few outcomes to suggest points: of the leads on ")
    assert "At least 25 of each are needed." in " ".join(said.out.split())
    assert "--months" in said.out


def test_too_few_leads_without_an_outcome_are_not_told_to_wait_for_more(cli, here: Path):
    (here / "model.yaml").write_text(RULESET, encoding="utf-8")
    log(here, 60)
    leads = [line.split(",")[0] for line in (here / "data/leads.csv").read_text().splitlines()[1:]]
    deals = [f"o {lead},{lead},2025-12-01T00:00:00Z" for lead in leads]
    lines = ["opportunity_id,lead_id,created_at", *deals]
    (here / "data/opportunities.csv").write_text("\n".join(lines) + "\n")

    said = cli(*ASKED, "--months", 120)

    assert "leads without one in the data" in " ".join(said.out.split())
    assert "More come with time" not in " ".join(said.out.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--score", "both"), "made of other scores"),
        (("--score", "interest"), "a value for each `per`"),
        (("--score", "readyness"), "no score is called `readyness`"),
        (("--rules", "demos"), "no rule `demos`"),
        (("--trust", "lead.county"), "lead.county"),
        (("--as-of", "2025-09-10"), "the log begins on 2025-09-01"),
    ],
)
def test_what_cannot_be_asked(cli, guessed: Path, options: tuple[str, str], message: str):
    said = cli(*ASKED, *options)

    assert said.code == 2
    assert message in said.err
    assert said.out == ""


def test_a_score_whose_rules_are_all_off_is_refused(cli, guessed: Path, tmp_path: Path):
    off = RULESET.replace("limit: 1}", "enabled: false}").replace("limit: 1\n", "enabled: false\n")
    off = off.replace("points: 7}", "points: 7, enabled: false}").replace(
        "points: 3}", "points: 3, enabled: false}"
    )
    (tmp_path / "off.yaml").write_text(off, encoding="utf-8")

    said = cli("suggest", tmp_path / "off.yaml", *ASKED[2:])

    assert said.code == 2
    assert "no rule of the score `readiness` is switched on" in said.err


def test_a_formula_names_the_scores_it_is_made_of(cli, guessed: Path):
    assert "`--score readiness`" in cli(*ASKED, "--score", "both").err
