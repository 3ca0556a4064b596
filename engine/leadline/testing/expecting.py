"""What a case expects, read against the ruleset: every score, rule and segment must be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from leadline.diagnostic import Code, Diagnostic, Place, did_you_mean, nearest
from leadline.document.values import Entry, Mapping, Scalar, Sequence, Value
from leadline.report.listing import decimal
from leadline.ruleset.model import RuleScore, Ruleset, Stages
from leadline.testing import codes
from leadline.testing.cases import NONE, Expectation, Kind, Passed

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]+)?\Z")
_DECIMALS = 4
_ABSENT = "absent"
_TRUTH = {"true": True, "false": False}


def read_expectations(
    expect: Mapping, ruleset: Ruleset, found: list[Diagnostic]
) -> tuple[Expectation, ...]:
    """Read what stands under ``expect``.

    Args:
        expect: the mapping; what has not the shape of the schema is passed over.
        ruleset: the model that the names must be of.
        found: where mistakes are added.
    """
    reader = _Reader(ruleset, found)
    return (*reader.leads(expect), *reader.accounts(expect))


def entries(value: Value | None, key: str = "") -> tuple[Entry, ...]:
    """Return the entries of a mapping, or of what stands at a key of it; none of anything else."""
    if key:
        entry = value.get(key) if isinstance(value, Mapping) else None
        value = entry.value if entry is not None else None
    return value.entries if isinstance(value, Mapping) else ()


def scalars(value: Value | None) -> tuple[Scalar, ...]:
    """Return the texts of a list; none of anything else."""
    items = value.items if isinstance(value, Sequence) else ()
    return tuple(item for item in items if isinstance(item, Scalar))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the expectations of one case."""

    ruleset: Ruleset
    found: list[Diagnostic]

    def leads(self, expect: Mapping) -> Iterator[Expectation]:
        """Yield what is expected of leads."""
        readers: dict[str, Callable[[str, Value], Iterator[Expectation]]] = {
            "scores": self._scores,
            "grade": self._grades,
            "stage": self._stage,
            "stages": self._stages,
            "matrix": self._matrix,
            "segments": lambda id, value: self._named(id, value, "segment", True),
            "not_segments": lambda id, value: self._named(id, value, "segment", False),
            "fired": lambda id, value: self._named(id, value, "fired", True),
            "not_fired": lambda id, value: self._named(id, value, "fired", False),
        }
        for entry in entries(expect, "leads"):
            lead = entry.key.text
            if isinstance(entry.value, Scalar):
                yield from self._absent("lead", lead, entry.value)
            for part in entries(entry.value):
                if part.key.text in readers:
                    yield from readers[part.key.text](lead, part.value)

    def accounts(self, expect: Mapping) -> Iterator[Expectation]:
        """Yield what is expected of accounts."""
        for entry in entries(expect, "accounts"):
            account = entry.key.text
            if isinstance(entry.value, Scalar):
                yield from self._absent("account", account, entry.value)
            for part in entries(entry.value):
                for named in entries(part.value):
                    yield from self._account(account, part.key.text, named)

    def _absent(self, of: str, id: str, value: Scalar) -> Iterator[Expectation]:
        if value.text != _ABSENT:
            message = f"`{id}` must have keys with values or be `{_ABSENT}`, and is `{value.text}`"
            self._say(codes.NOT_ABSENT, message, value.place, f"write `{id}: {_ABSENT}`")
            return
        whose = "lead" if of == "lead" else "account"
        yield Expectation(whose, id, "absent", "", "", True, value.place)  # type: ignore[arg-type]

    # Scores and grades

    def _scores(self, lead: str, value: Value) -> Iterator[Expectation]:
        for name, per, scalar in self._by_score(value):
            points = self._points(scalar, none=bool(per))
            if points is not None:
                yield Expectation("lead", lead, "score", name, per, points, scalar.place)

    def _grades(self, lead: str, value: Value) -> Iterator[Expectation]:
        letters = {score.name: [g for g, _ in score.grades] for score in self.ruleset.scores}
        for name, per, scalar in self._by_score(value):
            if scalar.text not in (*letters[name], NONE):
                hint = did_you_mean(scalar.text, letters[name])
                message = f"the score `{name}` has no grade `{scalar.text}`"
                message = message if letters[name] else f"the score `{name}` has no grades"
                self._say(codes.NO_SUCH_GRADE, message, scalar.place, hint)
                continue
            yield Expectation("lead", lead, "grade", name, per, scalar.text, scalar.place)

    def _by_score(self, value: Value) -> Iterator[tuple[str, str, Scalar]]:
        """Yield score, value of ``per`` and what is expected, of the scores that there are."""
        known = {score.name: score for score in self.ruleset.scores}
        for entry in entries(value):
            name = entry.key.text
            score = known.get(name)
            if score is None:
                hint = did_you_mean(name, known)
                message = f"no score is called `{name}`"
                self._say(codes.NO_SUCH_SCORE, message, entry.key.place, hint)
                continue
            keyed = isinstance(score, RuleScore) and score.per is not None
            if keyed is not isinstance(entry.value, Mapping):
                self._say_per(name, entry, keyed)
            elif isinstance(entry.value, Scalar):
                yield name, "", entry.value
            else:
                for part in entries(entry.value):
                    if isinstance(part.value, Scalar):
                        yield name, part.key.text, part.value

    def _say_per(self, name: str, entry: Entry, keyed: bool) -> None:
        if keyed:
            message = f"the score `{name}` has a value for each `per`, and one is expected of all"
            hint = f"write `{name}: {{VALUE: {_shown(entry.value)}}}`"
        else:
            message = f"the score `{name}` has no `per`, and values of one are expected"
            hint = f"write the number: `{name}: 40`"
        self._say(codes.PER_MISMATCH, message, entry.value.place, hint)

    def _points(self, scalar: Scalar, *, none: bool = False) -> float | str | None:
        if none and scalar.text == NONE:
            return NONE
        if not _NUMBER.match(scalar.text):
            message = f"points are a number, and `{scalar.text}` is none"
            self._say(codes.BAD_POINTS, message, scalar.place, "such as `32.8`")
            return None
        decimals = scalar.text.partition(".")[2].rstrip("0")
        if len(decimals) > _DECIMALS:
            message = f"`{scalar.text}` has {len(decimals)} decimals, and scores are reported to 4"
            hint = f"write `{decimal(float(scalar.text))}`"
            self._say(codes.BAD_POINTS, message, scalar.place, hint)
            return None
        return float(scalar.text) + 0.0

    # Stages and the matrix

    def _stage(self, lead: str, value: Value) -> Iterator[Expectation]:
        if isinstance(value, Scalar) and self._is_step(value, self.ruleset.stages, "the ruleset"):
            yield Expectation("lead", lead, "stage", "", "", value.text, value.place)

    def _stages(self, lead: str, value: Value) -> Iterator[Expectation]:
        passed: list[Passed] = []
        for item in value.items if isinstance(value, Sequence) else ():
            named = item.get("stage") if isinstance(item, Mapping) else None
            stage = named.value if named is not None else item
            if isinstance(stage, Scalar) and self._is_step(
                stage, self.ruleset.stages, "the ruleset"
            ):
                entered = item.get("entered_at") if isinstance(item, Mapping) else None
                passed.append((stage.text, self._instant(entered)))
        if isinstance(value, Sequence) and len(passed) == len(value.items):
            yield Expectation("lead", lead, "stages", "", "", tuple(passed), value.place)

    def _instant(self, entry: Entry | None) -> str | None:
        if entry is None or not isinstance(entry.value, Scalar):
            return None
        text = entry.value.text
        try:
            datetime.fromisoformat(text)
        except ValueError:
            message = f"`{text}` is no instant"
            hint = "write it as `2026-06-01 09:00:00`, in UTC, or with an offset"
            self._say(codes.BAD_DATE, message, entry.value.place, hint)
        return text

    def _is_step(self, stage: Scalar, stages: Stages | None, whose: str) -> bool:
        names = [step.name for step in stages.steps] if stages is not None else []
        if stages is not None and stage.text in (*names, NONE):
            return True
        message = f"no stage is called `{stage.text}`" if names else f"{whose} has no `stages:`"
        self._say(codes.NO_SUCH_STAGE, message, stage.place, did_you_mean(stage.text, names))
        return False

    def _matrix(self, lead: str, value: Value) -> Iterator[Expectation]:
        if not isinstance(value, Scalar):
            return
        sides = [[cell for cell, _ in axis.cells] for axis in self.ruleset.matrix or ()]
        cells = ["".join(pair) for pair in product(*sides)] if sides else []
        if value.text in (*cells, NONE) and cells:
            yield Expectation("lead", lead, "matrix", "", "", value.text, value.place)
            return
        message = f"the matrix has no cell `{value.text}`" if cells else "there is no `matrix:`"
        self._say(codes.NO_SUCH_CELL, message, value.place, did_you_mean(value.text, cells))

    # Segments and rules

    def _named(self, lead: str, value: Value, kind: Kind, expected: bool) -> Iterator[Expectation]:
        if expected and isinstance(value, Sequence) and not value.items:
            yield Expectation("lead", lead, kind, "", "", False, value.place)
        known = self._segments if kind == "segment" else self._rules
        for scalar in scalars(value):
            if scalar.text in known:
                yield Expectation("lead", lead, kind, scalar.text, "", expected, scalar.place)
            elif kind == "segment":
                message = f"no segment is called `{scalar.text}`"
                hint = did_you_mean(scalar.text, known)
                self._say(codes.NO_SUCH_SEGMENT, message, scalar.place, hint)
            else:
                self._say_rule(scalar, known)

    def _say_rule(self, scalar: Scalar, known: tuple[str, ...]) -> None:
        score, _, rule = scalar.text.rpartition(".")
        bare = [f"`{name}`" for name in known if name.endswith(f".{scalar.text}")]
        # The name of the score, which is right, would make all of its rules look alike.
        beside = [name.removeprefix(f"{score}.") for name in known if name.startswith(f"{score}.")]
        bare = bare or [f"`{score}.{name}`" for name in nearest(rule, beside)]
        hint = f"did you mean {' or '.join(bare)}?" if bare else did_you_mean(scalar.text, known)
        message = f"no rule is called `{scalar.text}`"
        self._say(codes.NO_SUCH_RULE, message, scalar.place, hint)

    @property
    def _segments(self) -> tuple[str, ...]:
        return tuple(segment.name for segment in self.ruleset.segments)

    @property
    def _rules(self) -> tuple[str, ...]:
        return tuple(
            f"{score.name}.{rule.head.name}"
            for score in self.ruleset.scores
            if isinstance(score, RuleScore)
            for rule in score.rules
        )

    # Accounts

    def _account(self, account: str, part: str, entry: Entry) -> Iterator[Expectation]:
        name, scalar = entry.key.text, entry.value
        known = {score.name: score for score in self.ruleset.accounts}
        if name not in known:
            message = f"no score of accounts is called `{name}`"
            self._say(codes.NO_SUCH_SCORE, message, entry.key.place, did_you_mean(name, known))
        elif not isinstance(scalar, Scalar):
            return
        elif part == "scores":
            points = self._points(scalar)
            if points is not None:
                yield Expectation("account", account, "score", name, "", points, scalar.place)
        elif part == "stage":
            if self._is_step(scalar, known[name].stages, f"the account score `{name}`"):
                yield Expectation("account", account, "stage", name, "", scalar.text, scalar.place)
        elif part == "committee" and known[name].committee is None:
            message = f"the account score `{name}` has no `committee:`"
            hint = "expect a committee of a score that has one"
            self._say(codes.NO_SUCH_SCORE, message, entry.key.place, hint)
        elif part == "committee" and scalar.text in _TRUTH:
            truth = _TRUTH[scalar.text]
            yield Expectation("account", account, "committee", name, "", truth, scalar.place)

    def _say(self, code: Code, message: str, place: Place, hint: str = "") -> None:
        self.found.append(Diagnostic(code, message, place, hint))


def _shown(value: Value) -> str:
    return value.text if isinstance(value, Scalar) else "..."
