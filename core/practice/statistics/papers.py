"""Whole papers that a class sat: how reliable their marks are. Alpha is defined for one paper alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from core.practice.family import write_number
from core.practice.statistics.measures import MIN_DISCRIMINATION, Figure, find_alpha
from core.store import Event, Store

STARTED, FINISHED = "exam", "exam result"
SATISFACTORY, WEAK = 0.75, 0.64
"""Bands of Moodle's quiz report for the coefficient of internal consistency."""


@dataclass(frozen=True)
class Paper:
    """What the marks of one paper say, of everybody's first sitting of it."""

    blueprint: str
    n_questions: int
    n_people: int
    alpha: Figure
    error: float | None
    """Standard error of a mark in questions: the spread of the marks times √(1 − alpha)."""


def gather_sittings(store: Store) -> tuple[Event, ...]:
    """Return the events that `measure_papers` reads."""
    return tuple(event for kind in (STARTED, FINISHED) for event in store.everyone(kind))


def measure_papers(events: Iterable[Event]) -> tuple[Paper, ...]:
    """Return the figures of each paper that more than one person sat, the most often sat first.

    One paper means the same questions with the same numbers, in whatever order of the options. Its alpha is
    hidden below 30 people. A question that has left the bank since leaves alpha undefined.
    """
    papers: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    marks: dict[str, dict[str, list[float]]] = {}
    told: dict[str, dict[str, Any]] = {}
    for event in events:
        sitting = (event.learner, event.subject)
        if event.kind == STARTED:
            paper = event.body["paper"]
            asked = [[row[2], row[3], row[4]] for row in paper["questions"]]
            papers[sitting] = (json.dumps(asked), paper)
        elif event.kind == FINISHED and sitting in papers:
            key, told[key] = papers[sitting][0], papers[sitting][1]
            scores = [_score(mark["state"]) for mark in event.body["marks"]]
            marks.setdefault(key, {}).setdefault(event.learner, scores)
    found = [
        _measure(told[key], np.array(list(by_learner.values()), dtype=float))
        for key, by_learner in marks.items()
        if len(by_learner) > 1
    ]
    return tuple(sorted(found, key=lambda paper: -paper.n_people))


def _measure(paper: dict[str, Any], scores: "np.ndarray[Any, np.dtype[np.float64]]") -> Paper:
    n_people, n_questions = scores.shape
    alpha = (
        Figure(None, reason=f"It takes {MIN_DISCRIMINATION} people, there are {n_people}.")
        if n_people < MIN_DISCRIMINATION
        else find_alpha(scores)
    )
    spread = float(scores.sum(axis=1).std(ddof=1))
    error = None if alpha.value is None else spread * sqrt(max(0.0, 1 - alpha.value))
    return Paper(paper["blueprint"], n_questions, n_people, alpha, error)


def _score(state: str) -> float:
    return float("nan") if state == "gone" else float(state == "right")


def tell_paper(paper: Paper, title: str) -> str:
    """Return what is said of a paper: "24 questions, sat by 31 people. Alpha 0.81 (0.70 to 0.90): …"."""
    head = f"**{title}**, {paper.n_questions} questions, sat by {paper.n_people} people."
    alpha = paper.alpha
    if alpha.value is None or alpha.low is None or alpha.high is None or paper.error is None:
        return f"{head} Alpha: {alpha.reason}"
    value, low, high = (write_number(n, 2) for n in (alpha.value, alpha.low, alpha.high))
    verdict = (
        "satisfactory"
        if alpha.value > SATISFACTORY
        else "too low to tell people apart"
        if alpha.value < WEAK
        else "moderate"
    )
    return (
        f"{head} Alpha {value} ({low} to {high}): {verdict}. A mark is sure to about "
        f"±{write_number(1.96 * paper.error, 1)} questions (95 %)."
    )
