"""The pipelines lab as code to take home: one search, its preparation where the view has it."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_list, write_literal
from core.script import Script
from core.validation.pipelines.placements import STRENGTHS, draw_parts, n_kept

if TYPE_CHECKING:
    from core.validation.pipelines.lab import PipelinesSpec


def write_script(spec: "PipelinesSpec") -> Script:
    """Return the program that runs the search of this view and counts its fits.

    Its last line is one JSON object whose names are those of `PipelinesResult`.
    """
    dataset = load_dataset(spec.data)
    parts = draw_parts(spec.search)
    blocks = (
        f'"""Where does the preparation stand? Needs {dataset.csv_name} beside it."""',
        _write_imports(spec, dataset),
        _COUNTERS,
        write_reading_code(dataset).rstrip() + "\n" + _write_rows(spec, dataset, len(parts.train)),
        _write_steps(spec, dataset),
        _RUNS[spec.placement],
        _PRINT.format(k=spec.k),
    )
    code = "\n\n".join(blocks[:2]) + "\n\n\n" + blocks[2] + "\n\n\n" + "\n\n".join(blocks[3:])
    return Script("pipelines", code + "\n", {dataset.csv_name: dataset.csv_bytes()})


def _write_imports(spec: "PipelinesSpec", dataset: Dataset) -> str:
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features) + ["StandardScaler"]
    lines = ["import json"] + ["import tempfile"] * (spec.placement == "cached") + [""]
    lines += ["import numpy as np"] * (spec.n_noise > 0 or spec.placement == "before")
    lines += [
        "import pandas as pd",
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.feature_selection import SelectKBest",
        "from sklearn.impute import SimpleImputer",
        "from sklearn.linear_model import LogisticRegression",
        "from sklearn.metrics import roc_auc_score",
        "from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split",
        "from sklearn.pipeline import Pipeline, make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
    ]
    return "\n".join(lines)


def _write_rows(spec: "PipelinesSpec", dataset: Dataset, n_train: int) -> str:
    target = write_literal(dataset.target)
    label = write_literal(dataset.positive)
    n_test = len(draw_parts(spec.search).test)
    lines = [
        write_list("numbers", list(dataset.numeric_features)),
        write_list("words", list(dataset.categorical_features)),
        f"y = (table[{target}] == {label}).to_numpy()",
        "x = table[numbers + words]",
    ]
    if spec.n_noise:
        lines += [
            f'noise = [f"noise_{{number}}" for number in range({spec.n_noise})]',
            f"values = np.random.default_rng({spec.seed}).normal(size=(len(x), {spec.n_noise}))",
            "x = x.join(pd.DataFrame(values, columns=noise))",
            "numbers = numbers + noise",
        ]
    lines += [
        "train, test, y_train, y_test = train_test_split(",
        f"    x, y, train_size={n_train}, test_size={n_test}, random_state={spec.seed}, stratify=y",
        ")",
    ]
    return "\n".join(lines)


def _write_steps(spec: "PipelinesSpec", dataset: Dataset) -> str:
    kinds = ""
    if dataset.numeric_features or spec.n_noise:
        kinds += '        ("numbers", for_numbers, numbers),\n'
    words = ""
    if dataset.categorical_features:
        kinds += '        ("words", for_words, words),\n'
        words = _WORDS
    strengths = ", ".join(str(value) for value in STRENGTHS[: spec.n_settings])
    return _STEPS.format(
        words=words,
        kinds=kinds,
        n_kept=n_kept(dataset, spec.n_noise),
        k=spec.k,
        seed=spec.seed,
        strengths=strengths,
        prefix="model__" if spec.placement in ("pipeline", "cached") else "",
    )


_COUNTERS = '''class CountedScaler(StandardScaler):
    """A scaler that counts its fits."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        CountedScaler.n_fits += 1
        return super().fit(X, y, sample_weight)


class CountedModel(LogisticRegression):
    """A logistic regression that counts its fits."""

    n_fits = 0

    def fit(self, X, y, sample_weight=None):
        CountedModel.n_fits += 1
        return super().fit(X, y, sample_weight)'''
_WORDS = """for_words = make_pipeline(
    SimpleImputer(strategy="most_frequent", keep_empty_features=True),
    OneHotEncoder(handle_unknown="ignore", max_categories=20, sparse_output=False),
)
"""
_STEPS = """for_numbers = make_pipeline(
    SimpleImputer(strategy="median", keep_empty_features=True), CountedScaler()
)
{words}columns = ColumnTransformer(
    [
{kinds}    ]
)
prepare = [("columns", columns), ("select", SelectKBest(k={n_kept}))]
model = CountedModel(max_iter=1000)
folds = StratifiedKFold({k}, shuffle=True, random_state={seed})
grid = {{"{prefix}C": [{strengths}]}}
judging = {{"cv": folds, "scoring": "roc_auc"}}"""
_RUNS = {
    "before": """# Prepared once, on all rows: test rows and every fold have been seen.
everybody, answers = pd.concat([train, test]), np.concatenate([y_train, y_test])
ready = Pipeline(prepare).fit_transform(everybody, answers)
search = GridSearchCV(model, grid, **judging)
search.fit(ready[: len(train)], y_train)
said = search.predict_proba(ready[len(train) :])[:, 1]""",
    "model_step": """# The search is the last step: its folds are cut from rows that were prepared together.
search = GridSearchCV(model, grid, **judging)
whole = Pipeline([*prepare, ("search", search)]).fit(train, y_train)
said = whole.predict_proba(test)[:, 1]""",
    "pipeline": """# The pipeline is what is searched: each fold prepares anew from its training rows.
whole = Pipeline([*prepare, ("model", model)])
search = GridSearchCV(whole, grid, **judging).fit(train, y_train)
said = search.predict_proba(test)[:, 1]""",
    "cached": """# The same, and each preparation is kept on the disk for the next setting.
with tempfile.TemporaryDirectory() as folder:
    whole = Pipeline([*prepare, ("model", model)], memory=folder)
    search = GridSearchCV(whole, grid, **judging).fit(train, y_train)
    said = search.predict_proba(test)[:, 1]""",
}
_PRINT = """parts = [f"split{{fold}}_test_score" for fold in range({k})]
best = [search.cv_results_[part][search.best_index_] for part in parts]
result = {{
    "n_train": len(train),
    "n_test": len(test),
    "n_models": CountedModel.n_fits,
    "n_preparations": CountedScaler.n_fits,
    "reported": search.best_score_,
    "lowest": min(best),
    "highest": max(best),
    "test": roc_auc_score(y_test, said),
}}
result["gap"] = result["reported"] - result["test"]

for name, value in result.items():
    print(f"{{name:>16}}: {{value:.6g}}")
print(json.dumps({{name: float(value) for name, value in result.items()}}))"""
