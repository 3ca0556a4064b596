"""Two sides compared: what changed in each ruleset, and what that does on data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadline.comparison.changes import find_changes, find_written_changes
from leadline.comparison.effects import Asked, effect_of, side_of
from leadline.comparison.hindsight import Sides, judge
from leadline.comparison.recent import Both
from leadline.comparison.sides import Pair, TwoSides
from leadline.diagnostic import Diagnostic
from leadline.errors import RulesetError
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText, Tick, check_ruleset, columns_of
from leadline.report.comparison import Change, Comparison, RulesetComparison
from leadline.ruleset.model import Ruleset
from leadline.store import Store


def compare(sides: TwoSides, store: Store | None, asked: Asked, tick: Tick) -> Comparison:
    """Compare the rulesets of two sides.

    Args:
        sides: what is compared.
        store: the data; None compares what the rulesets mean and nothing else.
        asked: what is asked of the effect.
        tick: told of progress.

    Raises:
        RulesetError: a ruleset does not compile; carries every mistake of both sides.
        UsageError: no stage or segment is called as asked.
    """
    catalog = columns_of(store) if store is not None else None
    differing = [pair for pair in sides.pairs if not pair.is_same]
    built = _built(differing, catalog, store)
    found = []
    for pair in differing:
        tick(f"comparing {pair.file}", 0, 0)
        found.append(_compared(pair, built, store, catalog, asked, tick))
    same = len(sides.pairs) - len(differing)
    return Comparison(sides.base, sides.head, tuple(found), same)


def _built(
    pairs: Sequence[Pair], catalog: Catalog | None, store: Store | None
) -> dict[str, Ruleset]:
    """Build every ruleset of both sides: by the name of its file."""
    texts = [text for pair in pairs for text in (pair.base, pair.head) if text is not None]
    rulesets: dict[str, Ruleset] = {}
    said: list[Diagnostic] = []
    for text in texts:
        ruleset, diagnostics = check_ruleset(text, catalog, store)
        if ruleset is None:
            said += diagnostics
        else:
            rulesets[text.file] = ruleset
    if said:
        sources = {text.file: text.text for text in texts}
        raise RulesetError("a side of the comparison does not compile", said, sources)
    return rulesets


def _compared(
    pair: Pair,
    built: dict[str, Ruleset],
    store: Store | None,
    catalog: Catalog | None,
    asked: Asked,
    tick: Tick,
) -> RulesetComparison:
    base, head = (built[text.file] if text is not None else None for text in (pair.base, pair.head))
    if base is None or head is None:
        one = head or base
        assert one is not None  # noqa: S101 - a pair has a side
        return RulesetComparison(
            one.model, pair.file, "", "gone" if head is None else "new", (), None, *_names(one)
        )
    changes, renames = find_changes(base, head)
    changes = (*_written(pair.base, pair.head), *changes)
    effect = None
    if store is not None and catalog is not None:
        assert pair.base is not None and pair.head is not None  # noqa: S101, PT018 - they were built
        both = Both(
            store.database,
            catalog,
            pair.head.extensions,
            side_of(base, asked.as_of),
            side_of(head, asked.as_of),
        )
        effect = effect_of(both, renames, asked)
        if asked.backtest:
            known = Sides((pair.base, base), (pair.head, head))
            found, why = judge(store, known, renames, effect, asked.as_of, tick)
            effect = replace(effect, backtest=found, unjudged=why)
    return RulesetComparison(
        head.model, pair.file, pair.was, "both", changes, effect, *_names(head)
    )


def _names(ruleset: Ruleset) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of scores, segments and account scores."""
    return (
        tuple(score.name for score in ruleset.scores),
        tuple(segment.name for segment in ruleset.segments),
        tuple(account.name for account in ruleset.accounts),
    )


def _written(base: RulesetText | None, head: RulesetText | None) -> tuple[Change, ...]:
    if base is None or head is None or base.document is None or head.document is None:
        return ()
    return tuple(find_written_changes(base.document, head.document))
