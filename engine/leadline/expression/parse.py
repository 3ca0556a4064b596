"""Text to nodes and phrases.

Every parse takes a :class:`Scalar` and reads its decoded text, so a position in the
text maps to the true place in the file whatever style of scalar the author chose.
"""

from __future__ import annotations

from typing import cast

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.document.values import Scalar
from leadline.expression import codes, grammar
from leadline.expression import nodes as n
from leadline.expression import phrases as p
from leadline.expression.advice import EXAMPLES
from leadline.expression.faults import Impossible, Unexpected, explain

_MOST_CHARACTERS = 4_096
#: What walks a tree calls itself; this many levels stay far from Python's own limit.
_MOST_LEVELS = 100


class ExpressionError(Exception):
    """Why a scalar is not what its key needs; carries the one diagnostic to show."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def parse_expression(scalar: Scalar) -> n.Node:
    """Parse an expression.

    Args:
        scalar: the text and where it stands.

    Returns:
        The tree, names not yet resolved.

    Raises:
        ExpressionError: the text is no expression; the diagnostic has its true place.
    """
    node = cast(n.Node, _parse(scalar, "expression"))
    check_depth(node, scalar.place)
    return node


def check_depth(node: n.Node, place: Place | None = None) -> None:
    """Refuse an expression that is too deep to be walked.

    Args:
        node: the expression as parsed.
        place: what is pointed at; None: the expression itself.

    Raises:
        ExpressionError: it is.
    """
    depth = n.depth(node)
    if depth > _MOST_LEVELS:
        reason = f"{depth} operations within one another, at most {_MOST_LEVELS}"
        raise _too_long(place or node.place, reason)


def parse_limit(scalar: Scalar) -> p.Limit:
    """Parse ``3 per day``."""
    return cast(p.Limit, _parse(scalar, "limit"))


def parse_reach(scalar: Scalar) -> p.Reach:
    """Parse ``5 distinct url per visit``."""
    return cast(p.Reach, _parse(scalar, "reach"))


def parse_every(scalar: Scalar) -> p.Every:
    """Parse ``10% every 30 days`` or ``5 points every 30 days``."""
    return cast(p.Every, _parse(scalar, "every"))


def parse_floor(scalar: Scalar) -> p.Floor:
    """Parse ``20`` or ``50% of sales_ready``."""
    return cast(p.Floor, _parse(scalar, "floor"))


def parse_range(scalar: Scalar) -> p.Range:
    """Parse ``0 to 150``."""
    return cast(p.Range, _parse(scalar, "range"))


def parse_combine(scalar: Scalar) -> p.Combine:
    """Parse ``sum``, ``max``, ``average`` or ``top 3``."""
    return cast(p.Combine, _parse(scalar, "combine"))


def parse_committee(scalar: Scalar) -> p.Committee:
    """Parse ``2 leads at 30``."""
    return cast(p.Committee, _parse(scalar, "committee"))


def parse_stage_source(scalar: Scalar) -> p.StageSource:
    """Parse ``score readiness``, ``content`` or ``tag NAME``."""
    return cast(p.StageSource, _parse(scalar, "stage_source"))


def parse_equal_steps(scalar: Scalar) -> tuple[str, ...]:
    """Parse ``equal [aware, engaged, sales_ready]`` into the names of the steps."""
    return cast("tuple[str, ...]", _parse(scalar, "equal_steps"))


def parse_written_figure(scalar: Scalar) -> p.Argument:
    """Parse ``rate(email_click, email_send)`` as it is written; ``metrics_parse`` reads it."""
    return cast("p.Argument", _parse(scalar, "metric"))


def parse_days(scalar: Scalar) -> int:
    """Parse a time of whole days, such as ``45 days`` or ``2 weeks``."""
    return cast(int, _parse(scalar, "days"))


def parse_seconds(scalar: Scalar) -> int:
    """Parse a time of whole seconds, such as ``30 minutes``."""
    return cast(int, _parse(scalar, "seconds"))


def _parse(scalar: Scalar, start: str) -> object:
    length = len(scalar.text)
    if length > _MOST_CHARACTERS:
        raise _too_long(scalar.place, f"{length:,} characters, at most {_MOST_CHARACTERS:,}")
    if not scalar.text.strip():
        raise _refused(codes.SYNTAX, "nothing is written here", scalar.place, EXAMPLES[start])
    try:
        return grammar.read(scalar, start)
    except Unexpected as fault:
        raise ExpressionError(explain(scalar, fault, start)) from None
    except Impossible as fault:
        raise _refused(codes.BAD_VALUE, fault.message, fault.place, fault.hint) from None


def _refused(code: Code, message: str, place: Place, hint: str) -> ExpressionError:
    return ExpressionError(Diagnostic(code, message, place, hint))


def _too_long(place: Place, reason: str) -> ExpressionError:
    message = f"an expression too large to read: {reason}"
    hint = "give parts of it names under `define:`"
    return _refused(codes.TOO_LONG, message, place, hint)
