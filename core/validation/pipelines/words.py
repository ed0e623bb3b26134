"""What the pipelines lab says in words: fits, seconds and the honesty of the score."""

from typing import Any

import pandas as pd

from core.formula import Formula
from core.validation.pipelines.lab import PipelinesResult
from core.wording import count, percent

PLACES = {
    "before": "Before everything",
    "model_step": "Around the search",
    "pipeline": "Inside the folds",
    "cached": "Inside, cached",
}
ADVICE = {
    "before": (
        "The preparation was fitted once, on training and test rows together. So the folds and the test rows "
        "have both been seen: neither score can be trusted, even if they agree."
    ),
    "model_step": (
        "The search is the last step of the pipeline. The test rows stay unseen, but the preparation "
        "was fitted on all training rows before the search cut its folds. So the reported score may be "
        "too good, and the test score is honest."
    ),
    "pipeline": (
        "The whole pipeline is what is searched. Each fold fits the preparation on its own "
        "training rows, so the reported score says what new rows would."
    ),
    "cached": (
        "The same as inside the folds, and the pipeline has memory=. A preparation that was fitted "
        "on the same rows with the same settings is read from the disk. Scores are the same; only "
        "fits are saved."
    ),
}


def tell_count(result: PipelinesResult) -> str:
    """Say how often the preparation and the model were fitted, as counted."""
    times = "once" if result.n_preparations == 1 else f"{count(result.n_preparations)} times"
    return (
        f"Each preparing step was fitted {times}, the model {count(result.n_models)} times, and the whole "
        f"search took {result.seconds:.1f} seconds of processor time here."
    )


def tell_scores(result: PipelinesResult) -> str:
    """Say what the search reports, its folds, and the test rows."""
    return (
        f"The search reports {result.reported:.3f} (folds from {result.lowest:.3f} to {result.highest:.3f}); "
        f"{count(result.n_test)} test rows say {result.test:.3f}."
    )


def tell_place(result: PipelinesResult) -> str:
    """Say what the place means for the score."""
    return ADVICE[result.spec.placement]


def tell_gap(result: PipelinesResult) -> str:
    """Say what preparing outside the folds does to the reported score of this table."""
    change = result.reported_model_step - result.reported_pipeline
    size = (
        f"{result.reported_model_step:.3f} instead of {result.reported_pipeline:.3f}, "
        f"a difference of {change:.3f}".replace("-", "−")
    )
    spread = result.highest - result.lowest
    if abs(change) > spread:
        return f"Outside the folds the search reports {size}. That is more than its folds differ."
    if result.spec.n_noise:
        return f"Outside the folds the search reports {size}."
    return (
        f"Outside the folds the search reports {size}; its folds differ by {spread:.3f}. On this table "
        "the leak cannot be told from chance. Add columns of noise and take fewer rows: then the step that "
        "chooses columns has something to leak."
    )


def tell_cache(result: PipelinesResult) -> str:
    """Say what the cache saves here, in fits and in seconds."""
    seconds = dict(zip(result.scores["placement"], result.scores["seconds"], strict=True))
    share = seconds["cached"] / seconds["pipeline"]
    if share < 0.9:
        verdict = f"it saves time: {percent(share, 0)} of the seconds remain"
    elif share <= 1.1:
        verdict = f"it changes little: {percent(share, 0)} of the seconds remain"
    else:
        verdict = f"it even costs time: {percent(share, 0)} of the seconds without it"
    return (
        f"Here {result.n_preparations_pipeline} fits of each step become {result.n_preparations_cached}, "
        f"and {verdict}. To find an old result the cache must read all rows through, which is "
        "worth it where a step takes longer than that: a slow encoder, text, images."
    )


def count_formula(result: PipelinesResult) -> Formula:
    """Return the number of preparations inside the folds, with the learner's numbers."""
    spec = result.spec
    return Formula(
        name="fits of each step",
        top="settings × folds + 1",
        top_number=f"{spec.n_settings} × {spec.k} + 1",
        value=count(result.n_preparations_pipeline),
    )


def cache_formula(result: PipelinesResult) -> Formula:
    """Return the number of preparations with a cache, with the learner's numbers."""
    return Formula(
        name="fits with a cache",
        top="folds + 1",
        top_number=f"{result.spec.k} + 1",
        value=count(result.n_preparations_cached),
    )


def tabulate_places(result: PipelinesResult) -> pd.DataFrame:
    """Return fits, seconds and scores of each place; the model is fitted equally often in all."""
    rows: list[dict[Any, Any]] = result.scores.to_dict("records")
    lines = [
        {
            "Preparation": PLACES[row["placement"]],
            "Fits of each step": count(row["n_preparations"]),
            "Processor seconds": f"{row['seconds']:.1f}",
            "Reported": f"{row['reported']:.3f}",
            "Test": f"{row['test']:.3f}",
        }
        for row in rows
    ]
    return pd.DataFrame(lines)
