"""Bytes to a document: the one entry to this package."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from leadline.diagnostic import Diagnostic, Place
from leadline.document import codes
from leadline.document.build import build
from leadline.document.events import DEEPEST, MOST_NODES, Reading, read
from leadline.document.faults import explain
from leadline.document.findings import Findings
from leadline.document.source import RAW_FORBIDDEN, STAND_IN, Source, source_of
from leadline.document.tabs import indents, tab_near, tabs_outside
from leadline.document.values import Document, Mapping, Scalar, Value

MOST_BYTES = 256 * 1024

_WIDE = re.compile(
    rb"\xff\xfe|\xfe\xff|\x00\x00\xfe\xff|[^\x00]\x00{3}|\x00{3}[^\x00]"
    rb"|(?:[^\x00]\x00){2}|(?:\x00[^\x00]){2}"
)
_UNDECODED = re.compile("[\udc80-\udcff]+")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What :func:`load` read.

    ``document`` is None where the file is no YAML, holds no mapping or is over a limit; with
    errors among the ``diagnostics`` it shows what could be read. ``text`` is what their places
    count in.
    """

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]
    text: str


def load(source: bytes, file: str) -> Loaded:
    """Return the YAML of a file as text values with their places.

    No bytes raise anything: what is wrong is a diagnostic, and all that is wrong is found at
    once, unless the file is no YAML behind a fault or is over a limit.

    Args:
        source: the bytes of the file.
        file: its name, for the places.
    """
    start = Place(file, 1, 1, 1, 1)
    if len(source) > MOST_BYTES:
        message = f"the file has {len(source):,} bytes, and at most {MOST_BYTES:,} are read"
        hint = "split the file: one model a file"
        return Loaded(None, (Diagnostic(codes.FILE_TOO_LARGE, message, start, hint),), "")
    if _WIDE.match(source):
        message = "the file is in UTF-16 or UTF-32, where UTF-8 was expected"
        hint = "save it as UTF-8"
        return Loaded(None, (Diagnostic(codes.WIDE_ENCODING, message, start, hint),), "")
    return _load(source.removeprefix(codecs.BOM_UTF8).decode(errors="surrogateescape"), file)


def _load(undecoded: str, file: str) -> Loaded:
    text = _UNDECODED.sub(lambda found: STAND_IN * len(found[0]), undecoded)
    source = source_of(file, text)
    findings = Findings(source)
    _not_utf8(findings, undecoded)
    _control_characters(findings, text)
    source = replace(source, text=RAW_FORBIDDEN.sub(STAND_IN, text))
    source, reading = _read(source, findings)
    if reading.over is not None:
        _over(findings, reading)
        return Loaded(None, findings.all(), text)
    root = build(source, reading.events, findings)
    document = None
    if reading.fault is None:
        document = _document(replace(source, text=text), root, findings)
    return Loaded(document, findings.all(), text)


def _not_utf8(findings: Findings, undecoded: str) -> None:
    for found in _UNDECODED.finditer(undecoded):
        values = " ".join(f"0x{ord(char) - 0xDC00:02X}" for char in found[0][:4])
        what = f"byte {values}" if len(found[0]) == 1 else f"bytes {values}"
        message = f"the {what} is no UTF-8" if len(found[0]) == 1 else f"the {what} are no UTF-8"
        findings.say(codes.NOT_UTF8, found.span(), message, "save the file as UTF-8")


def _control_characters(findings: Findings, text: str) -> None:
    for found in RAW_FORBIDDEN.finditer(text):
        message = f"the control character U+{ord(found[0]):04X}, which no value may hold"
        findings.say(codes.CONTROL_CHARACTER, found.span(), message, "remove it")


def _read(source: Source, findings: Findings) -> tuple[Source, Reading]:
    """Read a text; where it cannot be read with its tabs, read it with a blank for each."""
    tabbed = source.text
    reading = read(tabbed)
    if "\t" not in tabbed:
        _fault(source, reading, findings)
        return source, reading
    if (first := reading.fault) is not None:
        source = replace(source, text=tabbed.replace("\t", " "))
        reading = read(source.text)
    end = len(tabbed) if reading.fault is None else reading.fault.at
    tabs = list(tabs_outside(tabbed, reading.events, end, first is not None))
    if first is not None and reading.fault is None and not tabs:
        tabs = [tab_near(tabbed, first.at)]
    for span in tabs:
        message = "a tab outside of quotes, where blanks were expected"
        findings.say(codes.TAB, span, message, "write blanks; YAML knows no tabs in indentation")
    # Blanks for tabs stand in other columns, which makes faults of its own.
    if not any(indents(tabbed, start) for start, _ in tabs):
        _fault(source, reading, findings)
    return source, reading


def _fault(source: Source, reading: Reading, findings: Findings) -> None:
    if reading.fault is not None:
        findings.say(*explain(source, reading, reading.fault))


def _over(findings: Findings, reading: Reading) -> None:
    """Say which limit the last event went over."""
    start = reading.events[-1].start
    span = (start, max(start + 1, reading.events[-1].end))
    if reading.over == "depth":
        message = f"lists and mappings stand more than {DEEPEST} deep in one another"
        findings.say(codes.TOO_DEEP, span, message, "nest less deeply")
    else:
        message = f"the file holds more than {MOST_NODES:,} values"
        findings.say(codes.TOO_MANY_NODES, span, message, "split the file: one model a file")


def _document(source: Source, root: Value | None, findings: Findings) -> Document | None:
    if isinstance(root, Mapping):
        return Document(source.file, source.text, root)
    if root is None or (isinstance(root, Scalar) and not root.text and root.style == "plain"):
        message = "the file is empty, where entries `key: value` were expected"
        findings.say(codes.EMPTY_FILE, (0, 0), message, "begin it with `leadline: 1`")
        return None
    what = "a text" if isinstance(root, Scalar) else "a list"
    message = f"the file holds {what}, where entries `key: value` were expected"
    hint = "write keys in its first column, each with a colon and a blank behind it"
    findings.say(codes.ROOT_NOT_MAPPING, source.span(root.place), message, hint)
    return None
