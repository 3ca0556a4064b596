"""Automations as people meet them: what a run does, what it holds back, what it says of both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from leadline.engine.duckdb import Database

RULESET = """\
leadline: 1
model: small
scores:
  readiness:
    sales_ready: 60
    actions: {demo: {event: demo_request, points: 40}, talk: {event: talk, points: 20}}
segments:
  hot: score.readiness >= 40
stages: {by: score readiness, steps: "equal [aware, engaged, ready]"}
automations:
"""
QUALIFY = """\
  qualify:
    when: enters hot
    do:
      - tag: {mql: today}
      - assign: {by: lead.country, owners: {DE: anna}, other: cleo}
      - send: digest
"""
PROJECT = """\
store: store.duckdb
rulesets: [small.yaml]
sources:
  log: {plugin: csv, settings: {files: {leads: data/leads.csv, events: data/events.csv}}}
outputs:
  digest: {plugin: json_lines, settings: {path: out/digest.jsonl}}
  campaign: {plugin: json_lines, settings: {path: out/campaign.jsonl}}
"""
LEADS = "lead_id,country,created_at\nada,DE,2026-05-01T00:00:00Z\nben,US,2026-05-01T00:00:00Z\n"
EVENTS = "event_id,lead_id,occurred_at,type\n1,ada,2026-05-10T09:00:00Z,demo_request\n"
DAY = ("--as-of", "2026-05-10")
NEXT = ("--as-of", "2026-05-11")
COUNTS = ("entered", "delivered", "failed", "refused", "waiting", "in doubt", "backdated")


@pytest.fixture
def project(here: Path) -> Path:
    """Return the current folder: a project in which ada becomes hot on 10 May at nine."""
    (here / "data").mkdir()
    (here / "data/leads.csv").write_text(LEADS)
    (here / "data/events.csv").write_text(EVENTS)
    (here / "leadline.yaml").write_text(PROJECT)
    (here / "small.yaml").write_text(RULESET + QUALIFY)
    return here


def add_event(row: str) -> None:
    with Path("data/events.csv").open("a") as file:
        file.write(row + "\n")


def automations(text: str, where: str = "small.yaml") -> None:
    Path(where).write_text(RULESET + text)


def written(name: str = "digest") -> list[dict]:
    path = Path(f"out/{name}.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def rows(sql: str) -> list[tuple]:
    with Database(Path("store.duckdb"), read_only=True) as database:
        return database.rows(sql)


def tally(out: str, name: str) -> list[int]:
    """Return what a run tells of an automation; what is not told is 0."""
    lines = [re.split(r"\s{2,}", line) for line in out.splitlines()]
    [headings] = [line for line in lines if line[0] == "automation" and "entered" in line]
    [cells] = [line for line in lines if line[0] == f"small.{name}"]
    told = dict(zip(headings, cells, strict=True))
    return [int(told.get(count, 0)) for count in COUNTS]


def block_outputs() -> None:
    """Put a file in the place of the folder that outputs write to."""
    Path("out").write_text("in the way")


def test_a_run_does_what_its_automations_say(cli, project: Path):
    said = cli("run", *DAY)

    assert said.code == 0
    assert tally(said.out, "qualify") == [1, 3, 0, 0, 0, 0, 0]
    assert rows("SELECT lead_id, tag, value, origin FROM lead_tags") == [
        ("ada", "mql", "2026-05-10", "automation small.qualify")
    ]
    assert rows("SELECT lead_id, owner FROM leads ORDER BY 1") == [("ada", "anna"), ("ben", None)]
    [message] = written()
    assert message["lead_id"] == "ada"
    assert message["at"] == "2026-05-10T09:00:00+00:00"
    assert "demo" in message["cause"]
    assert (
        message["lead"]
        | {
            "readiness": 40,
            "stage": "ready",
            "lead.country": "DE",
            "reason_1": "demo +40",
            "reason_2": None,
        }
        == message["lead"]
    )


def test_what_is_delivered_is_never_sent_again(cli, project: Path):
    for day in (DAY, DAY, NEXT):
        assert cli("run", *day).code == 0
    add_event("2,ada,2026-05-11T10:00:00Z,talk")

    assert tally(cli("run", *NEXT).out, "qualify") == [0, 0, 0, 0, 0, 0, 0]
    assert len(written()) == 1


def test_a_failed_delivery_is_exit_4_after_everything_else_and_tried_again(cli, project: Path):
    block_outputs()
    said = cli("run", *DAY)

    assert said.code == 4
    assert tally(said.out, "qualify") == [1, 2, 1, 0, 0, 0, 0]
    assert "error: 1 message was not delivered" in said.err
    assert "digest: out/digest.jsonl cannot be written" in said.err
    assert "the next run tries again" in said.err
    assert rows("SELECT outcome FROM runs") == [("done",)]
    assert len(rows("FROM lead_tags")) == 1

    Path("out").unlink()
    said = cli("run", *NEXT)
    assert said.code == 0
    assert tally(said.out, "qualify") == [0, 1, 0, 0, 0, 0, 0]
    assert len(written()) == len(rows("FROM lead_tags")) == 1


def test_a_run_tells_of_trouble_only_where_there_is_some(cli, project: Path):
    cli("run", "--as-of", "2026-05-09")
    fine = cli("run", *DAY).out

    add_event("2,ben,2026-05-11T09:00:00Z,demo_request")
    Path("out/digest.jsonl").unlink()
    Path("out").rmdir()
    block_outputs()
    troubled = cli("run", *NEXT).out

    assert re.search(r"^automation +entered +delivered$", fine, re.MULTILINE)
    assert re.search(r"^automation +entered +delivered +failed$", troubled, re.MULTILINE)


def test_two_automations_on_one_subject(cli, project: Path):
    also = (
        QUALIFY.replace("qualify", "also").replace("digest", "campaign").replace("send", "export")
    )
    automations(QUALIFY + also)
    said = cli("run", *DAY)

    assert tally(said.out, "qualify") == tally(said.out, "also") == [1, 3, 0, 0, 0, 0, 0]
    assert [m["automation"] for m in written() + written("campaign")] == ["qualify", "also"]
    assert written()[0]["key"] != written("campaign")[0]["key"]


def test_entering_and_leaving_a_stage(cli, project: Path):
    automations(
        "  up: {when: enters ready, do: [{send: digest}]}\n"
        "  out: {when: leaves aware, do: [{send: digest}]}\n"
    )
    said = cli("run", *DAY)

    assert said.code == 0
    assert sorted((m["edge"], m["subject"], m["lead_id"]) for m in written()) == [
        ("enters", "ready", "ada"),
        ("leaves", "aware", "ada"),
    ]


def test_the_first_run_sends_no_mail_about_the_past(cli, project: Path):
    said = cli("run", *NEXT)

    assert said.code == 0
    assert tally(said.out, "qualify") == [0, 0, 0, 0, 0, 0, 1]
    assert "note: small.qualify holds back 1 entry of days gone by\n" in said.err
    assert "--fire-backdated" in said.err
    assert written() == []

    said = cli("run", *NEXT)
    assert tally(said.out, "qualify") == [0, 0, 0, 0, 0, 0, 1]
    assert "holds back" not in said.err  # said once; the table goes on saying how many


def test_late_data_is_held_back_until_it_is_fired(cli, project: Path):
    cli("run", "--as-of", "2026-05-20")
    add_event("2,ben,2026-05-15T09:00:00Z,demo_request")  # five days late
    add_event("3,cy,2026-05-20T09:00:00Z,demo_request")  # on the day of the last run
    said = cli("run", "--as-of", "2026-05-21")

    assert tally(said.out, "qualify") == [1, 3, 0, 0, 0, 0, 2]
    assert "note: small.qualify holds back 1 more entry of days gone by\n" in said.err
    assert [m["lead_id"] for m in written()] == ["cy"]

    said = cli("run", "--fire-backdated", "--as-of", "2026-05-21")
    assert tally(said.out, "qualify") == [0, 6, 0, 0, 0, 0, 0]
    assert [m["lead_id"] for m in written()] == ["cy", "ada", "ben"]
    assert rows("SELECT lead_id, value FROM lead_tags ORDER BY 1") == [
        ("ada", "2026-05-10"),
        ("ben", "2026-05-15"),
        ("cy", "2026-05-20"),
    ]


def test_what_a_changed_ruleset_moves_into_the_past_is_held_back(cli, project: Path):
    add_event("2,ben,2026-05-09T09:00:00Z,talk")
    cli("run", *DAY)
    changed = Path("small.yaml").read_text().replace("points: 20", "points: 50")
    Path("small.yaml").write_text(changed)
    said = cli("run", *NEXT)

    assert tally(said.out, "qualify") == [0, 0, 0, 0, 0, 0, 1]
    assert [m["lead_id"] for m in written()] == ["ada"]


MARKED = """\
segments:
  marked: tag.mql is present
"""
CHAIN = QUALIFY + "  again: {when: enters marked, do: [{send: campaign}]}\n"


def test_a_tag_that_is_set_is_seen_by_the_next_run_and_not_by_the_same(cli, project: Path):
    text = (RULESET + CHAIN).replace("segments:\n", MARKED)
    Path("small.yaml").write_text(text)
    first = cli("run", *DAY)
    assert tally(first.out, "again") == [0, 0, 0, 0, 0, 0, 0]

    second = cli("run", *DAY)
    assert tally(second.out, "again") == [1, 1, 0, 0, 0, 0, 0]
    [message] = written("campaign")
    assert (message["lead_id"], message["at"]) == ("ada", "2026-05-10T09:00:00+00:00")
    assert message["lead"]["tags"] == "mql=2026-05-10"


def test_no_ruleset_of_a_run_sees_what_another_one_does_in_it(cli, project: Path):
    text = RULESET.replace("segments:\n", MARKED).replace("model: small", "model: other")
    Path("z.yaml").write_text(text + "  again: {when: enters marked, do: [{send: campaign}]}\n")
    Path("leadline.yaml").write_text(PROJECT.replace("small.yaml", "small.yaml, z.yaml"))
    cli("run", *DAY)
    assert written("campaign") == []

    cli("run", *DAY)
    assert [m["model"] for m in written("campaign")] == ["other"]


def test_a_dry_run_shows_what_would_be_done_and_changes_nothing(cli, project: Path):
    cli("run", "--as-of", "2026-05-09")
    before = Path("store.duckdb").read_bytes()
    said = cli("run", "--dry-run", *DAY)

    assert said.code == 0
    assert tally(said.out, "qualify") == [1, 0, 0, 0, 3, 0, 0]
    shown = [line.split() for line in said.out.splitlines() if line.startswith("qualify ")]
    assert [line[:3] for line in shown] == [["qualify", "ada", "2026-05-10"]] * 3
    assert [line[4] for line in shown] == ["tag", "assign", "send"]
    assert all(line[-1] == "pending" for line in shown)
    assert "nothing was loaded, kept, sent or published" in said.err
    assert Path("store.duckdb").read_bytes() == before
    assert not Path("out").exists()
    assert cli("run", *DAY).code == 0
    assert len(written()) == 1


def test_a_dry_run_shows_what_firing_would_do(cli, project: Path):
    cli("run", "--as-of", "2026-05-20")
    said = cli("run", "--dry-run", "--fire-backdated", "--as-of", "2026-05-20")

    assert tally(said.out, "qualify")[4:] == [3, 0, 0]
    assert "send digest" in said.out


def test_an_output_that_is_not_configured_is_told_before_anything_is_done(cli, project: Path):
    automations(QUALIFY.replace("digest", "digst"))
    said = cli("run", *DAY)

    assert said.code == 2
    assert "leadline.yaml has no output `digst`" in said.err
    assert "small.yaml:16:" in said.err
    assert "did you mean `digest`?" in said.err
    assert not Path("store.duckdb").exists()


def test_an_automation_that_is_off_needs_no_output(cli, project: Path):
    automations(
        QUALIFY.replace("digest", "nowhere").replace("  qualify:", "  qualify:\n    enabled: false")
    )

    assert cli("run", *DAY).code == 0


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("{pth: x}", 2, "did you mean `path`"),
        ("{path: x, in_doubt: maybe}", 2, "in_doubt"),
        ("{path: '${NO_SUCH_PLACE}'}", 2, "NO_SUCH_PLACE"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_done(
    cli, project: Path, settings: str, code: int, said: str
):
    text = PROJECT.replace("{path: out/digest.jsonl}", settings)
    Path("leadline.yaml").write_text(text)
    failed = cli("run", *DAY)

    assert failed.code == code
    assert said in failed.err
    assert not Path("store.duckdb").exists() or rows("FROM runs") == []


def test_a_missing_plugin_is_exit_4(cli, project: Path):
    Path("leadline.yaml").write_text(
        PROJECT.replace("digest: {plugin: json_lines", "digest: {plugin: slck")
    )
    said = cli("run", *DAY)

    assert said.code == 4
    assert "`slck`" in said.err


def test_the_outbox_lists_what_was_done_and_why(cli, project: Path):
    block_outputs()
    add_event("2,ben,2026-05-01T09:00:00Z,demo_request")
    cli("run", *DAY)
    records = cli("outbox", "--format", "csv").records

    assert [(r["lead_id"], r["action"], r["state"], r["attempts"]) for r in records] == [
        ("ada", "tag mql: today", "delivered", "1"),
        ("ada", "assign", "delivered", "1"),
        ("ada", "send digest", "failed", "1"),
        ("ben", "tag mql: today", "backdated", "0"),
        ("ben", "assign", "backdated", "0"),
        ("ben", "send digest", "backdated", "0"),
    ]
    assert "cannot be written" in records[2]["answer"]
    assert "demo" in records[0]["cause"]
    assert len(cli("outbox", "--state", "backdated", "--format", "json").json) == 3
    assert len(cli("outbox", "--lead", "ada", "--limit", "2", "--format", "json").json) == 2
    assert cli("outbox", "--automation", "nobody").out == "the outbox has no such rows\n"
    assert "send digest" in cli("outbox").out


def test_eighty_columns_show_when_an_entry_was(cli, project: Path, monkeypatch: pytest.MonkeyPatch):
    block_outputs()
    cli("run", *DAY)
    cli("run", *DAY)
    monkeypatch.setenv("COLUMNS", "80")
    heading, _, first, *below = cli("outbox").out.splitlines()

    assert re.split(r"\s{2,}", heading) == [
        *("model", "automation", "lead_id", "at (UTC)", "action", "state")
    ]
    assert first.split()[:5] == ["small", "qualify", "ada", "2026-05-10", "09:00"]
    assert below[0].strip() == "because event 1: demo"
    assert below[1].startswith("  key ")  # one attempt is no news
    assert "  2 attempts" in below


def test_a_person_decides_by_key(cli, project: Path):
    cli("run", *NEXT)
    keys = {r["action"]: r["key"] for r in cli("outbox", "--format", "csv").records}
    said = cli("outbox", "--resend", keys["send digest"], "--drop", keys["tag mql: today"])

    assert (said.code, said.out) == (0, "")
    assert "1 to be sent by the next run, 1 dropped" in said.err
    assert tally(cli("run", *NEXT).out, "qualify") == [0, 1, 0, 0, 0, 0, 1]
    assert [m["key"] for m in written()] == [keys["send digest"]]
    refused = cli("outbox", "--resend", keys["send digest"])
    assert refused.code == 2
    assert "is delivered already" in refused.err
    assert cli("outbox", "--drop", "nokey").code == 2


def test_what_is_in_doubt_is_told(cli, project: Path):
    cli("run", *DAY)
    with Database(Path("store.duckdb")) as database:
        # As a run leaves it that is killed before an answer came.
        database.execute(
            "UPDATE outbox SET state = 'in flight', kind = 'send', \"value\" = 'plain' "
            "WHERE kind = 'send'"
        )
    Path("leadline.yaml").write_text(
        PROJECT + "  plain: {plugin: webhook, settings: {url: 'http://127.0.0.1:9'}}\n"
    )
    said = cli("run", *DAY)

    assert said.code == 0
    assert tally(said.out, "qualify")[5] == 1
    assert "warning: 1 message is in doubt" in said.err
    [row] = cli("outbox", "--state", "in-doubt", "--format", "csv").records
    assert (row["action"], row["doubts"]) == ("send plain", "1")


def test_an_action_of_the_wrong_shape_is_exit_3(cli, project: Path):
    automations("  qualify: {when: enters hot, do: [{tag: mql}]}\n")
    said = cli("run", *DAY)

    assert said.code == 3
    assert "small.yaml:11:42" in said.err
    assert "such as `{mql: today}`" in said.err


def test_the_order_of_rows_changes_no_key(cli, project: Path):
    cli("run", *DAY)
    keys = {r["key"] for r in cli("outbox", "--format", "csv").records}
    Path("store.duckdb").unlink()
    lines = LEADS.strip().split("\n")
    Path("data/leads.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    cli("run", *DAY)

    assert {r["key"] for r in cli("outbox", "--format", "csv").records} == keys


def test_a_model_of_stages_alone_has_automations_too(cli, project: Path):
    Path("small.yaml").write_text(
        "leadline: 1\nmodel: small\n"
        "stages: {by: tag phase, steps: [{name: new}, {name: trial}]}\n"
        "automations:\n  begin: {when: enters trial, do: [{send: digest}, {assign: "
        "{by: lead.country, owners: {DE: anna}, other: cleo}}]}\n"
    )
    Path("data/tags.csv").write_text(
        "lead_id,tag,value,set_at\nada,phase,trial,2026-05-10T12:00:00Z\n"
    )
    configuration = PROJECT.replace("leads: data", "lead_tags: data/tags.csv, leads: data")
    Path("leadline.yaml").write_text(configuration)
    said = cli("run", *DAY)

    assert said.code == 0
    [message] = written()
    assert (message["lead_id"], message["at"]) == ("ada", "2026-05-10T12:00:00+00:00")
    assert message["cause"] == "tag trial"
    assert {name: told for name, told in message["lead"].items() if told is not None} == {
        "stage": "trial",
        "lead.country": "DE",
        "lead.owner": "anna",
        "tags": "phase=trial",
    }
    assert rows("SELECT owner FROM leads WHERE lead_id = 'ada'") == [("anna",)]


def test_a_message_tells_a_stage_that_takes_the_history(cli, project: Path):
    text = Path("small.yaml").read_text()
    steps = "[{name: aware, at: 0}, {name: ready, at: 40, leave_below: 10}]"
    Path("small.yaml").write_text(text.replace('"equal [aware, engaged, ready]"', steps))
    cli("run", *DAY)

    assert written()[0]["lead"]["stage"] == "ready"


WHO = """\
lead_id,account_id,First Name,lastname,email,jobtitle,country,owner,phone,created_at
ada,acme,Ada,Lovelace,ada@acme.example,VP,DE,olga,123,2026-05-01T00:00:00Z
ben,,,,,,US,,,2026-05-01T00:00:00Z
"""


def test_a_message_begins_with_who_the_lead_is(cli, project: Path):
    Path("data/leads.csv").write_text(WHO)
    Path("data/accounts.csv").write_text("account_id,name\nacme,Acme\n")
    text = PROJECT.replace("leads: data", "accounts: data/accounts.csv, leads: data")
    Path("leadline.yaml").write_text(text)
    automations("  qualify: {when: enters hot, do: [{send: digest}]}\n")
    said = cli("run", *DAY)

    assert said.code == 0
    [message] = written()
    assert list(message["lead"].items())[:7] == [
        ("account_id", "acme"),
        ("lead.First Name", "Ada"),
        ("lead.lastname", "Lovelace"),
        ("lead.email", "ada@acme.example"),
        ("lead.jobtitle", "VP"),
        ("account.name", "Acme"),
        ("lead.owner", "olga"),
    ]
    assert "lead.phone" not in message["lead"]


def test_a_field_that_assigns_and_says_who_is_listed_once(cli, project: Path):
    Path("data/leads.csv").write_text(WHO)
    automations(
        "  qualify: {when: enters hot, do: [{assign: {by: lead.Email, owners: {x: anna}, "
        "other: cleo}}, {send: digest}]}\n"
    )
    said = cli("run", *DAY)

    assert said.code == 0
    [message] = written()
    assert [column for column in message["lead"] if "mail" in column.casefold()] == ["lead.email"]
    assert rows("SELECT owner FROM leads WHERE lead_id = 'ada'") == [("cleo",)]


def test_a_message_tells_the_owner_that_its_automation_gives(cli, project: Path):
    Path("data/leads.csv").write_text(WHO)
    automations(
        "  ask: {when: enters hot, do: [{send: campaign}]}\n"
        "  qualify: {when: enters hot, do: [{send: digest}, {assign: {round_robin: [anna]}}]}\n"
    )
    said = cli("run", *DAY)

    assert said.code == 0
    assert written()[0]["lead"]["lead.owner"] == "anna"
    assert written("campaign")[0]["lead"]["lead.owner"] == "olga"
    assert written()[0]["lead"] | {"lead.owner": "olga"} == written("campaign")[0]["lead"]


def test_a_message_that_was_tried_keeps_the_owner_that_it_told(cli, project: Path):
    Path("data/leads.csv").write_text(WHO)
    text = "  qualify: {when: enters hot, do: [{send: digest}]}\n"
    automations(text)
    block_outputs()
    assert cli("run", *DAY).code == 4
    [before] = rows("SELECT message FROM outbox WHERE kind = 'send'")
    automations(text.replace("{send: digest}", "{send: digest}, {assign: {round_robin: [anna]}}"))
    cli("run", *DAY)

    assert rows("SELECT message FROM outbox WHERE kind = 'send'") == [before]
