"""Test files are read strictly: whatever is unknown is an error at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from jsonschema import Draft202012Validator

from leadline.diagnostic import Diagnostic
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.testing.schema import TEST_SCHEMA, schema_text
from leadline.testing.suite import Opened

COMMITTED = Path(__file__).parents[2] / "schemas" / "test.schema.json"

BROKEN = """\
fixture: {}
cases:
  first:
    use: [stuff]
    given:
      events:
        - {lead_id: ada, type: page_view, ulr: /pricing, occurred_at: 2026-06-30}
        - {lead_id: ada, occurred_at: 2026-06-30}
      lead_tags:
        - {lead_id: ada, tag: sorce, value: fair, set_at: 2026-01-01}
      lead_history:
        - {lead_id: ada, field: zipp, value: "1", changed_at: 2026-01-01}
    on: 2026-06-31
    expect:
      leads:
        ada:
          score: {readiness: 8}
          scores: {interest: 5, fit: {large: 1}}
          fired: [demo]
        adda: {stage: engadged}
      accounts:
        acme: {scores: {buyin: 3}, stage: {buying: aware}}
"""

SAID = """\
1:1 LL050 unknown key `fixture` in the test file; did you mean `fixtures`?
4:11 LL303 no fixture is called `stuff`; the file has no `fixtures:`
7:43 LL315 nothing reads `ulr` of events, so it changes no score; did you mean `url`?
8:12 LL051 an item of `cases.first.given.events` has no `type`; add `type:`, a text
10:31 LL315 nothing reads the tag `sorce`, so it changes no score; did you mean `source`?
12:33 LL315 nothing reads the field `zipp`, so it changes no score; did you mean `zip`?
13:9 LL304 `2026-06-31` is no date; write a date such as 2026-05-31, or an instant such as \
2026-05-31T14:00:00+02:00
17:11 LL050 unknown key `score` in `cases.first.expect.leads.ada`; did you mean `scores`?
18:30 LL312 the score `interest` has a value for each `per`, and one is expected of all; \
write `interest: {VALUE: 5}`
18:38 LL312 the score `fit` has no `per`, and values of one are expected; \
write the number: `fit: 40`
19:19 LL306 no rule is called `demo`; did you mean `readiness.demo`?
20:9 LL310 no row that is given names the lead `adda`; did you mean `ada`?
20:23 LL308 no stage is called `engadged`; did you mean `engaged`?
22:9 LL311 no row that is given names the account `acme`; 
22:25 LL305 no score of accounts is called `buyin`; did you mean `buying`?
22:52 LL308 the account score `buying` has no `stages:`; 
"""


def told(found: tuple[Diagnostic, ...]) -> str:
    lines = []
    for one in found:
        assert one.place is not None
        lines.append(f"{one.place.line}:{one.place.column} {one.code} {one.message}; {one.hint}\n")
    return "".join(lines)


def test_every_mistake_is_said_at_once(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    assert told(mistakes(BROKEN)) == SAID


def test_what_is_no_yaml_is_said(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    assert [found.code for found in mistakes("cases: [")] == ["LL001"]


CASE = """
cases:
  one:
    given:
      leads: [{lead_id: ada, zip: "01234", size: 5}]
    on: 2026-06-30
    expect: {leads: {ada: {scores: {fit: 10}}}}
"""


def test_real_columns_are_known_and_give_types(
    opened: Callable[..., Opened], tmp_path: Path
) -> None:
    leads = Table("leads", (Column("lead_id", Type.TEXT), Column("size", Type.NUMBER)))
    refused = opened(CASE.replace("size: 5", "size: big"), data=full(leads))
    assert [found.message for found in refused.diagnostics] == [
        "this row of leads cannot be used: no number: big"
    ]
    good = opened(CASE, data=full(leads))
    assert good.suite is not None
    good.suite.close()


def full(leads: Table) -> Catalog:
    """Return a catalog with all that the ruleset reads, but for what a case gives itself."""
    given = {
        "events": {"url": Type.TEXT, "seconds": Type.NUMBER},
        "assets": {"product": Type.TEXT},
        "accounts": {"employees": Type.NUMBER},
    }
    tables = [
        Table(name, tuple(Column(*column) for column in columns.items()))
        for name, columns in given.items()
    ]
    relation = Column("relation", Type.TEXT)
    return Catalog((*tables, Table("leads", (*leads.columns, relation))))


def test_the_committed_schema_is_the_one_in_use(update: bool) -> None:
    if update:
        COMMITTED.write_text(schema_text(), encoding="utf-8")
    assert COMMITTED.read_text(encoding="utf-8") == schema_text()


def test_the_schema_says_what_every_key_is_for() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))

    def described(schema: dict, path: str) -> None:
        for name, part in schema.get("properties", {}).items():
            assert "$ref" in part or part.get("description"), f"{path}.{name}"
            described(part, f"{path}.{name}")
        for key in ("additionalProperties", "items"):
            if isinstance(schema.get(key), dict):
                described(schema[key], f"{path}.{key}")

    for name, part in (("", TEST_SCHEMA), *TEST_SCHEMA["$defs"].items()):
        described(part, name)
