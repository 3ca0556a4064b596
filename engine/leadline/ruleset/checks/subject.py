"""What every check looks at, and where things stand in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from leadline.diagnostic import Place
from leadline.document.values import Document, Entry, Mapping, Sequence, Value
from leadline.expression.catalog import Catalog
from leadline.ruleset.model import Rule, RuleScore, Ruleset


@dataclass(frozen=True, slots=True)
class Subject:
    """A ruleset that compiles, the file it was built from, its data's columns, and a day.

    Without a ``catalog`` a column has the type that the ruleset uses it as.
    ``today`` is the day on which dates of the ruleset are past or not. ``beside`` is the file of
    its audits, which may use its defines, where there is one.
    """

    ruleset: Ruleset
    document: Document
    catalog: Catalog | None
    today: date
    beside: Document | None = None

    @property
    def scores(self) -> tuple[RuleScore, ...]:
        """The scores made of rules."""
        return tuple(score for score in self.ruleset.scores if isinstance(score, RuleScore))

    def rules(self) -> Iterator[tuple[RuleScore, Rule]]:
        """Yield every rule that is switched on, with its score."""
        for score in self.scores:
            for rule in score.rules:
                if rule.head.enabled:
                    yield score, rule

    def entry(self, *path: str) -> Entry | None:
        """Return the key and value that a path of keys leads to, or None."""
        found: Entry | None = None
        at: Value = self.document.root
        for key in path:
            found = at.get(key) if isinstance(at, Mapping) else None
            if found is None:
                return None
            at = found.value
        return found

    def value(self, *path: str) -> Place | None:
        """Return the place of the value that a path of keys leads to."""
        entry = self.entry(*path)
        return entry.value.place if entry is not None else None

    def item(self, index: int, key: str, *path: str) -> Place | None:
        """Return the place of the value at a key of one item of a list, or of the whole item."""
        entry = self.entry(*path)
        if entry is None or not isinstance(entry.value, Sequence):
            return entry.value.place if entry is not None else None
        item = entry.value.items[index]
        found = item.get(key) if isinstance(item, Mapping) else None
        return found.value.place if found is not None else item.place


def path_of(score: RuleScore, rule: Rule) -> tuple[str, ...]:
    """Return the keys that lead to a rule."""
    return ("scores", score.name, rule.head.section, rule.head.name)
