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

How an item is answered is its ``type``:

- ``single``: ``options``, one of them ``correct: true``; every other names its misconception.
- ``multi``: the same with two or more correct ones. The question says how many ("Which two …?").
- ``numeric``: ``answer`` with its tolerance, and ``near_misses`` that known misconceptions yield.
- ``order``: ``steps`` from first to last. Every step but the first has the feedback and the misconception of
  whoever puts it before the step above it, so that each wrong order is explained.
- ``match``: ``choices``, and ``pairs`` of a ``left`` and the choice that belongs to it.

Any of them may be about a chart (``picture``: a figure that core draws from a real run), and a single item
about a bug: ``code`` that really goes wrong, options that each ``mend`` one line, and ``bug: {cured: […]}``,
what must hold after the right change and after no other. What cannot be run here (the
ways of a platform) has ``reviewed`` in place of ``check``.

``glassroom bank build <lesson>`` then deploys 30 to 60 variants into ``<lesson>.variants.json``, each
held against the rules of good items and proved by its own run. Only these are ever asked. Build again, and
raise the version, when stem, options or key change; ``glassroom bank check`` tells.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from core.errors import SpecError, require
from core.practice.parts import (
    Address,
    Bug,
    Check,
    Choice,
    FileName,
    Link,
    NearMiss,
    NumericAnswer,
    Option,
    Pair,
    Part,
    Picture,
    Prose,
    Reviewed,
    Slug,
    Step,
)

Type = Literal["single", "multi", "numeric", "order", "match"]
"""How an item is answered."""
Form = Literal["single", "multi", "numeric", "order", "match", "chart", "bug"]
"""What an item is to a person: a question about a chart or a bug is one whatever its answer is."""


class Heading(Part):
    """What an item says of itself, whatever its numbers are."""

    id: Slug
    version: Annotated[int, Field(ge=1)]
    """Rises when stem, options or key change, so that statistics start anew."""
    type: Type
    chapter: FileName
    lesson: FileName
    objective: Slug
    skills: Annotated[tuple[Slug, ...], Field(min_length=1)]
    bloom: Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
    difficulty: Annotated[int, Field(ge=1, le=3)]


class Vary(Part):
    """Where the numbers of a family come from."""

    function: Address
    """``core.metrics.classes.checks:draw_matrix``; it returns `core.practice.family.Values`."""


class Family(Heading):
    """An item whose numbers vary: its heading, and all else as it was written, templates and all."""

    vary: Vary
    place: str
    """File and line, for messages."""
    template: dict[str, Any]


PARTS = ("options", "answer", "near_misses", "steps", "choices", "pairs")
PARTS_OF: Mapping[Type, set[str]] = {
    "single": {"options"},
    "multi": {"options"},
    "numeric": {"answer", "near_misses"},
    "order": {"steps"},
    "match": {"choices", "pairs"},
}
NEEDS: Mapping[Type, str] = {
    "single": "options",
    "multi": "options",
    "numeric": "an answer and near_misses",
    "order": "steps",
    "match": "choices and pairs",
}
_A: Mapping[Type, str] = {
    "single": "a single-choice",
    "multi": "a multi",
    "numeric": "a numeric",
    "order": "an order",
    "match": "a match",
}


class Item(Heading):
    """One question, everything that is said about each answer, and the proof of its key."""

    seed: Annotated[int, Field(ge=0)] | None = None
    """Which variant of its family this is; None, if the item has only these numbers."""
    stem: Prose
    code: str | None = None
    picture: Picture | None = None
    bug: Bug | None = None
    options: tuple[Option, ...] = ()
    answer: NumericAnswer | None = None
    near_misses: tuple[NearMiss, ...] = ()
    steps: tuple[Step, ...] = ()
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    explanation: Prose
    hints: tuple[Prose, ...] = ()
    refs: tuple[Link, ...] = ()
    check: Check | None = None
    reviewed: Reviewed | None = None
    """What the key rests on, where no run here can prove it."""
    exam_only: bool = False
    author: Prose = "Glassroom"
    licence: Prose = "as Glassroom itself"

    @model_validator(mode="after")
    def _check(self) -> Self:
        require(
            (self.check is None) != (self.reviewed is None),
            "an item has a check that proves its key, or else says where it was reviewed",
        )
        needed = PARTS_OF[self.type]
        given = {name for name in PARTS if getattr(self, name)}
        if extra := given - needed:
            message = (
                f"{_A[self.type]} item has {NEEDS[self.type]}, no {' and '.join(sorted(extra))}"
            )
            raise SpecError(message)
        {
            "single": self._check_single,
            "multi": self._check_multi,
            "numeric": self._check_numeric,
            "order": self._check_order,
            "match": self._check_match,
        }[self.type]()
        if self.bug is not None:
            self._check_bug()
        return self

    def _check_single(self) -> None:
        require(len(self.options) >= 3, f"give at least 3 options, got {len(self.options)}")
        n_keys = sum(option.correct for option in self.options)
        require(n_keys == 1, f"exactly one option is correct, got {n_keys}")
        _require_distinct("option", self.options)

    def _check_multi(self) -> None:
        n_keys = sum(option.correct for option in self.options)
        n_wrong = len(self.options) - n_keys
        require(
            n_keys >= 2 and n_wrong >= 2,
            f"of a multi item at least 2 options are correct and 2 wrong, got {n_keys} and {n_wrong}",
        )
        _require_distinct("option", self.options)

    def _check_order(self) -> None:
        require(len(self.steps) >= 3, f"give at least 3 steps, got {len(self.steps)}")
        _require_distinct("step", self.steps)
        for at, step in enumerate(self.steps):
            told = (step.feedback is not None) + (step.misconception is not None)
            require(
                told == (2 if at else 0),
                f"step {step.id!r}: every step but the first says what is wrong with putting it before the "
                "one above it, and names the misconception",
            )

    def _check_match(self) -> None:
        require(len(self.pairs) >= 3, f"give at least 3 pairs, got {len(self.pairs)}")
        require(len(self.choices) >= 2, f"give at least 2 choices, got {len(self.choices)}")
        _require_distinct("pair", self.pairs)
        _require_distinct("choice", self.choices)
        known = {choice.id for choice in self.choices}
        unknown = [pair.choice for pair in self.pairs if pair.choice not in known]
        require(not unknown, f"the pairs name choices that do not exist: {', '.join(unknown)}")
        used = {pair.choice for pair in self.pairs}
        require(len(used) >= 2, "not every left side may belong to the same choice")

    def _check_bug(self) -> None:
        lines = (self.code or "").splitlines()
        require(
            bool(lines) and self.type == "single",
            "a find-the-bug item is a single-choice item with code",
        )
        for option in self.options:
            require(
                option.mend is not None and option.mend.line <= len(lines),
                f"option {option.id!r}: each option of a find-the-bug item mends a line of the code",
            )

    def _check_numeric(self) -> None:
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
        groups = (self.options, self.near_misses, self.steps, self.pairs)
        named = [part.misconception for parts in groups for part in parts]
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def form(self) -> Form:
        """What the item is to a person: "chart" and "bug" whatever way it is answered."""
        return "chart" if self.picture else "bug" if self.bug else self.type

    @property
    def n_keys(self) -> int:
        """How many options are right."""
        return sum(option.correct for option in self.options)


def _require_distinct(what: str, parts: Sequence[Option | Step | Choice | Pair]) -> None:
    repeated = [name for name, n in Counter(part.id for part in parts).items() if n > 1]
    require(not repeated, f"{what} ids must differ, {', '.join(repeated)} appears twice")
