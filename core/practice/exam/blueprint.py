"""What an exam asks: its domains, their weights and objectives, kept as data with version and source.

A file of ``core/practice/blueprints/`` is one blueprint. Each objective names the items of the bank that
are about it: by the objective that stands in their heading, or by their lesson.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from core.errors import require
from core.practice.bank import load_entries
from core.practice.parts import FileName, Prose, Slug
from core.practice.schema import Family, Item
from core.practice.strict_yaml import BankError, read_document

BLUEPRINTS = Path(__file__).parents[1] / "blueprints"


def _as_number(value: object) -> object:
    return float(value) if isinstance(value, str) else value


def _as_numbers(value: object) -> object:
    return tuple(int(part) for part in value) if isinstance(value, list) else value


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Objective(_Model):
    """One thing that a candidate must be able to do."""

    id: Slug
    text: Prose
    objectives: tuple[Slug, ...] = ()
    """Objectives of the bank that belong to it, beside items that name its own id."""
    lessons: tuple[FileName, ...] = ()
    """Lessons all of whose items belong to it."""

    def covers(self, entry: Item | Family) -> bool:
        """Return whether `entry` is about this objective."""
        named = {self.id, *self.objectives}
        return entry.objective in named or entry.lesson in self.lessons


class Domain(_Model):
    """A part of the exam and its share of the questions."""

    id: Slug
    title: Prose
    weight: Annotated[float, BeforeValidator(_as_number), Field(gt=0, le=100)]
    """Per cent of the questions."""
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]


class Blueprint(_Model):
    """An exam as its publisher describes it."""

    id: Slug
    title: Prose
    version: Prose
    source: Prose
    checked_on: date
    questions: Annotated[int, BeforeValidator(_as_number), Field(ge=1)]
    minutes: Annotated[int, BeforeValidator(_as_number), Field(ge=1)]
    forms: Annotated[tuple[int, ...], BeforeValidator(_as_numbers), Field(min_length=1)]
    """Numbers of questions that can be asked for; the first is the whole exam."""
    practice_line: Annotated[float, BeforeValidator(_as_number), Field(gt=0, lt=1)]
    """The share of right answers that we suggest to aim at; not a pass mark."""
    about: Prose
    """What a candidate should know of this exam, and what is not known of it."""
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        total = sum(domain.weight for domain in self.domains)
        require(abs(total - 100) < 1e-6, f"the weights of the domains add up to 100, got {total:g}")
        require(self.forms[0] == self.questions, "the first of the forms is the whole exam")
        ids = [objective.id for domain in self.domains for objective in domain.objectives]
        require(len(set(ids)) == len(ids), "each objective has an id of its own")
        return self

    def seconds(self, n_questions: int) -> int:
        """Return the time for so many questions: each gets what it would have in the whole exam.

        10 of 48 questions in 90 minutes are 1,125 seconds.
        """
        return round(60 * self.minutes * n_questions / self.questions)


def share_out(blueprint: Blueprint, n_questions: int) -> dict[str, int]:
    """Return how many questions each domain gets, by the method of largest remainders.

    48, 24 and 10 questions at 38, 19, 31 and 12 % are 18/9/15/6, 9/5/7/3 and 4/2/3/1.
    """
    exact = {domain.id: domain.weight / 100 * n_questions for domain in blueprint.domains}
    shares = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in by_remainder[: n_questions - sum(shares.values())]:
        shares[name] += 1
    return shares


@lru_cache(maxsize=1)
def load_blueprints() -> MappingProxyType[str, Blueprint]:
    """Return every blueprint by its id, in the order of the files."""
    found = [read_blueprint(path) for path in sorted(BLUEPRINTS.glob("*.yaml"))]
    return MappingProxyType({blueprint.id: blueprint for blueprint in found})


def read_blueprint(path: Path) -> Blueprint:
    """Return the blueprint in the file `path`; a faulty one raises `BankError` with its line."""
    document = read_document(path)
    try:
        return Blueprint.model_validate(document.content)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = " → ".join(str(part) for part in problem["loc"]) or "the file"
        reason = problem["msg"].removeprefix("Value error, ").rstrip(".")
        line = document.line_of(tuple(problem["loc"]))
        message = f"{document.name}, line {line}, {where}: {reason}."
        raise BankError(message) from None


def entries_about(objective: Objective) -> tuple[Item | Family, ...]:
    """Return the items and families of the bank that are about `objective`."""
    return tuple(entry for entry in load_entries() if objective.covers(entry))


def find_gaps(blueprint: Blueprint) -> tuple[Objective, ...]:
    """Return the objectives about which the bank has no item yet."""
    return tuple(
        objective
        for domain in blueprint.domains
        for objective in domain.objectives
        if not entries_about(objective)
    )
