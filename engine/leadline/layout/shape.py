"""What a JSON Schema says about the layout of a value: the order of its keys, lines or braces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from leadline.document import Entry, Mapping, Scalar, Sequence, Value
from leadline.expression.metrics_parse import parse_metric
from leadline.expression.parse import parse_expression
from leadline.ruleset.schema import EXPRESSION, METRIC, Schema

_READ = {EXPRESSION: parse_expression, METRIC: parse_metric}
_COLLECTIONS = frozenset(("object", "array"))


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema of a value; ``root`` is the schema that its references point into."""

    schema: Schema
    root: Schema

    def of(self, value: Value) -> Shape:
        """Return the shape with references followed and the alternative that fits the value."""
        schema = self.schema
        while "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        for key in ("anyOf", "oneOf"):
            fitting = (Shape(each, self.root).of(value) for each in schema.get(key, ()))
            found = next((each for each in fitting if each._takes(value)), None)
            if found is not None:
                return found
        return Shape(schema, self.root)

    def under(self, key: str) -> Shape:
        """Return the shape of what stands at a key."""
        other = self.schema.get("additionalProperties")
        known: dict[str, Schema] = self.schema.get("properties", {})
        return Shape(known.get(key, other if isinstance(other, dict) else {}), self.root)

    def item(self) -> Shape:
        """Return the shape of an item."""
        items = self.schema.get("items")
        return Shape(items if isinstance(items, dict) else {}, self.root)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, in the order in which they are written; none where names are the author's."""
        closed = self.schema.get("additionalProperties") is False
        return tuple(self.schema.get("properties", {})) if closed else ()

    @property
    def expression(self) -> bool:
        """Whether a text here is an expression."""
        return self.schema.get("format") == EXPRESSION

    @property
    def read(self) -> Callable[[Scalar], object] | None:
        """What a text here is read by where it has blanks of its own: expressions, metrics."""
        return _READ.get(self.schema.get("format", ""))

    @property
    def named(self) -> bool:
        """Whether this is a thing of the model with a life of its own: it is noted or computed."""
        inner: Iterable[Schema] = self.schema.get("properties", {}).values()
        return "note" in self.keys or any(part.get("format") == EXPRESSION for part in inner)

    @property
    def holds_more(self) -> bool:
        """Whether a list or mapping may stand here."""
        return not self._types or not self._types.isdisjoint(_COLLECTIONS)

    @property
    def holds_only_more(self) -> bool:
        """Whether nothing but a list or mapping may stand here."""
        return bool(self._types) and self._types <= _COLLECTIONS

    def ordered(self, mapping: Mapping) -> tuple[int, ...]:
        """Return the indexes of a mapping's entries in the order in which they are written.

        Keys that the schema does not know stand last, in the order of the file.
        """
        rank = {key: place for place, key in enumerate(self.keys)}
        entries = range(len(mapping.entries))
        if not rank:
            return tuple(entries)
        last = len(rank)
        return tuple(sorted(entries, key=lambda at: rank.get(mapping.entries[at].key.text, last)))

    def before(self, mapping: Mapping, key: str) -> Entry | None:
        """Return the entry behind which a new key belongs; None: before all others."""
        if key not in self.keys:
            return mapping.entries[-1] if mapping.entries else None
        earlier = self.keys[: self.keys.index(key)]
        found = [entry for entry in mapping.entries if entry.key.text in earlier]
        return found[-1] if found else None

    @property
    def _types(self) -> frozenset[str]:
        types = self.schema.get("type", ())
        return frozenset((types,) if isinstance(types, str) else types)

    def _takes(self, value: Value) -> bool:
        match value:
            case Mapping():
                return "object" in self._types
            case Sequence():
                return "array" in self._types
            case Scalar():
                return not self.holds_only_more


def shape_of(schema: Schema) -> Shape:
    """Return the shape of a file that the schema describes."""
    return Shape(schema, schema)
