"""A comparison as text, Markdown and JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.backtest.judged import BACKTEST

from leadline.report.comparison import (
    AccountEffect,
    Change,
    Comparison,
    Effect,
    Failed,
    Mover,
    Moves,
    Mqls,
    RuleEffect,
    RulesetComparison,
    ScoreEffect,
    SegmentEffect,
    Week,
)
from leadline.report.comparison_json import comparison_json
from leadline.report.comparison_markdown import code, comparison_markdown
from leadline.report.comparison_text import cause, comparison_text, share
from leadline.report.diagnostics import columns

HERE = Path(__file__).parent
HOSTILE = "a|b`c``d\n<b>*x*</b> @team\x1b[31m"
MONDAY = date(2026, 5, 4)
EFFECT = Effect(
    as_of=date(2026, 5, 31),
    timezone="Europe/Berlin",
    base_leads=1000,
    head_leads=1001,
    gained=2,
    lost=1,
    changed=120,
    scores=(ScoreEffect("readiness", 120, 100, 20, 4.25, 30.0),),
    rules=(
        RuleEffect("readiness", "webinar", 110, 550.0, 550.0),
        RuleEffect("readiness", "group events", 12, 60.0, -60.0),
    ),
    movers=(
        Mover("L1", "readiness", "", 10.0, 40.0, "webinar", 0.0, 30.0),
        Mover(HOSTILE, "interest", HOSTILE, 1.0, 2.0, "decay", 0.0, 1.0),
    ),
    moves=(
        Moves(
            "stage",
            ("aware", "engaged", "sales_ready"),
            (("aware", "engaged", 12), ("engaged", "sales_ready", 3), (None, "aware", 2)),
        ),
        Moves("matrix", tuple(f"A{n}" for n in range(1, 13)), tuple(
            (f"A{n}", f"A{n + 1}", n) for n in range(1, 12)
        )),
    ),
    segments=(SegmentEffect("hot", 10, 13, 4, 1), SegmentEffect("new", None, 2, 2, 0)),
    accounts=(AccountEffect("buying", 300, 30, 20, 10, 1.5, 12.0, 2, 1),),
    mqls=Mqls("sales_ready", (Week(MONDAY, 10, 12), Week(date(2026, 5, 11), 6, 8))),
    backtest=BACKTEST,
)  # fmt: skip
LONG = 'url starts with "/pricing" and campaign in ["search", "social", "retargeting"]'
CHANGES = (
    Change("changed", "score readiness, rule webinar", "points", "15", "20", "rules/a.yaml:12"),
    Change("changed", "score readiness, rule pricing", "where", LONG, f"not ({LONG})",
           "rules/a.yaml:14"),
    Change("added", "score fit, rule chief", new='when: lead.title is "chief", points: 40',
           place="rules/a.yaml:30"),
    Change("removed", "segment old", old="grade.fit is \"D\"", place="main:rules/a.yaml:50"),
    Change("renamed", "score fit, rule manager", old="boss", new="manager",
           place="rules/a.yaml:31"),
    Change("quiet", "score readiness", "note", "old words", "new words", "rules/a.yaml:8"),
)  # fmt: skip
ONE = RulesetComparison("b2b_saas", "rules/a.yaml", "rules/b.yaml", "both", CHANGES, EFFECT)
COMPARISON = Comparison(
    "main", "working tree", (ONE,), 2,
    (Failed("stage changes > 1%", "1.7% (17)", "b2b_saas"),), 2,
)  # fmt: skip


@pytest.mark.parametrize(
    ("file", "written"),
    [("report.txt", comparison_text), ("report.md", comparison_markdown)],
)
def test_a_report_is_the_one_kept(file: str, written, update: bool):
    kept = HERE / file
    if update:
        kept.write_text(written(COMPARISON), encoding="utf-8")

    assert written(COMPARISON) == kept.read_text(encoding="utf-8")


def test_text_keeps_within_its_width():
    lines = comparison_text(COMPARISON, width=80).splitlines()

    # An id of any length stays whole; no other line is longer.
    assert [line for line in lines if columns(line) > 80 and "a|b" not in line] == []
    assert "\x1b" not in comparison_text(COMPARISON)
    assert "\x1b[1m" in comparison_text(COMPARISON, colour=True)


def test_markdown_shows_a_screen_before_it_folds():
    written = comparison_markdown(COMPARISON)

    shown = written[: written.index("<details>\n")] if "<details>\n" in written else written
    shown = shown.split("<details>")[0]
    assert shown.count("\n") <= 60
    assert written.count("<details>") == written.count("</details>") >= 5
    assert written.index("❌") < written.index("<details>")


def test_markdown_of_many_changes_still_is_a_screen():
    many = tuple(
        Change("changed", f"score s, rule r{n}", "points", "1", "2", f"a.yaml:{n}")
        for n in range(200)
    )
    written = comparison_markdown(replace(COMPARISON, rulesets=(replace(ONE, changes=many),)))

    assert written.split("<details>")[0].count("\n") <= 60
    assert "188 more changes" in written


def test_no_text_of_the_data_is_markup():
    written = comparison_markdown(COMPARISON)

    [row] = [line for line in written.splitlines() if "@team" in line]
    assert "\x1b" not in row
    # Each cell stands in a code span that no backtick of the text can end.
    assert row.startswith("| ```a\\|b`c``d <b>*x*</b> @team␛[31m``` | ```interest: a\\|b`c``d")


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("`", "`` ` ``"), ("a`b", "``a`b``"), ("a|b", "`a\\|b`"), ("a\n\nb", "`a b`"),
     ("", ""), ("``", "``` `` ```")],
)  # fmt: skip
def test_code_spans(text: str, span: str):
    assert code(text) == span


def test_json_has_the_shape_that_is_documented():
    told = json.loads(comparison_json(COMPARISON))

    assert list(told) == ["base", "head", "same", "rulesets", "thresholds"]
    [ruleset] = told["rulesets"]
    assert list(ruleset) == ["model", "file", "was", "state", "changes", "effect"]
    effect = ruleset["effect"]
    assert effect["as_of"] == "2026-05-31"
    assert effect["leads"] == 1002
    assert effect["moves"][0]["cells"][0] == {"from": "aware", "to": "engaged", "leads": 12}
    assert effect["mqls"]["base"] == 8
    assert effect["mqls"]["weeks"][0] == {"monday": "2026-05-04", "base": 10, "head": 12}
    assert effect["movers"][1]["lead_id"] == HOSTILE
    assert told["thresholds"]["failed"][0]["value"] == "1.7% (17)"


def test_a_change_is_judged_by_what_became_of_leads():
    told = json.loads(comparison_json(COMPARISON))["rulesets"][0]["effect"]["backtest"]
    few = replace(BACKTEST, sides=tuple(replace(s, came_leads=9) for s in BACKTEST.sides))
    text, doubtful, unjudged = (
        " ".join(
            comparison_text(replace(COMPARISON, rulesets=(replace(ONE, effect=effect),))).split()
        )
        for effect in (
            EFFECT,
            replace(EFFECT, backtest=few),
            replace(EFFECT, backtest=None, unjudged="no week lies 90 days back"),
        )
    )

    assert told["auc"] == {"base": 0.6, "head": 0.64, "change": 0.04, "low": 0.012, "high": 0.068}
    assert (told["score"], told["weeks"], told["capacity"]) == ("readiness", 8, 5)
    assert "Backtest before and after" in text
    assert "orders leads better" in text
    assert "9 leads have an outcome, too few to say more" in doubtful
    assert "orders leads" not in doubtful
    assert "unclear" not in doubtful
    assert "not judged by what became of leads: no week lies 90 days back" in unjudged
    assert "orders leads better" in comparison_markdown(COMPARISON)


def shape(value: object) -> object:
    """Return the keys of a JSON value, those of lists by their first item."""
    if isinstance(value, dict):
        return {key: shape(below) for key, below in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_the_documentation_shows_every_key():
    text = (HERE.parent.parent / "docs/diff.md").read_text(encoding="utf-8")
    [block] = re.findall(r"^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)

    assert shape(json.loads(block)) == shape(json.loads(comparison_json(COMPARISON)))


def test_nothing_that_changes_is_said():
    nothing = replace(
        EFFECT, gained=0, lost=0, changed=0, scores=(), rules=(), movers=(), moves=(), segments=(),
        accounts=(), mqls=Mqls("sales_ready", ()),
    )  # fmt: skip
    quiet = Comparison("a", "b", (replace(ONE, changes=(), effect=nothing),), 0)

    assert "No change in meaning" in comparison_text(quiet)
    assert "nothing changes for any of 1,001 leads" in comparison_text(quiet)
    assert "**Nothing changes for any of 1,001 leads**" in comparison_markdown(quiet)
    same = Comparison("a", "b", (), 3)
    assert comparison_text(same) == "a -> b: all 3 rulesets are the same\n"
    assert comparison_markdown(same) == "**a → b: all 3 rulesets are the same**\n"


def test_a_share_above_nothing_never_reads_as_nothing():
    assert share(0, 10) == "0%"
    assert share(1, 1_000_000) == "under 0.01%"
    assert share(1, 3) == "33.33%"
    assert share(0, 0) == "0%"


def test_a_mover_names_what_moved_it():
    mover = EFFECT.movers[0]

    assert cause(mover) == "webinar 0 -> 30"
    assert cause(replace(mover, rule="decay", rule_new=-7.5)) == "decay -7.5"
    assert cause(replace(mover, rule="formula")) == "the formula"
