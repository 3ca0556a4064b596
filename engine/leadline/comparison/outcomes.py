"""What leads and accounts come to on both sides: stages, grades, cells, segments, committees."""

from __future__ import annotations

from leadline.comparison import recent as past
from leadline.comparison.recent import Recent
from leadline.comparison.seen import Seen
from leadline.plan.listing import single_scores
from leadline.plan.needs import window_column
from leadline.report.comparison import AccountEffect, Moves, SegmentEffect
from leadline.ruleset.model import Ruleset
from leadline.sql import comparison as sql
from leadline.sql.expression import Writer


def moves_of(seen: Seen) -> list[Moves]:
    """Return the moves of grades, of the matrix, and of stages that follow from the date."""
    base, head = (side.ruleset for side in seen.both.sides)
    if seen.is_same(sql.REPORTED, sql.REPORTED):
        return []
    found = []
    for score in single_scores(head):
        was = seen.renames.scores.get(score.name, score.name)
        old = next((one for one in single_scores(base) if one.name == was), None)
        grades = (old.grades if old is not None else ()), score.grades
        columns = tuple(
            f"grade.{name}" if given else None
            for name, given in zip((was, score.name), grades, strict=True)
        )
        order = _in_order([letter for letter, _ in score.grades], [n for n, _ in grades[0]])
        found += _moved(seen, f"grade {score.name}", order, (columns[0], columns[1]))
    cells = [_cells(ruleset) for ruleset in (base, head)]
    columns_of_cells = ("matrix" if cells[0] else None, "matrix" if cells[1] else None)
    found += _moved(seen, "matrix", _in_order(cells[1], cells[0]), columns_of_cells)
    if not any(side.staged for side in seen.both.sides):
        steps = [_steps(ruleset) for ruleset in (base, head)]
        columns_of_stages = ("stage" if steps[0] else None, "stage" if steps[1] else None)
        found += _moved(seen, "stage", _in_order(steps[1], steps[0]), columns_of_stages)
    return sorted(found, key=lambda moves: moves.of != "stage")


def _moved(
    seen: Seen,
    of: str,
    order: tuple[str, ...],
    columns: tuple[str | None, str | None],
    sides: sql.Sides | None = None,
) -> list[Moves]:
    if not any(columns):
        return []
    place = {name: number for number, name in enumerate(order)}
    rows = [
        (old, new, leads)
        for old, new, leads in seen.database.rows(sql.moves(sides or seen.reported, columns))
        if old != new
    ]
    rows.sort(key=lambda row: (place.get(row[0], -1), place.get(row[1], -1)))
    return [Moves(of, order, tuple(rows))]


def _in_order(head: list[str], base: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*head, *base]))


def _cells(ruleset: Ruleset) -> list[str]:
    if ruleset.matrix is None:
        return []
    one, other = ruleset.matrix
    return [f"{row}{column}" for row, _ in one.cells for column, _ in other.cells]


def _steps(ruleset: Ruleset) -> list[str]:
    return [step.name for step in ruleset.stages.steps] if ruleset.stages is not None else []


def accounts_of(seen: Seen) -> tuple[AccountEffect, ...]:
    """Return each account score that both sides have and that changed."""
    base = {account.name for account in seen.both.base.ruleset.accounts}
    found = []
    for account in seen.both.head.ruleset.accounts:
        was = seen.renames.accounts.get(account.name, account.name)
        names = f"account.{was}", f"account.{account.name}"
        if was not in base or seen.is_same(*names):
            continue
        rows = seen.database.rows(sql.account_changes(seen.sides(*names)))
        effect = AccountEffect(account.name, *rows[0])
        if effect.changed or effect.committees_gained or effect.committees_lost:
            found.append(effect)
    return tuple(found)


def past_moves_of(seen: Seen, recent: Recent) -> tuple[Moves, ...]:
    """Return the moves between stages that take the past of a lead; none where no side has such."""
    staged = [side for side in seen.both.sides if side.staged]
    if not staged or not (recent.ran or len(staged) == 1):
        return ()
    steps = [_steps(side.ruleset) for side in seen.both.sides]
    columns = ("stage" if steps[0] else None, "stage" if steps[1] else None)
    order = _in_order(steps[1], steps[0])
    found = _moved(seen, "stage", order, columns, _standing(seen, recent))
    return tuple(one for one in found if one.cells)


def _standing(seen: Seen, recent: Recent) -> sql.Sides:
    """Keep in which stage each lead is on both sides, whichever way that is told."""
    names = ("standing at the base", "standing at the head")
    spells = recent.sides(past.STAGES)
    reported = seen.reported
    for name, side, told, scored in zip(
        names,
        seen.both.sides,
        (spells.base, spells.head),
        (reported.base, reported.head),
        strict=True,
    ):
        spells_of = told if side.staged else None
        staged = side.ruleset.stages is not None
        seen.database.execute(sql.standing(name, spells_of, scored, staged=staged))
    return sql.Sides(*names)


def segments_of(seen: Seen, recent: Recent) -> tuple[SegmentEffect, ...]:
    """Return each segment with other members, or that one side alone has.

    Segments are judged on the scores of the date, with how long they were quiet read from the past;
    those that ask for more of the past are read from their spells.
    """
    base, head = (side.ruleset for side in seen.both.sides)
    alike = seen.is_same(sql.REPORTED, sql.REPORTED) and not recent.ran
    if alike and base.segments == head.segments:
        return ()
    names = ("members at the base", "members at the head")
    reported, spells = seen.reported, recent.sides(past.SEGMENTS)
    for relation, side, rows, told, of_base in zip(
        names,
        seen.both.sides,
        (reported.base, reported.head),
        (spells.base, spells.head),
        (True, False),
        strict=True,
    ):
        direct = past.judged_on_date(side.ruleset)
        windows = [window_column(window) for window in past.windows_of(direct)]
        ends = [past.quiet_end(window) for window in windows]
        ends = [sql.kept(end) for end in ends] if of_base else ends
        source = sql.with_quiet(
            sql.with_ranks(rows, past.ranks_of(direct)), tuple(zip(windows, ends, strict=True))
        )
        writer = Writer(side.date.day, side.ruleset.timezone, seen.both.extensions.functions)
        conditions = [(segment.name, segment.when) for segment in direct]
        by_past = [segment.name for segment in past.judged_by_past(side.ruleset)]
        seen.database.execute(sql.members(relation, source, conditions, writer))
        if by_past and recent.ran:
            seen.database.execute(sql.add_members(relation, told, by_past))
    return _joined_and_left(seen, sql.Sides(*names))


def _joined_and_left(seen: Seen, sides: sql.Sides) -> tuple[SegmentEffect, ...]:
    base, head = ({s.name for s in side.ruleset.segments} for side in seen.both.sides)
    for new, old in seen.renames.segments.items():
        seen.database.execute(sql.rename_segment(sides.base, old, new))
        base = (base - {old}) | {new}
    counts = {row[0]: row[1:] for row in seen.database.rows(sql.segment_changes(sides))}
    order = [s.name for s in seen.both.head.ruleset.segments]
    order += [name for name in sorted(base) if name not in order]
    found = []
    for name in order:
        before, after, joined, left = counts.get(name, (0, 0, 0, 0))
        effect = SegmentEffect(
            name, before if name in base else None, after if name in head else None, joined, left
        )
        if joined or left or (name in base) != (name in head):
            found.append(effect)
    return tuple(found)
