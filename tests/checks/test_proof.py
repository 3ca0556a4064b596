"""What is proven of conditions is so: the oracle judges it, on rows around every bound."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.expression.reading import parsed, resolved
from tests.oracle.expression import Scope, holds
from tests.oracle.syntax import Value, parse

from leadline.expression import nodes as n
from leadline.expression import ranges as r
from leadline.expression.bounds import Domain
from leadline.expression.claims import claims
from leadline.expression.logic import Logic, negated
from leadline.expression.proof import always, excluding, implies, never
from leadline.expression.unparse import unparse

TODAY = date(2026, 1, 31)
ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class World:
    """Conditions, and rows of every combination of the values around their bounds."""

    columns: Mapping[str, Sequence[Value]]
    atoms: tuple[str, ...]
    ages: tuple[tuple[int, ...], ...] = ((),)


NUMBERS = World(
    {
        "number": (None, -1.0, 0.0, 0.4, 0.5, 1.0, 1.5, 2.0, 3.0, 10.0),
        "other": (None, -2.0, 0.0, 0.5, 1.0, 4.0),
    },
    (
        "number > 0",
        "number >= 0",
        "number < 1",
        "number <= 1",
        "number = 1",
        "number is not 1",
        "1 < number",
        "number in [0, 1, 3]",
        "number not in [0, 1]",
        "number between 0 and 1",
        "number between 1 and 0",
        "number is missing",
        "number is present",
        "number > 50%",
        "-number > 0",
        "number < other",
        "number = `other`",
        "other < number",
        "other <= number",
        "number between other and 1",
        "number in [1, `other`]",
        "abs(number) < 1",
        "abs(number) < 0",
        "share(number, other) > 1",
        "share(number, other) > 0.5",
        "share(number, other) is missing",
        "other is missing",
        "other > 0",
        "number / other > 1",
        "number / 0 > 1",
        "number + other is missing",
        "2 * share(number, other) - 1 > 1",
        "min(number, 2) > 2",
        "max(number, 2) < 2",
        "max(number, other) >= 1",
        "round(number) between 0.6 and 0.9",
        "floor(number) > 0.5",
        "ceil(number) = 1",
        "coalesce(number, 0) < 0",
        "coalesce(number, 0) is missing",
        "coalesce(number, other) > 3",
        "count(visit, 30 days) < 1",
        "count(visit, 30 days) > 0",
        "count(visit) is missing",
        "count(visit) < 0",
        "5 > 3",
        "3 > 5",
    ),
    ((), (3,), (3, 40)),
)
TEXTS = World(
    {
        "text": (None, "", "a", "ab", "abc", "b", "ba", "bab", "A", "Ab", "/a", "a;b", " a"),
        "other text": (None, "a", "b", "abc"),
    },
    (
        "text is a",
        "text is not a",
        'text in ["a", "b", "Ab"]',
        'text not in ["a", "ba"]',
        'text starts with "a"',
        'text starts with "ab"',
        'text starts with "b"',
        'text starts with ""',
        'text ends with "b"',
        'text ends with "ab"',
        'text ends with "a"',
        'text contains "a"',
        'text contains "ba"',
        'text matches "^a"',
        'text matches "b$"',
        'text matches "^ab$"',
        'text matches "b"',
        'text matches "/a"',
        'text matches "[ab]+"',
        'text < "b"',
        'text >= "ab"',
        'text between "a" and "ab"',
        "text is missing",
        "text is present",
        'text has "a"',
        'text has "b"',
        'text has " a"',
        "text = `other text`",
        "text < `other text`",
        "`other text` is missing",
        "text contains `other text`",
        "lower(text) is a",
        'lower(text) is "A"',
        'lower(text) contains "A"',
        'lower(text) in ["A", "b"]',
        'upper(text) starts with "a"',
        'upper(text) is not "a"',
        "lower(text) is missing",
        "length(text) < 0",
        "length(text) between 1.2 and 1.8",
        "length(text) > 1",
        'coalesce(text, "a") is missing',
        'coalesce(text, "a") is a',
    ),
)
OTHERS = World(
    {
        "truth": (None, True, False),
        "born": (None, date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 30), date(2026, 3, 1)),
        "instant": (
            None,
            datetime(2026, 1, 1, 12, tzinfo=UTC),
            datetime(2026, 1, 1, 23, 30, tzinfo=UTC),
            datetime(2026, 1, 30, 1, tzinfo=UTC),
        ),
        "topics": (None, (), ("a",), ("a", "b"), (" a",)),
    },
    (
        "truth",
        "truth is true",
        "truth is false",
        "truth is not true",
        "truth is missing",
        "(born > 2026-01-01) is false",
        "born > 2026-01-01",
        "born < 2026-01-02",
        "born < 2026-01-03",
        "born = 2026-01-02",
        "born in [2026-01-01, 2026-01-30]",
        "born is missing",
        "born between 2026-01-30 and 2026-01-01",
        "instant < 2026-01-02",
        "instant >= 2026-01-02",
        "instant = `born`",
        "instant > born",
        "instant is missing",
        "days_since(born) < 5",
        "days_since(born) between 0.5 and 0.9",
        "days_since(born) is missing",
        'topics has "a"',
        'topics has " a"',
        'topics has "b"',
        "topics is missing",
    ),
)
WORLDS = {"numbers": NUMBERS, "texts": TEXTS, "others": OTHERS}


def rows(world: World) -> Iterator[Scope]:
    for values in itertools.product(*world.columns.values()):
        row = dict(zip(world.columns, values, strict=True))
        for ages in world.ages:
            yield Scope(ZONE, TODAY, {"": row}, {}, {"visit": ages})


@cache
def seen(name: str) -> dict[str, int]:
    """Return for each condition the rows for which the oracle finds it true, a bit each."""
    scopes = tuple(rows(WORLDS[name]))
    nodes = {text: parse(text) for text in WORLDS[name].atoms}
    return {
        text: sum(1 << bit for bit, scope in enumerate(scopes) if holds(node, scope))
        for text, node in nodes.items()
    }


@cache
def everything(name: str) -> int:
    return (1 << sum(1 for _ in rows(WORLDS[name]))) - 1


@cache
def logic(text: str) -> Logic:
    return claims(resolved(text))


@pytest.mark.parametrize("name", WORLDS)
def test_each_condition_and_its_opposite(name: str) -> None:
    for text, true in seen(name).items():
        if never(logic(text)):
            assert true == 0, text
        if always(logic(text)):
            assert true == everything(name), text


#: How many of the pairs that no row shows together are at least proven to exclude each other. Of
#: the others, some have rows that are not here, and some relate terms that are taken apart.
PROVEN = {"numbers": 0.9, "texts": 0.75, "others": 0.85}


@pytest.mark.parametrize("name", WORLDS)
def test_pairs(name: str) -> None:
    """Two conditions, each as it is or turned round: what excludes what, what implies what."""
    true = seen(name)
    turned = {f"not ({text})": everything(name) & ~found for text, found in true.items()}
    logics = {text: logic(text) for text in true}
    logics |= {f"not ({text})": negated(logic(text)) for text in true}
    found = proven = 0
    for (one, a), (other, b) in itertools.combinations((true | turned).items(), 2):
        if never(logics[one], logics[other]):
            proven += 1
            assert a & b == 0, f"{one} and {other}"
        found += a & b == 0
    assert proven >= PROVEN[name] * found, f"{proven} of {found}"


@st.composite
def conditions(draw: st.DrawFn, name: str, parts: int = 6) -> tuple[str, int]:
    """Draw a condition and the rows for which it is true."""
    if parts <= 1 or draw(st.integers(0, 3)) == 0:
        text = draw(st.sampled_from(WORLDS[name].atoms))
        return text, seen(name)[text]
    how = draw(st.sampled_from(("and", "or", "not")))
    left, one = draw(conditions(name, parts // 2))
    if how == "not":
        return f"not ({left})", everything(name) & ~one
    right, other = draw(conditions(name, parts // 2))
    return f"(({left}) {how} ({right}))", one & other if how == "and" else one | other


@given(st.data(), st.sampled_from(sorted(WORLDS)))
@settings(max_examples=250, deadline=None)
def test_whatever_is_proven_is_so(data: st.DataObject, name: str) -> None:
    (one, a), (other, b) = (data.draw(conditions(name)) for _ in range(2))
    node = resolved(one)
    first, second = claims(node), claims(resolved(other))
    if never(first):
        assert a == 0
    if always(first):
        assert a == everything(name)
    if implies(first, second):
        assert a & ~b == 0
    clauses = excluding(resolved(f"{one} and {other}"))
    assert bool(clauses) == never(first, second)
    if clauses:
        assert a & b == 0


@given(st.data(), st.sampled_from(sorted(WORLDS)))
@settings(max_examples=100, deadline=None)
def test_the_oracle_agrees_on_whole_conditions(data: st.DataObject, name: str) -> None:
    """The bits that the other tests combine are those of the combined text."""
    text, bits = data.draw(conditions(name, 3))
    node = parse(text)
    some = list(enumerate(rows(WORLDS[name])))[:: max(1, everything(name).bit_length() // 40)]
    for bit, scope in some:
        assert holds(node, scope) is bool(bits >> bit & 1)


def of_a_score(node: n.Node) -> Domain | None:
    """Know of ``number`` that it is a score from 0 to 3."""
    if isinstance(node, n.Field) and node.column == "number":
        return Domain("number", False, r.between(0.0, 3.0))
    return None


@pytest.mark.parametrize("text", NUMBERS.atoms)
def test_what_is_known_of_a_field_is_used_as_such(text: str) -> None:
    true, inside = seen("numbers")[text], 0
    for bit, scope in enumerate(rows(NUMBERS)):
        value = scope.tables[""]["number"]
        if isinstance(value, float) and 0.0 <= value <= 3.0:
            inside |= 1 << bit
    found = claims(resolved(text), of_a_score)
    if never(found):
        assert true & inside == 0
    if always(found):
        assert true & inside == inside


def test_a_known_range_proves_more() -> None:
    assert never(claims(resolved("number > 3"), of_a_score))
    assert always(claims(resolved("number >= 0"), of_a_score))
    assert not never(claims(resolved("number >= 3"), of_a_score))
    assert not always(claims(resolved("number > 0"), of_a_score))
    assert never(claims(resolved("2 * number - 1 > 5.5"), of_a_score))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("text is a and number > 5 and number < 3", ["number > 5", "number < 3"]),
        ("number > 5 and (text is b and number < 3)", ["number > 5", "number < 3"]),
        ("text is a and number between 10 and 5", ["number between 10 and 5"]),
        ("number > 5 and number < 7", []),
    ],
)
def test_the_fewest_clauses_that_exclude_one_another(text: str, left: list[str]) -> None:
    assert [unparse(clause) for clause in excluding(resolved(text))] == left


def test_a_search_without_end_is_given_up() -> None:
    choices = " and ".join(
        f"(lead.c{i} = lead.c{(i * 7 + 3) % 30} or lead.c{i} = lead.c{(i * 11 + 5) % 30})"
        for i in range(30)
    )
    assert not never(claims(parsed(choices)))
