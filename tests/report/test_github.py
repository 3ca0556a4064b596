from __future__ import annotations

from tests.report.findings import ERROR, NOTE, OWN, WARNING, finding

from leadline.diagnostic import Place
from leadline.report.github import MOST, github


def test_an_annotation_is_a_workflow_command():
    said = github([finding(hint="did you mean `b`?")], "below")

    assert said == (
        "::warning file=rules/a.yaml,line=3,endLine=3,col=5,endColumn=9,"
        "title=LL151 dead-event-type::no event is of type `a`%0Ahelp: did you mean `b`?\n"
    )


def test_what_the_format_gives_a_meaning_is_escaped():
    place = Place("a,b:c%.yaml", 1, 1, 1, 2)

    said = github([finding(message="100%: a,\r\n::error::b", place=place)], "below")

    assert said.count("\n") == 1
    assert "file=a%2Cb%3Ac%25.yaml,line=1" in said
    assert said.endswith("::100%25: a,%0D%0A::error::b\n")


def test_a_span_of_several_lines_has_no_columns():
    said = github([finding(place=Place("a", 3, 5, 6, 2))], "below")

    assert said.startswith("::warning file=a,line=3,endLine=6,title=")


def test_a_finding_without_a_place():
    assert github([finding(OWN, "said", None)], "below") == "::warning title=naming::said\n"


def test_ten_are_all_shown():
    found = [finding(place=Place("a", n, 1, n, 2)) for n in range(1, MOST + 1)]

    assert github(found, "below").count("\n") == MOST


def test_of_more_than_ten_the_worst_come_first_and_the_last_says_how_many_more():
    found = [finding(NOTE, place=Place("a", 1, 1, 1, 2))]
    found += [finding(WARNING, place=Place("a", n, 1, n, 2)) for n in range(2, 12)]
    found += [finding(ERROR, place=Place("a", n, 1, n, 2)) for n in range(20, 23)]

    lines = github(found, "in leadline.sarif").splitlines()

    assert len(lines) == MOST
    assert [line.split()[0] for line in lines] == ["::error"] * 3 + ["::warning"] * 7
    assert lines[-1] == (
        "::warning title=leadline::5 more findings of 14; all of them are in leadline.sarif"
    )


def test_nothing_is_nothing():
    assert github([], "below") == ""
