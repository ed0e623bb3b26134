"""The real tables are scikit-learn's own, number for number."""

import numpy as np
import pytest
from sklearn import datasets as sklearn_datasets

from core.datasets import load_dataset

SOURCES = {
    "breast_cancer": sklearn_datasets.load_breast_cancer,
    "wine": sklearn_datasets.load_wine,
    "digits": sklearn_datasets.load_digits,
    "iris": sklearn_datasets.load_iris,
    "diabetes": lambda: sklearn_datasets.load_diabetes(scaled=False),
}


@pytest.mark.parametrize("name", SOURCES)
def test_features_equal_scikit_learns_arrays(name):
    dataset, source = load_dataset(name), SOURCES[name]()
    assert list(dataset.features) == list(source.feature_names)
    assert np.array_equal(dataset.table[list(dataset.features)].to_numpy(), source.data)


@pytest.mark.parametrize("name", SOURCES)
def test_targets_equal_scikit_learns_arrays(name):
    dataset, source = load_dataset(name), SOURCES[name]()
    target = dataset.table[dataset.target].to_numpy()
    if name in ("breast_cancer", "wine", "iris"):
        assert np.array_equal(target, source.target_names[source.target])
    else:
        assert np.array_equal(target, source.target)


def test_the_positive_class_of_breast_cancer_is_malignant_which_scikit_learn_codes_as_zero():
    dataset, source = load_dataset("breast_cancer"), SOURCES["breast_cancer"]()
    assert dataset.positive == "malignant"
    assert np.array_equal(dataset.positive_rows(), source.target == 0)
    # Street, Wolberg and Mangasarian (1993) report 212 malignant and 357 benign tumours.
    assert dataset.positive_rows().sum() == 212
    # Malignant nuclei are larger: the sign would flip if the classes were mixed up.
    radius = dataset.table.groupby(dataset.target)["mean radius"].mean()
    assert radius["malignant"] > radius["benign"]


def test_diabetes_is_told_in_units_that_a_person_can_read():
    table = load_dataset("diabetes").table
    assert table["age"].between(19, 79).all()
    assert table["bmi"].between(18, 43).all()
    assert (table["progression"].min(), table["progression"].max()) == (25, 346)
