"""What is personal in a recorded case has stand-ins that rules take for the real thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadline.document import load
from leadline.pipeline import RulesetText, evaluate, read_ruleset
from leadline.plugin.items import Records
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset
from leadline.store import SourceLoad, Store
from leadline.testing.recording import Standing, draft, standing_of, unmet_by
from leadline.testing.standins import Replaced, with_standins
from leadline.testing.writing import Draft, added, free_name

RULESET = """leadline: 1
model: demo
scores:
  fit:
    facts:
      business: {when: WHEN, points: 10}
      known: {when: lead.phone is present and lead.last_name is present, points: 1}
      title: {when: 'lead.job_title contains "Head"', points: 5}
  interest:
    actions:
      look: {event: page_view, where: 'url starts with "/pricing"', points: 2}
      ask: {event: ask, where: 'message contains "@"', points: 1}
      deep: {event: page_view, reach: 2 per visit, points: 7}
"""
SEGMENTS = """segments:
  wanted: quiet(interest, 30 days)
"""

LEAD = {
    "lead_id": "4711",
    "email": "grace.hopper@navy.example",
    "phone": "+49 30 1234567",
    "last_name": "Hopper",
    "job_title": "Head of Research",
    "shoe_size": "38",
}
EVENTS = (
    (
        "e1",
        "4711",
        "page_view",
        "2026-06-29T09:00:00Z",
        "/pricing?mail=grace@navy.example",
        "",
        "v",
    ),
    ("e2", "4711", "page_view", "2026-06-29T09:01:00Z", "/other", "", "v"),
    ("e3", "4711", "ask", "2026-06-29T09:02:00Z", "", "write to grace@navy.example", "v"),
    ("e4", "4711", "unsubscribe", "2026-06-29T10:00:00Z", "", "", "w"),
    ("e5", "4711", "ask", "2026-07-02T10:00:00Z", "", "later@x.example", "w"),
    ("e6", "other", "ask", "2026-06-29T10:00:00Z", "", "a@b.example", "x"),
)
COLUMNS = ("event_id", "lead_id", "type", "occurred_at", "url", "message", "visit_id")


def build_of(text: str) -> Ruleset:
    loaded = load(text.encode(), "demo.yaml")
    assert loaded.document is not None
    built = build(loaded.document)
    assert built.ruleset is not None, built.diagnostics
    return built.ruleset


Record = Callable[..., tuple[Draft, Draft, tuple[Replaced, ...]]]


@pytest.fixture
def store() -> Iterator[Store]:
    leads = (tuple(LEAD.values()), ("other", "x@y.example", "1", "X", "Y", "40"))
    items = [
        Records("leads", "test", tuple(LEAD), leads, 1),
        Records("events", "test", COLUMNS, EVENTS, 1),
    ]
    with Store.open(None, threads=1) as store:
        store.load(SourceLoad("test"), items)
        yield store


@pytest.fixture
def record(store: Store, tmp_path: Path) -> Record:
    """Record the lead with a condition; return the case as it is and with stand-ins."""

    def record_(when: str, visits: bool = True) -> tuple[Draft, Draft, tuple[Replaced, ...]]:
        file = tmp_path / "demo.yaml"
        ruleset = RULESET.replace("WHEN", f"'{when}'")
        if not visits:
            ruleset = ruleset.replace("reach: 2 per visit, points: 7", "points: 3, limit: 1")
            ruleset += SEGMENTS
        file.write_text(ruleset, encoding="utf-8")
        text = read_ruleset(file)
        case = _draft(store, text)

        def passes(changed: Draft) -> bool:
            return not unmet_by(text, changed, None)

        assert passes(case)
        evaluated = evaluate(store, text, "2026-06-30", lead="4711")
        return case, *with_standins(case, evaluated.ruleset, passes)

    return record_


def _draft(store: Store, text: RulesetText) -> Draft:
    evaluated = evaluate(store, text, "2026-06-30", lead="4711")
    standing = standing_of(store, evaluated, "4711", "2026-06-30")
    assert standing == Standing(segments=())
    evaluated = evaluate(store, text, "2026-06-30", lead="4711")
    return draft(evaluated, "4711", standing, on="2026-06-30")


def test_a_case_has_what_the_ruleset_looks_at_alone(record: Record) -> None:
    case, _, _ = record("lead.email is present", visits=False)

    [lead] = case.rows["leads"]
    assert set(lead) == set(LEAD) - {"shoe_size"}
    # Neither an event after the date, nor one of a type or lead that nothing looks at.
    assert [row["type"] for row in case.rows["events"]] == ["page_view", "page_view", "ask"]
    assert case.expected == {
        "scores": {"fit": "16", "interest": "6"},
        "not_segments": ["wanted"],
        "fired": [
            "fit.business",
            "fit.known",
            "fit.title",
            "interest.ask",
            "interest.deep",
            "interest.look",
        ],
    }


def test_stand_ins_take_the_place_of_what_is_personal(record: Record) -> None:
    _, case, replaced = record('lead.email contains "@"')

    assert case.rows["leads"] == (
        {
            "lead_id": "lead",
            "email": "person@example.com",
            "job_title": "Head of Research",
            "last_name": "Somebody",
            "phone": "+1 555 0100",
        },
    )
    assert [row.get("url") for row in case.rows["events"]] == ["/pricing", "/other", None, None]
    assert case.rows["events"][2]["message"] == "write to person@example.com"
    assert {row["visit_id"] for row in case.rows["events"]} == {"visit", "visit 2"}
    names = {one.column for one in replaced if not one.kept}
    assert names >= {"lead_id", "email", "last_name", "phone", "url", "visit_id"}


@pytest.mark.parametrize(
    ("when", "email", "kept"),
    [
        ('lead.email ends with "navy.example"', "person@navy.example", False),
        ('lead.email starts with "grace"', "grace.hopper@navy.example", True),
    ],
)
def test_what_a_rule_asks_for_stays(record: Record, when: str, email: str, kept: bool) -> None:
    _, case, replaced = record(when)

    assert case.rows["leads"][0]["email"] == email
    assert (Replaced("email", kept=True) in replaced) is kept


def _asked_for(text: str) -> Callable[[Draft], bool]:
    return lambda case: text in str(case.rows)


def test_an_address_that_has_to_stay_keeps_no_other() -> None:
    told = {
        "lead_id": "4711",
        "search": "grace@navy.example or alan@park.example",
        "remark": "ask personnel@navy.example",
        "copies": ["x", "alan@park.example"],
    }
    case = Draft({"leads": (told,)}, "2026-06-30", "4711", {"stage": "none"})
    ruleset = build_of(RULESET.replace("WHEN", "lead.email is present"))

    hidden, replaced = with_standins(case, ruleset, _asked_for("grace@navy.example"))
    [lead] = hidden.rows["leads"]
    assert lead["search"] == "grace@navy.example or person@example.com"
    assert lead["remark"] == "ask person@example.com"
    assert lead["copies"] == ["x", "person@example.com"]
    assert Replaced("search", kept=True) in replaced
    assert Replaced("remark", kept=False) in replaced

    hidden, replaced = with_standins(case, ruleset, lambda _: True)
    assert "navy.example" not in str(hidden.rows)
    assert {"search", "remark", "copies"} <= {one.column for one in replaced}


def test_the_value_of_a_tag_is_that_of_a_column_of_its_name() -> None:
    tag = {"lead_id": "4711", "tag": "Phone", "value": "+49 30 1234567"}
    case = Draft({"lead_tags": (tag,)}, "2026-06-30", "4711", {"stage": "none"})
    ruleset = build_of(RULESET.replace("WHEN", "tag.phone is present"))

    hidden, replaced = with_standins(case, ruleset, lambda _: True)
    assert hidden.rows["lead_tags"][0]["value"] == "+1 555 0100"
    assert Replaced("phone", kept=False) in replaced


SMALL = Draft({"leads": ({"lead_id": "a, b"},)}, "2026-06-30", "a, b", {"stage": "NO"})

WRITTEN = """\
# Mine.
cases:
  first:   # as it was
    on: 2026-06-30
    expect: {leads: {ada: absent}}

  "it: works":
    given:
      leads:
        - {lead_id: "a, b"}
    on: 2026-06-30
    expect:
      leads:
        "a, b":
          stage: NO

# Below.
fixtures: {}
"""


def test_a_case_is_added_and_all_else_is_kept() -> None:
    before = WRITTEN[: WRITTEN.index('\n  "it')] + WRITTEN[WRITTEN.index("\n# Below") :]
    after = added(before, "demo.test.yaml", "it: works", SMALL)

    assert after == WRITTEN
    there = added(before.replace("\n", "\r\n"), "demo.test.yaml", "it: works", SMALL)
    assert there == WRITTEN.replace("\n", "\r\n")
    loaded = load(after.encode(), "demo.test.yaml")
    assert loaded.diagnostics == ()
    assert free_name(after, "demo.test.yaml", "it: works") == "it: works (2)"
    assert free_name(None, "demo.test.yaml", "it: works") == "it: works"
