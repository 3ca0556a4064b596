"""Draw what follows from scores over time: stages of every form, and segments."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from tests.oracle.conditions import COUNTS, LEAD_TESTS, event_conditions, filled, joined
from tests.oracle.rulesets import Entry, dated, models, put, sometimes

STAGES = ("aware", "engaged", "sales_ready")
_BOUNDS = (("0", "5", "12"), ("2", "8", "20"), ("-3", "1", "10"))
_RANKS = (
    "top 50% by {0}",
    "top 1 by {0}",
    "top 33% by {0}",
    "bottom 2 by {0}",
    "bottom 10% by {0}",
)
_OVER_TIME = (
    "quiet({0}, 7 days)",
    "quiet({0}, 1 day)",
    "quiet({0}, 1 month)",
    "change({0}, 7 days) > 0",
    "change({0}, 1 day) < -1",
    "change({0}, 2 weeks) >= 5",
)
_OF_SCORES = ("score.{0} >= 5", "score.{0} > 20", "score.{0} between 1 and 12", "score.{0} <= 0")
_OF_STAGES = (
    "stage is engaged",
    "stage is sales_ready",
    "stage is missing",
    "stage in [aware, sales_ready]",
    "stage is not aware",
)
# Decays by the age whose sum an engine may take from a closed form.
_SMOOTH = {"half_life": {"expire": "1 week"}, "linear": {"steps": "10% every 1 week"}}


@st.composite
def models_over_time(draw: st.DrawFn, zone: str, anchor: date) -> Entry:
    """Draw a ruleset with stages and segments; half of them have no smooth decay."""
    top: Entry = draw(models(zone, anchor, most_scores=2))
    if sometimes(draw, 2):
        top = _without_smooth_decay(top)
    # Fields of leads change over time, and with them who is scored.
    put(draw, top, 3, "leads", ("lead.country is not US", "not tag.track is nurture"))
    single = [name for name, entry in top["scores"].items() if "per" not in entry]
    top.pop("stages", None)
    if not sometimes(draw, 5):
        top["stages"] = draw(_stages(top, tuple(single)))
    for name, account in top.get("accounts", {}).items():
        put(draw, account, 1, "stages", _switches(name))
    top["segments"] = {
        f"list_{number}": draw(_segments(top, tuple(single)))
        for number in range(1, draw(st.integers(2, 4)))
    }
    written: Entry = dated(top, anchor)
    return written


@st.composite
def _stages(draw: st.DrawFn, top: Entry, scores: tuple[str, ...]) -> Entry:
    forms = ("content", "content", "tag", "tag", *(("score",) * 5 if scores else ()))
    form = draw(st.sampled_from(forms))
    if form == "score":
        name = draw(st.sampled_from(scores))
        entry: Entry = draw(_switches(name))
        if "sales_ready" in top["scores"][name] and sometimes(draw, 3):
            entry["steps"] = f"equal [{', '.join(STAGES)}]"
        return entry
    steps = [{"name": name} for name in STAGES]
    if form == "tag":
        return {"by": "tag track", "steps": steps}
    entry = {"by": "content", "steps": steps}
    put(draw, entry, 3, "and", event_conditions())
    return entry


@st.composite
def _switches(draw: st.DrawFn, score: str) -> Entry:
    steps: list[dict[str, str]] = []
    for name, at in zip(STAGES, draw(st.sampled_from(_BOUNDS)), strict=True):
        step = {"name": name, "at": at}
        if sometimes(draw, 3):
            step["leave_below"] = f"{float(at) - draw(st.sampled_from((0.5, 4, 15))):g}"
        steps.append(step)
    entry: Entry = {"by": f"score {score}", "steps": steps}
    put(draw, entry, 4, "backward", ("false", "true"))
    return entry


def _segments(top: Entry, single: tuple[str, ...]) -> st.SearchStrategy[str]:
    kinds: list[tuple[str, ...]] = [LEAD_TESTS, COUNTS]
    if single:
        kinds += [_of(_RANKS, single), _of(_OVER_TIME, single), _of(_OF_SCORES, single)] * 2
    graded = tuple(name for name in single if "grades" in top["scores"][name])
    if graded:
        kinds.append(tuple(test for name in graded for test in _of_grades(top, name)))
    if "stages" in top:
        kinds += [_OF_STAGES] * 2
    if "matrix" in top:
        kinds.append(_of_cells(top["matrix"]))
    return joined(st.sampled_from(kinds).flatmap(filled))


def _of_grades(top: Entry, score: str) -> tuple[str, ...]:
    letters = list(top["scores"][score]["grades"])
    several = f"grade.{score} in [{', '.join(letters[:2])}]"
    return (f"grade.{score} is {letters[0]}", several, f"grade.{score} is missing")


def _of_cells(matrix: Entry) -> tuple[str, ...]:
    first, second = (list(cells) for cells in matrix.values())
    cells = [f'"{one}{other}"' for one in first for other in second]
    several = f"matrix in [{', '.join(cells[1:4])}]"
    return (f"matrix is {cells[0]}", "matrix is missing", several)


def _of(tests: tuple[str, ...], scores: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(test.format(score) for test in tests for score in scores)


def _without_smooth_decay(value: Any) -> Any:
    """Return the entry with other decays of the age in the place of smooth ones."""
    if not isinstance(value, dict):
        return value
    kept = {key: _without_smooth_decay(part) for key, part in value.items()}
    for kind, instead in _SMOOTH.items():
        if isinstance(kept.get("decay"), dict) and kind in kept["decay"]:
            floor = {key: part for key, part in kept["decay"].items() if key == "floor"}
            kept["decay"] = {**instead, **floor}
    return kept
