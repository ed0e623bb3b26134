"""The program of the lesson: one search of Optuna, logged in each way, with the price of each."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset, write_reading_code
from core.datasets.preparing_code import LINE, write_literal, write_preparing_code
from core.script import Script
from core.search.models import write_model
from core.search.spec import MOST_ROWS
from core.search.suggest import write_suggest
from core.tracking.session_code import QUIET

if TYPE_CHECKING:
    from core.tracking.trials.record import StudyLogSpec


def write_script(spec: "StudyLogSpec") -> Script:
    """Return the program that makes the same search again and again, and logs it in each way.

    Its last line is one JSON object with numbers that it read back from its own store.
    """
    dataset, search = load_dataset(spec.data), spec.search
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    preparers += ["StandardScaler"] * bool(dataset.numeric_features)
    sample = ""
    if dataset.n_rows > MOST_ROWS:
        sample = (
            f"table = table.sample({MOST_ROWS}, random_state=0).sort_index()"
            ".reset_index(drop=True)\n"
        )
    code = _CODE.format(
        preparers=", ".join(preparers),
        quiet=QUIET,
        n_trials=search.n_trials,
        seed=search.seed,
        guess=spec.guess,
        reading=write_reading_code(dataset).rstrip(),
        sample=sample,
        target=write_literal(str(dataset.target)),
        positive=write_literal(dataset.positive),
        k=search.k,
        preparing=write_preparing_code(dataset.numeric_features, dataset.categorical_features),
        suggest=_write_params(spec),
        model=write_model(search.model, search.task, search.fold_seed, "**chosen"),
    )
    files = {dataset.csv_name: dataset.csv_bytes()}
    return Script("trials", code, files, needs="pandas, scikit-learn, Optuna 5 and MLflow 3")


def _write_params(spec: "StudyLogSpec") -> str:
    """Return the entries of the dictionary of settings, one suggest call each."""
    entries = []
    for line in write_suggest(spec.search.searched, indent="").splitlines()[1:]:
        name, _, call = line.replace("'", '"').partition(" = ")
        entry = f"        {name.removeprefix('params[').removesuffix(']')}: {call},"
        if len(entry) > LINE:
            function, _, words = entry.partition("(")
            entry = f"{function}(\n            {words.removesuffix('),')}\n        ),"
        entries.append(entry)
    return "\n".join(entries)


_CODE = '''"""Log a search of Optuna in five ways with MLflow, and see what each of them costs."""

import json
import os
import time
import warnings
from statistics import median

import optuna
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import {preparers}
from sqlalchemy import event
from sqlalchemy.engine import Engine

{quiet}
import mlflow
from mlflow.entities import Metric, Param
from mlflow.optuna.storage import MlflowStorage
from optuna.integration import MLflowCallback

N_TRIALS, SEED = {n_trials}, {seed}
GUESS = "{guess}"  # when the best trial will come: early, middle or late
{reading}
{sample}y = (table[{target}] == {positive}).astype(int)
FOLDS = list(StratifiedKFold({k}, shuffle=True, random_state=0).split(table, y))
{preparing}
training = []  # seconds of each trial that belong to the model, not to the logging
scores = {{}}  # by settings: each is trained once, because the logging is measured here
sent = []  # every statement that MLflow sends to its database, in short
price, statements = {{}}, {{}}


@event.listens_for(Engine, "before_cursor_execute")
def note_statement(connection, cursor, statement, *more):
    sent.append(statement[:6])


def suggest(trial):
    return {{
{suggest}
    }}


def judge(chosen):
    began, key = time.perf_counter(), tuple(sorted(chosen.items()))
    if key not in scores:
        model = make_pipeline(prepare, {model})
        values = cross_val_score(model, table, y, cv=FOLDS, scoring="roc_auc")
        scores[key] = float(values.mean())
    training.append(time.perf_counter() - began)
    return scores[key]


def objective(trial):
    return judge(suggest(trial))


def make_study(**more):
    sampler = optuna.samplers.TPESampler(seed=SEED)
    return optuna.create_study(direction="maximize", sampler=sampler, **more)


def run(way, study, objective, *callbacks):
    """Run a study; keep each trial's time beside its training, and its statements."""
    training.clear()
    marks = [(time.perf_counter(), len(sent))]

    def note(study, trial):
        marks.append((time.perf_counter(), len(sent)))

    study.optimize(objective, n_trials=N_TRIALS, callbacks=[*callbacks, note])
    steps = list(zip(marks, marks[1:]))
    price[way] = [
        1000 * (end[0] - start[0] - seconds)
        for (start, end), seconds in zip(steps, training)
    ]
    statements[way] = [end[1] - start[1] for start, end in steps]


optuna.logging.set_verbosity(optuna.logging.WARNING)
mlflow.set_tracking_uri("sqlite:///mlflow.db")
client = mlflow.MlflowClient()

# 0. Nothing is logged: what a trial of Optuna costs by itself.
judge({{}})  # the first training pays for what is loaded
plain = make_study()
run("none", plain, objective)

# 1. Flat: a callback of our own makes a run of each trial, and nothing joins them.
mlflow.set_experiment("flat")


def keep_trial(study, trial):
    with mlflow.start_run(run_name=f"trial {{trial.number}}"):
        mlflow.log_params(trial.params)
        mlflow.log_metric("value", trial.value)


run("flat", make_study(), objective, keep_trial)

# 2. Nested: the search is a run, and each trial is a run inside it.
mlflow.set_experiment("nested")


def nested_objective(trial):
    with mlflow.start_run(run_name=f"trial {{trial.number}}", nested=True):
        chosen = suggest(trial)
        mlflow.log_params(chosen)
        value = judge(chosen)
        mlflow.log_metric("value", value)
    return value


study = make_study()
with mlflow.start_run(run_name="search"):
    mlflow.set_tag("prediction", GUESS)  # before anybody knows
    mlflow.log_params({{"sampler": "TPE", "n_trials": N_TRIALS, "seed": SEED}})
    run("nested", study, nested_objective)
    third = ("early", "middle", "late")[3 * study.best_trial.number // N_TRIALS]
    mlflow.log_metric("best_value", study.best_value)
    mlflow.set_tag("was_right", "yes" if third == GUESS else "no")

# 3. Optuna's own callback, told that its runs belong into the one that is open.
mlflow.set_experiment("callback")
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    callback = MLflowCallback(metric_name="value", mlflow_kwargs={{"nested": True}})
study = make_study(study_name="callback")  # this also names the experiment
with mlflow.start_run(run_name="search"):
    run("callback", study, objective, callback)

# 4. Batch: the first study has ended; now each trial is written in one message.
group = client.create_experiment("batch")
began, before = time.perf_counter(), len(sent)
parent = client.create_run(group, run_name="search").info.run_id
for trial in plain.trials:
    tags = {{"mlflow.parentRunId": parent}}
    child = client.create_run(group, tags=tags, run_name=f"trial {{trial.number}}")
    client.log_batch(
        child.info.run_id,
        metrics=[Metric("value", trial.value, int(1000 * time.time()), 0)],
        params=[Param(name, str(value)) for name, value in trial.params.items()],
    )
    client.set_terminated(child.info.run_id)
client.log_metric(parent, "best_value", plain.best_value)
client.set_terminated(parent)
each = 1000 * (time.perf_counter() - began) / N_TRIALS
price["batch"] = [one + each for one in price["none"]]
statements["batch"] = [(len(sent) - before) / N_TRIALS] * N_TRIALS

# 5. Storage: Optuna keeps the study itself in MLflow, and can go on with it later.
group = client.create_experiment("storage")
study = make_study(storage=MlflowStorage(experiment_id=group), study_name="search")
run("storage", study, objective)

try:
    mlflow.start_run(**{{"Nested": True}})
    nested_error = ""
except TypeError as error:
    nested_error = str(error)
warnings.simplefilter("ignore", FutureWarning)  # it was said once, above


def log_one(**options):
    """Let the callback log one trial with these options."""
    callback = MLflowCallback(metric_name="value", mlflow_kwargs=options)
    study = make_study(study_name="trap")
    study.optimize(lambda trial: 0.5, n_trials=1, callbacks=[callback])


mlflow.set_experiment("trap")
with mlflow.start_run() as open_run:
    try:
        log_one(Nested=True)
        callback_error = ""
    except Exception as error:  # MLflow raises no narrower one
        callback_error = str(error).replace(open_run.info.run_id, "...")
log_one(Nested=True)  # now no run is open, and nobody complains
traps = mlflow.search_runs(
    experiment_names=["trap"], filter_string="metrics.value = 0.5"
)
n_silent = int(traps.reindex(columns=["tags.mlflow.parentRunId"]).isna().sum().sum())


def read(name):
    """Return the runs of an experiment, and which of them have a parent."""
    runs = mlflow.search_runs(experiment_names=[name])
    if "tags.mlflow.parentRunId" not in runs:
        return runs, runs["run_id"] == ""
    return runs, runs["tags.mlflow.parentRunId"].notna()


result = {{}}
for way in ("flat", "nested", "callback", "batch", "storage"):
    runs, is_child = read(way)
    result[f"n_runs_{{way}}"] = len(runs)
    result[f"n_children_{{way}}"] = int(is_child.sum())
nested, is_child = read("nested")
children, top = nested[is_child], nested[~is_child].iloc[0]
best = children.loc[children["metrics.value"].idxmax()]
result |= {{
    "best_value": float(best["metrics.value"]),
    "best_trial": int(best["tags.mlflow.runName"].split()[1]),
    "prediction": top["tags.prediction"],
    "was_right": top["tags.was_right"],
}}
for way in price:
    if way != "storage":  # it also writes once a second, in the midst of any trial
        result[f"n_sql_{{way}}"] = median(statements[way])
    print(f"{{way:>8}}: {{median(price[way]):7.1f}} ms a trial beside the training")
told = [nested_error, callback_error, str(warned[0].message) if warned else ""]
costs = {{"price": price, "statements": statements}}
print(json.dumps(costs | {{"errors": told, "n_silent": n_silent}}))
print(json.dumps(result))
'''
