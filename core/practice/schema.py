"""What a practice item is, whoever shows it: the first file to read for whoever writes one.

A lesson's items stand in ``bank/<chapter>/<lesson>.yaml``. The file says what is asked and what each
wrong answer would have us believe; `check` names the function that is really run to prove the key (see
`core.practice.proof`).

An item whose numbers vary is a *family*. It has a ``vary`` section and templates where numbers stand::

    - id: price-of-a-confident-mistake
      version: 1
      type: numeric
      vary: {function: "core.metrics.probabilities.checks:draw_mistake"}
      stem: |
        A model gives a parcel a probability of {{ given }} of arriving late. It arrives late. …?
      answer: {value: "{{ loss }}", tolerance: {decimals: 2}, feedback: "… = {{ loss|number(2) }}."}
      check:
        function: core.metrics.probabilities.checks:price_mistake
        args: {given: "{{ given }}"}
        kind: key
        expect: loss

- The function takes a NumPy generator and returns `core.practice.family.Values` (texts, numbers, lists
  and mappings by name), or None if these numbers make no good question. It works the key out from a
  formula; the check finds it again by a run.
- Every text but the heading (id to difficulty) may hold ``{{ name }}`` and Jinja's conditions. An arg of
  the check that is just ``"{{ name }}"`` gets the value itself, a list as a list. Put quotes around a
  value that starts with a brace.
- ``{{ n }}`` writes a number as a key, an option or a link needs it. In prose use
  ``{{ n|number }}`` (1,200), ``{{ x|number(2) }}`` (0.70, −0.26), ``{{ share|percent }}`` (59 %) and
  ``{{ n|plural("part") }}`` (1 part, 3 parts).
- Options that are numbers are put in ascending order by themselves.
- ``glassroom bank build <lesson>`` then deploys 30 to 60 variants into ``<lesson>.variants.json``, each
  held against the rules of good items and proved by its own run. Only these are ever asked. Build again,
  and raise the version, when stem, options or key change; ``glassroom bank check`` tells.
"""

import re
from collections import Counter
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


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


class Misconception(_Model):
    """A belief that leads to wrong answers, and the experiment that refutes it."""

    name: Prose
    sentence: Prose
    """What one would have to believe, as a plain statement."""
    refuted_by: Link
    """Where the belief can be seen to fail: ``thresholds?data=churn&threshold=0.9``."""
    compared_with: Link | None = None
    """Other settings of the same lesson, where failing takes two runs."""
    shows: Claims
    """What the run at `refuted_by` must show; facts of the other run end in ``_against``."""


class Option(_Model):
    """One choice of a single-choice item."""

    id: Slug
    text: Prose
    correct: bool = False
    feedback: Prose
    misconception: Slug | None = None
    """Required when the option is wrong, absent when it is right."""
    fact: FactName | None = None
    """The fact of the check that yields this option's number."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        require(
            self.correct == (self.misconception is None),
            f"option {self.id!r}: a wrong option names its misconception, the right one has none",
        )
        return self


class Tolerance(_Model):
    """How far an entry may lie from the key; `decimals` is what the learner is asked to give."""

    abs: Annotated[float, Field(ge=0)] = 0.0
    rel: Annotated[float, Field(ge=0)] = 0.0
    decimals: Annotated[int, Field(ge=0, le=6)]
    """0 asks for a whole number."""


class NumericAnswer(_Model):
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


class NearMiss(_Model):
    """A wrong number that a known misconception yields."""

    value: Number
    misconception: Slug
    feedback: Prose
    fact: FactName | None = None
    """The fact of the check that yields this number."""


class Check(_Model):
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


class Heading(_Model):
    """What an item says of itself, whatever its numbers are."""

    id: Slug
    version: Annotated[int, Field(ge=1)]
    """Rises when stem, options or key change, so that statistics start anew."""
    type: Literal["single", "numeric"]
    chapter: FileName
    lesson: FileName
    objective: Slug
    skills: Annotated[tuple[Slug, ...], Field(min_length=1)]
    bloom: Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
    difficulty: Annotated[int, Field(ge=1, le=3)]


class Vary(_Model):
    """Where the numbers of a family come from."""

    function: Address
    """``core.metrics.classes.checks:draw_matrix``; it returns `core.practice.family.Values`."""


class Family(Heading):
    """An item whose numbers vary: its heading, and all else as it was written, templates and all."""

    vary: Vary
    place: str
    """File and line, for messages."""
    template: dict[str, Any]


class Item(Heading):
    """One question, everything that is said about each answer, and the proof of its key."""

    seed: Annotated[int, Field(ge=0)] | None = None
    """Which variant of its family this is; None, if the item has only these numbers."""
    stem: Prose
    code: str | None = None
    options: tuple[Option, ...] = ()
    answer: NumericAnswer | None = None
    near_misses: tuple[NearMiss, ...] = ()
    explanation: Prose
    hints: tuple[Prose, ...] = ()
    refs: tuple[Link, ...] = ()
    check: Check
    exam_only: bool = False
    author: Prose = "Glassroom"
    licence: Prose = "as Glassroom itself"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.type == "single":
            self._check_single()
        else:
            self._check_numeric()
        return self

    def _check_single(self) -> None:
        require(
            self.answer is None and not self.near_misses,
            "a single-choice item has options, no answer and no near_misses",
        )
        require(len(self.options) >= 3, f"give at least 3 options, got {len(self.options)}")
        n_keys = sum(option.correct for option in self.options)
        require(n_keys == 1, f"exactly one option is correct, got {n_keys}")
        repeated = [i for i, n in Counter(option.id for option in self.options).items() if n > 1]
        require(not repeated, f"option ids must differ, {', '.join(repeated)} appears twice")

    def _check_numeric(self) -> None:
        require(not self.options, "a numeric item has an answer and near_misses, no options")
        if self.answer is None:
            message = "a numeric item needs an answer"
            raise SpecError(message)
        values = [self.answer.value, *(miss.value for miss in self.near_misses)]
        margin = 2 * self.answer.margin
        if self.answer.tolerance.decimals == 0:
            margin -= 1e-9  # entries are whole, so neighbours (18 and 19 models) are told apart
        clash = [(a, b) for i, a in enumerate(values) for b in values[:i] if abs(a - b) <= margin]
        require(
            not clash, f"key and near misses must lie further apart than the tolerance: {clash}"
        )

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Ids of the misconceptions that this item can reveal."""
        named = [option.misconception for option in self.options if option.misconception]
        return (*named, *(miss.misconception for miss in self.near_misses))
