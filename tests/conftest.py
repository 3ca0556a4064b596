from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files for review")
    parser.addoption("--cases", type=int, default=500, help="generated cases to compare")
    parser.addoption("--cases-seed", type=int, default=1, help="another seed, other cases")


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of test corpora beside the project, or skip where there is none."""
    for above in ROOT.parents:
        if (above / "shared" / "corpora").is_dir():
            return above / "shared"
    pytest.skip("the test corpora are not here: no ../shared/corpora beside the project")
