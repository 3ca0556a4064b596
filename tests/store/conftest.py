from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadline.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """Return a store in memory."""
    with Store.open(None) as opened:
        yield opened
