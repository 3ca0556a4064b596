"""The results of the last run of each model, kept for other tools to read."""

from __future__ import annotations

from leadline.engine.duckdb import Database
from leadline.plan.clock import AsOf
from leadline.ruleset.model import Ruleset
from leadline.sql import quote

_TABLES = {
    "result_scores": "model VARCHAR, as_of DATE, lead_id VARCHAR, score VARCHAR, per VARCHAR, "
    "value DOUBLE, grade VARCHAR",
    "result_accounts": "model VARCHAR, as_of DATE, account VARCHAR, account_id VARCHAR, "
    "value DOUBLE, committee BOOLEAN, leads BIGINT",
}


def keep_results(database: Database, ruleset: Ruleset, as_of: AsOf) -> None:
    """Replace a model's results by those that were just computed.

    Args:
        database: the store's, with the relations of the evaluation.
        ruleset: the model.
        as_of: the date of the scores.
    """
    model, day = quote.text(ruleset.model), quote.day(as_of.day)
    with database.transaction():
        for table, columns in _TABLES.items():
            database.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
            database.execute(f"DELETE FROM {table} WHERE model = {model}")
        database.execute(
            f"INSERT INTO result_scores SELECT {model}, {day}, lead_id, score, per, value, grade "
            "FROM scores"
        )
        for account in ruleset.accounts:
            relation = quote.name(f"account.{account.name}")
            database.execute(
                f"INSERT INTO result_accounts SELECT {model}, {day}, {quote.text(account.name)}, "
                f"account_id, value, committee, leads FROM {relation}"
            )
