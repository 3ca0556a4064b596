"""The one place that knows the order: text, document, ruleset, plan, query, tables."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leadline.diagnostic import Diagnostic, Place, Severity, did_you_mean
from leadline.document import Document, load
from leadline.engine.run import run_query
from leadline.errors import PluginError, RulesetError, UsageError
from leadline.expression.catalog import Catalog, Type
from leadline.expression.functions import OVER_TIME, Function, function_table
from leadline.expression.nodes import fields
from leadline.expression.patterns import pattern_error
from leadline.expression.typed import typed_condition, typed_field
from leadline.expression.types import Scope
from leadline.plan.build import build_plan
from leadline.plan.clock import AsOf, parse_as_of
from leadline.plan.listing import LeadsAsked, single_scores, with_lead_list
from leadline.plan.steps import Plan
from leadline.plugin import FunctionKind, Plugins, ReadContext, read_source
from leadline.project import Project, SourceConfig
from leadline.ruleset.beside import is_beside, ruleset_beside
from leadline.ruleset.build import build
from leadline.ruleset.extensions import NO_EXTENSIONS, DecayForm, Extensions
from leadline.ruleset.model import Ruleset, Score
from leadline.ruleset.named import named_values
from leadline.settings import telling
from leadline.sql.query import Query, write_query
from leadline.sql.standing import with_stages
from leadline.store import LoadSummary, SourceLoad, Store, data_files
from leadline.store.standins import stand_in

Tick = Callable[[str, int, int], None]

RULESET_FILE = "ruleset.yaml"
#: Files that a person points at are often written by hand, the last line without a line end.
_BY_HAND: dict[str, dict[str, object]] = {"csv": {"final_newline": "optional"}}


@dataclass(frozen=True, slots=True)
class RulesetText:
    """A ruleset file as loaded: its document and what is to be said about it so far.

    ``extensions`` are what the plugins of its project add to the language.
    """

    file: str
    text: str
    document: Document | None
    diagnostics: tuple[Diagnostic, ...]
    extensions: Extensions = NO_EXTENSIONS


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A ruleset evaluated for a date: the relations of ``query`` can be read from the store."""

    store: Store
    text: RulesetText
    ruleset: Ruleset
    catalog: Catalog
    as_of: AsOf
    plan: Plan
    query: Query


def find_ruleset(path: Path) -> Path:
    """Return the file of a ruleset, given itself or its folder.

    Raises:
        UsageError: there is none.
    """
    file = path / RULESET_FILE if path.is_dir() else path
    if is_beside(file):
        raise UsageError(
            f"{file} is no ruleset: it belongs to one", hint=f"name {ruleset_beside(file)}"
        )
    if not file.is_file():
        raise UsageError(f"there is no ruleset {file}", hint="name a YAML file or its folder")
    return file


def read_ruleset(path: Path, project: Project | None = None) -> RulesetText:
    """Load the text of a ruleset; the plugins of its project add to its language."""
    extensions = extensions_of(project) if project is not None else NO_EXTENSIONS
    file = find_ruleset(path)
    loaded = load(file.read_bytes(), str(file))
    return RulesetText(str(file), loaded.text, loaded.document, loaded.diagnostics, extensions)


def check_ruleset(
    text: RulesetText,
    catalog: Catalog | None,
    store: Store | None = None,
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """Build a ruleset and return it with everything that is to be said about it."""
    if text.document is None:
        return None, text.diagnostics
    if store is None:
        built = build(text.document, catalog, text.extensions)
    else:
        built = build(text.document, catalog, text.extensions, store.database.pattern_error)
    faults = [d.place for d in text.diagnostics if d.severity is Severity.ERROR]
    own = (d for d in built.diagnostics if not any(_touches(fault, d.place) for fault in faults))
    found = (*text.diagnostics, *own)
    wrong = any(d.severity is Severity.ERROR for d in found)
    return (None if wrong else built.ruleset), found


def _touches(fault: Place | None, place: Place | None) -> bool:
    """Say whether a place begins in or right behind a fault of the YAML, and so follows from it."""
    if fault is None or place is None:
        return False
    begins = (place.line, place.column)
    return (fault.line, fault.column) <= begins <= (fault.end_line, fault.end_column)


def compile_ruleset(
    text: RulesetText,
    catalog: Catalog | None,
    store: Store | None,
) -> Ruleset:
    """Build a ruleset.

    Raises:
        RulesetError: it does not compile; carries every mistake.
    """
    ruleset, found = check_ruleset(text, catalog, store)
    if ruleset is None:
        raise RulesetError(f"{text.file} does not compile", found, {text.file: text.text})
    return ruleset


def open_directory(folder: Path, tick: Tick) -> tuple[Store, tuple[LoadSummary, ...]]:
    """Load a folder of CSV and Parquet files into a store in memory.

    Returns:
        The store, which the caller closes, and what was loaded.
    """
    found = data_files(folder)
    store = Store.open(None)
    try:
        plugins = Plugins()
        summaries = [
            _load(
                store,
                plugins,
                SourceLoad(source=plugin),
                plugin,
                found.settings(plugin) | _BY_HAND.get(plugin, {}),
                folder,
                tick,
            )
            for plugin in sorted(found.files)
        ]
    except BaseException:
        store.close()
        raise
    return store, tuple(summaries)


def extensions_of(project: Project) -> Extensions:
    """Return what the plugins that a project names add to the language.

    Raises:
        PluginError: one of them cannot be used, or gives a function that leadline has.
    """
    plugins = Plugins(project.plugin_folder)
    broken = plugins.load(project.plugins)
    if broken:
        raise PluginError(f"{broken[0]}: {broken[0].error}")
    functions = [function_of(kind) for kind in plugins.functions()]
    own = function_table()
    for function in functions:
        if function.name in own or function.name in OVER_TIME:
            raise PluginError(f"a plugin gives the function `{function.name}`, which leadline has")
    decays = {
        kind.name: DecayForm(kind.name, dict(kind.settings), kind.factor)
        for kind in plugins.decays()
    }
    return Extensions(function_table(functions), decays)


def function_of(kind: FunctionKind) -> Function:
    """Return a plugin's function as a row of the table; it is missing where an argument is."""
    types = {
        word: Type[word.upper()]
        for word in ("text", "number", "truth", "date", "instant", "duration", "list")
    }
    return Function(
        name=kind.name,
        parameters=tuple(types[word] for word in kind.parameters),
        result=types[kind.result],
        sql=f"CASE WHEN {{present}} THEN {kind.sql} END" if kind.parameters else kind.sql,
        sentence=kind.sentence,
        example=(kind.example, True),
    )


def load_source(
    store: Store, project: Project, source: SourceConfig, run_id: int, tick: Tick
) -> LoadSummary:
    """Load what a source of a project has that the store does not."""
    load_ = SourceLoad(
        source=source.name,
        timezone=source.timezone,
        mapping=source.mapping,
        types=source.types,
        run_id=run_id,
    )
    plugins = Plugins(project.plugin_folder)
    plugins.load([source.plugin, *project.plugins])
    settings = source.plain_settings(plugins.source_kind(source.plugin).settings)
    with telling(f"source `{source.name}`", source.settings):
        return _load(store, plugins, load_, source.plugin, settings, project.root, tick)


def _load(
    store: Store,
    plugins: Plugins,
    load_: SourceLoad,
    plugin: str,
    settings: dict[str, object],
    root: Path,
    tick: Tick,
) -> LoadSummary:
    with tempfile.TemporaryDirectory(prefix="leadline-") as workdir:
        context = ReadContext(root, Path(workdir), store.cursor(load_.source), tick)
        return store.load(load_, read_source(plugins, plugin, settings, context))


def columns_of(store: Store) -> Catalog:
    """Return the columns of a store's data, those that no source has given yet included."""
    return stand_in(store.database, store.catalog())


def evaluate(
    store: Store,
    text: RulesetText,
    as_of: str | None,
    *,
    lead: str | None = None,
    event_grain: bool = False,
) -> Evaluation:
    """Evaluate a ruleset over a store.

    Args:
        store: the data.
        text: the ruleset.
        as_of: a date or instant; None is today in the model's timezone.
        lead: this lead alone.
        event_grain: count event by event, so that the events can be named.

    Returns:
        The evaluation; its relations ``scores``, ``reported`` and ``account.NAME`` are filled.

    Raises:
        RulesetError: the ruleset does not compile.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    date = parse_as_of(as_of, ruleset.timezone)
    plan = build_plan(ruleset, catalog, date, lead=lead, event_grain=event_grain)
    query = write_query(plan, text.extensions)
    run_query(store.database, query)
    return Evaluation(store, text, ruleset, catalog, date, plan, query)


def list_leads(
    store: Store,
    text: RulesetText,
    as_of: str | None,
    *,
    score: str | None = None,
    where: str | None = None,
    columns: tuple[str, ...] = (),
    columns_option: str = "--columns",
    staged: bool = False,
    also: tuple[LeadsAsked, ...] = (),
) -> Evaluation:
    """Evaluate a ruleset and fill the relation ``lead_list``.

    Args:
        store: the data.
        text: the ruleset.
        as_of: as for ``evaluate``.
        score: the score to order by and to give the reasons of; the first by default.
        where: an expression over leads, scores, grades, tags, ``stage`` and ``matrix``.
        columns: further fields to show, such as ``lead.email`` or ``tag.track``.
        columns_option: the option that names the fields, as faults say it.
        staged: whether each lead's stage is that of the relation ``stage_now``; else it is told
            where it follows from the score of the date.
        also: further lists, each a relation; what they name is resolved in ``scope_of_leads``.

    Raises:
        RulesetError: the ruleset, ``where`` or a column does not compile.
        UsageError: no such score.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    date = parse_as_of(as_of, ruleset.timezone)
    chosen = choose_score(ruleset, score) if score or single_scores(ruleset) else None
    by_date = ruleset.stages is not None and ruleset.stages.by_date
    scope = scope_of_leads(text, ruleset, catalog, store, staged=by_date or staged)
    condition = typed_condition("--where", where, scope) if where else None
    shown = tuple(typed_field(columns_option, column, scope) for column in columns)
    read = [*shown, *(fields(condition) if condition is not None else ())]
    read += [field for asked in also for field in asked.read]
    listed = tuple(field for field in read if field.scope in ("lead", "account", "tag"))
    plan = with_lead_list(
        build_plan(ruleset, catalog, date, listed=listed),
        ruleset,
        chosen,
        condition=condition,
        shown=shown,
        tags=bool(catalog.tags),
        staged=by_date or staged,
        also=also,
    )
    query = write_query(plan, text.extensions)
    query = with_stages(query) if staged else query
    run_query(store.database, query)
    return Evaluation(store, text, ruleset, catalog, date, plan, query)


def choose_score(ruleset: Ruleset, name: str | None) -> Score:
    """Return the score of that name, or the first that has one value for each lead.

    Raises:
        UsageError: there is none, or it has a value for each ``per``.
    """
    singles = {score.name: score for score in single_scores(ruleset)}
    if name is None and singles:
        return next(iter(singles.values()))
    if name in singles:
        return singles[name]
    if name is None:
        raise UsageError(
            "the ruleset has no score with one value a lead",
            hint="add one under `scores:`; a score with `per` has several",
        )
    known = ", ".join(f"`{score}`" for score in singles) or "none"
    raise UsageError(f"no score with one value is called `{name}`", hint=f"known: {known}")


def choose_any_score(ruleset: Ruleset, name: str) -> Score:
    """Return the score of that name.

    Raises:
        UsageError: there is none.
    """
    for score in ruleset.scores:
        if score.name == name:
            return score
    raise UsageError(
        f"no score is called `{name}`",
        hint=did_you_mean(name, [score.name for score in ruleset.scores]),
    )


def scope_of_leads(
    text: RulesetText,
    ruleset: Ruleset,
    catalog: Catalog | None,
    store: Store | None,
    *,
    staged: bool,
) -> Scope:
    """Return what an expression over listed leads may name.

    Args:
        text: the ruleset's text.
        ruleset: the model.
        catalog: the columns of the data; None where it is not known yet, and any may be named.
        store: what patterns are tried on; None: they are not.
        staged: whether the stage of each lead is known.
    """
    singles = single_scores(ruleset)
    model = ["stage"] if staged else []
    model += ["matrix"] if ruleset.matrix is not None else []
    return Scope(
        "a list of leads",
        ("lead", "account", "tag"),
        model=tuple(model),
        scores=tuple(score.name for score in singles),
        grades=tuple(score.name for score in singles if score.grades),
        named=named_values(ruleset.scores, ruleset.stages, ruleset.matrix),
        catalog=catalog,
        functions=text.extensions.functions,
        pattern_error=store.database.pattern_error if store is not None else pattern_error,
    )
