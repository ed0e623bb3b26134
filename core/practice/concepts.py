"""What the course is about, concept by concept, and which questions tell whether it was understood.

The file beside this module is the list. A concept names its questions by what they say of themselves, so a
new question with the right objective or skill counts without any edit here.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.practice.bank import load_entries
from core.practice.parts import FileName, Prose, Slug
from core.practice.schema import Family, Item
from core.practice.strict_yaml import BankError, read_document

CONCEPTS = Path(__file__).with_name("concepts.yaml")


class Concept(BaseModel):
    """One idea of the course, and how to find its questions."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Slug
    part: Slug
    text: Prose
    objectives: tuple[Slug, ...] = ()
    skills: tuple[Slug, ...] = ()
    lessons: tuple[FileName, ...] = ()
    items: tuple[Slug, ...] = ()
    waits: Prose | None = None
    """What it waits for, where no question can be asked honestly yet."""

    def covers(self, entry: Item | Family) -> bool:
        """Return whether `entry` tells if this concept was understood."""
        return (
            entry.objective in self.objectives
            or entry.lesson in self.lessons
            or entry.id in self.items
            or not set(self.skills).isdisjoint(entry.skills)
        )


@lru_cache(maxsize=1)
def load_concepts() -> tuple[Concept, ...]:
    """Return all concepts in the order of the file; a faulty one raises `BankError` with its line."""
    document = read_document(CONCEPTS)
    found = []
    for at, raw in enumerate(document.content):
        try:
            found.append(Concept.model_validate(raw))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            message = f"{document.name}, line {document.line_of((at,))}: {problem['msg']}."
            raise BankError(message) from None
    return tuple(found)


def questions_about(concept: Concept) -> tuple[Item | Family, ...]:
    """Return the items and families of the bank that are about `concept`."""
    return tuple(entry for entry in load_entries() if concept.covers(entry))
