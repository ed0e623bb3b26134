"""Mark an exam, and say what the marks can and cannot tell."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest

from core.practice.exam.blueprint import Blueprint
from core.practice.exam.sitting import Sitting
from core.practice.grade import grade, show_key


@dataclass(frozen=True)
class Share:
    """Right answers out of all questions of a part, with what such a count says about the person."""

    n_right: int
    n_asked: int

    @property
    def share(self) -> float | None:
        """Right out of asked; None where nothing was asked."""
        return self.n_right / self.n_asked if self.n_asked else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share of all such questions that the person could answer.

        34 of 48 is 0.57 to 0.82; 5 of 6 is 0.44 to 0.97.
        """
        if not self.n_asked:
            return None
        bounds = binomtest(self.n_right, self.n_asked).proportion_ci(method="wilson")
        return float(bounds.low), float(bounds.high)


@dataclass(frozen=True)
class Result:
    """What an exam found."""

    total: Share
    by_domain: Mapping[str, Share]
    states: tuple[str, ...]
    """By question: "right", "wrong" or "open"."""
    beliefs: tuple[tuple[str, int], ...]
    """Misconceptions that wrong answers fit, with how many did, most frequent first."""
    lessons: tuple[str, ...]
    """Lessons of the questions that were missed, most missed first."""
    seconds_used: float


def mark(sitting: Sitting, *, reading: float) -> dict[str, Any]:
    """Return the marks of every question as plain JSON; what is not answered counts as open."""
    marks: list[dict[str, str | None]] = []
    for number in range(1, sitting.n_questions + 1):
        item, given = sitting.item(number), sitting.given.get(number)
        if item is None:
            marks.append({"state": "gone"})
        elif given is None:
            marks.append({"state": "open", "lesson": item.lesson, "key": show_key(item)})
        else:
            verdict = grade(item, given.answer)
            marks.append(
                {
                    "state": "right" if verdict.state == "right" else "wrong",
                    "misconception": verdict.misconception,
                    "lesson": item.lesson,
                    "key": verdict.key,
                }
            )
    used = min(float(sitting.seconds_allowed), reading - sitting.began)
    return {"marks": marks, "seconds_used": round(used, 1), "clock": reading}


def read_result(sitting: Sitting, blueprint: Blueprint) -> Result:
    """Return what the stored marks of `sitting` say; a question that is gone is left out.

    Raises ``LookupError`` if the exam was not marked yet.
    """
    if sitting.result is None:
        message = "This exam has not been marked yet."
        raise LookupError(message)
    marks = sitting.result["marks"]
    counted = [
        (question.domain, mark)
        for question, mark in zip(sitting.paper.questions, marks, strict=True)
        if mark["state"] != "gone"
    ]
    right = Counter(domain for domain, mark in counted if mark["state"] == "right")
    asked = Counter(domain for domain, _ in counted)
    missed = [mark for _, mark in counted if mark["state"] != "right"]
    beliefs = Counter(mark["misconception"] for mark in missed if mark.get("misconception"))
    return Result(
        total=Share(right.total(), asked.total()),
        by_domain={
            domain.id: Share(right[domain.id], asked[domain.id]) for domain in blueprint.domains
        },
        states=tuple(mark["state"] for mark in marks),
        beliefs=tuple(beliefs.most_common()),
        lessons=tuple(name for name, _ in Counter(m["lesson"] for m in missed).most_common()),
        seconds_used=float(sitting.result["seconds_used"]),
    )
