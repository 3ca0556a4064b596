"""Workbooks, read back by another library."""

from __future__ import annotations

import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from leadline.cli.output import write_whole
from leadline.errors import UsageError
from leadline.report import workbook
from leadline.report.workbook import Percent, Sheet, write_workbook


def read(path: Path, *sheets: Sheet) -> openpyxl.Workbook:
    write_workbook(sheets, path)
    return openpyxl.load_workbook(path)


def page(path: Path, sheet: Sheet) -> Worksheet:
    return read(path, sheet).worksheets[0]


def rows(found: Worksheet) -> list[tuple[object, ...]]:
    return list(found.iter_rows(values_only=True))


def test_values_keep_their_types(tmp_path: Path):
    day, noon = date(2026, 6, 30), datetime(2026, 6, 30, 12, 0)
    values = ("ada", 3, 2.5, True, day, noon, Percent(0.0241), None)
    found = page(tmp_path / "a.xlsx", Sheet("one", tuple("abcdefgh"), [values]))

    cells = found[2]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "b", "d", "s", "n", "n"]
    assert [cell.value for cell in cells[:4]] == ["ada", 3, 2.5, True]
    assert cells[4].value.date() == day
    assert cells[4].number_format == "yyyy-mm-dd"
    assert cells[5].value == "2026-06-30T12:00:00+00:00"
    assert cells[6].value == pytest.approx(0.0241)
    assert cells[6].number_format == "0.0%"
    assert cells[7].value is None


def test_an_instant_with_an_offset_keeps_it(tmp_path: Path):
    at = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)

    assert rows(page(tmp_path / "a.xlsx", Sheet("one", ("a",), [(at,)])))[1] == (
        "2026-06-30T12:00:00+00:00",
    )


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "{=1}", "1.10", "01234"),
        *("https://example.com", "mailto:a@b.c", "internal:Sheet1!A1", "2026-01-01"),
        *("", "_x0041_", "NaN", "\u00e9"),
    ],
)
def test_a_text_is_never_a_formula_nor_a_link_nor_a_number(text: str, tmp_path: Path):
    found = page(tmp_path / "a.xlsx", Sheet("one", ("a", "b"), [(text, 1)]))

    cell = found["A2"]
    assert cell.hyperlink is None
    assert cell.data_type in ("s", "n")
    # The standard's escape is the reader's to undo, which openpyxl leaves to its caller.
    assert (cell.value or "").replace("_x005F", "") == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ufffeb", "a\ud800b", "a\x7fb"])
def test_what_xml_cannot_hold_is_shown_as_replaced(text: str, tmp_path: Path):
    sheet = Sheet(text, (text,), [(text,)], title=text, notes=(text,), comments={(0, 0): text})
    found = page(tmp_path / "a.xlsx", sheet)

    expected = "a\N{REPLACEMENT CHARACTER}b"
    assert [found[place].value for place in ("A1", "A3", "A4", "A6")] == [expected] * 4
    assert found["A4"].comment.text == expected
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own file


def test_line_ends_are_one(tmp_path: Path):
    assert rows(page(tmp_path / "a.xlsx", Sheet("one", ("a",), [("x\r\ny\rz",)])))[1] == (
        "x\ny\nz",
    )


def test_numbers_that_no_cell_holds_are_text(tmp_path: Path):
    values = (float("inf"), float("-inf"), float("nan"), 2**53 + 1, -(2**60), date(1890, 1, 2))
    found = rows(page(tmp_path / "a.xlsx", Sheet("one", tuple("abcdef"), [values])))[1]

    assert found == (
        *("inf", "-inf", "nan", "9007199254740993"),
        *("-1152921504606846976", "1890-01-02"),
    )


def test_a_long_text_is_cut_and_says_so(tmp_path: Path):
    plain, wide = "x" * 40_000, "\N{GRINNING FACE}" * 20_000
    found = rows(page(tmp_path / "a.xlsx", Sheet("one", ("a", "b"), [(plain, wide)])))[1]

    for text in found:
        assert len(str(text).encode("utf-16-le")) // 2 in (32_766, 32_767)
        assert str(text).endswith("\N{HORIZONTAL ELLIPSIS}")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["a/b:c*d?e[f]\\g"], ["a b c d e f g"]),
        (["x" * 40, "X" * 40], ["x" * 30 + "\u2026", "X" * 26 + "\u2026 (2)"]),
        (["", "'", "Sheet"], ["Sheet", "Sheet (2)", "Sheet (3)"]),
        (["Fit", "fit"], ["Fit", "fit (2)"]),
        (["History"], ["History (2)"]),
        (["'quoted'"], ["quoted"]),
    ],
)
def test_names_of_sheets_are_valid_and_distinct(
    asked: list[str], expected: list[str], tmp_path: Path
):
    found = read(tmp_path / "a.xlsx", *(Sheet(name, ("a",), [(1,)]) for name in asked))

    assert found.sheetnames == expected


def test_headings_stay_and_filter(tmp_path: Path):
    sheet = Sheet("one", ("name", "value"), [("a", 1), ("b", 2)], title="What", notes=("Why",))
    found = page(tmp_path / "a.xlsx", sheet)

    assert found["A1"].value == "What"
    assert [cell.font.bold for cell in found[3][:2]] == [True, True]
    assert found.freeze_panes == "B4"
    assert found.auto_filter.ref == "A3:B5"
    assert found["A7"].value == "Why"
    assert found.print_title_rows == "$3:$3"


def test_marked_cells_have_more_than_a_colour(tmp_path: Path):
    sheet = Sheet(
        "one", ("a", "b"), [("x", 1), ("y", None)], marked=frozenset({(0, 1), (1, 1), (-1, 0)})
    )
    found = page(tmp_path / "a.xlsx", sheet)

    for place in ("B2", "B3", "A1"):
        assert found[place].font.bold
        assert found[place].border.left.style == "thin"
        assert found[place].fill.fgColor.rgb == "FFFFF2CC"
    for place in ("A2", "A3"):
        assert not found[place].font.bold
        assert found[place].fill.patternType is None


def test_remarks_are_comments_of_their_cell(tmp_path: Path):
    sheet = Sheet("one", ("a", "b"), [("x", 1)], title="T", comments={(0, 1): "why", (-1, 0): "h"})
    found = page(tmp_path / "a.xlsx", sheet)

    assert found["B4"].comment.text == "why"
    assert found["A3"].comment.text == "h"
    assert found["A4"].comment is None


def test_columns_are_as_wide_as_what_they_hold_within_bounds(tmp_path: Path):
    sheet = Sheet("one", ("a", "b", "c"), [("x", "m" * 20, "y" * 500)])
    found = page(tmp_path / "a.xlsx", sheet)
    widths = [found.column_dimensions[column].width for column in "ABC"]

    assert 8 <= widths[0] < 10
    assert 20 < widths[1] < 25
    assert 60 <= widths[2] < 62
    assert found["C2"].alignment.wrap_text


def test_widths_may_be_given(tmp_path: Path):
    found = page(tmp_path / "a.xlsx", Sheet("one", ("a", "b"), [("x", "y")], widths=(30, 12)))

    assert found.column_dimensions["A"].width == pytest.approx(30.7, abs=0.1)


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path):
    sheet = Sheet("one", ("a",), [("x",)], comments={(0, 0): "why"}, notes=("n",))
    write_workbook([sheet], tmp_path / "a.xlsx")
    time.sleep(2.1)  # an archive's times are of two seconds
    write_workbook([sheet], tmp_path / "b.xlsx")

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_table_is_its_headings(tmp_path: Path):
    assert rows(page(tmp_path / "a.xlsx", Sheet("one", ("a", "b"), []))) == [("a", "b")]


def test_a_table_that_no_sheet_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)

    with pytest.raises(UsageError, match=r"7 rows of 1 columns do not fit a sheet"):
        write_workbook([Sheet("one", ("a",), [(1,)] * 7)], tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path):
    sheet = Sheet("one", ("a",), [(1,)])

    with pytest.raises(FileNotFoundError):
        write_workbook([sheet], tmp_path / "missing/a.xlsx")
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        write_whole(tmp_path / "missing/a.xlsx", lambda path: write_workbook([sheet], path))


def test_it_is_written_whole(tmp_path: Path):
    write_whole(
        tmp_path / "a.xlsx", lambda path: write_workbook([Sheet("s", ("a",), [(1,)])], path)
    )

    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
