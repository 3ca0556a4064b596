"""Handing what is due to the outputs, each outcome noted before the next unit goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from leadline.delivery.outputs import ReadyOutput
from leadline.engine.duckdb import Database
from leadline.errors import LeadlineError
from leadline.plugin import Outcome
from leadline.settings import hidden
from leadline.store.messages import outputs_due, read_messages, units_due
from leadline.store.outbox import Unit, Verdict, keep_verdicts, put_back, put_in_flight

Tick = Callable[[str, int, int], None]

#: How many messages are in flight at once at an output that recognises keys. At any other it is
#: one, so that a crash leaves one message in doubt.
UNIT = 50
#: An output that fails so often in a row is left alone until the next run.
MOST_FAILURES = 5


def deliver(
    database: Database, outputs: Mapping[str, ReadyOutput], run_id: int, tick: Tick
) -> None:
    """Deliver what is due in the outbox for the automations that the run works on.

    Args:
        database: the store's, open for writing.
        outputs: the outputs of the project that are ready, by name.
        run_id: the run.
        tick: told of progress.
    """
    for name in outputs_due(database):
        ready = outputs.get(name)
        if ready is None:
            _without_output(database, name, run_id)
        else:
            _deliver_to(database, ready, run_id, tick)


def _without_output(database: Database, name: str, run_id: int) -> None:
    """Note that rows wait for an output that the project no longer has."""
    answer = f"leadline.yaml has no output `{name}`"
    for unit in units_due(database, name, doubtful=False, most=UNIT):
        put_in_flight(database, unit, run_id)
        keep_verdicts(database, unit, [Verdict(key, "failed", answer) for key in unit.keys])


def _deliver_to(database: Database, ready: ReadyOutput, run_id: int, tick: Tick) -> None:
    most = UNIT if ready.output.recognises_keys else 1
    units = units_due(database, ready.name, doubtful=ready.resends, most=most)
    total, done, failures = sum(len(unit.keys) for unit in units), 0, 0
    for unit in units:
        tick(f"delivering to {ready.name}", done, total)
        put_in_flight(database, unit, run_id)
        failures = _hand_over(database, ready, unit, failures)
        if failures >= MOST_FAILURES:
            return
        done += len(unit.keys)


def _hand_over(database: Database, ready: ReadyOutput, unit: Unit, failures: int) -> int:
    """Hand a unit over and note what became of it.

    Returns:
        how many messages failed in a row, up to now.
    """
    messages = read_messages(database, unit)
    verdicts: dict[str, Verdict] = {}
    stopped, reason = False, "the output did not say what became of it"
    try:
        for outcome in ready.output.deliver(messages):
            verdicts[outcome.key] = _verdict(outcome, ready)
            failures = failures + 1 if outcome.state in ("failed", "unknown") else 0
            # The rest of a batch was handed over with what failed: nobody may put it back.
            if failures >= MOST_FAILURES and not unit.batch:
                stopped = True
                break
    except LeadlineError as error:
        reason, failures = error.message, MOST_FAILURES
    finally:
        # Also after Ctrl-C: what is known is kept, and what is not stays in flight.
        keep_verdicts(database, unit, list(verdicts.values()))
    if stopped:
        put_back(database, unit)
        return failures
    left = [Outcome(key, "unknown", reason) for key in unit.keys if key not in verdicts]
    keep_verdicts(database, unit, [_verdict(outcome, ready) for outcome in left])
    return failures + len(left)


def _verdict(outcome: Outcome, ready: ReadyOutput) -> Verdict:
    answer = " ".join(hidden(outcome.answer, ready.settings).split())[:300]
    if outcome.state != "unknown":
        return Verdict(outcome.key, outcome.state, answer)
    return Verdict(outcome.key, "failed" if ready.resends else "in doubt", answer, doubtful=True)
