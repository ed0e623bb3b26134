"""The course: its chapters in order, and the lessons found in `pages`.

A page says about itself what the menu must know, as a literal::

    LESSON = Lesson(order=1, title="Is 95 % accuracy good?", goal="…", lab="thresholds")

It is read from the syntax tree. Importing a page to ask for its title would load scikit-learn and
all else that the lesson stands on, for a menu that needs none of it. The chapter is the page's folder.
"""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PAGES = Path(__file__).parents[1] / "pages"
PRACTICE = "Practice"
PRACTICE_PAGES = {
    "practice": "At your level",
    "review": "What is due today",
    "exam": "Mock exam",
}
"""Pages beyond the lessons, by the name of their file: questions of all chapters together."""


@dataclass(frozen=True)
class Chapter:
    """A part of the course; `folder` is its name in `core`, `pages`, `tests` and the item bank."""

    folder: str
    title: str
    question: str


CHAPTERS = (
    Chapter("metrics", "Metrics", "Which number tells the truth about a model?"),
    Chapter(
        "bias_variance", "Bias and variance", "Why does a model miss: too rigid or too nervous?"
    ),
    Chapter("validation", "Validation", "How good will it be on data it has never seen?"),
    Chapter("search", "Search", "Which settings, and how many models does it take to find them?"),
    Chapter("tracking", "Tracking", "What did I try, and which run was the good one?"),
    Chapter("automl", "AutoML", "What can be left to the machine, and what not?"),
    Chapter("data", "Data", "What is in the table, and what is wrong with it?"),
    Chapter("features", "Features", "How does raw data become what a model can use?"),
    Chapter("deployment", "Deployment", "How does a model get to work?"),
    Chapter("monitoring", "Monitoring", "How do I notice that it has stopped working?"),
)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A page's entry in the course."""

    order: int
    """Place inside its chapter, from 1."""
    title: str
    """The question that a person really has."""
    goal: str
    """One or two sentences: what one will know at the end."""
    lab: str
    """The lab of `core` whose spec, run and script the lesson shows."""
    minutes: int = 15


@dataclass(frozen=True)
class Page:
    """A lesson together with where it lives."""

    path: Path
    chapter: Chapter
    lesson: Lesson

    @property
    def name(self) -> str:
        """The page's place in the URL, and the lesson's name in the store and the item bank."""
        return self.path.stem


@lru_cache(maxsize=1)
def find_pages() -> tuple[Page, ...]:
    """Return every lesson page in course order."""
    chapters = {chapter.folder: chapter for chapter in CHAPTERS}
    found = [
        Page(path, chapters[path.parent.name], read_lesson(path))
        for path in PAGES.glob("*/*.py")
        if path.name != "__init__.py"
    ]
    place = {chapter.folder: position for position, chapter in enumerate(CHAPTERS)}
    return tuple(sorted(found, key=lambda page: (place[page.chapter.folder], page.lesson.order)))


def find_page(name: str) -> Page:
    """Return the page called `name`; a `KeyError` is a mistake of the page that asks."""
    return {page.name: page for page in find_pages()}[name]


def read_lesson(path: Path) -> Lesson:
    """Read the literal ``LESSON = Lesson(…)`` of a page without running the page."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "LESSON":
            call = node.value
            if isinstance(call, ast.Call):
                words = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
                return Lesson(**words)
    message = f"{path} holds no literal `LESSON = Lesson(…)`."
    raise ValueError(message)
