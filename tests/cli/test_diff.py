from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.repository import git

DAY = ("--as-of", "2026-03-10")
DATA = ("--data", "data", *DAY)
LOWER = ("demo: {event: demo_request, points: 20", "demo: {event: demo_request, points: 5")

#: Worked by hand. Ada has 20 for the demo and 10 of the group, Ben 20, Eve 10; Acme is Ada and Ben.
TEXT = """\
small: HEAD -> working tree
small.yaml

1 change
  score readiness, rule demo: points 20 -> 5  (small.yaml:9)

On 2026-03-10 (UTC): 2 of 3 leads (66.67%) change a score, 2 change stage, MQLs
a week 0.5 -> 0 (-100.0%).

Scores that change
score      leads      %  up  down  mean change  largest
───────────────────────────────────────────────────────
readiness      2  66.67   0     2          -15       15

What causes it
score      caused by  leads  points moved  net
──────────────────────────────────────────────
readiness  demo           2            30  -30

Stage moves: 2 leads
stage: from  to aware  to engaged
─────────────────────────────────
ready               1           1

Cell moves: 2 leads
cell: from  to A2  to B2
────────────────────────
A1              1      0
B1              0      1

Account scores that change
accounts  changed      %  up  down  mean change  committees +  -
────────────────────────────────────────────────────────────────
buying          1  33.33   0     1          -30             0  1

MQLs a week: leads that enter ready
week of     before  after  change
─────────────────────────────────
2026-02-09       0      0       0
2026-02-16       0      0       0
2026-02-23       1      0      -1
2026-03-02       1      0      -1

Largest changes
lead  score      before  after  moved most by
─────────────────────────────────────────────
ada   readiness      30     15  demo 20 -> 5
ben   readiness      20      5  demo 20 -> 5
"""


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "rules")
    return git(folder, "rev-parse", "HEAD")


def edit(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def repo(small: Path) -> Path:
    """Return the current folder: the small ruleset and data, committed as they are."""
    git(small, "init", "--quiet", "--initial-branch", "main")
    commit(small)
    return small


def test_a_change_is_told_with_what_it_does(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)

    said = cli("diff", "HEAD", "small.yaml", *DATA, "--weeks", 4)

    assert said.code == 0
    assert said.out == TEXT


def test_two_revisions_are_compared_whatever_stands_in_the_working_tree(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)
    commit(repo)
    (repo / "small.yaml").write_text("nonsense", encoding="utf-8")

    for arguments in (("HEAD~1", "HEAD"), ("HEAD~1..HEAD",), ("HEAD~1..",)):
        said = cli("diff", *arguments, "small.yaml", *DATA, "--weeks", 4)
        assert said.code == 0
        assert said.out.splitlines()[5:] == TEXT.splitlines()[5:]
        assert said.out.startswith("small: HEAD~1 -> HEAD\n")


def test_two_files_may_be_parted_by_dots(cli, small: Path, monkeypatch: pytest.MonkeyPatch):
    text = (small / "small.yaml").read_text(encoding="utf-8")
    (small / "after.yaml").write_text(text.replace(*LOWER), encoding="utf-8")
    (small / "in").mkdir()

    plain = cli("diff", "small.yaml", "after.yaml")
    dotted = cli("diff", "small.yaml..after.yaml")

    assert "points 20 -> 5" in plain.out
    assert (dotted.code, dotted.out) == (0, plain.out)
    monkeypatch.chdir(small / "in")
    assert cli("diff", "../small.yaml..../after.yaml").code == 0


def test_three_dots_compare_from_where_the_branch_began(cli, repo: Path):
    git(repo, "checkout", "--quiet", "-b", "change")
    edit(repo / "small.yaml", LOWER)
    commit(repo)
    git(repo, "checkout", "--quiet", "main")
    edit(
        repo / "small.yaml",
        ("webinar: {event: webinar, points: 15", "webinar: {event: webinar, points: 1"),
    )
    commit(repo)

    parted = cli("diff", "main...change", "small.yaml", "--format", "json").json
    direct = cli("diff", "main..change", "small.yaml", "--format", "json").json

    assert [change["subject"] for change in parted["rulesets"][0]["changes"]] == [
        "score readiness, rule demo"
    ]
    assert len(direct["rulesets"][0]["changes"]) == 2


def test_files_are_compared_outside_of_any_repository(cli, small: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(small))
    (small / "new.yaml").write_text((small / "small.yaml").read_text("utf-8"), encoding="utf-8")
    edit(small / "new.yaml", LOWER)

    said = cli("diff", "small.yaml", "new.yaml", *DATA)

    assert said.code == 0
    assert said.out.startswith("small: small.yaml -> new.yaml\n")
    assert "ben   readiness      20      5  demo 20 -> 5" in said.out


def test_another_layout_is_no_change(cli, repo: Path):
    text = (repo / "small.yaml").read_text("utf-8")
    block = "demo:\n        # once, whatever they send\n        limit: 1\n        points: 20.0\n"
    other = text.replace(
        "demo: {event: demo_request, points: 20, limit: 1}", block + "        event: [demo_request]"
    )
    assert other != text
    (repo / "small.yaml").write_text(other, encoding="utf-8")

    said = cli("diff", "HEAD", "small.yaml", *DATA)

    assert said.code == 0
    assert "No change in meaning" in said.out
    assert "nothing changes for any of 3 leads" in said.out


def test_without_data_the_changes_alone_are_told(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)

    said = cli("diff", "HEAD", "small.yaml")

    assert said.code == 0
    assert said.out.endswith("  score readiness, rule demo: points 20 -> 5  (small.yaml:9)\n")
    assert "add --data DIR" in said.err


def test_the_project_gives_rulesets_and_store(cli, filled: Path, tmp_path: Path, monkeypatch):
    import shutil  # noqa: PLC0415 - in this test alone

    folder = tmp_path / "project"
    shutil.copytree(filled, folder)
    monkeypatch.chdir(folder)
    git(folder, "init", "--quiet")
    commit(folder)

    assert cli("diff", "HEAD").out == "HEAD -> working tree: the ruleset is the same\n"
    edit(folder / "small.yaml", LOWER)
    said = cli("diff", "HEAD", *DAY, "--weeks", 4)

    assert said.out == TEXT
    assert said.err == ""


def test_each_changed_ruleset_is_compared_and_new_and_gone_ones_are_named(cli, here: Path):
    git(here, "init", "--quiet", "--initial-branch", "main")
    text = "leadline: 1\nmodel: {}\nscores:\n  s:\n    actions:\n      a: {{event: a, points: 1}}\n"
    for name in ("changed", "gone", "moved", "same"):
        (here / name).mkdir()
        (here / name / "ruleset.yaml").write_text(text.format(name), encoding="utf-8")
    commit(here)
    edit(here / "changed/ruleset.yaml", ("points: 1", "points: 2"))
    (here / "gone/ruleset.yaml").unlink()
    (here / "moved").rename(here / "elsewhere")
    edit(here / "elsewhere/ruleset.yaml", ("points: 1", "points: 3"))
    (here / "new").mkdir()
    (here / "new/ruleset.yaml").write_text(text.format("new"), encoding="utf-8")

    told = cli("diff", "main", "--format", "json").json

    assert told["same"] == 1
    assert [(r["model"], r["state"], r["was"]) for r in told["rulesets"]] == [
        ("changed", "both", None),
        ("moved", "both", "moved/ruleset.yaml"),
        ("new", "new", None),
        ("gone", "gone", None),
    ]
    text = cli("diff", "main").out
    assert "the ruleset is new at working tree" in text
    assert "the ruleset is gone at working tree" in text


def test_each_threshold_that_is_passed_is_told_with_its_value(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)
    values = {
        "score changes > 1": "2",
        "score changes of readiness >= 66%": "66.67% (2)",
        "stage changes > 5%": "66.67% (2)",
        "mqls per week < -10%": "-100% (-0.25)",
        "accounts changed > 0": "1",
        "committees lost >= 1": "1",
        "max change >= 15": "15",
        "mean change of readiness < -14.5": "-15",
        "Cell  changes != 0": "2",
        "rule changes = 1": "1",
        "score falls of readiness > 1": "2",
    }
    given = [part for threshold in values for part in ("--fail-if", threshold)]

    said = cli("diff", "HEAD", "small.yaml", *DATA, *given, "--fail-if", "score rises > 0")

    assert said.code == 1
    assert [line for line in said.out.splitlines() if line.startswith("failed")] == [
        f"failed: {threshold}: it is {value}" for threshold, value in values.items()
    ]


def test_a_large_rise_of_one_score_hides_no_fall_of_another(cli, repo: Path):
    edit(repo / "small.yaml", LOWER, ("points: 40}", "points: 90}"))

    said = cli("diff", "HEAD", "small.yaml", *DATA, "--fail-if", "mean change < -5")

    assert said.code == 1
    assert "failed: mean change < -5: it is -15" in said.out


def test_a_threshold_that_is_kept_does_not(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)
    kept = (
        "score changes > 2",
        "score changes of interest > 0",
        "leads lost > 0",
        "score rises > 0",
    )
    given = [part for threshold in kept for part in ("--fail-if", threshold)]

    said = cli("diff", "HEAD", "small.yaml", *DATA, *given)

    assert said.code == 0
    assert said.out.endswith("all thresholds are kept\n")


@pytest.mark.parametrize(
    ("threshold", "hint"),
    [
        ("stage chanes > 5%", "did you mean `stage changes`"),
        ("stage changes", "write `FIGURE > NUMBER`"),
        ("max change > 5%", "write a plain number"),
        ("score changes of readines > 5", "did you mean `readiness`?"),
        ("committees gained of buyin > 0", "did you mean `buying`?"),
    ],
)
def test_a_threshold_that_says_nothing_is_refused(cli, repo: Path, threshold: str, hint: str):
    edit(repo / "small.yaml", LOWER)

    said = cli("diff", "HEAD", "small.yaml", *DATA, "--fail-if", threshold)

    assert said.code == 2
    assert hint in said.err


def test_a_threshold_that_takes_an_untold_past_is_refused(cli, repo: Path):
    history = "lead_id,field,value,changed_at\nada,country,DE,2026-01-05T00:00:00Z\n"
    (repo / "data" / "lead_history.csv").write_text(history, encoding="utf-8")
    untold = ("model: small\n", "model: small\nignore: lead.country is XX\n")
    edit(repo / "small.yaml", untold)
    commit(repo)
    edit(repo / "small.yaml", LOWER)

    for threshold in ("mqls per week < -10%", "segment changes > 0"):
        said = cli("diff", "HEAD", "small.yaml", *DATA, "--fail-if", threshold)
        assert said.code == 2
        assert "cannot be judged in small" in said.err
    assert cli("diff", "HEAD", "small.yaml", *DATA, "--fail-if", "stage changes > 0").code == 1


def test_a_threshold_may_name_what_an_unchanged_ruleset_has(cli, repo: Path):
    text = (repo / "small.yaml").read_text(encoding="utf-8")
    other = "leadline: 1\nmodel: other\nscores:\n  warmth:\n    facts:\n      all: {points: 1}\n"
    other = other.replace("{points: 1}", "{when: lead.lead_id is present, points: 1}")
    for name, content in (("one", text), ("two", other)):
        (repo / name).mkdir()
        (repo / name / "ruleset.yaml").write_text(content, encoding="utf-8")
    commit(repo)
    edit(repo / "two" / "ruleset.yaml", ("points: 1}", "points: 2}"))

    said = cli("diff", "HEAD", *DATA, "--fail-if", "score changes of readiness > 5%")

    assert (said.code, said.err) == (0, "")


def test_a_threshold_takes_data(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)

    assert cli("diff", "HEAD", "small.yaml", "--fail-if", "stage changes > 5%").code == 2
    assert cli("diff", "HEAD", "small.yaml", "--fail-if", "rule changes > 0").code == 1


def test_several_files_are_written_in_one_go(cli, repo: Path):
    edit(repo / "small.yaml", LOWER)
    files = ("--output", "md=out.md", "--output", "json=out.json", "--output", "text=out.txt")

    said = cli("diff", "HEAD", "small.yaml", *DATA, "--weeks", 4, *files)

    assert said.out == TEXT
    assert (repo / "out.txt").read_text("utf-8") == TEXT
    assert json.loads((repo / "out.json").read_text("utf-8"))["head"] == "working tree"
    assert (repo / "out.md").read_text("utf-8").startswith("### leadline diff: `small`\n")
    assert cli("diff", "HEAD", "small.yaml", *DATA, "-o", "only.md").out == ""
    assert (repo / "only.md").read_text("utf-8") == cli(
        "diff", "HEAD", "small.yaml", *DATA, "--format", "md"
    ).out


def test_mistakes_of_a_side_are_told_with_the_revision(cli, repo: Path):
    edit(repo / "small.yaml", ("points: 20", "points: 20 +"))
    commit(repo)

    said = cli("diff", "HEAD~1", "HEAD", "small.yaml")

    assert said.code == 3
    assert said.out == ""
    assert "--> HEAD:small.yaml:9:" in said.err


def test_a_wrong_side_says_what_to_do(cli, repo: Path):
    assert "did you mean `main`?" in cli("diff", "mian").err
    assert cli("diff", "mian").code == 2
    assert cli("diff").code == 2
    assert "is one argument too many" in cli("diff", "main..main", "small.yaml", "x").err
    assert "there is no file or folder ../x.yaml" in cli("diff", "../x.yaml").err
    assert "no ruleset `other.yaml`" in cli("diff", "main", "other.yaml").err
    (repo / "main").write_text("", encoding="utf-8")
    assert "`main` is a revision and a file or folder" in cli("diff", "main").err


def test_an_mql_can_be_a_stage_or_a_segment(cli, repo: Path):
    with (repo / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("segments:\n  warm: score.readiness >= 20\n")
    commit(repo)
    edit(repo / "small.yaml", LOWER)

    def weeks(name: str) -> list[tuple[int, int]]:
        said = cli(
            "diff", "HEAD", "small.yaml", *DATA, "--weeks", 2, "--mql", name, "--format", "json"
        )
        assert said.code == 0
        return [(w["base"], w["head"]) for w in said.json["rulesets"][0]["effect"]["mqls"]["weeks"]]

    assert weeks("engaged") == [(0, 0), (1, 2)]
    assert weeks("warm") == [(1, 0), (1, 0)]
    said = cli("diff", "HEAD", "small.yaml", *DATA, "--mql", "wram")
    assert said.code == 2
    assert "did you mean `warm`?" in said.err


def test_leads_that_are_left_out_are_counted_apart(cli, repo: Path):
    edit(repo / "small.yaml", ("leads: lead.relation is not competitor\n", ""))

    said = cli("diff", "HEAD", "small.yaml", *DATA, "--fail-if", "leads gained > 30%")

    assert said.code == 1
    assert "0 of 4 leads (0%) change a score" in said.out
    assert "1 lead more scored" in " ".join(said.out.split())
    assert "leads gained > 30%: it is 33.33% (1)" in said.out


def test_an_id_of_a_commit_is_shortened_for_people(cli, repo: Path):
    first = git(repo, "rev-parse", "HEAD")
    edit(repo / "small.yaml", LOWER)
    second = commit(repo)

    for format_ in ("text", "md"):
        said = cli("diff", first, second, "small.yaml", "--format", format_)
        assert first[:12] in said.out
        assert first not in said.out
        assert second not in said.out
    told = json.loads(cli("diff", first, second, "small.yaml", "--format", "json").out)
    assert told["base"] == first
