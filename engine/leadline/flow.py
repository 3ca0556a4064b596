"""Leads on their way through the stages: the stays that velocity, drivers and forecast read."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.past import Past, look_back
from leadline.pipeline import RulesetText, columns_of, compile_ruleset, list_leads
from leadline.ruleset.model import Ruleset, Stages
from leadline.sql.past_listing import STAGES, Spells, account_stages
from leadline.sql.stays import kept_groups, kept_stays, spread, stays
from leadline.store import Store

#: A figure from fewer leads than this is marked where people read it.
FEW = 10
#: A number with more values than this is told apart by bands.
MOST_NUMBERS = 20
#: The relation of the values that leads are told apart by.
_GROUPS = "stay_group"


@dataclass(frozen=True, slots=True)
class Flow:
    """The stays of a ruleset's leads, or of the accounts of one account score.

    The relation ``stay`` of the store's database has them (see ``sql.stays.stays``).

    Attributes:
        past: how they were computed; its ``until`` is the date.
        stages: the steps that the owners move through.
        spells: the relation the stays come from.
        by: the field that leads are told apart by; None tells nobody apart.
    """

    past: Past
    stages: Stages
    spells: Spells
    by: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the stages, lowest first."""
        return tuple(step.name for step in self.stages.steps)


def follow(
    store: Store,
    text: RulesetText,
    as_of: str | None,
    *,
    account: str | None = None,
    by: str | None = None,
    bands: tuple[float, ...] = (),
) -> Flow:
    """Follow leads through the stages of a ruleset.

    Args:
        store: the data.
        text: the ruleset; its stages may be computed, by content, or imported as tags.
        as_of: the date up to which the past is known; None is today in the model's timezone.
        account: an account score with stages, instead of the leads.
        by: a field such as ``lead.owner`` that leads are told apart by, as known on the date.
        bands: bounds, rising, that cut a number such as ``account.employees`` into groups.

    Returns:
        The flow; the relation ``stay`` is filled.

    Raises:
        RulesetError: the ruleset, or ``by``, does not compile.
        UsageError: there are no such stages, accounts are to be told apart by a field, or the field
            has no groups: a number of many values without bands, bands of what is no number.
    """
    ruleset = compile_ruleset(text, columns_of(store), store)
    stages, spells = _stages_of(ruleset, account)
    if account is not None and by is not None:
        raise UsageError("--split tells leads apart, not accounts", hint="leave out one of the two")
    database = store.database
    if by is not None:
        list_leads(store, text, as_of, columns=(by,), columns_option="--split")
        _refuse_ungrouped(database, by, bands)
        database.execute(kept_groups(_GROUPS, by, bands))
    past = look_back(
        store, text, until=as_of, parts=("accounts" if account is not None else "stages",)
    )
    names = tuple(step.name for step in stages.steps)
    groups = (_GROUPS, "value") if by is not None else (None, None)
    rows = stays(spells, names, past.until.before, *groups)
    database.execute(kept_stays(rows))
    return Flow(past, stages, spells, by)


def _refuse_ungrouped(database: Database, by: str, bands: tuple[float, ...]) -> None:
    """Refuse a field that does not make groups.

    Raises:
        UsageError: it does not.
    """
    [(numeric, values, quartiles)] = database.rows(spread(by))
    if bands and not numeric:
        raise UsageError(f"--bands are for numbers, and `{by}` is none", hint="leave them out")
    if numeric and values > MOST_NUMBERS and not bands:
        rough = ",".join(dict.fromkeys(f"{float(f'{quartile:.2g}'):g}" for quartile in quartiles))
        raise UsageError(
            f"`{by}` is a number with {values:,} values, which make no groups",
            hint=f"name the bounds of some: `--bands {rough}`",
        )


def _stages_of(ruleset: Ruleset, account: str | None) -> tuple[Stages, Spells]:
    if account is None:
        if ruleset.stages is None:
            raise UsageError("the model has no stages", hint="add `stages:` to the ruleset")
        return ruleset.stages, STAGES
    staged = {one.name: one.stages for one in ruleset.accounts}
    stages = staged.get(account)
    if stages is None:
        raise UsageError(f"no account score with stages is called `{account}`")
    return stages, account_stages(account)
