"""Train every curve and ask every pruner anew: ``python -m core.search.pruning.make_curves`` (minutes).

The files under ``datasets/pruning`` come from here; a test trains and asks a sample of them again.
"""

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from core.datasets import load_dataset
from core.remember import use_one_thread
from core.search.optuna_tools import quiet_optuna
from core.search.pruning.curves import (
    CARDS,
    FOLDER,
    N_SEARCHES,
    N_STEPS,
    PRUNERS,
    CurveCard,
    build_pruner,
    draw_order,
    draw_settings,
)
from core.search.pruning.own import is_own, sample_rows

VALIDATION_SHARE = 0.3
STUDY_NAME = "search"
"""Hyperband deals trials to its brackets by the name of the study, so a program at home uses it too."""


def train_curve(card: CurveCard, params: dict[str, Any]) -> list[float]:
    """Train one setting to the end and return its log loss on the validation rows after each step."""
    train, validation = split_rows(card)
    if card.model == "LightGBM":
        return _train_rounds(card, params, train, validation)
    return _train_epochs(card, params, train, validation)


def split_rows(card: CurveCard) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return features and labels of the training and of the validation rows."""
    dataset = load_dataset(card.data)
    table = sample_rows(dataset) if is_own(card.data) else dataset.table
    x = pd.get_dummies(table[list(dataset.features)], dtype=float).to_numpy(dtype=float)
    y = np.unique(table[dataset.target], return_inverse=True)[1]
    if card.data == "digits":
        x = x / 16  # pixels run from 0 to 16
    parts = train_test_split(x, y, test_size=VALIDATION_SHARE, stratify=y, random_state=0)
    return (parts[0], parts[2]), (parts[1], parts[3])


def ask_pruner(name: str, losses: NDArray[np.float64]) -> list[int]:
    """Run a study of Optuna's in which each trial reports a known curve; return the steps of each trial.

    `losses` has a row for each trial, in order. Nothing is saved by stopping after the last step, so
    the pruner is not asked there.
    """
    import optuna

    given: list[int] = []

    def objective(trial: Any) -> float:
        for step, loss in enumerate(losses[trial.number].tolist(), start=1):
            trial.report(loss, step)
            if step < N_STEPS and trial.should_prune():
                given.append(step)
                raise optuna.TrialPruned
        given.append(N_STEPS)
        return float(losses[trial.number, -1])

    with quiet_optuna():
        study = optuna.create_study(
            study_name=STUDY_NAME, direction="minimize", pruner=build_pruner(name)
        )
        study.optimize(objective, n_trials=len(losses))
    return given


def write_curves(names: Sequence[str], folder: Path = FOLDER) -> None:
    """Make the pools called `names` and write them to `folder`."""
    use_one_thread()
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        settings = draw_settings(CARDS[name])
        losses = np.array([train_curve(CARDS[name], params) for params in settings])
        tabulate_losses(losses).to_parquet(folder / f"{name}-curves.parquet", index=False)
        parts = [replay(search, losses) for search in range(N_SEARCHES)]
        stops = pd.concat(parts, ignore_index=True).astype("int16")
        stops.to_parquet(folder / f"{name}-stops.parquet", index=False)


def tabulate_losses(losses: NDArray[np.float64]) -> pd.DataFrame:
    """Return one row for each setting and step of `losses`."""
    return pd.DataFrame(
        {
            "setting": np.repeat(np.arange(len(losses)), N_STEPS),
            "step": np.tile(np.arange(1, N_STEPS + 1), len(losses)),
            "loss": losses.ravel(),
        }
    ).astype({"setting": "int16", "step": "int16"})


def replay(search: int, losses: NDArray[np.float64]) -> pd.DataFrame:
    """Return the steps that every pruner gives each training of a search, if `losses` are all known."""
    order = draw_order(search)
    given = {pruner: ask_pruner(pruner, losses[order]) for pruner in PRUNERS}
    return pd.DataFrame({"search": search, "place": range(len(order)), **given})


def _train_rounds(card: CurveCard, params: dict[str, Any], train: Any, held: Any) -> list[float]:
    import lightgbm

    found: dict[str, Any] = {}
    model = lightgbm.LGBMClassifier(
        **params,
        n_estimators=N_STEPS * card.per_step,
        random_state=0,
        n_jobs=1,
        verbosity=-1,
        deterministic=True,
        force_col_wise=True,
    )
    x, y = train
    model.fit(
        x,
        y,
        eval_X=(held[0],),
        eval_y=(held[1],),
        callbacks=[lightgbm.record_evaluation(found)],
    )
    losses = next(iter(found.values()))["binary_logloss"]
    return [float(loss) for loss in losses[card.per_step - 1 :: card.per_step]]


def _train_epochs(card: CurveCard, params: dict[str, Any], train: Any, held: Any) -> list[float]:
    if card.model == "SGDClassifier":
        model: Any = SGDClassifier(
            **params, loss="log_loss", learning_rate="constant", random_state=0
        )
    else:
        model = MLPClassifier(**params, random_state=0)
    classes, losses = np.unique(train[1]), []
    for _ in range(N_STEPS):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a step that is too large runs away
            model.partial_fit(*train, classes=classes)
            losses.append(float(log_loss(held[1], model.predict_proba(held[0]))))
    return losses


if __name__ == "__main__":
    write_curves(sys.argv[1:] or list(CARDS))
