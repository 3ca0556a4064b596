"""Names to fields: what a name means in its scope, or what it was meant to be."""

from __future__ import annotations

from leadline.diagnostic import Code, Diagnostic, Place, did_you_mean, nearest
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.codes import (
    NOT_HERE,
    UNKNOWN_CELL,
    UNKNOWN_FIELD,
    UNKNOWN_GRADE,
    UNKNOWN_STAGE,
    WRONG_ARGUMENTS,
)
from leadline.expression.functions import OVER_TIME
from leadline.expression.scope import RECORDS, TABLES, Scope
from leadline.expression.unparse import KEYWORDS, unparse
from leadline.expression.wording import looks_like_text

_TODAY = ("today", "now", "current_date", "yesterday")
_OVER_TIME_RESULT = {"count": Type.NUMBER, "quiet": Type.TRUTH, "change": Type.NUMBER}

_OF_A_KIND = {"stage": UNKNOWN_STAGE, "matrix": UNKNOWN_CELL}

Typed = tuple[n.Node, Type]


class Names:
    """Looks names up in one scope, and gathers what is wrong with them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.diagnostics: list[Diagnostic] = []

    def say(self, code: Code, message: str, place: Place, hint: str = "") -> None:
        """Note a mistake."""
        self.diagnostics.append(Diagnostic(code, message, place, hint))

    def known(self, name: n.Name) -> bool:
        """Say whether a bare name means anything here."""
        word, scope = name.path[0], self.scope
        if word in scope.defines or word in scope.broken or scope.catalog is None:
            return True
        if word in scope.model:
            return True
        return bool(scope.records) and scope.column(scope.records, word) is not None

    def field(self, node: n.Name) -> Typed:
        """Return the field that a name means; a name that means nothing fits every type."""
        if len(node.path) == 1:
            return self._bare(node)
        if len(node.path) == 2:
            first, column = node.path
            if first in ("score", "grade"):
                return self._score(node, first, column)
            if first in TABLES:
                return self._column(node, first, column)
        self._unknown_path(node)
        return node, Type.EMPTY

    def _unknown_path(self, node: n.Name) -> None:
        first, rest = node.path[0], ".".join(node.path[1:])
        parts = [*self.scope.tables, *(("score", "grade") if self.scope.scores else ())]
        close = nearest(first, parts)
        if len(node.path) > 2:
            last = ".".join(node.path[-2:])
            known = node.path[-2] in parts
            hint = f"did you mean `{last}`?" if known else "a name has at most one dot"
        elif self.scope.records and first in (self.scope.records, RECORDS[self.scope.records]):
            hint = f"columns of the {RECORDS[self.scope.records]} stand alone: `{rest}`"
        elif close:
            hint = f"did you mean `{close[0]}.{rest}`?"
        else:
            hint = f"what stands before a dot here: {_listed(parts)}"
        self.say(UNKNOWN_FIELD, f"unknown name `{node}`", node.place, hint)

    def _bare(self, node: n.Name) -> Typed:
        name = node.path[0]
        if name in self.scope.model and not node.quoted:
            return n.Field("model", name, Type.TEXT, node.place), Type.TEXT
        if self.scope.records:
            return self._column(node, self.scope.records, name)
        message = f"unknown name `{name}` in {self.scope.what}"
        self.say(UNKNOWN_FIELD, message, node.place, self._bare_hint(name))
        return node, Type.EMPTY

    def _bare_hint(self, name: str) -> str:
        if hint := self._special(name):
            return hint
        if holding := self.scope.holding(name):
            return f"did you mean `{holding}`?"
        if name in ("stage", "matrix") and self.scope.scores:
            return f"the ruleset has no `{'stages' if name == 'stage' else name}:`"
        if self.scope.column("event", name):
            return f"`{name}` is a column of the events, and this is about leads; {self._sees()}"
        dotted = {c: f"{part}.{c}" for part in self.scope.tables for c in self.scope.columns(part)}
        dotted |= {score: f"score.{score}" for score in self.scope.scores}
        dotted |= {define: define for define in self.scope.defines}
        dotted |= {word: word for word in self.scope.model}
        close = [f"`{dotted[word]}`" for word in nearest(name, dotted)]
        return f"did you mean {' or '.join(close)}?" if close else self._sees()

    def _special(self, name: str) -> str:
        if name.lower() in _TODAY:
            return "the days from a date to the date of the score are `days_since(NAME)`"
        if name in (*TABLES, "score", "grade"):
            return f"write what of it, such as `{name}.NAME`"
        if name.lower() in KEYWORDS:
            return f"`{name}` is a word of the language: something is missing before it"
        if name.lower() in ("true", "false"):
            return f"`{name.lower()}` stands behind `is`, such as `NAME is {name.lower()}`"
        return ""

    def _sees(self) -> str:
        parts = [*self.scope.tables, *(("score", "grade") if self.scope.scores else ())]
        return f"names here begin with {_listed(parts)}"

    def _score(self, node: n.Name, kind: str, name: str) -> Typed:
        known = self.scope.scores if kind == "score" else self.scope.grades
        type_ = Type.NUMBER if kind == "score" else Type.TEXT
        if not self.scope.scores:
            message = f"`{node}` cannot be used in {self.scope.what}"
            hint = "scores are known in formulas and segments, where all points have been given"
            self.say(NOT_HERE, message, node.place, hint)
        elif self._has_one_value(name, node.place) and name not in known:
            what = "score" if kind == "score" else "score with grades"
            hint = did_you_mean(name, known) or "no score has `grades:`"
            self.say(UNKNOWN_FIELD, f"no {what} is called `{name}`", node.place, hint)
        return n.Field(kind, name, type_, node.place), type_

    def _has_one_value(self, name: str, place: Place) -> bool:
        if name in self.scope.keyed_scores:
            message = f"the score `{name}` has a value for each `per`, not one"
            self.say(NOT_HERE, message, place, "use a score without `per`")
            return False
        return True

    def _column(self, node: n.Name, part: str, column: str) -> Typed:
        scope = self.scope
        if part != scope.records and part not in scope.tables:
            message = f"`{node}` cannot be used in {scope.what}"
            self.say(NOT_HERE, message, node.place, self._sees())
            return node, Type.EMPTY
        if part == "tag":
            self._check_tag(node, column)
            return n.Field("tag", column, Type.TEXT, node.place), Type.TEXT
        if scope.catalog is None:
            return n.Field(part, column, Type.EMPTY, node.place), Type.EMPTY
        found = scope.column(part, column)
        if found is not None:
            return n.Field(part, found.name, found.type, node.place), found.type
        if part == "lead" and column in scope.catalog.history_fields:
            return n.Field(part, column, Type.TEXT, node.place, stored=False), Type.TEXT
        if part == scope.records:
            message = f"unknown field `{node}`: no such column in the {RECORDS[part]}"
            self.say(UNKNOWN_FIELD, message, node.place, self._record_hint(column))
        else:
            message = f"unknown field `{node}`: no column `{column}` in {TABLES[part]}"
            hint = did_you_mean(column, scope.columns(part)) or f"the data has no {TABLES[part]}"
            self.say(UNKNOWN_FIELD, message, node.place, hint)
        return node, Type.EMPTY

    def _check_tag(self, node: n.Name, tag: str) -> None:
        """Note a tag that is most likely misspelt; one that nobody has yet is fine."""
        known = (*self.scope.columns("tag"), *self.scope.set_tags)
        if tag not in known and nearest(tag, known):
            hint = did_you_mean(tag, known)
            self.say(UNKNOWN_FIELD, f"no lead has a tag `{tag}`", node.place, hint)

    def _record_hint(self, name: str) -> str:
        if hint := self._special(name):
            return hint
        if holding := self.scope.holding(name):
            return f"did you mean `{holding}`?"
        if looks_like_text(name):
            return f'a text is written in double quotes: `"{name}"`'
        columns = self.scope.columns(self.scope.records)
        known = [*self.scope.words, *columns, *self.scope.defines]
        if self.scope.words and not nearest(name, known):
            words = ", ".join(f"`{word}`" for word in self.scope.words)
            return f"write {words}, or a field"
        return did_you_mean(name, known)

    def check_named(self, left: n.Node, right: n.Node) -> None:
        """Note a comparison of a stage, grade or cell with one that there is not."""
        if isinstance(left, n.Text):
            left, right = right, left
        if not isinstance(left, n.Field) or not isinstance(right, n.Text):
            return
        if left.scope not in ("model", "grade"):
            return
        name = unparse(left)
        known, value = self.scope.named.get(name, ()), right.value
        if known and value not in known:
            message = {
                "stage": f"no stage is called `{value}`",
                "matrix": f"the matrix has no cell `{value}`",
            }.get(name, f"`{left.column}` has no grade `{value}`")
            code = _OF_A_KIND.get(name, UNKNOWN_GRADE)
            self.say(code, message, right.place, did_you_mean(value, known))

    # Functions of events and scores over time

    def over_time(self, node: n.Call) -> Typed:
        """Return the node of ``count``, ``quiet`` or ``change``."""
        name, result = node.function, _OVER_TIME_RESULT[node.function]
        possible = self.scope.counts if name == "count" else self.scope.segments
        if not possible:
            where = "rules, facts and segments" if name == "count" else "segments"
            message = f"`{name}` cannot be used in {self.scope.what}"
            self.say(NOT_HERE, message, node.place, f"it is for {where}")
            return node, result
        first, window = (*node.arguments, None, None)[:2]
        if (
            not isinstance(first, n.Name | n.Text)
            or len(node.arguments) > 2
            or not isinstance(window, n.Duration | None)
            or (window is None and name != "count")
        ):
            message = f"`{name}` is not written so"
            self.say(WRONG_ARGUMENTS, message, node.place, f"it is written `{OVER_TIME[name]}`")
            return node, result
        days = self._days(window) if window is not None else None
        what = first.value if isinstance(first, n.Text) else str(first)
        if name == "count":
            return n.EventCount(what, days, node.place), result
        self._known_score(what, first.place)
        return n.ScoreWindow(name, what, days or 0.0, node.place), result

    def _days(self, window: n.Duration) -> float:
        if window.days < 1 or window.days != int(window.days):
            message = "the window is not a number of whole days"
            hint = "scores move at midnight: write whole days, such as `30 days`"
            self.say(WRONG_ARGUMENTS, message, window.place, hint)
        return window.days

    def rank(self, node: n.Rank) -> Typed:
        """Return the node of ``top 10% by readiness``."""
        if self.scope.segments:
            self._known_score(node.score, node.place)
        else:
            message = f"a rank cannot be used in {self.scope.what}"
            self.say(NOT_HERE, message, node.place, "it is for segments")
        return node, Type.TRUTH

    def _known_score(self, name: str, place: Place) -> None:
        if self._has_one_value(name, place) and name not in self.scope.scores:
            hint = did_you_mean(name, self.scope.scores)
            self.say(UNKNOWN_FIELD, f"no score is called `{name}`", place, hint)


def _listed(parts: list[str]) -> str:
    words = [f"`{part}.`" for part in parts]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
