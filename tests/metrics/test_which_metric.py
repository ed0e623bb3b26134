"""What the lesson teaches about metrics, models and what choices cost, each sentence as a test."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.pipeline import make_pipeline

from core.datasets import load_dataset, split_rows, store_own_dataset
from core.errors import SpecError
from core.metrics.classifiers import prepare_columns
from core.metrics.which_metric import advice, figures, quarrels, words
from core.metrics.which_metric.candidates import CandidatesSpec, _build_model, train_candidates
from core.metrics.which_metric.checks import find_f1_price
from core.metrics.which_metric.disputes import (
    SearchSpec,
    _compare,
    _draw,
    name_sides,
    search_disputes,
)
from core.metrics.which_metric.lab import LAB, WhichMetricSpec, choose_by_every_metric
from core.metrics.which_metric.resample import find_best_f1
from core.metrics.which_metric.scenarios import SCENARIOS

PRESETS = list(LAB.presets)


def run(**settings):
    return choose_by_every_metric(WhichMetricSpec(**settings))


def view(preset):
    return run(**LAB.presets[preset])


def pay(spec, truth, score, threshold):
    (_, fp), (fn, _) = metrics.confusion_matrix(truth, score >= threshold)
    return 1000 * (spec.bill.cost_over * fp + spec.bill.cost_under * fn) / len(truth)


@pytest.mark.parametrize("preset", ["default", "priced-threshold", "blocking"])
def test_what_a_choice_costs_more_is_the_difference_of_two_bills(preset):
    result = view(preset)
    test = train_candidates(result.spec.candidates).said.query("part == 'test'")
    setting = result.bills.set_index("model")["setting"]
    costs = {
        model: pay(result.spec, test["truth"], test[model], setting[model])
        for model in setting.index
    }
    for row in result.choices.to_dict("records"):
        assert row["test_cost"] == pytest.approx(costs[row["model"]])
        assert row["extra"] == pytest.approx(costs[row["model"]] - costs[result.chosen])
        assert row["low"] <= row["extra"] <= row["high"]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_metric_chooses_its_best_model_of_the_validation_rows(preset):
    result = view(preset)
    validation = train_candidates(result.spec.candidates).said.query("part == 'validation'")
    truth = validation["truth"]
    best = {
        "f1": lambda said: metrics.f1_score(truth, said >= 0.5),
        "roc_auc": lambda said: metrics.roc_auc_score(truth, said),
        "log_loss": lambda said: -metrics.log_loss(truth, said),
        "mae": lambda said: -metrics.mean_absolute_error(truth, said),
        "r2": lambda said: metrics.r2_score(truth, said),
    }
    chosen = dict(zip(result.choices["metric"], result.choices["model"], strict=True))
    models = list(result.bills["model"])
    for metric in best.keys() & chosen.keys():
        values = [best[metric](validation[model]) for model in models]
        assert chosen[metric] == models[int(np.argmax(np.round(values, 12)))]


def test_with_alarms_from_half_on_six_of_eight_metrics_choose_a_model_that_costs_more():
    result = view("default")
    assert (result.n_metrics, result.n_same, result.n_dearer) == (8, 2, 6)
    assert (result.choices.query("model != @result.chosen")["low"] > 0).all()


def test_once_the_prices_set_the_threshold_no_choice_costs_more_beyond_doubt():
    result = view("priced-threshold")
    assert result.n_dearer == 0
    assert result.worst_low <= 0


def test_setting_the_threshold_by_the_prices_is_worth_more_than_choosing_the_model():
    for scenario in ("churn", "fraud"):
        before, after = run(scenario=scenario), run(scenario=scenario, is_tuned=True)
        assert after.chosen_cost == before.tuned_cost < before.chosen_cost
        assert (after.bills["test_cost"] < before.bills["test_cost"]).sum() >= 4


def test_recall_is_the_only_right_metric_for_fraud_at_half_and_the_only_wrong_one_at_the_priced_threshold():
    before, after = run(scenario="fraud"), run(scenario="fraud", is_tuned=True)
    same = before.choices.iloc[1:].query("model == @before.chosen")["metric"].tolist()
    assert same == ["recall"]
    assert before.extra_f1 > 0
    other = after.choices.query("model != @after.chosen")["metric"].tolist()
    assert other == ["recall"]
    assert after.worst_low > 0


def test_at_equal_prices_and_half_accuracy_orders_all_models_as_the_bill_does():
    for scenario in ("churn", "fraud", "tumour"):
        for seed in (0, 1, 2) if scenario != "fraud" else (0,):
            result = run(
                scenario=scenario, cost_over=7.0, cost_under=7.0, need="decision", seed=seed
            )
            ranks = result.scores.pivot(index="model", columns="metric", values="rank")
            assert (ranks["cost"] == ranks["accuracy"]).all()
            assert result.extra_accuracy == 0


@pytest.mark.parametrize("prices", [(1.0, 1.0), (20.0, 100.0), (100.0, 1.0)])
def test_precision_on_the_list_orders_all_models_as_the_bill_does_at_any_prices(prices):
    result = run(scenario="calls", cost_over=prices[0], cost_under=prices[1])
    ranks = result.scores.pivot(index="model", columns="metric", values="rank")
    assert (ranks["cost"] == ranks["precision_on_list"]).all()
    assert result.extra_precision_on_list == 0


def test_where_a_probability_is_needed_the_brier_score_orders_as_the_bill_does():
    result = run(scenario="fraud", need="probability")
    ranks = result.scores.pivot(index="model", columns="metric", values="rank")
    assert (ranks["cost"] == ranks["brier"]).all()


@pytest.mark.parametrize(("growth", "metric"), [("linear", "mae"), ("squared", "rmse")])
def test_a_number_at_equal_prices_is_judged_by_mae_or_rmse(growth, metric):
    result = run(scenario="delivery", cost_over=1.0, cost_under=1.0, growth=growth)
    ranks = result.scores.pivot(index="model", columns="metric", values="rank")
    assert (ranks["cost"] == ranks[metric]).all()


@pytest.mark.parametrize("scenario", ["price", "delivery"])
def test_r2_and_rmse_always_choose_the_same_model(scenario):
    for seed in range(3):
        ranks = run(scenario=scenario, seed=seed).scores.pivot(
            index="model", columns="metric", values="rank"
        )
        assert (ranks["r2"] == ranks["rmse"]).all()


def test_a_promise_at_unequal_prices_is_not_chosen_by_rmse():
    result = view("delivery")
    assert result.extra_rmse > 0
    assert result.worst_low > 0


@pytest.mark.parametrize("counts", [(30, 70, 20), (10, 1, 90), (90, 5, 10), (5, 5, 0)])
def test_the_f1_score_takes_a_miss_to_cost_two_by_f1_minus_one_false_alarms(counts):
    facts = find_f1_price(*counts) if counts[2] else None
    if facts is not None:
        assert facts["price"] == pytest.approx(2 / facts["f1"] - 1, abs=2e-3)
        assert facts["price"] >= 1


def test_an_alarm_raises_f1_from_the_chance_f1_by_two_on():
    """Rows with true probabilities: 100 at each of 0.01 … 0.99, exactly that share positive."""
    chance = np.repeat(np.arange(1, 100) / 100, 100)
    truth = (np.tile(np.arange(100), 99) < np.round(100 * chance)).astype(float)
    best, threshold = find_best_f1(truth, chance)
    assert threshold == pytest.approx(best / 2, abs=0.01)
    squeezed = chance**2  # the same order, but no true probabilities
    best_again, moved = find_best_f1(truth, squeezed)
    assert best_again == best
    assert abs(moved - best / 2) > 0.1


def test_the_f1_score_never_takes_a_miss_to_cost_less_than_a_false_alarm_and_more_the_worse_the_model():
    for preset in ("default", "fraud", "tumour"):
        prices = view(preset).prices.dropna(subset="price").sort_values("f1")
        assert (prices["price"] >= 1).all()
        assert prices["price"].is_monotonic_decreasing


def test_recall_alone_is_highest_for_a_model_that_always_raises_the_alarm():
    truth = np.array([0, 0, 1, 0])
    assert metrics.recall_score(truth, np.ones(4)) == 1


def test_two_metrics_disagree_about_many_pairs_and_some_of_these_quarrels_are_beyond_doubt():
    for settings in ({}, {"scenario": "fraud"}, {"scenario": "delivery"}):
        result = run(**settings)
        assert 0 < result.n_sure < result.n_disagreeing < result.n_pairs == 40
        sure = result.pairs[result.pairs["verdict"] == "opposite"]
        assert ((sure["low_1"] > 0) & (sure["high_2"] < 0)).all()


def test_at_the_best_threshold_of_each_model_most_quarrels_of_f1_and_auc_vanish():
    for scenario in ("churn", "fraud"):
        half, best = run(scenario=scenario), run(scenario=scenario, dispute="best_f1_auc")
        assert best.n_sure == 0 < half.n_sure
    assert run(dispute="best_f1_auc").n_disagreeing < run().n_disagreeing / 2


def test_on_a_small_table_no_quarrel_is_beyond_doubt():
    assert run(scenario="tumour").n_sure == 0


def train_again(data, seed, n_learned, first, second):
    dataset = load_dataset(data)
    truth = dataset.positive_rows().astype(float)
    learned, others = _draw(truth, True, n_learned, seed)
    judged = np.array_split(others, 2)[1]

    table = dataset.table[list(dataset.features)]
    said = {}
    for name in (first, second):
        model = make_pipeline(prepare_columns(dataset), _build_model(dataset, name, seed))
        said[name] = model.fit(table.iloc[learned], truth[learned]).predict_proba(
            table.iloc[judged]
        )[:, 1]
    assert not set(learned) & set(judged)
    return truth[judged], said[first], said[second]


def test_the_example_is_what_scikit_learn_says_of_two_models_trained_again():
    result = run()
    pair = result.pairs.iloc[result.example]
    truth, first, second = train_again(
        "churn", int(pair["split"]), result.n_learned, pair["first"], pair["second"]
    )
    assert len(truth) == result.n_half
    gap = metrics.f1_score(truth, first >= 0.5) - metrics.f1_score(truth, second >= 0.5)
    assert pair["gap_1"] == pytest.approx(gap)
    area = metrics.roc_auc_score(truth, first) - metrics.roc_auc_score(truth, second)
    assert pair["gap_2"] == pytest.approx(area)


def test_the_rows_that_show_the_example_have_no_say_in_choosing_it():
    rng = np.random.default_rng(0)
    truth = (rng.random(400) < 0.3).astype(float)
    said = {name: np.clip(0.4 * truth + 0.6 * rng.random(400), 0, 1) for name in "abc"}
    halves = np.array_split(np.arange(400), 2)
    changed = truth.copy()
    changed[halves[1]] = rng.permutation(changed[halves[1]])
    before, after = (_compare("binary", some, said, halves) for some in (truth, changed))
    assert sorted(before["clearness"]) == pytest.approx(sorted(after["clearness"]))
    assert not np.allclose(sorted(before["gap_1"]), sorted(after["gap_1"]))


@pytest.mark.parametrize("dispute", ["f1_auc", "best_f1_auc", "log_loss_auc"])
def test_every_dispute_has_ten_pairs_on_each_split(dispute):
    pairs = search_disputes(SearchSpec()).pairs.query("dispute == @dispute")
    assert pairs.groupby("split").size().tolist() == [10] * 4
    assert (pairs["gap_1"] >= 0).all()
    assert len(name_sides(dispute)) == 2


def test_same_spec_same_numbers_and_another_seed_others():
    spec = CandidatesSpec(data="breast_cancer")
    again = train_candidates.run_fresh(spec)
    pd.testing.assert_frame_equal(again.said, train_candidates(spec).said)
    other = train_candidates(CandidatesSpec(data="breast_cancer", seed=5))
    assert not again.said["logistic"].equals(other.said["logistic"])
    split = split_rows(load_dataset("breast_cancer"))
    assert len(again.said) == len(split.validation) + len(split.test)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_sentence_and_title_of_every_preset_is_whole(preset):
    result = view(preset)
    said = [
        words.ask_choices(result), words.answer_choices(result), words.tell_training(result),
        words.tell_choices(result), words.tell_tuning(result), words.tell_undefined(result),
        advice.tell_fitting(result), advice.tell_threshold(result), advice.tell_f1(result),
        advice.write_advice(result), quarrels.tell_search(result), quarrels.tell_example(result),
        quarrels.tell_reason(result), words.tabulate_bills(result).to_string(),
    ]  # fmt: skip
    for text in said:
        assert "nan" not in text.lower().split()
        assert "None" not in text or result.n_same == 0
    assert advice.write_advice(result).count("**") == 6
    drawn = [figures.plot_ranks(result), figures.plot_extras(result), figures.plot_pairs(result)]
    if result.need != "number":
        drawn.append(figures.plot_f1_price(result))
    for figure in drawn:
        assert len(figure.layout.title.text) < 44


def test_undefined_precision_has_no_place_and_says_why():
    result = run(scenario="fraud", seed=1)
    gaps = result.scores[result.scores["value"].isna()]
    assert (gaps["rank"] == 0).all()
    assert (words.tell_undefined(result) == "") == gaps.empty


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_brings_its_own_decision_and_prices(scenario):
    spec = WhichMetricSpec(scenario=scenario)
    known = SCENARIOS[scenario]
    assert (spec.bill.need, spec.bill.cost_over) == (known.need, known.cost_over)
    filled = words.fill_in(spec)
    assert filled.bill == spec.bill
    assert filled.need == known.need


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scenario": "love"}, "There is no scenario 'love'. There are: churn"),
        (
            {"cost_over": -1.0},
            "A mistake costs 0 or more, and a needless offer was given the price -1",
        ),
        ({"cost_under": math.inf}, "a lost customer was given the price inf"),
        ({"cost_over": 0.0, "cost_under": 0.0}, "If both mistakes cost 0, every model is as good"),
        ({"capacity": 0}, "A list holds 1 to 1000 of 1,000 rows, got 0. Try 50."),
        ({"need": "love"}, "A model is needed for one of decision"),
        ({"growth": "cubic"}, "A price grows linear or squared, got 'cubic'."),
        ({"dispute": "love"}, "The two metrics are one of f1_auc"),
        ({"start": -1}, "The first split of the search is a whole number from 0"),
        ({"seed": -1}, "A seed is a whole number from 0"),
    ],
)
def test_what_cannot_work_is_refused_with_law_value_and_repair(settings, message):
    with pytest.raises(SpecError) as caught:
        WhichMetricSpec(**settings)
    assert message in str(caught.value)


def own(task, **columns):
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    table = pd.DataFrame({"x <b>": x, "word": np.where(rng.random(400) < 0.3, None, "a")} | columns)
    target = next(iter(columns))
    return store_own_dataset(table, title="Own", task=task, target=target)


def test_own_tables_with_two_classes_or_with_a_number_compete_too():
    rng = np.random.default_rng(1)
    yes = own("binary", bought=np.where(rng.random(400) < 0.3, "yes", "no"))
    result = run(scenario=yes.name)
    assert (result.need, result.n_metrics) == ("decision", 8)
    assert result.extra_accuracy == 0  # equal prices, alarm from 0.5
    number = own("regression", price=rng.exponential(size=400))
    assert run(scenario=number.name).dispute == "rmse_mae"


def test_an_own_table_of_another_kind_is_refused_with_advice():
    kinds = own("multiclass", kind=np.array(["a", "b", "c", "d"] * 100))
    with pytest.raises(
        SpecError, match="needs two classes or a number to predict, and Own is a multiclass"
    ):
        WhichMetricSpec(scenario=kinds.name)


def test_the_view_that_the_lesson_opens_with_waits_for_nothing_and_others_for_two_trainings():
    assert LAB.slow_part is not None
    assert LAB.slow_part(WhichMetricSpec()) is None
    spec = WhichMetricSpec(scenario="tumour", seed=77, start=88)
    first = LAB.slow_part(spec)
    assert first.run is train_candidates
    first.run(first.spec)
    second = LAB.slow_part(spec)
    assert (second.run, second.spec.start) == (search_disputes, 88)
    assert LAB.slow_part(replace(WhichMetricSpec(), cost_over=3.0)) is None
