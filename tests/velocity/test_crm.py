"""Deals of a CRM by their stage alone: from engaging to won and lost, as pandas has it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from leadline.cli import run_command

UNTIL = "2017-12-31"
RULESET = """\
leadline: 1
model: deals
stages:
  by: tag deal
  steps: [{name: Prospecting}, {name: Engaging}, {name: Lost}, {name: Won}]
  sla: {Engaging: 90 days}
"""


@pytest.fixture(scope="module")
def deals(shared: Path) -> pd.DataFrame:
    folder = shared / "data" / "crm"
    if not folder.is_dir():
        pytest.skip("the deals are not here: no ../shared/data/crm beside the project")
    rows = pd.read_csv(folder / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    accounts = pd.read_csv(folder / "accounts.csv")[["account", "sector"]]
    return rows.merge(accounts, on="account", how="left")


@pytest.fixture(scope="module")
def folder(deals: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the deals as leads and their stages as tags, and the ruleset."""
    root = tmp_path_factory.mktemp("crm")
    (root / "data").mkdir()
    (root / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    leads = deals[["opportunity_id", "account", "sector", "sales_agent"]]
    names = {"opportunity_id": "lead_id", "account": "company", "sales_agent": "owner"}
    leads.rename(columns=names).to_csv(root / "data/leads.csv", index=False)
    engaged = deals.dropna(subset="engage_date").assign(value="Engaging")
    closed = deals.dropna(subset="close_date").assign(value=lambda d: d["deal_stage"])
    tags = pd.concat(
        [
            engaged.rename(columns={"engage_date": "set_at"}),
            closed.rename(columns={"close_date": "set_at"}),
        ]
    )
    tags = tags.assign(lead_id=tags["opportunity_id"], tag="deal")
    tags[["lead_id", "tag", "value", "set_at"]].to_csv(root / "data/lead_tags.csv", index=False)
    return root


def told(folder: Path, *options: str) -> pd.DataFrame:
    out = folder / "told.json"
    ruleset, data = str(folder / "ruleset.yaml"), str(folder / "data")
    asked = ("velocity", ruleset, "--data", data, "--as-of", UNTIL, "-o", str(out), *options)
    assert run_command(list(asked)) == 0
    return pd.DataFrame(json.loads(out.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("field", "column"), [("sector", "sector"), ("company", "account")])
def test_days_to_won_and_lost_are_those_of_pandas(
    deals: pd.DataFrame, folder: Path, field: str, column: str
) -> None:
    ours = told(
        folder, "--moves", "--by", "quarter", "--stage", "Engaging", "--split", f"lead.{field}"
    )

    closed = deals.dropna(subset="close_date").fillna({column: "(none)"})
    closed = closed.assign(
        days=(closed["close_date"] - closed["engage_date"]).dt.days,
        period=closed["close_date"].dt.to_period("Q").dt.start_time.dt.strftime("%Y-%m-%d"),
    )
    expected = closed.groupby([column, "deal_stage", "period"])["days"].agg(
        moves="size",
        mean_days="mean",
        median_days="median",
        p90_days=lambda days: np.quantile(days, 0.9),
    )

    ours = ours[ours["moves"] > 0].set_index(["group", "next_stage", "period"]).sort_index()
    expected = expected.sort_index()
    assert list(ours.index) == list(expected.index)
    assert len(expected) > 50
    for name in expected.columns:
        np.testing.assert_allclose(ours[name].astype(float), expected[name], rtol=0, atol=1e-9)


def test_open_deals_count_as_not_yet_closed(deals: pd.DataFrame, folder: Path) -> None:
    ours = told(folder, "--by", "quarter", "--stage", "Engaging", "--split", "lead.sector")
    end = pd.Timestamp(UNTIL) + pd.Timedelta(days=1)

    known = deals.dropna(subset="engage_date").fillna({"sector": "(none)"})
    reached = 0
    for sector, rows in known.groupby("sector"):
        days = (rows["close_date"].fillna(end) - rows["engage_date"]).dt.days
        fitted = KaplanMeierFitter().fit(days, rows["close_date"].notna())
        last = ours[(ours["group"] == sector) & (ours["period"] == "2017-10-01")].iloc[0]
        median = fitted.median_survival_time_
        reached += np.isfinite(median)
        expected = median if np.isfinite(median) else np.nan
        assert last["km_median_days"] == pytest.approx(expected, abs=1e-9, nan_ok=True)
        assert last["balance"] == rows["close_date"].isna().sum()
        over = rows["close_date"].isna() & ((end - rows["engage_date"]).dt.days > 90)
        assert last["past_due"] == over.sum()
    assert reached


def test_deals_without_dates_have_no_beginning(deals: pd.DataFrame, folder: Path) -> None:
    """Prospects have no date: they are inside from ever on, and count in no time."""
    ours = told(folder, "--by", "quarter", "--stage", "Prospecting")

    engaged = deals["engage_date"].notna().sum()
    assert ours["in_all"].sum() == 0
    assert ours["untimed"].sum() == ours["out_all"].sum() == engaged
    assert ours["km_stays"].sum() == 0
    assert ours["balance"].iloc[-1] == len(deals) - engaged


def test_a_forecast_of_deals_that_die_out_says_that_it_is_no_better(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No new deals come in at the end of the log, which no level of the past can know."""
    ruleset, data = str(folder / "ruleset.yaml"), str(folder / "data")
    asked = ["forecast", ruleset, "--data", data, "--as-of", UNTIL, "--weeks", "4"]

    assert run_command([*asked, "--format", "csv"]) == 0
    told_ = pd.read_csv(io.StringIO(capsys.readouterr().out)).set_index("stage")
    assert not told_.loc["Won", "beats_last_week"].any()
    assert told_.loc["Lost", "beats_last_week"].all()
    assert run_command(asked) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Won: no better than repeating the last week" in said
    assert "Lost: better than repeating the last week" in said
