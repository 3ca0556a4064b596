"""Publish through a publisher by the name of its kind, with every fault told as the plugin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadline.plugin.blame import blaming
from leadline.plugin.installed import Installed
from leadline.plugin.loading import Plugins
from leadline.plugin.outcomes import checked_outcomes
from leadline.plugin.output import Outcome, OutputContext
from leadline.plugin.publisher import Column, Publisher, Result, Table
from leadline.plugin.settings import checked_settings


class OpenPublisher:
    """A publisher that is ready; made by :func:`open_publisher`."""

    def __init__(self, plugin: Installed, name: str, publisher: Publisher) -> None:
        self._plugin = plugin
        self._doing = f"publishing to the output `{name}`"
        self._publisher = publisher

    def prepare(self, table: Table, columns: Sequence[Column]) -> None:
        """Make the receiver ready for some columns.

        Raises:
            PluginError: it cannot be, or the publisher raised something else.
        """
        with blaming(self._plugin, self._doing):
            self._publisher.prepare(table, columns)

    def publish(self, table: Table, results: Sequence[Result]) -> Iterator[Outcome]:
        """Yield the outcome of results, each at most once and none of others.

        Raises:
            PluginError: the receiver cannot be used, the publisher raised something else, or gave
                something that is no outcome of these results.
        """
        keys = [result.key for result in results]
        return checked_outcomes(
            self._plugin, self._doing, keys, lambda: self._publisher.publish(table, results)
        )


def open_publisher(
    plugins: Plugins, kind_name: str, settings: Mapping[str, object], context: OutputContext
) -> OpenPublisher:
    """Make a publisher.

    Args:
        plugins: where the kind is looked for.
        kind_name: the name of the kind, such as ``hubspot``.
        settings: what the configuration says; checked here.
        context: what the publisher is given.

    Raises:
        UsageError: the settings do not fit, or the kind takes messages.
        PluginError: the plugin is missing or broken, or raised something else than leadline's own
            errors.
    """
    kind = plugins.publisher_kind(kind_name)
    plugin = plugins.giver_of(kind)
    checked = checked_settings(kind, settings)
    with blaming(plugin, f"opening the output `{context.name}`"):
        publisher = kind.factory(checked, context)
    return OpenPublisher(plugin, context.name, publisher)
