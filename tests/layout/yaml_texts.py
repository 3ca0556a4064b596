"""Texts of YAML as people write them: every style, with comments and blank lines anywhere."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

_PLAIN = ("a", "b c", "NO", "1.10", "12:30", "null", "-5", "it's", 'x "y" z', "2026-01-02", "ü")
_TEXTS = (
    *_PLAIN,
    "a: b",
    "a #b",
    " a",
    "- a",
    "[a",
    "a, b",
    "{",
    "",
    "\\d",
    "yes",
    "@x",
    "a\\nb",
    "~",
)
_KEYS = ("note", "points", "event", "a", "b", "c d", "1", "yes", "decay", "model", "x: y", "scores")


class Writer:
    """Writes one text, drawing every choice."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._comments = 0

    def file(self) -> str:
        body = self._mapping(0, 3)
        start = self._notes(0) if self._chance(2) else []
        return "\n".join([*start, *body, *self._notes(self._pick((0, 2)))]) + self._pick(("\n", ""))

    def _mapping(self, column: int, depth: int) -> list[str]:
        lines = []
        keys = self._draw(st.lists(st.sampled_from(_KEYS), min_size=1, max_size=4, unique=True))
        for key in keys:
            head = " " * column + self._scalar(key, flow=False) + ":"
            lines += self._notes(column) + self._valued(head, column, depth)
        return lines + self._notes(column + self._pick((0, 1)))

    def _list(self, column: int, depth: int) -> list[str]:
        lines = []
        for _ in range(self._draw(st.integers(1, 3))):
            lines += self._notes(column)
            if depth and self._chance(3):
                inner = self._mapping(column + 2, depth - 1)
                first = next(
                    at for at, line in enumerate(inner) if line.strip()[:1] not in ("", "#")
                )
                lines += [" " * (column + 2) + line.strip() for line in inner[:first]]
                inner = inner[first:]
                lines += [" " * column + "- " + inner[0].lstrip(), *inner[1:]]
            else:
                lines += self._valued(" " * column + "-", column, 0)
        return lines

    def _valued(self, head: str, column: int, depth: int) -> list[str]:
        match self._pick(("scalar", "scalar", "flow", "block", "lines", "nothing")):
            case "flow":
                return self._flow_lines(head, column)
            case "block" if depth:
                deeper = column + self._pick((1, 2, 4))
                inner = self._mapping if self._chance(2) else self._list
                return [head + self._behind(), *inner(deeper, depth - 1)]
            case "lines":
                return self._lines(head, column)
            case "nothing":
                return [head + self._behind()]
            case _:
                return [f"{head}{self._pick((' ', '   '))}{self._text(flow=False)}{self._behind()}"]

    def _lines(self, head: str, column: int) -> list[str]:
        pad = " " * (column + self._pick((1, 3)))
        match self._pick(("|", "|-", ">", ">-", "|+", "plain", '"', "'")):
            case "plain":
                return [f"{head} one", f"{pad}two", "", f"{pad}three{self._behind()}"]
            case '"':
                return [f'{head} "one \\', f'{pad}two\\"', "", f'{pad}three"{self._behind()}']
            case "'":
                return [f"{head} 'one", f"{pad}it''s # no comment'{self._behind()}"]
            case mark:
                return [
                    f"{head} {mark}{self._behind()}",
                    f"{pad}one # text",
                    f"{pad}  two",
                    "",
                    f"{pad}end",
                ]

    def _flow_lines(self, head: str, column: int) -> list[str]:
        pad = " " * (column + self._pick((1, 5)))
        items = [self._text(flow=True) for _ in range(self._draw(st.integers(0, 3)))]
        keyed = self._chance(2)
        if keyed:
            items = [f"k{at}: {self._nested(item)}" for at, item in enumerate(items)]
        opening, closing = "{}" if keyed else "[]"
        if self._chance(2):
            return [f"{head} {opening}{', '.join(items)}{closing}{self._behind()}"]
        lines = [f"{head} {opening}{self._behind()}"]
        for item in items:
            lines += [note for note in self._notes(0) if note.strip()]
            lines.append(f"{pad}{item},{self._behind()}")
        return [*lines, f"{pad}{closing}{self._behind()}"]

    def _nested(self, item: str) -> str:
        return self._pick((item, item, f"[{item}, {item}]", f"{{z: {item}}}"))

    def _text(self, *, flow: bool) -> str:
        return self._scalar(self._pick(_TEXTS), flow=flow)

    def _scalar(self, text: str, *, flow: bool) -> str:
        plain = text in _PLAIN or (text in _KEYS and ":" not in text) or text in ("yes", "~")
        if plain and self._chance(2):
            return text
        if self._chance(2):
            return "'" + text.replace("'", "''") + "'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def _behind(self) -> str:
        return self._pick(("", "", "", " # ", "   #")) and f"  # behind {self._number()}"

    def _notes(self, column: int) -> list[str]:
        kinds = self._draw(st.lists(st.sampled_from(("blank", "note", "note0")), max_size=2))
        return ["" if kind == "blank" else self._note(column, kind) for kind in kinds]

    def _note(self, column: int, kind: str) -> str:
        return " " * (column if kind == "note" else 0) + f"# note {self._number()}"

    def _number(self) -> int:
        self._comments += 1
        return self._comments

    def _chance(self, of: int) -> bool:
        return self._draw(st.integers(1, of)) == 1

    def _pick(self, values: tuple[T, ...]) -> T:
        return self._draw(st.sampled_from(values))


@st.composite
def yaml_texts(draw: st.DrawFn) -> str:
    """Return a text of YAML; some are refused by leadline."""
    return Writer(draw).file()
