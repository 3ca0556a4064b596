from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadline.errors import PluginError, SourceError, UsageError
from leadline.plugin import Cursor, Plugins, ReadContext, Records, Reject, read_source

Install = Callable[..., None]

SOURCE = """
class Acme:
    def __init__(self, settings):
        {make}

    def read(self, context):
        {read}

@hookimpl
def leadline_sources():
    return (SourceKind("acme", "", {{"additionalProperties": False}}, Acme),)
"""


@pytest.fixture
def context(tmp_path: Path) -> ReadContext:
    return ReadContext(tmp_path, tmp_path, None, lambda label, done, total: None)


def read(install: Install, context: ReadContext, read: str, make: str = "pass") -> list[object]:
    install("leadline-acme", SOURCE.format(make=make, read=read), "acme", version="2.0")
    return list(read_source(Plugins(), "acme", {}, context))


def test_what_a_source_yields_is_handed_on(install: Install, context: ReadContext) -> None:
    items = read(
        install,
        context,
        "yield Records('events', 'x', ('id',), ((1,), (None,)), None); "
        "yield Reject('events', 'x', 3, None, 'no', 'r' * 5000); yield Cursor('9')",
    )
    assert items == [
        Records("events", "x", ("id",), ((1,), (None,)), None),
        Reject("events", "x", 3, None, "no", "r" * 1000),
        Cursor("9"),
    ]


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        ("1 / 0", "yield", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "yield", "SystemExit: 0"),
        ("pass", "raise RuntimeError('boom')", "RuntimeError: boom"),
        ("pass", "yield Cursor('1'); raise SystemExit", "SystemExit"),
        ("pass", "return 5", "TypeError"),
        ("pass", "yield None", "type NoneType, expected a DataFile, Records"),
        ("pass", "yield {'id': 1}", "yielded a value of the type dict"),
    ],
)
def test_a_fault_is_told_as_the_plugins(
    install: Install, context: ReadContext, make: str, code: str, words: str
) -> None:
    with pytest.raises(PluginError) as caught:
        read(install, context, code, make)
    assert "plugin `acme` of leadline-acme 2.0" in str(caught.value)
    assert words in str(caught.value)


def test_leadlines_own_errors_pass_as_they_are(install: Install, context: ReadContext) -> None:
    with pytest.raises(SourceError, match="the server is away"):
        read(install, context, "raise SourceError('the server is away')")


def test_ctrl_c_passes(install: Install, context: ReadContext) -> None:
    with pytest.raises(KeyboardInterrupt):
        read(install, context, "raise KeyboardInterrupt")


def test_wrong_settings_are_found_before_the_source_is_made(
    install: Install, context: ReadContext
) -> None:
    install("leadline-acme", SOURCE.format(make="1 / 0", read="yield"), "acme")
    with pytest.raises(UsageError, match="unknown setting `x`"):
        list(read_source(Plugins(), "acme", {"x": 1}, context))
