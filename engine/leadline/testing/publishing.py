"""What every output that takes results must do; a part of the conformance kit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from leadline.errors import LeadlineError, UsageError
from leadline.plugin import (
    Column,
    OpenPublisher,
    OutputContext,
    Result,
    Table,
    Value,
    checked_settings,
    open_publisher,
)
from leadline.testing.conforming import NASTY, Conformance, described, expected, hold

#: How many leads, and how many accounts, the receiver must know.
KEYS: Final = len(NASTY)

_TABLES: Final[tuple[Table, ...]] = ("leads", "accounts")
_COLUMNS: Final = (
    Column("leadline_text", "text", "A text of any characters."),
    Column("leadline_number", "number", "A number, negative ones and 0 too."),
    Column("leadline_truth", "truth", "Yes or no."),
    Column("leadline_day", "date", "A date without a time."),
    Column("leadline_instant", "instant", "A date with a time."),
)
_NOON: Final = datetime(2026, 6, 30, 12, 0, 1, 234_000, UTC)
#: The values of each result but its text, by row; none is missing in the first and the last.
_VALUES: Final[tuple[tuple[Value, ...], ...]] = (
    (67.25, True, date(2026, 6, 30), _NOON),
    (1000.0, False, date(2000, 2, 29), _NOON.replace(year=1969)),
    (-3.5, None, None, None),
    (0.0, True, date(1969, 12, 31), datetime(2024, 2, 29, tzinfo=UTC)),
    (0.00001, False, date(2026, 1, 1), _NOON.replace(microsecond=0)),
)


class PublisherConformance(Conformance):
    """The tests of an output that takes results."""

    @abstractmethod
    def settings(self, root: Path) -> Mapping[str, object]:
        """Make a receiver that holds nothing yet, and return the settings to publish to it."""
        raise NotImplementedError

    @abstractmethod
    def keys(self, table: Table) -> Sequence[str]:
        """Return five keys of leads, or of accounts, that the receiver knows, or would take."""
        raise NotImplementedError

    @abstractmethod
    def held(self, root: Path, table: Table, key: str) -> Mapping[str, Value]:
        """Return what the receiver holds of a lead or account, as Python has it, by column."""
        raise NotImplementedError

    @abstractmethod
    def unreachable(self, root: Path) -> Mapping[str, object]:
        """Return settings of a receiver that is not there."""
        raise NotImplementedError

    def test_its_settings_are_described(self) -> None:
        """The schema is one of JSON Schema, knows no other setting, and describes each."""
        described(self._loaded().publisher_kind(self.kind))

    def test_a_setting_that_it_does_not_have_is_refused(self, tmp_path: Path) -> None:
        """A misspelt setting is said, not passed over."""
        settings = {**self.settings(tmp_path), "no_such_setting": 1}
        with expected(UsageError, "no_such_setting"):
            checked_settings(self._loaded().publisher_kind(self.kind), settings)

    def test_values_of_every_type_arrive(self, tmp_path: Path) -> None:
        """Each result has its outcome, once, and the receiver holds its values."""
        settings = self.settings(tmp_path)
        for table in _TABLES:
            self._publish(tmp_path, settings, table, self._results(table))
        self._holds(tmp_path)

    def test_a_value_that_is_gone_is_taken_away(self, tmp_path: Path) -> None:
        """None clears what was there, and what was not named stays."""
        settings = self.settings(tmp_path)
        for table in _TABLES:
            results = self._results(table)
            gone: dict[str, Value] = {column.name: None for column in _COLUMNS}
            self._publish(tmp_path, settings, table, results)
            self._publish(tmp_path, settings, table, [Result(results[0].key, gone)])
            self._same(tmp_path, table, [Result(results[0].key, gone), *results[1:]])

    def test_what_is_not_there_has_nothing_to_take_away(self, tmp_path: Path) -> None:
        """A result without values is delivered, also where the receiver does not know its key."""
        settings = self.settings(tmp_path)
        gone: dict[str, Value] = {column.name: None for column in _COLUMNS}
        for table in _TABLES:
            other = f"{self.keys(table)[0]}0"
            self._publish(tmp_path, settings, table, [Result(other, gone)])

    def test_the_same_results_twice_are_as_once(self, tmp_path: Path) -> None:
        """A run that was killed publishes again what it had published."""
        settings = self.settings(tmp_path)
        for _ in range(2):
            for table in _TABLES:
                self._publish(tmp_path, settings, table, self._results(table))
        self._holds(tmp_path)

    def test_to_prepare_twice_does_no_harm(self, tmp_path: Path) -> None:
        """Every run prepares, also when another one has."""
        settings = self.settings(tmp_path)
        self._publish(tmp_path, settings, "leads", self._results("leads"))
        publisher = self._open(tmp_path, settings)
        for _ in range(2):
            publisher.prepare("leads", _COLUMNS)
        self._same(tmp_path, "leads", self._results("leads"))

    def test_no_result_is_no_error(self, tmp_path: Path) -> None:
        """Nothing to publish is nothing."""
        publisher = self._open(tmp_path, self.settings(tmp_path))
        publisher.prepare("leads", _COLUMNS)
        hold(not list(publisher.publish("leads", ())), "it told of no result")

    def test_a_receiver_that_is_not_there_loses_nothing(self, tmp_path: Path) -> None:
        """Without a receiver nothing counts as delivered, and the error is leadline's."""
        try:
            publisher = self._open(tmp_path, self.unreachable(tmp_path))
            publisher.prepare("leads", _COLUMNS)
            states = [one.state for one in publisher.publish("leads", self._results("leads"))]
        except LeadlineError as error:
            own = " failed while " not in error.message
            hold(own, f"it fell over instead of raising SourceError: {error.message}")
        else:
            hold("delivered" not in states, "it delivered to nobody")

    def _open(self, root: Path, settings: Mapping[str, object]) -> OpenPublisher:
        context = OutputContext(root, "tested")
        return open_publisher(self._loaded(), self.kind, settings, context)

    def _publish(
        self, root: Path, settings: Mapping[str, object], table: Table, results: Sequence[Result]
    ) -> None:
        """Publish results as a run of its own, all of which must arrive."""
        publisher = self._open(root, settings)
        publisher.prepare(table, _COLUMNS)
        outcomes = list(publisher.publish(table, results))
        found = sorted(outcome.key for outcome in outcomes)
        wanted = sorted(result.key for result in results)
        hold(found == wanted, f"it told of {found}, expected each of {wanted} once")
        lost = [f"{one.key}: {one.answer}" for one in outcomes if one.state != "delivered"]
        hold(not lost, f"results to a good receiver were not delivered: {lost}")

    def _results(self, table: Table) -> list[Result]:
        names = [column.name for column in _COLUMNS]
        keys = list(self.keys(table))
        hold(len(keys) == KEYS, f"`keys` gave {len(keys)} of {table}, expected {KEYS}")
        rows = [(text, *rest) for text, rest in zip(NASTY, _VALUES, strict=True)]
        # Accounts have others than leads, so that one cannot pass for the other.
        told = rows if table == "leads" else rows[::-1]
        return [
            Result(key, dict(zip(names, row, strict=True)))
            for key, row in zip(keys, told, strict=True)
        ]

    def _holds(self, root: Path) -> None:
        for table in _TABLES:
            self._same(root, table, self._results(table))

    def _same(self, root: Path, table: Table, results: Sequence[Result]) -> None:
        for result in results:
            found = self.held(root, table, result.key)
            for name, value in result.values.items():
                there = found.get(name)
                # No receiver has to tell an empty text from none.
                same = there == value or (not there and value in ("", None) and there != 0)
                hold(
                    same and isinstance(there, bool) == isinstance(value, bool),
                    f"{table} `{result.key}`: `{name}` is {there!r}, expected {value!r}",
                )
