"""AutoML against what anybody would try first: a linear model on one-hot columns, and LightGBM's defaults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.report import Report, machine_load, rounded
from core.automl.run import run_automl
from core.automl.scores import gain_of, score_all
from core.automl.settings import LOWER_IS_BETTER, Settings
from core.datasets import load_dataset
from core.validation.compare.judges import judge_folds

SHIPPED = ("churn", "house_prices", "wine", "diabetes")
"""Tables of the catalogue with words and without, classes and numbers."""
TEST_SHARE = 0.2
RIVALS = ("linear", "lightgbm")
JUDGED = {"binary": ("roc_auc", "log_loss"), "multiclass": ("log_loss",), "regression": ("rmse",)}


@dataclass(frozen=True)
class Order:
    """One table and what is to be predicted from it."""

    name: str
    table: pd.DataFrame
    target: str


def measure(
    *, tables: Sequence[str] = (), n_splits: int = 5, n_trials: int = 20, cpu_seconds: float = 60.0
) -> Report:
    """Answer "is AutoML ever worse than the better of two models with their defaults?".

    Each table is split 80 to 20 by chance (classes in even shares), with ``random_state`` 0, 1, and so on.
    AutoML gets the 80, of which it keeps a fifth for its own test, and at most `cpu_seconds`; both rivals
    train on all 80. All are judged by the 20. `tables` are further files as ``FILE:TARGET``.

    Table ``splits``: ``data``, ``split``, ``metric``, ``automl``, ``linear``, ``lightgbm``, ``chosen`` (the
    model that AutoML proposed), ``cpu_s``, ``load``.
    Table ``margins``: ``data``, ``metric``, ``rival`` (the better of the two on the mean), ``automl``,
    ``theirs``, ``gain`` of AutoML over it (more is better), ``low`` and ``high`` (95 % interval by Nadeau
    and Bengio over the splits), ``is_worse`` (whether the whole interval is below 0), ``load``.
    """
    rows = [
        row
        for order in [*_shipped(), *map(_read, tables)]
        for row in _judge(order, n_splits, Settings(
            target=order.target, max_trials=n_trials, cpu_seconds=cpu_seconds
        ))
    ]  # fmt: skip
    return Report(
        name="automl",
        question="Is AutoML ever worse than the better of two models with their defaults?",
        goal=f"worse on no table, and at most {cpu_seconds:g} s of processor time",
        tables={"splits": rows, "margins": list(_compare(rows))},
        notes=(
            "The rival is chosen after the fact, for each table and metric, so it has the luck of two.",
            "Splits share most of their rows; the interval allows for that.",
        ),
    )


def _shipped() -> Iterator[Order]:
    for name in SHIPPED:
        dataset = load_dataset(name)
        yield Order(name, dataset.read()[0], str(dataset.target))


def _read(text: str) -> Order:
    file, _, target = text.rpartition(":")
    return Order(Path(file).stem, pd.read_csv(file, na_values=[" "]), target)


def _judge(order: Order, n_splits: int, settings: Settings) -> Iterator[dict[str, Any]]:
    from sklearn.model_selection import train_test_split

    for split in range(n_splits):
        is_classes = _is_classes(order.table[order.target])
        counts = order.table[order.target].value_counts()
        train, test = train_test_split(
            order.table,
            test_size=TEST_SHARE,
            random_state=split,
            stratify=order.table[order.target] if is_classes and counts.min() > 1 else None,
        )
        outcome = run_automl(train, settings)
        ready = outcome.ready

        def score(
            predicted: Any, ready: Any = ready, test: pd.DataFrame = test
        ) -> dict[str, float]:
            return score_all(
                np.array([_same(cell, ready.classes) for cell in test[order.target]]),
                predicted,
                task=ready.task,
                classes=ready.classes,
                positive=ready.positive,
            )

        found = {"automl": score(outcome.model.predict(test))}
        for rival in RIVALS:
            found[rival] = score(_train_rival(rival, train, test, order.target, ready.classes))
        for metric in JUDGED[ready.task]:
            yield {
                "data": order.name,
                "split": split,
                "metric": metric,
                **{name: round(scores[metric], 5) for name, scores in found.items()},
                "chosen": outcome.finals.chosen.name,
                "cpu_s": rounded(outcome.cpu_seconds),
                "load": machine_load(),
            }


def _is_classes(target: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(target.dtype) or target.nunique() <= 10


def _same(cell: Any, classes: Sequence[Any]) -> Any:
    """Return a cell of the target as AutoML names its classes; numbers stay."""
    return next(
        (label for label in classes if label == cell or str(label) == str(cell).strip()), cell
    )


def _train_rival(
    rival: str, train: pd.DataFrame, test: pd.DataFrame, target: str, classes: Sequence[Any]
) -> Any:
    """Return what the rival says of `test`: one-hot words, gaps filled by the median, defaults."""
    from lightgbm import LGBMClassifier, LGBMRegressor
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    features = train.drop(columns=target)
    numbers = list(features.select_dtypes("number").columns)
    words = [name for name in features.columns if name not in numbers]
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False, min_frequency=2), words),
        verbose_feature_names_out=False,
    )
    models = {
        "linear": (LogisticRegression(max_iter=1000), Ridge()),
        "lightgbm": (
            LGBMClassifier(verbosity=-1, n_jobs=1, random_state=0),
            LGBMRegressor(verbosity=-1, n_jobs=1, random_state=0),
        ),
    }
    model = make_pipeline(
        prepare.set_output(transform="pandas"), models[rival][0 if classes else 1]
    )
    if not classes:
        return model.fit(features, train[target]).predict(test[features.columns])
    named = np.array([classes.index(_same(cell, classes)) for cell in train[target]])
    said = model.fit(features, named).predict_proba(test[features.columns])
    whole = np.zeros((len(test), len(classes)))
    whole[:, model.classes_] = said
    return whole


def _compare(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    table = pd.DataFrame(rows)
    for (data, metric), of_metric in table.groupby(["data", "metric"], sort=False):
        means = {rival: gain_of(str(metric), float(of_metric[rival].mean())) for rival in RIVALS}
        rival = max(means, key=lambda name: means[name])
        sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
        gains = sign * (of_metric["automl"] - of_metric[rival]).to_numpy(np.float64)
        verdict = judge_folds(gains, TEST_SHARE / (1 - TEST_SHARE))
        yield {
            "data": data,
            "metric": metric,
            "rival": rival,
            "automl": round(float(of_metric["automl"].mean()), 5),
            "theirs": round(float(of_metric[rival].mean()), 5),
            "gain": round(float(verdict.difference), 5),
            "low": round(float(verdict.low), 5),
            "high": round(float(verdict.high), 5),
            "is_worse": bool(verdict.high < 0),
            "load": machine_load(),
        }
