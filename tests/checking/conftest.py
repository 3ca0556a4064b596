from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from leadline.checking.check import check_files
from leadline.checking.selection import ALL, CheckRules
from leadline.diagnostic import Diagnostic
from leadline.document import load
from leadline.pipeline import RulesetText, open_directory
from leadline.store import Store

TODAY = date(2026, 6, 30)

#: 200 leads: 120 in Germany, 80 in Austria; 100 views of as many pages, 50 downloads of one asset.
EVENTS = "\n".join(
    [
        "event_id,lead_id,occurred_at,type,asset_id,url,seconds",
        *(
            f"v{n},l{n},2026-05-{1 + n % 28:02}T09:00:00Z,page_view,guide,/pricing/{n},"
            for n in range(100)
        ),
        *(f"d{n},l{n},2026-05-{1 + n % 28:02}T10:00:00Z,download,guide,,{n}" for n in range(50)),
        "late,l1,2026-12-24T09:00:00Z,party,,,",
    ]
)
LEADS = "\n".join(
    [
        "lead_id,account_id,created_at,country,job_title,size,interests,nothing",
        *(
            f"l{n},acme,2026-01-01T00:00:00Z,{'Germany' if n < 120 else 'Austria'},"
            f"{'Chief' if n % 2 else 'Engineer'},{n},motors; pumps,"
            for n in range(200)
        ),
    ]
)
OTHERS = {
    "assets": "asset_id,kind,duration\nguide,white paper,\n",
    "lead_tags": "lead_id,tag,value,set_at\nl1,track,nurture,2026-02-01T00:00:00Z\n",
    "lead_history": "lead_id,field,value,changed_at\nl1,country,Denmark,2026-02-01T00:00:00Z\n",
}

Check = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Yield a store with a few hundred rows."""
    folder = tmp_path_factory.mktemp("data")
    for table, text in {"events": EVENTS, "leads": LEADS, **OTHERS}.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    opened, loads = open_directory(folder, lambda *_: None)
    assert [load.rejected for load in loads] == [0]
    with opened:
        yield opened


def ruleset(text: str) -> RulesetText:
    """Return the text of a ruleset as loaded."""
    loaded = load(text.encode(), "ruleset.yaml")
    return RulesetText("ruleset.yaml", loaded.text, loaded.document, loaded.diagnostics)


@pytest.fixture
def check(store: Store) -> Check:
    """Return a function that checks a ruleset against the data, by the codes LL15x alone."""

    def run(text: str, rules: CheckRules | None = None) -> tuple[Diagnostic, ...]:
        found = check_files([ruleset(text)], store, rules or ALL, TODAY)
        wanted = "" if rules else "LL15"
        return tuple(one for one in found if one.code.startswith(wanted))

    return run


@pytest.fixture
def alone() -> Check:
    """Return a function that checks a ruleset in itself."""

    def run(text: str, rules: CheckRules = ALL) -> tuple[Diagnostic, ...]:
        return check_files([ruleset(text)], None, rules, TODAY)

    return run
