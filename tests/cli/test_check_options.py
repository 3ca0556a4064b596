"""``leadline check``: which findings, in which form, and where to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leadline.report.pages import all_codes

RULESET = """\
leadline: 1
model: m
scores:
  r:
    actions:
      one: {event: demo_request, points: 5, until: 2020-01-01}
      two: {event: webinra, points: 5}
"""


@pytest.fixture
def found(small: Path) -> Path:
    (small / "m.yaml").write_text(RULESET, encoding="utf-8")
    return small


def codes(out: str) -> set[str]:
    return set(re.findall(r"LL\d{3}", out))


def test_data_are_needed_for_what_only_they_show(cli, found: Path):
    assert codes(cli("check", "m.yaml", "--format", "concise").out) == {"LL119"}
    against = cli("check", "m.yaml", "--data", "data", "--format", "concise")
    assert codes(against.out) == {"LL119", "LL151"}
    assert "m.yaml:7:20: LL151 dead-event-type: no event is of type `webinra`" in against.out


def test_select_and_ignore(cli, found: Path):
    arguments = ("check", "m.yaml", "--data", "data", "--format", "concise")

    assert codes(cli(*arguments, "--select", "LL15").out) == {"LL151"}
    assert codes(cli(*arguments, "--select", "LL119,dead-event-type").out) == {"LL119", "LL151"}
    assert codes(cli(*arguments, "--ignore", "past-until", "--ignore", "LL103").out) == {"LL151"}
    assert cli(*arguments, "--ignore", "LL1").code == 0


def test_a_selector_that_names_nothing_is_exit_2(cli, found: Path):
    said = cli("check", "m.yaml", "--select", "dead-event-typ")

    assert said.code == 2
    assert "did you mean `dead-event-type`" in said.err


def test_the_project_says_which_findings_are_wanted(cli, found: Path):
    (found / "leadline.yaml").write_text("check: {ignore: [past-until]}\n")

    assert cli("check", "m.yaml").code == 0
    assert codes(cli("check", "m.yaml", "--select", "past-until").out) == {"LL119"}


def test_a_mistake_in_the_check_section_is_exit_2_at_its_place(cli, found: Path):
    (found / "leadline.yaml").write_text("check: {ignore: [past-untl]}\n")

    said = cli("check", "m.yaml")

    assert said.code == 2
    assert "--> leadline.yaml:1:18" in said.err
    assert "did you mean `past-until`?" in said.err


def test_the_day_that_counts_as_today(cli, found: Path):
    assert cli("check", "m.yaml", "--as-of", "2019-01-01").code == 0
    assert cli("check", "m.yaml", "--as-of", "2020-06-01").code == 1
    assert cli("check", "m.yaml", "--as-of", "yesterday").code == 2


def test_several_outputs_in_one_run(cli, found: Path):
    said = cli(
        "check", "m.yaml", "--data", "data", "--format", "github",
        "--output", "sarif=m.sarif", "-o", "junit=m.xml", "-o", "json=m.json", "-o", "text=m.txt",
        "-o", "concise=m.lines",
    )  # fmt: skip

    assert said.code == 1
    assert said.out.startswith("::warning file=m.yaml,line=6,endLine=6,col=")
    log = json.loads((found / "m.sarif").read_text())
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["LL119", "LL151"]
    suites = ElementTree.fromstring((found / "m.xml").read_text())  # noqa: S314 - our own
    assert [case.get("line") for case in suites.iter("testcase")] == ["6", "7"]
    assert {one["code"] for one in json.loads((found / "m.json").read_text())} == {"LL119", "LL151"}
    assert "\x1b" not in (found / "m.txt").read_text()
    assert len((found / "m.lines").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        ("m.sarif", "write FORMAT=FILE"),
        ("sarf=m.sarif", "did you mean `sarif`"),
        ("yaml=m.yaml", "formats are text, concise"),
    ],
)
def test_an_output_that_is_not_written_so_is_exit_2(cli, found: Path, output: str, hint: str):
    said = cli("check", "m.yaml", "--output", output)

    assert said.code == 2
    assert hint in said.err
    assert (found / "m.yaml").read_text() == RULESET


def test_one_file_for_two_outputs_is_exit_2(cli, found: Path):
    assert cli("check", "m.yaml", "-o", "json=a", "-o", "text=a").code == 2


def test_an_output_that_cannot_be_written_is_exit_2(cli, found: Path):
    assert cli("check", "m.yaml", "-o", "json=no/such/folder/a").code == 2


def test_files_are_named_from_the_root_of_the_repository(
    cli, found: Path, monkeypatch: pytest.MonkeyPatch
):
    (found / ".git").mkdir()
    (found / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(found / "deep" / "er")

    said = cli("check", "../../m.yaml", "--format", "sarif")
    as_github = cli("check", found / "m.yaml", "--format", "github")

    [result] = json.loads(said.out)["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "m.yaml", "uriBaseId": "%SRCROOT%"}
    assert "file=m.yaml," in as_github.out


def test_the_page_of_a_code(cli, here: Path):
    by_code = cli("check", "--explain", "ll151")
    by_name = cli("check", "--explain", "dead-event-type")

    assert by_code.code == 0
    assert by_code.out == by_name.out
    assert by_code.out.startswith("LL151 dead-event-type\nwarning; fix: unsafe\n\n")
    assert "    model: demo" in by_code.out
    assert "```" not in by_code.out


def test_every_page_fits_a_terminal(cli, here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert len(all_codes()) > 80
    for code in all_codes():
        said = cli("check", "--explain", code.name)
        prose = [line for line in said.out.splitlines() if not line.startswith("    ")]
        assert max(map(len, prose)) <= 80, code


def test_a_page_that_is_not_there_is_exit_2(cli, here: Path):
    near = cli("check", "--explain", "dead-event-typ")
    far = cli("check", "--explain", "LL999")

    assert (near.code, far.code) == (2, 2)
    assert "did you mean `dead-event-type`" in near.err
    assert "codes look like `LL150`" in far.err


def test_a_page_needs_no_project_and_no_plugin(cli, here: Path):
    (here / "own").mkdir()
    (here / "own" / "acme.py").write_text("raise SystemExit(9)")
    (here / "leadline.yaml").write_text("plugin_folder: own\nplugins: [acme]\nnonsense: 3\n")

    assert cli("check", "--explain", "LL151").code == 0
    assert cli("check").code == 2


def test_a_plugin_that_fails_is_exit_4(cli, found: Path):
    (found / "own").mkdir()
    (found / "own" / "acme.py").write_text(
        "from leadline.plugin import CheckKind, hookimpl\n"
        "class Bad:\n"
        "    def check(self, ruleset):\n"
        "        raise ValueError('boom')\n"
        "@hookimpl\n"
        "def leadline_checks():\n"
        "    return (CheckKind('naming', 'Names.', {}, lambda settings: Bad()),)\n"
    )
    (found / "leadline.yaml").write_text("plugin_folder: own\nplugins: [acme]\n")

    said = cli("check", "m.yaml")

    assert said.code == 4
    assert "plugin `acme` of" in said.err
    assert "ValueError: boom" in said.err
