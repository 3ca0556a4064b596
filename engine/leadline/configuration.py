"""A configuration file: its keys, and a walk that reads values of the shape they should have.

Whatever is wrong becomes a diagnostic, and the walk goes on with a value that does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadline.diagnostic import Code, Diagnostic, did_you_mean
from leadline.document import Entry, Scalar, Sequence, Value
from leadline.document import Mapping as Entries
from leadline.ruleset.keys import Schema, keys, mapping, text, texts
from leadline.ruleset.published import published
from leadline.store.forms import TYPE_WORDS
from leadline.store.tables import TABLE_NAMES

UNKNOWN_KEY = Code("LL200", "unknown-project-key")
WRONG_SHAPE = Code("LL202", "wrong-project-shape")


FORMATS = ("table", "csv", "json", "parquet", "md")
_NAME = "^[a-z][a-z0-9_-]{0,63}$"


def _or_nothing(schema: Schema) -> Schema:
    """Return a schema that lets the key stand there without a value."""
    return schema | {"type": [schema["type"], "null"]}


def _texts(description: str, *examples: object) -> Schema:
    return texts(description, *examples) | {"type": ["string", "array", "null"], "minItems": 0}


def _by_table(description: str, inside: Schema, example: dict[str, object]) -> Schema:
    columns = _or_nothing(mapping("By column of the store.", inside, *example.values(), names=None))
    tables = _or_nothing(mapping(description, {}, example, names=None))
    properties = dict.fromkeys(TABLE_NAMES, columns)
    return tables | {"additionalProperties": False, "properties": properties}


_ZONE = text("The timezone of times without an offset.", "Europe/Berlin")
_PLUGIN = text("The kind of source or output; `leadline plugins list` names them.", "csv")
_SETTINGS = _or_nothing(
    mapping(
        "The plugin's settings; `${NAME}` stands for a variable of the environment.",
        {},
        {"files": {"events": "data/events.csv"}},
        names=None,
    )
)

_SOURCE = keys(
    "A source of data.",
    {
        "plugin": _PLUGIN,
        "timezone": _ZONE,
        "settings": _SETTINGS,
        "mapping": _by_table(
            "What the source calls a column, by table and column of the store.",
            text("The column's name in the source.", "user_id"),
            {"events": {"lead_id": "user_id", "type": "event"}},
        ),
        "types": _by_table(
            "What a further column of the source holds.",
            {"enum": list(TYPE_WORDS), "description": "The type.", "default": "text"},
            {"leads": {"employees": "number"}},
        ),
    },
    ("plugin",),
)


def _published(description: str, value: str, example: dict[str, object]) -> Schema:
    column = text(f"{value}, by what the receiver calls it.", *example.values())
    return _or_nothing(mapping(description, column, example, names=None))


_PUBLISH = keys(
    "The results that the output holds of leads and accounts, where it takes results.",
    {
        "ruleset": text(
            "The model, by its name; may be left out where the project has one.", "b2b_saas"
        ),
        "where": text("Which leads; all without it.", "score.fit > 0"),
        "leads": _published(
            "What it holds of a lead: a score, a grade, the stage, a reason or a field.",
            "A field such as `score.fit`, `grade.fit`, `stage`, `reason_1` or `tag.track`",
            {"leadline_fit": "score.fit", "leadline_stage": "stage"},
        ),
        "accounts": _published(
            "What it holds of an account.",
            "An account score such as `key_accounts`, its `.committee` or its number of `.leads`",
            {"leadline_account": "key_accounts"},
        ),
        "lead_id": text("What the output knows a lead by.", "lead.email") | {"default": "lead_id"},
        "account_id": text("What the output knows an account by.", "account.domain")
        | {"default": "account_id"},
        "decimals": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9,
            "description": "How many decimal places numbers are rounded to. With few of them, "
            "less changes from day to day.",
            "default": 2,
            "examples": [0],
        },
    },
)

_OUTPUT = keys(
    "An output.",
    {"plugin": _PLUGIN, "settings": _SETTINGS, "publish": _PUBLISH},
    ("plugin",),
)

_DEFAULTS = keys(
    "What holds where nothing else is said.",
    {
        "timezone": _ZONE | {"default": "UTC"},
        "threads": {
            "type": "integer",
            "minimum": 1,
            "maximum": 9999,
            "description": "How many threads a query may use; DuckDB's choice without it.",
            "examples": [4],
        },
        "memory_limit": text("What a query may hold in memory.", "2GB")
        | {"pattern": r"^[0-9]+(\.[0-9]+)? ?[KMGT]i?B$"},
        "format": {
            "enum": list(FORMATS),
            "description": "How tables are printed.",
            "default": "table",
        },
    },
)

_CHECK = keys(
    "Which findings `leadline check` tells, and how much each matters.",
    {
        "select": _texts("The codes, names or beginnings of codes that are wanted.", ["LL1"]),
        "ignore": _texts("Those that are not.", ["LL108", "unused-define"]),
        "severity": _or_nothing(
            mapping(
                "How much a finding matters, by code or name.",
                {"enum": ["error", "warning", "note"], "description": "How much it matters."},
                {"LL108": "note"},
                names=None,
            )
        ),
        "settings": _or_nothing(
            mapping(
                "The settings of plugins' checks, by name.",
                _SETTINGS,
                {"naming": {"longest": 30}},
                names=None,
            )
        ),
    },
)

PROJECT_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "leadline project",
    **keys(
        "A project: where its data come from, which rulesets it has, where results go.",
        {
            "leadline": {
                "enum": ["1", 1],
                "description": "The language version.",
                "default": 1,
            },
            "store": text("The file of the store.", "leads.duckdb")
            | {"default": "leadline.duckdb"},
            "rulesets": _texts(
                "Ruleset files, their folders, or a folder of such folders.", ["rulesets"]
            )
            | {"default": "rulesets"},
            "sources": _or_nothing(
                mapping(
                    "Where data come from, by a name.",
                    _SOURCE,
                    {"shop": {"plugin": "csv", "settings": {"folder": "data"}}},
                    names=_NAME,
                )
            ),
            "outputs": _or_nothing(
                mapping(
                    "Where automations send to and results are published to, by a name.",
                    _OUTPUT,
                    {"crm_hook": {"plugin": "webhook", "settings": {"url": "${CRM_URL}"}}},
                    names=_NAME,
                )
            ),
            "plugins": _texts("Further plugins that may be loaded.", ["leadline-acme"]),
            "plugin_folder": text("A folder of plugins of the project's own.", "plugins"),
            "defaults": _or_nothing(_DEFAULTS),
            "check": _or_nothing(_CHECK),
        },
    ),
}


def project_schema_text() -> str:
    """Return the schema as the text of ``schemas/leadline.schema.json``."""
    return published(PROJECT_SCHEMA)


def keys_of(*path: str) -> tuple[str, ...]:
    """Return the keys that a project has at a path; ``*`` stands for any name."""
    schema = PROJECT_SCHEMA
    for step in path:
        schema = schema["additionalProperties"] if step == "*" else schema["properties"][step]
    return tuple(schema["properties"])


@dataclass(frozen=True, slots=True)
class CheckSection:
    """What ``check:`` says, as it is written; its codes are for whoever knows them to look up.

    Args:
        select: the codes, names or beginnings of codes that are wanted; empty: all.
        ignore: those that are not.
        severities: code or name, and the word for how much it matters.
    """

    select: tuple[Scalar, ...] = ()
    ignore: tuple[Scalar, ...] = ()
    severities: tuple[tuple[Scalar, Scalar], ...] = ()


class Walk:
    """A walk over one configuration file.

    Args:
        found: the diagnostics, to which mistakes are added.
    """

    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def known(self, entries: Entries, what: str, keys: tuple[str, ...]) -> None:
        """Refuse keys that ``what`` does not have."""
        for entry in entries.entries:
            if entry.key.text not in keys:
                hint = did_you_mean(entry.key.text, keys)
                self.say(UNKNOWN_KEY, f"{what} has no `{entry.key.text}`", entry.key, hint)

    def entries(self, entries: Entries, key: str) -> Entries | None:
        """Return the entries under a key; None where the key is not there."""
        entry = entries.get(key)
        return None if entry is None else self.shaped(entry)

    def shaped(self, entry: Entry, silent: bool = False) -> Entries:
        """Return the entries of a value; none, and a diagnostic, where it is no mapping."""
        if isinstance(entry.value, Entries):
            return entry.value
        if not is_empty(entry.value) and not silent:
            message = f"`{entry.key.text}` holds {_shape(entry.value)}, expected keys and values"
            self.say(WRONG_SHAPE, message, entry.value)
        return Entries((), entry.value.place)

    def text(self, entries: Entries, key: str, default: str) -> str:
        """Return the text under a key; the default where it is not there or no text."""
        entry = entries.get(key)
        if entry is None:
            return default
        if not isinstance(entry.value, Scalar) or is_empty(entry.value):
            message = f"`{key}` holds {_shape(entry.value)}, expected a text"
            self.say(WRONG_SHAPE, message, entry.value)
            return default
        return entry.value.text

    def texts(self, entries: Entries, key: str) -> tuple[str, ...]:
        """Return the texts under a key: one, or a list of them."""
        return tuple(scalar.text for scalar in self.scalars(entries, key))

    def scalars(self, entries: Entries, key: str) -> tuple[Scalar, ...]:
        """Return the texts under a key with their places: one, or a list of them."""
        entry = entries.get(key)
        if entry is None or is_empty(entry.value):
            return ()
        values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        texts = []
        for value in values:
            if isinstance(value, Scalar) and value.text:
                texts.append(value)
            else:
                message = f"`{key}` holds {_shape(value)}, expected texts"
                self.say(WRONG_SHAPE, message, value)
        return tuple(texts)

    def check_section(self, entries: Entries) -> CheckSection:
        """Return what ``check:`` says."""
        self.known(entries, "check", keys_of("check"))
        severities = self.entries(entries, "severity")
        read: list[tuple[Scalar, Scalar]] = []
        for entry in severities.entries if severities is not None else ():
            if isinstance(entry.value, Scalar):
                read.append((entry.key, entry.value))
            else:
                message = f"`{entry.key.text}` holds {_shape(entry.value)}, expected a text"
                self.say(WRONG_SHAPE, message, entry.value)
        select = self.scalars(entries, "select")
        return CheckSection(select, self.scalars(entries, "ignore"), tuple(read))

    def say(self, kind: Code, message: str, at: Value | None, hint: str = "") -> None:
        """Add a diagnostic about a value."""
        self._found.append(Diagnostic(kind, message, at.place if at else None, hint))


def value_of(entries: Entries, key: str) -> Value | None:
    """Return the value under a key; None where the key is not there."""
    entry = entries.get(key)
    return entry.value if entry is not None else None


def is_empty(value: Value) -> bool:
    """Say whether nothing stands behind a key."""
    return isinstance(value, Scalar) and not value.text and value.style == "plain"


def _shape(value: Value) -> str:
    match value:
        case Entries():
            return "keys and values"
        case Sequence():
            return "a list"
        case Scalar():
            return "nothing" if not value.text else "a text"
