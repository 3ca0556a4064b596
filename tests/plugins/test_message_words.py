"""What a lead is called in the words of a message."""

from __future__ import annotations

import pytest
from tests.plugins.sent import message

from leadline_plugins.message_words import Words, names_of_facts

WORDS = Words({"timezone": "UTC"}, "digest")


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ({}, "ada"),
        ({"lead.name": "Ada Lovelace"}, "Ada Lovelace"),
        ({"lead.full_name": "Ada Lovelace"}, "Ada Lovelace"),
        ({"lead.email": "ada@acme.example"}, "ada@acme.example"),
        ({"lead.email": "a@b.example", "lead.name": "Ada"}, "Ada, a@b.example"),
        ({"lead.last_name": "Lovelace", "lead.first_name": "Ada"}, "Ada Lovelace"),
        ({"lead.lastname": "Lovelace", "lead.firstname": None}, "Lovelace"),
        ({"lead.First Name": "Ada", "lead.Last Name": "L", "lead.Email": "a@b"}, "Ada L, a@b"),
        ({"lead.name": "Ada L", "lead.firstname": "Ada", "lead.lastname": "L"}, "Ada L"),
        ({"lead.name": "a@b.example", "lead.email": "a@b.example"}, "a@b.example"),
        ({"lead.name": None, "lead.email": None}, "ada"),
        # A model may call a score so.
        ({"email": 12.0}, "ada"),
    ],
)
def test_a_lead_is_called_by_its_name_and_address(lead: dict[str, object], name: str):
    assert WORDS.card(message(**lead)).name == name


def test_the_facts_begin_with_what_else_says_who_a_lead_is():
    one = message(
        **{
            "lead.owner": "cleo",
            "lead.email": "ada@acme.example",
            "lead.job_title": "VP Operations",
            "account.name": "Acme",
            "lead.country": "GB",
        }
    )

    assert WORDS.card(one).facts[:5] == (
        ("job title", "VP Operations"),
        ("account", "Acme"),
        ("owner", "cleo"),
        ("lead", "ada"),
        ("readiness", "72.25"),
    )
    assert ("country", "GB") in WORDS.card(one).facts


def test_columns_of_a_table_begin_with_who_whichever_lead_has_it_first():
    bare = WORDS.card(message(**{"account.name": "Acme"}))
    whole = WORDS.card(message(**{"lead.job_title": "CTO", "lead.name": "Ada"}))

    assert names_of_facts([bare, whole])[:4] == ("job title", "account", "lead", "readiness")


def test_a_field_that_is_called_like_a_score_says_that_it_is_the_leads():
    facts = WORDS.card(message(**{"lead.readiness": "low"})).facts

    assert ("readiness", "72.25") in facts
    assert ("lead.readiness", "low") in facts
