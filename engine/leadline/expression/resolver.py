"""One walk over an expression: names resolved, types checked, every mistake gathered."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from leadline.diagnostic import did_you_mean
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.codes import (
    BAD_PATTERN,
    TOO_LONG,
    UNKNOWN_FIELD,
    UNKNOWN_FUNCTION,
    WRONG_ARGUMENTS,
    WRONG_TYPE,
)
from leadline.expression.functions import OVER_TIME, Function
from leadline.expression.names import Names, Typed
from leadline.expression.scope import Scope
from leadline.expression.unparse import unparse
from leadline.expression.wording import (
    a,
    comparison_hint,
    hyphenated,
    needed_hint,
    shown,
    whole_comparison,
)

_ORDERED = (Type.NUMBER, Type.TEXT, Type.DATE, Type.INSTANT, Type.DURATION)
_MOMENTS = (Type.DATE, Type.INSTANT)
#: An expression with its defines written out is refused beyond these: defines of defines double.
_MOST_PARTS = 2_000
_MOST_LEVELS = 150


class Resolver:
    """One walk over one expression, gathering every mistake on the way."""

    def __init__(self, scope: Scope) -> None:
        self.names = Names(scope)
        self._scope = scope
        self._say = self.names.say
        self._uses: list[n.Name] = []  # the defines around this place, outermost first
        self._levels = 0  # how deep they are
        self._written_out = 0  # how many parts the defines have added
        self._too_large = False

    def typed(self, node: n.Node) -> Typed:  # noqa: C901 - one case a node
        """Return a node with its names resolved, and its type."""
        match node:
            case n.Number() | n.Percent() | n.EventCount():
                return node, Type.NUMBER
            case n.Text():
                return node, Type.TEXT
            case n.Truth():
                return node, Type.TRUTH
            case n.Date() | n.LocalDate():
                return node, Type.DATE
            case n.Duration():
                return node, Type.DURATION
            case n.Field():
                return node, node.type
            case n.Name():
                return self._name(node)
            case n.Call():
                return self._call(node)
            case n.Minus(operand):
                return replace(node, operand=self.fitting(operand, Type.NUMBER)), Type.NUMBER
            case n.Arithmetic():
                return self._arithmetic(node)
            case n.Compare():
                return self._compare(node), Type.TRUTH
            case n.In():
                return self._in(node), Type.TRUTH
            case n.Between():
                return self._between(node), Type.TRUTH
            case n.Tested():
                return self._tested(node), Type.TRUTH
            case n.Has():
                return self._has(node), Type.TRUTH
            case n.Missing(operand):
                return replace(node, operand=self.typed(operand)[0]), Type.TRUTH
            case n.Not(operand):
                return replace(node, operand=self.fitting(operand, Type.TRUTH)), Type.TRUTH
            case n.All() | n.Any():
                return self._joined(node), Type.TRUTH
            case n.Rank():
                return self.names.rank(node)
            case n.ScoreWindow():
                return node, Type.TRUTH if node.function == "quiet" else Type.NUMBER
            case _:
                assert_never(node)

    def fitting(self, node: n.Node, expected: Type) -> n.Node:
        """Return a node resolved and of the expected type, or say that it is of another."""
        bound, type_ = self.typed(node)
        return self._coerce(bound, type_, expected)

    def _coerce(self, node: n.Node, found: Type, expected: Type) -> n.Node:
        if found is expected:
            return node
        if found is Type.EMPTY:
            return _filled(node, expected)
        if found is Type.INSTANT and expected is Type.DATE:
            return n.LocalDate(node, node.place)
        message = f"{shown(node)} is {a(found)}, where {a(expected)} is needed"
        self._say(WRONG_TYPE, message, node.place, needed_hint(node, found, expected))
        return node

    # Names and functions

    def _name(self, node: n.Name) -> Typed:
        name = node.path[0]
        if len(node.path) == 1 and not node.quoted:
            if name in self._scope.broken:
                return node, Type.EMPTY
            if name in self._scope.defines:
                return self._define(node, self._scope.defines[name])
        return self.names.field(node)

    def _define(self, node: n.Name, written: n.Node) -> Typed:
        levels = n.depth(written)
        self._written_out += len(n.walk(written))
        if self._levels + levels > _MOST_LEVELS or self._written_out > _MOST_PARTS:
            self._too_large = True
        if self._too_large:
            return node, Type.EMPTY
        said = len(self.names.diagnostics)
        self._uses.append(node)
        self._levels += levels
        bound, type_ = self.typed(written)
        self._levels -= levels
        self._uses.pop()
        note = f"used at {node.place} in {self._scope.what}"
        for index in range(said, len(self.names.diagnostics)):
            found = self.names.diagnostics[index]
            self.names.diagnostics[index] = replace(found, notes=(*found.notes, note))
        if self._too_large and not self._uses:
            message = f"with `{node}` written out, {self._scope.what} is too large to read"
            self._say(TOO_LONG, message, node.place, "use fewer defines within defines")
        # What does not fit where a define is used is said there: elsewhere it may fit.
        return replace(bound, place=node.place), type_

    def _call(self, node: n.Call) -> Typed:
        if node.function in OVER_TIME:
            return self.names.over_time(node)
        function = self._scope.functions.get(node.function)
        if function is None:
            hint = did_you_mean(node.function, [*self._scope.functions, *OVER_TIME])
            message = f"no function is called `{node.function}`"
            self._say(UNKNOWN_FUNCTION, message, node.place, hint)
            for argument in node.arguments:
                if not self._is_unknown_word(argument):
                    self.typed(argument)
            return node, Type.EMPTY
        if not self._counted(node, function):
            return node, function.result
        if function.result is Type.EMPTY:
            return self._alike(node)
        types = function.parameters + (function.parameters[-1],) * len(node.arguments)
        arguments = tuple(map(self.fitting, node.arguments, types))
        return replace(node, arguments=arguments), function.result

    def _counted(self, node: n.Call, function: Function) -> bool:
        """Say whether a function was given as many arguments as it takes."""
        given = len(node.arguments)
        least = len(function.parameters) - function.optional
        if given >= least and (function.variadic or given <= len(function.parameters)):
            return True
        message = f"`{node.function}` was given {given or 'no'} argument{'s' * (given != 1)}"
        self._say(WRONG_ARGUMENTS, message, node.place, f"it is written `{function.signature}`")
        return False

    def _alike(self, node: n.Call) -> Typed:
        """Resolve a call whose arguments and result all have one type, whichever it is."""
        pairs = [self.typed(argument) for argument in node.arguments]
        known = [type_ for _, type_ in pairs if type_ is not Type.EMPTY]
        type_ = known[0] if known else Type.TEXT
        if Type.DATE in known:
            type_ = Type.DATE
        arguments = tuple(self._coerce(argument, found, type_) for argument, found in pairs)
        return replace(node, arguments=arguments), type_

    # Operators

    def _joined(self, node: n.All | n.Any) -> n.Node:
        operands: list[n.Node] = []
        for index, operand in enumerate(node.operands):
            if not (index and self._stands_alone(node.operands[index - 1], operand)):
                operands.append(self.fitting(operand, Type.TRUTH))
        return replace(node, operands=tuple(operands))

    def _stands_alone(self, before: n.Node, operand: n.Node) -> bool:
        """Say so where ``country is DE or AT`` was written."""
        literal = isinstance(operand, n.Text | n.Number | n.Date)
        value = literal or self._is_unknown_word(operand)
        meant = whole_comparison(before, operand) if value else ""
        if not meant:
            return False
        message = f"{shown(operand)} alone compares nothing"
        self._say(WRONG_TYPE, message, operand.place, f"write the whole comparison: `{meant}`")
        return True

    def _is_unknown_word(self, node: n.Node) -> bool:
        is_word = isinstance(node, n.Name) and len(node.path) == 1 and not node.quoted
        return isinstance(node, n.Name) and is_word and not self.names.known(node)

    def _arithmetic(self, node: n.Arithmetic) -> Typed:
        if self._is_one_word(node):
            return node, Type.EMPTY
        left, left_type = self.typed(node.left)
        right, right_type = self.typed(node.right)
        if node.operator in "+-" and left_type in _MOMENTS and right_type is Type.DURATION:
            return replace(node, left=left, right=right), left_type
        if node.operator == "-" and left_type in _MOMENTS and right_type in _MOMENTS:
            if left_type is not right_type:
                left = self._coerce(left, left_type, Type.DATE)
                right = self._coerce(right, right_type, Type.DATE)
            return replace(node, left=left, right=right), Type.DURATION
        if node.operator in "+-" and left_type is right_type is Type.DURATION:
            return replace(node, left=left, right=right), Type.DURATION
        left = self._coerce(left, left_type, Type.NUMBER)
        right = self._coerce(right, right_type, Type.NUMBER)
        return replace(node, left=left, right=right), Type.NUMBER

    def _is_one_word(self, node: n.Arithmetic) -> bool:
        """Say so where a name or a text with a hyphen was written bare."""
        word = hyphenated(node)
        names = [part for part in n.walk(node) if isinstance(part, n.Name)]
        if not word or all(map(self.names.known, names)):
            return False
        hint = f'a text with a hyphen stands in double quotes: `"{word}"`'
        if self._scope.column(self._scope.records or "event", word):
            hint = f"a name with a hyphen stands in backquotes: `` `{word}` ``"
        message = f"`{word}` means {word.replace('-', ' minus ')} here"
        self._say(UNKNOWN_FIELD, message, node.place, hint)
        return True

    def _compare(self, node: n.Compare) -> n.Node:
        left, right, type_ = self._pair(self.typed(node.left), node.right)
        if node.operator not in ("=", "!=") and type_ not in _ORDERED:
            message = f"{shown(left)} is {a(type_)}, which `{node.operator}` cannot compare"
            self._say(WRONG_TYPE, message, node.place, "use `is` or `is not`")
        if node.operator in ("=", "!="):
            self.names.check_named(left, right)
        return replace(node, left=left, right=right)

    def _in(self, node: n.In) -> n.Node:
        if not node.items:
            message = "the list is empty: nothing is ever in it"
            self._say(WRONG_ARGUMENTS, message, node.place, "write what may be in it: `[DE, AT]`")
        operand, type_ = self.typed(node.operand)
        items: list[n.Node] = []
        for item in node.items:
            operand, bound, type_ = self._pair((operand, type_), item)
            self.names.check_named(operand, bound)
            items.append(bound)
        return replace(node, operand=operand, items=tuple(items))

    def _between(self, node: n.Between) -> n.Node:
        operand, type_ = self.typed(node.operand)
        if type_ not in (*_ORDERED, Type.EMPTY):
            message = f"{shown(operand)} is {a(type_)}, which is never between others"
            self._say(WRONG_TYPE, message, node.place, "compare it by `is`, or a list by `has`")
            return node
        operand, low, low_type = self._pair((operand, type_), node.low)
        operand, high, type_ = self._pair((operand, low_type), node.high)
        if low_type is Type.INSTANT and type_ is Type.DATE:
            low = self._coerce(low, low_type, Type.DATE)
        return replace(node, operand=operand, low=low, high=high)

    def _tested(self, node: n.Tested) -> n.Node:
        operand, type_ = self.typed(node.operand)
        if type_ is Type.LIST:
            message = f"{shown(operand)} is {a(type_)}, where a text is needed"
            hint = f"what is in a list is said by `{shown(operand)[1:-1]} has ..`"
            self._say(WRONG_TYPE, message, operand.place, hint)
        else:
            operand = self._coerce(operand, type_, Type.TEXT)
        text = self._text(node.text, f"{node.test} ")
        if node.test == "matches" and not isinstance(text, n.Text):
            hint = 'such as `matches "(?i)chief"`'
            message = "`matches` needs a pattern written as a text"
            self._say(WRONG_ARGUMENTS, message, text.place, hint)
        elif node.test == "matches":
            self._pattern(text)
        return replace(node, operand=operand, text=text)

    def _pattern(self, text: n.Node) -> None:
        error = self._scope.pattern_error(text.value) if isinstance(text, n.Text) else None
        if error is not None:
            message = f"this pattern cannot be used: {error}"
            hint = "patterns follow the RE2 syntax, without look-around and back-references"
            self._say(BAD_PATTERN, message, text.place, hint)

    def _has(self, node: n.Has) -> n.Node:
        operand, type_ = self.typed(node.operand)
        if type_ is not Type.LIST:
            operand = self._coerce(operand, type_, Type.TEXT)
        return replace(node, operand=operand, member=self._text(node.member, "has "))

    def _text(self, node: n.Node, before: str) -> n.Node:
        """Return a node resolved to a text; a bare word here was meant to be one."""
        if self._is_unknown_word(node):
            hint = f'a text is written in double quotes: `{before}"{unparse(node)}"`'
            self._say(UNKNOWN_FIELD, f"unknown name {shown(node)}", node.place, hint)
            return node
        return self.fitting(node, Type.TEXT)

    def _pair(self, left: Typed, right: n.Node) -> tuple[n.Node, n.Node, Type]:
        """Return two sides with their one type, or say that they have two."""
        left_node, left_type = left
        right_node, right_type = self.typed(_truth_word(right, left_type))
        if left_type is right_type:
            if left_type is Type.EMPTY:
                return _filled(left_node, Type.TEXT), _filled(right_node, Type.TEXT), Type.TEXT
            return left_node, right_node, left_type
        if left_type is Type.EMPTY:
            return _filled(left_node, right_type), right_node, right_type
        if right_type is Type.EMPTY:
            return left_node, _filled(right_node, left_type), left_type
        if {left_type, right_type} == {Type.DATE, Type.INSTANT}:
            return (
                self._coerce(left_node, left_type, Type.DATE),
                self._coerce(right_node, right_type, Type.DATE),
                Type.DATE,
            )
        message = (
            f"{shown(left_node)} is {a(left_type)}, {shown(right_node)} is {a(right_type)}; "
            "they cannot be compared"
        )
        hint = comparison_hint(left_node, left_type, right_node, right_type)
        self._say(WRONG_TYPE, message, right_node.place, hint)
        return left_node, right_node, left_type


def _filled(node: n.Node, type_: Type) -> n.Node:
    """Give a column without any value the type that its place asks for."""
    if isinstance(node, n.Field) and node.type is Type.EMPTY:
        return replace(node, type=type_, hollow=True)
    return node


def _truth_word(node: n.Node, type_: Type) -> n.Node:
    """Read ``true`` and ``false`` as truth values where the other side is one."""
    match node:
        case n.Text("true" | "false" as word) | n.Name(("true" | "false" as word,), quoted=False):
            return n.Truth(word == "true", node.place) if type_ is Type.TRUTH else node
        case _:
            return node
