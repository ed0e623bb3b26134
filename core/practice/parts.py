"""The parts of a practice item: options, keys, steps, pairs, the picture, and the run behind them."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from core.errors import SpecError, require
from core.practice.numbers import parse_number

_FOREIGN = re.compile(r"<[a-zA-Z/!]|\]\(|!\[|^#|\$", re.MULTILINE)


def _check_prose(text: str) -> str:
    found = _FOREIGN.search(text)
    if found is not None:
        message = (
            "prose may hold paragraphs, lists, tables, bold, italics and `code`, "
            f"not {found.group()!r}"
        )
        raise SpecError(message)
    return text


def _as_number(value: object) -> object:
    return parse_number(value) if isinstance(value, str) else value


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
"""A chapter or a lesson, named as its folder or file is."""
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Prose = Annotated[
    str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_check_prose)
]
Number = Annotated[float, BeforeValidator(_as_number)]
"""Written as a learner may write it: ``2/11`` keeps the key unrounded."""


Link = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\?[^\s#]+)?$", max_length=300)]
"""A lesson and its settings, as in the address bar: ``thresholds?data=churn&threshold=0.9``."""
Address = Annotated[str, StringConstraints(pattern=r"^core(\.[a-z][a-z0-9_]*)+:[a-z]\w*$")]
"""A function of core: module, colon, name."""
Claims = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
"""Sentences about facts that a run must confirm; see `core.practice.proof`."""


class Part(BaseModel):
    """What all parts have in common: frozen, nothing unknown, no infinite number."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


class Source(Part):
    """A page outside Glassroom, named so that it can be found; its words are never copied."""

    title: Prose
    address: Annotated[str, StringConstraints(pattern=r"^https://[^\s()<>\[\]]+$", max_length=200)]


class Reviewed(Part):
    """What stands behind a statement that no run here can prove: who read it where, and when."""

    reason: Prose
    """Why it cannot be run here."""
    by: Prose
    on: date
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]


class Misconception(Part):
    """A belief that leads to wrong answers, and the experiment that refutes it."""

    name: Prose
    sentence: Prose
    """What one would have to believe, as a plain statement."""
    refuted_by: Link | None = None
    """Where the belief can be seen to fail: ``thresholds?data=churn&threshold=0.9``."""
    compared_with: Link | None = None
    """Other settings of the same lesson, where failing takes two runs."""
    shows: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    """What the run at `refuted_by` must show; facts of the other run end in ``_against``."""
    by_item: Slug | None = None
    """The item whose own run refutes it, or what its reviewer read, where no lab does."""
    reviewed: Reviewed | None = None
    """What refutes it instead, where it is about something that cannot be run here."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        ways = [self.refuted_by is not None, self.by_item is not None, self.reviewed is not None]
        require(
            sum(ways) == 1 and (len(self.shows) > 0) == ways[0],
            "a misconception is refuted_by a run of a lab with what it shows, by_item, or reviewed",
        )
        return self


class Mend(Part):
    """A change to one line of a program: what an option of a find-the-bug item proposes."""

    line: Annotated[int, Field(ge=1)]
    to: Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]
    """The line as it would read instead, indentation and all."""


class Bug(Part):
    """Makes an item find-the-bug: `code` really goes wrong, and one option's change mends it."""

    cured: Claims
    """Claims that the run must refute for the program as it is and for each wrong option's change, and
    confirm for the change of the right one."""


class Picture(Part):
    """Makes an item read-the-chart: a figure that `core` draws from a real run."""

    function: Address
    """It takes `args` and is annotated to return a Plotly figure."""
    args: dict[str, Any] = Field(default_factory=dict)
    alt: Prose
    """What can be seen, for those who do not see it; it must not give the answer away."""


class Option(Part):
    """One choice of a single-choice or a multiple-choice item."""

    id: Slug
    text: Prose
    correct: bool = False
    feedback: Prose
    misconception: Slug | None = None
    """Required when the option is wrong, absent when it is right."""
    fact: FactName | None = None
    """The fact of the check that yields this option's number; in a multi item the fact that is 1 if the
    option is right and 0 if it is wrong."""
    mend: Mend | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        require(
            self.correct == (self.misconception is None),
            f"option {self.id!r}: a wrong option names its misconception, the right one has none",
        )
        return self


class Step(Part):
    """One step of an order item; the file lists them in the right order."""

    id: Slug
    text: Prose
    feedback: Prose | None = None
    """Said when this step was put before the one above it; the first step has none."""
    misconception: Slug | None = None
    fact: FactName | None = None
    """A fact of the check; down the steps these facts must rise."""


class Choice(Part):
    """What the left sides of a match item may be matched with, once, often or never."""

    id: Slug
    text: Prose


Shown = Option | Step | Choice
"""What is put before a learner in an order that is drawn."""


class Pair(Part):
    """One left side of a match item and the choice that belongs to it."""

    id: Slug
    left: Prose
    choice: Slug
    feedback: Prose
    """Said when something else was matched with it."""
    misconception: Slug
    fact: FactName | None = None
    """The fact of the check that the text of the choice shows, where that is a number."""


class Tolerance(Part):
    """How far an entry may lie from the key; `decimals` is what the learner is asked to give."""

    abs: Annotated[float, Field(ge=0)] = 0.0
    rel: Annotated[float, Field(ge=0)] = 0.0
    decimals: Annotated[int, Field(ge=0, le=6)]
    """0 asks for a whole number."""


class NumericAnswer(Part):
    """The key of a numeric item: unrounded, and equal to what the check computes."""

    value: Number
    tolerance: Tolerance
    unit: Prose | None = None
    lowest: Number | None = None
    """An entry outside the possible range is asked back, not marked wrong."""
    highest: Number | None = None
    feedback: Prose
    """Said after a right answer: why it is right."""

    def accepts(self, entry: float) -> bool:
        """Return whether `entry` counts as this answer."""
        return abs(entry - self.value) <= self.margin

    @property
    def margin(self) -> float:
        """The allowed distance: at least half a unit of the last decimal asked for."""
        tolerance = self.tolerance
        half_unit: float = 0.5 * 10**-tolerance.decimals
        return max(tolerance.abs, tolerance.rel * abs(self.value), half_unit) + 1e-12

    @model_validator(mode="after")
    def _check(self) -> Self:
        low = self.value if self.lowest is None else self.lowest
        high = self.value if self.highest is None else self.highest
        require(low <= self.value <= high, "the key must lie between lowest and highest")
        require(self.unit != "%", "ask for a share (0.85), a learner may then write 85 % as well")
        return self


class NearMiss(Part):
    """A wrong number that a known misconception yields."""

    value: Number
    misconception: Slug
    feedback: Prose
    fact: FactName | None = None
    """The fact of the check that yields this number."""


class Check(Part):
    """The run that proves the key."""

    function: Address
    """``core.practice.checks:metrics_of_counts``; it returns named facts."""
    args: dict[str, Any] = Field(default_factory=dict)
    """Texts from the file; the function's own annotations say what they mean."""
    kind: Literal["key", "proof"]
    expect: Claims
    """Claims that must hold, such as ``a > b``; for ``key`` the first is the name of the answer."""
    words: dict[FactName, Prose] = Field(default_factory=dict)
    """How a fact is called in front of a learner, where its name alone is not plain enough."""
