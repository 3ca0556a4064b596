"""Whether plugins can be used, and whether what a project sets fits them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from leadline.diagnostic import Diagnostic
from leadline.errors import LeadlineError, PluginError
from leadline.misfits import Written, misfits_of
from leadline.plugin import Installed, Plugins
from leadline.plugin.kinds import called
from leadline.project import OutputConfig, Project, SourceConfig

GOOD, UNUSABLE, FAULTY = "good", "cannot be used", "wrong settings"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a plugin, or of a source or output of the project.

    Args:
        what: the plugin by name, or ``source NAME`` and ``output NAME``.
        distribution: where the plugin comes from, with its version.
        gives: what it gives, by name.
        state: ``GOOD``, ``UNUSABLE`` or ``FAULTY``.
        needed: whether the project needs it.
        said: why it cannot be used; empty where it can.
        misfits: its settings that do not fit.
    """

    what: str
    distribution: str
    gives: str
    state: str
    needed: bool
    said: str = ""
    misfits: tuple[Diagnostic, ...] = ()


def examine_plugins(
    plugins: Plugins, project: Project | None, *, every: bool
) -> tuple[Finding, ...]:
    """Import plugins and look at the settings of a project.

    Args:
        plugins: those of this environment.
        project: what needs some of them; None needs none.
        every: whether plugins that the project does not need are imported too.

    Returns:
        A finding for each plugin that was looked at, by name, then one for each source and output.
    """
    needed = frozenset(project.named_plugins) if project is not None else frozenset()
    found = {plugin.name: plugin for plugin in plugins.installed()}
    names = sorted(needed | (set(found) if every else set()))
    looked = [finding for name in names for finding in _of_plugin(plugins, name, found, needed)]
    if project is not None:
        written = Written(project)
        configs: tuple[SourceConfig | OutputConfig, ...] = (*project.sources, *project.outputs)
        looked += [_of_settings(project, plugins, one, written) for one in configs]
    return tuple(looked)


def _of_plugin(
    plugins: Plugins, name: str, found: dict[str, Installed], needed: frozenset[str]
) -> Iterator[Finding]:
    origin = _origin(found[name]) if name in found else ""
    twice = Counter(plugin.name for plugin in plugins.installed())[name] > 1
    before = set(map(called, plugins.kinds()))
    try:
        broken = plugins.load([name])
    except PluginError as error:
        both = origin if not twice else "two distributions"
        yield Finding(name, both, "", UNUSABLE, name in needed, _line(error))
        return
    gives = ", ".join(sorted(set(map(called, plugins.kinds())) - before))
    said = "; ".join(one.error for one in broken)
    yield Finding(name, origin, gives, UNUSABLE if broken else GOOD, name in needed, said)


def _of_settings(
    project: Project, plugins: Plugins, config: SourceConfig | OutputConfig, written: Written
) -> Finding:
    word = "source" if isinstance(config, SourceConfig) else "output"
    what = f"{word} {config.name}"
    try:
        found = misfits_of(project, plugins, config, written)
    except PluginError as error:
        return Finding(what, config.plugin, "", UNUSABLE, needed=True, said=_line(error))
    state = FAULTY if found else GOOD
    return Finding(what, config.plugin, "", state, needed=True, misfits=found)


def _origin(plugin: Installed) -> str:
    return f"{plugin.distribution} {plugin.version}".rstrip()


def _line(error: LeadlineError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message
