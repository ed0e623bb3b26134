"""Every value of the map is computed a second time, by hand, and every gap is found by dividing by 0."""

import math
import warnings
from fractions import Fraction
from statistics import fmean, median

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

from core.metrics.clusters.fits import fit_kmeans
from core.metrics.metric_map.cases import GROUPS, TASKS, AnswersSpec, Case, answer_unseen
from core.metrics.metric_map.experiments import experiments_of
from core.metrics.metric_map.measures import METRICS, judge, metrics_of, sum_squared_distances
from core.metrics.metric_map.trials import try_metrics

TABLES = {
    "labels": ("churn", "breast_cancer"),
    "scores": ("churn", "breast_cancer"),
    "classes": ("wine", "iris", "digits"),
    "numbers": ("diabetes", "house_prices", "delivery_times"),
    "clusters": ("iris", "wine"),
}
VIEWS = [
    (group, data, test.name)
    for group, tables in TABLES.items()
    for data in tables
    for test in experiments_of(group)
]


def case_of(group, data):
    return answer_unseen(AnswersSpec(group=group, data=data)).case


def changed(group, data, experiment):
    test = next(test for test in experiments_of(group) if test.name == experiment)
    return test.change(case_of(group, data), np.random.default_rng(0))


# --- the second implementation -------------------------------------------------------------------


def by_hand_labels(case):
    pairs = list(zip(case.truth.tolist(), case.said.tolist(), strict=True))
    tp, fp, fn, tn = (
        pairs.count(p) for p in ((True, True), (False, True), (True, False), (False, False))
    )
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return {
        "accuracy": lambda: Fraction(tp + tn, len(pairs)),
        "balanced_accuracy": lambda: (Fraction(tp, tp + fn) + Fraction(tn, tn + fp)) / 2,
        "precision": lambda: Fraction(tp, tp + fp),
        "recall": lambda: Fraction(tp, tp + fn),
        "specificity": lambda: Fraction(tn, tn + fp),
        "f1": lambda: Fraction(2 * tp, 2 * tp + fp + fn),
        "mcc": lambda: (tp * tn - fp * fn) / math.sqrt(product),
    }  # fmt: skip


def by_hand_scores(case):
    positive, negative = case.said[case.truth], case.said[~case.truth]

    def roc_auc():
        higher = (positive[:, None] > negative).sum() + 0.5 * (positive[:, None] == negative).sum()
        return float(higher) / (len(positive) * len(negative))

    def average_precision():
        total, found = 0.0, 0
        for cut in sorted(set(case.said.tolist()), reverse=True):
            alarms = case.said >= cut
            now = int((case.truth & alarms).sum())
            total += (now - found) / len(positive) * now / int(alarms.sum())
            found = now
        return total / (1 if len(positive) else 0)

    def log_loss():
        given = np.where(case.truth, case.said, 1 - case.said).tolist()
        return math.inf if 0 in given else -fmean(math.log(chance) for chance in given)

    return {
        "roc_auc": roc_auc,
        "average_precision": average_precision,
        "log_loss": log_loss,
        "brier": lambda: fmean(((case.said - case.truth) ** 2).tolist()),
    }


def by_hand_classes(case):
    classes = range(case.n_classes)
    right = [int(((case.truth == c) & (case.said == c)).sum()) for c in classes]
    n_true = [int((case.truth == c).sum()) for c in classes]
    n_said = [int((case.said == c).sum()) for c in classes]
    n = case.n_rows

    def f1(c):
        return Fraction(2 * right[c], n_true[c] + n_said[c])

    return {
        "accuracy": lambda: Fraction(sum(right), n),
        "balanced_accuracy": lambda: fmean(Fraction(right[c], n_true[c]) for c in classes),
        "micro_f1": lambda: Fraction(2 * sum(right), sum(n_true) + sum(n_said)),
        "macro_f1": lambda: fmean(f1(c) for c in classes),
        "weighted_f1": lambda: sum(f1(c) * Fraction(n_true[c], n) for c in classes if n_true[c]),
    }


def by_hand_numbers(case):
    truth, said = case.truth.tolist(), case.said.tolist()
    errors = [b - a for a, b in zip(truth, said, strict=True)]
    mean = fmean(truth)
    squares = fmean([error**2 for error in errors])
    return {
        "mae": lambda: fmean(map(abs, errors)),
        "mse": lambda: squares,
        "rmse": lambda: math.sqrt(squares),
        "medae": lambda: median(map(abs, errors)),
        "mape": lambda: fmean(abs(e) / abs(t) for e, t in zip(errors, truth, strict=True)),
        "r2": lambda: 1 - squares * len(truth) / sum((t - mean) ** 2 for t in truth),
    }


def by_hand_clusters(case):
    names = sorted(set(case.said.tolist()))
    groups = [case.points[case.said == name] for name in names]
    n, k = case.n_rows, len(names)
    centres = [group.mean(axis=0) for group in groups]
    within = sum(((g - c) ** 2).sum() for g, c in zip(groups, centres, strict=True))
    between = ((case.points - case.points.mean(axis=0)) ** 2).sum() - within
    if k == n:  # the definitions of scikit-learn end at n − 1
        groups = []

    def silhouette():
        distances = cdist(case.points, case.points)
        values = []
        for row in range(n):
            near = [float(distances[row][case.said == name].sum()) for name in names]
            sizes = [int((case.said == name).sum()) for name in names]
            own = names.index(case.said[row])
            a = near[own] / (sizes[own] - 1)
            b = min(near[at] / sizes[at] for at in range(k) if at != own)
            values.append((b - a) / max(a, b))
        return fmean(values)

    def davies_bouldin():
        wide = [cdist(g, [c]).mean() for g, c in zip(groups, centres, strict=True)]
        worst = [
            max((wide[i] + wide[j]) / math.dist(centres[i], centres[j]) for j in range(k) if j != i)
            for i in range(k)
        ]
        return fmean(worst)

    def ari():
        table = np.array(
            [[(case.said[case.truth == t] == s).sum() for s in names] for t in set(case.truth)]
        )
        pairs = sum(math.comb(int(cell), 2) for cell in table.ravel())
        rows, columns = (sum(math.comb(int(m), 2) for m in table.sum(axis=axis)) for axis in (0, 1))
        expected = Fraction(rows * columns, math.comb(n, 2))
        return (pairs - expected) / (Fraction(rows + columns, 2) - expected)

    return {
        "inertia": lambda: within,
        "silhouette": silhouette,
        "davies_bouldin": davies_bouldin,
        "calinski_harabasz": lambda: float(between / Fraction(1, 1)) / (k - 1) / (float(within) / (n - k)),
        "ari": ari,
    }  # fmt: skip


BY_HAND = {
    "labels": by_hand_labels,
    "scores": by_hand_scores,
    "classes": by_hand_classes,
    "numbers": by_hand_numbers,
    "clusters": by_hand_clusters,
}


@pytest.mark.parametrize(("group", "data", "experiment"), VIEWS)
def test_every_value_is_the_one_computed_by_hand_and_every_gap_divides_by_zero(
    group, data, experiment
):
    case = changed(group, data, experiment)
    outcomes = try_metrics(AnswersSpec(group=group, data=data)).outcomes
    shown = outcomes[outcomes["experiment"] == experiment].set_index("metric")["after"]
    for name, compute in BY_HAND[group](case).items():
        try:
            expected = float(compute())
        except (ZeroDivisionError, ValueError):  # 0/0, or the largest of nothing
            expected = math.nan
        assert shown[name] == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True), name


@pytest.mark.parametrize("group", GROUPS)
def test_the_values_before_are_those_of_the_untouched_model(group):
    data = TABLES[group][0]
    by_hand = BY_HAND[group](case_of(group, data))
    before = try_metrics(AnswersSpec(group=group, data=data)).outcomes.groupby("metric")["before"]
    assert (before.nunique() == 1).all()
    for name, compute in by_hand.items():
        assert before.first()[name] == pytest.approx(float(compute()), rel=1e-9)


@pytest.mark.parametrize("group", GROUPS)
def test_the_fractions_of_the_formulas_are_the_metrics(group):
    for data in TABLES[group]:
        trials = try_metrics(AnswersSpec(group=group, data=data))
        outcomes = trials.outcomes.set_index(["experiment", "metric"])
        for row in trials.fractions.to_dict("records"):
            value = outcomes.loc[(row["experiment"], row["metric"]), row["moment"]]
            if math.isnan(value):
                assert row["bottom"] == 0 or math.isnan(row["top"]) or math.isnan(row["bottom"])
            else:
                ratio = row["top"] / row["bottom"]
                found = 1 - ratio if row["metric"] == "r2" else ratio
                assert found == pytest.approx(value, rel=1e-9, abs=1e-12), row


def test_the_inertia_of_a_fitted_k_means_is_its_own():
    points = case_of("clusters", "iris").points
    for k in (1, 2, 5, 20):
        model = fit_kmeans(points, k, seed=0)
        case = Case(np.zeros(len(points)), model.labels_, points=points)
        assert sum_squared_distances(case) == pytest.approx(model.inertia_)


# --- what scikit-learn does, called once more ------------------------------------------------------

NO = np.zeros(6, dtype=bool)
MIXED = np.array([0, 1, 0, 1, 0, 0], dtype=bool)


def outcome_of(metric, truth, said, **more):
    return judge(METRICS[metric], Case(np.asarray(truth), np.asarray(said), **more))


def test_scikit_learn_warns_and_returns_0_where_precision_or_recall_is_0_over_0():
    for metric, truth, said in (("precision", MIXED, NO), ("recall", NO, MIXED), ("f1", NO, NO)):
        with pytest.warns(UndefinedMetricWarning):
            assert getattr(metrics, METRICS[metric].function)(truth, said) == 0
        outcome = outcome_of(metric, truth, said)
        assert (outcome.manner, outcome.printed) == ("warns", 0)
        assert math.isnan(outcome.value)
        assert outcome.message.startswith("UndefinedMetricWarning: ")


def test_scikit_learn_returns_0_without_a_word_where_matthews_correlation_has_no_value():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.matthews_corrcoef(MIXED, NO) == 0
    outcome = outcome_of("mcc", MIXED, NO)
    assert (outcome.manner, outcome.printed, outcome.message) == ("returns", 0, "")
    assert math.isnan(outcome.value)


def test_scikit_learn_returns_0_for_r2_without_spread_and_1_if_the_prediction_is_perfect():
    truth = np.full(3, 7.0)
    for said, printed in ((np.array([7.0, 7.0, 8.0]), 0), (truth, 1)):
        outcome = outcome_of("r2", truth, said)
        assert (outcome.manner, outcome.printed) == ("returns", printed)
        assert math.isnan(outcome.value)


def test_scikit_learn_warns_and_returns_nan_for_r2_of_one_row_and_auc_of_one_class():
    with pytest.warns(UndefinedMetricWarning, match="less than two samples"):
        assert math.isnan(metrics.r2_score([1], [2]))
    for outcome in (
        outcome_of("r2", np.array([1.0]), np.array([2.0])),
        outcome_of("roc_auc", NO, np.linspace(0.1, 0.9, 6)),
    ):
        assert outcome.manner == "warns"
        assert math.isnan(outcome.printed)


def test_scikit_learn_raises_where_there_is_one_cluster_or_every_row_is_one():
    points = np.random.default_rng(0).normal(size=(6, 2))
    for said in (np.zeros(6, dtype=int), np.arange(6)):
        for metric in ("silhouette", "davies_bouldin", "calinski_harabasz"):
            with pytest.raises(ValueError, match="Valid values are 2 to n_samples - 1"):
                getattr(metrics, METRICS[metric].function)(points, said)
            outcome = outcome_of(metric, np.zeros(6), said, points=points)
            assert (outcome.manner, outcome.message.split(":")[0]) == ("raises", "ValueError")


def test_scikit_learn_divides_by_a_tiny_number_where_mape_meets_0_and_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        printed = metrics.mean_absolute_percentage_error([0, 1], [1, 1])
    assert printed > 1e15
    outcome = outcome_of("mape", np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    assert (outcome.manner, outcome.printed) == ("returns", printed)


def test_scikit_learn_clips_the_probability_0_and_prints_a_finite_log_loss():
    outcome = outcome_of("log_loss", MIXED, MIXED.astype(float)[::-1])
    assert outcome.value == math.inf
    assert outcome.manner == "returns"
    assert 1 < outcome.printed < 40


def test_scikit_learn_refuses_the_log_loss_of_one_class_unless_told_that_there_are_two_labels():
    said = np.linspace(0.1, 0.9, 6)
    with pytest.raises(ValueError, match="contains only one label"):
        metrics.log_loss(NO, said)
    expected = -np.log(1 - said).mean()
    assert metrics.log_loss(NO, said, labels=[False, True]) == pytest.approx(expected)
    assert outcome_of("log_loss", NO, said).value == pytest.approx(expected)


def test_scikit_learn_leaves_a_class_without_rows_out_of_balanced_accuracy():
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    with pytest.warns(UserWarning, match="not in y_true"):
        assert metrics.balanced_accuracy_score(truth, said) == 0.75  # of 0.5 and 1 only
    outcome = outcome_of("balanced_accuracy", truth, said, n_classes=3)
    assert (outcome.manner, outcome.printed) == ("warns", 0.75)


def test_macro_f1_counts_an_absent_class_0_if_it_is_named_and_not_at_all_if_it_is_not():
    truth = np.array([0, 0, 1, 1])
    named, unnamed = np.array([0, 2, 1, 1]), np.array([0, 0, 1, 1])
    assert metrics.f1_score(truth, named, average="macro") == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert metrics.f1_score(truth, unnamed, average="macro") == 1
    assert math.isnan(outcome_of("macro_f1", truth, unnamed, n_classes=3).value)
    assert outcome_of("macro_f1", truth, named, n_classes=3).reason == ""


def test_ari_has_no_value_where_nobody_knows_the_groups():
    assert math.isnan(outcome_of("ari", np.full(4, ""), np.array([0, 1, 0, 1])).value)
    assert outcome_of("ari", np.array(["a", "b", "a", "b"]), np.array([0, 1, 0, 1])).value == 1


def test_the_old_way_to_rmse_raises_a_type_error():
    with pytest.raises(TypeError, match="squared"):
        metrics.mean_squared_error([1, 2], [1, 3], squared=False)
    assert metrics.root_mean_squared_error([1, 2], [1, 3]) == pytest.approx(math.sqrt(0.5))


# --- ranges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_no_value_ever_leaves_the_range_of_its_metric(group):
    for data in TABLES[group]:
        trials = try_metrics(AnswersSpec(group=group, data=data))
        for metric in metrics_of(group):
            reach = trials.reach.set_index("metric").loc[metric.name]
            mine = trials.outcomes[trials.outcomes["metric"] == metric.name]
            values = [
                *reach[["lowest", "highest", "perfect", "ignorant"]],
                *mine["before"],
                *mine["after"],
            ]
            known = [value for value in values if not math.isnan(value)]
            assert metric.low - 1e-12 <= min(known)
            assert max(known) <= metric.high + 1e-12


REACHED = ["accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "mcc", "roc_auc",
           "micro_f1", "macro_f1", "weighted_f1"]  # fmt: skip


@pytest.mark.parametrize("metric", REACHED)
def test_a_range_with_two_ends_is_reached_at_both_by_answers_made_for_it(metric):
    group = METRICS[metric].groups[0]
    reach = try_metrics(AnswersSpec(group=group, data=TABLES[group][0])).reach.set_index("metric")
    assert reach.loc[metric, "highest"] == METRICS[metric].high
    assert reach.loc[metric, "lowest"] == METRICS[metric].low


@pytest.mark.parametrize("metric", ["mae", "mse", "rmse", "medae", "mape", "log_loss", "r2"])
def test_a_range_without_an_end_has_none(metric):
    group = METRICS[metric].groups[0]
    reach = try_metrics(AnswersSpec(group=group, data=TABLES[group][0])).reach.set_index("metric")
    far = reach.loc[metric, "lowest" if metric == "r2" else "highest"]
    assert abs(far) > 1e5 or far == math.inf


@pytest.mark.parametrize("group", GROUPS)
def test_the_better_direction_is_where_the_truth_itself_lies(group):
    trials = try_metrics(AnswersSpec(group=group, data=TABLES[group][0]))
    for metric in metrics_of(group):
        reach = trials.reach.set_index("metric").loc[metric.name]
        assert (reach["perfect"] > reach["ignorant"]) == metric.is_higher_better


def test_a_model_that_knows_nothing_stands_where_the_laws_say():
    labels = try_metrics(AnswersSpec()).reach.set_index("metric")["ignorant"]
    case = case_of("labels", "churn")
    p, q = case.truth.mean(), case.said.mean()
    expected = {"accuracy": p * q + (1 - p) * (1 - q), "balanced_accuracy": 0.5, "precision": p,
                "recall": q, "specificity": 1 - q, "mcc": 0}  # fmt: skip
    for name, value in expected.items():
        assert labels[name] == pytest.approx(value, abs=0.02), name
    scores = try_metrics(AnswersSpec(group="scores")).reach.set_index("metric")["ignorant"]
    base, share = case.base, case.truth.mean()
    assert scores["roc_auc"] == 0.5
    assert scores["average_precision"] == pytest.approx(share)
    assert scores["brier"] == pytest.approx(share * (1 - base) ** 2 + (1 - share) * base**2)
    clusters = try_metrics(AnswersSpec(group="clusters", data="iris")).reach.set_index("metric")
    assert abs(clusters.loc["ari", "ignorant"]) < 0.02


def test_every_group_judges_the_metrics_of_its_task():
    assert set(TASKS) == set(GROUPS) == set(TABLES)
    assert sum(len(metrics_of(group)) for group in GROUPS) == len(METRICS) + 2  # two serve twice
