"""Which outputs a run uses, and whether they fit its rulesets: said before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadline.delivery.outputs import outputs_named, unknown_outputs
from leadline.delivery.publications import compile_publications, texts_of
from leadline.diagnostic import Code, Diagnostic, did_you_mean
from leadline.errors import ConfigurationError, UsageError
from leadline.pipeline import RulesetText, check_ruleset, columns_of
from leadline.project import OutputConfig, Project
from leadline.store import Store

NO_SUCH_MODEL = Code("LL215", "unknown-published-model")


@dataclass(frozen=True, slots=True)
class Uses:
    """The names of the outputs that take messages, and of those that hold results."""

    messages: tuple[str, ...]
    results: tuple[str, ...]


def outputs_used(project: Project, texts: Sequence[RulesetText], *, whole: bool) -> Uses:
    """Return the outputs that rulesets use, as far as they compile without the data.

    Args:
        project: the project.
        texts: the rulesets.
        whole: whether those are all that the project has.

    Raises:
        ConfigurationError: the project does not have an output, or what one is to hold does not
            compile.
    """
    uses, found = outputs_checked(project, texts, None, whole=whole)
    if found:
        files = {text.file: text.text for text in texts} | texts_of(found)
        raise ConfigurationError("outputs and rulesets do not fit", found, files)
    return uses


def outputs_checked(
    project: Project, texts: Sequence[RulesetText], store: Store | None, *, whole: bool
) -> tuple[Uses, tuple[Diagnostic, ...]]:
    """Return the outputs that rulesets use, and all that does not fit between the two.

    Args:
        project: the project.
        texts: the rulesets; what does not compile is passed over.
        store: the data, for the names of columns; None where they are not known yet.
        whole: whether those are all rulesets that the project has.
    """
    catalog = columns_of(store) if store is not None else None
    checked = [(text, check_ruleset(text, catalog, store)[0]) for text in texts]
    built = [(text, ruleset) for text, ruleset in checked if ruleset is not None]
    found = [one for _, ruleset in built for one in unknown_outputs(ruleset, project)]
    if whole and len(built) == len(texts):
        found += unknown_models(project.outputs, [ruleset.model for _, ruleset in built])
    results: list[str] = []
    for text, ruleset in built:
        held_by = holding(project, ruleset.model, alone=whole and len(texts) == 1)
        found += compile_publications(held_by, text, ruleset, catalog, store)[1]
        results += [output.name for output in held_by]
    named = outputs_named(ruleset for _, ruleset in built)
    return Uses(named, tuple(results)), tuple(found)


def holding(project: Project, model: str, *, alone: bool) -> tuple[OutputConfig, ...]:
    """Return the outputs that hold results of a model.

    Args:
        project: the project.
        model: the name of the model.
        alone: whether the project has no other, so that an output need not name it.
    """
    return tuple(
        output
        for output in project.outputs
        if output.publish is not None
        and (alone if output.publish.ruleset is None else output.publish.ruleset.text == model)
    )


def refuse_republishing(project: Project, names: Iterable[str], uses: Uses, *, whole: bool) -> None:
    """Refuse names of outputs that hold no results, or none of the rulesets of a run.

    Args:
        project: the project.
        names: the outputs that are to be told all results again.
        uses: the outputs that the rulesets of the run use.
        whole: whether those are all that the project has.

    Raises:
        UsageError: the project has no such output, or the run would tell it nothing.
    """
    known = [output.name for output in project.outputs if output.publish is not None]
    for name in names:
        if name not in known:
            raise UsageError(
                f"the project has no output `{name}` that holds results",
                hint=did_you_mean(name, known) or "an output holds results by its `publish:`",
            )
        if not whole and name not in uses.results:
            raise UsageError(
                f"the output `{name}` holds results of a ruleset that --only leaves out",
                hint="name that ruleset with --only, too",
            )


def unknown_models(
    outputs: Iterable[OutputConfig], models: Sequence[str]
) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each output whose model the project does not have.

    Args:
        outputs: those of the project.
        models: the names of all its models.
    """
    found = []
    for publish in (output.publish for output in outputs if output.publish is not None):
        said = publish.ruleset
        known = ", ".join(f"`{model}`" for model in models)
        if said is None and len(models) != 1:
            message = f"`publish` names no `ruleset`, and the project has {known or 'none'}"
            hint = "name the model whose results the output holds"
            found.append(Diagnostic(NO_SUCH_MODEL, message, publish.place, hint))
        elif said is not None and said.text not in models:
            message = f"the project has no model `{said.text}`"
            hint = did_you_mean(said.text, models) or f"it has {known or 'none'}"
            found.append(Diagnostic(NO_SUCH_MODEL, message, said.place, hint))
    return tuple(found)
