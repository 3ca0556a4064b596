from __future__ import annotations

import pytest

from leadline.engine.duckdb import Database
from leadline.errors import SourceError
from leadline.plugin import DataFile, ReadContext, checked_settings
from leadline_plugins.parquet_files import leadline_sources


def read(context: ReadContext, pattern: str) -> list[object]:
    (kind,) = leadline_sources()
    settings = checked_settings(kind, {"files": {"events": pattern}})
    return list(kind.factory(settings).read(context))


def test_files_are_handed_on_as_they_are(context: ReadContext) -> None:
    for name in ("b", "a"):
        path = context.root / f"{name}.parquet"
        with Database() as database:
            database.execute(
                f"COPY (SELECT 1 AS id, '{name}' AS note) TO '{path}' (FORMAT parquet)"
            )
    assert read(context, "*.parquet") == [
        DataFile("events", context.root / "a.parquet", "parquet", "a.parquet", ()),
        DataFile("events", context.root / "b.parquet", "parquet", "b.parquet", ()),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no Parquet file"),
        (b"id\n1\n", "is no Parquet file"),
        (b"PAR1 and half of the rest", "cut before its end"),
    ],
)
def test_what_is_no_parquet_file_is_refused(
    context: ReadContext, content: bytes, words: str
) -> None:
    (context.root / "f.parquet").write_bytes(content)
    with pytest.raises(SourceError, match=words):
        read(context, "f.parquet")


def test_a_pattern_without_a_file_is_an_error(context: ReadContext) -> None:
    with pytest.raises(SourceError, match=r"no file matches the pattern `\*\.parquet`"):
        read(context, "*.parquet")
