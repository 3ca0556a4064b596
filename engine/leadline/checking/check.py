"""Everything that is to be said about rulesets: errors, findings, and what comments ignore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from leadline.checking.beside import document_beside
from leadline.checking.codes import DATA_CODES, IGNORE_CODES, KNOWN_CODES
from leadline.checking.data import data_findings
from leadline.checking.ignores import without_ignored
from leadline.checking.plugins import check_codes, plugin_findings
from leadline.checking.repairs import with_repair
from leadline.checking.selection import CheckRules
from leadline.diagnostic import Diagnostic, in_order
from leadline.document import load
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText, check_ruleset, columns_of
from leadline.plugin import OpenCheck
from leadline.ruleset.checks import findings
from leadline.store import Store


def check_files(
    files: Sequence[RulesetText],
    store: Store | None,
    rules: CheckRules,
    today: date,
    checks: Sequence[OpenCheck] = (),
) -> tuple[Diagnostic, ...]:
    """Return all that is to be said about rulesets.

    Args:
        files: the rulesets as loaded.
        store: the data to check them against; None checks each in itself.
        rules: which findings are wanted.
        today: what counts as today where a rule ends or is to be reviewed.
        checks: the checks of plugins; see ``open_checks``.

    Returns:
        Errors, and of the files without errors the findings that no comment ignores, by file and
        line, with a fix where a program can know one.

    Raises:
        PluginError: a check of a plugin failed.
    """
    catalog = columns_of(store) if store is not None else None
    wanted = [check for check in checks if rules.wants(check.name)]
    found: list[Diagnostic] = []
    for file in files:
        found += _of_file(file, store, catalog, rules, today, wanted)
    return in_order(rules.apply(found))


def reread(file: RulesetText, text: str) -> RulesetText:
    """Return a ruleset with another text, as if it were read from its file."""
    loaded = load(text.encode(errors="replace"), file.file)
    return replace(file, text=loaded.text, document=loaded.document, diagnostics=loaded.diagnostics)


def _of_file(
    file: RulesetText,
    store: Store | None,
    catalog: Catalog | None,
    rules: CheckRules,
    today: date,
    checks: Sequence[OpenCheck],
) -> tuple[Diagnostic, ...]:
    ruleset, errors = check_ruleset(file, catalog, store)
    if ruleset is None or file.document is None:
        return tuple(with_repair(error, file.text) for error in errors)
    beside = document_beside(file)
    found = [*errors, *findings(ruleset, file.document, catalog, today, beside)]
    found += plugin_findings(checks, file.document)
    judged = {code.code for code in KNOWN_CODES if code not in (*DATA_CODES, *IGNORE_CODES)}
    judged |= {check.name for check in checks}
    if store is not None and catalog is not None and any(map(rules.wants, _DATA)):
        found += tuple(data_findings(ruleset, file, store, catalog, today, found))
        judged |= _DATA
    known = (*KNOWN_CODES, *check_codes(checks))
    return without_ignored(found, file.document, known, judged)


_DATA = frozenset(code.code for code in DATA_CODES)
