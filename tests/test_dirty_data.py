"""A file as bad as files get: exactly its bad rows are lost, each with its place and reason."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from leadline.cli import run_command
from leadline.engine.duckdb import Database
from leadline.errors import RulesetError
from leadline.pipeline import Evaluation, compile_ruleset, evaluate, open_directory, read_ruleset
from leadline.ruleset.schema import WORD
from leadline.store import RejectedRow, Store
from leadline.store.summary import TableSummary

DAY = "2026-01-31"
RULESET = """
leadline: 1
model: visits
scores:
  interest:
    actions:
      view: {event: view, points: 1, limit: 2 per day}
      note: {event: view, where: note is present, points: 10}
    decay: {half_life: 10 days}
"""
HEADER = b"event_id,lead_id,occurred_at,type,note\n"


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be used; ``raw`` is how the reject shows it where not as it stands."""

    row: bytes
    column: str | None
    reason: str
    raw: str = ""


#: The good and the bad, as they stand in the file after its header; each is one line.
ROWS = (
    b"e01,ann,2026-01-01T12:00:00Z,view,",
    Bad(b"b01,ann,2026-01-01T12:00:00Z,view", None, "4 cells found, 5 expected"),
    b'e02,ann,2026-01-02T12:00:00Z,view,"a, ""quoted"" note"',
    Bad(b"b02,ann,2026-01-01T12:00:00Z,view,x,y", None, "6 cells found, 5 expected"),
    Bad(
        b"b03,a\0nn,2026-01-03T12:00:00Z,view,",
        "lead_id",
        "control character \\x00",
        "b03,a\\x00nn,2026-01-03T12:00:00Z,view,",
    ),
    b"e03,bob,2026-01-03T12:00:00Z,view,M\xc3\xbcnchen",
    Bad(b"b04,bob,2026-02-30T12:00:00Z,view,", "occurred_at", "no date and time such as"),
    Bad(b"b05,bob,yesterday,view,", "occurred_at", "yesterday"),
    Bad(b"b06,bob,,view,", "occurred_at", "missing"),
    Bad(
        b"b07,bob,2026-01-04T12:00:00Z,view,M\xfcnchen",
        None,
        "byte 0xFC",
        "b07,bob,2026-01-04T12:00:00Z,view,M\\xfcnchen",
    ),
    b"e04,bob,2026-01-05T12:00:00Z,view,",
    Bad(
        b"b08,bob,2026-01-05T12:00:00Z,view," + b"x" * 1_000_000,
        "note",
        "longer than 100,000 characters",
        "b08,bob,2026-01-05T12:00:00Z,view,".ljust(1000, "x"),
    ),
    Bad(b'b09,bob,2026-01-05T12:00:00Z,view,"oops', "note", "not closed"),
    b"e05,cal,2026-01-06T12:00:00Z,view,",
    b"e05,cal,2026-01-06T12:00:00Z,view,",
    Bad(b"e05,cal,2026-01-06T12:00:00Z,view,another", "note", "another event has the id e05"),
    Bad(b"e01,bob,2026-01-01T12:00:00Z,view,", "lead_id", "another event has the id e01"),
    Bad(b"b10,,2026-01-07T12:00:00Z,view,", "lead_id", "missing"),
    Bad(b"b11,  ,2026-01-07T12:00:00Z,view,", "lead_id", "missing"),
    Bad(b"b12,cal,2026-01-07T12:00:00Z,,", "type", "missing"),
    b"e06,cal,2026-01-08T12:00:00+02:00,view,",
    b"e07,dee,2026-01-31 23:59:59,view,last",
)
GOOD = tuple(row for row in ROWS if isinstance(row, bytes))


def written(row: bytes | Bad) -> bytes:
    return row.row if isinstance(row, Bad) else row


def folder(root: Path, content: bytes) -> Path:
    (root / "data").mkdir(parents=True)
    (root / "data" / "events.csv").write_bytes(content)
    (root / "ruleset.yaml").write_text(RULESET, "utf-8")
    return root


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dirty")
    return folder(root, codecs.BOM_UTF8 + HEADER + b"\n".join(written(row) for row in ROWS) + b"\n")


@pytest.fixture(scope="module")
def loaded(dirty: Path) -> tuple[TableSummary, tuple[RejectedRow, ...]]:
    store, [load] = open_directory(dirty / "data", lambda label, done, total: None)
    with store:
        return load.table("events"), store.rejects()


def scores(root: Path, *options: str) -> tuple[int, bytes]:
    output = root / "scores.csv"
    arguments = ["score", str(root), "--data", str(root / "data"), "--as-of", DAY, *options]
    return run_command([*arguments, "--format", "csv", "-o", str(output)]), output.read_bytes()


def test_exactly_the_bad_rows_are_rejected(
    loaded: tuple[TableSummary, tuple[RejectedRow, ...]],
) -> None:
    expected = {line: row for line, row in enumerate(ROWS, start=2) if isinstance(row, Bad)}
    _, rejects = loaded
    assert [reject.line for reject in rejects] == list(expected)
    for reject in rejects:
        bad = expected[reject.line or 0]
        assert (reject.source, reject.table, reject.origin) == ("csv", "events", "events.csv")
        assert reject.column == bad.column, reject
        assert bad.reason in reject.reason, reject
        assert reject.raw == (bad.raw or bad.row.decode())


def test_no_row_is_unaccounted_for(loaded: tuple[TableSummary, tuple[RejectedRow, ...]]) -> None:
    summary, rejects = loaded
    assert summary == TableSummary(
        "events",
        rows=len(ROWS),
        new=len(set(GOOD)),
        known=len(GOOD) - len(set(GOOD)),
        rejected=len(rejects),
    )
    assert summary.rows == summary.new + summary.known + summary.changed + summary.rejected


def test_the_good_rows_score_as_in_a_clean_file(dirty: Path, tmp_path: Path) -> None:
    clean = folder(tmp_path / "clean", HEADER + b"\n".join(GOOD) + b"\n")
    found = scores(dirty)
    assert found == scores(clean, "--max-rejects", "0")
    assert found[0] == 0
    assert found[1].splitlines()[1:] == [
        b"ann,interest,,1.5987",
        b"bob,interest,,1.7444",
        b"cal,interest,,0.3798",
        b"dee,interest,,11",
    ]


def test_rejects_fail_a_command_only_where_that_is_asked(
    dirty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rejected = len(ROWS) - len(GOOD)
    assert scores(dirty)[0] == 0
    assert scores(dirty, "--max-rejects", str(rejected))[0] == 0
    assert scores(dirty, "--max-rejects", str(rejected - 1))[0] == 1
    assert scores(dirty, "--max-rejects", "0")[0] == 1
    said = capsys.readouterr().err
    assert f"{rejected} rows were rejected" in said
    assert "events.csv:3" in said


# The big list of naughty strings

#: What no cell of a CSV file may hold, and what no text of a ruleset may hold besides.
NOT_IN_DATA = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NOT_IN_RULES = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
NASTY = re.compile(r"""['"\\;%{}$`|]""")


@pytest.fixture(scope="module")
def naughty(shared: Path) -> dict[str, str]:
    """Each string that can be data, to its harmless twin."""
    listed = json.loads((shared / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    strings = [text for text in dict.fromkeys(listed) if text.strip() and _fits(text)]
    assert len(strings) > 495
    return {text: f"t{number:04}" for number, text in enumerate(strings)}


def _fits(text: str) -> bool:
    return NOT_IN_DATA.search(text) is None


def quoted(text: str) -> str:
    """Return a text as an expression writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def ruleset_of(strings: list[str], names: dict[str, str]) -> str:
    """Return a ruleset with strings in every place that takes a text.

    Args:
        strings: those that a ruleset may hold.
        names: what each stands as: itself, or its twin.
    """
    say = {text: names[text] for text in strings}
    words = [text for text in strings if re.match(WORD, text)]
    words = list({text.casefold(): text for text in reversed(words)}.values())
    nasty = [text for text in strings if NASTY.search(text)][:40]

    def any_of(every: int) -> str:
        return "[" + ", ".join(quoted(say[text]) for text in strings[::every][:90]) + "]"

    actions: dict[str, object] = {
        say[word]: {"event": [say[word]], "points": str(number)}
        for number, word in enumerate(words, start=1)
    }
    for number, text in enumerate(nasty):
        where = f"url is {quoted(say[text])} or campaign = {quoted(say[text])}"
        actions[f"nasty_{number}"] = {"event": "view", "where": where, "points": str(number)}
    actions |= {
        "types": {"event": [say[text] for text in strings[::2]], "points": "0.25"},
        "many": {"event": "view", "where": f"url in {any_of(3)}", "points": "0.5"},
        "without": {"event": "view", "where": f"url not in {any_of(5)}", "points": "3"},
        "limited": {"event": "view", "points": "7", "limit": "1 per campaign"},
    }
    facts = {"tagged": {"when": f"tag.word in {any_of(4)}", "points": "1000"}}
    first, second = say[nasty[0]], say[nasty[1]]
    return json.dumps(
        {
            "leadline": "1",
            "model": "naughty",
            "scores": {
                "all": {"actions": actions, "facts": facts, "grades": {first: "20", second: "0"}},
                "campaigns": {
                    "per": "campaign",
                    "actions": {"view": {"event": "view", "points": "1"}},
                },
            },
            "stages": {"by": "score all", "steps": [{"name": first}, {"name": second, "at": "9"}]},
        },
        ensure_ascii=False,
    )


def write_data(root: Path, names: dict[str, str]) -> None:
    """Give each string a lead that is called it, visits it, comes by it and is tagged with it."""
    root.mkdir(parents=True)
    tables: dict[str, list[list[str]]] = {
        "events": [["event_id", "lead_id", "occurred_at", "type", "url", "campaign"]],
        "lead_tags": [["lead_id", "tag", "value", "set_at"]],
    }
    for number, text in enumerate(names.values()):
        at = "2026-01-01T00:00:00Z"
        tables["events"] += [
            [f"a{number}", text, at, "view", text, text],
            [f"b{number}", text, at, "view", "/", text],
            [f"c{number}", text, at, text, "/", ""],
        ]
        tables["lead_tags"].append([text, "word", text, at])
    for name, rows in tables.items():
        with (root / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.fixture(scope="module")
def twins(naughty: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two folders with the same ruleset and data: of the strings, and of their twins."""
    strings = [text for text in naughty if NOT_IN_RULES.search(text) is None]
    assert len(strings) > 490
    folders = {}
    for kind, names in (("naughty", {text: text for text in naughty}), ("harmless", naughty)):
        folders[kind] = tmp_path_factory.mktemp(kind)
        write_data(folders[kind] / "data", names)
        (folders[kind] / "ruleset.yaml").write_text(ruleset_of(strings, names), "utf-8")
    return folders


@pytest.fixture(scope="module")
def evaluations(twins: dict[str, Path]) -> Iterator[dict[str, Evaluation]]:
    found = {}
    for kind, root in twins.items():
        store, loads = open_directory(root / "data", lambda label, done, total: None)
        assert [load.rejected for load in loads] == [0]
        found[kind] = evaluate(store, read_ruleset(root), DAY)
    yield found
    for evaluation in found.values():
        evaluation.store.close()


def values(evaluation: Evaluation, names: dict[str, str]) -> dict[tuple[object, ...], object]:
    """Return each score and grade by lead, score and value of `per`, called by other names."""
    rows = evaluation.store.database.rows("SELECT lead_id, score, per, value, grade FROM scores")
    return {
        (names[lead], score, names.get(per, per)): (value, names.get(grade, grade))
        for lead, score, per, value, grade in rows
    }


def sizes(database: Database) -> dict[str, int]:
    """Return the tables of a store with their rows."""
    names = database.rows("SELECT table_name FROM duckdb_tables() WHERE NOT temporary")
    return {name: database.value(f'SELECT count(*) FROM main."{name}"') for (name,) in names}


def test_naughty_strings_score_as_harmless_ones(
    evaluations: dict[str, Evaluation], naughty: dict[str, str]
) -> None:
    same = {twin: twin for twin in naughty.values()}
    found = values(evaluations["naughty"], naughty)
    assert found == values(evaluations["harmless"], same)
    assert len(found) == 2 * len(naughty)
    assert len(set(map(str, found.values()))) > 40


def test_naughty_strings_make_and_drop_no_table(
    evaluations: dict[str, Evaluation], naughty: dict[str, str]
) -> None:
    found = sizes(evaluations["naughty"].store.database)
    assert found == sizes(evaluations["harmless"].store.database)
    assert found["events"] == 3 * len(naughty)


@pytest.mark.parametrize("command", ["score", "leads"])
def test_naughty_strings_come_out_whole(
    twins: dict[str, Path], naughty: dict[str, str], command: str, tmp_path: Path
) -> None:
    root, output = twins["naughty"], tmp_path / "out"
    text = {}
    for form in ("csv", "json", "md", "table"):
        arguments = [command, str(root), "--data", str(root / "data"), "--as-of", DAY]
        assert run_command([*arguments, "--format", form, "-o", str(output)]) == 0
        text[form] = output.read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text["csv"], newline="")))
    assert {row["lead_id"] for row in rows} == set(naughty)
    assert [row["lead_id"] for row in json.loads(text["json"])] == [row["lead_id"] for row in rows]
    lines = text["md"].removesuffix("\n").split("\n")
    assert len(lines) == len(rows) + 2
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines} == {1 + len(rows[0])}
    assert text["table"].count("\n") > len(rows)


def test_naughty_leads_are_explained(twins: dict[str, Path], naughty: dict[str, str]) -> None:
    root = twins["naughty"]
    output = root / "why.json"
    given = [str(root), "--data", str(root / "data"), "--as-of", DAY, "--score", "campaigns"]
    asked = sorted(naughty, key=lambda text: len(set(NASTY.findall(text))))[-2:]
    for lead in (*asked, next(text for text in naughty if text.startswith("--"))):
        options = ["--format", "json", "-o", str(output), "--", lead, given[0]]
        assert run_command(["explain", *given[1:], *options]) == 0
        assert json.loads(output.read_text("utf-8"))["lead_id"] == lead


def test_what_a_ruleset_may_not_hold_is_said(shared: Path, tmp_path: Path) -> None:
    """Refuse control characters in a ruleset with their place, and nothing else of the list."""
    listed = json.loads((shared / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    file = tmp_path / "ruleset.yaml"
    for text in (text for text in dict.fromkeys(listed) if NOT_IN_RULES.search(text)):
        where = f"url is {quoted(text)}"
        rule = {"event": "view", "where": where, "points": "1"}
        ruleset = {"leadline": "1", "model": "m", "scores": {"s": {"actions": {"a": rule}}}}
        file.write_text(json.dumps(ruleset, ensure_ascii=False), "utf-8")
        with Store.open(None) as store, pytest.raises(RulesetError) as refused:
            compile_ruleset(read_ruleset(file), None, store)
        assert all("control character" in d.message for d in refused.value.diagnostics)
        assert all(d.place is not None and d.place.line == 1 for d in refused.value.diagnostics)
