"""The run that is counted: the very calls of scikit-learn that a practitioner would write."""

import tempfile
import warnings
from typing import Any

import numpy as np

from core.validation.fits.counting import (
    CountedFill,
    CountedForest,
    CountedLazy,
    CountedScale,
    CountedTree,
    judge,
    judge_outside,
)
from core.validation.fits.plan import DRAWN, LedgerSpec, Model
from core.validation.fits.rows import Rows
from core.validation.fits.rule import plan_of

Lists = dict[str, list[Any]]

TUNED: dict[Model, tuple[str, str, str]] = {
    "tree": ("max_depth", "min_samples_leaf", "ccp_alpha"),
    "forest": ("n_estimators", "max_depth", "min_samples_leaf"),
    "count": ("first", "second", "third"),
}
"""The first, second and third parameter of each model."""


def values_of(model: Model, place: int, n_values: int) -> list[Any]:
    """Return the values that a grid tries for a parameter (0, 1 or 2) of `model`."""
    if TUNED[model][place] == "n_estimators":
        return [5 * n for n in range(1, n_values + 1)]
    if TUNED[model][place] == "ccp_alpha":
        return [round(0.005 * n, 3) for n in range(n_values)]
    return list(range(1, n_values + 1))


def lists_of(spec: LedgerSpec) -> Lists | list[Lists]:
    """Return the grid of `spec`, or two grids beside each other."""
    names, sizes = TUNED[spec.model], (spec.first, spec.second, spec.third)
    grid = {
        name: values_of(spec.model, place, n)
        for place, (name, n) in enumerate(zip(names, sizes, strict=True))
        if n > 1
    } or {names[0]: values_of(spec.model, 0, 1)}
    if spec.extra == 0:
        return grid
    other = {
        "criterion": ["entropy"],
        names[0]: values_of(spec.model, 0, spec.extra),
    }
    return [grid, other]


def distributions_of(model: Model) -> dict[str, Any]:
    """Return what random draws come from; one number is continuous, so no draw comes twice."""
    from scipy.stats import randint, uniform

    if model == "forest":
        return {
            "n_estimators": randint(5, 30),
            "max_depth": randint(1, 9),
            "max_samples": uniform(0.5, 0.5),
        }
    first, second, third = TUNED[model]
    return {first: randint(1, 9), second: randint(1, 9), third: uniform(0, 0.05)}


def tuned_names(model: Model) -> tuple[str, ...]:
    """Return every parameter that can tell two candidates of `model` apart."""
    return (*TUNED[model], *({"max_samples"} if model == "forest" else ()), "criterion")


def run_plan(spec: LedgerSpec, rows: Rows) -> tuple[float, str]:
    """Run what `spec` says on `rows`.

    Returns the mean accuracy on held-out rows (of the best setting, if there is a choice; of the
    largest training set of a learning curve) and what scikit-learn warned of, or "".
    """
    with tempfile.TemporaryDirectory() as cache, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        score = _run(spec, rows, cache)
    told = [str(one.message) for one in caught if "smaller than n_iter" in str(one.message)]
    return score, told[0] if told else ""


def _run(spec: LedgerSpec, rows: Rows, cache: str) -> float:
    x, y, cv = rows.x, rows.y, build_splitter(spec, spec.k)
    if spec.what in ("cross_validate", "learning_curve", "validation_curve", "study"):
        if spec.prep == "once":
            x = _build_preparation(None).fit_transform(x, y)
        return _run_without_search(spec, _build_estimator(spec, cache), x, y, cv)
    search = _build_search(spec, _build_estimator(spec, cache), cv)
    if spec.prep == "once":
        search = _build_preparation(search)
    if spec.what == "nested":
        from sklearn.model_selection import cross_validate

        outer = build_splitter(spec, spec.outer)
        scores = cross_validate(search, x, y, cv=outer, scoring=judge_outside, error_score="raise")
        return float(np.mean(scores["test_score"]))
    search.fit(x, y)
    if spec.prep == "once":
        search = search[-1]
    if plan_of(spec).refits:
        return float(search.best_score_)
    return float(np.max(search.cv_results_["mean_test_score"]))


def _run_without_search(spec: LedgerSpec, estimator: Any, x: Any, y: Any, cv: Any) -> float:
    from sklearn import model_selection

    judging: dict[str, Any] = {"cv": cv, "scoring": judge, "error_score": "raise"}
    if spec.what == "cross_validate":
        scores = model_selection.cross_validate(estimator, x, y, **judging)["test_score"]
        return float(scores.mean())
    if spec.what == "learning_curve":
        sizes = np.linspace(1 / spec.n_points, 1, spec.n_points)
        _, _, scores = model_selection.learning_curve(
            estimator, x, y, train_sizes=sizes, shuffle=True, random_state=spec.seed, **judging
        )
        return float(scores.mean(axis=1)[-1])
    if spec.what == "validation_curve":
        name = TUNED[spec.model][0]
        _, scores = model_selection.validation_curve(
            estimator,
            x,
            y,
            param_name=_prefix(spec) + name,
            param_range=values_of(spec.model, 0, spec.first),
            **judging,
        )
        return float(scores.mean(axis=1).max())
    return _run_study(spec, estimator, x, y, judging)


def _run_study(spec: LedgerSpec, estimator: Any, x: Any, y: Any, judging: dict[str, Any]) -> float:
    """Let Optuna propose settings with its usual sampler; each trial is cross-validated."""
    import optuna
    from sklearn.model_selection import cross_validate

    from core.search.optuna_tools import quiet_optuna

    def objective(trial: Any) -> float:
        settings = {
            name: suggest(trial, name, drawn)
            for name, drawn in _add_prefix(spec, distributions_of(spec.model)).items()
        }
        scores = cross_validate(estimator.set_params(**settings), x, y, **judging)
        return float(scores["test_score"].mean())

    with quiet_optuna():
        sampler = optuna.samplers.TPESampler(seed=spec.seed)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.optimize(objective, n_trials=spec.n_iter)
    return float(study.best_value)


def is_whole(drawn: Any) -> bool:
    """Say whether a distribution of scipy draws whole numbers."""
    return hasattr(drawn.dist, "pmf")


def suggest(trial: Any, name: str, drawn: Any) -> float:
    """Return what a trial of Optuna proposes within the bounds of a distribution of scipy."""
    low, high = drawn.support()
    if is_whole(drawn):
        return int(trial.suggest_int(name, int(low), int(high)))
    return float(trial.suggest_float(name, float(low), float(high)))


def build_splitter(spec: LedgerSpec, k: int) -> Any:
    """Return shuffled folds, or a single hold-out split of a quarter of the rows."""
    from sklearn.model_selection import KFold, ShuffleSplit

    if k == 1 or spec.what == "spark_split":
        return ShuffleSplit(n_splits=1, test_size=0.25, random_state=spec.seed)
    return KFold(k, shuffle=True, random_state=spec.seed)


def _build_search(spec: LedgerSpec, estimator: Any, cv: Any) -> Any:
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401  allows the next line
    from sklearn.model_selection import (
        GridSearchCV,
        HalvingGridSearchCV,
        HalvingRandomSearchCV,
        RandomizedSearchCV,
    )

    common: dict[str, Any] = {
        "cv": cv,
        "refit": plan_of(spec).refits,
        "scoring": judge,
        "error_score": "raise",
    }
    space: Any = lists_of(spec)
    if spec.what in DRAWN and not spec.is_listed:
        space = distributions_of(spec.model)
    space = _add_prefix(spec, space)
    if spec.what == "random":
        return RandomizedSearchCV(
            estimator, space, n_iter=spec.n_iter, random_state=spec.seed, **common
        )
    if spec.what == "halving":
        return HalvingGridSearchCV(
            estimator, space, factor=spec.factor, random_state=spec.seed, **common
        )
    if spec.what == "halving_random":
        return HalvingRandomSearchCV(
            estimator,
            space,
            n_candidates=spec.n_iter,
            min_resources="exhaust",
            factor=spec.factor,
            random_state=spec.seed,
            **common,
        )
    return GridSearchCV(estimator, space, **common)


def _build_estimator(spec: LedgerSpec, cache: str) -> Any:
    """Return the model, behind its preparation if that is repeated in every fold."""
    model = {
        "tree": CountedTree(random_state=spec.seed),
        "forest": CountedForest(n_estimators=10, n_jobs=1, random_state=spec.seed),
        "count": CountedLazy(),
    }[spec.model]
    if spec.prep in ("none", "once"):
        return model
    return _build_preparation(model, memory=cache if spec.prep == "cached" else None)


def _build_preparation(last: Any, memory: str | None = None) -> Any:
    """Return the two preparing steps and what comes after them; tables stay tables with row numbers."""
    from sklearn.pipeline import Pipeline

    steps = [
        ("fill", CountedFill(strategy="median", keep_empty_features=True)),
        ("scale", CountedScale()),
    ]
    if last is not None:
        steps.append(("model", last))
    return Pipeline(steps, memory=memory).set_output(transform="pandas")


def _prefix(spec: LedgerSpec) -> str:
    return "model__" if spec.prep in ("inside", "cached") else ""


def _add_prefix(spec: LedgerSpec, space: Any) -> Any:
    """Return the space with each parameter named as the pipeline names it."""
    if isinstance(space, list):
        return [_add_prefix(spec, one) for one in space]
    return {_prefix(spec) + name: values for name, values in space.items()}
