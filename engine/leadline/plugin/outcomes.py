"""Outcomes as a plugin gives them, one at a time, with every fault told as the plugin's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

from leadline.errors import PluginError
from leadline.plugin.blame import blaming
from leadline.plugin.installed import Installed
from leadline.plugin.output import STATES, Outcome


def checked_outcomes(
    plugin: Installed,
    doing: str,
    keys: Iterable[str],
    give: Callable[[], Iterable[Outcome]],
) -> Iterator[Outcome]:
    """Yield the outcomes of some keys, each at most once and none of others.

    Args:
        plugin: whose they are.
        doing: what it is doing, for messages.
        keys: what it was handed.
        give: asks it.

    Raises:
        PluginError: it raised something else than leadline's own errors, or gave something that
            is no outcome of these keys.
    """
    waiting = set(keys)
    with blaming(plugin, doing):
        outcomes = iter(give())
    end = object()
    while True:
        with blaming(plugin, doing):
            outcome = next(outcomes, end)
        if outcome is end:
            return
        if not isinstance(outcome, Outcome) or not _is_of(outcome, waiting):
            raise PluginError(
                f"{plugin} gave a {type(outcome).__name__}, expected an Outcome of one of the "
                "keys that it was handed, each once"
            )
        if outcome.state not in STATES or not isinstance(outcome.answer, str):
            raise PluginError(
                f"{plugin} gave an Outcome whose state is none of {', '.join(STATES)}, or whose "
                "answer is no text"
            )
        waiting.remove(outcome.key)
        yield outcome


def _is_of(outcome: Outcome, keys: Set[str]) -> bool:
    return isinstance(outcome.key, str) and outcome.key in keys
