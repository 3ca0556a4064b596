"""Files made to cost memory or time are refused at once."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from tests.document.reading import loaded

SECONDS = 0.25
"""Each takes a few milliseconds; the rest is room for a busy machine."""

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

ATTACKS = {
    "billion laughs": (LAUGHS, "anchor"),
    "endless list": ("&a [*a]", "alias"),
    "endless mapping": ("&a {b: *a}", "anchor"),
    "merge bomb": ("a: &a {x: 1}\nb: {" + "<<: *a, " * 200 + "}", "merge-key"),
    "25,000 lists": ("[" * 25_000, "too-deep"),
    "25,000 mappings": ("{" * 25_000, "too-deep"),
    "100,000 lists": ("a: " + "[" * 100_000, "too-deep"),
    "100,000 entries in one line": ("- " * 100_000, "too-deep"),
    "100,000 keys in one line": ("? " * 100_000, "too-deep"),
    "closed lists": ("[" * 1000 + "]" * 1000, "too-deep"),
    "a staircase": ("\n".join(" " * depth + "a:" for depth in range(300)), "too-deep"),
    "pairs in lists": ("[a, " * 5000, "too-deep"),
    "a wide list": ("a: [" + "x," * 100_000 + "]", "too-many-nodes"),
    "a huge file": ("a: " + "x" * 10_000_000, "file-too-large"),
    "a tag that runs code": ("a: !!python/object/apply:os.system [ls]", "tag"),
    "a timestamp": ("a: !!timestamp 2026-02-30", "tag"),
    "many anchors": ("a: [" + "&a b," * 300 + "]", "anchor"),
    "a tag of escapes": ("a: !" + "%" * 50_000, "unquoted-expression"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_at_once(name: str) -> None:
    text, code = ATTACKS[name]
    spent = []
    for _ in range(3):
        start = time.process_time()
        names = {found.name for found in loaded(text).diagnostics}
        spent.append(time.process_time() - start)
        assert code in names
    assert min(spent) < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "59:" * 80_000 + "59",
        "a: " + "9" * 200_000,
        "a: 1" + " " * 200_000 + "b",
        "a: '" + " " * 200_000 + "b'",
        'a: "' + "\\x41" * 50_000 + '"',
        "a: |\n" + "  \n" * 60_000 + "  x",
    ],
    ids=["sexagesimal", "digits", "blanks", "quoted blanks", "escapes", "blank lines"],
)
def test_a_monster_of_a_value_is_text(text: str) -> None:
    start = time.process_time()
    result = loaded(text)
    assert result.diagnostics == ()
    assert result.document is not None
    value = result.document.root.entries[0].value
    assert str(value.place).startswith("f:1:4")
    assert time.process_time() - start < 4 * SECONDS


def test_places_of_a_long_value_cost_its_length_once() -> None:
    result = loaded("a: |\n" + "  x y\n" * 30_000)
    assert result.document is not None
    value = result.document.root.entries[0].value
    start = time.process_time()
    for index in range(0, 100_000, 10):
        value.span(index, index + 3)  # type: ignore[union-attr]
    assert time.process_time() - start < 4 * SECONDS


NESTED = """
import sys
from leadline.document import load
for shape in ("[", "{", "- ", "? ", "[{a: "):
    for depth in (20_000, 25_000, 50_000, 100_000):
        (found,) = load((shape * depth).encode()[:262_144], "f").diagnostics
        assert found.name == "too-deep", (shape, depth, found)
"""


def test_no_depth_kills_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", NESTED], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
