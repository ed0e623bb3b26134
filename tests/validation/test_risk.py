"""The truth lab: exact errors, folds equal to scikit-learn's, and every sentence that the page teaches."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import (
    GroupKFold,
    LeaveOneOut,
    PredefinedSplit,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
)

from core.errors import SpecError
from core.validation.risk.folds import RidgeFolds
from core.validation.risk.lab import LAB, RiskSpec, measure_trust, name_slow_part, nearest_k
from core.validation.risk.laws import LAWS, LawSpec, best_error, draw_datasets, true_errors
from core.validation.risk.schemes import (
    N_BLOCKS,
    N_BOOTSTRAPS,
    ROWS_PER_GROUP,
    count_group_folds,
    group_folds,
    list_schemes,
    shuffle_folds,
    stratify_folds,
)
from core.validation.risk.sweep import bound_error, sweep_folds
from core.validation.risk.trials import TrialsSpec, estimate_risk, fold_counts

DEFAULT = TrialsSpec()
SMALL = LawSpec(n_rows=30, n_features=4)
GROUPS, DRIFT = (RiskSpec(law=law) for law in ("groups", "drift"))


def draw(law, n_draws=3):
    return draw_datasets(law, np.random.default_rng(1), n_draws)


def new_rows(law, rng, n):
    """Draw new rows the slow way: from a person of its own, or at the end of time."""
    y = rng.choice([-1.0, 1.0], size=n)
    x = rng.normal(size=(n, law.n_features))
    if law.law == "groups":
        x += 1.5 * rng.normal(size=x.shape)
    angle = np.pi / 3 if law.law == "drift" else 0.0
    x[:, 0] += y * law.distance / 2 * np.cos(angle)
    x[:, 1] += y * law.distance / 2 * np.sin(angle)
    return x, y


@pytest.mark.parametrize("law", LAWS)
def test_the_exact_error_is_the_share_of_a_million_new_rows(law):
    spec = replace(SMALL, law=law, distance=1.5)
    weights = RidgeFolds(draw(spec), 1.0).fit_all()
    x, y = new_rows(spec, np.random.default_rng(7), 1_000_000)
    shares = [((x @ w[:-1] + w[-1] > 0) != (y > 0)).mean() for w in weights]
    assert true_errors(spec, weights) == pytest.approx(shares, abs=5 * 0.5 / 1000)


@pytest.mark.parametrize("law", LAWS)
def test_nobody_beats_the_best_error_and_the_middle_reaches_it(law):
    spec = replace(SMALL, law=law)
    angle = np.pi / 3 if law == "drift" else 0.0
    ideal = np.array([np.cos(angle), np.sin(angle), 0, 0, 0])
    assert true_errors(spec, ideal) == pytest.approx(best_error(spec))
    others = np.random.default_rng(0).normal(size=(2000, 5))
    assert true_errors(spec, others).min() >= best_error(spec)
    assert best_error(replace(spec, distance=0.0)) == 0.5


def test_a_boundary_without_a_direction_is_wrong_for_one_class_of_two():
    assert true_errors(SMALL, np.array([0.0, 0, 0, 0, 1.0])) == 0.5


def test_people_have_one_class_and_resemble_themselves():
    data = draw(replace(SMALL, law="groups", n_rows=240), 40)
    by_person = data.y.reshape(40, -1, ROWS_PER_GROUP)
    assert (by_person == by_person[:, :, :1]).all()
    noise = (data.x[..., 1]).reshape(40, -1, ROWS_PER_GROUP)
    within, between = noise.var(axis=2, ddof=1).mean(), noise.mean(axis=2).var()
    assert within == pytest.approx(1, rel=0.1)
    assert between == pytest.approx(1.5**2 + 1 / ROWS_PER_GROUP, rel=0.1)


@pytest.mark.parametrize("penalty", [0.1, 1.0, 50.0])
@pytest.mark.parametrize("k", [2, 5, 30])
def test_folds_trained_at_once_are_those_of_scikit_learn(k, penalty):
    data = draw(SMALL)
    rows = shuffle_folds(np.random.default_rng(k), 3, 30, k)
    found = RidgeFolds(data, penalty).cross_validate(rows)
    for at in range(3):
        x, y = data.x[at, :, :-1], data.y[at]
        fold_of = np.empty(30, dtype=int)
        for fold, members in enumerate(rows[at]):
            fold_of[members] = fold
        scores = cross_val_score(RidgeClassifier(penalty), x, y, cv=PredefinedSplit(fold_of))
        assert found[at] == pytest.approx(1 - scores)


def test_the_model_of_all_rows_is_that_of_scikit_learn():
    data = draw(SMALL)
    weights = RidgeFolds(data, 2.0).fit_all()
    for at in range(3):
        model = RidgeClassifier(2.0).fit(data.x[at, :, :-1], data.y[at])
        assert weights[at] == pytest.approx(np.append(model.coef_, model.intercept_))


def test_rows_that_count_twice_weigh_twice():
    data = draw(SMALL)
    counts = np.random.default_rng(0).integers(0, 3, size=(3, 30)).astype(float)
    weights = RidgeFolds(data, 2.0).fit_counted(counts)
    for at in range(3):
        model = RidgeClassifier(2.0).fit(data.x[at, :, :-1], data.y[at], sample_weight=counts[at])
        assert weights[at] == pytest.approx(np.append(model.coef_, model.intercept_))


@pytest.mark.parametrize("deal", [shuffle_folds, None])
def test_every_row_lies_in_one_fold(deal):
    rng = np.random.default_rng(0)
    y = draw(SMALL).y
    rows = deal(rng, 3, 30, 6) if deal else stratify_folds(rng, y, 6)
    assert rows.shape == (3, 6, 5)
    assert (np.sort(rows.reshape(3, -1)) == np.arange(30)).all()


def test_stratified_folds_have_the_classes_evenly():
    y = draw(replace(SMALL, n_rows=120), 20).y
    rows = stratify_folds(np.random.default_rng(0), y, 10)
    n_positive = (np.take_along_axis(y[:, None, :], rows, axis=2) > 0).sum(axis=2)
    assert (n_positive.max(axis=1) - n_positive.min(axis=1) <= 1).all()


@pytest.mark.parametrize("n_rows", [30, 60, 240, 960])
def test_people_stay_together_in_their_folds_as_in_group_k_fold(n_rows):
    k = count_group_folds(n_rows)
    rows = group_folds(np.random.default_rng(0), 2, n_rows)
    people = rows // ROWS_PER_GROUP
    for fold in people[0]:
        assert np.bincount(fold)[np.unique(fold)].tolist() == [5] * (n_rows // k // 5)
    theirs = GroupKFold(k).split(np.zeros(n_rows), groups=np.arange(n_rows) // ROWS_PER_GROUP)
    assert sorted(len(test) for _, test in theirs) == [n_rows // k] * k


def estimate(name, law, n_draws=2, seed=3):
    data = draw(law, n_draws)
    scheme = next(s for s in list_schemes(law.n_rows, law.law) if s.name == name)
    return data, scheme, scheme.estimate(RidgeFolds(data, 1.0), np.random.default_rng(seed))


def test_past_before_future_is_the_time_series_split_of_scikit_learn():
    law = replace(SMALL, law="drift", n_rows=60)
    data, scheme, found = estimate("time", law)
    splits = list(TimeSeriesSplit(N_BLOCKS).split(np.zeros(60)))
    for at in range(2):
        scores = cross_val_score(
            RidgeClassifier(), data.x[at, :, :-1], data.y[at], cv=TimeSeriesSplit(N_BLOCKS)
        )
        assert found[at] == pytest.approx(1 - scores.mean())
    assert scheme.n_fits == len(splits)
    assert scheme.n_learn == np.mean([len(train) for train, _ in splits])


def test_the_bootstrap_is_that_of_efron():
    data, scheme, found = estimate("bootstrap", SMALL)
    rng = np.random.default_rng(3)
    left_out = np.zeros(2)
    for _ in range(N_BOOTSTRAPS):
        drawn = rng.multinomial(30, np.full(30, 1 / 30), size=2)
        for at in range(2):
            x, y = data.x[at, :, :-1], data.y[at]
            rows = np.repeat(np.arange(30), drawn[at])
            out = np.setdiff1d(np.arange(30), rows)
            model = RidgeClassifier().fit(x[rows], y[rows])
            left_out[at] += (1 - model.score(x[out], y[out])) / N_BOOTSTRAPS
    seen = [
        1 - RidgeClassifier().fit(x[:, :-1], y).score(x[:, :-1], y)
        for x, y in zip(data.x, data.y, strict=True)
    ]
    assert found == pytest.approx(0.368 * np.array(seen) + 0.632 * left_out)
    assert scheme.n_learn / 30 == pytest.approx(1 - np.exp(-1), abs=0.01)


def test_leave_one_out_and_hold_out_are_what_they_are_called():
    data, scheme, found = estimate("loo", SMALL)
    for at in range(2):
        x, y = data.x[at, :, :-1], data.y[at]
        said = cross_val_predict(RidgeClassifier(), x, y, cv=LeaveOneOut())
        assert found[at] == pytest.approx((said != y).mean())
    _, scheme, found = estimate("holdout", SMALL)
    assert (scheme.n_learn, scheme.n_fits) == (24, 1)
    assert np.allclose(found * 6, np.round(found * 6))


def test_fold_counts_deal_the_rows_evenly():
    for n in (30, 60, 120, 240, 480, 960):
        counts = fold_counts(n)
        assert counts[0] == 2
        assert counts[-1] == n
        assert {5, 10} <= set(counts)
        assert all(n % k == 0 for k in counts)


@pytest.fixture(scope="module")
def trials():
    return estimate_risk(DEFAULT)


@pytest.fixture(scope="module")
def result():
    return measure_trust(RiskSpec())


def by_k(result):
    return {int(row["k"]): row for row in result.sweep.to_dict("records")}


def test_the_sweep_is_what_the_estimates_say(trials, result):
    truth = trials.truths["truth"].to_numpy()
    rows = trials.estimates[trials.estimates["k"] == 5]
    held = 0
    for error, sd, exact in zip(rows["error"], rows["fold_sd"], truth, strict=True):
        held += abs(error - exact) <= stats.norm.ppf(0.975) * sd / 5**0.5
    assert result.naive_cover == held / 400
    assert result.bias == pytest.approx(np.mean(rows["error"].to_numpy() - truth))
    assert result.data_sd == pytest.approx(np.std(rows["error"], ddof=1))
    paired = stats.ttest_rel(rows["error"], truth).confidence_interval(0.95)
    assert (result.bias_low, result.bias_high) == pytest.approx(tuple(paired), abs=1e-4)


def test_the_fold_means_of_a_dataset_are_its_estimate(trials):
    means = trials.folds.groupby(["k", "draw"])["error"].agg(["mean", "std"]).reset_index()
    both = means.merge(trials.estimates, on=["k", "draw"])
    assert len(both) == 8 * trials.estimates["k"].nunique()
    assert both["mean"].to_numpy() == pytest.approx(both["error"].to_numpy())
    assert both["std"].to_numpy() == pytest.approx(both["fold_sd"].to_numpy())


def test_variance_between_dealings_and_what_they_share_add_up_to_that_between_datasets(result):
    assert result.repeated_sd**2 + result.shuffle_sd**2 == pytest.approx(result.data_sd**2)


def test_repeating_many_times_leaves_what_was_foretold():
    folds = RidgeFolds(draw_datasets(LawSpec(seed=9), np.random.default_rng(9), 400), 1.0)
    rng = np.random.default_rng(0)
    dealt = [folds.cross_validate(shuffle_folds(rng, 400, 60, 5)).mean(axis=1) for _ in range(50)]
    left = np.mean(dealt, axis=0).std(ddof=1)
    assert left == pytest.approx(measure_trust(RiskSpec()).repeated_sd, rel=0.12)


def test_same_spec_same_numbers_and_another_k_alone_gives_the_same(trials):
    again = estimate_risk.run_fresh(DEFAULT)
    assert again.estimates.equals(trials.estimates)
    assert again.schemes.equals(trials.schemes)
    data = draw_datasets(LawSpec(), np.random.default_rng(0), 400)
    rows = shuffle_folds(np.random.default_rng([0, 10]), 400, 60, 10)
    alone = RidgeFolds(data, 1.0).cross_validate(rows).mean(axis=1)
    table = trials.estimates
    assert alone == pytest.approx(table.loc[table["k"] == 10, "error"].to_numpy())


def test_the_corrected_interval_is_that_of_nadeau_and_bengio():
    errors = np.array([0.1, 0.3, 0.2, 0.0, 0.4])
    n_test, n_train = 12, 48
    reach = stats.t.ppf(0.975, 4) * np.sqrt(errors.var(ddof=1) * (1 / 5 + n_test / n_train))
    low, high = bound_error("corrected", errors.mean(), errors.std(ddof=1), 5, 60)
    assert (low, high) == pytest.approx((max(0.2 - reach, 0), 0.2 + reach))
    plain = stats.norm.interval(0.95, loc=0.2, scale=stats.sem(errors))
    assert bound_error("naive", 0.2, errors.std(ddof=1), 5, 60) == pytest.approx(plain)
    assert bound_error("naive", np.float64(0.1), np.float64(0.0), 5, 60) == (0.1, 0.1)


# The sentences that the page teaches.


def test_more_folds_learn_from_more_rows_and_the_bias_shrinks(result):
    rows = by_k(result)
    assert rows[2]["n_learn"] < rows[5]["n_learn"] < rows[60]["n_learn"]
    assert rows[2]["bias"] > rows[5]["bias"] > rows[60]["bias"]
    assert rows[2]["bias_low"] > 0
    assert rows[60]["bias_low"] < 0 < rows[60]["bias_high"]


def test_there_is_only_one_way_to_leave_each_row_out_once(result):
    assert by_k(result)[60]["shuffle_sd"] == 0


def test_what_folds_show_is_not_what_is_meant(result):
    rows = by_k(result)
    assert rows[60]["fold_sd"] > 5 * rows[60]["data_sd"]
    assert rows[60]["fold_sd"] > 5 * rows[2]["fold_sd"]
    assert abs(rows[60]["data_sd"] / rows[5]["data_sd"] - 1) < 0.2


@pytest.mark.parametrize("seed", [0, 1])
def test_another_dealing_brings_no_new_row_and_most_of_the_spread_stays(seed):
    result = measure_trust(RiskSpec(seed=seed))
    assert result.repeated_sd > 0.75 * result.data_sd


@pytest.mark.parametrize("seed", [0, 1])
def test_leave_one_out_does_not_jump_about_more_than_5_folds_for_this_model(seed):
    rows = by_k(measure_trust(RiskSpec(seed=seed)))
    assert rows[60]["data_sd"] < 1.05 * rows[5]["data_sd"]


def test_two_standard_errors_of_the_folds_promise_too_much_and_the_correction_is_cautious(result):
    row = by_k(result)[5]
    assert row["naive_cover_high"] < 0.9
    assert row["corrected_cover"] >= 0.95
    assert row["naive_width"] < row["counted_width"] < row["corrected_width"]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_good_score_hardly_says_which_model_is_lucky(seed):
    assert abs(measure_trust(RiskSpec(seed=seed)).correlation) < 0.2


def test_rows_of_one_person_on_both_sides_make_the_score_too_good():
    result = measure_trust(GROUPS)
    assert result.bias_high < -0.1
    rows = result.schemes.set_index("scheme")
    assert rows.loc["groups", "bias"] > 0
    assert rows["rmse"].idxmin() == "groups"


def test_mixing_past_and_future_makes_the_score_too_good_and_the_past_alone_is_cautious():
    rows = measure_trust(DRIFT).schemes.set_index("scheme")
    assert rows.loc["10-fold", "bias_high"] < 0
    assert rows.loc["time", "bias_low"] > 0


def test_with_many_rows_a_hold_out_is_near_too(result):
    rmse = result.sizes.pivot_table(index="n_rows", columns="scheme", values="rmse")
    assert (rmse["holdout"] > rmse["10-fold"]).all()
    assert rmse.loc[960, "holdout"] < rmse.loc[60, "10-fold"]
    truth = result.sizes.groupby("n_rows")["truth"].first()
    expected = np.sqrt(truth * (1 - truth) / (truth.index * 0.2))  # of a counted share
    assert rmse["holdout"].to_numpy() == pytest.approx(expected.to_numpy(), rel=0.2)


def test_nothing_to_learn_is_an_error_of_one_half_whoever_is_trained():
    result = measure_trust(RiskSpec(distance=0.0))
    assert result.truth == pytest.approx(0.5)
    assert np.isnan(result.correlation)
    assert result.bias_low < 0.005


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_rows": 50}, "A dataset has 30, 60, 120, 240, 480, 960 rows here, got 50."),
        ({"k": 1}, "There are 2 to 60 folds for 60 rows, got 1."),
        ({"k": 61}, "There are 2 to 60 folds for 60 rows, got 61."),
        ({"mine": 9}, "You may hold dataset 1 to 8, got 9."),
        ({"law": "chaos"}, "The law is one of independent, groups, drift, got 'chaos'."),
        ({"distance": 7.0}, "The classes lie 0 to 6 apart, got 7."),
        ({"n_features": 1}, "Rows have 2 to 20 columns, got 1."),
        ({"penalty": 0.0}, "The penalty lies between 0.01 and 1000, got 0."),
        ({"n_draws": 10}, "100 to 2000 datasets are drawn, got 10."),
        ({"n_rows": 960, "n_draws": 501}, "Draw at most 500."),
        ({"seed": -1}, "A seed is a whole number from 0 to"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(settings, message):
    with pytest.raises(SpecError) as caught:
        RiskSpec(**settings)
    assert message in str(caught.value)


def test_the_handle_moves_to_the_nearest_even_number_of_folds():
    assert fold_counts(60)[nearest_k(RiskSpec(k=7))] == 6
    assert fold_counts(60)[nearest_k(RiskSpec(k=50))] == 60


def test_only_the_first_view_is_trained_without_a_job():
    assert name_slow_part(RiskSpec(k=10, mine=3)) is None
    slow = name_slow_part(GROUPS)
    assert slow is not None
    assert slow.spec == GROUPS.trials


@pytest.mark.parametrize("preset", LAB.presets)
def test_tables_are_not_shared_with_other_readers(preset):
    spec = RiskSpec(**LAB.presets[preset])
    result = measure_trust(spec)
    result.sweep["k"] = 0
    assert (measure_trust(spec).sweep["k"] > 0).all()
    assert (sweep_folds(spec.trials)["k"] > 0).all()
