"""How thorough tests are: what no case reaches and which changes no case notices."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.diagnostic import Place
from leadline.report.diagnostics import visible

#: More lines of one list are only counted, unless all are asked for.
MOST_GAPS = 20


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no case reaches or notices: where it stands and what it is."""

    place: Place
    what: str


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """How thorough the cases of a ruleset are.

    Attributes:
        ruleset: its file.
        kinds: of each kind of what can be reached: its name, how many are reached, how many
            there are.
        missed: what no case reaches.
        mutants: how many changed rulesets were tried; None where none were.
        survivors: those that no case notices.
    """

    ruleset: str
    kinds: tuple[tuple[str, int, int], ...]
    missed: tuple[Gap, ...]
    mutants: int | None
    survivors: tuple[Gap, ...]

    @property
    def reachable(self) -> int:
        """How much there is to reach."""
        return sum(total for _, _, total in self.kinds)

    @property
    def covered(self) -> float:
        """How much is reached, in per cent; 100 where there is nothing to reach."""
        return 100 - 100 * len(self.missed) / self.reachable if self.reachable else 100.0

    @property
    def noticed(self) -> float | None:
        """How many mutants are noticed, in per cent; None where none were tried."""
        if self.mutants is None:
            return None
        return 100 - 100 * len(self.survivors) / self.mutants if self.mutants else 100.0


def thoroughness_text(
    found: Sequence[Thoroughness], *, most: int | None = MOST_GAPS, width: int = 80
) -> str:
    """Write how thorough the tests of some rulesets are.

    Args:
        found: one for each ruleset.
        most: how many lines of a list to show; None shows all.
        width: the columns to fit in.
    """
    return "\n".join("\n".join(_lines(one, most, width)) + "\n" for one in found)


def _lines(one: Thoroughness, most: int | None, width: int) -> Iterator[str]:
    yield visible(one.ruleset)
    kinds = ", ".join(f"{name} {reached}/{total}" for name, reached, total in one.kinds)
    reached = one.reachable - len(one.missed)
    said = f"{reached} of {one.reachable} reached: {kinds}" if kinds else "nothing to reach"
    yield from _folded(f"  coverage {percent(one.covered):>5}  ", said, width)
    if one.noticed is not None and one.mutants is not None:
        noticed = one.mutants - len(one.survivors)
        yield f"  mutants  {percent(one.noticed):>5}  {noticed} of {one.mutants} noticed"
    yield from _gaps("no case reaches", one.missed, most, width)
    yield from _gaps("no case notices", one.survivors, most, width)


def _gaps(title: str, gaps: Sequence[Gap], most: int | None, width: int) -> Iterator[str]:
    if not gaps:
        return
    yield f"  {title}"
    shown = gaps if most is None else gaps[:most]
    for gap in shown:
        yield from _folded(f"    {visible(gap.place.file)}:{gap.place.line}  ", gap.what, width)
    if len(shown) < len(gaps):
        yield f"    and {len(gaps) - len(shown)} more (--all-gaps)"


def _folded(start: str, text: str, width: int) -> list[str]:
    wide = textwrap.wrap(
        start + visible(text),
        width,
        subsequent_indent=" " * min(len(start), 12),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wide or [start.rstrip()]


def percent(share: float) -> str:
    """Return per cent rounded down to a tenth, so that 100% is said of all and nothing less."""
    tenths = int(share * 10 + 1e-6)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def thoroughness_data(found: Sequence[Thoroughness]) -> list[dict[str, object]]:
    """Return the same as data for programs."""
    return [
        {
            "ruleset": one.ruleset,
            "coverage": round(one.covered, 4),
            "kinds": {name: {"reached": r, "total": total} for name, r, total in one.kinds},
            "missed": [_gap(gap) for gap in one.missed],
            "mutants": one.mutants,
            "noticed": None if one.noticed is None else round(one.noticed, 4),
            "survivors": [_gap(gap) for gap in one.survivors],
        }
        for one in found
    ]


def _gap(gap: Gap) -> dict[str, object]:
    return {"file": gap.place.file, "line": gap.place.line, "what": gap.what}
