"""What the map teaches, each sentence on really trained models; laws also on random answers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.metrics.classifiers import LARGEST_SEED, ClassifierSpec, score_classifier
from core.metrics.metric_map.cases import (
    GROUPS,
    N_CLUSTERS,
    TASKS,
    AnswersSpec,
    Case,
    answer_unseen,
    is_quick,
)
from core.metrics.metric_map.experiments import (
    NAMES,
    experiments_of,
    find_experiment,
    find_shift,
)
from core.metrics.metric_map.lab import (
    LAB,
    MetricMapSpec,
    explore_metrics,
    find_whole_table,
    name_slow_part,
)
from core.metrics.metric_map.measures import judge, metrics_of
from core.metrics.metric_map.trials import try_metrics
from core.results import result_to_json

TABLES = {
    "labels": ("churn", "breast_cancer"),
    "scores": ("churn", "breast_cancer"),
    "classes": ("wine", "iris", "digits"),
    "numbers": ("diabetes", "house_prices", "delivery_times"),
    "clusters": ("segments", "iris", "wine"),
}


def views(group, experiment):
    """The experiment on each table of the group."""
    return [
        explore_metrics(MetricMapSpec(group=group, experiment=experiment, **{TASKS[group]: data}))
        for data in TABLES[group]
    ]


def stays(result):
    changes = result.changes
    return set(changes.loc[changes["state"] == "stays", "metric"])


def lost(result):
    changes = result.changes
    return set(changes.loc[changes["state"] == "undefined", "metric"])


def both(result, metric):
    return getattr(result, f"{metric}_before"), getattr(result, f"{metric}_after")


def random_case(group, seed):
    rng = np.random.default_rng(seed)
    truth = np.concatenate([[True, False], rng.random(60) < rng.uniform(0.1, 0.9)])
    if group == "labels":
        return Case(truth, np.concatenate([[True, False], rng.random(60) < 0.4]), 2)
    if group == "scores":
        return Case(truth, rng.random(62).round(2).clip(0.01, 0.99), 2, base=0.3)
    if group == "numbers":
        return Case(rng.normal(20, 3, 62), rng.normal(20, 3, 62), base=19.0)
    said = rng.integers(0, 3, 62)
    said[:3] = 0, 1, 2
    points = rng.normal(size=(62, 3))
    return Case(truth.astype("str"), said, 3, points=points)


def law(group, experiment, *spared):
    """Whatever the answers are, these metrics stay."""
    test = find_experiment(group, experiment)
    assert test.name == experiment
    for seed in range(40):
        case = random_case(group, seed)
        after = test.change(case, np.random.default_rng(seed))
        for metric in metrics_of(group):
            if metric.name in spared:
                assert judge(metric, after).value == pytest.approx(
                    judge(metric, case).value, rel=1e-9
                )
    for result in views(group, experiment):
        assert set(spared) <= stays(result)


# --- yes or no ------------------------------------------------------------------------------------


def test_copies_of_the_negatives_change_no_share_of_either_class():
    law("labels", "more_negatives", "recall", "specificity", "balanced_accuracy")
    for result in views("labels", "more_negatives"):
        assert result.precision_after < result.precision_before
        assert result.f1_after < result.f1_before
        assert result.mcc_after != result.mcc_before
        assert result.accuracy_after != result.accuracy_before
        recall, specificity = result.recall_before, result.specificity_before
        assert result.balanced_accuracy_before == pytest.approx((recall + specificity) / 2)


def test_precision_recall_and_f1_never_count_a_negative_that_was_rightly_left_alone():
    law("labels", "easy_negatives", "precision", "recall", "f1")
    for result in views("labels", "easy_negatives"):
        for metric in ("accuracy", "specificity", "balanced_accuracy"):
            before, after = both(result, metric)
            assert after > before


def test_accuracy_balanced_accuracy_and_matthews_treat_both_classes_alike():
    law("labels", "swap_classes", "accuracy", "balanced_accuracy", "mcc")
    for result in views("labels", "swap_classes"):
        assert (result.recall_after, result.specificity_after) == (
            result.specificity_before, result.recall_before,
        )  # fmt: skip
        assert {"precision", "f1"} & stays(result) == set()


def test_without_an_alarm_precision_and_correlation_are_0_over_0_and_accuracy_looks_good():
    for result in views("labels", "always_no"):
        assert lost(result) == {"precision", "mcc"}
        assert result.balanced_accuracy_after == 0.5
        assert result.accuracy_after == 1 - result.n_positive / result.n_judged
    assert views("labels", "always_no")[0].accuracy_after == 0.9


def test_dealt_out_answers_have_balanced_accuracy_one_half_and_correlation_0_on_average():
    for data in TABLES["labels"]:
        spec = AnswersSpec(data=data)
        case = answer_unseen(spec).case
        rng = np.random.default_rng(1)
        dealt = [replace(case, said=rng.permutation(case.said)) for _ in range(300)]
        for metric in metrics_of("labels"):
            values = [judge(metric, each).value for each in dealt]
            expected = {"balanced_accuracy": 0.5, "mcc": 0, "precision": case.truth.mean()}
            if metric.name in expected:
                error = np.std(values) / np.sqrt(len(values))
                assert np.mean(values) == pytest.approx(expected[metric.name], abs=4 * error)
            if metric.name == "accuracy":  # what the sizes of the classes give away
                p, q = case.truth.mean(), case.said.mean()
                assert np.mean(values) == pytest.approx(p * q + (1 - p) * (1 - q), abs=0.01)


def test_without_positives_recall_and_the_averages_of_both_classes_have_no_value():
    for result in views("labels", "no_positives"):
        assert {"recall", "balanced_accuracy", "mcc"} <= lost(result)
        assert stays(result) >= {"specificity"}
        assert result.n_rows_after == result.n_judged - result.n_positive


def test_a_higher_metric_is_no_better_model():
    result = explore_metrics(MetricMapSpec(experiment="easy_negatives"))
    assert result.accuracy_after > result.accuracy_before
    other = explore_metrics(MetricMapSpec())
    assert (result.n_train, result.accuracy_before) == (other.n_train, other.accuracy_before)


# --- scores ---------------------------------------------------------------------------------------


def test_squares_keep_the_order_so_auc_and_average_precision_stay_and_the_losses_move():
    law("scores", "square", "roc_auc", "average_precision")
    for result in views("scores", "square"):
        assert stays(result) == {"roc_auc", "average_precision"}


def test_roc_auc_is_the_share_of_pairs_so_ten_copies_win_ten_times_as_many():
    law("scores", "more_negatives", "roc_auc")
    for result in views("scores", "more_negatives"):
        assert result.average_precision_after < result.average_precision_before
        parts = result.fractions.set_index(["metric", "moment"])
        before, after = parts.loc[("roc_auc", "before")], parts.loc[("roc_auc", "after")]
        assert after["bottom"] == 10 * before["bottom"]
        assert after["top"] == pytest.approx(10 * before["top"])


def test_reversed_scores_lose_every_pair_that_was_won():
    for result in views("scores", "reverse"):
        assert result.roc_auc_after == pytest.approx(1 - result.roc_auc_before)


def test_an_area_below_one_half_may_be_reversed_scores_flipped_labels_or_chance():
    case = answer_unseen(AnswersSpec(group="scores", data="breast_cancer")).case
    auc = next(metric for metric in metrics_of("scores") if metric.name == "roc_auc")
    good = judge(auc, case).value
    assert judge(auc, replace(case, said=1 - case.said)).value == pytest.approx(1 - good)
    assert judge(auc, replace(case, truth=~case.truth)).value == pytest.approx(1 - good)
    rng = np.random.default_rng(0)
    chance = [judge(auc, replace(case, said=rng.random(case.n_rows))).value for _ in range(50)]
    assert 0.3 < sum(area < 0.5 for area in chance) / 50 < 0.7


def test_rounding_throws_away_the_order_within_yes_and_no_and_makes_mistakes_sure():
    for result in views("scores", "yes_no"):
        assert result.roc_auc_after < result.roc_auc_before
        assert result.log_loss_after == np.inf
        gap = result.gaps[(result.gaps["experiment"] == "yes_no")].iloc[0]
        assert (gap["metric"], gap["manner"]) == ("log_loss", "returns")
        assert np.isfinite(gap["printed"])
        labels = explore_metrics(MetricMapSpec(binary=result.spec.binary))
        # The area of yes and no is balanced accuracy.
        assert result.roc_auc_after == pytest.approx(labels.balanced_accuracy_before)


def test_one_score_for_all_is_where_a_model_stands_that_knows_nothing():
    for result in views("scores", "one_score"):
        assert result.roc_auc_after == 0.5
        assert result.average_precision_after == pytest.approx(result.n_positive / result.n_judged)


def test_one_sure_mistake_is_infinite_for_log_loss_and_costs_the_brier_score_1_at_most():
    for result in views("scores", "sure_mistake"):
        assert result.log_loss_after == np.inf
        assert 0 < (result.brier_after - result.brier_before) * result.n_judged <= 1
        lost_area = result.roc_auc_before - result.roc_auc_after
        assert 0 <= lost_area <= 1 / result.n_positive + 1e-12


def test_without_positives_areas_have_no_value_and_each_row_still_has_its_loss():
    for result in views("scores", "no_positives"):
        assert lost(result) == {"roc_auc", "average_precision"}
        assert np.isfinite([result.log_loss_after, result.brier_after]).all()


# --- many classes ---------------------------------------------------------------------------------


def test_more_of_the_biggest_class_moves_accuracy_towards_its_share_and_no_balanced_accuracy():
    for result in views("classes", "more_of_biggest"):
        assert "balanced_accuracy" in stays(result)
        case = answer_unseen(result.spec.answers).case
        biggest = np.bincount(case.truth).argmax()
        share = (case.said[case.truth == biggest] == biggest).mean()
        before, after = both(result, "accuracy")
        assert abs(after - share) <= abs(before - share)
        assert both(result, "micro_f1") == pytest.approx((before, after))


def test_a_class_that_is_never_named_has_recall_and_f1_0_and_macro_counts_it_like_any_other():
    for result in views("classes", "forget_smallest"):
        case = answer_unseen(result.spec.answers).case
        smallest = np.bincount(case.truth).argmin()
        after = find_experiment("classes", "forget_smallest").change(case, None)
        assert not (after.said == smallest).any()
        assert np.bincount(after.truth)[smallest] == np.bincount(case.truth)[smallest]
        assert after.n_rows == 10 * case.n_rows - 9 * np.bincount(case.truth)[smallest]
        k = case.n_classes
        recall = (case.said[case.truth == smallest] == smallest).mean()
        lost_balance = result.balanced_accuracy_before - result.balanced_accuracy_after
        # Rows wrongly called so before may be right now, so it loses this at most.
        assert 0 < lost_balance <= recall / k + 1e-12
        lost_macro = result.macro_f1_before - result.macro_f1_after
        assert lost_macro > 0.8 / k
        for metric in ("accuracy", "micro_f1", "weighted_f1"):
            before, after_value = both(result, metric)
            assert before - after_value < lost_macro / 3


def test_always_the_biggest_class_has_balanced_accuracy_1_over_k():
    for result in views("classes", "always_biggest"):
        case = answer_unseen(result.spec.answers).case
        assert result.balanced_accuracy_after == pytest.approx(1 / case.n_classes)
        share = np.bincount(case.truth).max() / case.n_rows
        assert result.accuracy_after == pytest.approx(share)
        assert result.macro_f1_after == pytest.approx(2 * share / (1 + share) / case.n_classes)


def test_no_metric_of_classes_notices_other_names():
    for result in views("classes", "rename"):
        assert (result.n_unmoved, result.n_moved, result.n_undefined) == (5, 0, 0)


def test_a_class_without_rows_has_no_recall():
    for result in views("classes", "missing_class"):
        assert "balanced_accuracy" in lost(result)
        gap = result.gaps[result.gaps["experiment"] == "missing_class"].iloc[0]
        assert gap["metric"] == "balanced_accuracy"
        assert np.isfinite(gap["printed"])


def test_micro_f1_is_accuracy_with_one_answer_for_each_row():
    for test in experiments_of("classes"):
        for result in views("classes", test.name):
            assert result.micro_f1_after == pytest.approx(result.accuracy_after)


# --- numbers --------------------------------------------------------------------------------------


def test_one_huge_error_outweighs_all_others_in_mse_and_hardly_moves_the_middle():
    for result in views("numbers", "one_error"):
        case = answer_unseen(result.spec.answers).case
        huge = (10 * np.ptp(case.truth)) ** 2
        assert huge / (result.mse_after * result.n_judged) > 0.5
        assert result.mse_after / result.mse_before > result.mae_after / result.mae_before > 1
        assert result.medae_after / result.medae_before < 1.1
        assert result.r2_after < result.r2_before
    assert views("numbers", "one_error")[0].r2_after < -1


def test_mae_rmse_and_medae_carry_the_unit_mse_its_square_and_ratios_none():
    law("numbers", "other_unit", "mape", "r2")
    for result in views("numbers", "other_unit"):
        for metric, times in (("mae", 100), ("rmse", 100), ("medae", 100), ("mse", 10_000)):
            before, after = both(result, metric)
            assert after == pytest.approx(times * before)


def test_only_mape_depends_on_where_0_lies():
    law("numbers", "other_zero", "mae", "mse", "rmse", "medae", "r2")
    for result in views("numbers", "other_zero"):
        assert result.mape_after < result.mape_before
        case = answer_unseen(result.spec.answers).case
        shift = find_shift(case)
        assert 1 < shift / np.abs(case.truth).max() <= 10


def test_mape_has_no_value_where_a_true_value_is_0():
    for result in views("numbers", "true_zero"):
        assert lost(result) == {"mape"}
        gap = result.gaps[result.gaps["experiment"] == "true_zero"].iloc[0]
        assert gap["manner"] == "returns"
        assert gap["printed"] > 1e9


def test_no_constant_beats_the_mean_of_the_judged_rows_so_its_r2_is_0_or_below():
    for result in views("numbers", "mean_for_all"):
        assert -0.05 < result.r2_after <= 0
    r2 = next(metric for metric in metrics_of("numbers") if metric.name == "r2")
    case = answer_unseen(AnswersSpec(group="numbers", data="diabetes")).case
    best = replace(case, said=np.full(case.n_rows, case.truth.mean()))
    assert judge(r2, best).value == pytest.approx(0, abs=1e-12)


def test_one_row_has_no_spread_and_all_sizes_are_its_error():
    for result in views("numbers", "one_row"):
        assert lost(result) == {"r2"}
        assert result.mae_after == pytest.approx(result.rmse_after) == result.medae_after
        assert result.n_rows_after == 1


def test_where_nothing_varies_r2_has_no_value():
    for result in views("numbers", "same_truth"):
        assert lost(result) == {"r2"}
        gap = result.gaps[result.gaps["experiment"] == "same_truth"].iloc[0]
        assert (gap["manner"], gap["printed"]) == ("returns", 0)


def test_the_same_model_gets_another_r2_where_the_rows_vary_less():
    case = answer_unseen(AnswersSpec(group="numbers", data="house_prices")).case
    middle = np.argsort(case.truth)[len(case.truth) // 4 : 3 * len(case.truth) // 4]
    r2 = next(metric for metric in metrics_of("numbers") if metric.name == "r2")
    fewer = replace(case, truth=case.truth[middle], said=case.said[middle])
    assert judge(r2, fewer).value < judge(r2, case).value


# --- clusters -------------------------------------------------------------------------------------


def test_a_stretched_column_moves_all_that_is_made_of_distances():
    law("clusters", "stretch", "ari")
    for result in views("clusters", "stretch"):
        assert stays(result) == {"ari"}


def test_a_common_factor_cancels_in_ratios_of_distances_and_squares_in_inertia():
    law("clusters", "all_units", "silhouette", "davies_bouldin", "calinski_harabasz", "ari")
    for result in views("clusters", "all_units"):
        assert result.inertia_after == pytest.approx(10_000 * result.inertia_before)


def test_the_number_of_a_cluster_is_only_a_name():
    law(
        "clusters",
        "renumber",
        "inertia",
        "silhouette",
        "davies_bouldin",
        "calinski_harabasz",
        "ari",
    )


def test_inertia_doubles_with_the_rows_and_davies_bouldin_is_made_of_means():
    law("clusters", "every_twice", "davies_bouldin")
    for result in views("clusters", "every_twice"):
        assert result.inertia_after == pytest.approx(2 * result.inertia_before)
        n, k = result.n_judged, result.n_clusters
        growth = result.calinski_harabasz_after / result.calinski_harabasz_before
        assert growth == pytest.approx((2 * n - k) / (n - k))


def test_with_one_cluster_there_is_no_other_and_ari_is_0():
    for result in views("clusters", "one_cluster"):
        assert lost(result) == {"silhouette", "davies_bouldin", "calinski_harabasz"}
        assert result.ari_after == pytest.approx(0, abs=1e-12)
        points = answer_unseen(result.spec.answers).case.points
        assert result.inertia_after == pytest.approx(((points - points.mean(axis=0)) ** 2).sum())
        assert result.n_raising == 3


def test_every_row_a_cluster_has_the_best_inertia_and_says_nothing():
    for result in views("clusters", "one_each"):
        assert result.inertia_after == 0
        assert lost(result) == {"silhouette", "davies_bouldin", "calinski_harabasz"}
        assert result.ari_after == pytest.approx(0, abs=1e-12)


def test_clusters_at_random_lie_on_top_of_each_other():
    for result in views("clusters", "deal_out"):
        whole = explore_metrics(replace(result.spec, experiment="one_cluster")).inertia_after
        assert 0.95 * whole < result.inertia_after <= whole
        assert result.silhouette_after < 0.01
        assert abs(result.ari_after) < 0.03


# --- the lab --------------------------------------------------------------------------------------


def test_the_rows_and_answers_are_those_of_the_trained_model():
    scored = score_classifier(ClassifierSpec(data="churn", model="logistic")).scores
    test = scored[scored["part"] == "test"]
    labels = answer_unseen(AnswersSpec()).case
    assert (labels.said == (test["score"] >= 0.5)).all()
    assert (labels.truth == test["positive"]).all()
    dataset = load_dataset("segments")
    assert (
        answer_unseen(AnswersSpec(group="clusters", data="segments")).case.n_rows == dataset.n_rows
    )


def test_three_clusters_are_looked_for_where_nobody_knows_the_groups():
    rng = np.random.default_rng(0)
    own = store_own_dataset(
        pd.DataFrame(rng.normal(size=(90, 2)), columns=["a", "b"]),
        title="Own", target=None, task="clustering",
    )  # fmt: skip
    result = explore_metrics(MetricMapSpec(group="clusters", clustering=own.name))
    assert result.n_clusters == N_CLUSTERS
    assert "ari" in lost(result)
    assert "nobody knows" in result.gaps.set_index("metric").loc["ari", "reason"].iloc[0]


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_metric_stays_moves_or_loses_its_value(preset):
    result = explore_metrics(MetricMapSpec(**LAB.presets[preset]))
    assert result.n_unmoved + result.n_moved + result.n_undefined == result.n_metrics
    assert result.n_infinite <= result.n_moved
    assert set(result.changes["metric"]) == {m.name for m in metrics_of(result.spec.group)}
    assert result.experiment == result.spec.experiment
    result_to_json(result)


def test_a_link_that_names_an_experiment_stays_useful_in_another_group():
    for group in GROUPS:
        for name in NAMES:
            found = find_experiment(group, name)
            mine = [test.name for test in experiments_of(group)]
            assert found.name == (name if name in mine else mine[0])
    result = explore_metrics(MetricMapSpec(group="numbers", experiment="always_no"))
    assert result.experiment == "one_error"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"group": "texts"},
            "A kind is one of labels, scores, classes, numbers, clusters, got 'texts'",
        ),
        ({"experiment": "magic"}, "An experiment is one of .* got 'magic'"),
        ({"binary": "iris"}, "need a table with two classes, and Iris.* is a multiclass table"),
        ({"multiclass": "churn"}, "need a table with three or more classes"),
        ({"regression": "iris"}, "need a table with a number as its target"),
        ({"clustering": "nothing"}, "There is no table called 'nothing'"),
        ({"seed": -1}, "A seed is a whole number from 0"),
        ({"seed": LARGEST_SEED + 1}, "A seed is a whole number from 0"),
    ],
)
def test_what_cannot_work_is_refused_with_a_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        MetricMapSpec(**settings)


def test_a_long_training_is_left_to_a_job_and_a_short_one_is_not():
    assert name_slow_part(MetricMapSpec()) is None
    assert is_quick(AnswersSpec())
    assert is_quick(AnswersSpec(group="clusters", data="iris"))
    assert name_slow_part(MetricMapSpec(group="clusters")) is not None
    part = name_slow_part(MetricMapSpec(binary="fraud"))
    assert part.run is try_metrics
    assert part.spec == AnswersSpec(data="fraud")
    assert "Card" in part.what or "raud" in part.what


def test_the_rows_of_a_clustering_are_not_split_and_all_others_are():
    assert find_whole_table(MetricMapSpec()) is None
    assert find_whole_table(MetricMapSpec(group="clusters")).name == "segments"


def test_the_same_spec_gives_the_same_numbers_and_nobody_can_spoil_them():
    spec = MetricMapSpec(experiment="deal_out")
    first = explore_metrics(spec)
    first.changes.loc[:, "after"] = 0.0
    again = try_metrics.run_fresh(spec.answers)
    after = again.outcomes[again.outcomes["experiment"] == "deal_out"].set_index("metric")["after"]
    result = explore_metrics(spec)
    for row in result.changes.to_dict("records"):
        assert row["after"] == pytest.approx(after[row["metric"]])


@pytest.mark.parametrize("group", GROUPS)
def test_an_experiment_leaves_the_case_of_the_others_alone(group):
    case = answer_unseen(AnswersSpec(group=group, data=TABLES[group][0])).case
    truth, said = case.truth.copy(), case.said.copy()
    for test in experiments_of(group):
        test.change(case, np.random.default_rng(0))
    assert (case.truth == truth).all()
    assert (case.said == said).all()
