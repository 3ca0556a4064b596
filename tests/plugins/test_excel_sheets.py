"""Sheets of workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from tests.plugins.loads import loading

from leadline.errors import SourceError
from leadline.testing.conformance import SourceConformance
from leadline_plugins import excel_sheets

pytest.importorskip("python_calamine", reason="python-calamine is not installed")


def workbook(path: Path, **sheets: list[list[object]]) -> None:
    """Write a workbook; a text that begins with = is a formula."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


class TestExcel(SourceConformance):
    kind = "excel"

    def settings(self, root: Path) -> Mapping[str, object]:
        rows: list[list[object]] = [["event_id", "lead_id", "occurred_at", "type", "n"]]
        rows += [[f"e{n}", "ada", datetime(2026, 1, n, 10), "visit", None] for n in range(1, 6)]
        people: list[list[object]] = [["lead_id", "born"], ["ada", date(2000, 2, 29)]]
        workbook(root / "crm.xlsx", events=rows, people=people)
        sheets = {"events": {"file": "crm.xlsx"}, "leads": {"file": "crm.xlsx", "sheet": "people"}}
        return {"sheets": sheets}

    def nothing(self, root: Path) -> Mapping[str, object]:
        workbook(root / "none.xlsx", people=[["lead_id"]])
        return {"sheets": {"leads": {"file": "none.xlsx"}}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        (root / "text.xlsx").write_text("This is no workbook.")
        return {"sheets": {"leads": {"file": "text.xlsx"}}}


def test_cells_are_what_the_workbook_shows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "crm.xlsx")
    sheet = book.add_worksheet("Leads 2026")
    day, hour = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    sheet.write(1, 1, "Leads of the fair, as of Friday")
    header = [
        "lead_id",
        "score",
        "whole",
        "day",
        "seen",
        "vip",
        "zip",
        None,
        "total",
        "bad",
        "note",
    ]
    sheet.write_row(3, 1, header)
    sheet.write_row(4, 1, [1001, 0.1, 3.0])
    sheet.write_datetime(4, 4, datetime(2026, 2, 28), day)
    sheet.write_datetime(4, 5, datetime(2026, 2, 28, 9, 30), hour)
    sheet.write_boolean(4, 6, True)
    sheet.write_string(4, 7, "01234")
    sheet.write(4, 8, "in a column without a name")
    sheet.write_formula(4, 9, "=1+1", None, 2)
    sheet.write_formula(4, 10, "=NA()", None, "#N/A")
    sheet.write_string(4, 11, 'two\nlines, "quoted" 🎈')
    sheet.write_row(6, 1, [1002])
    sheet.write_datetime(6, 5, datetime(2026, 3, 1), hour)
    book.close()
    settings = {"sheets": {"leads": {"file": "*.xlsx", "sheet": "Leads 2026", "header": 4}}}
    with loading(tmp_path, "excel", settings) as loads:
        assert loads.load()["leads"].new == 2
        types = loads.types("leads")
        first, second = loads.rows("SELECT * FROM leads ORDER BY lead_id")

    assert dict(zip(types, first, strict=True)) == {
        "lead_id": "1001",
        "score": 0.1,
        "whole": 3,
        "day": date(2026, 2, 28),
        "seen": datetime(2026, 2, 28, 9, 30),
        "vip": True,
        "zip": "01234",
        "total": 2,
        "bad": None,
        "note": 'two\nlines, "quoted" 🎈',
    }
    assert second[list(types).index("seen")] == datetime(2026, 3, 1)


def test_a_reject_names_its_row(tmp_path: Path) -> None:
    workbook(tmp_path / "crm.xlsx", a=[[], ["lead_id", "x"], ["ada", 1], [None, 2], ["ben", 3]])
    with loading(tmp_path, "excel", {"sheets": {"leads": {"file": "crm.xlsx"}}}) as loads:
        assert loads.load()["leads"].rejected == 1
        [reject] = loads.store.rejects()

    assert (reject.line, reject.origin, reject.column) == (4, "crm.xlsx, sheet a", "lead_id")


@pytest.mark.parametrize(
    ("sheet", "rows", "said"),
    [
        ({"sheet": "b"}, [["lead_id"]], "has no sheet `b`; it has `a`"),
        ({"sheet": "2"}, [["lead_id"]], "has no sheet `2`"),
        ({"header": 3}, [["lead_id"]], "has no header in row 3"),
        ({}, [], "has no header"),
        ({}, [["lead_id", "LEAD_ID"]], "the same name"),
    ],
)
def test_faults_say_what_is_wrong(
    tmp_path: Path, sheet: dict[str, object], rows: list[list[object]], said: str
) -> None:
    workbook(tmp_path / "crm.xlsx", a=rows)
    settings = {"sheets": {"leads": {"file": "crm.xlsx", **sheet}}}
    with loading(tmp_path, "excel", settings) as loads, pytest.raises(SourceError) as raised:
        loads.load()
    assert said in raised.value.message


def test_a_workbook_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_sheets, "MOST_UNPACKED", 1 << 20)
    workbook(tmp_path / "crm.xlsx", a=[["lead_id"]])
    with zipfile.ZipFile(tmp_path / "crm.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * (2 << 20))
    settings = {"sheets": {"leads": {"file": "crm.xlsx"}}}
    with loading(tmp_path, "excel", settings) as loads, pytest.raises(SourceError, match="unpacks"):
        loads.load()
