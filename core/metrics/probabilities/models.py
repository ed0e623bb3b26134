"""Classifiers that are trained, calibrated in two ways, and scored on rows that none of it has seen."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import LARGEST_SEED, prepare_columns
from core.progress import report
from core.remember import remembered

ScoreModel = Literal["naive_bayes", "logistic", "forest", "boosting", "tree"]
MODELS: tuple[ScoreModel, ...] = get_args(ScoreModel)
Calibration = Literal["raw", "sigmoid", "isotonic"]
CALIBRATIONS: tuple[Calibration, ...] = get_args(Calibration)
"""``raw``: the scores as the model gives them; ``sigmoid`` is Platt's method."""

FEWEST_OF_A_CLASS = 5
"""scikit-learn's calibration goes through the rows in five groups, each with both classes."""
QUICK_CELLS = {"naive_bayes": 1_000_000, "logistic": 1_000_000, "tree": 500_000}
"""Rows × features up to which a model is trained and calibrated in less than half a second."""
FEW_CELLS = 20_000
"""The same for all other models."""


@dataclass(frozen=True, kw_only=True)
class CalibrationSpec:
    """One model on one table with two classes, calibrated in every way."""

    data: str = "churn"
    """Name of a binary table: ``fraud``, ``churn``, ``breast_cancer`` or ``own-…``."""
    model: ScoreModel = "naive_bayes"
    seed: int = 0
    """Decides the split and the model's own chance."""

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"A probability of the positive class needs two classes, and {dataset.title} is a "
            f"{dataset.task} table. Choose a table with a yes/no target.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class CalibratedScores:
    """What a model says of the test rows before and after calibration.

    `scores` has one row per test row: ``row`` (position in the dataset), ``positive`` (is it
    really?), and the probability of the positive class as the model gives it (``raw``), after
    Platt's method (``sigmoid``), after isotonic regression (``isotonic``).
    """

    spec: CalibrationSpec
    n_train: int
    n_calibration: int
    """Rows of the validation part: they fitted the calibration and nothing else."""
    n_positive_calibration: int
    n_test: int
    learned_base_rate: float
    """Share of positives among the training rows."""
    scores: pd.DataFrame


@remembered
def calibrate_classifier(spec: CalibrationSpec) -> CalibratedScores:
    """Train on the training rows, calibrate on the validation rows, score the test rows.

    Answers "what does each way of calibrating make of this model's probabilities?". The model is
    frozen before scikit-learn's ``CalibratedClassifierCV`` fits a curve from its scores to what
    happened, so no row is used twice. Columns are prepared as in `core.metrics.classifiers`.

    Raises
    ------
    SpecError
        If the validation part has fewer than `FEWEST_OF_A_CLASS` rows of a class.
    """
    dataset = load_dataset(spec.data)
    split = split_rows(dataset, seed=spec.seed)
    table, is_positive = dataset.table[list(dataset.features)], dataset.positive_rows()
    _check_calibration_rows(is_positive[split.validation])
    report(0.05, f"Training on {len(split.train):,} {dataset.row_noun[1]}")
    prepare = prepare_columns(dataset)
    learned = prepare.fit_transform(table.iloc[split.train])
    model = build_model(spec.model, spec.seed).fit(learned, is_positive[split.train])
    kept, judged = (prepare.transform(table.iloc[rows]) for rows in (split.validation, split.test))
    scores = _score_each_way(model, kept, is_positive[split.validation], judged)
    report(1.0, "Done")
    return CalibratedScores(
        spec=spec,
        n_train=len(split.train),
        n_calibration=len(split.validation),
        n_positive_calibration=int(is_positive[split.validation].sum()),
        n_test=len(split.test),
        learned_base_rate=float(is_positive[split.train].mean()),
        scores=pd.DataFrame({"row": split.test, "positive": is_positive[split.test], **scores}),
    )


def is_quick(spec: CalibrationSpec) -> bool:
    """Say whether training and calibrating take less than half a second, so that a page may wait."""
    dataset = load_dataset(spec.data)
    n_cells = dataset.n_rows * len(dataset.features)
    return n_cells <= QUICK_CELLS.get(spec.model, FEW_CELLS)


def build_model(name: ScoreModel, seed: int) -> Any:
    """Return the untrained scikit-learn classifier called `name`."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.tree import DecisionTreeClassifier

    if name == "naive_bayes":
        return GaussianNB()
    if name == "logistic":
        return LogisticRegression(max_iter=1000)
    if name == "forest":
        return RandomForestClassifier(min_samples_leaf=5, random_state=seed)
    if name == "boosting":
        return HistGradientBoostingClassifier(
            learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state=seed
        )
    return DecisionTreeClassifier(random_state=seed)


def _check_calibration_rows(is_positive: NDArray[np.bool_]) -> None:
    fewest = int(min(is_positive.sum(), (~is_positive).sum()))
    require(
        fewest >= FEWEST_OF_A_CLASS,
        f"Calibration needs at least {FEWEST_OF_A_CLASS} rows of each class that the model has "
        f"not learned from, and the validation part has {fewest} of one. Bring more rows.",
    )


def _score_each_way(
    model: Any, kept: Any, happened: NDArray[np.bool_], judged: Any
) -> dict[str, NDArray[np.float64]]:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    scores: dict[str, NDArray[np.float64]] = {}
    for step, calibration in enumerate(CALIBRATIONS):
        report(0.7 + 0.1 * step, "Calibrating, and scoring the rows that nothing has seen")
        chosen = model
        if calibration != "raw":
            chosen = CalibratedClassifierCV(FrozenEstimator(model), method=calibration)
            chosen.fit(kept, happened)
        scores[calibration] = chosen.predict_proba(judged)[:, 1]
    return scores
