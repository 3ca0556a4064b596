"""The tests of rulesets in these folders are mistakes themselves, not for pytest to run."""

from __future__ import annotations

collect_ignore_glob = ["*/*.test.yaml"]
