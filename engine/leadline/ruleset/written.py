"""Figures as people write them: a number, or a share as a percentage."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIGURE = re.compile(r"([-+]?[0-9]{1,15}(?:\.[0-9]+)?)\s*(%?)\Z")


@dataclass(frozen=True, slots=True)
class WrittenFigure:
    """A figure; ``2.1%`` is the share 0.021."""

    value: float
    share: bool


def read_figure(text: str) -> WrittenFigure | None:
    """Read ``120`` or ``2.1%``; None where the text is neither."""
    found = _FIGURE.match(text.strip())
    if found is None:
        return None
    # 2.1 / 100 in decimal and then to binary once: 2.1% is exactly the number 0.021.
    return WrittenFigure(float(f"{found[1]}{'e-2' if found[2] else ''}"), bool(found[2]))
