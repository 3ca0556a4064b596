"""The house keeps its shape: what docs/architecture.md says of the modules is true of them."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
HOMES = {
    "leadline": ROOT / "engine/leadline",
    "leadline_plugins": ROOT / "plugins/leadline_plugins",
}
MOST_LINES = 400

#: Libraries that are part of the interface of another, and always there with it.
COMES_WITH = {"referencing": "jsonschema", "lsprotocol": "pygls"}
#: Libraries whose name in Python is another than that of their distribution.
IMPORTED_AS = {"pyyaml": "yaml", "python-calamine": "python_calamine"}
#: What imports leadline rather than the other way round: it is there where its plugin is loaded.
HOSTS = {"pytest"}

#: Dataclasses that change, each for as long as one function works: a frame on a stack, what is
#: gathered for a plan, what is gathered of a load.
CHANGING = {
    "leadline.document.build._Open",
    "leadline.plan.scores._Rollup",
    "leadline.store.loading._Going",
}


def modules() -> dict[str, Path]:
    """Return the project's modules: name to file."""
    found = {}
    for package, home in HOMES.items():
        for path in home.rglob("*.py"):
            parts = path.relative_to(home).with_suffix("").parts
            found[".".join((package, *(part for part in parts if part != "__init__")))] = path
    return found


MODULES = modules()


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[str]:
    """Yield the full names of what a module imports, wherever in it."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots"
            yield node.module or ""


def libraries() -> dict[str, set[str]]:
    """Return the libraries of others: name to the modules that import them."""
    found: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        for name in imported(module):
            top = COMES_WITH.get(name.split(".")[0], name.split(".")[0])
            if top not in sys.stdlib_module_names and top not in HOMES:
                found[top].add(module)
    return dict(found)


def test_imports_keep_to_the_contracts():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_imports_make_no_loops_not_even_for_types():
    graph = grimp.build_graph(*HOMES, cache_dir=None)
    order = graphlib.TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )

    order.prepare()  # raises CycleError, with the loop

    assert set(graph.modules) == set(MODULES)


def _module(place: str) -> str:
    """Return the module of a path in the documentation."""
    name = place.replace("/", ".")
    return name if name.startswith("leadline_plugins.") else f"leadline.{name}"


def test_each_library_is_imported_where_the_documentation_says():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    [said] = re.findall(r"Each library has one importer: (.+?)\.\n", text, re.DOTALL)
    places = {
        library: {_module(place) for place in re.findall("`(.+?)`", where)}
        for library, where in re.findall(r"(\w+)\s+in\s+((?:`[^`]+`(?:\s+and\s+)?)+)", said)
    }

    found = libraries()

    assert set(found) == set(places)
    for library, importers in found.items():
        for module in importers:
            assert any(f"{module}.".startswith(f"{place}.") for place in places[library]), (
                f"{module} imports {library}"
            )
        for place in places[library]:
            assert any(f"{module}.".startswith(f"{place}.") for module in importers), (
                f"nothing in {place} imports {library}"
            )


def test_what_is_imported_is_what_is_required():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    required = [*project["dependencies"]]
    required += [line for name, lines in extras.items() if name != "dev" for line in lines]
    names = {re.split(r"[<>=\[]", requirement)[0] for requirement in required}

    # tzdata is data, which the standard library finds by itself.
    named = {IMPORTED_AS.get(name, name) for name in names - {"tzdata"}}
    assert named == set(libraries()) - HOSTS


def test_built_in_plugins_need_no_library_until_they_are_made():
    users = {name for found in libraries().values() for name in found}

    for module in sorted(name for name in users if name.startswith("leadline_plugins")):
        code = f"import sys, {module}; print(*sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        loaded = set(done.stdout.split())
        assert not loaded & {name for name, found in libraries().items() if module in found}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_is_of_one_subject(module: str):
    path = MODULES[module]
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= MOST_LINES, f"{lines} lines"
    assert path.stem not in (
        "utils",
        "util",
        "helpers",
        "common",
        "base",
        "misc",
        "manager",
        "core",
    )


def test_forms_are_frozen_and_slotted():
    changing = set()
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    text = ast.unparse(decorator)
                    if text.split("(")[0].split(".")[-1] != "dataclass":
                        continue
                    assert "slots=True" in text, f"{module}.{node.name}"
                    if "frozen=True" not in text:
                        changing.add(f"{module}.{node.name}")

    assert changing == CHANGING


def test_nothing_is_left_to_do_or_passed_over():
    for module, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", text), module
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ExceptHandler):
                wide = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
                silent = all(isinstance(line, ast.Pass) for line in node.body)
                assert not (wide and silent), f"{module}:{node.lineno}"


def test_every_package_has_its_room_in_the_documentation():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {path.name for path in HOMES["leadline"].iterdir() if (path / "__init__.py").is_file()}

    assert {room for room in rooms if f"`{room}/`" not in text} == set()
