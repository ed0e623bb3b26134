"""Lost experiments: ten trainings, three ways of keeping notes, and five questions a month later."""

import ast
from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.tracking.lost.answers import QUESTIONS, count_possible, find_truth
from core.tracking.lost.notes import WAYS, Notes, Way, keep_notes
from core.tracking.lost.script import write_script
from core.tracking.session import LARGEST_SEED, SessionSpec, retrain, train_session
from core.tracking.session_store import keep_session

FEWEST_RUNS, MOST_RUNS = 4, 20


@dataclass(frozen=True, kw_only=True)
class LostSpec:
    """An afternoon of trainings on one table, and how notes were kept."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    notes: Way = "printed"
    """``printed`` scores on the screen, files that were ``named`` with care, or runs that were
    ``tracked``."""
    n_runs: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.notes in WAYS,
            f"Notes are kept in one of the ways {', '.join(WAYS)}, got {self.notes!r}. Choose one.",
        )
        require(
            FEWEST_RUNS <= self.n_runs <= MOST_RUNS,
            f"An afternoon has {FEWEST_RUNS} to {MOST_RUNS} trainings, got {self.n_runs}. "
            "Choose a number between.",
        )
        require(
            0 <= self.seed < LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED - 1}, got {self.seed}.",
        )
        _ = self.session  # refuses unknown tables

    @property
    def session(self) -> SessionSpec:
        """What is trained: the same whatever notes are kept."""
        return SessionSpec(
            data=self.data,
            n_runs=self.n_runs,
            has_failure=False,
            changes_rows=True,
            seed=self.seed,
        )


@dataclass(frozen=True, eq=False)
class LostResult:
    """What the notes still answer. Scores are areas under the ROC curve; trainings count from 1."""

    spec: LostSpec
    text: str
    """The notes as they were found again."""
    n_runs: int
    n_questions: int
    n_answered: int
    """Questions with one answer left, for the notes of this view; and for each way."""
    n_answered_printed: int
    n_answered_named: int
    n_answered_tracked: int
    possible_best: int
    """Answers that the notes of this view leave to each question."""
    possible_settings: int
    possible_trees: int
    possible_rows: int
    possible_again: int
    best: int
    best_score: float
    best_settings: str
    n_trees: int
    n_same_rows: int
    """Trainings judged on the same rows as the best one, itself included."""
    is_first_on_same_rows: bool
    again_score: float
    """What training with the params that MLflow kept gave now."""
    is_reproduced: bool
    runs: pd.DataFrame
    """One row per training: ``number``, ``score``, ``model``, ``split_seed``, ``settings``."""
    possible: pd.DataFrame
    """One row per way and question: ``way``, ``question``, ``n_possible``."""


def read_notes(spec: LostSpec) -> LostResult:
    """Answer "what can still be said about the trainings of last month?".

    Check by eye: of printed scores nobody can tell the settings, so all ten trainings are possible.
    """
    whole = _look_over(spec.session)
    possible = whole.possible
    here = possible[possible["way"] == spec.notes].set_index("question")["n_possible"]
    answered = possible[possible["n_possible"] == 1].groupby("way").size()
    truth = whole.truth
    best = truth.iloc[int(truth["score"].argmax())]
    same = truth["split_seed"] == best["split_seed"]
    return LostResult(
        spec=spec,
        text=whole.notes[spec.notes].text,
        n_runs=len(truth),
        n_questions=len(QUESTIONS),
        n_answered=int(answered.get(spec.notes, 0)),
        n_answered_printed=int(answered.get("printed", 0)),
        n_answered_named=int(answered.get("named", 0)),
        n_answered_tracked=int(answered.get("tracked", 0)),
        **{f"possible_{name}": int(here[name]) for name in QUESTIONS},
        best=int(best["number"]),
        best_score=float(best["score"]),
        best_settings=str(best["settings"]),
        n_trees=int((truth["model"] == "tree").sum()),
        n_same_rows=int(same.sum()),
        is_first_on_same_rows=bool(same.iloc[0]),
        again_score=whole.again,
        is_reproduced=whole.again == float(best["score"]),
        runs=truth.copy(deep=False),
        possible=possible.copy(deep=False),
    )


@dataclass(frozen=True, eq=False)
class _Whole:
    notes: dict[str, Notes]
    truth: pd.DataFrame
    possible: pd.DataFrame
    again: float


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: SessionSpec) -> _Whole:
    session = train_session(spec)
    notes: dict[str, Notes] = {way: keep_notes(session, way) for way in WAYS}
    rows = [
        (way, question, n_possible)
        for way in WAYS
        for question, n_possible in count_possible(session, notes[way]).items()
    ]
    return _Whole(
        notes=notes,
        truth=find_truth(session),
        possible=pd.DataFrame(rows, columns=["way", "question", "n_possible"]),
        again=retrain(spec, _read_settings(notes["tracked"])),
    )


def _read_settings(notes: Notes) -> dict[str, Any]:
    """Return the settings of the best tracked run, read from the text that MLflow kept."""
    best = int(notes.known["score"].argmax())
    kept = str(notes.known["settings"].iloc[best]).split(", ")
    pairs = [part.split("=") for part in kept[1:]]
    values = {name: _read_value(text) for name, text in pairs}
    return {"model": kept[0], **values}


def _read_value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except ValueError:
        return text


def name_slow_part(spec: LostSpec) -> SlowPart | None:
    """Return the trainings that a view waits for; None for those that the lesson opens with."""
    if spec.session == LostSpec().session:
        return None
    title = load_dataset(spec.data).title
    what = f"{spec.n_runs} models are being trained on {title}, as in an afternoon of trying."
    return SlowPart(run=keep_session, spec=spec.session, what=what)


LAB = Lab(
    name="lost",
    question="What can still be said about the models that were trained last month?",
    spec=LostSpec,
    run=read_notes,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "named": {"notes": "named"},
        "tracked": {"notes": "tracked"},
        "tumours": {"data": "breast_cancer", "notes": "tracked", "n_runs": 12},
    },
)
