from __future__ import annotations

from pathlib import Path

import pytest

from leadline.errors import UsageError
from leadline.store import data_files


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(folder: Path) -> dict[str, dict[str, list[str]]]:
    return {
        plugin: {
            table: [path.relative_to(folder).as_posix() for path in paths]
            for table, paths in tables.items()
        }
        for plugin, tables in data_files(folder).files.items()
    }


def test_files_of_tables(tmp_path: Path) -> None:
    make(
        tmp_path,
        "events.parquet",
        "leads.csv",
        "Lead_Tags.csv.gz",
        "assets-2026-01.csv",
        "assets-2026-02.csv",
        "metrics_1.parquet",
        "lead_history/b.csv",
        "lead_history/a.parquet",
        "accounts/part-0.parquet",
    )
    assert found(tmp_path) == {
        "csv": {
            "leads": ["leads.csv"],
            "lead_tags": ["Lead_Tags.csv.gz"],
            "assets": ["assets-2026-01.csv", "assets-2026-02.csv"],
            "lead_history": ["lead_history/b.csv"],
        },
        "parquet": {
            "accounts": ["accounts/part-0.parquet"],
            "events": ["events.parquet"],
            "lead_history": ["lead_history/a.parquet"],
            "metrics": ["metrics_1.parquet"],
        },
    }
    directory = data_files(tmp_path)
    assert directory.notes == ()
    assert directory.settings("parquet") == {
        "files": {
            "accounts": ["accounts/part-0.parquet"],
            "events": ["events.parquet"],
            "lead_history": ["lead_history/a.parquet"],
            "metrics": ["metrics_1.parquet"],
        }
    }
    assert directory.settings("postgres") == {"files": {}}


def test_other_files_are_named(tmp_path: Path) -> None:
    make(
        tmp_path,
        "leads.csv",
        "leads.xlsx",
        "event.csv",
        "leads_old.csv",
        "eventsource.csv",
        "README.md",
        ".hidden.csv",
        "notes/x.csv",
        "events/.DS_Store",
        "events/readme.txt",
    )
    directory = data_files(tmp_path)
    assert directory.files == {"csv": {"leads": [tmp_path / "leads.csv"]}}
    assert [note.removeprefix(f"{tmp_path}/") for note in directory.notes] == [
        "README.md is left out: it is neither CSV nor Parquet",
        "event.csv is left out: `event` is no table of leadline; did you mean `events`?",
        "events/readme.txt is left out: it is neither CSV nor Parquet",
        "eventsource.csv is left out: `eventsource` is no table of leadline; did you mean "
        "`events`?",
        "leads.xlsx is left out: it is neither CSV nor Parquet",
        "leads_old.csv is left out: `leads_old` is no table of leadline; did you mean `leads`?",
        "notes is left out: `notes` is no table of leadline",
    ]


def test_folder_without_data(tmp_path: Path) -> None:
    make(tmp_path, "accounts.csv", "event.csv")
    with pytest.raises(
        UsageError, match=r"looked for events, leads or lead_tags as events\.csv"
    ) as error:
        data_files(tmp_path)
    assert "did you mean `events`?" in error.value.hint


def test_no_folder(tmp_path: Path) -> None:
    make(tmp_path, "events.csv")
    for path in (tmp_path / "nothing", tmp_path / "events.csv"):
        with pytest.raises(UsageError, match="there is no folder"):
            data_files(path)
