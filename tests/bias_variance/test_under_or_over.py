"""Under or over? What the lesson says, and what its diagnoses and remedies must be."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeRegressor

from core.bias_variance.curve_rows import open_rows
from core.bias_variance.diagnosis import Evidence, diagnose, grade, name_verdict
from core.bias_variance.losses import find_loss
from core.bias_variance.remedies import RemediesSpec, try_remedies
from core.bias_variance.under_or_over.figures import plot_remedies, plot_sizes
from core.bias_variance.under_or_over.lab import UnderOverSpec, tell_under_from_over
from core.bias_variance.under_or_over.stage import stage_case
from core.bias_variance.under_or_over.words import (
    list_options,
    tabulate_findings,
    tabulate_remedies,
    tell_gap_alone,
    tell_remedy,
    tell_verdict,
)
from core.errors import SpecError


def make_evidence(validation, train=None, baseline=10.0, **more):
    """One line of splits per setting; without scatter unless given."""
    lines = np.array([np.full(6, value) + 0.01 * np.arange(6) for value in validation], dtype=float)
    return Evidence(
        loss=find_loss("rmse"), baseline=baseline,
        settings=tuple(float(at) for at in range(len(validation))), label="depth",
        train=lines * 0 if train is None else train, validation=lines, test_share=0.2, **more,
    )  # fmt: skip


def find(evidence, at, code):
    table = diagnose(evidence, at)
    return table[table["code"] == code].iloc[0]


@pytest.mark.parametrize(("at", "verdict"), [(0, "under"), (2, "balanced"), (4, "over")])
def test_the_verdict_names_the_side_on_which_new_rows_fare_better(at, verdict):
    assert name_verdict(make_evidence([8, 6, 5, 6, 9]), at) == verdict


def test_a_gap_alone_makes_no_verdict():
    evidence = make_evidence([5, 5, 5])
    assert find(evidence, 2, "BV1")["severity"] == "strong"
    assert name_verdict(evidence, 2) == "balanced"


def test_severity_is_a_degree():
    assert [grade(d, d / 2) for d in (0.01, 0.05, 0.2, 0.5)] == [
        "none",
        "slight",
        "clear",
        "strong",
    ]
    degrees = [find(make_evidence([5, v]), 1, "BV2")["degree"] for v in (5.5, 6.0, 9.0)]
    assert degrees == pytest.approx([0.05, 0.1, 0.4])


def test_a_difference_that_chance_could_make_is_called_unsure():
    assert grade(0.3, -0.1) == "unsure"
    assert grade(0.3, float("nan")) == "unsure"


def test_a_question_that_does_not_apply_says_why():
    ends = diagnose(make_evidence([5, 6]), 0).set_index("code")
    assert not ends.loc["BV2", "is_applicable"]
    assert "rigid end" in ends.loc["BV2", "reason"]
    assert "no two last sizes" in ends.loc["BV5", "reason"]
    assert "Fewer than three" in ends.loc["BV6", "reason"]
    nothing = diagnose(make_evidence([0, 0, 0], baseline=0.0), 1)
    assert not nothing[nothing["code"] == "BV4"]["is_applicable"].iloc[0]


def test_a_model_that_repeats_the_baseline_has_learnt_nothing():
    found = find(make_evidence([9, 10]), 1, "BV4")
    assert found["degree"] == pytest.approx(1.0, rel=0.01)
    assert found["severity"] == "strong"


def test_the_best_setting_at_an_end_is_reported():
    assert find(make_evidence([5, 6, 7]), 1, "BV6")["severity"] == "clear"
    assert find(make_evidence([7, 5, 6]), 1, "BV6")["severity"] == "none"


def test_hunger_for_rows_is_read_from_the_last_two_sizes():
    falling = np.array([[8.0] * 6, [6.0] * 6])
    evidence = make_evidence([5, 5, 5], sizes=(100, 200), by_size=falling)
    assert find(evidence, 1, "BV5")["degree"] == pytest.approx(0.2)
    assert find(evidence, 1, "BV5")["remedies"] == "more_rows"


@pytest.fixture(scope="module")
def tree():
    return tell_under_from_over(UnderOverSpec())


def test_errors_before_remedies_are_those_of_a_plain_cross_validation(tree):
    rows = open_rows("diabetes", 220, 0)
    splits = rows.deal(5, 2, 0)
    kind = {"cv": splits, "scoring": "neg_root_mean_squared_error"}
    x = rows.table.to_numpy(dtype=float)
    model = DecisionTreeRegressor(max_depth=12, random_state=0)
    # A tree asks only for an order, so scaling changes its splits by rounding at most.
    truth = -cross_val_score(model, x, rows.target, **kind).mean()
    assert tree.validation == pytest.approx(truth, rel=0.03)
    base = -cross_val_score(DummyRegressor(), x, rows.target, **kind).mean()
    assert tree.baseline == pytest.approx(base)
    assert tree.gap == pytest.approx(tree.validation - tree.train)


def test_the_curve_and_the_remedies_start_from_the_same_errors(tree):
    remedies = try_remedies(RemediesSpec(n_rows=220, setting=12.0))
    assert (remedies.train, remedies.validation) == pytest.approx((tree.train, tree.validation))


def test_a_tree_that_is_grown_out_needs_a_brake_and_not_more_rows(tree):
    effects = tree.effects.set_index("remedy")
    assert tree.verdict == "over"
    assert tree.best_remedy == "regularise"
    assert effects.loc["regularise", "low"] > 0
    assert effects.loc["more_rows", "low"] < 0


def test_each_handle_position_has_its_verdict_and_all_pictures_are_drawn(tree):
    stage = stage_case(tree)
    assert len(stage.handle.positions) == len(tree.sweep)
    assert "helps most" in plot_remedies(tree).layout.title.text
    assert len(plot_sizes(tree).data) == 4
    assert len(tabulate_findings(tree)) == len(tabulate_remedies(tree)) == 6
    assert "bends too much" in tell_verdict(tree)
    assert "Put a brake on it" in tell_remedy(tree)
    assert "costs something" in tell_gap_alone(tree)
    assert set(list_options(tree)) >= {"more_rows", "regularise", "none"}


def test_both_errors_can_be_high_and_close_with_no_setting_clearly_better():
    ridge = tell_under_from_over(UnderOverSpec(model="ridge", bend=4))
    assert ridge.verdict == "balanced"
    assert ridge.train > 0.6 * ridge.baseline
    assert ridge.gap < 0.05 * ridge.baseline
    assert ridge.effects.set_index("remedy").loc["freer", "low"] < 0


def test_rigid_model_errs_on_both_and_bending_more_helps():
    rigid = tell_under_from_over(UnderOverSpec(model="ridge", bend=0))
    assert rigid.verdict == "under"
    assert rigid.best_remedy == "freer"
    assert rigid.gap < 0.01 * rigid.baseline


def test_only_boosting_can_stop_early():
    effects = try_remedies(RemediesSpec(model="ridge", n_rows=100, repeats=1)).effects
    row = effects.set_index("remedy").loc["stop_early"]
    assert not row["is_applicable"]
    assert "learns in rounds" in row["reason"]


def test_a_table_that_is_used_up_has_no_more_rows_and_says_so():
    effects = try_remedies(RemediesSpec(model="ridge", n_rows=442, repeats=1)).effects
    row = effects.set_index("remedy").loc["more_rows"]
    assert not row["is_applicable"]
    assert "Begin with fewer rows" in row["reason"]


def test_a_forest_knows_its_own_rows_by_heart_and_still_serves_new_ones():
    rows = open_rows("breast_cancer", 220, 0)
    x = rows.table.to_numpy(dtype=float)
    forest = RandomForestClassifier(25, random_state=0)
    assert forest.fit(x, rows.target).score(x, rows.target) > 0.99
    assert cross_val_score(forest, x, rows.target).mean() > 0.9


def test_a_place_that_the_knob_does_not_have_is_refused():
    with pytest.raises(SpecError, match=r"0 \(rigid\) to 11, got 12"):
        UnderOverSpec(bend=12)
