from __future__ import annotations

from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

DAY = ("--as-of", "2026-06-30")


def rows(store: Path, sql: str) -> list[tuple]:
    with Database(store, read_only=True) as database:
        return database.rows(sql)


def cells(out: str, first: str) -> list[str]:
    """Return the cells of the line of a table that begins with a word."""
    [line] = [line for line in out.splitlines() if line.split()[:1] == [first]]
    return line.split()


def line_of(out: str, table: str) -> list[str]:
    [line] = [line for line in out.splitlines() if line.split()[:2] == ["log", table]]
    return line.split()


def test_run_tells_what_was_loaded_scored_and_staged(cli, small_project: Path):
    said = cli("run", *DAY)

    assert said.code == 0
    assert line_of(said.out, "events") == ["log", "events", "8", "8", "0", "0", "0"]
    assert line_of(said.out, "leads") == ["log", "leads", "5", "5", "0", "0", "0"]
    assert cells(said.out, "small")[:5] == ["small", "2026-06-30", "UTC", "4", "9"]
    assert cells(said.out, "aware") == ["aware", "1", "25"]
    assert cells(said.out, "engaged") == ["engaged", "1", "25"]
    assert cells(said.out, "ready") == ["ready", "2", "50"]
    assert "store.duckdb" in said.err


def test_the_second_run_adds_nothing(cli, small_project: Path):
    cli("run", *DAY)
    first = rows(small_project / "store.duckdb", "SELECT * FROM result_scores ORDER BY ALL")

    said = cli("run", *DAY)

    assert line_of(said.out, "events") == ["log", "events", "8", "0", "8", "0", "0"]
    store = small_project / "store.duckdb"
    assert rows(store, "SELECT * FROM result_scores ORDER BY ALL") == first
    assert rows(store, "SELECT count(*) FROM events") == [(8,)]
    assert rows(store, "SELECT outcome, scored, rows_in FROM runs") == [("done", 4, 19)] * 2


def test_results_are_kept_by_model_on_the_date(cli, small_project: Path):
    cli("run", "--as-of", "2026-03-01")

    store = small_project / "store.duckdb"
    kept = rows(
        store,
        "SELECT model, CAST(as_of AS VARCHAR), value FROM result_scores "
        "WHERE lead_id = 'ada' AND score = 'readiness'",
    )
    accounts = "SELECT account, value, committee FROM result_accounts WHERE account_id = 'acme'"
    assert kept == [("small", "2026-03-01", 20)]
    assert rows(store, accounts) == [("buying", 20, False)]


def test_a_dry_run_scores_what_is_there_and_keeps_nothing(cli, small_project: Path):
    cli("run", "--as-of", "2026-03-01")
    store = small_project / "store.duckdb"
    before = store.read_bytes()
    with (small_project / "data/events.csv").open("a", encoding="utf-8") as file:
        file.write("20,ben,2026-03-01T00:00:00Z,talk,,\n")

    said = cli("run", "--dry-run", *DAY)

    assert said.code == 0
    assert "loaded" not in said.out
    assert cells(said.out, "ready") == ["ready", "2", "50"]
    assert "dry run" in said.err
    assert store.read_bytes() == before


def test_a_dry_run_needs_a_store(cli, small_project: Path):
    said = cli("run", "--dry-run")

    assert said.code == 2
    assert "there is no store" in said.err
    assert "leadline run" in said.err
    assert not (small_project / "store.duckdb").exists()


def test_only_takes_sources_and_rulesets_by_name(cli, small_project: Path):
    source = cli("run", "--only", "log", *DAY)
    ruleset = cli("run", "--only", "small", *DAY)

    assert "scored" not in source.out
    assert line_of(source.out, "events")[3] == "8"
    assert "loaded" not in ruleset.out
    assert cells(ruleset.out, "small")[3] == "4"


def test_only_refuses_a_name_that_the_project_does_not_have(cli, small_project: Path):
    said = cli("run", "--only", "log", "--only", "smal", *DAY)

    assert said.code == 2
    assert "`smal`" in said.err
    assert "did you mean `small`?" in said.err
    assert not (small_project / "store.duckdb").exists()


def test_rejects_are_told_the_first_three_in_full(cli, with_rejects: Path):
    said = cli("run", *DAY)

    assert said.code == 0
    assert line_of(said.out, "events")[-1] == "4"
    assert "warning: 4 rows were rejected" in said.err
    assert "data/events.csv:10: lead_id" in said.err
    assert "data/events.csv:11: occurred_at" in said.err
    assert "and 1 more; the table rejects of store.duckdb" in said.err
    assert rows(with_rejects / "store.duckdb", "SELECT count(*) FROM rejects") == [(4,)]


@pytest.mark.parametrize(("most", "code"), [("3", 1), ("4", 0)])
def test_more_rejects_than_allowed_are_exit_1(cli, with_rejects: Path, most: str, code: int):
    assert cli("run", "--max-rejects", most, *DAY).code == code


def test_a_slip_in_the_date_is_told_before_anything_is_loaded(cli, small_project: Path):
    said = cli("run", "--as-of", "2026-6-31")

    assert said.code == 2
    assert "`2026-6-31` is no date" in said.err
    assert not (small_project / "store.duckdb").exists()


def test_a_broken_ruleset_is_exit_3_and_noted_as_failed(cli, small_project: Path):
    (small_project / "small.yaml").write_text("leadline: 1\nmodel: small\nscors: {}\n")

    said = cli("run", *DAY)

    assert said.code == 3
    assert "small.yaml:3:1" in said.err
    assert said.out == ""
    assert rows(small_project / "store.duckdb", "SELECT outcome FROM runs") == [("failed",)]


def test_a_folder_of_rulesets_is_all_of_them(cli, small_project: Path):
    text = (small_project / "small.yaml").read_text(encoding="utf-8")
    for name in ("one", "two"):
        folder = small_project / "rulesets" / name
        folder.mkdir(parents=True)
        (folder / "ruleset.yaml").write_text(text.replace("model: small", f"model: {name}"))
    configuration = small_project / "leadline.yaml"
    configuration.write_text(configuration.read_text().replace("[small.yaml]", "[rulesets]"))

    said = cli("run", *DAY)

    assert said.code == 0
    assert [cells(said.out, name)[3] for name in ("one", "two")] == ["4", "4"]
    assert cli("check", "--ignore", "above-group-cap").code == 0
    assert cli("score").code == 2  # which of the two?
    assert cli("score", "rulesets/two").code == 0


def test_two_rulesets_of_one_model_are_refused(cli, small_project: Path):
    (small_project / "twin.yaml").write_text((small_project / "small.yaml").read_text())
    configuration = small_project / "leadline.yaml"
    configuration.write_text(
        configuration.read_text().replace("small.yaml", "small.yaml, twin.yaml")
    )

    said = cli("run", *DAY)

    assert said.code == 2
    assert "small.yaml and twin.yaml are both of the model `small`" in said.err


def test_run_works_from_a_folder_inside_the_project(
    cli, small_project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(small_project / "data")

    assert cli("run", *DAY).code == 0
    assert (small_project / "store.duckdb").is_file()
    assert not (small_project / "data/store.duckdb").exists()


def test_the_defaults_of_the_project_hold(cli, small_project: Path):
    with (small_project / "leadline.yaml").open("a", encoding="utf-8") as file:
        file.write("defaults: {format: csv, threads: 1, memory_limit: 500MB}\n")
    cli("run", *DAY)

    assert cli("score", *DAY).out.startswith("lead_id,score,per,value\n")
    assert cli("score", "--format", "json", *DAY).out.startswith("[\n")


def test_the_share_of_a_stage_is_that_of_the_leads_in_stages(cli, small_project: Path):
    """As ``leadline stages`` has it: some leads are in none, and some only their tags know."""
    (small_project / "small.yaml").write_text(
        "leadline: 1\nmodel: small\n"
        "stages: {by: tag phase, steps: [{name: trial}, {name: customer}]}\n"
    )
    (small_project / "data/lead_tags.csv").write_text(
        "lead_id,tag,value,set_at\nzoe,phase,trial,2026-02-01T00:00:00Z\n"
        "yan,phase,customer,2026-02-01T00:00:00Z\n"
    )
    for table in ("leads", "events", "aliases"):
        file = small_project / f"data/{table}.csv"
        file.write_text(file.read_text().splitlines()[0] + "\n")

    said = cli("run", *DAY)

    assert cells(said.out, "trial") == ["trial", "1", "50"]
    assert cells(said.out, "customer") == ["customer", "1", "50"]
    assert cells(cli("stages", *DAY).out, "trial")[:3] == ["trial", "1", "50"]


def test_settings_that_do_not_fit_are_said_before_anything_is_done(cli, here: Path):
    Path("rulesets").mkdir()
    Path("rulesets/small.yaml").write_text(
        "leadline: 1\nmodel: small\nscores: {fit: {actions: {}}}\n"
    )
    Path("leadline.yaml").write_text(
        "rulesets: [rulesets/small.yaml]\nsources:\n"
        "  one: {plugin: csv, settings: {fils: {}}}\n"
        "  two: {plugin: sqlite, settings: {path: [a]}}\n"
    )
    said = cli("run")
    assert said.code == 2
    assert "leadline.yaml:3:" in said.err
    assert "leadline.yaml:4:" in said.err
    assert "did you mean `files`" in said.err
    assert not Path("leadline.duckdb").exists()
