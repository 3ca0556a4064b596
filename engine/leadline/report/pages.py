"""The documentation pages of the codes: read from the package, printed for a terminal, listed."""

from __future__ import annotations

import importlib.resources
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from leadline.diagnostic import Code, Severity

_HEAD = re.compile(r"# (LL\d{3}) ([a-z0-9-]+)\n+\((error|warning|note); fix: (.+)\)\n+")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"

#: What codes are about, by their number: the first number of each kind.
_KINDS = (
    (0, "The file"),
    (30, "Expressions"),
    (50, "The ruleset"),
    (100, "Findings about a ruleset"),
    (150, "Findings in the data"),
    (190, "Ignored findings"),
    (200, "leadline.yaml"),
    (300, "Tests of rulesets"),
    (400, "Reviews of programs"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a code.

    Args:
        code: the code with the severity that it has unless a project says otherwise.
        fix: whether a program can mend it: ``none``, ``safe``, ``unsafe``, or several of them.
        text: the whole page as Markdown.
    """

    code: Code
    fix: str
    text: str

    @property
    def body(self) -> str:
        """The Markdown below the heading and the line on severity and fix."""
        return _HEAD.sub("", self.text, count=1)

    @property
    def summary(self) -> str:
        """The first paragraph on one line: what it is and why it matters."""
        return " ".join(self.body.split("\n\n", 1)[0].split())

    def blocks(self, section: str) -> tuple[tuple[str, str], ...]:
        """Return the fenced blocks of a section such as ``Bad``: (language, text) each."""
        parts = _SECTION.split(self.body)
        wanted = [text for name, text in zip(parts[1::2], parts[2::2], strict=True)]
        named = dict(zip(parts[1::2], wanted, strict=True))
        return tuple((b[1], b[2]) for b in _BLOCK.finditer(named.get(section, "")))


def page(code_or_name: str) -> Page | None:
    """Return the page of a code such as ``LL101`` or a name such as ``unreachable-rule``."""
    wanted = code_or_name.strip().casefold()
    for found in _pages():
        if wanted in (found.code.code.casefold(), found.code.name):
            return found
    return None


def all_codes() -> tuple[Code, ...]:
    """Return every code that has a page, in order."""
    return tuple(found.code for found in _pages())


@cache
def _pages() -> tuple[Page, ...]:
    """Read every page of the package.

    Raises:
        ValueError: a page does not begin as a page does.
    """
    folder = importlib.resources.files("leadline.pages")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".md")), key=_name)
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        head = _HEAD.match(text)
        if head is None or f"{head[1]}.md" != file.name:
            raise ValueError(f"{file.name} does not begin as the page of its code")
        code = Code(head[1], head[2], Severity[head[3].upper()])
        found.append(Page(code, head[4], text))
    return tuple(found)


def _name(file: importlib.resources.abc.Traversable) -> str:
    return file.name


def as_terminal(shown: Page, *, colour: bool, width: int) -> str:
    """Print a page for a terminal.

    Args:
        shown: the page.
        colour: write ANSI colours.
        width: columns that paragraphs are wrapped to; examples keep their lines.
    """
    code = shown.code
    fix = "" if shown.fix == "none" else f"; fix: {shown.fix}"
    lines = [_styled(f"{code.code} {code.name}", _BOLD, colour), f"{code.severity.word}{fix}", ""]
    at = 0
    for block in _BLOCK.finditer(shown.body):
        lines += _prose(shown.body[at : block.start()], width, colour)
        lines += [_styled(f"    {line}".rstrip(), _DIM, colour) for line in block[2].splitlines()]
        lines.append("")
        at = block.end()
    lines += _prose(shown.body[at:], width, colour)
    return "\n".join(lines).rstrip() + "\n"


def _prose(text: str, width: int, colour: bool) -> Iterator[str]:
    """Yield paragraphs, each wrapped and with an empty line behind it."""
    for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
        if paragraph.startswith("## "):
            yield _styled(paragraph.removeprefix("## "), _BOLD, colour)
            continue
        for item in re.split(r"\n(?=- )", paragraph):
            then = "  " if item.startswith("- ") else ""
            yield from textwrap.wrap(
                " ".join(item.split()),
                width,
                subsequent_indent=then,
                break_long_words=False,
                break_on_hyphens=False,
            )
        yield ""


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour and text else text


def as_index(folder: str) -> str:
    """Return docs/codes.md: a table of all codes, each with a link to its page.

    Args:
        folder: the folder of the pages, as the index names it.
    """
    parts = [_PREFACE]
    for number, (first, title) in enumerate(_KINDS):
        end = _KINDS[number + 1][0] if number + 1 < len(_KINDS) else 1000
        rows = [p for p in _pages() if first <= int(p.code.code[2:]) < end]
        if rows:
            parts.append(f"## {title}\n")
            parts.append(
                "| code | name | severity | fix | what it is |\n| --- | --- | --- | --- | --- |"
            )
            parts += [_row(one, folder) for one in rows]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


_PREFACE = """\
# Codes

Everything that leadline can say about a ruleset, a test file or leadline.yaml. Code and name mean
the same wherever one is asked for: in `--select`, in `--ignore`, in `leadline check --explain`,
under `check:` in leadline.yaml and in a comment of a ruleset. Numbers that were given once never
change.

This page is made from the pages it links to.
"""


def _row(shown: Page, folder: str) -> str:
    code = shown.code
    sentence = re.split(r"(?<=[.!?])\s+", shown.summary, maxsplit=1)[0]
    sentence = sentence.replace("|", "\\|")
    link = f"[{code.code}]({folder}/{code.code}.md)"
    return f"| {link} | {code.name} | {code.severity.word} | {shown.fix} | {sentence} |"
