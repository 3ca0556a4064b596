"""The web shop: a purchase that is logged before its payment, and a whole log of one."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from tests.drivers.following import Told, made

from leadline.drivers import Choice, Moves, driver_rows, find_moves
from leadline.flow import follow
from leadline.pipeline import open_directory, read_ruleset

RULESET = Path(__file__).parents[2] / "rulesets/webshop/ruleset.yaml"
HEADER = "lead_id,visit_id,type,occurred_at,acquisition_channel,user_lifecycle"
BEFORE = [
    *("add_to_cart", "add_to_cart", "compare", "wishlist_add", "wishlist_add"),
    *("product_view", "product_view", "product_view"),
]


@contextmanager
def shop(folder: Path, by: str = "event") -> Iterator[Moves]:
    """Follow the shoppers of a log."""
    store, _ = open_directory(folder, lambda label, done, total: None)
    with store:
        yield find_moves(follow(store, read_ruleset(RULESET, None), "2024-06-30"), by)


def shopper(folder: Path, *happened: str) -> Told:
    """Return what moved a shopper who does one thing a minute."""
    rows = (f"l,s,{kind},2024-06-30 10:{n:02}:00,," for n, kind in enumerate(happened))
    (folder / "events.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    with shop(folder) as found:
        return made(found)


def test_a_purchase_after_its_payment_makes_the_move_back(tmp_path: Path) -> None:
    moved = shopper(tmp_path, *BEFORE, "payment_details", "purchase")
    # The open cart ends with the purchase and has its share in that move.
    assert moved["into choosing"] == {
        "add_to_cart": 0.5,
        "fact abandoned_cart": 1,
        "purchase": 0.5,
    }
    assert "payment_details" not in {name for made_by in moved.values() for name in made_by}


def test_a_purchase_before_its_payment_moves_back_and_the_payment_up_again(tmp_path: Path) -> None:
    moved = shopper(tmp_path, *BEFORE, "purchase", "payment_details")
    # The log is read as it stands: each event answers for its own instant. Where the shopper is
    # in the end does not depend on the order.
    assert moved["into browsing"] == {"purchase": 0.5, "fact abandoned_cart": 0.5}
    assert moved["into choosing"] == {
        "add_to_cart": 0.5,
        "fact abandoned_cart": 0.5,
        "payment_details": 1,
    }
    assert moved["out of browsing"] == {"payment_details": 1}


@pytest.fixture(scope="module")
def log(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log of 600 shoppers."""
    source = shared / "data" / "ecom" / "ecom.csv.gz"
    if not source.is_file():
        pytest.skip("the log of the shop is not here: no ../shared/data/ecom")
    names = {"user_id": "lead_id", "session_id": "visit_id", "event": "type"}
    with gzip.open(source, "rt", encoding="utf-8") as file:
        header, rest = file.readline(), file.read()
    for old, new in {**names, "timestamp": "occurred_at"}.items():
        header = header.replace(old, new)
    folder = tmp_path_factory.mktemp("shop")
    (folder / "events.csv").write_text(header + rest, encoding="utf-8")
    return folder


def test_drivers_are_what_the_causes_of_the_stays_name(log: Path) -> None:
    with shop(log) as found:
        driver_rows(found, Choice())
        database = found.flow.past.store.database
        kinds = dict(database.rows("SELECT event_id, type FROM events"))
        causes = database.rows("SELECT cause FROM stage_move WHERE cause NOT IN ('created')")
        moves = database.value("SELECT count(*) FROM stage_move")
        parts = database.rows(
            "SELECT name, sum(billionths) FROM driver JOIN stage_move USING (move)"
            " WHERE cause <> 'created' GROUP BY name"
        )
        assert database.value("SELECT sum(billionths) FROM driver") == moves * 10**9
    expected: Counter[str] = Counter()
    for (cause,) in causes:
        named = [part.split(": ")[0] for part in cause.split("; ") if part != "created"]
        for name in named:
            event = kinds.get(name.removeprefix("event "), name)
            expected[event] += Fraction(1, len(named))
    assert len(causes) > 2000
    assert {name: round(billionths / 10**9, 5) for name, billionths in parts} == {
        name: round(float(share), 5) for name, share in expected.items()
    }
