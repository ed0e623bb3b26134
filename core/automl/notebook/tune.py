"""The cell that tunes: Optuna on the settings of one model, or on the weights of a blend."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.automl.notebook.cells import Cell
from core.automl.notebook.objects import Writer
from core.automl.settings import LOWER_IS_BETTER, Family
from core.automl.table import ReadyTable
from core.search.space import Space
from core.search.suggest import write_suggest


def tune_model(
    ready: ReadyTable, space: Space, defaults: Mapping[str, Any], params: Mapping[str, Any]
) -> list[Cell]:
    """Return the cell that searches with Optuna, in the direction in which the metric is better."""
    direction, better = _directions(ready)
    writer = Writer()
    own = writer.write(dict(params), "OWN = ") + "\n" if params else ""
    code = _TUNE.format(
        defaults=writer.write(dict(defaults), "DEFAULTS = "),
        own=own,
        step="model__regressor" if ready.plan.is_log_target else "model",
        suggestions=write_suggest(space).replace("'", '"'),
        enqueue="study.enqueue_trial(OWN)  # the settings of this model\n" if params else "",
        study=_STUDY.format(direction=direction),
    )
    text = (
        f"## Tune\n\nOptuna tries other settings; {better} is better, so it has to {direction}. Give it more "
        "trials (`N_TRIALS` at the top) or wider ranges: the best can only get better on the rows that "
        "validate. On new rows a part of that gain is luck."
    )
    return [Cell("tune", "text", text), Cell("tune", "code", code)]


def tune_blend(ready: ReadyTable, families: Sequence[Family], *, is_weighted: bool) -> list[Cell]:
    """Return the cell that searches other weights for the members of a blend, which stay as trained.

    The settings of a member are tuned in the notebook of its own trial.
    """
    direction, better = _directions(ready)
    code = _TUNE_BLEND.format(
        members=Writer().write(list(families), "MEMBERS = "),
        ask="predict" if ready.task == "regression" else "predict_proba",
        weights=", weights[validate]" if is_weighted else "",
        study=_STUDY.format(direction=direction),
    )
    text = (
        "## Tune\n\nWhat is tuned here is how much each member counts. The members are trained already, so "
        f"a trial only mixes what they say; {better} is better, so Optuna has to {direction}. Give it more "
        "trials (`N_TRIALS` at the top): the best can only get better on the rows that validate. The weights "
        "of this blend were chosen by the same rows, so little is left to win, and a part of it is luck."
    )
    return [Cell("tune", "text", text), Cell("tune", "code", code)]


def _directions(ready: ReadyTable) -> tuple[str, str]:
    return ("minimize", "less") if ready.metric in LOWER_IS_BETTER else ("maximize", "more")


_TUNE = '''{defaults}
{own}

def try_out(params):
    """Train with other settings of the last step, and judge on the rows that validate."""
    named = {{f"{step}__{{name}}": value for name, value in params.items()}}
    return judge(fit(clone(model).set_params(**named), train), validate)[METRIC]


def objective(trial):
{suggestions}
    return try_out(params)


{study}
# The library's defaults come first: nothing that is found can be worse on these rows.
study.add_trial(optuna.trial.create_trial(value=try_out(DEFAULTS)))
{enqueue}study.optimize(objective, n_trials=N_TRIALS, catch=(ValueError,))
print("Best", METRIC, study.best_value, "by", study.best_params or "the defaults")'''
_TUNE_BLEND = '''{members}
said = [member.{ask}(rows[validate]) for member in model.models]


def try_out(shares):
    """Mix what the trained members say in other shares, and judge on the rows that validate."""
    mixed = sum(share * one for share, one in zip(shares, said, strict=True)) / sum(shares)
    return measure(target[validate], mixed{weights})[METRIC]


def objective(trial):
    return try_out([trial.suggest_float(name, 0.01, 1.0) for name in MEMBERS])


{study}
# Equal shares come first, then those of this blend: nothing that is found can be worse here.
study.add_trial(optuna.trial.create_trial(value=try_out([1.0] * len(MEMBERS))))
study.enqueue_trial(dict(zip(MEMBERS, model.weights, strict=True)))
study.optimize(objective, n_trials=N_TRIALS)
print("Best", METRIC, study.best_value, "by", study.best_params or "equal shares")'''
_STUDY = """optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(direction="{direction}", sampler=optuna.samplers.TPESampler(seed=SEED))"""
