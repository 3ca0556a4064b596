"""Which plugins there are, found without importing any, and the import of one of them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from leadline.errors import PluginError

#: The entry-point group of plugins, and the distribution whose plugins are the built-in ones.
GROUP = "leadline"
_OWN = "leadline"
_LOCAL = "leadline_local_"


@dataclass(frozen=True, slots=True, order=True)
class Installed:
    """A plugin that could be loaded.

    Args:
        name: its entry point's name, or the stem of its file.
        distribution: the installed distribution that declares it, or the path of its file.
        version: that distribution's version; empty for a file.
        module: what would be imported: a module, or ``module:object``.
        builtin: it comes with leadline itself.
    """

    name: str
    distribution: str
    version: str
    module: str
    builtin: bool

    @property
    def makers(self) -> str:
        """Whom a fault is to be told: nobody but its own writer, where it is a file."""
        if self.module.startswith(_LOCAL):
            return f"mend it in {self.distribution}"
        return f"report it to the makers of {self.distribution}"

    def __str__(self) -> str:
        return f"plugin `{self.name}` of {self.distribution} {self.version}".rstrip()


def installed(folder: Path | None = None) -> tuple[Installed, ...]:
    """Return every plugin that an installed distribution declares, by name. Nothing is imported.

    Args:
        folder: a folder whose ``*.py`` files are plugins too, save those that begin with ``_``.

    Raises:
        PluginError: ``folder`` is not a folder.
    """
    return tuple(sorted({*_declared(tuple(map(_looked, sys.path))), *_local(folder)}))


def _looked(path: str) -> tuple[str, int]:
    """Return a folder of distributions, and when something was last added to it or taken away."""
    try:
        return path, Path(path or ".").stat().st_mtime_ns
    except OSError:
        return path, 0


@lru_cache(maxsize=4)
def _declared(folders: tuple[tuple[str, int], ...]) -> tuple[Installed, ...]:
    """Return what distributions declare; a look at all of them takes as long as a small query.

    Args:
        folders: where they are; as long as nothing changes there, the answer is the same.
    """
    points = importlib.metadata.entry_points(group=GROUP)
    # Once each: its name and its version are read from its whole description anew at every look.
    origins = {one: _origin(one) for one in {point.dist for point in points}}
    return tuple(
        Installed(point.name, *origins[point.dist], point.value, origins[point.dist][0] == _OWN)
        for point in points
    )


def _origin(distribution: importlib.metadata.Distribution | None) -> tuple[str, str]:
    """Return the name and the version of a distribution."""
    if distribution is None:
        return "an unnamed distribution", ""
    described = distribution.metadata
    return described["Name"], described["Version"]


def _local(folder: Path | None) -> list[Installed]:
    if folder is None:
        return []
    if not folder.is_dir():
        raise PluginError(
            f"the folder of plugins {folder} does not exist",
            hint="make it, or take it out of the configuration",
        )
    return [
        Installed(path.stem, str(path), "", _LOCAL + path.stem, builtin=False)
        for path in sorted(folder.glob("*.py"))
        if not path.name.startswith("_")
    ]


def imported(plugin: Installed) -> object:
    """Import a plugin and return it; whatever its code raises passes through."""
    if plugin.module.startswith(_LOCAL):
        return _imported_file(plugin.module, Path(plugin.distribution))
    point = importlib.metadata.EntryPoint(plugin.name, plugin.module, GROUP)
    return point.load()


def _imported_file(module_name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look for the module of their class there while it is still being run.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module
