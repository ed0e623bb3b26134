"""Optuna's samplers and pruners, run as they are."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from core.errors import require
from core.search.fit import first_line
from core.search.grids import grid_within
from core.search.objective import N_STEPS, Stage
from core.search.recorder import NO_SCORE, Recorder
from core.search.space import Params, Space
from core.search.spec import Pruner, SearchSpec, Strategy
from core.search.suggest import suggest
from core.search.trial import Trial

STUDY_NAME = "search"
"""Hyperband deals trials to its brackets by the name of the study, so a program at home uses it too."""


def run_optuna(spec: SearchSpec, recorder: Recorder) -> None:
    """Run Optuna's search of `spec`; `recorder` takes down what it tries."""
    import optuna

    with quiet_optuna():
        study = optuna.create_study(
            study_name=STUDY_NAME,
            direction="maximize",
            sampler=build_sampler(spec.strategy, spec.searched, spec.seed, spec.n_trials),
            pruner=build_pruner(spec.pruner, recorder.objective.n_steps),
        )
        if spec.at_once == 1:
            _ask_in_turn(study, spec, recorder)
        else:
            _ask_in_batches(study, spec, recorder)


def _ask_in_turn(study: Any, spec: SearchSpec, recorder: Recorder) -> None:
    """Let each trial be chosen when all before it are known; its folds may be trained side by side."""
    is_pruning = spec.pruner != "none"

    def objective(trial: Any) -> float:
        params = suggest(trial, spec.searched)
        kept = recorder.kept(params)
        if kept is not None:
            return _play_back(trial, kept, recorder, is_pruning=is_pruning)
        (stages,) = recorder.objective.judge_all([params])
        return _train(trial, params, stages, recorder, is_pruning=is_pruning)

    study.optimize(objective, n_trials=spec.n_trials, catch=(_FailedTrialError,))


def _ask_in_batches(study: Any, spec: SearchSpec, recorder: Recorder) -> None:
    """Let `at_once` trials be chosen before any of them is known, then tell them in their order.

    So the trials depend on `at_once` alone, not on how many workers train them, nor on which is first.
    """
    from optuna.trial import TrialState

    while (n_left := spec.n_trials - len(recorder.trials)) > 0:
        trials = [study.ask() for _ in range(min(spec.at_once, n_left))]
        asked = [suggest(trial, spec.searched) for trial in trials]
        judged = recorder.objective.judge_all(asked[recorder.n_ahead :])
        for trial, params in zip(trials, asked, strict=True):
            kept = recorder.kept(params)
            try:
                if kept is not None:
                    value = _play_back(trial, kept, recorder, is_pruning=False)
                else:
                    value = _train(trial, params, next(judged), recorder, is_pruning=False)
            except _FailedTrialError:
                study.tell(trial, state=TrialState.FAIL)
            else:
                study.tell(trial, value)


def build_sampler(strategy: Strategy, space: Space, seed: int, n_trials: int) -> Any:
    """Return the sampler of Optuna that is called `strategy` here."""
    from optuna import samplers

    if strategy == "optuna_grid":
        grid = grid_within(space, n_trials)
        require(
            isinstance(grid, dict),
            "Optuna's grid knows no parameters that depend on others. Choose grid or tpe instead.",
        )
        return samplers.GridSampler(grid, seed=seed)  # type: ignore[arg-type]
    if strategy == "gp":
        require(
            find_spec("torch") is not None,
            "Optuna's Gaussian processes need the package torch, which is not installed here. "
            "Install it (about 200 MB), or choose tpe, which needs nothing more.",
        )
        return samplers.GPSampler(seed=seed)
    if strategy == "cmaes":
        return samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False)
    if strategy == "qmc":
        with quiet_optuna():
            return samplers.QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False)
    if strategy == "optuna_random":
        return samplers.RandomSampler(seed=seed)
    return samplers.TPESampler(seed=seed)


def build_pruner(pruner: Pruner, n_steps: int) -> Any:
    """Return the pruner of Optuna; a whole trial has `n_steps` folds, rounds or epochs."""
    from optuna import pruners

    first = max(1, n_steps // N_STEPS)
    if pruner == "median":
        return pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=first)
    if pruner == "halving":
        return pruners.SuccessiveHalvingPruner(min_resource=first, reduction_factor=3)
    if pruner == "hyperband":
        return pruners.HyperbandPruner(min_resource=first, max_resource=n_steps)
    return pruners.NopPruner()


class _FailedTrialError(Exception):
    """A setting with which no score can be computed."""


def _train(
    trial: Any, params: Params, stages: Iterator[Stage], recorder: Recorder, *, is_pruning: bool
) -> float:
    from optuna import TrialPruned

    steps: list[tuple[int, float]] = []
    done: dict[str, Any] = {"scores": (), "n_fits": 0, "cost": 0.0}
    try:
        for stage in stages:
            steps.append((stage.step, stage.value))
            done = {"scores": stage.scores, "n_fits": stage.n_fits, "cost": stage.cost}
            if not math.isfinite(stage.value):
                raise ValueError(NO_SCORE)
            if _should_stop(trial, stage.step, stage.value, recorder, is_pruning=is_pruning):
                recorder.finish(params, state="pruned", steps=tuple(steps), **done)
                raise TrialPruned
    except (ValueError, ArithmeticError) as error:  # what a library says of a setting it cannot use
        done["scores"] = ()
        problem = first_line(error)
        recorder.finish(params, state="failed", steps=tuple(steps), problem=problem, **done)
        raise _FailedTrialError from error
    return recorder.finish(params, state="complete", steps=tuple(steps), **done).value


def _should_stop(
    trial: Any, step: int, value: float, recorder: Recorder, *, is_pruning: bool
) -> bool:
    """Tell Optuna how good a trial is after `step`, and ask whether to stop it.

    Nothing is saved by stopping after the last step, so it is not asked there.
    """
    trial.report(value, step)
    return is_pruning and step < recorder.objective.n_steps and bool(trial.should_prune())


def _play_back(trial: Any, kept: Trial, recorder: Recorder, *, is_pruning: bool) -> float:
    """Let Optuna hear and ask what it heard and asked when the trial was trained."""
    from optuna import TrialPruned

    recorder.replay(kept)
    for step, value in kept.steps:
        _should_stop(trial, step, value, recorder, is_pruning=is_pruning)
    if kept.state == "pruned":
        raise TrialPruned
    if kept.state == "failed":
        raise _FailedTrialError
    return kept.value


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Let Optuna speak of errors alone inside the block."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
