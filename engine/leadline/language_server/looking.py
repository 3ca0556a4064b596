"""A look at the data for one ruleset: figures, findings, matches."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.diagnostic import Diagnostic
from leadline.language_server.checks import today, whole_check
from leadline.language_server.counting import figures_of, rule_figures
from leadline.language_server.figures import Figures, RuleFigures
from leadline.language_server.opened import Opened
from leadline.language_server.snapshot import Stamp
from leadline.language_server.surroundings import Surroundings
from leadline.language_server.worker import Stores


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at data gave: the figures of a store, and what is said of one text of a file.

    ``stamp`` tells which state of the store it was.
    """

    stamp: Stamp | None
    figures: Figures
    found: tuple[Diagnostic, ...] | None
    rules: RuleFigures


def look(
    opened: Opened, around: Surroundings, known: tuple[Stamp | None, Figures] | None, stores: Stores
) -> Looked | None:
    """Look at the data for a ruleset; called from the thread of the data.

    Args:
        opened: the file.
        around: its project.
        known: the figures that are known, with the stamp of the store they are of.
        stores: the stores.

    Returns:
        What was found; None where no data can be read.
    """
    store = stores.store(around.store)
    if store is None:
        return None
    if known is None or known[0] != stores.stamp:
        known = stores.stamp, figures_of(store)
    file = opened.as_ruleset(around)
    found = whole_check(file, around, store, today())
    return Looked(*known, found, rule_figures(store, file))
