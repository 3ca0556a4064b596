"""The SQL of what occurs in the data: how often rules match, and which values columns have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadline.expression.nodes import Field
from leadline.sql import quote
from leadline.sql.expression import column
from leadline.sql.relations import listed

#: The table of the store behind each scope of fields.
_TABLES = {"event": "events", "asset": "assets", "lead": "leads", "account": "accounts"}
#: Names with blanks, which no column of the data that is read here has.
_OCCURRING, _FOLDED, _TIMES = "occurring value", "folded event", "times folded"
#: How many of the nearest and of the most frequent values are of use to a person.
_NEAREST, _MOST_FREQUENT = 3, 5


def event_counts_by_type(source: str, conditions: Sequence[str]) -> str:
    """Count events by type: all of them, their first and last day, those of each condition."""
    columns = ['"type"', "count(*)", "min(day)", "max(day)", *map(_count_if, conditions)]
    return f"""
SELECT
  {listed(columns)}
FROM {quote.name(source)}
GROUP BY "type\""""


def counts_of(source: str, conditions: Sequence[str]) -> str:
    """Count rows: all of them, and those of each condition."""
    columns = ["count(*)", *map(_count_if, conditions)]
    return f"SELECT\n  {listed(columns)}\nFROM {quote.name(source)}"


def types_of_events() -> str:
    """Count the events of each type, the most frequent first."""
    return 'SELECT "type", count(*) FROM events GROUP BY "type" ORDER BY count(*) DESC, "type"'


def program_names() -> str:
    """Count the rows of each program: events by their campaign, and imported figures."""
    return """
SELECT program, count(*)
FROM (SELECT campaign AS program FROM events UNION ALL SELECT program FROM metrics)
WHERE program IS NOT NULL
GROUP BY program
ORDER BY count(*) DESC, program"""


def metric_names() -> str:
    """Count the rows of each figure in ``metrics``."""
    return "SELECT metric, count(*) FROM metrics GROUP BY metric ORDER BY count(*) DESC, metric"


def stored_values(scope: str, fields: Sequence[Field], history: Iterable[str]) -> str:
    """Return the stored values of some fields, a column each; what was once is a row of its own.

    Args:
        scope: that of the fields: ``event``, ``asset``, ``lead``, ``account`` or ``tag``.
        fields: the fields.
        history: the lead fields that ``lead_history`` has.
    """
    if scope == "tag":
        columns = [_dated(field, "tag") for field in fields]
        return f"SELECT {', '.join(columns)} FROM lead_tags"
    stored = [f for f in fields if f.stored]
    columns = [f"{quote.name(f.column)} AS {quote.name(column(f))}" for f in stored]
    parts = [f"SELECT {', '.join(columns)} FROM {quote.name(_TABLES[scope])}"] if stored else []
    known = {name.casefold() for name in history}
    dated = [f for f in fields if scope == "lead" and f.column.casefold() in known]
    if dated:
        columns = [_dated(field, "field") for field in dated]
        parts.append(f"SELECT {', '.join(columns)} FROM lead_history")
    return "\nUNION ALL BY NAME\n".join(parts)


def _dated(field: Field, named_by: str) -> str:
    name = quote.text(field.column.lower())
    return f"CASE WHEN lower({named_by}) = {name} THEN value END AS {quote.name(column(field))}"


def keep_folded(source: str, columns: Sequence[str]) -> str:
    """Make the table of the different rows of some columns, and how often each occurs."""
    named = ", ".join(map(quote.name, columns))
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(_FOLDED)} AS
SELECT {named}, count(*) AS {quote.name(_TIMES)}
FROM {quote.name(source)}
GROUP BY {named}"""


def folded_times(conditions: Sequence[str]) -> str:
    """Count the rows behind the folded ones for each condition."""
    times = f"sum({quote.name(_TIMES)})"
    sums = [f"coalesce({times} FILTER (WHERE {one}), 0)::BIGINT" for one in conditions]
    return f"SELECT\n  {listed(sums)}\nFROM {quote.name(_FOLDED)}"


def filled(rows: str, columns: Sequence[str]) -> str:
    """Count the rows that have a value of each column."""
    counts = [f"count({quote.name(one)})" for one in columns]
    return f"SELECT\n  {listed(counts)}\nFROM (\n{rows}\n)"


def keep_occurring(rows: str, value: str) -> str:
    """Make the table of the values that a column or expression has, and how often each occurs."""
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(_OCCURRING)} AS
SELECT value, count(*) AS times
FROM (SELECT {value} AS value FROM (
{rows}
))
WHERE value IS NOT NULL
GROUP BY value"""


def members_of(text: str, *, is_list: bool) -> str:
    """Return the members of a list, or of a text split as ``has`` splits it, a row each."""
    return f"unnest({text if is_list else split_members(text)})"


def split_members(text: str) -> str:
    """Return a text split at ``;``, ``,`` or ``|``, blanks dropped."""
    return f"string_split_regex(trim({text}), '\\s*[;,|]\\s*')"


def lacking(part: str, texts: Sequence[str]) -> str:
    """Read which of some texts are not among the values that occur.

    Args:
        part: what of a value is compared, as for ``nearest_occurring``.
        texts: the texts.
    """
    compared = part.format(value="value", length="length(text)")
    return f"""
SELECT text
FROM (VALUES {_rows(texts)}) wanted(text)
WHERE NOT EXISTS (SELECT 1 FROM {quote.name(_OCCURRING)} WHERE {compared} = text)"""


def most_frequent() -> str:
    """Read the most frequent of the values that occur: value, times, all values, all times."""
    return f"""
SELECT value, times, count(*) OVER (), CAST(sum(times) OVER () AS BIGINT)
FROM {quote.name(_OCCURRING)}
ORDER BY times DESC, value
LIMIT {_MOST_FREQUENT}"""


def nearest_occurring(part: str, texts: Sequence[str]) -> str:
    """Read the values nearest to some texts that do not occur.

    Args:
        part: what of a value is compared: ``value``, or its beginning or end.
        texts: the texts.

    Returns:
        Rows of text, value and how often it occurs, the nearest value first: those that differ
        in capitals and blanks only, then by letters that were forgotten, added, exchanged.
    """
    compared = part.format(value="value", length="length(text)")
    return f"""
WITH wanted(text) AS (VALUES {_rows(texts)}), compared AS (
  SELECT text, {compared} AS value, sum(times) AS times
  FROM wanted, {quote.name(_OCCURRING)}
  WHERE abs(length({compared}) - length(text)) <= 3
  GROUP BY ALL
)
SELECT text, value, CAST(times AS BIGINT) AS times
FROM (
  SELECT *, damerau_levenshtein(lower(trim(value)), lower(trim(text))) AS letters FROM compared
)
WHERE letters <= CASE WHEN length(text) < 3 THEN 0 WHEN length(text) <= 5 THEN 1
  WHEN length(text) <= 9 THEN 2 ELSE 3 END
QUALIFY row_number() OVER (PARTITION BY text ORDER BY letters, times DESC, value) <= {_NEAREST}
ORDER BY text, letters, times DESC, value"""


def _count_if(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _rows(texts: Sequence[str]) -> str:
    return ", ".join(f"({quote.text(text)})" for text in texts)
