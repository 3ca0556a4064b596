"""The main job: sources into the store, scores out of it, a record of both."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from leadline.diagnostic import did_you_mean
from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.pipeline import RULESET_FILE, Tick, evaluate, find_ruleset, load_source, read_ruleset
from leadline.plan.clock import AsOf
from leadline.plugin import Plugins
from leadline.project import Project, SourceConfig
from leadline.ruleset.model import Ruleset
from leadline.store import LoadSummary, RejectedRow, RunRecord, Store
from leadline.store.results import keep_results

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
        stages_unknown: whether the ruleset has stages that take the history instead.
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
    stages_unknown: bool
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
    """

    loads: tuple[LoadSummary, ...] = ()
    scored: tuple[Scored, ...] = ()
    rejects: tuple[RejectedRow, ...] = ()
    load_seconds: float = 0

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return sum(load.rejected for load in self.loads)


def run(
    project: Project, *, as_of: str | None, dry_run: bool, only: tuple[str, ...], tick: Tick
) -> Ran:
    """Load every source, evaluate every ruleset and keep the results in the store.

    Args:
        project: the project.
        as_of: a date or instant; None is today in each model's timezone.
        dry_run: load nothing and write nothing: evaluate what the store has.
        only: names of sources and rulesets; all where empty.
        tick: told of progress.

    Raises:
        UsageError: ``only`` names what the project does not have.
        SourceError: a source cannot be read.
        RulesetError: a ruleset does not compile.
    """
    sources, rulesets = _chosen(project, only)
    with open_store(project, read_only=dry_run) as store:
        if dry_run:
            return Ran(scored=tuple(_scored(store, project, rulesets, as_of, tick, keep=False)))
        record = _begin(store, project, sources, rulesets, as_of)
        loads: list[LoadSummary] = []
        scored: list[Scored] = []
        outcome = "failed"
        try:
            began = time.monotonic()
            for source in sources:
                loads.append(load_source(store, project, source, record.run_id, tick))
            load_seconds = time.monotonic() - began
            scored += _scored(store, project, rulesets, as_of, tick, keep=True)
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
        rejects = store.rejects(record.run_id, MOST_REJECTS)
    return Ran(tuple(loads), tuple(scored), rejects, load_seconds)


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
                hint=did_you_mean(name, [*sources, *rulesets]),
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
) -> RunRecord:
    used = {source.plugin for source in sources}
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
    store: Store,
    project: Project,
    rulesets: Sequence[Path],
    as_of: str | None,
    tick: Tick,
    *,
    keep: bool,
) -> Iterator[Scored]:
    """Evaluate each ruleset, and keep its results where asked to."""
    files: dict[str, Path] = {}
    for path in rulesets:
        tick(f"scoring {_name(path)}", 0, 0)
        began = time.monotonic()
        evaluation = evaluate(store, read_ruleset(path, project), as_of)
        ruleset, database = evaluation.ruleset, store.database
        if files.setdefault(ruleset.model, path) != path:
            raise UsageError(
                f"{files[ruleset.model]} and {path} are both of the model `{ruleset.model}`",
                hint="results are kept by model: give one of them another `model:`",
            )
        if keep:
            keep_results(database, ruleset, evaluation.as_of)
        yield Scored(
            model=ruleset.model,
            file=str(path),
            as_of=evaluation.as_of,
            timezone=ruleset.timezone,
            leads=int(database.value("SELECT count(*) FROM lead")),
            scores=int(database.value("SELECT count(*) FROM scores")),
            stages=_stages(database, ruleset),
            stages_unknown=ruleset.stages is not None and not ruleset.stages.by_date,
            unusable=tuple(database.rows("SELECT rule, times FROM unusable ORDER BY rule")),
            seconds=time.monotonic() - began,
        )


def _stages(database: Database, ruleset: Ruleset) -> tuple[tuple[str, int], ...]:
    """Return the leads in each stage, empty ones included; nothing where it takes the history."""
    if ruleset.stages is None or not ruleset.stages.by_date:
        return ()
    counts: dict[str, int] = dict(
        database.rows("SELECT stage, count(*) FROM reported GROUP BY stage")
    )
    return tuple((step.name, counts.get(step.name, 0)) for step in ruleset.stages.steps)
