"""What made records are named, and the draws that choose among it."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Final, TypeVar

_Chosen = TypeVar("_Chosen")

FIRST_NAMES: Final = (
    "Anna", "Björn", "Chloé", "Dmitri", "Elif", "Fatima", "Giulia", "Håkan", "Inês", "José",
    "Kaisa", "Łukasz", "Mei", "Noor", "Olga", "Pekka", "Quentin", "Rania", "Søren", "Tuuli",
    "Uma", "Väinö", "Wanjiru", "Xin", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES: Final = (
    "Andersson", "Brown", "Çelik", "Dubois", "Eriksen", "Ferrari", "García", "Hämäläinen",
    "Ivanova", "Jensen", "Korhonen", "López", "Müller", "Novák", "O'Brien", "Patel", "Quist",
    "Rossi", "Schäfer", "Tanaka", "Ueda", "Virtanen", "Wójcik", "Xu", "Yavuz", "Öberg",
)  # fmt: skip
TITLES: Final = ("CEO", "CMO", "Head of Marketing", "Marketing Manager", "Analyst", "Student")
COUNTRIES: Final = ("Finland", "Sweden", "Germany", "France", "Poland", "Portugal", "Türkiye")
INDUSTRIES: Final = ("COMPUTER_SOFTWARE", "MACHINERY", "RETAIL", "EDUCATION_MANAGEMENT", "BANKING")
PAGES: Final = tuple(
    f"https://www.example.test/{page}" for page in ("", "pricing", "blog/scoring", "docs", "demo")
)
_FRONT: Final = ("North", "Blue", "Silver", "Open", "Rapid", "Green", "Bright", "Solid", "Clear")
_BACK: Final = ("Works", "Labs", "Systems", "Foods", "Logistics", "Robotics", "Media", "Paper")
_LETTERS: Final = str.maketrans("łø", "lo")


class Draw:
    """Numbers that look drawn and are the same for the same name."""

    def __init__(self, name: str) -> None:
        digest = hashlib.blake2b(name.encode(), digest_size=64).digest()
        self._left = int.from_bytes(digest, "big")

    def below(self, bound: int) -> int:
        """Return a number from 0 to below a bound."""
        self._left, drawn = divmod(self._left, bound)
        return drawn

    def of(self, choices: Sequence[_Chosen]) -> _Chosen:
        """Return one of some."""
        return choices[self.below(len(choices))]


def company_name(number: int) -> str:
    """Return the name of the company of a number, which no other has."""
    rest, front = divmod(number, len(_FRONT))
    which, back = divmod(rest, len(_BACK))
    return f"{_FRONT[front]} {_BACK[back]} {which + 1}"


@functools.lru_cache(maxsize=256)
def plain(text: str) -> str:
    """Return a text in small letters that an address may hold."""
    parts = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(sign for sign in parts if sign.isascii() and (sign.isalnum() or sign in " -"))
