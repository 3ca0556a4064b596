"""Results that outputs hold, as people meet them: only what changed, and nothing that is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

RULESET = """\
leadline: 1
model: small
leads: not lead.customer
scores:
  readiness:
    sales_ready: 60
    grades: {A: 40, B: 0}
    actions: {demo: {event: demo_request, points: 40}, talk: {event: talk, points: 2.345}}
accounts:
  buying: {of: readiness, combine: sum, committee: 2 leads at 10}
stages: {by: score readiness, steps: "equal [aware, engaged, ready]"}
"""
PROJECT = """\
store: store.duckdb
rulesets: [small.yaml]
plugin_folder: plugins
sources:
  log:
    plugin: csv
    settings:
      files: {leads: data/leads.csv, events: data/events.csv, accounts: data/accounts.csv}
outputs:
  crm:
    plugin: shelf
    publish:
"""
LEADS_OF = """\
      leads:
        {fit: score.readiness, grade: grade.readiness, stage: stage, why: reason_1}
"""
#: A receiver that is a file: a line for each call, the values by table and key in another.
SHELF = '''
"""Holds results in a file."""

import json

from leadline.plugin import Outcome, PublisherKind, SourceError, hookimpl


class Shelf:
    def __init__(self, settings, context):
        self.root = context.root

    def _held(self):
        path = self.root / "held.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def prepare(self, table, columns):
        if (self.root / "closed").exists():
            raise SourceError("the shelf is closed", hint="come again")
        said = [[column.name, column.type, column.meaning] for column in columns]
        (self.root / f"{table}.columns").write_text(json.dumps(said))

    def publish(self, table, results):
        for result in results:
            held = self._held()
            mood = self.root / "mood"
            state = mood.read_text() if mood.exists() else "delivered"
            if state == "silent":
                continue
            if state == "broken":
                raise SourceError("the shelf broke")
            if state in ("delivered", "stopped"):
                held.setdefault(table, {})[result.key] = dict(result.values)
                (self.root / "held.json").write_text(json.dumps(held, default=str))
                with (self.root / "calls").open("a") as calls:
                    calls.write(f"{table} {result.key}\\n")
            if state == "stopped":
                raise KeyboardInterrupt
            yield Outcome(result.key, state, "" if state == "delivered" else "no room")
        if (self.root / "late").exists():
            raise SourceError("the shelf broke after all")


@hookimpl
def leadline_outputs():
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    return (PublisherKind("shelf", "A file.", schema, Shelf),)
'''
LEADS = """\
lead_id,account_id,email,birthday,customer,seen_at,crm
ada,acme,ada@acme.example,1990-05-01,false,2026-05-01T10:00:00Z,c1
ben,acme,ben@acme.example,,false,,c2
cy,bolt,cy@bolt.example,,true,,c3
dee,,dee@x.example,,false,,
"""
EVENTS = """\
event_id,lead_id,occurred_at,type
1,ada,2026-05-10T09:00:00Z,demo_request
2,ben,2026-05-10T09:00:00Z,talk
"""
DAY = ("--as-of", "2026-05-10")


@pytest.fixture
def project(here: Path) -> Path:
    """Return the current folder: a project whose output `crm` holds results."""
    (here / "data").mkdir()
    (here / "plugins").mkdir()
    (here / "plugins/shelf.py").write_text(SHELF)
    (here / "data/leads.csv").write_text(LEADS)
    (here / "data/events.csv").write_text(EVENTS)
    (here / "data/accounts.csv").write_text("account_id,domain\nacme,acme.example\nbolt,\n")
    (here / "leadline.yaml").write_text(PROJECT + LEADS_OF)
    (here / "small.yaml").write_text(RULESET)
    return here


def publish(text: str) -> None:
    Path("leadline.yaml").write_text(PROJECT + text)


def held(table: str = "leads") -> dict[str, dict]:
    path = Path("held.json")
    return json.loads(path.read_text()).get(table, {}) if path.exists() else {}


def calls() -> list[str]:
    """Return what was handed over since the last look."""
    path = Path("calls")
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def columns(table: str = "leads") -> list[list[str]]:
    return json.loads(Path(f"{table}.columns").read_text())


def add_event(row: str) -> None:
    with Path("data/events.csv").open("a") as file:
        file.write(row + "\n")


def mood(said: str) -> None:
    Path("mood").write_text(said)


def test_an_output_holds_the_results_of_every_lead(cli, project: Path):
    said = cli("run", *DAY)

    assert said.code == 0, said.err
    assert held() == {
        "ada": {"fit": 40, "grade": "A", "stage": "ready", "why": "demo +40"},
        "ben": {"fit": 2.35, "grade": "B", "stage": "aware", "why": "talk +2.345"},
        "dee": {"fit": 0, "grade": "B", "stage": "aware", "why": None},
    }
    assert columns() == [
        ["fit", "number", "Score readiness, from the leadline model small."],
        ["grade", "text", "Grade of the score readiness, from the leadline model small."],
        ["stage", "text", "Stage, from the leadline model small."],
        ["why", "text", "What moved the score most, from the leadline model small."],
    ]
    assert "results published" in said.out


def test_the_record_of_a_run_names_the_plugin_that_published(cli, project: Path):
    cli("run", *DAY)
    with Database(Path("store.duckdb"), read_only=True) as database:
        plugins = database.value("SELECT plugins FROM runs")
    assert [plugin.rpartition("(")[2] for plugin in plugins] == ["csv)", "shelf)"]


def test_only_what_changed_is_published(cli, project: Path):
    cli("run", *DAY)
    assert len(calls()) == 3
    assert cli("run", *DAY).code == 0
    assert calls() == []

    add_event("3,ben,2026-05-10T10:00:00Z,demo_request")
    cli("run", *DAY)
    assert calls() == ["leads ben"]
    assert held()["ben"]["fit"] == 42.35


def test_a_change_below_the_decimals_is_none(cli, project: Path):
    publish(LEADS_OF + "      decimals: 0\n")
    cli("run", *DAY)
    calls()
    Path("small.yaml").write_text(RULESET.replace("2.345", "2.4").replace("why", "why"))
    publish("      leads: {fit: score.readiness}\n      decimals: 0\n")
    cli("run", *DAY)
    calls()
    Path("small.yaml").write_text(RULESET.replace("2.345", "1.9"))
    cli("run", *DAY)
    assert calls() == []
    assert held()["ben"] == {"fit": 2}


def test_every_type_arrives_as_itself(cli, project: Path):
    publish(
        "      leads: {born: lead.birthday, pays: lead.customer, seen: lead.seen_at, "
        "mail: lead.email}\n"
    )
    cli("run", *DAY)
    assert [column[:2] for column in columns()] == [
        ["born", "date"],
        ["pays", "truth"],
        ["seen", "instant"],
        ["mail", "text"],
    ]
    assert held()["ada"] == {
        "born": "1990-05-01",
        "pays": False,
        "seen": "2026-05-01 10:00:00+00:00",
        "mail": "ada@acme.example",
    }


def test_where_says_which_leads_and_others_lose_their_values(cli, project: Path):
    cli("run", *DAY)
    calls()
    publish(LEADS_OF + "      where: score.readiness > 0\n")
    said = cli("run", *DAY)
    assert calls() == ["leads dee"]
    assert set(held()["dee"].values()) == {None}
    assert "taken away" in said.out
    assert cli("run", *DAY).code == 0
    assert calls() == []


def test_a_lead_that_is_no_more_loses_its_values_once(cli, project: Path):
    cli("run", *DAY)
    calls()
    Path("data/leads.csv").write_text(
        LEADS.replace("ben,acme,ben@acme.example,,false", "ben,acme,ben@acme.example,,true")
    )
    cli("run", *DAY)
    assert calls() == ["leads ben"]
    assert set(held()["ben"].values()) == {None}
    cli("run", *DAY)
    assert calls() == []


def test_values_that_are_refused_to_be_taken_away_are_not_forgotten(cli, project: Path):
    cli("run", *DAY)
    mood("refused")
    publish(LEADS_OF + "      where: score.readiness > 0\n")
    said = cli("run", *DAY)
    assert said.code == 4
    assert "taken away" not in said.out
    assert held()["dee"]["fit"] == 0
    mood("delivered")
    assert cli("run", *DAY).code == 0
    assert held()["dee"]["fit"] is None


def test_a_lead_comes_back_with_its_values(cli, project: Path):
    cli("run", *DAY)
    publish(LEADS_OF + "      where: score.readiness > 0\n")
    cli("run", *DAY)
    publish(LEADS_OF)
    cli("run", *DAY)
    assert held()["dee"]["fit"] == 0


def test_an_id_that_was_merged_keeps_its_values(cli, project: Path):
    """What stands under the old id at the receiver is the other lead's now."""
    cli("run", *DAY)
    calls()
    Path("data/aliases.csv").write_text("old_lead_id,lead_id\nben,ada\n")
    Path("leadline.yaml").write_text(
        (PROJECT + LEADS_OF).replace(
            "accounts: data/", "aliases: data/aliases.csv, accounts: data/"
        )
    )
    said = cli("run", *DAY)
    assert said.code == 0, said.err
    assert calls() == ["leads ada"]
    assert held()["ben"]["fit"] == 2.35
    assert cli("published", "--id", "ben", "--format", "json").out.strip() in ("", "[]")


def test_leads_are_known_by_another_id(cli, project: Path):
    publish(LEADS_OF + "      lead_id: lead.crm\n")
    said = cli("run", *DAY)
    assert sorted(held()) == ["c1", "c2"]
    assert said.code == 0


@pytest.mark.parametrize(
    ("said", "key"),
    [("5012", "5012"), ("-7", "-7"), ("1.5", "1.5"), ("9007199254740993", "9007199254740992.0")],
)
def test_a_number_that_leads_are_known_by_has_no_decimal_places(
    cli, project: Path, said: str, key: str
):
    Path("data/leads.csv").write_text(f"lead_id,customer,crm\nada,false,{said}\n")
    Path("data/accounts.csv").write_text(f"account_id,crm\nacme,{said}\n")
    text = PROJECT.replace(
        "plugin: csv\n",
        "plugin: csv\n    types: {leads: {crm: number}, accounts: {crm: number}}\n",
    )
    ids = "      lead_id: lead.crm\n      account_id: account.crm\n"
    of_accounts = "      accounts: {total: buying}\n"
    Path("leadline.yaml").write_text(text + LEADS_OF + ids + of_accounts)
    assert cli("run", *DAY).code == 0
    assert list(held()) == [key]
    assert list(held("accounts")) == [key]


def test_what_several_leads_share_is_left_out_and_said(cli, project: Path):
    Path("data/leads.csv").write_text(LEADS.replace("c2", "c1"))
    publish(LEADS_OF + "      lead_id: lead.crm\n")
    said = cli("run", *DAY)
    assert held() == {}
    assert "2 are left out, because the output knows several" in " ".join(said.err.split())


def test_an_address_in_capitals_is_the_same_one(cli, project: Path):
    publish(LEADS_OF + "      lead_id: lead.email\n")
    leads = Path("data/leads.csv")
    leads.write_text(LEADS.replace("ben@acme.example", "ADA@acme.example"))
    said = cli("run", *DAY)
    assert sorted(held()) == ["dee@x.example"]
    assert "2 are left out, because the output knows several" in " ".join(said.err.split())

    leads.write_text(LEADS)
    cli("run", *DAY)
    calls()
    leads.write_text(LEADS.replace("ben@acme.example", "Ben@acme.example"))
    assert cli("run", *DAY).code == 0
    assert calls() == ["leads Ben@acme.example"]  # and nothing is taken away from it


def test_a_result_that_failed_and_then_shares_its_id_waits(cli, project: Path):
    """Nobody knows whose it is now: least of all is its old value published."""
    publish(LEADS_OF + "      lead_id: lead.crm\n")
    mood("failed")
    cli("run", *DAY)
    mood("delivered")
    Path("data/leads.csv").write_text(LEADS.replace("c2", "c1"))
    assert cli("run", *DAY).code == 0
    assert calls() == ["leads c2"]
    assert set(held()["c2"].values()) == {None}  # it may have had some, for all that is known
    [row] = json.loads(cli("published", "--state", "shared", "--format", "json").out)
    assert row["key"] == "c1"
    Path("data/leads.csv").write_text(LEADS)
    cli("run", *DAY)
    assert (held()["c1"]["fit"], held()["c2"]["fit"]) == (40, 2.35)


def test_a_lead_that_was_merged_and_is_known_otherwise_loses_its_values(cli, project: Path):
    """Its record in the CRM is one of its own still, with a score that nobody keeps up to date."""
    publish(LEADS_OF + "      lead_id: lead.crm\n")
    cli("run", *DAY)
    calls()
    Path("data/aliases.csv").write_text("old_lead_id,lead_id\nben,ada\n")
    text = Path("leadline.yaml").read_text()
    Path("leadline.yaml").write_text(text.replace("{leads:", "{aliases: data/aliases.csv, leads:"))
    cli("run", *DAY)
    assert set(held()["c2"].values()) == {None}


def test_the_order_of_what_is_published_changes_nothing(cli, project: Path):
    publish("      leads: {fit: score.readiness, stage: stage}\n")
    cli("run", *DAY)
    calls()
    publish("      leads: {stage: stage, fit: score.readiness}\n")
    cli("run", *DAY)
    assert calls() == []


def test_a_run_of_a_day_to_come_stops_no_later_one(cli, project: Path):
    cli("run", "--as-of", "2100-01-01")
    calls()
    today = datetime.now(UTC).date().isoformat()
    said = cli("run", "--as-of", today)
    assert "a later day" not in said.err


def test_ids_that_the_output_does_not_know_empty_nothing(cli, project: Path):
    """Somebody says anew what leads are known by, and says it wrong."""
    cli("run", *DAY)
    before = held()
    publish(LEADS_OF + "      lead_id: lead.email\n")
    mood("refused")
    said = cli("run", *DAY)
    assert said.code == 4
    assert held() == before
    assert "its ids changed: all is published anew" in " ".join(said.err.split())

    mood("delivered")
    assert cli("run", *DAY).code == 0
    assert held() | before == held()
    assert held()["ada@acme.example"] == before["ada"]


def test_a_lead_with_another_id_has_values_there_before_they_go_here(cli, project: Path):
    publish(LEADS_OF + "      lead_id: lead.crm\n")
    cli("run", *DAY)
    calls()
    Path("data/leads.csv").write_text(LEADS.replace("c2", "c9"))
    mood("refused")
    said = cli("run", *DAY)
    assert "1 keep their old values until new ones are taken" in " ".join(said.err.split())
    assert held()["c2"]["fit"] == 2.35
    mood("delivered")
    cli("run", *DAY)
    assert calls() == ["leads c9", "leads c2"]
    assert (held()["c9"]["fit"], held()["c2"]["fit"]) == (2.35, None)


def test_a_result_that_is_refused_again_and_again_holds_up_no_removal(cli, project: Path):
    shelf = Path("plugins/shelf.py")
    text = shelf.read_text().replace(
        'else "delivered"',
        'else "delivered"\n            state = "refused" if result.key == "ada" else state',
    )
    shelf.write_text(text)
    for _ in range(2):
        assert cli("run", *DAY).code == 4
    calls()
    publish(LEADS_OF + "      where: score.readiness > 0\n")
    cli("run", *DAY)
    assert calls() == ["leads dee"]


def test_new_settings_publish_all_anew(cli, project: Path):
    """They may name another portal, which holds nothing yet."""
    shelf = Path("plugins/shelf.py")
    shelf.write_text(shelf.read_text().replace('"properties": {}', '"properties": {"url": {}}'))
    cli("run", *DAY)
    calls()
    publish(LEADS_OF + "      where: score.readiness > 0\n    settings: {url: there}\n")
    said = cli("run", *DAY)
    assert calls() == ["leads ada", "leads ben"]
    assert "1 without a result now keep what stands there" in " ".join(said.err.split())
    cli("run", *DAY)
    assert calls() == []


def test_a_dry_run_says_what_would_be_taken_away(cli, project: Path):
    cli("run", *DAY)
    publish(LEADS_OF + "      where: score.readiness > 0\n")
    said = cli("run", *DAY, "--dry-run")
    row = next(line.split() for line in said.out.splitlines() if line.startswith("crm"))
    assert row == ["crm", "leads", "2", "0", "1"]
    assert "to take away" in said.out


def test_what_an_output_raises_says_its_name_and_no_secret(
    cli, project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHELF_TOKEN", "canary-41")
    shelf = Path("plugins/shelf.py")
    text = shelf.read_text().replace('"properties": {}', '"properties": {"token": {}}')
    text = text.replace(
        "self.root = context.root", "self.root, self.token = context.root, settings['token']"
    )
    shelf.write_text(text.replace('"no room"', '"no room for " + self.token'))
    publish(LEADS_OF + "    settings: {token: '${SHELF_TOKEN}'}\n")
    mood("refused")
    said = cli("run", *DAY)
    assert "no room for ****" in said.err
    shelf.write_text(text.replace('"the shelf broke"', '"the shelf broke on " + self.token'))
    mood("broken")
    said = cli("run", *DAY)
    assert "the shelf broke on ****" in said.err
    listed = cli("published", "--format", "json").out
    assert "canary" not in said.err + said.out + listed


def test_accounts_are_held_too(cli, project: Path):
    publish("      accounts: {total: buying, buys: buying.committee, people: buying.leads}\n")
    cli("run", *DAY)
    assert held("accounts") == {
        "acme": {"total": 42.35, "buys": False, "people": 2},
        "bolt": {"total": 0, "buys": False, "people": 0},
    }
    assert [column[:2] for column in columns("accounts")] == [
        ["total", "number"],
        ["buys", "truth"],
        ["people", "number"],
    ]


def test_accounts_are_known_by_another_id(cli, project: Path):
    publish("      accounts: {total: buying}\n      account_id: account.domain\n")
    cli("run", *DAY)
    assert sorted(held("accounts")) == ["acme.example"]


@pytest.mark.parametrize("state", ["failed", "refused", "unknown", "silent"])
def test_what_is_not_taken_is_tried_again(cli, project: Path, state: str):
    mood(state)
    said = cli("run", *DAY)
    assert said.code == 4
    assert "3 results were not published" in said.err
    kept = "refused" if state == "refused" else "failed"
    assert cli("published", "--state", kept, "--format", "csv").out.count(",crm,leads,") == 0
    listed = cli("published", "--state", kept, "--format", "json").out
    assert [row["id"] for row in json.loads(listed)] == ["ada", "ben", "dee"]

    mood("delivered")
    assert cli("run", *DAY).code == 0
    assert len(calls()) == 3


def test_an_output_that_breaks_keeps_what_it_took(cli, project: Path):
    Path("closed").touch()
    said = cli("run", *DAY)
    assert said.code == 4
    assert "crm: leads could not be published: the shelf is closed; come again" in said.err
    Path("closed").unlink()
    mood("broken")
    assert "the shelf broke" in cli("run", *DAY).err
    mood("delivered")
    assert cli("run", *DAY).code == 0
    assert len(held()) == 3


def test_values_whose_answer_never_came_are_taken_away_too(cli, project: Path):
    mood("stopped")
    assert cli("run", *DAY).code == 130
    assert held()["ada"]["fit"] == 40
    mood("delivered")
    Path("data/leads.csv").write_text(LEADS.replace("1990-05-01,false", "1990-05-01,true"))
    assert cli("run", *DAY).code == 0
    assert set(held()["ada"].values()) == {None}
    assert cli("published", "--id", "ada", "--format", "json").out.strip() == "[]"


def test_a_result_that_changes_back_before_it_was_taken(cli, project: Path):
    cli("run", *DAY)
    calls()
    add_event("3,ben,2026-05-10T10:00:00Z,demo_request")
    mood("failed")
    cli("run", *DAY)
    mood("delivered")
    Path("small.yaml").write_text(RULESET.replace("points: 40", "points: 0"))
    cli("run", *DAY)
    assert held()["ben"]["fit"] == 2.35
    assert held()["ada"]["fit"] == 0


def test_an_output_that_breaks_after_it_took_all_is_an_error_too(cli, project: Path):
    Path("late").touch()
    said = cli("run", *DAY)
    assert said.code == 4
    assert "the shelf broke after all" in said.err
    assert "wait for the next run" not in said.err
    assert len(held()) == 3


def test_republish_tells_all_again(cli, project: Path):
    cli("run", *DAY)
    calls()
    assert cli("run", *DAY, "--republish", "crm").code == 0
    assert len(calls()) == 3
    said = cli("run", *DAY, "--republish", "crn")
    assert said.code == 2
    assert "did you mean `crm`" in said.err


def test_a_run_of_the_past_publishes_nothing(cli, project: Path):
    """Sales would call by old scores; who wants that has to say so."""
    cli("run", *DAY)
    calls()
    said = cli("run", "--as-of", "2026-05-09")
    assert said.code == 0
    assert calls() == []
    assert "crm: leads: it holds results of 2026-05-10, a later day" in said.err
    assert cli("run", "--as-of", "2026-05-09", "--dry-run").code == 0

    assert cli("run", "--as-of", "2026-05-09", "--republish", "crm").code == 0
    assert held()["ada"]["fit"] is None  # nobody knew her yet
    cli("run", *DAY)
    assert held()["ada"]["fit"] == 40


def test_a_dry_run_publishes_nothing_and_says_what_it_would(cli, project: Path):
    cli("run", *DAY)
    calls()
    Path("small.yaml").write_text(RULESET.replace("points: 40", "points: 30"))
    before = Path("store.duckdb").read_bytes()
    said = cli("run", *DAY, "--dry-run")
    assert said.code == 0
    assert calls() == []
    assert Path("store.duckdb").read_bytes() == before
    row = next(line.split() for line in said.out.splitlines() if line.startswith("crm"))
    assert row == ["crm", "leads", "3", "1", "0"]


def test_a_text_that_ends_like_a_number_is_listed_whole(cli, project: Path):
    publish("      leads: {fit: score.readiness, mail: lead.email}\n")
    Path("data/leads.csv").write_text("lead_id,email,customer\nada,v2.0,false\n")
    cli("run", *DAY)
    assert "fit 40, mail v2.0" in cli("published").out


def test_a_store_of_before_gets_the_table(cli, project: Path):
    cli("run", *DAY)
    with Database(Path("store.duckdb")) as database:
        database.execute("DROP TABLE published")
        database.execute("DROP TABLE published_days")
        database.execute("UPDATE store_version SET version = 2")
    assert cli("published").code == 0
    assert cli("run", *DAY).code == 0


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("      ruleset: smal\n" + LEADS_OF, "did you mean `small`", 13),
        ("      leads: {fit: score.readines}\n", "did you mean `readiness`", 13),
        ("      leads: {fit: score.readiness + 1}\n", "`score.readiness + 1` is no field", 13),
        (LEADS_OF + "      where: score.readiness >\n", "where", 15),
        (LEADS_OF + "      where: score.readiness\n", "true or false", 15),
        ("      leads: {why: reason_4}\n", "`reason_1` to `reason_3`", 13),
        ("      accounts: {total: bying}\n", "did you mean `buying`", 13),
        ("      accounts: {total: buying.size}\n", "`buying.size` is nothing of", 13),
        (LEADS_OF + "      decimals: -1\n", "`-1` decimal places", 15),
        ("", "neither `leads` nor `accounts`", 12),
        ("      where: stage is ready\n", "neither `leads` nor `accounts`", 13),
        ("      leds: {fit: score.readiness}\n" + LEADS_OF, "did you mean `leads`", 13),
        (
            "      accounts: {a: buying}\n      account_id: lead.email\n",
            "no field of an account",
            14,
        ),
    ],
)
def test_what_cannot_be_published_is_said_at_its_place(
    cli, project: Path, text: str, said: str, line: int
):
    publish(text)
    out = cli("run", *DAY)
    assert out.code == 2
    assert said in out.err
    assert f"leadline.yaml:{line}:" in out.err
    assert not Path("store.duckdb").exists()


def test_check_says_what_a_renamed_score_breaks(cli, project: Path):
    assert cli("check", "--ignore", "LL1").code == 0
    ruleset = Path("small.yaml")
    ruleset.write_text(RULESET.replace("readiness", "fitness"))
    assert cli("check", "--diff", "--ignore", "LL1").code == 2
    out = cli("check", "--format", "json", "--ignore", "LL1")
    assert out.code == 2
    assert [(one["code"], one["line"]) for one in json.loads(out.out)] == [("LL040", 14)] * 2


def test_a_field_that_the_data_does_not_have_is_said_at_its_place(cli, project: Path):
    publish("      leads: {mail: lead.emial}\n")
    out = cli("run", *DAY)
    assert out.code == 2
    assert "did you mean `email`?" in out.err


def test_messages_need_another_output(cli, project: Path):
    hot = "segments: {hot: score.readiness >= 40}\n"
    Path("small.yaml").write_text(
        f"{RULESET}{hot}automations: {{q: {{when: enters hot, do: [{{send: crm}}]}}}}\n"
    )
    out = cli("run", *DAY)
    assert out.code == 2
    assert "the output `crm` of leadline.yaml holds results" in out.err


def test_an_output_for_messages_holds_no_results(cli, project: Path):
    Path("leadline.yaml").write_text(
        (PROJECT + LEADS_OF).replace("plugin: shelf", "plugin: json_lines\n    settings: {path: x}")
    )
    out = cli("run", *DAY)
    assert out.code == 2
    assert "takes messages of automations, not results" in " ".join(out.err.split())


def test_one_of_two_models_has_to_be_named(cli, project: Path):
    other = RULESET.replace("model: small", "model: other")
    Path("other.yaml").write_text(other)
    text = (PROJECT + LEADS_OF).replace("[small.yaml]", "[small.yaml, other.yaml]")
    Path("leadline.yaml").write_text(text)
    out = cli("run", *DAY)
    assert out.code == 2
    assert "names no `ruleset`" in out.err
    Path("leadline.yaml").write_text(text + "      ruleset: other\n")
    assert cli("run", *DAY).code == 0
    assert "model other" in columns()[0][2]
    calls()
    # A run of the other one alone leaves the output as it is.
    assert cli("run", *DAY, "--only", "small").code == 0
    assert calls() == []
    out = cli("run", *DAY, "--only", "small", "--republish", "crm")
    assert out.code == 2
    assert "a ruleset that --only leaves out" in out.err
    assert cli("run", *DAY, "--only", "other", "--republish", "crm").code == 0
    assert len(calls()) == 3
