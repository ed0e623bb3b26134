"""The truth lab as code to take home: NumPy, SciPy and scikit-learn; it draws its own rows."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset
from core.script import Script
from core.validation.compare.script import import_preparation, write_preparation, write_truth
from core.validation.risk.laws import GROUP_SPREAD, ROWS_PER_GROUP
from core.validation.risk.own import MOST_ROWS, N_DEALINGS, N_FOLDS, OwnSpec
from core.validation.risk.trials import N_SHOWN, N_SHOWN_SHUFFLES, fold_counts

if TYPE_CHECKING:
    from core.validation.risk.lab import RiskSpec


def write_script(spec: "RiskSpec") -> Script:
    """Return the program that draws the datasets, trains on each, and prints the numbers of this k.

    Its last line is one JSON object whose names are those of `RiskResult`. The law makes the rows; only
    a table of one's own is a file.
    """
    from core.validation.risk.lab import nearest_k  # that module imports this one

    k = fold_counts(spec.n_rows)[nearest_k(spec)]
    blocks = (
        '"""Cross-validated errors beside the true error, which the law of the rows gives."""',
        _write_imports(spec.table),
        _SETTINGS.format(
            k=k,
            mine=spec.mine - 1,
            n_draws=spec.n_draws,
            n_rows=spec.n_rows,
            n_features=spec.n_features,
            distance=float(spec.distance),
            penalty=float(spec.penalty),
            seed=spec.seed,
        )
        + _DRAW[spec.law]
        + "\n",
        _TRAIN.format(spread=_spread(spec.law)) + "\n",
        _deal(k, spec.n_rows),
        _JUDGE + (_write_own(spec.table) if spec.table else "") + _PRINT,
    )
    files, needs = {}, "NumPy, SciPy and scikit-learn"
    if spec.table:
        dataset = load_dataset(spec.table.data)
        files, needs = {dataset.csv_name: dataset.csv_bytes()}, f"pandas, {needs}"
    return Script("risk", "\n\n".join(blocks) + "\n", files, needs=needs)


def _write_imports(table: OwnSpec | None) -> str:
    lines = {"from scipy.stats import norm, t"}
    if table is None:
        lines.add("from sklearn.linear_model import Ridge")
    else:
        lines |= import_preparation(load_dataset(table.data)) | {
            "from sklearn.linear_model import Ridge, RidgeClassifier",
            "from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score",
        }
    pandas = "import pandas as pd\n" if table else ""
    return f"import json\n\nimport numpy as np\n{pandas}" + "\n".join(sorted(lines))


def _write_own(table: OwnSpec) -> str:
    dataset = load_dataset(table.data)
    sample = _SAMPLE.format(n_rows=MOST_ROWS) if dataset.n_rows > MOST_ROWS else ""
    head = "\n\n# The table of your own: what one table shows.\n"
    own = _OWN.format(k=N_FOLDS, n_dealings=N_DEALINGS)
    return f"{head}{write_truth(dataset)}{sample}\n{write_preparation(dataset)}{own}"


def _spread(law: str) -> str:
    return f"np.hypot(1, {GROUP_SPREAD})" if law == "groups" else "1.0"


def _deal(k: int, n_rows: int) -> str:
    again = _AGAIN if k < n_rows else _ONLY_ONE
    return _FOLDS + again.format(n_shown=N_SHOWN, n_shuffles=N_SHOWN_SHUFFLES)


_SETTINGS = """\
K = {k}  # folds
MINE = {mine}  # the dataset that is looked at closely, counted from 0
N_DRAWS, N_ROWS, N_FEATURES = {n_draws}, {n_rows}, {n_features}
DISTANCE = {distance!r}  # between the two classes, in standard deviations
PENALTY = {penalty!r}
SEED = {seed}

rng = np.random.default_rng(SEED)
shape = (N_DRAWS, N_ROWS, N_FEATURES)
"""

_INDEPENDENT = """\
y = rng.choice([-1.0, 1.0], size=(N_DRAWS, N_ROWS))
noise = rng.normal(size=shape)
"""

_STILL = """\
direction = np.zeros((N_ROWS + 1, N_FEATURES))
direction[:, 0] = 1  # only the first column tells the classes apart
x = y[:, :, None] * direction[:-1] * DISTANCE / 2 + noise
"""

_TURNING = """\
turn = np.pi / 3 * np.arange(N_ROWS + 1) / N_ROWS
direction = np.zeros((N_ROWS + 1, N_FEATURES))
direction[:, 0], direction[:, 1] = np.cos(turn), np.sin(turn)
x = y[:, :, None] * direction[:-1] * DISTANCE / 2 + noise
"""

_PEOPLE = f"""\
n_people = N_ROWS // {ROWS_PER_GROUP}
labels = np.repeat([-1.0, 1.0], [n_people - n_people // 2, n_people // 2])
people = rng.permuted(np.tile(labels, (N_DRAWS, 1)), axis=1)
y = np.repeat(people, {ROWS_PER_GROUP}, axis=1)
shared = rng.normal(size=(N_DRAWS, n_people, N_FEATURES)) * {GROUP_SPREAD}
noise = rng.normal(size=shape) + np.repeat(shared, {ROWS_PER_GROUP}, axis=1)
"""

_DRAW = {
    "independent": _INDEPENDENT + _STILL.rstrip(),
    "groups": _PEOPLE + _STILL.rstrip(),
    "drift": _INDEPENDENT + _TURNING.rstrip(),
}

_TRAIN = '''def train(x, y):
    """A ridge classifier is ridge regression on the classes -1 and 1."""
    return Ridge(alpha=PENALTY, solver="cholesky").fit(x, y)


def true_error(model):
    """The share of new rows that the model calls wrongly, exactly."""
    reach = model.coef_ @ direction[-1] * DISTANCE / 2
    length = {spread} * np.linalg.norm(model.coef_)
    if length == 0:
        return 0.5
    b = model.intercept_
    return (norm.cdf(-(reach + b) / length) + norm.cdf(-(reach - b) / length)) / 2


def fold_errors(x, y, folds):
    """The share of wrong answers on each fold, by the model of all other rows."""
    errors = []
    for fold in folds:
        model = train(np.delete(x, fold, axis=0), np.delete(y, fold))
        errors.append(np.mean((model.predict(x[fold]) > 0) != (y[fold] > 0)))
    return np.array(errors)


def deal(rng, n_datasets):
    rows = np.tile(np.arange(N_ROWS), (n_datasets, 1))
    return rng.permuted(rows, axis=1).reshape(n_datasets, K, N_ROWS // K)'''

_FOLDS = """truth = np.array([true_error(train(*rows)) for rows in zip(x, y)])
dealt = deal(np.random.default_rng([SEED, K]), N_DRAWS)
by_fold = np.array([fold_errors(*rows) for rows in zip(x, y, dealt)])
error, fold_sd = by_fold.mean(axis=1), by_fold.std(axis=1, ddof=1)

"""

_AGAIN = """# Deal the rows of one dataset into folds again and again.
rng = np.random.default_rng([SEED, K, 1])
again = [deal(rng, {n_shown})[MINE] for _ in range({n_shuffles})]
shuffled = [fold_errors(x[MINE], y[MINE], folds).mean() for folds in again]"""

_ONLY_ONE = "shuffled = [error[MINE]] * 2  # one row a fold: there is only one way to deal"

_JUDGE = """reach = norm.ppf(0.975) * fold_sd / np.sqrt(K)
naive_low, naive_high = np.clip([error - reach, error + reach], 0, 1)
# Nadeau and Bengio 2003: the k models share most of their training rows.
reach = t.ppf(0.975, K - 1) * fold_sd * np.sqrt(1 / K + 1 / (K - 1))
low, high = np.clip([error - reach, error + reach], 0, 1)
miss = error - truth
has_range = min(np.ptp(error), np.ptp(truth)) > 1e-9
result = {
    "truth": truth.mean(),
    "estimate": error.mean(),
    "bias": miss.mean(),
    "rmse": np.sqrt((miss**2).mean()),
    "fold_sd": np.sqrt((fold_sd**2).mean()),
    "data_sd": error.std(ddof=1),
    "correlation": np.corrcoef(error, truth)[0, 1] if has_range else np.nan,
    "naive_cover": ((naive_low <= truth) & (truth <= naive_high)).mean(),
    "corrected_cover": ((low <= truth) & (truth <= high)).mean(),
    "my_error": error[MINE],
    "my_truth": truth[MINE],
    "my_fold_sd": fold_sd[MINE],
    "my_shuffle_sd": np.std(shuffled, ddof=1),
    "my_naive_low": naive_low[MINE],
    "my_naive_high": naive_high[MINE],
    "my_corrected_low": low[MINE],
    "my_corrected_high": high[MINE],
}"""

_SAMPLE = """
kept = np.random.default_rng(SEED).permutation(len(table))[:{n_rows}]
kept = np.sort(kept)
table, truth = table.iloc[kept], truth[kept]"""

_OWN = """model = make_pipeline(prepare, RidgeClassifier(PENALTY))
folds = RepeatedStratifiedKFold(n_splits={k}, n_repeats={n_dealings}, random_state=SEED)
own = 1 - cross_val_score(model, table, truth, cv=folds).reshape({n_dealings}, {k})
first, n_folds = own[0], own.shape[1]
widening = np.sqrt(1 / n_folds + 1 / (n_folds - 1))
reach = t.ppf(0.975, n_folds - 1) * first.std(ddof=1) * widening
result |= {{
    "own_error": first.mean(),
    "own_fold_sd": first.std(ddof=1),
    "own_shuffle_sd": own.mean(axis=1).std(ddof=1),
    "own_corrected_low": max(first.mean() - reach, 0),
    "own_corrected_high": min(first.mean() + reach, 1),
    "own_guess_error": min(truth.mean(), 1 - truth.mean()),
}}"""

_PRINT = """
for name, value in result.items():
    print(f"{name:>20}: {value:.4f}")
result = {n: None if np.isnan(value) else float(value) for n, value in result.items()}
print(json.dumps(result))"""
