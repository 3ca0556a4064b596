"""Results that go back to HubSpot: each arrives as it should, or stands in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_type_hints

import pytest
from hubspot_sdk.types.crm.simple_public_object_batch_input_param import (
    SimplePublicObjectBatchInputParam,
)
from tests.plugins.published import (
    FIT,
    READ,
    UPDATE,
    WHY,
    bodies,
    changed,
    of,
    people,
    poisoned,
    publish,
    publisher,
    states,
)

from leadline.errors import SourceError
from leadline.plugin import Column, Result, Value
from leadline.testing.fake_hubspot import (
    FakeHubSpot,
    Fault,
    Limits,
    broken,
    slow,
    status,
    truncated,
    wrong_json,
)
from leadline.testing.fake_hubspot.answers import Answer
from leadline.testing.fake_hubspot.faults import Scene
from leadline_plugins.hubspot import publisher as publishing
from leadline_plugins.hubspot.values import said_value

STAGE = Column("lifecyclestage", "text", "How far the lead has come.")
OWNER = Column("hubspot_owner_id", "text", "Who has the lead.")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (67.0, "67"),
        (67.25, "67.25"),
        (-0.0, "0"),
        (-12.5, "-12.5"),
        (1e-7, "0.0000001"),
        (1e21, "1000000000000000000000"),
        (100, "100"),
        (float("inf"), None),
        (float("nan"), None),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (date(2026, 6, 30), "2026-06-30"),
        (datetime(2026, 6, 30, 12, tzinfo=UTC), "1782820800000"),
        (datetime(2026, 6, 30, 15, tzinfo=timezone(timedelta(hours=3))), "1782820800000"),
        (datetime(1969, 12, 31, 23, 59, 59, 1000, tzinfo=UTC), "-999"),
        ("Zoë; \n\"'日本", "Zoë; \n\"'日本"),
        ("x" * 65_536, "x" * 65_536),
        ("x" * 65_537, "x" * 65_533 + "..."),
    ],
)
def test_a_value_is_said_as_hubspot_takes_it(value: Value, said: str | None) -> None:
    assert said_value(value) == said


def test_results_arrive_and_none_takes_away() -> None:
    with FakeHubSpot(people()) as fake:
        first = publish(fake, {"101": 67.0, "102": 0.5})
        again = publish(fake, {"101": None})

        assert states(first) | states(again) == {"101": "delivered", "102": "delivered"}
        assert of(fake.portal, "leadline_fit") == {"102": "0.5"}


def test_a_thousand_results_take_ten_updates_and_ten_looks() -> None:
    with FakeHubSpot(people(1000)) as fake:
        outcomes = publish(fake, {str(101 + n): float(n) for n in range(1000)})

        assert set(states(outcomes).values()) == {"delivered"}
        assert len(fake.asked(UPDATE)) == len(fake.asked(READ)) == 10
        assert len(of(fake.portal, "leadline_fit")) == 1000
        inputs = bodies(fake, UPDATE)[0]["inputs"]

    hints = get_type_hints(SimplePublicObjectBatchInputParam)
    assert set(hints) == {"id", "properties", "id_property", "object_write_trace_id"}
    assert inputs[0] == {
        "id": "101",
        "properties": {"leadline_fit": "0"},
        "objectWriteTraceId": "101",
    }


def test_an_error_of_one_result_is_told_of_it_alone() -> None:
    """Options that HubSpot does not tell are not known beforehand: it says no for itself."""
    portal = people()
    portal.add_owner("7", "rosa@sales.test")
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {"101": "7", "102": "8", "103": "7"}, [OWNER])

        assert states(outcomes) == {"101": "delivered", "102": "refused", "103": "delivered"}
        assert len(fake.asked(UPDATE)) == 1
    assert outcomes["102"].answer.startswith("HubSpot says: Property values were not valid: 8 was")


def test_an_option_that_hubspot_does_not_have_is_refused_with_those_it_has() -> None:
    with FakeHubSpot(people()) as fake:
        outcomes = publish(fake, {"101": "mql", "102": "lead", "103": None}, [STAGE])

        assert states(outcomes) == {"101": "refused", "102": "delivered", "103": "delivered"}
        assert len(bodies(fake, UPDATE)[0]["inputs"]) == 2
    assert outcomes["101"].answer.startswith("`lifecyclestage` takes only `subscriber`, `lead`, ")
    assert outcomes["101"].answer.endswith("; found `mql`")


def test_several_options_at_once_are_each_looked_at() -> None:
    portal = people()
    options = [(f"o{n}", f"Option {n}") for n in range(12)]
    portal.define(
        "contacts", "tags", type="enumeration", field_type="checkbox", options=options
    )  # fmt: skip
    column = Column("tags", "text", "Tags.")
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {"101": "o1; o11", "102": "o1;o12"}, [column])

        assert states(outcomes) == {"101": "delivered", "102": "refused"}
        assert of(portal, "tags") == {"101": "o1;o11"}
    assert "`o9` and 2 more; found `o1;o12`" in outcomes["102"].answer


def test_a_lifecycle_that_does_not_go_back_is_told() -> None:
    portal = people()
    portal.update("contacts", "101", {"lifecyclestage": "customer"})
    with FakeHubSpot(portal) as fake:
        outcomes = publish(fake, {"101": "lead", "102": "lead"}, [STAGE])

        assert states(outcomes) == {"101": "refused", "102": "delivered"}
        assert of(portal, "lifecyclestage") == {"101": "customer", "102": "lead"}
    assert outcomes["101"].answer == (
        "HubSpot kept `lifecyclestage` at `customer` and did not take `lead`: a lifecycle stage "
        "goes forward only"
    )


def test_one_bad_record_does_not_block_ninety_nine() -> None:
    """Where HubSpot refuses a batch as a whole, it is halved until the culprit is alone."""
    results = {str(101 + n): float(n) for n in range(100)}
    with FakeHubSpot(people(100), faults=[Fault(UPDATE, poisoned("142"), times=None)]) as fake:
        outcomes = publish(fake, results)

        assert states(outcomes) == {**dict.fromkeys(results, "delivered"), "142": "refused"}
        assert outcomes["142"].answer == "HubSpot says: a validation rule of your admin failed"
        assert len(of(fake.portal, "leadline_fit")) == 99
        assert len(fake.asked(UPDATE)) <= 16


def test_an_error_that_names_nobody_is_found_by_halving() -> None:
    def answer(scene: Scene) -> Answer | None:
        good = [part for part in scene.asked.body["inputs"] if part["id"] != "103"]
        if len(good) == len(scene.asked.body["inputs"]):
            return None
        error = {"status": "error", "category": "VALIDATION_ERROR", "message": "one is wrong"}
        return Answer(207, {"status": "COMPLETE", "results": [], "errors": [error]})

    with FakeHubSpot(people(), faults=[Fault(UPDATE, changed(answer), times=None)]) as fake:
        outcomes = publish(fake, dict.fromkeys(("101", "102", "103", "104"), 1.0))

        assert len(of(fake.portal, "leadline_fit")) == 3
    assert outcomes["103"].state == "refused"
    assert outcomes["103"].answer == "HubSpot says: one is wrong"


def test_halving_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_MOST_HALVED", 3)
    everybody = [str(101 + n) for n in range(64)]
    with FakeHubSpot(people(64), faults=[Fault(UPDATE, poisoned(*everybody), times=None)]) as fake:
        outcomes = publish(fake, dict.fromkeys(everybody, 1.0))

        assert set(states(outcomes).values()) == {"failed"}
        assert len(fake.asked(UPDATE)) == 7
    assert outcomes["101"].answer.startswith("one of 8 results that HubSpot refused together: ")


def test_what_hubspot_says_nothing_of_is_unknown() -> None:
    silent = changed(lambda scene: Answer(207, {"status": "COMPLETE", "results": []}))
    with FakeHubSpot(people(), faults=[Fault(UPDATE, silent)]) as fake:
        outcomes = publish(fake, {"101": 1.0})

    assert states(outcomes) == {"101": "unknown"}


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        (status(429), [10.0, 10.0]),
        (status(429, policy="SECONDLY"), [1.0, 1.0]),
        (status(429, retry_after=3), [3.0, 3.0]),
        (status(477, retry_after=7), [7.0, 7.0]),
    ],
    ids=["ten seconds", "second", "retry after", "moved"],
)
def test_it_waits_as_long_as_hubspot_wants(
    answer: Callable[..., object], waits: list[float]
) -> None:
    found: list[float] = []
    with FakeHubSpot(people(), faults=[Fault(UPDATE, answer, times=2)]) as fake:
        assert states(publish(fake, {"101": 1.0}, waits=found.append)) == {"101": "delivered"}
    assert found == waits


@pytest.mark.parametrize(
    "answer",
    [
        status(423), status(500), status(502, done=True), truncated(), truncated(length=False),
        broken(), broken(done=True), wrong_json(), slow(0.6),
    ],
    ids=[
        "locked", "500", "written and 502", "written and short", "written and short unsaid",
        "broken", "written and broken", "no JSON", "slow",
    ],
)  # fmt: skip
@pytest.mark.parametrize("on", [UPDATE, READ, "POST /crm/properties"])
def test_what_passes_is_tried_again_and_written_once(
    answer: Callable[..., object], on: str
) -> None:
    with FakeHubSpot(people(), faults=[Fault(on, answer)]) as fake:
        outcomes = publish(fake, {"101": 1.0, "102": None, "999": 2.0}, timeout=0.3)

        assert states(outcomes) == {"101": "delivered", "102": "delivered", "999": "refused"}
        assert fake.unused == ()
        assert of(fake.portal, "leadline_fit") == {"101": "1"}
        assert len(fake.portal.history("contacts", "101", "leadline_fit")) == 1


def test_the_daily_limit_keeps_what_was_written_and_lets_the_rest_wait() -> None:
    results = [Result(str(101 + n), {FIT.name: float(n)}) for n in range(250)]
    waits: list[float] = []
    with FakeHubSpot(people(250)) as fake:
        writer = publisher(fake, waits.append)
        writer.prepare("leads", [FIT])
        fake.script(Fault(UPDATE, status(429, policy="DAILY"), nth=3))
        known = []
        with pytest.raises(SourceError) as raised:
            known.extend(writer.publish("leads", results))

        assert [one.key for one in known] == [str(101 + n) for n in range(200)]
        assert {one.state for one in known} == {"delivered"}
        assert len(of(fake.portal, "leadline_fit")) == 200
        assert waits == []
    assert "used up its API calls of the day" in raised.value.message
    assert "midnight in its time zone: 20" in raised.value.hint


def test_the_limits_of_an_account_are_kept() -> None:
    """Of 30 calls within ten seconds, those that are too many wait for their turn."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        fake._meter._calls.clear()

    with FakeHubSpot(people(1000), limits=Limits(ten_seconds=8)) as fake:
        outcomes = publish(fake, {str(101 + n): 1.0 for n in range(1000)}, waits=wait)

    assert set(states(outcomes).values()) == {"delivered"}
    assert waited == [10.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("on", "code", "said", "hint"),
    [
        ("", 401, "answered 401: Authentication credentials not found", "make a new service key"),
        (UPDATE, 401, "answered 401: Authentication cred", "make a new service key"),
        (UPDATE, 403, "missing scopes: crm.objects.contacts.write", "crm.objects.contacts.write"),
        (READ, 403, "missing scopes: crm.objects.contacts.read", "crm.objects.contacts.read"),
        (UPDATE, 503, "answered 503: internal error", ""),
    ],
)
def test_what_stays_wrong_ends_it_and_never_names_the_token(
    on: str, code: int, said: str, hint: str
) -> None:
    scope = f"crm.objects.contacts.{'read' if on == READ else 'write'}"
    answer = status(code, scopes=(scope,)) if code == 403 else status(code)
    with FakeHubSpot(people(), faults=[Fault(on, answer, times=None)]) as fake:
        with pytest.raises(SourceError) as raised:
            publish(fake, {"101": 1.0})
        shown = repr(publisher(fake)) + str(vars(publisher(fake)))

    assert said in raised.value.message
    assert hint in raised.value.hint
    assert "pat-eu1-fake" not in f"{raised.value!r} {raised.value.hint} {shown}"


def test_what_was_killed_between_batches_ends_as_what_was_not() -> None:
    results = [
        Result(str(101 + n), {FIT.name: float(n), WHY.name: f"rule {n}"}) for n in range(250)
    ]
    with FakeHubSpot(people(250)) as whole, FakeHubSpot(people(250)) as killed:
        for fake, kills in ((whole, 0), (killed, 1)):
            for _ in range(kills + 1):
                writer = publisher(fake)
                writer.prepare("leads", [FIT, WHY])
                outcomes = writer.publish("leads", results)
                if kills:
                    assert next(outcomes).state == "delivered"
                    outcomes.close()
                    kills = 0
                    assert len(of(fake.portal, "leadline_fit")) == 100
                else:
                    assert {one.state for one in outcomes} == {"delivered"}

        for name in (FIT.name, WHY.name):
            assert of(killed.portal, name) == of(whole.portal, name)
            for number in range(101, 351):
                assert len(killed.portal.history("contacts", str(number), name)) == 1
