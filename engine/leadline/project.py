"""A project: what ``leadline.yaml`` says.

Each scalar is read as the type that its key declares, never as the one that YAML would guess.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leadline.configuration import (
    FORMATS,
    UNKNOWN_KEY,
    WRONG_SHAPE,
    CheckSection,
    keys_of,
    value_of,
)
from leadline.diagnostic import Code, Diagnostic, Place, Severity, did_you_mean
from leadline.document import Mapping as Entries
from leadline.document import Scalar, load
from leadline.errors import ConfigurationError, UsageError
from leadline.publication import (
    EMPTY_PUBLICATION,
    WRONG_DECIMALS,
    Publication,
    read_publication,
)
from leadline.settings import (
    BAD_VARIABLE,
    NO_SETTINGS,
    OPEN_SECRET,
    Setting,
    SettingsReader,
    masked,
    plain_settings,
)
from leadline.source_columns import (
    FIXED_TYPE,
    NAMED_TWICE,
    UNKNOWN_TABLE,
    UNKNOWN_TYPE,
    ColumnWalk,
)
from leadline.store.zone import time_zone

FILE_NAME = "leadline.yaml"

MISSING_KEY = Code("LL201", "missing-project-key")
WRONG_VALUE = Code("LL203", "wrong-project-value")
UNKNOWN_ZONE = Code("LL207", "unknown-source-timezone")
NO_SUCH_PATH = Code("LL211", "no-such-path")

CODES = (
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_SHAPE,
    WRONG_VALUE,
    UNKNOWN_TABLE,
    UNKNOWN_TYPE,
    FIXED_TYPE,
    UNKNOWN_ZONE,
    OPEN_SECRET,
    BAD_VARIABLE,
    NAMED_TWICE,
    NO_SUCH_PATH,
    EMPTY_PUBLICATION,
    WRONG_DECIMALS,
)

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """A source of a project.

    Args:
        name: its name in the project.
        plugin: the kind of source.
        settings: the plugin's settings; see ``plain_settings``.
        mapping: table -> name in the store -> name in the source.
        types: table -> name in the store -> type word.
        timezone: the zone of times without an offset.
        place: where it stands.
    """

    name: str
    plugin: str
    settings: Mapping[str, Setting]
    mapping: Mapping[str, Mapping[str, str]]
    types: Mapping[str, Mapping[str, str]]
    timezone: str
    place: Place

    def plain_settings(self, schema: Mapping[str, object]) -> dict[str, object]:
        """Return the settings as the plugin reads them, secrets revealed.

        Args:
            schema: the plugin's JSON Schema; each text becomes the type that it says.

        Raises:
            UsageError: the environment lacks a variable.
        """
        return plain_settings(self.settings, schema)


@dataclass(frozen=True, slots=True)
class OutputConfig:
    """An output of a project.

    Args:
        name: its name in the project.
        plugin: the kind of output.
        settings: the plugin's settings.
        place: where it stands.
        publish: the results that it holds; None: it takes messages.
    """

    name: str
    plugin: str
    settings: Mapping[str, Setting]
    place: Place
    publish: Publication | None = None

    def plain_settings(self, schema: Mapping[str, object]) -> dict[str, object]:
        """Return the settings as the plugin reads them; as for a source."""
        return plain_settings(self.settings, schema)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where nothing else is said.

    Args:
        timezone: of sources without one.
        threads: how many threads a query may use; None: DuckDB's choice.
        memory_limit: such as ``2GB``; None: DuckDB's choice.
        format: how tables are printed.
    """

    timezone: str = "UTC"
    threads: int | None = None
    memory_limit: str | None = None
    format: str = "table"


@dataclass(frozen=True, slots=True)
class Project:
    """A project; its paths are absolute.

    Args:
        root: the folder of leadline.yaml.
        store: the file of the store.
        rulesets: files or folders of rulesets.
        sources: the sources in the order of the file.
        outputs: the outputs in the order of the file.
        plugins: the plugins that may be loaded besides those that sources and outputs name.
        plugin_folder: a folder of plugins of the project's own; None: it has none.
        defaults: what holds where nothing else is said.
        check: which findings are wanted, and how much each matters.
        check_settings: name of a plugin's check -> its settings.
    """

    root: Path
    store: Path
    rulesets: tuple[Path, ...]
    sources: tuple[SourceConfig, ...] = ()
    outputs: tuple[OutputConfig, ...] = ()
    plugins: tuple[str, ...] = ()
    plugin_folder: Path | None = None
    defaults: Defaults = Defaults()
    check: CheckSection = field(default_factory=CheckSection)
    check_settings: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)

    @property
    def named_plugins(self) -> tuple[str, ...]:
        """The names of the plugins that the project needs, each once."""
        places: tuple[SourceConfig | OutputConfig, ...] = (*self.sources, *self.outputs)
        return tuple(dict.fromkeys((*self.plugins, *(place.plugin for place in places))))

    def source(self, name: str) -> SourceConfig:
        """Return the source of that name.

        Raises:
            UsageError: the project has none.
        """
        found = next((source for source in self.sources if source.name == name), None)
        if found is None:
            known = [source.name for source in self.sources]
            raise UsageError(f"the project has no source `{name}`", did_you_mean(name, known))
        return found


def find_project(start: Path) -> Path | None:
    """Return the leadline.yaml of a folder or of the nearest one above it, or None."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load_project(start: Path, environment: Mapping[str, str] | None = None) -> Project:
    """Load the project that a folder belongs to.

    Args:
        start: the folder, such as the current one.
        environment: where ``${NAME}`` is looked up; None: that of the process.

    Raises:
        UsageError: there is no leadline.yaml in the folder or above it.
        ConfigurationError: it is wrong; carries every mistake.
    """
    file = find_project(start)
    if file is None:
        raise UsageError(
            f"there is no {FILE_NAME} in {start.resolve()} or above it",
            hint="`leadline init` makes a project; `--data DIR` needs none",
        )
    return read_project(file, environment)


def read_project(file: Path, environment: Mapping[str, str] | None = None) -> Project:
    """Load a project from its file.

    Args:
        file: a leadline.yaml.
        environment: where ``${NAME}`` is looked up; None: that of the process.

    Raises:
        UsageError: the file cannot be read.
        ConfigurationError: it is wrong; carries every mistake.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    loaded = load(content, str(file))
    found = list(loaded.diagnostics)
    project = None
    if loaded.document is not None:
        variables = os.environ if environment is None else environment
        reader = _Reader(file.parent.resolve(), variables, found)
        project = reader.project(loaded.document.root)
    if project is None or any(d.severity is Severity.ERROR for d in found):
        # The text is shown beside its mistakes, and a secret must not be.
        open_secrets = [d.place for d in found if d.kind == OPEN_SECRET and d.place is not None]
        text = masked(loaded.text, open_secrets)
        raise ConfigurationError(f"{file} is wrong", found, {str(file): text})
    return project


class _Reader(ColumnWalk):
    """Reads the document of a project and says everything that is wrong with it."""

    def __init__(self, root: Path, environment: Mapping[str, str], found: list[Diagnostic]) -> None:
        super().__init__(found)
        self._root = root
        self._settings_reader = SettingsReader(environment, found)

    def project(self, root: Entries) -> Project:
        self.known(root, "a project", keys_of())
        version = self.text(root, "leadline", "1")
        if version != "1":
            self.say(WRONG_VALUE, f"version `{version}`, expected `1`", value_of(root, "leadline"))
        defaults = self._defaults(self.entries(root, "defaults"))
        check = self.entries(root, "check")
        folder = self.text(root, "plugin_folder", "")
        if folder and not (self._root / folder).is_dir():
            message = f"there is no folder `{folder}` for plugins"
            self.say(NO_SUCH_PATH, message, value_of(root, "plugin_folder"))
        return Project(
            root=self._root,
            store=self._root / self.text(root, "store", "leadline.duckdb"),
            rulesets=tuple(self._root / path for path in self.texts(root, "rulesets"))
            or (self._root / "rulesets",),
            sources=tuple(
                self._source(name, entries, defaults)
                for name, entries in self._named(root, "sources", "source")
            ),
            outputs=tuple(
                self._output(name, entries)
                for name, entries in self._named(root, "outputs", "output")
            ),
            plugins=self.texts(root, "plugins"),
            plugin_folder=self._root / folder if folder else None,
            defaults=defaults,
            check=self.check_section(check) if check is not None else CheckSection(),
            check_settings=self._check_settings(check) if check is not None else {},
        )

    def _defaults(self, entries: Entries | None) -> Defaults:
        if entries is None:
            return Defaults()
        self.known(entries, "defaults", keys_of("defaults"))
        threads = self.text(entries, "threads", "")
        if threads and not re.fullmatch(r"[1-9][0-9]{0,3}", threads):
            message = f"`{threads}` threads, expected a whole number from 1"
            self.say(WRONG_VALUE, message, value_of(entries, "threads"))
            threads = ""
        limit = self.text(entries, "memory_limit", "")
        if limit and not re.fullmatch(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", limit):
            message = f"a memory limit of `{limit}`, expected one such as `2GB`"
            self.say(WRONG_VALUE, message, value_of(entries, "memory_limit"))
        form = self.text(entries, "format", "table")
        if form not in FORMATS:
            hint = did_you_mean(form, FORMATS)
            self.say(WRONG_VALUE, f"unknown format `{form}`", value_of(entries, "format"), hint)
        return Defaults(
            self._zone(entries, "UTC"), int(threads) if threads else None, limit or None, form
        )

    def _source(self, name: Scalar, entries: Entries, defaults: Defaults) -> SourceConfig:
        what = f"source `{name.text}`"
        self.known(entries, what, keys_of("sources", "*"))
        return SourceConfig(
            name.text,
            self._plugin(entries, what),
            self._settings(entries),
            self.columns(entries, "mapping"),
            self.types(entries),
            self._zone(entries, defaults.timezone),
            name.place,
        )

    def _output(self, name: Scalar, entries: Entries) -> OutputConfig:
        what = f"output `{name.text}`"
        self.known(entries, what, keys_of("outputs", "*"))
        plugin = self._plugin(entries, what)
        publish = read_publication(self, entries)
        return OutputConfig(name.text, plugin, self._settings(entries), name.place, publish)

    def _plugin(self, entries: Entries, what: str) -> str:
        if entries.get("plugin") is None:
            hint = "such as `plugin: csv`"
            self.say(MISSING_KEY, f"{what} has no `plugin`", entries, hint)
        return self.text(entries, "plugin", "")

    def _zone(self, entries: Entries, default: str) -> str:
        if entries.get("timezone") is None:
            return default
        zone = self.text(entries, "timezone", default)
        try:
            time_zone(zone)
        except UsageError as error:
            self.say(UNKNOWN_ZONE, error.message, value_of(entries, "timezone"), error.hint)
        return zone

    def _settings(self, entries: Entries) -> Mapping[str, Setting]:
        settings = self.entries(entries, "settings")
        if settings is None:
            return NO_SETTINGS
        return self._settings_reader.read(settings)

    def _check_settings(self, check: Entries) -> Mapping[str, Mapping[str, Setting]]:
        settings = self.entries(check, "settings")
        named = settings.entries if settings is not None else ()
        return {one.key.text: self._settings_reader.read(self.shaped(one)) for one in named}

    def _named(self, root: Entries, key: str, word: str) -> Iterator[tuple[Scalar, Entries]]:
        """Yield the entries under names that the project gives."""
        entries = self.entries(root, key)
        for entry in entries.entries if entries is not None else ():
            if not _NAME.fullmatch(entry.key.text):
                message = f"the {word} name `{entry.key.text}`"
                hint = "lower-case letters, digits, `_` and `-`, beginning with a letter"
                self.say(WRONG_VALUE, f"{message} cannot be used", entry.key, hint)
            said = len(self._found)
            shaped = self.shaped(entry)
            if len(self._found) == said:
                yield entry.key, shaped
