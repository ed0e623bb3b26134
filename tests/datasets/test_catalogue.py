"""Tables are found by name and by task."""

import pytest

from core.datasets import list_datasets, load_dataset
from core.errors import SpecError

PROMISED = {
    "breast_cancer": "binary",
    "wine": "multiclass",
    "digits": "multiclass",
    "iris": "multiclass",
    "diabetes": "regression",
    "churn": "binary",
    "fraud": "binary",
    "house_prices": "regression",
    "delivery_times": "regression",
    "segments": "clustering",
}


def test_the_catalogue_holds_every_promised_table_for_its_task():
    assert {dataset.name: dataset.task for dataset in list_datasets()} == PROMISED


@pytest.mark.parametrize("task", sorted(set(PROMISED.values())))
def test_a_task_lists_its_tables_only(task):
    assert {d.name for d in list_datasets(task)} == {n for n, t in PROMISED.items() if t == task}


def test_an_unknown_task_is_refused_with_the_known_ones():
    with pytest.raises(SpecError, match="one of binary, multiclass, regression, clustering"):
        list_datasets("ranking")


@pytest.mark.parametrize("name", ["titanic", "", "Fraud", "../fraud", "fraud.csv"])
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    with pytest.raises(SpecError, match="There are: breast_cancer, wine"):
        load_dataset(name)


def test_the_same_name_gives_the_same_table_read_once():
    assert load_dataset("fraud") is load_dataset("fraud")
