"""Reading a document: what stands at a key, or a diagnostic that says why it cannot be read.

Shapes are checked by the schema before; a value of another shape is passed over here without
a second word, so that one mistake is said once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dict
from dataclasses import replace
from datetime import date
from typing import TypeVar

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.document.values import Entry, Mapping, Scalar, Sequence
from leadline.expression import nodes as n
from leadline.expression.catalog import Catalog, Type
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.expression.scope import Scope
from leadline.expression.types import Resolved, resolve
from leadline.ruleset import codes
from leadline.ruleset.extensions import Extensions
from leadline.ruleset.schema import DATE

Form = TypeVar("Form")

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]+)?\Z")
_EVERYWHERE = ("asset", "lead", "account", "tag")
_OF_A_LEAD = ("lead", "account", "tag")


class Reader:
    """Reads values and gathers what is wrong with them.

    Attributes:
        defines: the expressions under ``define``, as parsed.
        broken: the names under ``define`` that something is wrong with.
        set_tags: the tags that automations set.
        scores, keyed_scores, grades: the names that ``score.x`` and ``grade.x`` may use.
        letters: the grades of each score, as written; none of a score whose grades are no keys.
        named: what ``stage``, ``matrix`` and each ``grade.x`` can be, as far as it is read.
    """

    def __init__(
        self,
        catalog: Catalog | None,
        extensions: Extensions,
        pattern_error: Callable[[str], str | None],
    ) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.catalog = catalog
        self.extensions = extensions
        self.functions = extensions.functions
        self.pattern_error = pattern_error
        self.defines: dict[str, n.Node] = {}
        self.broken: frozenset[str] = frozenset()
        self.set_tags: tuple[str, ...] = ()
        self.scores: tuple[str, ...] = ()
        self.keyed_scores: tuple[str, ...] = ()
        self.grades: tuple[str, ...] = ()
        self.letters: dict[str, tuple[str, ...]] = {}
        self.named: Dict[str, tuple[str, ...]] = {}

    def say(self, code: Code, message: str, place: Place, hint: str = "") -> None:
        """Note a mistake."""
        self.diagnostics.append(Diagnostic(code, message, place, hint))

    # What stands at a key

    def mapping(self, parent: Mapping, key: str) -> Mapping | None:
        """Return the mapping at a key, or None."""
        entry = parent.get(key)
        return entry.value if entry and isinstance(entry.value, Mapping) else None

    def scalar(self, parent: Mapping, key: str) -> Scalar | None:
        """Return the scalar at a key, or None."""
        entry = parent.get(key)
        return entry.value if entry and isinstance(entry.value, Scalar) else None

    def place(self, parent: Mapping, key: str) -> Place:
        """Return the place of the value at a key, or of the mapping where it has no such key."""
        entry = parent.get(key)
        return entry.value.place if entry else parent.place

    def text(self, parent: Mapping, key: str) -> str:
        """Return the text at a key, or ``""``."""
        scalar = self.scalar(parent, key)
        return scalar.text if scalar else ""

    def texts(self, parent: Mapping, key: str) -> tuple[str, ...]:
        """Return the text or the list of texts at a key."""
        return tuple(scalar.text for scalar in self.scalars(parent, key))

    def scalars(self, parent: Mapping, key: str) -> tuple[Scalar, ...]:
        """Return the scalar or the list of scalars at a key."""
        entry = parent.get(key)
        if entry is None:
            return ()
        if isinstance(entry.value, Scalar):
            return (entry.value,)
        if isinstance(entry.value, Sequence):
            return tuple(item for item in entry.value.items if isinstance(item, Scalar))
        return ()

    def number(self, parent: Mapping, key: str) -> float | None:
        """Return the number at a key, or None."""
        scalar = self.scalar(parent, key)
        if scalar is None or not _NUMBER.match(scalar.text):
            return None
        return float(scalar.text)

    def truth(self, parent: Mapping, key: str, otherwise: bool) -> bool:
        """Return the truth value at a key."""
        return {"true": True, "false": False}.get(self.text(parent, key), otherwise)

    def day(self, parent: Mapping, key: str) -> date | None:
        """Return the date at a key, or None."""
        scalar = self.scalar(parent, key)
        if scalar is None or not re.match(DATE, scalar.text):
            return None
        try:
            return date.fromisoformat(scalar.text)
        except ValueError:
            return None  # the schema has said so

    def apart(self, entries: Iterable[Entry], what: str) -> None:
        """Note names that differ only in case: SQL takes them for one."""
        seen: dict[str, Scalar] = {}
        for entry in entries:
            key = entry.key
            first = seen.setdefault(key.text.casefold(), key)
            if first is not key:
                message = f"the {what} `{first.text}` and `{key.text}` differ only in case"
                if first.text == key.text:
                    message = f"two {what} are called `{key.text}`"
                hint = f"rename one of them; the first is at {first.place}"
                self.say(codes.SAME_NAME, message, key.place, hint)

    # Phrases and expressions

    def phrase(self, parent: Mapping, key: str, parse: Callable[[Scalar], Form]) -> Form | None:
        """Parse the scalar at a key, or None where there is none or it does not parse."""
        scalar = self.scalar(parent, key)
        return self.parsed(scalar, parse) if scalar is not None else None

    def parsed(self, scalar: Scalar, parse: Callable[[Scalar], Form]) -> Form | None:
        """Parse a scalar, or note why it does not parse."""
        if not scalar.text:
            return None  # the schema has said so
        try:
            return parse(scalar)
        except ExpressionError as error:
            self.diagnostics.append(error.diagnostic)
            return None

    def expression(self, parent: Mapping, key: str, scope: Scope, expected: Type) -> n.Node | None:
        """Parse and resolve the expression at a key."""
        scalar = self.scalar(parent, key)
        return self.resolved(scalar, scope, expected) if scalar is not None else None

    def resolved(self, scalar: Scalar, scope: Scope, expected: Type) -> n.Node | None:
        """Parse and resolve an expression, or note what is wrong with it."""
        node = self.parsed(scalar, parse_expression)
        return self.checked(resolve(node, scope, expected)) if node is not None else None

    def checked(self, resolved: Resolved) -> n.Node | None:
        """Return a resolved node, or None after noting what is wrong with it."""
        self.diagnostics.extend(resolved.diagnostics)
        return None if resolved.diagnostics else resolved.node

    # Scopes

    def of_events(self, what: str, *, counts: bool = True) -> Scope:
        """Return the scope of an expression over events."""
        return self._scope(Scope(what, _EVERYWHERE, records="event", counts=counts))

    def of_leads(self, what: str) -> Scope:
        """Return the scope of an expression over leads."""
        return self._scope(Scope(what, _OF_A_LEAD, counts=True))

    def of_scores(self, what: str, *, segments: bool = False, model: tuple[str, ...] = ()) -> Scope:
        """Return the scope of a formula, or of a segment, which can see more.

        Args:
            what: what the expression is, for messages.
            segments: whether ``quiet``, ``change`` and ranks are possible.
            model: which of ``stage`` and ``matrix`` the ruleset has.
        """
        scope = Scope(
            what,
            _OF_A_LEAD,
            counts=True,
            segments=segments,
            model=model,
            scores=self.scores,
            keyed_scores=self.keyed_scores,
            grades=self.grades,
            named=self.named,
        )
        return self._scope(scope)

    def _scope(self, scope: Scope) -> Scope:
        return replace(
            scope,
            catalog=self.catalog,
            defines=self.defines,
            broken=self.broken,
            set_tags=self.set_tags,
            functions=self.functions,
            pattern_error=self.pattern_error,
        )
