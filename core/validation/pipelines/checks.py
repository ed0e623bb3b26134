"""Runs and draws behind the practice items on pipelines; see `core.practice.proof`."""

import tempfile
from typing import Any

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts


def count_preparations(n_settings: int, k: int) -> Facts:
    """Run a grid search with a scaler in four places and count every fit of it.

    Facts: ``before``, ``model_step``, ``pipeline``, ``cached`` (fits of the scaler), ``n_models``
    (fits of the model with the pipeline inside), ``n_models_before``. Check by eye: 1 setting in 2
    folds fits the scaler 3 times inside the search.
    """
    from sklearn.model_selection import GridSearchCV, KFold
    from sklearn.pipeline import Pipeline

    from core.validation.fits.counting import CountedLazy, CountedScale, Ledger, keep_ledger

    rng = np.random.default_rng(0)
    rows, target = rng.normal(size=(60, 2)), np.arange(60) % 2
    values, folds = list(range(1, n_settings + 1)), KFold(k)

    def count(place: str, memory: str | None = None) -> dict[str, int]:
        scale: tuple[str, Any] = ("scale", CountedScale())
        with keep_ledger(Ledger()) as ledger:
            if place == "inside":
                whole = Pipeline([scale, ("model", CountedLazy())], memory=memory)
                GridSearchCV(whole, {"model__first": values}, cv=folds).fit(rows, target)
            else:
                search = GridSearchCV(CountedLazy(), {"first": values}, cv=folds)
                if place == "around":
                    Pipeline([scale, ("search", search)]).fit(rows, target)
                else:
                    search.fit(scale[1].fit_transform(rows), target)
        steps = [entry.step for entry in ledger.entries]
        return {step: steps.count(step) for step in ("scale", "model")}

    before, around, inside = count("before"), count("around"), count("inside")
    with tempfile.TemporaryDirectory() as folder:
        cached = count("inside", folder)
    return {
        "before": before["scale"],
        "model_step": around["scale"],
        "pipeline": inside["scale"],
        "cached": cached["scale"],
        "n_models": inside["model"],
        "n_models_before": before["model"],
    }


def draw_search(rng: np.random.Generator) -> Values:
    """Draw the settings and the folds of a search; the keys from the rule settings × folds + 1."""
    n_settings, k = int(rng.integers(3, 13)), int(rng.integers(3, 11))
    return {
        "n_settings": n_settings,
        "k": k,
        "all": n_settings * k + 1,
        "cached": k + 1,
    }


def score_noise() -> Facts:
    """Run the search of the lesson on 300 rows with 500 columns of noise, in each place.

    Facts: ``reported_`` and ``test_`` followed by ``before``, ``model_step`` and ``pipeline``.
    """
    from core.validation.pipelines.placements import PlacementsSpec, compare_placements

    found = compare_placements(PlacementsSpec(n_rows=300, n_noise=500))
    rows: dict[Any, Any] = found.scores.set_index("placement").to_dict("index")
    return {
        f"{score}_{place}": float(rows[place][score])
        for score in ("reported", "test")
        for place in ("before", "model_step", "pipeline")
    }
