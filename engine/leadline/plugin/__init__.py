"""The public door for plugins: everything that a plugin's author needs is imported from here.

A plugin is a module named by an entry point of the group ``leadline``. It answers one or more
hooks with descriptors::

    from leadline.plugin import SourceKind, hookimpl

    @hookimpl
    def leadline_sources() -> tuple[SourceKind, ...]:
        return (SourceKind("acme", "People of Acme CRM.", SETTINGS, AcmeSource),)

The descriptors are all that an import should make; work begins when a factory is called. What
posts over HTTP finds a ``Poster`` in ``leadline.plugin.http``.
"""

from leadline.errors import PluginError, SourceError, UsageError
from leadline.plugin.check import Check, Finding, RulesetSource
from leadline.plugin.checking import OpenCheck, open_check
from leadline.plugin.delivering import OpenOutput, open_output
from leadline.plugin.hooks import Hooks, hookimpl
from leadline.plugin.installed import GROUP, Installed
from leadline.plugin.items import RAW_LIMIT, Cursor, DataFile, Item, Note, Records, Reject
from leadline.plugin.kinds import (
    CheckKind,
    DecayKind,
    FunctionKind,
    Kind,
    ValueType,
)
from leadline.plugin.loading import API_VERSIONS, Broken, Plugins
from leadline.plugin.output import Message, Outcome, Output, OutputContext, OutputKind
from leadline.plugin.publisher import (
    Column,
    ColumnType,
    Publisher,
    PublisherKind,
    Result,
    Table,
    Value,
)
from leadline.plugin.publishing import OpenPublisher, open_publisher
from leadline.plugin.reading import read_source
from leadline.plugin.settings import checked_settings
from leadline.plugin.source import ReadContext, Source, SourceKind

__all__ = [
    "API_VERSIONS",
    "GROUP",
    "RAW_LIMIT",
    "Broken",
    "Check",
    "CheckKind",
    "Column",
    "ColumnType",
    "Cursor",
    "DataFile",
    "DecayKind",
    "Finding",
    "FunctionKind",
    "Hooks",
    "Installed",
    "Item",
    "Kind",
    "Message",
    "Note",
    "OpenCheck",
    "OpenOutput",
    "OpenPublisher",
    "Outcome",
    "Output",
    "OutputContext",
    "OutputKind",
    "PluginError",
    "Plugins",
    "Publisher",
    "PublisherKind",
    "ReadContext",
    "Records",
    "Reject",
    "Result",
    "RulesetSource",
    "Source",
    "SourceError",
    "SourceKind",
    "Table",
    "UsageError",
    "Value",
    "ValueType",
    "checked_settings",
    "hookimpl",
    "open_check",
    "open_output",
    "open_publisher",
    "read_source",
]
