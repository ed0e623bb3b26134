"""Ways to choose a threshold, against trying them all."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score

from core.metrics.rules import RULES
from core.metrics.scored_parts import gather_evidence
from core.metrics.thresholds.lab import ThresholdSpec, sweep_thresholds

SPECS = {
    "fraud": ThresholdSpec(threshold=0.2),
    "rare": ThresholdSpec(threshold=0.2, prevalence=0.001),
    "churn": ThresholdSpec(data="churn", cost_false_alarm=2, cost_miss=3),
    "cancer": ThresholdSpec(data="breast_cancer", cost_miss=50),
    "misses only": ThresholdSpec(data="churn", cost_false_alarm=0),
    "alarms only": ThresholdSpec(data="churn", cost_miss=0),
}
CASES = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


def cost_by_hand(spec, part, threshold):
    """Cost per 1,000 rows, row by row."""
    alarm = part.score >= threshold
    price = np.where(part.positive, spec.cost_miss * ~alarm, spec.cost_false_alarm * alarm)
    share = part.positive.mean()
    pi = share if spec.prevalence is None else spec.prevalence
    weight = np.where(part.positive, pi / share, (1 - pi) / (1 - share))
    return 1000 * (weight * price).mean()


def judged(spec):
    evidence = gather_evidence(spec.classifier)
    return evidence, sweep_thresholds(spec).rules.set_index("rule")


@CASES
def test_costs_are_those_added_up_row_by_row_on_each_part(spec):
    evidence, rules = judged(spec)
    assert list(rules.index) == list(RULES)
    for rule in rules.itertuples():
        for part, cost in [
            (evidence.validation, rule.validation_cost),
            (evidence.test, rule.test_cost),
        ]:
            assert cost == pytest.approx(cost_by_hand(spec, part, rule.threshold))
        alarm = evidence.test.score >= rule.threshold
        assert rule.test_false_alarms == (alarm & ~evidence.test.positive).sum()
        assert rule.test_misses == (~alarm & evidence.test.positive).sum()
        assert rule.test_cost_low <= rule.test_cost + 1e-9
        assert rule.test_cost <= rule.test_cost_high + 1e-9
        assert 0 <= rule.position <= 1


@CASES
def test_no_threshold_is_cheaper_on_validation_than_the_cheapest(spec):
    evidence, rules = judged(spec)
    cheapest = rules.loc["cheapest", "validation_cost"]
    tried = [cost_by_hand(spec, evidence.validation, t) for t in np.linspace(0, 1.001, 500)]
    assert cheapest <= min(tried) + 1e-9
    assert cheapest <= rules["validation_cost"].min() + 1e-9
    assert cheapest <= sweep_thresholds(spec).sweep["cost"].min() + 1e-9


@CASES
def test_hindsight_is_the_cheapest_of_all_on_the_test_rows(spec):
    evidence, rules = judged(spec)
    hindsight = rules.loc["cheapest_on_test", "test_cost"]
    tried = [cost_by_hand(spec, evidence.test, t) for t in np.linspace(0, 1.001, 500)]
    assert hindsight <= min(tried) + 1e-9
    assert hindsight <= rules["test_cost"].min() + 1e-9


@CASES
def test_never_and_always_cost_what_their_class_costs_without_any_doubt(spec):
    evidence, rules = judged(spec)
    share = evidence.test.positive.mean() if spec.prevalence is None else spec.prevalence
    expected = {
        "never": 1000 * share * spec.cost_miss,
        "always": 1000 * (1 - share) * spec.cost_false_alarm,
    }
    for rule, cost in expected.items():
        bounds = rules.loc[rule, ["test_cost", "test_cost_low", "test_cost_high"]]
        assert bounds.tolist() == pytest.approx([cost] * 3)


def test_when_false_alarms_are_free_everything_is_an_alarm_and_the_other_way_round():
    result = sweep_thresholds(SPECS["misses only"])
    assert result.theory_threshold == 0
    assert result.cheapest_validation_cost == 0
    result = sweep_thresholds(SPECS["alarms only"])
    assert result.theory_threshold == 1
    assert result.cheapest_threshold == result.sweep["threshold"].iloc[-1]


@CASES
def test_no_threshold_has_a_better_f1_on_validation(spec):
    evidence, rules = judged(spec)
    part = evidence.validation
    share = part.positive.mean()
    pi = share if spec.prevalence is None else spec.prevalence
    weight = np.where(part.positive, pi / share, (1 - pi) / (1 - share))

    def f1_at(threshold):
        return f1_score(part.positive, part.score >= threshold, sample_weight=weight)

    best = f1_at(rules.loc["best_f1", "threshold"])
    assert all(f1_at(t) <= best + 1e-9 for t in np.quantile(part.score, np.linspace(0, 1, 200)))


@CASES
def test_the_scalars_repeat_the_rule_chosen_on_validation(spec):
    result = sweep_thresholds(spec)
    chosen = result.rules.set_index("rule").loc["cheapest"]
    assert result.cheapest_threshold == chosen["threshold"]
    assert result.optimism == pytest.approx(chosen["test_cost"] - chosen["validation_cost"])
    yours = result.rules.set_index("rule").loc["yours"]
    assert yours["threshold"] == result.threshold_used
    assert yours["validation_cost"] == pytest.approx(result.cost)
    place = result.sweep.iloc[result.at]
    assert yours["test_cost"] == pytest.approx(place["test_cost"])


def test_at_the_prevalence_it_learned_theory_needs_only_the_costs():
    assert sweep_thresholds(SPECS["churn"]).theory_threshold == pytest.approx(2 / 5)
    rarer = sweep_thresholds(replace(SPECS["churn"], prevalence=0.01))
    assert rarer.theory_threshold > 2 / 5
