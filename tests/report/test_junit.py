from __future__ import annotations

from xml.etree import ElementTree

from tests.report.findings import ERROR, NOTE, finding

from leadline.diagnostic import Place
from leadline.report.junit import Case, Suite, junit, suites_of


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())  # noqa: S314 - our own


def test_cases_of_all_kinds():
    suite = Suite(
        "a.test.yaml",
        (
            Case("good", "a.test.yaml", 3, 0.25),
            Case("bad", "a.test.yaml", 9, 0.5, failure="stage: sold, expected won\n--> line 9"),
            Case("later", skipped="switched off"),
        ),
    )

    root = parsed(junit([suite]))

    counts = {"tests": "3", "failures": "1", "errors": "0", "skipped": "1", "time": "0.750"}
    assert {name: root.get(name) for name in counts} == counts
    [read] = root
    assert (read.get("name"), read.get("tests"), suite.seconds) == ("a.test.yaml", "3", 0.75)
    good, bad, later = read
    assert dict(good.items()) == {
        "name": "good", "classname": "a.test.yaml", "file": "a.test.yaml", "line": "3",
        "time": "0.250",
    }  # fmt: skip
    assert list(good) == []
    assert bad[0].get("message") == "stage: sold, expected won"
    assert bad[0].text == "stage: sold, expected won\n--> line 9"
    assert later[0].get("message") == "switched off"
    assert later.get("file") is None


def test_any_text_is_written_as_xml_can():
    name = "<&\"'>\x00\x1b\ud800\uffff ü 😀\n"

    root = parsed(junit([Suite(name, (Case(name, failure=name + "x"),))]))

    said = "<&\"'>\ufffd\ufffd\ufffd\ufffd ü 😀"
    assert root[0].get("name", "").rstrip() == said
    assert (root[0][0][0].text or "").startswith(said)


def test_findings_are_cases_of_their_files():
    found = [
        finding(ERROR, "no key `a`", Place("a.yaml", 2, 1, 2, 3), hint="write `b`"),
        finding(NOTE, "empty", Place("a.yaml", 4, 1, 4, 3)),
    ]

    bad, good = suites_of(found, ("a.yaml", "b.yaml"))

    assert [case.name for case in bad.cases] == [
        "LL050 unknown-key at line 2, column 1",
        "LL153 empty-column at line 4, column 1",
    ]
    assert bad.cases[0].failure == "no key `a`\nat a.yaml:2:1\nhelp: write `b`"
    assert (bad.cases[1].failure, bad.cases[1].output) == ("", "empty\nat a.yaml:4:1")
    assert good == Suite("b.yaml", (Case("no findings", "b.yaml"),))


def test_nothing_to_look_at_is_an_empty_document():
    assert parsed(junit([])).get("tests") == "0"
