"""The exam over what this classroom teaches: its blueprint follows from the bank of items."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from core.practice.bank import load_entries
from core.practice.exam.blueprint import Blueprint, Domain, Objective

COURSE = "glassroom"
N_QUESTIONS, MINUTES = 24, 48


def course_blueprint(chapters: Mapping[str, str]) -> Blueprint:
    """Return the blueprint of the course: a chapter is a domain, a lesson an objective.

    `chapters` gives the titles of the chapters by folder, in the order of the course. A chapter's weight is
    the share of its lessons among all lessons that have items.
    """
    lessons = {
        (entry.chapter, entry.lesson): None for entry in load_entries() if entry.chapter in chapters
    }
    n_lessons = Counter(chapter for chapter, _ in lessons)
    domains = tuple(
        Domain(
            id=folder.replace("_", "-"),
            title=title,
            weight=100 * n_lessons[folder] / n_lessons.total(),
            objectives=tuple(
                Objective(
                    id=f"lesson-{name.replace('_', '-')}",
                    text=name.replace("_", " "),
                    lessons=(name,),
                )
                for chapter, name in lessons
                if chapter == folder
            ),
        )
        for folder, title in chapters.items()
        if n_lessons[folder]
    )
    return Blueprint(
        id=COURSE,
        title="What Glassroom teaches",
        version="The lessons of this version",
        source="The lessons themselves",
        checked_on=datetime.now(UTC).date(),
        questions=N_QUESTIONS,
        minutes=MINUTES,
        forms=(N_QUESTIONS, 10),
        practice_line=0.7,
        about="Two minutes a question, over all chapters that stand. Every key was proved by a run.",
        domains=domains,
    )
