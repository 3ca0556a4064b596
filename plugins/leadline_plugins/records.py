"""The record gate: every line of a CSV file becomes a row that is right, or a reject that says why.

Rows are judged by RFC 4180 alone and never repaired. A quote that is not closed costs the one
row that it starts in: the gate goes on at the next line. Lines are written to a normalised file
(see :class:`leadline.plugin.DataFile`) with their number first.

Most of a file is judged a block at a time (see ``blocks``); only a block with something unusual
in it is judged record by record.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import IO

from leadline.errors import SourceError
from leadline.plugin import RAW_LIMIT, Reject
from leadline_plugins.blocks import BlockJudge
from leadline_plugins.cells import CONTROLS, MOST_CHARACTERS, Grammar, Malformed, written
from leadline_plugins.encoding import EncodedText
from leadline_plugins.header import LINE_COLUMN, header_names

#: Bounds of a record: its bytes, in the file and as written, and its lines.
MOST_BYTES = 1 << 20
MOST_LINES = 100
#: How many bytes are judged together where a block as a whole is not plainly good.
PART = 1 << 13

_CUT = (
    "the file ends inside this line, so it may be cut; end the file with a line end, or set "
    "`final_newline: optional`"
)
_LONG_RECORD = f"the record is longer than {MOST_BYTES:,} bytes"
_LONG_CELL = f"the cell is longer than {MOST_CHARACTERS:,} characters"
#: So many bytes hold what is shown of a reject, whatever the encoding.
_SHOWN_BYTES = 4 * RAW_LIMIT

#: The cell at fault, where it is one, and the reason.
_Fault = tuple[int | None, str]


class RecordGate:
    """Judge one CSV file. Use :meth:`rejects` once; what is good is written meanwhile.

    Args:
        table: the table that the rows are for.
        origin: what messages call the file.
        text: its content.
        delimiter: one character.
        out: where good rows are written, as UTF-8 with commas.
        complete_only: take a last row without a line end for one that is cut.
    """

    def __init__(
        self,
        table: str,
        origin: str,
        text: EncodedText,
        delimiter: str,
        out: IO[bytes],
        *,
        complete_only: bool,
    ) -> None:
        self.columns: tuple[str, ...] = ()
        self._table, self._origin, self._text, self._out = table, origin, text, out
        self._delimiter, self._grammar = delimiter, Grammar(delimiter)
        self._complete_only = complete_only
        self._blocks: BlockJudge | None = None  # known with the header
        self._line = 1
        self._offset = 0  # of the next line, in the text's bytes

    def rejects(self) -> Iterator[Reject]:
        """Read the whole text and yield what cannot be used.

        Raises:
            SourceError: there is no header row, or it cannot be one.
        """
        held = b""
        skipping = False
        for chunk in self._text.chunks:
            if skipping:
                end = chunk.find(b"\n") + 1
                self._offset += end or len(chunk)
                skipping = not end
                held = chunk[end:] if end else b""
            else:
                held += chunk
            used = yield from self._judge(held[: held.rfind(b"\n") + 1], more=True)
            held = held[used:]
            if len(held) - (held.rfind(b"\n") + 1) > MOST_BYTES:
                yield from self._too_long(held)
                held, skipping = b"", True
        yield from self._judge(held, more=False)
        if not self.columns:
            raise SourceError(f"{self._origin} is empty: it has no header row")

    def _too_long(self, held: bytes) -> Iterator[Reject]:
        """Judge what stands before a line of more than 1 MiB, and that line by its start."""
        start = held.rfind(b"\n") + 1
        yield from self._judge(held[:start], more=False)
        if not self.columns:
            raise SourceError(f"{self._origin} has a first line of more than {MOST_BYTES:,} bytes")
        yield self._reject(held[start : start + _SHOWN_BYTES], None, _LONG_RECORD)
        self._line += 1
        self._offset += len(held) - start

    def _judge(self, lines: bytes, more: bool) -> Generator[Reject, None, int]:
        """Judge whole lines and return how many bytes of them were used up.

        Args:
            lines: bytes that end with a line end, save at the end of the file.
            more: further lines follow, so a record that is open may wait for them.
        """
        start = 0 if self._blocks else self._take_header(lines, more)
        if self._blocks is None:
            return start
        rest = lines[start:]
        if self._write_block(rest):
            return len(lines)
        return start + (yield from self._judge_parts(rest, more))

    def _write_block(self, lines: bytes) -> bool:
        """Write the lines where it is plain that each is a good row."""
        rows = self._blocks.rows(lines, self._line) if self._blocks else None
        if rows is None:
            return False
        self._out.write(rows)
        self._pass(lines)
        return True

    def _pass(self, lines: bytes) -> None:
        self._line += lines.count(b"\n")
        self._offset += len(lines)

    def _take_header(self, lines: bytes, more: bool) -> int:
        """Read the header row, the first line that is not blank; return the bytes used up."""
        at = 0
        while not self.columns and at < len(lines):
            end = self._end_of_record(lines, at, more)
            if end is None:
                return at
            body = _without_end(lines[at:end])
            if body:
                self._set_columns(body)
            self._pass(lines[at:end])
            at = end
        return at

    def _set_columns(self, header: bytes) -> None:
        codec = self._text.codec
        try:
            row = header.decode(codec)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"the header row of {self._origin} is {self._invalid(error)}"
            ) from error
        self.columns = header_names(row, self._grammar, self._origin)
        self._blocks = BlockJudge(len(self.columns), self._delimiter, codec)
        self._out.write(f"{written((LINE_COLUMN, *self.columns))}\n".encode())

    def _judge_parts(self, lines: bytes, more: bool) -> Generator[Reject, None, int]:
        """Judge a block in small parts, so that one odd row costs time for its neighbours only."""
        at = 0
        while at < len(lines):
            end = _line_end(lines, min(at + PART, len(lines)) - 1)
            part = lines[at:end]
            if self._write_block(part):
                at = end
                continue
            while at < end:
                after = self._end_of_record(lines, at, more)
                if after is None:
                    return at
                yield from self._take(lines[at:after])
                at = after
        return at

    def _end_of_record(self, lines: bytes, start: int, more: bool) -> int | None:
        """Return where the record that starts at ``start`` ends, or None to wait for more lines.

        A record with a quote that is not closed ends with its first line.
        """
        first = end = _line_end(lines, start)
        if lines.count(b'"', start, end) % 2 == 0 or not self._is_open(lines[start:end]):
            return first
        for _ in range(MOST_LINES - 1):
            if end == len(lines):
                return None if more else first
            after = _line_end(lines, end)
            if after - start > MOST_BYTES:
                return first
            closes = lines.count(b'"', end, after) % 2 == 1
            end = after
            if closes:
                whole = self._split(lines[start:end])
                return first if isinstance(whole, Malformed) else end
        return first

    def _is_open(self, record: bytes) -> bool:
        cells = self._split(record)
        return isinstance(cells, Malformed) and cells.is_open

    def _split(self, record: bytes) -> tuple[str, ...] | Malformed:
        """Split a record whatever its bytes mean; only its shape is asked for."""
        return self._grammar.split(_without_end(record).decode("latin-1"))

    def _take(self, record: bytes) -> Iterator[Reject]:
        """Write a record, or yield why it cannot be used; a blank line is neither."""
        body = _without_end(record)
        if body:
            row = self._row(body, is_ended=record.endswith(b"\n"))
            if isinstance(row, bytes):
                self._out.write(row)
            else:
                yield self._reject(body, *row)
        self._pass(record)

    def _row(self, body: bytes, is_ended: bool) -> bytes | _Fault:
        """Return a record as it is written, or why it is no row."""
        if self._complete_only and not is_ended:
            return None, _CUT
        if len(body) > MOST_BYTES:
            return None, _LONG_RECORD
        try:
            text = body.decode(self._text.codec)
        except UnicodeDecodeError as error:
            return None, self._invalid(error)
        cells = self._grammar.split(text)
        if isinstance(cells, Malformed):
            return cells.cell, cells.reason
        if len(cells) != len(self.columns):
            return None, f"{len(cells)} cells found, {len(self.columns)} expected as in the header"
        if len(text) > MOST_CHARACTERS or CONTROLS.search(text):
            fault = _fault_in(cells)
            if fault is not None:
                return fault
        row = f"{self._line},{written(cells)}\n".encode()
        return row if len(row) <= MOST_BYTES else (None, _LONG_RECORD)

    def _invalid(self, error: UnicodeDecodeError) -> str:
        """Say which byte of the record at hand is no text in the encoding, and what to do."""
        codec, start = self._text.declared, self._text.start
        advice = "set `encoding` of the source (such as `windows-1252`) or save the file as UTF-8"
        if start is None:
            return f"not valid {codec}; {advice}"
        at = start + self._offset + error.start
        return f"not valid {codec}: byte 0x{error.object[error.start]:02X} at offset {at}; {advice}"

    def _reject(self, raw: bytes, cell: int | None, reason: str) -> Reject:
        column = None if cell is None else next(iter(self.columns[cell : cell + 1]), None)
        text = raw[:_SHOWN_BYTES].decode(self._text.codec, "backslashreplace")
        shown = CONTROLS.sub(lambda found: _visible(found.group()), text)
        return Reject(self._table, self._origin, self._line, column, reason, shown)


def _fault_in(cells: tuple[str, ...]) -> _Fault | None:
    for number, cell in enumerate(cells):
        if len(cell) > MOST_CHARACTERS:
            return number, _LONG_CELL
        if found := CONTROLS.search(cell):
            return number, f"the control character {_visible(found.group())}"
    return None


def _visible(control: str) -> str:
    return f"\\x{ord(control):02x}"


def _line_end(lines: bytes, start: int) -> int:
    """Return where the line that starts at ``start`` ends, its line end included."""
    return lines.find(b"\n", start) + 1 or len(lines)


def _without_end(record: bytes) -> bytes:
    return record.removesuffix(b"\n").removesuffix(b"\r")
