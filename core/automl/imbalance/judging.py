"""What each way is worth: on the test rows, at its usual threshold, at its best one, and at any price.

Thresholds are chosen on the validation rows of a deal and judged on its test rows, never the other way round.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.automl.imbalance.models import BenchScores, BenchSpec, train_ways
from core.automl.imbalance.ways import METHODS, WAYS, Happened, Numbers
from core.remember import remembered
from core.validation.compare.judges import judge_folds

PRICES = (
    1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0,
    60.0, 80.0, 100.0, 120.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0,
)  # fmt: skip
"""What a miss costs, in false alarms."""
BILLS = ("half", "rule", "moved", "weights", "fewer", "fewer_weighted")
"""Whose costs are compared: the untouched model at 0.5, at 1 / (1 + price) and at the cheapest threshold on
validation; the other three at theirs."""
N_BINS = 8
N_RECALLS = 41
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Cuts:
    """Every threshold that changes something in some rows, from "no alarm" down, and what it catches."""

    thresholds: Numbers
    caught: Numbers
    false_alarms: Numbers
    n_positive: int

    @property
    def f1(self) -> Numbers:
        """2·caught / (caught + false alarms + positives) at each threshold."""
        scores: Numbers = 2 * self.caught / (self.caught + self.false_alarms + self.n_positive)
        return scores

    def best_for_f1(self) -> float:
        """Return the highest threshold with the best F1."""
        # Rounding makes equal scores equal, in whatever order they were computed.
        return float(self.thresholds[np.argmax(np.round(self.f1, 12))])

    def cheapest(self, prices: Numbers) -> Numbers:
        """Return for each price of a miss, in false alarms, the highest of the cheapest thresholds."""
        misses = self.n_positive - self.caught
        costs = self.false_alarms[:, None] + misses[:, None] * prices[None, :]
        return np.asarray(self.thresholds[np.argmin(np.round(costs, 6), axis=0)])


def list_cuts(positive: Happened, score: Numbers) -> Cuts:
    """Return all thresholds of these rows; scikit-learn's ROC curve holds them."""
    from sklearn.metrics import roc_curve

    false_alarm_rate, recall, thresholds = roc_curve(positive, score, drop_intermediate=False)
    n_positive = int(positive.sum())
    return Cuts(
        thresholds,
        recall * n_positive,
        np.round(false_alarm_rate * (len(positive) - n_positive)),
        n_positive,
    )


def count_cells(positive: Happened, score: Numbers, thresholds: Numbers) -> dict[str, Numbers]:
    """Count ``tp``, ``fp``, ``fn``, ``tn`` at each threshold; infinity raises no alarm."""
    alarm = score[None, :] >= thresholds[:, None]
    tp, alarms = (alarm & positive).sum(axis=1), alarm.sum(axis=1)
    n_positive = int(positive.sum())
    fp, fn = alarms - tp, n_positive - tp
    return {"tp": tp, "fp": fp, "fn": fn, "tn": len(positive) - n_positive - fp}


@dataclass(frozen=True, eq=False)
class Bench:
    """All that does not depend on the price in force; tables as in `core.automl.imbalance.lab`.

    Counts of rows are of one deal. `twin_f1` is the F1 of the untouched model at the threshold that is the
    base rate, the mean over the deals.
    """

    spec: BenchSpec
    n_train: int
    n_validation: int
    n_test: int
    n_positive_train: int
    n_positive_test: int
    n_kept: int
    kept_share: float
    base_rate: float
    twin_f1: float
    deals: pd.DataFrame
    ways: pd.DataFrame
    gains: pd.DataFrame
    bills: pd.DataFrame
    curves: pd.DataFrame
    calibration: pd.DataFrame


@remembered
def judge_bench(spec: BenchSpec) -> Bench:
    """Train in every way on every deal and judge it all, so that a view has only to look it up.

    Raises
    ------
    SpecError
        If the positives are not the rarer class, or too few.
    """
    return judge_scores(train_ways(spec))


def judge_scores(trained: BenchScores) -> Bench:
    """Judge what the models of `trained` said."""
    by_deal = _split_scores(trained.scores)
    deals = pd.DataFrame(
        [row for number, parts in by_deal.items() for row in _judge_deal(number, parts)]
    )
    base_rate = trained.n_positive_train / trained.n_train
    tests = [parts["test"] for parts in by_deal.values()]
    return Bench(
        spec=trained.spec,
        n_train=trained.n_train,
        n_validation=trained.n_validation,
        n_test=trained.n_test,
        n_positive_train=trained.n_positive_train,
        n_positive_test=trained.n_positive_test,
        n_kept=trained.n_kept,
        kept_share=trained.kept_share,
        base_rate=base_rate,
        twin_f1=float(
            np.mean([_score_at(test["positive"], test["plain"], base_rate)["f1"] for test in tests])
        ),
        deals=deals.astype({"method": "str"}),
        ways=_average(deals),
        gains=_compare(deals, trained.n_test / trained.n_train),
        bills=_price(by_deal),
        curves=_trace(by_deal),
        calibration=_calibrate(trained.scores),
    )


Part = dict[str, Any]
"""Column by column: ``positive`` and the scores of each way."""


def _split_scores(scores: pd.DataFrame) -> dict[int, dict[str, Part]]:
    found: dict[int, dict[str, Part]] = {}
    for number in range(int(scores["split"].max()) + 1):
        found[number] = {}
        for part in ("validation", "test"):
            rows = scores[(scores["split"] == number) & (scores["part"] == part)]
            columns = {name: rows[name].to_numpy() for name in ("positive", *WAYS)}
            found[number][part] = columns
    return found


def _judge_deal(number: int, parts: dict[str, Part]) -> list[dict[str, Any]]:
    from sklearn import metrics

    test, rows = parts["test"], list[dict[str, Any]]()
    truth = test["positive"]
    for way in WAYS:
        score = test[way]
        best = list_cuts(parts["validation"]["positive"], parts["validation"][way]).best_for_f1()
        whatever_threshold = {
            "roc_auc": float(metrics.roc_auc_score(truth, score)),
            "average_precision": float(metrics.average_precision_score(truth, score)),
            "log_loss": float(metrics.log_loss(truth, score)),
            "brier": float(metrics.brier_score_loss(truth, score)),
            "mean_said": float(score.mean()),
        }
        at_half, at_best = (_score_at(truth, score, cut) for cut in (HALF, best))
        found = {"best_threshold": best, "best_f1": at_best["f1"], **whatever_threshold}
        rows.append({"split": number, "method": way, "threshold": HALF, **at_half, **found})
        if way == "plain":
            rows.append({"split": number, "method": "moved", "threshold": best, **at_best, **found})
    return rows


def _score_at(truth: Happened, score: Numbers, threshold: float) -> dict[str, float]:
    cells = {
        name: int(n[0]) for name, n in count_cells(truth, score, np.array([threshold])).items()
    }
    f1 = 2 * cells["tp"] / (2 * cells["tp"] + cells["fp"] + cells["fn"])
    return {**cells, "f1": f1}


def _average(deals: pd.DataFrame) -> pd.DataFrame:
    """Average over the deals; precision and recall are of all their test rows together."""
    means = deals.drop(columns="split").groupby("method").mean().loc[list(METHODS)]
    alarms = means["tp"] + means["fp"]
    means["precision"] = means["tp"] / alarms.where(alarms > 0)
    means["recall"] = means["tp"] / (means["tp"] + means["fn"])
    # Infinity stands for "no alarm" and has no mean.
    for name in ("threshold", "best_threshold"):
        means[name] = deals.groupby("method")[name].median()
    return means.reset_index().astype({"method": "str"})


def _compare(deals: pd.DataFrame, test_share: float) -> pd.DataFrame:
    f1 = deals.pivot(index="split", columns="method", values="f1")
    best = deals.pivot(index="split", columns="method", values="best_f1")
    average = deals.pivot(index="split", columns="method", values="average_precision")
    pairs: list[tuple[str, str, Any]] = [
        (method, "usual", f1[method] - f1["plain"]) for method in METHODS if method != "plain"
    ]
    for method in ("weights", "fewer", "fewer_weighted"):
        pairs.append((method, "fair", best[method] - best["moved"]))
        pairs.append((method, "order", average[method] - average["plain"]))
    rows = []
    for method, compared, differences in pairs:
        verdict = judge_folds(differences.to_numpy(), test_share)
        rows.append(
            {
                "method": method,
                "compared": compared,
                "gain": float(verdict.difference),
                "low": float(verdict.low),
                "high": float(verdict.high),
                "is_clear": bool(verdict.sees_difference),
            }
        )
    return pd.DataFrame(rows)


def _price(by_deal: dict[int, dict[str, Part]]) -> pd.DataFrame:
    prices = np.array(PRICES)
    tables = []
    for parts in by_deal.values():
        for bill in BILLS:
            way = bill if bill in WAYS else "plain"
            validation = parts["validation"]
            if bill == "half":
                thresholds = np.full(len(prices), HALF)
            elif bill == "rule":
                thresholds = 1 / (1 + prices)
            else:
                thresholds = list_cuts(validation["positive"], validation[way]).cheapest(prices)
            cells = count_cells(parts["test"]["positive"], parts["test"][way], thresholds)
            tables.append(
                pd.DataFrame({"method": bill, "price": prices, "threshold": thresholds, **cells})
            )
    together = pd.concat(tables, ignore_index=True).groupby(["method", "price"])
    table = together[["tp", "fp", "fn", "tn"]].mean()
    table["threshold"] = together["threshold"].median()
    table = table.reset_index()
    n_positive, n_common = table["tp"] + table["fn"], table["fp"] + table["tn"]
    cost = table["fp"] + table["price"] * table["fn"]
    table["cost"] = 1000 * cost / (n_positive + n_common)
    # Without a model one alarms at everybody or at nobody, whichever is cheaper.
    table["bill"] = cost / np.minimum(n_common, table["price"] * n_positive)
    order = {bill: place for place, bill in enumerate(BILLS)}
    ranks = table["method"].map(order)
    return table.iloc[np.lexsort((table["price"], ranks))].reset_index(drop=True)


def _trace(by_deal: dict[int, dict[str, Part]]) -> pd.DataFrame:
    """Average the precision at which each recall is first reached on the test rows of each deal."""
    recalls = np.linspace(0, 1, N_RECALLS)[1:]
    tables = []
    for way in WAYS:
        reached = []
        for parts in by_deal.values():
            cuts = list_cuts(parts["test"]["positive"], parts["test"][way])
            first = np.searchsorted(cuts.caught, np.round(recalls * cuts.n_positive, 9))
            reached.append(cuts.caught[first] / (cuts.caught[first] + cuts.false_alarms[first]))
        tables.append(
            pd.DataFrame({"way": way, "recall": recalls, "precision": np.mean(reached, axis=0)})
        )
    return pd.concat(tables, ignore_index=True)


def _calibrate(scores: pd.DataFrame) -> pd.DataFrame:
    """Compare said and happened on the test rows of all deals, in bins of equal count."""
    test = scores[scores["part"] == "test"]
    positive = test["positive"].to_numpy()
    tables = []
    for way in WAYS:
        score = test[way].to_numpy()
        order = np.argsort(score, kind="stable")
        bins = np.array_split(order, N_BINS)
        tables.append(
            pd.DataFrame(
                {
                    "way": way,
                    "said": [float(score[rows].mean()) for rows in bins],
                    "happened": [float(positive[rows].mean()) for rows in bins],
                    "n": [len(rows) for rows in bins],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
