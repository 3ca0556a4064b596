"""The files that stand beside a ruleset and belong to it: its audits, and what people said of them.

``NAME.audits.yaml`` and ``NAME.reviews.yaml`` belong to ``NAME.yaml``.
"""

from __future__ import annotations

from pathlib import Path

AUDITS_ENDING = ".audits.yaml"
REVIEWS_ENDING = ".reviews.yaml"


def audits_file(ruleset: Path) -> Path:
    """Return the file of audits that belongs to a ruleset, whether or not it is there."""
    return ruleset.with_name(ruleset.stem + AUDITS_ENDING)


def reviews_file(ruleset: Path) -> Path:
    """Return the file of reviews that belongs to a ruleset, whether or not it is there."""
    return ruleset.with_name(ruleset.stem + REVIEWS_ENDING)


def ruleset_beside(file: Path) -> Path:
    """Return the ruleset that a file of audits or reviews belongs to."""
    ending = AUDITS_ENDING if is_audits(file) else REVIEWS_ENDING
    return file.with_name(file.name.removesuffix(ending) + ".yaml")


def is_audits(file: Path) -> bool:
    """Say whether a file is one of audits, by its name."""
    return file.name.endswith(AUDITS_ENDING)


def is_reviews(file: Path) -> bool:
    """Say whether a file is one of reviews, by its name."""
    return file.name.endswith(REVIEWS_ENDING)


def is_beside(file: Path) -> bool:
    """Say whether a file is one of audits or reviews, by its name."""
    return is_audits(file) or is_reviews(file)


def belonging_to(file: Path) -> Path:
    """Return the ruleset of a file of audits or reviews; any other file or folder as it is."""
    return ruleset_beside(file) if is_beside(file) else file
