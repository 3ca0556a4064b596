"""The pages of the codes, and docs/codes.md, which is made from them.

``pytest tests/report/test_pages.py --update`` rewrites docs/codes.md.
"""

from __future__ import annotations

from pathlib import Path

from leadline.report.pages import all_codes, as_index, as_terminal, page

INDEX = Path(__file__).parents[2] / "docs/codes.md"


def test_the_index_of_the_documentation_is_made_from_the_pages(update: bool):
    made = as_index("../engine/leadline/pages")
    if update:
        INDEX.write_text(made, encoding="utf-8")

    assert INDEX.read_text(encoding="utf-8") == made


def test_every_code_is_in_the_index_once():
    rows = [line for line in as_index("pages").splitlines() if line.startswith("| [LL")]

    assert [row[3:8] for row in rows] == [code.code for code in all_codes()]
    assert all(row.count(" | ") == 4 for row in rows)
    assert all(row.endswith((". |", "? |", ": |")) for row in rows)


def test_a_page_is_found_by_code_and_by_name():
    shown = page("LL151")

    assert shown is not None
    assert page(" ll151 ") == page("Dead-Event-Type") == shown
    assert (shown.code.name, shown.code.severity.word, shown.fix) == (
        "dead-event-type",
        "warning",
        "unsafe",
    )
    assert page("LL999") is None


def test_the_parts_of_a_page():
    shown = page("LL151")

    assert shown is not None
    assert shown.summary.startswith("A rule, a reset")
    assert "\n" not in shown.summary
    [(language, bad)] = shown.blocks("Bad")
    assert language == "yaml"
    assert "page_veiw" in bad
    assert shown.blocks("Nowhere") == ()


def test_a_page_on_a_terminal():
    shown = page("LL151")
    assert shown is not None

    plain = as_terminal(shown, colour=False, width=60)
    coloured = as_terminal(shown, colour=True, width=60)

    assert max(len(line) for line in plain.splitlines() if line[:4].strip()) <= 60
    assert "\nBad\n    leadline: 1\n" in plain
    assert "```" not in plain
    assert "\x1b" not in plain
    assert "\x1b[1mBad\x1b[0m" in coloured
