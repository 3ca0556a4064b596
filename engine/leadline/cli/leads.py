"""``leadline leads``: leads with scores, stage, tags and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show
from leadline.cli.past import instants_for, refuse_unknown, zone_of
from leadline.cli.summary import said_of
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.past import Past
from leadline.pipeline import Evaluation, columns_of, compile_ruleset, list_leads
from leadline.plan.listing import single_scores
from leadline.plan.steps import LeadList
from leadline.report.terminal import working
from leadline.sql.listing import MOST_REASONS
from leadline.sql.past_listing import count_by, member_list
from leadline.sql.standing import MEMBER_NOW
from leadline.standing import needs_past, stand

_REASONS = tuple(f"reason_{n}" for n in range(1, MOST_REASONS + 1))


@click.command("leads")
@ruleset_argument
@data_option
@as_of_option
@click.option("--where", metavar="EXPRESSION", help="Which leads, such as `stage is engaged`.")
@click.option("--segment", metavar="NAME", help="Only leads on this segment.")
@click.option("--score", metavar="NAME", help="Order by this score and give its reasons.")
@click.option(
    "--columns",
    metavar="FIELD,...",
    default="",
    help="Further fields, such as lead.email,tag.track.",
)
@click.option("--by", metavar="FIELD", help="Count leads by a field, such as stage or tag.track.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many rows.")
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    where: str | None,
    segment: str | None,
    score: str | None,
    columns: str,
    by: str | None,
    limit: int | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """List leads, the highest score first, each with the three rules that moved it most."""
    fields = tuple(column.strip() for column in columns.split(",") if column.strip())
    if by is not None:
        if fields:
            raise UsageError("--columns and --by exclude each other", hint="choose one of them")
        fields = () if _is_listed(by) else (by,)
    with work_on(ruleset, data) as work:
        with working("scoring"):
            listed = list_placed(
                work,
                as_of,
                where=where,
                segment=segment,
                score=score,
                columns=fields,
                columns_option="--columns" if by is None else "--by",
            )
        chosen = work.chosen_format(format_, output)
        sql = _counted(listed, by) if by is not None else rows_of(work, listed, chosen)
        which = f"where {where} " if where else ""
        which += f"on {segment} " if segment is not None else ""
        show(
            work.store.database,
            f"{sql} LIMIT {limit}" if limit else sql,
            chosen,
            output,
            below=below(listed.evaluation) if by is None else (),
            empty=f"no leads {which}on {listed.evaluation.as_of.day}",
        )
        for line in said_of(listed.evaluation, work):
            note(line)
    return 0


@dataclass(frozen=True, slots=True)
class Listed:
    """Leads that are listed, in the relation ``lead_list``; those on a segment by ``member_now``.

    ``past`` is None where their stage follows from the score of the date.
    """

    evaluation: Evaluation
    past: Past | None
    segment: str | None
    score: str | None


def list_placed(
    work: Work,
    as_of: str | None,
    *,
    where: str | None = None,
    segment: str | None = None,
    score: str | None = None,
    columns: tuple[str, ...] = (),
    columns_option: str = "--columns",
) -> Listed:
    """List leads, each with its stage, whatever it goes by.

    Args:
        work: the ruleset and the data.
        as_of: as for ``list_leads``, as are the following.
        where: which leads.
        segment: only leads on this segment.
        score: the score to order by.
        columns: further fields.
        columns_option: the option that names them.

    Raises:
        RulesetError: the ruleset, ``where`` or a column does not compile.
        UsageError: no such score or segment.
    """
    model = compile_ruleset(work.text, columns_of(work.store), work.store)
    if segment is not None:
        refuse_unknown(model, segment)
    past, staged = None, needs_past(model)
    if staged or segment is not None:
        past = stand(work.store, work.text, as_of, stages=staged, segments=segment is not None)
    evaluation = list_leads(
        work.store,
        work.text,
        as_of,
        score=score,
        where=where,
        columns=columns,
        columns_option=columns_option,
        staged=staged,
    )
    return Listed(evaluation, past, segment, score)


def rows_of(work: Work, listed: Listed, format_: str) -> str:
    """Return the SELECT of listed leads; on a segment they have ``entered_at``."""
    if listed.segment is None or listed.past is None:
        return "SELECT * FROM lead_list"
    singles = single_scores(listed.evaluation.ruleset)
    order = listed.score or (singles[0].name if singles else None)
    zone = zone_of(work.store.database, listed.past, MEMBER_NOW, "entered_at")
    return member_list(listed.segment, order, zone, instants_for(format_))


def below(evaluation: Evaluation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what stands below a lead where a table is too wide."""
    tags = (("tags", ("tags",)),) if evaluation.catalog.tags else ()
    return (("because", _REASONS), *tags)


def _is_listed(field: str) -> bool:
    """Say whether a list of leads has a field without being asked for it."""
    return field in ("stage", "matrix") or field.startswith(("grade.", "score."))


def _counted(listed: Listed, field: str) -> str:
    """Return the SELECT that counts leads by a field.

    Raises:
        UsageError: the model has no such stage, matrix, grade or score.
    """
    step = listed.evaluation.plan.step("lead_list")
    assert isinstance(step, LeadList)  # noqa: S101 - by its name
    headings = {name: heading for heading, name in step.columns}
    if not _is_listed(field):
        scopes = ("lead.", "account.", "tag.")
        return count_by(next(h for h in headings.values() if h.startswith(scopes)), listed.segment)
    if field not in headings:
        known = [name for name in headings if _is_listed(name)]
        raise UsageError(f"leads have no `{field}` to count by", hint=did_you_mean(field, known))
    return count_by(headings[field], listed.segment)
