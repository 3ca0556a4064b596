from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver that listens."""
    with listening() as made:
        yield made
