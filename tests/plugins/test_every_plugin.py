"""Every source and output that comes with leadline is held to the kit."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import tests.plugins

from leadline.plugin import OutputKind, Plugins, PublisherKind, SourceKind
from leadline.testing.conformance import (
    OutputConformance,
    PublisherConformance,
    SourceConformance,
)

KIT = (
    (SourceKind, SourceConformance),
    (OutputKind, OutputConformance),
    (PublisherKind, PublisherConformance),
)


def held_to(kit: type) -> set[str]:
    """Return the kinds that classes of the tests beside this one hold to a part of the kit."""
    modules = [
        importlib.import_module(f"tests.plugins.{module.name}")
        for module in pkgutil.iter_modules(tests.plugins.__path__)
        if module.name.startswith("test_")
    ]
    return {
        kind
        for module in modules
        for name, one in inspect.getmembers(module, inspect.isclass)
        if name.startswith("Test") and issubclass(one, kit) and (kind := getattr(one, "kind", ""))
    }


def test_every_source_and_output_is_held_to_the_kit():
    plugins = Plugins()
    own = [one.name for one in plugins.installed() if one.distribution == "leadline"]
    assert plugins.load(own) == ()

    for form, kit in KIT:
        given = {kind.name for kind in plugins.kinds() if isinstance(kind, form)}
        assert given
        assert given <= held_to(kit)
