"""What the fake answers: results, and errors with the bodies of HubSpot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadline.testing.fake_hubspot.asked import Asked
from leadline.testing.fake_hubspot.objects import TYPES
from leadline.testing.fake_hubspot.portal import Portal

INVALID: Final = "VALIDATION_ERROR"
NOT_FOUND: Final = "OBJECT_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: a status, what is said as JSON (None for nothing), and headers."""

    status: int
    data: Any
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to an answer.

    Args:
        portal: what it is about.
        asked: the request.
        parts: what its path names.
        url: where the server is.
        tier: what the account is subscribed to.
    """

    portal: Portal
    asked: Asked
    parts: Mapping[str, str]
    url: str
    tier: str

    @property
    def kind(self) -> str:
        """The type of record that the path names.

        Raises:
            Refused: there is no such type.
        """
        return self.type_of("kind")

    def type_of(self, part: str) -> str:
        """Return the type of record that a part of the path names."""
        if self.parts[part] not in TYPES:
            raise Refused(400, f"Unable to infer object type from: {self.parts[part]}", INVALID)
        return TYPES[self.parts[part]]

    def body(self) -> dict[str, Any]:
        """Return the body, an object.

        Raises:
            Refused: it is none.
        """
        if not isinstance(self.asked.body, dict):
            raise Refused(400, "Invalid input JSON: an object was expected", INVALID)
        return self.asked.body

    def inputs(self, most: int) -> list[dict[str, Any]]:
        """Return the inputs of a batch.

        Raises:
            Refused: there are none, too many, or they are no objects.
        """
        found = self.body().get("inputs")
        if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
            raise Refused(400, "Invalid input JSON: inputs must be a list of objects", INVALID)
        if not found:
            raise Refused(400, "inputs must not be empty", INVALID)
        if len(found) > most:
            raise Refused(
                400,
                f"The maximum number of inputs supported in a batch request is {most}. "
                f"The number of inputs received was {len(found)}.",
                INVALID,
            )
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts of the body; none where it is left out.

        Raises:
            Refused: it is no list of texts.
        """
        found = self.body().get(name) or []
        if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
            raise Refused(400, f"Invalid input JSON: {name} must be a list of strings", INVALID)
        return tuple(dict.fromkeys(found))


class Refused(Exception):
    """A request that gets an error; ``answer`` is what it gets."""

    def __init__(self, status: int, message: str, category: str, **more: Any) -> None:
        super().__init__(message)
        self.answer = Answer(status, problem(message, category, **more))


def problem(message: str, category: str, **more: Any) -> dict[str, Any]:
    """Return the body of an error; the server adds the id to ask HubSpot about."""
    return {"status": "error", "message": message, "category": category, **more}


def detail(message: str, *, code: str = "", inside: str = "", **context: Sequence[str]) -> Any:
    """Return one of the errors of an error."""
    said: dict[str, Any] = {"message": message}
    if code:
        said["code"] = code
    if inside:
        said["in"] = inside
    if context:
        said["context"] = {name: list(values) for name, values in context.items()}
    return said


def not_found() -> Refused:
    """Return the error for what is not there."""
    return Refused(404, "resource not found", NOT_FOUND)


def missing_scopes(scopes: Sequence[str]) -> Answer:
    """Return the error for a key that may not do what was asked."""
    said = (
        "This app hasn't been granted all required scopes to make this call. Read more about "
        "required scopes here: https://developers.hubspot.com/scopes."
    )
    context = {"requiredScopes": list(scopes)}
    error = {"message": "One or more of the following scopes are required.", "context": context}
    links = {"scopes": "https://developers.hubspot.com/scopes"}
    return Answer(403, problem(said, "MISSING_SCOPES", errors=[error], links=links))


def limited(policy: str) -> dict[str, Any]:
    """Return the body for a limit that was reached."""
    return {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "policyName": policy,
    }


def expired(cursor: str) -> Refused:
    """Return the error for a cursor that is not, or no longer, good."""
    said = "The paging cursor 'after' is invalid or has expired"
    more = [detail(said, inside="query", after=[cursor])]
    return Refused(400, said, INVALID, errors=more)
