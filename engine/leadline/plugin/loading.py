"""The plugins of this environment: listed without an import, loaded by name, asked by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from leadline.diagnostic import did_you_mean
from leadline.errors import PluginError, UsageError
from leadline.plugin.blame import fault_of
from leadline.plugin.hooks import ask
from leadline.plugin.installed import Installed, imported, installed
from leadline.plugin.kinds import CheckKind, DecayKind, FunctionKind, Kind
from leadline.plugin.output import OutputKind
from leadline.plugin.publisher import PublisherKind
from leadline.plugin.source import SourceKind

#: The versions of the plugin interface that this leadline understands.
API_VERSIONS = (1,)

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_WORDS: dict[type[Kind], str] = {
    SourceKind: "source",
    OutputKind: "output",
    PublisherKind: "output",
    FunctionKind: "function",
    DecayKind: "decay",
    CheckKind: "check",
}
_K = TypeVar("_K", SourceKind, OutputKind, PublisherKind, FunctionKind, DecayKind, CheckKind)


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin, or a part of one, that cannot be used.

    Args:
        name: the plugin's name.
        distribution: the distribution that declares it, or the path of its file.
        version: that distribution's version; empty where it has none.
        error: what went wrong, in one line.
        part: the name of the descriptor at fault, where it is only one; else empty.
    """

    name: str
    distribution: str
    version: str
    error: str
    part: str = ""

    def __str__(self) -> str:
        return f"plugin `{self.name}` of {self.distribution} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class _Offer:
    """A descriptor and the plugin that gives it."""

    kind: Kind
    plugin: Installed


class Plugins:
    """The plugins that are installed, and those of them that were loaded.

    Args:
        folder: a folder with further plugins, one ``*.py`` file each.

    Raises:
        PluginError: ``folder`` is not a folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._installed = installed(folder)
        self._tried: set[str] = set()
        self._broken: list[Broken] = []
        self._offers: dict[tuple[str, str], _Offer] = {}

    def installed(self) -> tuple[Installed, ...]:
        """Return every plugin that could be loaded, by name. None is imported by this."""
        return self._installed

    def broken(self) -> tuple[Broken, ...]:
        """Return what could not be loaded so far, in the order of loading."""
        return tuple(self._broken)

    def load(self, names: Iterable[str]) -> tuple[Broken, ...]:
        """Import the plugins of these names and keep what they give; once each.

        Args:
            names: names of entry points, or stems of files in the folder.

        Returns:
            what could not be loaded; nothing else is lost by it.

        Raises:
            PluginError: two distributions give the same name.
        """
        before = len(self._broken)
        for name in names:
            if name not in self._tried:
                self._tried.add(name)
                self._load(name)
        return tuple(self._broken[before:])

    def source_kind(self, name: str) -> SourceKind:
        """Return the kind of source of that name; a plugin of that name is loaded for it.

        Raises:
            PluginError: its plugin is broken or not installed, or nothing has that name.
            UsageError: an output takes results where messages are meant, or the reverse.
        """
        return self._kind(SourceKind, name)

    def output_kind(self, name: str) -> OutputKind:
        """Return the kind of output of that name, in the way of :meth:`source_kind`."""
        return self._kind(OutputKind, name)

    def publisher_kind(self, name: str) -> PublisherKind:
        """Return the kind of output for results of that name, in the way of :meth:`source_kind`."""
        return self._kind(PublisherKind, name)

    def decay_kind(self, name: str) -> DecayKind:
        """Return the kind of decay of that name, in the way of :meth:`source_kind`."""
        return self._kind(DecayKind, name)

    def check_kind(self, name: str) -> CheckKind:
        """Return the check of that name, in the way of :meth:`source_kind`."""
        return self._kind(CheckKind, name)

    def kinds(self) -> tuple[Kind, ...]:
        """Return every descriptor of all loaded plugins, by form and name."""
        return tuple(self._offers[key].kind for key in sorted(self._offers))

    def functions(self) -> tuple[FunctionKind, ...]:
        """Return the functions of all loaded plugins, by name."""
        return self._all(FunctionKind)

    def decays(self) -> tuple[DecayKind, ...]:
        """Return the kinds of decay of all loaded plugins, by name."""
        return self._all(DecayKind)

    def checks(self) -> tuple[CheckKind, ...]:
        """Return the checks of all loaded plugins, by name."""
        return self._all(CheckKind)

    def giver_of(self, kind: Kind) -> Installed:
        """Return the plugin that gives a descriptor which was got from here."""
        return self._offers[_WORDS[type(kind)], kind.name].plugin

    def _load(self, name: str) -> None:
        found = [plugin for plugin in self._installed if plugin.name == name]
        if len(found) > 1:
            raise PluginError(
                f"two plugins are called `{name}`: that of {found[0].distribution} and that of "
                f"{found[1].distribution}",
                hint="uninstall one of the two",
            )
        if not found:
            error = f"it is not installed; {self._hint(name, None)}"
            self._broken.append(Broken(name, f"leadline-{name}", "", error))
            return
        plugin = found[0]
        try:
            loaded = imported(plugin)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._break(plugin, fault_of(error, "its import failed"))
            return
        answers = ask(loaded)
        for fault in answers.faults:
            self._break(plugin, fault)
        for kind in answers.kinds:
            self._keep(kind, plugin)

    def _keep(self, kind: Kind, plugin: Installed) -> None:
        if fault := _fault_in(kind, plugin):
            self._break(plugin, fault, str(kind.name))
            return
        key = (_WORDS[type(kind)], kind.name)
        if key in self._offers:
            raise PluginError(
                f"two plugins give the {_WORDS[type(kind)]} `{kind.name}`: "
                f"{self._offers[key].plugin} and {plugin}",
                hint="load only one of the two",
            )
        self._offers[key] = _Offer(kind, plugin)

    def _break(self, plugin: Installed, error: str, part: str = "") -> None:
        self._broken.append(Broken(plugin.name, plugin.distribution, plugin.version, error, part))

    def _kind(self, form: type[_K], name: str) -> _K:
        key = (_WORDS[form], name)
        if key not in self._offers and self._has(name):
            self.load([name])
        offer = self._offers.get(key)
        if offer is None:
            raise self._no_kind(form, name)
        if not isinstance(offer.kind, form):
            raise _other_output(offer.kind)
        return offer.kind

    def _all(self, form: type[_K]) -> tuple[_K, ...]:
        return tuple(kind for kind in self.kinds() if isinstance(kind, form))

    def _has(self, name: str) -> bool:
        return any(plugin.name == name for plugin in self._installed)

    def _no_kind(self, form: type[Kind], name: str) -> PluginError:
        word = _WORDS[form]
        for broken in self._broken:
            if name in (broken.name, broken.part):
                return PluginError(
                    f"the {word} `{name}` is needed, and {broken} cannot be used: {broken.error}"
                )
        also = "".join(f"; {broken} could not be loaded" for broken in self._broken)
        return PluginError(
            f"no plugin gives the {word} `{name}`" + also, hint=self._hint(name, form)
        )

    def _hint(self, name: str, form: type[Kind] | None) -> str:
        """Return the nearest names, or what a plugin of that name would be called."""
        known = {plugin.name for plugin in self._installed} - {name}
        known |= {kept for word, kept in self._offers if form and word == _WORDS[form]}
        near = did_you_mean(name, known)
        if self._has(name):
            return near
        usual = f"a plugin `{name}` would come with a distribution such as `leadline-{name}`"
        return f"{near} Else {usual}" if near else usual


def _other_output(kind: Kind) -> UsageError:
    """Return what is said of an output that takes something else."""
    if isinstance(kind, PublisherKind):
        return UsageError(
            f"an output of the kind `{kind.name}` takes results, not messages of automations",
            hint="say under `publish:` of it in leadline.yaml what it is to hold",
        )
    return UsageError(
        f"an output of the kind `{kind.name}` takes messages of automations, not results",
        hint="leave out its `publish:`; an automation hands it messages by `send` or `export`",
    )


def _fault_in(kind: Kind, plugin: Installed) -> str:
    """Return why a descriptor cannot be used, or an empty text."""
    word = f"{_WORDS[type(kind)]} `{kind.name}`"
    newest = max(API_VERSIONS)
    if kind.api_version not in API_VERSIONS:
        late = isinstance(kind.api_version, int) and kind.api_version > newest
        return (
            f"{word} is written for version {kind.api_version} of the plugin interface, and this "
            f"leadline has version {newest}: upgrade {'leadline' if late else plugin.distribution}"
        )
    if not isinstance(kind.name, str) or not _NAME.fullmatch(kind.name):
        return f"{word} needs a name of lower-case letters, digits, `-` and `_`"
    return ""
