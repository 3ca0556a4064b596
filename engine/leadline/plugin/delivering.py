"""Deliver through an output by the name of its kind, with every fault told as the plugin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadline.errors import PluginError
from leadline.plugin.blame import blaming
from leadline.plugin.installed import Installed
from leadline.plugin.loading import Plugins
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
        waiting = {message.key for message in messages}
        with blaming(self._plugin, self._doing):
            outcomes = iter(self._output.deliver(messages))
        end = object()
        while True:
            with blaming(self._plugin, self._doing):
                outcome = next(outcomes, end)
            if outcome is end:
                return
            if not isinstance(outcome, Outcome) or outcome.key not in waiting:
                raise PluginError(
                    f"{self._plugin} gave a {type(outcome).__name__}, expected an Outcome of one "
                    "of the messages, each once"
                )
            waiting.remove(outcome.key)
            yield outcome


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
