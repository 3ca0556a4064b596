"""``hubspot``: a source that reads a HubSpot portal, and an output that writes results back."""

from __future__ import annotations

from leadline.plugin import PublisherKind, SourceKind, hookimpl
from leadline_plugins.hubspot.publisher import HubSpotPublisher
from leadline_plugins.hubspot.settings import PUBLISHING, SETTINGS
from leadline_plugins.hubspot.source import HubSpot


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``hubspot``."""
    summary = "Contacts, companies, deals and what happened, of a HubSpot portal."
    return (SourceKind("hubspot", summary, SETTINGS, HubSpot),)


@hookimpl
def leadline_outputs() -> tuple[PublisherKind, ...]:
    """Return the output ``hubspot``."""
    summary = "Results in properties of the contacts and companies of a HubSpot portal."
    return (PublisherKind("hubspot", summary, PUBLISHING, lambda said, _: HubSpotPublisher(said)),)
