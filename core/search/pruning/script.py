"""Pruning as code to take home: Optuna's study with report and should_prune, on curves that lie in a file."""

from typing import TYPE_CHECKING

import pandas as pd

from core.datasets import load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal
from core.script import Script
from core.search.pruning.curves import (
    N_POOL,
    N_STEPS,
    N_TRIALS,
    CurveCard,
    draw_settings,
    find_card,
    load_curves,
)
from core.search.pruning.own import MOST_ROWS, is_own

if TYPE_CHECKING:
    from core.search.pruning.lab import PruningSpec

PRUNER_CODE = {
    "median": "optuna.pruners.MedianPruner()",
    "patient": f"optuna.pruners.MedianPruner(n_warmup_steps={N_STEPS // 3})",
    "halving": "optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)",
    "hyperband": "optuna.pruners.HyperbandPruner(1, N_STEPS, reduction_factor=3)",
}


def write_script(spec: "PruningSpec") -> Script:
    """Return the program of the watched search of `spec`.

    Its last line is one JSON object whose names are those of `PruningResult`.
    """
    card = find_card(spec.curves)
    dataset = load_dataset(card.data)
    training = _ROUNDS if card.model == "LightGBM" else _EPOCHS
    code = _CODE.format(
        imports=_IMPORTS[card.model],
        more=_AFTER.get(card.model, ""),
        integers=_INTEGERS[card.model],
        reading=write_reading_code(dataset).rstrip(),
        target=write_literal(dataset.target),
        sampling=_SAMPLING.format(n_rows=MOST_ROWS)
        if is_own(card.data) and dataset.n_rows > MOST_ROWS
        else "",
        scale="\nX = X / 16  # pixels run from 0 to 16" if card.data == "digits" else "",
        training=training.format(model=_MODELS.get(card.model, ""), per_step=card.per_step),
        pruner=PRUNER_CODE[spec.pruner],
        n_steps=N_STEPS,
        n_trials=N_TRIALS,
        n_pool=N_POOL,
        search=spec.search,
    )
    files = {dataset.csv_name: dataset.csv_bytes(), "curves.csv": _write_curves(card)}
    needs = "pandas, scikit-learn and Optuna"
    if card.model == "LightGBM":
        needs = "pandas, scikit-learn, LightGBM and Optuna"
    return Script("pruning", code, files, needs=needs)


def _write_curves(card: CurveCard) -> bytes:
    settings = pd.DataFrame(draw_settings(card))
    losses = pd.DataFrame(load_curves(card.name).losses)
    losses.columns = pd.Index([f"loss_{step}" for step in range(1, N_STEPS + 1)])
    return pd.concat([settings, losses], axis=1).to_csv(index=False, lineterminator="\n").encode()


_INTEGERS = {
    "LightGBM": 'for name in ["min_child_samples", "num_leaves"]:\n'
    "    params[name] = int(params[name])\n",
    "MLPClassifier": 'params["hidden_layer_sizes"] = int(params["hidden_layer_sizes"])\n',
    "SGDClassifier": "",
}
_AFTER = {"MLPClassifier": "from sklearn.neural_network import MLPClassifier\n"}
_IMPORTS = {
    "LightGBM": "import lightgbm\nimport numpy as np\nimport optuna\nimport pandas as pd\n",
    "MLPClassifier": "import numpy as np\nimport optuna\nimport pandas as pd\n"
    "from sklearn.metrics import log_loss\n",
    "SGDClassifier": "import numpy as np\nimport optuna\nimport pandas as pd\n"
    "from sklearn.linear_model import SGDClassifier\nfrom sklearn.metrics import log_loss\n",
}
_MODELS = {
    "MLPClassifier": "MLPClassifier(**params, random_state=0)",
    "SGDClassifier": (
        "SGDClassifier(\n"
        '        **params, loss="log_loss", learning_rate="constant", random_state=0\n'
        "    )"
    ),
}
_ROUNDS = '''def train(params):
    """Return the log loss on the validation rows after every {per_step} rounds."""
    found = {{}}
    model = lightgbm.LGBMClassifier(
        **params,
        n_estimators={per_step} * N_STEPS,
        random_state=0,
        n_jobs=1,
        verbosity=-1,
        deterministic=True,
        force_col_wise=True,
    )
    model.fit(
        X_train,
        y_train,
        eval_X=(X_validation,),
        eval_y=(y_validation,),
        callbacks=[lightgbm.record_evaluation(found)],
    )
    losses = next(iter(found.values()))["binary_logloss"]
    return losses[{per_step} - 1 :: {per_step}]'''
_EPOCHS = '''def train(params):
    """Return the log loss on the validation rows after every epoch."""
    model = {model}
    losses = []
    for _ in range(N_STEPS):
        model.partial_fit(X_train, y_train, classes=np.unique(y_train))
        losses.append(log_loss(y_validation, model.predict_proba(X_validation)))
    return losses'''
_SAMPLING = """# A sample is enough to see who is stopped.
table = table.sample({n_rows}, random_state=0)
"""
_CODE = '''"""A search whose hopeless trainings are stopped early, and what that cost."""

import json

{imports}from sklearn.model_selection import train_test_split
{more}
N_STEPS = {n_steps}
N_TRIALS = {n_trials}
SEARCH = {search}

{reading}
{sampling}TARGET = {target}
X = pd.get_dummies(table.drop(columns=TARGET), dtype=float).to_numpy(dtype=float){scale}
y = np.unique(table[TARGET], return_inverse=True)[1]
X_train, X_validation, y_train, y_validation = train_test_split(
    X, y, test_size=0.3, stratify=y, random_state=0
)


{training}


# All settings were trained to the end in this way; their curves lie in a file. A real
# search would train inside `objective`, and report after each step.
known = pd.read_csv("curves.csv", float_precision="round_trip")
tried = known.iloc[np.random.default_rng(SEARCH).permutation({n_pool})[:N_TRIALS]]
curves = tried[[f"loss_{{step}}" for step in range(1, N_STEPS + 1)]].to_numpy()
given = []


def objective(trial):
    """Report after each step, and ask whether to go on."""
    for step, loss in enumerate(curves[trial.number], start=1):
        trial.report(loss, step)
        if step < N_STEPS and trial.should_prune():
            given.append(step)
            raise optuna.TrialPruned
    given.append(N_STEPS)
    return loss


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(
    study_name="search",
    direction="minimize",
    pruner={pruner},
)
study.optimize(objective, n_trials=N_TRIALS)

# The training that would have ended best, trained once more to the end.
winner = int(curves[:, -1].argmin())
params = tried.iloc[winner, :-N_STEPS].to_dict()
{integers}print(
    json.dumps(
        {{
            "run_used": sum(given) / (N_TRIALS * N_STEPS),
            "run_best": study.best_value,
            "run_winner": float(train(params)[-1]),
            "run_winner_steps": given[winner],
            "run_killed": given[winner] < N_STEPS,
        }}
    )
)
'''
