"""What each card says of cost and sight: a mistake that is called free changes nothing, a dear one does."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.datasets import make_moons

from core.metrics.metric_map.cases import Case
from core.metrics.metric_map.measures import METRICS, judge

COUNTS = {"tp": 40, "fp": 30, "fn": 10, "tn": 920}


def of_counts(metric, **more):
    counts = {name: COUNTS[name] + more.get(name, 0) for name in COUNTS}
    sizes = list(counts.values())
    truth, said = np.repeat([1, 0, 1, 0], sizes) == 1, np.repeat([1, 1, 0, 0], sizes) == 1
    return judge(METRICS[metric], Case(truth, said, 2)).value


def of_numbers(metric, truth, said):
    return judge(METRICS[metric], Case(np.array(truth, float), np.array(said, float))).value


def of_classes(metric, truth, said):
    return judge(METRICS[metric], Case(np.array(truth), np.array(said), 3)).value


@pytest.mark.parametrize(
    ("metric", "free"),
    [("precision", "fn"), ("precision", "tn"), ("recall", "fp"), ("recall", "tn"),
     ("specificity", "fn"), ("specificity", "tp"), ("f1", "tn")],
)  # fmt: skip
def test_what_is_called_free_or_unseen_changes_nothing(metric, free):
    assert of_counts(metric, **{free: 500}) == of_counts(metric)


@pytest.mark.parametrize(
    ("metric", "dear"), [("precision", "fp"), ("recall", "fn"), ("specificity", "fp"), ("f1", "fp"),
                         ("f1", "fn")],
)  # fmt: skip
def test_what_is_called_dear_lowers_the_metric(metric, dear):
    assert of_counts(metric, **{dear: 50}) < of_counts(metric)


@pytest.mark.parametrize("start", [{}, {"fp": 500}, {"fp": -30, "fn": -10}])
def test_for_f1_a_miss_costs_2_over_f1_less_1_false_alarms(start):
    # A hundred times as many rows, so that one mistake is a small step.
    base = {name: 99 * COUNTS[name] + 100 * start.get(name, 0) for name in COUNTS}
    whole = of_counts("f1", **base)
    of_a_miss = whole - of_counts("f1", **base | {"tp": base["tp"] - 1, "fn": base["fn"] + 1})
    of_an_alarm = whole - of_counts("f1", **base | {"tn": base["tn"] - 1, "fp": base["fp"] + 1})
    assert of_a_miss / of_an_alarm == pytest.approx(2 / whole - 1, rel=1e-3)


def test_for_accuracy_every_wrong_answer_costs_the_same():
    assert of_counts("accuracy", fp=7) == of_counts("accuracy", fn=7)


def test_for_balanced_accuracy_a_miss_costs_more_the_rarer_its_class_is():
    whole = of_counts("balanced_accuracy")
    of_the_rare = whole - of_counts("balanced_accuracy", tp=-1, fn=1)
    of_the_common = whole - of_counts("balanced_accuracy", tn=-1, fp=1)
    assert of_the_rare == pytest.approx(1 / 50 / 2)
    assert of_the_common == pytest.approx(1 / 950 / 2)


def test_all_four_counts_matter_to_matthews_which_is_the_correlation_of_two_columns():
    for name in COUNTS:
        assert of_counts("mcc", **{name: 5}) != of_counts("mcc")
    sizes = list(COUNTS.values())
    columns = np.repeat([1, 0, 1, 0], sizes), np.repeat([1, 1, 0, 0], sizes)
    assert of_counts("mcc") == pytest.approx(np.corrcoef(*columns)[0, 1])


def test_the_f1_score_is_the_harmonic_mean_and_close_to_the_lower_of_the_two():
    precision, recall, f1 = (of_counts(name) for name in ("precision", "recall", "f1"))
    assert f1 == pytest.approx(2 / (1 / precision + 1 / recall))
    low, high = sorted((of_counts("precision", fp=3000), of_counts("recall", fp=3000)))
    assert low < of_counts("f1", fp=3000) < (low + high) / 2
    assert of_counts("f1", fp=3000) - low < 0.1 * (high - low)


def test_for_roc_auc_every_pair_in_the_wrong_order_costs_the_same():
    rng = np.random.default_rng(0)
    truth = np.arange(30) < 12
    said = rng.permutation(30) / 30
    wrong = sum(a < b for a in said[truth] for b in said[~truth])
    assert judge(METRICS["roc_auc"], Case(truth, said)).value == pytest.approx(
        1 - wrong / (12 * 18)
    )


def test_for_average_precision_a_false_alarm_at_the_top_costs_most():
    truth = np.arange(10) % 2 == 0
    scores = np.linspace(0.9, 0.1, 10)
    values = []
    for place in range(10):
        said, answer = np.insert(scores, place, 0.95 - 0.09 * place), np.insert(truth, place, False)
        ranked = np.argsort(-said, kind="stable")
        values.append(metrics.average_precision_score(answer[ranked], -np.arange(11.0)))
    assert values == sorted(values)
    assert values[0] < values[-1]


def test_a_sure_mistake_costs_log_loss_without_limit_and_the_brier_score_1():
    truth = np.array([True])
    for doubt in (1e-3, 1e-6, 1e-12):
        case = Case(truth, np.array([doubt]))
        assert judge(METRICS["log_loss"], case).value == pytest.approx(-np.log(doubt))
        assert judge(METRICS["brier"], case).value == pytest.approx(1, abs=0.01)
    assert judge(METRICS["log_loss"], Case(truth, np.array([0.0]))).value == np.inf


def test_log_loss_charges_for_bad_calibration_and_for_lack_of_knowledge():
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.02, 0.98, 20_000)
    truth = rng.random(20_000) < chance
    honest = metrics.log_loss(truth, chance)
    boastful = metrics.log_loss(truth, np.where(chance > 0.5, 0.99, 0.01))  # the same order, nearly
    ignorant = metrics.log_loss(truth, np.full(20_000, truth.mean()))  # calibrated, knows nothing
    assert honest < boastful
    assert honest < ignorant


def test_a_rare_class_costs_macro_as_much_as_a_common_one_and_weighted_by_its_rows():
    truth = np.repeat([0, 1, 2], [80, 15, 5])
    forgotten = [of_classes(name, truth, np.where(truth == 2, 0, truth))
                 for name in ("macro_f1", "weighted_f1", "micro_f1")]  # fmt: skip
    assert forgotten[0] < 0.67
    assert forgotten[1] > 0.9
    assert forgotten[2] == pytest.approx(0.95)


def test_an_error_twice_as_large_costs_mae_twice_and_mse_four_times():
    truth, said = np.zeros(3), np.array([1.0, 2, 4])
    assert of_numbers("mae", truth, 2 * said) == 2 * of_numbers("mae", truth, said)
    assert of_numbers("mse", truth, 2 * said) == 4 * of_numbers("mse", truth, said)
    assert of_numbers("rmse", truth, said) ** 2 == pytest.approx(of_numbers("mse", truth, said))


def test_rmse_is_never_below_mae():
    rng = np.random.default_rng(0)
    for _ in range(50):
        truth, said = rng.normal(size=(2, 20)) ** 3
        assert of_numbers("rmse", truth, said) >= of_numbers("mae", truth, said)


def test_half_of_the_rows_may_be_as_wrong_as_they_like_for_medae():
    truth = np.zeros(101)
    said = np.ones(101)
    said[:50] = 1e9
    assert of_numbers("medae", truth, said) == 1
    said[50] = 1e9
    assert of_numbers("medae", truth, said) == 1e9


def test_for_mape_the_same_error_costs_more_where_the_true_value_is_small():
    assert of_numbers("mape", [10], [11]) == pytest.approx(0.1)
    assert of_numbers("mape", [1000], [1001]) == pytest.approx(0.001)


def test_for_davies_bouldin_the_worst_neighbour_of_each_cluster_decides():
    def at(distance):
        blob = np.array([[-1.0, 0], [1, 0], [0, 1], [0, -1]])
        points = np.concatenate([blob + np.array([x, 0]) for x in (0, 6, 6 + distance)])
        return metrics.davies_bouldin_score(points, np.repeat([0, 1, 2], 4))

    # The far cluster moves away: the two that are close stay each other's worst neighbour.
    near = 2 / 6
    assert at(1e6) == pytest.approx((near + near + 2 / 1e6) / 3)


def test_more_clusters_cost_inertia_nothing():
    points = np.random.default_rng(0).normal(size=(60, 2))
    inertias = [KMeans(k, n_init=20, random_state=0).fit(points).inertia_ for k in (1, 2, 4, 8, 60)]
    assert inertias == sorted(inertias, reverse=True)
    assert inertias[-1] == pytest.approx(0)


def test_measures_of_distance_prefer_round_clusters_to_the_true_ones():
    points, truth = make_moons(300, noise=0.05, random_state=0)
    found = KMeans(2, n_init=5, random_state=0).fit(points).labels_
    for name in ("silhouette", "calinski_harabasz"):
        values = [judge(METRICS[name], Case(truth.astype(str), said, points=points)).value
                  for said in (found, truth)]  # fmt: skip
        assert values[0] > values[1]
    assert judge(METRICS["ari"], Case(truth.astype(str), truth, points=points)).value == 1


def test_scikit_learn_takes_yes_and_no_for_scores_without_a_word():
    truth, answer = np.array([0, 1, 1, 0, 1]), np.array([0, 1, 0, 1, 1])
    # Any warning would be an error here.
    assert 0 < metrics.roc_auc_score(truth, answer) < 1
    assert metrics.log_loss(truth, answer) > 1
