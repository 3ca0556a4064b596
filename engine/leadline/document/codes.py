"""The findings of the document layer: a file that is no YAML, or YAML that a ruleset refuses."""

from __future__ import annotations

from leadline.diagnostic import Code

NOT_YAML = Code("LL001", "not-yaml")
UNQUOTED_EXPRESSION = Code("LL002", "unquoted-expression")
DUPLICATE_KEY = Code("LL003", "duplicate-key")
ANCHOR = Code("LL004", "anchor")
ALIAS = Code("LL005", "alias")
MERGE_KEY = Code("LL006", "merge-key")
TAG = Code("LL007", "tag")
SEVERAL_DOCUMENTS = Code("LL008", "several-documents")
TAB = Code("LL009", "tab")
CONTROL_CHARACTER = Code("LL010", "control-character")
KEY_NOT_TEXT = Code("LL011", "key-not-text")
FILE_TOO_LARGE = Code("LL012", "file-too-large")
TOO_DEEP = Code("LL013", "too-deep")
TOO_MANY_NODES = Code("LL014", "too-many-nodes")
NOT_UTF8 = Code("LL015", "not-utf-8")
WIDE_ENCODING = Code("LL016", "wide-encoding")
EMPTY_FILE = Code("LL017", "empty-file")
ROOT_NOT_MAPPING = Code("LL018", "root-not-mapping")
DIRECTIVE = Code("LL019", "directive")
UNKNOWN_ESCAPE = Code("LL020", "unknown-escape")

CODES = (
    NOT_YAML,
    UNQUOTED_EXPRESSION,
    DUPLICATE_KEY,
    ANCHOR,
    ALIAS,
    MERGE_KEY,
    TAG,
    SEVERAL_DOCUMENTS,
    TAB,
    CONTROL_CHARACTER,
    KEY_NOT_TEXT,
    FILE_TOO_LARGE,
    TOO_DEEP,
    TOO_MANY_NODES,
    NOT_UTF8,
    WIDE_ENCODING,
    EMPTY_FILE,
    ROOT_NOT_MAPPING,
    DIRECTIVE,
    UNKNOWN_ESCAPE,
)
