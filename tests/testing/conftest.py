"""A ruleset with something of everything, and its cases run from text."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from leadline.diagnostic import Diagnostic
from leadline.expression.catalog import Catalog
from leadline.pipeline import read_ruleset
from leadline.testing.cases import Unmet
from leadline.testing.running import compare, evaluate_batch
from leadline.testing.suite import Opened, open_suite

Ran = tuple[list[int], list[tuple[str, str, str, str]]]

RULESET = Path(__file__).with_name("ruleset.yaml")


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Opened]:
    """Open the cases of a text for a ruleset, the one of this folder by default."""

    def open_(cases: str, ruleset: str | None = None, data: Catalog | None = None) -> Opened:
        file = tmp_path / "demo.yaml"
        if ruleset is None:
            shutil.copy(RULESET, file)
        else:
            file.write_text(ruleset, encoding="utf-8")
        tests = tmp_path / "demo.test.yaml"
        tests.write_text(cases, encoding="utf-8")
        return open_suite(read_ruleset(file), [tests], data=data)

    return open_


@pytest.fixture
def mistakes(opened: Callable[..., Opened]) -> Callable[..., tuple[Diagnostic, ...]]:
    """Return what is wrong with the cases of a text."""

    def said(cases: str, ruleset: str | None = None) -> tuple[Diagnostic, ...]:
        found = opened(cases, ruleset)
        if found.suite is not None:
            found.suite.close()
        return found.diagnostics

    return said


@pytest.fixture
def ran(opened: Callable[..., Opened]) -> Callable[..., Ran]:
    """Run the cases of a text: how many share each store, and what is not met."""

    def run(cases: str, ruleset: str | None = None) -> Ran:
        found = opened(cases, ruleset)
        assert found.suite is not None, [(d.place, d.message) for d in found.diagnostics]
        unmet: list[Unmet] = []
        with found.suite as suite:
            for batch in suite.batches:
                unmet += compare(evaluate_batch(batch, suite.ruleset))
            sizes = [len(batch.cases) for batch in suite.batches]
        return sizes, [(one.subject, one.what, one.expected, one.actual) for one in unmet]

    return run


@pytest.fixture
def unmet(ran: Callable[..., Ran]) -> Callable[..., list[tuple[str, str, str, str]]]:
    """Return what is not met by the cases of a text: subject, what, expected, actual."""
    return lambda cases, ruleset=None: ran(cases, ruleset)[1]
