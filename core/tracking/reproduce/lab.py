"""Reproduce it: the same training twice, with seed, data, code and environment kept or not."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.progress import report
from core.remember import remembered
from core.tracking.reproduce.program import (
    CHANGED,
    MODELS,
    NOW,
    PROGRAM,
    THEN,
    Model,
    write_program,
    write_project,
    write_tables,
)
from core.tracking.reproduce.running import ProjectRun, Trained, run_project, train_twice
from core.tracking.reproduce.script import write_script

FEWEST_ROWS = 100
FEWEST_OF_A_CLASS = 10
LARGEST_SEED = 2**31 - 2
HASH_SEEDS = (0, 1)
"""Python's own seed, then and now: drawn anew at each start unless somebody sets it."""


@dataclass(frozen=True, kw_only=True)
class ReproduceSpec:
    """A training that is repeated, and what is kept of it meanwhile."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    model: Model = "forest"
    keeps_seed: bool = True
    keeps_data: bool = True
    """If not, 20 rows have come since."""
    keeps_code: bool = True
    """If not, one setting in the program was changed."""
    keeps_environment: bool = False
    """If not, Python starts with another hash seed, as it does unless somebody sets it."""
    as_project: bool = False
    """Whether the second training is run once more, as a project of MLflow."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.model in MODELS,
            f"The model is one of {', '.join(MODELS)}, got {self.model!r}. Choose one.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"These models part two classes, and {dataset.title} is a {dataset.task} table. "
            "Choose a table with a yes/no target.",
        )
        require(
            dataset.n_rows >= FEWEST_ROWS,
            f"This lesson needs at least {FEWEST_ROWS} rows, and {dataset.title} has {dataset.n_rows}. "
            "Bring more rows.",
        )
        is_positive = dataset.table[dataset.target] == dataset.positive
        require(
            min(is_positive.sum(), (~is_positive).sum()) >= FEWEST_OF_A_CLASS,
            f"Each class needs at least {FEWEST_OF_A_CLASS} rows, and {dataset.title} has fewer. "
            "Bring more rows.",
        )

    @property
    def seeds(self) -> tuple[int, int]:
        """The seed then and now."""
        return (self.seed, self.seed if self.keeps_seed else self.seed + 1)

    @property
    def programs(self) -> tuple[str, str]:
        """The file of the program then and now."""
        return (PROGRAM, PROGRAM if self.keeps_code else CHANGED)

    @property
    def tables(self) -> tuple[str, str]:
        """The file of the table then and now."""
        return (THEN, THEN if self.keeps_data else NOW)

    @property
    def hash_seeds(self) -> tuple[int, int]:
        """Python's own seed then and now."""
        return (HASH_SEEDS[0], HASH_SEEDS[0] if self.keeps_environment else HASH_SEEDS[1])


@dataclass(frozen=True, eq=False)
class ReproduceResult:
    """Two trainings compared on the rows that both held back."""

    spec: ReproduceSpec
    n_kept: int
    """Of seed, data, code and environment."""
    score_then: float
    """Area under the ROC curve."""
    score_now: float
    is_same: bool
    """Whether every probability is the same to the last bit."""
    n_rows: int
    n_moved: int
    """Rows whose probability is not the same to the last bit."""
    n_differ: int
    """Rows that get another answer, parted at one half."""
    largest_gap: float
    """Between two probabilities of one row."""
    is_project_finished: bool
    """False also if no project was run."""
    project_score: float | None
    """What the second training logged when MLflow ran it as a project; None if it did not."""
    is_project_same: bool
    """Whether that is the score of now, to the last bit."""
    rows: pd.DataFrame
    """One row per row held back: ``row``, ``then``, ``now`` (probabilities), ``is_other`` answer."""
    ingredients: pd.DataFrame
    """What went in: ``what`` (seed, data, code, environment), ``then``, ``now`` as text, ``is_kept``."""
    kept: pd.DataFrame
    """What MLflow kept of the project's run: ``kind`` (param, metric, tag), ``name``, ``value``."""


@remembered
def reproduce(spec: ReproduceSpec) -> ReproduceResult:
    """Answer "is the result the same, if the training is repeated?" by repeating it in new processes.

    Check by eye: with everything kept, every probability is the same to the last bit.
    """
    files = write_files(spec)
    report(0.1, "training, then and now")
    trained: tuple[Trained, Trained] = train_twice(files, spec)
    project = ProjectRun()
    if spec.as_project:
        report(0.6, "running it as a project of MLflow")
        project = run_project(files, spec)
    then, now = (np.asarray(one.said) for one in trained)
    n_rows = min(len(then), len(now))
    then, now = then[:n_rows], now[:n_rows]
    is_other = (then >= 0.5) != (now >= 0.5)
    ingredients = list_ingredients(spec, files)
    return ReproduceResult(
        spec=spec,
        n_kept=int(ingredients["is_kept"].sum()),
        score_then=trained[0].score,
        score_now=trained[1].score,
        is_same=bool((then == now).all()),
        n_rows=n_rows,
        n_moved=int((then != now).sum()),
        n_differ=int(is_other.sum()),
        largest_gap=float(np.abs(then - now).max()),
        is_project_finished=project.status == "FINISHED",
        project_score=project.score,
        is_project_same=project.score == trained[1].score,
        rows=pd.DataFrame(
            {"row": np.arange(n_rows) + 1, "then": then, "now": now, "is_other": is_other}
        ),
        ingredients=ingredients,
        kept=project.table(),
    )


def write_files(spec: ReproduceSpec) -> dict[str, bytes]:
    """Return every file of the project by name: both programs, both tables, and how to run them."""
    texts = {
        PROGRAM: write_program(spec.model, is_changed=False),
        CHANGED: write_program(spec.model, is_changed=True),
    } | write_project(spec.programs[1])
    return {name: text.encode() for name, text in texts.items()} | write_tables(spec.data)


def list_ingredients(spec: ReproduceSpec, files: dict[str, bytes]) -> pd.DataFrame:
    """Return what went into both trainings; files by the first digits of their SHA-256."""
    digest = {name: hashlib.sha256(content).hexdigest()[:8] for name, content in files.items()}
    pairs = {
        "seed": spec.seeds,
        "data": tuple(digest[name] for name in spec.tables),
        "code": tuple(digest[name] for name in spec.programs),
        "environment": tuple(f"PYTHONHASHSEED={seed}" for seed in spec.hash_seeds),
    }
    rows = [(what, str(then), str(now), then == now) for what, (then, now) in pairs.items()]
    return pd.DataFrame(rows, columns=["what", "then", "now", "is_kept"])


def name_slow_part(spec: ReproduceSpec) -> SlowPart | None:
    """Return the trainings that a view waits for; None for those that the lesson opens with."""
    if spec == ReproduceSpec():
        return None
    how = ", and once more as a project of MLflow" if spec.as_project else ""
    what = f"A model is trained twice on {load_dataset(spec.data).title}, then and now{how}."
    return SlowPart(run=reproduce, spec=spec, what=what)


LAB = Lab(
    name="reproduce",
    question="Is the result the same, if the training is repeated?",
    spec=ReproduceSpec,
    run=reproduce,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "kept": {"keeps_environment": True},
        "last-digits": {"model": "logistic"},
        "project": {"keeps_seed": False, "keeps_environment": True, "as_project": True},
    },
)
