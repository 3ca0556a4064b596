"""docs/sources.md tells of every built-in source, and its examples fit their settings."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from leadline.errors import UsageError
from leadline.plugin import Plugins, SourceKind, checked_settings
from leadline.project import read_project

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/sources.md"
BUILT_IN = ("csv", "duckdb", "excel", "mysql", "parquet", "postgres", "rest", "sqlite")
SECRETS = {
    "WAREHOUSE_URL": "postgresql://user:word@127.0.0.1/crm",
    "SHOP_URL": "mysql://user:word@127.0.0.1/crm",
    "CRM_TOKEN": "word",
}


def blocks() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.M)


def test_the_examples_fit_the_settings(tmp_path: Path) -> None:
    shown = set()
    for block in blocks():
        (tmp_path / "leadline.yaml").write_text(block, encoding="utf-8")
        for source in read_project(tmp_path / "leadline.yaml", SECRETS).sources:
            kind = Plugins().source_kind(source.plugin)
            kind.factory(checked_settings(kind, source.plain_settings(kind.settings)))
            shown.add(source.plugin)

    assert shown == set(BUILT_IN)


@pytest.mark.parametrize(
    ("name", "library", "settings"),
    [
        ("postgres", "psycopg", {"url": SECRETS["WAREHOUSE_URL"], "tables": {"leads": {}}}),
        ("mysql", "pymysql", {"url": SECRETS["SHOP_URL"], "tables": {"leads": {}}}),
        ("excel", "python_calamine", {"sheets": {"leads": {"file": "a.xlsx"}}}),
    ],
)
def test_a_library_that_is_missing_is_named_with_what_installs_it(
    name: str, library: str, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    kind = Plugins().source_kind(name)

    with pytest.raises(UsageError) as raised:
        kind.factory(checked_settings(kind, settings))

    assert raised.value.hint == f'pip install "leadline[{name}]"'


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_setting_is_told(name: str) -> None:
    kind: SourceKind = Plugins().source_kind(name)
    text = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"[\w]+", text))

    properties = kind.settings["properties"]
    assert isinstance(properties, dict)
    assert set(properties) <= told
