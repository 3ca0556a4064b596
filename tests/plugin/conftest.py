"""Distributions as pip would leave them, with plugins of every temper."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadline.plugin import GROUP

Install = Callable[..., None]

HEADER = """
from leadline.plugin import *
from leadline.plugin import hookimpl

class Empty:
    def __init__(self, settings):
        self.settings = settings

    def read(self, context):
        return iter(())
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that installs a distribution with one module and its entry points."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    before = set(sys.modules)

    def install_one(distribution: str, source: str, *points: str, version: str = "1.0") -> None:
        module = distribution.replace("-", "_") + "_module"
        text = HEADER + textwrap.dedent(source)
        (site / f"{module}.py").write_text(text, encoding="utf-8")
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        lines = [f"[{GROUP}]", *(f"{point} = {module}" for point in points)]
        (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")

    yield install_one
    for name in set(sys.modules) - before:
        if name.endswith("_module") or name.startswith("leadline_local_"):
            del sys.modules[name]
