"""Every code has a page, and what a page shows is so."""

from __future__ import annotations

import importlib
from datetime import date
from functools import cache
from pathlib import Path
from pkgutil import walk_packages

import pytest

import leadline
from leadline.checking import check
from leadline.checking.beside import check_beside
from leadline.checking.selection import CheckRules
from leadline.diagnostic import Code, Diagnostic, Severity
from leadline.errors import ConfigurationError
from leadline.misfits import CODES as MISFIT_CODES
from leadline.misfits import refuse_misfits
from leadline.pipeline import columns_of, open_directory, read_ruleset
from leadline.project import read_project
from leadline.report.pages import Page, all_codes, page
from leadline.ruleset.beside import reviews_file
from leadline.store import Store

#: The pages of ``leadline test`` are run in tests/testing.
PAGES = tuple(
    found for code in all_codes() if code.code < "LL300" and (found := page(code.code)) is not None
)
#: What no page can show: too many bytes, none that are text, the name of a file.
NOT_SHOWN = {"LL010", "LL012", "LL014", "LL015", "LL016", "LL089", "LL212", "LL215", "LL216"}
#: What pages on reviews show is a file of reviews beside this ruleset.
REVIEWS = {"LL088", "LL122"}
#: What is held against the schemas of plugins.
MISFITS = {code.code for code in MISFIT_CODES}
REVIEWED = """\
leadline: 1
model: demo
audits:
  newsletter: {kind: nurture, metric: 'rate(email_click, email_send)'}
"""
TODAY = date(2026, 6, 30)
COLUMNS = cache(columns_of)

#: The data that the examples of the pages are checked against.
DATA = {
    "events": """\
event_id,lead_id,occurred_at,type,asset_id,url,seconds_watched
1,ada,2026-06-01T09:00:00Z,page_view,,/pricing,
2,ada,2026-06-02T09:00:00Z,video_play,film,,30
""",
    "leads": """\
lead_id,account_id,created_at,country,job_title,owner,opted_out
ada,acme,2026-01-01T00:00:00Z,DE,Chief Engineer,anna,false
ben,acme,2026-01-02T00:00:00Z,AT,Student,ben,true
""",
    "accounts": "account_id,name,employees,industry\nacme,Acme,400,software\n",
    "assets": "asset_id,kind,product,duration,tags\nfilm,video,motors,60,sales-ready\n",
    "lead_tags": "lead_id,tag,value,set_at\nada,mql,yes,2026-06-01T00:00:00Z\n",
    "metrics": "program,date,metric,value\nspring,2026-06-01,cost,120\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    """Yield the data of the examples."""
    folder = tmp_path_factory.mktemp("data")
    for table, text in DATA.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    opened, _ = open_directory(folder, lambda *_: None)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def columns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the columns once: that takes most of the time, and all pages have the same data."""
    monkeypatch.setattr(check, "columns_of", COLUMNS)


def said(code: str, text: str, folder: Path, store: Store) -> tuple[Diagnostic, ...]:
    """Return what is said about the example of a page."""
    if code.startswith("LL2"):
        return said_of_project(code, text, folder)
    file = folder / "ruleset.yaml"
    if code in REVIEWS:
        file.write_text(REVIEWED, encoding="utf-8")
        reviews_file(file).write_text(text, encoding="utf-8")
        return check_beside([read_ruleset(file)], None, CheckRules(), TODAY)[0]
    file.write_text(text, encoding="utf-8")
    # What data and comments show takes queries, which the other pages do without.
    rules = CheckRules(select=frozenset({code})) if code < "LL150" else CheckRules()
    return check.check_files([read_ruleset(file)], store, rules, TODAY)


def said_of_project(code: str, text: str, folder: Path) -> tuple[Diagnostic, ...]:
    file = folder / "leadline.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        project = read_project(file, {})
        if code in MISFITS:
            names = [output.name for output in project.outputs]
            refuse_misfits(project, project.sources, names)
    except ConfigurationError as error:
        return error.diagnostics
    return ()


def example(shown: Page, section: str) -> str:
    [(language, text)] = shown.blocks(section)
    assert language == "yaml"
    return text


def test_every_code_has_a_page_of_its_name_and_every_page_a_code():
    declared = {
        value
        for module in walk_packages(leadline.__path__, "leadline.")
        if not module.name.startswith(("leadline.__main__", "leadline.language_server"))
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, Code)
    }

    assert len(declared) > 60
    assert sorted(all_codes(), key=str) == sorted(declared, key=str)


def test_a_name_is_that_of_one_code():
    names = [code.name for code in all_codes()]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.code.code)
def test_a_page_shows_what_triggers_its_code_and_how_it_is_mended(
    shown: Page, tmp_path: Path, store: Store
):
    code = shown.code.code
    if code in NOT_SHOWN:
        assert shown.blocks("Bad") == shown.blocks("Good") == ()
        assert shown.fix == "none"
        return

    bad = said(code, example(shown, "Bad"), tmp_path, store)
    good = said(code, example(shown, "Good"), tmp_path, store)

    fixes = [found.fix for found in bad if found.code == code]
    words = {"none" if fix is None else "safe" if fix.safe else "unsafe" for fix in fixes}
    assert words == {shown.fix}
    assert code not in {found.code for found in good}
    assert all(found.severity < Severity.ERROR for found in good)
