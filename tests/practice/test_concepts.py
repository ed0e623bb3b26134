"""Each concept of the course has its questions, or says what it waits for."""

from collections import Counter

import pytest

from core.practice.bank import load_entries
from core.practice.concepts import load_concepts, questions_about

CONCEPTS = load_concepts()
TAUGHT = {"metrics", "bias-and-variance", "validation", "search", "tracking", "automl"}
"""Parts with lessons of their own: every concept is asked in two ways at least."""


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.id)
def test_a_concept_is_asked_often_enough_or_says_what_it_waits_for(concept) -> None:
    n = len(questions_about(concept))
    if concept.waits:
        # A lesson that has come since asks about it: then nothing is waited for any more.
        assert n == 0 or concept.lessons, "it has questions: take away what it waits for"
        return
    assert n >= (2 if concept.part in TAUGHT else 1)


def test_every_concept_has_an_id_of_its_own() -> None:
    assert max(Counter(concept.id for concept in CONCEPTS).values()) == 1
    assert len(CONCEPTS) > 100


def test_what_a_concept_names_is_in_the_bank() -> None:
    entries = load_entries()
    known = {
        "objectives": {entry.objective for entry in entries},
        "skills": {skill for entry in entries for skill in entry.skills},
        "items": {entry.id for entry in entries},
    }
    for concept in CONCEPTS:
        for kind, names in known.items():
            assert set(getattr(concept, kind)) <= names, (concept.id, kind)


def test_nearly_every_question_is_about_a_concept() -> None:
    entries = load_entries()
    told = {entry.id for concept in CONCEPTS for entry in questions_about(concept)}
    assert len(told) >= 0.85 * len(entries)
