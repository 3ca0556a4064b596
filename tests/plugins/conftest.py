from __future__ import annotations

from pathlib import Path

import pytest
from tests.plugins.reading import Loaded, Read, read_csv

from leadline.plugin import ReadContext


@pytest.fixture
def context(tmp_path: Path) -> ReadContext:
    root, workdir = tmp_path / "root", tmp_path / "work"
    root.mkdir()
    workdir.mkdir()
    return ReadContext(root, workdir, None, lambda label, done, total: None)


@pytest.fixture
def read(context: ReadContext) -> Read:
    """Return a function from the bytes of a file, and settings, to what is loaded of it."""

    def read_bytes(content: bytes, name: str = "data.csv", **settings: object) -> Loaded:
        return read_csv(context, content, name, **settings)

    return read_bytes
