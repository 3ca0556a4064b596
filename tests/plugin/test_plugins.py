from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadline.errors import PluginError
from leadline.plugin import Broken, Installed, Plugins

Install = Callable[..., None]

GOOD = """
@hookimpl
def leadline_sources():
    return (SourceKind("{name}", "Rows of {name}.", {{}}, Empty),)
"""


def good(name: str) -> str:
    return GOOD.format(name=name)


def named(plugins: Plugins, name: str) -> list[Installed]:
    return [plugin for plugin in plugins.installed() if plugin.name == name]


def test_the_built_in_plugins_come_by_the_same_door() -> None:
    plugins = Plugins()
    for name in ("csv", "parquet"):
        (found,) = named(plugins, name)
        assert found.builtin
        assert found.distribution == "leadline"
        assert plugins.source_kind(name).name == name
        assert plugins.giver_of(plugins.source_kind(name)) == found
    assert plugins.broken() == ()


def test_an_installed_plugin_is_listed_but_not_imported(install: Install, tmp_path: Path) -> None:
    mark = tmp_path / "imported"
    source = f"import pathlib; pathlib.Path({str(mark)!r}).touch()"
    install("leadline-evil", source, "evil", version="6.6")
    plugins = Plugins()
    plugins.load(["csv"])
    assert named(plugins, "evil") == [
        Installed("evil", "leadline-evil", "6.6", "leadline_evil_module", False)
    ]
    assert not mark.exists()
    plugins.load(["evil"])
    assert mark.exists()


def test_a_source_is_found_by_the_name_of_its_plugin_or_its_own(install: Install) -> None:
    install("leadline-acme", good("acme"), "acme")
    install("leadline-many", good("one"), "many")
    plugins = Plugins()
    assert plugins.source_kind("acme").summary == "Rows of acme."
    with pytest.raises(PluginError, match="no plugin gives the source `one`"):
        plugins.source_kind("one")
    assert plugins.load(["many"]) == ()
    assert plugins.source_kind("one").name == "one"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import not_a_module_at_all", "its import failed: ModuleNotFoundError: No module named"),
        ("raise SystemExit(3)", "its import failed: SystemExit: 3"),
        ("def f(:", "its import failed: SyntaxError"),
        ("class Odd(BaseException): pass\nraise Odd('x')", "its import failed: Odd: x"),
        ("", "it answers no hook"),
        ("def leadline_sources():\n    return ()", "it answers no hook"),
        (
            "@hookimpl\ndef leadline_source():\n    return ()",
            "hook leadline_source: leadline has no such hook; did you mean `leadline_sources`",
        ),
        ("@hookimpl\ndef leadline_sources(config):\n    return ()", "config"),
        (
            "@hookimpl\ndef leadline_sources():\n    raise RuntimeError('boom')",
            "hook leadline_sources: RuntimeError: boom",
        ),
        (
            "@hookimpl\ndef leadline_sources():\n    raise SystemExit",
            "hook leadline_sources: SystemExit",
        ),
        (
            "@hookimpl\ndef leadline_sources():\n    return None",
            "it returned NoneType, expected a tuple of SourceKind",
        ),
        (
            "@hookimpl\ndef leadline_sources():\n    return (5, 'x')",
            "it returned a tuple of int, str, expected a tuple of SourceKind",
        ),
        (
            "@hookimpl(wrapper=True)\ndef leadline_sources():\n    yield\n    return ()",
            "it is a wrapper",
        ),
        (
            "@hookimpl\ndef leadline_sources():\n"
            "    return (SourceKind('Odd Name', '', {}, Empty),)",
            "source `Odd Name` needs a name of lower-case letters",
        ),
        (
            "@hookimpl\ndef leadline_functions():\n"
            "    return (FunctionKind('f', ('text',), 'text', 'lower({1})', '', ''),)",
            "the placeholders ['1'], expected ['0']",
        ),
    ],
)
def test_a_broken_plugin_is_told_and_harms_no_other(
    install: Install, source: str, error: str
) -> None:
    install("leadline-bad", source, "bad", version="0.3")
    install("leadline-good", good("good"), "good")
    plugins = Plugins()
    (broken,) = plugins.load(["bad", "good"])
    assert (broken.name, broken.distribution, broken.version) == ("bad", "leadline-bad", "0.3")
    assert error in broken.error
    assert "\n" not in broken.error
    assert plugins.source_kind("good").name == "good"
    assert plugins.broken() == (broken,)
    with pytest.raises(PluginError) as caught:
        plugins.source_kind("bad")
    assert "plugin `bad` of leadline-bad 0.3 cannot be used" in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_hook_that_raises_loses_no_other_hook_of_its_plugin(install: Install) -> None:
    source = """
    @hookimpl
    def leadline_sources():
        raise ValueError("no")

    @hookimpl
    def leadline_decays():
        return (DecayKind("cliff", "All or nothing.", {}, lambda settings, age: 1.0),)
    """
    install("leadline-half", source, "half")
    plugins = Plugins()
    assert [broken.error for broken in plugins.load(["half"])] == [
        "hook leadline_sources: ValueError: no"
    ]
    assert plugins.decay_kind("cliff").factor({}, 3) == 1.0


def test_ctrl_c_passes_through(install: Install) -> None:
    install("leadline-slow", "raise KeyboardInterrupt", "slow")
    hook = "@hookimpl\ndef leadline_sources():\n    raise KeyboardInterrupt"
    install("leadline-slower", hook, "slower")
    for name in ("slow", "slower"):
        with pytest.raises(KeyboardInterrupt):
            Plugins().load([name])


def test_two_plugins_of_one_name_are_an_error_that_names_both(install: Install) -> None:
    install("leadline-one", good("twin"), "twin")
    install("leadline-two", good("twin"), "twin", "other")
    with pytest.raises(PluginError, match="leadline-one and that of leadline-two"):
        Plugins().load(["twin"])
    with pytest.raises(PluginError, match="two plugins are called `twin`"):
        Plugins().source_kind("twin")


def test_two_sources_of_one_name_are_an_error_that_names_both(install: Install) -> None:
    install("leadline-one", good("rows"), "one", version="1.5")
    install("leadline-two", good("rows"), "two", version="2.5")
    with pytest.raises(PluginError) as caught:
        Plugins().load(["one", "two"])
    assert "two plugins give the source `rows`" in str(caught.value)
    assert "`one` of leadline-one 1.5" in str(caught.value)
    assert "`two` of leadline-two 2.5" in str(caught.value)


@pytest.mark.parametrize(
    ("version", "upgrade"), [("2", "upgrade leadline"), ("0", "upgrade leadline-odd")]
)
def test_another_version_of_the_interface_says_what_to_upgrade(
    install: Install, version: str, upgrade: str
) -> None:
    source = f"""
    @hookimpl
    def leadline_sources():
        kind = SourceKind("new", "", {{}}, Empty, api_version={version})
        return (kind, SourceKind("old", "", {{}}, Empty))
    """
    install("leadline-odd", source, "odd")
    plugins = Plugins()
    (broken,) = plugins.load(["odd"])
    assert broken.part == "new"
    with pytest.raises(PluginError) as caught:
        plugins.source_kind("new")
    assert str(caught.value).endswith(upgrade)
    assert f"version {version} of the plugin interface" in str(caught.value)
    assert plugins.source_kind("old").name == "old"


def test_an_unknown_source_names_the_nearest() -> None:
    with pytest.raises(PluginError) as caught:
        Plugins().source_kind("parkett")
    assert str(caught.value) == "no plugin gives the source `parkett`"
    assert "did you mean `parquet`?" in caught.value.hint
    assert "`leadline-parkett`" in caught.value.hint


def test_an_unknown_source_tells_which_plugins_could_not_be_loaded(install: Install) -> None:
    install("leadline-bad", "1 / 0", "bad")
    plugins = Plugins()
    plugins.load(["bad"])
    with pytest.raises(PluginError, match=r"plugin `bad` of leadline-bad 1\.0 could not be loaded"):
        plugins.source_kind("acme")


def test_a_plugin_that_is_not_installed_breaks_only_who_needs_it() -> None:
    plugins = Plugins()
    (broken,) = plugins.load(["acme", "csv"])
    assert broken == Broken("acme", "leadline-acme", "", broken.error)
    assert broken.error.startswith("it is not installed")
    assert plugins.source_kind("csv").name == "csv"
    with pytest.raises(
        PluginError, match="source `acme` is needed, and plugin `acme` of leadline-"
    ):
        plugins.source_kind("acme")


def test_a_source_is_no_output() -> None:
    with pytest.raises(PluginError, match="no plugin gives the output `sqlite`"):
        Plugins().output_kind("sqlite")


def test_a_plugin_is_loaded_once(install: Install) -> None:
    install("leadline-acme", good("acme"), "acme")
    plugins = Plugins()
    plugins.load(["acme", "acme"])
    plugins.load(["acme"])
    assert plugins.source_kind("acme") is plugins.source_kind("acme")


def test_what_plugins_give_is_sorted_by_name(install: Install) -> None:
    source = """
    @hookimpl
    def leadline_functions():
        return tuple(
            FunctionKind(name, ("text", "number"), "text", "left({0}, {1})", "Cuts.", "")
            for name in ("zeta", "alpha")
        )

    @hookimpl
    def leadline_checks():
        return (CheckKind("spelling", "Words are words.", {}, Empty),)

    @hookimpl
    def leadline_outputs():
        return (OutputKind("pager", "Calls people.", {}, Empty),)
    """
    install("leadline-words", source, "words")
    plugins = Plugins()
    assert plugins.functions() == ()
    assert plugins.load(["words"]) == ()
    assert [function.name for function in plugins.functions()] == ["alpha", "zeta"]
    assert [check.name for check in plugins.checks()] == ["spelling"]
    assert plugins.decays() == ()
    assert plugins.output_kind("pager").summary == "Calls people."


LOCAL = """
from __future__ import annotations
from dataclasses import dataclass
from leadline.plugin import SourceKind, hookimpl

@dataclass(frozen=True, slots=True)
class Rows:
    settings: object

    def read(self, context):
        return iter(())

@hookimpl
def leadline_sources():
    return (SourceKind("ours", "Rows of ours.", {}, Rows),)
"""


def test_a_folder_of_plugins_is_used_only_where_it_is_given(
    install: Install, tmp_path: Path
) -> None:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "ours.py").write_text(LOCAL)
    (folder / "bad.py").write_text("raise SystemExit")
    (folder / "_part.py").write_text("raise SystemExit")
    assert named(Plugins(), "ours") == []
    plugins = Plugins(folder)
    assert named(plugins, "_part") == []
    assert plugins.source_kind("ours").summary == "Rows of ours."
    assert named(plugins, "ours")[0].distribution == str(folder / "ours.py")
    (broken,) = plugins.load(["bad"])
    assert str(broken) == f"plugin `bad` of {folder / 'bad.py'}"


def test_a_local_plugin_never_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "csv.py").write_text(LOCAL)
    with pytest.raises(PluginError, match="two plugins are called `csv`"):
        Plugins(tmp_path).source_kind("csv")


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="does not exist"):
        Plugins(tmp_path / "none")


def test_a_plugin_that_gives_another_name_is_not_suggested_itself(install: Install) -> None:
    install("leadline-acme", good("acmee"), "acme")
    plugins = Plugins()
    plugins.load(["acme"])

    with pytest.raises(PluginError) as caught:
        plugins.source_kind("acme")

    assert caught.value.hint == "did you mean `acmee`?"
