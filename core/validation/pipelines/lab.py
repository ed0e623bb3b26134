"""Pipelines inside, not outside: where the preparation stands decides fits, time and honesty."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.validation.pipelines.placements import (
    PLACEMENTS,
    Placement,
    PlacementsSpec,
    compare_placements,
)
from core.validation.pipelines.script import write_script


@dataclass(frozen=True, kw_only=True)
class PipelinesSpec:
    """One search, and the place of the preparation that is looked at."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``fraud``, ``breast_cancer`` or ``own-…``."""
    placement: Placement = "pipeline"
    """``before`` everything, around the search (``model_step``), inside it (``pipeline``), or inside
    and ``cached``."""
    n_rows: int = 1000
    n_noise: int = 0
    n_settings: int = 3
    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.placement in PLACEMENTS,
            f"The preparation stands in one of {', '.join(PLACEMENTS)}, got {self.placement!r}.",
        )
        _ = self.search  # refuses unknown tables, numbers and seeds

    @property
    def search(self) -> PlacementsSpec:
        """What is trained: the same for all places."""
        return PlacementsSpec(
            data=self.data,
            n_rows=self.n_rows,
            n_noise=self.n_noise,
            n_settings=self.n_settings,
            k=self.k,
            seed=self.seed,
        )


@dataclass(frozen=True, eq=False)
class PipelinesResult:
    """One search with its preparation in four places.

    Scores are areas under the ROC curve. Numbers ending in the name of a placement belong to it;
    the others belong to the placement looked at. Seconds are those of this machine's processor,
    measured once; waiting for other programs does not count.
    """

    spec: PipelinesSpec
    row_noun: tuple[str, str]
    n_train: int
    n_test: int
    n_models: int
    """Fits of the model, the last one on all training rows included; the same in each place."""
    n_preparations: int
    """Fits of each preparing step."""
    reported: float
    lowest: float
    highest: float
    test: float
    gap: float
    """Reported minus test."""
    seconds: float
    preparing_share: float
    """Share of the seconds that the preparing steps spent in fit."""
    n_preparations_before: int
    n_preparations_model_step: int
    n_preparations_pipeline: int
    n_preparations_cached: int
    reported_before: float
    reported_model_step: float
    reported_pipeline: float
    test_before: float
    test_model_step: float
    test_pipeline: float
    fits: pd.DataFrame
    """One row per placement and step: ``placement``, ``step``, ``n_fits``, ``seconds``."""
    scores: pd.DataFrame
    """One row per placement: ``placement``, ``n_preparations``, ``n_models``, ``reported``,
    ``lowest``, ``highest``, ``test``, ``gap``, ``seconds``, ``preparing``, ``fitting``, ``rest``
    (seconds)."""


def place_preparation(spec: PipelinesSpec) -> PipelinesResult:
    """Answer "how often is the preparation fitted, how long does it take, and is the score honest?".

    Check by eye: 3 settings in 5 folds fit the model 3 × 5 + 1 = 16 times in every place.
    """
    found = compare_placements(spec.search)
    scores = _gather(found.scores, found.fits)
    by_place: dict[Any, Any] = scores.set_index("placement").to_dict("index")
    here = by_place[spec.placement]
    values: dict[str, Any] = {
        name: float(here[name])
        for name in ("reported", "lowest", "highest", "test", "gap", "seconds")
    }
    for name, row in by_place.items():
        values[f"n_preparations_{name}"] = int(row["n_preparations"])
        if name != "cached":  # the cache changes no score
            values[f"reported_{name}"] = float(row["reported"])
            values[f"test_{name}"] = float(row["test"])
    return PipelinesResult(
        spec=spec,
        row_noun=load_dataset(spec.data).row_noun,
        n_train=found.n_train,
        n_test=found.n_test,
        n_models=int(here["n_models"]),
        n_preparations=int(here["n_preparations"]),
        preparing_share=float(here["preparing"] / here["seconds"]),
        **values,
        fits=found.fits,
        scores=scores,
    )


def _gather(scores: pd.DataFrame, fits: pd.DataFrame) -> pd.DataFrame:
    """Add to each placement what was fitted how often, and where the seconds went."""
    is_model = fits["step"] == "model"
    models = fits[is_model].set_index("placement")
    prepared = fits[~is_model].groupby("placement")
    places = scores["placement"]
    preparing = places.map(prepared["seconds"].sum())
    fitting = places.map(models["seconds"])
    return pd.DataFrame(
        {
            "placement": places,
            "n_preparations": places.map(prepared["n_fits"].max()).astype("int64"),
            "n_models": places.map(models["n_fits"]).astype("int64"),
            **{name: scores[name] for name in ("reported", "lowest", "highest", "test")},
            "gap": scores["reported"] - scores["test"],
            "seconds": scores["seconds"],
            "preparing": preparing,
            "fitting": fitting,
            "rest": scores["seconds"] - preparing - fitting,
        }
    )


def name_slow_part(spec: PipelinesSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the view that the lesson opens with."""
    if spec.search == PlacementsSpec():
        return None
    title = load_dataset(spec.data).title
    what = f"One search is being run on {title} with its preparation in four places."
    return SlowPart(run=compare_placements, spec=spec.search, what=what)


LAB = Lab(
    name="pipelines",
    question="Where does the preparation belong, and what does it cost there?",
    spec=PipelinesSpec,
    run=place_preparation,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "before": {"placement": "before"},
        "model-step": {"placement": "model_step"},
        "cached": {"placement": "cached"},
        "noise": {"placement": "model_step", "n_rows": 300, "n_noise": 500},
        "tumours": {"data": "breast_cancer", "n_rows": 300},
    },
)
