"""Modules of a project: imported for one load, and forgotten after it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from leadline.diagnostic import did_you_mean
from leadline.plugin import UsageError

#: What a file of a project cannot be called, since others import it.
_TAKEN = {*sys.stdlib_module_names, "dlt", "leadline", "leadline_dlt", "leadline_plugins"}


@contextlib.contextmanager
def imported(name: str, root: Path) -> Iterator[ModuleType]:
    """Import a module, one of the project before one that is installed.

    While the context lasts, the folder of the project stands last among those that are searched,
    so that its modules find each other and hide nothing. After it they are forgotten: the next
    load sees what they are then, and another project its own. Nothing is written beside them.

    Args:
        name: the module, with dots.
        root: the folder of the project.

    Raises:
        UsageError: there is no such module, or the project has a file of a name that is taken.
    """
    top = name.partition(".")[0]
    file = _file(top, root)
    if file is not None and top in _TAKEN:
        raise UsageError(
            f"{file.relative_to(root)} has the name of a module that others import",
            hint="rename it, and say so in `source`",
        )
    hidden = _of(top) if file is not None else []
    held = {key: sys.modules.pop(key) for key in hidden}
    before = set(sys.modules)
    folder, writes_none = str(root), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    sys.path.append(folder)
    importlib.invalidate_caches()
    try:
        if file is not None:
            _import_file(top, file)
        elif importlib.util.find_spec(top) is None:
            beside = {path.stem for path in root.glob("*.py")}
            beside |= {path.parent.name for path in root.glob("*/__init__.py")}
            raise UsageError(
                f"`source` names the module `{top}`, which neither lies beside leadline.yaml nor "
                "is installed",
                hint=did_you_mean(top, beside),
            )
        yield importlib.import_module(name)
    finally:
        sys.path.remove(folder)
        sys.dont_write_bytecode = writes_none
        for key in set(sys.modules) - before:
            if _is_of_project(key, root):
                del sys.modules[key]
        sys.modules.update(held)


def _file(top: str, root: Path) -> Path | None:
    """Return the file of the project that is a module of that name."""
    paths = (root / top / "__init__.py", root / f"{top}.py")
    return next((path for path in paths if path.is_file()), None)


def _of(top: str) -> list[str]:
    return [key for key in sys.modules if key == top or key.startswith(f"{top}.")]


def _is_of_project(key: str, root: Path) -> bool:
    """Say whether a module is one of the project; what is installed in a folder of it is not."""
    top = key.partition(".")[0]
    file = getattr(sys.modules[key], "__file__", None)
    return file is not None and (
        Path(file) == root / f"{top}.py" or Path(file).is_relative_to(root / top)
    )


def _import_file(top: str, file: Path) -> None:
    """Import a file under a name that an installed module may have, too."""
    folders = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(top, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise UsageError(f"{file.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[top] = module
    spec.loader.exec_module(module)
