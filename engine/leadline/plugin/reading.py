"""Read from a source by the name of its kind, with every fault told as the plugin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadline.errors import PluginError
from leadline.plugin.blame import blaming
from leadline.plugin.items import Cursor, DataFile, Item, Note, Records, Reject
from leadline.plugin.loading import Plugins
from leadline.plugin.settings import checked_settings
from leadline.plugin.source import ReadContext


def read_source(
    plugins: Plugins, name: str, settings: Mapping[str, object], context: ReadContext
) -> Iterator[Item]:
    """Yield what the source yields.

    Args:
        plugins: where the kind is looked for.
        name: the name of the kind, such as ``csv``.
        settings: what the configuration says; checked here.
        context: what the source is given.

    Raises:
        UsageError: the settings do not fit.
        PluginError: the plugin is missing or broken, raised something else than leadline's own
            errors, or yielded something that is no item.
        SourceError: the source says that it cannot be read.
    """
    kind = plugins.source_kind(name)
    plugin = plugins.giver_of(kind)
    checked = checked_settings(kind, settings)
    doing = f"reading the source `{name}`"
    with blaming(plugin, doing):
        items = iter(kind.factory(checked).read(context))
    end = object()
    while True:
        with blaming(plugin, doing):
            item = next(items, end)
        if item is end:
            return
        if not isinstance(item, DataFile | Records | Reject | Cursor | Note):
            raise PluginError(
                f"{plugin} yielded a value of the type {type(item).__name__}, expected a DataFile, "
                "Records, Reject, Note or Cursor"
            )
        yield item
