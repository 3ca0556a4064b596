"""The acceptance ledger as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.intervals import Share
from leadline.report.listing import Listing

#: How many reasons stand in a row for people.
_MOST_REASONS = 3
_WHY = "why refused"
_BESIDES = "besides"
_BELOW = (("besides:", (_BESIDES,)), ("refused:", (_WHY,)))

#: What the columns of the tables for people mean.
LEGEND = (
    "%: the accepted of those decided (accepted or refused); 95%: the range in which",
    "  the true share lies, as far as so few can tell; days: median until decided",
)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What became of some hand-overs. Each is open, accepted, refused or expired.

    Attributes:
        key: what they have in common: a month, a rule, a program, an owner, a reason.
        offered: how many hand-overs.
        leads: of how many leads; one can be offered several times.
        open: in the hands of sales, and not decided yet.
        accepted: sales took the lead.
        refused: sales decided, and did not take it.
        expired: ended without a decision.
        recycled: given back to marketing, whatever had been decided; counted there as well.
        median_days: the median time from the offer to the decision, None where none is known.
        timed: of how many decisions that is known.
        reasons: why leads were refused, the commonest first.
    """

    key: str
    offered: int
    leads: int
    open: int
    accepted: int
    refused: int
    expired: int
    recycled: int
    median_days: float | None
    timed: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def decided(self) -> int:
        """How many were accepted or refused."""
        return self.accepted + self.refused

    @property
    def share(self) -> Share | None:
        """The accepted share of the decided; None where none is decided."""
        return Share(self.accepted, self.decided) if self.decided else None


def ledger_table(heading: str, rows: Sequence[LedgerRow], total: LedgerRow, title: str) -> Listing:
    """Return the table for people.

    Args:
        heading: what the rows are told apart by.
        rows: the rows.
        total: all hand-overs, which stand below.
        title: what stands above.
    """
    every = (*rows, total)
    if heading == "month":
        names: tuple[str, ...] = ("offered", "open", "accepted", "refused", "expired", "recycled")
        cells: list[tuple[object, ...]] = [
            (r.offered, r.open, r.accepted, r.refused, r.expired, r.recycled, *_shares(r), _why(r))
            for r in every
        ]
        more: tuple[str, ...] = (_WHY,)
    else:
        names = ("offered", "accepted", "refused")
        cells = [
            (r.offered, r.accepted, r.refused, *_shares(r), _besides(r), _why(r)) for r in every
        ]
        more = (_BESIDES, _WHY)
    below = tuple(part for part in _BELOW if part[1][0] in more)
    return Listing(
        (heading, *names, "%", "95%", "days", *more),
        [(row.key, *cell) for row, cell in zip(every, cells, strict=True)],
        title=title,
        below=below,
    )


def reason_table(rows: Sequence[LedgerRow], total: LedgerRow, title: str) -> Listing:
    """Return why leads were refused, for people: each reason and its share of the refusals."""
    return Listing(
        ("why refused", "times", "%", "days"),
        [
            (row.key, row.refused, _percent(row.refused / total.refused), _tenth(row.median_days))
            for row in rows
        ],
        title=title,
    )


def reasons_of(total: LedgerRow, title: str) -> Listing:
    """Return why leads were refused, from all of them together."""
    return Listing(
        ("why refused", "times", "%"),
        [(why, times, _percent(times / total.refused)) for why, times in total.reasons],
        title=title,
    )


#: The columns of the figures for programs behind the key, and their types.
COLUMNS = (
    ("offered", "BIGINT"),
    ("leads", "BIGINT"),
    ("open", "BIGINT"),
    ("accepted", "BIGINT"),
    ("refused", "BIGINT"),
    ("expired", "BIGINT"),
    ("recycled", "BIGINT"),
    ("decided", "BIGINT"),
    ("accepted_share", "DOUBLE"),
    ("low", "DOUBLE"),
    ("high", "DOUBLE"),
    ("median_days", "DOUBLE"),
    ("timed", "BIGINT"),
    ("reasons", "VARCHAR"),
)
REASON_COLUMNS = (
    ("reason", "VARCHAR"),
    ("refused", "BIGINT"),
    ("leads", "BIGINT"),
    ("share", "DOUBLE"),
    ("of", "BIGINT"),
    ("median_days", "DOUBLE"),
    ("timed", "BIGINT"),
)

Cell = str | int | float | None


def ledger_figures(rows: Sequence[LedgerRow]) -> list[tuple[Cell, ...]]:
    """Return every figure, a row a key, in the order of ``COLUMNS``; shares from 0 to 1."""
    return [_figures(row) for row in rows]


def reason_figures(rows: Sequence[LedgerRow], total: LedgerRow) -> list[tuple[Cell, ...]]:
    """Return every figure of the reasons, in the order of ``REASON_COLUMNS``."""
    return [
        (
            *(row.key, row.refused, row.leads, row.refused / total.refused, total.refused),
            *(row.median_days, row.timed),
        )
        for row in rows
    ]


def _figures(row: LedgerRow) -> tuple[Cell, ...]:
    share = row.share
    shares: tuple[float | None, ...] = (None, None, None)
    if share is not None:
        shares = (share.value, share.interval.low, share.interval.high)
    return (
        *(row.key, row.offered, row.leads, row.open, row.accepted, row.refused, row.expired),
        *(row.recycled, row.decided, *shares, row.median_days, row.timed),
        "; ".join(f"{why}: {times}" for why, times in row.reasons),
    )


def _shares(row: LedgerRow) -> tuple[object, object, object]:
    """Return the accepted share, where it may lie, and the days to a decision."""
    share = row.share
    if share is None:
        return None, "", _tenth(row.median_days)
    ends = f"{100 * share.interval.low:.0f}-{100 * share.interval.high:.0f}"
    return _percent(share.value), ends, _tenth(row.median_days)


def _percent(share: float) -> int:
    return round(100 * share)


def _tenth(value: float | None) -> float | None:
    return round(value, 1) if value is not None else None


def _besides(row: LedgerRow) -> str:
    counts = ((row.open, "open"), (row.expired, "expired"), (row.recycled, "recycled"))
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def _why(row: LedgerRow) -> str:
    said = [f"{why} {times}" for why, times in row.reasons[:_MOST_REASONS]]
    others = sum(times for _, times in row.reasons[_MOST_REASONS:])
    return ", ".join((*said, *((f"others {others}",) if others else ())))


def ledger_notes(heading: str, total: LedgerRow) -> Iterator[str]:
    """Yield what is to be said about the figures."""
    if heading != "reason":
        yield from LEGEND
    if total.recycled and heading != "reason":
        yield "recycled: given back to marketing; they also count as what was decided"
    undated = total.decided - total.timed
    if undated:
        yield f"{undated} decided on no known day, or before the offer; they count in no days"
