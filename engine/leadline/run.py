"""The main job: sources into the store, scores out of it, automations, a record of all."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from leadline.delivery.entering import Entered, enter_and_evaluate
from leadline.delivery.outputs import ReadyPublisher, open_outputs, open_publishers
from leadline.delivery.publishing import Publishing, not_published, publish
from leadline.delivery.sending import deliver
from leadline.delivery.using import holding, outputs_used, refuse_republishing
from leadline.diagnostic import did_you_mean
from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.misfits import refuse_misfits
from leadline.pipeline import (
    RULESET_FILE,
    RulesetText,
    Tick,
    columns_of,
    compile_ruleset,
    find_ruleset,
    load_source,
    read_ruleset,
)
from leadline.plan.clock import AsOf, parse_as_of
from leadline.plugin import Plugins
from leadline.project import Project, SourceConfig
from leadline.ruleset.model import Ruleset
from leadline.sql.standing import STAGE_NOW
from leadline.standing import needs_past
from leadline.store import LoadSummary, RejectedRow, RunRecord, Store
from leadline.store.actions import act
from leadline.store.entries import enabled_automations
from leadline.store.messages import outputs_due
from leadline.store.outbox import at_work, doubt_what_is_in_flight, work_on_a_copy
from leadline.store.published import publish_again, publishing_troubles
from leadline.store.results import keep_results
from leadline.store.tally import Tally, Trouble, due_rows, tallies, troubles

#: How many rejected rows a run shows; all of them are in the store.
MOST_REJECTS = 3


@dataclass(frozen=True, slots=True)
class Scored:
    """What one ruleset of a run came to.

    Args:
        model: the name of the model.
        file: its ruleset.
        as_of: the date of the scores.
        timezone: the model's.
        leads: how many leads have scores.
        scores: how many scores they have in all.
        stages: each stage with its leads, in the order of the steps.
        unusable: each rule with how often its points could not be used.
        seconds: how long it took.
    """

    model: str
    file: str
    as_of: AsOf
    timezone: str
    leads: int
    scores: int
    stages: tuple[tuple[str, int], ...]
    unusable: tuple[tuple[str, int], ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did.

    Args:
        loads: what each source gave.
        scored: what each ruleset came to.
        rejects: the first of the rejected rows.
        load_seconds: how long loading took.
        tallies: what became of each automation.
        troubles: what outputs answered to what they did not take.
        due: of a dry run, what would be done; see ``due_rows``.
        publishings: what became of the results that outputs hold.
        refusals: what outputs answered to results that they did not take.
    """

    loads: tuple[LoadSummary, ...] = ()
    scored: tuple[Scored, ...] = ()
    rejects: tuple[RejectedRow, ...] = ()
    load_seconds: float = 0
    tallies: tuple[Tally, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    due: tuple[tuple[object, ...], ...] = ()
    publishings: tuple[Publishing, ...] = ()
    refusals: tuple[Trouble, ...] = ()

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return sum(load.rejected for load in self.loads)

    @property
    def undelivered(self) -> int:
        """How many messages an output did not take in this run."""
        return sum(trouble.times for trouble in self.troubles)

    @property
    def unpublished(self) -> bool:
        """Whether an output failed, or does not hold a result as it should after this run."""
        return any(
            one.error or one.failed or one.refused or one.waiting for one in self.publishings
        )


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked of a run; see ``run``. ``alone`` says that the project has one ruleset."""

    project: Project
    texts: tuple[RulesetText, ...]
    as_of: str | None
    fire: bool
    alone: bool
    tick: Tick


def run(
    project: Project,
    *,
    as_of: str | None,
    dry_run: bool,
    only: tuple[str, ...],
    tick: Tick,
    fire_backdated: bool = False,
    republish: tuple[str, ...] = (),
) -> Ran:
    """Load every source, evaluate every ruleset, keep the results, do what automations say.

    Args:
        project: the project.
        as_of: a date or instant; None is today in each model's timezone.
        dry_run: load nothing and write nothing: evaluate what the store has.
        only: names of sources and rulesets; all where empty.
        tick: told of progress.
        fire_backdated: send what is held back because it lies in the past, too.
        republish: outputs that are to be told all results again, also those that they hold.

    Raises:
        UsageError: ``only`` or ``republish`` names what the project does not have.
        ConfigurationError: an automation names an output that the project does not have, what an
            output is to hold does not compile, or settings do not fit their plugin.
        SourceError: a source cannot be read.
        RulesetError: a ruleset does not compile.
        PluginError: the plugin of an output cannot be used.
    """
    sources, rulesets = _chosen(project, only)
    texts = tuple(read_ruleset(path, project) for path in rulesets)
    whole = len(texts) == len(rulesets_of(project))
    task = _Task(project, texts, as_of, fire_backdated, whole and len(texts) == 1, tick)
    uses = outputs_used(project, texts, whole=whole)
    refuse_republishing(project, republish, uses, whole=whole)
    if not dry_run:
        refuse_misfits(project, sources, (*uses.messages, *uses.results))
    with open_store(project, read_only=dry_run) as store:
        if dry_run:
            return _dry(store, task, republish)
        # What could be wrong with an output is said before anything is done.
        outputs = open_outputs(project, (*uses.messages, *outputs_due(store.database)))
        publishers = open_publishers(project, uses.results)
        doubt_what_is_in_flight(store.database)
        record = _begin(store, project, sources, rulesets, as_of, {*outputs, *publishers})
        loads: list[LoadSummary] = []
        scored: list[Scored] = []
        publishings: list[Publishing] = []
        outcome = "failed"
        try:
            began = time.monotonic()
            for source in sources:
                loads.append(load_source(store, project, source, record.run_id, tick))
            load_seconds = time.monotonic() - began
            for name in republish:
                publish_again(store.database, name)
            entered: list[Entered] = []
            scored += _scored(store, task, record.run_id, entered, keep=True)
            # Only now, so that no ruleset of this run sees what an automation of it did.
            act(store.database, record.run_id)
            deliver(store.database, outputs, record.run_id, tick)
            publishings += _publish(store.database, publishers, entered, record.run_id, tick)
            outcome = "done"
        finally:
            store.finish_run(
                record,
                finished_at=datetime.now(UTC),
                rows_in=sum(load.rows for load in loads),
                rejected=sum(load.rejected for load in loads),
                scored=max((one.leads for one in scored), default=0),
                outcome=outcome,
            )
        return Ran(
            tuple(loads),
            tuple(scored),
            store.rejects(record.run_id, MOST_REJECTS),
            load_seconds,
            tallies(store.database, record.run_id),
            troubles(store.database, record.run_id),
            publishings=tuple(publishings),
            refusals=publishing_troubles(store.database, record.run_id),
        )


def _dry(store: Store, task: _Task, republish: tuple[str, ...]) -> Ran:
    """Evaluate what the store has, with a copy of its records that goes away."""
    database = store.database
    work_on_a_copy(database)
    doubt_what_is_in_flight(database)
    run_id = 1 + int(database.value("SELECT coalesce(max(run_id), 0) FROM runs"))
    entered: list[Entered] = []
    for name in republish:
        publish_again(database, name)
    scored = tuple(_scored(store, task, run_id, entered, keep=False))
    waiting = tuple(
        not_published(database, one.shelf, of.left[one.shelf])
        for of in entered
        for one in of.published
    )
    counts = tallies(database, run_id)
    return Ran(scored=scored, tallies=counts, due=due_rows(database), publishings=waiting)


def _publish(
    database: Database,
    publishers: Mapping[str, ReadyPublisher],
    entered: Sequence[Entered],
    run_id: int,
    tick: Tick,
) -> Iterator[Publishing]:
    for of in entered:
        for one in of.published:
            publisher = publishers[one.shelf.output]
            yield publish(database, publisher, one, of.left[one.shelf], run_id, tick)


def open_store(project: Project, *, read_only: bool) -> Store:
    """Open the store of a project with the project's limits."""
    defaults = project.defaults
    return Store.open(
        project.store, read_only, threads=defaults.threads, memory_limit=defaults.memory_limit
    )


def rulesets_of(project: Project) -> tuple[Path, ...]:
    """Return the files of a project's rulesets, relative to the current folder where in it.

    A folder of the configuration is that of one ruleset, or one with a folder a ruleset.

    Raises:
        UsageError: a file or folder is not there or has no ruleset.
    """
    files = (file for path in project.rulesets for file in ruleset_files(path))
    return tuple(dict.fromkeys(map(near, files)))


def ruleset_files(path: Path) -> tuple[Path, ...]:
    """Return the files of rulesets: a file, that of a folder, or those of the folders in a folder.

    Raises:
        UsageError: there is none.
    """
    if path.is_dir() and not (path / RULESET_FILE).is_file():
        inside = tuple(sorted(path.glob(f"*/{RULESET_FILE}")))
        if inside:
            return inside
    return (find_ruleset(path),)


def near(path: Path) -> Path:
    """Return a path relative to the current folder where it is in there, as a person says it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _chosen(
    project: Project, only: tuple[str, ...]
) -> tuple[tuple[SourceConfig, ...], tuple[Path, ...]]:
    """Return the sources and rulesets of these names; all where there is no name."""
    sources = {source.name: source for source in project.sources}
    rulesets = {_name(path): path for path in rulesets_of(project)}
    for name in only:
        if name not in sources and name not in rulesets:
            raise UsageError(
                f"the project has no source and no ruleset `{name}`",
                hint=did_you_mean(name, [*dict.fromkeys((*sources, *rulesets))]),
            )
    return (
        tuple(source for name, source in sources.items() if not only or name in only),
        tuple(path for name, path in rulesets.items() if not only or name in only),
    )


def _name(path: Path) -> str:
    """Return what a ruleset is called: its folder's name, or that of a file of another name."""
    return path.absolute().parent.name if path.name == RULESET_FILE else path.stem


def _begin(
    store: Store,
    project: Project,
    sources: Sequence[SourceConfig],
    rulesets: Sequence[Path],
    as_of: str | None,
    outputs: Collection[str],
) -> RunRecord:
    used = {source.plugin for source in sources}
    used |= {output.plugin for output in project.outputs if output.name in outputs}
    return store.begin_run(
        started_at=datetime.now(UTC),
        as_of=as_of or "today",
        ruleset=", ".join(str(path) for path in rulesets),
        ruleset_hash=" ".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in rulesets),
        plugins=tuple(
            f"{plugin.distribution} {plugin.version}".rstrip() + f" ({plugin.name})"
            for plugin in Plugins(project.plugin_folder).installed()
            if plugin.name in used
        ),
    )


def _scored(
    store: Store, task: _Task, run_id: int, entered: list[Entered], *, keep: bool
) -> Iterator[Scored]:
    """Evaluate each ruleset with its entries, and keep its results where asked to.

    What outputs are to hold of each is added to ``entered``.
    """
    files: dict[str, str] = {}
    working: list[tuple[str, str]] = []
    at_work(store.database, ())
    for text in task.texts:
        task.tick(f"scoring {_name(Path(text.file))}", 0, 0)
        began = time.monotonic()
        database = store.database
        ruleset = compile_ruleset(text, columns_of(store), store)
        if files.setdefault(ruleset.model, text.file) != text.file:
            raise UsageError(
                f"{files[ruleset.model]} and {text.file} are both of the model `{ruleset.model}`",
                hint="results are kept by model: give one of them another `model:`",
            )
        working += [(ruleset.model, one.name) for one in enabled_automations(ruleset)]
        at_work(database, working)
        # Said once, so that a run over midnight has one date.
        said = task.as_of or parse_as_of(None, ruleset.timezone).day.isoformat()
        held_by = holding(task.project, ruleset.model, alone=task.alone)
        entered.append(
            enter_and_evaluate(store, text, ruleset, said, run_id, fire=task.fire, outputs=held_by)
        )
        evaluation = entered[-1].evaluation
        if keep:
            keep_results(database, ruleset, evaluation.as_of)
        yield Scored(
            model=ruleset.model,
            file=text.file,
            as_of=evaluation.as_of,
            timezone=ruleset.timezone,
            leads=int(database.value("SELECT count(*) FROM lead")),
            scores=int(database.value("SELECT count(*) FROM scores")),
            stages=_stages(database, ruleset),
            unusable=tuple(database.rows("SELECT rule, times FROM unusable ORDER BY rule")),
            seconds=time.monotonic() - began,
        )


def _stages(database: Database, ruleset: Ruleset) -> tuple[tuple[str, int], ...]:
    """Return the leads in each stage, empty ones included."""
    if ruleset.stages is None:
        return ()
    staged = STAGE_NOW if needs_past(ruleset) else "reported"
    counts: dict[str, int] = dict(
        database.rows(f"SELECT stage, count(*) FROM {staged} GROUP BY stage")  # noqa: S608 - ours
    )
    return tuple((step.name, counts.get(step.name, 0)) for step in ruleset.stages.steps)
