"""The five hooks of a plugin, and the one place that asks them. pluggy is imported only here.

Each plugin is asked by a caller of its own: pluggy gives up all answers to a call when one
plugin raises, and lets a wrapper of one plugin change the answers of another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pluggy

from leadline.diagnostic import did_you_mean
from leadline.errors import PluginError
from leadline.plugin.blame import fault_of
from leadline.plugin.kinds import CheckKind, DecayKind, FunctionKind, Kind
from leadline.plugin.output import OutputKind
from leadline.plugin.publisher import PublisherKind
from leadline.plugin.source import SourceKind

PROJECT = "leadline"

#: Marks a function of a plugin as the answer to the hook of the same name.
hookimpl = pluggy.HookimplMarker(PROJECT)
_hookspec = pluggy.HookspecMarker(PROJECT)


class Hooks(Protocol):
    """What a plugin may answer. Every answer is a tuple of descriptors, quick to make."""

    @_hookspec
    def leadline_sources(self) -> tuple[SourceKind, ...]:
        """Return the kinds of source that the plugin gives."""
        ...

    @_hookspec
    def leadline_outputs(self) -> tuple[OutputKind | PublisherKind, ...]:
        """Return the kinds of output that the plugin gives: for messages, or for results."""
        ...

    @_hookspec
    def leadline_functions(self) -> tuple[FunctionKind, ...]:
        """Return the functions that the plugin adds to expressions."""
        ...

    @_hookspec
    def leadline_decays(self) -> tuple[DecayKind, ...]:
        """Return the kinds of decay that the plugin gives."""
        ...

    @_hookspec
    def leadline_checks(self) -> tuple[CheckKind, ...]:
        """Return the checks of rulesets that the plugin gives."""
        ...


#: The forms of descriptor that each hook answers with.
FORM_OF: dict[str, tuple[type[Kind], ...]] = {
    "leadline_sources": (SourceKind,),
    "leadline_outputs": (OutputKind, PublisherKind),
    "leadline_functions": (FunctionKind,),
    "leadline_decays": (DecayKind,),
    "leadline_checks": (CheckKind,),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a plugin gives, and what went wrong with the rest of it."""

    kinds: tuple[Kind, ...]
    faults: tuple[str, ...]


def ask(plugin: object) -> Answers:
    """Call every hook that ``plugin`` answers, each apart from the others.

    Args:
        plugin: a module, or an object with hook functions as methods.

    Returns:
        the descriptors of the hooks that answered well, in the order of the hooks' names, and
        a fault for each hook that did not.

    Raises:
        KeyboardInterrupt: the user pressed Ctrl-C; nothing else passes.
    """
    asker = pluggy.PluginManager(PROJECT)
    asker.add_hookspecs(Hooks)
    try:
        asker.register(plugin)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Answers((), (fault_of(error),))
    callers = sorted(asker.get_hookcallers(plugin) or (), key=lambda caller: caller.name)
    if not callers:
        return Answers((), (_no_hooks(),))
    kinds: list[Kind] = []
    faults: list[str] = []
    for caller in callers:
        try:
            kinds += _answer(caller)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            faults.append(fault_of(error, f"hook {caller.name}"))
    return Answers(tuple(kinds), tuple(faults))


def _answer(caller: pluggy.HookCaller) -> Iterator[Kind]:
    """Return the descriptors that one hook of one plugin answers with."""
    if not caller.has_spec():
        raise PluginError("leadline has no such hook", hint=did_you_mean(caller.name, FORM_OF))
    if any(answer.wrapper or answer.hookwrapper for answer in caller.get_hookimpls()):
        raise PluginError("it is a wrapper, and no plugin may change what others answer")
    forms = FORM_OF[caller.name]
    # pluggy drops an answer of None, so there is none or one.
    answer = next(iter(caller()), None)
    if not isinstance(answer, tuple) or not all(isinstance(kind, forms) for kind in answer):
        expected = " or ".join(form.__name__ for form in forms)
        raise PluginError(f"it returned {_described(answer)}, expected a tuple of {expected}")
    return iter(answer)


def _described(answer: object) -> str:
    """Return what an answer is made of, without its values."""
    if isinstance(answer, tuple):
        return f"a tuple of {', '.join(sorted({type(kind).__name__ for kind in answer}))}"
    return type(answer).__name__


def _no_hooks() -> str:
    hooks = ", ".join(sorted(FORM_OF))
    return f"it answers no hook: name its module, and mark one of {hooks} in there with @hookimpl"
