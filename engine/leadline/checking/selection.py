"""Which findings are wanted, and how much each matters: options and ``check:`` of leadline.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from leadline.checking.codes import KNOWN_CODES, is_error
from leadline.configuration import CheckSection
from leadline.diagnostic import Code, Diagnostic, Severity, did_you_mean, nearest
from leadline.document import Scalar
from leadline.errors import ConfigurationError, UsageError
from leadline.project import WRONG_VALUE

_BEGINNING = re.compile(r"LL[0-9]{0,2}")
_SEVERITIES = {severity.word: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class CheckRules:
    """What to say of what is found. Errors are always said.

    Args:
        select: the codes that are wanted; None: all.
        ignore: the codes that are not wanted.
        severities: code and severity, where it is not the code's own.
    """

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    severities: tuple[tuple[str, Severity], ...] = ()

    def wants(self, code: str) -> bool:
        """Say whether findings of a code are wanted."""
        if is_error(code):
            return True
        return code not in self.ignore and (self.select is None or code in self.select)

    def apply(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return what is wanted, each with the severity it shall have."""
        severities = dict(self.severities)
        return tuple(
            replace(found, kind=replace(found.kind, severity=severities[found.code]))
            if found.code in severities
            else found
            for found in diagnostics
            if self.wants(found.code)
        )


ALL = CheckRules()


def rules_of(
    section: CheckSection,
    text: str,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    plugin_checks: Sequence[Code] = (),
) -> CheckRules:
    """Return the rules that options and a project give.

    Args:
        section: what leadline.yaml says.
        text: the text of leadline.yaml, to show a mistake in.
        select: what ``--select`` names; it stands in the place of the project's ``select`` and
            ``ignore``.
        ignore: what ``--ignore`` names, besides what the project ignores.
        plugin_checks: the checks of plugins.

    Raises:
        UsageError: an option names no code, or an error is to be ignored.
        ConfigurationError: leadline.yaml does.
    """
    known = (*KNOWN_CODES, *plugin_checks)
    configured = _Configured(known)
    of_project = (
        configured.codes(section.select, errors=True),
        configured.codes(section.ignore, errors=False),
    )
    severities = configured.severities(section.severities)
    if configured.found:
        file = next(d.place.file for d in configured.found if d.place is not None)
        raise ConfigurationError(f"{file} is wrong", configured.found, {file: text})
    chosen = frozenset(code for word in _words(select) for code in _option(word, known, "--select"))
    ignored = frozenset(
        code for word in _words(ignore) for code in _option(word, known, "--ignore")
    )
    if select:
        return CheckRules(chosen, ignored, severities)
    return CheckRules(of_project[0] or None, (of_project[1] or frozenset()) | ignored, severities)


def codes_named(selector: str, known: Iterable[Code]) -> tuple[Code, ...]:
    """Return the codes that a code, a name or the beginning of a code means; none: nothing."""
    wanted = selector.casefold()
    every = tuple(known)
    exact = [code for code in every if wanted in (code.code.casefold(), code.name.casefold())]
    if exact or not _BEGINNING.fullmatch(selector.upper()):
        return tuple(exact)
    return tuple(code for code in every if code.code.startswith(selector.upper()))


def nearest_code(word: str, known: Iterable[Code]) -> str:
    """Return which codes or names were meant by a word, as a hint."""
    names = [code.name for code in known]
    if nearest(word, names):
        return did_you_mean(word, names)
    return "a code such as `LL150`, its name or, of several, their beginning such as `LL1`"


def _words(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for part in said for word in re.split(r"[,\s]+", part) if word)


def _option(word: str, known: Sequence[Code], option: str) -> tuple[str, ...]:
    found = codes_named(word, known)
    if not found:
        raise UsageError(f"{option}: nothing is called `{word}`", nearest_code(word, known))
    kept = [code for code in found if option == "--select" or not is_error(code.code)]
    if not kept:
        raise UsageError(
            f"{option}: `{word}` is an error, and errors cannot be ignored",
            hint="a ruleset with errors does not compile: correct them",
        )
    return tuple(code.code for code in kept)


class _Configured:
    """Reads what leadline.yaml says about codes, and gathers what is wrong with it."""

    def __init__(self, known: Sequence[Code]) -> None:
        self._known = known
        self.found: list[Diagnostic] = []

    def codes(self, scalars: Sequence[Scalar], *, errors: bool) -> frozenset[str]:
        """Return the codes that are named.

        Args:
            scalars: what stands there.
            errors: whether errors may be named.
        """
        return frozenset(
            code.code for scalar in scalars for code in self._codes(scalar, errors=errors)
        )

    def severities(
        self, pairs: Sequence[tuple[Scalar, Scalar]]
    ) -> tuple[tuple[str, Severity], ...]:
        """Return the severity of each code that is named."""
        read: dict[str, Severity] = {}
        for key, word in pairs:
            codes = self._codes(key, errors=False)
            if word.text not in _SEVERITIES:
                hint = "write `note`, `warning` or `error`"
                self._say(f"`{word.text}` is no severity", word, hint)
            else:
                read |= {code.code: _SEVERITIES[word.text] for code in codes}
        return tuple(read.items())

    def _codes(self, scalar: Scalar, *, errors: bool) -> tuple[Code, ...]:
        found = codes_named(scalar.text, self._known)
        if not found:
            hint = nearest_code(scalar.text, self._known)
            self._say(f"nothing is called `{scalar.text}`", scalar, hint)
        kept = tuple(code for code in found if errors or not is_error(code.code))
        if found and not kept:
            self._say(f"`{scalar.text}` is an error, which stays one", scalar, "remove it")
        return kept

    def _say(self, message: str, at: Scalar, hint: str) -> None:
        self.found.append(Diagnostic(WRONG_VALUE, message, at.place, hint))
