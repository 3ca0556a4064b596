"""Iterates resources of dlt and yields what they give; no pipeline, no files, no destination."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from dlt.common.configuration.container import Container
from dlt.common.json import json
from dlt.common.pipeline import StateInjectableContext
from dlt.extract import DltResource
from leadline.errors import LeadlineError
from leadline.plugin import Cursor, Item, Note, ReadContext, Records, Reject, SourceError

from leadline_dlt.faults import Faults
from leadline_dlt.modules import imported
from leadline_dlt.resources import chosen, declared_texts, made_resources
from leadline_dlt.rows import RowReader
from leadline_dlt.secrets import Shield
from leadline_dlt.settings import Entry
from leadline_dlt.states import State, hold_back, read_states, written_states

if TYPE_CHECKING:
    from dlt.common.pipeline import TPipelineState

#: So many rows are handed on at once.
PART = 5_000

_FRAMES = ("pandas", "polars", "pyarrow")


def read_resources(
    source: str, arguments: Mapping[str, Any], entries: Sequence[Entry], context: ReadContext
) -> Iterator[Item]:
    """Yield the rows of the resource of each table, and after each what dlt keeps of it.

    Args:
        source: ``module:name``, as leadline.yaml has it.
        arguments: what it is called with.
        entries: the tables, read one after the other.
        context: with the cursor of the last load.

    Raises:
        SourceError: the source or a resource cannot be had, or fails.
        UsageError: the source does not take the arguments.
    """
    root = context.root.resolve()
    faults = Faults(source, root, Shield(arguments))
    states = read_states(context.cursor, entries)
    running: str | None = None
    try:
        with imported(source.partition(":")[0], root) as module:
            resources = made_resources(module, source, arguments)
            for number, entry in enumerate(entries):
                context.progress(entry.resource, number, len(entries))
                running = entry.resource
                resource = chosen(resources, entry, source)
                state = states.get(entry.key, {})
                yield from _items(resource, entry, state)
                for path, value in hold_back(state, datetime.now(UTC)):
                    yield Note(
                        f"{entry.resource}: `{path}` goes up to {value}, which is in the future; "
                        "the next load begins at the present"
                    )
                if state:
                    states[entry.key] = state
                    yield Cursor(written_states(states))
    except LeadlineError:
        raise
    except Exception as error:
        raise faults.error(error, running) from error
    context.progress("resources", len(entries), len(entries))


def _items(resource: DltResource, entry: Entry, state: State) -> Iterator[Records | Reject]:
    reader = RowReader(entry, declared_texts(resource))
    held: list[Mapping[str, Any]] = []
    for found in _rows(resource, state):
        row = _as_mapping(found, entry)
        if row is None:
            reason = f"a {type(found).__name__}, expected a row with names"
            yield Reject(entry.table, entry.resource, None, None, reason, _raw(found))
            continue
        held.append(row)
        if len(held) == PART:
            yield reader.records(held)
            held = []
    if held:
        yield reader.records(held)


def _rows(resource: DltResource, state: State) -> Iterator[object]:
    """Return the rows of a resource, which finds its state and changes it as it goes."""
    injected = StateInjectableContext(state=cast("TPipelineState", state))
    with Container().injectable_context(injected):
        return iter(resource)


def _as_mapping(found: Any, entry: Entry) -> Mapping[str, Any] | None:
    """Return what a resource gave as a row; None where it is none."""
    if isinstance(found, Mapping):
        return found
    if hasattr(found, "model_dump"):
        row: Mapping[str, Any] = found.model_dump()
        return row
    if type(found).__module__.partition(".")[0] in _FRAMES:
        raise SourceError(
            f"the resource `{entry.resource}` gives tables of {type(found).__module__}, expected "
            "rows",
            hint="have it yield dictionaries; of `sql_database`, use the backend `sqlalchemy`",
        )
    return None


def _raw(found: object) -> str:
    try:
        return json.dumps(found)
    except TypeError:
        return repr(found)
