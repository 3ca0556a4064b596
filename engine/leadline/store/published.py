"""What outputs hold of leads and accounts: what each is to hold, and whether it took it.

A row is one lead or account at one output. Its state goes from ``due`` to ``published``, or to
``failed`` or ``refused``, which the next run tries again. A row whose results change is due again.
One whose key several leads or accounts have is ``shared``: it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from leadline.engine.duckdb import Database
from leadline.plugin.publisher import Table
from leadline.sql import quote
from leadline.sql.relations import kept
from leadline.store.tally import Trouble

STATES = ("due", "published", "failed", "refused", "shared")

#: The columns of the table ``published``. ``serial`` counts the rows from 1, so that a few of them
#: are found without a look at all; ``of`` is ``leads`` or ``accounts``; ``key`` is what the output
#: knows the lead or account by, ``id`` what leadline does; ``told`` is what the output is to hold,
#: as JSON; ``gone`` says that there is no result any more, so that the values are to be taken away;
#: ``held`` that values were handed to the output at some time, so that it may have them;
#: ``last_run`` is the run that tried it last.
COLUMNS = (
    ("serial", "BIGINT"),
    ("output", "VARCHAR"),
    ("of", "VARCHAR"),
    ("key", "VARCHAR"),
    ("id", "VARCHAR"),
    ("told", "VARCHAR"),
    ("gone", "BOOLEAN"),
    ("held", "BOOLEAN"),
    ("state", "VARCHAR"),
    ("answer", "VARCHAR"),
    ("last_run", "BIGINT"),
    ("changed_at", "TIMESTAMP"),
)

#: The day of the results that each output holds: of an earlier day nothing is published. And how
#: it knows leads or accounts, as leadline.yaml says it: where that changes, all begins anew.
DAY_COLUMNS = (("output", "VARCHAR"), ("of", "VARCHAR"), ("day", "DATE"), ("known_by", "VARCHAR"))

_WANTED = "wanted_result"
_IS_DUE = "state NOT IN ('published', 'shared')"
#: What receivers take for the same key: to them, an address in capitals is the same one.
_SAME = "CASE WHEN contains(key, '@') THEN lower(key) ELSE key END"
#: The values of a row for people: `fit 40, stage ready`; what has no value is left out.
_IN_WORDS = (
    "array_to_string([e.key || ' ' || regexp_replace(e.value, '^(-?[0-9]+)\\.0$', '\\1') FOR e IN "
    "map_entries(from_json(told, '\"MAP(VARCHAR, VARCHAR)\"'))], ', ')"
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of one output that are of leads, or of accounts."""

    output: str
    of: Table

    @property
    def where(self) -> str:
        """The condition that finds them."""
        return f'output = {quote.text(self.output)} AND "of" = {quote.text(self.of)}'


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an output is to hold from now on.

    Args:
        rows: a relation or SELECT in parentheses, with a row for each lead or account.
        id: the SQL of its id.
        key: the SQL of what the output knows it by; where that is missing it is not published.
        values: the SQL of each value, by what the output calls it.
    """

    rows: str
    id: str
    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row that is due: its serial, key and values (JSON), and whether they are to be removed."""

    serial: int
    key: str
    told: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a row: its new state, and why."""

    serial: int
    state: str
    answer: str


def want(database: Database, shelf: Shelf, wanted: Wanted) -> int:
    """Note what an output is to hold from now on.

    Whoever has no result any more is to have none at the output either. A lead whose id was merged
    into another is forgotten: what the output holds under the old id is the other's now. What
    several have the same key of stays as it is, since nobody can say whose it is. Addresses that
    differ in capitals alone are the same.

    Returns:
        how many leads or accounts share their key with others.
    """
    # In one order, so that the same values are the same text.
    told = ", ".join(f"{quote.text(name)}, {sql}" for name, sql in sorted(wanted.values.items()))
    database.execute(
        kept(
            _WANTED,
            f"SELECT *, {_SAME} AS same, count(*) OVER (PARTITION BY same) > 1 AS shared FROM ("
            f"SELECT CAST({wanted.id} AS VARCHAR) AS id, "
            f"nullif(CAST({wanted.key} AS VARCHAR), '') AS key, "
            f"CAST(json_object({told}) AS VARCHAR) AS told FROM {wanted.rows}) "
            "WHERE key IS NOT NULL",
        )
    )
    gone = f"{shelf.where} AND key NOT IN (SELECT key FROM {_WANTED})"
    now = _now()
    with database.transaction():
        forgotten = f"NOT held OR {_SAME} IN (SELECT same FROM {_WANTED})"
        if shelf.of == "leads":
            # Known by something else than its id, it is a record of its own there still.
            forgotten += " OR key = id AND id IN (SELECT old_lead_id FROM aliases)"
        database.execute(f"DELETE FROM published WHERE {gone} AND ({forgotten})")
        database.execute(
            "UPDATE published SET gone = TRUE, state = 'due', answer = NULL, changed_at = $1 "
            f"WHERE {gone} AND NOT gone",
            [now],
        )
        database.execute(
            "UPDATE published SET id = w.id, told = w.told, gone = FALSE, state = 'due', "
            f"answer = NULL, changed_at = $1 FROM {_WANTED} w WHERE {shelf.where} "
            "AND w.key = published.key AND NOT w.shared "
            "AND (w.told <> published.told OR published.gone OR published.state = 'shared')",
            [now],
        )
        database.execute(
            "UPDATE published SET state = 'shared', answer = NULL, changed_at = $1 "
            f"WHERE {shelf.where} AND state <> 'shared' "
            f"AND key IN (SELECT key FROM {_WANTED} WHERE shared)",
            [now],
        )
        database.execute(
            'INSERT INTO published (serial, output, "of", key, id, told, gone, held, state, '
            "changed_at) SELECT (SELECT coalesce(max(serial), 0) FROM published) "
            f"+ row_number() OVER (ORDER BY w.key), {quote.text(shelf.output)}, "
            f"{quote.text(shelf.of)}, w.key, w.id, w.told, FALSE, FALSE, 'due', $1 "
            f"FROM {_WANTED} w ANTI JOIN (SELECT key FROM published WHERE {shelf.where}) p "
            "ON p.key = w.key WHERE NOT w.shared",
            [now],
        )
    return int(database.value(f"SELECT count(*) FROM {_WANTED} WHERE shared"))


def day_held(database: Database, shelf: Shelf) -> tuple[date, str] | None:
    """Return the day of the results that an output holds, and how it knows them; None without."""
    rows = database.rows(f"SELECT day, known_by FROM published_days WHERE {shelf.where}")
    return (rows[0][0], rows[0][1]) if rows else None


def note_day(database: Database, shelf: Shelf, day: date, known_by: str) -> None:
    """Note the day of the results that an output is to hold, and how it knows them."""
    with database.transaction():
        database.execute(f"DELETE FROM published_days WHERE {shelf.where}")
        database.execute(
            "INSERT INTO published_days VALUES (?, ?, ?, ?)",
            [shelf.output, shelf.of, day, known_by],
        )


def begin_anew(database: Database, shelf: Shelf, wanted: Wanted) -> int:
    """Forget what an output holds, since it knows leads or accounts by something else now.

    Returns:
        how many of those that it holds have no result any more: nobody can tell it so.
    """
    left = database.value(
        f"SELECT count(*) FROM published WHERE {shelf.where} AND held AND NOT gone "
        f"AND id NOT IN (SELECT CAST({wanted.id} AS VARCHAR) FROM {wanted.rows})"
    )
    database.execute(f"DELETE FROM published WHERE {shelf.where}")
    return int(left)


def publish_again(database: Database, output: str) -> None:
    """Have all that an output holds published again, also results of an earlier day."""
    database.execute("DELETE FROM published_days WHERE output = ?", [output])
    database.execute(
        "UPDATE published SET state = 'due', answer = NULL WHERE output = ? "
        "AND state = 'published'",
        [output],
    )


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many rows are not as they should be.

    Args:
        fresh: rows with values that were never tried.
        again: rows with values that were tried, and not taken.
        gone: rows whose values are to be taken away.
    """

    fresh: int
    again: int
    gone: int

    @property
    def total(self) -> int:
        """How many they are together."""
        return self.fresh + self.again + self.gone


def count_due(database: Database, shelf: Shelf) -> DueCounts:
    """Return how many rows are not published as they should be."""
    [row] = database.rows(
        "SELECT count(*) FILTER (NOT gone AND state = 'due'), "
        "count(*) FILTER (NOT gone AND state <> 'due'), count(*) FILTER (gone) "
        f"FROM published WHERE {shelf.where} AND {_IS_DUE}"
    )
    return DueCounts(*row)


def count_held(database: Database, shelf: Shelf) -> int:
    """Return how many leads or accounts there are results of at an output, or should be."""
    return int(database.value(f"SELECT count(*) FROM published WHERE {shelf.where} AND NOT gone"))


def due(
    database: Database, shelf: Shelf, after: int, most: int, *, gone: bool
) -> tuple[DueRow, ...]:
    """Return the next rows that are due, in the order of their serials.

    Values of somebody who is known by another key now are taken away once those are published.

    Args:
        database: the store's.
        shelf: which rows.
        after: the serial that they come after.
        most: at most so many.
        gone: those whose values are to be taken away, or the others.
    """
    which = "NOT gone"
    if gone:
        which = (
            f"gone AND id NOT IN (SELECT id FROM published WHERE {shelf.where} AND NOT gone "
            f"AND {_IS_DUE})"
        )
    rows = database.rows(
        f"SELECT serial, key, told, gone FROM published WHERE {shelf.where} AND {which} "
        f"AND {_IS_DUE} AND serial > {after} ORDER BY serial LIMIT {most}"
    )
    return tuple(DueRow(*row) for row in rows)


def note_handed_over(database: Database, rows: Sequence[DueRow]) -> None:
    """Note that rows are about to be handed over. It is on the disk when this returns.

    Nobody else would know of values whose answer never comes, and take them away later.

    Args:
        database: the store's.
        rows: what is handed over, in the order of their serials.
    """
    database.execute(
        "UPDATE published SET held = TRUE WHERE NOT held "
        "AND serial IN (SELECT unnest(CAST($1 AS BIGINT[]))) AND serial BETWEEN $2 AND $3",
        [[row.serial for row in rows], rows[0].serial, rows[-1].serial],
    )


def keep_answers(
    database: Database, rows: Sequence[DueRow], answers: Sequence[Answer], run_id: int
) -> None:
    """Note what became of rows, and forget those whose values were taken away.

    Args:
        database: the store's.
        rows: what was handed over, in the order of their serials.
        answers: what became of some of it.
        run_id: the run.
    """
    if not answers:
        return
    with database.transaction():
        database.execute(
            # Numbered, because DuckDB 1.5 counts question marks from the FROM on.
            "UPDATE published SET state = v.state, answer = v.answer, changed_at = $1, "
            "last_run = $2 FROM ("
            "SELECT unnest(CAST($3 AS BIGINT[])) AS serial, unnest(CAST($4 AS VARCHAR[])) AS state,"
            " unnest(CAST($5 AS VARCHAR[])) AS answer) v "
            "WHERE published.serial = v.serial AND published.serial BETWEEN $6 AND $7",
            [
                _now(),
                run_id,
                [answer.serial for answer in answers],
                [answer.state for answer in answers],
                [answer.answer or None for answer in answers],
                rows[0].serial,
                rows[-1].serial,
            ],
        )
        database.execute(
            "DELETE FROM published WHERE gone AND state = 'published' AND serial BETWEEN ? AND ?",
            [rows[0].serial, rows[-1].serial],
        )


def publishing_troubles(database: Database, run_id: int) -> tuple[Trouble, ...]:
    """Return what outputs answered to what they did not take in a run, the most frequent first."""
    rows = database.rows(
        "SELECT output, state, coalesce(answer, ''), count(*) AS times FROM published "
        "WHERE last_run = $1 AND state IN ('failed', 'refused') "
        "GROUP BY ALL ORDER BY times DESC, 1, 2, 3",
        [run_id],
    )
    return tuple(Trouble(*row) for row in rows)


def published_list(
    *,
    output: str | None,
    state: str | None,
    key: str | None,
    limit: int | None,
    people: bool = False,
) -> str:
    """Return the SELECT that lists what outputs hold.

    Args:
        output: only rows of this output.
        state: only rows in this state.
        key: only the lead or account that has this id, or that the output knows by it.
        limit: at most so many rows.
        people: the values in words, not as JSON.
    """
    told = _IN_WORDS if people else "told"
    terms = [
        f"{column} = {quote.text(said)}"
        for column, said in (("output", output), ("state", state))
        if said is not None
    ]
    if key is not None:
        terms.append(f"{quote.text(key)} IN (id, key)")
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    return (
        f"SELECT output, \"of\", id, key, CASE WHEN gone THEN '(to be taken away)' ELSE {told} END "
        f'AS "values", state, answer FROM published{where} '
        'ORDER BY output, "of", serial' + (f" LIMIT {limit}" if limit else "")
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
