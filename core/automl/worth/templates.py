"""The text of the program to take home, in pieces."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some lines, and what they import: module and name."""

    code: str
    imports: tuple[tuple[str, str], ...]


SPLITS: Mapping[str, Piece] = {
    "regression": Piece(
        code="RepeatedKFold(n_splits={k}, n_repeats={repeats}, random_state=SEED).split(rest)",
        imports=(("sklearn.model_selection", "RepeatedKFold"),),
    ),
    "classes": Piece(
        code=(
            "RepeatedStratifiedKFold(n_splits={k}, n_repeats={repeats}, random_state=SEED).split(\n"
            "    rest, y[rest]\n)"
        ),
        imports=(("sklearn.model_selection", "RepeatedStratifiedKFold"),),
    ),
}
JUDGING: Mapping[str, Piece] = {
    "rmse": Piece(
        code="    return float(np.sqrt(mean_squared_error(truth, said)))",
        imports=(("sklearn.metrics", "mean_squared_error"),),
    ),
    "mae": Piece(
        code="    return float(mean_absolute_error(truth, said))",
        imports=(("sklearn.metrics", "mean_absolute_error"),),
    ),
    "r2": Piece(
        code="    return float(r2_score(truth, said))", imports=(("sklearn.metrics", "r2_score"),)
    ),
    "roc_auc binary": Piece(
        code=(
            "    at = CLASSES.index(POSITIVE)\n"
            "    return float(roc_auc_score(truth == POSITIVE, said[:, at]))"
        ),
        imports=(("sklearn.metrics", "roc_auc_score"),),
    ),
    "log_loss binary": Piece(
        code="    return float(log_loss(truth, said, labels=CLASSES))",
        imports=(("sklearn.metrics", "log_loss"),),
    ),
    "log_loss": Piece(
        code="    return float(log_loss(truth, said, labels=CLASSES))",
        imports=(("sklearn.metrics", "log_loss"),),
    ),
    "accuracy": Piece(
        code="    return float(accuracy_score(truth, np.array(CLASSES)[said.argmax(axis=1)]))",
        imports=(("sklearn.metrics", "accuracy_score"),),
    ),
}
BLOCKS: Mapping[str, Mapping[str, str]] = {
    "regression": {
        "ask": "    return model.predict(x.iloc[rows])",
    },
    "classes": {
        "ask": (
            "    said = np.zeros((len(rows), len(CLASSES)))\n"
            "    known = [CLASSES.index(label) for label in model.classes_]\n"
            "    said[:, known] = model.predict_proba(x.iloc[rows])\n"
            "    return said"
        ),
    },
}
CODE = '''"""What is this table worth? A ladder of models, judged on the same splits."""

import json

import numpy as np
import optuna
import pandas as pd
{imports}

SEED = {seed}
MAX_TRIALS = {max_trials}
MAX_SPLITS = {max_splits}
TARGET = {target}
{classes}
{reading}# Which rows train, validate and test was dealt once and is kept as a column.
part = table.pop("part of the search").to_numpy()
y = np.array(table.pop(TARGET).tolist())
x = table
train, validate, test = (
    np.flatnonzero(part == name) for name in ("train", "validate", "test")
)

{prepare}MODELS = {{
{models}}}


{spaces}


def fit(family, params, rows):
    """Train a model of a family; only the linear one needs scaled numbers."""
    model = clone(MODELS[family]).set_params(**params)
    prepare = PREPARE_SCALED if family == "linear" else PREPARE
    return make_pipeline(clone(prepare), model).fit(x.iloc[rows], y[rows])


def ask(model, rows):
    """Return what a model says of rows."""
{ask}


def score(truth, said):
{score}


def gain(truth, said):
    """Return the score so that more is better."""
    return {gain}


def try_model(family, params):
    """Train on the training rows, judge on the rows that validate."""
    said = ask(fit(family, params, train), validate)
    trial = {{"family": family, "params": params, "said": said}}
    return trial | {{"gain": gain(y[validate], said)}}


# The ladder: each kind of model as it comes.
trials = [try_model(family, {{}}) for family in list(MODELS)[:MAX_TRIALS]]

# The best two kinds are tuned in turns.
optuna.logging.set_verbosity(optuna.logging.ERROR)
climbed = sorted(trials[1:], key=lambda trial: -trial["gain"])
studies = [
    (
        trial["family"],
        optuna.create_study(
            direction="maximize", sampler=optuna.samplers.TPESampler(seed=SEED)
        ),
    )
    for trial in climbed[:{n_tuned}]
]
while len(trials) < MAX_TRIALS:
    family, study = studies.pop(0)
    studies.append((family, study))
    asked = study.ask()
    trials.append(try_model(family, SPACES[family](asked)))
    study.tell(asked, trials[-1]["gain"])

# The finalists: the best of each kind, and a blend of them.
best_of = {{}}
for trial in trials:
    known = best_of.get(trial["family"])
    if known is None or trial["gain"] > known["gain"]:
        best_of[trial["family"]] = trial
singles = sorted(
    (trial for family, trial in best_of.items() if family != "baseline"),
    key=lambda trial: -trial["gain"],
)[:{n_finalists}]
finalists = {{
    family: [(best_of[family], 1.0)]
    for family in MODELS
    if best_of.get(family) in (best_of["baseline"], *singles)
}}
counts, total = [0] * len(singles), 0
for step in range({blend_steps}):  # again and again the model that helps the blend most
    gains = [gain(y[validate], (total + one["said"]) / (step + 1)) for one in singles]
    at = int(np.argmax(gains))
    counts[at] += 1
    total = total + singles[at]["said"]
if sum(count > 0 for count in counts) > 1:
    finalists["blend"] = [
        (one, count / sum(counts)) for one, count in zip(singles, counts) if count
    ]


def judge(members, learn, rows):
    """Train a finalist, and return its score on other rows."""
    said = sum(
        weight * ask(fit(one["family"], one["params"], learn), rows)
        for one, weight in members
    )
    return score(y[rows], said)


# The finals: all on the same splits of all rows but the test.
rest = np.flatnonzero(part != "test")
splits = {splits}
splits = [(rest[a], rest[b]) for a, b in splits][:MAX_SPLITS]
scores = {{
    name: np.array([judge(members, learn, rows) for learn, rows in splits])
    for name, members in finalists.items()
}}
best = max(scores, key=lambda name: {mean}.mean())
share = np.mean([len(rows) / len(learn) for learn, rows in splits])
table = {{}}
for name in scores:
    # Splits share rows, so the variance is corrected (Nadeau and Bengio 2003).
    behind = {behind}
    error = np.sqrt(behind.var(ddof=1) * (1 / len(splits) + share))
    reach = t.ppf(0.975, len(splits) - 1) * error
    table[name] = (behind.mean(), behind.mean() - reach, behind.mean() + reach)
    print(f"{{name}}: mean {{scores[name].mean():.4g}}, behind by {{table[name]}}")
ties = [name for name in table if name == best or table[name][1] <= 0]
order = list(table)  # as they stand on the ladder
proposed = next(  # the simplest of the tie that no simpler one beats on average
    name
    for name in ties
    if name == best
    or not any(table[one][0] < table[name][0] for one in order[: order.index(name)])
)

print(
    json.dumps(
        {{
            "n_trials": len(trials),
            "n_splits": len(splits),
            "best": best,
            "proposed": proposed,
            "n_ties": len(ties),
            "baseline": scores["baseline"].mean(),
            "mean": scores[proposed].mean(),
            "behind": table[proposed][0],
            "behind_low": table[proposed][1],
            "behind_high": table[proposed][2],
            "test": judge(finalists[proposed], rest, test),
        }}
    )
)
'''
