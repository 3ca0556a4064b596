"""The demo log, loaded once for each test that changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadline.demo import generate
from leadline.pipeline import open_directory
from leadline.store import Store

OpenDemo = Callable[[int], Store]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a function that makes the demo log with so many leads, each once."""
    made: dict[int, Path] = {}

    def folder(leads: int) -> Path:
        if leads not in made:
            made[leads] = tmp_path_factory.mktemp("demo")
            generate(made[leads], leads=leads)
        return made[leads]

    return folder


@pytest.fixture
def open_demo(demo_folder: Callable[[int], Path]) -> Iterator[OpenDemo]:
    """Return a function that loads the demo log with so many leads into a store of its own."""
    stores: list[Store] = []

    def opened(leads: int) -> Store:
        store, _ = open_directory(demo_folder(leads), lambda *_: None)
        stores.append(store)
        return store

    yield opened
    for store in stores:
        store.close()
