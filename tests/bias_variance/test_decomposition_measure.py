"""Bias², variance and noise: against closed forms, laws, and an audit by other samples."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from core.bias_variance.families import FAMILIES, find_family
from core.bias_variance.measure import (
    N_PLACES,
    SamplesSpec,
    measure_bias_variance,
    predict_all,
)
from core.bias_variance.terms import take_apart
from core.datasets.curves import load_curve
from core.errors import SpecError

PLACES = (np.arange(N_PLACES) + 0.5) / N_PLACES
LINEAR = [family for family in FAMILIES if family.is_linear_in_y]
SMALL = {"n_rows": 24, "n_samples": 40}


def hat_matrix(family, setting, x, places):
    """What a model that is linear in y multiplies the targets with: its answers to unit targets."""
    model = family.build(setting, 0).fit(x[:, None], np.eye(len(x)))
    return model.predict(places[:, None])


LONG = {"forest", "boosting"}


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(one, id=one.name, marks=pytest.mark.full if one.name in LONG else ())
        for one in FAMILIES
    ],
)
def test_error_on_fresh_targets_is_bias_variance_and_noise_within_chance(family):
    terms = measure_bias_variance(SamplesSpec(family=family.name, **SMALL)).terms
    assert (terms["residual"].abs() <= 4 * terms["residual_se"]).all()
    assert terms["total"].to_numpy() == pytest.approx(
        (terms["bias2"] + terms["variance"] + terms["noise"]).to_numpy()
    )


@pytest.mark.parametrize("truth", ["line", "parabola", "ripples", "step", "bump"])
def test_the_identity_holds_for_every_truth(truth):
    terms = measure_bias_variance(SamplesSpec(truth=truth)).terms
    assert (terms["residual"].abs() <= 4 * terms["residual_se"]).all()


@pytest.mark.parametrize("family", LINEAR, ids=lambda family: family.name)
def test_terms_of_models_linear_in_y_are_those_of_the_closed_form(family):
    spec = SamplesSpec(family=family.name, n_samples=400)
    x = np.linspace(0, 1, spec.n_rows)
    truth = load_curve("sine").true_value
    for row in measure_bias_variance(spec).terms.to_dict("records"):
        hat = hat_matrix(family, row["setting"], x, PLACES)
        bias2 = ((hat @ truth(x) - truth(PLACES)) ** 2).mean()
        variance = spec.noise**2 * (hat**2).sum(axis=1).mean()
        assert abs(row["bias2"] - bias2) <= 4 * row["bias2_se"] + 1e-12
        assert abs(row["variance"] - variance) <= 4 * row["variance_se"] + 1e-12


def test_a_stump_on_a_noise_free_sine_has_bias2_of_a_half_minus_two_over_pi_squared():
    spec = SamplesSpec(family="tree", noise=0.0, n_rows=500, n_samples=2)
    stump = measure_bias_variance(spec).terms.iloc[0]
    assert stump["setting"] == 1
    assert stump["bias2"] == pytest.approx(0.5 - (2 / np.pi) ** 2, abs=2e-3)
    assert stump["variance"] == pytest.approx(0, abs=1e-12)


def test_variance_of_least_squares_at_its_own_rows_is_noise_times_p_over_n():
    x = np.linspace(0, 1, 30)
    family, n = find_family("polynomial"), 30
    for degree in (0, 1, 5):
        hat = hat_matrix(family, degree, x, x)
        assert (hat**2).sum(axis=1).mean() == pytest.approx((degree + 1) / n)


def test_with_k_equal_to_n_the_neighbours_are_nearly_pure_bias():
    spec = SamplesSpec(family="neighbours", n_rows=50, n_samples=300)
    rigid = measure_bias_variance(spec).terms.iloc[0]
    assert rigid["setting"] == 50
    assert rigid["bias2"] == pytest.approx(0.5, abs=0.01)  # the sine's own mean square
    assert rigid["variance"] == pytest.approx(0.3**2 / 50, abs=4 * rigid["variance_se"])


def test_one_neighbour_has_the_variance_of_the_noise():
    last = measure_bias_variance(SamplesSpec(family="neighbours", n_samples=300)).terms.iloc[-1]
    assert last["setting"] == 1
    assert abs(last["variance"] - 0.09) <= 4 * last["variance_se"]


@pytest.mark.parametrize("family", LINEAR, ids=lambda family: family.name)
def test_all_samples_at_once_give_what_each_gives_alone(family):
    rng, x = np.random.default_rng(3), np.linspace(0, 1, 20)
    targets = rng.standard_normal((7, 20))
    setting = family.settings_for(20)[-2]
    at_once, fitted = predict_all(family, setting, targets, x=x, places=PLACES, seed=0)
    for sample, expected, own in zip(targets, at_once, fitted, strict=True):
        model = family.build(setting, 0).fit(x[:, None], sample)
        assert model.predict(PLACES[:, None]) == pytest.approx(expected, abs=1e-8)
        assert model.predict(x[:, None]) == pytest.approx(own, abs=1e-8)


def test_the_polynomial_is_least_squares_on_the_plain_powers_of_x():
    rng, x = np.random.default_rng(4), np.linspace(0, 1, 20)
    targets = rng.standard_normal((1, 20))
    ours, _ = predict_all(find_family("polynomial"), 4, targets, x=x, places=PLACES, seed=0)
    powers = LinearRegression().fit(np.vander(x, 5)[:, :-1], targets[0])
    assert ours[0] == pytest.approx(powers.predict(np.vander(PLACES, 5)[:, :-1]), abs=1e-8)


def test_trees_get_a_seed_each_and_the_same_spec_the_same_numbers():
    spec = SamplesSpec(family="tree", **SMALL)
    once, again = (measure_bias_variance.run_fresh(spec) for _ in range(2))
    assert once.terms.equals(again.terms)
    assert once.fits.equals(again.fits)
    assert not once.terms.equals(measure_bias_variance(replace(spec, seed=1)).terms)
    x = np.linspace(0, 1, 24)
    first = once.rows[once.rows["sample"] == 1]["y"].to_numpy()
    tree = DecisionTreeRegressor(max_depth=3, random_state=0).fit(x[:, None], first)
    drawn = once.fits.query("setting == 3 and sample == 1")["y"].to_numpy()
    assert drawn == pytest.approx(tree.predict(PLACES[:, None]))


def test_bias_falls_and_variance_rises_with_the_degree_and_their_sum_is_a_u():
    terms = measure_bias_variance(SamplesSpec(n_samples=400)).terms
    assert terms["bias2"].iloc[0] > 0.4
    assert terms["bias2"].iloc[-1] < 0.01
    steps = terms["variance"].diff().iloc[1:]
    assert (steps > 0).all()
    best = int(terms["total"].argmin())
    assert 0 < best < len(terms) - 1


def test_train_error_falls_with_every_degree_although_the_error_on_fresh_rows_does_not():
    terms = measure_bias_variance(SamplesSpec()).terms
    assert (terms["train_error"].diff().iloc[1:] <= 0).all()
    assert (terms["error"].diff().iloc[1:] > 0).any()


def test_no_model_has_less_error_than_the_noise():
    for family in ("polynomial", "tree"):
        terms = measure_bias_variance(SamplesSpec(family=family, **SMALL)).terms
        assert (terms["total"] > terms["noise"]).all()


# --- the estimator of the terms -----------------------------------------------------------------


def test_both_parts_are_unbiased_even_with_two_samples():
    rng = np.random.default_rng(5)
    truth, offset, spread = np.zeros(4), 0.5, 2.0
    found = [take_apart(offset + spread * rng.standard_normal((2, 4)), truth) for _ in range(4000)]
    for part, value in (("bias2", offset**2), ("variance", spread**2)):
        estimates = np.array([getattr(terms, part) for terms in found])
        assert abs(estimates.mean() - value) <= 4 * estimates.std() / len(estimates) ** 0.5


def test_the_standard_errors_are_the_spread_over_repetitions():
    rng = np.random.default_rng(6)
    for offset in (0.0, 0.3):  # without bias the pairs decide, with it the samples
        found = [
            take_apart(offset + rng.standard_normal((40, 6)), np.zeros(6)) for _ in range(1500)
        ]
        for part in ("bias2", "variance", "excess"):
            spread = np.std([getattr(terms, part) for terms in found])
            said = np.sqrt(np.mean([getattr(terms, f"{part}_se") ** 2 for terms in found]))
            assert 0.9 * spread <= said <= 1.25 * spread


def test_samples_that_agree_have_no_variance():
    terms = take_apart(np.full((5, 3), 2.0), np.ones(3))
    assert (terms.bias2, terms.variance) == (pytest.approx(1), pytest.approx(0))


# --- what cannot be had ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"n_samples": 1}, "Variance needs at least 2 samples"),
        ({"noise": -0.1}, "Noise is a standard deviation between 0 and 2"),
        ({"noise": float("nan")}, "Noise is a standard deviation between 0 and 2"),
        ({"n_rows": 3}, "A sample has 8 to 500 measurements"),
        ({"family": "magic"}, "There is no family of models called 'magic'"),
        ({"truth": "magic"}, "There is no curve called 'magic'"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(setting, sentence):
    with pytest.raises(SpecError, match=sentence):
        SamplesSpec(**setting)
