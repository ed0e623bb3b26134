"""The threshold lab as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_steps
from core.datasets.reading_code import write_splitting_code
from core.metrics.classifiers import Model
from core.metrics.scored_parts import gather_evidence
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.thresholds.lab import ThresholdSpec

LINE = 88
"""Longest line of a script: what formatters allow when nothing else is said."""

MODEL_CODE: dict[Model, tuple[str, str]] = {
    # where the class lives, how it is built
    "logistic": ("sklearn.linear_model", "LogisticRegression(max_iter=1000)"),
    "forest": (
        "sklearn.ensemble",
        "RandomForestClassifier(min_samples_leaf=5, random_state={seed})",
    ),
    "boosting": (
        "sklearn.ensemble",
        """HistGradientBoostingClassifier(
    learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state={seed}
)""",
    ),
}


def write_script(spec: "ThresholdSpec") -> Script:
    """Return the program that trains this model and prints the numbers of this threshold.

    Its last line is one JSON object whose names are those of `ThresholdResult`; a score without
    a value (0/0) is null. The model is trained first if it was not, because the script names the
    exact threshold of the handle.
    """
    dataset = load_dataset(spec.data)
    blocks = (
        f'"""What one threshold does, and which is cheapest. Needs {dataset.csv_name} beside it."""',
        _write_imports(dataset, spec.model),
        _write_settings(spec),
        write_reading_code(dataset).rstrip(),
        _write_split(dataset, spec.seed),
        _write_model(dataset, spec),
        "\n" + _write_cost(spec) + "\n",
        _write_scores(spec),
        _write_choice(),
        _PRINT,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script("thresholds", code, {dataset.csv_name: dataset.csv_bytes()})


def _write_imports(dataset: Dataset, model: Model) -> str:
    has_numbers, has_words = bool(dataset.numeric_features), bool(dataset.categorical_features)
    module, building = MODEL_CODE[model]
    preparers = ["OneHotEncoder"] * has_words + ["StandardScaler"] * has_numbers
    lines = [
        "from sklearn.impute import SimpleImputer",
        f"from {module} import {building.split('(')[0]}",
        "from sklearn import metrics",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
    ]
    if has_numbers and has_words:
        lines.append("from sklearn.compose import ColumnTransformer")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _write_settings(spec: "ThresholdSpec") -> str:
    handle = gather_evidence(spec.classifier).handle
    threshold, nothing = handle.thresholds[handle.nearest(spec.threshold)], handle.thresholds[-1]
    lines = [
        f"THRESHOLD = {float(threshold)}",
        f"NO_ALARM = {float(nothing)}  # above every score",
        f"COST_FALSE_ALARM = {spec.cost_false_alarm}",
        f"COST_MISS = {spec.cost_miss}",
    ]
    if spec.prevalence is not None:
        lines.append(f"PREVALENCE = {spec.prevalence}  # share of positives where the model works")
    return "\n".join(lines)


def _write_split(dataset: Dataset, seed: int) -> str:
    positive = f"[{write_literal(str(dataset.target))}] == {write_literal(dataset.positive)}"
    code = write_splitting_code(split_rows(dataset, seed=seed))
    # One kind of quotes in the whole script.
    code = code.replace(f"[{str(dataset.target)!r}]", f"[{write_literal(str(dataset.target))}]")
    return (
        f"{code}truth = (validation{positive}).to_numpy()\ntest_truth = (test{positive}).to_numpy()"
    )


def _write_model(dataset: Dataset, spec: "ThresholdSpec") -> str:
    building = MODEL_CODE[spec.model][1].format(seed=spec.seed)
    numbers, words = dataset.numeric_features, dataset.categorical_features
    target = write_literal(str(dataset.target))
    preparing, steps = "", _FILL_AND_SCALE if numbers else _FILL_AND_ENCODE
    if numbers and words:
        preparing, steps = f"{write_preparing_steps(numbers, words)}\n", "prepare"
    positive = f"train[{target}] == {write_literal(dataset.positive)}"
    return (
        f"features = train.columns.drop({target})\n"
        f"{preparing}"
        f"classifier = {building}\n"
        f"{_call('model = make_pipeline', steps, 'classifier')}\n"
        f"model.fit(train[features], {positive})\n"
        "score = model.predict_proba(validation[features])[:, 1]\n"
        "test_score = model.predict_proba(test[features])[:, 1]"
    )


def _write_cost(spec: "ThresholdSpec") -> str:
    share = "truth.mean()" if spec.prevalence is None else "PREVALENCE"
    return (
        "def average_cost(truth, false_alarm_rate, recall):\n"
        '    """Return the cost per 1,000 rows."""\n'
        f"    share = {share}\n"
        "    false_alarms = (1 - share) * false_alarm_rate\n"
        "    misses = share * (1 - recall)\n"
        "    return 1000 * (COST_FALSE_ALARM * false_alarms + COST_MISS * misses)"
    )


def _write_scores(spec: "ThresholdSpec") -> str:
    weighing, weight, majority = "", "", "max(truth.mean(), 1 - truth.mean())"
    if spec.prevalence is not None:
        weighing = (
            "positives, negatives = truth.mean(), 1 - truth.mean()\n"
            "weight = np.where(truth, PREVALENCE / positives, (1 - PREVALENCE) / negatives)\n"
            'weighted = {"sample_weight": weight}\n'
        )
        weight, majority = ", **weighted", "max(PREVALENCE, 1 - PREVALENCE)"
    entries = "\n".join(
        _entry(name, function, arguments + weight) for name, function, arguments in _SCORES
    )
    return (
        "alarm = score >= THRESHOLD\n"
        "# Labels in ascending order: first the row of the negatives, then the positives.\n"
        "matrix = metrics.confusion_matrix(truth, alarm, labels=[False, True])\n"
        "(tn, fp), (fn, tp) = matrix.tolist()\n"
        f"{weighing}"
        'result = {"threshold_used": THRESHOLD, "tp": tp, "fp": fp, "fn": fn, "tn": tn}\n'
        "result |= {\n"
        f'    "majority_accuracy": {majority},\n'
        f"{entries}\n"
        '    "cost": average_cost(truth, alarm[~truth].mean(), alarm[truth].mean()),\n'
        "}\n"
        "if alarm.all() or not alarm.any():\n"
        '    result["mcc"] = np.nan  # 0/0, which scikit-learn calls 0'
    )


def _write_choice() -> str:
    return (
        "# The cheapest threshold on the validation rows, judged on the test rows.\n"
        "false_alarm_rate, recall, thresholds = metrics.roc_curve(\n"
        "    truth, score, drop_intermediate=False\n"
        ")\n"
        "thresholds[0] = NO_ALARM\n"
        "costs = average_cost(truth, false_alarm_rate, recall)\n"
        "# Rounded, so that equal costs are equal and the highest threshold wins.\n"
        "cheapest = np.argmin(np.round(costs / costs.max(), 12))\n"
        "test_alarm = test_score >= thresholds[cheapest]\n"
        'result["cheapest_threshold"] = thresholds[cheapest]\n'
        'result["cheapest_validation_cost"] = costs[cheapest]\n'
        'result["cheapest_test_cost"] = average_cost(\n'
        "    test_truth, test_alarm[~test_truth].mean(), test_alarm[test_truth].mean()\n"
        ")"
    )


def _entry(name: str, function: str, arguments: str) -> str:
    one_line = f'    "{name}": {function}({arguments}),'
    if len(one_line) <= LINE:
        return one_line
    return f'    "{name}": {function}(\n        {arguments}\n    ),'


def _call(start: str, *arguments: str) -> str:
    one_line = f"{start}({', '.join(arguments)})"
    if len(one_line) <= LINE:
        return one_line
    lines = "".join(f"    {argument},\n" for argument in ", ".join(arguments).split(", "))
    return f"{start}(\n{lines})"


_SCORES = (
    ("accuracy", "metrics.accuracy_score", "truth, alarm"),
    ("balanced_accuracy", "metrics.balanced_accuracy_score", "truth, alarm"),
    ("precision", "metrics.precision_score", "truth, alarm, zero_division=np.nan"),
    ("recall", "metrics.recall_score", "truth, alarm"),
    ("specificity", "metrics.recall_score", "truth, alarm, pos_label=False"),
    ("f1", "metrics.f1_score", "truth, alarm"),
    ("mcc", "metrics.matthews_corrcoef", "truth, alarm"),
    ("roc_auc", "metrics.roc_auc_score", "truth, score"),
    ("average_precision", "metrics.average_precision_score", "truth, score"),
)

_FILL_AND_SCALE = 'SimpleImputer(strategy="median"), StandardScaler()'
_FILL_AND_ENCODE = (
    'SimpleImputer(strategy="most_frequent"), '
    'OneHotEncoder(handle_unknown="ignore", max_categories=20, sparse_output=False)'
)

_PRINT = """for name, value in result.items():
    print(f"{name:>24}: {value:.6g}")
result = {name: None if np.isnan(value) else value for name, value in result.items()}
print(json.dumps(result))"""
