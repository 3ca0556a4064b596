"""Deliver through an output by the name of its kind, with every fault told as the plugin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadline.plugin.blame import blaming
from leadline.plugin.installed import Installed
from leadline.plugin.loading import Plugins
from leadline.plugin.outcomes import checked_outcomes
from leadline.plugin.output import Message, Outcome, Output, OutputContext
from leadline.plugin.settings import checked_settings


class OpenOutput:
    """An output that is ready; made by :func:`open_output`."""

    def __init__(self, plugin: Installed, name: str, output: Output) -> None:
        self._plugin = plugin
        self._doing = f"delivering to the output `{name}`"
        self._output = output
        with blaming(plugin, self._doing):
            self.recognises_keys = bool(output.recognises_keys)

    def deliver(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Yield the outcome of messages, each at most once and none of others.

        Raises:
            PluginError: the output raised something else than leadline's own errors, or gave
                something that is no outcome of these messages.
        """
        keys = [message.key for message in messages]
        return checked_outcomes(
            self._plugin, self._doing, keys, lambda: self._output.deliver(messages)
        )


def open_output(
    plugins: Plugins, kind_name: str, settings: Mapping[str, object], context: OutputContext
) -> OpenOutput:
    """Make an output.

    Args:
        plugins: where the kind is looked for.
        kind_name: the name of the kind, such as ``webhook``.
        settings: what the configuration says; checked here.
        context: what the output is given.

    Raises:
        UsageError: the settings do not fit.
        PluginError: the plugin is missing or broken, or raised something else than leadline's own
            errors.
    """
    kind = plugins.output_kind(kind_name)
    plugin = plugins.giver_of(kind)
    checked = checked_settings(kind, settings)
    with blaming(plugin, f"opening the output `{context.name}`"):
        output = kind.factory(checked, context)
    return OpenOutput(plugin, context.name, output)
