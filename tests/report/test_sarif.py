"""SARIF as code scanning reads it. The whole was validated against the schema of OASIS."""

from __future__ import annotations

import json
from typing import Any

from tests.report.findings import ERROR, NOTE, OWN, WARNING, finding

from leadline.diagnostic import Diagnostic, Place
from leadline.report.sarif import sarif

TEXT = "one\ntwo\n    event: a\n"


def run(*found: Diagnostic, text: str = TEXT) -> dict[str, Any]:
    log = json.loads(sarif(found, {"rules/a.yaml": text}))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    read: dict[str, Any] = log["runs"][0]
    return read


def prints(*found: Diagnostic, text: str = TEXT) -> list[str]:
    return [
        one["partialFingerprints"]["leadlineFinding/v1"]
        for one in run(*found, text=text)["results"]
    ]


def test_a_result_points_at_its_rule_and_its_region():
    read = run(finding(hint="did you mean `b`?", fix="b"), finding(ERROR), finding(NOTE))

    rules = read["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["LL050", "LL151", "LL153"]
    by_id = {one["ruleId"]: one for one in read["results"]}
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in read["results"])
    assert {code: one["level"] for code, one in by_id.items()} == {
        "LL050": "error", "LL151": "warning", "LL153": "note",
    }  # fmt: skip
    location = by_id["LL151"]["locations"][0]["physicalLocation"]
    region = {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert location["artifactLocation"]["uri"] == "rules/a.yaml"
    assert location["region"] == region
    assert read["columnKind"] == "unicodeCodePoints"
    [replacement] = by_id["LL151"]["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement == {"deletedRegion": region, "insertedContent": {"text": "b"}}
    assert "fixes" not in by_id["LL050"]


def test_a_rule_has_its_page():
    [rule] = run(finding())["tool"]["driver"]["rules"]

    assert rule["name"] == "dead-event-type"
    assert rule["fullDescription"]["text"].startswith("A rule, a reset or a `count()` names")
    assert "## What to do" in rule["help"]["markdown"]


def test_a_check_of_a_plugin_has_no_page():
    [rule] = run(finding(OWN))["tool"]["driver"]["rules"]

    assert (rule["id"], rule["shortDescription"]["text"]) == ("naming", "naming")
    assert "help" not in rule


def test_paths_are_written_as_uris():
    read = run(finding(place=Place("my rules/ä#.yaml", 1, 1, 1, 2)), finding(place=None))

    assert "locations" not in read["results"][0]
    location = read["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "my%20rules/%C3%A4%23.yaml", "uriBaseId": "%SRCROOT%"}
    outside = run(finding(place=Place("/else/where.yaml", 1, 1, 1, 2)))["results"][0]
    place = outside["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "file:///else/where.yaml"}


def test_a_name_that_is_not_utf_8_is_written_as_its_bytes():
    read = run(finding(place=Place("m\udcff.yaml", 1, 1, 1, 2)))

    location = read["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "m%FF.yaml"


def test_a_fingerprint_stays_where_lines_move():
    moved = finding(place=Place("rules/a.yaml", 5, 3, 5, 7))

    assert prints(finding()) == prints(moved, text=f"new\nlines\n{TEXT}".replace("    ", "  "))


def test_a_fingerprint_is_of_what_is_found():
    base = prints(finding())

    assert prints(finding(message="another")) != base
    assert prints(finding(), text=TEXT.replace("event: a", "event: a, points: 5")) != base
    assert prints(finding(NOTE)) != base
    assert prints(finding(WARNING, place=Place("rules/b.yaml", 3, 5, 3, 9))) != base


def test_equal_findings_of_a_file_are_told_apart():
    text = f"{TEXT}{TEXT}"
    second = finding(place=Place("rules/a.yaml", 6, 5, 6, 9))

    one, other = prints(finding(), second, text=text)

    assert one != other
    assert one == prints(finding())[0]
