"""``leadline test --record``: a case from real data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leadline.cli.options import Work, work_on
from leadline.cli.output import note, write_text
from leadline.cli.past import absent
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.pipeline import Evaluation, choose_any_score, evaluate
from leadline.report.terminal import working
from leadline.testing.finding import is_test_file, main_tests, ruleset_of
from leadline.testing.recording import draft, standing_of, unmet_by
from leadline.testing.standins import Replaced, with_standins
from leadline.testing.writing import Draft, added, free_name, read_text


@dataclass(frozen=True, slots=True)
class Recording:
    """What ``--record`` is asked.

    Attributes:
        lead: the lead.
        ruleset: the ruleset, or one of its test files; None is the project's only one.
        data: a folder of data; None is the project's store.
        as_of: the date; None is today.
        name: what the case is called; None makes a name.
        score: expect this score alone.
        output: where to write to; ``-`` prints the case; None is the test file.
    """

    lead: str
    ruleset: Path | None
    data: Path | None
    as_of: str | None
    name: str | None
    score: str | None
    output: Path | None


def record(asked: Recording) -> int:
    """Write a case from what a lead did and what came of it; say what was replaced.

    Raises:
        UsageError: there is no such lead, or its case would not pass.
    """
    test = asked.ruleset if asked.ruleset is not None and is_test_file(asked.ruleset) else None
    ruleset = ruleset_of(test) if test is not None else asked.ruleset
    with work_on(ruleset, asked.data) as work:
        case, catalog, evaluated = _drafted(work, asked)
        unmet = unmet_by(work.text, case, catalog)
        if unmet:
            first = unmet[0]
            raise UsageError(
                f"the case of {asked.lead} would not pass: {first.what} would be {first.actual}, "
                f"and is {first.expected}",
                hint="it depends on more than the lead's own rows; `--score NAME` records less",
            )
        case, replaced = with_standins(
            case, evaluated.ruleset, lambda changed: not unmet_by(work.text, changed, catalog)
        )
    target = asked.output or test or main_tests(Path(work.text.file))
    _write(case, asked, target, evaluated)
    for line in _said(replaced):
        note(line)
    return 0


def _drafted(work: Work, asked: Recording) -> tuple[Draft, Catalog, Evaluation]:
    with working("scoring"):
        evaluated = _evaluated(work, asked)
        on = asked.as_of or str(evaluated.as_of.day)
        if asked.score is not None:
            choose_any_score(evaluated.ruleset, asked.score)
        standing = standing_of(work.store, evaluated, asked.lead, on)
        evaluated = _evaluated(work, asked)
    case = draft(evaluated, asked.lead, standing, on=on, only=asked.score)
    return case, evaluated.catalog, evaluated


def _evaluated(work: Work, asked: Recording) -> Evaluation:
    evaluated = evaluate(work.store, work.text, asked.as_of, lead=asked.lead)
    if not work.store.database.value("SELECT count(*) FROM lead"):
        raise absent(work.store, asked.lead, "--record")
    return evaluated


def _write(case: Draft, asked: Recording, target: Path, evaluated: Evaluation) -> None:
    prints = str(target) == "-"
    before = None if prints else read_text(target)
    name = asked.name or free_name(before, str(target), f"a lead recorded on {case.on}")
    text = added(before, str(target), name, case)
    write_text(text, None if prints else target)
    if not prints:
        note(f"added the case `{name}` to {target}")


def _said(replaced: tuple[Replaced, ...]) -> list[str]:
    new = ", ".join(one.column for one in replaced if not one.kept)
    kept = ", ".join(one.column for one in replaced if one.kept)
    lines = [f"replaced by stand-ins: {new}"] if new else []
    if kept:
        lines.append(f"kept, because the case fails without: {kept}; look before you commit")
    return lines
