"""The tests of rulesets among these fixtures are there to be formatted, not for pytest to run."""

from __future__ import annotations

collect_ignore_glob = ["fixtures/*.test.yaml"]
