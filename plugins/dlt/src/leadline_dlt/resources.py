"""The resources that ``source`` of leadline.yaml gives, whatever form it has."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource
from leadline.diagnostic import did_you_mean, nearest
from leadline.plugin import SourceError, UsageError

from leadline_dlt.arguments import typed_arguments
from leadline_dlt.settings import Entry


def made_resources(
    module: ModuleType, source: str, arguments: Mapping[str, Any]
) -> dict[str, DltResource]:
    """Return resources by name.

    ``source`` may name a function with ``@dlt.source`` or ``@dlt.resource``, a plain function
    that gives such things or rows, or what such a function gave.

    Args:
        module: where it is.
        source: ``module:name``, as leadline.yaml has it.
        arguments: what it is called with.

    Raises:
        SourceError: it is not there, or gives something else.
        UsageError: it does not take these arguments.
    """
    name = source.partition(":")[2]
    found = getattr(module, name, None)
    if found is None:
        known = [key for key, value in vars(module).items() if _offers(value, module)]
        hint = did_you_mean(name, known)
        raise SourceError(f"`source` names {source}, and the module has no `{name}`", hint=hint)
    made = _made(found, name, source, arguments)
    match made:
        case DltSource():
            return dict(made.resources)
        case DltResource():
            return {made.name: made}
        case list() | tuple() if made and all(isinstance(one, DltResource) for one in made):
            return {one.name: one for one in made}
        case list() | tuple():
            return {name: dlt.resource(list(made), name=name)}
    raise SourceError(
        f"{source} gives a {type(made).__name__}, expected a source or a resource of dlt, or rows",
        hint="name a function with `@dlt.source` or `@dlt.resource`, or one that yields rows",
    )


def chosen(resources: Mapping[str, DltResource], entry: Entry, source: str) -> DltResource:
    """Return a copy of the resource that fills a table, ready to be iterated.

    Raises:
        SourceError: there is none of the name, or it needs arguments.
    """
    resource = resources.get(entry.resource)
    if resource is None:
        near = nearest(entry.resource, resources)
        hints = (did_you_mean(entry.resource, near) if near else "", did_you_mean("", resources))
        raise SourceError(
            f"{source} has no resource `{entry.resource}`, which `tables.{entry.table}` names",
            hint=" ".join(filter(None, hints)) or "it has no resource at all",
        )
    if resource.requires_args and not resource.is_transformer:
        raise SourceError(
            f"the resource `{entry.resource}` of {source} has to be called with arguments",
            hint="write a function beside leadline.yaml that returns it called, and name that",
        )
    # Under its own name: a copy has hints of its own, so two tables may read one resource.
    copy = resource.with_name(resource.name)
    if entry.incremental is not None:
        given = resource.explicit_args if resource.args_bound else None
        _add_incremental(copy, given or {}, entry.incremental)
    return copy


def _add_incremental(copy: DltResource, given: Mapping[str, Any], path: str) -> None:
    """Have a resource pass over rows before the last value at a path.

    A resource that takes an ``incremental`` is handed this one, so that it may ask for less.
    One of ``rest_api`` fails on any but its own, so there it is a step behind it.

    Args:
        copy: the resource.
        given: what it was called with.
        path: the path of the value in a row.
    """
    incremental: dlt.sources.incremental[Any] = dlt.sources.incremental(
        path,
        primary_key=(),  # the store knows which rows it has
        on_cursor_value_missing="include",
    )
    if "incremental_object" not in given:
        copy.apply_hints(incremental=incremental)
        return
    own = given["incremental_object"]
    if own is None or own.cursor_path != path:
        copy.add_step(incremental)


def declared_texts(resource: DltResource) -> frozenset[str]:
    """Return the names of the columns that a resource says are texts."""
    columns = resource.columns
    if not isinstance(columns, Mapping):
        return frozenset()
    return frozenset(name for name, of in columns.items() if of.get("data_type") == "text")


def _made(found: Any, name: str, source: str, arguments: Mapping[str, Any]) -> object:
    if isinstance(found, DltSource) or not callable(found):
        if arguments:
            raise UsageError(
                f"{source} is no function, so it takes no `arguments`",
                hint="name the function that makes it, or leave `arguments` out",
            )
        return found
    if isinstance(found, DltResource) and not arguments:
        return found
    if inspect.isgeneratorfunction(found):
        found = dlt.resource(found, name=name)
    return found(**typed_arguments(found, arguments, source))


def _offers(value: object, module: ModuleType) -> bool:
    """Say whether something in a module may be meant by ``source``."""
    own = getattr(value, "__module__", None) == module.__name__
    return isinstance(value, DltSource | DltResource) or (own and callable(value))
