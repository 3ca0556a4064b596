"""What went wrong in a source of dlt, told in one line: the first cause that is not dlt's own."""

from __future__ import annotations

import traceback
from pathlib import Path

from dlt.common.configuration.exceptions import ConfigFieldMissingException
from dlt.common.configuration.utils import get_resolved_traces
from leadline.plugin import SourceError

from leadline_dlt.secrets import Shield

_DENIED = (401, 403)


class Faults:
    """Tells what a source raised.

    Args:
        source: ``module:name``, as leadline.yaml has it.
        root: the folder of the project.
        shield: what takes secrets out of messages.
    """

    def __init__(self, source: str, root: Path, shield: Shield) -> None:
        self._source, self._root, self._shield = source, root, shield

    def error(self, error: BaseException, resource: str | None = None) -> SourceError:
        """Return what to raise for an error of the source, or of one of its resources."""
        what = f"the resource `{resource}` of {self._source}" if resource else self._source
        cause = _cause(error)
        if isinstance(cause, ConfigFieldMissingException):
            fields = ", ".join(f"`{field}`" for field in cause.fields)
            hint = f"give it under `arguments`, as in `{cause.fields[0]}: ${{NAME}}`"
            return SourceError(f"{what} needs {fields}, which nothing gives", hint=hint)
        said = self._shield.cleared(f"{type(cause).__name__}: {cause}", _values_of_files())
        return SourceError(f"{what} failed: {said.rstrip(': ')}", hint=self._hint(cause))

    def _hint(self, cause: BaseException) -> str:
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if status in _DENIED:
            return "look at the key among the `arguments`, and at what it may read"
        if isinstance(cause, ImportError):
            return "install what is missing, or correct `source`"
        place = self._place(cause)
        raised = f"it is raised at {place}; " if place else ""
        return f"{raised}look at the `arguments` of the source"

    def _place(self, cause: BaseException) -> str:
        """Return the last line of the project that was passed; empty where there is none."""
        for frame in reversed(traceback.extract_tb(cause.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(self._root) and "site-packages" not in path.parts:
                return f"{path.relative_to(self._root)}:{frame.lineno}"
        return ""


def _cause(error: BaseException) -> BaseException:
    """Return the first cause that is not an exception of dlt; the last one where all are."""
    while type(error).__module__.partition(".")[0] == "dlt":
        under = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if under is None:
            break
        error = under
    return error


def _values_of_files() -> list[str]:
    """Return the texts that dlt took from files of secrets for this source."""
    traces = get_resolved_traces().resolved_traces
    return [
        trace.value
        for trace in traces
        if isinstance(trace.value, str) and "secrets" in trace.provider_name
    ]
