"""A small portal behind the fake, and a client of the wire alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from leadline.testing.fake_hubspot import FakeHubSpot, Portal

KEY = "pat-eu1-fake"
Asking = Callable[..., requests.Response]


class Client:
    """Sends requests to a fake, with its key."""

    def __init__(self, hub: FakeHubSpot) -> None:
        self.hub = hub
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {KEY}"

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.session.get(self.hub.url + path, params=params, timeout=10)

    def post(self, path: str, body: object, method: str = "POST") -> requests.Response:
        return self.session.request(method, self.hub.url + path, json=body, timeout=10)

    def pages(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return the bodies of all pages."""
        found = [self.get(path, **params).json()]
        while "paging" in found[-1]:
            after = found[-1]["paging"]["next"]["after"]
            found.append(self.get(path, **params, after=after).json())
            assert len(found) < 1000
        return found


@pytest.fixture
def portal() -> Portal:
    """Return a portal of 25 contacts, 5 companies and 3 deals."""
    return Portal.generate(contacts=25)


@pytest.fixture
def serve(portal: Portal) -> Iterator[Callable[..., Client]]:
    """Serve a portal for the time of the test."""
    with ExitStack() as stack:

        def start(of: Portal = portal, **settings: Any) -> Client:
            client = Client(stack.enter_context(FakeHubSpot(of, **settings)))
            stack.enter_context(client.session)
            return client

        yield start


@pytest.fixture
def client(serve: Callable[..., Client]) -> Client:
    """Return a client of the portal."""
    return serve()
