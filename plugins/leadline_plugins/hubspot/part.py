"""What a part of a portal is: something that is read page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from leadline.plugin import Item
from leadline_plugins.hubspot.api import Api
from leadline_plugins.hubspot.directory import Directory
from leadline_plugins.hubspot.place import At
from leadline_plugins.hubspot.settings import Wanted

#: What was changed or happened shortly before is asked for again: HubSpot's index lags.
OVERLAP = 10 * 60 * 1000

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """What a part is read of.

    Args:
        since: up to when it was read before, in milliseconds; None: never.
        until: when this load began.
        whole: whether all is read, be it read before or not.
    """

    since: int | None
    until: int
    whole: bool

    @property
    def begin(self) -> int | None:
        """The first instant to ask for; None asks for everything."""
        return None if self.whole or self.since is None else self.since - OVERLAP

    @property
    def end(self) -> int:
        """The last instant to ask for: what comes in meanwhile is welcome."""
        return self.until + OVERLAP


@dataclass(frozen=True, slots=True)
class Desk:
    """What every part works with: the API, what is asked for, and what is looked up."""

    api: Api
    wanted: Wanted
    directory: Directory


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds, and where in its part the next page is; None: it is the last."""

    items: Sequence[Item]
    at: At | None


class Part(Protocol):
    """A part of a portal."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield the pages from a place on; {} is the beginning.

        Raises:
            SourceError: HubSpot does not give them.
        """
        ...
