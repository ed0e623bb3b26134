"""Attempts as a table for a spreadsheet: one row for each answer, in a lesson, a review or an exam."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from core.safe_text import csv_cell
from core.store import Event, Store

ANSWER, EXAM, EXAM_ANSWER, EXAM_RESULT = "answer", "exam", "exam answer", "exam result"
COLUMNS = (
    "learner", "at", "where", "item", "version", "seed", "lesson", "answer", "state", "credit",
    "misconception", "sure", "seconds",
)  # fmt: skip


def write_attempts(events: Iterable[Event]) -> str:
    """Return the answers in `events` as CSV, the oldest first.

    Of an exam the answers that counted stand there, once it was marked; ``seconds`` is how long a question
    was in sight. What a spreadsheet would run as a formula gets a quote before it.
    """
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for row in read_attempts(events):
        table.writerow([csv_cell(row.get(column, "")) for column in COLUMNS])
    return out.getvalue()


def gather_attempts(store: Store, learner: str | None = None) -> tuple[Event, ...]:
    """Return the events that `write_attempts` reads, of one learner or of all."""
    kinds = (ANSWER, EXAM, EXAM_ANSWER, EXAM_RESULT)
    if learner is None:
        return tuple(event for kind in kinds for event in store.everyone(kind))
    return tuple(event for kind in kinds for event in store.events(learner, kind))


def read_attempts(events: Iterable[Event]) -> list[Mapping[str, Any]]:
    """Return one row for each answer, the oldest first; `COLUMNS` are its names."""
    return sorted(_rows(events), key=lambda row: str(row["at"]))


def _rows(events: Iterable[Event]) -> Iterable[Mapping[str, Any]]:
    papers: dict[tuple[str, str], list[list[Any]]] = {}
    given: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = {}
    for event in events:
        sitting = (event.learner, event.subject)
        if event.kind == ANSWER:
            yield _lesson_row(event)
        elif event.kind == EXAM:
            papers[sitting] = event.body["paper"]["questions"]
        elif event.kind == EXAM_ANSWER:
            given.setdefault(sitting, {})[event.body["number"]] = event.body
        elif event.kind == EXAM_RESULT:
            paper = papers.pop(sitting, [])
            for number, (asked, mark) in enumerate(
                zip(paper, event.body["marks"], strict=False), 1
            ):
                body = given.get(sitting, {}).get(number, {})
                yield _exam_row(event, asked, mark, body)


def _lesson_row(event: Event) -> dict[str, Any]:
    body = event.body
    right = body["state"] == "right"
    return {
        "learner": event.learner,
        "at": event.created_at,
        "where": "practice",
        "item": event.subject,
        "credit": float(body.get("credit", right)),
    } | {
        name: _blank(body.get(name))
        for name in ("version", "seed", "lesson", "answer", "state", "misconception", "sure")
    }


def _exam_row(
    event: Event, asked: list[Any], mark: Mapping[str, Any], body: Mapping[str, Any]
) -> dict[str, Any]:
    _, _, item, version, seed, _ = asked
    return {
        "learner": event.learner,
        "at": event.created_at,
        "where": "exam",
        "item": item,
        "version": version,
        "seed": _blank(seed),
        "lesson": _blank(mark.get("lesson")),
        "answer": _blank(body.get("answer")),
        "state": mark["state"],
        "credit": float(mark["state"] == "right"),
        "misconception": _blank(mark.get("misconception")),
        "seconds": _blank(body.get("seconds")),
    }


def _blank(value: object) -> object:
    return "" if value is None else value
