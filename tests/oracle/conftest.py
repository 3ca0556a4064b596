"""Examples counted by hand are asked of both: the oracle and the engine."""

import pytest
from tests import evaluation

BY_HAND = ("test_worked_examples", "test_hand_counted", "test_hand_decayed")
LOOKING_BACK = ("test_hand_history", "test_hand_stages", "test_hand_segments")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module of examples once for each who can answer."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if module in BY_HAND:
        who = ["oracle", "engine", "engine by event"]
        metafunc.parametrize("_answering", who, indirect=True)
    if module in LOOKING_BACK:
        metafunc.parametrize("_answering", ["oracle", "engine"], indirect=True)


@pytest.fixture(autouse=True)
def _answering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    who = getattr(request, "param", "oracle")
    if who == "oracle":
        return
    if hasattr(request.module, "look_back"):
        monkeypatch.setattr(request.module, "look_back", evaluation.look_back)
        return

    def score(*arguments: object) -> object:
        by_event = who == "engine by event"
        return evaluation.score(*arguments, event_grain=by_event)  # type: ignore[arg-type]

    monkeypatch.setattr(request.module, "score", score)
