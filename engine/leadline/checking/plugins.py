"""The checks that the plugins of a project give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadline.checking.codes import KNOWN_CODES
from leadline.diagnostic import Code, Diagnostic, Place, Severity, did_you_mean
from leadline.document import Document, Scalar, Value
from leadline.document import Mapping as Entries
from leadline.document import Sequence as Items
from leadline.errors import PluginError, UsageError
from leadline.misfits import Written, misfits_of_check
from leadline.plugin import Finding, OpenCheck, Plugins, RulesetSource, open_check
from leadline.project import Project
from leadline.settings import plain_settings


def open_checks(project: Project) -> tuple[OpenCheck, ...]:
    """Return the checks of the plugins that a project names, ready to be used.

    Raises:
        PluginError: one of them cannot be used, or has the name of one that leadline makes.
        UsageError: settings are those of no check.
        ConfigurationError: those of a check do not fit.
    """
    plugins = Plugins(project.plugin_folder)
    broken = plugins.load(project.plugins)
    if broken:
        raise PluginError(f"{broken[0]}: {broken[0].error}")
    kinds = {kind.name: kind for kind in plugins.checks()}
    for name in project.check_settings:
        if name not in kinds:
            hint = did_you_mean(name, kinds) or "no plugin under `plugins:` gives a check"
            raise UsageError(f"leadline.yaml has settings of a check `{name}`", hint)
    own = {name.casefold() for code in KNOWN_CODES for name in (code.code, code.name)}
    for name in kinds:
        if name in own:
            raise PluginError(f"a plugin gives the check `{name}`, which leadline has")
    settings = project.check_settings
    if settings:
        written = Written(project)
        found = [one for kind in kinds.values() for one in misfits_of_check(project, kind, written)]
        if found:
            raise written.error(found)
    return tuple(
        open_check(plugins, name, plain_settings(settings.get(name, {}), kind.settings))
        for name, kind in kinds.items()
    )


def check_codes(checks: Sequence[OpenCheck]) -> tuple[Code, ...]:
    """Return the codes of checks: their names, which no code of leadline's own looks like."""
    return tuple(Code(check.name, check.name, Severity.WARNING) for check in checks)


def plugin_findings(checks: Sequence[OpenCheck], document: Document) -> Iterator[Diagnostic]:
    """Yield what checks of plugins say about a ruleset.

    Raises:
        PluginError: one of them failed; names it.
    """
    data = _plain(document.root)
    if not checks or not isinstance(data, Mapping):
        return
    shown = RulesetSource(document.file, document.text, data)
    for check in checks:
        for found in check.findings(shown):
            severity = Severity[found.severity.upper()]
            kind = Code(check.name, check.name, severity)
            yield Diagnostic(kind, found.message, _place(document, found), found.hint)


def _plain(value: Value) -> object:
    match value:
        case Entries(entries):
            return {entry.key.text: _plain(entry.value) for entry in entries}
        case Items(items):
            return [_plain(item) for item in items]
        case Scalar(text):
            return text


def _place(document: Document, found: Finding) -> Place:
    """Return where a path leads, or how far it does: a key, or the text that stands there."""
    at: Value = document.root
    place = Place(document.file, 1, 1, 1, 1)
    for part in found.path:
        if isinstance(at, Entries):
            entry = at.get(str(part))
            if entry is None:
                break
            at = entry.value
            place = at.place if isinstance(at, Scalar) and at.text else entry.key.place
        elif isinstance(at, Items) and isinstance(part, int) and 0 <= part < len(at.items):
            at = at.items[part]
            place = at.place
        else:
            break
    return place
