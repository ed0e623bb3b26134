"""What a learner may choose in the fit counter: names, ranges, and which settings a kind of run has."""

from core.validation.fits.plan import MOST_DRAWS, MOST_FOLDS, MOST_VALUES, Model, Prep, What

WHATS: dict[What, str] = {
    "grid": "Grid search",
    "random": "Random search",
    "halving": "Halving grid",
    "halving_random": "Halving random",
    "nested": "Nested CV",
    "cross_validate": "Cross-validation",
    "learning_curve": "Learning curve",
    "validation_curve": "Validation curve",
    "study": "Study (Optuna …)",
    "spark_cv": "Spark CV",
    "spark_split": "Spark split",
}
IN_SIGHT: dict[What, tuple[str, ...]] = {
    "grid": ("first", "second", "k", "refit"),
    "random": ("n_iter", "is_listed", "k", "refit"),
    "halving": ("first", "second", "k", "factor"),
    "halving_random": ("n_iter", "is_listed", "k", "factor"),
    "nested": ("first", "second", "k", "outer"),
    "cross_validate": ("k",),
    "learning_curve": ("n_points", "k"),
    "validation_curve": ("first", "k"),
    "study": ("n_iter", "k", "n_jobs"),
    "spark_cv": ("first", "second", "k"),
    "spark_split": ("first", "second"),
}
"""The settings that change the number most, beside `what` itself."""
BEHIND_MORE = ("first", "second", "third", "extra", "refit", "n_jobs")
"""Further settings of the number, if they are not in sight."""
_ENTRIES: dict[str, tuple[str, int, int]] = {
    "first": ("Values, first list", 1, MOST_VALUES),
    "second": ("Values, second list", 1, MOST_VALUES),
    "third": ("Values, third list", 1, MOST_VALUES),
    "extra": ("Settings of a second grid", 0, MOST_VALUES),
    "n_iter": ("Draws (n_iter)", 1, MOST_DRAWS),
    "k": ("Folds (cv)", 2, MOST_FOLDS),
    "outer": ("Outer folds", 2, MOST_FOLDS),
    "n_points": ("Training sizes", 1, MOST_VALUES),
    "factor": ("Keep one in (factor)", 2, 4),
    "n_jobs": ("At the same time", 1, 64),
}
_OTHERWISE: dict[tuple[What, str], tuple[str, int, int]] = {
    ("study", "n_iter"): ("Trials", 1, MOST_DRAWS),
    ("study", "k"): ("Folds of a trial", 1, MOST_FOLDS),
    ("halving_random", "n_iter"): ("Candidates", 1, MOST_DRAWS),
    ("nested", "k"): ("Inner folds", 2, MOST_FOLDS),
    ("spark_cv", "k"): ("Folds (numFolds)", 2, MOST_FOLDS),
    ("validation_curve", "first"): ("Values", 1, MOST_VALUES),
}


def entry_of(what: What, name: str) -> tuple[str, int, int]:
    """Return label, lowest and highest value of a number that a learner enters."""
    return _OTHERWISE.get((what, name), _ENTRIES[name])


PREPS: dict[Prep, str] = {
    "none": "no preparation",
    "inside": "inside the folds",
    "cached": "inside, cached",
    "once": "once, before",
}
MODELS: dict[Model, str] = {"tree": "Decision tree", "forest": "Random forest"}
REFITS = {True: "yes", False: "no"}
SOURCES = {True: "lists", False: "distributions"}
DATA = {"wine": "Wine", "breast_cancer": "Breast cancer", "churn": "Churn"}
