"""Figures about items against second implementations, on data whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from core.practice.guess import guess_level
from core.practice.statistics.firsts import Firsts, take_firsts
from core.practice.statistics.measures import (
    Figure,
    find_alpha,
    find_discrimination,
    find_facility,
    find_variant_effect,
    measure_item,
)


def simulate(n_learners: int, n_items: int = 12, seed: int = 0) -> np.ndarray:
    """Answers of 0 and 1: abilities and difficulties of a Rasch model."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(size=(n_learners, 1)), rng.normal(size=n_items)
    return (rng.random((n_learners, n_items)) < 1 / (1 + np.exp(difficulty - ability))).astype(
        float
    )


def as_firsts(scores: np.ndarray, answers=None) -> Firsts:
    rows = [
        {"learner": f"p{i:03}", "item": f"i{j}", "version": 1, "seed": None,
         "answer": "a" if answers is None else answers[i, j], "credit": scores[i, j]}
        for i in range(scores.shape[0]) for j in range(scores.shape[1])
    ]  # fmt: skip
    return Firsts(pd.DataFrame(rows))


def moodle_index(scores: np.ndarray, item: int) -> float:
    """Moodle's discrimination index as its report defines it: 100 cov(x, R) / sqrt(var x var R)."""
    x = scores[:, item]
    rest = scores.sum(axis=1) - x
    covariance = ((x - x.mean()) * (rest - rest.mean())).sum()
    return (
        100 * covariance / np.sqrt(((x - x.mean()) ** 2).sum() * ((rest - rest.mean()) ** 2).sum())
    )


@pytest.mark.parametrize("seed", range(5))
def test_of_a_complete_form_the_discrimination_is_moodles_index(seed) -> None:
    scores = simulate(120, seed=seed)
    firsts = as_firsts(scores)
    for item in range(scores.shape[1]):
        found = find_discrimination(firsts.of_item(f"i{item}"), firsts.rest_of(f"i{item}"))
        assert 100 * found.value == pytest.approx(moodle_index(scores, item))
        # Fisher's z by hand.
        z = 0.5 * np.log((1 + found.value) / (1 - found.value))
        assert np.arctanh(found.low) == pytest.approx(z - 1.96 / np.sqrt(117))
        assert np.arctanh(found.high) == pytest.approx(z + 1.96 / np.sqrt(117))


def test_no_discrimination_is_shown_for_twelve_people() -> None:
    firsts = as_firsts(simulate(12))
    found = find_discrimination(firsts.of_item("i0"), firsts.rest_of("i0"))
    assert found == Figure(None, reason="It takes 30 people, there are 12.")


def test_the_interval_of_a_discrimination_holds_the_truth_about_as_often_as_it_says() -> None:
    scores = simulate(20_000, seed=9)
    truth = find_discrimination(
        as_firsts(scores[:4000]).of_item("i3"), as_firsts(scores[:4000]).rest_of("i3")
    )
    hits = 0
    for at in range(60):
        part = as_firsts(scores[4000 + 60 * at : 4060 + 60 * at])
        found = find_discrimination(part.of_item("i3"), part.rest_of("i3"))
        hits += found.low <= truth.value <= found.high
    assert hits >= 51, "of 60 intervals at 95 % about 57 hold it"


def test_a_facility_is_the_mean_credit_with_wilsons_interval() -> None:
    found = find_facility(np.array([1.0] * 34 + [0.0] * 14))
    assert found.value == pytest.approx(34 / 48)
    # Wilson by hand.
    n, p, z = 48, 34 / 48, 1.959964
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half), abs=1e-6)
    assert find_facility(np.array([])).reason == "Nobody has answered it yet."
    partly = find_facility(np.array([0.5, 1.0, 0.0, 0.5]))
    assert partly.value == 0.5
    assert 0 <= partly.low < 0.5 < partly.high <= 1


def test_the_effect_of_variants_is_pearsons_test_of_a_table() -> None:
    rng = np.random.default_rng(2)
    seeds = rng.integers(0, 4, 200)
    right = (rng.random(200) < np.array([0.4, 0.5, 0.6, 0.9])[seeds]).astype(float)
    rows = pd.DataFrame({"seed": seeds, "credit": right})
    table = pd.crosstab(rows["seed"], rows["credit"])
    truth = chi2_contingency(table, correction=False)
    assert find_variant_effect(rows).value == pytest.approx(truth.pvalue)
    assert find_variant_effect(rows).value < 0.001
    few = find_variant_effect(rows[rows["seed"] == 0])
    assert few.value is None
    assert "two variants with 5 answers each" in few.reason


def test_variants_that_are_equally_hard_are_seldom_suspected() -> None:
    rng = np.random.default_rng(3)
    small = 0
    for _ in range(200):
        rows = pd.DataFrame(
            {"seed": rng.integers(0, 5, 150), "credit": (rng.random(150) < 0.6) * 1.0}
        )
        small += find_variant_effect(rows).value < 0.05
    assert small <= 22, "one in twenty is ten"


def test_alpha_of_zeros_and_ones_is_kr_20_and_undefined_where_forms_differ() -> None:
    scores = simulate(200)
    p = scores.mean(axis=0)
    total = scores.sum(axis=1)
    k = scores.shape[1]
    kr20 = k / (k - 1) * (1 - (p * (1 - p)).sum() / total.var())
    assert find_alpha(scores).value == pytest.approx(kr20)
    # The same, from the covariances of all pairs of items.
    covariance = np.cov(scores.T)
    by_pairs = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
    assert find_alpha(scores).value == pytest.approx(by_pairs)
    scores[0, 0] = np.nan
    assert find_alpha(scores).reason == "Not everybody was asked the same questions."
    assert find_alpha(np.ones((5, 3))).value is None
    assert find_alpha(np.ones((5, 1))).value is None


def test_guessing_brings_what_the_number_of_answers_says(draft) -> None:
    assert guess_level(draft.single()) == pytest.approx(1 / 3)
    assert guess_level(draft.multi()) == pytest.approx(1 / 6)
    assert guess_level(draft.order()) == pytest.approx(1 / 6)
    assert guess_level(draft.match()) == pytest.approx(1 / 8)
    assert guess_level(draft.numeric()) == 0


def test_a_wrong_option_works_if_it_is_chosen_and_by_those_who_know_less(draft) -> None:
    item = draft.single()
    scores = simulate(60, seed=4)
    order = scores[:, 1:].mean(axis=1).argsort()
    answers = np.full(scores.shape, "a", dtype=object)
    answers[order[:20], 0] = "b"  # the weakest choose b
    answers[order[-1], 0] = "c"  # a single one chooses c
    scores[:, 0] = answers[:, 0] == "a"
    table = as_firsts(scores, answers).table.replace({"item": {"i0": item.id}})
    figures = measure_item(item, Firsts(table))
    rows = figures.options.set_index("option")
    assert rows.loc["Accuracy", "n"] == 39
    assert rows["share"].sum() == pytest.approx(1)
    assert list(rows["works"]) == [None, True, False]
    assert rows.loc["Precision", "rest"] < rows.loc["Accuracy", "rest"]
    assert figures.discrimination.value > 0.3
    assert not figures.is_key_doubtful


def test_a_key_that_the_better_ones_miss_is_doubted(draft) -> None:
    item = draft.single()
    scores = simulate(80, seed=5)
    scores[:, 0] = scores[:, 1:].mean(axis=1) < np.median(scores[:, 1:].mean(axis=1))
    table = as_firsts(scores).table.replace({"item": {"i0": item.id}})
    assert measure_item(item, Firsts(table)).is_key_doubtful


def test_few_answers_are_pulled_towards_the_mean_of_all_items(draft) -> None:
    item = draft.single()
    scores = np.zeros((4, 3))
    scores[:3, 0] = 1
    table = as_firsts(scores).table.replace({"item": {"i0": item.id}})
    found = measure_item(item, Firsts(table))
    assert (found.n, found.facility.value) == (4, 0.75)
    assert found.shrunk == pytest.approx((3 + 10 * 0.25) / 14)


def test_only_first_answers_to_the_present_version_count() -> None:
    def attempt(learner, item, *, version=1, credit=1.0, state="right"):
        return {"learner": learner, "item": item, "version": version, "seed": "", "answer": "a",
                "credit": credit, "state": state}  # fmt: skip

    attempts = [
        attempt("ana", "x", version=1, credit=0.0),
        attempt("ana", "x", version=2, credit=0.5),
        attempt("ana", "x", version=2, credit=1.0),
        attempt("ben", "x", version=2),
        attempt("ben", "gone", version=1),
        attempt("ben", "y", state="gone"),
        attempt("ben", "z", state="open", credit=0.0) | {"seed": 7},
    ]
    firsts = take_firsts(attempts, {"x": 2, "y": 1, "z": 1})
    assert list(firsts.of_item("x")["credit"]) == [0.5, 1.0]
    assert list(firsts.of_item("z")["seed"]) == [7]
    assert set(firsts.table["item"]) == {"x", "z"}
    assert firsts.n_learners == 2
    assert firsts.rest_of("x").to_dict() == {"ben": 0.0}, "ana has answered nothing else"
    assert take_firsts([], {}).n_learners == 0


@pytest.mark.parametrize("n", [15, 30, 60])
def test_small_classes_err_as_much_as_the_reference_says(n) -> None:
    """The SD of a facility over classes of n, against the binomial truth."""
    rng = np.random.default_rng(n)
    found = [find_facility((rng.random(n) < 0.7) * 1.0).value for _ in range(400)]
    assert np.std(found) == pytest.approx(np.sqrt(0.7 * 0.3 / n), rel=0.15)
