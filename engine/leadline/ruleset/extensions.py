"""What plugins add to the language: functions and kinds of decay."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from leadline.expression.functions import Function, function_table
from leadline.ruleset.schema import RULESET_SCHEMA, Schema


@dataclass(frozen=True, slots=True)
class DecayForm:
    """A kind of decay by age.

    Attributes:
        name: the key under ``decay:``.
        schema: the JSON Schema of what stands under that key.
        factor: from what stands there and an age in whole days to a factor.
    """

    name: str
    schema: Schema
    factor: Callable[[Mapping[str, object], int], float]


@dataclass(frozen=True, slots=True)
class Extensions:
    """The functions expressions may call, and the decays besides the language's own."""

    functions: Mapping[str, Function] = field(default_factory=function_table)
    decays: Mapping[str, DecayForm] = field(default_factory=dict)

    def schema(self) -> Schema:
        """Return the schema of rulesets, the decays of plugins among its keys."""
        if not self.decays:
            return RULESET_SCHEMA
        schema = copy.deepcopy(RULESET_SCHEMA)
        for place in ("rule", "score"):
            decay = schema["$defs"][place]["properties"]["decay"]
            decay["properties"] |= {form.name: form.schema for form in self.decays.values()}
        return schema


NO_EXTENSIONS = Extensions()
