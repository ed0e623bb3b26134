"""Filling gaps and encoding categories, each against a value found by hand or by a law."""

import numpy as np
import pytest

from core.data.profile import filling_checks as checks


def test_a_gap_of_the_test_rows_gets_the_median_of_the_training_rows() -> None:
    facts = checks.fill_test_gap([30, 25, 200, 41, 28], [60, 70, 80])
    assert facts == {"filled": 30, "of_all": 50.5, "of_test": 70, "mean_of_train": 64.8}


@pytest.mark.parametrize(("n_known", "n_gaps"), [(10, 10), (64, 36), (200, 50)])
def test_filling_with_the_mean_keeps_the_mean_and_shrinks_the_spread_by_the_root(
    n_known: int, n_gaps: int
) -> None:
    facts = checks.shrink_by_filling(n_known, n_gaps, 20)
    assert facts["before"] == pytest.approx(20)
    assert facts["after"] == pytest.approx(20 * np.sqrt(n_known / (n_known + n_gaps)))
    assert facts["mean_moves"] == pytest.approx(0, abs=1e-9)


def test_one_hot_encoding_makes_a_column_a_category_and_drops_one_only_if_told_to() -> None:
    assert checks.count_columns(7, 3, 2, drops=False) == {
        "columns": 12, "columns_otherwise": 10, "given": 4,
    }  # fmt: skip
    assert checks.count_columns(7, 3, 2, drops=True)["columns"] == 10


def test_rare_categories_share_one_column() -> None:
    assert checks.group_rare([30, 20, 4, 3, 1], 20) == {
        "columns": 3, "without_grouping": 5, "frequent": 2,
    }  # fmt: skip
