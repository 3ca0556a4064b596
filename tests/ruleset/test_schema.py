"""What the patterns of the schema take."""

from __future__ import annotations

import re

import pytest

from leadline.ruleset.schema import DATE, WORD


@pytest.mark.parametrize("name", ["a", "_", "Größe_1", "naïve", "日本", "x" * 200])
def test_a_name(name: str) -> None:
    assert re.search(WORD, name)


@pytest.mark.parametrize(
    "name", ["", "1a", "a b", "a-b", "a.b", "a\n", "\na", "a“", "€", 'a"', "a\u00d7b"]
)
def test_no_name(name: str) -> None:
    assert not re.search(WORD, name)


def test_a_date_is_written_in_full() -> None:
    assert re.search(DATE, "2026-11-22")
    assert not any(re.search(DATE, text) for text in ("2026-1-2", "2026-11-22\n", "2026-11-22T"))
