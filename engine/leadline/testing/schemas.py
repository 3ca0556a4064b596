"""Which schema a file is read by, and which files belong to a ruleset: both by their names."""

from __future__ import annotations

from pathlib import Path

from leadline.ruleset.audit_keys import AUDITS_SCHEMA, REVIEWS_SCHEMA
from leadline.ruleset.beside import audits_file, is_audits, is_reviews, reviews_file
from leadline.ruleset.schema import RULESET_SCHEMA, Schema
from leadline.testing.finding import is_test_file, test_files
from leadline.testing.schema import TEST_SCHEMA


def schema_of(file: Path) -> Schema:
    """Return the schema of a file: tests, audits, reviews, or else a ruleset."""
    if is_test_file(file):
        return TEST_SCHEMA
    if is_audits(file):
        return AUDITS_SCHEMA
    return REVIEWS_SCHEMA if is_reviews(file) else RULESET_SCHEMA


def files_of(ruleset: Path) -> tuple[Path, ...]:
    """Return a ruleset with what belongs to it and is there: audits, reviews and tests."""
    beside = (audits_file(ruleset), reviews_file(ruleset))
    return (ruleset, *(path for path in beside if path.is_file()), *test_files(ruleset))
