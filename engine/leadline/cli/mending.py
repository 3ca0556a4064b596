"""Fixes into files: written whole with the bytes around them kept, or shown as a diff."""

from __future__ import annotations

import codecs
import difflib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from leadline.checking.check import reread
from leadline.checking.fixing import Check, Fixed, fix_text
from leadline.cli.output import note, write_whole
from leadline.diagnostic import Diagnostic
from leadline.errors import UsageError
from leadline.pipeline import RulesetText

_RED, _GREEN, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"


def mended(file: RulesetText, found: Sequence[Diagnostic], check: Check, *, unsafe: bool) -> Fixed:
    """Return a ruleset's text after every fix that helps; nothing is written.

    Args:
        file: the ruleset as loaded.
        found: what was found in it.
        check: says what is to be said about another text of it.
        unsafe: apply fixes, too, that change what the ruleset means.
    """
    if not any(one.fix for one in found):
        return Fixed(file.text, (), tuple(found))
    if _decoded(file) != file.text:
        note(f"note: {file.file} is left as it is: it is no UTF-8, or has just been changed")
        return Fixed(file.text, (), tuple(found))
    return fix_text(file.text, found, check, unsafe=unsafe)


def write_mended(file: RulesetText, fixed: Fixed) -> RulesetText:
    """Write a text to its file, whole or not at all, and return the ruleset that it is now.

    A mark of byte order and the rights of the file are kept.

    Raises:
        UsageError: the file cannot be written, or somebody else has changed it.
    """
    path = Path(file.file)
    before = path.read_bytes()
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    if before != mark + file.text.encode():
        raise UsageError(f"{path} was changed by somebody else", hint="run the command again")

    def write(unfinished: Path) -> None:
        with unfinished.open("wb") as opened:
            opened.write(mark + fixed.text.encode())
            opened.flush()
            os.fsync(opened.fileno())
        shutil.copymode(path, unfinished)

    write_whole(path, write)
    return reread(file, fixed.text)


def diff_of(file: RulesetText, fixed: Fixed, *, colour: bool) -> str:
    """Return the change of a file as a unified diff; nothing where there is none."""
    name = Path(file.file).as_posix()
    lines = difflib.unified_diff(
        file.text.splitlines(keepends=True),
        fixed.text.splitlines(keepends=True),
        fromfile=name,
        tofile=name,
    )
    return "".join(_painted(line, colour) for line in _ended(lines))


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _painted(line: str, colour: bool) -> str:
    paint = {"-": _RED, "+": _GREEN}.get(line[:1], "")
    return f"{paint}{line[:-1]}{_PLAIN}\n" if colour and paint else line


def _decoded(file: RulesetText) -> str | None:
    """Return the text that the file has, None where it is no UTF-8."""
    try:
        return Path(file.file).read_bytes().removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        return None
