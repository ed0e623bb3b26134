"""The space of the learner's own study: the usual ranges, and what the learner wrote over them.

A range is one text, so that a link can hold it: ``C:0.01:1000:log`` (both ends may be tried, factors
count) or ``max_depth:2:20:even`` (differences count).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from core.datasets import Task
from core.errors import require
from core.search.models import space_of
from core.search.space import Parameter, Space

StudyModel = Literal["svm", "knn", "logistic", "forest", "boosting"]
MODELS: tuple[StudyModel, ...] = get_args(StudyModel)
LOG, EVEN = "log", "even"
N_PARTS = 4
TOLERANCE = Parameter(name="epsilon", low=0.01, high=100.0, log=True)
"""How large an error a support vector machine for numbers overlooks, in the unit of the target."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """The ends of one number, and whether factors count between them."""

    name: str
    low: float
    high: float
    log: bool

    @property
    def text(self) -> str:
        """The range as a link holds it."""
        return f"{self.name}:{self.low:.12g}:{self.high:.12g}:{LOG if self.log else EVEN}"


def read_range(text: str) -> Range:
    """Return the range that `text` means; raises `SpecError` if it means none."""
    parts = text.split(":")
    require(
        len(parts) == N_PARTS and parts[0].isidentifier() and parts[3] in {LOG, EVEN},
        f"A range is written name:low:high:log or name:low:high:even, got {text[:60]!r}. "
        "Write it like C:0.01:1000:log.",
    )
    try:
        low, high = float(parts[1]), float(parts[2])
    except ValueError:
        low = high = float("nan")
    require(
        low == low and high == high,  # noqa: PLR0124  nan is what could not be read
        f"The ends of {parts[0]} are numbers, got {parts[1][:20]!r} and {parts[2][:20]!r}. "
        "Write them like 0.01 and 1000.",
    )
    return Range(name=parts[0], low=low, high=high, log=parts[3] == LOG)


def usual_space(model: StudyModel, task: Task) -> Space:
    """Return what is searched unless the learner writes other ranges."""
    space = space_of(model, task)
    return (*space, TOLERANCE) if (model, task) == ("svm", "regression") else space


def write_over(space: Space, ranges: tuple[str, ...]) -> Space:
    """Return `space` with the `ranges` that name one of its numbers; others wait for their model.

    Raises `SpecError` where a range breaks a law: low above high, a log scale that begins at 0, or a part
    of a whole number.
    """
    wanted = {one.name: one for one in map(read_range, ranges)}
    require(
        len(wanted) == len(ranges),
        "A parameter has two ranges in this link. Leave one of them out.",
    )
    return tuple(
        replace(p, low=wanted[p.name].low, high=wanted[p.name].high, log=wanted[p.name].log)
        if p.kind != "choice" and p.name in wanted
        else p
        for p in space
    )


def list_ranges(space: Space) -> tuple[Range, ...]:
    """Return the ranges that can be edited: those of the numbers in `space`."""
    return tuple(
        Range(name=p.name, low=p.low, high=p.high, log=p.log) for p in space if p.kind != "choice"
    )


def join_ranges(
    usual: Space, entered: Mapping[str, tuple[float, float, bool]], kept: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return what a link holds when `entered` was typed; ranges that are the usual ones need no room.

    `entered` has low, high and log by name; of `kept`, ranges of other models stay.
    """
    own = {one.name: one.text for one in list_ranges(usual)}
    texts = [
        Range(name=name, low=low, high=high, log=log).text
        for name, (low, high, log) in entered.items()
    ]
    others = [text for text in kept if read_range(text).name not in entered]
    return (*others, *(text for text in texts if text not in own.values()))
