"""Settings in leadline.yaml that do not fit the plugins they are for, each with its place.

No value is quoted or shown: any may be a secret that somebody wrote into the open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.document import Mapping as Entries
from leadline.document import Scalar, Sequence, Value, load
from leadline.errors import ConfigurationError, PluginError, UsageError
from leadline.plugin import OutputKind, Plugins
from leadline.plugin.output import IN_DOUBT
from leadline.plugin.settings import Described, Misfit, misfits
from leadline.project import FILE_NAME, OutputConfig, Project, SourceConfig
from leadline.settings import Secret, Setting, masked, plain_settings

UNKNOWN_SETTING = Code("LL220", "unknown-setting")
MISSING_SETTING = Code("LL221", "missing-setting")
WRONG_SETTING = Code("LL222", "wrong-setting")
MISSING_VARIABLE = Code("LL223", "missing-variable")
OTHER_OUTPUT = Code("LL224", "output-of-the-other-form")

CODES = (UNKNOWN_SETTING, MISSING_SETTING, WRONG_SETTING, MISSING_VARIABLE, OTHER_OUTPUT)

_KINDS = {"unknown": UNKNOWN_SETTING, "missing": MISSING_SETTING, "wrong": WRONG_SETTING}
#: What may be done about a message of unknown outcome; leadline itself reads it.
_IN_DOUBT: Mapping[str, object] = {"enum": ["hold", "resend"]}

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Settings:
    """The settings of one source, output or check, where it stands in leadline.yaml."""

    called: str
    path: tuple[str, ...]
    kind: Described
    settings: Mapping[str, Setting]


class Written:
    """A leadline.yaml as it is written, to find the places of settings in it.

    Args:
        project: the project.
    """

    def __init__(self, project: Project) -> None:
        self.file = _file_of(project)
        loaded = load(Path(self.file).read_bytes(), self.file)
        self._text = loaded.text
        nowhere = Place(self.file, 1, 1, 1, 1)
        self._root = loaded.document.root if loaded.document else Entries((), nowhere)

    def place(self, path: Keys, *, key: bool = False) -> Place:
        """Return where a path leads, or how far it does: the text that stands there, else the key.

        Args:
            path: keys, and numbers of items.
            key: whether the key is wanted in any case.
        """
        at: Value = self._root
        place = Place(self.file, 1, 1, 1, 1)
        for part in path:
            entry = at.get(str(part)) if isinstance(at, Entries) else None
            if entry is not None:
                at, place = entry.value, entry.key.place
            elif isinstance(at, Sequence) and isinstance(part, int) and part < len(at.items):
                at = at.items[part]
                place = at.place
            else:
                return place
        return at.place if isinstance(at, Scalar) and at.text and not key else place

    def error(self, found: Iterable[Diagnostic]) -> ConfigurationError:
        """Return the error that tells diagnostics; the values of settings are hidden in it."""
        text = masked(self._text, self._values())
        return ConfigurationError(f"{self.file} does not fit its plugins", found, {self.file: text})

    def _values(self) -> Iterator[Place]:
        for section in ("sources", "outputs"):
            for _, value in _entries(_under(self._root, section)):
                yield from _texts(_under(value, "settings"))
        yield from _texts(_under(_under(self._root, "check"), "settings"))


def refuse_misfits(
    project: Project, sources: Iterable[SourceConfig], outputs: Iterable[str]
) -> None:
    """Refuse settings that do not fit, all of them at once, before anything is done.

    Args:
        project: the project.
        sources: those of its sources that are to be read.
        outputs: the names of its outputs that are to be used; others are passed over.

    Raises:
        ConfigurationError: settings do not fit, or the environment lacks a variable.
        PluginError: the plugin of one of them cannot be used.
    """
    plugins = Plugins(project.plugin_folder)
    wanted = set(outputs)
    used: list[SourceConfig | OutputConfig] = [*sources]
    used += [output for output in project.outputs if output.name in wanted]
    found: list[Diagnostic] = []
    broken: list[PluginError] = []
    written = Written(project)
    for config in used:
        try:
            found += misfits_of(project, plugins, config, written)
        except PluginError as error:
            broken.append(error)
    if found:
        raise written.error(found)
    if broken:
        raise broken[0]


def misfits_of(
    project: Project, plugins: Plugins, config: SourceConfig | OutputConfig, written: Written
) -> tuple[Diagnostic, ...]:
    """Return what does not fit in the settings of a source or an output.

    Args:
        project: the project.
        plugins: where its plugin is looked for.
        config: the source or output.
        written: the project's leadline.yaml.

    Raises:
        PluginError: its plugin cannot be used.
    """
    plugins.load([config.plugin, *project.plugins])
    word = "source" if isinstance(config, SourceConfig) else "output"
    path = (f"{word}s", config.name)
    try:
        kind = _kind(plugins, config)
    except UsageError as error:
        place = written.place((*path, "plugin"))
        return (Diagnostic(OTHER_OUTPUT, error.message, place, error.hint),)
    called = f"{word} `{config.name}`"
    return tuple(_misfits(_Settings(called, (*path, "settings"), kind, config.settings), written))


def misfits_of_check(project: Project, kind: Described, written: Written) -> tuple[Diagnostic, ...]:
    """Return what does not fit in the settings of a plugin's check.

    Raises:
        PluginError: the check describes its settings in a way that cannot be used.
    """
    path = ("check", "settings", kind.name)
    settings = project.check_settings.get(kind.name, {})
    return tuple(_misfits(_Settings(f"check `{kind.name}`", path, kind, settings), written))


def _kind(plugins: Plugins, config: SourceConfig | OutputConfig) -> Described:
    if isinstance(config, SourceConfig):
        return plugins.source_kind(config.plugin)
    if config.publish is not None:
        return plugins.publisher_kind(config.plugin)
    return plugins.output_kind(config.plugin)


def _misfits(of: _Settings, written: Written) -> Iterator[Diagnostic]:
    missing = dict(_missing(of.settings))
    for path, secret in missing.items():
        message = f"{of.called}: the environment has no variable `{secret.name}`"
        hint = f"set it: export {secret.name}=..."
        yield Diagnostic(MISSING_VARIABLE, message, written.place((*of.path, *path)), hint)
    plain = plain_settings(_filled(of.settings), of.kind.settings)
    for one in _all_misfits(of.kind, plain):
        # What a variable would say is not known, and so is whether it fits.
        if one.fault != "wrong" or not any(path[: len(one.path)] == one.path for path in missing):
            place = written.place((*of.path, *one.path), key=one.fault != "wrong")
            hint = one.hint
            if one.fault == "missing":
                hint = f"add `{one.path[-1]}`: {hint}".removesuffix(": ")
            yield Diagnostic(_KINDS[one.fault], f"{of.called}: {one.message}", place, hint)


def _all_misfits(kind: Described, plain: dict[str, object]) -> tuple[Misfit, ...]:
    if not isinstance(kind, OutputKind):
        return misfits(kind, plain)
    said = {IN_DOUBT: plain.pop(IN_DOUBT)} if IN_DOUBT in plain else {}
    own = replace(kind, settings={"properties": {IN_DOUBT: _IN_DOUBT}})
    return (*misfits(own, said), *misfits(kind, plain))


def _missing(setting: Setting, path: Keys = ()) -> Iterator[tuple[Keys, Secret]]:
    """Yield the variables that the environment lacks, each with the path to it."""
    match setting:
        case Secret() if not setting.known:
            yield path, setting
        case tuple():
            for number, item in enumerate(setting):
                yield from _missing(item, (*path, number))
        case Mapping():
            for key, item in setting.items():
                yield from _missing(item, (*path, key))


def _filled(settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    return {key: _with_known(setting) for key, setting in settings.items()}


def _with_known(setting: Setting) -> Setting:
    """Return a setting with an empty text for each variable that the environment lacks."""
    match setting:
        case Secret() if not setting.known:
            return ""
        case tuple():
            return tuple(map(_with_known, setting))
        case Mapping():
            return MappingProxyType(dict(_filled(setting)))
    return setting


def _file_of(project: Project) -> str:
    named: list[SourceConfig | OutputConfig] = [*project.sources, *project.outputs]
    return named[0].place.file if named else str(project.root / FILE_NAME)


def _under(value: Value | None, key: str) -> Value | None:
    entry = value.get(key) if isinstance(value, Entries) else None
    return entry.value if entry is not None else None


def _entries(value: Value | None) -> Iterator[tuple[str, Value]]:
    for entry in value.entries if isinstance(value, Entries) else ():
        yield entry.key.text, entry.value


def _texts(value: Value | None) -> Iterator[Place]:
    """Yield the places of all texts in a value but names of variables."""
    match value:
        case Entries():
            for _, inside in _entries(value):
                yield from _texts(inside)
        case Sequence():
            for item in value.items:
                yield from _texts(item)
        case Scalar() if "${" not in value.text:
            yield value.place
