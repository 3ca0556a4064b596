"""The fixes that the pages of the codes speak of do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.checking.conftest import ruleset
from tests.test_pages import DATA, TODAY

from leadline.checking.check import check_files, reread
from leadline.checking.fixing import fix_text
from leadline.checking.selection import ALL
from leadline.diagnostic import Diagnostic
from leadline.pipeline import open_directory
from leadline.report.pages import Page, all_codes, page
from leadline.store import Store

FIXABLE = tuple(
    shown
    for code in all_codes()
    if code.code < "LL200" and (shown := page(code.code)) is not None and shown.fix != "none"
)


@pytest.fixture(scope="module")
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Yield the data of the examples."""
    folder: Path = tmp_path_factory.mktemp("examples")
    for table, text in DATA.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    store, _ = open_directory(folder, lambda *_: None)
    with store:
        yield store


def test_some_pages_speak_of_fixes():
    assert len(FIXABLE) >= 10


@pytest.mark.parametrize("shown", FIXABLE, ids=lambda shown: shown.code.code)
def test_a_fix_takes_its_finding_away(shown: Page, example_data: Store):
    [(_, text)] = shown.blocks("Bad")
    file = ruleset(text)

    def check(changed: str) -> tuple[Diagnostic, ...]:
        return check_files([reread(file, changed)], example_data, ALL, TODAY)

    fixed = fix_text(text, check(text), check, unsafe="unsafe" in shown.fix)

    assert shown.code.code in {one.code for one in fixed.applied}
    assert shown.code.code not in {one.code for one in fixed.left}
    assert fixed.text != text
