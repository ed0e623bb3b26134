"""Runs that prove the practice items on a study with Optuna, and draws of their numbers."""

import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import optuna
from optuna.pruners import ThresholdPruner
from optuna.samplers import RandomSampler

from core.errors import require
from core.practice.family import Values
from core.practice.proof import Facts
from core.search.optuna_tools import quiet_optuna
from core.search.study.lab import StudySpec, follow_study
from core.search.study.traps import step_into_traps


def _new_study(**more: Any) -> optuna.Study:
    with quiet_optuna():
        return optuna.create_study(sampler=RandomSampler(seed=0), **more)


def read_log_line(number: int, value: float, setting: float, best_number: int) -> Facts:
    """Run a study whose trial `number` returns `value`, and read what Optuna writes into its log.

    Facts: ``objective``, ``parameter``, ``trial``, ``best_trial``. Check by eye: the line says "Trial 7
    finished with value: 0.81 and parameters: {'C': 3.5}".
    """
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("optuna")
    study = _new_study(direction="maximize")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    optuna.logging.disable_default_handler()
    try:
        for place in range(number + 1):
            study.enqueue_trial({"C": setting if place == number else 1.0})
        study.optimize(
            lambda trial: (
                trial.suggest_float("C", 0.01, 1000.0) * 0
                + (value if trial.number == number else 1.0 if trial.number == best_number else 0.0)
            ),
            n_trials=number + 1,
        )
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        optuna.logging.enable_default_handler()
    line = next(line for line in lines if line.startswith(f"Trial {number} finished"))
    said, _, rest = line.partition(" and parameters: ")
    return {
        "objective": float(said.rpartition("value: ")[2]),
        "parameter": float(rest.partition("'C': ")[2].partition("}")[0]),
        "trial": float(line.split()[1]),
        "best_trial": float(line.partition("Best is trial ")[2].split()[0]),
    }


def draw_log_line(rng: np.random.Generator) -> Values | None:
    """Draw a trial, its score, its setting, and an earlier trial that is better."""
    number = int(rng.integers(8, 30))
    return {
        "number": number,
        "value": int(rng.integers(600, 950)) / 1000,
        "setting": int(rng.integers(20, 90)) / 10,
        "best_number": int(rng.integers(2, number - 2)),
    }


def count_study_fits(n_trials: int, k: int, n_stopped: int, after: int) -> Facts:
    """Run a study that judges each trial in `k` folds, and count the models that were begun.

    The first `n_stopped` trials are so bad that the pruner stops them after `after` folds.
    Facts: ``fits``, ``without_pruning``, ``trials``, ``only_complete``. Check by eye: 10 trials in 5 folds,
    4 of them stopped after 1, begin 34 models.
    """
    begun = 0

    def objective(trial: optuna.Trial) -> float:
        nonlocal begun
        score = 0.0 if trial.number < n_stopped else 1.0
        for fold in range(1, k + 1):
            begun += 1
            trial.report(score, fold)
            if trial.should_prune():
                raise optuna.TrialPruned
        return score

    pruner = ThresholdPruner(lower=0.5, n_warmup_steps=after)
    with quiet_optuna():
        study = _new_study(direction="maximize", pruner=pruner)
        study.optimize(objective, n_trials=n_trials)
    complete = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    return {
        "fits": begun,
        "without_pruning": n_trials * k,
        "trials": len(study.trials),
        "only_complete": len(complete) * k,
    }


def draw_study_fits(rng: np.random.Generator) -> Values | None:
    """Draw a study with pruning."""
    n_trials, k = int(rng.integers(2, 11)) * 10, int(rng.choice([4, 5, 8, 10]))
    n_stopped, after = int(rng.integers(n_trials // 4, n_trials * 3 // 4)), int(rng.integers(1, 3))
    complete = n_trials - n_stopped
    return {
        "n": n_trials, "k": k, "stopped": n_stopped, "after": after, "complete": complete,
        "fits": complete * k + n_stopped * after, "without": n_trials * k, "only": complete * k,
    }  # fmt: skip


def ask_without_direction(a: float, b: float, c: float, d: float) -> Facts:
    """Let a study that was told no direction hear four scores. Facts: ``best``, ``highest``, ``last``."""
    scores = [a, b, c, d]
    with quiet_optuna():
        study = _new_study()
        study.optimize(lambda trial: scores[trial.number], n_trials=len(scores))
        told = _new_study(direction="maximize")
        told.optimize(lambda trial: scores[trial.number], n_trials=len(scores))
    return {"best": study.best_value, "highest": told.best_value, "last": scores[-1]}


def draw_scores(rng: np.random.Generator) -> Values | None:
    """Draw four accuracies, the last neither the highest nor the lowest."""
    scores = [int(score) / 100 for score in rng.choice(np.arange(61, 96), 4, replace=False)]
    if scores[3] in (min(scores), max(scores)) or np.diff(sorted(scores)).min() < 0.02:
        return None
    names = dict(zip("abcd", scores, strict=True))
    return {**names, "lowest": min(scores), "highest": max(scores)}


def count_int_values(low: int, high: int, step: int) -> Facts:
    """Let Optuna try every number of ``suggest_int(low, high, step=step)``, and count them.

    Facts: ``values``, ``without_high``, ``without_step``. Check by eye: 2 to 10 in steps of 4 are 3.
    """
    with quiet_optuna():
        study = optuna.create_study(sampler=optuna.samplers.BruteForceSampler(seed=0))
        study.optimize(lambda trial: trial.suggest_int("n", low, high, step=step), n_trials=200)
    values = {trial.params["n"] for trial in study.trials}
    return {
        "values": len(values),
        "without_high": len(values - {high}),
        "without_step": high - low + 1,
    }


def draw_int_range(rng: np.random.Generator) -> Values | None:
    """Draw a range of whole numbers whose upper end is reached by its steps."""
    step, n_values = int(rng.choice([2, 3, 5, 10, 25])), int(rng.integers(4, 15))
    low = step * int(rng.integers(1, 5))
    high = low + step * (n_values - 1)
    return {
        "low": low, "high": high, "step": step, "values": n_values, "without_high": n_values - 1,
        "without_step": high - low + 1,
    }  # fmt: skip


def choose_with_hyperopt(values: tuple[int, ...], wanted: int) -> Facts:
    """Let Hyperopt's ``fmin`` find the choice `wanted`, and ask what it returns.

    Facts: ``raw`` (what fmin says), ``value`` (after space_eval), ``one_before`` in the list.
    Check by eye: 90 of 10, 20, …, 100 has the raw answer 8.
    """
    require(
        find_spec("hyperopt") is not None,
        "This proof runs Hyperopt, which is not installed here. Install the package hyperopt first.",
    )
    hyperopt = import_module("hyperopt")  # needed by who proves the item, not by who answers it
    space = {"n": hyperopt.hp.choice("n", list(values))}
    raw = hyperopt.fmin(
        lambda params: abs(params["n"] - wanted), space, algo=hyperopt.tpe.suggest, max_evals=300,
        rstate=np.random.default_rng(0), show_progressbar=False, loss_threshold=0.0, verbose=False,
    )  # fmt: skip
    place = int(raw["n"])
    return {
        "raw": place,
        "value": float(hyperopt.space_eval(space, raw)["n"]),
        "one_before": float(values[place - 1]),
    }


def draw_choice(rng: np.random.Generator) -> Values | None:
    """Draw a list of choices and the one that is best, neither first nor last."""
    first, step = 10 * int(rng.integers(1, 10)), 10 * int(rng.integers(1, 6))
    values = [first + step * place for place in range(int(rng.integers(5, 10)))]
    place = int(rng.integers(2, len(values) - 1))
    return {
        "values": values, "place": place, "value": values[place], "before": values[place - 1],
        "listed": ", ".join(str(value) for value in values),
    }  # fmt: skip


def call_old_names() -> Facts:
    """Call ``suggest_uniform``. Facts: ``runs``, ``warns_of_future`` (1 for yes), ``major`` version."""
    traps = step_into_traps()
    return {
        "runs": float(traps.old_call_runs),
        "warns_of_future": float(traps.old_call_warning == "FutureWarning"),
        "major": float(traps.version.partition(".")[0]),
    }


def begin_log_at_zero() -> Facts:
    """Ask for a log scale from 0, and from 0.001. Facts: ``zero_refused``, ``small_runs`` (1 for yes)."""
    with quiet_optuna():
        value = _new_study().ask().suggest_float("C", 0.001, 1.0, log=True)
    return {
        "zero_refused": float(bool(step_into_traps().log_zero_error)),
        "small_runs": float(0.001 <= value <= 1.0),
    }


def leave_out_pruning_calls() -> Facts:
    """Run one study three times: both calls, no report, no question. Facts: trials pruned in each."""

    def run(*, is_reporting: bool, is_asking: bool) -> int:
        def objective(trial: optuna.Trial) -> float:
            score = float(trial.number % 2)
            for step in range(1, 6):
                if is_reporting:
                    trial.report(score, step)
                if is_asking and trial.should_prune():
                    raise optuna.TrialPruned
            return score

        with quiet_optuna():
            study = _new_study(direction="maximize", pruner=optuna.pruners.MedianPruner())
            study.optimize(objective, n_trials=20)
        return len(study.get_trials(states=(optuna.trial.TrialState.PRUNED,)))

    return {
        "with_both": run(is_reporting=True, is_asking=True),
        "without_report": run(is_reporting=False, is_asking=True),
        "without_asking": run(is_reporting=True, is_asking=False),
    }


def search_twice_as_long() -> Facts:
    """Follow the lesson's study, and see what its last trials added.

    Facts: ``at_third``, ``at_end``, ``gain_first``, ``gain_rest`` (from the first trial to a third of
    them, and from there on), ``steps_down`` of the best so far.
    """
    result = follow_study(StudySpec())
    best = result.trials["best_so_far"].to_numpy()
    return {
        "at_third": result.best_at_third,
        "at_end": result.best_value,
        "gain_first": float(result.best_at_third - best[0]),
        "gain_rest": result.gain_after_third,
        "steps_down": int((np.diff(best) < 0).sum()),
    }


def narrow_a_range() -> Facts:
    """Search gamma from 0.3 on, and in its usual range. Facts: ``is_at_edge``, ``narrow``, ``wide``."""
    narrow = follow_study(StudySpec(ranges=("gamma:0.3:10:log",)))
    return {
        "is_at_edge": float(narrow.at_edge == "gamma"),
        "narrow": narrow.best_value,
        "wide": follow_study(StudySpec()).best_value,
    }
