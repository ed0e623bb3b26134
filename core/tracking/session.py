"""An afternoon of trying: models with drawn settings, trained one after the other on one table."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.progress import report
from core.remember import remembered

CLASSES = {
    "logistic": ("sklearn.linear_model", "LogisticRegression"),
    "tree": ("sklearn.tree", "DecisionTreeClassifier"),
    "forest": ("sklearn.ensemble", "RandomForestClassifier"),
    "neighbours": ("sklearn.neighbors", "KNeighborsClassifier"),
}
NOT_OF_THE_MODEL = {"model", "split_seed"}
TABLES = {
    "churn": "Customers who leave",
    "breast_cancer": "Breast tumours",
    "fraud": "Card payments",
}
"""The tables of the course that the lessons of this chapter offer, with short titles."""
METRICS = ("roc_auc", "log_loss", "accuracy")
"""In the names of scikit-learn; of ``log_loss`` less is better, of the others more."""
MOST_ROWS = 2_000
"""Of a longer table a sample is taken: what is taught here is keeping notes, not the model."""
FEWEST_ROWS = 60
MOST_RUNS = 200
TEST_SHARE = 0.3
LARGEST_SEED = 2**32 - 2


@dataclass(frozen=True, kw_only=True)
class SessionSpec:
    """One table, and how many models are tried on it."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    n_runs: int = 40
    has_failure: bool = True
    """Whether one of the trainings asks for more neighbours than there are rows, and fails."""
    changes_rows: bool = False
    """Whether the rows are dealt anew after half of the trainings, as when a notebook is started again."""
    seed: int = 0
    """Decides the settings, the split and the models' own chance."""

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"These models part two classes, and {dataset.title} is a {dataset.task} table. "
            "Choose a table with a yes/no target.",
        )
        require(
            dataset.n_rows >= FEWEST_ROWS,
            f"A session needs at least {FEWEST_ROWS} rows, and {dataset.title} has {dataset.n_rows}. "
            "Bring more rows.",
        )
        require(
            2 <= self.n_runs <= MOST_RUNS,
            f"A session has 2 to {MOST_RUNS} runs, got {self.n_runs}. Choose a number between.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Session:
    """What was trained, and how well each model did on the rows held back.

    `runs` has one row per run: ``number`` (from 1, in the order of training), ``model``, ``status``
    (``FINISHED`` or ``FAILED``), each of `METRICS` (nan if it failed), ``problem`` (why) and ``split_seed``,
    which deals the rows. `params` has one row per run and setting: ``number``, ``name``, ``value`` as Python
    writes it; the seed of the rows is one of them where it changes.
    """

    spec: SessionSpec
    n_train: int
    n_test: int
    runs: pd.DataFrame
    params: pd.DataFrame


@remembered
def train_session(spec: SessionSpec) -> Session:
    """Train every model of the session and judge it on the same rows held back.

    Check by eye: 40 runs are 40 trainings, one of which fails.
    """
    dataset = load_dataset(spec.data)
    table = take_rows(dataset, spec.seed)
    target = (table[dataset.target] == dataset.positive).to_numpy()
    require(
        min(target.sum(), (~target).sum()) >= 4,
        f"Each class needs at least 4 rows, and {dataset.title} has fewer. Bring more rows.",
    )
    parts = {seed: _deal(dataset, table, target, seed) for seed in split_seeds(spec)}
    n_train = len(parts[spec.seed][1])
    rows = []
    chosen = draw_settings(spec, n_train)
    for number, settings in enumerate(chosen, start=1):
        seed = settings.get("split_seed", spec.seed)
        rows.append(_train(number, settings, parts[seed], spec.seed) | {"split_seed": seed})
        report(number / len(chosen), f"{number} of {len(chosen)} models trained")
    params = [
        (number, name, str(value))
        for number, settings in enumerate(chosen, start=1)
        for name, value in settings.items()
    ]
    return Session(
        spec=spec,
        n_train=n_train,
        n_test=len(parts[spec.seed][3]),
        runs=pd.DataFrame(rows).astype({"model": "str", "status": "str", "problem": "str"}),
        params=pd.DataFrame(params, columns=["number", "name", "value"]).astype(
            {"number": "int64", "name": "str", "value": "str"}
        ),
    )


def retrain(spec: SessionSpec, settings: dict[str, Any]) -> float:
    """Train the model of `settings` once more, alone, and return its ROC AUC."""
    dataset = load_dataset(spec.data)
    table = take_rows(dataset, spec.seed)
    target = (table[dataset.target] == dataset.positive).to_numpy()
    parts = _deal(dataset, table, target, settings.get("split_seed", spec.seed))
    return float(_train(0, settings, parts, spec.seed)["roc_auc"])


def split_seeds(spec: SessionSpec) -> tuple[int, ...]:
    """Return the seeds that deal the rows: one, or a second one for the later half."""
    return (spec.seed, spec.seed + 1) if spec.changes_rows else (spec.seed,)


def _deal(dataset: Dataset, table: pd.DataFrame, target: Any, seed: int) -> tuple[Any, ...]:
    """Return prepared rows and answers for training, then those held back."""
    from sklearn.model_selection import train_test_split

    from core.metrics.classifiers import prepare_columns

    x_train, x_test, y_train, y_test = train_test_split(
        table[list(dataset.features)], target,
        test_size=TEST_SHARE, random_state=seed, stratify=target,
    )  # fmt: skip
    prepare = prepare_columns(dataset)
    # Learned once: the preparation has no settings that are tried.
    return prepare.fit_transform(x_train), y_train, prepare.transform(x_test), y_test


def take_rows(dataset: Dataset, seed: int) -> pd.DataFrame:
    """Return the rows that a session uses: all, or a sample of a long table."""
    table = dataset.table
    if len(table) > MOST_ROWS:
        table = table.sample(MOST_ROWS, random_state=seed)
    return table


def draw_settings(spec: SessionSpec, n_train: int) -> list[dict[str, Any]]:
    """Return the settings of each run: ``model``, then what its class in scikit-learn is given."""
    rng = np.random.default_rng(spec.seed)
    drawn: list[dict[str, Any]] = []
    while len(drawn) < spec.n_runs:
        settings = _draw(str(rng.choice(list(CLASSES))), rng)
        if settings not in drawn:
            drawn.append(settings)
    if spec.has_failure:
        drawn[spec.n_runs // 3] = {"model": "neighbours", "n_neighbors": n_train + 1}
    if spec.changes_rows:
        for place, settings in enumerate(drawn):
            settings["split_seed"] = spec.seed + (place >= spec.n_runs // 2)
    return drawn


def _draw(model: str, rng: np.random.Generator) -> dict[str, Any]:
    weight = [None, "balanced"][int(rng.integers(2))]
    spaces: dict[str, dict[str, Any]] = {
        "logistic": {"C": float(f"{10 ** rng.uniform(-4, 2):.2g}"), "class_weight": weight},
        "tree": {"max_depth": int(rng.integers(2, 13)), "class_weight": weight},
        "forest": {
            "n_estimators": int(rng.integers(1, 5)) * 10,
            "max_depth": int(rng.integers(2, 13)),
        },
        "neighbours": {"n_neighbors": int(rng.integers(1, 61))},
    }
    return {"model": model, **spaces[model]}


def build(settings: dict[str, Any], seed: int) -> Any:
    """Return the untrained model that `settings` describe."""
    from importlib import import_module

    given = {name: value for name, value in settings.items() if name not in NOT_OF_THE_MODEL}
    module, name = CLASSES[settings["model"]]
    if settings["model"] in ("tree", "forest"):
        given["random_state"] = seed
    if settings["model"] == "logistic":
        given["max_iter"] = 1000
    return getattr(import_module(module), name)(**given)


def _train(number: int, settings: dict[str, Any], parts: Any, seed: int) -> dict[str, Any]:
    from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

    train, y_train, test, y_test = parts
    row: dict[str, Any] = {"number": number, "model": settings["model"]}
    try:
        said = build(settings, seed).fit(train, y_train).predict_proba(test)[:, 1]
    except ValueError as error:
        nothing = dict.fromkeys(METRICS, float("nan"))
        return row | {"status": "FAILED", **nothing, "problem": str(error)}
    measured = {
        "roc_auc": float(roc_auc_score(y_test, said)),
        "log_loss": float(log_loss(y_test, said)),
        "accuracy": float(accuracy_score(y_test, said >= 0.5)),
    }
    return row | {"status": "FINISHED", **measured, "problem": ""}
