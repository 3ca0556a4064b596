from __future__ import annotations

from pathlib import Path

import pytest

LEADS = ("leads", "--as-of", "2026-06-30")

CSV = """\
lead_id,account_id,readiness,fit,grade fit,matrix,stage,tags,reason_1,reason_2,reason_3
ada,acme,30,40,A,A1,ready,track=nurture,demo +20,webinar +7.5,talk +2.5
ben,acme,20,0,B,B1,ready,,demo +20,,
eve,bolt,10,0,B,B2,engaged,,webinar +10,,
dee,bolt,0,40,A,A2,aware,,,,
"""


def listed(cli, where: str) -> list[str]:
    said = cli(*LEADS, "--format", "csv", "--where", where)
    assert said.code == 0, said.err
    return [row["lead_id"] for row in said.records]


def test_leads_come_highest_first_with_reasons_that_add_up(cli, filled: Path):
    said = cli(*LEADS, "--format", "csv")

    assert said.code == 0
    assert said.out == CSV
    for row in said.records:
        reasons = [row[f"reason_{n}"] for n in (1, 2, 3)]
        given = sum(float(reason.split()[-1]) for reason in reasons if reason)
        assert given == float(row["readiness"])


@pytest.mark.parametrize(
    ("where", "leads"),
    [
        ("stage is ready", ["ada", "ben"]),
        ("stage in [aware, engaged]", ["eve", "dee"]),
        ("matrix is A2", ["dee"]),
        ("grade.fit is A and score.readiness > 0", ["ada"]),
        ("score.readiness between 10 and 20", ["ben", "eve"]),
        ("tag.track is nurture", ["ada"]),
        ('lead.email ends with "@bolt.example" and not stage is aware', ["eve"]),
        ("lead.country in [DE, AT]", ["ada", "dee"]),
        ("lead.country is missing", ["ben"]),
        ("account.name is Bolt", ["eve", "dee"]),
        ("score.readiness > 1000", []),
    ],
)
def test_where_takes_scores_grades_stage_matrix_tags_and_fields(
    cli, filled: Path, where: str, leads: list[str]
):
    assert listed(cli, where) == leads


def test_columns_add_fields(cli, filled: Path):
    columns = "lead.email, account.name,tag.track"
    said = cli(*LEADS, "--format", "csv", "--columns", columns, "--limit", "1")

    [ada] = said.records
    assert (ada["lead.email"], ada["account.name"], ada["tag.track"]) == (
        "ada@acme.example",
        "Acme",
        "nurture",
    )


def test_score_orders_and_gives_its_own_reasons(cli, filled: Path):
    rows = cli(*LEADS, "--format", "csv", "--score", "fit").records

    assert [row["lead_id"] for row in rows] == ["ada", "dee", "ben", "eve"]
    assert [row["reason_1"] for row in rows] == ["chief +40", "chief +40", "", ""]


@pytest.mark.parametrize(
    ("option", "typed", "marked", "meant"),
    [
        ("--where", "stage is ready and lead.contry is DE", "lead.contry", "country"),
        ("--where", "score.readines > 3", "score.readines", "readiness"),
        ("--where", "grade.fitt is A", "grade.fitt", "fit"),
        ("--where", "stag is ready", "stag", "stage"),
        ("--where", "tag.trak is x", "tag.trak", "track"),
        ("--columns", "lead.emial", "lead.emial", "email"),
    ],
)
def test_unknown_names_are_exit_3_at_their_place(
    cli, filled: Path, option: str, typed: str, marked: str, meant: str
):
    said = cli(*LEADS, option, typed)

    assert said.code == 3
    assert said.out == ""
    lines = said.err.splitlines()
    [source] = [line for line in lines if line.endswith(typed)]
    below = lines[lines.index(source) + 1]
    assert source[below.index("^") : below.rindex("^") + 1] == marked
    assert meant in said.err
    assert option in said.err


@pytest.mark.parametrize(
    "where", ["stage is", "and", "lead.country is DE )", "score.readiness > ten", "1 + 1", "lead"]
)
def test_what_is_no_condition_is_exit_3(cli, filled: Path, where: str):
    said = cli(*LEADS, "--where", where)

    assert said.code == 3
    assert said.out == ""
    assert "--where" in said.err


def test_a_column_that_is_no_field_is_exit_2(cli, filled: Path):
    said = cli(*LEADS, "--columns", "1 + 2")

    assert said.code == 2
    assert "`1 + 2` is no field" in said.err


@pytest.mark.parametrize("score", ["nope", "interest"])
def test_a_score_that_cannot_order_leads_is_exit_2(cli, filled: Path, score: str):
    said = cli(*LEADS, "--score", score)

    assert said.code == 2
    assert f"`{score}`" in said.err
    assert "`readiness`" in said.err


def test_nobody_is_said_in_words(cli, filled: Path):
    said = cli(*LEADS, "--where", "stage is ready and lead.country is FR")

    assert said.code == 0
    assert said.out == "no leads where stage is ready and lead.country is FR on 2026-06-30\n"


def test_json_has_numbers_as_numbers_and_nothing_as_null(cli, filled: Path):
    ada, *_, dee = cli(*LEADS, "--format", "json").json

    assert (ada["readiness"], ada["reason_2"]) == (30, "webinar +7.5")
    assert (dee["readiness"], dee["reason_1"], dee["tags"]) == (0, None, None)


def test_a_narrow_terminal_gets_reasons_and_the_widest_on_lines_below(
    cli, filled: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")

    lines = cli(*LEADS, "--columns", "lead.email").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[0] == "lead_id  account_id  readiness  fit  grade fit  matrix  stage"
    assert lines[1] == "─" * len("lead_id  account_id  readiness  fit  grade fit  matrix  engaged")
    assert lines[2] == "ada      acme               30   40  A          A1      ready"
    assert lines[3:6] == [
        "  lead.email ada@acme.example",
        "  because demo +20, webinar +7.5, talk +2.5",
        "  tags track=nurture",
    ]
    assert lines[6].split()[0] == "ben"
    assert lines[8] == "  because demo +20"
    assert lines[9].split()[0] == "eve"


def test_a_very_narrow_terminal_loses_nothing(cli, filled: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "30")

    text = cli(*LEADS, "--columns", "lead.email,lead.job_title").out

    assert max(map(len, text.splitlines())) <= 30
    said = " ".join(text.split())
    for value in ("ada@acme.example", "Chief Engineer", "acme", "A1", "track=nurture", "7.5"):
        assert value in said
    assert "lead.job_title Chief Engineer" in said


def test_a_pipe_gets_a_line_a_lead(cli, filled: Path):
    lines = cli(*LEADS).out.splitlines()

    assert len(lines) == 2 + 4
    assert lines[0].split()[-3:] == ["reason_1", "reason_2", "reason_3"]


def test_text_from_the_data_cannot_mislead_on_a_terminal(cli, small: Path):
    with (small / "data/leads.csv").open("a", encoding="utf-8") as file:
        file.write("\u202exyz,acme,2026-01-01T00:00:00Z,,,,\n")
    leads = ("leads", "small.yaml", "--data", "data", "--as-of", "2026-06-30")

    assert "\n\ufffdxyz " in cli(*leads).out
    assert "\n\u202exyz," in cli(*leads, "--format", "csv").out


def model(small: Path, stages: str) -> tuple[str, ...]:
    """Write other stages for the small model; return the command that lists its leads."""
    ruleset = small / "small.yaml"
    text = ruleset.read_text(encoding="utf-8")
    ruleset.write_text(f"{text[: text.index('stages:')]}stages:\n{stages}", encoding="utf-8")
    return ("leads", "small.yaml", "--data", "data", *LEADS[1:], "--format", "csv")


BY_CONTENT = "  by: content\n  steps: [{name: aware}, {name: engaged}]\n"
BY_TAG = "  by: tag track\n  steps: [{name: new}, {name: nurture}]\n"
KEPT = "  by: score readiness\n  backward: false\n  steps: [{name: low}, {name: high, at: 25}]\n"


@pytest.mark.parametrize(
    ("stages", "stage", "staged"),
    [(BY_CONTENT, "engaged", "aware"), (BY_TAG, "nurture", "new"), (KEPT, "high", "low")],
    ids=["content", "tag", "backward"],
)
def test_a_stage_that_takes_the_past_is_shown_and_searched(
    cli, small: Path, stages: str, stage: str, staged: str
):
    (small / "data/assets.csv").write_text("asset_id,product,stage\nguide,motors,engaged\n")
    command = model(small, stages)

    every = cli(*command).records
    some = cli(*command, "--where", f"stage is {stage}")

    assert {row["lead_id"]: row["stage"] for row in every} == {
        "ada": stage,
        "ben": staged,
        "dee": staged,
        "eve": staged,
    }
    assert some.records == [row for row in every if row["lead_id"] == "ada"]
    assert some.err == "small as of 2026-06-30 (UTC): 4 leads\n"


def test_a_stage_that_was_reached_once_is_kept(cli, small: Path):
    ruleset = small / "small.yaml"
    expiring = "{event: demo_request, points: 20, limit: 1, decay: {expire: 30 days}}"
    text = ruleset.read_text(encoding="utf-8")
    old = "{event: demo_request, points: 20, limit: 1}"
    assert old in text
    ruleset.write_text(text.replace(old, expiring), encoding="utf-8")

    [row] = cli(*model(small, KEPT), "--where", "stage is high").records

    assert (row["lead_id"], row["readiness"], row["stage"]) == ("ada", "10", "high")


def test_a_model_without_scores_lists_its_leads(cli, small: Path):
    (small / "small.yaml").write_text(
        f"leadline: 1\nmodel: tags\nstages:\n{BY_TAG}", encoding="utf-8"
    )

    said = cli(*LEADS[:1], "small.yaml", "--data", "data", *LEADS[1:], "--format", "csv")

    assert [(row["lead_id"], row["stage"]) for row in said.records] == [
        ("ada", "nurture"),
        ("ben", "new"),
        ("cy", "new"),
        ("dee", "new"),
        ("eve", "new"),
    ]


@pytest.mark.parametrize(
    ("field", "counts"),
    [
        ("stage", [("ready", "2", "50"), ("aware", "1", "25"), ("engaged", "1", "25")]),
        ("tag.track", [("", "3", "75"), ("nurture", "1", "25")]),
        ("grade.fit", [("A", "2", "50"), ("B", "2", "50")]),
        ("account.name", [("Acme", "2", "50"), ("Bolt", "2", "50")]),
    ],
)
def test_leads_are_counted_by_a_field(
    cli, filled: Path, field: str, counts: list[tuple[str, str, str]]
):
    said = cli(*LEADS, "--by", field, "--format", "csv")

    assert [tuple(row.values()) for row in said.records] == counts


def test_a_count_takes_where(cli, filled: Path):
    said = cli(*LEADS, "--by", "stage", "--where", "lead.country in [DE, AT]", "--format", "csv")

    assert said.out.splitlines()[1:] == ["aware,1,50", "ready,1,50"]


@pytest.mark.parametrize(
    ("by", "code", "meant"),
    [("grade.fitt", 2, "`grade.fit`"), ("tag.trak", 3, "--by:1:1"), ("stag", 3, "did you mean")],
)
def test_a_field_that_is_not_there_cannot_be_counted_by(
    cli, filled: Path, by: str, code: int, meant: str
):
    said = cli(*LEADS, "--by", by)

    assert said.code == code
    assert said.out == ""
    assert meant in said.err


def test_leads_on_a_segment(cli, small: Path):
    with (small / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("segments:\n  hot: stage is ready\n  cold: quiet(readiness, 60 days)\n")
    command = ("leads", "small.yaml", "--data", "data", *LEADS[1:])

    rows = cli(*command, "--segment", "hot", "--format", "csv").records
    both = cli(*command, "--segment", "hot", "--where", "tag.track is nurture", "--format", "csv")
    counted = cli(*command, "--segment", "cold", "--by", "stage", "--format", "csv")
    wrong = cli(*command, "--segment", "hott")

    assert [(row["lead_id"], row["entered_at"]) for row in rows] == [
        ("ada", "2026-03-01T09:00:00+00:00"),
        ("ben", "2026-03-04T09:00:00+00:00"),
    ]
    assert [row["lead_id"] for row in both.records] == ["ada"]
    assert counted.out.splitlines()[1:] == ["ready,2,50", "aware,1,25", "engaged,1,25"]
    assert wrong.code == 2
    assert "did you mean `hot`?" in wrong.err
