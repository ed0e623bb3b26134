"""What holds for every table of the course."""

import dataclasses
import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.datasets import list_datasets, load_dataset
from core.errors import SpecError

DATASETS = list_datasets()
each_dataset = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)


@each_dataset
def test_the_csv_reads_back_as_exactly_the_table(dataset):
    pd.testing.assert_frame_equal(
        pd.read_csv(io.BytesIO(dataset.csv_bytes())), dataset.table, check_exact=True
    )


@each_dataset
def test_every_column_is_documented_in_the_order_of_the_table(dataset):
    assert [column.name for column in dataset.columns] == list(dataset.table.columns)
    assert all(column.meaning for column in dataset.columns)


@each_dataset
def test_the_rows_are_as_many_as_documented(dataset):
    assert dataset.n_rows == len(dataset.table)


@each_dataset
def test_features_target_and_truth_share_the_columns_among_them(dataset):
    others = [name for name in (dataset.target, dataset.truth_column) if name is not None]
    assert len(others) == 1
    assert sorted([*dataset.features, *others]) == sorted(dataset.table.columns)
    assert sorted(dataset.numeric_features + dataset.categorical_features) == sorted(
        dataset.features
    )


@each_dataset
def test_numeric_columns_hold_numbers_and_categorical_ones_words(dataset):
    for column in dataset.columns:
        is_number = pd.api.types.is_numeric_dtype(dataset.table[column.name])
        if column.kind in ("numeric", "categorical"):
            assert is_number == (column.kind == "numeric"), column.name


@each_dataset
def test_a_number_without_a_unit_is_a_yes_no_a_code_or_a_ratio(dataset):
    ratios = {"s4", "od280/od315_of_diluted_wines", "sex"}
    for column in dataset.columns:
        values = dataset.table[column.name]
        if not pd.api.types.is_numeric_dtype(values) or column.kind == "truth":
            assert column.unit is None, column.name
        elif column.unit is None and dataset.name != "breast_cancer":
            is_yes_no = set(values) <= {0, 1}
            is_label = column.kind == "target" and dataset.task != "regression"
            assert is_yes_no or is_label or column.name in ratios, column.name
        elif column.unit is None and column.kind == "numeric":
            # ratios of lengths stay near 1, lengths and areas do not
            assert 0 <= values.min() <= values.max() < 3, column.name


@each_dataset
def test_only_columns_that_say_so_have_empty_cells(dataset):
    for column in dataset.columns:
        assert bool(dataset.table[column.name].isna().any()) == (column.missing is not None)
    assert dataset.n_missing == dataset.table.isna().to_numpy().sum()


@each_dataset
def test_labels_fit_the_task(dataset):
    if dataset.task in ("regression", "clustering"):
        assert dataset.labels == ()
        assert dataset.positive is None
        with pytest.raises(SpecError, match="A positive class exists only for two classes"):
            dataset.positive_rows()
    else:
        assert set(dataset.labels) == set(dataset.table[dataset.target])
        assert (len(dataset.labels) == 2) == (dataset.task == "binary")
    if dataset.task == "binary":
        assert dataset.positive in dataset.labels
        assert None not in (dataset.positive_noun, dataset.negative_noun)
        share = dataset.positive_rows().mean()
        assert 0 < share < 0.5, "the class to look for is the rarer one"


@each_dataset
def test_what_a_lesson_does_to_its_table_never_reaches_another_lesson(dataset):
    before = dataset.table.copy()
    spoilt = dataset.table
    spoilt[spoilt.columns[0]] = 0
    spoilt.loc[spoilt.index[0], spoilt.columns[-1]] = spoilt.iloc[1, -1]
    spoilt.insert(0, "more", 1)
    pd.testing.assert_frame_equal(dataset.table, before)


@each_dataset
def test_known_truth_covers_every_row_and_unknown_truth_says_so(dataset):
    if dataset.is_real:
        with pytest.raises(SpecError, match="Nobody knows the true values"):
            dataset.true_values()
    else:
        values = dataset.true_values()
        assert values.shape == (dataset.n_rows,)
        assert np.isfinite(values).all()


def test_tables_are_equal_if_their_names_are():
    fraud = load_dataset("fraud")
    namesake = dataclasses.replace(load_dataset("churn"), name="fraud")
    assert fraud == namesake
    assert hash(fraud) == hash(namesake)
    assert fraud != load_dataset("churn")
    assert fraud != "fraud"


def test_a_column_is_found_by_name_or_the_names_are_listed():
    iris = load_dataset("iris")
    assert iris.column("petal width (cm)").unit == "cm"
    with pytest.raises(SpecError, match=r"no column 'colour'. It has: sepal length \(cm\)"):
        iris.column("colour")


def test_listing_the_tables_reads_nothing_and_imports_no_scikit_learn():
    program = (
        "import sys; from core.datasets import list_datasets; "
        "text = [(d.title, d.n_rows, d.features, d.licence) for d in list_datasets()]; "
        "assert len(text) == 10; "
        "assert not any('_content' in vars(d) for d in list_datasets()); "
        "print([name for name in ('sklearn', 'scipy') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
