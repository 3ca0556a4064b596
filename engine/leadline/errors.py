"""The exceptions of leadline, each with the exit code that a command ends with.

::

    LeadlineError
    ├── UsageError            2  wrong usage or configuration
    │   └── ConfigurationError 2  leadline.yaml is wrong (carries diagnostics)
    ├── RulesetError          3  a ruleset does not compile (carries diagnostics)
    ├── PluginError           4  a plugin failed; names its distribution
    │   └── SourceError       4  a source could not be read
    └── EngineError           5  a fault of leadline's own
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadline.diagnostic import Diagnostic, in_order


class LeadlineError(Exception):
    """Anything leadline raises on purpose. ``exit_code`` is what a command ends with."""

    exit_code = 5

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LeadlineError):
    """A command was called in a way that cannot work."""

    exit_code = 2


class _Diagnosed(LeadlineError):
    """An error that is a list of diagnostics; ``texts`` maps each file to its source text."""

    def __init__(
        self, message: str, diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]
    ) -> None:
        super().__init__(message)
        self.diagnostics = in_order(diagnostics)
        self.texts = dict(texts)


class ConfigurationError(_Diagnosed, UsageError):
    """``leadline.yaml`` is wrong."""

    exit_code = 2


class RulesetError(_Diagnosed):
    """A ruleset does not compile."""

    exit_code = 3


class PluginError(LeadlineError):
    """A plugin, source or output failed."""

    exit_code = 4


class SourceError(PluginError):
    """A source could not be read at all (a bad row is a reject, never this)."""


class EngineError(LeadlineError):
    """A fault of leadline's own: a query that the engine refused."""

    exit_code = 5
