"""The probability lab as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_steps
from core.datasets.reading_code import write_splitting_code
from core.metrics.probabilities.measures import N_WORLDS, Binning
from core.metrics.probabilities.models import Calibration, ScoreModel
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.probabilities.lab import ProbabilitySpec

"""Longest line of a script: what formatters allow when nothing else is said."""

MODEL_CODE: dict[ScoreModel, tuple[str, str]] = {
    # where the class lives, how it is built
    "naive_bayes": ("sklearn.naive_bayes", "GaussianNB()"),
    "logistic": ("sklearn.linear_model", "LogisticRegression(max_iter=1000)"),
    "forest": (
        "sklearn.ensemble",
        "RandomForestClassifier(min_samples_leaf=5, random_state=SEED)",
    ),
    "boosting": (
        "sklearn.ensemble",
        """HistGradientBoostingClassifier(
    learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state=SEED
)""",
    ),
    "tree": ("sklearn.tree", "DecisionTreeClassifier(random_state=SEED)"),
}


def write_script(spec: "ProbabilitySpec") -> Script:
    """Return the program that trains, calibrates and judges this model on the same rows.

    Its last line is one JSON object whose names are those of `ProbabilityResult`.
    """
    dataset = load_dataset(spec.data)
    blocks = (
        f'"""How far probabilities are from what happened. Needs {dataset.csv_name} beside it."""',
        _write_imports(dataset, spec),
        _write_settings(dataset, spec),
        write_reading_code(dataset).rstrip(),
        _write_split(dataset, spec.seed),
        _write_parts(dataset),
        _write_preparing(dataset),
        _write_training(spec.model),
        _write_calibrating(spec.calibration),
        _write_bins(spec.bins),
        _BRIER + "\n",
        _HONEST,
        _RESULT,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script("probabilities", code, {dataset.csv_name: dataset.csv_bytes()})


def _write_imports(dataset: Dataset, spec: "ProbabilitySpec") -> str:
    has_numbers, has_words = bool(dataset.numeric_features), bool(dataset.categorical_features)
    module, building = MODEL_CODE[spec.model]
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
    if spec.calibration != "raw":
        lines.append("from sklearn.calibration import CalibratedClassifierCV")
        lines.append("from sklearn.frozen import FrozenEstimator")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _write_settings(dataset: Dataset, spec: "ProbabilitySpec") -> str:
    return (
        f"TARGET = {write_literal(str(dataset.target))}\n"
        f"SEED = {spec.seed}\n"
        f"N_BINS = {spec.n_bins}\n"
        f"GIVEN = {spec.given}  # the chance that was given to what then happened"
    )


def _write_split(dataset: Dataset, seed: int) -> str:
    code = write_splitting_code(split_rows(dataset, seed=seed))
    code = code.replace(f"[{str(dataset.target)!r}]", "[TARGET]")
    return code.replace(f"random_state={seed}", "random_state=SEED").rstrip()


def _write_training(model: ScoreModel) -> str:
    return (
        f"model = {MODEL_CODE[model][1]}\n"
        "model.fit(rows, happened)\n"
        "raw = model.predict_proba(judged)[:, 1]"
    )


def _write_parts(dataset: Dataset) -> str:
    positive = write_literal(dataset.positive)
    return (
        "features = table.columns.drop(TARGET)\n"
        f"happened = (train[TARGET] == {positive}).to_numpy()\n"
        f"happened_later = (validation[TARGET] == {positive}).to_numpy()\n"
        f"truth = (test[TARGET] == {positive}).to_numpy()"
    )


def _write_preparing(dataset: Dataset) -> str:
    preparing = write_preparing_steps(dataset.numeric_features, dataset.categorical_features)
    return (
        f"{preparing}\n"
        "rows = prepare.fit_transform(train[features])\n"
        "kept = prepare.transform(validation[features])\n"
        "judged = prepare.transform(test[features])"
    )


def _write_calibrating(calibration: Calibration) -> str:
    if calibration == "raw":
        return "score = raw"
    return (
        "# The model stays as it is; the calibration is fitted on rows it has not seen.\n"
        f'calibrated = CalibratedClassifierCV(FrozenEstimator(model), method="{calibration}")\n'
        "calibrated.fit(kept, happened_later)\n"
        "score = calibrated.predict_proba(judged)[:, 1]"
    )


def _write_bins(binning: Binning) -> str:
    edges = "np.linspace(0, 1, N_BINS + 1)"
    if binning == "count":
        edges = f"np.quantile(score, {edges})"
    return (
        f"edges = {edges}\n"
        "place = np.searchsorted(edges[1:-1], score)\n"
        "n = np.maximum(np.bincount(place), 1)  # an empty bin adds nothing\n"
        "said = np.bincount(place, score) / n\n"
        "share = np.bincount(place, truth) / n\n"
        "weight = np.bincount(place) / len(score)"
    )


_BRIER = """# The Brier score, and what it is made of (Murphy 1973; Stephenson et al. 2008).
said_apart, truth_apart = score - said[place], truth - share[place]
brier_parts = {
    "brier": metrics.brier_score_loss(truth, score),
    "reliability": (weight * (said - share) ** 2).sum(),
    "resolution": (weight * (share - truth.mean()) ** 2).sum(),
    "uncertainty": truth.mean() * (1 - truth.mean()),
    "within_bins": (said_apart**2 - 2 * said_apart * truth_apart).mean(),
}"""

_HONEST = f"""def calibration_error(outcome):
    \"\"\"Return the expected calibration error of the scores for this outcome.\"\"\"
    gap = np.bincount(place, score) - np.bincount(place, outcome)
    return np.abs(gap).sum() / len(score)


# What chance alone would show if each score were the true probability.
rng = np.random.default_rng(SEED)
by_chance = [calibration_error(rng.random(len(score)) < score) for _ in range({N_WORLDS})]"""

_RESULT = """always = np.full(len(truth), happened.mean())  # the base rate, for everyone
result = {
    "n_test": len(truth),
    "n_positive": int(truth.sum()),
    "n_impossible": int((np.where(truth, score, 1 - score) == 0).sum()),
    "n_distinct": len(np.unique(score)),
    "roc_auc": metrics.roc_auc_score(truth, score),
    "roc_auc_labels": metrics.roc_auc_score(truth, score >= 0.5),
    "roc_auc_reversed": metrics.roc_auc_score(truth, 1 - score),
    "log_loss": metrics.log_loss(truth, score),
    **brier_parts,
    "ece": calibration_error(truth),
    "ece_if_honest": np.mean(by_chance),
    "ece_if_honest_high": np.quantile(by_chance, 0.95),
    "raw_roc_auc": metrics.roc_auc_score(truth, raw),
    "raw_log_loss": metrics.log_loss(truth, raw),
    "raw_brier": metrics.brier_score_loss(truth, raw),
    "base_rate_log_loss": metrics.log_loss(truth, always),
    "base_rate_brier": metrics.brier_score_loss(truth, always),
    "mistake_loss": -np.log(GIVEN),
    "mistake_added": -np.log(GIVEN) / len(truth),
}
for name, value in result.items():
    print(f"{name:>20}: {value:.6g}")
print(json.dumps(result))"""
