"""The imbalance lab as code to take home: pandas, scikit-learn, perhaps LightGBM, and one CSV."""

from typing import TYPE_CHECKING

from core.automl.imbalance.models import Model
from core.automl.imbalance.pumps import find_table
from core.datasets import Dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_steps
from core.script import Script

if TYPE_CHECKING:
    from core.automl.imbalance.lab import ImbalanceSpec

MODEL_CODE: dict[Model, tuple[str, str]] = {
    # where the class lives, how it is built
    "linear": ("sklearn.linear_model", "LogisticRegression(max_iter=1000)"),
    "forest": (
        "sklearn.ensemble",
        "RandomForestClassifier(min_samples_leaf=5, random_state=seed)",
    ),
    "lightgbm": (
        "lightgbm",
        """LGBMClassifier(
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
        random_state=seed,
    )""",
    ),
}


def write_script(spec: "ImbalanceSpec") -> Script:
    """Return the program that trains the model in four ways on the same deals and prints their scores.

    Its last line is one JSON object whose names are those of `ImbalanceResult`.
    """
    dataset = find_table(spec.data)
    code = "\n\n".join(
        (
            f'"""Does balancing a rare class help? Needs {dataset.csv_name} beside it."""',
            _write_imports(dataset, spec.model),
            _write_settings(dataset, spec),
            write_reading_code(dataset).rstrip(),
            _write_data(dataset),
            "\n" + _DEAL + "\n",
            _write_ways(spec.model) + "\n",
            _CHOOSE + "\n",
            _JUDGE + "\n",
            _AVERAGE,
        )
    )
    needs = "pandas and scikit-learn" + (" and lightgbm" if spec.model == "lightgbm" else "")
    return Script("imbalance", code + "\n", {dataset.csv_name: dataset.csv_bytes()}, needs=needs)


def _write_imports(dataset: Dataset, model: Model) -> str:
    has_numbers, has_words = bool(dataset.numeric_features), bool(dataset.categorical_features)
    module, building = MODEL_CODE[model]
    preparers = ["OneHotEncoder"] * has_words + ["StandardScaler"] * has_numbers
    lines = [
        "from sklearn import metrics",
        "from sklearn.base import clone",
        "from sklearn.impute import SimpleImputer",
        f"from {module} import {building.split('(')[0]}",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
        "from sklearn.utils.class_weight import compute_sample_weight",
    ]
    if has_numbers and has_words:
        lines.append("from sklearn.compose import ColumnTransformer")
    lines = sorted([*lines, "import numpy as np", "import pandas as pd"], key=_by_module)
    return "\n".join(["import json\n", *lines])


def _by_module(line: str) -> tuple[bool, str]:
    # As sorted by formatters: plain imports first, then by module.
    return line.startswith("from"), line.split()[1].lower()


def _write_settings(dataset: Dataset, spec: "ImbalanceSpec") -> str:
    split = split_rows(dataset, seed=spec.seed)
    return (
        f"TARGET = {write_literal(str(dataset.target))}\n"
        f"SEED = {spec.seed}\n"
        f"N_SPLITS = {spec.bench.n_splits}\n"
        f"N_TEST, N_VALIDATION = {len(split.test)}, {len(split.validation)}\n"
        f"PER_POSITIVE = {spec.per_positive}  # of the common class, kept when it is thinned out\n"
        f"PRICE = {_price_used(spec)}  # of a miss, in false alarms"
    )


def _price_used(spec: "ImbalanceSpec") -> float:
    import numpy as np

    from core.automl.imbalance.judging import PRICES

    return PRICES[int(np.argmin(np.abs(np.log(np.array(PRICES) / spec.price))))]


def _write_data(dataset: Dataset) -> str:
    preparing = write_preparing_steps(dataset.numeric_features, dataset.categorical_features)
    return (
        "features = table.columns.drop(TARGET)\n"
        f"{preparing}\n"
        f"happened = table[TARGET] == {write_literal(dataset.positive)}"
    )


def _write_ways(model: Model) -> str:
    return f'''def train_all(rows, truth, seed):
    """Return the model trained in four ways on the same rows."""
    model = {MODEL_CODE[model][1]}
    rare, common = np.flatnonzero(truth), np.flatnonzero(~truth)
    n_kept = min(len(common), round(PER_POSITIVE * len(rare)))
    kept = np.random.default_rng(seed).choice(common, n_kept, replace=False)
    fewer = np.sort(np.concatenate([rare, kept]))
    stand_for = np.where(truth[fewer], 1.0, len(common) / n_kept)
    return {{
        "plain": clone(model).fit(rows, truth, np.ones(len(truth))),
        "weights": clone(model).fit(
            rows, truth, compute_sample_weight("balanced", truth)
        ),
        "fewer": clone(model).fit(rows[fewer], truth[fewer], np.ones(len(fewer))),
        "fewer_weighted": clone(model).fit(rows[fewer], truth[fewer], stand_for),
    }}'''


_DEAL = '''def deal(seed):
    """Return train, validation and test: rows prepared by train, and answers."""
    rest, test = train_test_split(
        table, test_size=N_TEST, random_state=seed, stratify=table[TARGET]
    )
    train, validation = train_test_split(
        rest, test_size=N_VALIDATION, random_state=seed, stratify=rest[TARGET]
    )
    prepare.fit(train[features])
    return [
        (prepare.transform(part[features]), happened[part.index].to_numpy())
        for part in (train, validation, test)
    ]'''

_CHOOSE = '''def choose_thresholds(truth, score):
    """Return the thresholds with the best F1 and with the least cost on these rows."""
    false_alarm_rate, recall, thresholds = metrics.roc_curve(
        truth, score, drop_intermediate=False
    )
    caught = recall * truth.sum()
    false_alarms = np.round(false_alarm_rate * (~truth).sum())
    f1 = 2 * caught / (caught + false_alarms + truth.sum())
    cost = false_alarms + PRICE * (truth.sum() - caught)
    # Rounded, so that equals are equal and the highest threshold wins.
    best, cheapest = np.argmax(np.round(f1, 12)), np.argmin(np.round(cost, 6))
    return thresholds[best], thresholds[cheapest]'''

_JUDGE = '''def cost_per_1000(truth, alarm):
    """Return the cost per 1,000 rows, in false alarms."""
    return 1000 * ((alarm & ~truth).sum() + PRICE * (truth & ~alarm).sum()) / len(truth)


deals = []
for seed in range(SEED, SEED + N_SPLITS):
    (rows, answers), (kept_back, later), (judged, truth) = deal(seed)
    found = {}
    for way, model in train_all(rows, answers, seed).items():
        best, cheapest = choose_thresholds(later, model.predict_proba(kept_back)[:, 1])
        score = model.predict_proba(judged)[:, 1]
        scores = {
            "f1": metrics.f1_score(truth, score >= 0.5),
            "best_f1": metrics.f1_score(truth, score >= best),
            "roc_auc": metrics.roc_auc_score(truth, score),
            "average_precision": metrics.average_precision_score(truth, score),
            "log_loss": metrics.log_loss(truth, score),
            "brier": metrics.brier_score_loss(truth, score),
            "mean_said": score.mean(),
            "cost": cost_per_1000(truth, score >= cheapest),
        }
        found |= {f"{way}_{name}": value for name, value in scores.items()}
        if way == "plain":
            found["half_cost"] = cost_per_1000(truth, score >= 0.5)
            found["rule_cost"] = cost_per_1000(truth, score >= 1 / (1 + PRICE))
            found["twin_f1"] = metrics.f1_score(truth, score >= answers.mean())
    # Nothing but another threshold, chosen on the validation rows.
    found["moved_f1"] = found.pop("plain_best_f1")
    found["moved_cost"] = found.pop("plain_cost")
    deals.append(found)'''

_AVERAGE = """result = {"n_splits": N_SPLITS, **pd.DataFrame(deals).mean().to_dict()}
for name, value in result.items():
    print(f"{name:>32}: {value:.6g}")
print(json.dumps(result))"""
