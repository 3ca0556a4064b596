"""Handing over: one after the other, each outcome kept, nothing sent twice without need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.delivery.given import Steered, delivered, enter, hot, ruleset, spells, states

from leadline.delivery import deliver
from leadline.delivery.sending import MOST_FAILURES, UNIT
from leadline.engine.duckdb import Database
from leadline.errors import PluginError
from leadline.plugin import Message, Outcome
from leadline.store import Store
from leadline.store.messages import compose, read_messages, units_due
from leadline.store.outbox import decide, doubt_what_is_in_flight, put_in_flight
from leadline.store.tally import tallies, troubles

DAY = "2026-06-01"
SEND = "  qualify: {when: enters hot, do: [{send: digest}]}\n"
EXPORT = "  qualify: {when: enters hot, do: [{export: digest}]}\n"


@pytest.fixture
def database() -> Iterator[Database]:
    with Store.open(None) as store:
        yield store.database


def quiet(label: str, done: int, total: int) -> None:
    """Take progress."""


def send(database: Database, output: Steered, run_id: int = 1, **how: bool) -> dict[str, int]:
    deliver(database, {"digest": output.ready(**how)}, run_id, quiet)  # type: ignore[arg-type]
    return states(database)


def given(database: Database, leads: int, automations: str = SEND) -> None:
    spells(database, hot(leads))
    enter(database, ruleset(automations), DAY)


def test_everything_is_delivered_once(database: Database):
    given(database, UNIT + 7)
    output = Steered(delivered)

    assert send(database, output) == {"delivered": UNIT + 7}
    assert send(database, output, run_id=2) == {"delivered": UNIT + 7}
    assert [len(call) for call in output.calls] == [UNIT, 7]
    assert len(set(output.asked)) == UNIT + 7


def test_a_message_tells_of_its_entry_and_lead(database: Database):
    given(database, 2)
    database.execute(
        "CREATE TEMP TABLE lead_list AS "
        "SELECT 'lead0001' AS lead_id, 41.5 AS fit, 'engaged' AS stage"
    )
    compose(database, "small")
    output = Steered(delivered)
    send(database, output)

    gone, known = output.calls[0]
    assert gone.lead == {}  # no longer scored
    assert (known.model, known.automation, known.edge, known.subject) == (
        "small",
        "qualify",
        "enters",
        "hot",
    )
    assert known.at.isoformat() == "2026-06-01T08:00:00+00:00"
    assert known.cause == "event 1: demo"
    assert known.lead == {"fit": 41.5, "stage": "engaged"}


def test_a_message_stays_as_it_was_first_made(database: Database):
    given(database, 1)
    for score in (1, 2):
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE lead_list AS SELECT 'lead0000' AS lead_id, {score} AS s"
        )
        compose(database, "small")
    output = Steered(delivered)
    send(database, output)

    assert output.calls[0][0].lead["s"] == 1


def test_an_export_is_one_batch_a_automation(database: Database):
    given(database, UNIT * 3, EXPORT + EXPORT.replace("qualify", "also"))
    output = Steered(delivered)
    send(database, output)

    assert [{m.automation for m in call} for call in output.calls] == [{"also"}, {"qualify"}]
    assert [len(call) for call in output.calls] == [UNIT * 3] * 2


def test_without_keys_one_message_is_in_flight(database: Database):
    given(database, 3)
    output = Steered(delivered, recognises_keys=False)
    send(database, output)

    assert [len(call) for call in output.calls] == [1, 1, 1]


def test_it_is_in_flight_before_the_output_is_asked(database: Database):
    given(database, 1)
    seen = []

    def look(message: Message) -> Outcome:
        seen.append(database.rows("SELECT state, attempts, last_run FROM outbox"))
        return delivered(message)

    send(database, Steered(look), run_id=5)

    assert seen == [[("in flight", 1, 5)]]


def test_what_failed_is_tried_again_and_what_was_refused_is_not(database: Database):
    given(database, 3)
    answers = {"lead0000": "failed", "lead0001": "refused", "lead0002": "delivered"}
    first = Steered(lambda m: Outcome(m.key, answers[m.lead_id], "because"))  # type: ignore[arg-type]

    assert send(database, first) == {"delivered": 1, "failed": 1, "refused": 1}
    assert [(t.state, t.answer, t.times) for t in troubles(database, 1)] == [
        ("failed", "because", 1),
        ("refused", "because", 1),
    ]
    second = Steered(delivered)
    assert send(database, second, run_id=2) == {"delivered": 2, "refused": 1}
    assert [m.lead_id for call in second.calls for m in call] == ["lead0000"]
    assert second.asked == first.asked[:1]
    assert troubles(database, 2) == ()


def test_only_the_action_that_failed_is_repeated(database: Database):
    spells(database, hot(1))
    enter(
        database, ruleset("  q: {when: enters hot, do: [{send: a}, {send: b}, {send: c}]}\n"), DAY
    )
    outputs = {name: Steered(delivered) for name in "abc"}
    outputs["b"].answer = lambda m: Outcome(m.key, "failed")
    for run_id in (1, 2):
        ready = {name: output.ready(name) for name, output in outputs.items()}
        deliver(database, ready, run_id, quiet)

    assert {name: len(output.asked) for name, output in outputs.items()} == {"a": 1, "b": 2, "c": 1}


@pytest.mark.parametrize(
    ("keys", "resends", "after", "asked"),
    [
        (True, True, "failed", 2),  # the receiver drops what it has
        (False, True, "failed", 2),  # the project says: rather twice than never
        (False, False, "in doubt", 1),
    ],
)
def test_an_unknown_outcome(database: Database, keys: bool, resends: bool, after: str, asked: int):
    given(database, 1)
    output = Steered(lambda m: Outcome(m.key, "unknown", "it broke"), keys)

    assert send(database, output, resends=resends) == {after: 1}
    send(database, output, run_id=2, resends=resends)
    assert len(output.asked) == asked
    assert database.rows("SELECT doubts, answer FROM outbox") == [(asked, "it broke")]


@pytest.mark.parametrize(
    ("keys", "resends", "after"),
    [(True, True, "delivered"), (False, True, "delivered"), (False, False, "in doubt")],
)
def test_what_a_killed_run_left_in_flight_is_in_doubt(
    database: Database, keys: bool, resends: bool, after: str
):
    given(database, 1)
    [unit] = units_due(database, "digest", doubtful=False, most=1)
    [key] = unit.keys
    put_in_flight(database, unit, 1)  # and then the run is killed
    doubt_what_is_in_flight(database)
    assert states(database) == {"in doubt": 1}

    output = Steered(delivered, keys)
    assert send(database, output, run_id=2, resends=resends) == {after: 1}
    assert output.asked == ([key] if resends else [])
    [tally] = tallies(database, 2)
    assert (tally.again, tally.in_doubt) == ((1, 0) if resends else (0, 1))


def test_a_person_decides_what_is_held_back(database: Database):
    given(database, 2)
    output = Steered(lambda m: Outcome(m.key, "unknown"), recognises_keys=False)
    send(database, output)
    one, other = output.asked
    decide(database, [one], "pending")
    decide(database, [other], "dropped")
    output.answer = delivered

    assert send(database, output, run_id=2) == {"delivered": 1, "dropped": 1}
    assert output.asked == [one, other, one]


def test_an_output_that_is_down_is_left_alone(database: Database):
    given(database, 3 * UNIT)
    output = Steered(lambda m: Outcome(m.key, "failed", "no connection"))

    assert send(database, output) == {"failed": MOST_FAILURES, "pending": 3 * UNIT - MOST_FAILURES}
    assert len(output.asked) == MOST_FAILURES
    output.answer = delivered
    assert send(database, output, run_id=2) == {"delivered": 3 * UNIT}
    assert database.rows("SELECT max(attempts), min(attempts) FROM outbox") == [(2, 1)]


def test_an_output_that_raises_harms_no_other(database: Database):
    spells(database, hot(3))
    enter(database, ruleset("  q: {when: enters hot, do: [{send: a}, {send: b}]}\n"), DAY)

    def break_second(message: Message) -> Outcome:
        if message.lead_id == "lead0001":
            raise PluginError("boom")
        return delivered(message)

    outputs = {"a": Steered(break_second), "b": Steered(delivered)}
    deliver(database, {name: output.ready(name) for name, output in outputs.items()}, 1, quiet)

    assert database.rows(
        'SELECT "value", lead_id, state, answer FROM outbox WHERE "value" = \'a\' ORDER BY lead_id'
    ) == [
        ("a", "lead0000", "delivered", None),
        ("a", "lead0001", "failed", "boom"),
        ("a", "lead0002", "failed", "boom"),
    ]
    assert states(database) == {"delivered": 4, "failed": 2}


def test_an_output_that_says_nothing_leaves_it_unknown(database: Database):
    given(database, 1)

    assert send(database, Steered(lambda m: None, recognises_keys=False)) == {"in doubt": 1}


def test_ctrl_c_keeps_what_is_known_and_leaves_the_rest_in_flight(database: Database):
    given(database, 3)

    def press(message: Message) -> Outcome:
        if message.lead_id == "lead0001":
            raise KeyboardInterrupt
        return delivered(message)

    with pytest.raises(KeyboardInterrupt):
        send(database, Steered(press))

    assert states(database) == {"delivered": 1, "in flight": 2}


def test_an_output_that_the_project_no_longer_has_is_told(database: Database):
    given(database, 1)
    deliver(database, {}, 1, quiet)

    [trouble] = troubles(database, 1)
    assert (trouble.state, trouble.answer) == ("failed", "leadline.yaml has no output `digest`")


def test_an_automation_that_is_off_sends_nothing_more(database: Database):
    given(database, 1)
    output = Steered(lambda m: Outcome(m.key, "failed"))
    send(database, output)
    enter(database, ruleset(SEND.replace("do:", "enabled: false, do:")), DAY, run_id=2)
    send(database, output, run_id=2)

    assert len(output.asked) == 1


def test_messages_come_by_instant(database: Database):
    spells(database, [*hot(1, "2026-06-01 09:00:00"), *hot(2)[1:]])
    enter(database, ruleset(SEND), DAY)
    [unit] = units_due(database, "digest", doubtful=False, most=UNIT)

    assert [m.lead_id for m in read_messages(database, unit)] == ["lead0001", "lead0000"]
