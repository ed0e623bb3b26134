"""The lesson on many classes as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, Label, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_steps
from core.metrics.classes.training import N_SPLITS, Model, find_label
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.classes.lab import ClassesSpec

"""Longest line of a script: what formatters allow when nothing else is said."""

MODEL_CODE: dict[Model, tuple[str, str]] = {
    # where the class lives, how it is built
    "neighbours": ("sklearn.neighbors", "KNeighborsClassifier(n_neighbors=5)"),
    "logistic": ("sklearn.linear_model", "LogisticRegression(max_iter=1000)"),
    "tree": ("sklearn.tree", "DecisionTreeClassifier(min_samples_leaf=5, random_state=seed)"),
    "forest": ("sklearn.ensemble", "RandomForestClassifier(random_state=seed)"),
    "majority": ("sklearn.dummy", 'DummyClassifier(strategy="most_frequent")'),
}


def write_script(spec: "ClassesSpec") -> Script:
    """Return the program that trains these models and prints the numbers of this view.

    Its last line is one JSON object whose names are those of `ClassesResult`; a score without a
    value (0/0) is null.
    """
    dataset = load_dataset(spec.data)
    is_rare = spec.training.rare is not None
    label = find_label(dataset, spec.training.rare)
    blocks = [
        f'"""What one score says of several classes. Needs {dataset.csv_name} beside it."""',
        _write_imports(dataset, spec.model),
        _write_settings(spec, dataset, label),
        write_reading_code(dataset).rstrip() + "\nfeatures = table.columns.drop(TARGET)",
        write_preparing_steps(dataset.numeric_features, dataset.categorical_features) + "\n",
        *([_THIN] if is_rare else []),
        _write_training(dataset, spec.model),
        _COMPARE,
        _LOOP_RARE if is_rare else _LOOP,
        _THIS_SPLIT_RARE if is_rare else _THIS_SPLIT,
        _SCORES,
        _PRINT,
    ]
    code = "\n\n".join(blocks) + "\n"
    return Script("classes", code, {dataset.csv_name: dataset.csv_bytes()})


def _write_imports(dataset: Dataset, model: Model) -> str:
    has_numbers, has_words = bool(dataset.numeric_features), bool(dataset.categorical_features)
    module, building = MODEL_CODE[model]
    preparers = ["OneHotEncoder"] * has_words + ["StandardScaler"] * has_numbers
    lines = [
        "from sklearn import metrics",
        "from sklearn.impute import SimpleImputer",
        f"from {module} import {building.split('(')[0]}",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
    ]
    if has_numbers and has_words:
        lines.append("from sklearn.compose import ColumnTransformer")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _write_settings(spec: "ClassesSpec", dataset: Dataset, label: Label | None) -> str:
    lines = [f"TARGET = {write_literal(dataset.target)}", f"SEED = {spec.seed}"]
    if spec.training.rare is not None:
        lines += [
            f"RARE = {write_literal(label)}  # the class that is made rare",
            f"RARE_ROWS = {spec.training.rare_rows}",
        ]
    return "\n".join(lines)


def _write_training(dataset: Dataset, model: Model) -> str:
    _, n_validation, n_test = dataset.default_shares
    return f'''def train(table, seed):
    """Return truth, answers and scores of validation rows, and the biggest class."""
    n_validation, n_test = (round(len(table) * share) for share in ({n_validation}, {n_test}))
    rest, test = train_test_split(
        table, test_size=n_test, random_state=seed, stratify=table[TARGET]
    )
    learned, validation = train_test_split(
        rest, test_size=n_validation, random_state=seed, stratify=rest[TARGET]
    )
    classifier = {MODEL_CODE[model][1]}
    model = make_pipeline(prepare, classifier)
    model.fit(learned[features], learned[TARGET])
    score = model.predict_proba(validation[features])
    answer = model.predict(validation[features])
    biggest = learned[TARGET].value_counts().sort_index().idxmax()
    return validation[TARGET].to_numpy(), answer, score, biggest
'''


_THIN = '''def thin(table, seed):
    """Leave rows of the rare class out at random, before any split."""
    rare = np.flatnonzero(table[TARGET] == RARE)
    n_dropped = max(len(rare) - RARE_ROWS, 0)
    dropped = np.random.default_rng(seed).choice(rare, n_dropped, replace=False)
    return table.drop(index=dropped).reset_index(drop=True)
'''

_COMPARE = '''def compare(truth, answer):
    """Return the scores that are followed from split to split."""
    return {
        "accuracy": metrics.accuracy_score(truth, answer),
        "weighted_f1": metrics.f1_score(truth, answer, average="weighted"),
        "macro_f1": metrics.f1_score(truth, answer, average="macro"),
        "macro_recall": metrics.recall_score(truth, answer, average="macro"),
    }
'''

_LOOP = f"""as_is = []
for split in range({N_SPLITS}):
    truth, answer, *_ = train(table, SEED + split)
    as_is.append(compare(truth, answer))
before = pd.DataFrame(as_is).mean()
result = {{
    "accuracy_as_is": before["accuracy"],
    "macro_f1_as_is": before["macro_f1"],
}}"""

_LOOP_RARE = f"""as_is, rare, is_found = [], [], []
for split in range({N_SPLITS}):
    truth, answer, *_ = train(table, SEED + split)
    as_is.append(compare(truth, answer))
    truth, answer, *_ = train(thin(table, SEED + split), SEED + split)
    rare.append(compare(truth, answer))
    is_found += list(answer[truth == RARE] == RARE)
before, after = pd.DataFrame(as_is).mean(), pd.DataFrame(rare).mean()
result = {{
    "accuracy_as_is": before["accuracy"],
    "macro_f1_as_is": before["macro_f1"],
    "n_rare_judged": len(is_found),
    "n_rare_found": int(np.sum(is_found)),
}}
result |= {{f"{{name}}_change": change for name, change in (after - before).items()}}"""

_THIS_SPLIT = """# The split of the page: every score from scikit-learn.
truth, answer, score, biggest = train(table, SEED)"""
_THIS_SPLIT_RARE = """# The split of the page: every score from scikit-learn.
truth, answer, score, biggest = train(thin(table, SEED), SEED)"""

_SCORES = """labels = np.unique(truth)
print(metrics.classification_report(truth, answer, zero_division=np.nan))
matrix = metrics.confusion_matrix(truth, answer, labels=labels)
print(pd.DataFrame(matrix, index=labels, columns=labels))
result |= {
    "n_judged": len(truth),
    "accuracy": metrics.accuracy_score(truth, answer),
    "balanced_accuracy": metrics.balanced_accuracy_score(truth, answer),
    "kappa": metrics.cohen_kappa_score(truth, answer),
    "mcc": metrics.matthews_corrcoef(truth, answer),
    "macro_roc_auc": metrics.roc_auc_score(truth, score, multi_class="ovr"),
    "worst_recall": metrics.recall_score(truth, answer, average=None).min(),
    "n_confused": int((matrix - np.diag(np.diag(matrix))).max()),
    "n_never_predicted": int((matrix.sum(axis=0) == 0).sum()),
}
for average in ("micro", "weighted", "macro"):
    options = {"labels": labels, "average": average, "zero_division": np.nan}
    precision = metrics.precision_score(truth, answer, **options)
    if average != "micro" and result["n_never_predicted"]:
        precision = np.nan  # one of the averaged numbers does not exist
    result[f"{average}_precision"] = precision
    result[f"{average}_recall"] = metrics.recall_score(truth, answer, **options)
    result[f"{average}_f1"] = metrics.f1_score(truth, answer, **options)
for name, filled in {"zero": 0.0, "one": 1.0, "left_out": np.nan}.items():
    result[f"macro_precision_{name}"] = metrics.precision_score(
        truth, answer, labels=labels, average="macro", zero_division=filled
    )
if len(np.unique(answer)) == 1:
    result["mcc"] = np.nan  # 0/0, which scikit-learn calls 0
for name, value in compare(truth, np.full_like(truth, biggest)).items():
    result[f"majority_{name}"] = value
del result["majority_weighted_f1"]"""

_PRINT = """result = {
    name: None if np.isnan(value) else float(value) for name, value in result.items()
}
print(json.dumps(result))"""
