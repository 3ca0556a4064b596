"""The outputs that write a file for each batch: workbook, page, Markdown, tables, calendar."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import openpyxl
import pytest
from tests.plugins.sent import message, naughty, opened, sent

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.plugin import Message
from leadline.testing.conformance import OutputConformance

KINDS = {
    "xlsx": "xlsx",
    "html": "html",
    "markdown": "md",
    "csv": "csv",
    "parquet": "parquet",
    "calendar": "ics",
}


class _Files(OutputConformance):
    """What the kit needs for outputs that write files."""

    def settings(self, root: Path) -> Mapping[str, object]:
        return {"path": f"out/sent-{{date}}.{KINDS[self.kind]}"}

    def received(self, root: Path) -> Sequence[str]:
        [path] = (root / "out").iterdir()
        return keys_in(path)

    def unreachable(self, root: Path) -> Mapping[str, object]:
        (root / "file.txt").touch()
        return {"path": f"file.txt/sent.{KINDS[self.kind]}"}


class TestXlsx(_Files):
    kind = "xlsx"


class TestHtml(_Files):
    kind = "html"


class TestMarkdown(_Files):
    kind = "markdown"

    def received(self, root: Path) -> Sequence[str]:
        # A page has no keys; leads and keys of the kit's messages have the same numbers.
        [path] = (root / "out").iterdir()
        rows = path.read_text(encoding="utf-8").splitlines()[6:]
        leads = [re.search(r"lead-(\d)", row) for row in rows]
        return [f"key-{found[1]}" for found in leads if found]


class TestCsvFile(_Files):
    kind = "csv"


class TestParquetFile(_Files):
    kind = "parquet"


class TestCalendar(_Files):
    kind = "calendar"


def keys_in(path: Path) -> list[str]:
    """Return the keys of the messages in a file."""
    match path.suffix:
        case ".xlsx":
            [head, *rows] = openpyxl.load_workbook(path)["Leads"].values
            return [str(row[head.index("Key")]) for row in rows]
        case ".html":
            return [unescape(key) for key in re.findall('data-key="([^"]*)"', path.read_text())]
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return [row["key"] for row in csv.DictReader(file)]
        case ".parquet":
            with Database() as database:
                return [key for (key,) in database.rows(f"SELECT key FROM '{path}'")]
        case _:
            return [str(event["UID"]).removesuffix("@leadline") for event in events(path)]


def events(path: Path) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    return [one for one in calendar.walk() if one.name == "VEVENT"]


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", KINDS)
def test_other_messages_get_a_file_of_their_own(tmp_path: Path, kind: str):
    ending = KINDS[kind]
    for batch in ((message("k1"), message("k2")), (message("k3"),), (message("k4"),)):
        [said, *_] = sent(kind, tmp_path, *batch, path=f"out/{{automation}}-{{date}}.{ending}")
        assert said.state == "delivered"

    names = [f"out/qualify-2026-06-29{number}.{ending}" for number in ("", "-2", "-3")]
    assert files(tmp_path) == sorted(names)
    assert said.answer == f"out/qualify-2026-06-29-3.{ending}"
    if kind != "markdown":
        assert [keys_in(tmp_path / name) for name in names] == [["k1", "k2"], ["k3"], ["k4"]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_messages_again_are_the_same_file(tmp_path: Path, kind: str):
    batch = [message(f"k{number}", f"lead {number}") for number in range(20)]
    for _ in range(2):
        sent(kind, tmp_path, *batch, path="a.x", timezone="Europe/Berlin")

    assert files(tmp_path) == ["a.x"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, kind: str):
    (tmp_path / "a.x").write_text("mine")
    (tmp_path / "a-2.x").symlink_to("nowhere")
    (tmp_path / "a-3.x").mkdir()
    sent(kind, tmp_path, message(), path="a.x")

    assert (tmp_path / "a.x").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()
    assert (tmp_path / "a-4.x").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_no_file(tmp_path: Path, kind: str):
    resource = pytest.importorskip("resource")
    output = opened(kind, tmp_path, path="a.x")
    list(opened(kind, tmp_path, path="warm.x").deliver([message()]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        [outcome] = output.deliver([message()])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert outcome.state == "failed"
    assert "a.x cannot be written" in outcome.answer
    assert files(tmp_path) == ["warm.x"]
    assert [one.state for one in output.deliver([message()])] == ["delivered"]


def test_a_disk_without_second_names_gets_the_file_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    for key in ("k1", "k2"):
        sent("csv", tmp_path, message(key), path="a.csv")

    assert keys_in(tmp_path / "a.csv") == ["k1"]
    assert keys_in(tmp_path / "a-2.csv") == ["k2"]


def test_a_file_is_named_by_the_day_where_it_is_read(tmp_path: Path):
    sent("csv", tmp_path, message(), path="{date}.csv", timezone="Europe/Berlin")

    assert files(tmp_path) == ["2026-06-30.csv"]


def test_a_name_from_outside_leads_nowhere_else(tmp_path: Path):
    one = message()
    forged = Message(one.key, "../../m", "/etc/x", "enters", "hot", "ada", one.at, "", one.lead)
    sent("csv", tmp_path, forged, path="out/{model}-{automation}.csv")

    assert files(tmp_path) == ["out/-m--etc-x.csv"]


def test_a_placeholder_that_there_is_not(tmp_path: Path):
    with pytest.raises(UsageError, match=r"`path` of the output `digest` has the placeholder `{r"):
        opened("xlsx", tmp_path, path="{run}.xlsx")


def sheet_of(path: Path) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(path)["Leads"]


def test_a_workbook_reads_well(tmp_path: Path):
    sent("xlsx", tmp_path, message(name="Ada"), path="a.xlsx", timezone="Europe/Berlin")

    sheet = sheet_of(tmp_path / "a.xlsx")
    head, row = sheet.values
    assert head[:4] == ("Name", "Owner", "Lead", "When")
    assert dict(zip(head, row, strict=True)) == {
        "Name": "Ada",
        "Owner": None,
        "Lead": "ada",
        "When": datetime(2026, 6, 30, 0, 31),
        "What happened": "entered hot",
        "What moved it": "demo_request",
        "Reason 1": "demo_request +40",
        "Reason 2": "video_share +32.25",
        "Reason 3": None,
        "Readiness": 72.25,
        "Grade fit": "B",
        "Stage": "sales_ready",
        "Tags": "mql=2026-06-30",
        "Automation": "qualify",
        "Ruleset": "small",
        "Key": "k1",
    }
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:P2"


def test_a_workbook_says_first_who_a_lead_is(tmp_path: Path):
    who = {
        "reason_1": "demo_request +40",
        "lead.owner": "cleo",
        "lead.Email": "ada@acme.example",
        "lead.lastname": "Lovelace",
        "lead.firstname": "Ada",
        "account.name": "Acme",
        "lead.country": "GB",
    }
    sent("xlsx", tmp_path, message(**who), path="a.xlsx")

    [head, row] = sheet_of(tmp_path / "a.xlsx").values
    assert head[:7] == ("First name", "Last name", "E-mail", "Account", "Owner", "Lead", "When")
    assert row[:6] == ("Ada", "Lovelace", "ada@acme.example", "Acme", "cleo", "ada")
    assert "Country" in head


def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path):
    texts = naughty()
    formulas = ["=1+1", "{=1}", "http://x.example", "external:x", "@SUM(1)", "+1", "-1", "0123"]
    batch = [message(f"k{n}", text, name=text) for n, text in enumerate([*texts, *formulas])]
    [outcome, *_] = sent("xlsx", tmp_path, *batch, path="a.xlsx")

    sheet = sheet_of(tmp_path / "a.xlsx")
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert outcome.state == "delivered"
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert [row[0] for row in list(sheet.values)[-len(formulas) :]] == formulas
    assert (
        sum(row[0] == text for row, text in zip(list(sheet.values)[1:], texts, strict=False)) > 490
    )


@pytest.mark.parametrize("character", ["x", "🎈"])
def test_a_text_that_no_cell_holds_says_that_it_is_cut(tmp_path: Path, character: str):
    sent("xlsx", tmp_path, message(name=character * 40_000), path="a.xlsx")

    [_, row] = sheet_of(tmp_path / "a.xlsx").values
    assert len(row[0].encode("utf-16-le")) // 2 <= 32_767
    assert row[0].endswith(f"{character} ...")


def test_more_columns_than_a_sheet_has_are_refused(tmp_path: Path):
    [outcome] = sent("xlsx", tmp_path, message(**{f"c{n}": n for n in range(17_000)}), path="a.x")

    assert outcome.state == "refused"
    assert "do not fit a sheet" in outcome.answer
    assert not files(tmp_path)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {' '.join(sorted(name for name, _ in attributes))}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(path: Path) -> _Tags:
    parser = _Tags()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def test_no_text_changes_a_page(tmp_path: Path):
    texts = naughty()
    for name, given in (("plain", ["Ada"] * len(texts)), ("naughty", texts)):
        batch = [
            message(f"k{n}", "ada", name=text, reason_1=f"{text} +5", stage=f"x{text}")
            for n, text in enumerate(given)
        ]
        sent("html", tmp_path, *batch, path=f"{name}.html", link="https://x.example/{lead_id}")

    found = parsed(tmp_path / "naughty.html")
    expected = parsed(tmp_path / "plain.html").tags
    # A lead whose name is nothing is called by its id, which is then not told again.
    without = [[tag for tag in tags if tag != "span style"] for tags in (found.tags, expected)]
    assert without[0] == without[1]
    assert expected.count("span style") - found.tags.count("span style") < 20


def test_a_page_shows_what_was_written(tmp_path: Path):
    sent("html", tmp_path, message(name="<script>alert(1)</script>"), path="a.html")

    page = parsed(tmp_path / "a.html")
    assert "<script>alert(1)</script>" in page.texts
    assert "1 lead entered hot" in page.texts
    assert not [tag for tag in page.tags if tag.startswith(("script", "link", "img", "iframe"))]


def test_a_long_text_does_not_fill_a_page(tmp_path: Path):
    sent("html", tmp_path, message(name="y" * 100_000), path="a.html")

    assert f"{'y' * 300} ..." in parsed(tmp_path / "a.html").texts


def test_no_text_breaks_a_table_of_markdown(tmp_path: Path):
    texts = [*naughty(), "a|b", "<script>", "**x**", "[x](http://y)", "`", "\\", "\\|", "a\nb"]
    sent(
        "markdown",
        tmp_path,
        *(message(f"k{n}", "x", name=t) for n, t in enumerate(texts)),
        path="a",
    )

    lines = (tmp_path / "a").read_text(encoding="utf-8").split("\n")
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == len(texts) + 2
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table} == {11}
    assert not re.search(r"(?<!\\)(?:\\\\)*[<`*\[]", "".join(table))
    assert "\\<script\\>" in "".join(table)


def test_a_page_of_markdown(tmp_path: Path):
    link = "https://crm.example.com/{lead_id}"
    sent("markdown", tmp_path, message("k1", "a)b|c"), path="a.md", link=link, title="{count} hot")

    assert (tmp_path / "a.md").read_text(encoding="utf-8").split("\n") == [
        "# 1 hot",
        "",
        "Automation qualify, ruleset small. Times in UTC.",
        "",
        "| Lead | When | What happened | Moved by | Strongest reasons | readiness | grade fit "
        "| stage | tags |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| [a)b\\|c](<https://crm.example.com/a%29b%7Cc>) | 2026-06-29 22:31 | entered hot "
        "| demo_request | demo_request +40; video_share +32.25 | 72.25 | B "
        "| sales_ready | mql=2026-06-30 |",
        "",
    ]


def test_a_table_has_the_texts_as_they_are(tmp_path: Path):
    texts = [text for text in naughty() if "\ud800" not in text]
    sent("csv", tmp_path, *(message(f"k{n}", name=t) for n, t in enumerate(texts)), path="a.csv")

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["lead.name"] for row in rows] == texts
    assert rows[0]["at"] == "2026-06-29T22:30:00+00:00"
    assert (rows[0]["readiness"], rows[0]["lead.owner"]) == ("72.25", "")


def test_a_table_for_spreadsheets_has_no_formula(tmp_path: Path):
    names = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "Ada"]
    batch = [message(f"k{n}", name=name, readiness=-5.0) for n, name in enumerate(names)]
    sent("csv", tmp_path, *batch, path="a.csv", for_spreadsheets=True)

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["lead.name"] for row in rows] == [*(f"'{name}" for name in names[:-1]), "Ada"]
    assert {row["readiness"] for row in rows} == {"-5"}


def test_a_parquet_file_has_types(tmp_path: Path):
    texts = ["=1+1", "a\nb", '"', "日本語 🎈", "0123"]
    batch = [message(f"k{n}", name=t, **{"lead.Name": "x", "key": n}) for n, t in enumerate(texts)]
    [outcome, *_] = sent("parquet", tmp_path, *batch, path="a'b.parquet")
    assert outcome.state == "delivered"

    with Database() as database:
        columns, rows = database.table(f"SELECT * FROM '{tmp_path / 'a'}''b.parquet'")
        kinds = dict(
            row[:2] for row in database.rows(f"DESCRIBE FROM '{tmp_path / 'a'}''b.parquet'")
        )
    read = [dict(zip(columns, row, strict=True)) for row in rows]
    assert [row["lead.name"] for row in read] == texts
    assert [row["lead.key"] for row in read] == [0, 1, 2, 3, 4]
    assert {kinds["at"], kinds["readiness"], kinds["lead.name"], kinds["lead.Name_2"]} == {
        "TIMESTAMP WITH TIME ZONE",
        "DOUBLE",
        "VARCHAR",
    }


def test_entries_of_a_calendar_follow_each_other_on_working_days(tmp_path: Path):
    # The night to Tuesday the 30th: the first working day after it is Wednesday.
    batch = [message(f"k{number}", f"lead {number}") for number in range(3)]
    settings = {"starts": "09:00", "ends": "10:00", "minutes": 30, "timezone": "Europe/Berlin"}
    sent("calendar", tmp_path, *batch, path="a.ics", **settings)

    found = events(tmp_path / "a.ics")
    berlin = ZoneInfo("Europe/Berlin")
    assert [event["DTSTART"].dt.astimezone(berlin).strftime("%a %d %H:%M") for event in found] == [
        "Wed 01 09:00",
        "Wed 01 09:30",
        "Thu 02 09:00",
    ]
    assert found[0]["DTEND"].dt == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert found[0]["SUMMARY"] == "Call lead 0"
    assert found[0]["DESCRIPTION"].startswith(
        "entered hot on 2026-06-30 00:30, moved by demo_request\nStrongest reasons: demo_request"
    )


def test_a_calendar_keeps_free_of_weekends(tmp_path: Path):
    one = message()
    friday = datetime(2026, 7, 3, 12, tzinfo=UTC)
    late = Message("k", "m", "a", "enters", "hot", "ada", friday, "", one.lead)
    sent("calendar", tmp_path, late, path="a.ics")

    assert events(tmp_path / "a.ics")[0]["DTSTART"].dt == datetime(2026, 7, 6, 9, tzinfo=UTC)


def test_no_text_breaks_a_calendar(tmp_path: Path):
    texts = [*naughty(), "a;b,c\\n", "x\r\nEND:VEVENT\r\nBEGIN:VALARM"]
    batch = [message(f"k{n}", "ada", name=text, stage=text) for n, text in enumerate(texts)]
    sent("calendar", tmp_path, *batch, path="a.ics", title="{lead}")

    content = (tmp_path / "a.ics").read_bytes()
    found = events(tmp_path / "a.ics")
    assert [str(event["UID"]) for event in found] == [f"k{n}@leadline" for n in range(len(texts))]
    assert {tuple(sorted(event)) for event in found} == {
        ("DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "SUMMARY", "UID")
    }
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert str(found[-2]["SUMMARY"]) == "a;b,c\\n"


def test_a_day_too_short_for_an_entry(tmp_path: Path):
    with pytest.raises(UsageError, match="no entry of 90 minutes fits"):
        opened("calendar", tmp_path, path="a.ics", starts="09:00", ends="10:00", minutes=90)
