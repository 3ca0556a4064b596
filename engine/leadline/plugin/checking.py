"""Check rulesets by a check of a plugin, with every fault told as the plugin's."""

from __future__ import annotations

from collections.abc import Mapping

from leadline.errors import PluginError
from leadline.plugin.blame import blaming
from leadline.plugin.check import Check, Finding, RulesetSource
from leadline.plugin.installed import Installed
from leadline.plugin.loading import Plugins
from leadline.plugin.settings import checked_settings

_SEVERITIES = ("note", "warning", "error")


class OpenCheck:
    """A check that is ready; made by :func:`open_check`."""

    def __init__(self, plugin: Installed, name: str, summary: str, check: Check) -> None:
        self._plugin = plugin
        self._check = check
        self.name = name
        self.summary = summary

    def findings(self, ruleset: RulesetSource) -> tuple[Finding, ...]:
        """Return what the check says about a ruleset.

        Raises:
            PluginError: it raised something, or gave something that is no finding.
        """
        with blaming(self._plugin, f"checking {ruleset.file} by `{self.name}`"):
            found = tuple(self._check.check(ruleset))
        for one in found:
            if not isinstance(one, Finding) or one.severity not in _SEVERITIES:
                raise PluginError(
                    f"{self._plugin} found a {type(one).__name__} by `{self.name}`, expected a "
                    "Finding with the severity note, warning or error"
                )
        return found


def open_check(plugins: Plugins, name: str, settings: Mapping[str, object]) -> OpenCheck:
    """Make a check.

    Args:
        plugins: where the kind is looked for.
        name: the name of the kind.
        settings: what the configuration says; checked here.

    Raises:
        UsageError: the settings do not fit.
        PluginError: the plugin is missing or broken, or raised something else than leadline's own
            errors.
    """
    kind = plugins.check_kind(name)
    plugin = plugins.giver_of(kind)
    checked = checked_settings(kind, settings)
    with blaming(plugin, f"making the check `{name}`"):
        check = kind.factory(checked)
    return OpenCheck(plugin, name, kind.summary, check)
