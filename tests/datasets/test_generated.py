"""Exact numbers of positives, and a CSV whose bytes do not depend on the last bit."""

import numpy as np
import pandas as pd
import pytest

from core.datasets.generated import draw_labels, render_csv


def test_the_number_of_positives_is_exact_and_no_row_is_kept_twice():
    rng = np.random.default_rng(0)
    kept, labels = draw_labels(np.full(5_000, 0.1), n=1_000, n_positive=100, rng=rng)
    assert len(set(kept.tolist())) == 1_000
    assert labels.sum() == 100


def test_rows_are_kept_by_chance_and_not_by_their_place_among_the_labels():
    rng = np.random.default_rng(0)
    _, labels = draw_labels(np.full(50_000, 0.1), n=20_000, n_positive=2_000, rng=rng)
    # In each tenth of the table about 200 positives; a hypergeometric count has a deviation of 13.
    tenths = labels.reshape(10, -1).sum(axis=1)
    assert np.abs(tenths - 200).max() < 4 * np.sqrt(2_000 * 0.1 * 0.9)


def test_a_certain_row_is_positive_and_an_impossible_one_is_not():
    probability = np.repeat([0.0, 1.0], 100)
    kept, labels = draw_labels(probability, n=200, n_positive=100, rng=np.random.default_rng(1))
    assert np.array_equal(labels == 1, probability[kept] == 1)


def test_too_few_candidates_are_a_defect_and_not_a_smaller_table():
    with pytest.raises(ValueError, match="too few candidates: 0 positive, 9 negative"):
        draw_labels(np.zeros(10), n=10, n_positive=1, rng=np.random.default_rng(0))


def test_a_last_bit_that_differs_does_not_change_the_file():
    value = 0.1 + 0.2
    tables = [pd.DataFrame({"x": [v, np.nan]}) for v in (value, np.nextafter(value, 1))]
    first, second = (render_csv(table, {"x": 2}) for table in tables)
    assert first == second == b'x\n0.30\n""\n'
