"""What the people of a believable portal did: it follows from its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from leadline.testing.fake_hubspot.catalog import Campaign, Form
from leadline.testing.fake_hubspot.instants import iso
from leadline.testing.fake_hubspot.logs import Log
from leadline.testing.fake_hubspot.made import FIRST, SPAN, Crowd
from leadline.testing.fake_hubspot.objects import CONTACTS
from leadline.testing.fake_hubspot.people import PAGES, Draw, plain

_MAILS: Final = ("SENT", "DELIVERED", "OPEN", "CLICK")
_FORMS: Final = (
    ("4f2a9c1e-0b57-4f43-9d0f-2f6f0f4a7c11", "Request a demo"),
    ("b81c6d02-7e35-4a8f-8a5b-95f3d1c0e922", "Newsletter"),
)


class Doings:
    """What people of a made portal did.

    Args:
        crowd: the people.
        seed: another one gives other ids.
        now: the last instant at which something happened, in milliseconds.
        portal_id: the number of the portal.
    """

    def __init__(self, crowd: Crowd, seed: int, now: int, portal_id: int) -> None:
        self._crowd = crowd
        self._seed = seed
        self._now = now
        self._portal_id = portal_id

    def campaigns(self) -> Iterator[Campaign]:
        """Yield what the e-mails were sent for."""
        for number in range(6):
            yield Campaign(
                75_310_262 + number, f"Letter {number + 1}", f"News of month {number + 1}"
            )

    def forms(self) -> Iterator[tuple[Form, Log]]:
        """Yield the forms, each with what was sent in."""
        for number, (guid, name) in enumerate(_FORMS):
            count = self._crowd.count // 5
            log = Log(count, self._at(count), self._submission(guid, name, count, number))
            yield Form(guid, name, iso(self._now - SPAN)), log

    def email_events(self) -> Log:
        """Return what happened to the e-mails: four events for each contact."""
        count = self._crowd.count * len(_MAILS)
        return Log(count, self._at(count), lambda number: self._email_event(number, count))

    def happenings(self) -> Log:
        """Return the visits of pages and the guests of webinars: three for each contact."""
        count = self._crowd.count * 3
        return Log(count, self._at(count), lambda number: self._happening(number, count))

    def _at(self, count: int) -> Callable[[int], int]:
        begin = self._now - SPAN
        return lambda number: begin + number * SPAN // count

    def _someone(self, draw: Draw, number: int, count: int) -> int:
        """Return one of those who were there when something happened."""
        return draw.below(max(1, self._crowd.count * number // count))

    def _email_event(self, number: int, count: int) -> dict[str, Any]:
        mail, step = divmod(number, len(_MAILS))
        draw = self._crowd.draw("mail", mail)
        recipient = self._crowd.person(self._someone(draw, number - step, count))[2]
        type_ = "BOUNCE" if step == 1 and draw.below(33) == 0 else _MAILS[step]
        if type_ == "CLICK" and draw.below(3):
            type_ = "OPEN"
        first = number - step
        said: dict[str, Any] = {
            "id": f"{number:08x}-0000-4000-8000-{self._seed:012x}",
            "type": type_,
            "recipient": recipient,
            "emailCampaignId": 75_310_262 + mail % 6,
        }
        if step:
            sent = f"{first:08x}-0000-4000-8000-{self._seed:012x}"
            said["sentBy"] = {"id": sent, "created": self._at(count)(first)}
        return said | ({"url": draw.of(PAGES)} if type_ == "CLICK" else {})

    def _submission(
        self, guid: str, name: str, count: int, which: int
    ) -> Callable[[int], dict[str, Any]]:
        def make(number: int) -> dict[str, Any]:
            draw = self._crowd.draw(f"form{which}", number)
            first, last, email = self._crowd.person(self._someone(draw, number, count))
            values = {"email": email, "firstname": first, "lastname": last}
            return {
                "conversionId": f"{guid[:8]}-{number:08d}",
                "values": [{"name": key, "value": value} for key, value in values.items()],
                "pageUrl": f"https://www.example.test/{plain(name).replace(' ', '-')}",
            }

        return make

    def _happening(self, number: int, count: int) -> dict[str, Any]:
        draw = self._crowd.draw("event", number)
        webinar = draw.below(30) == 0
        said = {"hs_webinar": "Spring"} if webinar else {"hs_url": draw.of(PAGES)}
        return {
            "id": f"{number:08x}-event",
            "eventType": f"pe{self._portal_id}_webinar_attended" if webinar else "e_visited_page",
            "objectType": "CONTACT",
            "objectId": str(FIRST[CONTACTS] + self._someone(draw, number, count)),
            "properties": said,
        }
