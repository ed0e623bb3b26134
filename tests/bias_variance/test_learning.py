"""Learning and validation curves: scikit-learn's own numbers, honest bands, clear refusals."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_validate
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.bias_variance.bands import describe_splits, summarise
from core.bias_variance.curve_rows import open_rows
from core.bias_variance.learning import (
    LearningCurveSpec,
    ValidationCurveSpec,
    measure_learning_curve,
    measure_validation_curve,
)
from core.bias_variance.table_models import TABLE_MODELS
from core.errors import SpecError


def test_ten_sizes_and_five_folds_are_fifty_fits():
    spec = LearningCurveSpec(
        data="wine", model="neighbours", repeats=1, sizes=tuple(range(20, 120, 10))
    )
    curve = measure_learning_curve(spec)
    assert curve.n_fits == 50 == len(curve.scores)


def test_the_largest_part_scores_what_a_cross_validation_scores():
    """At the full training part nothing is left out, so plain `cross_validate` must agree."""
    spec = LearningCurveSpec(data="digits", model="neighbours", n_rows=300, repeats=1)
    curve = measure_learning_curve(spec)
    rows = open_rows("digits", 300, 0)
    model = make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), KNeighborsClassifier()
    )
    truth = cross_validate(
        model, rows.table, rows.target, cv=rows.deal(5, 1, 0), return_train_score=True
    )
    last = curve.scores[curve.scores["n_train"] == 240]
    np.testing.assert_allclose(last["validation"], truth["test_score"])
    np.testing.assert_allclose(last["train"], truth["train_score"])


def test_a_validation_curve_scores_each_setting_as_a_cross_validation_does():
    spec = ValidationCurveSpec(
        data="digits", model="neighbours", n_rows=300, repeats=2, values=(1, 15)
    )
    curve = measure_validation_curve(spec)
    rows = open_rows("digits", 300, 0)
    for value, some in curve.scores.groupby("value"):
        model = make_pipeline(
            SimpleImputer(strategy="median"), StandardScaler(), KNeighborsClassifier(int(value))
        )
        truth = cross_validate(model, rows.table, rows.target, cv=rows.deal(5, 2, 0))
        np.testing.assert_allclose(some["validation"], truth["test_score"])


def test_with_one_neighbour_every_training_row_is_its_own_answer():
    curve = measure_validation_curve(
        ValidationCurveSpec(data="digits", model="neighbours", n_rows=200, repeats=1, values=(1,))
    )
    assert (curve.scores["train"] == 1).all()


def test_least_squares_needs_as_many_rows_as_columns_before_it_can_miss_one():
    """With fewer rows than columns the training error is 0; diabetes has 10 columns and a constant."""
    curve = measure_validation_curve(
        ValidationCurveSpec(
            data="diabetes", model="polynomial", n_rows=60, repeats=1, values=(1, 2)
        )
    )
    train = curve.scores.groupby("value")["train"].max()
    assert train[2] == pytest.approx(0, abs=1e-6)  # 65 columns for 48 rows
    assert train[1] > 10


def test_errors_of_regressions_are_positive_and_in_the_unit_of_the_target():
    spec = ValidationCurveSpec(
        data="diabetes", model="polynomial", n_rows=442, repeats=1, values=(1,)
    )
    curve = measure_validation_curve(spec)
    rows = open_rows("diabetes", 442, 0)
    errors = []
    for train, test in rows.deal(5, 1, 0):
        numbers = rows.table.to_numpy(dtype=float)
        model = LinearRegression().fit(numbers[train], rows.target[train])
        errors.append(((model.predict(numbers[test]) - rows.target[test]) ** 2).mean() ** 0.5)
    np.testing.assert_allclose(curve.scores["validation"], errors, rtol=1e-9)
    assert not curve.is_higher_better


@pytest.mark.parametrize("name", [model.name for model in TABLE_MODELS])
def test_every_model_learns_classes_and_numbers(name):
    for data in ("breast_cancer", "diabetes"):
        spec = LearningCurveSpec(data=data, model=name, n_rows=100, repeats=1, sizes=(30, 80))
        curve = measure_learning_curve(spec)
        assert (curve.summary["n_splits"] == 5).all()


def test_the_same_spec_gives_the_same_numbers():
    spec = LearningCurveSpec(data="wine", model="forest", repeats=1, sizes=(30, 60))
    first = measure_learning_curve.run_fresh(spec).scores
    again = measure_learning_curve.run_fresh(spec).scores
    assert first.equals(again)


def test_without_shared_rows_the_band_is_the_usual_t_interval():
    values = np.array([0.8, 0.9, 0.7, 0.85])
    usual = ttest_1samp(values, 0).confidence_interval(0.95)
    _, _, low, high, _ = describe_splits(values, 0.0)
    assert (low, high) == pytest.approx((usual.low, usual.high))


def test_shared_rows_widen_the_band_by_the_rule_of_nadeau_and_bengio():
    values = np.array([0.8, 0.9, 0.7, 0.85])
    _, _, low, high, _ = describe_splits(values, 0.25)
    _, _, usual_low, usual_high, _ = describe_splits(values, 0.0)
    # m = 4 splits: 1/4 + 1/4 instead of 1/4
    assert (high - low) / (usual_high - usual_low) == pytest.approx(2**0.5)


def test_a_part_with_one_class_has_no_score_and_is_counted_out():
    curve = measure_learning_curve(
        LearningCurveSpec(data="fraud", model="ridge", n_rows=1000, repeats=1, sizes=(5, 800))
    )
    smallest = curve.summary[curve.summary["n_train"] == 5]
    assert (smallest["n_splits"] < 5).all()
    assert smallest["mean"].isna().all()
    assert summarise(curve.scores, "n_train", 0.25)["mean"].notna().sum() == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "segments"}, "needs a target to predict, and Customer segments has none"),
        ({"metric": "auc"}, "judges binary tables, and Diabetes"),
        ({"metric": "log_loss", "data": "wine", "model": "svm"}, "support vectors gives none"),
        ({"model": "lasso", "data": "wine"}, "is offered here for binary, regression tables"),
        ({"n_rows": 10}, "60 to 5000 rows, got 10"),
        ({"folds": 1}, "2 to 20 folds, got 1"),
        ({"repeats": 0}, "1 to 20 times here, got 0"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_its_reason(settings, message):
    with pytest.raises(SpecError, match=message):
        LearningCurveSpec(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sizes": (50, 40)}, "Sizes increase"),
        ({"sizes": (50, 400)}, "leaves 320 to learn from"),
        (
            {"model": "neighbours", "setting": 60.0, "sizes": (50,)},
            "60 neighbours need as many rows",
        ),
        ({"setting": 0.0}, "a whole number from 1, got 0"),
        ({"model": "polynomial", "data": "digits", "setting": 3.0}, "Choose a lower degree"),
    ],
)
def test_sizes_and_settings_that_do_not_fit_are_refused(settings, message):
    with pytest.raises(SpecError, match=message):
        measure_learning_curve(LearningCurveSpec(**settings))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"parameter": "model__depth", "values": (1.0,)}, "no number called 'model__depth'"),
        ({"parameter": "model__min_samples_leaf"}, "Say which values"),
    ],
)
def test_parameters_that_do_not_exist_are_refused(settings, message):
    with pytest.raises(SpecError, match=message):
        measure_validation_curve(ValidationCurveSpec(**settings))


def test_any_parameter_of_the_pipeline_can_be_varied():
    curve = measure_validation_curve(
        ValidationCurveSpec(parameter="model__min_samples_leaf", values=(1, 5, 20), repeats=1)
    )
    train = curve.summary[curve.summary["part"] == "train"]["mean"].tolist()
    assert train == sorted(train)
    assert curve.label == "min_samples_leaf"
