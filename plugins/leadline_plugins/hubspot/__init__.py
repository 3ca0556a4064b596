"""The source ``hubspot``: contacts, companies, deals and what happened, of a HubSpot portal."""

from __future__ import annotations

from leadline.plugin import SourceKind, hookimpl
from leadline_plugins.hubspot.settings import SETTINGS
from leadline_plugins.hubspot.source import HubSpot


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``hubspot``."""
    summary = "Contacts, companies, deals and what happened, of a HubSpot portal."
    return (SourceKind("hubspot", summary, SETTINGS, HubSpot),)
