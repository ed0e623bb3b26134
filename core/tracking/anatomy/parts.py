"""What one may want to know of a training later, and whether a run holds it."""

from collections.abc import Callable

import pandas as pd

Holds = Callable[[pd.DataFrame], bool]
AUTO_TAGS = ("estimator_class", "estimator_name")
SCORES = ("accuracy", "f1", "roc_auc")
"""Of the rows held back; every way but the search computes all three."""


def names_of(entries: pd.DataFrame, kind: str) -> list[str]:
    """Return the names of one kind of entry."""
    return [str(name) for name in entries.loc[entries["kind"] == kind, "name"]]


def own_tags(entries: pd.DataFrame) -> list[str]:
    """Return the tags that neither MLflow nor autolog wrote."""
    return [
        name
        for name in names_of(entries, "tag")
        if not name.startswith("mlflow.") and name not in AUTO_TAGS
    ]


def score_names(entries: pd.DataFrame, score: str) -> list[str]:
    """Return the metrics that hold `score` on rows that were held back."""
    return [
        name
        for name in names_of(entries, "metric")
        if score in name and not name.startswith("training_")
    ]


def _has(kind: str, *ends: str) -> Holds:
    return lambda entries: any(name.endswith(ends) for name in names_of(entries, kind))


def _has_score(score: str) -> Holds:
    return lambda entries: bool(score_names(entries, score))


PARTS: dict[str, tuple[str, Holds]] = {
    "depth": ("Depth of the tree", _has("param", "max_depth")),
    "defaults": ("Other settings", _has("param", "__criterion")),
    "seed": ("Seed of the split", _has("param", "split_seed")),
    "training": (
        "Training scores",
        lambda entries: any(name.startswith("training_") for name in names_of(entries, "metric")),
    ),
    "accuracy": ("Test accuracy", _has_score("accuracy")),
    "f1": ("Test F1", _has_score("f1")),
    "roc_auc": ("Test ROC AUC", _has_score("roc_auc")),
    "steps": ("Values over steps", lambda entries: bool((entries["n_points"] > 1).any())),
    "why": ("Reason in words", lambda entries: bool(own_tags(entries))),
    "file": ("A file of yours", _has("file", "importances.csv")),
    "plots": ("Pictures", _has("file", ".png")),
    "dataset": ("Dataset", lambda entries: bool(names_of(entries, "dataset"))),
    "model": ("Model", lambda entries: bool(names_of(entries, "model"))),
    "source": ("Program and person", _has("tag", "mlflow.source.name")),
}
"""Each part by its key: what it is called, and how a run is asked for it."""


def check_parts(entries: pd.DataFrame) -> pd.DataFrame:
    """Return one row per way and part: ``way``, ``part`` (a key of `PARTS`), ``is_held``.

    Check by eye: a run in which nothing was logged still knows its program and its person.
    """
    rows = [
        (str(way), part, holds(group))
        for way, group in entries.groupby("way", sort=False)
        for part, (_, holds) in PARTS.items()
    ]
    return pd.DataFrame(rows, columns=["way", "part", "is_held"]).astype(
        {"way": "str", "part": "str", "is_held": "bool"}
    )
