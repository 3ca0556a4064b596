"""Each page of a test file's mistakes shows that mistake, and how it is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from leadline.diagnostic import Diagnostic
from leadline.report.pages import page
from leadline.testing import codes as c

Mistakes = Callable[..., tuple[Diagnostic, ...]]

#: What no test file alone can show.
WITHOUT_EXAMPLE = (
    c.NO_RULESET_BESIDE,
    c.NO_TESTS,
    c.UNMET,
    c.NOT_REACHED,
    c.NOT_NOTICED,
)


@pytest.mark.parametrize("code", c.CODES, ids=lambda code: code.name)
def test_every_code_has_its_page(code) -> None:
    shown = page(code.code)
    assert shown is not None
    assert shown.code == code
    assert bool(shown.blocks("Bad")) is (code not in WITHOUT_EXAMPLE)


@pytest.mark.parametrize(
    "code", [code for code in c.CODES if code not in WITHOUT_EXAMPLE], ids=lambda code: code.name
)
def test_a_page_shows_its_mistake_and_the_mended_file(code, mistakes: Mistakes, unmet) -> None:
    shown = page(code.code)
    assert shown is not None
    [(_, bad)], [(_, good)] = shown.blocks("Bad"), shown.blocks("Good")
    assert [found.kind for found in mistakes(bad)] == [code]
    assert unmet(good) == []
