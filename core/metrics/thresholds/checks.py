"""Numbers and runs for practice items on thresholds; more runs are in `core.practice.checks`."""

from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import plotly.graph_objects as go
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_score, recall_score, roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.charts import new_figure
from core.practice.family import Values
from core.practice.proof import Facts

MODELS = ("accurate", "balanced", "cheap", "every")
MOST_TRIES = 2000


def draw_bearings(rng: np.random.Generator) -> Values | None:
    """Draw the four counts of an inspection; None where two sums of the printed matrix are equal."""
    tp, fp, fn = (int(n) for n in rng.integers(5, 60, 3))
    tn = int(rng.integers(40, 120))
    sums = {"faulty": tp + fn, "called": tp + fp, "good": fp + tn}
    if len(set(sums.values())) < 3 or tp <= fn or sums["faulty"] >= sums["good"]:
        return None
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn, "n": tp + fp + fn + tn, **sums}


def draw_churn_share(rng: np.random.Generator) -> Values:
    """Draw how many percent of the customers cancel, from 2 to 41."""
    percent = int(rng.integers(2, 42))
    return {"percent": percent, "share": percent / 100, "accuracy": 1 - percent / 100}


def draw_cautious_filter(rng: np.random.Generator) -> Values | None:
    """Draw a mail filter of high precision and low recall; the key is 2TP / (2TP + FP + FN)."""
    n, n_spam = int(rng.choice([500, 1000, 2000])), int(rng.choice([50, 100, 150, 200]))
    removed = int(rng.choice([4, 5, 8, 10, 12, 15, 16, 20, 24, 30, 40]))
    tp = round(removed * rng.choice([1.0, 1.0, 0.9, 0.8, 0.75]))
    precision, recall = tp / removed, tp / n_spam
    if not 0.03 <= recall <= 0.3 or round(precision, 2) != precision or round(recall, 2) != recall:
        return None
    fp, fn = removed - tp, n_spam - tp
    return {
        "n": n, "n_spam": n_spam, "removed": removed, "tp": tp, "fp": fp, "fn": fn,
        "tn": n - n_spam - fp, "precision": precision, "recall": recall,
        "f1": f"{2 * tp}/{2 * tp + fp + fn}", "f1_shown": 2 * tp / (2 * tp + fp + fn),
        "mean": (precision + recall) / 2, "accuracy": (n - fp - fn) / n,
    }  # fmt: skip


def draw_costs(rng: np.random.Generator) -> Values:
    """Draw what a false alarm and a miss cost, the miss more; the key is c_FP / (c_FP + c_FN)."""
    share = int(rng.choice([4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 24, 25, 28, 30, 32, 35, 36, 40]))
    scale = int(rng.choice([1, 2, 3, 5]))
    alarm, miss = share * scale, (100 - share) * scale
    between = round((share / 100 + 0.5) / 2, 2)
    return {
        "alarm": alarm, "miss": miss, "threshold": share / 100, "swapped": 1 - share / 100,
        "ratio": f"{alarm}/{miss}", "ratio_shown": alarm / miss,
        "cost_at_threshold": share / 100 * miss, "between": between,
        "pass_between": between * miss, "block_between": (1 - between) * alarm,
        "extra": (alarm + miss) ** 2 / (4 * alarm * miss),
    }  # fmt: skip


def draw_camera(rng: np.random.Generator) -> Values | None:
    """Draw an inspection with few faulty parts; the key is the mean of recall and specificity.

    None where the plain accuracy is not below that of passing every part.
    """
    n, n_faulty = int(rng.choice([1000, 2000])), int(rng.choice([20, 25, 40, 50, 80, 100]))
    tp = round(n_faulty * rng.choice([0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6]))
    fp = round((n - n_faulty) * rng.choice([0.02, 0.04, 0.05, 0.06, 0.08, 0.1]))
    fn, tn = n_faulty - tp, n - n_faulty - fp
    recall, specificity = tp / n_faulty, tn / (n - n_faulty)
    if fp <= tp or round(recall, 2) != recall or round(specificity, 4) != specificity:
        return None
    spread = sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return {
        "n": n, "n_faulty": n_faulty, "n_good": n - n_faulty, "tp": tp, "fp": fp, "fn": fn, "tn": tn,
        "recall": recall, "specificity": specificity, "balanced": (recall + specificity) / 2,
        "accuracy": (tp + tn) / n, "majority": (n - n_faulty) / n,
        "precision_recall": (tp / (tp + fp) + recall) / 2, "f1": 2 * tp / (2 * tp + fp + fn),
        "mcc": (tp * tn - fp * fn) / spread,
    }  # fmt: skip


def draw_screening(rng: np.random.Generator) -> Values | None:
    """Draw four screening tests, each the best by another measure; a cost decides.

    "accurate" wins by accuracy and precision, "balanced" by F1, "cheap" by cost; "every" alarms
    everybody and wins by recall. Their letters are drawn too. None if no such four were found.
    """
    ill, ratio = int(rng.choice([40, 50, 60, 80])), int(rng.choice([10, 15, 20, 25, 30]))
    for _ in range(MOST_TRIES):
        found = np.sort((ill * rng.uniform([0.4, 0.65, 0.9], [0.6, 0.85, 1.0])).astype(int))
        alarmed = rng.integers([2, 10, 60], [9, 40, 140])
        models = {
            name: _count(ill, int(tp), int(fp))
            for name, tp, fp in zip(MODELS, [*found, ill], [*alarmed, 1000 - ill], strict=True)
        }
        said = {name: _judge(counts, ratio) for name, counts in models.items()}
        if _each_wins_once(said):
            break
    else:
        return None
    letters = dict(
        zip(MODELS, (str(letter) for letter in rng.permutation(list("ABCD"))), strict=True)
    )
    names = sorted(MODELS, key=letters.__getitem__)
    return {
        "ill": ill, "healthy": 1000 - ill, "ratio": ratio, "models": models, "said": said,
        "letters": letters, "tests": [_tell(models[name], ill) for name in names],
        "costs": [f"{said[name]['cost']:,} for {letters[name]}" for name in names],
    }  # fmt: skip


def _count(ill: int, tp: int, fp: int) -> dict[str, int]:
    return {"tp": tp, "fp": fp, "fn": ill - tp, "tn": 1000 - ill - fp}


def _judge(counts: dict[str, int], ratio: int) -> dict[str, Any]:
    tp, fp, fn = counts["tp"], counts["fp"], counts["fn"]
    return {
        "cost": ratio * fn + fp,
        "accuracy": (1000 - fn - fp) / 1000,
        "precision": tp / (tp + fp),
        "f1": round(2 * tp / (2 * tp + fp + fn), 3),
    }


def _each_wins_once(said: dict[str, dict[str, Any]]) -> bool:
    accurate, balanced, cheap, every = (said[name] for name in MODELS)
    by_rank = (accurate, balanced, cheap, every)
    return (
        all(a["accuracy"] - b["accuracy"] > 0.003 for a, b in pairwise(by_rank))
        and all(a["precision"] > b["precision"] for a, b in pairwise(by_rank))
        and balanced["f1"] > 0.02 + max(accurate["f1"], cheap["f1"], every["f1"])
        and cheap["cost"] < 0.8 * min(accurate["cost"], balanced["cost"], every["cost"])
        and every["cost"] > max(accurate["cost"], balanced["cost"])
    )


def _tell(counts: dict[str, int], ill: int) -> str:
    if counts["tn"] == 0:
        return "alarms everybody."
    return f"finds {counts['tp']} of the {ill} ill and needlessly alarms {counts['fp']} healthy people."


def draw_four_readings(rng: np.random.Generator) -> Values | None:
    """Draw a matrix whose four readings lie far enough apart to be told from one another."""
    tp, fn = int(rng.integers(20, 90)), int(rng.integers(5, 60))
    fp, tn = int(rng.integers(5, 90)), int(rng.integers(100, 700))
    readings = {
        "recall": tp / (tp + fn),
        "precision": tp / (tp + fp),
        "specificity": tn / (tn + fp),
        "accuracy": (tp + tn) / (tp + fn + fp + tn),
    }
    ordered = sorted(readings.values())
    if min(b - a for a, b in pairwise(ordered)) < 0.03:
        return None
    return {
        "n": tp + fn + fp + tn, "tp": tp, "fn": fn, "fp": fp, "tn": tn,
        "faulty": tp + fn, "good": fp + tn, "called": tp + fp, **readings,
    }  # fmt: skip


def raise_threshold(low: float, high: float) -> Facts:
    """Judge one trained model at two thresholds, over 20 random splits of its rows.

    Facts (1 for yes): ``recall_fell`` and ``precision_fell`` (in some split), ``recall_rose`` and
    ``more_alarms`` (in any).
    """
    fell, rose, worse, more = False, False, False, False
    for seed in range(20):
        truth, scores = _score_tumours(seed)
        before, after = scores >= low, scores >= high
        recalls = [recall_score(truth, said) for said in (before, after)]
        precisions = [precision_score(truth, said, zero_division=1) for said in (before, after)]
        fell, rose = fell or recalls[1] < recalls[0], rose or recalls[1] > recalls[0]
        worse, more = worse or precisions[1] < precisions[0], more or after.sum() > before.sum()
    return {
        "recall_fell": float(fell), "precision_fell": float(worse), "recall_rose": float(rose),
        "more_alarms": float(more),
    }  # fmt: skip


def read_two_curves(rate: float) -> Facts:
    """Say which share of the tumours two models find while they alarm for a share of the healthy.

    Facts: ``recall_a``, ``recall_b`` at the highest false-alarm rate up to `rate`, and ``auc_a``, ``auc_b``.
    """
    facts: dict[str, float | None] = {}
    for name, (truth, scores) in _two_models().items():
        false_alarms, recalls, _ = roc_curve(truth, scores)
        facts[f"recall_{name}"] = float(recalls[false_alarms <= rate].max())
        facts[f"auc_{name}"] = float(roc_auc_score(truth, scores))
    return facts


def plot_two_curves() -> go.Figure:
    """Draw the ROC curves of the two models of `read_two_curves`."""
    figure = new_figure(title="", x_label="False-alarm rate", y_label="Recall")
    looks = {"a": ("Model A", "#3a86b5", "solid"), "b": ("Model B", "#d65f1b", "dash")}
    for name, (truth, scores) in _two_models().items():
        false_alarms, recalls, _ = roc_curve(truth, scores)
        title, colour, dash = looks[name]
        figure.add_scatter(
            x=false_alarms, y=recalls, name=title, mode="lines",
            line={"color": colour, "dash": dash, "shape": "hv"},
        )  # fmt: skip
    figure.update_xaxes(range=[0, 1], dtick=0.1)
    figure.update_yaxes(range=[0, 1.02], dtick=0.1)
    return figure


@lru_cache(maxsize=1)
def _two_models() -> dict[str, tuple[Any, Any]]:
    """Train on one measure of the tumours each; return the truth and the scores of unseen ones."""
    return {"a": _score_tumours(0, column=1), "b": _score_tumours(0, column=0)}


def _score_tumours(seed: int, column: int = 1) -> tuple[Any, Any]:
    measures, is_benign = load_breast_cancer(return_X_y=True)
    train, rest, y_train, y_rest = train_test_split(
        measures[:, [column]], 1 - is_benign, test_size=0.5, random_state=seed, stratify=is_benign
    )
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, y_train)
    return y_rest, model.predict_proba(rest)[:, 1]
