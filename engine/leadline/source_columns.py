"""What a source of leadline.yaml says of its columns: their names there, and their types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from leadline.configuration import Walk
from leadline.diagnostic import Code, did_you_mean
from leadline.document import Mapping as Entries
from leadline.store.forms import TYPE_WORDS
from leadline.store.tables import TABLE_NAMES, table_spec

UNKNOWN_TABLE = Code("LL204", "unknown-table")
UNKNOWN_TYPE = Code("LL205", "unknown-type")
FIXED_TYPE = Code("LL206", "type-is-fixed")
NAMED_TWICE = Code("LL210", "column-named-twice")


class ColumnWalk(Walk):
    """A walk that reads what is said by table and column."""

    def columns(self, entries: Entries, key: str) -> Mapping[str, Mapping[str, str]]:
        """Return the texts under a key by table and column."""
        tables = self.entries(entries, key)
        read: dict[str, Mapping[str, str]] = {}
        for table in tables.entries if tables is not None else ():
            if table.key.text not in TABLE_NAMES:
                hint = did_you_mean(table.key.text, TABLE_NAMES)
                self.say(UNKNOWN_TABLE, f"unknown table `{table.key.text}`", table.key, hint)
            columns = self.shaped(table)
            self._once(columns)
            read[table.key.text] = {
                entry.key.text: self.text(columns, entry.key.text, "") for entry in columns.entries
            }
        return MappingProxyType(read)

    def _once(self, columns: Entries) -> None:
        """Columns are matched without regard to case, so two may be the same."""
        seen: dict[str, str] = {}
        for entry in columns.entries:
            name = entry.key.text
            if seen.setdefault(name.casefold(), name) != name:
                message = f"`{name}` and `{seen[name.casefold()]}` name the same column"
                self.say(NAMED_TWICE, message, entry.key)

    def types(self, entries: Entries) -> Mapping[str, Mapping[str, str]]:
        """Return table -> column -> type word, as far as the types are known and fit."""
        types = self.columns(entries, "types")
        tables = self.entries(entries, "types")
        for table in tables.entries if tables is not None else ():
            spec = table_spec(table.key.text)
            for entry in self.shaped(table, silent=True).entries:
                word = types[table.key.text][entry.key.text]
                known = spec.known_type(entry.key.text) if spec is not None else None
                if not word:
                    continue
                if word not in TYPE_WORDS:
                    hint = did_you_mean(word, TYPE_WORDS)
                    self.say(UNKNOWN_TYPE, f"unknown type `{word}`", entry.value, hint)
                elif known not in (None, TYPE_WORDS[word]):
                    message = f"`{entry.key.text}` always is a {known}, found `{word}`"
                    self.say(FIXED_TYPE, message, entry.value, "leave it out")
        return types
