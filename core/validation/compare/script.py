"""The comparison lab as code to take home: pandas, SciPy, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_list, write_literal
from core.script import Script
from core.validation.compare.equals import MOST_REPEATS

if TYPE_CHECKING:
    from core.validation.compare.lab import CompareSpec

LINE = 88
MODEL_CODE = {
    # where the class lives, how it is built
    "logistic": ("sklearn.linear_model", "LogisticRegression(max_iter=1000)"),
    "neighbours": ("sklearn.neighbors", "KNeighborsClassifier(15)"),
    "bayes": ("sklearn.naive_bayes", "GaussianNB()"),
    "tree": (
        "sklearn.tree",
        "DecisionTreeClassifier(min_samples_leaf=5, random_state={seed})",
    ),
    "forest": (
        "sklearn.ensemble",
        "RandomForestClassifier(30, min_samples_leaf=2, random_state={seed})",
    ),
}


def write_script(spec: "CompareSpec") -> Script:
    """Return the program that trains both models on the same folds and judges their difference.

    Its last line is one JSON object whose names are those of `CompareResult`; null is undefined.
    """
    dataset = load_dataset(spec.data)
    blocks = (
        f'"""Two models on the same folds. Needs {dataset.csv_name} beside it."""',
        _write_imports(spec),
        f"K, REPEATS, SEED = {spec.k}, {spec.repeats}, {spec.seed}",
        write_truth(dataset)
        + (_SAMPLE.format(n_rows=spec.n_rows) if dataset.n_rows > spec.n_rows else ""),
        _write_models(spec),
        _TRAIN.format(most=MOST_REPEATS),
        _JUDGE,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script(
        "compare",
        code,
        {dataset.csv_name: dataset.csv_bytes()},
        needs="pandas, SciPy and scikit-learn",
    )


def write_truth(dataset: Dataset) -> str:
    """Return the statements that read ``table`` and say in ``truth`` which rows are positive."""
    target, positive = write_literal(str(dataset.target)), write_literal(dataset.positive)
    return f"{write_reading_code(dataset)}truth = (table[{target}] == {positive}).to_numpy()"


def _write_imports(spec: "CompareSpec") -> str:
    dataset = load_dataset(spec.data)
    splitters = ["RepeatedStratifiedKFold"]
    splitters += ["train_test_split"] * (dataset.n_rows > spec.n_rows)
    lines = import_preparation(dataset) | {
        "from scipy.stats import binomtest, t",
        "from sklearn.base import clone",
        f"from sklearn.model_selection import {', '.join(splitters)}",
    }
    for name in (spec.a, spec.b):
        module, building = MODEL_CODE[name]
        lines.add(f"from {module} import {building.split('(')[0]}")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def write_preparation(dataset: Dataset) -> str:
    """Return the statements that build ``prepare``, as `core.metrics.classifiers.prepare_columns` does."""
    steps, lists = "", ""
    if dataset.numeric_features:
        lists += write_list("numbers", dataset.numeric_features) + "\n"
        steps += _STEP.format(name="numbers", steps=_SCALE)
    if dataset.categorical_features:
        lists += write_list("words", dataset.categorical_features) + "\n"
        steps += _STEP.format(name="words", steps=_ENCODE)
    return f"{lists}prepare = ColumnTransformer(\n    [\n{steps}    ]\n)\n"


def import_preparation(dataset: Dataset) -> set[str]:
    """Return the imports that `write_preparation` needs."""
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    preparers += ["StandardScaler"] * bool(dataset.numeric_features)
    return {
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.impute import SimpleImputer",
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
    }


def _write_models(spec: "CompareSpec") -> str:
    models = "".join(
        _call(which, MODEL_CODE[name][1].format(seed=seed))
        for which, name, seed in (("a", spec.a, spec.seed), ("b", spec.b, spec.seed + 1))
    )
    return f"{write_preparation(load_dataset(spec.data))}{models}".rstrip()


def _call(which: str, building: str) -> str:
    one_line = f"{which} = make_pipeline(clone(prepare), {building})\n"
    if len(one_line) <= LINE:
        return one_line
    return f"{which} = make_pipeline(\n    clone(prepare),\n    {building},\n)\n"


_SAMPLE = """
kept, _ = train_test_split(
    np.arange(len(table)), train_size={n_rows}, stratify=truth, random_state=SEED
)
kept = np.sort(kept)
table, truth = table.iloc[kept], truth[kept]"""
_STEP = """        (
            "{name}",
{steps}            {name},
        ),
"""
_SCALE = '            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),\n'
_ENCODE = """            make_pipeline(
                SimpleImputer(strategy="most_frequent"),
                OneHotEncoder(
                    handle_unknown="ignore", max_categories=20, sparse_output=False
                ),
            ),
"""
_TRAIN = """folds = RepeatedStratifiedKFold(n_splits=K, n_repeats={most}, random_state=SEED)
accuracies, shares = [], []
first = np.zeros((2, len(table)), dtype=bool)  # right answers in the first repeat
for at, (train, test) in enumerate(folds.split(table, truth)):
    if at == K * REPEATS:
        break
    right = []
    for model in (a, b):
        fitted = clone(model).fit(table.iloc[train], truth[train])
        right.append(fitted.predict(table.iloc[test]) == truth[test])
    accuracies.append(np.mean(right, axis=1))
    shares.append(len(test) / len(train))
    if at < K:
        first[:, test] = right"""
_JUDGE = '''accuracy_a, accuracy_b = np.transpose(accuracies)
difference = accuracy_a - accuracy_b
m = len(difference)


def judge(factor):
    """Student's t with variance times `factor`."""
    error = difference.std(ddof=1) * np.sqrt(factor)
    reach = t.ppf(0.975, m - 1) * error
    mean = difference.mean()
    p = 2 * t.sf(abs(mean) / error, m - 1) if error > 1e-12 else np.nan
    return mean - reach, mean + reach, p


naive = judge(1 / m)
# Nadeau and Bengio 2003: the folds share most of their training rows.
corrected = judge(1 / m + np.mean(shares))
only_a, only_b = (first[0] & ~first[1]).sum(), (first[1] & ~first[0]).sum()
n_apart = int(only_a + only_b)
result = {
    "accuracy_a": accuracy_a.mean(),
    "accuracy_b": accuracy_b.mean(),
    "difference": difference.mean(),
    "naive_low": naive[0],
    "naive_high": naive[1],
    "naive_p": naive[2],
    "corrected_low": corrected[0],
    "corrected_high": corrected[1],
    "corrected_p": corrected[2],
    "only_a": only_a,
    "only_b": only_b,
    # McNemar's exact test: among the rows that tell them apart, is it half and half?
    "mcnemar_p": binomtest(int(only_a), n_apart).pvalue if n_apart else np.nan,
}
for name, value in result.items():
    print(f"{name:>16}: {value:.5g}")
result = {n: None if np.isnan(value) else float(value) for n, value in result.items()}
print(json.dumps(result))'''
