"""pytest runs cases, and leaves other people's files alone."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

RULESET = Path(__file__).with_name("ruleset.yaml")
CASES = """
cases:
  a demo is worth forty:
    given: {events: [{lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}]}
    on: 2026-06-30
    expect: {leads: {ada: {scores: {readiness: 40}}}}
  a demo is worth fifty:
    given: {events: [{lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}]}
    on: 2026-06-30
    expect: {leads: {ada: {scores: {readiness: 50}}}}
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    def run_(*arguments: str) -> pytest.RunResult:
        # Where leadline is installed pytest has found the plugin by itself, and takes it once.
        found = entry_points(group="pytest11", name="leadline")
        plugin = () if found else ("-p", "leadline.testing.pytest_plugin")
        return pytester.runpytest_inprocess(*plugin, "-p", "no:cacheprovider", *arguments)

    return run_


def test_each_case_is_a_test(pytester: pytest.Pytester, run) -> None:
    pytester.makefile(".yaml", demo=RULESET.read_text("utf-8"))
    pytester.makefile(".test.yaml", demo=CASES)
    result = run("-v")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "demo.test.yaml::a demo is worth forty PASSED*",
            "demo.test.yaml::a demo is worth fifty FAILED*",
            "  --> demo.test.yaml:9",
            "  ! ada  readiness  50        40",
            "      demo * +40  1 event",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    run("demo.test.yaml::a demo is worth forty").assert_outcomes(passed=1)


def test_mistakes_are_said_as_leadline_says_them(pytester: pytest.Pytester, run) -> None:
    pytester.makefile(".yaml", demo=RULESET.read_text("utf-8"))
    pytester.makefile(".test.yaml", demo=CASES.replace("readiness: 40", "readyness: 40"))
    pytester.makefile(".test.yaml", empty="cases: {}\n")
    pytester.makefile(".yaml", empty="leadline: 1\nmodel: empty\n")
    pytester.makefile(".test.yaml", stray=CASES)
    result = run()

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*LL300*", "*LL302*"])
    result = run("demo.test.yaml")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*LL305*", "*did you mean `readiness`?*"])


def test_files_of_others_are_left_alone(pytester: pytest.Pytester, run) -> None:
    pytester.makefile(".test.yaml", api="cases:\n  - {get: /users}\n", broken="a: [\n")
    pytester.makefile(".yaml", api="openapi: 3\n")

    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_plugin_costs_nothing_where_there_is_no_ruleset() -> None:
    code = "import sys, leadline.testing.pytest_plugin; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in loaded if name.startswith("leadline")] == [
        "leadline",
        "leadline.testing",
        "leadline.testing.pytest_plugin",
    ]
    assert "duckdb" not in loaded
