"""Judges equal to SciPy's, equals that are equal, and every sentence that the page teaches."""

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score

from core.datasets import load_dataset
from core.errors import SpecError
from core.validation.compare.equals import (
    N_CONTESTS,
    N_DRAWS,
    N_ROWS,
    EqualsSpec,
    compare_equals,
    count_disagreements,
    draw_equals,
    expected_maximum,
)
from core.validation.compare.judges import judge_folds, judge_resamples, judge_rows
from core.validation.compare.lab import (
    LAB,
    CompareSpec,
    compare_models,
    count_alone,
    name_slow_part,
)
from core.validation.compare.pair import (
    MODELS,
    PairSpec,
    build_model,
    build_splitter,
    choose_rows,
    compare_pair,
)
from core.validation.risk.folds import RidgeFolds
from core.validation.risk.schemes import shuffle_folds

DEFAULT = CompareSpec(repeats=10)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_ordinary_judge_is_the_paired_t_test_of_scipy():
    a, b = rng(1).normal(0.02, 0.05, (2, 12))
    theirs = stats.ttest_rel(a, b)
    ours = judge_folds(a - b)
    assert ours.p == pytest.approx(theirs.pvalue)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval(0.95)))


def test_the_corrected_judge_adds_test_rows_over_training_rows():
    d = rng(2).normal(0.02, 0.05, 10)
    ours = judge_folds(d, 12 / 108)
    statistic = d.mean() / np.sqrt((1 / 10 + 12 / 108) * d.var(ddof=1))
    assert ours.p == pytest.approx(2 * stats.t.sf(abs(statistic), 9))
    error = np.sqrt((1 / 10 + 1 / 9) * d.var(ddof=1))
    inside = [(d.mean() - end) / error for end in (ours.low, ours.high)]
    assert np.abs(inside) == pytest.approx(stats.t.ppf(0.975, 9))


@pytest.mark.parametrize(("a", "b"), [(9, 1), (5, 5), (0, 6), (15, 5), (1, 0)])
def test_the_judge_of_rows_is_the_exact_binomial_test(a, b):
    ours = judge_rows(np.float64(a), np.float64(b), 100)
    assert ours.p == pytest.approx(stats.binomtest(a, a + b).pvalue)
    assert ours.difference == (a - b) / 100
    assert ours.low < ours.difference < ours.high


def test_the_interval_of_the_rows_holds_a_known_difference_in_95_of_100():
    shares = np.array([0.12, 0.07, 0.81])
    drawn = rng(3).multinomial(200, shares, size=4000).astype(float)
    ours = judge_rows(drawn[:, 0], drawn[:, 1], 200)
    held = ((ours.low <= 0.05) & (ours.high >= 0.05)).mean()
    assert held == pytest.approx(0.95, abs=0.015)


def test_the_bootstrap_is_that_of_scipy():
    values = np.repeat([1.0, -1.0, 0.0], [15, 5, 180])
    ours = judge_resamples(np.float64(15), np.float64(5), 200, rng(4))
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=4000, rng=rng(5)
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.006)


def test_where_nothing_differs_there_is_no_p_and_no_winner():
    for verdict in (
        judge_folds(np.full(10, 0.02)),
        judge_rows(np.float64(0), np.float64(0), 50),
        judge_resamples(np.float64(0), np.float64(0), 50, rng()),
    ):
        assert np.isnan(verdict.p)
        assert not verdict.sees_difference


def test_a_thousand_comparisons_are_judged_as_one_by_one():
    many = rng(6).normal(0, 1, (20, 8))
    at_once = judge_folds(many, 0.25)
    assert at_once.p == pytest.approx([float(judge_folds(row, 0.25).p) for row in many])


def test_equals_share_the_classes_and_nothing_else():
    a, b = draw_equals(rng(7), 200, 2)
    assert (a.y == b.y).all()
    columns = np.corrcoef((a.x[..., 0] * a.y).ravel(), (b.x[..., 0] * b.y).ravel())[0, 1]
    assert abs(columns) < 0.03


def test_rows_that_tell_equals_apart_are_counted_as_by_hand():
    data = draw_equals(rng(8), 2, 2)
    pair = [RidgeFolds(one, 1.0) for one in data]
    rows = shuffle_folds(rng(9), 2, N_ROWS, 5)
    only_a, only_b = count_disagreements(pair, rows)
    from sklearn.linear_model import RidgeClassifier

    for at in range(2):
        right = np.zeros((2, N_ROWS), dtype=bool)
        for fold in rows[at]:
            others = np.setdiff1d(np.arange(N_ROWS), fold)
            for which, one in enumerate(data):
                x, y = one.x[at, :, :-1], one.y[at]
                model = RidgeClassifier().fit(x[others], y[others])
                right[which, fold] = model.predict(x[fold]) == y[fold]
        assert only_a[at] == (right[0] & ~right[1]).sum()
        assert only_b[at] == (right[1] & ~right[0]).sum()


def test_the_expected_largest_of_normal_numbers():
    assert expected_maximum(1) == pytest.approx(0, abs=1e-9)
    assert expected_maximum(2) == pytest.approx(1 / np.sqrt(np.pi))
    assert expected_maximum(3) == pytest.approx(1.5 / np.sqrt(np.pi))
    drawn = rng(10).normal(size=(200_000, 20)).max(axis=1).mean()
    assert expected_maximum(20) == pytest.approx(drawn, abs=0.01)


@pytest.fixture(scope="module")
def equals():
    return compare_equals(EqualsSpec())


@pytest.fixture(scope="module")
def result():
    return compare_models(DEFAULT)


def test_the_accuracies_are_those_of_cross_val_score(result):
    spec = DEFAULT.pair
    dataset = load_dataset(spec.data)
    rows = choose_rows(spec)
    table, truth = dataset.table[list(dataset.features)].iloc[rows], dataset.positive_rows()[rows]
    splits = list(build_splitter(spec).split(table, truth))[:5]
    for which, name in (("a", "a"), ("b", "b")):
        theirs = cross_val_score(build_model(spec, which), table, truth, cv=splits)
        assert theirs == pytest.approx(result.folds[name].head(5).to_numpy())


def test_each_row_is_answered_once_by_a_model_that_has_not_seen_it():
    pair = compare_pair(DEFAULT.pair)
    first = pair.folds[pair.folds["repeat"] == 1]
    for name in ("a", "b"):
        share = np.average(first[name], weights=first["n_test"])
        assert share == pytest.approx(pair.answers[f"{name}_right"].mean())
    only_a, only_b = count_alone(pair)
    assert (only_a - only_b) / pair.n_rows == pytest.approx(
        np.average(first["difference"], weights=first["n_test"])
    )


def test_rows_are_drawn_in_the_proportion_of_the_classes():
    spec = PairSpec(data="churn", n_rows=600)
    rows = choose_rows(spec)
    assert len(rows) == len(set(rows)) == 600
    positive = load_dataset("churn").positive_rows()
    assert positive[rows].sum() == round(600 * positive.mean())


@pytest.mark.parametrize("name", MODELS)
def test_every_model_learns(name):
    spec = PairSpec(a=name, n_rows=100)
    dataset, rows = load_dataset(spec.data), choose_rows(spec)
    table, truth = dataset.table[list(dataset.features)].iloc[rows], dataset.positive_rows()[rows]
    model = clone(build_model(spec, "a")).fit(table[:60], truth[:60])
    assert accuracy_score(truth[60:], model.predict(table[60:])) > 0.8


def test_the_numbers_of_the_view_are_those_of_its_repeats(result):
    once = compare_models(CompareSpec(repeats=1))
    d = once.folds["difference"].head(5)
    assert once.difference == pytest.approx(d.mean())
    assert once.naive_p == pytest.approx(stats.ttest_1samp(d, 0).pvalue)
    assert once.n_fits == 10
    assert result.n_fits == 100
    assert result.sweep["difference"].iloc[0] == once.difference


def test_same_spec_same_numbers(equals):
    again = compare_equals.run_fresh(EqualsSpec())
    assert again.alarms.equals(equals.alarms)
    assert again.winners.equals(equals.winners)


# The sentences that the page teaches.


def share(equals, judge, repeats):
    return equals.alarms.set_index(["judge", "repeats"]).loc[(judge, repeats)]


@pytest.mark.parametrize("k", [2, 5, 10])
def test_more_repeats_make_the_ordinary_test_announce_a_winner_among_equals(k):
    equals = compare_equals(EqualsSpec(k=k))
    naive = [share(equals, "naive", n)["share"] for n in range(1, 11)]
    assert naive == sorted(naive)
    assert naive[-1] > 0.5
    assert share(equals, "corrected", 10)["share"] < 0.06


def test_the_corrected_test_and_mcnemar_keep_their_promise(equals):
    assert share(equals, "corrected", 10)["low"] < 0.05
    assert share(equals, "mcnemar", 1)["low"] < 0.05 < share(equals, "mcnemar", 1)["high"]


def test_one_cannot_tell_where_the_corrected_interval_holds_zero(result):
    assert result.naive_low > 0
    assert result.corrected_low < 0 < result.corrected_high
    assert result.mcnemar_p < 0.05


def test_more_repeats_narrow_the_ordinary_interval_and_hardly_the_corrected_one(result):
    width = {
        judge: result.sweep[f"{judge}_high"] - result.sweep[f"{judge}_low"]
        for judge in ("naive", "corrected")
    }
    assert width["naive"].iloc[-1] < 0.4 * width["naive"].iloc[1]
    assert width["corrected"].iloc[-1] > 0.6 * width["corrected"].iloc[1]


def test_the_best_of_many_equals_looks_better_than_it_is_as_the_law_of_the_largest_has_it(equals):
    winners = equals.winners
    assert winners["flattery_low"].iloc[0] < 0 < winners["flattery_high"].iloc[0]
    assert (winners["flattery"].diff().iloc[1:] > 0).all()
    assert winners["true"].to_numpy() == pytest.approx(equals.true_error, abs=0.002)
    assert winners["flattery"].to_numpy() == pytest.approx(winners["law"].to_numpy(), abs=0.004)


def test_a_model_compared_with_itself_differs_nowhere():
    same = compare_models(CompareSpec(b="logistic", n_rows=100))
    assert same.difference == 0
    assert (same.only_a, same.only_b) == (0, 0)
    assert np.isnan([same.naive_p, same.corrected_p, same.mcnemar_p]).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "iris"}, "The lesson compares models that tell two classes apart, and"),
        (
            {"a": "oracle"},
            "A model is one of logistic, neighbours, bayes, tree, forest, got 'oracle'.",
        ),
        ({"n_rows": 10}, "60 to 2000 rows are compared on, got 10."),
        ({"k": 3}, "The lesson compares with 2, 5, 10 folds, got 3."),
        ({"repeats": 0}, "A comparison is repeated 1 to 10 times here, got 0."),
        ({"repeats": 11}, "A comparison is repeated 1 to 10 times here, got 11."),
        ({"seed": -1}, "A seed is a whole number from 0 to"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(settings, message):
    with pytest.raises(SpecError) as caught:
        CompareSpec(**settings)
    assert message in str(caught.value)


def test_folds_without_both_classes_are_refused():
    with pytest.raises(SpecError, match="Each of the 10 folds needs both classes"):
        compare_pair(PairSpec(data="fraud", n_rows=200, k=10))


def test_only_the_first_view_is_trained_without_a_job():
    assert name_slow_part(CompareSpec(repeats=3)) is None
    slow = name_slow_part(CompareSpec(b="bayes"))
    assert slow is not None
    assert slow.spec == CompareSpec(b="bayes").pair
    assert (N_DRAWS, N_CONTESTS) == (1000, 400)


@pytest.mark.parametrize("preset", LAB.presets)
def test_tables_are_not_shared_with_other_readers(preset):
    spec = CompareSpec(**LAB.presets[preset])
    result = compare_models(spec)
    result.sweep["repeats"] = 0
    assert (compare_models(spec).sweep["repeats"] > 0).all()
