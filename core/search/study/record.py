"""The study run to its end: the search, its winner on rows that no trial saw, and what mattered."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.progress import report
from core.remember import remembered
from core.search.folds import Part, fold_rows
from core.search.models import build_model
from core.search.objective import TrainingObjective, expected_warnings
from core.search.optuna_tools import quiet_optuna
from core.search.run import SearchResult, search
from core.search.space import Params
from core.search.spec import SearchSpec
from core.search.suggest import distributions_for_optuna

N_DRAWS = 40
"""How often the trials are drawn anew to see how far the importances can be trusted."""
N_TEST_DRAWS = 100
FEWEST_FOR_IMPORTANCE = 5


@dataclass(frozen=True, eq=False)
class StudyRecord:
    """What a study tried and found, and how good its winner is elsewhere.

    Scores as in `core.search.spec.SearchSpec.scoring`, more is better; nan where no trial was complete.
    """

    spec: SearchSpec
    n_rows: int
    """Rows that the trials were judged by, fold by fold; and rows that were put aside."""
    n_test: int
    n_trials: int
    n_complete: int
    n_pruned: int
    n_failed: int
    n_fits: int
    cost: float
    best_number: int | None
    best_value: float
    best_std: float
    test_score: float
    """The best setting, trained on all rows of the search, judged on the rows that were put aside; and
    the middle 90 % when those rows are drawn anew."""
    test_low: float
    test_high: float
    default_score: float
    """The model as its library makes it: mean score over the same folds, and on the rows put aside."""
    default_test: float
    trials: pd.DataFrame
    """As in `core.search.trial.tabulate_trials`; the next two as there."""
    params: pd.DataFrame
    steps: pd.DataFrame
    importances: pd.DataFrame
    """One row per parameter that varied, the weightiest first: ``name``, ``share`` (of 1), and ``low`` and
    ``high``, between which the middle 80 % lie when the complete trials are drawn anew with replacement."""


@remembered
def run_study(spec: SearchSpec) -> StudyRecord:
    """Run the search of `spec`, which needs a test share, then judge its winner on the untouched rows.

    An interrupted search goes on behind its last finished trial, see `core.search.run.search`.
    """
    found = search(spec)
    report(0.99, "Judging the best setting on the rows that were put aside")
    rows = fold_rows(spec)
    last = rows.last_part()
    best = params_of(found.trials, found.best_number)
    judged = (math.nan, math.nan, math.nan) if best is None else judge(spec, best, last)
    return StudyRecord(
        spec=spec,
        n_rows=len(rows.y),
        n_test=len(last.y_test),
        n_trials=found.n_trials,
        n_complete=found.n_complete,
        n_pruned=found.n_pruned,
        n_failed=found.n_failed,
        n_fits=found.n_fits,
        cost=found.cost,
        best_number=found.best_number,
        best_value=found.best_value,
        best_std=found.best_std,
        test_score=judged[0],
        test_low=judged[1],
        test_high=judged[2],
        default_score=_judge_default(spec),
        default_test=judge(spec, {}, last)[0],
        trials=found.trials,
        params=found.params,
        steps=found.steps,
        importances=weigh_parameters(found),
    )


def params_of(trials: pd.DataFrame, number: int | None) -> Params | None:
    """Return the setting of a trial by its number."""
    if number is None:
        return None
    setting: Params = json.loads(str(trials["params"].iloc[number]))
    return setting


def judge(spec: SearchSpec, params: Params, part: Part) -> tuple[float, float, float]:
    """Train the model of `spec` with `params`, and return its score on rows that it has not seen.

    The second and third number hold the middle 90 % of the score when these rows are drawn anew with
    replacement; of classes, draws without a row of each are left out.
    """
    from sklearn.metrics import get_scorer

    model = build_model(spec.model, spec.task, params, spec.fold_seed)
    scorer, rng = get_scorer(spec.scoring), np.random.default_rng(spec.seed)
    n_classes = 0 if spec.task == "regression" else len(np.unique(part.y_test))
    with expected_warnings():
        model.fit(part.x_train, part.y_train)
        score = float(scorer(model, part.x_test, part.y_test))
        drawn = []
        for _ in range(N_TEST_DRAWS):
            rows = rng.integers(0, len(part.y_test), len(part.y_test))
            if not n_classes or len(np.unique(part.y_test[rows])) == n_classes:
                drawn.append(float(scorer(model, part.x_test[rows], part.y_test[rows])))
    if not drawn:
        return score, math.nan, math.nan
    return score, float(np.quantile(drawn, 0.05)), float(np.quantile(drawn, 0.95))


def _judge_default(spec: SearchSpec) -> float:
    stages = list(TrainingObjective(spec).stages({}))
    return stages[-1].value


def build_study(spec: SearchSpec, trials: pd.DataFrame, steps: pd.DataFrame) -> Any:
    """Return the study as an object of Optuna in memory, for its pictures and its importances."""
    import optuna
    from optuna.trial import TrialState, create_trial

    states = {
        "complete": TrialState.COMPLETE,
        "pruned": TrialState.PRUNED,
        "failed": TrialState.FAIL,
    }
    distributions = distributions_for_optuna(spec.searched)
    reported: dict[int, dict[int, float]] = {}
    for number, step, value in steps[["number", "step", "value"]].itertuples(index=False):
        reported.setdefault(int(number), {})[int(step)] = float(value)
    with quiet_optuna():
        study = optuna.create_study(direction="maximize")
        for row in trials[["number", "state", "value", "params"]].to_dict("records"):
            params: Params = json.loads(str(row["params"]))
            study.add_trial(
                create_trial(
                    state=states[str(row["state"])],
                    value=None if row["state"] == "failed" else float(row["value"]),
                    params=params,
                    distributions={name: distributions[name] for name in params},
                    intermediate_values=reported.get(int(row["number"]), {}),
                )
            )
    return study


def weigh_parameters(found: SearchResult) -> pd.DataFrame:
    """Return Optuna's importances, and how far they move when the complete trials are drawn anew.

    Optuna 5 asks PED-ANOVA: in how far do the settings of the best tenth of the trials stand elsewhere
    than all the others? No row if fewer than 5 trials are complete.
    """
    complete = found.trials[found.trials["state"] == "complete"]
    columns = {"name": "str", "share": "float64", "low": "float64", "high": "float64"}
    no_steps = pd.DataFrame({"number": [], "step": [], "value": []})
    study = build_study(found.spec, complete, no_steps)
    trials = study.get_trials(deepcopy=False)
    shares = _weigh(study) if len(complete) >= FEWEST_FOR_IMPORTANCE else {}
    if not shares:
        return pd.DataFrame({name: [] for name in columns}).astype(columns)
    rng = np.random.default_rng(found.spec.seed)
    drawn = [
        _weigh(_collect([trials[n] for n in rng.integers(0, len(trials), len(trials))]))
        for _ in range(N_DRAWS)
    ]
    rows = []
    for name, share in shares.items():
        seen = [one.get(name, 0.0) for one in drawn]
        low, high = (float(np.quantile(seen, q)) for q in (0.1, 0.9))
        rows.append((name, float(share), low, high))
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _weigh(study: Any) -> dict[str, float]:
    from optuna.importance import get_param_importances

    with quiet_optuna():
        return dict(get_param_importances(study))


def _collect(trials: list[Any]) -> Any:
    """Return a study of these trials, which may repeat."""
    import optuna

    with quiet_optuna():
        study = optuna.create_study(direction="maximize")
        study.add_trials(trials)
    return study
