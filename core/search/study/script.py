"""The study as code to take home: Optuna and scikit-learn, the same trials and the same numbers."""

import json
from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import (
    join_column_lists,
    tools_of_preparing,
    write_column_lists,
    write_imports,
    write_literal,
    write_preparing_code,
)
from core.script import Script
from core.search.models import EPOCHS, ROUNDS, tool_of, write_model
from core.search.objective import N_STEPS
from core.search.spec import MOST_ROWS, Pruner, SearchSpec
from core.search.suggest import write_suggest

if TYPE_CHECKING:
    from core.search.study.lab import StudySpec

WIDTH = 88
LAST_STEP = {"folds": 0, "rounds": ROUNDS, "epochs": EPOCHS}


def write_script(spec: "StudySpec") -> Script:
    """Return the program that runs the same study.

    Its last line is one JSON object whose names are those of `StudyResult`.
    """
    search, dataset = spec.search, load_dataset(spec.data)
    in_rounds = search.resource != "folds"
    columns = (dataset.numeric_features, dataset.categorical_features)
    code = _CODE.format(
        imports=write_imports(_name_imports(search, dataset, in_rounds=in_rounds)),
        numpy="import numpy as np\n" if dataset.task == "multiclass" else "",
        n_trials=search.n_trials,
        seed=search.seed,
        reading=write_reading_code(dataset),
        sampling=_SAMPLING.format(n_rows=MOST_ROWS) if dataset.n_rows > MOST_ROWS else "",
        columns=write_column_lists(*columns),
        target=json.dumps(dataset.target, ensure_ascii=False),
        y=_write_target(dataset),
        all_columns=join_column_lists(*columns),
        preparing=write_preparing_code(*columns, by_lists=True),
        test_share=search.test_share,
        stratify="" if dataset.task == "regression" else ", stratify=y",
        fold="KFold" if dataset.task == "regression" else "StratifiedKFold",
        k=search.k,
        metric=search.scoring,
        build=_write_build(search),
        objective=(_IN_ROUNDS if in_rounds else _IN_FOLDS).format(
            params=_write_params(search), last=ROUNDS, by=ROUNDS // N_STEPS
        ),
        pruner=_write_pruner(search.pruner, LAST_STEP[search.resource] or search.k),
    )
    files = {dataset.csv_name: dataset.csv_bytes()}
    return Script("study", code, files, needs="pandas, scikit-learn and Optuna 5")


def _name_imports(search: SearchSpec, dataset: Dataset, *, in_rounds: bool) -> dict[str, set[str]]:
    folds = "KFold" if dataset.task == "regression" else "StratifiedKFold"
    tool = tool_of(search.model, dataset.task)
    names = tools_of_preparing(dataset.categorical_features) | {
        "sklearn.metrics": {"get_scorer"},
        "sklearn.model_selection": {"train_test_split", folds},
        **({"sklearn.base": {"clone"}} if in_rounds else {}),
    }
    names[tool.module] = names.get(tool.module, set()) | {tool.name}
    return names


def _write_target(dataset: Dataset) -> str:
    if dataset.task == "regression":
        return "table[TARGET].to_numpy()"
    if dataset.task == "binary":
        return f"(table[TARGET] == {write_literal(dataset.positive)}).to_numpy().astype(int)"
    return "np.unique(table[TARGET].astype(str), return_inverse=True)[1]"


def _write_build(search: SearchSpec) -> str:
    call = write_model(search.model, search.task, search.fold_seed).replace("'", '"')
    line = f"    return {call}"
    if len(line) <= WIDTH:
        return line
    name, _, words = call.partition("(")
    return f"    return {name}(\n        {words.removesuffix(')')}\n    )"


def _write_params(search: SearchSpec) -> str:
    """Return the entries of the dictionary of parameters, one suggest call each."""
    entries = []
    for line in write_suggest(search.searched, indent="").splitlines()[1:]:
        name, _, call = line.replace("'", '"').partition(" = ")
        key = name.removeprefix("params[").removesuffix("]")
        entry = f"        {key}: {call},"
        if len(entry) > WIDTH:
            function, _, words = call.partition("(")
            entry = f"        {key}: {function}(\n            {words.removesuffix(')')}\n        ),"
        entries.append(entry)
    return "\n".join(entries)


def _write_pruner(pruner: Pruner, n_steps: int) -> str:
    first = max(1, n_steps // N_STEPS)
    return {
        "none": "optuna.pruners.NopPruner()",
        "median": f"optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps={first})",
        "halving": (
            f"optuna.pruners.SuccessiveHalvingPruner(min_resource={first}, reduction_factor=3)"
        ),
        "hyperband": f"optuna.pruners.HyperbandPruner(min_resource={first}, max_resource={n_steps})",
    }[pruner]


_SAMPLING = """# A sample is enough to see how a search works.
table = table.sample({n_rows}, random_state=0).sort_index().reset_index(drop=True)
"""
_IN_FOLDS = """def objective(trial):
    params = {{
{params}
    }}
    scores = []
    for step, (train, rest) in enumerate(FOLDS, start=1):
        model = make_pipeline(prepare, build(params)).fit(x.iloc[train], y[train])
        scores.append(score(model, x.iloc[rest], y[rest]))
        trial.report(fmean(scores), step)  # without a report there is no pruning
        if step < len(FOLDS) and trial.should_prune():
            raise optuna.TrialPruned
    return fmean(scores)"""
_IN_ROUNDS = """parts = []
for train, rest in FOLDS:
    fitted = clone(prepare).fit(x.iloc[train])
    seen, unseen = fitted.transform(x.iloc[train]), fitted.transform(x.iloc[rest])
    parts.append((seen, y[train], unseen, y[rest]))


def objective(trial):
    params = {{
{params}
    }}
    models = [build(params).set_params(warm_start=True) for _ in parts]
    for step in range({by}, {last} + 1, {by}):
        scores = []
        for model, (seen, y_seen, unseen, y_unseen) in zip(models, parts):
            model.set_params(max_iter=step).fit(seen, y_seen)  # goes on from before
            scores.append(score(model, unseen, y_unseen))
        trial.report(fmean(scores), step)  # without a report there is no pruning
        if step < {last} and trial.should_prune():
            raise optuna.TrialPruned
    return fmean(scores)"""
_CODE = '''"""A study with Optuna: a space, an objective, a pruner, and rows that no trial sees."""

import json
from statistics import fmean

{numpy}import optuna
import pandas as pd
{imports}

N_TRIALS = {n_trials}
SEED = {seed}

{reading}{sampling}TARGET = {target}
{columns}x, y = table[{all_columns}], {y}
x, x_test, y, y_test = train_test_split(
    x, y, test_size=round({test_share} * len(y)), random_state=0{stratify}
)
FOLDS = list({fold}({k}, shuffle=True, random_state=0).split(x, y))
{preparing}
score = get_scorer("{metric}")  # more is better


def build(params):
{build}


{objective}


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(
    study_name="search",
    direction="maximize",  # without it a study minimizes
    sampler=optuna.samplers.TPESampler(seed=SEED),
    pruner={pruner},
)
# A setting that the library refuses is a failed trial, and the study goes on.
study.optimize(objective, n_trials=N_TRIALS, catch=(ValueError,))


def judge(params):
    """Train on all rows of the search, judge on the rows that no trial saw."""
    model = make_pipeline(prepare, build(params)).fit(x, y)
    return score(model, x_test, y_test)


states = [trial.state.name for trial in study.trials]
print("best setting:", study.best_params)
print("importances:", optuna.importance.get_param_importances(study))
print(
    json.dumps(
        {{
            "n_complete": states.count("COMPLETE"),
            "n_pruned": states.count("PRUNED"),
            "best_number": study.best_trial.number,
            "best_value": study.best_value,
            "test_score": judge(study.best_params),
            "default_test": judge({{}}),
        }}
    )
)
'''
