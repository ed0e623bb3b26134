"""The forecast lab as code to take home: a learning curve, and rows that are really added."""

from typing import TYPE_CHECKING

from core.bias_variance.curve_code import write_start
from core.bias_variance.doubling import measure_added_rows
from core.bias_variance.learning import measure_learning_curve
from core.bias_variance.scores import SCORES
from core.bias_variance.table_models import find_table_model
from core.datasets import load_dataset
from core.script import Script

if TYPE_CHECKING:
    from core.bias_variance.more_data.lab import MoreDataSpec


def write_script(spec: "MoreDataSpec") -> Script:
    """Return the program that measures the learning curve, and the error when rows are really added.

    Its last line is one JSON object whose names are those of `MoreDataResult`.
    """
    dataset = load_dataset(spec.data)
    curve, added = measure_learning_curve(spec.trial.curve), measure_added_rows(spec.trial.added)
    score = next(score for score in SCORES if score.name == curve.metric)
    knob = find_table_model(spec.model).knob(dataset.task)
    sizes = [int(size) for size in curve.scores["n_train"].unique()]
    start = write_start(
        spec.trial,
        title="Will more rows help? A learning curve, then the rows themselves.",
        setting=knob.default if spec.setting is None else spec.setting,
        constants=(
            f"SIZES = {sizes}\nDRAWS, JUDGES = {added.spec.draws}, {added.n_judged}\n"
            f"ENDS = {[int(n) for n in sorted(added.scores['n_train'].unique())]}"
        ),
        imports=(
            "from sklearn.base import clone",
            "from sklearn.metrics import get_scorer",
            "from sklearn.model_selection import learning_curve",
        ),
    )
    rest = _REST.format(
        scorer=score.scorer,
        folds=spec.folds,
        repeats=spec.repeats,
        error="1 - " if score.is_higher_better else "-",
    )
    return Script("more_data", f"{start}\n\n{rest}", {dataset.csv_name: dataset.csv_bytes()})


_REST = """scorer = get_scorer("{scorer}")
train, new = [], []
for repeat in range({repeats}):
    _, on_old, on_new = learning_curve(
        model,
        X,
        y,
        train_sizes=SIZES,
        cv=splits[repeat * {folds} : (repeat + 1) * {folds}],
        scoring="{scorer}",
        shuffle=True,
        random_state=SEED + repeat,
    )
    train.append({error}on_old)  # as errors: 0 is perfect
    new.append({error}on_new)
train, new = np.hstack(train).mean(axis=1), np.hstack(new).mean(axis=1)
for size, on_old, on_new in zip(SIZES, train, new):
    print(f"{{size:>6}} rows: {{on_old:.5g}} on rows learnt from, {{on_new:.5g}} on new ones")

# The truth: rows that were held back are added, and others judge.
rest = np.setdiff1d(np.arange(len(table)), known)
rng = np.random.default_rng([SEED, 3])
errors = np.zeros((DRAWS, len(ENDS)))
for draw in range(DRAWS):
    shuffled = rng.permutation(rest)
    judges, pool = shuffled[:JUDGES], shuffled[JUDGES:]
    for at, end in enumerate(ENDS):
        rows = np.sort(np.append(known, pool[: end - len(known)]))
        fitted = clone(model).fit(features.iloc[rows], target[rows])
        errors[draw, at] = {error}scorer(fitted, features.iloc[judges], target[judges])
for end, error in zip(ENDS, errors.mean(axis=0)):
    print(f"{{end:>6}} rows, really added: {{error:.5g}}")
result = {{
    "n_measured": SIZES[-1],
    "measured": new[-1],
    "train": train[-1],
    "n_doubled": ENDS[-1],
    "truth": errors[:, -1].mean(),
    "truth_low": errors[:, -1].min(),
    "truth_high": errors[:, -1].max(),
    "truth_now": errors[:, 0].mean(),
}}
print(json.dumps({{name: float(value) for name, value in result.items()}}))
"""
