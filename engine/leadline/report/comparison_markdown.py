"""A comparison as Markdown for a pull request: the headline first, long tables folded away.

Whatever comes from data or from a ruleset stands in code spans, so that no id is read as markup
or as a mention.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence

from leadline.report.comparison import Change, Comparison, Effect, RulesetComparison
from leadline.report.comparison_text import (
    JUDGED,
    counted,
    headline,
    judged_of,
    moved,
    named,
    tables,
    unchanged,
    unjudged_of,
    untold_of,
)
from leadline.report.diagnostics import visible
from leadline.report.listing import Listing, numeric, shown

#: Changes that are shown at once; further ones are folded away.
_MOST_CHANGES = 12
_AT_ONCE = ("Scores that change", JUDGED)


def comparison_markdown(comparison: Comparison) -> str:
    """Write a comparison as Markdown, about a screen of it before what is folded away."""
    blocks: list[str] = []
    for one in comparison.rulesets:
        blocks += _ruleset(one, comparison)
    if not comparison.rulesets:
        blocks.append(f"**{_escaped(unchanged(comparison))}**")
    # What failed stands below the first headline, where nobody has to look for it.
    place = 3 if comparison.rulesets else 1
    blocks[place:place] = _verdict(comparison)
    return "\n\n".join(blocks) + "\n"


def _ruleset(one: RulesetComparison, comparison: Comparison) -> Iterator[str]:
    sides = f"{code(named(comparison.base))} → {code(named(comparison.head))}"
    was = f", was {code(one.was)}" if one.was else ""
    yield f"### leadline diff: {code(one.model)}"
    yield f"{sides} in {code(one.file)}{was}"
    if one.state != "both":
        yield f"**The ruleset is {one.state} at the head; there is nothing to compare.**"
        return
    effect = one.effect
    if effect is not None and effect.nothing:
        yield f"**Nothing changes for any of {effect.head_leads:,} leads** on {effect.as_of}."
    elif effect is not None:
        yield f"**{_escaped(headline(effect))}.** On {effect.as_of} ({_escaped(effect.timezone)})."
    elif one.changes:
        yield f"**{counted(len(one.changes), 'change')}**, and no data to see what they do"
    else:
        yield "**No change in meaning: only the layout, comments or order differ.**"
    if effect is not None and effect.untold:
        yield _escaped(untold_of(effect))
    yield from _changes(one)
    if effect is not None and not effect.nothing:
        yield from _effect(effect)


def _changes(one: RulesetComparison) -> Iterator[str]:
    loud, quiet = one.loud, one.quiet
    if loud:
        yield _changes_table(loud[:_MOST_CHANGES])
    if len(loud) > _MOST_CHANGES:
        rest = loud[_MOST_CHANGES:]
        yield _folded(f"{len(rest)} more changes", _changes_table(rest))
    if quiet:
        many = "1 change" if len(quiet) == 1 else f"{len(quiet)} changes"
        yield _folded(f"{many} of notes, owners and sections", _changes_table(quiet))


def _changes_table(changes: Iterable[Change]) -> str:
    rows = []
    for change in changes:
        what = change.key or change.kind
        rows.append((code(change.subject or "model"), code(what), _given(change.old),
                     _given(change.new), code(named(change.place))))  # fmt: skip
    return _table(("what", "key", "before", "after", "where"), rows, ())


def _given(text: str | None) -> str:
    return code(text) if text is not None else ""


def _effect(effect: Effect) -> Iterator[str]:
    for moves in effect.moves:
        if moves.of == "stage":
            yield _listed(moved(moves))
    for listing in tables(effect):
        if listing.title in _AT_ONCE:
            yield _listed(listing)
        if listing.title == JUDGED:
            yield _escaped(judged_of(effect))
    if effect.unjudged:
        yield _escaped(unjudged_of(effect))
    for listing in tables(effect):
        if listing.title not in _AT_ONCE and not listing.title.startswith("Stage moves"):
            yield _folded(listing.title, _rows(listing))


def _verdict(comparison: Comparison) -> Iterator[str]:
    if comparison.failed:
        lines = (
            f"- ❌ {code(failed.threshold)}: it is {_escaped(failed.value)} in {code(failed.model)}"
            for failed in comparison.failed
        )
        yield "\n".join(lines)
    elif comparison.checked:
        many = "the threshold is" if comparison.checked == 1 else "all thresholds are"
        yield f"✅ {many} kept"


def _listed(listing: Listing) -> str:
    return f"**{_escaped(listing.title)}**\n\n{_rows(listing)}"


def _rows(listing: Listing) -> str:
    """Return a listing as a pipe table; texts in code spans, numbers to the right."""
    numbers = numeric(listing)
    rows = [
        [
            shown(value) if number or not isinstance(value, str) else code(value)
            for value, number in zip(row, numbers, strict=True)
        ]
        for row in listing.rows
    ]
    right = [place for place, number in enumerate(numbers) if number]
    return _table([_escaped(name) for name in listing.columns], rows, right)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int]) -> str:
    aligns = ["---:" if place in right else "---" for place in range(len(headings))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (headings, aligns, *rows))


def _folded(summary: str, body: str) -> str:
    # Within the tag Markdown is not read, so it takes the escapes of HTML.
    return f"<details><summary>{html.escape(visible(summary))}</summary>\n\n{body}\n\n</details>"


def code(text: str) -> str:
    """Return a text as a code span that may stand in a cell of a table."""
    said = visible(" ".join(text.split())).replace("|", "\\|")
    if not said:
        return ""
    longest = max((len(run) for run in _runs_of_ticks(said)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if said.startswith("`") or said.endswith("`") else ""
    return f"{fence}{pad}{said}{pad}{fence}"


def _runs_of_ticks(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]


def _escaped(text: str) -> str:
    """Return plain words in which nothing is markup."""
    said = visible(text).replace("->", "→")
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#~" else char for char in said)
