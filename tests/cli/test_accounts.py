from __future__ import annotations

from pathlib import Path

import pytest

ACCOUNTS = ("accounts", "--as-of", "2026-06-30")
DATA = ("accounts", "small.yaml", "--data", "data", "--as-of", "2026-06-30")

CSV = """\
account_id,name,buying,committee,leads,largest leads
acme,Acme,50,true,2,"ada 30, ben 20"
bolt,Bolt,10,false,2,eve 10
idle,Idle Ltd,0,false,0,
"""


def test_accounts_come_highest_first_with_their_leads(cli, filled: Path):
    said = cli(*ACCOUNTS, "--format", "csv")

    assert said.code == 0
    assert said.out == CSV


def test_only_committees(cli, filled: Path):
    rows = cli(*ACCOUNTS, "--committee", "--format", "json").json

    assert [(row["account_id"], row["committee"]) for row in rows] == [("acme", True)]


def test_limit(cli, filled: Path):
    assert len(cli(*ACCOUNTS, "--limit", "2", "--format", "csv").records) == 2


def test_the_table_fits_a_narrow_terminal(cli, filled: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "55")

    lines = cli(*ACCOUNTS).out.splitlines()

    assert max(map(len, lines)) <= 55
    assert lines[0].split() == ["account_id", "name", "buying", "committee", "leads"]
    assert lines[3] == "  leads: ada 30, ben 20"


def test_no_committee_is_said_in_words(cli, filled: Path):
    before = ("accounts", "--as-of", "2026-01-10")

    said = cli(*before, "--committee")

    assert said.code == 0
    assert said.out == "no account has a committee (2 leads at 10 of readiness)\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  buying:", "  selling:", "no account score is called `buying`"),
        ("accounts:\n", "# accounts:\n#", "the model scores no accounts"),
    ],
)
def test_a_score_that_is_not_there_is_exit_2(cli, small: Path, old: str, new: str, message: str):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    (small / "small.yaml").write_text(text.replace(old, new), encoding="utf-8")

    said = cli(*DATA, "--score", "buying")

    assert said.code == 2
    assert message in said.err


def test_accounts_without_a_table_of_accounts(cli, small: Path):
    (small / "data/accounts.csv").unlink()

    rows = cli(*DATA, "--format", "csv").records

    assert [(row["account_id"], row["buying"]) for row in rows] == [("acme", "50"), ("bolt", "10")]
    assert "name" not in rows[0]
