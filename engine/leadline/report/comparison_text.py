"""A comparison as text for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from leadline.report.backtest_tables import before_and_after
from leadline.report.backtest_words import before_and_after_in_words
from leadline.report.comparison import (
    Change,
    Comparison,
    Effect,
    Mover,
    Moves,
    RulesetComparison,
)
from leadline.report.diagnostics import columns, visible
from leadline.report.listing import Listing, decimal
from leadline.report.terminal import as_table

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: The title of the figures that a change is judged by.
JUDGED = "Backtest before and after"
#: Rules that a table of causes shows.
_MOST_RULES = 12
#: Values that a matrix of moves has columns for, and moves that a list has instead.
_MOST_VALUES = 6
_MOST_MOVES = 10
#: A full id of a commit, and the characters of it that are shown.
_COMMIT = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b")
_ID = 12


def comparison_text(comparison: Comparison, *, width: int = 80, colour: bool = False) -> str:
    """Write a comparison for a person.

    Args:
        comparison: what was compared.
        width: the columns to fit in.
        colour: whether to use terminal colours.
    """
    writer = _Writer(width, colour)
    blocks = [writer.ruleset(one, comparison) for one in comparison.rulesets]
    blocks += [unchanged(comparison)] if not comparison.rulesets else []
    blocks += writer.verdict(comparison)
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def named(side: str) -> str:
    """Return what a side is called; a full id of a commit by as much as tells it from others."""
    return _COMMIT.sub(lambda found: found[0][:_ID], side)


def unchanged(comparison: Comparison) -> str:
    """Return the sentence that says that nothing differs."""
    many = "the ruleset is" if comparison.same == 1 else f"all {comparison.same} rulesets are"
    sides = f"{visible(named(comparison.base))} -> {visible(named(comparison.head))}"
    return f"{sides}: {many} the same"


class _Writer:
    """Writes within a width."""

    def __init__(self, width: int, colour: bool) -> None:
        self._width = width
        self._colour = colour

    def ruleset(self, one: RulesetComparison, comparison: Comparison) -> str:
        """Write everything about one ruleset."""
        sides = f"{visible(named(comparison.base))} -> {visible(named(comparison.head))}"
        lines = [self._styled(f"{visible(one.model)}: {sides}", _BOLD), *self._file(one)]
        if one.state != "both":
            said = f"{one.state} at {named(comparison.head)}"
            return "\n".join(
                [*lines, f"the ruleset is {visible(said)}; there is nothing to compare"]
            )
        parts = ["\n".join(lines), self._changes(one)]
        if one.effect is not None:
            parts += self._effect(one.effect)
        return "\n\n".join(part.rstrip("\n") for part in parts)

    def verdict(self, comparison: Comparison) -> list[str]:
        """Write which thresholds were passed."""
        if not comparison.checked:
            return []
        if not comparison.failed:
            kept = "the threshold is" if comparison.checked == 1 else "all thresholds are"
            return [f"{kept} kept"]
        several = len(comparison.rulesets) > 1
        return [
            "\n".join(
                self._styled(f"failed: {failed.threshold}", _BOLD)
                + f": it is {failed.value}"
                + (f" in {visible(failed.model)}" if several else "")
                for failed in comparison.failed
            )
        ]

    def _file(self, one: RulesetComparison) -> list[str]:
        was = f", was {visible(one.was)}" if one.was else ""
        return self._folded(f"{visible(one.file)}{was}", "", "  ")

    # What changed

    def _changes(self, one: RulesetComparison) -> str:
        if not one.changes:
            return "No change in meaning: only the layout, comments or order differ."
        lines = []
        if one.loud:
            lines.append(self._styled(counted(len(one.loud), "change"), _BOLD))
            lines += [line for change in one.loud for line in self._change(change)]
        if one.quiet:
            what = "of words that move no score (notes, owners, sections)"
            lines.append(self._styled(f"{counted(len(one.quiet), 'change')} {what}", _DIM))
            lines += [line for change in one.quiet for line in self._change(change)]
        return "\n".join(lines)

    def _change(self, change: Change) -> list[str]:
        was = "was " if change.kind == "removed" else ""
        # The path of the file stands above.
        place = (
            f"  ({was}{visible(named(change.place.rpartition('/')[2]))})" if change.place else ""
        )
        said = f"  {sentence(change)}"
        if columns(said + place) <= self._width:
            return [said + self._styled(place, _DIM)]
        if columns(said) <= self._width:
            return [said, self._styled(f"    {place.strip()}", _DIM)]
        head = f"  {visible(change.subject)}: {change.kind if not change.key else change.key}"
        if change.kind == "renamed":
            return [*self._folded(said, "", "    "), self._styled(f"    {place.strip()}", _DIM)]
        lines = [head + self._styled(place, _DIM)]
        if columns(head + place) > self._width:
            lines = [head, self._styled(f"    {place.strip()}", _DIM)]
        for sign, text in (("-", change.old), ("+", change.new)):
            if text is not None:
                lines += self._folded(visible(text), f"    {sign} ", "      ")
        return lines

    # What it does

    def _effect(self, effect: Effect) -> list[str]:
        when = f"On {effect.as_of} ({effect.timezone})"
        untold = self._folded(untold_of(effect), "", "  ") if effect.untold else []
        if effect.nothing:
            leads = counted(effect.head_leads, "lead")
            said = [f"{when}: nothing changes for any of {leads}."]
            return ["\n".join([*said, *untold])]
        said = self._folded(f"{when}: {headline(effect)}.", "", "")
        parts = ["\n".join(self._styled(line, _BOLD) for line in said)]
        parts += ["\n".join(untold)] if untold else []
        for listing in tables(effect):
            parts.append(self._table(listing))
            if listing.title == JUDGED:
                parts[-1] += "\n".join(self._folded(judged_of(effect), "", "  "))
        if effect.unjudged:
            parts.append("\n".join(self._folded(unjudged_of(effect), "", "  ")))
        return parts

    def _table(self, listing: Listing) -> str:
        return as_table(listing, width=self._width, colour=self._colour)

    def _folded(self, text: str, first: str, then: str) -> list[str]:
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=then,
            break_on_hyphens=False,
        ) or [first.rstrip()]

    def _styled(self, text: str, style: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._colour and text else text


def sentence(change: Change) -> str:
    """Return a change in one line: ``score readiness, rule webinar: points 15 -> 20``."""
    subject = visible(change.subject)
    old, new = (visible(text) if text is not None else "" for text in (change.old, change.new))
    match change.kind:
        case "added":
            return f"{subject}: added" + (f": {new}" if new else "")
        case "removed":
            return f"{subject}: removed" + (f": {old}" if old else "")
        case "renamed":
            return f"{subject}: renamed, was {old}"
        case _:
            key = f"{change.key} " if change.key else ""
            before = f"{subject}: " if subject else ""
            return f"{before}{key}{old or 'none'} -> {new or 'none'}"


def headline(effect: Effect) -> str:
    """Return what a change does in one sentence, without its full stop."""
    parts = [f"{effect.changed:,} of {counted(effect.leads, 'lead')}"]
    parts[0] += f" ({share(effect.changed, effect.leads)}) change a score"
    stages = next((moves.leads for moves in effect.moves if moves.of == "stage"), None)
    if stages is not None:
        parts.append(f"{stages:,} {'changes' if stages == 1 else 'change'} stage")
    if effect.gained:
        parts.append(f"{counted(effect.gained, 'lead')} more scored")
    if effect.lost:
        parts.append(f"{counted(effect.lost, 'lead')} no longer scored")
    mqls = effect.mqls
    if mqls is not None and mqls.weeks:
        parts.append(
            f"MQLs a week {decimal(round(mqls.base, 1))} -> {decimal(round(mqls.head, 1))}"
            f"{_relative(mqls.base, mqls.head)}"
        )
    return ", ".join(parts)


def untold_of(effect: Effect) -> str:
    """Return the note that says why the past is not told."""
    what = "MQLs and segments" if effect.stages_told else "MQLs, stages and segments"
    return f"note: {what} are not compared: {visible(effect.untold)}"


def judged_of(effect: Effect) -> str:
    """Return what the backtest of a change was of, and what it says; "" without one."""
    return before_and_after_in_words(effect.backtest) if effect.backtest is not None else ""


def unjudged_of(effect: Effect) -> str:
    """Return the note that says why there is no backtest."""
    return f"note: not judged by what became of leads: {visible(effect.unjudged)}"


def _relative(base: float, head: float) -> str:
    if not base or base == head:
        return ""
    return f" ({100 * (head - base) / base:+.1f}%)"


def tables(effect: Effect) -> Iterator[Listing]:
    """Yield the tables of an effect, the most telling first; those without rows left out."""
    yield from (listing for listing in _tables(effect) if listing.rows)


def _tables(effect: Effect) -> Iterator[Listing]:
    yield Listing(
        ("score", "leads", "%", "up", "down", "mean change", "largest"),
        [
            (s.score, s.changed, _percent(s.changed, effect.leads), s.up, s.down, s.mean, s.most)
            for s in effect.scores
        ],
        title="Scores that change",
    )
    yield Listing(
        ("score", "caused by", "leads", "points moved", "net"),
        [(r.score, r.rule, r.leads, round(r.size, 1), round(r.net, 1)) for r in effect.rules][
            :_MOST_RULES
        ],
        title=_title_of_rules(len(effect.rules)),
    )
    for moves in effect.moves:
        yield moved(moves)
    yield Listing(
        ("segment", "before", "after", "joined", "left"),
        [(s.segment, s.base, s.head, s.joined, s.left) for s in effect.segments],
        title="Segments",
    )
    yield Listing(
        ("accounts", "changed", "%", "up", "down", "mean change", "committees +", "-"),
        [
            (
                a.account,
                a.changed,
                _percent(a.changed, a.accounts),
                a.up,
                a.down,
                a.mean,
                a.committees_gained,
                a.committees_lost,
            )
            for a in effect.accounts
        ],
        title="Account scores that change",
    )
    if effect.mqls is not None:
        yield Listing(
            ("week of", "before", "after", "change"),
            [(w.monday, w.base, w.head, w.head - w.base) for w in effect.mqls.weeks],
            title=f"MQLs a week: leads that enter {effect.mqls.of}",
        )
    if effect.backtest is not None:
        yield before_and_after(effect.backtest, JUDGED)
    yield Listing(
        ("lead", "score", "before", "after", "moved most by"),
        [
            (m.lead_id, f"{m.score}: {m.per}" if m.per else m.score, m.old, m.new, cause(m))
            for m in effect.movers
        ],
        title="Largest changes",
    )


def _title_of_rules(count: int) -> str:
    if count <= _MOST_RULES:
        return "What causes it"
    return f"What causes it: the first {_MOST_RULES} of {count}"


def moved(moves: Moves) -> Listing:
    """Return moves as a matrix: a row each value that leads leave, a column each they reach.

    Where there are many values, as of a matrix's cells, the most frequent moves are listed instead.
    """
    counts = {(old, new): leads for old, new, leads in moves.cells}
    order: tuple[str | None, ...] = (*moves.order, None)
    froms = [value for value in order if any(old == value for old, _ in counts)]
    tos = [value for value in order if any(new == value for _, new in counts)]
    name = {"matrix": "cell"}.get(moves.of, moves.of)
    if len(tos) > _MOST_VALUES:
        cells = sorted(moves.cells, key=lambda cell: -cell[2])
        first = f", the {_MOST_MOVES} most frequent" if len(cells) > _MOST_MOVES else ""
        return Listing(
            ("from", "to", "leads"),
            [(old or "none", new or "none", leads) for old, new, leads in cells[:_MOST_MOVES]],
            title=f"{name[0].upper()}{name[1:]} moves: {counted(moves.leads, 'lead')}{first}",
        )
    return Listing(
        (f"{name}: from", *(f"to {value or 'none'}" for value in tos)),
        [
            (old or "none", *(counts.get((old, new), 0 if old != new else None) for new in tos))
            for old in froms
        ],
        title=f"{name[0].upper()}{name[1:]} moves: {counted(moves.leads, 'lead')}",
    )


def cause(mover: Mover) -> str:
    """Return what moved a lead most, with its points before and after."""
    if mover.rule == "formula":
        return "the formula"
    if mover.rule_old == 0 and mover.rule in ("decay", "floor", "range", "rest"):
        return f"{mover.rule} {mover.rule_new:+.4g}"
    return f"{mover.rule} {decimal(mover.rule_old)} -> {decimal(mover.rule_new)}"


def counted(number: int, word: str) -> str:
    """Return ``1 lead`` or ``1,200 leads``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """Return a share as people read it; what is above 0 never reads as 0%."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.01:
        return "under 0.01%"
    return f"{percent:.2f}".rstrip("0").rstrip(".") + "%"


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
