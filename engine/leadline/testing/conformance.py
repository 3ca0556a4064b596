"""What every source, output, function and decay must do: test classes for plugins to inherit.

A plugin's author writes a few lines, and pytest finds the tests::

    from leadline.testing.conformance import SourceConformance

    class TestAcme(SourceConformance):
        kind = "acme"

        def settings(self, root):
            (root / "people.csv").write_text(...)
            return {"path": "people.csv"}

Each test says what a plugin must do, and its failure what it did instead. Built-in plugins pass the
same tests.
"""

from __future__ import annotations

import itertools
import math
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from leadline.errors import LeadlineError, PluginError, UsageError
from leadline.plugin import (
    DataFile,
    DecayKind,
    Item,
    Message,
    OutputContext,
    ReadContext,
    Records,
    checked_settings,
    open_output,
    read_source,
)
from leadline.store import SourceLoad, Store
from leadline.testing.conforming import (
    Conformance,
    Dump,
    described,
    difference,
    dump,
    example_holds,
    expected,
    hold,
    messages,
    well_formed,
)
from leadline.testing.publishing import PublisherConformance

__all__ = [
    "DecayConformance",
    "FunctionConformance",
    "OutputConformance",
    "PublisherConformance",
    "SourceConformance",
]

#: At most so many places at which a load is killed.
MOST_KILLS = 12


class _Killed(BaseException):
    """What ends a load in the middle, as a killed process would."""


class SourceConformance(Conformance):
    """The tests of a source."""

    @abstractmethod
    def settings(self, root: Path) -> Mapping[str, object]:
        """Make something to read, with at least three rows, and return the settings to read it."""
        raise NotImplementedError

    @abstractmethod
    def nothing(self, root: Path) -> Mapping[str, object]:
        """Make a place without any row, and return the settings to read it."""
        raise NotImplementedError

    @abstractmethod
    def unreadable(self, root: Path) -> Mapping[str, object]:
        """Return settings of a place that cannot be read at all."""
        raise NotImplementedError

    def test_its_settings_are_described(self) -> None:
        """The schema is one of JSON Schema, knows no other setting, and describes each."""
        described(self._loaded().source_kind(self.kind))

    def test_a_setting_that_it_does_not_have_is_refused(self, tmp_path: Path) -> None:
        """A misspelt setting is said, not passed over."""
        settings = {**self.settings(tmp_path), "no_such_setting": 1}
        with expected(UsageError, "no_such_setting"):
            checked_settings(self._loaded().source_kind(self.kind), settings)

    def test_it_yields_rows_that_can_be_kept(self, tmp_path: Path) -> None:
        """Every item is well formed: known tables, as many cells as columns, plain values."""
        items = list(self._read(tmp_path, self.settings(tmp_path), None))
        for item in items:
            well_formed(item)
        hold(
            any(isinstance(item, DataFile | Records) for item in items),
            "it yielded no rows, where `settings` made some",
        )

    def test_the_same_place_gives_the_same_rows(self, tmp_path: Path) -> None:
        """Reading is deterministic: two loads into two stores end equal."""
        settings = self.settings(tmp_path)
        one, other = (self._loads(tmp_path, settings, times=1) for _ in range(2))
        hold(one == other, f"two loads of the same place differ: {difference(one, other)}")

    def test_a_second_load_adds_nothing_and_changes_no_type(self, tmp_path: Path) -> None:
        """What was read once is not read into the store twice; columns keep their types."""
        settings = self.settings(tmp_path)
        once, twice = (self._loads(tmp_path, settings, times=times) for times in (1, 2))
        hold(once == twice, f"a second load changes the store: {difference(once, twice)}")

    def test_a_place_without_rows_is_no_error(self, tmp_path: Path) -> None:
        """Nothing to read is nothing, said without an error."""
        found = self._loads(tmp_path, self.nothing(tmp_path), times=1)
        rows = sum(len(rows) for _, rows in found.values())
        hold(rows == 0, f"it read {rows} rows from a place without any")

    def test_missing_values_are_missing(self, tmp_path: Path) -> None:
        """No value is the word for a missing one of some language."""
        words = {"none", "null", "nan", "nat", "undefined", "<na>"}
        for table, (columns, rows) in self._loads(tmp_path, self.settings(tmp_path), 1).items():
            for row in rows if columns else ():
                for (column, _), cell in zip(columns, row, strict=True):
                    written = isinstance(cell, str) and cell.casefold() in words
                    hold(not written, f"{table}.{column} is the text {cell!r}: yield None instead")

    def test_a_killed_load_goes_on_from_its_cursor(self, tmp_path: Path) -> None:
        """Wherever a load is killed, the next one ends as one that was not."""
        settings = self.settings(tmp_path)
        whole = self._loads(tmp_path, settings, times=1)
        items = sum(1 for _ in self._read(tmp_path, settings, None))
        step = max(1, math.ceil(items / MOST_KILLS))
        for after in range(0, items, step):
            with Store.open(None) as store:
                try:
                    self._load(store, tmp_path, settings, kill_after=after)
                except _Killed:
                    self._load(store, tmp_path, settings)
                found = dump(store)
            hold(
                found == whole,
                f"killed after {after} items it ends otherwise: {difference(whole, found)}",
            )

    def test_what_cannot_be_read_is_said(self, tmp_path: Path) -> None:
        """A place that cannot be read ends with an error of leadline's that says why."""
        settings = self.unreadable(tmp_path)
        try:
            list(self._read(tmp_path, settings, None))
        except PluginError as error:
            own = " failed while " not in error.message
            hold(own, f"it fell over instead of raising SourceError: {error.message}")
            hold(len(error.message) > 10, f"its error says too little: {error.message!r}")
        except UsageError as error:
            hold(len(error.message) > 10, f"its error says too little: {error.message!r}")
        else:
            raise AssertionError("it read a place that cannot be read, and said nothing")

    def _read(
        self, root: Path, settings: Mapping[str, object], cursor: str | None
    ) -> Iterator[Item]:
        workdir = root / ".work"
        workdir.mkdir(exist_ok=True)
        context = ReadContext(root, workdir, cursor, _quiet)
        return read_source(self._loaded(), self.kind, settings, context)

    def _load(
        self,
        store: Store,
        root: Path,
        settings: Mapping[str, object],
        kill_after: int | None = None,
    ) -> None:
        items: Iterable[Item] = self._read(root, settings, store.cursor("tested"))
        if kill_after is not None:
            items = itertools.chain(itertools.islice(items, kill_after), _death())
        store.load(SourceLoad(source="tested"), items)

    def _loads(self, root: Path, settings: Mapping[str, object], times: int) -> Dump:
        with Store.open(None) as store:
            for _ in range(times):
                self._load(store, root, settings)
            return dump(store)


class OutputConformance(Conformance):
    """The tests of an output."""

    @abstractmethod
    def settings(self, root: Path) -> Mapping[str, object]:
        """Make a receiver, and return the settings to deliver to it."""
        raise NotImplementedError

    @abstractmethod
    def received(self, root: Path) -> Sequence[str]:
        """Return the keys of the messages that the receiver has taken, each once."""
        raise NotImplementedError

    @abstractmethod
    def unreachable(self, root: Path) -> Mapping[str, object]:
        """Return settings of a receiver that is not there."""
        raise NotImplementedError

    def test_its_settings_are_described(self) -> None:
        """The schema is one of JSON Schema, knows no other setting, and describes each."""
        described(self._loaded().output_kind(self.kind))

    def test_a_setting_that_it_does_not_have_is_refused(self, tmp_path: Path) -> None:
        """A misspelt setting is said, not passed over."""
        settings = {**self.settings(tmp_path), "no_such_setting": 1}
        with expected(UsageError, "no_such_setting"):
            checked_settings(self._loaded().output_kind(self.kind), settings)

    def test_each_message_has_its_outcome(self, tmp_path: Path) -> None:
        """What is delivered has arrived, and is said once for each message."""
        sent = messages()
        states = self._deliver(tmp_path, self.settings(tmp_path), sent)
        hold(
            states == {message.key: "delivered" for message in sent},
            f"messages to a good receiver ended as {sorted(states.values())}",
        )
        found = sorted(self.received(tmp_path))
        hold(found == sorted(states), f"the receiver has {found}, expected {sorted(states)}")

    def test_no_message_is_no_error(self, tmp_path: Path) -> None:
        """Nothing to deliver is nothing."""
        hold(not self._deliver(tmp_path, self.settings(tmp_path), ()), "it told of no message")

    def test_a_key_that_it_recognises_is_taken_once(self, tmp_path: Path) -> None:
        """An output that says it recognises keys drops what it has had."""
        settings = self.settings(tmp_path)
        output = open_output(self._loaded(), self.kind, settings, OutputContext(tmp_path, "tested"))
        if output.recognises_keys:
            for _ in range(2):
                self._deliver(tmp_path, settings, messages())
            found = list(self.received(tmp_path))
            hold(len(found) == len(set(found)), f"it says that it recognises keys: {found}")

    def test_a_receiver_that_is_not_there_loses_nothing(self, tmp_path: Path) -> None:
        """Without a receiver nothing counts as delivered, and the error is leadline's."""
        settings = self.unreachable(tmp_path)
        try:
            states = self._deliver(tmp_path, settings, messages())
        except LeadlineError as error:
            own = " failed while " not in error.message
            hold(own, f"it fell over instead of telling an outcome: {error.message}")
        else:
            hold("delivered" not in states.values(), "it delivered to nobody")

    def _deliver(
        self, root: Path, settings: Mapping[str, object], messages: Sequence[Message]
    ) -> dict[str, str]:
        context = OutputContext(root, "tested")
        output = open_output(self._loaded(), self.kind, settings, context)
        return {outcome.key: outcome.state for outcome in output.deliver(messages)}


class FunctionConformance(Conformance):
    """The tests of functions of the expression language; ``kind`` is the name of the plugin."""

    def test_its_examples_are_true(self) -> None:
        """Every function does what its example says, and is missing where an argument is."""
        found = self._loaded().functions()
        hold(bool(found), "the plugin gives no function")
        for function in found:
            example_holds(function)


class DecayConformance(Conformance):
    """The tests of kinds of decay; ``kind`` is the name of the plugin."""

    @abstractmethod
    def settings(self) -> Mapping[str, Mapping[str, object]]:
        """Return settings of each kind of decay that the plugin gives, by its name."""
        raise NotImplementedError

    def test_its_settings_are_described(self) -> None:
        """The schemas are of JSON Schema, know no other setting, and describe each."""
        for decay in self._kinds():
            described(decay)

    def test_factors_are_numbers_and_the_same_each_time(self) -> None:
        """Each age has one factor, of 0 or more, and the newest event counts for something."""
        for decay in self._kinds():
            settings = checked_settings(decay, self.settings()[decay.name])
            one, other = ([decay.factor(settings, age) for age in range(1000)] for _ in range(2))
            hold(one == other, f"`{decay.name}` gives other factors the second time")
            hold(
                all(math.isfinite(factor) and factor >= 0 for factor in one),
                f"`{decay.name}` gives a factor that is no number of 0 or more",
            )
            hold(one[0] > 0, f"`{decay.name}` takes everything on the first day")

    def _kinds(self) -> tuple[DecayKind, ...]:
        found = self._loaded().decays()
        hold(bool(found), "the plugin gives no kind of decay")
        return found


def _death() -> Iterator[Item]:
    """End a load here, as a killed process would."""
    raise _Killed
    yield  # pragma: no cover - this makes it a generator


def _quiet(label: str, done: int, total: int) -> None:
    """Take a report of progress and keep it."""
